"""The one next thing to do with a conversation (R2, R70, R102). It decides the words.

Rows come from stages.with_progress, which reads everything these functions look at, in one query.
"""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from apps.clock import times
from apps.interviews.lifecycle.models import Interview
from apps.interviews.lifecycle.moves import CALLED_OFF, InterviewStatus
from apps.interviews.lifecycle.stages import is_warm, would_rather_not
from apps.network.reasons import AGAIN

S = InterviewStatus


@dataclass(frozen=True)
class Step:
    """The next thing to do, with the reason in a line. `clock`: the 48 hours run."""

    title: str
    text: str
    url: str
    action: str
    clock: bool = False


# --- the next step ----------------------------------------------------------------------------------------------------


def next_step(interview: Interview, now: datetime, zone: times.Zone) -> Step:
    """Return the one next thing to do."""
    if interview.status in CALLED_OFF:
        return _after_all(interview)
    return _afterwards(interview, now) if interview.is_over(now) else _before(interview, now, zone)


def _before(interview: Interview, now: datetime, zone: times.Zone) -> Step:
    first, lack = interview.contact.first_name, interview.questions_lacking
    if interview.asked_to_move:
        text = "Your current time stays until you choose."
        return Step(f"{first} asked to reschedule", text, _page("interview_move", interview), "See the times")
    if is_warm(interview, now):
        text = "Keep your questions open. On the next page you can start the timer."
        return Step(f"Your conversation starts at {_hour(interview, zone)}", text, _page("live", interview), "Start")
    if not interview.place:
        title, action = NO_PLACE[interview.format]
        text = "Then it’s settled for both of you."
        return Step(title.format(first=first), text, f"{interview.get_absolute_url()}#place", action)
    if lack > 0 and interview.planned:
        title = f"Choose {times.number(lack)} more question{'s' if lack > 1 else ''}"
        have, fill = times.number(interview.planned), times.number(interview.enough_questions)
        text = f"You have {have}. About {fill} questions fill {interview.minutes} minutes."
        return Step(title, text, _page("prepare", interview), "Choose questions")
    if lack > 0:
        text = f"About 6 good questions fill {interview.minutes} minutes. You are the one who leads."
        return Step("Choose your questions", text, _page("prepare", interview), "Prepare")
    text = "Read your questions once more, and put your top 3 first."
    return Step("You’re ready", text, _page("prepare", interview), "See your questions")


NO_PLACE = {
    "video": ("Send {first} the link", "Send the link"),
    "phone": ("Add the number to call", "Add the number"),
    "in_person": ("Agree on a place to meet", "Add the place"),
    "visit": ("Ask {first} where to come", "Add the place"),
}


def _afterwards(interview: Interview, now: datetime) -> Step:
    first, leaves_at = interview.contact.first_name, interview.thanks_leave_at
    thanked = interview.thanked_at or leaves_at
    if not interview.is_written:
        text = "2 minutes now save you 10 tomorrow." + ("" if thanked else " Your thank-you starts from it.")
        url = _page("debrief", interview)
        return Step(f"Save what you learned from {first}", text, url, "Write your reflection", clock=not thanked)
    if not thanked:
        text = f"Name one thing {first} said that stayed with you."
        return Step(f"Thank {first}", text, _page("thank_you", interview), "Write your thank-you", clock=True)
    if leaves_at:
        text = (
            f"We’ll send your note {times.until(leaves_at, now, interview.student_zone)}. You can change it until then."
        )
        return Step("Your thank-you is scheduled", text, _page("thanked", interview), "See your note")
    if would_rather_not(interview) and not interview.keeps_in_touch:
        text = f"{first} would rather not stay in touch, so we won’t remind you to write."
        return Step("All done", text, interview.contact.get_absolute_url(), f"See {first}’s page")
    if interview.keeps_in_touch:
        text = "People like to hear how their advice worked out."
        return Step("All done", text, interview.contact.get_absolute_url(), f"See {first}’s page")
    text = f"Choose how often we remind you to write. We never email {first} about it."
    return Step(f"Stay in touch with {first}", text, interview.contact.get_absolute_url(), f"Open {first}’s page")


def _after_all(interview: Interview) -> Step:
    """Find another time; with somebody outside the directory a letter comes first."""
    first, url = interview.contact.first_name, _page("interview_move", interview)
    if interview.asked_to_move:
        text = "Your conversation can still happen. Nothing is scheduled until you choose."
        return Step(f"{first} suggested new times", text, url, "See the times")
    action = "Suggest new times"
    if not interview.alum_id:
        url = f"{reverse('contact_write', args=[interview.contact_id])}?reason={AGAIN.key}"
        action = f"Write to {first}"
    if interview.status == S.NO_SHOW:
        text = "It happens. A short, friendly message often leads to a new date."
        return Step(f"Send {first} a kind message", text, url, action)
    if interview.changed_by == "alum":
        text = "A short, kind reply makes it easy to try again. Suggest times in a few weeks."
        return Step(f"Reply to {first} kindly", text, url, action)
    text = "When your week is calmer, send a short message with a few times."
    return Step("You can still talk later", text, url, action)


def _page(name: str, interview: Interview) -> str:
    return reverse(name, args=[interview.pk])


def _hour(interview: Interview, zone: times.Zone) -> str:
    place = interview.clock_of(times.zone_of(zone))
    clock = times.clock(interview.starts_at, place)
    return f"{clock} {times.zone_name(place)}" if interview.is_meeting else clock
