"""What the end of an import asks of the indexes of the search, as their owner: Rapport’s own role may not (ADR 24)."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION alumni_clean_pending_lists() RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public AS $body$
    SELECT gin_clean_pending_list(name)
    FROM unnest(ARRAY['listed_by_word', 'listed_by_facet', 'words_by_likeness']::regclass[]) AS name
$body$;
"""


class Migration(migrations.Migration):
    dependencies = [("alumni", "0012_middle_name")]
    operations = [migrations.RunSQL(FORWARD, "DROP FUNCTION alumni_clean_pending_lists()")]
