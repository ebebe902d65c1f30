"""Ready for the talk: the résumé, what to wear, the link, who hires, an earlier list of questions, the top three."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from apps.interviews.lifecycle import meeting_links
from apps.interviews.lifecycle.acts import Stale
from apps.interviews.preparing import actions, checklist
from apps.interviews.preparing.models import QuestionPlan
from apps.students import resume as resumes
from apps.students.models import Resume
from apps.web.answers import Refused
from tests import world
from tests.students.test_resume import PDF

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def talk(student):
    return world.interview(student, world.contact(student, "Marcus Adeyemi"), starts_at=world.NOW + 2 * DAY)


@pytest.fixture
def client(student, as_):
    with time_machine.travel(world.NOW, tick=False):
        yield as_(student)


def plan_with(interview, *texts, stars=0):
    plan = QuestionPlan.objects.create(interview=interview)
    for n, text in enumerate(texts, 1):
        plan.questions.create(text=text, position=n, is_must=n <= stars, because="because of you")
    return plan


def texts_of(interview):
    return list(interview.plan.questions.order_by("position").values_list("text", flat=True))


def page(client, talk, name="prepare"):
    return " ".join(client.get(reverse(name, args=[talk.pk])).content.decode().split())


# --- the résumé -------------------------------------------------------------------------------------------------------


def line(talk, key, resume=None):
    checks = checklist.checks(talk, talk.student.zone, resume=resume, now=world.NOW)
    return next((check.text, check.url) for check in checks if check.key == key)


def test_in_person_two_copies_are_printed_of_a_version_that_is_not_old(student, talk):
    talk.format = "in_person"
    assert line(talk, "print") == ("Print 2 copies of your résumé", reverse("resume"))
    kept = resumes.keep(student, PDF, note="", now=world.NOW)
    assert line(talk, "print", kept) == ("Print 2 copies of your résumé", kept.get_absolute_url())
    kept.kept_at = world.NOW - 91 * DAY
    assert line(talk, "print", kept) == (
        "Print 2 copies of your résumé. It’s older than 90 days, so update it first",
        reverse("resume"),
    )


def test_from_afar_an_old_one_is_brought_to_mind(student, talk, client):
    resumes.keep(student, PDF, note="", now=world.NOW - 91 * DAY)
    assert "it’s older than 90 days" in page(client, talk)
    Resume.objects.update(kept_at=world.NOW)
    assert "older than 90 days" not in page(client, talk)


# --- what to wear, the link, who hires --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("work", "word"),
    [
        ("Mercy Hospital", "closed shoes"),
        ("Fable & Stone LLP", "jacket"),
        ("First National Bank", "jacket"),
        ("Northfield Public Schools", "neat"),
        ("Riverbend Design Studio", "casual"),
        ("Green Acre Farms", "sturdy"),
        ("Corvane", ""),
        ("Lawson Bikes", ""),
        ("Millbrook Bakery", ""),
    ],
)
def test_what_to_wear_follows_what_the_name_of_a_workplace_says(work, word):
    assert (word in checklist.attire(work)) if word else checklist.attire(work) == ""


def test_what_to_wear_follows_the_title_where_the_name_says_nothing_and_the_student_before_both(talk, client):
    assert "closed shoes" in checklist.attire("Corvane", "Head nurse")
    assert "jacket" in checklist.attire("First National Bank", "Head nurse")
    assert checklist.attire("Corvane", "Head of something") == ""
    assert "jeans" in checklist.attire("First National Bank", "Head nurse", "casual")
    assert "jacket" in checklist.attire("First National Bank", "", "no such kind")
    client.post(reverse("prepare_attire", args=[talk.pk]), {"kind": "outdoors"})
    assert "sturdy closed shoes" in page(client, talk)
    client.post(reverse("prepare_attire", args=[talk.pk]), {"kind": "made up"})
    assert "sturdy closed shoes" not in page(client, talk)


@pytest.mark.parametrize(
    ("place", "url"),
    [
        ("https://meet.example/abc", "https://meet.example/abc"),
        ("zoom.us/j/123", "https://zoom.us/j/123"),
        ("Join here: <https://us02web.zoom.us/j/8?pwd=x>, passcode 12", "https://us02web.zoom.us/j/8?pwd=x"),
        ("HTTPS://Meet.example/abc.", "HTTPS://Meet.example/abc"),
        ("meet.example", ""),
        ("Zoom", ""),
        ("https://", ""),
        ("https://not a link", ""),
        ("javascript:alert(1)", ""),
        ("", ""),
    ],
)
def test_the_link_of_a_video_call_is_found_in_what_was_noted(place, url):
    assert meeting_links.meeting_link(place) == url


@pytest.mark.parametrize(("place", "is_told"), [("Zoom, I think", True), ("zoom.us/j/1", False), ("", False)])
def test_what_is_no_link_is_said(talk, client, place, is_told):
    talk.place = place
    talk.save()
    assert ("doesn’t look like a link" in page(client, talk)) is is_told
    assert ("Open the link<" in page(client, talk)) is (place == "zoom.us/j/1")


@pytest.mark.parametrize(
    ("title", "may"),
    [
        ("Hiring manager", True),
        ("Director of Data", True),
        ("Technical Recruiter", True),
        ("Co-founder", True),
        ("Data analyst", False),
        ("Leader's assistant", False),
        ("", False),
    ],
)
def test_a_title_suggests_who_hires_and_the_student_says_it(talk, client, title, may):
    talk.contact.title = title
    talk.contact.save()
    shown = page(client, talk)
    assert ('<details class="rp-more rp-mt-3" open>' in shown, "suggests it" in shown) == (may, may)
    client.post(reverse("prepare_checks", args=[talk.pk]), {"checked": ["hires"]})
    shown = page(client, talk)
    assert (talk.plan.checked, "suggests it" in shown, 'rp-mt-3" open' in shown) == (["hires"], False, True)


# --- an earlier list --------------------------------------------------------------------------------------------------


def test_an_earlier_list_is_copied_without_what_was_written_of_that_person(talk, student, client):
    earlier = world.interview(student, world.contact(student), starts_at=world.NOW - 9 * DAY, status="completed")
    plan = plan_with(earlier, "How did you begin?", "What is hard?", "What next?", stars=2)
    plan_with(talk, "What is hard?", "Mine", stars=2)
    assert "Or copy an earlier question list" in page(client, talk)
    client.post(reverse("prepare_add", args=[talk.pk]), {"copy": plan.pk})
    assert texts_of(talk) == ["What is hard?", "Mine", "How did you begin?", "What next?"]
    copied = list(talk.plan.questions.order_by("position").values_list("is_must", "because"))[2:]
    assert copied == [(True, ""), (False, "")]
    with pytest.raises(Refused, match="already have all"):
        actions.copy_from(talk, earlier=plan.pk, now=world.NOW)


def test_a_full_plan_takes_as_many_as_there_is_room_for(talk, student):
    earlier = world.interview(student, world.contact(student), starts_at=world.NOW - 9 * DAY, status="completed")
    plan = plan_with(earlier, "One?", "Two?")
    plan_with(talk, *(f"Mine {n}" for n in range(19)))
    assert [question.text for question in actions.copy_from(talk, earlier=plan.pk, now=world.NOW)] == ["One?"]
    with pytest.raises(Refused, match="limit"):
        actions.copy_from(talk, earlier=plan.pk, now=world.NOW)


def test_another_students_list_cannot_be_copied(talk, other_student, client):
    theirs = world.interview(other_student, world.contact(other_student), starts_at=world.NOW - 9 * DAY)
    plan = plan_with(theirs, "Only mine?")
    assert "Only mine?" not in page(client, talk)
    with pytest.raises(Stale):
        actions.copy_from(talk, earlier=plan.pk, now=world.NOW)


def test_without_an_earlier_list_nothing_is_offered(talk, client):
    assert "copy an earlier question list" not in page(client, talk)


# --- the sheet --------------------------------------------------------------------------------------------------------


def test_on_the_sheet_the_top_three_stand_first_and_the_rest_folds(talk, client):
    plan_with(talk, "Top?", "Rest?", "Last?", stars=1)
    sheet = page(client, talk, "prepare_list").split("<article")[1]
    assert "If there’s time: 2 more" in sheet
    assert sheet.index("Top?") < sheet.index("<details") < sheet.index("Rest?") < sheet.index("</details>")
    talk.plan.questions.update(is_must=False)
    assert "<details" not in page(client, talk, "prepare_list").split("<article")[1].split("</article>")[0]
