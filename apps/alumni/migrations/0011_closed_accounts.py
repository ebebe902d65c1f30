"""Nobody is listed whose account is closed, whoever writes: a page, a file of 100,000, a statement by hand."""

from django.db import migrations, models

FORWARD = """
CREATE FUNCTION nobody_closed_is_listed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM accounts_user WHERE id = NEW.user_id AND NOT is_active) THEN
        NEW.listing = 'closed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER nobody_closed_is_listed BEFORE INSERT OR UPDATE OF listing, user_id ON alumni_alumniprofile
    FOR EACH ROW WHEN (NEW.listing = 'listed' AND NEW.user_id IS NOT NULL) EXECUTE FUNCTION nobody_closed_is_listed();

UPDATE alumni_alumniprofile SET listing = 'closed'
    WHERE listing = 'listed' AND user_id IN (SELECT id FROM accounts_user WHERE NOT is_active);
"""

BACKWARD = """
UPDATE alumni_alumniprofile SET listing = 'hidden' WHERE listing = 'closed';
DROP TRIGGER nobody_closed_is_listed ON alumni_alumniprofile;
DROP FUNCTION nobody_closed_is_listed();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_address_and_closing"),
        ("alumni", "0010_words"),
    ]
    operations = [
        migrations.AlterField(
            model_name="alumniprofile",
            name="listing",
            field=models.CharField(
                choices=[
                    ("listed", "Listed"),
                    ("invited", "Not invited yet"),
                    ("hidden", "Not listed"),
                    ("removed", "Left the directory"),
                    ("resting", "Hidden until confirmed"),
                    ("closed", "Account closed"),
                ],
                default="invited",
                max_length=8,
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
