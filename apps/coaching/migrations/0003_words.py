from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('coaching', '0002_notes_reach_the_student'),
    ]

    operations = [
        migrations.AlterField(
            model_name='coachnote',
            name='kind',
            field=models.CharField(choices=[('note', 'A note'), ('offer', 'An offer to review a first request'), ('wish', 'Good wishes before a first conversation'), ('hello', 'A note after a few quiet weeks')], default='note', max_length=5),
        ),
    ]
