"""When an alum last said that their entry is right, and the rest of one that nobody speaks for (R206)."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('alumni', '0003_search'),
    ]

    operations = [
        migrations.AddField(
            model_name='alumniprofile',
            name='confirmed_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AlterField(
            model_name='alumniprofile',
            name='listing',
            field=models.CharField(choices=[('listed', 'In the directory'), ('invited', 'Not asked yet whether they want to be listed'), ('hidden', 'Not in the directory'), ('removed', 'Asked to be removed'), ('resting', 'Did not answer whether it is still right')], default='invited', max_length=8),
        ),
    ]
