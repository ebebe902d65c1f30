"""What the thank-you pages show: the note on its sheet, how it reads, what can be put in, and what comes after.

It reads and arranges; it changes nothing.
"""

from apps.accounts import times
from apps.interviews import thanks_check, thanks_draft
from apps.interviews.debrief_page import state_of
from apps.interviews.forms_thanks import ThankedForm, ThanksForm
from apps.interviews.models import Channel, ThankYou
from apps.interviews.said_of import words_for
from apps.interviews.stages import stages_of
from apps.mail.wording import one_line
from apps.policy.models import Policy


def note_of(interview, now):
    """Return the note as it is saved, or the first draft that nobody has saved yet."""
    note = getattr(interview, "thank_you", None)
    first = thanks_draft.first_draft(interview, now)
    if note is None:
        return ThankYou(interview=interview, **first)
    if not note.body.strip() and not note.sent_at:
        note.subject, note.body = note.subject or first["subject"], first["body"]
    return note


def context(interview, now, form=None):
    """Return the context of the page on which the note is written."""
    note, debrief = note_of(interview, now), getattr(interview, "debrief", None)
    return {
        "interview": interview,
        "contact": interview.contact,
        "said": words_for(interview.contact.pronouns),
        "state": state_of(interview, now),
        "stages": stages_of(interview, here="thank_you", now=now),
        "note": note,
        "form": form or ThanksForm(instance=note),
        "errors": form if form is not None and form.errors else None,
        "debrief": debrief,
        "can_be_sent": bool(interview.alum_user_id),
        "by_rapport": note.channel == Channel.RAPPORT and bool(interview.alum_user_id),
        "channels": _channels(interview),
        "hours": max(times.minutes(interview.over_at, now) // 60, 0),
        "now": now,
        "policy": Policy.now(),
        "section": "conversations",
    } | reading(note, interview, debrief)


def reading(note, interview, debrief):
    """Return what follows from the words alone: the remarks, what is in and what is not, the letter as it arrives."""
    policy = Policy.now()
    return {
        "note": note,
        "remarks": thanks_check.review(note, interview, debrief),
        "pieces": [(piece, piece.is_in(note.body)) for piece in thanks_draft.pieces_of(interview, debrief)],
        "from_name": one_line(f"{interview.student.called} via {policy.short_name} {policy.office_name}"),
    }


def _channels(interview):
    return [(value, label) for value, label in Channel.choices if value != Channel.RAPPORT or interview.alum_user_id]


def thanked_context(interview, now, form=None):
    """Return the context of the page after it: what was sent, LinkedIn, how often to write, who would like to hear."""
    note, debrief = getattr(interview, "thank_you", None), getattr(interview, "debrief", None)
    contact, is_sent = interview.contact, bool(note and note.sent_at)
    return {
        "interview": interview,
        "contact": contact,
        "said": words_for(contact.pronouns),
        "state": state_of(interview, now),
        "stages": stages_of(interview, here="thank_you", now=now),
        "note": note,
        "is_sent": is_sent,
        "can_take_back": bool(is_sent and note.leaves_at and note.leaves_at > now),
        "form": form or ThankedForm(zone=interview.student.zone, initial=_initially(interview, now)),
        "debrief": debrief,
        "cadence": getattr(contact, "cadence", None),
        "months": _months(contact, debrief),
        "linkedin": thanks_draft.linkedin_note(interview, debrief, now),
        "loops": contact.named_by.open_loops().select_related("referrer").order_by("named_at", "pk"),
        "now": now,
        "section": "conversations",
    }


def _months(contact, debrief):
    """What is preselected: as chosen before; three months where they said yes; else nothing (R113)."""
    cadence = getattr(contact, "cadence", None)
    if cadence:
        return cadence.months
    return 3 if debrief and debrief.may_stay_in_touch else 0


def _initially(interview, now):
    local = times.local_time(now, interview.student.zone)
    channel = thanks_draft.channel_of(interview)
    return {
        "channel": Channel.EMAIL if channel == Channel.RAPPORT else channel,
        "day": local.date(),
        "at": local.time().replace(second=0, microsecond=0),
    }
