"""Sessions and devices by their hash, the secrets of authenticators sealed, and a row for the guesses at each code."""

from collections.abc import Callable

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from apps.accounts.sealed import seal, unseal

FORWARD = """
CREATE FUNCTION session_by_its_hash(key text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN key LIKE '~%' THEN key
           ELSE '~' || left(encode(sha256(convert_to(key, 'UTF8')), 'hex'), 39) END
$$;
UPDATE django_session SET session_key = session_by_its_hash(session_key);
UPDATE usersessions_usersession SET session_key = session_by_its_hash(session_key);

CREATE FUNCTION device_by_its_hash() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.session_key = session_by_its_hash(NEW.session_key);
    RETURN NEW;
END $$;
CREATE TRIGGER device_by_its_hash BEFORE INSERT OR UPDATE OF session_key ON usersessions_usersession
    FOR EACH ROW EXECUTE FUNCTION device_by_its_hash();
"""

BACKWARD = """
DROP TRIGGER device_by_its_hash ON usersessions_usersession;
DROP FUNCTION device_by_its_hash();
DROP FUNCTION session_by_its_hash(text);
DELETE FROM usersessions_usersession;
DELETE FROM django_session;
"""


def seal_secrets(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    _rewrite_secrets(apps, seal)


def unseal_secrets(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    _rewrite_secrets(apps, lambda text: unseal(text) or "")


def _rewrite_secrets(apps: Apps, rewrite: Callable[[str], str]) -> None:
    for row in apps.get_model("mfa", "Authenticator").objects.exclude(type="webauthn").iterator():
        for name in ("secret", "seed"):
            if name in row.data:
                row.data[name] = rewrite(row.data[name])
        if "migrated_codes" in row.data:
            row.data["migrated_codes"] = [rewrite(code) for code in row.data["migrated_codes"]]
        row.save(update_fields=["data"])


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_address_and_closing"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("sessions", "0001_initial"),
        ("usersessions", "0001_initial"),
    ]
    operations = [
        migrations.CreateModel(
            name="Guess",
            fields=[
                ("key", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("tries", models.PositiveSmallIntegerField()),
                ("until", models.DateTimeField(db_index=True)),
            ],
            options={"verbose_name_plural": "guesses"},
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.RunPython(seal_secrets, unseal_secrets),
    ]
