"""A late answer that the student notes, and a talk that is set again after it was called off: four new moves.

The pairs are written out here because a migration must not change with the code; a test compares them.
"""

from django.db import migrations

FUNCTION = """
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF (OLD.status || ' ' || NEW.status) <> ALL (ARRAY[{pairs}]) THEN
        RAISE EXCEPTION 'A {thing} cannot go from % to %', OLD.status, NEW.status
            USING ERRCODE = 'check_violation', CONSTRAINT = '{name}';
    END IF;
    RETURN NEW;
END
$body$;
"""

REQUEST_BEFORE = [
    "countered accepted",
    "countered declined",
    "countered expired",
    "countered sent",
    "countered withdrawn",
    "declined sent",
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
INTERVIEW_BEFORE = ["no_show completed", "scheduled cancelled", "scheduled completed", "scheduled no_show"]
REQUEST_AFTER = sorted([*REQUEST_BEFORE, "expired accepted", "expired declined"])
INTERVIEW_AFTER = sorted([*INTERVIEW_BEFORE, "cancelled scheduled", "no_show scheduled"])


def learn(name, thing, before, after):
    def function(pairs):
        return FUNCTION.format(name=name, thing=thing, pairs=", ".join(f"'{pair}'" for pair in pairs))

    return migrations.RunSQL(function(after), function(before))


class Migration(migrations.Migration):
    dependencies = [("interviews", "0010_three_lines_first_and_what_came_of_it")]

    operations = [
        learn("request_moves", "request", REQUEST_BEFORE, REQUEST_AFTER),
        learn("interview_moves", "conversation", INTERVIEW_BEFORE, INTERVIEW_AFTER),
    ]
