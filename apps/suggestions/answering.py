"""What becomes of a suggestion: the student answers, asks or is introduced; the alum answers; time passes.

The order spares the alum and keeps the student's name theirs: the alum is asked only after the student's yes, and that
takes one place of the alum's month. The introduction is mailed to both only after both said yes.
"""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q

from apps.accounts.models import User
from apps.alumni import limits
from apps.alumni.accounts import account_of
from apps.alumni.blocking import is_blocked
from apps.alumni.models import AlumniProfile
from apps.interviews.asking import actions as asking
from apps.interviews.lifecycle.acts import act, lock, lock_people
from apps.interviews.lifecycle.models import InterviewRequest
from apps.mail import outbox
from apps.network import actions as network
from apps.network import adding
from apps.network.models import Contact, Relation
from apps.network.pasted import Named
from apps.suggestions import mails, outside
from apps.suggestions.models import Answer, State, Suggestion, WarmIntroduction
from apps.web.answers import Refused

ANSWER_IN = timedelta(days=10)
CHANGED = "This suggestion changed while you had it open. Here is the latest."
SENT = "The emails have already been sent, so this can’t be undone. Reply to the email if it was a mistake."


# --- the student ------------------------------------------------------------------------------------------------------


@act
def ask(suggestion: Suggestion, *, now: datetime) -> InterviewRequest:
    """Take it up: begin a request to the alum, which the student writes. Raises Refused where they cannot be asked."""
    fresh = _open_one(suggestion, now)
    if fresh.alum is None:
        raise Refused(CHANGED)
    request = asking.open_draft(fresh.alum, by=fresh.student, now=now)
    _say(fresh, State.TAKEN, now)
    return request


@act
def add(suggestion: Suggestion, *, now: datetime) -> Contact:
    """Take up somebody outside the directory: they stand in the student's network, with who suggested them."""
    fresh = _open_one(suggestion, now)
    if fresh.alum is not None:
        raise Refused(CHANGED)
    contact = _take_in(fresh)
    _say(fresh, State.TAKEN, now)
    return contact


def _take_in(fresh: Suggestion) -> Contact:
    """Let somebody from outside the directory stand in the student's network."""
    added = adding.add_names(fresh.student, [Named(fresh.name)], relation=Relation.REFERRED)
    contact = (*added.people, *added.there)[0]
    made = Contact.objects.filter(pk__in=[one.pk for one in added.made], source="")
    made.update(source=f"Suggested by {fresh.by}"[:200], title=fresh.about[:160])
    fresh.contact = contact
    fresh.save(update_fields=["contact"])
    return contact


@act
def pass_on(suggestion: Suggestion, *, now: datetime) -> None:
    """Not for me. Nobody but who suggested it is told."""
    _say(_open_one(suggestion, now), State.PASSED, now)


@act
def bring_back(suggestion: Suggestion, *, now: datetime) -> None:
    """Undo `pass_on`."""
    fresh = _locked(suggestion)
    if fresh.state != State.PASSED or fresh.expires_at <= now:
        raise Refused("There’s nothing left to undo.")
    open_again(fresh)


def open_again(fresh: Suggestion) -> None:
    """Let a suggestion wait once more. Raises Refused where the same person was suggested meanwhile."""
    fresh.state, fresh.answered_at = State.OPEN, None
    try:
        with transaction.atomic():
            fresh.save(update_fields=["state", "answered_at"])
    except IntegrityError as error:
        raise Refused(f"{fresh.called} is suggested to you once more. Answer that one.") from error


@act
def agree(suggestion: Suggestion, *, now: datetime) -> WarmIntroduction:
    """The student says yes: the alum is asked, which takes a place of the month. Raises Refused where none is left."""
    fresh = _open_one(suggestion, now)
    if not fresh.can_be_introduced:
        raise Refused(CHANGED)
    if refusal := _refusal(fresh, now):
        raise Refused(refusal)
    introduction = WarmIntroduction.objects.create(
        suggestion=fresh, student=fresh.student, alum=fresh.alum, asked_at=now, answer_by=now + ANSWER_IN
    )
    _say(fresh, State.TAKEN, now)
    mails.ask(introduction)
    return introduction


def _refusal(fresh: Suggestion, now: datetime) -> str | None:
    if fresh.alum is None:
        return outside.refusal(fresh, now)
    account_of(fresh.alum)  # holds the entry locked
    return limits.refusal(lock(fresh.alum), fresh.student, now)


@act
def change_mind(introduction: WarmIntroduction, *, now: datetime) -> bool:
    """The student takes their yes back. Returns whether the alum never heard of it, and it can be said again."""
    suggestion = _locked(introduction.suggestion)
    fresh = lock(introduction)
    if fresh.state != Answer.ASKED:
        raise Refused(CHANGED)
    if outbox.cancel(mails.asking(fresh)):
        mails.revoke(fresh, now=now)
        fresh.delete()
        open_again(suggestion)
        return True
    stop(fresh, now=now)
    return False


def stop(introduction: WarmIntroduction, *, now: datetime) -> None:
    """End an introduction that was not made: nothing more leaves. One that has left stays made."""
    if introduction.state == Answer.INTRODUCED and not _take_back(introduction):
        return
    outbox.cancel(mails.asking(introduction))
    introduction.state = Answer.WITHDRAWN
    introduction.save(update_fields=["state"])


def _take_back(introduction: WarmIntroduction) -> bool:
    """Cancel what the alum’s answer has promised: all of it, or nothing where some of it has left."""
    try:
        with transaction.atomic():
            if not all(outbox.cancel(occasion) for occasion in mails.answers(introduction)):
                raise Refused(SENT)
    except Refused:
        return False
    return True


def _open_one(suggestion: Suggestion, now: datetime) -> Suggestion:
    """Lock a suggestion that can be answered. Raises Refused for any other."""
    fresh = _locked(suggestion)
    if fresh.is_gone:
        raise Refused(f"{fresh.called} is no longer in the directory.")
    if fresh.state != State.OPEN or fresh.expires_at <= now:
        raise Refused(CHANGED)
    return fresh


def _locked(suggestion: Suggestion) -> Suggestion:
    lock_people(suggestion.student_id)
    lock(suggestion)
    return Suggestion.objects.select_related("student", "alum", "author").get(pk=suggestion.pk)


def _say(fresh: Suggestion, state: State, now: datetime) -> None:
    fresh.state, fresh.answered_at, fresh.seen_at = state, now, fresh.seen_at or now
    fresh.save(update_fields=["state", "answered_at", "seen_at"])


# --- the alum ---------------------------------------------------------------------------------------------------------


@act
def accept(introduction: WarmIntroduction, *, now: datetime) -> None:
    """The alum says yes: both get the introduction in a few minutes. Saying it again changes nothing."""
    fresh = _asked(introduction)
    if fresh.state == Answer.INTRODUCED:
        return
    _still_open(fresh, now)
    if fresh.alum and not limits.is_listed(fresh.alum):
        raise Refused("You’ve left the directory, so we don’t introduce students to you.")
    if not fresh.student.is_active:
        raise Refused(f"{fresh.student.first_name} no longer uses Rapport. There’s nothing for you to do.")
    fresh.state, fresh.answered_at = Answer.INTRODUCED, now
    fresh.save(update_fields=["state", "answered_at"])
    if fresh.alum:
        network.contact_for(fresh.alum, student=fresh.student)
    else:
        _take_in(fresh.suggestion)
    mails.introduce(fresh)


@act
def decline(introduction: WarmIntroduction, *, now: datetime) -> None:
    """The alum says not now; their place of the month is free again, and the student gets a kind word."""
    fresh = _asked(introduction)
    if fresh.state == Answer.DECLINED:
        return
    _still_open(fresh, now)
    _say_no(fresh, now)


def _say_no(fresh: WarmIntroduction, now: datetime) -> None:
    fresh.state, fresh.answered_at = Answer.DECLINED, now
    fresh.save(update_fields=["state", "answered_at"])
    mails.decline(fresh)


def end_blocked(alum: AlumniProfile, student: User, now: datetime) -> None:
    """An alum blocked a student, and both are locked: what waits gets a “not now”, which says no more than any other.

    An introduction that has left stays made.
    """
    waits = Q(state=Answer.ASKED, answer_by__gt=now) | Q(state=Answer.INTRODUCED)
    for row in WarmIntroduction.objects.filter(waits, alum=alum, student=student).order_by("pk"):
        fresh = _asked(row)
        if fresh.state == Answer.INTRODUCED and not _take_back(fresh):
            continue
        outbox.cancel(mails.asking(fresh))
        _say_no(fresh, now)


@act
def undo(introduction: WarmIntroduction, *, now: datetime) -> None:
    """The alum pressed the wrong button: the question is open again, as long as nothing has left."""
    fresh = _asked(introduction)
    if fresh.state not in (Answer.INTRODUCED, Answer.DECLINED):
        raise Refused("There’s nothing left to undo.")
    _not_blocked(fresh)
    if not _take_back(fresh):
        raise Refused(SENT)
    fresh.state, fresh.answered_at = Answer.ASKED, None
    fresh.save(update_fields=["state", "answered_at"])


def _asked(introduction: WarmIntroduction) -> WarmIntroduction:
    """Lock the introduction with its people and the alum's entry, and return it as it is now."""
    alum = introduction.alum
    lock_people(introduction.student_id, alum.user_id if alum else None)
    if alum:
        lock(alum)
    lock(introduction)
    about = ("suggestion__author", "suggestion__student", "student__student_profile", "alum")
    return WarmIntroduction.objects.select_related(*about).get(pk=introduction.pk)


def _still_open(fresh: WarmIntroduction, now: datetime) -> None:
    if fresh.state != Answer.ASKED or fresh.answer_by <= now:
        raise Refused("This question is closed. Thank you for looking at it.")
    _not_blocked(fresh)


def _not_blocked(fresh: WarmIntroduction) -> None:
    if is_blocked(fresh.alum_id, fresh.student_id):
        first = fresh.student.first_name
        raise Refused(f"You’ve blocked {first}. Unblock {first} on your Rapport page first.")


# --- time -------------------------------------------------------------------------------------------------------------


def expire(now: datetime) -> None:
    """Close what nobody answered in time: suggestions, and questions to alumni, whose place is free again."""
    Suggestion.objects.filter(state=State.OPEN, expires_at__lte=now).update(state=State.EXPIRED)
    WarmIntroduction.objects.filter(state=Answer.ASKED, answer_by__lte=now).update(state=Answer.EXPIRED)
    outside.forget(now)
