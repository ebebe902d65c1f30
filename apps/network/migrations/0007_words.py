from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('network', '0006_twins'),
    ]

    operations = [
        migrations.AlterField(
            model_name='contact',
            name='email',
            field=models.EmailField(blank=True, max_length=254, verbose_name='email'),
        ),
        migrations.AlterField(
            model_name='contact',
            name='relation',
            field=models.CharField(choices=[('family', 'Family or community'), ('friend', 'Friend or fellow student'), ('professor', 'Professor or mentor'), ('work', 'Supervisor or colleague'), ('coach', 'Career coach'), ('alum', 'Alum of our university'), ('referred', 'Someone suggested them'), ('event', 'Met at an event'), ('linkedin', 'Found on LinkedIn'), ('website', 'Found on a website')], default='alum', max_length=9, verbose_name='how you know them'),
        ),
        migrations.AlterField(
            model_name='contactimport',
            name='state',
            field=models.CharField(choices=[('choosing', 'Ready to review'), ('done', 'Imported'), ('undone', 'Undone')], default='choosing', max_length=8),
        ),
        migrations.AlterField(
            model_name='outcome',
            name='kind',
            field=models.CharField(choices=[('path', 'A path I hadn’t thought of'), ('training', 'Training or a course to look into'), ('insight', 'An insight into the organization'), ('shadow', 'An invitation to see the work'), ('resume', 'They asked for or read my résumé'), ('referral', 'Someone else to talk with'), ('lead', 'They told me about an opening'), ('applied', 'I applied somewhere because of this'), ('offer', 'I was offered something')], max_length=8),
        ),
        migrations.AlterField(
            model_name='referral',
            name='name_permission',
            field=models.CharField(choices=[('yes', 'Yes'), ('intro_first', 'Introduce me first'), ('no', 'No'), ('not_asked', 'I didn’t ask')], default='not_asked', max_length=11),
        ),
        migrations.AlterField(
            model_name='touch',
            name='kind',
            field=models.CharField(choices=[('met', 'You met'), ('asked', 'You asked for a conversation'), ('answered', 'You got a reply'), ('talked', 'You talked'), ('thanked', 'You said thank you'), ('wrote', 'You wrote'), ('heard', 'You got a message'), ('updated', 'You said how it went')], max_length=8),
        ),
    ]
