"""Room for "Keep mine", and a trigger that lets no status change but the legal moves of lifecycle.py.

The pairs are written out here because a migration must not change with the code; a test compares them.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

TRIGGER = """
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF (OLD.status || ' ' || NEW.status) <> ALL (ARRAY[{pairs}]) THEN
        RAISE EXCEPTION 'A {thing} cannot go from % to %', OLD.status, NEW.status
            USING ERRCODE = 'check_violation', CONSTRAINT = '{name}';
    END IF;
    RETURN NEW;
END
$body$;
CREATE TRIGGER {name} BEFORE UPDATE OF status ON {table}
    FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION {name}();
"""
UNDO = "DROP TRIGGER {name} ON {table}; DROP FUNCTION {name}();"

REQUEST_PAIRS = [('countered', 'accepted'),
 ('countered', 'declined'),
 ('countered', 'expired'),
 ('countered', 'withdrawn'),
 ('draft', 'in_review'),
 ('draft', 'sent'),
 ('in_review', 'draft'),
 ('in_review', 'sent'),
 ('in_review', 'withdrawn'),
 ('sent', 'accepted'),
 ('sent', 'countered'),
 ('sent', 'declined'),
 ('sent', 'draft'),
 ('sent', 'expired'),
 ('sent', 'withdrawn')]
INTERVIEW_PAIRS = [('no_show', 'completed'),
 ('scheduled', 'cancelled'),
 ('scheduled', 'completed'),
 ('scheduled', 'no_show')]


def legal(name, table, thing, pairs):
    words = ", ".join(f"'{was} {to}'" for was, to in pairs)
    names = {"name": name, "table": table, "thing": thing}
    return migrations.RunSQL(TRIGGER.format(pairs=words, **names), UNDO.format(**names))


class Migration(migrations.Migration):
    dependencies = [("interviews", "0002_initial")]

    operations = [
        migrations.AddField(
            model_name="interviewrequest",
            name="kept",
            field=ArrayField(
                base_field=models.CharField(max_length=80), blank=True, default=list, editable=False, size=None
            ),
        ),
        legal("request_moves", "interviews_interviewrequest", "request", REQUEST_PAIRS),
        legal("interview_moves", "interviews_interview", "conversation", INTERVIEW_PAIRS),
    ]
