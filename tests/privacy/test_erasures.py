"""An account is deleted: asked for on a page that says what goes, seven days to change one's mind, a hold stops it."""

import re
from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from apps.accounts.models import User
from apps.mail.models import OutboundMessage
from apps.privacy import erasures, tasks
from apps.privacy.models import Erasure, Hold
from apps.students.models import Disclosure
from tests import world
from tests.access.stage import browser
from tests.accounts.test_reauthentication import a_moment_ago

PAGE, DATA, KEEP = "/me/data/delete/", "/me/data/", "/me/data/keep/"
DAY = timedelta(days=1)


@pytest.fixture
def as_(as_):
    """A browser that has just signed in, as one must have (tests/accounts/test_reauthentication.py)."""
    return lambda person: a_moment_ago(as_(person))


def page(response):
    return re.sub(r"\s+", " ", response.content.decode())


def look(later):
    """Do what would be due then. The database goes by its own clock, so what waits is moved, and not the clock."""
    Erasure.objects.update(due_at=F("due_at") - later)
    erasures.look(timezone.now())
    Erasure.objects.update(due_at=F("due_at") + later)


def office_page(person):
    return f"/office/people/{person.pk}/data/"


@pytest.mark.parametrize("name", ["student", "alum", "coach"])
def test_the_page_says_before_what_goes_and_what_stays(everybody, stage, as_, name):
    text = page(as_(everybody[name]).get(PAGE))
    said = {
        "student": ["1 upcoming conversation is canceled", "Alumni still see each request", "“A former student”"],
        "alum": ["2 open requests from students are closed", "A scrambled form of your university ID", "“An alum”"],
        "coach": ["Your notes, comments and emails to students.", "“A former coach”"],
    }[name]
    assert [sentence for sentence in said if sentence not in text] == []
    assert text.count("btn-primary") == 1


def test_seven_days_a_mail_at_the_start_and_before_the_end(as_, student):
    client = as_(student)
    assert client.post(PAGE).url == DATA
    assert client.post(PAGE).url == DATA  # asking twice is asking once
    wish = Erasure.objects.get()
    assert (wish.number, wish.state, wish.by, wish.due_at - wish.asked_at) == (student.pk, "waiting", "person", 7 * DAY)
    [asked] = OutboundMessage.objects.filter(person=student)
    assert (asked.kind, PAGE in asked.text) == ("erasure_asked", True)
    assert "Keep my account" in page(client.get(DATA))
    look(5 * DAY)
    assert not OutboundMessage.objects.filter(kind="erasure_soon").exists()
    for _ in range(2):
        look(6 * DAY + timedelta(hours=1))
    assert OutboundMessage.objects.filter(kind="erasure_soon", person=student).count() == 1
    assert User.objects.filter(pk=student.pk).exists()
    for _ in range(2):
        look(7 * DAY + timedelta(minutes=1))
    assert not User.objects.filter(pk=student.pk).exists()
    wish.refresh_from_db()
    assert wish.state == "done"


def test_the_mind_can_be_changed(as_, student):
    client = as_(student)
    client.post(PAGE)
    assert "You’re keeping your account." in page(client.post(KEEP, follow=True))
    look(8 * DAY)
    assert User.objects.filter(pk=student.pk, is_active=True).exists()
    assert Erasure.objects.get().state == "kept"
    assert "There’s no deletion to stop." in page(client.post(KEEP, follow=True))


def test_who_signs_in_meanwhile_is_offered_to_keep_the_account(client, as_, student):
    as_(student).post(PAGE)
    client.post("/accounts/login/code/", {"email": student.email})
    code = re.search(r"\b\d{6}\b", OutboundMessage.objects.get(kind="sign_in_code").text).group()
    answer = client.post("/accounts/login/code/confirm/", {"code": code, "next": "/network/"}, follow=True)
    assert "Do you want to keep your account?" in page(answer)
    client.post(KEEP)
    assert Erasure.objects.get().state == "kept"


def test_others_hear_of_it_by_name_before_the_name_goes(everybody, stage, as_):
    """At the end what others wait for is called off; once those mails have left, or after an hour, the rest goes."""
    OutboundMessage.objects.all().delete()
    as_(stage.alum).post(PAGE)
    Erasure.objects.update(due_at=timezone.now() - timedelta(minutes=2))
    tasks.look()
    [told] = OutboundMessage.objects.filter(kind="interview_cancelled", person=stage.student)
    assert "Ingrid no longer takes part in Rapport" in told.text
    assert User.objects.filter(pk=stage.alum.pk, is_active=False).exists()
    assert browser(None, stage.letter).get(f"/answer/{stage.rows.sent.pk}/").status_code == 410
    tasks.look()
    assert Erasure.objects.get().state == "running"
    OutboundMessage.objects.filter(state="pending").update(state="sent", sent_at=timezone.now())
    tasks.look()
    assert Erasure.objects.get().state == "done"
    told.refresh_from_db()
    assert (told.subject, told.text) == ("About someone who deleted their data", "")


def test_mail_that_cannot_leave_holds_it_up_for_an_hour_only(everybody, stage, as_):
    as_(stage.alum).post(PAGE)
    Erasure.objects.update(due_at=timezone.now() - timedelta(minutes=2))
    tasks.look()
    look(timedelta(minutes=50))
    assert Erasure.objects.get().state == "running"
    look(timedelta(minutes=61))
    assert Erasure.objects.get().state == "done"


def test_the_office_sets_a_hold_which_its_person_reads_and_lifts_it(everybody, stage, as_):
    student, office = stage.student, as_(everybody["office"])
    as_(student).post(PAGE)
    assert office.post(f"{office_page(student)}hold/", {"reason": ""}).status_code == 422
    office.post(f"{office_page(student)}hold/", {"reason": "Records request 12"})
    shown = page(office.get(office_page(student)))
    assert "Reason: Records request 12" in shown
    assert "The legal hold stops it." in shown
    assert "Reason: Records request 12" in page(as_(student).get(PAGE))
    assert "placed a legal hold on your account" in page(as_(student).get(DATA))
    look(8 * DAY)
    assert User.objects.filter(pk=student.pk, is_active=True).exists()
    assert "legal hold on this account" in page(as_(stage.student).post(PAGE, follow=True))
    office.post(f"{office_page(student)}lift/")
    assert "Earlier holds" in page(office.get(office_page(student)))
    look(8 * DAY)
    assert not User.objects.filter(pk=student.pk, is_active=True).exists()
    assert Hold.objects.count() == 0


def test_the_office_asks_for_somebody_and_each_view_is_written_down(everybody, stage, as_):
    student, office = stage.student, as_(everybody["office"])
    office.post(f"{office_page(student)}copy/")
    office.post(f"{office_page(student)}delete/")
    wish = Erasure.objects.get()
    assert (wish.number, wish.by) == (student.pk, "office")
    told = OutboundMessage.objects.get(kind="erasure_asked", person=student)
    assert "asked us to delete your Rapport account" in told.text
    Disclosure.objects.all().delete()
    office.get(office_page(student))
    assert Disclosure.objects.filter(student=student, viewer=everybody["office"]).exists()
    office.post(f"{office_page(student)}keep/")
    assert Erasure.objects.get().state == "kept"
    tasks.look()
    assert "The Career Office asked us to send you" in OutboundMessage.objects.get(kind="data_ready").text


def test_one_that_fails_holds_up_no_other(as_, student, other_student, monkeypatch):
    for person in (student, other_student):
        as_(person).post(PAGE)
    Erasure.objects.update(due_at=timezone.now() - timedelta(minutes=2))
    end = erasures.erasing.erase

    def breaks(erasure, *, now):
        if erasure.number == student.pk:
            raise ValueError("a row that cannot be deleted")
        end(erasure, now=now)

    monkeypatch.setattr(erasures.erasing, "erase", breaks)
    for _ in range(2):
        tasks.look()
    assert {row.number: row.state for row in Erasure.objects.all()} == {student.pk: "running", other_student.pk: "done"}


def test_the_last_of_the_office_is_told(as_, office):
    assert "last person who runs the office" in page(as_(office).post(PAGE, follow=True))
    world.office("Second Person")
    assert "We’ll delete your account on" in page(as_(office).post(PAGE, follow=True))
