from django.db import migrations, models
from django.db.models import F


def count_as_read(apps, schema_editor):
    """What was shared before is where it was: nobody is told of it now."""
    notes = apps.get_model("coaching", "CoachNote").objects.filter(is_shared=True)
    notes.update(shared_at=F("created_at"), read_at=F("created_at"))


class Migration(migrations.Migration):

    dependencies = [
        ('coaching', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            'coachnote',
            'kind',
            models.CharField(
                choices=[
                    ('note', 'A note'),
                    ('offer', 'An offer to read a first request'),
                    ('wish', 'Good wishes before a first conversation'),
                    ('hello', 'A line after some quiet weeks'),
                ],
                default='note',
                max_length=5,
            ),
        ),
        migrations.AddField('coachnote', 'shared_at', models.DateTimeField(blank=True, null=True)),
        migrations.AddField('coachnote', 'read_at', models.DateTimeField(blank=True, null=True)),
        migrations.AddField('coachnote', 'changed_at', models.DateTimeField(blank=True, null=True)),
        migrations.AddIndex('coachnote', models.Index(fields=['student', '-created_at'], name='coach_notes_of_student')),
        migrations.RunPython(count_as_read, migrations.RunPython.noop),
    ]
