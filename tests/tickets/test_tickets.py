"""Ask the office: a student asks, the coach and the office see and answer with people, the student asks them (R39)."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.mail.models import OutboundMessage
from apps.network.models import Contact
from apps.policy.models import Policy
from apps.students.models import Disclosure
from apps.tickets import actions
from apps.tickets.models import SuggestedAlum, SuggestedPerson, Ticket, TicketMessage
from apps.web.answers import Refused
from tests import world
from tests.races.together import at_once

pytestmark = pytest.mark.django_db


def asked(student, wanted="A biostatistician in Duluth", days=7, **fields):
    day = timezone.now().date() + timedelta(days=days)
    row = Ticket(student=student, wanted=wanted, goal="How they use statistics", needed_by=day, **fields)
    return actions.ask(row, now=timezone.now())


def text_of(answer):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


@pytest.fixture
def office(db):
    return world.office()


@pytest.fixture
def peder(db):
    return world.alum_profile("Peder Aune", title="Biostatistician", city="Duluth", country="US")


def test_from_question_to_people(student, coach, as_, peder):
    """The student asks; the coach hears by mail, looks for people, and sends two lines with one of them."""
    theirs = as_(student)
    day = timezone.now().date() + timedelta(days=9)
    words = {"wanted": "A biostatistician", "goal": "What a day is like", "needed_by": f"{day}"}
    ticket_page = theirs.post(reverse("ask_office"), words)
    assert ticket_page.status_code == 302
    ticket = Ticket.objects.get()
    assert OutboundMessage.objects.get(kind="help_request_asked", person=coach)
    staff, address = as_(coach), reverse("help_request", args=[ticket.pk])
    assert "A biostatistician" in text_of(staff.get(reverse("help_requests")))
    found = staff.post(address, {"do": "find", "q": "biostatistician", "text": "Begun already"})
    assert (found.status_code, "Begun already" in found.content.decode()) == (200, True)
    assert f'value="{peder.pk}"' in found.content.decode()
    assert not TicketMessage.objects.exists()
    sent = {"do": "send", "alum": peder.pk, f"why-{peder.pk}": "He counts everything.", "text": "Start with him."}
    assert staff.post(address, sent)["Location"] == reverse("help_requests")
    page = text_of(theirs.get(reverse("ask_office")))
    assert "Peder Aune" in page
    assert "“He counts everything.”" in page
    assert "Start with him." in page
    mail = OutboundMessage.objects.get(kind="help_request_answered")
    assert (mail.person, mail.from_name) == (student, f"{coach.called} via Tamarack Career Office")
    assert "He counts everything." in mail.text
    assert f'href="{reverse("alum", args=[peder.pk])}"' in theirs.get(reverse("ask_office")).content.decode()


def test_neither_words_nor_people_is_no_answer(student, office, as_):
    ticket = asked(student)
    answer = as_(office).post(reverse("help_request", args=[ticket.pk]), {"do": "send"})
    assert answer.status_code == 422
    assert "Choose at least one person, or write a few words." in answer.content.decode()
    assert not TicketMessage.objects.exists()


def test_only_who_can_be_asked_is_suggested(student, office, as_, peder):
    """A box that is not offered, ticked by hand, is turned away and nothing is lost."""
    peder.paused_until = timezone.now().date() + timedelta(days=30)
    peder.save()
    ticket, client = asked(student), as_(office)
    address = reverse("help_request", args=[ticket.pk])
    found = client.post(address, {"do": "find", "q": "Peder Aune"}).content.decode()
    assert re.search(rf'value="{peder.pk}"[^>]* disabled', found)
    answer = client.post(address, {"do": "send", "alum": peder.pk, "text": "Him"})
    assert (answer.status_code, "Him" in answer.content.decode()) == (422, True)
    assert not SuggestedAlum.objects.exists()
    assert not OutboundMessage.objects.filter(kind="help_request_answered").exists()


def test_the_student_writes_back_closes_and_opens_again(student, coach, as_):
    ticket = asked(student)
    actions.answer(ticket, by=coach, text="Would a nurse do?", people={}, now=timezone.now())
    client = as_(student)
    client.post(reverse("question_more", args=[ticket.pk]), {"text": "Yes, anyone in a small hospital."})
    ticket.refresh_from_db()
    assert (ticket.state, ticket.taken_by) == ("open", coach)
    assert OutboundMessage.objects.filter(kind="help_request_asked", person=coach).count() == 2
    close = reverse("question_close", args=[ticket.pk])
    client.post(close)
    ticket.refresh_from_db()
    assert (ticket.state, ticket.closed_at is None) == ("closed", False)
    client.post(close, {"undo": "1"})
    ticket.refresh_from_db()
    assert (ticket.state, ticket.closed_at) == ("answered", None)


def test_what_one_has_nobody_else_answers_until_it_is_given_back(student, coach, office, as_):
    ticket = asked(student)
    actions.take(ticket, by=coach)
    for act in (
        lambda: actions.take(ticket, by=office),
        lambda: actions.answer(ticket, by=office, text="Me", people={}, now=timezone.now()),
        lambda: actions.give_back(ticket, by=office),
    ):
        with pytest.raises(Refused, match="Ruth Amsel has this one"):
            act()
    page = as_(office).get(reverse("help_request", args=[ticket.pk]))
    assert "Ruth Amsel has this one." in text_of(page)
    actions.give_back(ticket, by=coach)
    assert actions.take(ticket, by=office).taken_by == office


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_it_at_once_one_has_it(student, coach):
    office, ticket = world.office(), asked(student)
    answers = at_once(lambda: actions.take(ticket, by=coach), lambda: actions.take(ticket, by=office))
    ticket.refresh_from_db()
    assert sum(isinstance(one, Refused) for one in answers) == 1
    assert ticket.taken_by in (coach, office)


def test_a_sixth_open_question_waits(student, as_):
    for number in range(actions.MOST_OPEN):
        asked(student, f"Person {number}")
    day = timezone.now().date() + timedelta(days=9)
    words = {"wanted": "One more", "goal": "Her day", "needed_by": f"{day}"}
    answer = as_(student).post(reverse("ask_office"), words)
    assert (answer.status_code, "One more" in answer.content.decode()) == (422, True)
    assert Ticket.objects.count() == actions.MOST_OPEN


@pytest.mark.parametrize("days", [-2, 400])  # today may still be yesterday for the student
def test_a_day_that_is_past_or_years_away_is_no_deadline(student, as_, days):
    day = timezone.now().date() + timedelta(days=days)
    answer = as_(student).post(reverse("ask_office"), {"wanted": "X", "goal": "Y", "needed_by": f"{day}"})
    assert answer.status_code == 422
    assert not Ticket.objects.exists()


def test_every_look_of_staff_is_in_the_disclosure_log(student, office, as_):
    ticket, client = asked(student), as_(office)
    client.get(reverse("help_requests"))
    client.get(reverse("help_request", args=[ticket.pk]))
    rows = Disclosure.objects.filter(student=student, viewer=office, what="Your questions to the office")
    assert rows.count() == 2


def test_another_coach_sees_and_counts_nothing(student, other_coach, as_):
    asked(student, "A canary keeper")
    page = text_of(as_(other_coach).get(reverse("help_requests")))
    assert "canary" not in page
    assert "Open 0" in page


def test_the_queue_is_by_deadline_and_says_what_is_late(student, office, as_):
    asked(student, "Later", days=9)
    late = asked(student, "Sooner", days=2)
    page = text_of(as_(office).get(reverse("help_requests")))
    assert page.index("Sooner") < page.index("Later")
    assert "Was due" not in page
    Ticket.objects.filter(pk=late.pk).update(needed_by=timezone.now().date() - timedelta(days=3))
    assert "Was due" in text_of(as_(office).get(reverse("help_requests")))


def test_an_alum_who_left_the_directory_is_no_longer_named(student, coach, as_, peder):
    ticket = asked(student)
    actions.answer(ticket, by=coach, text="", people={peder: "Kind"}, now=timezone.now())
    peder.listing = "hidden"
    peder.save()
    page = text_of(as_(student).get(reverse("ask_office")))
    assert "Peder" not in page
    assert "Someone who’s no longer in the directory." in page


def test_the_queue_asks_the_same_questions_at_any_size(coach, office, as_):
    client = as_(office)

    def count():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("help_requests")).status_code == 200
        return len(queries)

    asked(world.student("Ada Moe", coach=coach))
    client.get(reverse("help_requests"))
    few = count()
    for number in range(19):
        asked(world.student(f"Ada {number}", coach=coach))
    assert count() == few


# --- who hears of it --------------------------------------------------------------------------------------------------


def test_the_office_hears_of_each_question_and_of_one_that_nobody_has(student, as_):
    ticket = asked(student)
    to_office = OutboundMessage.objects.filter(kind="help_request_asked", person=None)
    assert [mail.recipient for mail in to_office] == [Policy.now().office_email]
    student.student_profile.coach = None
    student.student_profile.save()
    as_(student).post(reverse("question_more", args=[ticket.pk]), {"text": "Anyone at all."})
    assert ["Anyone at all." in mail.text for mail in to_office.order_by("created_at")] == [False, True]


def test_the_office_has_help_requests_in_its_menu(office, as_):
    page = as_(office).get(reverse("help_requests")).content.decode()
    assert f'<a href="{reverse("help_requests")}" aria-current="page">' in page


# --- on Today ---------------------------------------------------------------------------------------------------------


def test_today_says_what_is_looked_for_and_that_an_answer_came(student, coach, as_):
    world.interview(student, world.contact(student), starts_at=timezone.now() - timedelta(days=90), status="completed")
    client, now = as_(student), timezone.now()
    assert "looking for you" not in text_of(client.get("/today/"))
    ticket = asked(student)
    said = text_of(client.get("/today/"))
    assert ("We’re looking for you A biostatistician in Duluth" in said, "Read the answer" in said) == (True, False)
    actions.answer(ticket, by=coach, text="Would a nurse do?", people={}, now=now)
    said = text_of(client.get("/today/"))
    assert ("Read the answer to your question: A biostatistician in Duluth" in said, "looking for you" in said) == (
        True,
        False,
    )
    actions.close(ticket, now=now)
    assert "A biostatistician" not in text_of(client.get("/today/"))


# --- people outside the directory -------------------------------------------------------------------------------------


def test_somebody_outside_the_directory_becomes_a_contact_with_one_press(student, other_student, office, as_):
    ticket = asked(student)
    sent = {"do": "send", "others": "- Nils Berg, nurse at Lake Hospital, Duluth\n\nDr. Ada Okafor\nNils Berg, again"}
    assert as_(office).post(reverse("help_request", args=[ticket.pk]), sent).status_code == 302
    nils, ada = SuggestedPerson.objects.order_by("pk")
    assert [(one.name, one.about) for one in (nils, ada)] == [
        ("Nils Berg", "nurse at Lake Hospital, Duluth"),
        ("Dr. Ada Okafor", ""),
    ]
    assert "Nils Berg" in OutboundMessage.objects.get(kind="help_request_answered").text
    client, add = as_(student), reverse("suggested_person_add", args=[nils.pk])
    assert "Add to my network" in text_of(client.get(reverse("ask_office")))
    assert as_(other_student).post(add).status_code == 404
    said = text_of(client.post(add, follow=True))
    assert "Nils Berg is in your network." in said
    contact = Contact.objects.get(student=student, name="Nils Berg")
    assert (contact.relation, contact.title) == ("referred", "nurse at Lake Hospital, Duluth")
    assert contact.source == f"Suggested by the {Policy.now().office_name}"
    assert contact.get_absolute_url() in client.get(reverse("ask_office")).content.decode()
    client.post(reverse("network_undo"))
    assert not Contact.objects.filter(student=student, archived_at=None).exists()


def test_who_is_there_already_is_not_added_again(student, office, as_):
    there = world.contact(student, "Nils Berg", relation="friend")
    ticket = asked(student)
    actions.answer(ticket, by=office, text="", people={}, others=[("Nils Berg", "A nurse")], now=timezone.now())
    person = SuggestedPerson.objects.get()
    said = text_of(as_(student).post(reverse("suggested_person_add", args=[person.pk]), follow=True))
    assert "Nils Berg was in your network already." in said
    there.refresh_from_db()
    assert (Contact.objects.filter(student=student).count(), there.relation, there.title) == (1, "friend", "")


@pytest.mark.parametrize("others", ["123, a nurse", "\n".join(f"Person {chr(65 + n)}, nurse" for n in range(9))])
def test_what_is_nobody_or_too_many_stands_there_again(student, office, as_, others):
    ticket = asked(student)
    answer = as_(office).post(reverse("help_request", args=[ticket.pk]), {"do": "send", "others": others})
    assert (answer.status_code, others.partition("\n")[0] in answer.content.decode()) == (422, True)
    assert not TicketMessage.objects.exists()
