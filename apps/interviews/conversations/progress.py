"""How far a conversation has come, in stages, and the one next thing to do (R2, R70, R102). It decides the words.

Rows come from `with_progress`, which reads everything these functions look at, in one query.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef
from django.db.models.functions import Now
from django.urls import reverse

from apps.alumni.models import Format
from apps.clock import times
from apps.interviews.lifecycle.models import Interview, InterviewQuerySet, TimeWindow
from apps.interviews.lifecycle.moves import InterviewStatus
from apps.interviews.lifecycle.stages import Stage, begins
from apps.interviews.preparing.page import is_warm
from apps.network.models import Cadence
from apps.network.reasons import AGAIN

type Bead = tuple[str, str, bool, str]  # label, address, whether it is done, when

S = InterviewStatus
ENDED_EARLY: dict[str, str] = {S.CANCELLED: "Called off", S.NO_SHOW: "Did not happen"}


@dataclass(frozen=True)
class Step:
    """The next thing to do, with the reason in a line. `clock`: the 48 hours run."""

    title: str
    text: str
    url: str
    action: str
    clock: bool = False


def with_progress(rows: InterviewQuerySet) -> InterviewQuerySet:
    """Read along with interviews what their stages and their next step depend on."""
    asked_to_move = TimeWindow.objects.filter(interview=OuterRef("pk"), offered_by="alum", ends_at__gt=Now())
    facts = {
        "asked_to_move": Exists(asked_to_move),
        "keeps_in_touch": Exists(Cadence.objects.filter(contact=OuterRef("contact"))),
    }
    return (
        rows.with_planned().select_related("contact__organization", "request", "debrief", "thank_you").annotate(**facts)
    )


# --- the stages -------------------------------------------------------------------------------------------------------


def stages(interview: Interview, now: datetime, zone: times.Zone) -> list[Stage]:
    """Return the whole way of one conversation: asked, set, prepare, talk, write down, thank, stay in touch."""
    way = [*_behind(interview, zone)]
    if interview.status in ENDED_EARLY:
        return _sewn([*way, (ENDED_EARLY[interview.status], "", True, "")])
    over = interview.is_over(now)
    ready = over or is_warm(interview, now) or interview.questions_lacking <= 0
    return _sewn(
        [
            *way,
            ("Prepare", _page("prepare", interview), ready, "" if ready else _how_many(interview)),
            ("Talk", "" if over else _page("live", interview), over, begins(interview, now, zone)),
            ("Write down", _page("debrief", interview), interview.is_written, "" if over else "right after"),
            ("Thank", _page("thank_you", interview), bool(interview.thanked_at), _thank_by(interview, now, zone)),
            *_touch(interview),
        ]
    )


def _touch(interview: Interview) -> Iterator[Bead]:
    """The last stage; there is none where the other would rather not."""
    if interview.keeps_in_touch or not would_rather_not(interview):
        yield ("Stay in touch", interview.contact.get_absolute_url(), interview.keeps_in_touch, "")


def would_rather_not(interview: Interview) -> bool:
    """Whether they said that they would rather not stay in touch. Reads the debrief."""
    debrief = getattr(interview, "debrief", None)
    return debrief is not None and debrief.may_stay_in_touch is False


def _behind(interview: Interview, zone: times.Zone) -> Iterator[Bead]:
    request = interview.request
    if request is not None and request.sent_at:
        yield ("Asked", request.get_absolute_url(), True, times.short_day(request.sent_at, zone))
    yield ("Set", "", True, times.short_day(interview.created_at, zone))


def _sewn(way: Sequence[Bead]) -> list[Stage]:
    """Turn (label, url, is done, when) into stages: the first that is open is now, what follows is next."""
    first_open = next((n for n, (_, _, is_done, _) in enumerate(way) if not is_done), len(way))
    return [
        Stage(label, url, "" if is_done else "now" if n == first_open else "next", when, False)
        for n, (label, url, is_done, when) in enumerate(way)
    ]


def _page(name: str, interview: Interview) -> str:
    return reverse(name, args=[interview.pk])


def _how_many(interview: Interview) -> str:
    return f"{interview.planned} question{'' if interview.planned == 1 else 's'}" if interview.planned else ""


def _hour(interview: Interview, zone: times.Zone) -> str:
    place = interview.clock_of(times.zone_of(zone))
    clock = times.clock(interview.starts_at, place)
    return f"{clock} {times.zone_name(place)}" if interview.format == Format.IN_PERSON else clock


def _thank_by(interview: Interview, now: datetime, zone: times.Zone) -> str:
    if interview.thanked_at:
        return times.short_date(interview.thanked_at, now, zone)
    return f"by {times.until(interview.thank_by, now, zone)}" if interview.thank_by > now else ""


# --- the next step ----------------------------------------------------------------------------------------------------


def next_step(interview: Interview, now: datetime, zone: times.Zone) -> Step:
    """Return the one next thing to do."""
    if interview.status in ENDED_EARLY:
        return _after_all(interview)
    return _afterwards(interview, now) if interview.is_over(now) else _before(interview, now, zone)


def _before(interview: Interview, now: datetime, zone: times.Zone) -> Step:
    first, lack = interview.contact.first_name, interview.questions_lacking
    if interview.asked_to_move:
        text = "Until you choose, the time you have holds."
        return Step(f"{first} asks for another time", text, _page("interview_move", interview), "See the times")
    if is_warm(interview, now):
        text = "Have your list at hand. The clock begins when you press the button on the next page."
        return Step(f"You talk at {_hour(interview, zone)}", text, _page("live", interview), "Start")
    if not interview.place:
        title, action = NO_PLACE[interview.format]
        text = "Then neither of you has to think of it again."
        return Step(title.format(first=first), text, f"{interview.get_absolute_url()}#place", action)
    if lack > 0 and interview.planned:
        title = f"Choose {times.number(lack)} more question{'s' if lack > 1 else ''}"
        have, fill = times.number(interview.planned), times.number(interview.enough_questions)
        text = f"You have {have}; {fill} would fill it comfortably."
        return Step(title, text, _page("prepare", interview), "Choose questions")
    if lack > 0:
        text = f"Six or so good questions carry {interview.minutes} minutes. You lead."
        return Step("Choose your questions", text, _page("prepare", interview), "Prepare")
    text = "Read your questions once more, and put the three that matter first."
    return Step("You are prepared", text, _page("prepare", interview), "Look at your plan")


NO_PLACE = {
    "video": ("Send {first} the link", "Send the link"),
    "phone": ("Write down the number", "Write it down"),
    "in_person": ("Settle where you meet", "Say where"),
}


def _afterwards(interview: Interview, now: datetime) -> Step:
    first, thanked = interview.contact.first_name, interview.thanked_at
    if not interview.is_written:
        text = "Two minutes now are worth ten tomorrow." + ("" if thanked else " The thank-you grows from it.")
        url = _page("debrief", interview)
        return Step(f"Write down what {first} said", text, url, "Write it down", clock=not thanked)
    if not thanked:
        text = "Name one thing they said that stayed with you."
        return Step(f"Thank {first}", text, _page("thank_you", interview), "Write the note", clock=True)
    if would_rather_not(interview) and not interview.keeps_in_touch:
        text = f"{first} would rather not stay in touch, so we won’t remind you to write."
        return Step("Everything is done", text, interview.contact.get_absolute_url(), f"Look at {first}’s page")
    if interview.keeps_in_touch:
        text = "People like to hear what became of their advice."
        return Step("Everything is done", text, interview.contact.get_absolute_url(), f"Look at {first}’s page")
    text = "Choose how often you would like to be reminded. They never hear of it."
    return Step(f"Stay in touch with {first}", text, interview.contact.get_absolute_url(), f"Open {first}’s page")


def _after_all(interview: Interview) -> Step:
    """Find another time; with somebody outside the directory a letter comes first."""
    first, url = interview.contact.first_name, _page("interview_move", interview)
    if interview.asked_to_move:
        text = "Your talk can take place after all. Nothing is set until you choose."
        return Step(f"{first} offers other times", text, url, "See the times")
    action = f"Offer {first} other times"
    if not interview.alum_id:
        url = f"{reverse('contact_write', args=[interview.contact_id])}?reason={AGAIN.key}"
        action = f"Write to {first}"
    if interview.status == S.NO_SHOW:
        text = "It happens, on both sides. A short line without a reproach often leads to a new day."
        return Step(f"Write {first} a kind line", text, url, action)
    if interview.changed_by == "alum":
        text = "A line of understanding costs nothing and is remembered. Offer times in a few weeks, and leave it open."
        return Step(f"Answer {first} kindly", text, url, action)
    text = "When your week is calmer, a line with a few times is enough to begin again."
    return Step("It can still happen later", text, url, action)
