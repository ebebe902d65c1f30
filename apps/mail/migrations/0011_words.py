from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('mail', '0010_received'),
    ]

    operations = [
        migrations.AlterField(
            model_name='deliveryattempt',
            name='outcome',
            field=models.CharField(choices=[('pending', 'Waiting'), ('leased', 'Picked up'), ('sending', 'Sending'), ('sent', 'Sent'), ('uncertain', 'Delivery unconfirmed'), ('failed', 'Failed'), ('cancelled', 'Canceled'), ('superseded', 'Replaced by a newer email'), ('obsolete', 'No longer needed'), ('returned', 'Bounced'), ('closed', 'Closed by the office')], max_length=10),
        ),
        migrations.AlterField(
            model_name='deliveryattempt',
            name='phase',
            field=models.CharField(blank=True, choices=[('', 'Not started'), ('envelope', 'Sender and recipient'), ('data', 'Text'), ('after_dot', 'Everything, no reply from the server yet'), ('answered', 'Answered')], max_length=9),
        ),
        migrations.AlterField(
            model_name='outboundmessage',
            name='phase',
            field=models.CharField(blank=True, choices=[('', 'Not started'), ('envelope', 'Sender and recipient'), ('data', 'Text'), ('after_dot', 'Everything, no reply from the server yet'), ('answered', 'Answered')], default='', max_length=9),
        ),
        migrations.AlterField(
            model_name='outboundmessage',
            name='state',
            field=models.CharField(choices=[('pending', 'Waiting'), ('leased', 'Picked up'), ('sending', 'Sending'), ('sent', 'Sent'), ('uncertain', 'Delivery unconfirmed'), ('failed', 'Failed'), ('cancelled', 'Canceled'), ('superseded', 'Replaced by a newer email'), ('obsolete', 'No longer needed'), ('returned', 'Bounced'), ('closed', 'Closed by the office')], default='pending', max_length=10),
        ),
        migrations.AlterField(
            model_name='receivedmail',
            name='sort',
            field=models.CharField(choices=[('came_back', 'Bounced'), ('delayed', 'Delayed; their mail server keeps trying'), ('arrived', 'Delivered'), ('automatic', 'Automatic reply'), ('reply', 'Reply')], max_length=9),
        ),
        migrations.AlterField(
            model_name='suppression',
            name='cause',
            field=models.CharField(choices=[('refused', 'Refused twice in 30 days'), ('complaint', 'Marked as spam'), ('unsubscribed', 'Unsubscribed'), ('by_hand', 'Blocked by the office')], default='refused', max_length=12),
        ),
    ]
