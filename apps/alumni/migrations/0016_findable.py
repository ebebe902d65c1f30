"""A narrow row for every listed person, which the database itself keeps as the entries are: what a search reads (ADR 33).

The indexes that searching and walking the directory had on the entries go with it.
"""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

# What a row of the entries says, cut into what is counted together. A bundle is known by the hash of its facets, so
# nobody has to ask for its number, and two who need the same new one at once write the same.
MADE = """
    SELECT a.id, a.sort_key, a.class_year, a.is_paused, a.paused_until, a.search, each.*
    FROM {rows} a CROSS JOIN LATERAL (
        SELECT array_agg(f) FILTER (WHERE kind = 1) AS offers, array_agg(f) FILTER (WHERE kind = 2) AS studies,
            array_agg(f) FILTER (WHERE kind = 3) AS work, array_agg(f) FILTER (WHERE kind = 4) AS place,
            substr(max(f) FILTER (WHERE kind = 5), 14) AS organization
        FROM (
            SELECT f, CASE split_part(f, ':', 1) WHEN 'major' THEN 2 WHEN 'degree' THEN 2 WHEN 'language' THEN 2
                WHEN 'field' THEN 3 WHEN 'years' THEN 3 WHEN 'place' THEN 4 WHEN 'organization' THEN 5 ELSE 1 END AS kind
            FROM unnest(a.facets) f
        ) told
    ) each
    WHERE a.listing = 'listed'
"""
WRITTEN = """
    WITH made AS MATERIALIZED ({made}), bundles AS (
        INSERT INTO alumni_bundle (code, facets)
        SELECT DISTINCT ON (code) code, facets FROM (
            SELECT DISTINCT alumni_code(facets) AS code, facets FROM (
                SELECT offers AS facets FROM made UNION SELECT studies FROM made UNION SELECT work FROM made
                UNION SELECT place FROM made
            ) every WHERE facets IS NOT NULL
        ) coded WHERE NOT EXISTS (SELECT FROM alumni_bundle known WHERE known.code = coded.code)
        ORDER BY code ON CONFLICT DO NOTHING
    )
    INSERT INTO alumni_findable (
        alum_id, sort_key, class_year, is_paused, paused_until, words, offers, studies, work, place, organization
    )
    SELECT id, sort_key, class_year, is_paused, paused_until, search,
        alumni_code(offers), alumni_code(studies), alumni_code(work), alumni_code(place), coalesce(organization, '')
    FROM made
"""
READ = "search_text", "facets", "sort_key", "class_year", "is_paused", "paused_until"
CHANGED = f"ROW({', '.join(f'n.{name}' for name in READ)}) IS DISTINCT FROM ROW({', '.join(f'o.{name}' for name in READ)})"
FORWARD = f"""
CREATE FUNCTION alumni_code(facets varchar[]) RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS $body$
    SELECT CASE WHEN facets IS NULL THEN 0 ELSE hashtextextended(array_to_string(facets, chr(31)), 0) END
$body$;

-- A plan of its own each time: one that was made for a single row would compare each of 100,000 with each.
CREATE FUNCTION alumni_findable_follows() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public SET plan_cache_mode = force_custom_plan AS $body$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        DELETE FROM alumni_findable;
        RETURN NULL;
    END IF;
    IF TG_OP = 'DELETE' THEN
        DELETE FROM alumni_findable f USING old_rows o WHERE f.alum_id = o.id;
        RETURN NULL;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        DELETE FROM alumni_findable f USING old_rows o LEFT JOIN new_rows n ON n.id = o.id
        WHERE f.alum_id = o.id AND o.listing = 'listed' AND (n.id IS NULL OR n.listing <> 'listed' OR {CHANGED});
        {WRITTEN.format(made=MADE.format(rows="new_rows") + " AND NOT EXISTS (SELECT FROM alumni_findable f WHERE f.alum_id = a.id)")};
        RETURN NULL;
    END IF;
    {WRITTEN.format(made=MADE.format(rows="new_rows"))};
    RETURN NULL;
END $body$;

CREATE TRIGGER findable_added AFTER INSERT ON alumni_alumniprofile
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION alumni_findable_follows();
CREATE TRIGGER findable_changed AFTER UPDATE ON alumni_alumniprofile
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION alumni_findable_follows();
CREATE TRIGGER findable_removed AFTER DELETE ON alumni_alumniprofile
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION alumni_findable_follows();
CREATE TRIGGER findable_emptied AFTER TRUNCATE ON alumni_alumniprofile
    FOR EACH STATEMENT EXECUTE FUNCTION alumni_findable_follows();
"""
BACKWARD = """
DROP TRIGGER findable_added ON alumni_alumniprofile;
DROP TRIGGER findable_changed ON alumni_alumniprofile;
DROP TRIGGER findable_removed ON alumni_alumniprofile;
DROP TRIGGER findable_emptied ON alumni_alumniprofile;
DROP FUNCTION alumni_findable_follows();
DROP FUNCTION alumni_code(varchar[]);
"""
FILL = WRITTEN.format(made=MADE.format(rows="alumni_alumniprofile"))
CLEAN = """
CREATE OR REPLACE FUNCTION alumni_clean_pending_lists() RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public AS $body$
    SELECT gin_clean_pending_list(name) FROM unnest(ARRAY[{names}]::regclass[]) AS name
$body$;
"""
BEFORE = "'listed_by_word', 'listed_by_facet', 'words_by_likeness'"
NOW = "'findable_by_word', 'findable_by_role', 'words_by_likeness'"
GONE = "listed_by_name", "listed_by_year", "listed_by_word", "listed_by_facet", "listed_by_role"
BUNDLED = "offers", "studies", "work", "place", "organization"


class Migration(migrations.Migration):
    dependencies = [("alumni", "0015_hidden_facts_and_more_facets")]
    operations = [
        migrations.RunSQL("SET LOCAL statement_timeout = 0; SET LOCAL work_mem = '64MB'", ""),  # a million: two minutes
        migrations.CreateModel(
            "Bundle",
            fields=[
                ("code", models.BigIntegerField(primary_key=True, serialize=False)),
                ("facets", django.contrib.postgres.fields.ArrayField(models.CharField(max_length=200))),
            ],
        ),
        migrations.CreateModel(
            "Findable",
            fields=[
                (
                    "alum",
                    models.OneToOneField(
                        to="alumni.alumniprofile",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        db_constraint=False,
                        primary_key=True,
                        related_name="findable",
                        serialize=False,
                    ),
                ),
                ("offers", models.BigIntegerField()),
                ("studies", models.BigIntegerField()),
                ("work", models.BigIntegerField()),
                ("place", models.BigIntegerField()),
                ("class_year", models.PositiveSmallIntegerField(null=True)),
                ("is_paused", models.BooleanField()),
                ("paused_until", models.DateField(null=True)),
                ("sort_key", models.CharField(db_collation="C", max_length=150)),
                ("organization", models.CharField(max_length=200)),
                ("words", django.contrib.postgres.search.SearchVectorField()),
            ],
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.RunSQL(FILL, "", elidable=True),
        migrations.AddIndex(
            "bundle", django.contrib.postgres.indexes.GinIndex(fields=["facets"], name="bundles_by_facet")
        ),
        migrations.AddIndex("findable", models.Index(fields=["sort_key", "alum"], name="findable_by_name")),
        migrations.AddIndex(
            "findable",
            models.Index(
                models.F("class_year").desc(nulls_last=True), "sort_key", "alum", name="findable_by_year"
            ),
        ),
        migrations.AddIndex(
            "findable", django.contrib.postgres.indexes.GinIndex(fields=["words"], name="findable_by_word")
        ),
        migrations.AddIndex(
            "findable",
            django.contrib.postgres.indexes.GinIndex(
                models.Func(models.F("words"), template="(ts_filter(%(expressions)s, '{a}'::\"char\"[]))"),
                name="findable_by_role",
            ),
        ),
        *(
            migrations.AddIndex("findable", models.Index(fields=[name], name=f"findable_by_{name}"))
            for name in BUNDLED
        ),
        migrations.RunSQL(CLEAN.format(names=NOW), CLEAN.format(names=BEFORE)),
        *(migrations.RemoveIndex("alumniprofile", name) for name in GONE),
        migrations.RunSQL("ANALYZE alumni_findable, alumni_bundle", "", elidable=True),
    ]
