"""Mails that came in about one of ours: bounces, automatic replies, answers. And stopped addresses as they are sent.

An account whose address is written anew would get mail again if the list of stopped addresses still had the old one.
"""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from apps.database.rewritten import rewrite
from apps.web import addresses

SORTS = [
    ("came_back", "It came back"),
    ("delayed", "It is delayed; their mail server goes on trying"),
    ("arrived", "It arrived"),
    ("automatic", "Automatic reply"),
    ("reply", "Somebody answered"),
]


def bring_up_to_date(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    rows = apps.get_model("mail", "Suppression").objects.using(editor.connection.alias)
    rewrite(rows.exclude(address__regex=addresses.SETTLED), {"address": addresses.stored})


class Migration(migrations.Migration):
    dependencies = [("mail", "0009_closed")]
    operations = [
        migrations.CreateModel(
            name="ReceivedMail",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.DB_CASCADE,
                        related_name="received",
                        to="mail.outboundmessage",
                    ),
                ),
                ("sort", models.CharField(choices=SORTS, max_length=9)),
                ("received_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("sender", models.CharField(blank=True, max_length=254)),
                ("back_on", models.DateField(blank=True, null=True)),
                ("words", models.CharField(blank=True, max_length=300)),
                ("fingerprint", models.CharField(max_length=64)),
            ],
        ),
        migrations.AddConstraint(
            model_name="receivedmail",
            constraint=models.UniqueConstraint(fields=("message", "fingerprint"), name="each_received_mail_once"),
        ),
        migrations.AddConstraint(
            model_name="receivedmail",
            constraint=models.CheckConstraint(
                condition=models.Q(("sort__in", [sort for sort, _ in SORTS])), name="received_sort_is_known"
            ),
        ),
        migrations.RunPython(bring_up_to_date, migrations.RunPython.noop, elidable=True),
    ]
