"""The rows that a search reads lie in the order of fields and titles, so that who is found together lies together (ADR 44).

The triggers write what comes in at once in that order; what is there is laid anew, its indexes made after it.
"""

from importlib import import_module

from django.db import migrations

before = import_module("apps.alumni.migrations.0016_findable")

FOLLOWS = before.FORWARD[
    before.FORWARD.index("CREATE FUNCTION alumni_findable_follows()") : before.FORWARD.index("CREATE TRIGGER")
]
AS_BEFORE = FOLLOWS.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
IN_ORDER = (
    AS_BEFORE.replace("a.search, each.*", "a.search, a.field, a.title, each.*")
    .replace("\n    FROM made\n", '\n    FROM made ORDER BY field COLLATE "C", title COLLATE "C"\n')
)  # fmt: skip
LAID_ANEW = """
CREATE TEMPORARY TABLE laid ON COMMIT DROP AS
    SELECT f.* FROM alumni_findable f JOIN alumni_alumniprofile a ON a.id = f.alum_id
    ORDER BY a.field COLLATE "C", a.title COLLATE "C";
DO $body$
DECLARE made text[]; names text[]; one text;
BEGIN
    SELECT array_agg(indexdef), array_agg(indexname) INTO made, names FROM pg_indexes
    WHERE schemaname = current_schema() AND tablename = 'alumni_findable' AND indexname LIKE 'findable%';
    FOREACH one IN ARRAY names LOOP EXECUTE format('DROP INDEX %I', one); END LOOP;
    TRUNCATE alumni_findable;
    INSERT INTO alumni_findable SELECT * FROM laid;
    FOREACH one IN ARRAY made LOOP EXECUTE one; END LOOP;
END $body$;
"""


class Migration(migrations.Migration):
    dependencies = [("alumni", "0018_parts_confirmed_one_by_one")]
    operations = [
        migrations.RunSQL("SET LOCAL statement_timeout = 0; SET LOCAL work_mem = '64MB'", ""),  # a large directory takes minutes
        migrations.RunSQL(IN_ORDER, AS_BEFORE),
        migrations.RunSQL(LAID_ANEW, "", elidable=True),
        migrations.RunSQL("ANALYZE alumni_findable", "", elidable=True),
    ]
