from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('policy', '0004_phrases'),
    ]

    operations = [
        migrations.CreateModel(
            name='Holiday',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField(unique=True, verbose_name='date')),
                ('name', models.CharField(max_length=80)),
            ],
        ),
    ]
