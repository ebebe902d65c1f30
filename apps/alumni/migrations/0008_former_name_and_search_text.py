"""A former name to be found by, and the text that is searched composed anew: signs, places, other names.

Rows are read and written by two thousand, so a large directory is not held at once.
"""

from itertools import batched
from typing import Any

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from apps.alumni import words
from apps.alumni.spelling import MARK
from apps.wording import person_name

NOT_READ = ("search", "facets", "office_notes")
WRITE = """
    UPDATE alumni_alumniprofile SET search_text = composed.search_text
    FROM unnest(%s::bigint[], %s::text[]) AS composed (id, search_text) WHERE alumni_alumniprofile.id = composed.id
"""
RELEARN = f"""
    INSERT INTO alumni_word
    SELECT DISTINCT left(word, 60) FROM ts_stat('SELECT search FROM alumni_alumniprofile WHERE listing = ''listed''')
    WHERE word NOT LIKE '{MARK}%'
"""


def compose_anew(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    rows = apps.get_model("alumni", "AlumniProfile").objects.using(editor.connection.alias)
    for some in batched(rows.defer(*NOT_READ).order_by("pk").iterator(2000), 2000):
        texts = [words.search_text(row, _given(row)) for row in some]
        with editor.connection.cursor() as cursor:
            cursor.execute(WRITE, [[row.pk for row in some], texts])
    with editor.connection.cursor() as cursor:
        cursor.execute("DELETE FROM alumni_word")
        cursor.execute(RELEARN)


def _given(row: Any) -> tuple[str, ...]:
    return person_name.read(row.name, row.preferred_name, row.sort_key).given


class Migration(migrations.Migration):
    dependencies = [("alumni", "0007_addresses_and_zones_of_today")]
    operations = [
        migrations.AddField(
            "alumniprofile",
            "former_name",
            models.CharField(blank=True, max_length=150, default="", help_text="A name they had before, as at graduation."),
            preserve_default=False,
        ),
        migrations.AddField("alumniprofile", "shows_former_name", models.BooleanField(default=False)),
        migrations.RunPython(compose_anew, migrations.RunPython.noop, elidable=True),
    ]
