"""Let the database itself delete or empty what points to a person or a mail, whoever writes at the same moment.

The person needs no index of their own: another begins with them.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('mail', '0007_deleted_by_the_database'),
        ('reminders', '0002_yearly_check'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='notice',
            name='message',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.DB_SET_NULL, related_name='notices', to='mail.outboundmessage'),
        ),
        migrations.AlterField(
            model_name='notice',
            name='person',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='notices', to=settings.AUTH_USER_MODEL),
        ),
    ]
