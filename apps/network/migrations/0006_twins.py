"""A person is on a student’s map once: folded keys of name, mail and LinkedIn, and two indexes that hold the sure ones.

Where two of one student have one mail or one profile already, both stay; the later one keeps no key, until it is edited.
"""

import django.contrib.postgres.fields
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from apps.network import twins


def compose(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    rows = apps.get_model("network", "Contact").objects.using(editor.connection.alias)
    taken, changed = set[tuple[int, str, str]](), []
    for row in rows.only("pk", "student_id", "name", "email", "linkedin", "archived_at").order_by("pk").iterator(2000):
        row.name_key = twins.name_key(row.name)
        keys = {"email_key": twins.email_key(row.email), "linkedin_key": twins.linkedin_key(row.linkedin)}
        for name, value in keys.items():
            mark = (row.student_id, name, value)
            setattr(row, name, "" if mark in taken and not row.archived_at else value)
            if value and not row.archived_at:
                taken.add(mark)
        changed.append(row)
        if len(changed) == 2000:
            rows.bulk_update(changed, ["name_key", *keys], batch_size=1000)
            changed.clear()
    rows.bulk_update(changed, ["name_key", "email_key", "linkedin_key"], batch_size=1000)


class Migration(migrations.Migration):
    dependencies = [("network", "0005_contact_imports")]

    operations = [
        migrations.AddField(
            "contact", "name_key", models.CharField(default="", editable=False, max_length=150)
        ),
        migrations.AddField("contact", "email_key", models.CharField(default="", editable=False, max_length=254)),
        migrations.AddField("contact", "linkedin_key", models.CharField(default="", editable=False, max_length=200)),
        migrations.AddField(
            "contact",
            "told_apart",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), blank=True, default=list, editable=False, size=None
            ),
        ),
        migrations.RunPython(compose, migrations.RunPython.noop, elidable=True),
        migrations.AddConstraint(
            "contact",
            models.UniqueConstraint(
                condition=models.Q(("archived_at", None), ("email_key__gt", "")),
                fields=("student", "email_key"),
                name="one_person_of_a_mail",
            ),
        ),
        migrations.AddConstraint(
            "contact",
            models.UniqueConstraint(
                condition=models.Q(("archived_at", None), ("linkedin_key__gt", "")),
                fields=("student", "linkedin_key"),
                name="one_person_of_a_linkedin",
            ),
        ),
    ]
