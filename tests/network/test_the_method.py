"""What the method asks of finding people and keeping them, requirement by requirement, where no other file says it."""

import csv
import io
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.finding.models import Event, Kind
from apps.growth.models import Path
from apps.interviews.debriefing.models import Debrief
from apps.interviews.thanking import checks
from apps.interviews.thanking.models import ThankYou
from apps.network import reasons
from apps.network.models import WARM, ActionStep, Cadence, Closeness, Contact, Outcome, Relation, Touch
from apps.reminders.rules import RULES
from tests import world

pytestmark = pytest.mark.django_db
WARM_WORDS = {
    "Family or community",
    "Friend or fellow student",
    "Professor or mentor",
    "Supervisor or colleague",
    "Career coach",
    "Alum of our university",
    "Someone suggested them",
}
COLD_WORDS = {"Met at an event", "Found on LinkedIn", "Found on a website"}


def words(response):
    return " ".join(response.content.decode().split())


def page(client, name, *args, **query):
    return words(client.get(reverse(name, args=args), query, follow=True))


# --- whom one knows ---------------------------------------------------------------------------------------------------


def test_whoever_is_added_is_known_in_one_of_the_warm_or_the_cold_ways(student, as_):
    """R32, R33: the form offers exactly these, and the list tells one from the other."""
    client = as_(student)
    offered = re.search(r'<select[^>]*name="relation".*?</select>', page(client, "contact_add"))[0]
    said = {label.strip() for label in re.findall(r">([^<>]+)</option>", offered)}
    assert said >= WARM_WORDS | COLD_WORDS
    for relation in Relation:
        client.post(reverse("contact_add"), {"name": f"Ada {relation.value.capitalize()}", "relation": relation})
    assert Contact.objects.filter(student=student).count() == len(Relation)
    page(client, "network")  # which says who was added
    cold, warm = (page(client, "network", view="list", warmth=way) for way in ("cold", "warm"))
    for relation in Relation:
        shown = [f"Ada {relation.value.capitalize()}" in listing for listing in (warm, cold)]
        assert shown == [relation in WARM, relation not in WARM]


@pytest.mark.parametrize(
    ("relation", "source", "begins"),
    [
        ("event", "the spring career fair", "the spring career fair"),
        ("linkedin", "LinkedIn", "LinkedIn"),
        ("website", "the county’s website", "the county’s website"),
        ("professor", "Biology 101", ""),
    ],
)
def test_a_letter_to_a_stranger_begins_with_where_they_were_found(student, as_, relation, source, begins):
    """R33: who is known needs no such sentence."""
    contact = world.contact(student, "Ana Ruiz", relation=relation, source=source)
    as_(student).post(reverse("ask_contact", args=[contact.pk]))
    asked = contact.requests.get()
    assert asked.part_connection == "" if not begins else begins in asked.part_connection


# --- where to look ----------------------------------------------------------------------------------------------------


def test_strangers_are_fine_and_there_are_places_to_find_them(student, as_):
    """R34, R35: the sources of the method stand there, with what to do in each, and that one may ask a stranger."""
    shown = page(as_(student), "finding")
    assert "You don’t have to know anyone. Strangers say yes more often than you’d think" in shown
    assert "ask whoever does work you’re curious about" in shown
    places = {
        Kind.DIRECTORY, Kind.EXPERTS, Kind.SOCIETIES, Kind.SOCIAL, Kind.CONFERENCES,
        Kind.LINKEDIN, Kind.COFFEES, Kind.EVENTS, Kind.PROFESSORS, Kind.OFFICE,
    }  # fmt: skip
    for place in places:
        row = re.search(rf'<li class="rp-doline" id="{place.value}">(.*?)</li>', shown)[1]
        assert re.search(r'<p class="rp-quiet rp-mb-0">\S.+?</p>', row), place
        assert "I looked there" in row


def test_somebody_met_at_an_event_is_a_name_and_one_press(student, as_):
    """R35: ten seconds. The event says the rest: how one knows them, where, and when."""
    today = timezone.now().astimezone(student.zone).date()
    event, client = Event.objects.create(student=student, name="Water night", held_on=today), as_(student)
    form = re.search(rf'<form[^>]*action="?{event.get_absolute_url()}.*?</form>|<form.*?name="names".*?</form>',
                     words(client.get(event.get_absolute_url())))[0]  # fmt: skip
    asked = {name for name in re.findall(r'name="(\w+)"', form) if name not in ("csrfmiddlewaretoken", "once")}
    assert asked == {"names"}
    client.post(event.get_absolute_url(), {"names": "Ben Ito"})
    ben = Contact.objects.get(student=student)
    assert (ben.name, ben.relation, ben.source) == ("Ben Ito", Relation.EVENT, "Water night")


def test_introductions_are_counted_beside_cold_requests(student, as_, alum):
    """R44."""
    client, ways = as_(student), {"referred": 2, "linkedin": 3}
    assert "Of the people someone suggested" not in page(client, "progress")
    for relation, count in ways.items():
        for n in range(count):
            contact = world.contact(student, f"{relation.capitalize()} Person{'abc'[n]}", relation=relation)
            if relation == "referred":
                world.referral(world.contact(student, f"Helen Varga{'abc'[n]}"), contact)
            asked = world.sent_request(student, contact, at=timezone.now() - timedelta(days=3))
            type(asked).objects.filter(pk=asked.pk, contact__name__endswith="a").update(status="accepted")
    said = "Of the people someone suggested, 1 of 2 said yes. Of the others, 1 of 3 did."
    assert said in page(client, "progress")
    table = re.search(r'aria-labelledby="asks">(.*?)</table>', page(client, "network", view="introductions"))[1]
    rows = re.findall(r'<th scope="row">([^<]+)</th><td class="num">(\d+)</td><td class="num">(\d+)</td>', table)
    assert rows == [("Suggested by someone", "2", "1"), ("From the directory", "0", "0"), ("Anyone else", "3", "1")]


# --- what it led to ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "label"),
    [
        ("lead", "They told me about an opening"),
        ("shadow", "An invitation to see the work"),
        ("offer", "I was offered something"),
        ("applied", "I applied somewhere because of this"),
        ("training", "Training or a course to look into"),
    ],
)
def test_what_a_conversation_led_to_is_noted_and_stands_with_the_person(student, as_, kind, label):
    """R14: leads, a day at work, offers; changed, deleted and brought back."""
    client, helen = as_(student), world.contact(student)
    day = timezone.now().astimezone(student.zone).date().isoformat()
    assert label in re.search(r'<select[^>]*id="outcome_kind".*?</select>', page(client, "contact", helen.pk))[0]
    client.post(reverse("outcome_add", args=[helen.pk]), {"kind": kind, "note": "At the lab", "happened_on": day})
    outcome = Outcome.objects.get()
    led_to = re.search(r'id="led-to".*?</ul>', page(client, "contact", helen.pk))[0]
    assert (label in led_to, "At the lab" in led_to) == (True, True)
    typed = {"kind": kind, "note": "At the other lab", "happened_on": day}
    client.post(reverse("outcome_edit", args=[outcome.pk]), typed)
    client.post(reverse("outcome_remove", args=[outcome.pk]))
    assert not Outcome.objects.exists()
    client.post(reverse("network_undo"))
    assert Outcome.objects.get().note == "At the other lab"


# --- staying in touch -------------------------------------------------------------------------------------------------

OFTEN = {"0": "No reminder", "3": "Every 3 months", "6": "Every 6 months", "12": "Every 12 months"}


@pytest.mark.parametrize("months", OFTEN)
def test_after_the_thanks_one_chooses_how_often_to_write_and_never_is_a_choice(student, as_, now, months):
    """R113: quiet unless the student says otherwise; who would rather not is not asked about again."""
    talk = world.interview(student, world.contact(student), starts_at=now - timedelta(days=1), status="completed")
    ThankYou.objects.create(interview=talk, sent_at=now)
    client = as_(student)
    shown = page(client, "thanked", talk.pk)
    assert re.findall(r'name="months" value="(\d+)"[^>]*><span><b>([^<]+)</b>', shown) == list(OFTEN.items())
    assert not Cadence.objects.exists()
    client.post(reverse("contact_cadence", args=[talk.contact.pk]), {"months": months})
    assert [str(one.months) for one in Cadence.objects.all()] == ([] if months == "0" else [months])
    Cadence.objects.all().delete()
    Debrief.objects.create(interview=talk, may_stay_in_touch=False)
    assert 'name="months"' not in page(client, "thanked", talk.pk)


SEVEN = {
    "advice": "You took the advice",
    "read": "You read something worth sharing",
    "news": "Something changed for you",
    "heard": "You saw some news",
    "made": "You liked something this person made",
    "offer": "You can help with something",
    "question": "You have a new question",
}


def test_there_are_seven_reasons_to_write_each_with_a_letter_from_ones_own_notes(student, as_, now):
    """R115: what was done because of them, and what they said, stand in the letter."""
    helen, client = world.contact(student, last_touch_at=now), as_(student)
    assert {reason.key: reason.title for reason in reasons.REASONS} == SEVEN
    talk = world.interview(student, helen, starts_at=now - timedelta(days=200), status="completed")
    Debrief.objects.create(interview=talk, quote="Count before you model", finished_at=now)
    ActionStep.objects.create(student=student, contact=helen, text="Take the mapping course", done_at=now)
    ways = page(client, "contact", helen.pk)
    letters = {}
    for key, title in SEVEN.items():
        assert (title in ways, f"?reason={key}" in ways) == (True, True), key
        written = page(client, "contact_write", helen.pk, reason=key)
        letters[key] = re.search(r"<textarea[^>]*>(.*?)</textarea>", written)[1]
    assert len(set(letters.values())) == len(SEVEN)
    assert "Take the mapping course" in letters["advice"]
    assert any("Count before you model" in letter for letter in letters.values())


def test_how_close_one_is_and_where_one_stands_the_student_says_and_nobody_scores(student, coach, as_):
    """R120: chosen, changed and left open; a coach reads neither."""
    helen, client = world.contact(student), as_(student)
    url = reverse("contact_close", args=[helen.pk])
    shown = page(client, "contact", helen.pk)
    offered = re.search(r'<select[^>]*name="closeness".*?</select>', shown)[0]
    assert [level.label in offered for level in Closeness] == [True] * len(Closeness)
    client.post(url, {"closeness": Closeness.KNOW_WELL, "phase": "talked"})
    helen.refresh_from_db()
    assert (helen.closeness, helen.phase) == (Closeness.KNOW_WELL, "talked")
    network = reverse("caseload_student", args=[student.student_profile.pk])
    assert "Know well" not in words(as_(coach).get(network))
    client.post(url, {"closeness": "", "phase": ""})
    helen.refresh_from_db()
    assert (helen.closeness, helen.phase) == (None, "")


# --- they may help or not ---------------------------------------------------------------------------------------------

ASKING = re.compile(r"could you|would you|can you|please|let me know|look forward|hear from you|\?", re.IGNORECASE)


@pytest.mark.parametrize("kind", ["applied", "offer"])
def test_a_second_thank_you_and_an_update_ask_for_nothing(student, kind):
    """R118: they may help or not, and that is fine."""
    helen = world.contact(student)
    outcome = Outcome.objects.create(
        student=student, contact=helen, kind=kind, happened_on=timezone.now().date(), note="The summer crew"
    )
    letters = [reasons.second_letter(outcome, kept="Count first")]
    news = "I joined the summer crew."
    letters += [reasons.update_letter(helen, student=student, news=news, notes=reasons.Notes(has_talked=True))]
    assert [ASKING.findall(letter) for letter in letters] == [[], []]


def test_nothing_reminds_that_somebody_has_not_written_back(student, as_, now):
    """R118: after a thank-you or a note that was sent nobody is waited for, on no page and in no reminder."""
    helen = world.contact(student)
    for kind in (Touch.Kind.THANKED, Touch.Kind.WROTE, Touch.Kind.UPDATED):
        Touch.objects.create(student=student, contact=helen, kind=kind, at=now - timedelta(days=40))
    due = [rule.name for rule in RULES for row in rule.due(now) if getattr(row, "student_id", None) == student.pk]
    assert due == []
    client = as_(student)
    for shown in (page(client, "today"), page(client, "contact", helen.pk), page(client, "notices")):
        assert not re.search(
            r"hasn’t (?:replied|answered|written)|awaiting|no answer|waiting for (?:a )?reply: helen", shown, re.I
        )


def test_a_thank_you_that_asks_for_two_things_is_told_so(student):
    """R118."""
    talk = world.interview(student, world.contact(student), status="completed")
    body = "Dear Helen, thank you. Could you send me the report? Would you introduce me to Ana?"
    hints = checks.review(ThankYou(interview=talk, body=body), talk, None)
    assert "You’re asking for 2 things." in [hint.title for hint in hints]


# --- one place, and out of it -----------------------------------------------------------------------------------------


def test_everything_a_student_keeps_stands_in_one_place_and_leaves_any_time(student, as_):
    """R121: people, organizations, paths and events lead from one page, and each list leaves as a file."""
    client, helen = as_(student), world.contact(student, notes="Knows the county")
    network = page(client, "network", view="list")
    for name in ("finding", "organizations", "progress", "contact_import", "my_card", "giving", "network_export"):
        assert f'href="{reverse(name)}' in network, name
    Path.objects.create(student=student, name="Hydrology")
    client.post(reverse("organizations"), {"name": "Riverkeep"})
    talk = world.interview(student, helen, starts_at=timezone.now() - timedelta(days=9))
    Debrief.objects.create(interview=talk, gain_clarity="I want to be outdoors")
    assert reverse("progress_gains_export") in page(client, "progress")
    for name, kept in (
        ("network_export", "Knows the county"),
        ("progress_export", "Hydrology"),
        ("progress_gains_export", "I want to be outdoors"),
    ):
        answer = client.get(reverse(name), {"as": "csv"})
        content = b"".join(answer) if answer.streaming else answer.content
        assert any(kept in cell for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))) for cell in row), name
    cards = client.get(reverse("network_export"), {"as": "vcard"})
    assert helen.name in (b"".join(cards) if cards.streaming else cards.content).decode()
