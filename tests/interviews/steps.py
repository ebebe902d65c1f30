"""What the tests of asking share: a draft that may be sent, a request that waits, a conversation that is set."""

import re
from datetime import timedelta

from apps.interviews.answering import actions as answering
from apps.interviews.asking import actions as asking
from apps.interviews.lifecycle.models import TimeWindow
from apps.interviews.scheduling import slots
from apps.mail.models import OutboundMessage
from apps.network import actions as network
from apps.policy.models import Policy
from tests import world

LONG_WHY = (
    "You went from a biology degree to taking medical devices through approval in two countries. I am trying to work "
    "out whether I would rather trace how a disease spreads or help decide what is safe to use, and I do not yet know "
    "anyone who has chosen the second. I would love to hear what the week before an approval is really like."
)


def no_review():
    Policy.now()
    Policy.objects.update(review_rule="never")


def draft(student, alum, now, **fields):
    """Make a complete draft from a student to an alum (a person), with three times that lie ahead."""
    no_review()
    contact = network.contact_for(alum.alumni_profile, student=student)
    asked = world.interview_request(student, contact, **{"part_why": LONG_WHY} | fields)
    asked.windows.all().delete()
    hour = now.replace(minute=0, second=0, microsecond=0)
    for days in (3, 4, 5):
        offer(asked, hour + timedelta(days=days))
    return asked


def offer(asked, starts_at, hours=2, by="student"):
    return TimeWindow.objects.create(
        request=asked,
        offered_by=by,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=hours),
        zone="America/Chicago",
    )


def sent(student, alum, now, **fields):
    asked = draft(student, alum, now, **fields)
    return asking.send(asked, by=student, now=now)


def slot(asked, now, n=0):
    """Name a time of the letter, whether it is free or not."""
    return slots.cut(asked.windows.filter(offered_by="student"), minutes=asked.minutes, now=now)[n].value


def agreed(student, alum, now, n=0):
    asked = sent(student, alum, now)
    return answering.accept(asked, slot=slot(asked, now, n), format="video", by=alum, now=now)


def mail(kind, **filters):
    return OutboundMessage.objects.get(kind=kind, **filters)


def link_in(message):
    """Return the path of the link to /a/ in a mail, as the alum would click it."""
    return re.search(r"https?://[^/\s]+(/a/[\w-]+/)", message.text).group(1)


def is_legal(row, moves, first):
    """Whether the story of a row is one walk through its table, from where it began to where it is."""
    events = [(one.event, one.was, one.became) for one in row.events.order_by("pk") if one.event in moves]
    chain = [first, *(became for _, _, became in events)]
    joined = all(was == before for (_, was, _), before in zip(events, chain, strict=False))
    return joined and chain[-1] == row.status and all(was in moves[event][0] for event, was, _ in events)
