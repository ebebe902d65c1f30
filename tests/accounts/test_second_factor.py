"""Where the installation asks for it, nobody reads what students write without a second step (R251, E11)."""

import re
from io import StringIO

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from apps.coaching.models import CoachNote
from tests import world
from tests.accounts.test_reauthentication import by_code
from tests.accounts.test_sign_in import is_in, page
from tests.accounts.test_ways_in import again, app_code
from tests.mail.test_provider import loaded

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _required(settings):
    settings.SECOND_FACTOR_REQUIRED = True


def led(client, *names):
    """Return where each address leads, or its status."""
    answers = {name: client.get(reverse(name)) for name in names}
    return [getattr(answer, "url", answer.status_code) for answer in answers.values()]


PAGES = [("coach", ("caseload", "reviews", "account")), ("office", ("office_people", "office_outbox", "people"))]


@pytest.mark.parametrize(("who", "pages"), PAGES)
def test_without_one_every_page_leads_to_setting_one_up(request, as_, who, pages):
    client = as_(request.getfixturevalue(who))
    assert led(client, *pages, "account_email", "notices") == ["/accounts/mfa/"] * (len(pages) + 2)
    html = page(client.get("/accounts/mfa/"))
    assert "Set this up first." in html
    assert led(client, "mfa_index", "prove", "what_we_keep", "healthz") == [200] * 4


def test_who_has_just_signed_in_sets_one_up_at_once(coach):
    client = by_code(coach)
    assert led(client, "home", "caseload") == ["/coach/", "/accounts/mfa/"]
    assert led(client, "mfa_activate_totp", "mfa_add_webauthn") == [200, 200]


def test_an_act_does_nothing_either(as_, coach, student):
    url = reverse("coach_note_add", args=[student.pk])
    answer = as_(coach).post(url, {"text": "Shy on the phone"})
    assert (answer.url, CoachNote.objects.count()) == ("/accounts/mfa/", 0)
    swapped = as_(coach).post(url, {"text": "Shy on the phone"}, headers={"HX-Request": "true"})
    assert (swapped.status_code, swapped["HX-Redirect"]) == (204, "/accounts/mfa/")


def test_a_student_who_is_also_a_coach_needs_one(as_, student):
    assert as_(student).get("/today/").status_code == 200
    student.roles = ["coach", "student"]
    student.save()
    assert as_(student).get("/today/").url == "/accounts/mfa/"


@pytest.mark.parametrize("who", ["student", "alum"])
def test_students_and_alumni_are_not_asked(request, as_, who):
    assert as_(request.getfixturevalue(who)).get("/notices/").status_code == 200


def test_one_may_sign_out_again(as_, coach):
    client = as_(coach)
    client.post("/accounts/logout/")
    assert not is_in(client)


def test_with_an_app_the_pages_open(db):
    coach = world.person("Ines Palm", "coach", password=world.PASSWORD)
    client = Client()
    client.post("/accounts/login/", {"login": coach.email, "password": world.PASSWORD})
    again(client)
    secret = re.search(r"<code>(\w+)</code>", page(client.get("/accounts/mfa/totp/activate/")))[1]
    client.post("/accounts/mfa/totp/activate/", {"code": app_code(secret)})
    assert led(client, "caseload", "account") == [200, 200]
    again(client)
    assert "Your role needs two-step verification." in page(client.post("/accounts/mfa/totp/deactivate/"))
    assert Authenticator.objects.filter(user=coach, type="totp").exists()


def test_a_step_may_go_when_there_is_another(coach, student):
    app = Authenticator.objects.create(user=coach, type="totp", data={})
    may = get_adapter()
    assert not may.can_delete_authenticator(app)
    Authenticator.objects.create(user=coach, type="webauthn", data={"name": "Key"})
    assert may.can_delete_authenticator(app)
    theirs = Authenticator.objects.create(user=student, type="totp", data={})
    assert may.can_delete_authenticator(theirs)


def test_recovery_codes_alone_are_no_second_step(as_, coach):
    Authenticator.objects.create(user=coach, type="recovery_codes", data={})
    assert as_(coach).get(reverse("caseload")).url == "/accounts/mfa/"


def test_an_installation_asks_and_the_local_stack_does_not():
    real = {"RAPPORT_LOCAL": "0", "SECRET_KEY": "x" * 60, "MAIL_FROM": "a@x.example", "SITE_URL": "https://x.example"}
    assert loaded("s.SECOND_FACTOR_REQUIRED") == "False"
    assert loaded("s.SECOND_FACTOR_REQUIRED", **real) == "True"
    assert loaded("s.SECOND_FACTOR_REQUIRED", **real, SECOND_FACTOR_REQUIRED="false") == "False"


def test_who_lost_everything_is_let_in_again_and_sets_up_another(coach, office):
    client = by_code(coach)
    client.get("/accounts/mfa/")  # the note of this sign-in is written
    for person in (coach, office):
        Authenticator.objects.create(user=person, type="totp", data={})
    said = StringIO()
    call_command("forget_second_step", coach.email.upper(), stdout=said)
    assert (
        said.getvalue()
        == "Ruth Amsel has to sign in again, and to set up two-step verification if their role requires it.\n"
    )
    assert list(Authenticator.objects.values_list("user", flat=True)) == [office.pk]
    assert client.get("/accounts/mfa/").url.startswith("/accounts/login/")
    with pytest.raises(CommandError, match="No one here has the address"):
        call_command("forget_second_step", "nobody@x.example")
