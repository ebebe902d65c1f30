"""The thank-you: written, sent by Rapport or by the student's own hand, taken back for a few minutes (R102 to R106).

It decides when one counts as sent. What it should say is checks.py's.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db.models import Max, QuerySet

from apps.accounts.models import User
from apps.interviews.debriefing.actions import TASKS, complete_if_over
from apps.interviews.lifecycle.acts import Stale, act, lock
from apps.interviews.lifecycle.models import Channel, Interview
from apps.interviews.lifecycle.moves import InterviewStatus
from apps.interviews.thanking import checks
from apps.interviews.thanking.first_draft import first_draft, put_in
from apps.interviews.thanking.models import ThankYou
from apps.mail import outbox
from apps.mail.outbox import Occasion, sender_of
from apps.network import actions as network
from apps.network.models import ActionStep, Contact, Outcome, Touch
from apps.policy.models import Policy
from apps.web.answers import Refused
from apps.web.autosave import save_version, write
from apps.wording.text import one_line

FIELDS = ("subject", "body", "channel")


@act
def save_thanks(interview: Interview, *, version: int, values: Mapping[str, object], now: datetime) -> ThankYou:
    """Write what changed into an unsent note. Returns it as it is now.

    Raises Conflict when somebody saved since `version`, Stale when it has left.
    """
    note = _unsent(interview, now)
    save_version(note, version, values, noun="This note")
    return note


def _unsent(interview: Interview, now: datetime) -> ThankYou:
    """Return the note of an interview, locked; the first time it holds the draft that the page showed."""
    lock(interview)
    note = ThankYou.objects.filter(interview=interview).first()
    note = lock(note) if note else ThankYou.objects.create(interview=interview, **first_draft(interview, now))
    if note.sent_at:
        raise Stale(f"You’ve already thanked {interview.contact.first_name}.")
    return note


@act
def put_sentence(interview: Interview, *, sentence: str, now: datetime) -> None:
    """Put one more sentence into the note, at the student's own request."""
    note = _unsent(interview, now)
    write(note, {"body": put_in(note.body, sentence)[:3000]})


@act
def use_wording(interview: Interview, *, sentence: str, suggestion: str, now: datetime) -> None:
    """Put a suggested wording in the place of the student's."""
    note = _unsent(interview, now)
    if not sentence or sentence not in f"{note.subject}\n{note.body}":
        raise Stale("That sentence has changed. Check your note and try again.")
    name = "body" if sentence in note.body else "subject"
    write(note, {name: getattr(note, name).replace(sentence, suggestion, 1)})


@act
def keep_wording(interview: Interview, *, key: str, now: datetime) -> None:
    """Remember that the student wants it as it is; the remark stays silent until the words change."""
    note = _unsent(interview, now)
    if key not in note.kept:
        note.kept = [*note.kept, key[:80]][-40:]
        note.save(update_fields=["kept"])


# --- sending ----------------------------------------------------------------------------------------------------------


@act
def send_thanks(interview: Interview, *, by: User, now: datetime) -> ThankYou:
    """Let Rapport send the note to an alum, after the minutes in which it can be taken back.

    Raises Refused with the first thing that must be put right.
    """
    talk = _talked(interview, by, now)
    note = _unsent(talk, now)
    alum = talk.alum.user if talk.alum else None
    if alum is None:
        raise Refused(
            f"We have no email for {talk.contact.name}. Copy the note, send it yourself, then mark it as sent."
        )
    wrong = checks.blocking(note, talk, getattr(talk, "debrief", None))
    if wrong:
        raise Refused(" ".join(part for part in (wrong[0].title, wrong[0].text) if part))
    leaves_at = now + timedelta(minutes=Policy.now().undo_minutes)
    _mark(talk, note, at=now, channel=Channel.RAPPORT, leaves_at=leaves_at)
    _mail(talk, note, to=alum)
    return note


def _talked(interview: Interview, by: User, now: datetime) -> Interview:
    """Who thanks has talked: complete the conversation if nobody said so. Raises Refused where it did not happen."""
    if interview.status in (InterviewStatus.CANCELLED, InterviewStatus.NO_SHOW):
        raise Refused("This conversation didn’t happen, so no thank-you note is needed yet.")
    return complete_if_over(interview, by=by, now=now)


def _mark(
    interview: Interview, note: ThankYou, *, at: datetime, channel: str, leaves_at: datetime | None = None
) -> None:
    note.sent_at, note.channel, note.leaves_at = at, channel, leaves_at
    note.version += 1
    note.save()
    body = note.body.strip()[:2000]
    network.touch(interview.contact, Touch.Kind.THANKED, at=at, note=body, key=f"thanked:{interview.pk}")
    if checks.RESUME.search(body):
        _resume_steps(interview).filter(done_at=None).update(done_at=at)


def _resume_steps(interview: Interview) -> QuerySet[ActionStep]:
    """Return the step that the debrief made of a résumé they asked for."""
    words, _ = TASKS[Outcome.Kind.RESUME]
    before, after = words.split("{first}")
    steps = ActionStep.objects.filter(student=interview.student_id, contact=interview.contact_id)
    return steps.filter(text__startswith=before, text__endswith=after)


def _occasion(interview: Interview, note: ThankYou) -> Occasion:
    """A note in this version: its mail leaves when it can no longer be taken back."""
    about = f"thank-you:{interview.pk}"
    return Occasion(f"{about}:{note.version}", subject_key=about, subject_no=note.version, due_at=note.leaves_at)


def _mail(interview: Interview, note: ThankYou, *, to: User) -> None:
    outbox.queue(
        "thank_you",
        to=to,
        occasion=_occasion(interview, note),
        sender=sender_of(interview.student),
        context={
            "subject": one_line(note.subject),
            "body": note.body.strip(),
            "student_name": one_line(interview.student.called),
        },
    )


@act
def take_thanks_back(interview: Interview) -> None:
    """Make a sent note a draft again, within the minutes in which it has not left. Raises Refused when it has."""
    lock(interview)
    note = ThankYou.objects.filter(interview=interview, sent_at__isnull=False).first()
    if note is None or not outbox.cancel(_occasion(interview, note)):
        raise Refused("Your note was already sent. You can write again from your own email.")
    _resume_steps(interview).filter(done_at=note.sent_at).update(done_at=None)
    note.sent_at, note.leaves_at = None, None
    note.version += 1
    note.save()
    _forget(interview)


def _forget(interview: Interview) -> None:
    Touch.objects.filter(key=f"thanked:{interview.pk}").delete()
    last = Touch.objects.real().filter(contact=interview.contact_id).aggregate(at=Max("at"))["at"]
    Contact.objects.filter(pk=interview.contact_id).update(last_touch_at=last)


@act
def thanked_by_hand(interview: Interview, *, channel: str, at: datetime, by: User, now: datetime) -> ThankYou:
    """The student has thanked them in their own way; it may have been a while ago. Doing it twice changes nothing."""
    talk = _talked(interview, by, now)
    if at > now:
        raise Refused(f"That time is in the future. When did you thank {talk.contact.first_name}?")
    if at < talk.starts_at:
        raise Refused(f"That’s before you talked. When did you thank {talk.contact.first_name}?")
    note = _unsent(talk, now)
    _mark(talk, note, at=at, channel=channel)
    return note


# --- what came of it --------------------------------------------------------------------------------------------------
