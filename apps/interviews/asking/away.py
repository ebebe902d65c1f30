"""A coach says when they are away and who reads meanwhile; what waits goes there, and comes back (R233).

It decides where a waiting request lies. What a student shared themselves, an introduction or a note, stays where they
shared it; one that they gave the stand-in (reviewing.actions.ask) comes back with the requests.
"""

from datetime import date, datetime

from django.db.models import Q

from apps.accounts.models import User
from apps.interviews.asking import mails
from apps.interviews.asking.models import Review
from apps.interviews.lifecycle.acts import act, lock, lock_people
from apps.interviews.sharing.away import can_read, today
from apps.interviews.sharing.models import Away
from apps.web.answers import Refused

WAITING = Review.Verdict.WAITING


@act
def go_away(
    coach: User, *, from_on: date, until_on: date, stand_in: User | None, is_released: bool, now: datetime
) -> Away:
    """Note the days; from the first of them requests go to the stand-in, or leave without a review. Raises Refused."""
    lock_people(coach.pk, stand_in.pk if stand_in else None)
    if until_on < today(now):
        raise Refused("These days have passed. Choose a last day from today on.")
    if stand_in is not None and not (stand_in.is_coach and stand_in.is_active):
        raise Refused("Choose a coach.")
    days = {"from_on": from_on, "until_on": until_on}
    away = Away.objects.create(coach=coach, stand_in=stand_in, is_released=is_released, **days)
    _hand_on(away, now)
    return away


@act
def come_back(away: Away, *, now: datetime) -> None:
    """Undo it, or end it sooner: what still waits with the stand-in comes back. Twice, it is over once."""
    lock_people(away.coach_id, away.stand_in_id)
    fresh = lock(away)
    if fresh.ended_at is None:
        fresh.ended_at = now
        fresh.save(update_fields=["ended_at"])
    _take_back(fresh)


def settle(now: datetime) -> None:
    """Let requests be where they are read today: the clock's part, when an absence begins and when it is over."""
    day = today(now)
    for away in Away.objects.on(day).exclude(stand_in=None).select_related("coach", "stand_in").order_by("pk"):
        _hand_on(away, now)
    for away in Away.objects.filter(until_on__lt=day, ended_at=None).exclude(stand_in=None).order_by("pk"):
        _take_back(away)


def _hand_on(away: Away, now: datetime) -> None:
    """Give the stand-in what waits for a coach who is away today, and tell them of each."""
    stand_in = away.stand_in
    if stand_in is None or not away.from_on <= today(now) <= away.until_on or not can_read(stand_in, now):
        return
    waiting = Review.objects.filter(coach=away.coach_id, verdict=WAITING, request__isnull=False)
    for review in waiting.select_related("request__student", "request__contact").order_by("pk"):
        moved = Review.objects.filter(pk=review.pk, coach=away.coach_id, verdict=WAITING).update(coach=stand_in)
        if moved and review.request:
            mails.review_waits(review, review.request, stand_in)


def _take_back(away: Away) -> None:
    of_coach = Q(request__student__student_profile__coach=away.coach_id)
    of_coach |= Q(text__student__student_profile__coach=away.coach_id)
    Review.objects.filter(of_coach, coach=away.stand_in_id, verdict=WAITING).update(coach=away.coach_id)
