from django.db import migrations, models

WORDS = {
    "clarity": "what is clearer now",
    "openings": "how people find openings",
    "confidence": "what made you more confident",
    "field": "what’s changing in the field",
    "strengths": "your strengths and weaknesses",
}


class Migration(migrations.Migration):
    dependencies = [("interviews", "0023_threads_below_comments")]

    operations = [
        migrations.AddField(
            model_name="debrief",
            name=f"gain_{gain}",
            field=models.TextField(blank=True, default="", max_length=500, verbose_name=label),
            preserve_default=False,
        )
        for gain, label in WORDS.items()
    ]
