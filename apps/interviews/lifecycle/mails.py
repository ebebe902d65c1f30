"""What the mails of all subjects share: who reads them, the names they say, how an occasion of a request is named.

Which mail is sent when stands in the mails.py of each subject; its words are in templates/email/.
"""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings

from apps.accounts.models import User
from apps.alumni.models import AlumniProfile
from apps.clock import times
from apps.database.promised import promised
from apps.interviews.lifecycle import links
from apps.interviews.lifecycle.models import Interview, InterviewRequest, TimeWindow
from apps.mail import outbox
from apps.mail.outbox import Occasion, sender_of
from apps.network.models import Contact
from apps.wording.text import clean, one_line

type Context = dict[str, object]

REQUEST = "request:"  # with its number: what a letter speaks of


def page_of(about: InterviewRequest | Interview) -> str:
    return settings.SITE_URL + about.get_absolute_url()


def names_of(student: User, contact: Contact, alum: AlumniProfile | None) -> Context:
    """The names that mails say, each on one line whatever was typed."""
    return {
        "student_name": one_line(student.called),
        "student_first": one_line(student.first_name),
        "contact_name": one_line(contact.name),
        "contact_first": one_line(contact.first_name),
        "alum_first": one_line(alum.first_name if alum else contact.first_name),
    }


def facts_of(request: InterviewRequest, note: str = "") -> Context:
    """What every mail about a request knows."""
    names = names_of(request.student, request.contact, request.alum)
    return names | {"asked": request, "url": page_of(request)} | note_context(note)


def note_context(note: str) -> Context:
    """Somebody's words: as they are for the page, and marked line by line for plain text."""
    return {"note": note, "quoted": "\n".join(f"> {line}" for line in clean(note).splitlines())}


def window_line(window: TimeWindow, zone: times.Zone) -> str:
    """Monday 30 November, 2:00 to 4:00 pm."""
    return f"{times.day(window.starts_at, zone)}, {times.span(window.starts_at, window.ends_at, zone)}"


def times_on_offer(windows: Iterable[TimeWindow], zone: str) -> Context:
    """Times on offer, in the words and the zone of the reader."""
    return {"lines": [window_line(window, zone) for window in windows], "zone_words": times.zone_name(zone)}


def occasion_of(request: InterviewRequest, what: str, *, at: datetime | None = None) -> Occasion:
    """Name the occasion `what` of a request; one that may come again says at which moment it came."""
    return Occasion(f"{REQUEST}{request.pk}:{what}" + (f":{at.timestamp():.0f}" if at else ""))


# --- to the alum, in the student's name -------------------------------------------------------------------------------


def mail_alum(kind: str, request: InterviewRequest, occasion: Occasion, context: Context, *, note: str = "") -> None:
    answer_url = links.answer_url(request, expires_at=promised(request.deadline_at))
    outbox.queue(
        kind,
        to=links.alum_reader(request),
        occasion=occasion,
        sender=sender_of(request.student),
        context=facts_of(request, note) | {"answer_url": answer_url} | context,
        stop_url=links.stop_url(request),
    )


def closes_on(request: InterviewRequest, zone: str) -> str:
    return times.day(promised(request.deadline_at), zone)


# --- to the student ---------------------------------------------------------------------------------------------------


def mail_student(kind: str, request: InterviewRequest, occasion: Occasion, context: Context, *, note: str = "") -> None:
    outbox.queue(kind, to=request.student, occasion=occasion, context=facts_of(request, note) | context)
