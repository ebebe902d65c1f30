"""Sort everybody by the last name that wording/person_name.py finds: without titles, degrees and labels.

Where an export had said which part is the last name, its key stays.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from apps.wording import person_name


def sort_anew(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    rows = apps.get_model("alumni", "AlumniProfile").objects.using(editor.connection.alias)
    changed = []
    for row in rows.only("pk", "name", "sort_key").iterator(2000):
        key = person_name.read(row.name, "", row.sort_key).sort_key[:150]
        if key != row.sort_key:
            row.sort_key = key
            changed.append(row)
    rows.bulk_update(changed, ["sort_key"], batch_size=1000)


class Migration(migrations.Migration):
    dependencies = [("alumni", "0005_usual_times")]
    operations = [migrations.RunPython(sort_anew, migrations.RunPython.noop, elidable=True)]
