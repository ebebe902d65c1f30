"""The front page, the way home, one's own account, and the devices one is signed in on."""

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client

from apps.accounts.models import Role, User
from apps.accounts.sessions import stored
from apps.policy.models import Policy
from tests import world

pytestmark = pytest.mark.django_db


def words(response):
    return " ".join(response.content.decode().split())


# --- the way home -----------------------------------------------------------------------------------------------------


def test_a_visitor_sees_what_this_is_and_how_to_get_in(client):
    html = words(client.get("/"))
    assert "<h1>Twenty minutes with someone who does the work</h1>" in html
    assert '<form method="post" action="/accounts/login/code/">' in html
    assert '<a class="rp-top-link" href="#alumni">For alumni</a>' in html


def test_the_office_may_say_the_welcome_itself(client):
    from_office = "Ask somebody who went before you."
    Policy.now()
    Policy.objects.update(welcome=from_office)
    assert f'<p class="rp-lead">{from_office}</p>' in words(client.get("/"))


# --- a button pressed too late, an address opened by hand -------------------------------------------------------------


PAGE = "http://testserver/notices/?all=1"
BUTTON = "/notices/5/done/"


def test_who_was_signed_out_comes_back_to_the_page_of_the_button(client):
    response = client.post(BUTTON, headers={"referer": PAGE}, follow=True)
    assert response.redirect_chain == [("/accounts/login/?next=/notices/%3Fall%3D1", 302)]
    assert "You were signed out in the meantime, and nothing was done." in words(response)


def test_what_a_script_saves_by_the_way_leaves_no_word_behind(client):
    client.post(BUTTON, headers={"referer": PAGE, "sec-fetch-mode": "cors"})
    assert "signed out" not in words(client.get("/accounts/login/"))


@pytest.mark.parametrize("said", ["", "https://evil.example/notices/", "//evil.example", "javascript:alert(1)"])
def test_another_site_does_not_say_where_one_comes_back_to(client, said):
    response = client.post(BUTTON, headers={"referer": said})
    assert response.url == "/accounts/login/?next=/"


def test_the_address_of_a_button_opened_as_a_page_says_so(as_, student):
    response = as_(student).get(BUTTON)
    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert "<h1>Use the button on the page.</h1>" in words(response)


def test_a_form_that_was_open_for_too_long_leads_back_to_its_page(student):
    client = Client(enforce_csrf_checks=True)
    client.force_login(student, backend="apps.accounts.backends.Backend")
    response = client.post(BUTTON, headers={"referer": PAGE})
    assert response.status_code == 403
    assert 'href="/notices/?all=1">Reload the page</a>' in words(response)


# --- home -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "first"),
    [("student", "/today/"), ("alum", "/alum/"), ("coach", "/coach/"), ("office", "/office/"), (None, "/me/")],
)
def test_home_is_the_first_page_of_the_role(as_, role, first):
    if role == "student":
        person = world.student(welcomed_at=world.NOW)
    else:
        person = world.alum() if role == "alum" else world.person("Ada Moss", *[role] if role else [])
    response = as_(person).get("/")
    assert (response.status_code, response.url) == (302, first)


def test_a_new_student_is_welcomed_first(as_, student):
    assert as_(student).get("/").url == "/welcome/"


# --- roles ------------------------------------------------------------------------------------------------------------


def test_one_goes_on_in_another_role_that_one_holds(as_):
    client = as_(world.person("Ada Moss", Role.COACH, Role.OFFICE))
    assert client.get("/").url == "/coach/"
    assert client.post("/me/role/", {"role": "office"}).url == "/"
    assert client.get("/").url == "/office/"
    assert "Switch to coach" in words(client.get("/office/"))


@pytest.mark.parametrize("role", ["office", "", "nonsense"])
def test_a_role_one_does_not_hold_is_refused(as_, coach, role):
    client = as_(coach)
    assert client.post("/me/role/", {"role": role}).status_code == 403
    assert "role" not in client.session
    assert client.get("/").url == "/coach/"


def test_a_role_taken_away_is_not_gone_on_with(as_):
    person, _ = world.person("Ada Moss", Role.COACH, Role.OFFICE), world.office()
    client = as_(person)
    client.post("/me/role/", {"role": "office"})
    person.roles = [Role.COACH]
    person.save()
    assert client.get("/").url == "/coach/"


# --- how one is called, and where one reads ---------------------------------------------------------------------------


def saved(client, **fields):
    return client.post("/me/", {"preferred_name": "", "pronouns": "", "time_zone": "", "scheme": "", **fields})


def test_the_account_says_how_one_is_called(as_, student):
    client = as_(student)
    assert saved(client, preferred_name="Mira", pronouns="she/her", scheme="dark").url == "/me/"
    student.refresh_from_db()
    assert (student.called, student.pronouns, student.scheme) == ("Mira Haddad", "she/her", "dark")
    assert '<html lang="en-US" data-bs-theme="dark">' in words(client.get("/me/"))


def test_the_account_cannot_be_made_more_than_it_is(as_, student):
    saved(as_(student), name="Somebody Else", roles="office", email="x@x.example", is_active="")
    student.refresh_from_db()
    assert (student.name, student.roles, student.is_active) == ("Amira Haddad", ["student"], True)


def test_too_long_a_name_is_shown_again(as_, student):
    client = as_(student)
    response = saved(client, preferred_name="x" * 81)
    assert response.status_code == 422
    assert "80 characters is the limit. You have 81." in words(response)
    assert "<span>Amira Haddad</span>" in words(response)  # the masthead keeps what is saved


def test_a_chosen_zone_stays_chosen(as_, student):
    client = as_(student)
    saved(client, time_zone="Europe/Dublin")
    student.refresh_from_db()
    assert (student.time_zone, student.is_zone_chosen) == ("Europe/Dublin", True)
    assert "data-zone-url" not in words(client.get("/me/"))
    assert client.post("/me/zone/", {"zone": "Asia/Tokyo"}).status_code == 204
    student.refresh_from_db()
    assert student.time_zone == "Europe/Dublin"


def test_a_zone_that_was_not_chosen_follows_the_device(as_, student):
    client = as_(student)
    assert 'data-zone="America/Chicago" data-zone-url="/me/zone/"' in words(client.get("/me/"))
    client.post("/me/zone/", {"zone": "Asia/Tokyo"})
    student.refresh_from_db()
    assert (student.time_zone, student.is_zone_chosen) == ("Asia/Tokyo", False)


def test_an_old_name_of_a_zone_is_kept_under_its_name_of_today(as_, student):
    as_(student).post("/me/zone/", {"zone": "Asia/Calcutta"})
    student.refresh_from_db()
    assert student.time_zone == "Asia/Kolkata"


NO_PLACE = ["UTC", "Etc/UTC", "GMT", "Etc/GMT+6", "EST5EDT", "Zulu"]  # UTC: what a browser says that keeps its place


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../../etc/passwd", "America/Chicago\x00", *NO_PLACE])
def test_a_zone_that_is_unknown_or_no_place_is_not_taken(as_, student, zone):
    assert as_(student).post("/me/zone/", {"zone": zone}).status_code == (400 if "\x00" in zone else 204)
    student.refresh_from_db()
    assert student.time_zone == "America/Chicago"


def test_who_has_told_no_zone_lives_by_the_office_s(db):
    policy = Policy.now()
    policy.time_zone = "America/Halifax"
    policy.save()
    assert User.objects.create_user("new@tamarack.example", name="New Person").time_zone == "America/Halifax"


def test_one_may_go_back_to_following_the_device(as_, student):
    client = as_(student)
    saved(client, time_zone="Europe/Dublin")
    saved(client, time_zone="")
    student.refresh_from_db()
    assert (student.time_zone, student.is_zone_chosen) == ("Europe/Dublin", False)


def test_a_zone_that_is_not_listed_is_refused(as_, student):
    assert saved(as_(student), time_zone="Mars/Olympus").status_code == 422


def test_an_odd_zone_that_is_one_s_own_is_in_the_list(as_, student):
    student.time_zone = "US/Central"
    student.save()
    assert '<option value="US/Central">Chicago, ' in words(as_(student).get("/me/"))


# --- devices ----------------------------------------------------------------------------------------------------------

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:144.0) Gecko/20100101 Firefox/144.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Safari/604.1"


@pytest.fixture
def two(coach):
    """Two devices of one person: a desk and a phone."""
    devices = [Client(headers={"user-agent": agent}) for agent in (FIREFOX, IPHONE)]
    for device in devices:
        device.force_login(coach, backend="apps.accounts.backends.Backend")
        assert device.get("/coach/").status_code == 200
    return devices


def test_one_sees_where_one_is_signed_in(two):
    html = words(two[0].get("/accounts/sessions/"))
    assert '<th scope="row">Firefox on Windows</th>' in html
    assert '<th scope="row">Safari on an iPhone</th>' in html
    assert html.count("This device") == 1


def test_a_device_is_signed_out_at_once(two, coach):
    desk, phone = two
    other = UserSession.objects.get(session_key=stored(phone.session.session_key))
    assert desk.post(f"/me/sessions/{other.pk}/end/").url == "/accounts/sessions/"
    assert phone.get("/coach/").url == "/accounts/login/?next=/coach/"
    assert desk.get("/coach/").status_code == 200
    assert UserSession.objects.filter(user=coach).count() == 1


def test_every_other_device_is_signed_out_at_once(two):
    desk, phone = two
    assert desk.post("/accounts/sessions/").url == "/accounts/sessions/"
    assert phone.get("/coach/").status_code == 302
    assert "You’re signed out everywhere else." in words(desk.get("/accounts/sessions/"))


def test_a_device_of_somebody_else_is_not_there(two, as_, other_coach):
    theirs = UserSession.objects.get(session_key=stored(two[1].session.session_key))
    assert as_(other_coach).post(f"/me/sessions/{theirs.pk}/end/").status_code == 404
    assert two[1].get("/coach/").status_code == 200


# --- the pages at the foot --------------------------------------------------------------------------------------------


def test_the_foot_leads_to_four_pages(client, as_, student):
    for visitor in (client, as_(student)):
        for url in ("/help/", "/what-we-keep/", "/accessibility/", "/source/"):
            assert f'<a href="{url}">' in words(visitor.get("/source/"))
            assert visitor.get(url).status_code == 200


def test_help_names_one_s_own_coach(client, as_, student, coach):
    assert f"mailto:{coach.email}" in words(as_(student).get("/help/"))
    html = words(client.get("/help/"))
    assert coach.email not in html
    assert "mailto:career@tamarack.example" in html


def test_the_source_is_where_the_installation_says(client, settings):
    settings.SOURCE_URL = "https://code.tamarack.example/rapport"
    assert 'href="https://code.tamarack.example/rapport"' in words(client.get("/source/"))
