"""One act changes an address: by the person, the office, a file. The old one opens nothing any more."""

import threading

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.usersessions.models import UserSession
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts import address
from apps.accounts.models import AccountEvent, MailLink, User
from apps.mail import outbox
from apps.mail.models import OutboundMessage, State, Suppression
from apps.web.answers import Refused
from tests import world
from tests.accounts.test_reauthentication import by_code
from tests.accounts.test_second_factor import app_code
from tests.accounts.test_sign_in import ASK, CODE, SIGN_IN, code_in, is_in, mail_to, page

pytestmark = pytest.mark.django_db
NEW = "amira@home.example"


def by_office(office, someone, email, client=None):
    """Save somebody's page at the office with another address."""
    client = client or signed(office)
    fields = {"name": someone.name, "preferred_name": "", "pronouns": "", "email": email, "roles": someone.roles}
    if "student" in someone.roles:
        fields |= {"coach": "", "cohort": "", "program": "", "degree": "", "year": "", "class_year": ""}
    return client.post(reverse("office_person", args=[someone.pk]), fields)


def signed(person):
    client = Client()
    client.force_login(person, backend="apps.accounts.backends.Backend")
    return client


def by_file(office, someone, email):
    text = f"student_id,first_name,last_name,email\r\nS77,{someone.name.replace(' ', ',')},{email}\r\n"
    return signed(office).post(reverse("office_students_import"), {"text": text, "go": "1"})


def by_self(office, someone, email):
    client = by_code(someone)
    there = client.post("/accounts/email/", {"email": email, "action_add": "1"}).url
    client.post(there, {"code": code_in(mail_to(email))})
    return client


def by_raw_sql(office, someone, email):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_user SET email = %s WHERE id = %s", [email, someone.pk])


WAYS = {"office": by_office, "file": by_file, "self": by_self}


@pytest.fixture
def amira(coach):
    return world.student("Amira Haddad", coach=coach, external_id="S77", welcomed_at=world.NOW)


@pytest.fixture(params=WAYS)
def way(request):
    return request.param


# --- in with the new, out with the old --------------------------------------------------------------------------------


@pytest.mark.parametrize("changes", [*WAYS.values(), by_raw_sql])
def test_one_signs_in_with_the_new_address_and_not_with_the_old(changes, amira, office):
    by_code(amira)  # allauth knows the old one
    old = amira.email
    changes(office, amira, NEW)
    amira.refresh_from_db()
    assert amira.email == NEW
    by_code(amira)
    assert list(EmailAddress.objects.filter(user=amira).values_list("email", "verified", "primary")) == [
        (NEW, True, True)
    ]
    client = Client()
    client.post(ASK, {"email": old})
    assert mail_to(old).kind == "no_account"


def test_whoever_gets_the_old_address_signs_in_as_themselves(way, amira, office):
    by_code(amira)
    old = amira.email
    WAYS[way](office, amira, NEW)
    heir = world.person("Hanna Heir", "coach", email=old, password=world.PASSWORD)
    client = Client()
    client.post(SIGN_IN, {"login": old, "password": world.PASSWORD})
    assert client.session["_auth_user_id"] == str(heir.pk)
    by_code(heir)


def test_the_password_goes_with_the_person(amira, office):
    amira.set_password(world.PASSWORD)
    amira.save()
    old = amira.email
    Client().post(SIGN_IN, {"login": old, "password": world.PASSWORD})
    by_office(office, amira, NEW)
    for email, opens in ((old, False), (NEW, True)):
        client = Client()
        client.post(SIGN_IN, {"login": email, "password": world.PASSWORD})
        assert is_in(client) is opens


def test_a_code_that_went_to_the_old_address_opens_nothing(amira, office):
    client = Client()
    client.post(ASK, {"email": amira.email})
    code = code_in(mail_to(amira.email))
    by_office(office, amira, NEW)
    answer = client.post(CODE, {"code": code}, follow=True)
    assert not is_in(client)
    assert "This email address no longer signs you in." in page(answer)


def test_a_link_to_a_new_password_that_went_to_the_old_address_opens_nothing(amira, office):
    client = Client()
    client.post("/accounts/password/reset/", {"email": amira.email})
    link = mail_to(amira.email).text.split("/accounts/password/reset/key/")[1].split("/")[0]
    by_office(office, amira, NEW)
    assert "This link has expired" in page(client.get(f"/accounts/password/reset/key/{link}/", follow=True))


# --- who is signed in -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["office", "file"])
def test_everybody_who_was_signed_in_as_them_is_signed_out(way, amira, office):
    client = by_code(amira)
    assert client.get("/me/").status_code == 200
    WAYS[way](office, amira, NEW)
    assert client.get("/me/").url == "/accounts/login/?next=/me/"
    assert not UserSession.objects.filter(user=amira).exists()


def test_who_changes_their_own_stays_signed_in_here_alone(amira, office):
    other = by_code(amira)
    client = by_self(office, amira, NEW)
    assert f"Your email address is now {NEW}." in page(client.get("/me/"))
    assert other.get("/me/").status_code == 302
    assert "This device" in page(client.get("/accounts/sessions/"))
    assert UserSession.objects.filter(user=amira).count() == 1


def test_a_sign_in_under_way_begins_anew(office):
    """Somebody between the first step and the second while everybody is signed out."""
    ines, secret, client = world.person("Ines Palm", "coach", password=world.PASSWORD), generate_totp_secret(), Client()
    TOTP.activate(ines, secret)
    client.post(SIGN_IN, {"login": ines.email, "password": world.PASSWORD})
    by_office(office, ines, "ines@home.example")
    assert client.post("/accounts/mfa/authenticate/", {"code": app_code(secret)}).url == SIGN_IN
    assert not is_in(client)
    assert "Your account changed while you were signing in." in page(client.get(SIGN_IN))


# --- told, and written down -------------------------------------------------------------------------------------------


def test_both_addresses_are_told(way, amira, office):
    old = amira.email
    WAYS[way](office, amira, NEW)
    told = OutboundMessage.objects.filter(kind="security_notice").order_by("recipient")
    assert {message.recipient for message in told} == {old, NEW}
    texts = {message.recipient: message.text for message in told}
    assert "You now sign in to Rapport with this email address." in texts[NEW]
    opening = {"self": "Your email address was", "office": "The office changed", "file": "The university’s records"}
    assert texts[old].startswith(opening[way])
    assert ("from the IP address" in " ".join(texts[old].split())) is (way == "self")


def test_an_address_that_takes_no_mail_is_not_written_to(amira, office):
    Suppression.objects.create(address=amira.email)
    by_office(office, amira, NEW)
    assert [*OutboundMessage.objects.filter(kind="security_notice").values_list("recipient", flat=True)] == [NEW]


def test_it_is_written_down_for_good(way, amira, office):
    old = amira.email
    WAYS[way](office, amira, NEW)
    event = AccountEvent.objects.get(person=amira)
    assert (event.what, event.was, event.became, event.way) == ("address", old, NEW, way)
    assert event.by == (amira if way == "self" else office)
    with pytest.raises(IntegrityError), transaction.atomic():
        AccountEvent.objects.update(was="somebody@else.example")
    html = page(signed(office).get(reverse("office_person", args=[amira.pk])))
    assert f"from {old} to {NEW}" in html


def test_who_did_it_may_be_deleted(amira):
    assistant = world.office("Iris Intern")
    by_office(assistant, amira, NEW)
    User.objects.filter(pk=assistant.pk).delete()
    assert AccountEvent.objects.get(person=amira).by is None


# --- mail under way ---------------------------------------------------------------------------------------------------


def test_links_that_reached_the_old_mailbox_end_and_the_others_go_to_the_new_one(amira, office):
    links = {}
    for state in ("sent", "pending", "failed", "returned"):
        links[state] = MailLink.make(
            purpose="answer", object_id=1, person=amira, expires_at=timezone.now() + timezone.timedelta(days=3)
        )
        # words of a mail stay as they were written, so each is one that was promised with its link
        message = outbox.queue(
            "security_notice",
            to=amira,
            occasion=outbox.Occasion(f"test:{state}"),
            context={"what": f"https://x.example/a/{links[state]}/", "timestamp": world.NOW, "ip": ""},
        )
        OutboundMessage.objects.filter(pk=message.pk).update(
            state=state, sent_at=timezone.now() if state in ("sent", "returned") else None
        )
    off = MailLink.make(
        purpose="unsubscribe:x", object_id=1, person=amira, expires_at=timezone.now() + timezone.timedelta(days=3)
    )
    feed = MailLink.make(purpose="calendar-feed", object_id=amira.pk, person=amira)
    by_office(office, amira, NEW)
    alive = {name for name, token in links.items() if MailLink.objects.found(token, timezone.now())}
    assert alive == {"pending", "failed", "returned"}
    assert MailLink.objects.found(off, timezone.now())
    assert MailLink.objects.found(feed, timezone.now())


def test_an_answer_to_a_mail_that_has_yet_to_leave_comes_to_the_new_address(amira, office, alum):
    message = outbox.queue(
        "security_notice",
        to=alum,
        sender=outbox.sender_of(amira),
        occasion=outbox.Occasion("test:reply"),
        context={"what": "Hello.", "timestamp": world.NOW, "ip": ""},
    )
    by_office(office, amira, NEW)
    message.refresh_from_db()
    assert (message.reply_to, message.state) == (NEW, State.PENDING)


# --- refused ----------------------------------------------------------------------------------------------------------


def test_an_address_of_somebody_else_is_refused(amira, office, alum):
    answer = by_office(office, amira, alum.email)
    assert (answer.status_code, User.objects.get(pk=amira.pk).email) == (422, amira.email)
    with pytest.raises(Refused, match="Someone else uses"):
        address.change(amira, alum.email.upper(), way=address.Way.SIGN_ON, by=None, now=timezone.now())
    assert not AccountEvent.objects.exists()


@pytest.mark.parametrize("email", ["Amira.Haddad@Tamarack.example", " amira.haddad@tamarack.example "])
def test_the_same_address_written_otherwise_changes_nothing(amira, office, email):
    client = by_code(amira)
    by_office(office, amira, email)
    assert client.get("/me/").status_code == 200
    assert not AccountEvent.objects.exists()


def test_a_student_number_alone_gives_no_account_away(amira, office):
    text = "student_id,first_name,last_name,email\r\nS77,Bilal,Other,bilal@tamarack.example\r\n"
    signed(office).post(reverse("office_students_import"), {"text": text, "go": "1"})
    assert User.objects.get(pk=amira.pk).email == "amira.haddad@tamarack.example"


def test_the_preview_says_that_an_address_changes(amira, office):
    text = f"student_id,first_name,last_name,email\r\nS77,Amira,Haddad,{NEW}\r\n"
    shown = signed(office).post(reverse("office_students_import"), {"text": text})
    assert [row.why for row in shown.context["odd"]] == [f"Changes the email address from {amira.email}."]
    assert User.objects.get(pk=amira.pk).email == amira.email


def test_the_database_holds_a_confirmed_address_to_its_person(amira):
    with pytest.raises(IntegrityError), transaction.atomic():
        EmailAddress.objects.create(user=amira, email=NEW, verified=True, primary=True)


# --- an alum, and their entry -----------------------------------------------------------------------------------------


def alumni_file(tmp_path, email):
    file = tmp_path / "alumni.csv"
    file.write_text(f"alum_id,first_name,last_name,email,opt_in\nA1,Ingrid,Solheim,{email},yes\n")
    call_command("import_alumni", str(file))


def test_a_file_of_alumni_moves_the_account_with_the_entry(alum, tmp_path):
    alum.alumni_profile.external_id = "A1"
    alum.alumni_profile.save()
    alumni_file(tmp_path, "ingrid@new.example")
    alum.refresh_from_db()
    assert alum.email == "ingrid@new.example"
    assert AccountEvent.objects.get(person=alum).way == "file"


def test_a_file_does_not_undo_what_the_alum_chose(alum, tmp_path, office):
    alum.alumni_profile.external_id = "A1"
    alum.alumni_profile.save()
    old = alum.email
    by_self(office, alum, "ingrid@home.example")
    alumni_file(tmp_path, old)
    alum.refresh_from_db()
    assert (alum.email, alum.alumni_profile.email) == ("ingrid@home.example", "ingrid@home.example")


# --- at one moment ----------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_sign_in_at_the_moment_of_the_change_leaves_no_old_address_behind():
    """The old address's row is written while the change waits for its commit, and the other way round."""
    ada, wait = world.person("Ada Moss", "coach"), threading.Event()

    def sign_in():
        try:
            with transaction.atomic():
                wait.set()
                EmailAddress.objects.create(user=ada, email="ada.moss@tamarack.example", verified=True, primary=True)
        except IntegrityError:
            pass
        finally:
            connection.close()

    with transaction.atomic():
        address.change(ada, NEW, way=address.Way.OFFICE, by=None, now=timezone.now())
        thread = threading.Thread(target=sign_in)
        thread.start()
        wait.wait(5)
    thread.join(10)
    assert list(EmailAddress.objects.filter(user=ada).values_list("email", flat=True)) == [NEW]
