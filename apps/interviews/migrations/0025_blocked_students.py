"""Who is blocked does not ask: no draft of a student becomes a sent request to an alum who has blocked them.

The trigger fires after `request_caps`, by its name, which has locked the student and the alum’s row.
"""

from django.db import migrations

TRIGGER = """
CREATE FUNCTION request_not_blocked() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    PERFORM 1 FROM alumni_alumniprofile WHERE id = NEW.alum_id FOR NO KEY UPDATE;
    IF EXISTS (SELECT FROM alumni_blockedstudent WHERE student_id = NEW.student_id AND alum_id = NEW.alum_id) THEN
        RAISE EXCEPTION 'This alum has blocked this student'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'student_not_blocked';
    END IF;
    RETURN NEW;
END
$body$;
CREATE TRIGGER request_not_blocked BEFORE UPDATE OF status ON interviews_interviewrequest
    FOR EACH ROW WHEN (OLD.status IN ('draft', 'in_review') AND NEW.status = 'sent' AND NEW.alum_id IS NOT NULL)
    EXECUTE FUNCTION request_not_blocked();
"""
UNDO = "DROP TRIGGER request_not_blocked ON interviews_interviewrequest; DROP FUNCTION request_not_blocked();"


class Migration(migrations.Migration):
    dependencies = [
        ("interviews", "0024_gains_in_words"),
        ("alumni", "0020_blocked_students"),
    ]

    operations = [migrations.RunSQL(TRIGGER, UNDO)]
