"""The disclosure log finds a student's lines by (student, at): a second index of the student alone only costs writes.

The constraint stays as it is: Django would check every line of the log anew.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

INDEX = "students_look_student_id_773a9e35"


class Migration(migrations.Migration):
    dependencies = [
        ("students", "0006_earlier_introductions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    f"DROP INDEX IF EXISTS {INDEX}",
                    f"CREATE INDEX IF NOT EXISTS {INDEX} ON students_disclosure (student_id)",
                )
            ],
            state_operations=[
                migrations.AlterField(
                    model_name="disclosure",
                    name="student",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.DB_CASCADE,
                        related_name="disclosures",
                        to=settings.AUTH_USER_MODEL,
                    ),
                )
            ],
        )
    ]
