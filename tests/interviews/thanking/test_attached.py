"""The résumé that was asked for goes along with the thank-you, as the student's own attachment, or nothing says so."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from apps.interviews.debriefing.models import Debrief
from apps.interviews.thanking.models import ThankYou
from apps.mail.models import Attachment, OutboundMessage
from apps.network import actions as network
from apps.students import resume as resumes
from apps.students.models import Resume
from tests import world
from tests.students.test_resume import PDF

pytestmark = pytest.mark.django_db
H = timedelta(hours=1)
SAYS_SO = (
    "Dear Ingrid,\n\nThank you. A number nobody trusts changes nothing. My résumé is attached, as you asked.\n\nAmira"
)


@pytest.fixture
def talk(student, alum):
    contact = network.contact_for(alum.alumni_profile, student=student)
    made = world.interview(student, contact, starts_at=world.NOW - 3 * H, status="completed")
    Debrief.objects.create(
        interview=made,
        quote="A number nobody trusts changes nothing.",
        asked_for_resume=True,
        finished_at=world.NOW,
    )
    return made


@pytest.fixture
def client(student, as_):
    with time_machine.travel(world.NOW, tick=False):
        yield as_(student)


@pytest.fixture
def resume(student):
    return resumes.keep(student, PDF, note="", now=world.NOW)


def send(client, talk, body=SAYS_SO, **fields):
    version = ThankYou.objects.filter(interview=talk).values_list("version", flat=True).first() or 1
    data = {"subject": "Thank you", "body": body, "channel": "rapport", "version": version} | fields
    return client.post(reverse("thanks_send", args=[talk.pk]), data, follow=True)


def page(client, talk):
    return " ".join(client.get(reverse("thank_you", args=[talk.pk])).content.decode().split())


def test_without_a_resume_the_page_leads_to_where_one_is_uploaded(talk, client):
    assert f"{reverse('resume')}?back=/conversations/{talk.pk}/thanks/" in page(client, talk)


def test_the_draft_says_that_the_newest_version_is_attached(talk, client, resume):
    note = client.get(reverse("thank_you", args=[talk.pk])).context["note"]
    assert (note.resume, "You asked for my résumé. It’s attached." in note.body) == (resume, True)
    assert "Amira-Haddad-resume.pdf" in page(client, talk)


def test_one_that_is_old_is_read_again_first(talk, client, resume):
    Resume.objects.update(kept_at=world.NOW - timedelta(days=91))
    assert "older than 90 days" in page(client, talk)


def test_it_goes_along_as_it_is_now(talk, client, resume):
    send(client, talk, resume=resume.pk)
    file = OutboundMessage.objects.get(kind="thank_you").attachment
    assert (file.name, file.media_type, bytes(file.content)) == ("Amira-Haddad-resume.pdf", "application/pdf", PDF)


def test_who_writes_that_it_is_attached_attaches_it(talk, client, resume):
    answer = send(client, talk, resume="")
    assert "but nothing is attached" in answer.content.decode()
    assert not OutboundMessage.objects.filter(kind="thank_you").exists()


@pytest.mark.parametrize(
    "words", ["The chart you attached was great, and so was the talk about your CV.", "Thank you."]
)
def test_other_attachments_are_no_promise(talk, client, words):
    send(client, talk, body=f"Dear Ingrid,\n\n{words}\n\nAmira", resume="")
    assert OutboundMessage.objects.filter(kind="thank_you", attached=0).exists()


def test_a_taken_back_note_takes_its_file_out_of_the_outbox(talk, client, resume):
    send(client, talk, resume=resume.pk)
    client.post(reverse("thanks_back", args=[talk.pk]))
    assert (Attachment.objects.count(), ThankYou.objects.get().resume) == (0, resume)


def test_a_version_deleted_since_is_not_sent(talk, client, resume):
    client.post(
        reverse("thanks_save", args=[talk.pk]),
        {"subject": "Hi", "body": SAYS_SO, "channel": "rapport", "resume": resume.pk, "version": 1},
    )
    resumes.remove(resume, now=world.NOW)
    data = {"subject": "Thank you", "body": SAYS_SO, "channel": "rapport", "version": 2}  # from a window left open
    answer = client.post(reverse("thanks_send", args=[talk.pk]), data, follow=True)
    assert "was deleted" in answer.content.decode()
    assert not OutboundMessage.objects.filter(kind="thank_you").exists()


def test_another_students_resume_cannot_be_attached(talk, client, other_student):
    theirs = resumes.keep(other_student, PDF, note="", now=world.NOW)
    send(client, talk, resume=theirs.pk)
    assert not Attachment.objects.exists()
    assert not ThankYou.objects.filter(resume=theirs).exists()


def test_two_windows_that_attach_different_things_show_both(talk, client, resume):
    url, words = reverse("thanks_save", args=[talk.pk]), {"subject": "Hi", "body": SAYS_SO, "channel": "rapport"}
    client.post(url, words | {"resume": resume.pk, "version": 1})
    late = client.post(url, words | {"resume": "", "version": 1}, headers={"X-Autosave": "1"})
    assert (late.status_code, str(resume) in late.content.decode()) == (409, True)
    assert ThankYou.objects.get().resume == resume
