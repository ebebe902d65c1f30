"""Addresses as they are sent, and zones by their names of today: what was stored before these rules is written anew."""

from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from apps.clock import zone_names
from apps.database.rewritten import rewrite
from apps.web import addresses


def bring_up_to_date(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    rows = apps.get_model("accounts", "User").objects.using(editor.connection.alias)
    confirmed = apps.get_model("account", "EmailAddress").objects.using(editor.connection.alias)

    def follow(user: Any, new: dict[str, str]) -> None:
        """What the person has confirmed is the same address."""
        if "email" in new:
            confirmed.filter(user_id=user.pk, email__iexact=user.email).update(email=new["email"])

    rewrite(rows.exclude(email__regex=addresses.SETTLED), {"email": addresses.stored_folded}, follow=follow)
    rewrite(rows.exclude(time_zone__in=[*zone_names.places(), "UTC"]), {"time_zone": zone_names.stored})
    policy = apps.get_model("policy", "Policy").objects.using(editor.connection.alias)
    rewrite(policy.all(), {"office_email": addresses.stored, "time_zone": zone_names.stored})


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_names_sorted_anew"), ("policy", "0004_phrases"), ("account", "0009_emailaddress_unique_primary_email")]
    operations = [migrations.RunPython(bring_up_to_date, migrations.RunPython.noop, elidable=True)]
