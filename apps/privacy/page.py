"""What the pages about a person's own data show."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from apps.accounts.models import User
from apps.policy.models import Policy
from apps.privacy import copies, erasures
from apps.privacy.forms import HoldForm
from apps.privacy.models import Erasure, Export, Hold

LONG = timedelta(minutes=2)


@dataclass(frozen=True)
class CopyPart:
    """How far the last copy is, and when the next can be asked for (None: now)."""

    wish: Export | None
    again_at: datetime | None
    is_stuck: bool  # nothing has happened for a while


@dataclass(frozen=True)
class DataPage:
    """One's own data: a copy of it, and the way to delete it."""

    copy: CopyPart
    waiting: Erasure | None
    hold: Hold | None
    now: datetime


def copy_part(person: User, now: datetime) -> CopyPart:
    wish = copies.latest(person)
    at = copies.again_at(wish)
    is_stuck = wish is not None and wish.is_open and not wish.done_tables and now - wish.asked_at > LONG
    return CopyPart(wish, at if at and at > now else None, is_stuck)


def data_page(person: User, now: datetime) -> DataPage:
    return DataPage(copy_part(person, now), erasures.waiting(person), erasures.hold_on(person), now)


# --- before an account is deleted -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ErasurePage:
    """What deleting an account means, before it is asked for; or the way back."""

    hold: Hold | None
    waiting: Erasure | None
    due: datetime
    foreseen: list[str]
    goes: list[str]
    stays: list[str]


def erasure_page(person: User, now: datetime) -> ErasurePage:
    return ErasurePage(
        hold=erasures.hold_on(person),
        waiting=erasures.waiting(person),
        due=now + erasures.WAITS,
        foreseen=erasures.foreseen(person, now),
        goes=_goes(person),
        stays=_stays(person),
    )


def _goes(person: User) -> list[str]:
    """Say what goes, to this person; as erasing.py does it."""
    sentences = ["Your account, your name and your address, on every page and in every email we keep."]
    if person.is_student:
        sentences.append(
            "Your network, introduction, goal, requests, questions, notes, reflections and thank-you notes."
        )
    if person.is_alum:
        sentences.append(
            "Your profile. Students can no longer find you, and a new file from the university won’t bring you back."
        )
        sentences.append("What you wrote to students in Rapport.")
    if person.is_coach:
        sentences.append("Your notes, comments and emails to students.")
    return sentences


def _stays(person: User) -> list[str]:
    """Say what stays, and why, to this person; as erasing.py does it."""
    sentences = []
    if person.is_student:
        sentences.append(
            "Alumni still see each request and conversation, with “A former student”. It’s their history, too."
        )
    if person.is_alum:
        sentences.append(
            "Students keep their conversation with “An alum”, and what they wrote, because it’s their record."
        )
        sentences.append(
            "A scrambled form of your university ID, so we know it in the next file. No one can read it back."
        )
    if person.is_coach:
        sentences.append("Students keep the line that someone viewed their information, with “A former coach”.")
    office = Policy.now().office_name
    return [
        *sentences,
        "A scrambled form of your email address and student ID, so that no file brings you back. No one can read it.",
        "The audit log keeps that something changed, by number, without your name or address.",
        "Emails that already arrived in other people’s inboxes.",
        f"Backups, until they expire. The {office} can tell you when.",
    ]


# --- the office's page about one person -------------------------------------------------------------------------------


@dataclass(frozen=True)
class PersonDataPage:
    """What the office can do with one person's data."""

    someone: User
    copy: CopyPart
    waiting: Erasure | None
    hold: Hold | None
    past: list[Hold]
    foreseen: list[str]
    form: HoldForm
    now: datetime


def person_page(someone: User, form: HoldForm, now: datetime) -> PersonDataPage:
    return PersonDataPage(
        someone=someone,
        copy=copy_part(someone, now),
        waiting=erasures.waiting(someone),
        hold=erasures.hold_on(someone),
        past=list(Hold.objects.filter(person=someone).exclude(lifted_at=None).order_by("-set_at", "-pk")[:10]),
        foreseen=erasures.foreseen(someone, now),
        form=form,
        now=now,
    )
