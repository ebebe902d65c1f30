"""A coach is away: another coach reviews, or requests leave without a review; the student sees it, and it is undone."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import Role
from apps.clock.times import day
from apps.interviews.asking import away as asking
from apps.interviews.asking import reviews
from apps.interviews.asking.models import Review
from apps.interviews.deadlines import clock
from apps.interviews.sharing.away import today
from apps.interviews.sharing.models import Away, Kind, SharedText
from apps.mail.models import OutboundMessage
from apps.policy.models import Policy, ReviewRule
from apps.practice import actions as practising
from apps.practice.models import Slot
from apps.practice.page import free_slots
from apps.students.models import Introduction
from apps.web.answers import Refused
from tests import world
from tests.interviews.reviewing.test_texts import Desk

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def draft(student, alum):
    contact = world.contact(student, "Ingrid Solheim", alum=alum.alumni_profile)
    request = world.interview_request(student, contact)
    request.windows.all().delete()
    for days in (7, 8, 9):
        world.window(request, starts_at=timezone.now() + timedelta(days=days))
    return request


@pytest.fixture
def always(db):
    Policy.objects.update_or_create(pk=1, defaults={"review_rule": ReviewRule.ALWAYS})


def days_away(coach, stand_in=None, *, begins=0, ends=6):
    now = timezone.now()
    on = {"from_on": today(now) + begins * DAY, "until_on": today(now) + ends * DAY}
    return asking.go_away(coach, stand_in=stand_in, is_released=stand_in is None, now=now, **on)


def waiting_with(draft):
    return draft.reviews.get(verdict="waiting").coach


def submitted(draft, student):
    return reviews.submit(draft, by=student, now=timezone.now())


def test_what_waits_goes_to_the_stand_in_who_can_review_it(draft, student, coach, other_coach, as_):
    submitted(draft, student)
    desk, address = as_(other_coach), reverse("review", args=[draft.pk])
    assert desk.get(address).status_code == 404
    days_away(coach, other_coach)
    assert waiting_with(draft) == other_coach
    assert OutboundMessage.objects.filter(kind="review_waiting", person=other_coach).count() == 1
    assert "You review it while Ruth is away." in desk.get(reverse("reviews")).content.decode()
    assert "Dele reviews it while you’re away." in as_(coach).get(reverse("reviews")).content.decode()
    assert desk.get(address).status_code == 200
    desk.post(reverse("review_comment", args=[draft.pk]), {"part": "why", "text": "Shorter?"})
    desk.post(reverse("review_verdict", args=[draft.pk]), {"verdict": "return"})
    draft.refresh_from_db()
    assert (draft.status, draft.reviews.get().verdict) == ("draft", "returned")
    assert desk.get(address).status_code == 404  # what is a draft again is the student's, and their coach's


def test_a_request_handed_over_meanwhile_goes_to_the_stand_in_and_the_student_is_told(
    draft, student, coach, other_coach, as_, always
):
    days_away(coach, other_coach)
    client = as_(student)
    page = client.get(draft.get_absolute_url()).content.decode()
    assert "Ruth is away until" in page
    assert "Dele reviews requests until then." in page
    submitted(draft, student)
    assert waiting_with(draft) == other_coach
    assert "Dele is reviewing it while Ruth is away" in client.get(draft.get_absolute_url()).content.decode()


def test_the_stand_in_sees_nothing_else_of_the_student(draft, student, coach, other_coach, as_):
    submitted(draft, student)
    world.contact(student, "Helen Varga")
    text = SharedText.objects.create(
        student=student, kind=Kind.INTRODUCTION, shared_with=coach, shared_at=timezone.now()
    )
    days_away(coach, other_coach)
    desk = as_(other_coach)
    for address in (
        reverse("caseload_student", args=[student.student_profile.pk]),
        reverse("text_review", args=[text.pk]),
    ):
        assert desk.get(address).status_code == 404
    assert "Amira" not in desk.get(reverse("caseload") + "?view=all").content.decode()
    assert reverse("caseload_student", args=[student.student_profile.pk]) not in (
        desk.get(reverse("review", args=[draft.pk])).content.decode()
    )


def test_undone_it_comes_back_to_the_coach(draft, student, coach, other_coach, as_):
    submitted(draft, student)
    client = as_(coach)
    on = {"from_on": f"{today(timezone.now())}", "until_on": f"{today(timezone.now()) + DAY}"}
    client.post(reverse("coach_away"), on | {"reader": str(other_coach.pk)})
    assert waiting_with(draft) == other_coach
    client.post(reverse("coach_away_end", args=[Away.objects.get().pk]))
    assert waiting_with(draft) == coach
    assert as_(other_coach).get(reverse("review", args=[draft.pk])).status_code == 404
    assert "Your days away" not in client.get(reverse("coach_away")).content.decode()


def test_released_a_request_that_had_to_be_reviewed_is_sent_without(draft, student, coach, as_, always):
    client = as_(student)
    assert "Ruth reviews it first" in client.get(draft.get_absolute_url()).content.decode()
    row = days_away(coach)
    page = client.get(draft.get_absolute_url()).content.decode()
    assert "so yours is sent without a review." in page
    assert "reviews it first" not in page
    form = {"version": draft.version}
    client.post(reverse("request_send", args=[draft.pk]), form)
    draft.refresh_from_db()
    assert (draft.status, Review.objects.count()) == ("sent", 0)
    asking.come_back(row, now=timezone.now())
    other = world.interview_request(student, world.contact(student, "Grace Otieno"))
    assert "Ruth reviews it first" in client.get(other.get_absolute_url()).content.decode() or other.alum_id is None


def test_days_that_begin_later_move_nothing_until_then(draft, student, coach, other_coach):
    submitted(draft, student)
    now = timezone.now()
    Review.objects.update(due_at=now + 30 * DAY)
    days_away(coach, other_coach, begins=2, ends=3)
    clock(now)
    assert waiting_with(draft) == coach
    clock(now + 2 * DAY)
    assert waiting_with(draft) == other_coach
    clock(now + 4 * DAY)
    assert waiting_with(draft) == coach


def test_a_stand_in_who_coaches_no_more_reads_nothing(draft, student, coach, other_coach):
    days_away(coach, other_coach)
    other_coach.roles = [Role.ALUM]
    other_coach.save()
    submitted(draft, student)
    assert waiting_with(draft) == coach


def test_days_that_overlap_or_make_no_sense_are_refused(coach, other_coach, as_):
    days_away(coach, other_coach)
    client, day = as_(coach), today(timezone.now())
    for first, last, says in ((0, 1, "already away"), (3, 2, "before the first"), (-3, -2, "have passed")):
        form = {"from_on": f"{day + first * DAY}", "until_on": f"{day + last * DAY}", "reader": "release"}
        answer = client.post(reverse("coach_away"), form)
        assert (answer.status_code, says in answer.content.decode()) == (422, True)
    assert Away.objects.count() == 1


def test_somebody_elses_days_are_not_ended(coach, other_coach, as_):
    row = days_away(coach, other_coach)
    assert as_(other_coach).post(reverse("coach_away_end", args=[row.pk])).status_code == 404
    row.refresh_from_db()
    assert row.ended_at is None


# --- a text that the student gives the stand-in -----------------------------------------------------------------------


@pytest.fixture
def shared(student, coach, other_coach, as_):
    """Amira’s thank-you note, which waits for Ruth, who is away; Dele stands in."""
    desk = Desk(Kind.THANKS, student, coach, as_)
    desk.share()
    days_away(coach, other_coach)
    return desk


def lend(desk, stand_in):
    address = reverse("text_share", args=[desk.talk.pk, desk.kind])
    return desk.mine.post(address, {"on": "1", "reader": stand_in.pk})


def test_a_shared_text_stays_where_it_is_until_the_student_asks_the_stand_in(shared, other_coach, as_):
    dele, address = as_(other_coach), reverse("text_review", args=[shared.text.pk])
    assert dele.get(address).status_code == 404
    assert "Ask Dele instead" in shared.page()
    assert "Ask Dele instead" in shared.mine.get(reverse("thank_you", args=[shared.talk.pk])).content.decode()
    lend(shared, other_coach)
    assert "Ask Dele instead" not in shared.page()
    page = dele.get(address).content.decode()
    assert "You review it while Amira’s coach is away" in page
    assert reverse("caseload_student", args=[shared.student.student_profile.pk]) not in page
    assert "You review it while Ruth is away." in dele.get(reverse("reviews")).content.decode()
    dele.post(reverse("text_comment", args=[shared.text.pk]), {"part": "body", "text": "Who drinks it?"})
    dele.post(reverse("text_return", args=[shared.text.pk]), {"note": ""})
    assert "Who drinks it?" in shared.page()
    assert dele.get(address).status_code == 404  # what came back is between the student and their own coach
    assert "Who drinks it?" in shared.theirs.get(address).content.decode()


def test_what_still_waits_comes_back_with_the_coach(shared, coach, other_coach, as_):
    lend(shared, other_coach)
    asking.come_back(Away.objects.get(), now=timezone.now())
    assert shared.text.reviews.get(verdict="waiting").coach == coach
    assert as_(other_coach).get(reverse("text_review", args=[shared.text.pk])).status_code == 404


def test_shared_no_longer_it_is_with_nobody(shared, other_coach, as_):
    lend(shared, other_coach)
    shared.share("0")
    dele = as_(other_coach)
    assert dele.get(reverse("text_review", args=[shared.text.pk])).status_code == 404
    assert "Amira" not in dele.get(reverse("reviews")).content.decode()


def test_with_another_coach_it_is_with_neither_of_the_two_before(shared, other_coach, as_):
    lend(shared, other_coach)
    profile = shared.student.student_profile
    profile.coach = world.coach("Bo Lund")
    profile.save()
    address = reverse("text_review", args=[shared.text.pk])
    assert [client.get(address).status_code for client in (as_(other_coach), shared.theirs)] == [404, 404]
    assert "Amira" not in as_(other_coach).get(reverse("reviews")).content.decode()


def test_only_who_stands_in_now_can_be_asked(shared, coach, other_coach):
    lend(shared, world.coach("Bo Lund"))
    assert shared.text.reviews.get(verdict="waiting").coach == coach
    asking.come_back(Away.objects.get(), now=timezone.now())
    lend(shared, other_coach)
    assert shared.text.reviews.get(verdict="waiting").coach == coach


def test_released_nobody_else_is_offered(student, coach, as_):
    desk = Desk(Kind.THANKS, student, coach, as_)
    desk.share()
    days_away(coach)
    assert "so comments may come later." in desk.page()
    assert " instead</button>" not in desk.page()


def test_the_page_of_the_introduction_names_who_reads_it_while_the_coach_is_away(student, coach, other_coach, as_):
    mine = as_(student)
    assert "away" not in mine.get(reverse("introduction")).content.decode().split("Your coach")[1]
    Introduction.objects.update_or_create(student=student, defaults={"who": "I map wells for my county."})
    days_away(coach, other_coach)
    shown = mine.get(reverse("introduction")).content.decode().split("Your coach")[1]
    assert f"Ruth is away until {day(today(timezone.now()) + 6 * DAY)}. Dele can comment until then." in shown
    assert ("Only you can read it." in shown, "Ask Ruth to comment" in shown, "Ask Dele instead" in shown) == (
        True,
    ) * 3
    mine.post(reverse("introduction_share"), {"on": "1", "reader": other_coach.pk})
    assert SharedText.objects.get().reviews.get(verdict="waiting").coach == other_coach
    shown = mine.get(reverse("introduction")).content.decode().split("Your coach")[1]
    assert "Ruth can read both versions. Dele can too, and is asked to comment. You don’t have to wait." in shown
    assert "Ask Dele instead" not in shown
    mine.post(reverse("introduction_share"), {"on": "0"})
    assert "Only you can read it." in mine.get(reverse("introduction")).content.decode()


def test_without_a_coach_the_introduction_says_so(as_):
    page = as_(world.student("Noor Ali", coach=None)).get(reverse("introduction")).content.decode()
    assert "Once you have a coach, you can ask them to comment." in page


# --- practice interviews ----------------------------------------------------------------------------------------------


def practice_slot(coach, *, days, hours=0):
    starts_at = timezone.now() + days * DAY + timedelta(hours=hours)
    return Slot.objects.create(coach=coach, starts_at=starts_at, ends_at=starts_at + timedelta(minutes=30))


CHOICE = practising.Choice("video", None, [], shows_plan=False)


def test_no_one_books_a_practice_while_the_coach_is_away_and_back_again_they_can(student, coach, other_coach, as_):
    within, after_, mine = practice_slot(coach, days=2), practice_slot(coach, days=9), as_(student)
    away = days_away(coach, other_coach)
    assert free_slots(student, timezone.now()) == [after_]
    page = mine.get(reverse("practice_book")).content.decode()
    assert f"Ruth is away until {day(away.until_on)}. The times below are after that." in page
    after_.delete()
    page = mine.get(reverse("practice_book")).content.decode()
    assert f"Ruth is away until {day(away.until_on)}. New times can be booked after that." in page
    assert "Write to Ruth" not in page
    after_ = practice_slot(coach, days=9)
    with pytest.raises(Refused, match="Ruth is away on that day"):
        practising.book(student, within, CHOICE, now=timezone.now())
    week = as_(coach).get(reverse("practice_times"), {"week": today(within.starts_at).isoformat()}).content.decode()
    assert week.count("You’re away") == 1
    asking.come_back(away, now=timezone.now())
    assert free_slots(student, timezone.now()) == [within, after_]
    assert practising.book(student, within, CHOICE, now=timezone.now()).slot == within


def test_what_is_booked_on_days_away_is_named_to_the_coach_and_stays(student, coach, other_coach, as_):
    practice = practising.book(student, practice_slot(coach, days=2), CHOICE, now=timezone.now())
    days_away(coach, other_coach, begins=1)
    page = as_(coach).get(reverse("coach_away")).content.decode()
    assert "1 practice interview on these days is still booked." in page
    assert reverse("practice_given", args=[practice.pk]) in page
    practising.cancel(practice, by=student, now=timezone.now())
    assert "still booked" not in as_(coach).get(reverse("coach_away")).content.decode()
    with pytest.raises(Refused, match="Ruth is away on that day"):
        practising.book_again(practice, now=timezone.now())


@pytest.mark.parametrize(("later", "is_free"), [(timedelta(hours=-1), False), (timedelta(0), True)])
def test_the_days_are_those_of_the_office(student, coach, later, is_free):
    """The last evening at the office lies within, although it is tomorrow in UTC."""
    away = days_away(coach)
    over = datetime.combine(away.until_on + DAY, time(), ZoneInfo(Policy.now().time_zone)).astimezone(UTC)
    starts_at = over + later
    slot = Slot.objects.create(coach=coach, starts_at=starts_at, ends_at=starts_at + timedelta(minutes=30))
    assert (slot in free_slots(student, timezone.now())) == is_free
