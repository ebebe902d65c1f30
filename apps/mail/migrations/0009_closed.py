"""A state of its own for what the office closed, and an index that finds what went to an address in any spelling."""

import django.db.models.functions.text
from django.db import migrations, models

STATES = [
    ("pending", "Waiting"),
    ("leased", "Taken by a worker"),
    ("sending", "Leaving"),
    ("sent", "Sent"),
    ("uncertain", "Perhaps sent"),
    ("failed", "Failed"),
    ("cancelled", "Cancelled"),
    ("superseded", "A newer one went instead"),
    ("obsolete", "No longer needed"),
    ("returned", "Came back"),
    ("closed", "Closed by the office"),
]


class Migration(migrations.Migration):
    dependencies = [("mail", "0008_halt")]
    operations = [
        migrations.RemoveConstraint(model_name="outboundmessage", name="mail_state_is_known"),
        migrations.AlterField(
            model_name="outboundmessage",
            name="state",
            field=models.CharField(choices=STATES, default="pending", max_length=10),
        ),
        migrations.AlterField(
            model_name="deliveryattempt", name="outcome", field=models.CharField(choices=STATES, max_length=10)
        ),
        migrations.AddConstraint(
            model_name="outboundmessage",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", [state for state, _ in STATES])), name="mail_state_is_known"
            ),
        ),
        migrations.RemoveIndex(model_name="outboundmessage", name="mail_failed"),
        migrations.AddIndex(
            model_name="outboundmessage",
            index=models.Index(django.db.models.functions.text.Upper("recipient"), name="mail_to"),
        ),
    ]
