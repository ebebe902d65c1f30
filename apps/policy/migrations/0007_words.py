import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('policy', '0006_locale'),
    ]

    operations = [
        migrations.AlterField(
            model_name='phrase',
            name='explanation',
            field=models.CharField(blank=True, max_length=240, verbose_name='why it can be misread'),
        ),
        migrations.AlterField(
            model_name='phrase',
            name='kind',
            field=models.CharField(choices=[('asks', 'Asks for a job'), ('fine', 'Doesn’t ask for a job'), ('off', 'One of Rapport’s own rules, turned off')], max_length=4),
        ),
        migrations.AlterField(
            model_name='policy',
            name='colour',
            field=models.CharField(blank=True, help_text='For buttons and links; empty for plum.', max_length=7, validators=[django.core.validators.RegexValidator('^#[0-9a-fA-F]{6}$', 'Write # and 6 digits, for example #6b2358.')]),
        ),
        migrations.AlterField(
            model_name='policy',
            name='locale',
            field=models.CharField(choices=[('en-US', 'United States'), ('en-GB', 'United Kingdom and Ireland'), ('en-CA', 'Canada')], default='en-US', help_text='How dates, times and some words are written.', max_length=5, verbose_name='region format'),
        ),
        migrations.AlterField(
            model_name='policy',
            name='move_reason',
            field=models.BooleanField(default=True, help_text='The student writes a short reason when rescheduling.'),
        ),
        migrations.AlterField(
            model_name='policy',
            name='moves_each',
            field=models.PositiveSmallIntegerField(default=2, help_text='For one conversation.'),
        ),
        migrations.AlterField(
            model_name='policy',
            name='nudge_days',
            field=models.PositiveSmallIntegerField(default=6, help_text='Days until the alum gets a reminder.'),
        ),
        migrations.AlterField(
            model_name='policy',
            name='review_first',
            field=models.PositiveSmallIntegerField(default=1, help_text='How many first requests a coach reviews.'),
        ),
        migrations.AlterField(
            model_name='policy',
            name='unanswered_checks',
            field=models.PositiveSmallIntegerField(default=2, help_text='Missed yearly checks before a profile is hidden; 0: never (R206).'),
        ),
        migrations.AlterField(
            model_name='policy',
            name='undo_minutes',
            field=models.PositiveSmallIntegerField(default=5, help_text='Minutes to undo a sent request.'),
        ),
        migrations.AlterField(
            model_name='policy',
            name='welcome',
            field=models.TextField(blank=True, help_text='1 or 2 sentences on the sign-in page.'),
        ),
    ]
