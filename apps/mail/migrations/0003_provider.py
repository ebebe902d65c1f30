"""Providers beside mail servers: what came back, whose list an address is on, and what the office was told."""

import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


SENT_STAYS = """
DROP TRIGGER mail_sent_stays_sent ON mail_outboundmessage;
CREATE TRIGGER mail_sent_stays_sent BEFORE UPDATE OF state
    ON mail_outboundmessage FOR EACH ROW WHEN (OLD.state = 'sent' AND NEW.state NOT IN ({states}))
    EXECUTE FUNCTION mail_keep();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('mail', '0002_guards'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Trouble',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=20, unique=True)),
                ('began_at', models.DateTimeField()),
                ('told_at', models.DateTimeField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='outboundmessage',
            name='mail_state_is_known',
        ),
        migrations.RemoveConstraint(
            model_name='outboundmessage',
            name='mail_sent_has_its_time',
        ),
        migrations.RemoveConstraint(
            model_name='suppression',
            name='one_suppression_per_address',
        ),
        migrations.AddField(
            model_name='outboundmessage',
            name='provider_id',
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name='suppression',
            name='cause',
            field=models.CharField(choices=[('refused', 'Refused twice in 30 days'), ('complaint', 'Called our mail spam'), ('unsubscribed', 'Wanted no more mail'), ('by_hand', 'Put here by the office')], default='refused', max_length=12),
        ),
        migrations.AddField(
            model_name='suppression',
            name='created_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='suppression',
            name='lifted_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='suppression',
            name='lifted_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='suppression',
            name='message',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='suppressions', to='mail.outboundmessage'),
        ),
        migrations.AlterField(
            model_name='deliveryattempt',
            name='outcome',
            field=models.CharField(choices=[('pending', 'Waiting'), ('leased', 'Taken by a worker'), ('sending', 'Leaving'), ('sent', 'Sent'), ('uncertain', 'Perhaps sent'), ('failed', 'Failed'), ('cancelled', 'Cancelled'), ('superseded', 'A newer one went instead'), ('obsolete', 'No longer needed'), ('returned', 'Came back')], max_length=10),
        ),
        migrations.AlterField(
            model_name='outboundmessage',
            name='state',
            field=models.CharField(choices=[('pending', 'Waiting'), ('leased', 'Taken by a worker'), ('sending', 'Leaving'), ('sent', 'Sent'), ('uncertain', 'Perhaps sent'), ('failed', 'Failed'), ('cancelled', 'Cancelled'), ('superseded', 'A newer one went instead'), ('obsolete', 'No longer needed'), ('returned', 'Came back')], default='pending', max_length=10),
        ),
        migrations.AlterField(
            model_name='suppression',
            name='reason',
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddIndex(
            model_name='outboundmessage',
            index=models.Index(condition=models.Q(('provider_id', ''), _negated=True), fields=['provider_id'], name='mail_at_provider'),
        ),
        migrations.AddIndex(
            model_name='suppression',
            index=models.Index(fields=['-created_at', 'id'], name='suppressions_newest'),
        ),
        migrations.AddConstraint(
            model_name='outboundmessage',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['pending', 'leased', 'sending', 'sent', 'uncertain', 'failed', 'cancelled', 'superseded', 'obsolete', 'returned'])), name='mail_state_is_known'),
        ),
        migrations.AddConstraint(
            model_name='outboundmessage',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('sent_at__isnull', False), ('state__in', ['sent', 'returned'])), models.Q(models.Q(('state__in', ['sent', 'returned']), _negated=True), ('sent_at', None)), _connector='OR'), name='mail_sent_has_its_time'),
        ),
        migrations.AddConstraint(
            model_name='suppression',
            constraint=models.UniqueConstraint(django.db.models.functions.text.Lower('address'), condition=models.Q(('lifted_at', None)), name='one_suppression_per_address'),
        ),
        migrations.AddConstraint(
            model_name='suppression',
            constraint=models.CheckConstraint(condition=models.Q(('address__regex', '^[^\\s,;<>@]+@[^\\s,;<>@]+$')), name='suppression_of_one_address'),
        ),
        migrations.RunSQL(
            SENT_STAYS.format(states="'sent', 'returned'"), SENT_STAYS.format(states="'sent'"), elidable=False
        ),
    ]
