from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("policy", "0005_names_and_holidays"),
    ]

    operations = [
        migrations.AddField(
            model_name="policy",
            name="locale",
            field=models.CharField(
                choices=[("en-US", "United States"), ("en-GB", "United Kingdom and Ireland"), ("en-CA", "Canada")],
                default="en-US",
                help_text="Dates, hours, and how words are spelled.",
                max_length=5,
                verbose_name="region format",
            ),
        ),
    ]
