"""The network as a list and a board: who is found, in which order, what is done to several people, and its undo."""

import csv
import io
import itertools
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.interviews.debriefing.models import Debrief, LiveNote
from apps.network import bulk, contact_file
from apps.network.circles import CIRCLES
from apps.network.models import WARM, ActionStep, Contact, Outcome, Phase, Relation, Tag, Touch
from apps.network.relationship import COLD, LABELS, phase_of, with_phase, with_standing
from apps.network.search import COLD_WAYS
from tests import world
from tests.network import many

pytestmark = pytest.mark.django_db
HOME = "/network/"


def names(client, query=""):
    """Return whom the list shows, in its order."""
    text = client.get(HOME + query).content.decode()
    return re.findall(r">Choose ([^<]+)</label>", text)


# --- phases and circles -----------------------------------------------------------------------------------------------


def _lives(student, now):
    """Make people who went through everything that a phase depends on, in every combination."""
    talks = [None, "completed", "scheduled", "cancelled"]
    asks = [None, "sent", "declined", "expired", "draft"]
    heard = [None, now - timedelta(days=3), now - COLD - timedelta(days=1)]
    for n, (talk, ask, last, named) in enumerate(itertools.product(talks, asks, heard, (False, True))):
        contact = world.contact(student, f"Person {n}", last_touch_at=last)
        if named:
            world.referral(student.contacts.get(name="Zed"), contact, at=now)
        if talk:
            at = now + timedelta(days=2) if talk == "scheduled" else now - timedelta(days=90)
            world.interview(student, contact, starts_at=at + timedelta(minutes=30 * n), status=talk)
        if ask == "draft":
            world.interview_request(student, contact)
        elif ask:
            world.sent_request(student, contact, status=ask, at=now - timedelta(days=20), answered_at=now)


def test_the_database_and_the_page_say_the_same_phase_of_everyone(student, now):
    world.contact(student, "Zed")
    _lives(student, now)
    people = Contact.objects.filter(student=student)
    said = {person.pk: phase_of(person, now) for person in with_standing(people, now)}
    counted = dict(with_phase(people, student.pk, now, now - COLD).values_list("pk", "where"))
    assert counted == said
    assert set(said.values()) == set(LABELS)


@pytest.mark.parametrize("phase", Phase.values)
def test_the_phase_that_was_chosen_wins(student, now, as_, phase):
    contact = world.contact(student, "Ada Lovelace", last_touch_at=now)
    Contact.objects.filter(pk=contact.pk).update(phase=phase)
    assert names(as_(student), f"?phase={phase}") == ["Ada Lovelace"]
    others = "&".join(f"phase={other}" for other in Phase.values if other != phase)
    assert names(as_(student), f"?{others}") == []


def test_the_phases_to_choose_from_are_those_that_are_shown():
    assert dict(Phase.choices) == {phase: label.text for phase, label in LABELS.items()}


def test_everyone_is_in_one_circle_and_the_outermost_is_cold():
    assert sorted(kind for circle in CIRCLES for kind in circle.relations) == sorted(Relation)
    assert set(Relation) - WARM == set(COLD_WAYS)


# --- looking ----------------------------------------------------------------------------------------------------------


def _at(place, contact, words):
    student, now = contact.student, timezone.now()
    if place in ("title", "notes", "source", "city"):
        Contact.objects.filter(pk=contact.pk).update(**{place: words})
    elif place == "organization":
        contact.organization = student.organizations.create(name=words)
        contact.save()
    elif place == "touch":
        Touch.objects.create(student=student, contact=contact, kind="met", at=now, note=words)
    elif place == "step":
        ActionStep.objects.create(student=student, contact=contact, text=words)
    elif place == "outcome":
        Outcome.objects.create(student=student, contact=contact, kind="path", note=words, happened_on=now.date())
    elif place == "referral":
        world.referral(world.contact(student, "Zed"), contact, at=now, note=words)
    elif place == "tag":
        contact.tags.add(Tag.objects.create(student=student, name=words))
    else:
        talk = world.interview(student, contact, starts_at=now - timedelta(days=3), status="completed")
        if place == "note":
            LiveNote.objects.create(interview=talk, text=words, at=now)
        else:
            Debrief.objects.update_or_create(interview=talk, defaults={place: words})


PLACES = [
    *("title", "notes", "source", "city", "organization", "touch", "step", "outcome", "referral", "tag"),
    *("note", "learned", "surprised", "agreed", "quote", "summary"),
]


@pytest.mark.parametrize("place", PLACES)
def test_a_word_is_found_wherever_the_student_wrote_it(student, as_, place):
    client, contact = as_(student), world.contact(student, "Ada Lovelace")
    world.contact(student, "Ben Ito")
    assert names(client, "?q=estuary") == []
    _at(place, contact, "The Éstuary of the river")
    assert names(client, "?q=estuary") == names(client, "?q=ESTUÁRY+river") == ["Ada Lovelace"]
    assert names(client, "?q=estuary+zebra") == []


@pytest.mark.parametrize("place", PLACES)
def test_what_another_student_wrote_is_not_found(student, other_student, as_, place):
    world.contact(student, "Ben Ito")
    _at(place, world.contact(other_student, "Ada Lovelace"), "estuary")
    text = as_(student).get(f"{HOME}?q=estuary").content.decode()
    assert ("No one matches" in text, "Ada" in text, "Showing results" in text) == (True, False, False)


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Søren Müller", "soren muller"),
        ("Zoë O’Brien", "zoe o'brien"),
        ("José Núñez", "NUNEZ"),
        ("Łukasz Straße", "lukasz strasse"),
        ("Nguyễn Thị Hương", "huong nguyen"),
        ("Владимир Орлов", "орлов"),
        ("50%_off\\", "50%_off\\"),
    ],
)
def test_a_name_is_found_however_it_is_typed(student, as_, name, typed):
    world.contact(student, name)
    world.contact(student, "500 offers")
    assert len(names(as_(student), "?q=" + typed.replace("%", "%25").replace(" ", "+"))) == 1


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Ferriera", "ferreira"),
        ("Danial", "daniel"),
        ("Riverkep", "riverkeep"),
        ("epidemology", "epidemiology"),
        ("Dainel Fereira", "daniel ferreira"),
    ],
)
def test_a_slip_of_the_pen_is_put_right_and_said(student, as_, typed, meant):
    contact = world.contact(student, "Daniel Ferreira")
    _at("organization", contact, "Riverkeep Alliance")
    _at("tag", contact, "Epidemiology")
    client = as_(student)
    text = client.get(f"{HOME}?q={typed.replace(' ', '+')}").content.decode()
    assert f"No results for “{typed}”. Showing results for “{meant}”." in text
    assert names(client, f"?q={typed.replace(' ', '+')}") == ["Daniel Ferreira"]
    assert names(client, "?q=zzzzzz") == []


@pytest.mark.parametrize("query", ["?q=" + "x" * 5000, "?page=-1&sort=no&phase=no&circle=1", "?tag=%F0%9F%98%80"])
def test_an_address_that_makes_no_sense_is_answered(student, as_, query):
    world.contact(student)
    assert as_(student).get(HOME + query).status_code == 200


def test_filters_narrow_between_groups_and_widen_within(student, as_, now):
    ada = world.contact(student, "Ada", relation="work", last_touch_at=now)
    world.contact(student, "Ben", relation="professor", last_touch_at=now)
    world.contact(student, "Cy", relation="linkedin")
    ada.tags.add(Tag.objects.create(student=student, name="Grad School"))
    client = as_(student)
    assert sorted(names(client, "?circle=work&circle=professor")) == ["Ada", "Ben"]
    assert names(client, "?circle=work&circle=professor&phase=known") == []
    assert names(client, "?warmth=cold") == ["Cy"]
    assert sorted(names(client, "?warmth=cold&warmth=warm")) == ["Ada", "Ben", "Cy"]
    assert names(client, "?tag=grad+school") == ["Ada"]
    assert names(client, "?touch=none&q=ben") == ["Ben"]
    bulk.change(student, [ada.pk], "cadence", "3", now - timedelta(days=200))
    assert names(client, "?touch=due") == ["Ada"]


def test_an_organization_is_a_filter(student, as_):
    _at("organization", world.contact(student, "Ada"), "Riverkeep Alliance")
    world.contact(student, "Ben")
    assert names(as_(student), "?org=RIVERKEEP") == ["Ada"]


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("name", ["Ada Aa", "Ben Bb", "Cy Cc"]),
        ("silence", ["Cy Cc", "Ada Aa", "Ben Bb"]),
        ("close", ["Ben Bb", "Ada Aa", "Cy Cc"]),
        ("newest", ["Cy Cc", "Ben Bb", "Ada Aa"]),
        ("next", ["Ben Bb", "Cy Cc", "Ada Aa"]),
    ],
)
def test_the_list_has_the_order_that_was_chosen(student, as_, sort, order):
    now = timezone.now()
    world.contact(student, "Ada Aa", last_touch_at=now - timedelta(days=2), closeness=3)
    ben = world.contact(student, "Ben Bb", closeness=4)
    world.contact(student, "Cy Cc", last_touch_at=now - timedelta(days=20))
    world.interview(student, ben, starts_at=now + timedelta(days=1))
    assert names(as_(student), f"?sort={sort}") == order


def test_everything_stands_in_the_address(student, as_):
    for n in range(45):
        world.contact(student, f"Person {n:02}", relation="work")
    text = as_(student).get(f"{HOME}?q=person&circle=work&sort=name&page=2").content.decode()
    assert re.findall(r"Choose Person (\d\d)", text) == [f"{n}" for n in range(20, 40)]
    assert 'value="person"' in text
    assert re.search(r'name="circle" value="work" checked', text)
    assert '<option value="name" selected>' in text
    assert 'href="?q=person&amp;circle=work&amp;sort=name&amp;page=3" rel="next"' in text
    assert 'href="/network/?q=person&amp;sort=name"' in text  # the chip lifts the filter off, and nothing else
    assert "21 to 40 of 45" in text


def test_nobody_found_and_nobody_there_say_what_to_do(student, as_):
    client = as_(student)
    text = client.get(HOME).content.decode()
    assert ("Map your network" in text, 'role="search"' in text) == (True, False)
    world.contact(student)
    text = client.get(f"{HOME}?q=zzzz").content.decode()
    assert ("No one matches that" in text, "see everyone" in text, "/people/?q=zzzz" in text) == (True, True, True)


# --- several people at once -------------------------------------------------------------------------------------------


def _state(student):
    """Return all that an act on people may change, but for the version that a form is checked by."""
    rows = Contact.objects.filter(student=student).order_by("pk")
    people = rows.values("pk", "relation", "phase", "is_private", "archived_at", "cadence__months", "cadence__due_on")
    tags = Contact.tags.through.objects.filter(contact__student=student).values_list("contact", "tag__name")
    return list(people), sorted(tags), sorted(Tag.objects.filter(student=student).values_list("name", flat=True))


ACTS = [
    {"do": "tag", "tag": "Water"},
    {"do": "tag", "tag": "kept"},
    {"do": "untag", "tag": "KEPT"},
    {"do": "circle", "circle": "work"},
    {"do": "phase", "phase": "not_now"},
    {"do": "phase", "phase": "auto"},
    {"do": "cadence", "cadence": "6"},
    {"do": "cadence", "cadence": "0"},
    {"do": "private"},
    {"do": "shared"},
    {"do": "remove"},
]


@pytest.fixture
def three(student, now):
    made = [world.contact(student, name, relation=how) for name, how in (("Ada", "friend"), ("Ben", "event"))]
    Contact.objects.filter(pk=made[1].pk).update(is_private=True)
    made.append(world.contact(student, "Cy", relation="work", is_private=True))
    made[0].tags.add(Tag.objects.create(student=student, name="kept"))
    Contact.objects.filter(pk=made[1].pk).update(phase="asked")
    bulk.change(student, [made[1].pk], "cadence", "3", now - timedelta(days=400))
    return made


@pytest.mark.parametrize("act", ACTS, ids=lambda act: " ".join(act.values()))
def test_an_act_changes_those_chosen_and_its_undo_puts_all_back(student, as_, three, act):
    client, before = as_(student), _state(student)
    chosen = [person.pk for person in three[:2]]
    answer = client.post(reverse("network_change") + "?sort=name", act | {"person": chosen}, follow=True)
    assert 'action="/network/undo/"' in answer.content.decode()
    after = _state(student)
    assert after != before
    assert [row for row in after[0] if row["pk"] == three[2].pk] == [
        row for row in before[0] if row["pk"] == three[2].pk
    ]
    back = client.post(reverse("network_undo"), follow=True)
    assert ("Undone." in back.content.decode(), back.request["QUERY_STRING"]) == (True, "sort=name")
    assert _state(student) == before


@pytest.mark.parametrize("act", ACTS, ids=lambda act: " ".join(act.values()))
def test_nobody_changes_people_of_another_student(student, other_student, as_, three, act):
    before = _state(student)
    world.contact(other_student, "Mine")
    chosen = [person.pk for person in three]
    text = as_(other_student).post(reverse("network_change"), act | {"person": chosen}, follow=True).content.decode()
    assert ("Choose at least one person first." in text, _state(student)) == (True, before)


def test_all_of_every_page_are_those_that_the_filters_found(student, as_):
    for n in range(45):
        world.contact(student, f"Person {n:02}", relation="work" if n < 30 else "event")
    client = as_(student)
    client.post(reverse("network_change") + "?circle=work", {"do": "tag", "tag": "crew", "all": "1"})
    assert len(names(client, "?tag=crew")) == 20
    assert Tag.objects.get(key="crew").contacts.count() == 30


@pytest.mark.parametrize(
    "words",
    [
        {"do": "tag", "tag": " # "},
        {"do": "circle", "circle": "moon"},
        {"do": "phase", "phase": ""},
        {"do": "cadence", "cadence": "5"},
        {"do": "untag", "tag": "nothing"},
        {"do": "dance"},
        {},
    ],
)
def test_what_makes_no_sense_is_refused_in_words(student, as_, three, words):
    before = _state(student)
    sent = as_(student).post(reverse("network_change"), words | {"person": [three[0].pk]}, follow=True)
    assert (_state(student), "rp-note" in sent.content.decode() or "rp-message" in sent.content.decode()) == (
        before,
        True,
    )


def test_a_tag_is_one_however_it_is_typed(student, as_, three):
    client = as_(student)
    for typed in ("Café", "  café ", "#CAFE", "Cafe\u0301"):
        client.post(reverse("network_change"), {"do": "tag", "tag": typed, "person": [three[1].pk]})
    assert list(Tag.objects.exclude(key="kept").values_list("name", "key")) == [("Café", "cafe")]


def test_an_undo_of_a_removal_waits_for_nobody_who_came_meanwhile(student, as_, three):
    client = as_(student)
    Contact.objects.filter(pk=three[0].pk).update(email="ada@example.org", email_key="ada@example.org")
    client.post(reverse("network_change"), {"do": "remove", "person": [three[0].pk]})
    world.contact(student, "Ada again", email="ada@example.org")
    text = client.post(reverse("network_undo"), follow=True).content.decode()
    assert "Someone in your network already has this email." in text
    assert not Contact.objects.filter(pk=three[0].pk, archived_at=None).exists()


# --- the board --------------------------------------------------------------------------------------------------------


def test_somebody_is_moved_on_the_board_and_back(student, as_, three):
    client, move = as_(student), reverse("contact_phase", args=[three[0].pk])
    text = client.post(move, {"phase": "asked"}, follow=True).content.decode()
    assert "Ada is in “Asked” now." in text
    column = text.partition('data-phase="asked"')[2].partition("data-phase=")[0]
    assert ("Ada" in column, "You chose this phase" in column, 'value="auto"' in column) == (True, True, True)
    assert client.post(reverse("network_undo"), follow=True).request["QUERY_STRING"] == "view=phases"
    assert Contact.objects.get(pk=three[0].pk).phase == ""
    assert "Choose a phase from the list." in client.post(move, {}, follow=True).content.decode()
    client.post(move, {"phase": "asked"})
    client.post(move, {"phase": "auto"})
    assert Contact.objects.get(pk=three[0].pk).phase == ""


# --- out --------------------------------------------------------------------------------------------------------------


def _exported(client, query):
    answer = client.get(reverse("network_export") + query)
    return answer, b"".join(answer) if answer.streaming else answer.content


def test_a_spreadsheet_has_everybody_and_takes_nothing_for_a_formula(student, as_, now):
    ada = world.contact(student, '=HYPERLINK("http://x")', notes="+1\nline", email="ada@example.org", last_touch_at=now)
    ada.tags.add(Tag.objects.create(student=student, name="@tag"), Tag.objects.create(student=student, name="b"))
    world.contact(student, "Ben", is_private=True)
    world.contact(student, "Gone", archived_at=now)
    answer, content = _exported(as_(student), "?as=csv&sort=name")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert "attachment" in answer["Content-Disposition"]
    assert sorted(row["Name"] for row in rows) == ['\'=HYPERLINK("http://x")', "Ben"]
    row = next(row for row in rows if row["Name"].startswith("'="))
    assert (row["Tags"], row["Notes"], row["Phase"]) == ("'@tag, b", "'+1\nline", "In touch")


def test_those_chosen_or_filtered_leave_alone(student, other_student, as_, three):
    client, theirs = as_(student), world.contact(other_student, "Theirs")
    one = _exported(client, f"?as=csv&person={three[0].pk}&person={theirs.pk}")[1].decode()
    assert [name in one for name in ("Ada", "Ben", "Theirs")] == [True, False, False]
    text = client.get(reverse("network_export") + "?circle=work").content.decode()
    assert ("1 person of 3" in text, 'name="circle" value="work"' in text) == (True, True)
    filtered = _exported(client, "?as=vcard&circle=work")[1].decode()
    assert [name in filtered for name in ("FN:Cy", "FN:Ada")] == [True, False]


def test_cards_can_be_read_again(student, as_):
    contact = world.contact(
        student,
        "Dr. Zoë, van der Berg; Jr.",
        email="zoe@example.org",
        phone="+1 (218) 555-0101",
        title="Head; of\\ water, " + "é" * 80,
        city="Duluth",
        notes="secret notes",
    )
    contact.organization = student.organizations.create(name="River, Sons & Co; Ltd.\nNew")
    contact.save()
    content = _exported(as_(student), "?as=vcard")[1]
    assert max(map(len, content.split(b"\r\n"))) <= 75
    assert b"secret" not in content
    (person,) = contact_file.read(content).people
    said = {name: person.fields[name] for name in ("email", "title", "organization", "phone", "city")}
    assert said == {
        "email": "zoe@example.org",
        "title": contact.title,
        "organization": "River, Sons & Co; Ltd. New",
        "phone": "+1 (218) 555-0101",
        "city": "Duluth",
    }
    assert "Zoë" in person.name


@pytest.mark.parametrize("people", [3, 60])
@pytest.mark.parametrize("kind", ["csv", "vcard"])
def test_many_leave_with_as_many_questions_as_few(student, as_, people, kind, django_assert_num_queries):
    many.people(student, people)
    client = as_(student)
    _exported(client, f"?as={kind}")
    with django_assert_num_queries(4):
        _exported(client, f"?as={kind}")


# --- whose it is ------------------------------------------------------------------------------------------------------


def test_a_coach_reads_no_tag_no_closeness_and_no_private_person(student, coach, as_, now):
    hidden = world.contact(student, "Canary Hidden", is_private=True, last_touch_at=now)
    shown = world.contact(student, "Shown Person", last_touch_at=now, closeness=4)
    tag = Tag.objects.create(student=student, name="canary tag")
    for contact in (hidden, shown):
        contact.tags.add(tag)
    assert list(Tag.objects.visible_to(coach)) == []
    client = as_(coach)
    text = client.get(reverse("caseload_student", args=[student.pk])).content.decode()
    assert ("Shown Person" in text, "canary" in text.lower(), "1 person" in text or "1 more" in text) != (
        True,
        True,
        True,
    )
    assert "canary" not in text.lower()
    for name in ("network", "network_export"):
        assert client.get(reverse(name)).status_code in (403, 404)


def test_the_list_leads_to_who_is_here_twice_and_to_ones_own_card(student, as_):
    world.contact(student)
    page = as_(student).get("/network/").content.decode()
    assert ('href="/network/same/"' in page, 'href="/network/card/"' in page) == (True, True)
