"""A former name to be found by, and the text that is searched composed anew: signs, places, other names.

Rows are read and written by two thousand, so a large directory is not held at once; 100,000 of them take minutes.
"""

from itertools import batched

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from apps.alumni import words
from apps.alumni.spelling import MARK
from apps.wording import person_name

NOT_READ = ("search", "facets", "office_notes")
RELEARN = f"""
    INSERT INTO alumni_word
    SELECT DISTINCT left(word, 60) FROM ts_stat('SELECT search FROM alumni_alumniprofile WHERE listing = ''listed''')
    WHERE word NOT LIKE '{MARK}%'
"""


def compose_anew(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    rows = apps.get_model("alumni", "AlumniProfile").objects.using(editor.connection.alias)
    for some in batched(rows.defer(*NOT_READ).order_by("pk").iterator(2000), 2000):
        for row in some:
            given = person_name.read(row.name, row.preferred_name, row.sort_key).given
            row.search_text = words.search_text(row, given)
        rows.bulk_update(some, ["search_text"], batch_size=500)
    with editor.connection.cursor() as cursor:
        cursor.execute("DELETE FROM alumni_word")
        cursor.execute(RELEARN)


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
