"""The thank-you: written, sent by Rapport or by the student's own hand, taken back for a few minutes (R102 to R106).

It decides when one counts as sent. One for a chosen time is promised at once, and counts when it left: scheduled.py's.
What it should say is checks.py's.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db.models import Max, QuerySet

from apps.accounts.models import User
from apps.clock import times
from apps.clock.regions import spelled
from apps.interviews.debriefing.actions import TASKS, complete_if_over
from apps.interviews.lifecycle.acts import Stale, act, lock
from apps.interviews.lifecycle.models import Interview
from apps.interviews.lifecycle.moves import InterviewStatus
from apps.interviews.thanking import checks
from apps.interviews.thanking.first_draft import first_draft, put_in
from apps.interviews.thanking.models import ThanksChannel, ThankYou
from apps.mail import outbox
from apps.mail.outbox import File, Occasion, sender_of
from apps.network import actions as network
from apps.network.models import ActionStep, Contact, Outcome, Touch
from apps.policy.models import Policy
from apps.students.resume import file_name
from apps.web.answers import Refused
from apps.web.autosave import save_version, write
from apps.wording.text import one_line

FIELDS = ("subject", "body", "channel", "resume")


@act
def save_thanks(interview: Interview, *, version: int, values: Mapping[str, object], now: datetime) -> ThankYou:
    """Write what changed into an unsent note. Returns it as it is now.

    Raises Conflict when somebody saved since `version`, Stale when it has left.
    """
    note = _unsent(interview, now)
    save_version(note, version, values, noun="This note")
    return note


def _unsent(interview: Interview, now: datetime) -> ThankYou:
    """Return the note of an interview as a draft, locked; the first time it holds what the page showed."""
    note = _locked(interview, now)
    if note.send_at:
        raise Stale("This note is scheduled. Choose “Change note” to make it a draft again.")
    return note


def _locked(interview: Interview, now: datetime) -> ThankYou:
    """Return the same, also where it is scheduled."""
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

    One that was scheduled does not wait for its time any more. Raises Refused with the first thing to put right.
    """
    talk, note, alum = _ready(interview, by, now)
    _withdraw(talk, note)
    leaves_at = now + timedelta(minutes=Policy.now().undo_minutes)
    _mark(talk, note, at=now, channel=ThanksChannel.RAPPORT, leaves_at=leaves_at)
    _mail(talk, note, to=alum)
    return note


@act
def schedule_thanks(interview: Interview, *, send_at: datetime, by: User, now: datetime) -> ThankYou:
    """Promise the note for a time within the 48 hours; one that is scheduled gets another time.

    Raises Refused for another time, and with the first thing to put right.
    """
    talk, note, alum = _ready(interview, by, now)
    if send_at <= now:
        raise Refused("That time has passed. Choose a later one, or send the note now.")
    if send_at > talk.thank_by:
        by_then = times.until(talk.thank_by, now, talk.student.zone)
        raise Refused(f"That’s after the 48 hours. Choose a time up to {by_then}, or send the note now.")
    _withdraw(talk, note)
    note.send_at = note.leaves_at = send_at
    note.channel, note.held_because = ThanksChannel.RAPPORT, ""
    note.version += 1
    note.save()
    _mail(talk, note, to=alum)
    return note


def _ready(interview: Interview, by: User, now: datetime) -> tuple[Interview, ThankYou, User]:
    """Return a talk, its locked note, and the alum whom it can go to. Raises Refused."""
    talk = _talked(interview, by, now)
    note = _locked(talk, now)
    alum = talk.alum.user if talk.alum else None
    if alum is None:
        raise Refused(
            f"We have no email for {talk.contact.name}. Copy the note, send it yourself, then mark it as sent."
        )
    if not alum.is_active:
        raise Refused(f"{talk.contact.name} no longer uses Rapport. Copy the note and send it yourself.")
    wrong = checks.blocking(note, talk, getattr(talk, "debrief", None))
    if wrong:
        raise Refused(" ".join(part for part in (wrong[0].title, wrong[0].text) if part))
    return talk, note, alum


def _withdraw(interview: Interview, note: ThankYou) -> None:
    """Take a note that waits for its time out of the outbox. Raises Refused when it is leaving."""
    if note.send_at and not outbox.cancel(occasion_of(interview, note)):
        raise Refused(
            "Your note is being sent right now, so it can’t be changed. You can write again from your own email."
        )
    note.send_at = None


def _talked(interview: Interview, by: User, now: datetime) -> Interview:
    """Who thanks has talked: complete the conversation if nobody said so. Raises Refused where it did not happen."""
    if interview.status in (InterviewStatus.CANCELLED, InterviewStatus.NO_SHOW):
        raise Refused("This conversation didn’t happen, so no thank-you note is needed yet.")
    return complete_if_over(interview, by=by, now=now)


def _mark(
    interview: Interview, note: ThankYou, *, at: datetime, channel: str, leaves_at: datetime | None = None
) -> None:
    note.sent_at, note.channel, note.leaves_at, note.held_because = at, channel, leaves_at, ""
    note.version += 1
    note.save()
    took_effect(interview, note, at=at)


def took_effect(interview: Interview, note: ThankYou, *, at: datetime) -> None:
    """Note in the history that they were thanked, and that a résumé went along."""
    body = note.body.strip()[:2000]
    network.touch(interview.contact, Touch.Kind.THANKED, at=at, note=body, key=f"thanked:{interview.pk}")
    if note.resume_id or checks.RESUME.search(body):
        _resume_steps(interview).filter(done_at=None).update(done_at=at)


def _resume_steps(interview: Interview) -> QuerySet[ActionStep]:
    """Return the step that the debrief made of a résumé they asked for."""
    words, _ = TASKS[Outcome.Kind.RESUME]
    before, after = words.split("{first}")
    steps = ActionStep.objects.filter(student=interview.student_id, contact=interview.contact_id)
    return steps.filter(text__startswith=before, text__endswith=after)


def occasion_of(interview: Interview, note: ThankYou) -> Occasion:
    """A note in this version: its mail leaves when it can no longer be taken back."""
    about = f"thank-you:{interview.pk}"
    return Occasion(f"{about}:{note.version}", subject_key=about, subject_no=note.version, due_at=note.leaves_at)


def _mail(interview: Interview, note: ThankYou, *, to: User) -> None:
    file = _file_of(note, interview.student)
    outbox.queue(
        "thank_you",
        to=to,
        occasion=occasion_of(interview, note),
        sender=sender_of(interview.student),
        context={
            "subject": one_line(note.subject),
            "body": note.body.strip(),
            "student_name": one_line(interview.student.called),
        },
        file=file,
    )


def _file_of(note: ThankYou, student: User) -> File | None:
    """Return the résumé that goes along. Raises Refused where it was deleted since."""
    if note.resume is None:
        return None
    if note.resume.removed_at:
        raise Refused(spelled("That version of your résumé was deleted. Choose another one, or don’t attach any."))
    return File(file_name(student), note.resume.file.media_type, bytes(note.resume.file.content))


@act
def take_thanks_back(interview: Interview) -> None:
    """Make a note that has not left a draft again: one just sent, or scheduled. Raises Refused when it has left."""
    lock(interview)
    note = ThankYou.objects.filter(interview=interview).exclude(sent_at=None, send_at=None).first()
    if note is None or not outbox.cancel(occasion_of(interview, note)):
        raise Refused("Your note was already sent. You can write again from your own email.")
    if note.sent_at:
        _resume_steps(interview).filter(done_at=note.sent_at).update(done_at=None)
        _forget(interview)
    note.sent_at, note.leaves_at, note.send_at = None, None, None
    note.version += 1
    note.save()


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
    note = _locked(talk, now)
    _withdraw(talk, note)
    _mark(talk, note, at=at, channel=channel)
    return note
