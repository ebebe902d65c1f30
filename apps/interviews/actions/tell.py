"""Who is told what, by which mail: one function for each occasion, called by the act in its own transaction.

It decides addressee, sender, key and life of a mail; its words are in templates/email/.
"""

from django.conf import settings
from django.urls import reverse

from apps.interviews import calendar, links
from apps.interviews.letter import letter_of
from apps.mail import outbox
from apps.policy.models import Policy


def _page(row):
    return settings.SITE_URL + row.get_absolute_url()


def _about(request):
    """What every mail about a request knows."""
    return {"asked": request, "student": request.student, "contact": request.contact, "url": _page(request)}


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
        context=_about(request) | {"answer_url": links.answer_url(request, expires_at=request.deadline_at)},
        from_name=request.student.called,
        reply_to=request.student,
    )


def offered_again(request, windows, *, note, now):
    """The student offers new times in answer to the alum's."""
    outbox.queue(
        "request_countered",
        to=request.alum.user,
        key=f"request:{request.pk}:offered:{now.timestamp():.0f}",
        context=_about(request)
        | {
            "windows": windows,
            "note": note,
            "zone": request.alum.time_zone,
            "to_alum": True,
            "answer_url": links.answer_url(request, expires_at=request.deadline_at),
        },
        from_name=request.student.called,
        reply_to=request.student,
    )


def withdrawn(request, *, note):
    """The student takes a request back that the alum has already read."""
    outbox.queue(
        "request_withdrawn",
        to=request.alum.user,
        key=f"request:{request.pk}:withdrawn",
        context=_about(request) | {"note": note},
        from_name=request.student.called,
        reply_to=request.student,
    )


# --- to the student ---------------------------------------------------------------------------------------------------


def _to_student(kind, request, *, key, **context):
    outbox.queue(kind, to=request.student, key=f"request:{request.pk}:{key}", context=_about(request) | context)


def countered(request, windows, *, note, now):
    zone = request.student.time_zone
    _to_student(
        "request_countered", request, key=f"countered:{now.timestamp():.0f}", windows=windows, note=note, zone=zone
    )


def declined(request, *, note, suggested=None):
    _to_student("request_declined", request, key="declined", note=note, suggested=suggested)


def suggested(request, referral, *, now):
    """The alum names somebody else and leaves the question open."""
    _to_student("request_declined", request, key=f"suggested:{referral.pk}", suggested=referral, is_open=True)


def expired(request):
    _to_student("request_expired", request, key="expired")


def reviewed(review, *, is_sent, note):
    request = review.request
    _to_student("review_done", request, key=f"review:{review.pk}", review=review, is_sent=is_sent, note=note)


# --- to the coach -----------------------------------------------------------------------------------------------------


def review_waits(review):
    request = review.request
    outbox.queue(
        "review_waiting",
        to=review.coach,
        key=f"review:{review.pk}:waiting",
        context=_about(request) | {"review": review, "url": settings.SITE_URL + reverse("review", args=[request.pk])},
    )


# --- to both, with the calendar ---------------------------------------------------------------------------------------


def scheduled(interview, *, now):
    _both("interview_scheduled", interview, now=now)


def moved(interview, *, note, by_alum, now, only_place=False):
    _both("interview_moved", interview, now=now, note=note, by_alum=by_alum, only_place=only_place)


def cancelled(interview, *, note, by_alum, now):
    _both("interview_cancelled", interview, now=now, note=note, by_alum=by_alum)


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
    context = {
        "interview": interview,
        "student": interview.student,
        "contact": interview.contact,
        "to_alum": to_alum,
        "zone": interview.alum_zone if to_alum else interview.student_zone,
        "other_zone": interview.student_zone if to_alum else interview.alum_zone,
        "url": _page(interview),
    }
    if to_alum and interview.request_id:
        context["answer_url"] = links.answer_url(interview.request, expires_at=max(interview.ends_at, now))
    return context


def move_offered(interview, windows, *, note, to_alum, now):
    """One side asks for another time; the old one holds until the other side chooses (R215)."""
    person = interview.alum.user if to_alum else interview.student
    outbox.queue(
        "interview_move_offered",
        to=person,
        key=f"interview:{interview.pk}:{interview.sequence}:offered:{person.pk}:{now.timestamp():.0f}",
        context=_for_reader(interview, person, now) | {"windows": windows, "note": note},
        subject_key=f"interview:{interview.pk}",
        subject_no=interview.sequence,
        **_sender(interview, person),
    )
