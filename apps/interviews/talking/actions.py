"""What the student does during the talk, each once, however often and however late it arrives (R87 to R99).

A phone that has no network keeps every act and sends them later, in their order, perhaps twice. `LiveAct` remembers an
act by the id that its browser gave it, so a second copy changes nothing; `at` says when it was done, and counts as
far as it is believable. It decides nothing about the clock on the page: that is page.py's.
"""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Max, QuerySet

from apps.accounts.models import User
from apps.interviews.debriefing import two_devices
from apps.interviews.debriefing.models import Debrief, LiveNote, NamedPerson
from apps.interviews.debriefing.two_devices import Kept
from apps.interviews.lifecycle.acts import Stale, act, lock, lock_with_people, move, record
from apps.interviews.lifecycle.models import SUMMARY_MAX, Interview
from apps.interviews.lifecycle.moves import InterviewStatus
from apps.interviews.preparing.models import PlannedQuestion, QuestionPlan
from apps.interviews.scheduling import actions as scheduling
from apps.interviews.talking.models import LiveAct
from apps.network.actions import touch
from apps.network.models import Touch
from apps.web.answers import Refused
from apps.web.gate import whole_number

EARLY = timedelta(hours=1)
NOT_YET = "This conversation hasn’t started yet."
MORE_MINUTES = 10
MOST_MORE = 120
ABOUT_MAX = NamedPerson._meta.get_field("about").max_length or 0


@act
def do(
    interview: Interview,
    name: str,
    /,
    *,
    client_id: uuid.UUID,
    at: datetime | None,
    now: datetime,
    by: User,
    **given: object,
) -> Interview:
    """Carry out one act of live mode, unless it was carried out before. Returns the interview as it is now."""
    fresh = lock_with_people(interview)
    made, is_new = LiveAct.objects.get_or_create(
        interview=fresh, client_id=client_id, defaults={"name": name, "at": _believable(fresh, at, now)}
    )
    if is_new:
        ACTS[name](fresh, made, now=now, by=by, **given)
    return lock(fresh)


def _believable(interview: Interview, at: datetime | None, now: datetime) -> datetime:
    """Return when an act was done: what the device says, but not in the future, nor long before the talk."""
    return max(min(at or now, now), min(now, interview.starts_at - EARLY))


# --- the clock --------------------------------------------------------------------------------------------------------


def _start(interview: Interview, made: LiveAct, *, by: User, now: datetime, agreed: bool = False) -> None:
    """The talk begins, now or (they forgot to press) when it was agreed to; a second start changes nothing."""
    if interview.status != InterviewStatus.SCHEDULED:
        raise Stale("This conversation is no longer scheduled, so you can’t start it.")
    if made.at < interview.starts_at - EARLY:
        raise Refused("You can start up to 1 hour before the scheduled time.")
    if interview.started_at is None:
        _begin(interview, interview.starts_at if agreed and interview.starts_at <= made.at else made.at, by, now)


def _again(interview: Interview, made: LiveAct, *, by: User, now: datetime) -> None:
    """Start was pressed too soon: count from now."""
    if interview.status == InterviewStatus.SCHEDULED and interview.started_at is not None:
        _begin(interview, made.at, by, now)


def _begin(interview: Interview, at: datetime, by: User, now: datetime) -> None:
    interview.started_at = at
    interview.save(update_fields=["started_at"])
    record(interview, "start", was=interview.status, actor="student", now=now, by=by)


def _has_begun(interview: Interview, made: LiveAct, by: User, now: datetime) -> None:
    """Who asks and notes during the agreed time without pressing start has begun: at the agreed time."""
    is_now = interview.starts_at <= made.at < interview.ends_at
    if interview.started_at is None and interview.status == InterviewStatus.SCHEDULED and is_now:
        _begin(interview, interview.starts_at, by, now)


def _more(interview: Interview, made: LiveAct, *, by: User, now: datetime) -> None:
    """They offered more time: the clock has it, and so have both calendars."""
    if interview.status == InterviewStatus.SCHEDULED:
        if made.at < (interview.started_at or interview.starts_at):
            raise Refused(NOT_YET)
        interview.extra_minutes = min(interview.extra_minutes + MORE_MINUTES, MOST_MORE)
        interview.save(update_fields=["extra_minutes"])
        began_at = interview.started_at or interview.starts_at
        until = began_at + timedelta(minutes=interview.minutes + interview.extra_minutes)
        scheduling.extend(interview, until=until, by=by, now=now)


def _less(interview: Interview, made: LiveAct, *, by: User, now: datetime) -> None:
    """Undo the last ten minutes that were added: the clock and both calendars have what they had before."""
    if interview.status != InterviewStatus.SCHEDULED or not interview.extra_minutes:
        return
    interview.extra_minutes = max(interview.extra_minutes - MORE_MINUTES, 0)
    interview.save(update_fields=["extra_minutes"])
    extra = timedelta(minutes=interview.minutes + interview.extra_minutes)
    began_at = interview.started_at if interview.started_at and interview.extra_minutes else interview.starts_at
    scheduling.shorten(interview, until=began_at + extra, by=by, now=now)


def _end(interview: Interview, made: LiveAct, *, by: User, now: datetime, agreed: bool = False) -> None:
    """They said goodbye: the talk is completed, and the 48 hours run from this moment (or from the agreed end)."""
    if interview.status == InterviewStatus.COMPLETED:
        return
    began_at = interview.started_at or interview.starts_at
    if made.at < began_at:
        raise Refused(NOT_YET)
    planned = began_at + timedelta(minutes=interview.minutes + interview.extra_minutes)
    until = min(planned, made.at) if agreed else made.at
    ended = move(interview, "complete", actor="student", by=by, now=now, talked_until=until)
    touch(ended.contact, Touch.Kind.TALKED, at=until, key=f"talked:{ended.pk}")


# --- questions --------------------------------------------------------------------------------------------------------


def _tick(interview: Interview, made: LiveAct, *, question: str, by: User, now: datetime) -> None:
    _has_begun(interview, made, by, now)
    _mark(interview, question, asked_at=made.at, is_skipped=False)


def _skip(interview: Interview, made: LiveAct, *, question: str, by: User, now: datetime) -> None:
    _has_begun(interview, made, by, now)
    _mark(interview, question, asked_at=None, is_skipped=True)


def _reopen(interview: Interview, made: LiveAct, *, question: str, by: User, now: datetime) -> None:
    """It was not asked after all."""
    _mark(interview, question, asked_at=None, is_skipped=False)


def _mark(interview: Interview, question: str, *, asked_at: datetime | None, is_skipped: bool) -> None:
    number = _found(interview, question)
    if number is not None:
        _questions(interview).filter(pk=number).update(asked_at=asked_at, is_skipped=is_skipped)


def _questions(interview: Interview) -> QuerySet[PlannedQuestion]:
    return PlannedQuestion.objects.filter(plan__interview=interview)


def _found(interview: Interview, named: str) -> int | None:
    """Return the key of the question that is named by it, or by the act that added it; None where it is gone."""
    if not named:
        return None
    if whole_number(named) is not None:
        return _questions(interview).filter(pk=named).values_list("pk", flat=True).first()
    return interview.live_acts.filter(client_id=named, name="add").values_list("question", flat=True).first()


def _add(interview: Interview, made: LiveAct, *, added: str, by: User, now: datetime) -> None:
    """A question that came to mind while they talked."""
    plan, _ = QuestionPlan.objects.get_or_create(interview=interview)
    last = plan.questions.aggregate(last=Max("position"))["last"] or 0
    made.question = plan.questions.create(text=added, position=last + 1)
    made.save(update_fields=["question"])
    QuestionPlan.objects.filter(pk=plan.pk).update(version=F("version") + 1)


# --- what they said ---------------------------------------------------------------------------------------------------


def _note(interview: Interview, made: LiveAct, *, text: str, kind: str, question: str, by: User, now: datetime) -> None:
    _has_begun(interview, made, by, now)
    LiveNote.objects.create(
        interview=interview,
        client_id=made.client_id,
        question_id=_found(interview, question),
        kind=kind or LiveNote.Kind.NOTE,
        text=text,
        at=made.at,
    )


def _drop(interview: Interview, made: LiveAct, *, note: uuid.UUID, by: User, now: datetime) -> None:
    """Take a note out again."""
    interview.notes.filter(client_id=note).delete()


# --- the close --------------------------------------------------------------------------------------------------------


def _close(
    interview: Interview,
    made: LiveAct,
    *,
    by: User,
    now: datetime,
    was: str | None = None,
    was_connect: bool | None = None,
    was_in_touch: bool | None = None,
    known: frozenset[str] = frozenset(),
    **answers: Any,
) -> None:
    """Keep what was said at the close. What was written on two devices keeps both, and loses neither."""
    debrief = _debrief(interview)
    if "summary" in answers:
        answers["summary"] = _summary(interview, debrief.summary, answers["summary"], was, made)
    for name, seen in (("may_connect", was_connect), ("may_stay_in_touch", was_in_touch)):
        if name in answers:
            kept = two_devices.answer(getattr(debrief, name), answers[name], seen, is_known=name in known)
            answers[name] = kept.value
            _tell(made, name, kept)
    Debrief.objects.filter(pk=debrief.pk).update(**answers, version=F("version") + 1, updated_at=now)


def _debrief(interview: Interview) -> Debrief:
    return Debrief.objects.select_for_update(no_key=True).get_or_create(interview=interview)[0]


def _tell(made: LiveAct, of: str, kept: Kept[Any], who: str = "") -> None:
    """Let the page say that one thing was written on two devices, until somebody has read it."""
    if kept.pair is not None:
        made.both = [*made.both, {"of": of, "who": who, "first": kept.pair[0], "later": kept.pair[1]}]
        made.save(update_fields=["both"])


def _summary(interview: Interview, theirs: str, mine: str, was: str | None, made: LiveAct) -> str:
    """Return the summary to keep: mine, unless another was written meanwhile; what has no room becomes a note."""
    kept = two_devices.text(theirs, mine, was, between="\n")
    _tell(made, "summary", kept)
    if len(kept.value) <= SUMMARY_MAX:
        return kept.value
    interview.notes.create(client_id=uuid.uuid5(made.client_id, "summary"), text=mine, at=made.at)
    return theirs


def _person(
    interview: Interview,
    made: LiveAct,
    *,
    name: str,
    about: str,
    name_permission: str,
    was_about: str | None = None,
    was_permission: str | None = None,
    by: User,
    now: datetime,
) -> None:
    """Somebody was named; the same name again, perhaps on another device, adds to what is known of them."""
    debrief = _debrief(interview)
    known = debrief.named_people.filter(name__iexact=name).order_by("pk").first()
    person = known or NamedPerson(debrief=debrief, name=name)
    before = person.about
    person.about = _also(interview, person, about, made)
    if before and before != was_about and about.casefold() not in before.casefold():
        _tell(made, "about", Kept(person.about, (before, about)), person.name)
    if known is None:
        person.name_permission = name_permission or person.name_permission
    else:
        kept = two_devices.permission(person.name_permission, name_permission, was_permission)
        person.name_permission = kept.value
        _tell(made, "permission", kept, person.name)
    person.save()


def _also(interview: Interview, person: NamedPerson, about: str, made: LiveAct) -> str:
    """Return what is known of somebody: both words where two differ; what has no room becomes a note."""
    theirs = person.about
    if not theirs or about.casefold() == theirs.casefold():
        return about or theirs
    if not about or about.casefold() in theirs.casefold():
        return theirs
    both = about if theirs.casefold() in about.casefold() else f"{theirs}; {about}"
    if len(both) <= ABOUT_MAX:
        return both
    interview.notes.create(client_id=uuid.uuid5(made.client_id, "about"), text=f"{person.name}: {about}", at=made.at)
    return theirs


def _unname(
    interview: Interview,
    made: LiveAct,
    *,
    name: str,
    was_about: str | None = None,
    was_permission: str | None = None,
    by: User,
    now: datetime,
) -> None:
    """Take somebody out again, as long as the debrief has not put them on the map, nor another device said more."""
    found = NamedPerson.objects.filter(debrief__interview=interview, name__iexact=name, referral=None).first()
    if found is None:
        return
    seen = (found.about if was_about is None else was_about, was_permission or found.name_permission)
    if seen == (found.about, found.name_permission):
        found.delete()
    else:
        _tell(made, "removed", Kept("", (found.about, "")), found.name)


def _settle(interview: Interview, made: LiveAct, *, both: uuid.UUID, by: User, now: datetime) -> None:
    """They have read that one thing was written on two devices."""
    interview.live_acts.filter(client_id=both).update(both=[])


ACTS: dict[str, Callable[..., None]] = {
    "start": _start,
    "again": _again,
    "more": _more,
    "less": _less,
    "end": _end,
    "tick": _tick,
    "skip": _skip,
    "reopen": _reopen,
    "add": _add,
    "note": _note,
    "drop": _drop,
    "close": _close,
    "person": _person,
    "unname": _unname,
    "settle": _settle,
}
