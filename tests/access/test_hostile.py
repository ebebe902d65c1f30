"""Requests that no page of ours makes: ids of others, fields no form has, no token, another site's name (F2 to F8)."""

import re
from datetime import timedelta

import pytest
from django.core import management
from django.db import models
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.interviews.lifecycle.models import InterviewRequest, TimeWindow
from apps.mail.models import OutboundMessage
from apps.network.models import Contact, Referral
from apps.reminders.rules import RULES
from tests import world
from tests.access.stage import browser, tried
from tests.test_access import DOORS, expected, url_of

EVIL = "evil.example"
MADE_UP = 987_654_321

# --- a foreign id and one that does not exist (F2) --------------------------------------------------------------------


def plain(answer):
    """Return all of an answer that a reader could tell apart: status, headers, and the page without its token."""
    headers = {name: value for name, value in answer.headers.items() if name != "Content-Security-Policy"}
    page = re.sub(rb"\b\w{64}\b", b"", answer.content)  # the token against forged requests is new on every page
    return answer.status_code, headers, page


@pytest.mark.parametrize("person", ["other_student", "other_alum", "other_coach"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_foreign_id_looks_like_one_that_does_not_exist(everybody, stage, person, method):
    client, told_apart = browser(everybody[person]), []
    for name, (of, *_) in DOORS.items():
        pk, *more = stage.args(of) or (None,)
        if expected(name, person, method) != 404 or not isinstance(pk, int):
            continue
        url, made_up = url_of(name, stage), reverse(name, args=(MADE_UP, *more))
        if plain(tried(getattr(client, method), url)) != plain(tried(getattr(client, method), made_up)):
            told_apart.append(name)
    assert told_apart == []


def test_a_link_to_another_request_looks_like_no_link(stage):
    client = browser(None, stage.letter)
    foreign, made_up = (client.get(f"/answer/{pk}/") for pk in (stage.rows.leaving.pk, MADE_UP))
    assert foreign.status_code == 410
    assert plain(foreign) == plain(made_up)


# --- ids in bodies and htmx headers (F3) ------------------------------------------------------------------------------


def rows_of(stage):
    """Return every row of the stage as it is in the database, the looks of coaches aside."""
    return {
        name: type(row)._base_manager.filter(pk=row.pk).values().first()
        for name, row in vars(stage.rows).items()
        if isinstance(row, models.Model)
    }


@pytest.mark.parametrize("person", ["other_student", "other_alum", "other_coach", "visitor"])
def test_htmx_headers_open_no_door(everybody, stage, person):
    client, before, let_in = browser(everybody[person]), rows_of(stage), []
    headers = {"HX-Request": "true", "HX-Target": f"row-{stage.rows.contact.pk}", "HX-Boosted": "true"}
    for name in DOORS:
        refusal = expected(name, person, "post")
        if refusal not in ((302, 410) if person == "visitor" else (403, 404, 410)):
            continue
        here = {"HX-Current-URL": f"http://testserver{url_of(name, stage)}"}
        answer = tried(client.post, url_of(name, stage), {"pk": stage.rows.contact.pk}, headers=headers | here)
        if answer.status_code != refusal:
            let_in.append((name, answer.status_code))
    assert let_in == []
    assert rows_of(stage) == before


def test_a_time_of_another_request_is_neither_removed_nor_changed(everybody, stage):
    """`remove` and `change` name times: only those of one's own draft are meant."""
    mine = world.interview_request(everybody["other_student"], world.contact(everybody["other_student"], "Ida Lund"))
    client, theirs = browser(everybody["other_student"]), stage.rows.sent.windows.order_by("pk").last()
    url, day = reverse("request_times", args=[mine.pk]), (stage.now + timedelta(days=5)).date()
    client.post(url, {"version": mine.version, "remove": theirs.pk})
    new = {f"w{theirs.pk}-{name}": value for name, value in {"day": day, "starts": "10:00", "ends": "12:00"}.items()}
    client.post(url, {"version": mine.version, "change": theirs.pk} | new)
    again = TimeWindow.objects.get(pk=theirs.pk)
    assert (again.request_id, again.starts_at, again.ends_at) == (stage.rows.sent.pk, theirs.starts_at, theirs.ends_at)


def test_a_name_of_another_network_is_not_allowed_to_be_used(everybody, stage):
    mine = world.interview_request(everybody["other_student"], world.contact(everybody["other_student"], "Ida Lund"))
    data = {"version": mine.version, "allow": stage.rows.contact.pk}
    browser(everybody["other_student"]).post(reverse("request_hint", args=[mine.pk]), data)
    assert not Referral.objects.exclude(pk=stage.rows.referral.pk).exists()


def test_a_slot_of_another_request_is_not_accepted(everybody, stage):
    elsewhere = world.window(stage.rows.leaving, starts_at=stage.now.replace(minute=0) + timedelta(days=4))
    slot = elsewhere.starts_at.strftime("%Y%m%dT%H%MZ")
    answer = browser(None, stage.letter).post(
        f"/answer/{stage.rows.sent.pk}/accept/", {"slot": slot, "format": "video"}
    )
    assert (answer.status_code, InterviewRequest.objects.get(pk=stage.rows.sent.pk).status) == (409, "sent")


# --- fields that no form has (F4) -------------------------------------------------------------------------------------

LOCKED = {
    User: ("email", "roles", "is_active", "joined_at"),
    None: (
        *("student_id", "user_id", "coach_id", "alum_id", "person_id", "author_id", "contact_id", "request_id"),
        *("status", "listing", "verdict", "sequence", "external_id", "is_do_not_contact", "sent_at", "leaves_at"),
        *("deadline_at", "answered_at", "last_touch_at", "second_thanks_at", "loop_closed_at", "office_notes", "email"),
        *("asked_at", "due_at", "welcomed_at", "cohort_id", "class_year", "program", "turn", "sent_text", "uid"),
        *("talked_until", "starts_at", "ends_at", "archived_at", "own_email"),
    ),
}
FORMS = {  # (who, address): a body that its form takes, and what of it may change
    ("student", "contact_edit"): ({"name": "Helen V.", "relation": "work", "version": 1}, {"email", "version"}),
    ("student", "goal"): ({"goal": "Talk", "goal_conversations": 3, "stage": "exploring"}, set()),
    ("student", "request_save"): ({"subject": "A question", "version": 1}, set()),
    ("student", "contact_touch"): ({"kind": "wrote", "note": "A line"}, {"last_touch_at"}),
    ("student", "step_add"): ({"text": "Read the report", "due_on": "", "talked_on": ""}, set()),
    ("student", "outcome_add"): (
        {"kind": "lead", "happened_on": f"{timezone.now().date() - timedelta(days=1)}"},
        set(),
    ),
    ("student", "interview_place"): (
        {"place": "https://meet.example/x", "travel_minutes": 20},
        {"sequence", "travel_minutes"},
    ),
    ("student", "reminder_preferences"): ({rule.name: "never" for rule in RULES}, set()),
    ("student", "account"): ({"name": "Amira Haddad", "time_zone": "America/Chicago"}, set()),
    ("alum", "alum_profile_edit"): ({"quote": "A line"}, set()),
    ("alum", "alum_act"): ({"note": "Not now"}, {"status", "answered_at", "turn", "last_touch_at"}),
    ("alum", "account"): ({"name": "Ingrid Solheim", "time_zone": "Europe/Dublin"}, set()),
    ("coach", "review_comment"): ({"part": "why", "text": "Could this come first?"}, set()),
    ("coach", "coach_note_add"): ({"text": "Did well"}, set()),
    ("coach", "shared_note_add"): ({"shared_text": "Did well"}, set()),
}


def locked(stage, cast, free):
    """Return what no form of these may change, of every row and every person."""
    rows = [row for row in vars(stage.rows).values() if isinstance(row, models.Model)]
    rows += [person for person in cast.values() if person]
    found = {}
    for row in rows:
        names = {field.attname for field in row._meta.concrete_fields} & {*LOCKED.get(type(row), LOCKED[None])} - free
        found[row._meta.label, row.pk] = type(row)._base_manager.filter(pk=row.pk).values(*names).first()
    return found


def everything(cast):
    """Return a value for every column there is, as somebody would send who wants them all."""
    stranger, values = cast["other_student"].pk, {}
    for model in models.Model.__subclasses__():
        if model.__module__.startswith("apps."):
            for field in model._meta.concrete_fields:
                number = field.is_relation or isinstance(field, models.IntegerField)
                values[field.name] = values[field.attname] = str(stranger) if number else "2026-01-01"
    flags = {"is_active": "", "is_shared": "", "roles": ["office", "coach"], "status": "accepted", "listing": "listed"}
    return (
        values
        | flags
        | {"verdict": "approved", "email": f"x@{EVIL}", "is_staff": "on", "is_superuser": "on", "pk": "1"}
    )


@pytest.mark.parametrize(("person", "name"), FORMS)
def test_fields_that_no_form_has_change_nothing(everybody, stage, person, name):
    body, free = FORMS[person, name]
    before, client = locked(stage, everybody, free), browser(everybody[person])
    own = set(_form_fields(client, name, stage))
    extra = {key: value for key, value in everything(everybody).items() if key not in own | {"version"}}
    answer = client.post(url_of(name, stage), extra | body)
    assert answer.status_code == 302
    assert locked(stage, everybody, free) == before
    assert not User.objects.filter(email__endswith=EVIL).exists()


PAGES = {
    "request_save": "/requests/{draft}/",
    "alum_act": "/alum/requests/{sent}/",
    "review_comment": "/coach/reviews/{in_review}/",
}


def _form_fields(client, name, stage):
    """Return the names that the page itself would send: they are the form's to take."""
    pks = {key: row.pk for key, row in vars(stage.rows).items() if isinstance(row, models.Model)}
    page = client.get(PAGES[name].format(**pks) if name in PAGES else url_of(name, stage))
    return re.findall(r'name="([\w-]+)"', page.content.decode()) if page.status_code == 200 else []


def test_a_version_is_counted_and_not_taken(everybody, stage):
    draft, client = stage.rows.draft, browser(everybody["student"])
    url = reverse("request_save", args=[draft.pk])
    client.post(url, {"subject": "One", "version": draft.version})
    client.post(url, {"subject": "Two", "version": 4000})
    draft.refresh_from_db()
    assert (draft.subject, draft.version) == ("One", 2)


def test_nobody_takes_a_role_they_do_not_hold(everybody, stage):
    for role in ("office", "coach", "alum", ""):
        client = browser(everybody["student"])
        assert client.post(reverse("switch_role"), {"role": role}).status_code == 403
        assert client.get(reverse("office_people")).status_code == 403


# --- without the token of a page (F8) ---------------------------------------------------------------------------------

STOPS = {"unsubscribe", "updates_stop", "nudges_stop", "requests_stop"}  # a mail program presses these (RFC 8058)
FREE_OF_TOKENS = STOPS | {"mail_events"}  # a provider signs that


@pytest.mark.parametrize("person", ["student", "alum", "coach", "office", "visitor", "by_link"])
def test_a_post_without_the_token_of_a_page_does_nothing(everybody, stage, person):
    links = (stage.letter, stage.agreed) if person == "by_link" else ()
    client, before, done = browser(everybody.get(person), *links, enforce_csrf_checks=True), rows_of(stage), {}
    for name in DOORS:
        answer = tried(client.post, url_of(name, stage))
        if answer.status_code != 403 or b"timed out" not in answer.content:
            done[name] = answer.status_code
    assert set(done) == FREE_OF_TOKENS
    assert rows_of(stage) == before


def test_a_page_that_keeps_its_address_to_itself_asks_for_no_token(stage):
    """A browser posts from it as from nowhere (`Origin: null`), which the guard against foreign posts turns away."""
    client, asking = browser(None, stage.letter, stage.agreed), set()
    for name in DOORS:
        page = client.get(url_of(name, stage))
        if page.get("Referrer-Policy") == "no-referrer" and b'method="post"' in page.content:
            asking.add(name)
    assert asking == STOPS


def test_with_the_token_it_works(everybody, stage):
    client = browser(everybody["student"], enforce_csrf_checks=True)
    page = client.get(reverse("contact", args=[stage.rows.contact.pk])).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page).group(1)
    url = reverse("contact_archive", args=[stage.rows.contact.pk])
    assert client.post(url, {"csrfmiddlewaretoken": token[::-1]}).status_code == 403
    assert client.post(url, {"csrfmiddlewaretoken": token}).status_code == 302
    assert Contact.objects.get(pk=stage.rows.contact.pk).archived_at is not None


# --- another site's name (D11, G6) ------------------------------------------------------------------------------------

AWAY = [
    "https://evil.example/",
    "//evil.example",
    "/\\evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    "\t//evil.example",
    "http://[",
    "//[::1",
    "https://a℀b/",
]


@pytest.mark.parametrize("to", AWAY)
def test_the_sign_in_leads_to_no_other_site(everybody, to):
    person = everybody["student"]
    person.set_password(world.PASSWORD)
    person.save()
    client = Client()
    data = {"login": person.email, "password": world.PASSWORD, "next": to}
    answer = client.post(f"{reverse('account_login')}?next=/today/", data)
    assert answer.status_code == 302
    assert EVIL not in answer.url
    assert "javascript" not in answer.url
    assert to not in client.post(f"{reverse('account_logout')}", {"next": to}).url


def test_a_hostile_host_gets_nothing(client, everybody, stage, settings):
    settings.ALLOWED_HOSTS = ["127.0.0.1", "localhost", "testserver"]
    for name in ("account_login", "home", "healthz", "account_reset_password"):
        assert client.get(reverse(name), headers={"host": EVIL}).status_code == 400
    assert (
        client.post(reverse("account_reset_password"), {"email": "x@y.example"}, headers={"host": EVIL}).status_code
        == 400
    )


@pytest.mark.parametrize("headers", [{"host": "localhost"}, {"x-forwarded-host": EVIL}])
@pytest.mark.parametrize("name", ["account_reset_password", "account_request_login_code"])
def test_mailed_links_name_our_own_site_whatever_the_request_says(everybody, settings, name, headers, mailoutbox):
    person = everybody["student"]
    person.set_password(world.PASSWORD)
    person.save()
    Client().post(reverse(name), {"email": person.email}, headers=headers)
    texts = [mail.body for mail in mailoutbox]
    texts += list(OutboundMessage.objects.filter(recipient=person.email).values_list("text", flat=True))
    links = [link for text in texts for link in re.findall(r"https?://[^\s/]+", text)]
    assert texts
    assert [link for link in links if link != settings.SITE_URL] == []


def test_the_settings_for_production_trust_no_host_by_default(settings):
    assert "*" not in settings.ALLOWED_HOSTS
    assert not getattr(settings, "USE_X_FORWARDED_HOST", False)
    assert management.get_commands()
