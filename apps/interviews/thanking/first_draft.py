"""The first draft of a thank-you, from the student's own words: what they keep, what they will do, who was named.

It decides what a draft begins with, and which sentences can still be put in. Where nothing was written down it leaves
a gap in […], which must be filled before it leaves.
"""

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from apps.clock import times
from apps.clock.regions import spelled
from apps.interviews.debriefing.models import Debrief, PromisedStep
from apps.interviews.lifecycle.models import Channel, Interview
from apps.network.models import NamePermission
from apps.students.resume import newest
from apps.wording.hints import stems
from apps.wording.rulebook import sentences

GAP = "[one thing they said that you still think about]"
FAREWELL = "With thanks,"


@dataclass(frozen=True)
class Piece:
    """One thing the student wrote down, as a sentence of a letter. `label` is how the page speaks of it."""

    key: str
    label: str
    sentence: str

    def is_in(self, body: str) -> bool:
        """Whether the letter says it: one of its sentences holds every telling word of this."""
        telling = stems(self.label)
        return bool(telling) and any(telling <= stems(sentence) for sentence in sentences(body))


def first_draft(interview: Interview, now: datetime) -> dict[str, Any]:
    """Return the fields of a note that nobody has touched yet."""
    debrief = getattr(interview, "debrief", None)
    asked = debrief is not None and debrief.asked_for_resume
    resume = newest(interview.student) if asked else None
    return {
        "resume": resume,
        "subject": f"Thank you for talking with me {_day(interview, now)}",
        "body": body(interview, debrief, now)[:3000],
        "channel": channel_of(interview),
    }


def channel_of(interview: Interview) -> str:
    """The way in which they were first asked (R103)."""
    if interview.request:
        return interview.request.channel
    return Channel.RAPPORT if interview.alum_user_id else Channel.EMAIL


def _day(interview: Interview, now: datetime) -> str:
    name = times.day_name(interview.over_at, now, interview.student.zone)
    return name if name in {"today", "yesterday"} else f"on {times.weekday(interview.over_at, interview.student.zone)}"


def body(interview: Interview, debrief: Debrief | None, now: datetime) -> str:
    """Return the whole letter: greeting, one thing they said, what follows, name."""
    pieces = pieces_of(interview, debrief)
    sentence = next((piece.sentence for piece in pieces if piece.key in KEPT), f"I keep thinking about {GAP}.")
    first = f"Thank you for talking with me {_day(interview, now)}. {sentence}"
    doing = " ".join(piece.sentence for piece in pieces if piece.key.startswith("step-"))
    people = " ".join(piece.sentence for piece in pieces if piece.key.startswith("person-"))
    resume = " ".join(piece.sentence for piece in pieces if piece.key == "resume")
    paragraphs = [f"Dear {interview.contact.first_name},", first, doing, people, resume, _goodbye(interview, doing)]
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def _goodbye(interview: Interview, doing: str) -> str:
    later = "I will let you know how it goes.\n\n" if doing else ""
    return f"{later}{FAREWELL}\n{interview.student.first_name}"


# --- what was written down --------------------------------------------------------------------------------------------

KEPT = {"quote", "note"}


def pieces_of(interview: Interview, debrief: Debrief | None) -> list[Piece]:
    """Return what the letter can speak of, in the order of its weight; the first of KEPT opens a draft."""
    if debrief is None:
        return _from_notes(interview)
    found = [*_kept(debrief)] or _from_notes(interview)
    return [*found, *_changed(debrief), *_steps(interview, debrief), *_people(debrief), *_resume(interview, debrief)]


def _kept(debrief: Debrief) -> Iterator[Piece]:
    words = debrief.quote.strip()
    if words:
        yield Piece("quote", words, f"This has stayed with me: {_ended(words)}")
    elif debrief.learned.strip():
        words = sentences(debrief.learned)[0]
        yield Piece("quote", words, f"I didn’t know this before: {_ended(_small(words))}")


def _from_notes(interview: Interview) -> list[Piece]:
    note = interview.notes.filter(kind="quote").order_by("at", "pk").first()
    return [Piece("note", note.text, f"You said: {_ended(note.text)} I’m still thinking about it.")] if note else []


def _changed(debrief: Debrief) -> Iterator[Piece]:
    words = debrief.surprised.strip()
    if words:
        yield Piece(
            "surprised", sentences(words)[0], f"It changed how I see the work: {_ended(_small(sentences(words)[0]))}"
        )


def _steps(interview: Interview, debrief: Debrief) -> list[Piece]:
    """The two first things the student means to do; what is only an errand to this person is left out."""
    steps = [step for step in debrief.promised_steps.order_by("due_on", "pk") if step.text.strip()]
    about_them = interview.contact.first_name.casefold()
    steps = [step for step in steps if about_them not in step.text.casefold()]
    return [Piece(f"step-{step.pk}", step.text, _will(step, interview)) for step in steps[:2]]


def _will(step: PromisedStep, interview: Interview) -> str:
    by = f" by {_by(step.due_on, interview)}" if step.due_on else ""
    text = step.text.strip().rstrip(".")
    if text.casefold().startswith(("i ", "i’", "i'")):
        return f"{text}{by}."
    return f"I will {_small(text)}{by}."


def _by(day: date, interview: Interview) -> str:
    """Return Friday, of the week after the talk; else 27 November, with the year where it is another one."""
    zone = interview.student.zone
    is_near = (day - times.local_date(interview.starts_at, zone)).days < 7
    return times.weekday(day) if is_near else times.short_date(day, interview.starts_at, zone)


NAMED = {
    NamePermission.YES: "I will write to {name} and use your name, as you kindly offered.",
    NamePermission.INTRO_FIRST: "I look forward to your introduction to {name}, whenever it suits you.",
    NamePermission.NO: "I will write to {name} without using your name.",
    NamePermission.NOT_ASKED: "May I use your name when I write to {name}?",
}


def _people(debrief: Debrief) -> list[Piece]:
    people = [person for person in debrief.named_people.order_by("pk") if person.name.strip()]
    unasked = [person for person in people if person.name_permission == NamePermission.NOT_ASKED]
    shown = [person for person in people if person not in unasked[1:]]  # one small question is enough
    return [
        Piece(
            f"person-{person.pk}", person.name, NAMED[NamePermission(person.name_permission)].format(name=person.name)
        )
        for person in shown[:2]
    ]


def _resume(interview: Interview, debrief: Debrief) -> Iterator[Piece]:
    if debrief.asked_for_resume:
        words = spelled("You asked for my résumé. It is here: [a link to your résumé]")
        if interview.alum_user_id and newest(interview.student):
            words = spelled("You asked for my résumé. It’s attached.")
        yield Piece("resume", spelled("Your résumé"), words)


def _ended(words: str) -> str:
    words = words.strip()
    return words if words.endswith((".", "!", "?", "”")) else f"{words}."


def _small(words: str) -> str:
    """Begin inside a sentence: small, unless it is “I” or a name in capitals."""
    first = words.split(" ", 1)[0]
    return words if first in {"I", "I’m", "I'm", "I’ve"} or first.isupper() else words[:1].lower() + words[1:]


def put_in(text: str, sentence: str) -> str:
    """Return the letter with one more sentence, as a paragraph before the farewell."""
    if sentence in text:
        return text
    head, mark, tail = text.rpartition(f"\n\n{FAREWELL}")
    return f"{head}\n\n{sentence}{mark}{tail}" if mark else f"{text.rstrip()}\n\n{sentence}"


LINKEDIN_MOST = 200  # characters of a note beside an invitation, without paying
WORTH_QUOTING = 25


def linkedin_note(interview: Interview, debrief: Debrief | None, now: datetime, *, note: str = "") -> str:
    """Return a note to connect with, from the line that the thank-you speaks of (R106), as short as LinkedIn has it."""
    pieces = [piece for piece in pieces_of(interview, debrief) if piece.key in {*KEPT, "surprised"}]
    said = next((piece for piece in pieces if piece.is_in(note)), pieces[0] if pieces else None)
    start, end = f"Thank you for talking with me {_day(interview, now)}.", f" {interview.student.first_name}"[:60]
    lead = " You changed how I see the work: " if said and said.key == "surprised" else LEAD
    room = LINKEDIN_MOST - len(start) - len(lead) - len(end)
    if said is None or room < WORTH_QUOTING:
        return f"{start}{end}"
    kept = _ended(" ".join(said.label.split()))
    return f"{start}{lead}{kept if len(kept) <= room else textwrap.shorten(kept, room, placeholder='…')}{end}"


LEAD = " I keep thinking about what you said: "
