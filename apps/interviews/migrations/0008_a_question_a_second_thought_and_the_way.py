"""A question asked first, a "not now" taken back, and the way to a meeting; the trigger learns the two new moves.

The pairs are written out here because a migration must not change with the code; a test compares them.
"""

import django.core.validators
from django.db import migrations, models

FUNCTION = """
CREATE OR REPLACE FUNCTION request_moves() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF (OLD.status || ' ' || NEW.status) <> ALL (ARRAY[{pairs}]) THEN
        RAISE EXCEPTION 'A request cannot go from % to %', OLD.status, NEW.status
            USING ERRCODE = 'check_violation', CONSTRAINT = 'request_moves';
    END IF;
    RETURN NEW;
END
$body$;
"""

BEFORE = [
    "countered accepted",
    "countered declined",
    "countered expired",
    "countered withdrawn",
    "draft in_review",
    "draft sent",
    "in_review draft",
    "in_review sent",
    "in_review withdrawn",
    "sent accepted",
    "sent countered",
    "sent declined",
    "sent draft",
    "sent expired",
    "sent withdrawn",
]
AFTER = sorted([*BEFORE, "countered sent", "declined sent"])


def function(pairs):
    return FUNCTION.format(pairs=", ".join(f"'{pair}'" for pair in pairs))


class Migration(migrations.Migration):
    dependencies = [("interviews", "0007_one_question_at_a_place")]

    operations = [
        migrations.AddField(
            model_name="interviewrequest", name="has_question", field=models.BooleanField(default=False)
        ),
        migrations.AddField(
            model_name="interview",
            name="travel_minutes",
            field=models.PositiveSmallIntegerField(
                default=30, validators=[django.core.validators.MaxValueValidator(240)]
            ),
        ),
        migrations.RunSQL(function(AFTER), function(BEFORE)),
    ]
