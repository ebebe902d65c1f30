"""The second part begins with what the network knows (R54), and names nobody whose leave is not recorded (R55)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.interviews.asking import actions as asking
from apps.interviews.asking import checks
from apps.interviews.asking.provenance import beginning_of
from apps.interviews.lifecycle.models import InterviewRequest
from apps.network import actions as network
from apps.network.models import Contact, NamePermission, Touch
from apps.wording import rulebook
from tests import world
from tests.interviews import steps
from tests.interviews.asking.pages import form_of, hint_of, page

SUGGESTED = "Yuki Tanabe suggested that I write to you, and said I could use her name."
DIRECTORY = "I found you in the Tamarack alumni directory."


@pytest.fixture
def ingrid(student, alum):
    return network.contact_for(alum.alumni_profile, student=student)


@pytest.fixture
def yuki(student):
    return world.contact(student, "Yuki Tanabe", pronouns="she/her")


def begins(contact):
    return beginning_of(contact, alum=contact.alum, now=world.NOW).text


def opened(as_, student, alum):
    as_(student).post(reverse("ask", args=[alum.alumni_profile.pk]))
    return InterviewRequest.objects.get()


def test_who_suggested_them_is_named_where_they_said_yes(as_, student, alum, ingrid, yuki):
    world.referral(yuki, ingrid, name_permission="yes")
    asked = opened(as_, student, alum)
    assert asked.part_connection == SUGGESTED
    asking.research(asked, values={"skipped_because": "I know her"})
    shown = page(as_(student), asked)
    assert "From your network: Yuki said you may use the name." in shown
    assert hint_of(asked, "warm").title == "That helps. Yuki agreed to be named."


def test_the_month_in_which_they_talked_is_said(ingrid, yuki):
    world.referral(yuki, ingrid, name_permission="yes")
    network.touch(yuki, Touch.Kind.TALKED, at=world.NOW - timedelta(days=40))
    month = f"{world.NOW - timedelta(days=40):%B}"
    assert begins(ingrid) == (
        f"Yuki Tanabe and I talked in {month}. Yuki suggested that I write to you, and said I could use her name."
    )
    Touch.objects.update(at=datetime(2019, 5, 6, 12, tzinfo=UTC))
    assert "talked in May 2019." in begins(ingrid)


@pytest.mark.parametrize("permission", [one for one in NamePermission.values if one != "yes"])
def test_nobody_is_named_without_leave(as_, student, alum, ingrid, yuki, permission):
    world.referral(yuki, ingrid, name_permission=permission)
    Contact.objects.filter(pk=ingrid.pk).update(source="Yuki Tanabe suggested her", relation="referred")
    asked = opened(as_, student, alum)
    asking.research(asked, values={"skipped_because": "I know her"})
    assert "Yuki" not in asked.part_connection
    assert "Record what Yuki said" in page(as_(student), asked)


def test_of_two_who_suggested_them_the_one_who_said_yes_is_named(student, ingrid, yuki):
    world.referral(yuki, ingrid, name_permission="yes", at=world.NOW - timedelta(days=9))
    world.referral(world.contact(student, "Grace Otieno"), ingrid, name_permission="no")
    assert begins(ingrid) == SUGGESTED


def test_leave_given_to_somebody_else_counts_for_nothing(student, ingrid, yuki):
    world.referral(yuki, world.contact(student, "Daniel Ferreira"), name_permission="yes")
    assert "Yuki" not in begins(ingrid)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Dr. Kwame Osei, PhD", "Dr. Kwame Osei"),
        ("Professor Ana Núñez", "Professor Ana Núñez"),
        ("Núñez, Ana", "Ana Núñez"),
        ("Marisol Vega, county open day", "Marisol Vega"),
        ("Rohan Som (he/him)", "Rohan Som"),
    ],
)
def test_a_name_is_said_as_one_says_it_to_a_third(student, ingrid, name, said):
    world.referral(world.contact(student, name), ingrid, name_permission="yes")
    assert begins(ingrid) == f"{said} suggested that I write to you, and said I could use their name."


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("county health fair", "We met at the county health fair."),
        ("Career fair", "We met at the career fair."),
        ("Met at the Spring Career Fair.", "We met at the Spring Career Fair."),
        ("We met her at Alumni Night 2026", "We met at Alumni Night 2026."),
        ("At my aunt’s shop", "We met at my aunt’s shop."),
        ("Duluth Bridge Week, October 8", "We met at Duluth Bridge Week, October 8."),
        ("Hackathon", "We met at Hackathon."),
        ("", ""),
        ("spoke for 5 min; she likes bikes", ""),
        ("career fair - ask about grad school", ""),
        ("Yuki’s birthday party", ""),
        ("dinner with Yuki Tanabe", ""),
        ("10/8", ""),
        ("Professor Varga introduced you", ""),
        ("https://events.example/42", ""),
        ("a very long note " * 8, ""),
    ],
)
def test_where_they_met_is_said_where_it_can_be_said(student, yuki, source, said):
    met = world.contact(student, "Helen Varga", relation="event", source=source)
    assert begins(met) == said


def test_what_was_found_on_the_web_is_said(student):
    assert begins(world.contact(student, "Helen Varga", relation="linkedin")) == "I found your profile on LinkedIn."
    found = world.contact(student, "Ada One", relation="website", source="Found on the website of the county")
    assert begins(found) == "I found you through the website of the county."


def test_a_shared_major_is_said_after_the_directory(student, alum, ingrid):
    student.student_profile.program = "public health"
    ingrid.alum.majors = ["Biology", "Public Health"]
    assert begins(ingrid) == f"{DIRECTORY} You studied public health at Tamarack, as I do now."
    ingrid.alum.majors = ["Law"]
    assert begins(ingrid) == DIRECTORY


def test_a_shared_employer_or_school_is_said(student, ingrid):
    ingrid.organization.is_target = True
    assert (
        begins(ingrid) == f"{DIRECTORY} Corvane Medical is one of the organizations I would like to understand better."
    )
    other = world.contact(student, "Ada One", relation="alum", class_year=2011)
    assert begins(other) == "You studied at Tamarack, as I do now."


def test_a_friend_with_an_entry_was_not_found_in_the_directory(ingrid):
    ingrid.relation = "friend"
    assert begins(ingrid) == ""


def test_nothing_we_begin_with_reads_like_asking_for_a_job_or_like_a_copy(student, alum, at, ingrid):
    ingrid.organization.is_target = True
    ingrid.organization.save()
    text = begins(ingrid)
    assert list(rulebook.current().caught(text)) == []
    steps.sent(student, world.alum("Ada One"), at, part_connection=text, part_why="You map wells.")
    asked = steps.draft(student, alum, at, part_connection=text)
    assert hint_of(asked, "again") is None


def test_an_empty_part_is_begun_with_one_press(as_, student, alum, at, ingrid, yuki):
    asked, client = steps.draft(student, alum, at, part_connection=""), as_(student)
    world.referral(yuki, ingrid, name_permission="yes")
    assert f"<strong>You could begin:</strong> “{SUGGESTED}”" in page(client, asked)
    answer = client.post(reverse("request_hint", args=[asked.pk]), form_of(asked, goals="Kept") | {"begin": "1"})
    asked.refresh_from_db()
    assert (asked.part_connection, asked.goals) == (SUGGESTED, "Kept")
    assert answer.url == f"{asked.get_absolute_url()}#part-connection"
    client.post(reverse("request_hint", args=[asked.pk]), form_of(asked, part_connection="Mine.") | {"begin": "1"})
    asked.refresh_from_db()
    assert asked.part_connection == "Mine."


def test_what_was_begun_is_stopped_when_leave_is_taken_back(as_, student, alum, ingrid, yuki):
    referral = world.referral(yuki, ingrid, name_permission="yes")
    asked = opened(as_, student, alum)
    referral.name_permission = "no"
    referral.save()
    assert [hint.name for hint in checks.blocking(checks.read(asked, timezone.now())) if hint.referrer] == ["no_leave"]
