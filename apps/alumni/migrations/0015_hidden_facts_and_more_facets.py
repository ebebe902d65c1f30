"""What an alum hides, kept apart; invitations; and the directory narrowed by organization, degree, language and usual times, too.

Rows are read and written by two thousand, so a large directory is not held at once.
"""

import json
from itertools import batched

import django.contrib.postgres.fields
import django.db.models.deletion
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from apps.alumni import words

NOT_READ = ("search", "search_text", "facets", "office_notes")
WRITE = """
    UPDATE alumni_alumniprofile
    SET facets = ARRAY(SELECT value FROM json_array_elements_text(composed.facets::json) WITH ORDINALITY AS each(value, at)
                       ORDER BY at)
    FROM unnest(%s::bigint[], %s::text[]) AS composed (id, facets) WHERE alumni_alumniprofile.id = composed.id
"""


def compose_facets(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    rows = apps.get_model("alumni", "AlumniProfile").objects.using(editor.connection.alias)
    for some in batched(rows.defer(*NOT_READ).order_by("pk").iterator(2000), 2000):
        found = [json.dumps(words.facets(row)) for row in some]
        with editor.connection.cursor() as cursor:
            cursor.execute(WRITE, [[row.pk for row in some], found])


class Migration(migrations.Migration):

    dependencies = [
        ('alumni', '0014_listed_by_role'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='alumniprofile',
            name='hides',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('last_name', 'My last name, all but the initial'), ('employer', 'Where I work'), ('city', 'Where I live'), ('class_year', 'My class year'), ('former_name', 'My former name, and don’t let people find me by it')], max_length=12), blank=True, default=list, editable=False),
        ),
        migrations.AddField(
            model_name='alumniprofile',
            name='kept_back',
            field=models.JSONField(blank=True, default=dict, editable=False),
        ),
        migrations.AddConstraint(
            model_name='alumniprofile',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('hides__contains', ['employer']), _negated=True), ('employer', ''), _connector='OR'), name='hides_employer'),
        ),
        migrations.AddConstraint(
            model_name='alumniprofile',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('hides__contains', ['city']), _negated=True), models.Q(('city', ''), ('country', ''), ('region', '')), _connector='OR'), name='hides_city'),
        ),
        migrations.AddConstraint(
            model_name='alumniprofile',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('hides__contains', ['class_year']), _negated=True), ('class_year', None), _connector='OR'), name='hides_class_year'),
        ),
        migrations.AddConstraint(
            model_name='alumniprofile',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('hides__contains', ['former_name']), _negated=True), ('former_name', ''), _connector='OR'), name='hides_former_name'),
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked_at', models.DateTimeField()),
                ('mailed_at', models.DateTimeField(blank=True, null=True)),
                ('alum', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to='alumni.alumniprofile')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['alum', '-asked_at'], name='invitations_of_alum'), models.Index(fields=['mailed_at'], name='invitations_by_mail')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('mailed_at', None)), fields=('alum',), name='one_invitation_waits')],
            },
        ),
        migrations.RunPython(compose_facets, migrations.RunPython.noop, elidable=True),
    ]
