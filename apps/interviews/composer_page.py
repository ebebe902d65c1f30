"""What the composer shows: the person, the four parts with hints and samples, the times, the letter as it arrives.

It reads and arranges; it changes nothing. The words of the hints are composer.py's, of the letter letter.py's.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from apps.accounts import times
from apps.alumni import cards, care
from apps.alumni.models import Format
from apps.interviews import actions, composer, samples
from apps.interviews.channels import renderings
from apps.interviews.forms import LeavingForm, RequestForm, SentForm, WindowForm, initial_of, leaving_of
from apps.interviews.letter import letter_of, recipient_zone
from apps.interviews.models import MINUTES, Channel
from apps.interviews.said_of import words_for
from apps.interviews.wall_clock import hours_between
from apps.network.models import Touch
from apps.policy.models import Policy

ASKS = {
    "who": ("Who you are", "Name, year, what you study. One sentence is enough.", 2),
    "connection": ("How you came to {object}", "Name the person or the page that led you here.", 3),
    "why": (
        "Why {object}, and nobody else",
        "What is it about {possessive} path that you cannot find on a web page?",
        6,
    ),
    "ask": ("What you are asking for", "Small and exact: {minutes} minutes, and when.", 3),
}


@dataclass
class Part:
    """One of the four parts as the page shows it."""

    key: str
    number: int
    label: str
    help: str
    rows: int
    bound: Any
    samples: list
    hints: list = field(default_factory=list)
    comments: list = field(default_factory=list)


def context(asked, now, form=None, window_form=None, leaving=None, tried=False):
    """Gather the page. `tried`: a refused Send showed what is missing; until then a hint only suggests."""
    policy = Policy.now()
    draft = composer.read(asked, now)
    hints = composer.hints(draft)
    shown = form if form is not None and form.errors else RequestForm(instance=asked)
    whole = _complete(shown, asked, form)
    coach = asked.student.student_profile.coach
    letter = letter_of(asked, composer.usable(draft), university=policy.university)
    is_outside = asked.channel != Channel.RAPPORT
    return {
        "asked": asked,
        "contact": asked.contact,
        "alum": asked.alum,
        "said": draft.said,
        "recipient": draft.recipient,
        "form": whole,
        "errors": form if form is not None and form.errors else None,
        "parts": _parts(asked, whole, hints, draft),
        "hints": _by_part(hints),
        "tried": tried,
        "to_mend": [(_place(hint, draft), hint) for hint in hints if hint.blocks] if tried else [],
        "length": composer.length_of(asked),
        "fewest_words": composer.FEWEST_WORDS,
        "most_words": composer.MOST_WORDS,
        "letter": letter,
        "pieces": _pieces(asked, hints, policy),
        "windows": _windows(draft, window_form),
        "new_window": window_form if window_form and window_form.prefix == "new" else _empty(asked),
        "can_offer_more": len(draft.windows) < composer.MOST_WINDOWS,
        "distance": distance(asked, now),
        "coach": coach,
        "must_be_read": actions.must_be_read(asked),
        "comments": actions.comments_by_part(asked),
        "minutes": list(MINUTES.items()),
        "formats": Format.choices,
        "is_outside": is_outside,
        "is_first": not asked.student.requests.filter(sent_at__isnull=False).exists(),
        "renderings": renderings(asked, letter) if is_outside else [],
        "leaving": leaving or _leaving(asked),
        "leaves": _leaves(asked, leaving or _leaving(asked)),
        "their_zone": times.zone_name(recipient_zone(asked)),
        "sent_form": SentForm(initial={"channel": asked.channel}),
        "subjects": samples.subjects()[:3],
        "policy": policy,
        "section": "people",
        **card(asked, now, policy),
    }


def _leaving(asked):
    zone = recipient_zone(asked)
    return LeavingForm(zone=zone, initial=leaving_of(asked.send_at, zone))


def _leaves(asked, form):
    """Return the chosen time on both clocks, or nothing: Monday 30 November, 9:00 am in Dublin, 3:00 am for you."""
    chosen = form.cleaned_data.get("send_at") if form.is_bound and form.is_valid() else None
    moment = asked.send_at if not form.is_bound else chosen
    return on_both_clocks(moment, recipient_zone(asked), asked.student.time_zone) if moment else ""


def _reads_the_same(moment, zone, other):
    """Whether the clocks of two zones show the same at a moment."""
    return times.local_time(moment, zone).utcoffset() == times.local_time(moment, other).utcoffset()


def on_both_clocks(moment, zone, own):
    theirs = f"{times.day(moment, zone)}, {times.clock(moment, zone)} in {times.city(zone)}"
    if _reads_the_same(moment, zone, own):
        return theirs
    is_same_day = times.local_date(moment, zone) == times.local_date(moment, own)
    mine = times.clock(moment, own) if is_same_day else f"{times.weekday(moment, own)}, {times.clock(moment, own)}"
    return f"{theirs} ({mine} for you)"


def _complete(shown, asked, posted):
    """Return a form with every field, holding what was typed where it could not be saved."""
    if posted is None or not posted.errors:
        return shown
    typed = {name: posted.data.get(name) for name in posted.fields if name != "formats"}
    return RequestForm(instance=asked, initial=typed)


def _place(hint, draft):
    """Return the id of the field in which a hint can be answered."""
    if hint.part != "times":
        return f"id_{hint.part}" if hint.part in ("subject", "goals") else f"id_part_{hint.part}"
    if hint.name == "formats":
        return f"format-{Format.values[0]}"
    return "id_new-day" if len(draft.windows) < composer.MOST_WINDOWS else "times"


def _by_part(hints):
    found = {}
    for hint in hints:
        found.setdefault(hint.part, []).append(hint)
    return found


def _parts(asked, form, hints, draft):
    sentences = samples.for_request(_relation(asked))
    comments, by_part = actions.comments_by_part(asked), _by_part(hints)
    said, words = draft.said, {"minutes": asked.minutes}
    words |= {"object": said.object, "possessive": said.possessive}
    return [
        Part(
            key=key,
            number=number,
            label=label.format(**words),
            help=help.format(**words),
            rows=rows,
            bound=form[f"part_{key}"],
            samples=sentences[key],
            hints=by_part.get(key, []),
            comments=comments.get(key, []),
        )
        for number, (key, (label, help, rows)) in enumerate(ASKS.items(), 1)
    ]


def _relation(asked):
    return "referred" if asked.referral_id else asked.contact.relation


def _pieces(asked, hints, policy):
    """Return the paragraphs cut into (words, is it what a hint is about), so that the preview can mark them."""
    marked = {}
    for hint in hints:
        if hint.sentence and hint.tone != "moss" and hint.part in ASKS:
            marked.setdefault(list(ASKS).index(hint.part) + 1, []).append(hint.sentence)
    written = letter_of(asked, [], university=policy.university)
    return [(one.number, _cut(one.text, marked.get(one.number, []))) for one in written.paragraphs]


def _cut(text, sentences):
    pieces, rest = [], text
    for sentence in sentences:
        before, found, after = rest.partition(" ".join(sentence.split()))
        if found:
            pieces += [(before, False), (found, True)]
            rest = after
    return [piece for piece in [*pieces, (rest, False)] if piece[0]]


# --- the times --------------------------------------------------------------------------------------------------------


def _windows(draft, window_form):
    """Return each time with both readings, a form to change it, and whom else the student talks with then."""
    zone, other = draft.request.student.time_zone, recipient_zone(draft.request)
    busy, usable = _busy(draft), composer.usable(draft)
    return [
        {
            "window": window,
            "theirs": theirs(window, zone, other),
            "is_past": window not in usable and not _is_short(window, draft),
            "is_short": _is_short(window, draft),
            "clash": next((name for name, during in busy if _overlaps(window, during)), ""),
            "form": window_form
            if window_form and window_form.prefix == f"w{window.pk}"
            else WindowForm(zone=zone, prefix=f"w{window.pk}", initial=initial_of(window, zone)),
        }
        for window in draft.windows
    ]


def _is_short(window, draft):
    """Whether a time became too short, because the student wants longer now."""
    return window.ends_at - window.starts_at < timedelta(minutes=draft.request.minutes)


def theirs(window, zone, other):
    """Return the time on the other's clock, or nothing where both clocks show the same."""
    if _reads_the_same(window.starts_at, zone, other):
        return ""
    span = times.span(window.starts_at, window.ends_at, other)
    if times.local_date(window.starts_at, zone) != times.local_date(window.starts_at, other):
        return f"{times.weekday(window.starts_at, other)}, {span}"
    return span


def _busy(draft):
    rows = draft.request.student.taken_times.filter(during__endswith__gt=draft.now).select_related("interview__contact")
    return [(row.interview.contact.name, row.during) for row in rows.order_by("pk")]


def _overlaps(window, during):
    return window.starts_at < during.upper and during.lower < window.ends_at


def _empty(asked):
    return WindowForm(zone=asked.student.time_zone, prefix="new")


def distance(asked, now):
    """Dublin is six hours ahead of you. Her mornings are your nights."""
    zone, other = asked.student.time_zone, recipient_zone(asked)
    hours = hours_between(zone, other, now)
    if not hours:
        return f"{times.city(other)} keeps the same time as you."
    side = "ahead of" if hours > 0 else "behind"
    return f"{times.city(other)} is {spoken_hours(abs(hours))} {side} you.{_nights(asked, hours)}"


def spoken_hours(hours):
    if hours != int(hours):
        return f"{hours:g} hours"
    return f"{times.number(int(hours))} hour{'' if hours == 1 else 's'}"


def _nights(asked, hours):
    if abs(hours) < 5:
        return ""
    theirs = words_for(asked.contact.pronouns).possessive.capitalize()
    return f" {theirs} mornings are your nights." if hours > 0 else f" Your mornings are {theirs.lower()} nights."


# --- the person -------------------------------------------------------------------------------------------------------


def card(asked, now, policy):
    """What is worth knowing beside the letter: who they are, how they answer, how the two are connected."""
    alum = asked.alum
    found = [line for line in (asked.about_person, asked.about_organization, asked.about_field) if line]
    if alum is None:
        return {"referral": asked.referral, "talked_at": _talked_at(asked), "found": found}
    record = care.records([alum], now, policy).get(alum.pk, care.Record())
    return {
        "record": record,
        "free": care.availability(alum, record, now, policy),
        "month": care.month_of(now, policy)[0],
        "offers": cards.offers_in_full(alum),
        "studied": cards.listed(alum.majors) if alum.majors else alum.degrees,
        "home": cards.home(alum) if alum.city else "",
        "referral": asked.referral,
        "talked_at": _talked_at(asked),
        "found": found,
    }


def _talked_at(asked):
    if asked.referral is None:
        return None
    talks = Touch.objects.filter(contact=asked.referral.referrer_id, kind=Touch.Kind.TALKED)
    return talks.order_by("-at").values_list("at", flat=True).first()
