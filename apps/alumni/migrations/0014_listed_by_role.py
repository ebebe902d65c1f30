"""An index of the words of name and role alone, by which a search sorts: no text is read for it."""

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("alumni", "0013_clean_pending_lists")]
    operations = [
        migrations.AddIndex(
            "alumniprofile",
            GinIndex(
                models.Func(
                    models.F("search_text"),
                    template="(to_tsvector('simple'::regconfig, split_part(%(expressions)s, chr(10), 1)))",
                ),
                condition=models.Q(("listing", "listed")),
                name="listed_by_role",
            ),
        )
    ]
