"""What the thank-you pages show: the note on its sheet, how it reads, what can be put in, and what comes after.

It reads and arranges; it changes nothing.
"""

from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import QuerySet

from apps.clock import times
from apps.interviews.debriefing.models import Debrief
from apps.interviews.debriefing.page import StagePage, State, state_of
from apps.interviews.lifecycle.models import Channel, Interview
from apps.interviews.lifecycle.stages import StageName, stages_of
from apps.interviews.thanking import checks, first_draft
from apps.interviews.thanking.first_draft import Piece
from apps.interviews.thanking.forms import ThankedForm, ThanksForm
from apps.interviews.thanking.models import ThankYou
from apps.mail import outbox
from apps.network.models import Cadence, Contact, Referral
from apps.policy.models import Policy
from apps.wording.hints import Hint
from apps.wording.pronouns import pronouns_of


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
    is_swap: bool


@dataclass(frozen=True, kw_only=True)
class ThankedPage(StagePage):
    """The page after it: what was sent, LinkedIn, how often to write, who would like to hear."""

    note: ThankYou | None
    is_sent: bool
    can_take_back: bool
    form: ThankedForm
    debrief: Debrief | None
    months: int
    linkedin: str
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
    is_swap: bool = False,
) -> ThanksPage:
    """Return the page of a note: of the saved one, or of `note` with what stands in the form by now."""
    note, policy = note or note_of(interview, now), Policy.now()
    debrief: Debrief | None = getattr(interview, "debrief", None)
    return ThanksPage(
        interview=interview,
        contact=interview.contact,
        pronouns=pronouns_of(interview.contact.pronouns),
        state=state_of(interview, now),
        stages=stages_of(interview, here=StageName.THANK, now=now),
        note=note,
        form=form or ThanksForm(instance=note),
        errors=form if form is not None and form.errors else None,
        debrief=debrief,
        by_rapport=note.channel == Channel.RAPPORT and bool(interview.alum_user_id),
        channels=_channels(interview),
        hours=times.hours(interview.over_at, now),
        remarks=checks.review(note, interview, debrief),
        pieces=[(piece, piece.is_in(note.body)) for piece in first_draft.pieces_of(interview, debrief)],
        from_name=outbox.via(interview.student.called, policy),
        now=now,
        policy=policy,
        is_swap=is_swap,
    )


def _channels(interview: Interview) -> list[tuple[str, str]]:
    return [(value, label) for value, label in Channel.choices if value != Channel.RAPPORT or interview.alum_user_id]


def thanked_context(interview: Interview, now: datetime, form: ThankedForm | None = None) -> ThankedPage:
    """Return the page after it; `form` has a mistake in it."""
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
        form=form or ThankedForm(zone=interview.student.zone, initial=_initially(interview, now)),
        debrief=debrief,
        months=_months(contact, debrief),
        linkedin=first_draft.linkedin_note(interview, debrief, now),
        loops=contact.named_by.open_loops().select_related("referrer").order_by("named_at", "pk"),
    )


def _months(contact: Contact, debrief: Debrief | None) -> int:
    """What is preselected: as chosen before; three months where they said yes; else nothing (R113)."""
    cadence: Cadence | None = getattr(contact, "cadence", None)
    if cadence:
        return cadence.months
    return 3 if debrief and debrief.may_stay_in_touch else 0


def _initially(interview: Interview, now: datetime) -> dict[str, str | date | time]:
    local = times.local_time(now, interview.student.zone)
    channel = first_draft.channel_of(interview)
    return {
        "channel": Channel.EMAIL if channel == Channel.RAPPORT else channel,
        "day": local.date(),
        "at": local.time().replace(second=0, microsecond=0),
    }
