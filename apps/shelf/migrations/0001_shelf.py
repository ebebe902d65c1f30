"""The shelf, and a line in the audit log for each change of it."""

from importlib import import_module

import django.core.validators
from django.db import migrations, models

triggers = import_module("apps.audit.migrations.0002_triggers")
TABLE, COLUMNS = "shelf_resource", ["title", "url", "text", "topic", "archived_at"]


class Migration(migrations.Migration):

    initial = True

    dependencies = [("audit", "0002_triggers")]

    operations = [
        migrations.CreateModel(
            name='Resource',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=120)),
                ('url', models.URLField(blank=True, max_length=500, validators=[django.core.validators.URLValidator(schemes=['http', 'https'])], verbose_name='link')),
                ('text', models.TextField(blank=True, max_length=600, verbose_name='short text')),
                ('topic', models.CharField(choices=[('first', 'First days'), ('ask', 'Asking'), ('prepare', 'Preparing'), ('talk', 'During the conversation'), ('after', 'After the conversation')], max_length=7, verbose_name='where it fits')),
                ('position', models.PositiveIntegerField(default=0, editable=False)),
                ('archived_at', models.DateTimeField(blank=True, editable=False, null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('url', ''), _negated=True), models.Q(('text', ''), _negated=True), _connector='OR'), name='resource_says_something')],
            },
        ),
        migrations.RunSQL(triggers.watch(TABLE, triggers.ALL, COLUMNS), triggers.unwatch(TABLE)),
    ]
