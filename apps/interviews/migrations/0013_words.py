from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('interviews', '0012_caps'),
    ]

    operations = [
        migrations.AlterField(
            model_name='interview',
            name='status',
            field=models.CharField(choices=[('scheduled', 'Scheduled'), ('completed', 'Talked'), ('cancelled', 'Canceled'), ('no_show', 'Didn’t happen')], default='scheduled', editable=False, max_length=9),
        ),
        migrations.AlterField(
            model_name='interviewrequest',
            name='channel',
            field=models.CharField(choices=[('rapport', 'Email, sent by Rapport'), ('email', 'Email, from my own account'), ('linkedin', 'LinkedIn'), ('text', 'Text message'), ('phone', 'Phone'), ('in_person', 'In person')], default='rapport', max_length=9),
        ),
        migrations.AlterField(
            model_name='interviewrequest',
            name='goals',
            field=models.TextField(blank=True, max_length=600, verbose_name='what you want to learn'),
        ),
        migrations.AlterField(
            model_name='interviewrequest',
            name='part_connection',
            field=models.TextField(blank=True, max_length=800, verbose_name='how you found them'),
        ),
        migrations.AlterField(
            model_name='interviewrequest',
            name='part_why',
            field=models.TextField(blank=True, max_length=1200, verbose_name='why you’re asking them'),
        ),
        migrations.AlterField(
            model_name='interviewrequest',
            name='skipped_because',
            field=models.CharField(blank=True, max_length=200, verbose_name='why you’re skipping it'),
        ),
        migrations.AlterField(
            model_name='interviewrequest',
            name='status',
            field=models.CharField(choices=[('draft', 'Draft'), ('in_review', 'With your coach'), ('sent', 'Waiting for a reply'), ('countered', 'New times suggested'), ('accepted', 'Accepted'), ('declined', 'Not now'), ('expired', 'No reply'), ('withdrawn', 'Withdrawn')], default='draft', editable=False, max_length=9),
        ),
        migrations.AlterField(
            model_name='thankyou',
            name='channel',
            field=models.CharField(choices=[('rapport', 'Email, sent by Rapport'), ('email', 'Email, from my own account'), ('linkedin', 'LinkedIn'), ('text', 'Text message'), ('phone', 'Phone'), ('in_person', 'In person')], default='rapport', max_length=9),
        ),
    ]
