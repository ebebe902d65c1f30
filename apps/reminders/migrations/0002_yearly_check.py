"""The yearly question to alumni, and what a notice is about, by when, and in which mail it went."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models.functions import Cast, Concat


def name_things(apps, schema_editor):
    """What was noticed before speaks of itself alone."""
    thing = Concat("rule", models.Value(":"), Cast("subject_id", models.TextField()), output_field=models.TextField())
    apps.get_model("reminders", "Notice").objects.update(thing=thing)


class Migration(migrations.Migration):

    dependencies = [
        ('alumni', '0004_yearly_check'),
        ('mail', '0002_guards'),
        ('reminders', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ProfileCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked_at', models.DateTimeField()),
                ('is_last', models.BooleanField(default=False)),
            ],
        ),
        migrations.RemoveIndex(
            model_name='notice',
            name='notices_to_mail',
        ),
        migrations.AddField(
            model_name='notice',
            name='deadline_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='notice',
            name='message',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='notices', to='mail.outboundmessage'),
        ),
        migrations.AddField(
            model_name='notice',
            name='thing',
            field=models.CharField(default='', max_length=60),
            preserve_default=False,
        ),
        migrations.RunPython(name_things, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(condition=models.Q(('closed_at', None), ('mailed_at', None)), fields=['person', 'due_at'], name='notices_unmailed'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(condition=models.Q(('closed_at', None)), fields=['rule', 'subject_id'], name='notices_open'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(condition=models.Q(('message__isnull', False)), fields=['message'], name='notices_of_message'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(condition=models.Q(('closed_at__isnull', False)), fields=['closed_at'], name='notices_to_forget'),
        ),
        migrations.AddField(
            model_name='profilecheck',
            name='alum',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='profile_checks', to='alumni.alumniprofile'),
        ),
        migrations.AddIndex(
            model_name='profilecheck',
            index=models.Index(fields=['alum', '-asked_at'], name='profile_checks_of_alum'),
        ),
    ]
