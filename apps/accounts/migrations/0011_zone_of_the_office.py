from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

NOWHERE = ["UTC", "GMT", "Etc/UTC", "Etc/GMT", "Etc/UCT", "UCT", "Universal", "Zulu"]  # what a device told that keeps its place


def give_the_office_zone(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    policy = apps.get_model("policy", "Policy").objects.first()
    lost = apps.get_model("accounts", "User").objects.filter(is_zone_chosen=False, time_zone__in=NOWHERE)
    lost.update(time_zone=policy.time_zone if policy else "America/Chicago")


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0010_erased_marks'),
        ('policy', '0009_search_words'),
    ]

    operations = [
        migrations.RunPython(give_the_office_zone, migrations.RunPython.noop),
    ]
