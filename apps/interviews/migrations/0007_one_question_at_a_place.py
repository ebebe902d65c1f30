from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("interviews", "0006_question_bank")]

    operations = [
        migrations.RemoveIndex(model_name="plannedquestion", name="questions_of_plan"),
        migrations.AddConstraint(
            model_name="plannedquestion",
            constraint=models.UniqueConstraint(
                deferrable=models.Deferrable["DEFERRED"],
                fields=("plan", "position"),
                name="one_question_at_a_place",
            ),
        ),
    ]
