"""What has left holds no code and no token any more: the hash of a link stands in its place, and dots for a code.

Whoever writes the state: a worker, the office, a statement by hand. A mail that is sent again may get new tokens; its
other words stay as they were.
"""

from django.db import migrations

LEFT = "('sent', 'returned', 'failed', 'cancelled', 'superseded', 'obsolete', 'closed')"

FORWARD = rf"""
CREATE FUNCTION mail_blank(words text) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE token text; hash text;
BEGIN
    words := regexp_replace(words, '⟦([0-9a-f]{{64}})\.[^⟧]*⟧', '\1', 'g');
    FOR token IN
        SELECT DISTINCT m.parts[1]
        FROM regexp_matches(words, '(?<![A-Za-z0-9_-])([A-Za-z0-9_-]{{43}})(?![A-Za-z0-9_-])', 'g') AS m(parts)
    LOOP
        hash := encode(sha256(convert_to(token, 'UTF8')), 'hex');
        IF EXISTS (SELECT FROM accounts_maillink WHERE token_hash = hash) THEN
            words := replace(words, token, hash);
        END IF;
    END LOOP;
    RETURN regexp_replace(words, '(/password/reset/key/)[A-Za-z0-9_-]{{40,}}', '\1used', 'g');
END $$;

CREATE FUNCTION mail_keeps_no_secret() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.text = mail_blank(NEW.text);
    NEW.html = mail_blank(NEW.html);
    NEW.headers = mail_blank(NEW.headers::text)::jsonb;
    IF NEW.kind IN ('sign_in_code', 'address_code') THEN
        NEW.subject = regexp_replace(NEW.subject, '\m[0-9]{{6}}\M', '••••••', 'g');
        NEW.text = regexp_replace(NEW.text, '\m[0-9]{{6}}\M', '••••••', 'g');
        NEW.html = regexp_replace(NEW.html, '\m[0-9]{{6}}\M', '••••••', 'g');
    END IF;
    RETURN NEW;
END $$;

DROP TRIGGER mail_words_stay ON mail_outboundmessage;
CREATE FUNCTION mail_bare(words text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT regexp_replace(words, '⟦[^⟧]*⟧|[A-Za-z0-9_-]{{40,}}', '', 'g')
$$;
CREATE TRIGGER mail_words_stay BEFORE UPDATE OF key, kind, subject, text, html, ics, message_id
    ON mail_outboundmessage FOR EACH ROW
    WHEN ((OLD.key, OLD.kind, OLD.subject, mail_bare(OLD.text), mail_bare(OLD.html), OLD.ics, OLD.message_id)
          IS DISTINCT FROM
          (NEW.key, NEW.kind, NEW.subject, mail_bare(NEW.text), mail_bare(NEW.html), NEW.ics, NEW.message_id))
    EXECUTE FUNCTION mail_keep();

-- What exists is blanked once, past the triggers of its rows.
ALTER TABLE mail_outboundmessage DISABLE TRIGGER USER;
UPDATE mail_outboundmessage SET text = mail_blank(text), html = mail_blank(html),
    headers = mail_blank(headers::text)::jsonb WHERE state IN {LEFT};
UPDATE mail_outboundmessage SET subject = regexp_replace(subject, '\m[0-9]{{6}}\M', '••••••', 'g'),
    text = regexp_replace(text, '\m[0-9]{{6}}\M', '••••••', 'g'),
    html = regexp_replace(html, '\m[0-9]{{6}}\M', '••••••', 'g')
    WHERE state IN {LEFT} AND kind IN ('sign_in_code', 'address_code');
ALTER TABLE mail_outboundmessage ENABLE TRIGGER USER;

-- Its name is the last of them, so that the words were looked at before.
CREATE TRIGGER mail_z_keeps_no_secret BEFORE UPDATE OF state ON mail_outboundmessage
    FOR EACH ROW WHEN (NEW.state IN {LEFT} AND OLD.state <> NEW.state) EXECUTE FUNCTION mail_keeps_no_secret();
"""

BACKWARD = """
DROP TRIGGER mail_z_keeps_no_secret ON mail_outboundmessage;
DROP FUNCTION mail_keeps_no_secret();
DROP FUNCTION mail_blank(text);
DROP TRIGGER mail_words_stay ON mail_outboundmessage;
DROP FUNCTION mail_bare(text);
CREATE TRIGGER mail_words_stay BEFORE UPDATE OF key, kind, subject, text, html, ics, message_id
    ON mail_outboundmessage FOR EACH ROW
    WHEN ((OLD.key, OLD.kind, OLD.subject, OLD.text, OLD.html, OLD.ics, OLD.message_id)
          IS DISTINCT FROM (NEW.key, NEW.kind, NEW.subject, NEW.text, NEW.html, NEW.ics, NEW.message_id))
    EXECUTE FUNCTION mail_keep();
"""


class Migration(migrations.Migration):
    dependencies = [("mail", "0011_words"), ("accounts", "0009_nothing_to_open")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
