from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('policy', '0004_phrases'),
    ]

    operations = [
        migrations.AlterField('policy', 'university', models.CharField(default='Our University', max_length=120)),
        migrations.AlterField('policy', 'short_name', models.CharField(default='Our University', max_length=40)),
        migrations.AlterField(
            'policy', 'office_email', models.EmailField(default='career@university.example', max_length=254)
        ),
        migrations.CreateModel(
            name='Holiday',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField(unique=True, verbose_name='date')),
                ('name', models.CharField(max_length=80)),
            ],
        ),
    ]
