"""What is mailed about a warm introduction: the question to the alum, the introduction to both, a kind word after a no.

All in the name of who suggested it. Each waits for a few minutes, in which the press before it can be undone.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse

from apps.accounts.models import MailLink, User
from apps.alumni import stopping
from apps.alumni.accounts import account_of
from apps.database.promised import promised
from apps.mail import outbox
from apps.mail.outbox import Occasion, Sender
from apps.suggestions.models import Answer, WarmIntroduction
from apps.wording.text import clean, one_line

PURPOSE = "introduction"  # of the mailed link
UNDO = timedelta(minutes=5)
AFTERWARDS = timedelta(days=14)  # an answered link still shows what was said


def asking(introduction: WarmIntroduction) -> Occasion:
    return Occasion(f"introduction:{introduction.pk}:asked", due_at=introduction.asked_at + UNDO)


def _answered(introduction: WarmIntroduction, what: str) -> Occasion:
    at = promised(introduction.answered_at)
    return Occasion(f"introduction:{introduction.pk}:{what}:{int(at.timestamp())}", due_at=at + UNDO)


def answers(introduction: WarmIntroduction) -> list[Occasion]:
    """Name the mails that the alum’s answer has promised."""
    kinds = ("student", "alum") if introduction.state == Answer.INTRODUCED else ("declined",)
    return [_answered(introduction, what) for what in kinds]


def ask(introduction: WarmIntroduction) -> None:
    """Promise the alum the question, with a link to answer it.

    Who has no account answers by a link that is tied to the student's, and ends with it.
    """
    alum = introduction.alum
    person = account_of(alum) if alum else None
    until = introduction.answer_by + AFTERWARDS
    holder = person or introduction.student
    token = MailLink.make(purpose=PURPOSE, object_id=introduction.pk, person=holder, expires_at=until)
    outbox.queue(
        "introduction_asked",
        to=person or introduction.suggestion.email,
        occasion=asking(introduction),
        sender=_sender(introduction),
        context=_context(introduction)
        | {
            "is_outside": alum is None,
            "answer_by": introduction.answer_by,
            "answer_url": settings.SITE_URL + reverse("warm_introduction_enter", args=[token]),
        },
        stop_url=stopping.stop_url(alum, person) if alum and person else "",
    )


def introduce(introduction: WarmIntroduction) -> None:
    """Promise both the same letter; what one of them replies goes to the other."""
    student, by = introduction.student, _sender(introduction)
    alum: User | str = account_of(introduction.alum) if introduction.alum else introduction.suggestion.email
    address = alum if isinstance(alum, str) else alum.email
    context = _context(introduction) | {"alum_email": address, "student_email": student.email}
    letters: tuple[tuple[str, User | str, str], ...] = (("student", student, address), ("alum", alum, student.email))
    for what, to, reply_to in letters:
        outbox.queue(
            "introduction_made",
            to=to,
            occasion=_answered(introduction, what),
            sender=Sender(by.name if by else student.called, reply_to),
            context=context,
        )


def decline(introduction: WarmIntroduction) -> None:
    """Promise the student a kind word."""
    outbox.queue(
        "introduction_declined",
        to=introduction.student,
        occasion=_answered(introduction, "declined"),
        context=_context(introduction) | {"url": f"{settings.SITE_URL}{reverse('people')}"},
    )


def revoke(introduction: WarmIntroduction, *, now: datetime) -> None:
    MailLink.objects.revoke(purpose=PURPOSE, object_id=introduction.pk, now=now)


def author_of(introduction: WarmIntroduction) -> User | None:
    """Return in whose name it goes: nobody’s whose account is closed."""
    author = introduction.suggestion.author
    return author if author and author.is_active else None


def _sender(introduction: WarmIntroduction) -> Sender | None:
    author = author_of(introduction)
    return outbox.sender_of(author) if author else None


def _context(introduction: WarmIntroduction) -> dict[str, object]:
    student, author, suggestion = introduction.student, author_of(introduction), introduction.suggestion
    profile, alum = getattr(student, "student_profile", None), introduction.alum
    work = " at ".join(filter(None, [alum.title, alum.employer])) if alum else suggestion.about
    return {
        "student_name": one_line(student.called),
        "student_first": one_line(student.first_name),
        "studies": one_line(profile.program) if profile else "",
        "alum_name": one_line(suggestion.called),
        "alum_first": one_line(suggestion.first_name),
        "work": one_line(work),
        "words": clean(introduction.suggestion.to_alum),
        "author": one_line(author.called) if author else "",
    }
