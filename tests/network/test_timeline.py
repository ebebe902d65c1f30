"""The whole timeline of a person: every kind, searched, parted, paged, at any size for the same questions."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.network import actions
from apps.network.models import Cadence, Touch
from apps.network.timeline import SHOWN, timeline
from tests import world
from tests.network.story_of import everything_with

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def daniel(student):
    return everything_with(student)


def what(contact, **asked):
    return [entry.what for entry in timeline(contact, **asked).entries]


def test_everything_that_happened_stands_in_one_order(daniel):
    assert what(daniel) == [
        "You planned a next step",
        "A note for yourself",
        "You did what you planned",
        "An insight into the organization",
        "You got a message",
        "You wrote",
        "was suggested by Daniel",
        "You wrote your reflection",
        "You talked",
        "In their words, while you talked",
        "Your conversation was canceled",
        "suggested Daniel",
    ]


@pytest.mark.parametrize(
    ("shown", "count"),
    [
        ("talks", 2),
        ("messages", 2),
        ("notes", 3),
        ("new", 1),
        ("confirmed", 0),
        ("steps", 2),
        ("thanks", 0),
        ("people", 2),
        ("results", 1),
    ],
)
def test_it_is_parted_by_kind(daniel, shown, count):
    assert shown in SHOWN
    assert len(what(daniel, shown=shown)) == count


@pytest.mark.parametrize(
    ("find", "found"),
    [
        ("cafe cloquet", ["In their words, while you talked"]),
        ("CAFÉ", ["In their words, while you talked"]),
        ("spring", ["You wrote your reflection"]),
        ("osei", ["suggested Daniel"]),
        ("train", ["Your conversation was canceled"]),
        ("mapping", ["You did what you planned"]),
        ("100%", []),
        ("_", []),
        ("Nothing of the kind", []),
    ],
)
def test_it_is_searched_whatever_accents_and_case(daniel, find, found):
    assert what(daniel, find=find) == found


def test_the_page_searches_and_says_so(student, as_, daniel):
    text = as_(student).get(f"{daniel.get_absolute_url()}?find=spring").content.decode()
    assert ("1 entry." in text, "Rivers are sampled in spring" in text, "nitrates" in text) == (True, True, False)
    none = as_(student).get(f"{daniel.get_absolute_url()}?find=zzz&show=steps").content.decode()
    assert "Nothing found." in none
    odd = as_(student).get(f"{daniel.get_absolute_url()}?find=a%0Ab&show=nonsense&page=x")
    assert odd.status_code == 200


@pytest.mark.parametrize("entries", [5, 600])
def test_a_page_of_it_asks_the_same_questions_at_any_size(student, as_, entries, daniel, django_assert_num_queries):
    now = timezone.now()
    Touch.objects.bulk_create(
        Touch(student=student, contact=daniel, kind="wrote", note=f"Letter {n}", at=now - (200 + n) * DAY)
        for n in range(entries)
    )
    client = as_(student)
    client.get(daniel.get_absolute_url())
    with django_assert_num_queries(QUERIES):
        text = client.get(daniel.get_absolute_url()).content.decode()
    assert len(text) < 60_000


QUERIES = 28


def test_a_note_for_oneself_is_no_being_in_touch_and_not_for_the_coach(student, coach, now):
    contact = world.contact(student)
    actions.set_cadence(contact, months=3, now=now - 30 * DAY)
    due = Cadence.objects.get().due_on
    actions.touch(contact, "note", at=now, note="Likes birds")
    contact.refresh_from_db()
    assert (contact.last_touch_at, Cadence.objects.get().due_on) == (None, due)
    actions.touch(contact, "called", at=now)
    contact.refresh_from_db()
    assert (contact.last_touch_at, Cadence.objects.get().due_on > due) == (now, True)
    student.student_profile.coach = coach
    student.student_profile.save()
    assert [touch.kind for touch in Touch.objects.visible_to(coach)] == ["called"]


# --- what is changed on the page itself -------------------------------------------------------------------------------


def field(contact):
    return reverse("contact_field", args=[contact.pk])


def test_a_detail_is_changed_where_it_stands_and_nothing_else(student, as_, daniel):
    daniel.is_private, daniel.notes = True, "Likes birds"
    daniel.save()
    client = as_(student)
    client.post(field(daniel), {"version": daniel.version, "title": "Director", "organization_name": "Otter Trust"})
    daniel.refresh_from_db()
    assert (daniel.title, daniel.organization.name, daniel.city) == ("Director", "Otter Trust", "Duluth")
    assert (daniel.is_private, daniel.notes, daniel.phone) == (True, "Likes birds", "(218) 555-0142")


def test_a_detail_that_cannot_be_is_said_beside_it(student, as_, daniel):
    answer = as_(student).post(field(daniel), {"version": daniel.version, "email": "no address"})
    text = answer.content.decode()
    assert (answer.status_code, 'value="no address"' in text) == (422, True)
    twin = as_(student).post(field(daniel), {"version": daniel.version, "email": "OSEI@x.example"})
    assert "You already have Dr. Samuel Osei with this email." in twin.content.decode()
    daniel.refresh_from_db()
    assert daniel.email == ""


def test_a_detail_changed_in_another_window_is_not_written_over(student, as_, daniel):
    client, was = as_(student), daniel.version
    client.post(field(daniel), {"version": was, "title": "Director"})
    late = client.post(field(daniel), {"version": was, "title": "Chair"})
    daniel.refresh_from_db()
    assert (late.status_code, daniel.title) == (409, "Director")
    assert all(said in late.content.decode() for said in ("Director", "Chair"))


def test_a_tag_is_put_on_and_taken_off_with_undo(student, as_, daniel):
    client, url = as_(student), reverse("contact_tags", args=[daniel.pk])
    client.post(url, {"tag": " #Water "})
    client.post(url, {"tag": "WATER"})
    tag = daniel.tags.get()
    assert tag.name == "Water"
    said = client.post(url, {"remove": tag.pk}, follow=True).content.decode()
    assert daniel.tags.count() == 0
    undo = said.partition(f'action="{url}?tag=')[2].partition('"')[0]
    client.post(f"{url}?tag={undo}", {"undo": "1"})
    assert daniel.tags.get().name == "Water"
    assert client.post(url, {"tag": " # "}).status_code == 422


def test_closeness_and_phase_are_the_students_own(student, as_, daniel):
    url = reverse("contact_close", args=[daniel.pk])
    assert as_(student).post(url, {"closeness": "3", "phase": "talked"}).status_code == 302
    daniel.refresh_from_db()
    assert (daniel.closeness, daniel.phase) == (3, "talked")
    assert as_(student).post(url, {"closeness": "9"}).status_code == 422
    as_(student).post(url, {"closeness": "", "phase": ""})
    daniel.refresh_from_db()
    assert (daniel.closeness, daniel.phase) == (None, "")


def test_how_close_they_are_is_not_written_over_from_another_window(student, as_, daniel):
    client, url = as_(student), reverse("contact_close", args=[daniel.pk])
    shown = client.get(daniel.get_absolute_url()).content.decode()
    name, seen = re.search(r'name="(seen-closeform)" value="(\w+)"', shown).groups()
    assert client.post(url, {name: seen, "closeness": "3"}).status_code == 302
    assert client.post(url, {name: seen, "closeness": "1"}).status_code == 409
    daniel.refresh_from_db()
    assert daniel.closeness == 3


@pytest.mark.parametrize(("page", "number", "count"), [(None, 1, 20), ("2", 2, 15), ("3", 2, 15), ("x", 1, 20)])
@pytest.mark.parametrize("find", ["", "letter"])
def test_a_page_behind_the_last_one_is_the_last_one(student, now, page, number, count, find):
    contact = world.contact(student)
    Touch.objects.bulk_create(
        Touch(student=student, contact=contact, kind="wrote", note=f"Letter {n}", at=now - n * DAY) for n in range(35)
    )
    found = timeline(contact, page=page, find=find)
    assert (found.page.number, found.page.paginator.count, len(found.entries)) == (number, 35, count)
    first = (number - 1) * 20
    assert [entry.text for entry in found.entries] == [f"Letter {n}" for n in range(first, first + count)]
