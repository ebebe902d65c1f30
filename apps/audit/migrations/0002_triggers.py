"""The triggers that write the audit log, one function a table: who may get in, what the office decides, mail it handles.

A line holds only the columns named here: never a password, a letter or a file. An update that changes none of them
writes nothing.
"""

from django.db import migrations

WRITE = """
CREATE FUNCTION audit_write(act text, subject text, row_key text, was jsonb, is_now jsonb) RETURNS void
LANGUAGE sql AS $body$
    INSERT INTO audit_auditentry (at, actor, origin, way, role, act, subject, "row", before, after)
    VALUES (
        clock_timestamp(), NULLIF(current_setting('rapport.actor', true), '')::bigint,
        NULLIF(current_setting('rapport.origin', true), '')::inet, left(current_setting('application_name'), 64),
        session_user, act, subject, row_key, was, is_now
    )
$body$;

-- What two rows say differently: the columns of the first whose value is another in the second.
CREATE FUNCTION audit_differing(one jsonb, other jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $body$
    SELECT jsonb_object_agg(key, value) FROM jsonb_each(one) WHERE value IS DISTINCT FROM other -> key
$body$;
"""
UNWRITE = """
DROP FUNCTION audit_write(text, text, text, jsonb, jsonb);
DROP FUNCTION audit_differing(jsonb, jsonb);
"""
ALL = "INSERT OR UPDATE OR DELETE"
WATCHED = [
    ("accounts_user", ALL, ["email", "roles", "is_active"]),
    ("account_emailaddress", ALL, ["user_id", "email", "verified", "primary"]),
    ("mfa_authenticator", "INSERT OR DELETE", ["user_id", "type"]),
    ("students_studentprofile", "UPDATE OR DELETE", ["user_id", "coach_id", "cohort_id"]),
    ("students_cohort", ALL, ["name", "review_rule", "review_first"]),
    ("alumni_alumniprofile", "DELETE", ["user_id", "external_id"]),
    ("alumni_alumniimport", ALL, ["by_id", "file_name", "state"]),
    ("policy_holiday", ALL, ["on", "name"]),
    ("policy_phrase", ALL, ["kind", "pattern", "explanation", "suggestion", "is_on"]),
    ("interviews_question", ALL, ["theme", "text", "why", "minutes", "is_closing", "is_active", "stage", "relation"]),
    ("mail_outboundmessage", "UPDATE", ["state", "handled_by_id", "handled_at"]),
    ("mail_suppression", ALL, ["cause", "lifted_at", "lifted_by_id"]),
]
# Of these only some changes are somebody's act: a mail's state changes by itself with every try.
ONLY_IF = {"mail_outboundmessage": "OLD.handled_at IS DISTINCT FROM NEW.handled_at"}


def watch(table: str, events: str, columns: list[str]) -> str:
    """Return the statements that make a table leave a line for each row that is added, changed or removed."""
    named = ", ".join(f"'{name}', ROW_.\"{name}\"" for name in columns)
    part = {row: f"jsonb_build_object({named})".replace("ROW_", row) for row in ("OLD", "NEW")}
    condition = f"IF TG_OP = 'UPDATE' AND NOT ({ONLY_IF[table]}) THEN RETURN NULL; END IF;" if table in ONLY_IF else ""
    return f"""
        CREATE FUNCTION audit_{table}() RETURNS trigger LANGUAGE plpgsql AS $body$
        BEGIN
            {condition}
            IF TG_OP = 'INSERT' THEN
                PERFORM audit_write('added', '{table}', NEW.id::text, NULL, {part["NEW"]});
            ELSIF TG_OP = 'DELETE' THEN
                PERFORM audit_write('removed', '{table}', OLD.id::text, {part["OLD"]}, NULL);
            ELSIF {part["OLD"]} <> {part["NEW"]} THEN
                PERFORM audit_write('changed', '{table}', NEW.id::text,
                    audit_differing({part["OLD"]}, {part["NEW"]}), audit_differing({part["NEW"]}, {part["OLD"]}));
            END IF;
            RETURN NULL;
        END
        $body$;
        CREATE TRIGGER audit AFTER {events} ON {table} FOR EACH ROW EXECUTE FUNCTION audit_{table}();
    """


def unwatch(table: str) -> str:
    return f"DROP TRIGGER audit ON {table}; DROP FUNCTION audit_{table}();"


# Every setting of the office is worth a line, also those that come later.
POLICY = """
CREATE FUNCTION audit_policy_policy() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    was jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) - 'updated_at' - 'id' END;
    is_now jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) - 'updated_at' - 'id' END;
BEGIN
    IF TG_OP = 'UPDATE' AND was <> is_now THEN
        PERFORM audit_write('changed', 'policy_policy', NEW.id::text,
            audit_differing(was, is_now), audit_differing(is_now, was));
    ELSIF TG_OP = 'INSERT' THEN
        PERFORM audit_write('added', 'policy_policy', NEW.id::text, NULL, is_now);
    ELSIF TG_OP = 'DELETE' THEN
        PERFORM audit_write('removed', 'policy_policy', OLD.id::text, was, NULL);
    END IF;
    RETURN NULL;
END
$body$;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON policy_policy
    FOR EACH ROW EXECUTE FUNCTION audit_policy_policy();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0001_initial"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("accounts", "0007_words"),
        ("alumni", "0010_words"),
        ("interviews", "0013_words"),
        ("mail", "0011_words"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("policy", "0007_words"),
        ("students", "0002_words"),
    ]

    operations = [
        migrations.RunSQL(WRITE, UNWRITE),
        migrations.RunSQL(POLICY, unwatch("policy_policy")),
        *[migrations.RunSQL(watch(*watched), unwatch(watched[0])) for watched in WATCHED],
    ]
