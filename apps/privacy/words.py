"""What a person is called anywhere, and what is said instead once they are gone."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.db.models import CharField, Field, Model, QuerySet, TextField

from apps.accounts.models import Role, User
from apps.alumni import erased, visibility
from apps.alumni.models import AlumniProfile
from apps.network.models import Contact
from apps.privacy import ordinary, reach

NAMES = {
    Role.STUDENT: "A former student",
    Role.ALUM: erased.NAME,
    Role.COACH: "A former coach",
    Role.OFFICE: "A former member of the office",
}
LEAST = 2  # letters: what is shorter is in every other word
LONG = 6  # signs of a number that no other number happens to be


def stand_in(person: User) -> str:
    """Return what a person is called once they are gone, by the role in which others know them."""
    return next((name for role, name in NAMES.items() if role in person.roles), NAMES[Role.STUDENT])


@dataclass(frozen=True)
class Redaction:
    """Puts other words in the place of everything by which a person is named."""

    said: str  # "An alum"
    whole: frozenset[str]  # names in full, addresses, numbers: they mean this person wherever they stand
    parts: frozenset[str]  # first or last name: they mean this person in what is about them

    @cached_property
    def _of_whole(self) -> tuple[re.Pattern[str], re.Pattern[str]]:
        """Names as anybody writes them; and those that are a sentence in small letters: Will Long, Grace May."""
        plain = {
            name for name in self.whole if name.replace(" ", "").isalpha() and all(_is_plain(w) for w in name.split())
        }
        return _pattern(self.whole - plain, re.IGNORECASE), _pattern(plain | {name.upper() for name in plain})

    @cached_property
    def _of_parts(self) -> re.Pattern[str]:
        return _pattern(part for part in self.parts if not ordinary.is_a_word(part))

    @cached_property
    def _of_words(self) -> re.Pattern[str]:
        """Parts of the name that are words, too."""
        return _pattern(part for part in self.parts if ordinary.is_a_word(part))

    def text(self, text: str, *, is_about: bool) -> str:
        """Return a text without the person; `is_about`: it is about them, so that a first name alone is theirs."""
        for pattern in self._of_whole:
            text = pattern.sub(self._in_place, text)
        if not is_about:
            return text
        return self._of_words.sub(self._if_a_name, self._of_parts.sub(self._in_place, text))

    def _if_a_name(self, match: re.Match[str]) -> str:
        return self._in_place(match) if ordinary.is_name(match) else match.group()

    def _in_place(self, match: re.Match[str]) -> str:
        """Begin in lower case within a sentence."""
        before = match.string[: match.start()].rstrip(" “\"'(")
        begins = not before or before[-1] in ".!?:\n" or before.endswith("\n")
        return self.said if begins else self.said[0].lower() + self.said[1:]

    def finds(self, text: str) -> bool:
        return any(pattern.search(text) for pattern in self._of_whole)


def _is_plain(word: str) -> bool:
    return ordinary.is_a_word(word) or word.lower() in ("an", "do", "so", "to", "he", "you", "my", "long")


def _pattern(words: Iterable[str], flags: re.RegexFlag = re.NOFLAG) -> re.Pattern[str]:
    """Match any of these, the longest first, whole and however much space is between its parts."""
    longest = sorted({word for word in words if len(word) >= LEAST}, key=lambda word: (-len(word), word))
    alternatives = "|".join(r"\s+".join(map(re.escape, word.split())) for word in longest)
    return re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)" if alternatives else r"(?!)", flags)


def of(person: User) -> Redaction:
    """Gather what a person is called, in their account, their entry, and what students wrote down of them."""
    entry = AlumniProfile.objects.filter(user=person).first()
    if entry:
        visibility.uncover(entry)  # in memory: what they hid is said of them as well
    known: list[User | AlumniProfile] = [person, *([entry] if entry else [])]
    contacts = list(Contact.objects.filter(alum=entry)) if entry else []
    whole, parts = set(reach.addresses_of(person)), set()
    for one in known:
        name = one.parted_name
        whole |= {one.name, one.called, name.full, f"{one.preferred_name} {' '.join(name.family)}".strip()}
        parts |= {*name.given, *name.family, one.preferred_name, one.first_name}
    if entry:
        whole |= {entry.former_name, entry.linkedin, *_long(entry.phone, entry.external_id)}
    for contact in contacts:
        whole |= {contact.name, contact.email, contact.linkedin, *_long(contact.phone)}
        parts |= {contact.first_name}
    single = {word for word in whole if " " not in word and not any(c in word for c in "@/.0123456789")}
    return Redaction(stand_in(person), frozenset(whole - single - {""}), frozenset((parts | single) - {""}))


def _long(*numbers: str | None) -> set[str]:
    """Return the numbers that are long enough to mean nobody else."""
    return {number for number in numbers if number and len(number) >= LONG}


# --- rows -------------------------------------------------------------------------------------------------------------


def texts_of(model: type[Model]) -> list[Field]:
    """Return the columns of a model in which somebody writes."""
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, CharField | TextField) and not field.choices and not field.primary_key
    ]


def redact(rows: QuerySet, words: Redaction, *, is_about: bool = True) -> None:
    """Take a person out of every text of some rows."""
    fields = texts_of(rows.model)
    for row in rows.order_by("pk").iterator():
        changed = {
            field.attname: new[: field.max_length]
            for field in fields
            if (old := getattr(row, field.attname)) and (new := words.text(old, is_about=is_about)) != old
        }
        if changed:
            rows.model._base_manager.filter(pk=row.pk).update(**changed)


def blank(rows: QuerySet, *kept: str) -> None:
    """Empty every text of some rows but for the columns that are `kept`."""
    empty = {field.attname: "" for field in texts_of(rows.model) if field.name not in kept}
    rows.update(**empty)
