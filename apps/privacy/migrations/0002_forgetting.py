"""What only the owner of the tables may do: forget a person in the two logs, and let the logs grow old.

`privacy_forget` works only for a person whose erasure is recorded, due and under way, and whom no hold protects;
`privacy_age` goes by the office's own settings, and never below a year. So neither lets Rapport's own role take out a
line of its choice. A promised mail still stays as it was written, but in the transaction of such an erasure.
"""

from django.db import migrations

FORGET = """
CREATE FUNCTION privacy_is_erasing() RETURNS boolean LANGUAGE sql STABLE AS $body$
    SELECT EXISTS (
        SELECT FROM privacy_erasure
        WHERE state = 'running' AND number = NULLIF(current_setting('rapport.erasing', true), '')::bigint
    )
$body$;

CREATE OR REPLACE FUNCTION mail_keep() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF privacy_is_erasing() THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a promised mail stays as it was written' USING ERRCODE = 'integrity_constraint_violation';
END
$body$;

-- The same columns, without what somebody is called or where they are reached.
CREATE FUNCTION privacy_nameless(said jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $body$
    SELECT jsonb_object_agg(
        key, CASE WHEN jsonb_typeof(value) = 'string' AND key <> 'type' THEN '"(deleted)"'::jsonb ELSE value END
    ) FROM jsonb_each(said)
$body$;

CREATE FUNCTION privacy_forget(who bigint, called text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $body$
BEGIN
    IF NOT EXISTS (
        SELECT FROM privacy_erasure WHERE number = who AND state = 'running' AND due_at <= clock_timestamp()
    ) OR EXISTS (SELECT FROM privacy_hold WHERE person_id = who AND lifted_at IS NULL) THEN
        RAISE EXCEPTION 'no erasure of person % is under way', who USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE audit_auditentry SET before = privacy_nameless(before), after = privacy_nameless(after)
    WHERE (subject = 'accounts_user' AND "row" = who::text)
        OR before ->> 'user_id' = who::text OR after ->> 'user_id' = who::text;
    UPDATE audit_auditentry SET origin = NULL WHERE actor = who AND origin IS NOT NULL;
    UPDATE students_disclosure SET viewer_name = called WHERE viewer_id = who;
    DELETE FROM students_disclosure WHERE student_id = who;
END
$body$;

CREATE FUNCTION privacy_age() RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $body$
DECLARE
    views bigint;
    lines bigint;
BEGIN
    DELETE FROM students_disclosure WHERE at < clock_timestamp()
        - make_interval(days => GREATEST(365, (SELECT disclosures FROM privacy_retention)));
    GET DIAGNOSTICS views = ROW_COUNT;
    DELETE FROM audit_auditentry WHERE at < clock_timestamp()
        - make_interval(days => GREATEST(365, (SELECT audit FROM privacy_retention)));
    GET DIAGNOSTICS lines = ROW_COUNT;
    RETURN jsonb_build_object('disclosures', views, 'audit', lines);
END
$body$;
"""
UNFORGET = """
DROP FUNCTION privacy_age();
DROP FUNCTION privacy_forget(bigint, text);
DROP FUNCTION privacy_nameless(jsonb);
CREATE OR REPLACE FUNCTION mail_keep() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    RAISE EXCEPTION 'a promised mail stays as it was written' USING ERRCODE = 'integrity_constraint_violation';
END
$body$;
DROP FUNCTION privacy_is_erasing();
"""
# The audit log tells of these, too; not why somebody is held, which may name them.
WATCHED = [
    ("privacy_erasure", ["number", "state", "by", "due_at"]),
    ("privacy_hold", ["person_id", "set_at", "lifted_at"]),
    ("privacy_export", ["person_id", "asked_by_id", "state"]),
    ("privacy_retention", ["mails", "notices", "imports", "import_notes", "disclosures", "audit", "closed"]),
]


def watch(table: str, columns: list[str]) -> str:
    part = {
        row: "jsonb_build_object(" + ", ".join(f"'{name}', {row}.\"{name}\"" for name in columns) + ")"
        for row in ("OLD", "NEW")
    }
    return f"""
        CREATE FUNCTION audit_{table}() RETURNS trigger LANGUAGE plpgsql AS $body$
        BEGIN
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
        CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION audit_{table}();
    """


def unwatch(table: str) -> str:
    return f"DROP TRIGGER audit ON {table}; DROP FUNCTION audit_{table}();"


class Migration(migrations.Migration):
    dependencies = [
        ("privacy", "0001_initial"),
        ("audit", "0002_triggers"),
        ("mail", "0011_words"),
        ("students", "0003_disclosures"),
    ]

    operations = [
        migrations.RunSQL(FORGET, UNFORGET),
        *[migrations.RunSQL(watch(*watched), unwatch(watched[0])) for watched in WATCHED],
    ]
