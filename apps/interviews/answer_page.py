"""What the alum sees of one request, and of all of theirs (R207, R208). It reads and arranges.

The page of a mailed link shows nothing beyond what its mail said.
"""

import zoneinfo
from datetime import timedelta
from types import SimpleNamespace

from apps.accounts import times, zones
from apps.alumni import care
from apps.alumni.forms import PauseForm
from apps.alumni.models import Format
from apps.interviews import actions, calendar, slots
from apps.interviews.composer_page import spoken_hours
from apps.interviews.forms import SuggestForm, WindowsForm
from apps.interviews.letter import tidied
from apps.interviews.lifecycle import CALLED_OFF, CLOSED, OPEN, InterviewStatus, RequestStatus
from apps.interviews.models import Channel, Interview, InterviewRequest
from apps.interviews.said_of import words_for
from apps.interviews.wall_clock import hours_between
from apps.policy.models import Policy

ANSWERS = ("reply", "offer_again")  # by the student, to what the alum said
HOW = {"video": "{name} sends the link", "phone": "{name} calls you", "in_person": "You agree on a place"}
ZONES = (  # offered first; any other can be chosen by its place in the list below
    *("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Anchorage"),
    *("Pacific/Honolulu", "America/Toronto", "America/Sao_Paulo", "Europe/London", "Europe/Dublin", "Europe/Berlin"),
    *("Africa/Lagos", "Africa/Nairobi", "Asia/Dubai", "Asia/Kolkata", "Asia/Singapore", "Asia/Tokyo"),
    *("Australia/Sydney", "Pacific/Auckland"),
)


def own_zone(asked):
    """Return the name of the alum's zone: where a conversation is set, the one in which they agreed."""
    interview = Interview.objects.filter(request=asked).first()
    if interview is not None:
        return interview.alum_zone
    return asked.alum.time_zone if asked.alum_id else asked.student.time_zone


def zone_of(request, asked):
    """Return the zone to show times in: the one chosen on this page, else the alum's."""
    chosen = request.POST.get("zone") or request.GET.get("zone") or ""
    return zoneinfo.ZoneInfo(chosen if chosen in zoneinfo.available_timezones() else own_zone(asked))


def context(asked, person, now, zone, forms):
    student, policy = asked.student, Policy.now()
    interview = Interview.objects.filter(request=asked).select_related("student", "contact", "request").first()
    page = {
        "asked": asked,
        "student": student,
        "said": words_for(student.pronouns),
        "now": now,
        "zone": str(zone),
        "zones": sorted({str(zone), own_zone(asked), *ZONES}),
        "every_zone": zones.places(),
        "student_zone": student.time_zone,
        "distance": distance(student, zone, now),
        "introduction": _introduction(asked),
        "paragraphs": [tidied(text) for text in asked.parts if text.strip()],
        "is_open": asked.status in OPEN,
        "waits_for_student": asked.status == RequestStatus.COUNTERED and asked.turn == "student",
        "said_so_far": _said_so_far(asked),
        "days": slots.by_day(actions.open_slots(asked, by="student", now=now), zone) if asked.is_open else [],
        "formats": _formats(asked),
        "interview": interview,
        "is_set": interview is not None and interview.status == InterviewStatus.SCHEDULED,
        "is_over": interview is not None and interview.ends_at <= now,
        "events": _set(interview, person, zone, now) if interview else None,
        "windows": forms.get("windows") or WindowsForm(zone=zone),
        "suggest": forms.get("suggest") or SuggestForm(),
        "pause": forms.get("pause") or PauseForm(today=care.today(now, policy)),
        "tried": forms.get("act", ""),
        "typed": forms.get("words", {}),
        "peace_until": _peace_until(asked, now, policy),
        "can_reconsider": asked.status == RequestStatus.DECLINED and now < asked.deadline_at,
        "left": care.places_left(asked.alum, now, policy) if asked.alum_id else 0,
        "is_paused": bool(asked.alum_id and asked.alum.pauses_on(care.today(now, policy))),
        "is_listed": bool(asked.alum_id and asked.alum.listing == "listed"),
        "policy": policy,
    }
    return page | {"is_kept": page["tried"] in _forms_of(page)}


def _forms_of(page):
    """Return the acts whose form stands on the page and so shows what was typed; else the words are shown to copy."""
    always = ("pause",) if page["is_listed"] and not page["is_paused"] else ()
    if page["interview"]:
        return (*always, "move", "cancel") if page["is_set"] and not page["is_over"] else always
    others = (*always, "counter", "question", "decline", "suggest") if page["is_open"] else always
    return (*others, "accept") if page["days"] else others


def distance(student, zone, now):
    """Noor is six hours behind you."""
    hours = hours_between(zone, student.time_zone, now)
    if not hours:
        return f"{student.first_name} keeps the same time."
    return f"{student.first_name} is {spoken_hours(abs(hours))} {'ahead of' if hours > 0 else 'behind'} you."


def _introduction(asked):
    """She is a junior in public health. Yuki Tanabe suggested you."""
    profile = asked.student.student_profile
    said = words_for(asked.student.pronouns)
    studies = f" in {profile.program.lower()}" if profile.program else ""
    what = f"{profile.year.lower()}{studies}" if profile.year else f"student{studies}"
    article = "an" if what[0] in "aeiou" else "a"
    line = f"{said.be[:1].upper()}{said.be[1:]} {article} {what}."
    return f"{line} {asked.referral.referrer.name} suggested you." if _is_named(asked) else line


def _is_named(asked):
    """Whether the letter itself names who suggested the alum."""
    letter = " ".join(asked.sent_text.split())
    return bool(asked.referral and asked.referral.may_use_name and asked.referral.referrer.name in letter)


def _said_so_far(asked):
    """What the two have said beside the letter: the alum's last times and words, the answer to them, who was named."""
    events = list(asked.events.filter(event__in=(*ANSWERS, "suggest")).order_by("pk"))
    answers = [event for event in events if event.event in ANSWERS] if asked.turn == "alum" else []
    return SimpleNamespace(
        times=[window for window in asked.windows.order_by("starts_at", "pk") if window.offered_by == "alum"],
        note=asked.answer_note,
        answer=answers[-1].note if answers else "",
        named=[event.note for event in events if event.event == "suggest"],
    )


def _peace_until(asked, now, policy):
    """Return the day before which the student cannot ask again, or None where nothing is in the way."""
    until = asked.sent_at + timedelta(days=policy.cooling_off_days) if asked.sent_at else now
    return care.today(until, policy) if until > now else None


def _formats(asked):
    name = asked.student.first_name
    return [
        (value, Format(value).label, HOW[value].format(name=name)) for value in Format.values if value in asked.formats
    ]


def _set(interview, person, zone, now):
    """What is agreed, in the reader's zone, with the ways into a calendar."""
    open_still = [
        window for window in interview.proposals.order_by("starts_at", "pk") if _wished(interview, [window], now)
    ]
    asked_for = [window for window in open_still if window.offered_by == "student"]
    left, both = actions.moves_left(interview, actor="alum"), (interview.student_id, interview.alum_user_id)
    moves = actions.move_slots(interview, actor="alum", now=now) if left else _wished(interview, asked_for, now)
    return SimpleNamespace(
        when=times.when(interview.starts_at, interview.ends_at, zone),
        how=calendar.how(interview, person),
        google=calendar.google_url(interview, person),
        outlook=calendar.outlook_url(interview, person),
        outlook_live=calendar.outlook_url(interview, person, host="outlook.live.com"),
        asked_to_move=bool(asked_for),
        offered=[window for window in open_still if window.offered_by == "alum"],
        move_days=slots.by_day(slots.free(moves, both, now, but=interview), zone),
        left=left,
    )


def _wished(interview, windows, now):
    """Return the times of a wish that can still be chosen: to say yes to the other's wish is always possible."""
    return slots.cut(windows, minutes=interview.minutes, now=now)


# --- everything of one alum -------------------------------------------------------------------------------------------


LAST = ("-starts_at", "-pk")


def home(user, now):
    """Return what waits, what is coming and what was, for the alum's own page."""
    requests = InterviewRequest.objects.filter(alum__user=user).select_related("student__student_profile")
    sent = requests.filter(leaves_at__lte=now)
    interviews = Interview.objects.filter(alum__user=user).select_related("student", "request")
    alum, policy = getattr(user, "alumni_profile", None), Policy.now()
    return {
        "now": now,
        "alum": alum,
        "pause": PauseForm(today=care.today(now, policy)),
        "waiting": sent.open().order_by("deadline_at", "pk"),
        "coming": interviews.coming(now).order_by("starts_at", "pk"),
        "held": [
            _with_letter(talk, now)
            for talk in interviews.over(now).select_related("thank_you", "impact").order_by(*LAST)[:30]
        ],
        "fell_through": interviews.filter(status__in=CALLED_OFF).order_by(*LAST)[:30],
        "past": sent.filter(status__in=CLOSED).order_by("-sent_at", "-pk")[:30],
        "left": care.places_left(alum, now, policy) if alum else 0,
        "is_paused": bool(alum and alum.pauses_on(care.today(now, policy))),
        "policy": policy,
        "section": "alum_home",
    }


def _with_letter(talk, now):
    """Put beside a talk the thank-you that has reached the alum, and what came of it where the student shares that."""
    letter = getattr(talk, "thank_you", None)
    has_left = letter and letter.sent_at and letter.channel == Channel.RAPPORT and (letter.leaves_at or now) <= now
    talk.letter = letter if has_left else None
    note = getattr(talk, "impact", None)
    talk.came_of_it = note.body if note and note.is_shared else ""
    return talk
