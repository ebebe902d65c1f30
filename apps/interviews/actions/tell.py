"""Who is told what, by which mail: one function for each occasion, called by the act in its own transaction.

It decides addressee, sender, occasion and life of a mail; its words are in templates/email/. The key of an occasion
is written here alone, once: who takes a mail back says so to `take_letter_back` and its like.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from apps.accounts import times
from apps.accounts.models import User
from apps.alumni.models import AlumniProfile
from apps.interviews import calendar, links
from apps.interviews.letter import Letter, letter_of, one_line, window_line
from apps.interviews.lifecycle import CALLED_OFF
from apps.interviews.models import Interview, InterviewRequest, Review, TimeWindow
from apps.mail import outbox
from apps.mail.outbox import Occasion, Sender, sender_of
from apps.mail.wording import clean
from apps.network.models import Contact, Referral
from apps.policy.models import Policy

type Context = dict[str, object]

REQUEST = "request:"  # with its number: what a letter speaks of


def _alum(row: InterviewRequest | Interview) -> AlumniProfile:
    """Return the alum of a request or a talk. Somebody outside the directory is none, and is mailed nothing."""
    if row.alum is None:
        raise ValueError(f"Rapport mails nobody about {row!r} but the student.")
    return row.alum


def alum_reader(row: InterviewRequest | Interview) -> User:
    """Return who reads what goes to the alum of a request or a talk: their account, made when they were first asked."""
    reader = _alum(row).user
    if reader is None:
        raise ValueError(f"The alum of {row!r} has no account.")
    return reader


def _page(row: InterviewRequest | Interview) -> str:
    return settings.SITE_URL + row.get_absolute_url()


def _names(student: User, contact: Contact, alum: AlumniProfile | None) -> Context:
    """The names that mails say, each on one line whatever was typed."""
    return {
        "student_name": one_line(student.called),
        "student_first": one_line(student.first_name),
        "contact_name": one_line(contact.name),
        "contact_first": one_line(contact.first_name),
        "alum_first": one_line(alum.first_name if alum else contact.first_name),
    }


def _about(request: InterviewRequest, note: str = "") -> Context:
    """What every mail about a request knows."""
    names = _names(request.student, request.contact, request.alum)
    return names | {"asked": request, "url": _page(request)} | _said(note)


def _said(note: str) -> Context:
    """Somebody's words: as they are for the page, and marked line by line for plain text."""
    return {"note": note, "quoted": "\n".join(f"> {line}" for line in clean(note).splitlines())}


def _offered(windows: Iterable[TimeWindow], zone: str) -> Context:
    """Times on offer, in the words and the zone of the reader."""
    return {"lines": [window_line(window, zone) for window in windows], "zone_words": times.zone_name(zone)}


def _of_request(request: InterviewRequest, what: str, *, at: datetime | None = None) -> Occasion:
    """Name the occasion `what` of a request; one that may come again says at which moment it came."""
    return Occasion(f"{REQUEST}{request.pk}:{what}" + (f":{at.timestamp():.0f}" if at else ""))


# --- to the alum, in the student's name -------------------------------------------------------------------------------


def letter_occasion(request: InterviewRequest) -> Occasion:
    """A letter in this version of the request: its mail leaves after the undo, and a newer one takes its place."""
    return Occasion(
        f"{REQUEST}{request.pk}:letter:{request.version}",
        subject_key=f"{REQUEST}{request.pk}",
        subject_no=request.version,
        due_at=request.leaves_at,
    )


def letter(request: InterviewRequest, windows: Iterable[TimeWindow], *, policy: Policy) -> Letter:
    """Promise the letter to the alum, for the moment after the undo. Returns it as it will arrive."""
    written, own_cap = letter_of(request, windows, university=policy.university), _alum(request).monthly_cap
    outbox.queue(
        "request_sent_to_alum",
        to=alum_reader(request),
        occasion=letter_occasion(request),
        sender=sender_of(request.student),
        context={
            "letter": written,
            "cap": policy.alum_monthly_cap if own_cap is None else own_cap,
            "answer_url": links.answer_url(request, expires_at=request.deadline_at),
        },
    )
    return written


def take_letter_back(request: InterviewRequest) -> bool:
    """Stop a letter that has not left. Returns whether there was one."""
    return outbox.cancel(letter_occasion(request))


def _to_alum(kind: str, request: InterviewRequest, occasion: Occasion, context: Context, *, note: str = "") -> None:
    answer_url = links.answer_url(request, expires_at=request.deadline_at)
    outbox.queue(
        kind,
        to=alum_reader(request),
        occasion=occasion,
        sender=sender_of(request.student),
        context=_about(request, note) | {"answer_url": answer_url} | context,
    )


def _nudge_occasion(request: InterviewRequest) -> Occasion:
    return _of_request(request, "nudge")


def nudge(request: InterviewRequest) -> None:
    """The one gentle reminder to the alum (R214)."""
    _to_alum("request_nudge", request, _nudge_occasion(request), {"closes": _closes(request, _alum(request).time_zone)})


def _closes(request: InterviewRequest, zone: str) -> str:
    return times.day(request.deadline_at, zone)


def take_nudge_back(request: InterviewRequest) -> bool:
    """Stop a reminder that has not left, of a request that needs none any more. Returns whether there was one."""
    return outbox.cancel(_nudge_occasion(request))


def offered_again(request: InterviewRequest, windows: Iterable[TimeWindow], *, note: str, now: datetime) -> None:
    """The student offers new times in answer to the alum's."""
    context = _offered(windows, _alum(request).time_zone) | {"to_alum": True}
    _to_alum("request_countered", request, _of_request(request, "offered", at=now), context, note=note)


def replied(request: InterviewRequest, windows: Iterable[TimeWindow], *, note: str, now: datetime) -> None:
    """The student answers the alum's question; the request is open as before."""
    zone = _alum(request).time_zone
    context = _offered(windows, zone) | {"to_alum": True, "closes": _closes(request, zone)}
    _to_alum("request_question", request, _of_request(request, "replied", at=now), context, note=note)


def withdrawn(request: InterviewRequest, *, note: str, is_lapsed: bool = False) -> None:
    """The student takes a request back that the alum has already read, or lets their answer lie until it closes."""
    occasion = _of_request(request, "withdrawn")
    _to_alum("request_withdrawn", request, occasion, {"is_lapsed": is_lapsed}, note=note)


# --- to the student ---------------------------------------------------------------------------------------------------


def _to_student(kind: str, request: InterviewRequest, occasion: Occasion, context: Context, *, note: str = "") -> None:
    outbox.queue(kind, to=request.student, occasion=occasion, context=_about(request, note) | context)


def countered(request: InterviewRequest, windows: Iterable[TimeWindow], *, note: str, now: datetime) -> None:
    offered = _offered(windows, request.student.time_zone)
    _to_student("request_countered", request, _of_request(request, "countered", at=now), offered, note=note)


def asked_first(request: InterviewRequest, *, note: str, now: datetime) -> None:
    """The alum asks something before choosing."""
    context: Context = {"closes": _closes(request, request.student.time_zone)}
    _to_student("request_question", request, _of_request(request, "question", at=now), context, note=note)


def _declined_occasion(request: InterviewRequest) -> Occasion:
    """Each “not now” is one of its own: the alum may have thought again in between."""
    return _of_request(request, f"declined:{request.events.filter(event='decline').count()}")


def declined(request: InterviewRequest, *, note: str, suggested: Referral | None = None) -> None:
    context = _suggested(suggested) if suggested else {}
    _to_student("request_declined", request, _declined_occasion(request), context, note=note)


def take_declined_back(request: InterviewRequest) -> bool:
    """Stop the mail of a “not now” that has not left. Returns whether there was one."""
    return outbox.cancel(_declined_occasion(request))


def reopened(request: InterviewRequest, *, now: datetime) -> None:
    """The alum thought again: the request waits for them as before."""
    context: Context = {"closes": _closes(request, request.student.time_zone)}
    _to_student("request_reopened", request, _of_request(request, "reopened", at=now), context)


def suggested(request: InterviewRequest, referral: Referral, *, now: datetime) -> None:
    """The alum names somebody else and leaves the question open."""
    occasion = _of_request(request, f"suggested:{referral.pk}")
    _to_student("request_declined", request, occasion, _suggested(referral) | {"is_open": True})


def _suggested(referral: Referral) -> Context:
    return {"suggested_name": one_line(referral.contact.name), "may_use_name": referral.may_use_name}


def expired(request: InterviewRequest, others: Iterable[AlumniProfile]) -> None:
    """No answer came in time: of the alum, or of the student to whom they had answered. Those hear of it, too."""
    names = [one_line(f"{other.called}, {other.title}".rstrip(", ")) for other in others]
    was_mine = request.turn == "student"
    occasion = _of_request(request, f"expired:{request.version}")
    _to_student("request_expired", request, occasion, {"others": names, "was_mine": was_mine})
    if was_mine and request.alum_id:
        withdrawn(request, note="", is_lapsed=True)


def held_back(request: InterviewRequest, *, reason: str) -> None:
    """The letter stays here: by the time it was to leave, the alum could not be asked any more."""
    _to_student("request_held_back", request, _of_request(request, f"held:{request.version}"), {"reason": reason})


def reviewed(review: Review, *, is_sent: bool, note: str, by_clock: bool = False) -> None:
    """The coach has read it, or nobody did in time (`by_clock`): it is on its way, or back as a draft."""
    coach_name = one_line(review.coach.called) if review.coach else "Your coach"
    _to_student(
        "review_done",
        review.request,
        _of_request(review.request, f"review:{review.pk}"),
        {"is_sent": is_sent, "is_lapsed": by_clock, "coach_name": coach_name},
        note=note,
    )


# --- to the coach -----------------------------------------------------------------------------------------------------


def review_waits(review: Review, coach: User) -> None:
    request = review.request
    outbox.queue(
        "review_waiting",
        to=coach,
        occasion=Occasion(f"review:{review.pk}:waiting"),
        context=_about(request)
        | {
            "due": times.when(review.due_at, None, coach.time_zone),
            "url": settings.SITE_URL + reverse("review", args=[request.pk]),
        },
    )


# --- to both, with the calendar ---------------------------------------------------------------------------------------


def scheduled(interview: Interview, *, by_alum: bool, now: datetime) -> None:
    _to_both("interview_scheduled", interview, {"by_alum": by_alum}, now=now)


def moved(interview: Interview, *, note: str, by_alum: bool, now: datetime, only_place: bool = False) -> None:
    context = _said(note) | {"by_alum": by_alum, "only_place": only_place}
    _to_both("interview_moved", interview, context, now=now)


def cancelled(interview: Interview, *, note: str, by_alum: bool, now: datetime) -> None:
    _to_both("interview_cancelled", interview, _said(note) | {"by_alum": by_alum}, now=now)


def _to_both(kind: str, interview: Interview, context: Context, *, now: datetime) -> None:
    policy = Policy.now()
    for person in participants(interview):
        outbox.queue(
            kind,
            to=person,
            occasion=_of_interview(interview, f"{kind}:{person.pk}"),
            sender=_sender(interview, person),
            context=_for_reader(interview, person, now) | context,
            ics=calendar.invitation(interview, reader=person, policy=policy, now=now),
        )


def _of_interview(interview: Interview, what: str) -> Occasion:
    """Name the occasion `what` of an interview as it is agreed now; what waits and says it otherwise is out of date."""
    about = f"interview:{interview.pk}"
    return Occasion(
        f"{about}:{interview.sequence}:{what}",
        subject_key=about,
        subject_no=interview.sequence,
    )


def participants(interview: Interview) -> Sequence[User]:
    """Return the people with an account: the student, and the alum where they are in the directory."""
    return [person for person in (interview.student, interview.alum and interview.alum.user) if person]


def _sender(interview: Interview, person: User) -> Sender | None:
    """The student in what the alum reads; the office in what the student reads."""
    return None if person.pk == interview.student_id else sender_of(interview.student)


def _for_reader(interview: Interview, person: User, now: datetime) -> Context:
    """What one reader of a mail about an interview sees: their own zone first, the other's beside it."""
    to_alum = person.pk != interview.student_id
    zones = [interview.alum_zone, interview.student_zone]
    own, other = zones if to_alum else reversed(zones)
    context = _names(interview.student, interview.contact, interview.alum) | {
        "to_alum": to_alum,
        "is_outside": interview.alum_id is None,
        "other_name": calendar.other_name(interview, person),
        "time": times.when(interview.starts_at, interview.ends_at, own),
        "other_time": times.when(interview.starts_at, interview.ends_at, other),
        "how": calendar.how(interview, person),
        "goals": interview.request.goals if interview.request else "",
        "url": _page(interview),
    }
    if to_alum and interview.request:
        context["answer_url"] = links.answer_url(interview.request, expires_at=max(interview.ends_at, now))
    return context


def kept(interview: Interview, *, note: str, to_alum: bool, now: datetime) -> None:
    """One side keeps the agreed time, whatever had been wished instead."""
    _to_one("interview_kept", "kept", interview, _said(note), to_alum=to_alum, now=now)


def move_offered(
    interview: Interview, windows: Iterable[TimeWindow], *, note: str, to_alum: bool, now: datetime
) -> None:
    """One side asks for another time; the old one, if it still stands, holds until the other side chooses (R215)."""
    offered = _offered(windows, interview.alum_zone if to_alum else interview.student_zone)
    context = offered | _said(note) | {"is_off": interview.status in CALLED_OFF}
    _to_one("interview_move_offered", "offered", interview, context, to_alum=to_alum, now=now)


def _to_one(kind: str, what: str, interview: Interview, context: Context, *, to_alum: bool, now: datetime) -> None:
    person = alum_reader(interview) if to_alum else interview.student
    outbox.queue(
        kind,
        to=person,
        occasion=_of_interview(interview, f"{what}:{person.pk}:{now.timestamp():.0f}"),
        sender=_sender(interview, person),
        context=_for_reader(interview, person, now) | context,
    )
