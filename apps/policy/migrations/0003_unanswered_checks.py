"""How many yearly questions may stand unanswered until an entry rests (R206)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("policy", "0002_moves")]

    operations = [
        migrations.AddField(
            model_name="policy",
            name="unanswered_checks",
            field=models.PositiveSmallIntegerField(
                default=2, help_text="Yearly questions without an answer until an entry rests; 0: it never does (R206)."
            ),
        ),
    ]
