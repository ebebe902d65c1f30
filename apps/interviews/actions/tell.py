"""Who is told what, by which mail: one function for each occasion, called by the act in its own transaction.

It decides addressee, sender, key and life of a mail; its words are in templates/email/.
"""

from django.conf import settings
from django.urls import reverse

from apps.accounts import times
from apps.interviews import calendar, links
from apps.interviews.letter import letter_of, one_line, window_line
from apps.interviews.lifecycle import CALLED_OFF
from apps.mail import outbox
from apps.mail.wording import clean
from apps.policy.models import Policy


def _page(row):
    return settings.SITE_URL + row.get_absolute_url()


def _names(student, contact, alum):
    """The names that mails say, each on one line whatever was typed."""
    return {
        "student_name": one_line(student.called),
        "student_first": one_line(student.first_name),
        "contact_name": one_line(contact.name),
        "contact_first": one_line(contact.first_name),
        "alum_first": one_line(alum.first_name if alum else contact.first_name),
    }


def _about(request, note=""):
    """What every mail about a request knows."""
    names = _names(request.student, request.contact, request.alum)
    return names | {"asked": request, "url": _page(request)} | _said(note)


def _said(note):
    """Somebody's words: as they are for the page, and marked line by line for plain text."""
    return {"note": note, "quoted": "\n".join(f"> {line}" for line in clean(note).splitlines())}


def _offered(windows, zone):
    """Times on offer, in the words and the zone of the reader."""
    return {"lines": [window_line(window, zone) for window in windows], "zone_words": times.zone_name(zone)}


# --- to the alum, in the student's name -------------------------------------------------------------------------------


def letter_key(request):
    return f"request:{request.pk}:letter:{request.version}"


def letter(request, windows, *, policy):
    """Promise the letter to the alum, for the moment after the undo. Returns it as it will arrive."""
    written = letter_of(request, windows, university=policy.university)
    outbox.queue(
        "request_sent_to_alum",
        to=request.alum.user,
        key=letter_key(request),
        context={
            "letter": written,
            "cap": policy.alum_monthly_cap if request.alum.monthly_cap is None else request.alum.monthly_cap,
            "answer_url": links.answer_url(request, expires_at=request.deadline_at),
        },
        from_name=request.student.called,
        reply_to=request.student,
        due_at=request.leaves_at,
        subject_key=f"request:{request.pk}",
        subject_no=request.version,
    )
    return written


def nudge(request):
    """The one gentle reminder to the alum (R214)."""
    outbox.queue(
        "request_nudge",
        to=request.alum.user,
        key=f"request:{request.pk}:nudge",
        context=_about(request)
        | {
            "answer_url": links.answer_url(request, expires_at=request.deadline_at),
            "closes": times.day(request.deadline_at, request.alum.time_zone),
        },
        from_name=request.student.called,
        reply_to=request.student,
    )


def offered_again(request, windows, *, note, now):
    """The student offers new times in answer to the alum's."""
    outbox.queue(
        "request_countered",
        to=request.alum.user,
        key=f"request:{request.pk}:offered:{now.timestamp():.0f}",
        context=_about(request, note)
        | _offered(windows, request.alum.time_zone)
        | {
            "to_alum": True,
            "answer_url": links.answer_url(request, expires_at=request.deadline_at),
        },
        from_name=request.student.called,
        reply_to=request.student,
    )


def replied(request, windows, *, note, now):
    """The student answers the alum's question; the request is open as before."""
    outbox.queue(
        "request_question",
        to=request.alum.user,
        key=f"request:{request.pk}:replied:{now.timestamp():.0f}",
        context=_about(request, note)
        | _offered(windows, request.alum.time_zone)
        | {
            "to_alum": True,
            "closes": times.day(request.deadline_at, request.alum.time_zone),
            "answer_url": links.answer_url(request, expires_at=request.deadline_at),
        },
        from_name=request.student.called,
        reply_to=request.student,
    )


def withdrawn(request, *, note, is_lapsed=False):
    """The student takes a request back that the alum has already read, or lets their answer lie until it closes."""
    outbox.queue(
        "request_withdrawn",
        to=request.alum.user,
        key=f"request:{request.pk}:withdrawn",
        context=_about(request, note)
        | {"answer_url": links.answer_url(request, expires_at=request.deadline_at), "is_lapsed": is_lapsed},
        from_name=request.student.called,
        reply_to=request.student,
    )


# --- to the student ---------------------------------------------------------------------------------------------------


def _to_student(kind, request, *, key, note="", **context):
    outbox.queue(kind, to=request.student, key=f"request:{request.pk}:{key}", context=_about(request, note) | context)


def countered(request, windows, *, note, now):
    offered = _offered(windows, request.student.time_zone)
    _to_student("request_countered", request, key=f"countered:{now.timestamp():.0f}", note=note, **offered)


def asked_first(request, *, note, now):
    """The alum asks something before choosing."""
    closes = times.day(request.deadline_at, request.student.time_zone)
    _to_student("request_question", request, key=f"question:{now.timestamp():.0f}", note=note, closes=closes)


def declined(request, *, note, suggested=None):
    _to_student("request_declined", request, key=_declined_key(request), note=note, **_suggested(suggested))


def _declined_key(request):
    return f"declined:{request.events.filter(event='decline').count()}"


def take_declined_back(request):
    """Stop the mail of a “not now” that has not left. Returns whether there was one."""
    return bool(outbox.cancel(key=f"request:{request.pk}:{_declined_key(request)}"))


def reopened(request, *, now):
    """The alum thought again: the request waits for them as before."""
    closes = times.day(request.deadline_at, request.student.time_zone)
    _to_student("request_reopened", request, key=f"reopened:{now.timestamp():.0f}", closes=closes)


def suggested(request, referral, *, now):
    """The alum names somebody else and leaves the question open."""
    _to_student("request_declined", request, key=f"suggested:{referral.pk}", is_open=True, **_suggested(referral))


def _suggested(referral):
    if referral is None:
        return {}
    return {"suggested_name": one_line(referral.contact.name), "may_use_name": referral.may_use_name}


def expired(request, others):
    """No answer came in time: of the alum, or of the student to whom they had answered. Those hear of it, too."""
    names = [one_line(f"{other.called}, {other.title}".rstrip(", ")) for other in others]
    was_mine = request.turn == "student"
    _to_student("request_expired", request, key=f"expired:{request.version}", others=names, was_mine=was_mine)
    if was_mine and request.alum_id:
        withdrawn(request, note="", is_lapsed=True)


def held_back(request, *, reason):
    """The letter stays here: by the time it was to leave, the alum could not be asked any more."""
    _to_student("request_held_back", request, key=f"held:{request.version}", reason=reason)


def reviewed(review, *, is_sent, note, by_clock=False):
    """The coach has read it, or nobody did in time (`by_clock`): it is on its way, or back as a draft."""
    _to_student(
        "review_done",
        review.request,
        key=f"review:{review.pk}",
        note=note,
        is_sent=is_sent,
        is_lapsed=by_clock,
        coach_name=one_line(review.coach.called) if review.coach else "Your coach",
    )


# --- to the coach -----------------------------------------------------------------------------------------------------


def review_waits(review):
    request = review.request
    outbox.queue(
        "review_waiting",
        to=review.coach,
        key=f"review:{review.pk}:waiting",
        context=_about(request)
        | {
            "due": times.when(review.due_at, None, review.coach.time_zone),
            "url": settings.SITE_URL + reverse("review", args=[request.pk]),
        },
    )


# --- to both, with the calendar ---------------------------------------------------------------------------------------


def scheduled(interview, *, by_alum, now):
    _both("interview_scheduled", interview, now=now, by_alum=by_alum)


def moved(interview, *, note, by_alum, now, only_place=False):
    _both("interview_moved", interview, now=now, by_alum=by_alum, only_place=only_place, **_said(note))


def cancelled(interview, *, note, by_alum, now):
    _both("interview_cancelled", interview, now=now, by_alum=by_alum, **_said(note))


def _both(kind, interview, *, now, **context):
    policy = Policy.now()
    for person in participants(interview):
        outbox.queue(
            kind,
            to=person,
            key=f"interview:{interview.pk}:{interview.sequence}:{kind}:{person.pk}",
            context=_for_reader(interview, person, now) | context,
            subject_key=f"interview:{interview.pk}",
            subject_no=interview.sequence,
            ics=calendar.invitation(interview, reader=person, policy=policy, now=now),
            **_sender(interview, person),
        )


def participants(interview):
    """Return the people with an account: the student, and the alum where they are in the directory."""
    return [person for person in (interview.student, interview.alum and interview.alum.user) if person]


def _sender(interview, person):
    if person.pk == interview.student_id:
        return {}
    return {"from_name": interview.student.called, "reply_to": interview.student}


def _for_reader(interview, person, now):
    """What one reader of a mail about an interview sees: their own zone first, the other's beside it."""
    to_alum = person.pk != interview.student_id
    zones = [interview.alum_zone, interview.student_zone]
    own, other = zones if to_alum else reversed(zones)
    names = _names(interview.student, interview.contact, interview.alum)
    context = names | {
        "to_alum": to_alum,
        "is_outside": interview.alum_id is None,
        "other_name": calendar.other_name(interview, person),
        "time": times.when(interview.starts_at, interview.ends_at, own),
        "other_time": times.when(interview.starts_at, interview.ends_at, other),
        "how": calendar.how(interview, person),
        "goals": interview.request.goals if interview.request_id else "",
        "url": _page(interview),
    }
    if to_alum and interview.request_id:
        context["answer_url"] = links.answer_url(interview.request, expires_at=max(interview.ends_at, now))
    return context


def kept(interview, *, note, to_alum, now):
    """One side keeps the agreed time, whatever had been wished instead."""
    person = interview.alum.user if to_alum else interview.student
    outbox.queue(
        "interview_kept",
        to=person,
        key=f"interview:{interview.pk}:{interview.sequence}:kept:{person.pk}:{now.timestamp():.0f}",
        context=_for_reader(interview, person, now) | _said(note),
        subject_key=f"interview:{interview.pk}",
        subject_no=interview.sequence,
        **_sender(interview, person),
    )


def move_offered(interview, windows, *, note, to_alum, now):
    """One side asks for another time; the old one, if it still stands, holds until the other side chooses (R215)."""
    person = interview.alum.user if to_alum else interview.student
    outbox.queue(
        "interview_move_offered",
        to=person,
        key=f"interview:{interview.pk}:{interview.sequence}:offered:{person.pk}:{now.timestamp():.0f}",
        context=_for_reader(interview, person, now)
        | _offered(windows, interview.alum_zone if to_alum else interview.student_zone)
        | _said(note)
        | {"is_off": interview.status in CALLED_OFF},
        subject_key=f"interview:{interview.pk}",
        subject_no=interview.sequence,
        **_sender(interview, person),
    )
