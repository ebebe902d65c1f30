"""What the method asks of a request and of a talk, requirement by requirement, where no other file says it.

R23 is `scheduling/test_scheduling.py`, R40 `directory/test_search.py`, R41 `directory/test_people.py`, R109 the recap
of `preparing/test_prepare.py` and the search of `network/test_timeline.py`, R122 `network/test_people.py` and
`reminders/test_said.py` with the breaks of `reminders/test_sweep.py`.
"""

import re
from datetime import timedelta
from urllib.parse import unquote_plus

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.alumni.models import Format
from apps.interviews.answering import actions as answering
from apps.interviews.asking import actions as asking
from apps.interviews.asking import letter
from apps.interviews.asking.letter import INTENT, letter_of
from apps.interviews.debriefing.page import SEEN
from apps.interviews.lifecycle.models import Interview, InterviewRequest
from apps.interviews.preparing.models import QuestionPlan
from apps.interviews.scheduling import calendar
from apps.mail.models import OutboundMessage
from apps.network.models import Outcome, Referral
from apps.reminders.rules import RULES
from apps.students.models import Introduction, StudentProfile
from tests import world
from tests.interviews import steps

pytestmark = pytest.mark.django_db


@pytest.fixture
def at():
    return timezone.now()


def mailed(alum):
    return OutboundMessage.objects.get(kind="request_sent_to_alum", person=alum)


def opened(client, message):
    """Open the link of a mail as the alum does, and return the page."""
    return client.get(steps.link_in(message), follow=True).content.decode()


# --- the letter -------------------------------------------------------------------------------------------------------


def test_each_request_says_that_it_is_not_about_a_job(student, alum, at):
    """R10: where the student’s own words don’t say it, Rapport does, once, and keeps it with what was sent."""
    asked = steps.sent(student, alum, at)
    mail = mailed(alum)
    assert [text.count(INTENT) for text in (mail.text.replace("\n", " "), mail.html)] == [1, 1]
    assert InterviewRequest.objects.get(pk=asked.pk).sent_text.count(INTENT) == 1


@pytest.mark.parametrize(
    "words",
    [
        "I’m looking for information and advice.",
        "I would love your advice and information about the field.",
        "I’m not asking for a job.",
        "This isn’t about a job.",
        "I won’t ask you for a job.",
        "I NEVER ask about any job.",
    ],
)
def test_it_is_not_said_twice(student, alum, at, words):
    asked = steps.draft(student, alum, at, part_ask=f"Could I have 20 minutes? {words}")
    assert INTENT not in letter_of(asked, [], university="Tamarack").text


@pytest.mark.parametrize("words", ["I have no job yet.", "Your job is not like mine.", "I read about your work."])
def test_words_that_only_speak_of_work_do_not_say_it(student, alum, at, words):
    asked = steps.draft(student, alum, at, part_why=words)
    assert letter_of(asked, [], university="Tamarack").text.count(INTENT) == 1


def test_the_student_sees_the_line_before_it_is_sent_and_learns_whose_it_is(student, alum, at, as_):
    asked = steps.draft(student, alum, at)
    shown = as_(student).get(asked.get_absolute_url()).content.decode()
    assert INTENT in shown
    assert "We add the line about information and advice to every request." in shown
    assert 'data-part="0"' not in shown


def test_an_empty_draft_says_nothing(student, alum, at):
    asked = steps.draft(student, alum, at, part_who="", part_connection="", part_why="", part_ask="")
    assert letter_of(asked, [], university="Tamarack").paragraphs == ()
    assert letter.INTENT_IN_SHORT.startswith("For information and advice")


def test_a_request_begins_with_the_usual_name_of_the_thing_and_the_alum_reads_what_it_means(student, alum, at, client):
    """R18."""
    fresh = asking.open_draft(alum.alumni_profile, by=student, now=at)
    assert fresh.subject == "Informational interview: could we talk for 20 minutes?"
    fresh.delete()
    steps.sent(student, alum, at)
    page = opened(client, mailed(alum))
    assert "An informational interview is a short conversation about your work." in page


def test_the_aim_that_a_student_keeps_to_themselves_reaches_nobody_else(student, coach, alum, office, at, as_, client):
    """R11: not the alum by mail or page, not the coach, not the office; the student reads it again."""
    StudentProfile.objects.filter(user=student).update(private_goal="Zqcorvane within two years", coach=coach)
    steps.sent(student, alum, at)
    mail = mailed(alum)
    others = [
        mail.text + mail.html,
        opened(client, mail),
        as_(alum).get(reverse("alum_home")).content.decode(),
        as_(coach).get(reverse("caseload_student", args=[student.student_profile.pk])).content.decode(),
        as_(office).get(reverse("office_person", args=[student.pk])).content.decode(),
    ]
    assert [page for page in others if "Zqcorvane" in page] == []
    assert "Zqcorvane" in as_(student).get(reverse("goal")).content.decode()


def test_an_opening_is_noted_where_it_was_offered_and_never_asked_for(student, at, as_):
    """R13: one of what came of it; no button, link or suggestion asks for one."""
    helen = world.contact(student)
    client = as_(student)
    told = {"kind": "lead", "note": "A lab", "happened_on": at.date() - timedelta(days=1)}
    client.post(reverse("outcome_add", args=[helen.pk]), told)
    assert Outcome.objects.get().get_kind_display() == "They told me about an opening"
    page = client.get(helen.get_absolute_url()).content.decode()
    buttons = re.findall(r"<(?:a|button)\b[^>]*>(.*?)</(?:a|button)>", page, re.DOTALL)
    assert any("Ask for a conversation" in words for words in buttons)
    assert [words for words in buttons if re.search(r"(?i)\bask\b.*\b(opening|lead|job)s?\b", words)] == []


# --- where one meets --------------------------------------------------------------------------------------------------


@pytest.fixture
def visit(student, alum, at):
    """A talk at the place where the alum works (R17)."""
    asked = steps.sent(student, alum, at, formats=["visit", "video"])
    return answering.accept(asked, slot=steps.slot(asked, at), format="visit", by=alum, now=at)


def test_a_visit_to_the_workplace_is_offered_and_chosen(student, alum, at, client, as_):
    """R17, R19: beside video, phone and in person, on the profile, in the request and in the answer."""
    assert Format.VISIT in Format.values
    assert "At the workplace" in as_(alum).get(reverse("alum_profile_edit")).content.decode()
    asked = steps.draft(student, alum, at, formats=["visit"])
    shown = as_(student).get(asked.get_absolute_url()).content.decode()
    assert re.search(r'value="visit" id="format-visit" checked', shown)
    asking.send(asked, by=student, now=at)
    page = opened(client, mailed(alum))
    assert ("At the workplace" in page, "Amira comes to see where you work" in page) == (True, True)


@pytest.mark.parametrize("place", ["", "4 Quay Street"])
def test_a_visit_is_a_meeting_on_the_clocks_of_its_place(visit, alum, student, as_, place):
    """R19: with the way there, the time to be there, and what to look for."""
    type(visit).objects.filter(pk=visit.pk).update(place=place)
    visit.refresh_from_db()
    assert visit.is_meeting
    assert visit.clock_of("America/Chicago") == "Europe/Dublin"
    assert calendar.away(visit)[0] < visit.starts_at - timedelta(minutes=30)
    assert "Be there by" in calendar.how(visit, student)
    assert calendar.location(visit) == (place or "At the workplace")
    page = as_(student).get(reverse("prepare", args=[visit.pk])).content.decode()
    assert "Decide 2 things to look for" in page
    assert ("Ask where to come" in page) is not place
    assert ("Plan your route" in page) is bool(place)
    home = as_(alum).get(reverse("alum_home")).content.decode()
    assert (place or "Amira comes to see where you work") in home


def test_what_was_seen_there_has_room_afterwards(visit, student, as_, at):
    """R17: the reflection asks for it, and a link leads to the notes on the place."""
    place = visit.contact.organization
    starts_at = at - timedelta(hours=2)
    type(visit).objects.filter(pk=visit.pk).update(
        status="completed",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=20),
        talked_until=starts_at + timedelta(minutes=20),
    )
    page = as_(student).get(reverse("debrief", args=[visit.pk])).content.decode()
    assert SEEN in page
    assert f'href="{reverse("organization", args=[place.pk])}#notes"' in page
    type(visit).objects.filter(pk=visit.pk).update(format="phone")
    page = as_(student).get(reverse("debrief", args=[visit.pk])).content.decode()
    assert (SEEN in page, "Add a note about the place" in page) == (False, False)


# --- before one asks, and before one talks ----------------------------------------------------------------------------


def test_research_comes_first_and_can_be_left_out_with_a_reason(student, alum, as_):
    """R45: three lines, or why not; the request opens only then."""
    client, entry = as_(student), alum.alumni_profile
    client.post(reverse("ask", args=[entry.pk]))
    asked = InterviewRequest.objects.get()
    address = reverse("request_research", args=[asked.pk])
    first = client.get(asked.get_absolute_url(), follow=True).content.decode()
    assert [f'name="{line}"' in first for line in ("about_person", "about_organization", "about_field")] == [True] * 3
    assert "Start with 5 minutes of research" in first
    assert client.post(address, {"about_person": "Maps wells"}).status_code == 422
    client.post(address, {"skipped_because": "She teaches my class"})
    asked.refresh_from_db()
    assert (asked.wants_research, asked.skipped_because) == (False, "She teaches my class")
    opened_now = client.get(asked.get_absolute_url(), follow=True).content.decode()
    assert ("Start with 5 minutes" in opened_now, f"Ask {entry.name}" in opened_now) == (False, True)


def test_what_one_hopes_to_learn_is_met_in_the_request_the_questions_and_the_reflection(student, alum, at, as_):
    """R46: up to three things, written once."""
    goals = "How a trial ends\nWho decides what is safe\nWhat they would study again"
    asked = steps.sent(student, alum, at, goals=goals)
    client = as_(student)
    talk = answering.accept(asked, slot=steps.slot(asked, at), format="video", by=alum, now=at)
    hoped = goals.splitlines()
    pages = [client.get(reverse(name, args=[talk.pk])).content.decode() for name in ("prepare", "prepare_list")]
    began, past = at - timedelta(days=1, minutes=20), at - timedelta(days=1)
    Interview.objects.filter(pk=talk.pk).update(starts_at=began, ends_at=past, talked_until=past, status="completed")
    pages.append(client.get(reverse("debrief", args=[talk.pk])).content.decode())
    assert [[goal in page for goal in hoped] for page in pages] == [[True] * 3] * 3


def test_once_it_is_scheduled_one_reads_up_on_person_work_and_employer(student, alum, at, as_):
    """R47: links to search with, on Prepare; Rapport itself reads no page of theirs."""
    talk = steps.agreed(student, alum, at)
    page = as_(student).get(reverse("prepare", args=[talk.pk])).content.decode()
    contact = talk.contact
    links = re.findall(r'href="(https://(?:duckduckgo\.com|www\.linkedin\.com)[^"]*)"', page)
    said = unquote_plus(" ".join(links))
    for words in (contact.name, f"{contact.organization.name} news", f"{contact.title} day at work"):
        assert words in said
    assert f"Read what {contact.organization.name} has published recently" in page


def test_the_close_of_a_talk_asks_who_else_and_keeps_the_name(student, at, as_):
    """R98: the question stands there in words to say, and who is named is on the map once it is written down."""
    talk = world.interview(student, world.contact(student, "Helen Varga"), starts_at=at - timedelta(minutes=18))
    client = as_(student)
    client.post(reverse("live_act", args=[talk.pk, "start"]))
    closing = client.get(reverse("live", args=[talk.pk]) + "?show=closing").content.decode()
    assert re.search(r'id="ask-who">\s*Who else should I talk to\?', closing)
    named = {"name": "Anneke Visser", "about": "water lab", "name_permission": "yes"}
    client.post(reverse("live_act", args=[talk.pk, "person"]), named)
    client.post(reverse("live_act", args=[talk.pk, "end"]))
    written = client.get(reverse("debrief", args=[talk.pk])).content.decode()
    assert 'value="Anneke Visser"' in written
    client.post(reverse("debrief_finish", args=[talk.pk]))
    referral = Referral.objects.get()
    assert (referral.contact.name, referral.referrer, referral.name_permission) == (
        "Anneke Visser",
        talk.contact,
        "yes",
    )


# --- saying who one is ------------------------------------------------------------------------------------------------


def test_the_introduction_can_be_copied_and_is_at_hand_in_practice(student, as_):
    """R24."""
    Introduction.objects.create(student=student, who="I study public health.", hopes="I want to see what people do.")
    client = as_(student)
    page = client.get(reverse("introduction")).content.decode()
    assert 'data-copy="#whole-text"' in page
    assert re.search(r'id="whole-text"[^>]*>[^§]*I study public health\.', page)


def test_one_line_and_one_fact_for_this_person_stand_where_they_are_said(student, alum, at, as_):
    """R27, R48: written while preparing, shown on the list to print and before the talk begins."""
    talk = steps.agreed(student, alum, at)
    client = as_(student)
    url = reverse("prepare_research", args=[talk.pk])
    version = QuestionPlan.objects.get_or_create(interview=talk)[0].version
    said = {"tailored_line": "You stayed in the lab.", "one_thing": "She plays the harp", "version": version}
    assert client.post(url, said).status_code == 302
    page = client.get(reverse("prepare", args=[talk.pk])).content.decode()
    assert ("You stayed in the lab." in page, 'value="She plays the harp"' in page) == (True, True)
    live = client.get(reverse("live", args=[talk.pk])).content.decode()
    assert ("You stayed in the lab." in live, "She plays the harp" in live) == (True, True)


# --- afterwards -------------------------------------------------------------------------------------------------------


def test_keeping_in_touch_reminds_the_student_and_never_the_alum():
    """R114: of all that comes by itself, an alum gets the yearly look at their own profile alone."""
    assert {rule.letter for rule in RULES if rule.role == "alum"} == {"profile_check"}
    assert {rule.role for rule in RULES if re.search(r"touch|thank|loop|step|network", rule.name)} == {"student"}
