"""What coaches and the office do: suggest somebody to one or many students, take it back, put it back."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from apps.accounts.models import User
from apps.alumni import blocking, limits
from apps.alumni.models import AlumniProfile
from apps.directory import fair
from apps.directory import suggestions as directory
from apps.interviews.lifecycle.acts import act, lock, lock_people
from apps.interviews.lifecycle.models import InterviewRequest
from apps.policy.models import Policy
from apps.suggestions import answering
from apps.suggestions.models import Answer, State, Suggestion
from apps.web.answers import Refused

LIVES = timedelta(days=21)
NOT_AGAIN = timedelta(days=90)  # after the student said no
GONE = "You already undid this."


@dataclass(frozen=True)
class Proposal:
    """Who is suggested, and what is said: to the student, and to the alum where a warm introduction is offered."""

    alum: AlumniProfile | None
    name: str
    about: str
    why: str
    to_alum: str
    email: str = ""  # of somebody outside the directory whom a warm introduction is offered with

    @property
    def called(self) -> str:
        return self.alum.called if self.alum else self.name


@dataclass(frozen=True)
class Made:
    """What one press suggested: its number, by which it is undone, to whom, and who was left out and why."""

    batch: uuid.UUID
    to: list[User]
    left_out: list[tuple[User, str]]


@act
def suggest(students: Sequence[User], proposal: Proposal, *, by: User, now: datetime) -> Made:
    """Suggest somebody to students. Who may not get it is left out, and named. Raises Refused where nobody gets it.

    An alum is suggested to no more students than would fill their month, counting what is only likely.
    """
    fresh = {person.pk: person for person in lock_people(*(student.pk for student in students))}
    proposal = _as_it_is(proposal, now)
    made = Made(uuid.uuid4(), [], [])
    for student in (fresh[one.pk] for one in students if one.pk in fresh):
        why = why_not(student, proposal, by=by, now=now) or _write(student, proposal, made.batch, by, now)
        if why:
            made.left_out.append((student, why))
        else:
            made.to.append(student)
    if not made.to:
        raise Refused(made.left_out[0][1] if len(made.left_out) == 1 else "None of these students can get it now.")
    return made


def _as_it_is(proposal: Proposal, now: datetime) -> Proposal:
    """Lock the entry, and look whether the alum can be asked at all."""
    if proposal.alum is None:
        return proposal
    alum = lock(proposal.alum)
    if not can_be_asked(alum, now):
        raise Refused(f"{alum.called} can’t be asked right now. Choose someone else.")
    return Proposal(alum, "", "", proposal.why, proposal.to_alum)


def can_be_asked(alum: AlumniProfile, now: datetime) -> bool:
    """Whether students find an alum who has room for one more request this month."""
    policy = Policy.now()
    record = limits.records([alum], now, policy).get(alum.pk, limits.Record())
    return limits.is_listed(alum) and limits.availability(alum, record, now, policy).can_be_asked


def _write(student: User, proposal: Proposal, batch: uuid.UUID, by: User, now: datetime) -> str:
    """Insert the row. Returns why it could not be, where somebody else was quicker; else nothing."""
    row = Suggestion(
        student=student,
        author=by,
        alum=proposal.alum,
        name=proposal.name,
        about=proposal.about,
        email=proposal.email,
        why=proposal.why,
        to_alum=proposal.to_alum,
        batch=batch,
        made_at=now,
        expires_at=now + LIVES,
    )
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        return f"{proposal.called} was just suggested to {student.first_name}."
    if proposal.alum:
        directory.remember(student.pk, [proposal.alum], now)
    return ""


def why_not(student: User, proposal: Proposal, *, by: User, now: datetime) -> str:
    """Say why this student cannot get this suggestion now; nothing where they can."""
    first, called = student.first_name, proposal.called
    same = Suggestion.objects.filter(student=student, alum=proposal.alum, name=proposal.name).select_related("author")
    earlier = same.exclude(state=State.WITHDRAWN).order_by("-made_at", "-pk").first()
    if not student.is_active:
        return f"{first}’s account is closed."
    if earlier and earlier.state == State.OPEN and earlier.expires_at > now:
        return f"{'You' if earlier.author == by else earlier.by} already suggested {called} to {first}."
    if earlier and earlier.state == State.PASSED and (earlier.answered_at or now) > now - NOT_AGAIN:
        return f"{first} said that {called} isn’t the right person now."
    return _not_this_alum(student, proposal.alum, by, now) if proposal.alum else ""


def _not_this_alum(student: User, alum: AlumniProfile, by: User, now: datetime) -> str:
    if alum.user_id == student.pk:
        return f"{alum.called} is {student.first_name}’s own profile."
    if blocking.is_blocked(alum.pk, student.pk):
        return f"{alum.called} can’t be asked by {student.first_name} right now."
    asked = InterviewRequest.objects.visible_to(by).filter(student=student, alum=alum, status__in=limits.COUNTED)
    if asked.exists():  # of what its reader may see: nobody learns here of somebody kept private
        return f"{student.first_name} already asked {alum.called}."
    policy = Policy.now()
    if not fair.has_room(alum, directory.loads([alum], now, policy)[alum.pk], policy):
        return f"{alum.called} is suggested to as many students as this month allows."
    return ""


@act
def withdraw(suggestion: Suggestion, *, now: datetime) -> None:
    """Take one back, with the question to the alum if they have not answered. Raises Refused where it is too late."""
    fresh = _locked(suggestion)
    introduction = getattr(fresh, "introduction", None)
    if introduction and introduction.state == Answer.INTRODUCED:
        raise Refused(f"{fresh.called} said yes already, so it can’t be withdrawn.")
    if introduction and introduction.state == Answer.ASKED:
        answering.stop(introduction, now=now)
    elif fresh.state != State.OPEN:
        raise Refused(f"{fresh.student.first_name} answered this while you had it open.")
    fresh.state = State.WITHDRAWN
    fresh.save(update_fields=["state"])


@act
def put_back(suggestion: Suggestion, *, now: datetime) -> None:
    """Undo `withdraw`, where nobody else has suggested the same meanwhile, and the alum was not asked."""
    fresh = _locked(suggestion)
    if fresh.state != State.WITHDRAWN or hasattr(fresh, "introduction") or fresh.expires_at <= now:
        raise Refused("There’s nothing left to undo.")
    answering.open_again(fresh)


@act
def take_back(batch: uuid.UUID, *, by: User, now: datetime) -> int:
    """Undo one press: what no student has answered is as if it had never been. Returns how many."""
    rows = Suggestion.objects.filter(batch=batch, author=by, state=State.OPEN)
    held = list(rows.select_for_update(no_key=True, of=("self",)).order_by("pk").values_list("pk", flat=True))
    if not held:
        raise Refused(GONE)
    Suggestion.objects.filter(pk__in=held).delete()
    return len(held)


def _locked(suggestion: Suggestion) -> Suggestion:
    lock_people(suggestion.student_id)
    lock(suggestion)
    return Suggestion.objects.select_related("student", "alum", "author", "introduction").get(pk=suggestion.pk)
