"""One act changes an address, one closes an account: what must be true then whoever writes, the database sees to."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


FORWARD = """
DELETE FROM account_emailaddress e USING accounts_user p WHERE p.id = e.user_id AND lower(p.email) <> lower(e.email);

CREATE FUNCTION address_of_its_person() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE theirs text;
BEGIN
    SELECT email INTO theirs FROM accounts_user WHERE id = NEW.user_id FOR KEY SHARE;
    IF lower(theirs) <> lower(NEW.email) THEN
        RAISE EXCEPTION 'a confirmed address is the address of its person'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'confirmed_address_is_theirs';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER confirmed_address_is_theirs BEFORE INSERT OR UPDATE ON account_emailaddress
    FOR EACH ROW WHEN (NEW.verified OR NEW."primary") EXECUTE FUNCTION address_of_its_person();

CREATE FUNCTION address_goes_with_its_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM account_emailaddress WHERE user_id = NEW.id AND lower(email) <> lower(NEW.email);
    RETURN NULL;
END $$;
CREATE TRIGGER address_goes_with_its_person AFTER UPDATE OF email ON accounts_user
    FOR EACH ROW WHEN (OLD.email <> NEW.email) EXECUTE FUNCTION address_goes_with_its_person();

CREATE FUNCTION account_events_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.by_id IS NULL AND (OLD.person_id, OLD.what, OLD.was, OLD.became, OLD.way, OLD.at)
        IS NOT DISTINCT FROM (NEW.person_id, NEW.what, NEW.was, NEW.became, NEW.way, NEW.at) THEN
        RETURN NEW;  -- who did it was deleted
    END IF;
    RAISE EXCEPTION 'what happened to an account stays as it was written' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER account_events_stay BEFORE UPDATE ON accounts_accountevent
    FOR EACH ROW EXECUTE FUNCTION account_events_stay();

CREATE FUNCTION somebody_runs_the_office() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('somebody runs the office'));  -- two who go at once would each see the other
    IF NOT EXISTS (SELECT FROM accounts_user WHERE is_active AND 'office' = ANY(roles)) THEN
        RAISE EXCEPTION 'nobody runs the office any more'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'somebody_runs_the_office';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER somebody_runs_the_office AFTER UPDATE OF is_active, roles ON accounts_user FOR EACH ROW
    WHEN (OLD.is_active AND 'office' = ANY(OLD.roles) AND NOT (NEW.is_active AND 'office' = ANY(NEW.roles)))
    EXECUTE FUNCTION somebody_runs_the_office();
"""

BACKWARD = """
DROP TRIGGER somebody_runs_the_office ON accounts_user;
DROP FUNCTION somebody_runs_the_office();
DROP TRIGGER account_events_stay ON accounts_accountevent;
DROP FUNCTION account_events_stay();
DROP TRIGGER address_goes_with_its_person ON accounts_user;
DROP FUNCTION address_goes_with_its_person();
DROP TRIGGER confirmed_address_is_theirs ON account_emailaddress;
DROP FUNCTION address_of_its_person();
"""


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0007_words"),
        ("account", "0009_emailaddress_unique_primary_email"),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='epoch',
            field=models.PositiveIntegerField(db_default=0, default=0, editable=False),
        ),
        migrations.CreateModel(
            name='AccountEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(choices=[('address', 'Email address changed'), ('closed', 'Account closed'), ('reopened', 'Account reopened')], max_length=10)),
                ('was', models.CharField(blank=True, max_length=254)),
                ('became', models.CharField(blank=True, max_length=254)),
                ('way', models.CharField(choices=[('self', 'On their own account page'), ('office', 'By the office'), ('file', 'From an imported file'), ('sign_on', 'From the university’s sign-in')], max_length=10)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.DB_SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.DB_CASCADE, related_name='account_events', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['person', '-at'], name='account_events_of_person')],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
