"""Let the database itself delete the links of a person, whoever writes one at the same moment."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_press")]
    operations = [
        migrations.AlterField(
            model_name="maillink",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.DB_CASCADE,
                related_name="mail_links",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
    ]
