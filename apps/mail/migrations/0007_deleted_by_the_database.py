"""Let the database itself delete or empty what points to a person or a mail, whoever writes at the same moment."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('mail', '0006_due_in_order'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='deliveryattempt',
            name='message',
            field=models.ForeignKey(on_delete=django.db.models.deletion.DB_CASCADE, related_name='attempts_made', to='mail.outboundmessage'),
        ),
        migrations.AlterField(
            model_name='outboundmessage',
            name='handled_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.DB_SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='outboundmessage',
            name='person',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.DB_CASCADE, related_name='messages', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='suppression',
            name='created_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.DB_SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='suppression',
            name='lifted_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.DB_SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='suppression',
            name='message',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.DB_SET_NULL, related_name='suppressions', to='mail.outboundmessage'),
        ),
        migrations.AlterField(
            model_name='unsubscribe',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.DB_CASCADE, related_name='unsubscribes', to=settings.AUTH_USER_MODEL),
        ),
    ]
