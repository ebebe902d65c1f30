from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reminders', '0005_words'),
    ]

    operations = [
        migrations.AlterField(
            model_name='preference',
            name='how',
            field=models.CharField(choices=[('at_once', 'Right away'), ('daily', 'Daily digest'), ('weekly', 'Weekly digest'), ('never', 'Only in Rapport, no email')], default='at_once', max_length=7),
        ),
    ]
