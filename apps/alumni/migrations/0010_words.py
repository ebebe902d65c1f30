import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('alumni', '0009_import_at_size'),
    ]

    operations = [
        migrations.AlterField(
            model_name='alumniimport',
            name='state',
            field=models.CharField(choices=[('waiting', 'Waiting'), ('checking', 'Checking'), ('unreadable', 'Couldn’t be read'), ('checked', 'Ready to review'), ('running', 'Importing'), ('done', 'Imported'), ('failed', 'Failed'), ('cancelled', 'Canceled')], default='checked', max_length=10),
        ),
        migrations.AlterField(
            model_name='alumniprofile',
            name='helps',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('talk', 'A 20-minute conversation'), ('resume', 'A résumé review'), ('shadow', 'A day at work'), ('mock', 'A practice interview'), ('panel', 'A career panel'), ('referral', 'Introductions to others')], max_length=10), blank=True, default=list),
        ),
        migrations.AlterField(
            model_name='alumniprofile',
            name='listing',
            field=models.CharField(choices=[('listed', 'Listed'), ('invited', 'Not invited yet'), ('hidden', 'Not listed'), ('removed', 'Left the directory'), ('resting', 'Hidden until confirmed')], default='invited', max_length=8),
        ),
        migrations.AlterField(
            model_name='alumniprofile',
            name='monthly_cap',
            field=models.PositiveSmallIntegerField(blank=True, help_text='Requests a month; empty: the office’s limit.', null=True),
        ),
    ]
