from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mail", "0005_deleting")]
    operations = [
        migrations.RemoveIndex(model_name="outboundmessage", name="mail_due"),
        migrations.AddIndex(
            model_name="outboundmessage",
            index=models.Index(
                fields=["rank", "next_at", "id"],
                name="mail_due",
                condition=models.Q(("state__in", ["pending", "uncertain"])),
            ),
        ),
    ]
