"""Handover: a coach's students go to another one, in bulk, with history; undone as long as nobody was told."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.coaching.models import CoachNote
from apps.handover import actions
from apps.handover.models import Handover
from apps.interviews.asking.models import Review
from apps.mail.models import OutboundMessage, State
from apps.students.models import StudentProfile
from apps.web.answers import Refused
from tests import world
from tests.races.together import at_once, tally

pytestmark = pytest.mark.django_db


def text_of(answer):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def coach_of(student):
    return StudentProfile.objects.get(user=student).coach


def given(coach, other_coach, *students, now=None):
    ids = [student.pk for student in students]
    return actions.hand_over(coach, other_coach, ids, by=coach, now=now or timezone.now())


def test_the_other_coach_sees_nothing_before_and_what_was_shared_after(student, coach, other_coach, as_):
    CoachNote.objects.create(student=student, author=coach, text="Calm on the phone")
    world.contact(student, "Samira Secret", is_private=True)
    world.contact(student, "Helen Varga")
    page = reverse("caseload_student", args=[student.student_profile.pk])
    assert as_(other_coach).get(page).status_code == 404
    form = as_(coach).get(reverse("handover"))
    assert "Amira Haddad" in text_of(form)
    words = {"taker": other_coach.pk, "students": [student.pk]}
    done = as_(coach).post(reverse("handover"), words, follow=True)
    assert "Dele Okafor coaches 1 student from now on." in text_of(done)
    seen = text_of(as_(other_coach).get(page))
    assert ("Calm on the phone" in seen, "Samira" in seen) == (True, False)
    assert as_(coach).get(page).status_code == 404


def test_a_draft_that_waits_goes_along(student, coach, other_coach):
    now = timezone.now()
    request = world.interview_request(student, world.contact(student), status="in_review")
    review = Review.objects.create(request=request, coach=coach, asked_at=now, due_at=now + timedelta(days=1))
    given(coach, other_coach, student)
    review.refresh_from_db()
    assert review.coach == other_coach


def test_each_student_is_told_once_and_kindly_after_the_minutes_of_undo(student, coach, other_coach):
    now = timezone.now()
    handover = given(coach, other_coach, student, now=now)
    mail = OutboundMessage.objects.get(kind="new_coach")
    assert (mail.person, mail.due_at) == (student, actions.undo_until(handover, actions.Policy.now()))
    assert "There’s nothing you need to do." in mail.text


def test_it_is_undone_and_nobody_was_told(student, coach, other_coach, as_):
    handover = given(coach, other_coach, student)
    as_(coach).post(reverse("handover_undo", args=[handover.pk]))
    assert coach_of(student) == coach
    assert OutboundMessage.objects.get(kind="new_coach").state == State.CANCELLED
    assert "undone" in text_of(as_(coach).get(reverse("handover")))
    with pytest.raises(Refused, match="nothing left to undo"):
        actions.undo(handover, now=timezone.now())


def test_once_they_were_told_it_is_not_undone_behind_their_back(student, coach, other_coach):
    now = timezone.now()
    handover = given(coach, other_coach, student, now=now)
    with pytest.raises(Refused, match="have been told"):
        actions.undo(handover, now=now + timedelta(minutes=6))
    assert coach_of(student) == other_coach


def test_who_was_handed_on_stays_with_the_coach_of_today(student, coach, other_coach):
    third = world.coach("Third Coach")
    first = given(coach, other_coach, student)
    given(other_coach, third, student)
    assert actions.undo(first, now=timezone.now()) == 0
    assert coach_of(student) == third


def test_a_coach_hands_over_only_their_own(student, other_student, coach, other_coach, as_):
    words = {"taker": other_coach.pk, "students": [other_student.pk]}
    assert as_(coach).post(reverse("handover"), words).status_code == 422
    assert as_(coach).post(reverse("handover") + f"?coach={other_coach.pk}", words).status_code == 422
    assert not Handover.objects.exists()


def test_the_office_hands_over_for_a_coach_who_left(student, coach, other_coach, as_, office):
    client = as_(office)
    assert "Whose students?" in text_of(client.get(reverse("handover")))
    address = f"{reverse('handover')}?coach={coach.pk}"
    assert "Hand over Ruth Amsel’s students" in text_of(client.get(address))
    client.post(address, {"taker": other_coach.pk, "students": [student.pk]})
    assert coach_of(student) == other_coach
    assert Handover.objects.get().by == office


def test_one_rendered_form_acts_once(student, coach, other_coach, as_):
    client = as_(coach)
    key = re.search(r'name="once" value="([^"]+)"', client.get(reverse("handover")).content.decode())[1]
    words = {"taker": other_coach.pk, "students": [student.pk], "once": key}
    assert {client.post(reverse("handover"), words)["Location"] for _ in range(2)} == {reverse("handover")}
    assert Handover.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_handovers_at_once_leave_each_student_with_one_coach(coach, other_coach):
    third = world.coach("Third Coach")
    student = world.student("Amira Haddad", coach=coach)
    results = at_once(lambda: given(coach, other_coach, student), lambda: given(coach, third, student))
    assert tally(results) == {"done": 1, "refused": 1}
    assert OutboundMessage.objects.filter(kind="new_coach").count() == 1
