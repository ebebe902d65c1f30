"""How the second part of a letter can begin: what the student's network and the directory know of the way there (R54).

It names who suggested somebody only where leave to use the name is recorded (R55), and copies nothing that names
anybody else of the network. What the student makes of it is theirs.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from apps.accounts.models import User
from apps.alumni.models import AlumniProfile
from apps.clock import times
from apps.clock.regions import spelled
from apps.network.models import Contact, NamePermission, Referral, Relation, Touch
from apps.policy.models import Policy
from apps.wording import names, person_name
from apps.wording.names import WORD
from apps.wording.pronouns import pronouns_of
from apps.wording.studies import in_a_sentence
from apps.wording.text import folded, one_line


@dataclass(frozen=True)
class Beginning:
    """Sentences for the second part, and where they are from. Empty where nothing is known."""

    text: str = ""
    because: str = ""


def beginning_of(contact: Contact, *, alum: AlumniProfile | None, now: datetime) -> Beginning:
    """Return how a letter to `contact` can say how the two are connected, the warmest way first."""
    return _by_name(contact, now) or _by_place(contact) or _by_directory(contact, alum, contact.student)


# --- who suggested them -----------------------------------------------------------------------------------------------


def _by_name(contact: Contact, now: datetime) -> Beginning | None:
    """Name the last one who suggested them and said yes to being named."""
    rows = Referral.objects.filter(contact=contact, student=contact.student_id, name_permission=NamePermission.YES)
    referral = rows.select_related("referrer").order_by("-named_at", "-pk").first()
    if referral is None:
        return None
    referrer = referral.referrer
    name, possessive = _whole_name(referrer), pronouns_of(referrer.pronouns).possessive
    because = f"From your network: {referrer.first_name} said you may use the name."
    talked = _talked(referrer, contact.student, now)
    if not talked:
        return Beginning(f"{name} suggested that I write to you, and said I could use {possessive} name.", because)
    text = f"{name} and I talked {talked}. {referrer.first_name} suggested that I write to you"
    return Beginning(f"{text}, and said I could use {possessive} name.", because)


def _whole_name(contact: Contact) -> str:
    """Return a name as one writes it to a third: as they are called, with a title, without degrees or labels."""
    name = person_name.read(contact.name)
    return name.called if name.preferred else " ".join((*name.titles, *name.core)) or contact.name


def _talked(referrer: Contact, student: User, now: datetime) -> str:
    """Say in which month the student and a referrer last talked (a week would be wrong when the letter leaves)."""
    talks = Touch.objects.filter(contact=referrer, kind=Touch.Kind.TALKED, at__lte=now)
    at = talks.order_by("-at").values_list("at", flat=True).first()
    if at is None:
        return ""
    zone = student.time_zone
    is_recent = now - at < timedelta(days=300)
    return f"in {times.month(at, zone)}" + ("" if is_recent else f" {times.local_date(at, zone).year}")


# --- where they were met or found -------------------------------------------------------------------------------------

MOST = 80  # characters; more is a note to oneself
_LEAD = re.compile(
    r"^(?:(?:we |i )?(?:first )?(?:met|found|saw) (?:(?:her|him|them|each other) )?)?"
    r"(?:(?:at|during|through|from|on|via|in) )?",
    re.IGNORECASE,
)
_NOTE = re.compile(  # what a student writes to themselves, and would not say to the person
    r"[;!?:|@(]|\. |\s[-–—/]\s|https?"
    r"|\b(?:i|she|he|they|her|him|them|you|your|suggested|introduced|said|told|with|by)\b",
    re.IGNORECASE,
)
DETERMINERS = {"a", "an", "the", "my", "our", "this", "last", "one"}
COMMON = frozenset(
    """
    alumni annual book campus career city class club college community company conference county department dinner
    engineering fall guest hackathon health industry info information internship job lecture meetup networking open
    orientation panel poster reception research science seminar spring student summer talk university volunteer welcome
    winter women workshop
    """.split()  # noqa: SIM905 (a list of words)
)


def _by_place(contact: Contact) -> Beginning | None:
    """Say where they met, or where the student came upon them, if that names nobody who did not say yes to it."""
    if contact.relation == Relation.LINKEDIN:
        return Beginning("I found your profile on LinkedIn.", "From your network: where you found them.")
    if contact.relation not in (Relation.EVENT, Relation.WEBSITE):
        return None
    place = _place(contact.source)
    if not place or _names_anybody(place, contact):
        return None
    if contact.relation == Relation.EVENT:
        return Beginning(f"We met at {place}.", "From your network: where you met.")
    return Beginning(f"I found you through {place}.", "From your network: where you found them.")


def _place(source: str) -> str:
    """Return what a student wrote down of a place as it stands in a sentence, or nothing where it is a note."""
    words = _LEAD.sub("", one_line(source)).strip().rstrip(".,")
    if not words or len(words) > MOST or not words[0].isalpha() or _NOTE.search(words):
        return ""
    first, *rest = words.split()
    if folded(first) in DETERMINERS:
        return " ".join([first.lower(), *rest])
    if any(word[:1].isupper() for word in rest) or not (rest or first.islower()):
        return words
    return f"the {' '.join([first.lower() if folded(first) in COMMON else first, *rest])}"


def _names_anybody(place: str, contact: Contact) -> bool:
    """Whether a word of it is part of the name of anybody else in the network: “Yuki’s party” is not said unasked."""
    words = {folded(re.sub(r"[’']s?$", "", word)) for word in WORD.findall(place)}
    others = Contact.objects.filter(student=contact.student_id).exclude(pk=contact.pk).values_list("name", flat=True)
    return any(words.intersection(names.words_of(name)) for name in others)


# --- what they share --------------------------------------------------------------------------------------------------


def _by_directory(contact: Contact, alum: AlumniProfile | None, student: User) -> Beginning:
    """Say that the directory led there, where it did; and what the two share: studies, the school, an employer."""
    school = Policy.now().short_name
    shared, because = _shared(contact, alum, student, school)
    if alum and contact.relation == Relation.ALUM:
        first = f"I found you in the {school} alumni directory."
        return Beginning(f"{first} {shared}".strip(), because or "From the directory.")
    return Beginning(shared, because)


def _shared(contact: Contact, alum: AlumniProfile | None, student: User, school: str) -> tuple[str, str]:
    study = _shared_study(alum, student) if alum else ""
    if study:
        return f"You studied {study} at {school}, as I do now.", "From the directory: what you both study."
    if contact.organization and contact.organization.is_target:
        text = (
            f"{contact.organization.name} is one of the {spelled('organizations')} I would like to understand better."
        )
        return text, "From your network: an employer you want to know about."
    if alum is None and contact.class_year and contact.relation == Relation.ALUM:
        return f"You studied at {school}, as I do now.", "From your network: the same school."
    return "", ""


def _shared_study(alum: AlumniProfile, student: User) -> str:
    profile = student.student_profile
    theirs = {folded(major): major for major in alum.majors}
    own = map(folded, profile.studies)
    return next((in_a_sentence(theirs[study]) for study in own if study in theirs), "")
