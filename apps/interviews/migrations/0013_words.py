from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('interviews', '0012_caps'),
    ]

    operations = [
        migrations.AlterField(
            model_name='namedperson',
            name='name_permission',
            field=models.CharField(choices=[('yes', 'Yes'), ('intro_first', 'Introduce me first'), ('no', 'No'), ('not_asked', 'I didn’t ask')], default='not_asked', max_length=11),
        ),
        migrations.AlterField(
            model_name='question',
            name='relation',
            field=models.CharField(blank=True, choices=[('family', 'Family or community'), ('friend', 'Friend or fellow student'), ('professor', 'Professor or mentor'), ('work', 'Supervisor or colleague'), ('coach', 'Career coach'), ('alum', 'Alum of our university'), ('referred', 'Someone suggested them'), ('event', 'Met at an event'), ('linkedin', 'Found on LinkedIn'), ('website', 'Found on a website')], max_length=9, verbose_name='fits somebody who is'),
        ),
    ]
