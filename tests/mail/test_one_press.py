"""Who can stop a kind of mail by a link in it can stop it by one press of a mail program as well (RFC 8058, R203)."""

import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from apps.accounts.models import MailLink
from apps.alumni.models import AlumniProfile, Listing
from apps.coaching.models import MutedNudges
from apps.interviews.asking import mails as asking_mails
from apps.interviews.scheduling import actions as scheduling
from apps.mail import outbox
from apps.mail.models import OutboundMessage, State
from tests.interviews.steps import agreed, sent
from tests.mail.samples import SAMPLES

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def program():
    """A mail program: no session, no cookie, no token of a page, and the checks of one switched on."""
    return Client(enforce_csrf_checks=True)


def stop_of(mail):
    assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    return re.fullmatch(r"<(.*)>", mail.headers["List-Unsubscribe"])[1].removeprefix(settings.SITE_URL)


def press(program, mail):
    answer = program.post(stop_of(mail), "List-Unsubscribe=One-Click", content_type=FORM)
    assert (answer.status_code, dict(answer.cookies)) == (200, {})
    return answer.content.decode()


def listing(alum):
    return AlumniProfile.objects.get(user=alum).listing


# --- an alum ----------------------------------------------------------------------------------------------------------


def test_one_press_in_a_request_leaves_the_directory_and_looking_does_not(student, alum, now, program):
    sent(student, alum, now)
    mail = OutboundMessage.objects.get(kind="request_sent_to_alum")
    assert program.get(stop_of(mail)).status_code == 200
    assert listing(alum) == Listing.LISTED
    for _ in range(3):
        assert "You’ve left the directory" in press(program, mail)
    assert listing(alum) == Listing.REMOVED


def test_it_can_be_taken_back_on_its_page(student, alum, now, program):
    sent(student, alum, now)
    mail = OutboundMessage.objects.get(kind="request_sent_to_alum")
    press(program, mail)
    assert "Leave the directory?" in program.post(stop_of(mail), {"again": "1"}).content.decode()
    assert listing(alum) == Listing.LISTED


def test_who_may_not_come_back_is_told_why(student, alum, now, program):
    sent(student, alum, now)
    mail = OutboundMessage.objects.get(kind="request_sent_to_alum")
    press(program, mail)
    AlumniProfile.objects.filter(user=alum).update(is_do_not_contact=True)
    answer = program.post(stop_of(mail), {"again": "1"})
    assert (answer.status_code, "Do Not Contact" in answer.content.decode()) == (409, True)
    assert listing(alum) == Listing.REMOVED


def test_every_mail_that_offers_to_leave_has_it(student, alum, now, program):
    talk = agreed(student, alum, now)
    asking_mails.nudge(talk.request)
    scheduling.cancel(talk, note="", actor="student", by=student, now=now)
    offers = [mail for mail in OutboundMessage.objects.filter(person=alum) if "leave the directory" in mail.text]
    assert {"request_sent_to_alum", "request_nudge", "interview_scheduled"} <= {mail.kind for mail in offers}
    assert len({stop_of(mail) for mail in offers}) == len(offers)
    own = OutboundMessage.objects.filter(person=student)
    assert [mail.kind for mail in own if "List-Unsubscribe" in mail.headers] == []


def test_a_mail_that_is_sent_again_can_still_be_stopped(student, alum, office, now, program):
    sent(student, alum, now)
    OutboundMessage.objects.filter(kind="request_sent_to_alum").update(state=State.FAILED)
    mail = OutboundMessage.objects.get(kind="request_sent_to_alum")
    was = stop_of(mail)
    outbox.resend(mail, by=office, now=now)
    again = OutboundMessage.objects.get(pk=mail.pk)
    assert stop_of(again) != was
    assert "You’ve left the directory" in press(program, again)


def test_a_link_for_something_else_stops_nothing(student, alum, program):
    entry = AlumniProfile.objects.get(user=alum)
    for purpose in ("answer", "stop-nudges", "unsubscribe:reminder"):
        token = MailLink.make(purpose=purpose, object_id=entry.pk, person=alum)
        assert program.post(reverse("requests_stop", args=[token])).status_code == 410
    assert listing(alum) == Listing.LISTED


# --- a student --------------------------------------------------------------------------------------------------------


def test_one_press_mutes_the_nudges_of_a_coach(student, coach, as_, program):
    profile = student.student_profile
    client = as_(coach)
    client.post(reverse("coach_letter", args=[profile.pk, "hello"]), {"text": "How are you?"})
    client.post(reverse("coach_letter", args=[profile.pk, "wish"]), {"text": "Good luck."})
    nudge, wish = sorted(OutboundMessage.objects.filter(kind="coach_letter"), key=lambda mail: not mail.headers)
    assert "List-Unsubscribe" not in wish.headers
    assert stop_of(nudge) in nudge.text
    assert "Mute nudges?" in program.get(stop_of(nudge)).content.decode()
    assert not MutedNudges.objects.exists()
    for _ in range(2):
        assert "Nudges are muted" in press(program, nudge)
    assert MutedNudges.objects.get().student == student
    assert "Mute nudges?" in program.post(stop_of(nudge), {"again": "1"}).content.decode()
    assert not MutedNudges.objects.exists()


# --- any --------------------------------------------------------------------------------------------------------------

STOPS = re.compile(r"(?i)\b(?:stop|mute|leave the directory|unsubscribe)[^\n:]*: (\S+)")


@pytest.mark.parametrize("sample", [sample for sample in SAMPLES if "stop_url" in SAMPLES[sample]()])
def test_a_mail_with_a_stop_link_says_so_to_the_mail_program(sample, student):
    """Also of a kind that comes later: its sample has the link, and its words name the same one."""
    context = SAMPLES[sample]()
    stop_url = context.pop("stop_url")
    mail = outbox.queue(
        sample.split()[0], to=student.email, occasion=outbox.Occasion(sample), context=context, stop_url=stop_url
    )
    assert stop_of(mail) == stop_url.removeprefix(settings.SITE_URL)
    assert stop_url in STOPS.findall(mail.text)
