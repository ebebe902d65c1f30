import django.db.models.deletion
from django.db import migrations, models

# Until now an entry was of an event whose name it had as its note; of two of one name it is the nearer one.
BY_NAME = """
    INSERT INTO finding_meeting (event_id, touch_id)
    SELECT DISTINCT ON (touch.id) event.id, touch.id
    FROM network_touch touch
    JOIN finding_event event ON event.student_id = touch.student_id AND event.name = touch.note
    WHERE touch.kind = 'met'
    ORDER BY touch.id, abs(event.held_on - touch.at::date), event.id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("finding", "0001_where_to_look_and_events"),
        ("network", "0011_give_back_and_gaps"),
    ]

    operations = [
        migrations.CreateModel(
            name="Meeting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="meetings", to="finding.event"
                    ),
                ),
                (
                    "touch",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="meeting", to="network.touch"
                    ),
                ),
            ],
        ),
        migrations.RunSQL(BY_NAME, migrations.RunSQL.noop),
    ]
