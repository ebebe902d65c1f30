"""The caps of asking, once more in the database: no draft becomes a sent request beyond them (reliability.md 3).

It counts as apps/alumni/care.py does, and takes the locks that an act holds already, so that two statements written by
hand wait for each other. Only the step from a draft is counted: a second thought and a late yes are never in the way.
"""

from django.db import migrations

TRIGGER = """
CREATE FUNCTION request_caps() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    office policy_policy;
    own integer;
    month timestamp;
BEGIN
    SELECT * INTO office FROM policy_policy WHERE id = 1;
    IF NOT FOUND THEN
        RETURN NEW;
    END IF;
    PERFORM 1 FROM accounts_user WHERE id = NEW.student_id FOR NO KEY UPDATE;
    SELECT monthly_cap INTO own FROM alumni_alumniprofile WHERE id = NEW.alum_id FOR NO KEY UPDATE;
    month := date_trunc('month', NEW.sent_at AT TIME ZONE office.time_zone);
    IF office.student_open_cap <= (
        SELECT count(*) FROM interviews_interviewrequest
        WHERE student_id = NEW.student_id AND status IN ('sent', 'countered') AND id <> NEW.id
    ) THEN
        RAISE EXCEPTION 'This student has as many open requests as the policy allows'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'student_open_cap';
    END IF;
    IF least(own, office.alum_monthly_cap) <= (
        SELECT count(*) FROM interviews_interviewrequest
        WHERE alum_id = NEW.alum_id AND status IN ('sent', 'countered', 'accepted') AND id <> NEW.id
            AND sent_at >= month AT TIME ZONE office.time_zone
            AND sent_at < (month + interval '1 month') AT TIME ZONE office.time_zone
    ) THEN
        RAISE EXCEPTION 'This alum has been asked as often as they can manage this month'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'alum_monthly_cap';
    END IF;
    RETURN NEW;
END
$body$;
CREATE TRIGGER request_caps BEFORE UPDATE OF status ON interviews_interviewrequest
    FOR EACH ROW WHEN (OLD.status IN ('draft', 'in_review') AND NEW.status = 'sent' AND NEW.alum_id IS NOT NULL)
    EXECUTE FUNCTION request_caps();
"""
UNDO = "DROP TRIGGER request_caps ON interviews_interviewrequest; DROP FUNCTION request_caps();"


class Migration(migrations.Migration):
    dependencies = [
        ("interviews", "0011_answered_late_and_set_again"),
        ("policy", "0004_phrases"),
        ("alumni", "0004_yearly_check"),
    ]

    operations = [migrations.RunSQL(TRIGGER, UNDO)]
