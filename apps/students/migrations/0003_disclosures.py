from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("students", "0002_words"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.RenameModel("Look", "Disclosure"),
        migrations.RenameIndex("disclosure", new_name="disclosures_of_a_student", old_name="looks_of_a_student"),
        migrations.AlterField(
            "disclosure",
            "student",
            models.ForeignKey(settings.AUTH_USER_MODEL, models.DB_CASCADE, related_name="disclosures"),
        ),
        migrations.AlterField(
            "disclosure",
            "viewer",
            models.ForeignKey(settings.AUTH_USER_MODEL, models.DB_SET_NULL, null=True, related_name="+"),
        ),
    ]
