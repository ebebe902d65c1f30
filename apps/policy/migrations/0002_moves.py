"""How often each side may move a conversation, and whether a student says why (R215)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("policy", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="policy",
            name="moves_each",
            field=models.PositiveSmallIntegerField(
                default=2, help_text="How often each side may ask for another time of one conversation."
            ),
        ),
        migrations.AddField(
            model_name="policy",
            name="move_reason",
            field=models.BooleanField(
                default=True, help_text="A student says in a line why a conversation should move."
            ),
        ),
    ]
