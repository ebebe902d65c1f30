"""An alum's own entry: what they write is theirs, pausing, leaving and coming back."""

import re
from datetime import date

import pytest
from django.utils import timezone

from apps.alumni.forms import PauseForm
from apps.alumni.models import AlumniProfile
from apps.policy.models import Policy
from tests import world
from tests.interviews import steps

URL = "/alum/profile/"
FILLED = {"quote": "Ask me about maps.", "helps": ["talk", "mock"], "formats": ["phone"], "employer": "Own Practice"}


def fresh(alum):
    return AlumniProfile.objects.get(user=alum)


def test_what_an_alum_writes_is_saved_found_and_kept_as_theirs(as_, alum):
    response = as_(alum).post(URL, FILLED | {"city": "Oslo", "country": "NO"}, follow=True)
    entry = fresh(alum)
    assert "Your profile is saved." in response.content.decode()
    assert (entry.quote, entry.helps, entry.employer) == ("Ask me about maps.", ["talk", "mock"], "Own Practice")
    assert {"quote", "helps", "employer", "city", "country", "time_zone"} <= set(entry.own_fields)
    assert entry.time_zone == "Europe/Oslo"
    assert "name" not in entry.own_fields
    assert "maps" in entry.search_text
    assert "help:mock" in entry.facets


def test_what_cannot_be_saved_comes_back_with_the_reason(as_, alum):
    response = as_(alum).post(URL, FILLED | {"quote": "x" * 301})
    assert response.status_code == 422
    assert "300 characters is the limit. You have 301." in response.content.decode()
    assert fresh(alum).quote == ""


def test_pause_until_a_day_and_resume(as_, alum):
    client = as_(alum)
    client.post(f"{URL}pause/", {"until": "2999-01-15"})
    assert (fresh(alum).paused_until, fresh(alum).is_paused) == (date(2999, 1, 15), False)
    assert "until January 15, 2999" in client.get(URL).content.decode()
    client.post(f"{URL}resume/")
    assert (fresh(alum).paused_until, fresh(alum).is_paused) == (None, False)


def test_pause_without_an_end(as_, alum):
    as_(alum).post(f"{URL}pause/", {"until": ""})
    assert (fresh(alum).paused_until, fresh(alum).is_paused) == (None, True)


def test_a_pause_cannot_end_before_it_begins(as_, alum):
    response = as_(alum).post(f"{URL}pause/", {"until": "2001-01-15"})
    assert response.status_code == 422
    assert "Choose a future day." in response.content.decode()
    assert fresh(alum).paused_until is None


@pytest.mark.parametrize(
    ("today", "offered"),
    [
        (date(2027, 2, 10), ["The spring, April 1, 2027", "The new year, January 1, 2028"]),
        (date(2026, 11, 26), ["The new year, January 1, 2027", "The spring, April 1, 2027"]),
        (date(2027, 4, 1), ["The new year, January 1, 2028", "The spring, April 1, 2028"]),
        (date(2026, 12, 31), ["The new year, January 1, 2027", "The spring, April 1, 2027"]),
        (date(2028, 2, 29), ["The spring, April 1, 2028", "The new year, January 1, 2029"]),
    ],
)
def test_the_seasons_of_a_pause_come_next_and_say_their_year(today, offered):
    form = PauseForm(today=today)
    assert [name for _, name in form.fields["until"].widget.choices] == [*offered, "Another day", "I resume them"]
    assert form["until"].value() == form.fields["until"].widget.choices[0][0]


@pytest.mark.parametrize("page", [URL, "/alum/"])
def test_a_pause_lasts_until_a_day_of_their_own(as_, alum, page):
    client = as_(alum)
    assert 'type="date" name="day"' in client.get(page).content.decode()
    client.post(f"{URL}pause/", {"until": "other", "day": "2999-02-15"})
    assert (fresh(alum).paused_until, fresh(alum).is_paused) == (date(2999, 2, 15), False)
    assert "February 15, 2999" in client.get(page).content.decode()


def whole(alum):
    """Return every field of the entry but when it was last touched."""
    return {
        name: value for name, value in AlumniProfile.objects.values().get(user=alum).items() if name != "updated_at"
    }


@pytest.mark.parametrize(("listing", "own_fields"), [("listed", []), ("invited", ["quote"]), ("listed", ["listing"])])
def test_leaving_is_done_at_once_and_its_undo_leaves_everything_as_it_was(as_, alum, listing, own_fields):
    AlumniProfile.objects.update(listing=listing, own_fields=own_fields)
    client, before = as_(alum), whole(alum)
    page = client.post(f"{URL}leave/", follow=True).content.decode()
    assert (fresh(alum).listing, "You’ve left the directory." in page) == ("removed", True)
    client.post(f"{URL}leave/")  # pressed twice
    client.post(re.search(r'rp-toast" method="post" action="([^"]+)"', page)[1], {"undo": "1"})
    assert whole(alum) == before
    again = client.post(f"{URL}leave/undo/", follow=True).content.decode()
    assert "There’s nothing left to undo." in again


def test_who_came_back_meanwhile_is_not_put_back(as_, alum):
    AlumniProfile.objects.update(listing="invited")
    client = as_(alum)
    client.post(f"{URL}leave/")
    client.post(f"{URL}join/")
    client.post(f"{URL}leave/undo/")
    assert fresh(alum).listing == "listed"


def test_an_undo_that_would_make_two_of_one_address_says_so(as_, alum):
    client, entry = as_(alum), fresh(alum)
    AlumniProfile.objects.filter(pk=entry.pk).update(email="twice@example.edu")
    client.post(f"{URL}leave/")
    world.alum_profile("Somebody Else", email="twice@example.edu")
    page = client.post(f"{URL}leave/undo/", follow=True).content.decode()
    assert (fresh(alum).listing, "Another profile with your email address" in page) == ("removed", True)


def test_whoever_left_can_come_back_later(as_, alum, student):
    client, entry = as_(alum), fresh(alum)
    page = client.post(f"{URL}leave/", follow=True).content.decode()
    assert (fresh(alum).listing, "Rejoin the directory" in page) == ("removed", True)
    assert as_(student).get(f"/people/{entry.pk}/").status_code == 404
    client.post(f"{URL}join/")
    assert fresh(alum).listing == "listed"
    assert as_(student).get(f"/people/{entry.pk}/").status_code == 200


def test_entering_the_directory_keeps_what_was_just_written(as_, alum):
    AlumniProfile.objects.update(listing="invited")
    client = as_(alum)
    assert 'form="entry" name="join"' in client.get(URL).content.decode()
    page = client.post(URL, FILLED | {"join": "1"}, follow=True).content.decode()
    assert (fresh(alum).quote, fresh(alum).listing) == ("Ask me about maps.", "listed")
    assert "Your profile is saved, and students can find it now." in page


def test_who_may_not_enter_keeps_what_was_just_written_too(as_, alum):
    AlumniProfile.objects.update(listing="hidden", is_do_not_contact=True)
    page = as_(alum).post(URL, FILLED | {"join": "1"}, follow=True).content.decode()
    assert (fresh(alum).quote, fresh(alum).listing) == ("Ask me about maps.", "hidden")
    assert "The university marked your record" in page


def test_an_entry_that_cannot_be_saved_does_not_enter_the_directory(as_, alum):
    AlumniProfile.objects.update(listing="invited")
    assert as_(alum).post(URL, FILLED | {"quote": "x" * 301, "join": "1"}).status_code == 422
    assert fresh(alum).listing == "invited"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"is_do_not_contact": True}, "The university marked your record"),
        ({"email": ""}, "Your profile has no email address."),
        ({"email": "taken@alum.example"}, "Another profile with your email address is already in the directory."),
    ],
)
def test_who_may_not_be_listed_is_told_why(as_, alum, fields, said):
    world.alum_profile("Somebody Else", email="Taken@alum.example")
    AlumniProfile.objects.filter(user=alum).update(listing="hidden", **fields)
    page = as_(alum).post(f"{URL}join/", follow=True).content.decode()
    assert said in page
    assert fresh(alum).listing == "hidden"


@pytest.mark.parametrize("path", ["", "pause/", "resume/", "leave/", "join/"])
def test_nobody_else_gets_in(as_, student, coach, office, path):
    for person in (student, coach, office):
        assert as_(person).post(f"{URL}{path}").status_code == 403
    assert as_(None).post(f"{URL}{path}").status_code == 302


def test_an_alum_without_an_entry_finds_none(as_):
    assert as_(world.person("No Entry", "alum")).get(URL).status_code == 404


def test_what_times_mostly_suit_is_read_before_times_are_offered(as_, alum, student):
    as_(alum).post(URL, FILLED | {"usual_times": "Fridays after four"})
    entry = fresh(alum)
    assert "Fridays after four" in as_(student).get(entry.get_absolute_url()).content.decode()
    asked = steps.draft(student, alum, timezone.now())
    assert "Ingrid’s best times: “Fridays after four”" in as_(student).get(asked.get_absolute_url()).content.decode()


def test_a_former_name_is_read_only_if_the_alum_wants_it(as_, alum, student):
    as_(alum).post(URL, FILLED | {"former_name": "Zanzibar"})
    entry = fresh(alum)
    assert (entry.former_name, entry.shows_former_name) == ("Zanzibar", False)
    assert "former_name" in entry.own_fields
    pages = (f"/people/{entry.pk}/", "/people/?q=" + entry.name.split()[-1].lower())
    assert not any("anzibar" in as_(student).get(page).content.decode() for page in pages)
    found = as_(student).get("/people/?q=zanzib").content.decode()
    assert entry.name in found
    assert "Zanzibar" not in found
    as_(alum).post(URL, FILLED | {"former_name": "Zanzibar", "shows_former_name": "on"})
    assert "Formerly <bdi>Zanzibar</bdi>" in as_(student).get(pages[0]).content.decode()
    assert "Zanzibar" not in as_(student).get(pages[1]).content.decode()


# --- how often, and until when ----------------------------------------------------------------------------------------


def limit_on(client, page):
    """Return the label, and the choices with the chosen one marked, of the monthly limit as a page shows it."""
    html = client.get(page).content.decode()
    label = re.search(r'<label class="form-label" for="([^"]*monthly_cap)">([^<]*)</label>', html)
    select = re.search(rf'<select[^>]*id="{label[1]}"[^>]*>(.*?)</select>', html, re.DOTALL)[1]
    found = re.findall(r'<option value="(\d+)"( selected)?>([^<]*)</option>', select)
    return label[2], [f"{value}{'*' if chosen else ''} {words}" for value, chosen, words in found]


@pytest.mark.parametrize(
    ("own", "office", "chosen"), [(None, 4, 4), (None, 1, 1), (0, 2, 0), (1, 3, 1), (9, 2, 2), (None, 0, 0)]
)
def test_the_limit_has_one_name_and_one_range_on_both_pages(as_, alum, own, office, chosen):
    Policy.now()
    Policy.objects.update(alum_monthly_cap=office)
    AlumniProfile.objects.filter(user=alum).update(monthly_cap=own)
    named = ["No requests", "1 request", "2 requests", "3 requests", "4 requests"][: office + 1]
    expected = [f"{count}{'*' if count == chosen else ''} {words}" for count, words in enumerate(named)]
    assert limit_on(as_(alum), "/alum/") == ("Monthly limit", expected)
    assert limit_on(as_(alum), URL) == ("Monthly limit", expected)


@pytest.mark.parametrize("own", [None, 1, 9])
def test_a_profile_saved_as_it_stands_keeps_whose_the_limit_is(as_, alum, own):
    Policy.now()
    Policy.objects.update(alum_monthly_cap=2)
    AlumniProfile.objects.filter(user=alum).update(monthly_cap=own)
    as_(alum).post(URL, FILLED | {"monthly_cap": str(min(own or 2, 2))})
    assert (fresh(alum).monthly_cap, "monthly_cap" in fresh(alum).own_fields) == (own, False)
    as_(alum).post(URL, FILLED | {"monthly_cap": "0"})
    assert (fresh(alum).monthly_cap, "monthly_cap" in fresh(alum).own_fields) == (0, True)


@pytest.mark.parametrize("day", ["2001-01-15", "", "someday"])
def test_another_day_is_read_only_where_it_is_chosen(as_, alum, day):
    answer = as_(alum).post(f"{URL}pause/", {"until": "other", "day": day})
    assert (answer.status_code, fresh(alum).paused_until, fresh(alum).is_paused) == (422, None, False)
    as_(alum).post(f"{URL}pause/", {"until": "2998-04-01", "day": day})
    assert (fresh(alum).paused_until, fresh(alum).is_paused) == (date(2998, 4, 1), False)


@pytest.mark.parametrize("until", ["nonsense", "2026-02-31", "0"])
def test_a_choice_that_is_not_there_is_refused(as_, alum, until):
    assert as_(alum).post(f"{URL}pause/", {"until": until}).status_code == 422
    assert (fresh(alum).paused_until, fresh(alum).is_paused) == (None, False)
