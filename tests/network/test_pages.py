"""The network's pages, as a student uses them."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.clock import times
from apps.interviews.debriefing.models import Debrief
from apps.network import actions
from apps.network.models import ActionStep, Cadence, Contact, LetterDraft, Organization, Outcome, Touch
from apps.wording import rulebook
from tests import world
from tests.network import many

pytestmark = pytest.mark.django_db


def page(client, name, *args, query=""):
    return client.get(reverse(name, args=args) + query).content.decode()


def test_an_empty_network_points_to_the_mapping_exercise(student, as_):
    assert "Map your network" in page(as_(student), "network")


@pytest.mark.parametrize(
    ("typed", "people", "said"),
    [
        ("Smith, John", ["John Smith"], "Added John Smith."),
        ("Jane Lindqvist, PhD", ["Jane Lindqvist PhD"], "Added Jane Lindqvist PhD."),
        ("Ana, Ben; Smith, Eva", ["Ana", "Ben", "Eva Smith"], "Added Ana, Ben and Eva Smith."),
        ("Lincoln High School, Ana Ruiz", ["Ana Ruiz"], "“Lincoln High School” looks like an organization."),
    ],
)
def test_a_line_makes_the_people_who_stand_in_it(student, as_, typed, people, said):
    answer = as_(student).post(reverse("map_people"), {"relation": "family", "names": typed}, follow=True)
    assert list(Contact.objects.order_by("name").values_list("name", flat=True)) == people
    assert said in answer.content.decode()


def test_a_person_typed_last_name_first_is_put_in_order(student, as_):
    typed = {"name": "van der Berg, Anneke", "relation": "work"}
    as_(student).post(reverse("contact_add"), typed)
    contact = Contact.objects.get()
    assert (contact.name, contact.first_name, contact.sort_key) == (
        "Anneke van der Berg",
        "Anneke",
        "van der berg anneke",
    )


def test_names_are_put_on_the_map_several_at_once(student, as_):
    client = as_(student)
    client.post(reverse("map_people"), {"relation": "family", "names": "Samira Haddad, Uncle Ziad"})
    assert sorted(Contact.objects.values_list("name", "relation")) == [
        ("Samira Haddad", "family"),
        ("Uncle Ziad", "family"),
    ]
    empty = client.post(reverse("map_people"), {"relation": "family", "names": " , "})
    assert (empty.status_code, Contact.objects.count()) == (422, 2)


def test_the_picture_the_tree_and_the_table_name_the_same_people(student, as_):
    varga = world.contact(student, "Helen Varga", last_touch_at=timezone.now())
    world.referral(varga, world.contact(student, "Grace Otieno"), name_permission="yes", at=timezone.now())
    text = page(as_(student), "network", query="?view=introductions")
    assert text.count("Grace Otieno") == 2
    assert "OK to use Helen’s name" in text
    listed = page(as_(student), "network")
    assert (listed.count("Grace Otieno"), "Helen Varga</a> suggested Grace" in listed) == (2, True)


VIEWS = [("", 12), ("?view=introductions", 12), ("?view=circles", 9), ("?view=phases", 8), ("?view=removed", 6)]
SEARCHES = [("?q=Example&circle=work&sort=close", 13), ("?q=nobody+like+that", 13), ("?q=Exampel1", 14)]


@pytest.mark.parametrize("rows", [30, 300, 3000])
def test_the_network_asks_the_same_questions_at_any_size(student, as_, rows):
    many.people(student, rows)
    client, asked = as_(student), {}
    for query, _ in VIEWS + SEARCHES:
        url = reverse("network") + query
        assert client.get(url).status_code == 200, query
        with CaptureQueriesContext(connection) as found:
            client.get(url)
        asked[query] = len(found)
    assert asked == dict(VIEWS + SEARCHES)


@pytest.mark.parametrize("name", ["map_people", "contact_add"])
@pytest.mark.parametrize("rows", [3, 300])
def test_where_people_are_typed_the_same_questions_are_asked_at_any_size(
    student, as_, rows, name, django_assert_num_queries
):
    many.people(student, rows)
    client = as_(student)
    client.get(reverse("network"))
    with django_assert_num_queries({"map_people": 10, "contact_add": 5}[name]):
        client.get(reverse(name))


LARGE = [
    *("network", "network?page=3", "network?q=Example&sort=name", "network?view=introductions"),
    *("network?view=introductions&page=2", "network?view=circles", "network?view=phases", "network?view=removed"),
    *("map_people", "contact_add"),
]


def test_no_page_of_a_large_network_is_large(student, as_):
    many.people(student, 1000)
    world.contact(student, "Somebody removed", archived_at=timezone.now())
    Contact.objects.filter(student=student, name__contains="7").update(archived_at=timezone.now())
    client, sizes = as_(student), {}
    for address in LARGE:
        name, _, query = address.partition("?")
        answer = client.get(f"{reverse(name)}?{query}")
        assert answer.status_code == 200, address
        sizes[address] = len(answer.content)
    assert {address: size for address, size in sizes.items() if size >= 60_000} == {}


def test_a_not_now_is_no_being_in_touch(student, as_):
    now = timezone.now()
    contact = world.contact(student, "Prof. Jonah Tremblay", last_touch_at=now)
    world.interview_request(student, contact, status="declined", sent_at=now, deadline_at=now, answered_at=now)
    text = page(as_(student), "contact", contact.pk)
    assert "Prof. Tremblay said not now." in text
    said = text.partition('aria-labelledby="why"')[2].partition("</section>")[0]
    assert ("In touch" in said, "because you talked" in said) == (False, False)
    listed = page(as_(student), "network", query="?view=list")
    assert ("Ask someone else" in listed, "Stay in touch" in listed) == (True, False)
    drawn = page(as_(student), "network", query="?view=introductions").partition("rp-legend-row")[0]
    assert ('class="n-not_now"' in drawn, "is-not_now" in drawn, "n-talked" in drawn) == (True, True, False)


ASK = "Ask for a conversation"


@pytest.mark.parametrize("kind", ["met", "heard", "wrote", "updated", "answered", "thanked"])
def test_whoever_one_met_or_wrote_to_can_still_be_asked(student, as_, kind):
    contact, client = world.contact(student), as_(student)
    actions.touch(contact, kind, at=timezone.now() - timedelta(days=3))
    assert ASK in page(client, "contact", contact.pk)
    assert ASK in page(client, "network", query="?view=list")


def test_somebody_outside_the_directory_can_be_asked_a_second_time(student, as_):
    contact, client = world.contact(student), as_(student)
    start = timezone.now() - timedelta(days=90)
    world.interview(student, contact, starts_at=start, status="completed")
    actions.touch(contact, "talked", at=start)
    assert ASK in page(client, "contact", contact.pk)
    answer = client.post(reverse("ask_contact", args=[contact.pk]))
    assert (answer.status_code, contact.requests.count()) == (302, 1)
    assert ASK not in page(client, "contact", contact.pk)  # the request is under way


def test_an_alum_of_the_directory_one_talked_with_is_asked_there(student, alum, as_):
    contact = world.contact(student, "Ingrid Solheim", alum=alum.alumni_profile)
    world.interview(student, contact, starts_at=timezone.now() - timedelta(days=90), status="completed")
    text = page(as_(student), "contact", contact.pk)
    assert f'href="{reverse("alum", args=[contact.alum_id])}">{ASK}' in text


def test_a_not_now_can_be_asked_again(student, as_):
    now = timezone.now()
    contact = world.contact(student, last_touch_at=now)
    world.interview_request(student, contact, status="declined", sent_at=now, deadline_at=now, answered_at=now)
    assert ASK in page(as_(student), "contact", contact.pk)


def test_nobody_is_asked_while_a_conversation_lies_ahead(student, as_):
    contact = world.contact(student)
    world.interview(student, contact, starts_at=timezone.now() + timedelta(days=1))
    assert ASK not in page(as_(student), "contact", contact.pk)


@pytest.mark.parametrize("gap", ["[…]", "[...]", "[ … ]", "[your news]", "____", "TODO", "<name>"])
@pytest.mark.parametrize("query", ["reason=news", "reason=again", "loop", "outcome"])
def test_a_letter_with_a_gap_was_not_sent(student, as_, gap, query):
    contact, client = world.contact(student), as_(student)
    if query == "loop":
        named, start = world.contact(student, "Marcus Adeyemi"), timezone.now() - timedelta(days=4)
        world.interview(student, named, starts_at=start, status="completed")
        query = f"loop={world.referral(contact, named, at=start).pk}"
    if query == "outcome":
        made = Outcome.objects.create(student=student, contact=contact, kind="offer", happened_on=timezone.now())
        query = f"outcome={made.pk}"
    address = f"{reverse('contact_write', args=[contact.pk])}?{query}"
    answer = client.post(address, {"body": f"Dear Helen, I read {gap} with joy."})
    text = answer.content.decode()
    assert (answer.status_code, "with joy." in text, "is a placeholder. Replace it with your own words." in text) == (
        422,
        True,
        True,
    )
    assert not Touch.objects.filter(contact=contact).exists()
    assert client.post(address, {"body": "Dear Helen, I read it with joy."}).status_code == 302
    assert Touch.objects.get(contact=contact).note == "Dear Helen, I read it with joy."


def test_whoever_was_removed_is_brought_back_by_the_map_and_is_no_twin(student, as_):
    client, gone = as_(student), world.contact(student, "María Núñez", archived_at=timezone.now())
    names = {"relation": "family", "names": "maria nunez, Aunt Mona, aunt mona"}
    answer = client.post(reverse("map_people"), names, follow=True).content.decode()
    assert "Added Aunt Mona and María Núñez." in answer
    gone.refresh_from_db()
    assert (gone.archived_at, Contact.objects.count()) == (None, 2)
    again = client.post(reverse("map_people"), names, follow=True).content.decode()
    assert (again.count("is already in your network"), "Added" in again, Contact.objects.count()) == (2, False, 2)


@pytest.mark.parametrize("typed", ["Helen Varga", "helen  varga", "Hélen Varga"])
def test_the_form_makes_no_twin_of_somebody_removed(student, as_, typed):
    client, gone = as_(student), world.contact(student, archived_at=timezone.now())
    answer = client.post(reverse("contact_add"), {"name": typed, "relation": "professor"})
    assert (answer.status_code, "You removed Helen Varga earlier" in answer.content.decode()) == (422, True)
    client.post(reverse("contact_restore", args=[gone.pk]))
    assert client.post(reverse("contact_add"), {"name": typed, "relation": "professor"}).status_code == 422
    assert Contact.objects.count() == 1


def test_nobody_is_brought_back_beside_another_of_their_name(student, as_):
    gone = world.contact(student, archived_at=timezone.now())
    world.contact(student)
    answer = as_(student).post(reverse("contact_restore", args=[gone.pk]), follow=True)
    assert "You already have Helen Varga in your network" in answer.content.decode()
    gone.refresh_from_db()
    assert gone.archived_at is not None


def test_the_last_one_and_the_thirtieth_can_be_brought_back(student, as_):
    for n in range(30):
        world.contact(student, f"Person {n}", archived_at=timezone.now())
    assert "?view=removed" in page(as_(student), "network")
    text = page(as_(student), "network", query="?view=removed")
    assert text.count(">Restore<") == 30
    world.contact(student)
    assert page(as_(student), "network", query="?view=removed").count(">Restore<") == 30


@pytest.mark.parametrize("what", ["talk", "request", "nothing"])
def test_somebody_is_removed_at_once_and_comes_back_by_the_undo(student, as_, what):
    contact, client = world.contact(student), as_(student)
    said = {
        "talk": "Your conversation with Helen is tomorrow. Removing Helen does not cancel it.",
        "request": "Your request to Helen is waiting for a reply. Removing Helen does not cancel it.",
        "nothing": "was removed from your network.",
    }[what]
    if what == "talk":
        world.interview(student, contact, starts_at=timezone.now() + timedelta(days=1))
    elif what == "request":
        world.sent_request(student, contact, at=timezone.now())
    before = Contact.objects.values().get(pk=contact.pk)
    text = client.post(reverse("contact_archive", args=[contact.pk]), follow=True).content.decode()
    assert (said in text, Contact.objects.get(pk=contact.pk).archived_at is None) == (True, False)
    action = re.search(r'rp-toast" method="post" action="([^"]+)"', text)[1]
    client.post(action, {"undo": "1"})
    assert Contact.objects.values().get(pk=contact.pk) == before


@pytest.mark.parametrize("again", ["undo", ""])
def test_a_step_that_is_done_can_be_taken_back(student, as_, again):
    contact, client = world.contact(student), as_(student)
    step = ActionStep.objects.create(student=student, contact=contact, text="Read", due_on=timezone.now().date())
    text = client.post(reverse("step_done", args=[step.pk]), follow=True).content.decode()
    step.refresh_from_db()
    assert step.done_at is not None
    for _ in range(2 if again else 1):  # pressed twice, an undo is still an undo
        client.post(re.search(r'rp-toast" method="post" action="([^"]+)"', text)[1], {"undo": "1"} if again else {})
    step.refresh_from_db()
    assert step.done_at is None


def test_a_letter_that_was_begun_is_kept(student, as_):
    contact, client = world.contact(student), as_(student)
    address = f"{reverse('contact_write', args=[contact.pk])}?reason=news"
    script = {"X-Autosave": "1"}
    kept = client.post(address, {"body": "Dear Helen, I read […]", "version": 1}, headers=script)
    assert (kept.status_code, kept.json()) == (200, {"version": 2})
    assert client.post(address, {"body": "From elsewhere", "version": 1}, headers=script).status_code == 409
    shown = client.get(address)
    assert (shown.context["body"], shown.context["version"]) == ("Dear Helen, I read […]", 2)
    assert "Dear Helen, I read" not in client.get(address.replace("news", "read")).content.decode()
    assert f'href="{address}">Continue your note' in page(client, "contact", contact.pk)
    client.post(address, {"body": "Dear Helen, I read it.", "version": 2, "later": "1"})
    assert (client.get(address).context["body"], Touch.objects.count()) == ("Dear Helen, I read it.", 0)
    client.post(address, {"body": "Dear Helen, I read it.", "version": 3})
    assert (LetterDraft.objects.count(), Touch.objects.count()) == (0, 1)


def test_a_person_is_added_edited_removed_and_brought_back(student, as_):
    client = as_(student)
    data = {"name": "Helen  Varga", "relation": "professor", "organization_name": "Tamarack"}
    client.post(reverse("contact_add"), data)
    varga = Contact.objects.get()
    assert (varga.name, varga.organization.name) == ("Helen Varga", "Tamarack")
    twin = client.post(reverse("contact_add"), data)
    assert (twin.status_code, "You already have Helen Varga at Tamarack." in twin.content.decode()) == (422, True)
    changed = data | {"title": "Teaches statistics", "is_private": "on", "version": 1}
    client.post(reverse("contact_edit", args=[varga.pk]), changed)
    varga.refresh_from_db()
    assert (varga.title, varga.is_private, varga.organization.name) == ("Teaches statistics", True, "Tamarack")
    client.post(reverse("contact_archive", args=[varga.pk]))
    assert "People you removed" in page(client, "network") or Contact.objects.exclude(archived_at=None).count() == 1
    client.post(reverse("contact_restore", args=[varga.pk]))
    assert Contact.objects.get().archived_at is None


def test_what_another_window_saved_is_shown_and_not_overwritten(student, as_):
    varga, desk, phone = world.contact(student, "Helen Varga"), as_(student), as_(student)
    url = reverse("contact_edit", args=[varga.pk])
    data = {"name": "Helen Varga", "relation": varga.relation, "version": 1}
    assert 'name="version" value="1"' in page(desk, "contact_edit", varga.pk)
    first = desk.post(url, data | {"notes": "Likes wells", "organization_name": "Tamarack"})
    assert first.headers["Location"] == varga.get_absolute_url()
    second = phone.post(url, data | {"notes": "Moves in May", "is_private": "on"})
    shown = second.content.decode()
    assert (second.status_code, shown.count('<h2 class="rp-h-small">')) == (409, 3)
    assert all(words in shown for words in ("Likes wells", "Moves in May", "Tamarack", "Nothing", "<p>Yes</p>"))
    assert f'href="{varga.get_absolute_url()}"' in shown
    varga.refresh_from_db()
    assert (varga.notes, varga.organization.name, varga.version) == ("Likes wells", "Tamarack", 2)
    wrong = phone.post(url, data | {"name": "", "notes": "Moves in May"})
    assert (wrong.status_code, 'name="version" value="1"' in wrong.content.decode()) == (422, True)
    same = phone.post(url, data | {"notes": "Likes wells", "organization_name": "Tamarack"})
    assert (same.status_code, Contact.objects.get().version) == (302, 2)


def test_what_happened_is_added_to_the_story(student, as_):
    varga, client = world.contact(student), as_(student)
    client.post(reverse("contact_touch", args=[varga.pk]), {"kind": "wrote", "note": "Sent her the article on wells"})
    assert "Sent her the article on wells" in page(client, "contact", varga.pk)
    client.post(reverse("contact_touch", args=[varga.pk]), {"kind": "thanked"})
    assert list(Touch.objects.values_list("kind", flat=True)) == ["wrote"]


def test_how_often_is_chosen_and_ended(student, as_):
    varga, client = world.contact(student), as_(student)
    client.post(reverse("contact_cadence", args=[varga.pk]), {"months": "6"})
    assert varga.cadence.months == 6
    client.post(reverse("contact_cadence", args=[varga.pk]), {"months": "5"})
    client.post(reverse("contact_cadence", args=[varga.pk]), {"months": "0"})
    assert not Contact.objects.filter(cadence__isnull=False).exists()


@pytest.mark.parametrize(("days", "said"), [(-2, "Due since "), (0, "Next: "), (5, "Next: ")])
def test_a_note_that_was_due_is_due_since_then(student, as_, days, said):
    varga = world.contact(student)
    due = timezone.localdate(timezone=student.zone) + timedelta(days=days)
    Cadence.objects.create(student=student, contact=varga, months=3, due_on=due, chosen_at=timezone.now())
    assert f"{said}{due:%B} {due.day}" in page(as_(student), "contact", varga.pk)


def test_how_one_knows_somebody_is_chosen_and_never_assumed(student, as_):
    client = as_(student)
    offered = page(client, "contact_add").partition('id="id_relation"')[2].partition("</select>")[0]
    assert re.findall(r'value="(\w*)" selected', offered) == [""]
    answer = client.post(reverse("contact_add"), {"name": "Helen Varga"})
    assert (answer.status_code, Contact.objects.count()) == (422, 0)
    varga = world.contact(student, relation="work")
    chosen = page(client, "contact_edit", varga.pk).partition('id="id_relation"')[2].partition("</select>")[0]
    assert '<option value="work" selected>' in chosen


def test_a_letter_is_written_and_noted(student, as_):
    varga, client = world.contact(student), as_(student)
    assert "Dear Helen," in page(client, "contact_write", varga.pk, query="?reason=news")
    client.post(reverse("contact_write", args=[varga.pk]), {"body": "Dear Helen, a short update"})
    touch = Touch.objects.get()
    assert (touch.kind, touch.note) == ("wrote", "Dear Helen, a short update")


def day(days):
    return f"{times.local_date(timezone.now(), 'America/Chicago') + timedelta(days=days)}"


DAYS = {  # by the address: its form, its day, and what it takes
    "step_add": ({"text": "Learn to make a map"}, "due_on", [0, 1, 30, 700], [-2, -400, 800, 1900]),
    "outcome_add": ({"kind": "path"}, "happened_on", [0, -1, -30, -3000], [2, 30, 1900, -4000]),
    "contact_touch": ({"kind": "met", "note": "At the fair"}, "day", [0, -1, -30], [2, 30, 1900, -4000]),
}
DAY_CASES = [
    (name, days, is_taken)
    for name, (_, _, good, bad) in DAYS.items()
    for days, is_taken in [*((days, True) for days in good), *((days, False) for days in bad)]
]


@pytest.mark.parametrize(("name", "days", "is_taken"), DAY_CASES)
def test_a_day_is_taken_only_where_it_can_be_meant(student, as_, name, days, is_taken):
    contact, (data, field, _, _) = world.contact(student), DAYS[name]
    answer = as_(student).post(reverse(name, args=[contact.pk]), data | {field: day(days)})
    made = ActionStep.objects.count() + Outcome.objects.count() + Touch.objects.count()
    assert (answer.status_code, made) == ((302, 1) if is_taken else (422, 0))
    if not is_taken:
        text = answer.content.decode()
        typed = data.get("text") or data.get("note") or day(days)
        assert ("Choose a day from" in text, typed in text, 'class="rp-fold" open' in text) == (True, True, True)


@pytest.mark.parametrize("typed", ["9999-12-31", "0001-01-01", "2031-02-31", "soon"])
@pytest.mark.parametrize("name", DAYS)
def test_no_day_at_all_is_refused_with_what_was_typed(student, as_, name, typed):
    contact, (data, field, _, _) = world.contact(student), DAYS[name]
    assert as_(student).post(reverse(name, args=[contact.pk]), data | {field: typed}).status_code == 422


def test_a_day_of_another_year_says_its_year_and_what_happened_says_its_day(student, as_):
    contact, client = world.contact(student), as_(student)
    with time_machine.travel(world.NOW, tick=False):
        client.post(reverse("step_add", args=[contact.pk]), {"text": "Apply", "due_on": "2027-01-01"})
        client.post(reverse("step_add", args=[contact.pk]), {"text": "Read", "due_on": "2026-12-01"})
        client.post(reverse("outcome_add", args=[contact.pk]), {"kind": "path", "happened_on": "2025-11-10"})
        client.post(reverse("contact_touch", args=[contact.pk]), {"kind": "met", "day": "2026-11-02"})
        text = page(client, "contact", contact.pk)
    assert [sentence in text for sentence in ("by January 1, 2027", "by December 1<", "November 10, 2025")] == [
        True
    ] * 3
    assert times.local_date(Touch.objects.get().at, student.zone).isoformat() == "2026-11-02"


def test_no_two_fields_of_the_page_have_one_id(student, as_):
    text = page(as_(student), "contact", world.contact(student).pk)
    ids, labels = re.findall(r'\sid="([^"]+)"', text), re.findall(r'<label[^>]* for="([^"]+)"', text)
    assert (len(ids) - len(set(ids)), set(labels) - set(ids), len(labels) - len(set(labels))) == (0, set(), 0)


@pytest.mark.parametrize(("months", "said"), [("0", "We won’t remind you to write to"), ("3", "when it’s time")])
def test_choosing_how_often_says_what_was_chosen(student, as_, months, said):
    contact = world.contact(student)
    answer = as_(student).post(reverse("contact_cadence", args=[contact.pk]), {"months": months}, follow=True)
    assert said in answer.content.decode()


def test_a_step_of_ones_own_is_no_promise(student, as_):
    contact, client = world.contact(student, "Ana Núñez"), as_(student)
    client.post(reverse("step_add", args=[contact.pk]), {"text": "Learn to make a map", "due_on": day(0)})
    text = page(client, "today")
    assert ("Your next step with Ana Núñez." in text, "said so" in text) == (True, False)


def test_a_step_and_its_undo(student, as_):
    varga, client = world.contact(student), as_(student)
    client.post(reverse("step_add", args=[varga.pk]), {"text": "Learn to make a map", "due_on": day(2)})
    step = ActionStep.objects.get()
    for done in (True, False):
        client.post(reverse("step_done", args=[step.pk]))
        step.refresh_from_db()
        assert bool(step.done_at) == done


def test_an_outcome_asks_for_a_second_thank_you_once(student, as_):
    varga, client = world.contact(student), as_(student)
    client.post(reverse("outcome_add", args=[varga.pk]), {"kind": "applied", "happened_on": day(-20)})
    outcome = Outcome.objects.get()
    for _ in range(2):
        client.post(reverse("second_thanks", args=[outcome.pk]))
    outcome.refresh_from_db()
    assert outcome.second_thanks_at is not None
    assert Touch.objects.filter(kind="thanked").count() == 1


def test_the_loop_is_closed_from_the_page(student, as_):
    referral = world.referral(world.contact(student), world.contact(student, "Marcus Adeyemi"))
    as_(student).post(reverse("loop_closed", args=[referral.pk]))
    referral.refresh_from_db()
    assert referral.loop_closed_at is not None


@pytest.fixture
def introduced(student):
    """Helen named Marcus, and the two have talked."""
    marcus = world.contact(student, "Marcus Adeyemi")
    talk = world.interview(student, marcus, starts_at=timezone.now() - timedelta(days=2), status="completed")
    Debrief.objects.create(interview=talk, quote="Ask the night shift.")
    return world.referral(world.contact(student), marcus, at=timezone.now())


def test_a_loop_has_a_draft_and_saying_that_it_was_sent_closes_it(introduced, student, as_):
    client, helen = as_(student), introduced.referrer
    assert "Tell Helen how it went with Marcus Adeyemi." in page(client, "contact", helen.pk)
    letter = reverse("contact_write", args=[helen.pk]) + f"?loop={introduced.pk}"
    text = client.get(letter).content.decode()
    assert (
        "You suggested that I talk with Marcus Adeyemi, and I did. This has stayed with me: Ask the night shift."
        in text
    )
    client.post(letter, {"body": "Dear Helen, we talked."})
    introduced.refresh_from_db()
    assert introduced.loop_closed_at is not None
    assert list(Touch.objects.filter(contact=helen).values_list("kind", "note")) == [
        ("updated", "Dear Helen, we talked.")
    ]
    assert "Tell Helen" not in page(client, "contact", helen.pk)


def test_there_is_no_loop_to_close_before_they_have_talked(student, as_):
    referral = world.referral(world.contact(student), world.contact(student, "Marcus Adeyemi"), at=timezone.now())
    world.interview(student, referral.contact, starts_at=timezone.now() + timedelta(days=2))
    client = as_(student)
    assert "Tell them how it went" not in page(client, "network")
    assert "Tell Helen" not in page(client, "contact", referral.referrer_id)
    letter = client.get(reverse("contact_write", args=[referral.referrer_id]) + f"?loop={referral.pk}")
    assert (letter.context["loop"], letter.context["reason"].key) == (None, "advice")


def test_an_offer_leads_to_a_second_thank_you_that_asks_for_nothing(student, as_):
    client, county = as_(student), Organization.objects.create(student=student, name="The county")
    varga = world.contact(student, organization=county)
    other = world.contact(student, "Otto Lang", organization=county)
    world.interview(student, other, starts_at=timezone.now() - timedelta(days=9), status="completed")
    data = {"kind": "offer", "note": "A summer at the county", "happened_on": "2026-11-01"}
    answer = client.post(reverse("outcome_add", args=[varga.pk]), data)
    letter = reverse("contact_write", args=[varga.pk]) + f"?outcome={Outcome.objects.get().pk}"
    assert answer["Location"] == letter
    shown = client.get(letter)
    assert shown.context["helped"] == [other]
    assert rulebook.caught(shown.context["body"]) == []
    client.post(letter, {"body": "Dear Helen, thank you again."})
    outcome = Outcome.objects.get()
    assert outcome.second_thanks_at is not None
    assert list(Touch.objects.values_list("kind", "note")) == [("thanked", "Dear Helen, thank you again.")]


def test_hostile_words_stay_words(student, as_):
    varga = world.contact(student, "<script>alert(1)</script>", title='"><img src=x onerror=alert(1)>')
    for name, args in (("network", ()), ("contact", (varga.pk,)), ("map_people", ())):
        text = page(as_(student), name, *args)
        assert "<script>alert" not in text
        assert "<img src=x" not in text
