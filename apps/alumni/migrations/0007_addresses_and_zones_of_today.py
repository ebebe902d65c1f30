"""Addresses as they are sent, and zones by their names of today: what was stored before these rules is written anew."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from apps.clock import zone_names
from apps.database.rewritten import rewrite
from apps.web import addresses


def bring_up_to_date(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    rows = apps.get_model("alumni", "AlumniProfile").objects.using(editor.connection.alias)
    rewrite(rows.exclude(email__regex=addresses.SETTLED), {"email": addresses.stored})
    rewrite(rows.exclude(time_zone__in=[*zone_names.places(), "UTC"]), {"time_zone": zone_names.stored})


class Migration(migrations.Migration):
    dependencies = [("alumni", "0006_names_sorted_anew")]
    operations = [migrations.RunPython(bring_up_to_date, migrations.RunPython.noop, elidable=True)]
