"""After the talk: whether it took place, what was written down, and what comes of it once finished (R95 to R101).

Finishing may happen as often as one likes: people, tasks and outcomes of the same debrief are made once.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from apps.accounts.models import User
from apps.clock import times
from apps.clock.regions import spelled_lazily
from apps.interviews.debriefing import forms, notes
from apps.interviews.debriefing.models import Debrief, NamedPerson
from apps.interviews.lifecycle.acts import act, lock, lock_with_people, move
from apps.interviews.lifecycle.models import Interview
from apps.interviews.lifecycle.moves import InterviewStatus, Side
from apps.network import actions as network
from apps.network.models import ActionStep, Outcome, Referral, Touch
from apps.web.answers import Refused
from apps.web.autosave import Conflict

# --- did it happen? ---------------------------------------------------------------------------------------------------


@act
def took_place(interview: Interview, *, by: User, now: datetime) -> Interview:
    """The student says that they talked, of a time that has passed. Saying it twice changes nothing."""
    return complete_if_over(interview, by=by, now=now)


def complete_if_over(interview: Interview, *, by: User, now: datetime) -> Interview:
    """Complete a conversation whose time has passed, inside another act; one that is completed stays as it is."""
    fresh = lock_with_people(interview)
    if fresh.status == InterviewStatus.COMPLETED:
        return fresh
    if fresh.status == InterviewStatus.SCHEDULED and fresh.ends_at > now:
        raise Refused("This conversation hasn’t happened yet. Come back after you talk.")
    over = fresh.talked_until or fresh.ends_at
    done = move(fresh, "complete", actor="student", by=by, now=now, talked_until=over)
    network.touch(done.contact, Touch.Kind.TALKED, at=over, key=f"talked:{done.pk}")
    return done


@act
def did_not_happen(interview: Interview, *, by: User, now: datetime, actor: Side = "student") -> Interview:
    """One of the two says that nobody came, or that it fell through. The student can still put it right afterwards."""
    fresh = lock_with_people(interview)
    if fresh.status == InterviewStatus.NO_SHOW:
        return fresh
    if fresh.status == InterviewStatus.SCHEDULED and fresh.starts_at > now:
        raise Refused("This conversation hasn’t happened yet. You can reschedule or cancel it.")
    return move(fresh, "no_show", actor=actor, by=by, now=now)


# --- writing ----------------------------------------------------------------------------------------------------------


@act
def save_debrief(interview: Interview, *, version: int, values: Mapping[str, object], add: str = "") -> Debrief:
    """Write what was typed, and open one more line for a person or a step. Returns the debrief with its new version.

    Raises Conflict when somebody saved since `version`.
    """
    fresh = _locked(interview)
    saved = forms.stored(fresh)
    if version != fresh.version and any(not _is_same(saved, name, value) for name, value in values.items()):
        raise Conflict(saved)
    forms.write(fresh, values)
    if add in forms.KINDS:
        forms.add_line(fresh, add)
    fresh.version += 1
    fresh.save()
    return fresh


def _is_same(saved: Mapping[str, object], name: str, value: object) -> bool:
    """Whether a value is what is saved. An empty field is as good as none; a no is an answer."""
    nothing: tuple[object, ...] = (None, "", [])
    return saved.get(name) == value or (saved.get(name) in nothing and value in nothing)


def _locked(interview: Interview) -> Debrief:
    """Return the debrief of an interview, made if it is new, locked. Raises Refused where they have not talked."""
    if lock(interview).status != InterviewStatus.COMPLETED:
        raise Refused("First tell us if you talked. Then you can write your reflection.")
    debrief, _ = Debrief.objects.get_or_create(interview=interview)
    return lock(debrief)


@act
def use_note(interview: Interview, *, note: int, use: str = "") -> tuple[Debrief, str]:
    """Let one of the live notes become something else with one press; pressed twice it stands there once.

    Returns the debrief and what it became: where `use` says nothing the kind of the note decides.
    """
    found = interview.notes.filter(pk=note).first()
    fresh = _locked(interview)
    if found is None:
        raise Refused("That note was removed. Here are the others.")
    use = notes.put(fresh, found, use)
    fresh.version += 1
    fresh.save()
    return fresh, use


# --- finishing --------------------------------------------------------------------------------------------------------


@act
def finish_debrief(interview: Interview, *, now: datetime) -> Debrief:
    """Let what was written down have its effect: people on the map, steps with dates, one task for each outcome."""
    fresh = _locked(interview)
    _keep_people(fresh, interview, now)
    _keep_steps(fresh, interview)
    _keep_outcomes(fresh, interview, now)
    fresh.finished_at = fresh.finished_at or now
    fresh.version += 1
    fresh.save(update_fields=["finished_at", "version", "updated_at"])
    return fresh


def _keep_people(debrief: Debrief, interview: Interview, now: datetime) -> None:
    """Make contacts of the people who were named, with the permission that was given (R98, R99)."""
    people, taken = forms.rows(debrief, "person"), set()
    debrief.named_people.update(referral=None)
    for person in people:
        referral = _named_in(interview, person, now) if person.name.strip() else None
        if referral is None or referral.pk in taken:  # an empty line, or somebody who stands here twice
            person.delete()
            continue
        taken.add(referral.pk)
        NamedPerson.objects.filter(pk=person.pk).update(referral=referral)


def _named_in(interview: Interview, person: NamedPerson, now: datetime) -> Referral:
    return network.name_person(
        interview.contact,
        name=person.name,
        about=person.about,
        name_permission=person.name_permission,
        now=now,
        was=person.referral,
    )


def _keep_steps(debrief: Debrief, interview: Interview) -> None:
    for promised in forms.rows(debrief, "step"):
        if not promised.text.strip():
            promised.delete()
            continue
        fields = {"text": promised.text, "due_on": promised.due_on}
        if promised.step_id:
            ActionStep.objects.filter(pk=promised.step_id).update(**fields)
        else:
            promised.step = ActionStep.objects.create(
                student_id=interview.student_id, contact=interview.contact, talked_on=_talked_on(interview), **fields
            )
            promised.save(update_fields=["step"])


TASKS = {  # one right-sized task for each outcome (R100): words, and the day from which on it is due
    Outcome.Kind.PATH: (
        "Read one page about the path {first} mentioned, and write down a question you still have",
        7,
    ),
    Outcome.Kind.TRAINING: ("Find out when the training {first} mentioned starts, and how to join", 7),
    Outcome.Kind.INSIGHT: (spelled_lazily("Add to your notes what {first} told you about the organization"), 3),
    Outcome.Kind.SHADOW: ("Offer {first} 3 days when you could come and see the work", 3),
    Outcome.Kind.LEAD: ("Tell your coach about the opening {first} mentioned", 3),
    Outcome.Kind.RESUME: (spelled_lazily("Send {first} your résumé with your thank-you note"), 2),
    Outcome.Kind.REFERRAL: ("Write to one of the people {first} suggested", 7),
}
CONNECT = ("Connect with {first} on LinkedIn, and mention what you talked about", 3)


def _talked_on(interview: Interview) -> date:
    return times.local_date(interview.over_at, interview.student.zone)


def _keep_outcomes(debrief: Debrief, interview: Interview, now: datetime) -> None:
    """Write down what came of it, and one small task for each thing; those that were made before stay as they are."""
    talked_on = _talked_on(interview)
    came_of = _came_of(debrief)
    for kind in came_of:
        _once(Outcome, interview, kind=kind, happened_on=talked_on)
    wanted = [TASKS[kind] for kind in came_of] + [CONNECT] * bool(debrief.may_connect)
    today = times.local_date(now, interview.student.zone)
    for words, days in sorted(wanted, key=lambda task: task[1]):
        text = words.format(first=interview.contact.first_name)[:240]
        due_on = _free_day(interview, today + timedelta(days=days))
        _once(ActionStep, interview, text=text, new={"due_on": due_on, "talked_on": talked_on})


MOST_A_DAY = 3


def _free_day(interview: Interview, day: date) -> date:
    """Return the first day from `day` on that has room.

    That is one for which the student has nothing to do yet because of this conversation, and fewer than three things
    in all.
    """
    due = ActionStep.objects.filter(student=interview.student_id, done_at=None, due_on__gte=day)
    mine = set(due.filter(contact=interview.contact).values_list("due_on", flat=True))
    counts = Counter(due.values_list("due_on", flat=True))
    full = {taken for taken, count in counts.items() if count >= MOST_A_DAY or taken in mine}
    return next(free for free in (day + timedelta(days=n) for n in range(len(full) + 1)) if free not in full)


def _once(
    model: type[ActionStep | Outcome], interview: Interview, *, new: Mapping[str, Any] | None = None, **fields: Any
) -> None:
    """Make a row for the contact of an interview, unless there is one with these fields."""
    own = {"student_id": interview.student_id, "contact": interview.contact} | fields
    if not model.objects.filter(**own).exists():
        model.objects.create(**own, **new or {})


def _came_of(debrief: Debrief) -> list[Outcome.Kind]:
    found = [Outcome.Kind(kind) for kind in debrief.outcomes]
    found += [Outcome.Kind.RESUME] * debrief.asked_for_resume
    return found + [Outcome.Kind.REFERRAL] * debrief.named_people.exists()
