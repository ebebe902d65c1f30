"""The office's own search words, and a line in the audit log for each change of one."""

from importlib import import_module

import django.db.models.functions.text
from django.db import migrations, models

triggers = import_module("apps.audit.migrations.0002_triggers")
TABLE, COLUMNS = "policy_searchword", ["kind", "phrase", "means"]


class Migration(migrations.Migration):

    dependencies = [
        ('policy', '0008_opening_hours'),
        ('audit', '0002_triggers'),
    ]

    operations = [
        migrations.CreateModel(
            name='SearchWord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('occupation', 'An occupation'), ('field', 'A field or a major'), ('place', 'A place'), ('organization', 'An organization')], max_length=12, verbose_name='what it is')),
                ('phrase', models.CharField(max_length=60, verbose_name='what students type')),
                ('means', models.TextField(max_length=500, verbose_name='what it means')),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('kind'), django.db.models.functions.text.Lower('phrase'), name='search_word_once'), models.CheckConstraint(condition=models.Q(('kind__in', ['occupation', 'field', 'place', 'organization'])), name='search_word_kind_known')],
            },
        ),
        migrations.RunSQL(triggers.watch(TABLE, triggers.ALL, COLUMNS), triggers.unwatch(TABLE)),
    ]
