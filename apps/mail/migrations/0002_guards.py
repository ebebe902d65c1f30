"""What the database itself refuses: other words for a promised mail, sending a sent one, a rewritten attempt."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION mail_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a promised mail stays as it was written' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER mail_words_stay BEFORE UPDATE OF key, kind, subject, text, html, ics, message_id
    ON mail_outboundmessage FOR EACH ROW
    WHEN ((OLD.key, OLD.kind, OLD.subject, OLD.text, OLD.html, OLD.ics, OLD.message_id)
          IS DISTINCT FROM (NEW.key, NEW.kind, NEW.subject, NEW.text, NEW.html, NEW.ics, NEW.message_id))
    EXECUTE FUNCTION mail_keep();

CREATE TRIGGER mail_sent_stays_sent BEFORE UPDATE OF state
    ON mail_outboundmessage FOR EACH ROW WHEN (OLD.state = 'sent' AND NEW.state <> 'sent')
    EXECUTE FUNCTION mail_keep();

CREATE TRIGGER mail_attempts_stay BEFORE UPDATE
    ON mail_deliveryattempt FOR EACH ROW EXECUTE FUNCTION mail_keep();
"""

BACKWARD = """
DROP TRIGGER mail_attempts_stay ON mail_deliveryattempt;
DROP TRIGGER mail_sent_stays_sent ON mail_outboundmessage;
DROP TRIGGER mail_words_stay ON mail_outboundmessage;
DROP FUNCTION mail_keep();
"""


class Migration(migrations.Migration):
    dependencies = [("mail", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
