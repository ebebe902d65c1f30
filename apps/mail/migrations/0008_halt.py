"""One row for all workers about a way out that cannot be used, in the place of a word that each round forgot."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mail", "0007_deleted_by_the_database")]
    operations = [
        migrations.CreateModel(
            name="Halt",
            fields=[
                ("only", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("began_at", models.DateTimeField()),
                ("until", models.DateTimeField(blank=True, null=True)),
                ("error", models.CharField(max_length=300)),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("only", 1)), name="one_halt_at_most")],
            },
        ),
        migrations.RemoveField(model_name="deliverycycle", name="channel_error"),
        migrations.AddField(
            model_name="deliverycycle", name="sent_at", field=models.DateTimeField(blank=True, null=True)
        ),
    ]
