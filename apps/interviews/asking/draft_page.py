"""What the composer shows: the person, the four parts with hints and samples, the times, the letter as it arrives.

It reads and arranges; it changes nothing. The words of the hints are checks.py's, of the letter letter.py's.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.forms import BoundField
from psycopg.types.range import Range

from apps.accounts.models import User
from apps.alumni import limits
from apps.alumni.models import AlumniProfile, Format
from apps.clock import times
from apps.clock.local_times import hours_between
from apps.clock.two_clocks import apart, theirs
from apps.database.promised import promised
from apps.directory import cards
from apps.interviews.asking import checks, reviews, samples, what_works
from apps.interviews.asking.channels import Rendering, renderings
from apps.interviews.asking.checks import Draft, Length
from apps.interviews.asking.forms import LeavingForm, RequestForm, ResearchCardForm, SentForm, leaving_of
from apps.interviews.asking.letter import Letter, letter_of, recipient_zone
from apps.interviews.asking.models import PARTS, Review, ReviewComment
from apps.interviews.asking.provenance import Beginning
from apps.interviews.asking.sending import Sending, best_time, sending_of
from apps.interviews.lifecycle.models import MINUTES, Channel, InterviewRequest, TimeWindow
from apps.interviews.scheduling import week_page
from apps.interviews.scheduling.forms import WindowForm, initial_of
from apps.interviews.scheduling.week_page import Frame
from apps.interviews.scheduling.windows import MOST_WINDOWS
from apps.interviews.sharing.away import reader_of
from apps.interviews.sharing.models import Away
from apps.network.models import Contact, Referral, Touch
from apps.policy.models import Policy
from apps.shelf.models import Resource, Topic
from apps.shelf.shelves import two
from apps.students.aims import Aim, aim_of
from apps.wording.hints import Hint
from apps.wording.pronouns import Pronouns, pronouns_of

ASKS = {
    "who": ("Who you are", "Name, year, what you study. One sentence is enough.", 2),
    "connection": ("How you found {object}", "Name the person or the page that led you here.", 3),
    "why": (
        "Why you’re asking {object}",
        "What do you want to know about {possessive} path that you can’t find online?",
        6,
    ),
    "ask": ("What you’re asking for", "Be specific: {minutes} minutes, and when.", 3),
}


@dataclass(frozen=True)
class Said:
    """A coach's comment; `hint` is ours on the same sentence, so that both are one box."""

    comment: ReviewComment
    hint: Hint | None


@dataclass(frozen=True)
class Part:
    """One of the four parts as the page shows it."""

    key: str
    number: int
    label: str
    help: str
    rows: int
    bound: BoundField
    samples: Sequence[str]
    hints: list[Hint]
    comments: list[Said]


@dataclass(frozen=True)
class OfferedTime:
    """One time to offer, with both readings and a form to change it. `clash`: whom the student talks with then."""

    window: TimeWindow
    theirs: str
    is_past: bool
    is_short: bool
    clash: str
    form: WindowForm


@dataclass(frozen=True, kw_only=True)
class Beside:
    """What is worth knowing beside the letter: who they are, how they answer, how the two are connected."""

    referral: Referral | None
    talked_at: datetime | None
    found: list[str]
    record: limits.Record | None = None  # from here on: of an alum of the directory
    free: limits.Availability | None = None
    month: date | None = None
    offers: str = ""
    studied: str = ""
    home: str = ""


@dataclass(frozen=True, kw_only=True)
class ComposerPage(Beside):
    """The four parts with hints and samples, the times, the letter as it arrives."""

    asked: InterviewRequest
    contact: Contact
    alum: AlumniProfile | None
    pronouns: Pronouns
    recipient: str
    form: RequestForm
    errors: RequestForm | None
    beginning: Beginning  # of the second part, as the network knows it
    parts: list[Part]
    hints: dict[str, list[Hint]]
    tried: bool
    to_mend: list[tuple[str, Hint]]  # each with the id of the field in which it can be answered
    length: Length
    fewest_words: int
    most_words: int
    letter: Letter
    pieces: list[tuple[int, list[tuple[str, bool]]]]
    windows: list[OfferedTime]
    new_window: WindowForm
    can_offer_more: bool
    distance: str
    coach: User | None  # who would read it now
    away: Away | None  # the days on which the student's own coach does not
    must_be_read: bool
    comments: dict[str, list[ReviewComment]]
    given_back: Review | None
    commented: list[tuple[str, str]]  # the parts with an open comment, each with its label
    minutes: list[tuple[int, str]]
    formats: list[tuple[str, str]]
    is_outside: bool
    is_first: bool
    renderings: list[Rendering]
    leaving: LeavingForm
    sending: Sending
    their_zone: str
    sent_form: SentForm
    policy: Policy
    aim: Aim
    what_works: str  # here, in one sentence; empty where nothing is clear
    resources: list[Resource]  # what of the office’s shelf helps to ask
    is_swap: bool  # only what follows from the words goes into the page anew
    section: str = "people"


def context(
    asked: InterviewRequest,
    now: datetime,
    form: RequestForm | None = None,
    window_form: WindowForm | None = None,
    leaving: LeavingForm | None = None,
    tried: bool = False,
    *,
    sent_form: SentForm | None = None,
    is_swap: bool = False,
) -> ComposerPage:
    """Gather the page. `tried`: a refused Send showed what is missing; until then a hint only suggests."""
    policy = Policy.now()
    draft = checks.read(asked, now)
    hints, comments = checks.hints(draft), reviews.comments_by_part(asked)
    whole = _complete(asked, form)
    letter = letter_of(asked, checks.usable(draft), university=policy.university)
    is_outside = asked.channel != Channel.RAPPORT
    leaving = leaving or _leaving(asked, now)
    reader = reader_of(asked.student, now)
    must_be_read = reviews.must_be_read(asked, reader)
    return ComposerPage(
        asked=asked,
        contact=asked.contact,
        alum=asked.alum,
        pronouns=draft.pronouns,
        recipient=draft.recipient,
        form=whole,
        errors=form if form is not None and form.errors else None,
        beginning=draft.beginning,
        parts=_parts(asked, whole, hints, comments),
        hints=_by_part(hints),
        tried=tried,
        to_mend=[(_place(hint, draft), hint) for hint in hints if hint.blocks] if tried else [],
        length=checks.length_of(asked),
        fewest_words=checks.FEWEST_WORDS,
        most_words=checks.MOST_WORDS,
        letter=letter,
        pieces=_pieces(asked, hints, policy),
        windows=_windows(draft, window_form),
        new_window=window_form
        if window_form and window_form.prefix == "new"
        else WindowForm(zone=asked.student.time_zone, prefix="new"),
        can_offer_more=len(draft.windows) < MOST_WINDOWS,
        distance=distance(asked, min((w.starts_at for w in draft.windows if w.starts_at > now), default=now)),
        coach=reader.coach,
        away=reader.away,
        must_be_read=must_be_read,
        comments=comments,
        given_back=reviews.given_back(asked),
        commented=[
            (key, label) for key, label in PARTS.items() if not all(one.is_done for one in comments.get(key, ()))
        ],
        minutes=list(MINUTES.items()),
        formats=Format.choices,
        is_outside=is_outside,
        is_first=not asked.student.requests.filter(sent_at__isnull=False).exists(),
        renderings=renderings(asked, letter) if is_outside else [],
        leaving=leaving,
        sending=sending_of(
            asked, _send_at(asked, leaving), now, must_be_read=must_be_read, is_released=reader.is_released
        ),
        their_zone=times.zone_name(recipient_zone(asked)),
        sent_form=sent_form or SentForm(initial={"channel": asked.channel}),
        policy=policy,
        aim=aim_of(asked.student.student_profile),
        what_works="" if is_outside else what_works.sentence(),
        resources=[] if is_swap else two(Topic.ASK),
        is_swap=is_swap,
        **vars(card(asked, now, policy)),
    )


def _leaving(asked: InterviewRequest, now: datetime) -> LeavingForm:
    zone = recipient_zone(asked)
    return LeavingForm(zone=zone, initial=leaving_of(asked.send_at, zone, best_time(zone, now)))


def _send_at(asked: InterviewRequest, form: LeavingForm) -> datetime | None:
    """Return the time to leave as it stands in the form, or as it was chosen before."""
    if not form.is_bound:
        return asked.send_at
    return form.cleaned_data.get("send_at") if form.is_valid() else None


def _complete(asked: InterviewRequest, posted: RequestForm | None) -> RequestForm:
    """Return a form with every field, holding what was typed where it could not be saved."""
    if posted is None or not posted.errors:
        return RequestForm(instance=asked)
    typed = {name: posted.data.get(name) for name in posted.fields if name != "formats"}
    return RequestForm(instance=asked, initial=typed)


def _place(hint: Hint, draft: Draft) -> str:
    """Return the id of the field in which a hint can be answered."""
    if hint.part != "times":
        return f"id_{hint.part}" if hint.part in ("subject", "goals") else f"id_part_{hint.part}"
    if hint.name == "formats":
        return f"format-{Format.values[0]}"
    return "id_new-day" if len(draft.windows) < MOST_WINDOWS else "times"


def _by_part(hints: Iterable[Hint]) -> dict[str, list[Hint]]:
    by_part: dict[str, list[Hint]] = {}
    for hint in hints:
        by_part.setdefault(hint.part, []).append(hint)
    return by_part


def _parts(
    asked: InterviewRequest, form: RequestForm, hints: Iterable[Hint], comments: dict[str, list[ReviewComment]]
) -> list[Part]:
    sentences = samples.for_request("referred" if asked.referral_id else asked.contact.relation, Policy.now())
    by_part = _by_part(hints)
    pronouns = pronouns_of(asked.contact.pronouns)
    together = {key: _together(by_part.get(key, []), comments.get(key, [])) for key in ASKS}
    words = {"minutes": asked.minutes, "object": pronouns.object, "possessive": pronouns.possessive}
    return [
        Part(
            key=key,
            number=number,
            label=label.format(**words),
            help=help.format(**words),
            rows=rows,
            bound=form[f"part_{key}"],
            samples=sentences[key],
            hints=together[key][0],
            comments=together[key][1],
        )
        for number, (key, (label, help, rows)) in enumerate(ASKS.items(), 1)
    ]


def _together(hints: Iterable[Hint], comments: Iterable[ReviewComment]) -> tuple[list[Hint], list[Said]]:
    """Return the hints that stand alone, and the comments, each with a hint on its sentence where there is one."""
    alone, said = list(hints), []
    for comment in comments:
        hint = next((one for one in alone if _is_of(one, comment)), None)
        if hint is not None:
            alone.remove(hint)
        said.append(Said(comment, hint))
    return alone, said


def _is_of(hint: Hint, comment: ReviewComment) -> bool:
    """Whether a hint is about the words on which an open comment is; one that blocks keeps its own place."""
    sentence, anchor = " ".join(hint.sentence.split()), " ".join(comment.anchor.split())
    if hint.blocks or hint.tone == "moss" or comment.taken_at or not (sentence and anchor):
        return False
    return anchor in sentence or sentence in anchor


def _pieces(asked: InterviewRequest, hints: Iterable[Hint], policy: Policy) -> list[tuple[int, list[tuple[str, bool]]]]:
    """Return the paragraphs cut into (words, is it what a hint is about), so that the preview can mark them."""
    marked: dict[int, list[str]] = {}
    for hint in hints:
        if hint.sentence and hint.tone != "moss" and hint.part in ASKS:
            marked.setdefault(list(ASKS).index(hint.part) + 1, []).append(hint.sentence)
    written = letter_of(asked, [], university=policy.university)
    return [
        (paragraph.number, _cut(paragraph.text, marked.get(paragraph.number, []))) for paragraph in written.paragraphs
    ]


def _cut(text: str, sentences: Iterable[str]) -> list[tuple[str, bool]]:
    pieces, rest = [], text
    for sentence in sentences:
        before, marked, after = rest.partition(" ".join(sentence.split()))
        if marked:
            pieces += [(before, False), (marked, True)]
            rest = after
    return [piece for piece in [*pieces, (rest, False)] if piece[0]]


# --- the times --------------------------------------------------------------------------------------------------------


def _windows(draft: Draft, window_form: WindowForm | None) -> list[OfferedTime]:
    """Return each time with both readings, a form to change it, and whom else the student talks with then."""
    zone, other = draft.request.student.time_zone, recipient_zone(draft.request)
    busy, usable = _busy(draft), checks.usable(draft)
    return [
        OfferedTime(
            window=window,
            theirs=theirs(window, zone, other),
            is_past=window not in usable and not _is_short(window, draft),
            is_short=_is_short(window, draft),
            clash=next((name for name, during in busy if _overlaps(window, during)), ""),
            form=window_form
            if window_form and window_form.prefix == f"w{window.pk}"
            else WindowForm(zone=zone, prefix=f"w{window.pk}", initial=initial_of(window, zone)),
        )
        for window in draft.windows
    ]


def _is_short(window: TimeWindow, draft: Draft) -> bool:
    """Whether a time became too short, because the student wants longer now."""
    return window.ends_at - window.starts_at < timedelta(minutes=draft.request.minutes)


def _busy(draft: Draft) -> list[tuple[str, Range[datetime]]]:
    taken = draft.request.student.taken_times.filter(during__endswith__gt=draft.now)
    talks = taken.select_related("interview__contact").order_by("pk")
    return [(talk.interview.contact.name, talk.during) for talk in talks]


def _overlaps(window: TimeWindow, during: Range[datetime]) -> bool:
    return window.starts_at < promised(during.upper) and promised(during.lower) < window.ends_at


def week_frame(asked: InterviewRequest, now: datetime) -> Frame:
    """Return what stands around the week on which the times of a draft are chosen."""
    student, first, zone = asked.student, asked.contact.first_name, asked.student.time_zone
    windows = list(asked.windows.filter(offered_by="student").order_by("starts_at", "pk"))
    possessive = pronouns_of(asked.contact.pronouns).possessive
    return Frame(
        heading=f"When could you talk with {first}?",
        lead=f"Offer 3 to 5 times. {first} picks {asked.minutes} minutes inside one: longer times make it easier.",
        back=asked.get_absolute_url(),
        back_says=f"Back to your request to {first}",
        button="Offer these times",
        sides=week_page.with_alum(zone, first, asked.alum, recipient_zone(asked), possessive),
        minutes=asked.minutes,
        blocks=week_page.of_student(student, now, but=asked),
        pattern=week_page.own_pattern(student),
        about=asked,
        offered=week_page.spans_of(windows),
        has_busy_times=True,
        distance=distance(asked, now),
        usual_says=week_page.quoted(first, asked.alum),
        key_usual=f"{first}’s usual times",
        key_busy="You’re busy",
        section="people",
    )


def distance(asked: InterviewRequest, at: datetime) -> str:
    """You’re on Central Time. Dublin is 6 hours ahead, on the day that is meant. Her mornings are your nights."""
    zone, other = asked.student.time_zone, recipient_zone(asked)
    return f"{apart(zone, other, at)}{_nights(asked, hours_between(zone, other, at))}"


def _nights(asked: InterviewRequest, hours: float) -> str:
    if abs(hours) < 5:
        return ""
    theirs = pronouns_of(asked.contact.pronouns).possessive.capitalize()
    return f" {theirs} mornings are your nights." if hours > 0 else f" Your mornings are {theirs.lower()} nights."


# --- the person -------------------------------------------------------------------------------------------------------


def card(asked: InterviewRequest, now: datetime, policy: Policy) -> Beside:
    """Return what is worth knowing beside the letter."""
    alum, referral = asked.alum, asked.referral
    found = [line for line in (asked.about_person, asked.about_organization, asked.about_field) if line]
    if alum is None:
        return Beside(referral=referral, talked_at=_talked_at(referral), found=found)
    record = limits.records([alum], now, policy, student=asked.student_id).get(alum.pk, limits.Record())
    return Beside(
        referral=referral,
        talked_at=_talked_at(referral),
        found=found,
        record=record,
        free=limits.availability(alum, record, now, policy),
        month=limits.month_of(now, policy)[0],
        offers=cards.offers_in_full(alum),
        studied=cards.listed(alum.majors) if alum.majors else alum.degrees,
        home=cards.home(alum) if alum.city else "",
    )


def _talked_at(referral: Referral | None) -> datetime | None:
    if referral is None:
        return None
    talks = Touch.objects.filter(contact=referral.referrer_id, kind=Touch.Kind.TALKED)
    return talks.order_by("-at").values_list("at", flat=True).first()


@dataclass(frozen=True, kw_only=True)
class ResearchPage:
    """The three lines before the letter."""

    asked: InterviewRequest
    contact: Contact
    alum: AlumniProfile | None
    pronouns: Pronouns
    form: ResearchCardForm
    section: str = "people"


def research(asked: InterviewRequest, form: ResearchCardForm | None = None) -> ResearchPage:
    return ResearchPage(
        asked=asked,
        contact=asked.contact,
        alum=asked.alum,
        pronouns=pronouns_of(asked.contact.pronouns),
        form=form or ResearchCardForm(instance=asked),
    )
