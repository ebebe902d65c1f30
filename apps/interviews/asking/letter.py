"""A request as a letter: what the alum reads, word for word. The preview and the mail are both made from it.

It decides the order and the words that Rapport adds (greeting, the line that this is not about a job, times, sign-off),
and nothing about sending.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from apps.accounts.models import User
from apps.clock import times
from apps.interviews.lifecycle.mails import window_line
from apps.interviews.lifecycle.models import InterviewRequest, TimeWindow
from apps.wording.text import clean, one_line

INTENT = "I’m looking for information and advice, not for a job."  # in every request, in whose words it is not (R10)
INTENT_IN_SHORT = "For information and advice, not a job."
_SAYS_SO = re.compile(
    r"information (?:and|or|&) advice|advice (?:and|or|&) information"
    r"|(?:not|n[’']t|never) (?:\w+ ){0,4}(?:for|about|after) (?:a|any) job",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Paragraph:
    """One paragraph and the part of the request that it is; 0 for what Rapport adds."""

    number: int
    text: str


@dataclass(frozen=True)
class Letter:
    subject: str
    greeting: str
    paragraphs: tuple[Paragraph, ...]
    times_intro: str
    times: tuple[str, ...]
    farewell: str
    signature: str
    footer: str

    @property
    def adds_intent(self) -> bool:
        """Whether Rapport adds the line that this is not about a job: no part of the student’s says it."""
        return any(paragraph.number == 0 for paragraph in self.paragraphs)

    @property
    def text(self) -> str:
        """The student's letter as plain text: what is kept as sent."""
        body = [self.greeting, *(paragraph.text for paragraph in self.paragraphs)]
        if self.times:
            body.append("\n".join([self.times_intro, "", *(f"  {line}" for line in self.times)]))
        return times.plain("\n\n".join([*body, f"{self.farewell}\n{self.signature}"]))


def letter_of(request: InterviewRequest, windows: Iterable[TimeWindow], *, university: str) -> Letter:
    """Return the letter that a request makes now, with its `windows` shown in the recipient's zone."""
    zone = recipient_zone(request)
    return Letter(
        subject=one_line(request.subject),
        greeting=f"Dear {request.contact.first_name if request.alum is None else request.alum.first_name},",
        paragraphs=tuple(_paragraphs(request)),
        times_intro=f"These times work for me, all in {times.zone_name(zone)}:",
        times=tuple(window_line(window, zone) for window in windows),
        farewell="With thanks,",
        signature=request.student.first_name,
        footer=signature_line(request.student, university),
    )


def _paragraphs(request: InterviewRequest) -> Iterable[Paragraph]:
    written = [Paragraph(number, tidy) for number, text in enumerate(request.parts, 1) if (tidy := tidied(text))]
    yield from written
    if written and not any(_SAYS_SO.search(paragraph.text) for paragraph in written):
        yield Paragraph(0, INTENT)


def recipient_zone(request: InterviewRequest) -> str:
    """Return the name of the zone in which the recipient lives, else the student's."""
    return (request.alum and request.alum.time_zone) or request.contact.time_zone or request.student.time_zone


def signature_line(student: User, university: str) -> str:
    year = student.student_profile.class_year
    return f"{student.called}, {university} ’{year % 100:02d}" if year else f"{student.called}, {university}"


def tidied(text: str) -> str:
    """Return a part without stray blanks; the writer's own line breaks stay."""
    return "\n".join(" ".join(line.split()) for line in clean(text).strip().splitlines())
