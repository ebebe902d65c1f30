"""Let the database itself delete what belongs to a mail, and the mails of a person.

Django asks for the rows first and deletes them then. A try that ends, or a mail that is promised, between the two would
forbid the deletion.
"""

from django.db import migrations

# Each is a foreign key that Django made, by the name that it gave it.
KEYS = """
    SELECT key.conname, key.conrelid::regclass AS of_table, attribute.attname, key.confrelid::regclass AS to_table
    FROM pg_constraint key JOIN pg_attribute attribute
        ON attribute.attrelid = key.conrelid AND attribute.attnum = key.conkey[1]
    WHERE key.contype = 'f' AND (key.conrelid::regclass::text, attribute.attname) IN (
        ('mail_deliveryattempt', 'message_id'), ('mail_outboundmessage', 'person_id'), ('mail_unsubscribe', 'person_id')
    )
"""
ON_DELETE = """
DO $$
DECLARE one record;
BEGIN
    FOR one IN {keys} LOOP
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', one.of_table, one.conname);
        EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I FOREIGN KEY (%I) REFERENCES %s ON DELETE {action}'
            ' DEFERRABLE INITIALLY DEFERRED', one.of_table, one.conname, one.attname, one.to_table);
    END LOOP;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("mail", "0004_told_of")]
    operations = [
        migrations.RunSQL(
            ON_DELETE.format(keys=KEYS, action="CASCADE"), ON_DELETE.format(keys=KEYS, action="NO ACTION")
        )
    ]
