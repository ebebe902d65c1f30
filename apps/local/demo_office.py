"""What students asked the office to find, what stands on the shelf, what a student can give, and where they met people.

Nobody is mailed: what was asked and answered is written as it would stand by now.
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from apps.accounts.models import Role, User
from apps.finding import actions as finding
from apps.finding.models import Event
from apps.local.demo_people import DATA
from apps.local.demo_talks import DAY, H
from apps.local.demo_term import Term
from apps.local.people import DEMO_PEOPLE
from apps.network.models import Offering
from apps.network.pasted import Named
from apps.shelf import shelves
from apps.shelf.models import Resource
from apps.students.models import EarlierIntroduction
from apps.tickets.models import State, SuggestedAlum, SuggestedPerson, Ticket, TicketMessage

OFFICE = json.loads((DATA / "office.json").read_text())


def office(term: Term) -> None:
    """Write all of it; a shelf that a real office has filled stays as it is."""
    if not Resource.objects.exists():
        for row in OFFICE["shelf"]:
            shelves.save(Resource(**row))
    for row in OFFICE["questions"]:
        _question(term, row)
    for row in OFFICE["offers"]:
        Offering.objects.create(student=term.students[row["student"]], kind=row["kind"], text=row["text"])
    for row in OFFICE["events"]:
        _event(term, row)
    _introductions(term)


def _question(term: Term, row: Mapping[str, Any]) -> None:
    student, asked_at = term.students[row["student"]], term.now - row["asked"] * DAY
    answer, closed = row.get("answer"), row.get("closed")
    answered_at: datetime | None = term.now - answer["hours"] * H if answer else None
    closed_at = term.now - closed * DAY if closed else None
    ticket = Ticket.objects.create(
        student=student,
        wanted=row["wanted"],
        goal=row["goal"],
        tried=row["tried"],
        needed_by=(term.now + row["due"] * DAY).date(),
        asked_at=asked_at,
        state=State.CLOSED if closed_at else State.ANSWERED if answer else State.OPEN,
        taken_by=_staff(student, row.get("taken_by", "")),
        answered_at=answered_at,
        closed_at=closed_at,
    )
    if not answer or not answered_at:
        return
    message = TicketMessage.objects.create(ticket=ticket, author=ticket.taken_by, text=answer["text"], at=answered_at)
    for name, why in answer["alumni"]:
        SuggestedAlum.objects.create(message=message, alum=term.alumni[name], why=why)
    for name, about in answer.get("others", ()):
        SuggestedPerson.objects.create(message=message, name=name, about=about)


def _staff(student: User, who: str) -> User | None:
    """Return who has a question: nobody, the office, or the student's coach."""
    if who == "office":
        return User.objects.get(email=DEMO_PEOPLE[Role.OFFICE].email)
    return student.student_profile.coach if who else None


def _event(term: Term, row: Mapping[str, Any]) -> None:
    student = term.students[row["student"]]
    event = Event.objects.create(student=student, name=row["event"], held_on=(term.now - row["days"] * DAY).date())
    if "met" in row:
        finding.meet(event, map(Named, row["met"]), now=term.now - row["days"] * DAY + timedelta(hours=20))


def _introductions(term: Term) -> None:
    """What Noor said of herself before, each time a little more her own."""
    noor = term.students["Noor Haddad"]
    for row in OFFICE["introductions"]:
        words = {"who": noor.introduction.who, "skills": row["skills"], "hopes": row["hopes"]}
        EarlierIntroduction.objects.create(student=noor, said_at=term.now - row["days"] * DAY, **words)
