"""The role that web, worker and clock connect as: it reads and writes rows, and may only add to the two logs.

The role that owns the tables, and that migrates, is another one. So neither a fault in a page nor a stolen web process
can take a line out of the audit log or the disclosure log (R244, K1, K2).
"""

from dataclasses import dataclass

from django.db import connection
from psycopg import sql

# Rapport adds lines to these and reads them.
ADD_ONLY = ("audit_auditentry", "students_disclosure")
# And it reads these: which migrations a database has, and whose it is, is for the owner to say; what a search reads of
# an entry, for the trigger that follows the entries.
READ_ONLY = ("django_migrations", "installation_installation", "alumni_findable", "alumni_bundle")
MAINTAIN_SINCE = 170000  # from then on a role can be let analyze what it does not own


@dataclass(frozen=True)
class AppRole:
    """Name and password of the role; both stand in APP_DATABASE_URL."""

    name: str
    password: str


def grant(role: AppRole) -> None:
    """Make the role where it is missing, and give it exactly what Rapport needs on every table as it now is.

    Raises django.db.ProgrammingError where the connected role does not own the tables, or may not make roles.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user = %s", [role.name])
        if cursor.fetchone()[0]:
            return  # one role does everything: it may anyway
        cursor.execute("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = %s)", [role.name])
        if not cursor.fetchone()[0]:
            made = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(_name(role.name), sql.Literal(role.password))
            cursor.execute(made)
        cursor.execute("SELECT current_setting('server_version_num')::int")
        rights = "SELECT, INSERT, UPDATE, DELETE" + (", MAINTAIN" if cursor.fetchone()[0] >= MAINTAIN_SINCE else "")
        for statement in _statements(rights):
            cursor.execute(sql.SQL(statement).format(role=_name(role.name)))


def _name(role: str) -> sql.Identifier:
    return sql.Identifier(role)


def _statements(rights: str) -> list[str]:
    return [
        "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}",
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        "GRANT USAGE ON SCHEMA public TO {role}",
        "GRANT " + rights + " ON ALL TABLES IN SCHEMA public TO {role}",
        "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}",
        *("REVOKE UPDATE, DELETE ON " + table + " FROM {role}" for table in ADD_ONLY),
        *("REVOKE INSERT, UPDATE, DELETE ON " + table + " FROM {role}" for table in READ_ONLY),
    ]
