"""What can be said about a request before it is sent: hints that explain and suggest (R49 to R65), few of which block.

It reads a draft and says; it changes nothing. What blocks is what would embarrass the student or break a promise: an
empty part, a placeholder, somebody's name used without their leave, no time to choose. The rest can be kept.
"""

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from apps.clock import times
from apps.clock.regions import spelled
from apps.interviews.asking import used_before
from apps.interviews.asking.models import PARTS
from apps.interviews.asking.provenance import Beginning, beginning_of
from apps.interviews.lifecycle.models import Channel, InterviewRequest, TimeWindow
from apps.interviews.scheduling import slots
from apps.interviews.scheduling.windows import FEWEST_WINDOWS
from apps.network.models import Contact, NamePermission, Referral
from apps.wording import names, person_name, rulebook
from apps.wording.hints import PLACEHOLDER, Hint, nearly, stems
from apps.wording.names import WORD
from apps.wording.pronouns import Pronouns, pronouns_of
from apps.wording.text import folded

FEWEST_WORDS, MOST_WORDS, WORDS_A_MINUTE = 90, 150, 240
MINUTES = re.compile(r"\b(\d{1,3})(?: |-)?(?:min(?:ute)?s?)\b", re.IGNORECASE)
SPELLED = {"fifteen": 15, "twenty": 20, "thirty": 30, "forty-five": 45, "forty five": 45, "sixty": 60}


@dataclass(frozen=True)
class Draft:
    """A request with what must be known to judge it, read once."""

    request: InterviewRequest
    windows: list[TimeWindow]
    named: list[
        tuple[Contact, str | None]
    ]  # (contact, permission or None) for each of the student's people named in the text
    beginning: Beginning  # what the network knows of how the two are connected
    now: datetime

    @property
    def pronouns(self) -> Pronouns:
        return pronouns_of(self.request.contact.pronouns)

    @property
    def recipient(self) -> str:
        return self.request.contact.first_name if self.request.alum is None else self.request.alum.first_name

    @property
    def part_texts(self) -> dict[str, str]:
        return dict(zip(list(PARTS)[1:], self.request.parts, strict=True))

    @property
    def texts(self) -> dict[str, str]:
        """All that they will read of the student's words: the letter, and the goals, which come once it is set."""
        return {"subject": self.request.subject} | self.part_texts | {"goals": self.request.goals}


def read(request: InterviewRequest, now: datetime) -> Draft:
    """Gather what is known about a draft: its windows, and who is named in it."""
    windows = [w for w in request.windows.all() if w.offered_by == "student"]
    windows.sort(key=lambda window: (window.starts_at, window.pk))
    beginning = beginning_of(request.contact, alum=request.alum, now=now)
    return Draft(request=request, windows=windows, named=_named(request), beginning=beginning, now=now)


def hints(draft: Draft) -> list[Hint]:
    """Return every hint for a draft, those the student keeps left out, in the order of the letter."""
    found = [hint for check in CHECKS for hint in check(draft)]
    order = [*PARTS, "goals", "times", "letter"]
    kept = [hint for hint in found if not (hint.can_keep and hint.key in draft.request.kept)]
    return sorted(kept, key=lambda hint: order.index(hint.part))


def blocking(draft: Draft) -> list[Hint]:
    """Return the hints because of which the draft cannot be sent."""
    return [hint for hint in hints(draft) if hint.blocks]


# --- length -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Length:
    """How long the four parts are, and what to say about it."""

    words: int

    @property
    def is_good(self) -> bool:
        return FEWEST_WORDS <= self.words <= MOST_WORDS

    @property
    def text(self) -> str:
        if not self.words:
            return "Nothing written yet"
        length = "a good length" if self.is_good else "a little short" if self.words < FEWEST_WORDS else "a little long"
        return f"{self.words} word{'' if self.words == 1 else 's'}, {length}"

    @property
    def seconds(self) -> int:
        """How long it takes to read, to five seconds."""
        return max(round(self.words * 60 / WORDS_A_MINUTE / 5) * 5, 5)


def length_of(request: InterviewRequest) -> Length:
    return Length(sum(len(text.split()) for text in request.parts))


def _length(draft: Draft) -> Iterator[Hint]:
    length = length_of(draft.request)
    if length.words > MOST_WORDS:
        yield Hint(
            "length",
            "letter",
            "gold",
            f"{length.words} words is more than most people read to the end.",
            f"Aim for {FEWEST_WORDS} to {MOST_WORDS}. The third part usually has a sentence you can cut.",
        )
    elif FEWEST_WORDS > length.words > 0 and all(draft.request.parts):
        yield Hint(
            "length",
            "letter",
            "gold",
            f"{length.words} words is short.",
            f"Aim for {FEWEST_WORDS} to {MOST_WORDS}. Say a little more about why you chose {draft.pronouns.object}.",
        )


# --- what must be there -----------------------------------------------------------------------------------------------


MISSING = {
    "subject": "Add a subject. It’s the first thing {recipient} reads.",
    "who": "Say who you are: name, year, what you study. One sentence is enough.",
    "why": "Say why you chose {object}. It’s the reason anyone would say yes.",
    "ask": "Say what you’re asking for: how many minutes, and when.",
}


def _missing(draft: Draft) -> Iterator[Hint]:
    texts = draft.part_texts | {"subject": draft.request.subject}
    for part, sentence in MISSING.items():
        if not texts[part].strip():
            text = sentence.format(recipient=draft.recipient, object=draft.pronouns.object)
            yield Hint("missing", part, "brick", text)


def _placeholders(draft: Draft) -> Iterator[Hint]:
    for part, text in draft.texts.items():
        for match in PLACEHOLDER.finditer(text):
            title = f"“{match.group()}” is a placeholder. Replace it with your own words."
            yield Hint("placeholder", part, "brick", title, sentence=match.group())


def _times(draft: Draft) -> Iterator[Hint]:
    if draft.request.channel != Channel.RAPPORT:
        return
    if len(usable(draft)) < FEWEST_WINDOWS:
        count = times.number(FEWEST_WINDOWS)
        yield Hint("windows", "times", "brick", f"Offer at least {count} future times, so one is likely to work.")
    if not draft.request.formats:
        yield Hint("formats", "times", "brick", "Choose how you can talk: video, phone, or in person.")
    yield from _office_hours(draft)


def usable(draft: Draft) -> list[TimeWindow]:
    """Return the windows in which a conversation could still begin."""
    minutes, now = draft.request.minutes, draft.now
    return [window for window in draft.windows if slots.cut([window], minutes=minutes, now=now)]


def _office_hours(draft: Draft) -> Iterator[Hint]:
    zone = (draft.request.alum and draft.request.alum.time_zone) or draft.request.contact.time_zone
    if not zone or len(draft.windows) < FEWEST_WINDOWS:
        return
    local = [times.local_time(window.starts_at, zone) for window in draft.windows]
    if all(start.weekday() < 5 and 9 <= start.hour < 17 for start in local):
        yield Hint(
            "office_hours",
            "times",
            "gold",
            spelled("All of these are during business hours."),
            "If you can, offer an early morning or an evening too. "
            f"That makes it easier for {draft.pronouns.object} to say yes.",
        )


# --- why you, and the exact ask ---------------------------------------------------------------------------------------


def _specific(draft: Draft) -> Iterator[Hint]:
    text = draft.request.part_why
    if text.strip() and not _profile_words(draft.request) & stems(text):
        yield Hint(
            "specific",
            "why",
            "gold",
            f"This could be sent to anyone in {draft.pronouns.possessive} field.",
            f"Name one thing that only {draft.recipient} did: a place, a change of path, something "
            f"{draft.pronouns.subject} wrote. That shows you chose {draft.pronouns.object}.",
        )


def _profile_words(request: InterviewRequest) -> set[str]:
    """Return what is true of this person and of few others; the field and what they studied many have in common."""
    contact, alum = request.contact, request.alum
    known = [contact.title, contact.organization.name if contact.organization else "", contact.city]
    known += [request.about_person, request.about_organization]
    if alum is None:
        return stems(" ".join([*known, contact.source]))
    known += [alum.title, alum.employer, alum.city, alum.quote, alum.happy_to_discuss]
    return stems(" ".join(known)) - stems(" ".join([alum.field, alum.degrees, *alum.majors]))


def _asks_minutes(draft: Draft) -> Iterator[Hint]:
    text = draft.request.part_ask
    if not text.strip():
        return
    found = _minutes_in(text)
    if not found:
        yield Hint(
            "minutes",
            "ask",
            "gold",
            "Say how long.",
            "A short, specific request is easy to say yes to.",
            suggestion=f"Could I have {draft.request.minutes} minutes of your time?",
        )
    elif draft.request.minutes not in found:
        title = f"You wrote {found[0]} minutes here, but chose {draft.request.minutes} below."
        yield Hint("minutes", "ask", "gold", title, "Make them the same.")


def _minutes_in(text: str) -> list[int]:
    lower = text.lower()
    found = [int(number) for number in MINUTES.findall(lower)]
    found += [number for word, number in SPELLED.items() if f"{word} minute" in lower or f"{word}-minute" in lower]
    if "half an hour" in lower or "half hour" in lower:
        found.append(30)
    if re.search(r"\b(?:an|one) hour\b", lower) and "half an hour" not in lower:
        found.append(60)
    return found


def _introduces(draft: Draft) -> Iterator[Hint]:
    text, student = draft.request.part_who, draft.request.student
    if text.strip() and not _names_anyone(text, student.called) and folded(student.first_name) not in folded(text):
        yield Hint("own_name", "who", "gold", "Your own name is missing.", f"“I’m {student.called}” is a good start.")


# --- words used before ------------------------------------------------------------------------------------------------


def _again(draft: Draft) -> Iterator[Hint]:
    """Name the earlier letter in which a telling sentence stood already (R56)."""
    earlier = [(letter, used_before.sentences(letter)) for letter in used_before.earlier(draft.request)]
    for part in ("connection", "why"):
        for sentence in rulebook.sentences(draft.part_texts[part]):
            if sentence in draft.beginning.text:
                continue  # it is ours, and true of them
            letter = next((letter for letter, sentences in earlier if used_before.stands_in(sentence, sentences)), None)
            if letter is not None:
                title = f"{letter.contact.first_name} got this sentence too."
                text = f"“{sentence}” People notice. Write something that’s true only of {draft.recipient}."
                yield Hint("again", part, "gold", title, text, sentence=sentence, can_keep=True)


# --- asking for a job -------------------------------------------------------------------------------------------------


def _job(draft: Draft) -> Iterator[Hint]:
    rules = rulebook.current()
    for part, text in draft.texts.items():
        for caught in rules.caught(text):
            words = caught.words.rstrip(".?!,; ")
            yield Hint(
                "job",
                part,
                "gold",
                f"“{words[:1].upper()}{words[1:]}” sounds like asking for a job.",
                caught.explanation,
                caught.sentence,
                caught.suggestion,
                can_keep=True,
            )


# --- names ------------------------------------------------------------------------------------------------------------


GREETING = re.compile(
    r"^\s*(?:dear|hi|hello|good (?:morning|afternoon|evening))\b[^\n,.!:]{0,60}[,.!:]?\s*", re.IGNORECASE
)


def _greeting(draft: Draft) -> Iterator[Hint]:
    """A greeting in part one would stand there twice: Rapport begins the letter with one."""
    match = GREETING.match(draft.request.part_who)
    if match:
        words = match.group().strip()
        rest = draft.request.part_who[match.end() :].strip()
        text = f"Your request already begins with “Dear {draft.recipient}”."
        suggestion = rest[:1].upper() + rest[1:]
        yield Hint(
            "greeting",
            "who",
            "gold",
            f"“{words}” would be a second greeting.",
            text,
            draft.request.part_who,
            suggestion,
        )


def _spelling(draft: Draft) -> Iterator[Hint]:
    alum, contact = draft.request.alum, draft.request.contact
    employer = alum.employer if alum else contact.organization.name if contact.organization else ""
    people = {word for word in WORD.findall(f"{alum.called if alum else ''} {contact.name}") if len(word) > 3}
    places = {word for word in WORD.findall(employer) if len(word) > 4}
    for part, text in draft.texts.items():
        for wrong, right in nearly(text, people | places):
            title = f"You wrote “{wrong}”. It’s spelled “{right}”."
            yield Hint("spelling", part, "gold", title, sentence=wrong, suggestion=right, can_keep=True)


def _referrer(draft: Draft) -> Iterator[Hint]:
    """Refuse a name without recorded leave; say so where the leave is there (R55, R99)."""
    for contact, permission in draft.named:
        if permission == NamePermission.YES:
            title = f"That helps. {contact.first_name} agreed to be named."
            yield Hint("warm", "connection", "moss", title, referrer=contact)
        else:
            yield Hint(
                "no_leave",
                _part_naming(draft, contact),
                "brick",
                f"You mention {contact.name}, but {WITHOUT[permission]}",
                f"Leave the name out, or ask {contact.first_name} first: “May I use your name?”",
                referrer=contact,
            )


WITHOUT: dict[str | None, str] = {
    None: "you haven’t recorded permission to use the name.",
    NamePermission.NOT_ASKED: "you haven’t asked for permission yet.",
    NamePermission.NO: "they said you may not use their name.",
    NamePermission.INTRO_FIRST: "they wanted to introduce you first.",
}


def _named(request: InterviewRequest) -> list[tuple[Contact, str | None]]:
    """Return (contact, permission) for everybody of the student's network who is named in the letter."""
    text = " ".join([request.subject, *request.parts, request.goals])
    own = Referral.objects.filter(student=request.student, contact=request.contact).select_related("referrer")
    leave = {referral.referrer_id: referral.name_permission for referral in own}
    others = Contact.objects.filter(student=request.student).exclude(pk=request.contact_id).order_by("sort_key", "pk")
    people = [contact for contact in others if not _is_own(contact.name, request)]
    passing = _in_passing(text, request, people, leave)
    return [
        (contact, leave.get(contact.pk))
        for contact in people
        if _names_anyone(text, _plain_name(contact.name))
        or contact.pk in passing
        or (contact.pk in leave and _has_word(text, contact.first_name))
    ]


def _in_passing(text: str, request: InterviewRequest, people: Iterable[Contact], leave: Mapping[int, str]) -> set[int]:
    """Return the ids of those who are named by half: “Professor Ash”, or “Yuki told me” where there is one Yuki."""
    titled, near = names.in_passing(text)
    both = {*names.words_of(request.contact.name), *_own_words(request)}
    runs = [run for run in map(set, near) if run and not run <= both]
    by_person = {contact.pk: names.words_of(contact.name) for contact in people}
    count = Counter(word for words in by_person.values() for word in set(words))
    found = {
        pk
        for pk, words in by_person.items()
        for run in runs
        if _is_named(words, run - both) and any(count[word] == 1 for word in words if word in run - both)
    }
    for surname in titled - both:
        of_it = {pk for pk, words in by_person.items() if words[-1:] == [surname]}
        found |= {pk for pk in of_it if leave.get(pk) == NamePermission.YES} or of_it
    return found


def _is_named(words: list[str], run: set[str]) -> bool:
    """Whether capitals that stand together are somebody of this name: all of them, or the first and last among them."""
    return run - names.MONTHS <= set(words) or (len(words) > 1 and {words[0], words[-1]} <= run)


def _own_words(request: InterviewRequest) -> set[str]:
    """The words of the two between whom the letter goes: the student's own name names nobody else."""
    student = request.student
    return {*names.words_of(student.name), *names.words_of(student.called), *names.words_of(student.first_name)}


def _is_own(name: str, request: InterviewRequest) -> bool:
    """Whether a contact is called as the student is, or as the one who reads the letter: nobody can tell them apart."""
    words = set(names.words_of(name))
    return bool(words) and (words <= _own_words(request) or words <= {*names.words_of(request.contact.name)})


def _plain_name(name: str) -> str:
    """Return a name as a letter would say it, without titles, degrees and what tells people apart."""
    return " ".join(person_name.read(name).core)


def _names_anyone(text: str, name: str) -> bool:
    """Whether a full name (at least two words) stands in the text, whatever accents or case."""
    return len(name.split()) > 1 and _has_word(text, name)


def _has_word(text: str, name: str) -> bool:
    return (
        re.search(rf"(?<!\w){re.escape(' '.join(folded(name).split()))}(?!\w)", " ".join(folded(text).split()))
        is not None
    )


def _part_naming(draft: Draft, contact: Contact) -> str:
    words = names.words_of(contact.name)
    found = (part for part, text in draft.texts.items() if any(_has_word(text, word) for word in words))
    return next(found, "connection")


# --- the wrong person, the wrong place --------------------------------------------------------------------------------


def _somebody_else(draft: Draft) -> Iterator[Hint]:
    """A name or a place of another letter, left where it was copied from (R51)."""
    contact, alum = draft.request.contact, draft.request.alum
    own = set(names.words_of(f"{contact.name} {alum.name} {alum.called}" if alum else contact.name))
    for part, text in draft.texts.items():
        for name in names.spoken_to(text):
            if not own.intersection(names.words_of(name)):
                title = f"You wrote to “{name}”, but this request goes to {draft.recipient}."
                yield Hint("other_person", part, "gold", title, sentence=name, can_keep=True)


def _somewhere_else(draft: Draft) -> Iterator[Hint]:
    request = draft.request
    contact, alum = request.contact, request.alum
    employer = alum.employer if alum else contact.organization.name if contact.organization else ""
    if not employer:
        return
    known = [employer, contact.title, contact.source, request.about_person, request.about_organization]
    known += [contact.organization.name] if contact.organization else []
    known += [alum.quote, alum.happy_to_discuss, alum.degrees, alum.title] if alum else []
    words_known = {folded(word) for word in WORD.findall(" ".join(known))}
    for part, text in draft.texts.items():
        for sentence, place in names.work_places(text):
            words = [folded(word) for word in WORD.findall(place)]
            if not any(difflib.get_close_matches(word, words_known, 1, cutoff=0.82) for word in words):
                title = f"You wrote “{sentence}”, but our records say {draft.recipient} is at {employer}."
                hint = "If you mean an earlier job, keep it."
                yield Hint("other_place", part, "gold", title, hint, sentence=sentence, can_keep=True)


CHECKS = (
    _missing,
    _placeholders,
    _referrer,
    _introduces,
    _specific,
    _again,
    _asks_minutes,
    _job,
    _greeting,
    _spelling,
    _somebody_else,
    _somewhere_else,
    _times,
    _length,
)
