"""The question bank itself, whom a question fits, and one question at a place of a plan.

A fresh installation begins with the bank as its file stands that day; from then on the office edits it, and this
migration never looks at it again.
"""

import csv
from pathlib import Path

from django.db import migrations, models

BANK = Path(__file__).parents[1] / "data" / "questions.csv"
STAGES = [
    ("undecided", "I am still looking around"),
    ("exploring", "I have a few ideas to compare"),
    ("decided", "I know the field and want to know it better"),
    ("searching", "I am applying already"),
]
RELATIONS = [
    ("family", "Family or community"),
    ("friend", "Friend or fellow student"),
    ("professor", "Professor or mentor"),
    ("work", "Supervisor or colleague"),
    ("coach", "Career coach"),
    ("alum", "Alum of our university"),
    ("referred", "Somebody suggested them"),
    ("event", "Met at an event"),
    ("linkedin", "Found on LinkedIn"),
    ("website", "Found on a website"),
]


def bring_in(apps, schema_editor):
    with BANK.open(newline="", encoding="utf-8") as file:
        rows = [_question(apps.get_model("interviews", "Question"), row) for row in csv.DictReader(file)]
    type(rows[0]).objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["text"],
        update_fields=["stage", "relation"],
    )


def _question(model, row):
    return model(
        theme=row["theme"],
        text=row["text"],
        why=row["why"],
        minutes=int(row["minutes"]),
        is_closing=row["closing"] == "1",
        stage="" if row["stage"] == "any" else row["stage"],
        relation="" if row["relation"] == "any" else row["relation"],
    )


def close_gaps(apps, schema_editor):
    """Number the questions of every plan from one, so that the constraint holds."""
    planned = apps.get_model("interviews", "PlannedQuestion")
    last, place = None, 0
    for row in planned.objects.order_by("plan_id", "position", "pk").iterator():
        last, place = row.plan_id, place + 1 if row.plan_id == last else 1
        if row.position != place:
            planned.objects.filter(pk=row.pk).update(position=place)


class Migration(migrations.Migration):
    dependencies = [("interviews", "0005_live_acts")]

    operations = [
        migrations.AddField(
            model_name="question",
            name="stage",
            field=models.CharField(
                blank=True, choices=STAGES, default="", max_length=9, verbose_name="fits students who are"
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="question",
            name="relation",
            field=models.CharField(
                blank=True, choices=RELATIONS, default="", max_length=9, verbose_name="fits somebody who is"
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="plannedquestion",
            name="goal",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.RunPython(bring_in, migrations.RunPython.noop),
        migrations.RunPython(close_gaps, migrations.RunPython.noop),
    ]
