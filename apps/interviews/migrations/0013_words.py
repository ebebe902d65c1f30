import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('interviews', '0012_caps'),
    ]

    operations = [
        migrations.AlterField(
            model_name='debrief',
            name='aims',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('facts', 'I learned what I came to learn'), ('rapport', 'We got to know each other a little'), ('guidance', 'I asked for advice and got some')], max_length=8), blank=True, default=list),
        ),
        migrations.AlterField(
            model_name='debrief',
            name='fit_goals',
            field=models.PositiveSmallIntegerField(blank=True, choices=[(1, 'Not at all'), (2, 'A little'), (3, 'Somewhat'), (4, 'Well'), (5, 'Very well')], null=True, verbose_name='what I want to achieve'),
        ),
        migrations.AlterField(
            model_name='debrief',
            name='fit_nature',
            field=models.PositiveSmallIntegerField(blank=True, choices=[(1, 'Not at all'), (2, 'A little'), (3, 'Somewhat'), (4, 'Well'), (5, 'Very well')], null=True, verbose_name='the kind of person I am'),
        ),
        migrations.AlterField(
            model_name='debrief',
            name='fit_skills',
            field=models.PositiveSmallIntegerField(blank=True, choices=[(1, 'Not at all'), (2, 'A little'), (3, 'Somewhat'), (4, 'Well'), (5, 'Very well')], null=True, verbose_name='what I’m good at'),
        ),
        migrations.AlterField(
            model_name='impactnote',
            name='body',
            field=models.TextField(max_length=800, verbose_name='what it led to'),
        ),
        migrations.AlterField(
            model_name='plannedquestion',
            name='theme',
            field=models.CharField(blank=True, choices=[('path', 'Their path'), ('day', 'A typical day'), ('field', 'The field'), ('organisation', 'The organization'), ('fit', 'Whether it fits me'), ('advice', 'Advice'), ('referrals', 'Other people')], max_length=12),
        ),
        migrations.AlterField(
            model_name='question',
            name='relation',
            field=models.CharField(blank=True, choices=[('family', 'Family or community'), ('friend', 'Friend or fellow student'), ('professor', 'Professor or mentor'), ('work', 'Supervisor or colleague'), ('coach', 'Career coach'), ('alum', 'Alum of our university'), ('referred', 'Somebody suggested them'), ('event', 'Met at an event'), ('linkedin', 'Found on LinkedIn'), ('website', 'Found on a website')], max_length=9, verbose_name='fits someone who is'),
        ),
        migrations.AlterField(
            model_name='question',
            name='theme',
            field=models.CharField(choices=[('path', 'Their path'), ('day', 'A typical day'), ('field', 'The field'), ('organisation', 'The organization'), ('fit', 'Whether it fits me'), ('advice', 'Advice'), ('referrals', 'Other people')], max_length=12),
        ),
        migrations.AlterField(
            model_name='questionplan',
            name='goals',
            field=models.TextField(blank=True, max_length=600, verbose_name='what I want to learn'),
        ),
    ]
