from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("alumni", "0008_former_name_and_search_text"),
    ]

    operations = [
        migrations.AddField(
            model_name="alumniprofile",
            name="source_digest",
            field=models.CharField(default="", editable=False, max_length=32),
        ),
        migrations.AddField(
            model_name="alumniimport",
            name="attempts",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name="alumniimport",
            name="state",
            field=models.CharField(
                choices=[
                    ("waiting", "Waiting to be read"),
                    ("checking", "Being read"),
                    ("unreadable", "Couldn’t be read"),
                    ("checked", "Checked, not imported"),
                    ("running", "Being imported"),
                    ("done", "Imported"),
                    ("failed", "Stopped"),
                    ("cancelled", "Canceled"),
                ],
                default="checked",
                max_length=10,
            ),
        ),
    ]
