"""A word that stands nowhere else in every text of a person's rows, and a look for it in all of the database."""

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.core.validators import EmailValidator, URLValidator
from django.db import connection, models

from apps.accounts.models import User
from apps.privacy import reach

# What a constraint, a list of choices or a lookup fixes: no word of anybody can stand there.
FIXED = {
    "accounts.User": {"time_zone", "password", "roles", "scheme"},
    "alumni.AlumniProfile": {"time_zone", "country", "listing", "facets", "source_digest", "search_text"},
    "network.Contact": {"time_zone"},
    "interviews.Interview": {"zone", "student_zone", "alum_zone", "agreed_wall_clock"},
    "interviews.TimeWindow": {"zone"},
    "interviews.ChosenTimes": {"spans"},
    "interviews.LifecycleEvent": {"event", "was", "became", "actor"},
    "interviews.InterviewRequest": {"turn"},
    "interviews.LiveAct": {"name"},
    "mail.OutboundMessage": {"key", "kind", "rule", "topic", "ics_method", "message_id", "subject_key", "ics"},
    "mail.Unsubscribe": {"topic"},
    "mail.DeliveryAttempt": {"worker"},
    "mail.ReceivedMail": {"fingerprint"},
    "reminders.Notice": {"rule", "thing", "key", "url"},
    "reminders.Preference": {"rule"},
    "tables.MatchedColumns": {"kind", "shape"},
    "mfa.Authenticator": {"type"},
    "usersessions.UserSession": {"session_key"},
    "network.Touch": {"key"},
    "network.LetterDraft": {"about"},
    "audit.AuditEntry": {"act", "subject", "row", "role", "way"},
    "privacy.Hold": {"reason"},
    "moderation.Report": {"note"},  # the office's
}
# What the other side wrote stays theirs. Of an alum's rows: all of a student's letter but the answer to it.
OF_OTHERS = {
    "student": {"interviews.InterviewRequest": {"answer_note"}},
    "alum": {
        "interviews.InterviewRequest": {
            *("subject", "part_who", "part_connection", "part_why", "part_ask", "goals", "sent_text", "kept"),
            *("about_person", "about_organization", "about_field", "skipped_because"),
        },
        "interviews.ThankYou": {"subject", "body", "kept"},
        "interviews.ImpactNote": {"body"},
    },
    "coach": {"students.Disclosure": {"what"}},  # the student's log of who looked
}
KEYS = ("name_key", "email_key", "linkedin_key", "sort_key")  # composed of the others


def plant(person: User) -> dict[str, tuple[str, str]]:
    """Write a mark of its own into every text column of every row of a person. Returns {mark: (model, column)}."""
    planted: dict[str, tuple[str, str]] = {}
    number = 0
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET session_replication_role = replica")  # a promised mail stays as it was written
        for label, ways in reach.THEIRS.items():
            for way in ways:
                for row in list(reach.rows(label, way, person)):
                    others = {name for role in person.roles for name in OF_OTHERS.get(role, {}).get(label, ())}
                    for field in texts(label):
                        if field.name in others or is_of_other_side(label, row, person):
                            continue
                        number += 1
                        mark = f"zq{number:04d}x{person.pk}q"
                        if write(cursor, row, field, mark):
                            planted = {m: at for m, at in planted.items() if at != (label, field.name, row.pk)}
                            planted[mark] = (label, field.name, row.pk)
        cursor.execute("SET session_replication_role = DEFAULT")
    return {mark: (label, column) for mark, (label, column, _) in planted.items()}


def is_of_other_side(label, row, person):
    """What an alum noted in the story of a student's request is the alum's."""
    return label == "interviews.LifecycleEvent" and row.actor == "alum" and not person.is_alum


def texts(label):
    for field in reach.model_of(label)._meta.concrete_fields:
        is_text = isinstance(field, models.CharField | models.TextField | models.JSONField | models.BinaryField)
        is_list = isinstance(field, ArrayField) and isinstance(field.base_field, models.CharField)
        if isinstance(field, models.GeneratedField) or field.choices or field.name in FIXED.get(label, ()):
            continue
        if field.name in KEYS or (is_list and field.base_field.choices):
            continue
        if is_text or is_list:
            yield field


def write(cursor, row, field, mark):
    """Put a mark into one cell as its column takes it. Returns whether it has room for one."""
    value = mark
    validators = {type(one) for one in field.validators}
    if EmailValidator in validators or field.name in ("recipient", "address", "reply_to", "sender"):
        value = f"{mark}@canary.example"
    elif URLValidator in validators:
        value = f"https://{mark}.example/"
    elif isinstance(field, ArrayField):
        if (field.base_field.max_length or 99) < len(mark):
            return False
        value = [mark]
    elif isinstance(field, models.JSONField):
        value = f'{{"said": "{mark}"}}'
    elif isinstance(field, models.BinaryField):
        value = mark.encode()
    if isinstance(value, str) and field.max_length and len(value) > field.max_length:
        return False
    cast = "::jsonb" if isinstance(field, models.JSONField) else ""
    table = row._meta.db_table
    cursor.execute(f'UPDATE {table} SET "{field.column}" = %s{cast} WHERE {row._meta.pk.column} = %s', [value, row.pk])
    return True


def is_given(label, column):
    """Whether the person gets this column in their export, by any way."""
    is_code = label == "mail.OutboundMessage" and column in ("subject", "text")  # the mail of the stage lets in
    is_file = column == "content"
    return not (is_code or is_file) and all(column in reach.columns(label, way) for way in reach.THEIRS[label])


def found(*needles: str) -> set[tuple[str, str]]:
    """Return (table, column) for every column of the database in which one of the words stands, whatever its type."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, a.attname, t.typname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
            " JOIN pg_type t ON t.oid = a.atttypid"
            " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped"
        )
        hits = set()
        for table, column, kind in cursor.fetchall():
            said = f"encode(\"{column}\", 'escape')" if kind == "bytea" else f'"{column}"::text'
            cursor.execute(
                f"SELECT EXISTS (SELECT FROM {table} WHERE {said} ILIKE ANY(%s))",
                [[f"%{needle}%" for needle in needles]],
            )
            if cursor.fetchone()[0]:
                hits.add((table, column))
    return hits


def now() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]
