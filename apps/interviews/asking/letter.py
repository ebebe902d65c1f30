"""A request as a letter: what the alum reads, word for word. The preview and the mail are both made from it.

It decides the order and the words that Rapport adds (greeting, times, sign-off), and nothing about sending.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from apps.accounts.models import User
from apps.clock import times
from apps.interviews.lifecycle.mails import window_line
from apps.interviews.lifecycle.models import InterviewRequest, TimeWindow
from apps.wording.text import clean, one_line


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
        paragraphs=tuple(
            Paragraph(number, tidy) for number, text in enumerate(request.parts, 1) if (tidy := tidied(text))
        ),
        times_intro=f"These times work for me, all in {times.zone_name(zone)}:",
        times=tuple(window_line(window, zone) for window in windows),
        farewell="With thanks,",
        signature=request.student.first_name,
        footer=signature_line(request.student, university),
    )


def recipient_zone(request: InterviewRequest) -> str:
    """Return the name of the zone in which the recipient lives, else the student's."""
    return (request.alum and request.alum.time_zone) or request.contact.time_zone or request.student.time_zone


def signature_line(student: User, university: str) -> str:
    year = student.student_profile.class_year
    return f"{student.called}, {university} ’{year % 100:02d}" if year else f"{student.called}, {university}"


def tidied(text: str) -> str:
    """Return a part without stray blanks; the writer's own line breaks stay."""
    return "\n".join(" ".join(line.split()) for line in clean(text).strip().splitlines())
