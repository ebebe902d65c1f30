from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0006_addresses_and_zones_of_today"),
    ]

    operations = [
        migrations.AlterField(
            model_name="user",
            name="email",
            field=models.EmailField(
                error_messages={"unique": "This address is already in use."},
                max_length=254,
                unique=True,
                verbose_name="email address",
            ),
        ),
    ]
