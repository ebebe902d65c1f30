"""What the thank-you pages show: the note on its sheet, how it reads, what can be put in, and what comes after.

It reads and arranges; it changes nothing.
"""

from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import QuerySet

from apps.clock import times
from apps.clock.two_clocks import on_both_clocks, reads_the_same
from apps.interviews.debriefing.models import Debrief
from apps.interviews.debriefing.page import StagePage, State, state_of
from apps.interviews.lifecycle.models import Interview
from apps.interviews.lifecycle.stages import StageName, stages_of
from apps.interviews.sharing.box import Sharing, sharing_of
from apps.interviews.sharing.models import Kind
from apps.interviews.thanking import checks, first_draft, scheduled
from apps.interviews.thanking.first_draft import Piece
from apps.interviews.thanking.forms import ScheduleForm, ThankedForm, ThanksForm
from apps.interviews.thanking.models import ThanksChannel, ThankYou
from apps.mail import outbox
from apps.network.models import Cadence, Contact, Referral
from apps.policy.models import Policy
from apps.shelf.models import Resource, Topic
from apps.shelf.shelves import two
from apps.students.resume import file_name
from apps.wording.hints import Hint
from apps.wording.pronouns import pronouns_of


@dataclass(frozen=True)
class Offer:
    """A time at which a note can leave, as a button carries it and as it is said on the reader's clock."""

    value: str
    said: str
    own: str  # what the student's clock shows then; empty where it is the same


@dataclass(frozen=True, kw_only=True)
class ThanksPage(StagePage):
    """The page on which the note is written. `is_swap`: only what follows from the words goes into it anew."""

    state: State
    now: datetime
    note: ThankYou
    form: ThanksForm
    errors: ThanksForm | None
    debrief: Debrief | None
    by_rapport: bool
    channels: list[tuple[str, str]]
    hours: int  # since the talk was over
    remarks: list[Hint]
    pieces: list[tuple[Piece, bool]]  # what can be put in, and whether it is in
    from_name: str
    policy: Policy
    file_name: str  # of what goes along, as it arrives
    is_old: bool  # the version that goes along
    schedule: ScheduleForm
    morning: Offer | None
    sharing: Sharing
    resources: list[Resource]  # what of the office’s shelf fits after a conversation
    is_swap: bool


@dataclass(frozen=True, kw_only=True)
class ThankedPage(StagePage):
    """The page after it: what was sent, LinkedIn, how often to write, who would like to hear."""

    note: ThankYou | None
    is_sent: bool
    can_take_back: bool
    now: datetime
    leaves: str  # when a scheduled one does, on both clocks
    schedule: ScheduleForm
    file_name: str  # of what goes along
    address: list[str]  # of a card: what is known of where it goes
    form: ThankedForm
    debrief: Debrief | None
    months: int
    linkedin: str
    linkedin_most: int  # characters
    loops: QuerySet[Referral]


def note_of(interview: Interview, now: datetime) -> ThankYou:
    """Return the note as it is saved, or the first draft that nobody has saved yet."""
    note: ThankYou | None = getattr(interview, "thank_you", None)
    first = first_draft.first_draft(interview, now)
    if note is None:
        return ThankYou(interview=interview, **first)
    if not note.body.strip() and not note.sent_at:
        note.subject, note.body = note.subject or first["subject"], first["body"]
    return note


def context(
    interview: Interview,
    now: datetime,
    form: ThanksForm | None = None,
    *,
    note: ThankYou | None = None,
    schedule: ScheduleForm | None = None,
    is_swap: bool = False,
) -> ThanksPage:
    """Return the page of a note: of the saved one, or of `note` with what stands in the form by now.

    `schedule`: the form of a time, with a mistake in it.
    """
    note, policy = note or note_of(interview, now), Policy.now()
    debrief: Debrief | None = getattr(interview, "debrief", None)
    return ThanksPage(
        interview=interview,
        contact=interview.contact,
        pronouns=pronouns_of(interview.contact.pronouns),
        state=state_of(interview, now),
        stages=stages_of(interview, here=StageName.THANK, now=now),
        note=note,
        form=form or ThanksForm(instance=note, student=interview.student),
        file_name=file_name(interview.student),
        is_old=bool(note.resume and note.resume.is_old(now)),
        errors=form if form is not None and form.errors else None,
        debrief=debrief,
        by_rapport=note.channel == ThanksChannel.RAPPORT and bool(interview.alum_user_id),
        channels=_channels(interview),
        hours=times.hours(interview.over_at, now),
        remarks=checks.review(note, interview, debrief),
        pieces=[(piece, piece.is_in(note.body)) for piece in first_draft.pieces_of(interview, debrief)],
        from_name=outbox.via(interview.student.called, policy),
        now=now,
        policy=policy,
        schedule=schedule or ScheduleForm(zone=interview.student.zone),
        morning=_morning(interview, now),
        sharing=sharing_of(interview, Kind.THANKS, now),
        resources=[] if is_swap else two(Topic.AFTER),
        is_swap=is_swap,
    )


def _morning(interview: Interview, now: datetime) -> Offer | None:
    at, own, other = scheduled.next_morning(interview, now), interview.student.zone, interview.alum_zone
    if at is None:
        return None
    if reads_the_same(at, own, other):
        return Offer(at.isoformat(), times.until(at, now, own), "")
    return Offer(at.isoformat(), f"{times.until(at, now, other)} {times.zone_name(other)}", times.until(at, now, own))


def _channels(interview: Interview) -> list[tuple[str, str]]:
    channels = [(value, str(label)) for value, label in ThanksChannel.choices]
    return [(value, label) for value, label in channels if value != ThanksChannel.RAPPORT or interview.alum_user_id]


def thanked_context(
    interview: Interview,
    now: datetime,
    form: ThankedForm | None = None,
    *,
    schedule: ScheduleForm | None = None,
    channel: str = "",
) -> ThankedPage:
    """Return the page after it; `form` or `schedule` has a mistake in it. `channel`: how they say they thanked."""
    note: ThankYou | None = getattr(interview, "thank_you", None)
    debrief: Debrief | None = getattr(interview, "debrief", None)
    contact = interview.contact
    return ThankedPage(
        interview=interview,
        contact=contact,
        pronouns=pronouns_of(contact.pronouns),
        stages=stages_of(interview, here=StageName.THANK, now=now),
        note=note,
        is_sent=bool(note and note.sent_at),
        can_take_back=bool(note and note.sent_at and note.leaves_at and note.leaves_at > now),
        now=now,
        leaves=_leaves(interview, note),
        schedule=schedule or ScheduleForm(zone=interview.student.zone, initial=_chosen(interview, note)),
        file_name=file_name(interview.student),
        address=_address(contact),
        form=form or ThankedForm(zone=interview.student.zone, initial=_initially(interview, now, channel)),
        debrief=debrief,
        months=_months(contact, debrief),
        linkedin=first_draft.linkedin_note(interview, debrief, now, note=note.body if note else ""),
        linkedin_most=first_draft.LINKEDIN_MOST,
        loops=contact.named_by.open_loops().select_related("referrer").order_by("named_at", "pk"),
    )


def _months(contact: Contact, debrief: Debrief | None) -> int:
    """What is preselected: as chosen before; three months where they said yes; else nothing (R113)."""
    cadence: Cadence | None = getattr(contact, "cadence", None)
    if cadence:
        return cadence.months
    return 3 if debrief and debrief.may_stay_in_touch else 0


def _leaves(interview: Interview, note: ThankYou | None) -> str:
    if note is None or note.send_at is None:
        return ""
    return on_both_clocks(note.send_at, interview.alum_zone, interview.student.zone)


def _chosen(interview: Interview, note: ThankYou | None) -> dict[str, date | time]:
    if note is None or note.send_at is None:
        return {}
    local = times.local_time(note.send_at, interview.student.zone)
    return {"send_on": local.date(), "send_time": local.time()}


def _address(contact: Contact) -> list[str]:
    """Return the lines of an envelope as far as they are known."""
    work = contact.organization.name if contact.organization else ""
    return [line for line in (contact.name, contact.title, work, contact.city) if line]


def _initially(interview: Interview, now: datetime, channel: str) -> dict[str, str | date | time]:
    local = times.local_time(now, interview.student.zone)
    note: ThankYou | None = getattr(interview, "thank_you", None)
    wanted = note.channel if note else first_draft.channel_of(interview)
    channel = channel if channel in ThanksChannel.values else wanted
    return {
        "channel": ThanksChannel.EMAIL if channel == ThanksChannel.RAPPORT else channel,
        "day": local.date(),
        "at": local.time().replace(second=0, microsecond=0),
    }
