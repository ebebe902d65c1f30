"""One act closes an account, of each kind, and one opens it again; the other side hears of it kindly."""

from datetime import timedelta
from functools import partial

import pytest
from allauth.usersessions.models import UserSession
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts import closing, roles
from apps.accounts.models import AccountEvent, MailLink, Role, User
from apps.alumni import limits
from apps.alumni.models import AlumniProfile, Listing
from apps.interviews.answering import actions as answering
from apps.interviews.asking import actions as asking
from apps.interviews.asking import reviews
from apps.interviews.asking.models import Review
from apps.interviews.deadlines import clock
from apps.interviews.lifecycle.acts import Stale
from apps.interviews.lifecycle.models import ParticipantTime
from apps.interviews.scheduling import actions as scheduling
from apps.mail.models import OutboundMessage
from apps.office import people
from apps.policy.models import Policy
from apps.students.models import StudentProfile
from apps.web.answers import Refused
from tests import world
from tests.accounts.test_reauthentication import by_code
from tests.accounts.test_sign_in import SIGN_IN, is_in, mail_to, page
from tests.interviews.steps import agreed, draft, link_in, sent, slot
from tests.races.together import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.now()


def closed(someone, office):
    client = Client()
    client.force_login(office, backend="apps.accounts.backends.Backend")
    answer = client.post(reverse("office_person_close", args=[someone.pk]))
    assert answer.url == reverse("office_person", args=[someone.pk])
    someone.refresh_from_db()
    return client


def reopened(someone, office):
    client = Client()
    client.force_login(office, backend="apps.accounts.backends.Backend")
    client.post(reverse("office_person_reopen", args=[someone.pk]))
    someone.refresh_from_db()
    return client


def letters(kind, person):
    return list(OutboundMessage.objects.filter(kind=kind, person=person, state="pending"))


# --- the way in -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["student", "alum", "coach", "other_office"])
def test_sign_ins_and_mailed_links_end_and_do_not_come_back(kind, request, office, now):
    someone = world.office("Otto Other") if kind == "other_office" else request.getfixturevalue(kind)
    inside = by_code(someone)
    soon = now + timedelta(days=3)
    tokens = [
        MailLink.make(purpose=purpose, object_id=1, person=someone, expires_at=until)
        for purpose, until in (("answer", soon), ("calendar-feed", None), ("unsubscribe:x", soon), ("reminder", soon))
    ]
    assert inside.get("/me/").status_code == 200
    closed(someone, office)
    assert inside.get("/me/").status_code == 302
    assert not UserSession.objects.filter(user=someone).exists()
    assert not any(MailLink.objects.found(token, now) for token in tokens)
    late = MailLink.make(purpose="answer", object_id=2, person=someone, expires_at=soon)
    assert MailLink.objects.found(late, now) is None  # whoever made it
    reopened(someone, office)
    assert inside.get("/me/").status_code == 302
    assert not any(MailLink.objects.found(token, now) for token in [*tokens, late])
    by_code(someone)


def test_a_link_that_was_opened_before_answers_no_more(student, alum, office, now):
    asked = sent(student, alum, now)
    visitor = Client()
    visitor.get(link_in(OutboundMessage.objects.get(kind="request_sent_to_alum")))
    assert visitor.get(f"/answer/{asked.pk}/").status_code == 200
    closed(alum, office)
    assert visitor.get(f"/answer/{asked.pk}/").status_code == 410
    assert visitor.post(f"/answer/{asked.pk}/accept/", {"slot": "x"}).status_code == 410
    reopened(alum, office)
    assert visitor.get(f"/answer/{asked.pk}/").status_code == 410


def test_a_link_to_a_new_password_ends(office, coach):
    coach.set_password(world.PASSWORD)
    coach.save()
    Client().post("/accounts/password/reset/", {"email": coach.email})
    key = mail_to(coach.email).text.split("/accounts/password/reset/key/")[1].split("/")[0]
    closed(coach, office)
    reopened(coach, office)
    assert "This link has expired" in page(Client().get(f"/accounts/password/reset/key/{key}/", follow=True))
    client = Client()
    client.post(SIGN_IN, {"login": coach.email, "password": world.PASSWORD})
    assert is_in(client)  # the password is theirs as before


# --- a student --------------------------------------------------------------------------------------------------------


def test_a_student_s_open_request_is_withdrawn_and_the_alum_hears_it_kindly(student, alum, office, now):
    asked = sent(student, alum, now - timedelta(days=1))
    OutboundMessage.objects.update(state="sent", sent_at=now)  # the letter has left
    closed(student, office)
    asked.refresh_from_db()
    assert asked.status == "withdrawn"
    told = letters("request_withdrawn", alum)
    assert [message.recipient for message in told] == [alum.email]
    assert "Amira Haddad no longer uses Rapport" in " ".join(told[0].text.split())
    assert "Thank you for being available." in told[0].text
    with pytest.raises(Stale):
        answering.accept(asked, slot=slot(asked, now), format="video", by=alum, now=now)


def test_a_letter_that_has_not_left_is_taken_back_and_nobody_is_told(student, alum, office, now):
    sent(student, alum, now)
    closed(student, office)
    assert OutboundMessage.objects.get(kind="request_sent_to_alum").state == "cancelled"
    assert not OutboundMessage.objects.filter(kind="request_withdrawn").exists()


def test_a_student_s_coming_conversation_is_called_off(student, alum, office, now):
    talk = agreed(student, alum, now)
    closed(student, office)
    talk.refresh_from_db()
    assert talk.status == "cancelled"
    assert not ParticipantTime.objects.exists()
    (told,) = letters("interview_cancelled", alum)
    assert "Amira no longer uses Rapport, so your conversation on" in " ".join(told.text.split())
    assert told.ics_method == "CANCEL"


def test_a_conversation_that_is_over_stays_as_it_was(student, alum, office, now):
    contact = world.contact(student)
    past = world.interview(student, contact, starts_at=now - timedelta(days=2))
    closed(student, office)
    past.refresh_from_db()
    assert past.status == "scheduled"


def test_a_draft_with_the_coach_comes_back_and_does_not_leave_by_itself(student, alum, office, coach, now):
    asked = draft(student, alum, now)
    reviews.submit(asked, by=student, now=now)
    closed(student, office)
    asked.refresh_from_db()
    assert asked.status == "draft"
    clock(now + timedelta(days=5))
    asked.refresh_from_db()
    assert asked.status == "draft"


# --- an alum ----------------------------------------------------------------------------------------------------------


def test_a_request_to_a_closed_alum_ends_and_the_student_may_ask_others(student, alum, other_alum, office, now):
    asked = sent(student, alum, now)
    before = limits.refusal(other_alum.alumni_profile, student, now)
    closed(alum, office)
    asked.refresh_from_db()
    assert (asked.status, before) == ("expired", None)
    (told,) = letters("request_expired", student)
    text = " ".join(told.text.split())
    assert "Ingrid no longer takes part in Rapport, so your request has closed. It isn’t about you" in text
    assert "Marcus Adeyemi" in text
    assert OutboundMessage.objects.get(kind="request_sent_to_alum").state == "cancelled"


def test_the_student_s_cap_is_free_again(student, alum, other_alum, office, now):
    sent(student, alum, now)
    Policy.objects.update(student_open_cap=1)
    assert "1 open request" in limits.refusal(other_alum.alumni_profile, student, now)
    closed(alum, office)
    assert limits.refusal(other_alum.alumni_profile, student, now) is None


def test_an_alum_s_coming_conversation_is_called_off(student, alum, office, now):
    agreed(student, alum, now)
    closed(alum, office)
    (told,) = letters("interview_cancelled", student)
    text = " ".join(told.text.split())
    assert "Ingrid no longer takes part in Rapport, so your conversation on" in text
    assert "a friendly reply" not in text


def test_nobody_finds_or_asks_a_closed_alum(student, alum, office, now):
    asked = draft(student, alum, now)
    closed(alum, office)
    alum.alumni_profile.refresh_from_db()
    assert alum.alumni_profile.listing == Listing.CLOSED
    with pytest.raises(Refused, match="no longer in the directory"):
        asking.send(asked, by=student, now=now)
    # nor does a file, a page or a statement by hand list them again
    AlumniProfile.objects.filter(user=alum).update(listing=Listing.LISTED)
    assert not AlumniProfile.objects.listed().filter(user=alum).exists()
    reopened(alum, office)
    assert AlumniProfile.objects.listed().filter(user=alum).exists()


def test_who_left_the_directory_does_not_come_back_by_reopening(alum, office):
    AlumniProfile.objects.filter(user=alum).update(listing=Listing.REMOVED)
    closed(alum, office)
    reopened(alum, office)
    assert AlumniProfile.objects.get(user=alum).listing == Listing.REMOVED


# --- nothing begins anew with somebody who is gone --------------------------------------------------------------------


def test_an_alum_cannot_think_again_about_a_student_who_is_gone(student, alum, office, now):
    asked = sent(student, alum, now)
    answering.decline(asked, by=alum, now=now)
    closed(student, office)
    with pytest.raises(Stale, match="Amira Haddad no longer uses Rapport"):
        answering.reconsider(asked, by=alum, now=now)


@pytest.mark.parametrize("gone", ["student", "alum"])
def test_no_other_time_is_found_with_somebody_who_is_gone(gone, student, alum, office, now):
    talk = agreed(student, alum, now)
    closed(student if gone == "student" else alum, office)
    talk.refresh_from_db()
    start = talk.starts_at + timedelta(days=2)
    actor, by = ("alum", alum) if gone == "student" else ("student", student)
    with pytest.raises(Stale, match="no longer uses Rapport"):
        scheduling.propose(
            talk,
            windows=[(start, start + timedelta(hours=1), "America/Chicago")],
            note="x",
            actor=actor,
            by=by,
            now=now,
        )


def test_the_database_says_so_too_where_an_open_request_was_left(student, alum, office, now):
    """An account closed by hand, past the one act."""
    asked = sent(student, alum, now)
    User.objects.filter(pk=student.pk).update(is_active=False)
    with pytest.raises(Stale, match="Amira Haddad no longer uses Rapport"):
        answering.accept(asked, slot=slot(asked, now), format="video", by=alum, now=now)


# --- a coach, and the office ------------------------------------------------------------------------------------------


def test_a_coach_s_students_are_free_and_what_waits_for_them_leaves(student, alum, coach, office, now):
    asked = draft(student, alum, now)
    reviews.submit(asked, by=student, now=now)
    closed(coach, office)
    assert StudentProfile.objects.get(user=student).coach is None
    assert Review.objects.get().due_at <= timezone.now()
    clock(timezone.now() + timedelta(seconds=1))
    asked.refresh_from_db()
    assert asked.status == "sent"


def test_the_last_who_runs_the_office_stays(office, coach):
    with pytest.raises(Refused, match="can’t close your own"):
        closing.close(office, by=office, now=timezone.now())
    for change in ({"is_active": False}, {"roles": ["coach"]}):
        with pytest.raises(IntegrityError), transaction.atomic():
            User.objects.filter(pk=office.pk).update(**change)
    with pytest.raises(Refused, match="last person who runs the office"):
        roles.take(office, Role.OFFICE)
    other = world.office("Otto Other")
    people.close(office, by=other, now=timezone.now())
    office.refresh_from_db()
    assert not office.is_active


def test_who_was_closed_closes_nobody(office, student):
    other = world.office("Otto Other")
    people.close(other, by=office, now=timezone.now())
    with pytest.raises(Refused, match="no longer run the office"):
        people.close(student, by=other, now=timezone.now())


@pytest.mark.django_db(transaction=True)
def test_two_who_close_each_other_at_once_leave_one():
    for turn in range(5):
        one, two = world.office(f"Olive {turn}"), world.office(f"Otto {turn}")
        User.objects.exclude(pk__in=[one.pk, two.pk]).filter(roles__contains=["office"]).update(roles=["coach"])
        at_once(*(partial(people.close, gone, by=by, now=timezone.now()) for gone, by in ((one, two), (two, one))))
        assert User.objects.holding(Role.OFFICE).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_yes_at_the_moment_of_closing_leaves_nothing_half_done():
    now = timezone.now()
    for turn in range(4):
        office, student = world.office(f"Olive {turn}"), world.student(f"Amira {turn}")
        alum = world.alum(f"Ingrid {turn}")
        asked = sent(student, alum, now)
        gone = (student, alum)[turn % 2]
        results = at_once(
            lambda asked=asked, alum=alum: answering.accept(
                asked, slot=slot(asked, now), format="video", by=alum, now=now
            ),
            lambda gone=gone, office=office: people.close(gone, by=office, now=now),
        )
        assert all(result is None or isinstance(result, Refused) or hasattr(result, "pk") for result in results), (
            results
        )
        asked.refresh_from_db()
        gone.refresh_from_db()
        assert not gone.is_active
        assert not asked.is_open
        assert not ParticipantTime.objects.filter(person=gone).exists()


# --- what is said before and after ------------------------------------------------------------------------------------


def test_the_page_says_what_will_happen_by_kind(student, alum, other_alum, coach, office, as_, now):
    client = as_(office)

    def said(someone):
        return page(client.get(reverse("office_person_close", args=[someone.pk])))

    sent(student, alum, now)
    agreed(student, other_alum, now)
    for someone, sentences in {
        student: (
            "1 open request from Amira is withdrawn, and we tell the alum.",
            "1 upcoming conversation is canceled, and we tell the other person.",
        ),
        alum: (
            "1 open request to Ingrid is closed. We tell the student and suggest others to ask.",
            "Students won’t find them in the directory.",
        ),
        coach: ("1 student will have no coach until you assign one.",),
        office: ("is signed out on every device.",),
    }.items():
        for sentence in sentences:
            assert sentence in said(someone)
    assert student.is_active


def test_it_is_written_down_and_twice_is_once(student, office):
    closed(student, office)
    closed(student, office)
    reopened(student, office)
    client = reopened(student, office)
    assert [*AccountEvent.objects.order_by("pk").values_list("what", "by")] == [
        ("closed", office.pk),
        ("reopened", office.pk),
    ]
    html = page(client.get(reverse("office_person", args=[student.pk])))
    assert "Account closed." in html
    assert "Account reopened." in html


def test_a_closed_account_says_what_reopening_does(student, office):
    html = page(closed(student, office).get(reverse("office_person", args=[student.pk])))
    assert "This account is closed. If you reopen it, Amira signs in with a new code." in html


def test_everything_is_left_where_closing_fails_halfway(student, alum, office, now, monkeypatch):
    asked = sent(student, alum, now)
    talk_fails = closing.Concern(
        lambda person, at: [], lambda person, by, at: connection.cursor().execute("SELECT 1/0")
    )
    monkeypatch.setattr(closing, "_concerns", [*closing._concerns, talk_fails])
    with pytest.raises(Exception, match="division by zero"):
        people.close(student, by=office, now=now)
    asked.refresh_from_db()
    student.refresh_from_db()
    assert (asked.status, student.is_active) == ("sent", True)
