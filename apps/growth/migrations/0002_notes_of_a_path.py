from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("growth", "0001_initial"), ("interviews", "0024_gains_in_words")]

    operations = [
        migrations.AddField(
            model_name="path",
            name="notes",
            field=models.ManyToManyField(blank=True, related_name="paths", to="interviews.livenote"),
        )
    ]
