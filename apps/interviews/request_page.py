"""What a student sees of a request that is no draft any more: where it stands, until when, what can be done.

It reads and arranges. Which buttons stand there is lifecycle.open_moves', so that page and act cannot disagree.
"""

from apps.accounts import times
from apps.alumni.models import Format
from apps.interviews import actions, slots
from apps.interviews.composer_page import card, on_both_clocks, theirs
from apps.interviews.forms import ArrangeForm, NoteForm, ResearchCardForm, WindowsForm
from apps.interviews.letter import recipient_zone
from apps.interviews.lifecycle import CLOSED, REQUEST_MOVES, RequestStatus, open_moves
from apps.interviews.models import Channel, Interview
from apps.interviews.said_of import words_for
from apps.policy.models import Policy

STORY = {
    "submit": "You gave it to {coach}",
    "reclaim": "You took it back",
    "return": "{coach} gave it back",
    "approve": "{coach} let it go",
    "send": "You sent it",
    "take_back": "You took it back",
    "hold_back": "It did not leave",
    "counter": "They offered other times",
    "offer_again": "You offered other times",
    "question": "They asked something first",
    "reply": "You answered their question",
    "accept": "They said yes",
    "accept_offer": "You said yes",
    "arrange": "You agreed on a time",
    "decline": "They said “not now”",
    "reconsider": "They thought again",
    "suggest": "They named somebody",
    "turned_down": "They said “not now”",
    "withdraw": "You withdrew it",
    "expire": "It closed without an answer",
    "nudge": "We reminded them, once",
}
SPOKEN = (Channel.PHONE, Channel.IN_PERSON)


def context(asked, now, windows=None, note=None, arrange=None):
    policy, zone = Policy.now(), asked.student.time_zone
    offered = actions.open_slots(asked, by="alum", now=now) if asked.turn == "student" else []
    return {
        "asked": asked,
        "contact": asked.contact,
        "alum": asked.alum,
        "recipient": asked.alum.first_name if asked.alum else asked.contact.first_name,
        "said": words_for(asked.contact.pronouns),
        "now": now,
        "moves": open_moves(REQUEST_MOVES, asked.status, "student"),
        "can_take_back": _can_take_back(asked, now),
        "can_unsay": asked.alum is None and "take_back" in open_moves(REQUEST_MOVES, asked.status, "student"),
        "leaves": on_both_clocks(asked.leaves_at, recipient_zone(asked), zone)
        if asked.send_at and asked.leaves_at
        else "",
        "review": asked.reviews.order_by("-asked_at", "-pk").first(),
        "days": slots.by_day(slots.beside(offered, asked.student, now), zone),
        "their_zone": recipient_zone(asked),
        "chosen_formats": [choice for choice in Format.choices if choice[0] in asked.formats],
        "windows": windows or WindowsForm(zone=zone),
        "note": note or NoteForm(),
        "arrange": arrange or ArrangeForm(zone=zone, initial={"format": "video"}),
        "interview": Interview.objects.filter(request=asked).first(),
        "others": _others(asked, now),
        "reminder": _reminder(asked, now, zone),
        "story": _story(asked),
        "offered": _offered(asked, zone) if asked.is_open and asked.alum else [],
        "deadline": times.until(asked.deadline_at, now, zone) if asked.deadline_at else "",
        "policy": policy,
        "section": "people",
        **card(asked, now, policy),
    }


def research(asked, form=None):
    """The three lines before the letter."""
    return {
        "asked": asked,
        "contact": asked.contact,
        "alum": asked.alum,
        "said": words_for(asked.contact.pronouns),
        "form": form or ResearchCardForm(instance=asked),
        "section": "people",
    }


def _can_take_back(asked, now):
    if asked.status == RequestStatus.IN_REVIEW:
        return True
    return asked.status == RequestStatus.SENT and asked.leaves_at is not None and now < asked.leaves_at


def agreed(asked, form=None):
    """The time that was agreed before any letter."""
    zone = asked.student.time_zone
    return {
        "asked": asked,
        "contact": asked.contact,
        "form": form or ArrangeForm(zone=zone, initial={"format": "in_person"}),
        "section": "people",
    }


def _offered(asked, zone):
    """Return the times that the alum can choose now, each with what it is on their clocks."""
    rows = asked.windows.filter(offered_by="student").order_by("starts_at", "pk")
    return [(window, theirs(window, zone, recipient_zone(asked))) for window in rows]


def _reminder(asked, now, zone):
    """Say when the alum is reminded of it, once; nobody outside the directory hears from Rapport."""
    if asked.status != RequestStatus.SENT or not asked.alum_id or asked.answered_at:
        return ""
    him, at = words_for(asked.contact.pronouns).object, actions.nudge_at(asked)
    if asked.events.filter(event="nudge").exists():
        return f"We have reminded {him}, once."
    if at is None:
        return "The time for an answer is too short for a reminder from us."
    return f"We remind {him} once, on {times.day(max(at, now), zone)}."


def _others(asked, now):
    return actions.alternatives(asked, now) if asked.status in CLOSED else []


def _story(asked):
    rows, by_mouth = asked.events.order_by("at", "pk"), {"send": "You asked"} if asked.channel in SPOKEN else {}
    coach = _coach(asked)
    return [
        {"said": _said(row, by_mouth).format(coach=coach), "at": row.at, "note": row.note}
        for row in rows
        if row.event in STORY
    ]


def _said(row, by_mouth):
    """Say what happened; what the clock gave back was read by nobody."""
    return "It came back unread" if (row.event, row.actor) == ("return", "clock") else (STORY | by_mouth)[row.event]


def _coach(asked):
    """Name who read it last, or would."""
    review = asked.reviews.order_by("-asked_at", "-pk").select_related("coach").first()
    coach = (review and review.coach) or asked.student.student_profile.coach
    return coach.first_name if coach else "your coach"
