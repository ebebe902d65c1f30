"""The legal moves of a request and of an interview: one literal table each, read by actions, the database and the docs.

It says when a move makes sense; who may make it is access.py's, and what else happens is actions'.
`make docs` draws docs/lifecycle.md from these tables; a trigger refuses every other move (reliability.md 3).
"""

from collections.abc import Mapping
from typing import Literal

from django.db import models

from apps.clock.regions import spelled_lazily


class RequestStatus(models.TextChoices):
    DRAFT = "draft", "Draft"
    IN_REVIEW = "in_review", "With your coach"
    SENT = "sent", "Waiting for a reply"
    COUNTERED = "countered", "New times suggested"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Not now"
    EXPIRED = "expired", "No reply"
    WITHDRAWN = "withdrawn", "Withdrawn"


class InterviewStatus(models.TextChoices):
    SCHEDULED = "scheduled", "Scheduled"
    COMPLETED = "completed", "Talked"
    CANCELLED = "cancelled", spelled_lazily("Canceled")
    NO_SHOW = "no_show", "Didn’t happen"


R, I = RequestStatus, InterviewStatus  # noqa: E741 - the tables below read as tables

type Status = RequestStatus | InterviewStatus
type Side = Literal["student", "alum"]
type Actor = Literal["student", "alum", "coach", "clock"]
type Moves = Mapping[str, tuple[set[Status], Status, set[str]]]  # event: (from, to, who may)

REQUEST_MOVES: Moves = {
    # event          from                             to            by
    "submit":       ({R.DRAFT},                       R.IN_REVIEW,  {"student"}),
    "reclaim":      ({R.IN_REVIEW},                   R.DRAFT,      {"student"}),
    "return":       ({R.IN_REVIEW},                   R.DRAFT,      {"coach", "clock"}),
    "approve":      ({R.IN_REVIEW},                   R.SENT,       {"coach", "clock"}),
    "send":         ({R.DRAFT},                       R.SENT,       {"student"}),
    "take_back":    ({R.SENT},                        R.DRAFT,      {"student"}),
    "hold_back":    ({R.SENT},                        R.DRAFT,      {"clock"}),  # just before a chosen time
    "counter":      ({R.SENT, R.COUNTERED},           R.COUNTERED,  {"alum"}),
    "offer_again":  ({R.COUNTERED},                   R.COUNTERED,  {"student"}),
    "question":     ({R.SENT, R.COUNTERED},           R.COUNTERED,  {"alum"}),
    "reply":        ({R.COUNTERED},                   R.SENT,       {"student"}),  # the same request, open again
    "accept":       ({R.SENT, R.COUNTERED},           R.ACCEPTED,   {"alum"}),
    "accept_offer": ({R.COUNTERED},                   R.ACCEPTED,   {"student"}),
    "arrange":      ({R.SENT, R.COUNTERED, R.EXPIRED}, R.ACCEPTED,  {"student"}),  # answered beside Rapport, even late
    "decline":      ({R.SENT, R.COUNTERED},           R.DECLINED,   {"alum"}),
    "reconsider":   ({R.DECLINED},                    R.SENT,       {"alum"}),  # until the deadline
    "turned_down":  ({R.SENT, R.COUNTERED, R.EXPIRED}, R.DECLINED,  {"student"}),  # the same, and it was no
    "withdraw":     ({R.IN_REVIEW, R.SENT, R.COUNTERED}, R.WITHDRAWN, {"student"}),
    "expire":       ({R.SENT, R.COUNTERED},           R.EXPIRED,    {"clock"}),
}  # fmt: skip

INTERVIEW_MOVES: Moves = {
    # event        from                        to               by
    "reschedule": ({I.SCHEDULED},              I.SCHEDULED,     {"student", "alum"}),  # to a time the other asked for
    "retime":     ({I.SCHEDULED},              I.SCHEDULED,     {"student", "alum"}),  # at one's own wish
    "cancel":     ({I.SCHEDULED},              I.CANCELLED,     {"student", "alum"}),
    "complete":   ({I.SCHEDULED, I.NO_SHOW},   I.COMPLETED,     {"student"}),
    "no_show":    ({I.SCHEDULED},              I.NO_SHOW,       {"student", "alum"}),  # said after its time
    "set_again":  ({I.CANCELLED, I.NO_SHOW},   I.SCHEDULED,     {"student", "alum"}),  # at a time the other offers
}  # fmt: skip

OPEN = (R.SENT, R.COUNTERED)  # with the alum, unanswered: counts against every cap
UNDER_WAY = (R.DRAFT, R.IN_REVIEW, R.SENT, R.COUNTERED)  # one of these per student and contact
CALLED_OFF = (I.CANCELLED, I.NO_SHOW)  # it did not take place; another time can still be found
CLOSED = (R.DECLINED, R.EXPIRED, R.WITHDRAWN)  # without a talk
ENDED = (R.ACCEPTED, *CLOSED)


def allows(moves: Moves, status: str, event: str, actor: str) -> bool:
    """Return whether `actor` (student, alum, coach, clock) may make `event` happen from `status`."""
    return event in moves and status in moves[event][0] and actor in moves[event][2]


def open_moves(moves: Moves, status: str, actor: str) -> set[str]:
    """Return the events that make sense now for `actor`, for the buttons of a page."""
    return {event for event in moves if allows(moves, status, event, actor)}


def pairs(moves: Moves) -> list[tuple[str, str]]:
    """Return the legal (from, to) pairs of a table, sorted: what the trigger in the database lets through."""
    return sorted({(str(was), str(to)) for froms, to, _ in moves.values() for was in froms if was != to})
