"""How far a student has come: paths side by side, what they are surer of, whom they talked with, what they were given.

It reads and arranges; what was written after each conversation is debriefing's.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.http import QueryDict

from apps.accounts.models import User
from apps.clock import times
from apps.growth.models import SKILLS, Path, SelfRating
from apps.interviews.debriefing.models import Debrief, Finding, Gain, LiveNote
from apps.interviews.lifecycle.models import Interview, InterviewQuerySet
from apps.network import overview
from apps.network.models import Referral
from apps.web import charts
from apps.wording.studies import in_a_sentence
from apps.wording.text import folded

STALE = timedelta(days=365)  # R9
MOST_FIELDS = 6
NAMES_WIDE = 150
BETTER = {
    "clarity": "You know better what you want",
    "confidence": "You’re more confident now",
    "listening": "You listen better now",
    "asking": "You ask better questions now",
    "networking": "You find it easier to reach out",
}


type Fit = tuple[str, int | None, int | None]  # a name, before, now


@dataclass(frozen=True)
class Figure:
    """A picture with its title, in words for who cannot see it, and as a table."""

    title: str
    about: str
    says: str
    lines: Sequence[tuple[str, ...]]


@dataclass(frozen=True)
class MovesFigure(Figure):
    chart: charts.Moves


@dataclass(frozen=True)
class RowsFigure(Figure):
    chart: charts.Rows


@dataclass(frozen=True)
class PathShown:
    path: Path
    before: int | None
    now: int | None
    held: int
    coming: Interview | None


@dataclass(frozen=True)
class Tally:
    count: int
    words: str
    url: str = ""


@dataclass(frozen=True)
class Said:
    """What a conversation gave, in the student’s words."""

    talk: Interview
    words: str


@dataclass(frozen=True)
class Gained:
    """One of the five things that a conversation can give: how many gave it, and what was said of it last."""

    count: int
    label: str
    said: list[Said]


MOST_SAID = 3


@dataclass(frozen=True)
class ProgressPage:
    lead: str
    held: int
    paths: list[PathShown]
    fit: MovesFigure | None
    skills: MovesFigure | None
    fields: RowsFigure | None
    given: list[Tally]
    gains: list[Gained]
    has_words: bool  # about any of these
    changed: int
    asks: list[overview.Asks]  # introductions beside cold requests
    compared: str
    section: str = "network"


def progress_page(student: User, now: datetime) -> ProgressPage:
    talks = list(_talks(student).over(now).order_by("starts_at"))
    ratings = list(SelfRating.objects.filter(student=student).order_by("rated_on"))
    shown = paths_shown(student, now)
    fits: list[Fit] = [(one.path.name, one.before, one.now) for one in shown]
    found = _findings(student)
    asks, gains = overview.asks_of(student), _gains(talks)
    return ProgressPage(
        lead=_lead(talks, fits, now),
        held=len(talks),
        paths=shown,
        fit=_fit_figure(fits),
        skills=_skills_figure(ratings, now),
        fields=_fields_figure(talks),
        given=_given(student, found),
        gains=gains,
        has_words=any(gain.said for gain in gains),
        changed=found[Finding.CHANGED],
        asks=asks,
        compared=overview.compared(asks),
    )


def _talks(student: User) -> InterviewQuerySet:
    return Interview.objects.filter(student=student).select_related("alum", "contact", "debrief")


def paths_shown(student: User, now: datetime) -> list[PathShown]:
    talks = Interview.objects.select_related("contact", "debrief").order_by("starts_at")
    paths = Path.objects.kept().filter(student=student).order_by("pk").prefetch_related(Prefetch("talks", talks))
    return [_shown(path, now) for path in paths]


def _shown(path: Path, now: datetime) -> PathShown:
    talks = list(path.talks.all())
    coming = next((talk for talk in talks if talk.status == "scheduled" and talk.ends_at > now), None)
    return PathShown(path, *_fit(path, now), sum(talk.is_over(now) for talk in talks), coming)


def _debrief(talk: Interview) -> Debrief | None:
    return getattr(talk, "debrief", None)


def _fit(path: Path, now: datetime) -> tuple[int | None, int | None]:
    """Return how well it fitted before and fits now: as said of the path, else of its first and last conversation."""
    written = [debrief for talk in path.talks.all() if talk.is_over(now) and (debrief := _debrief(talk))]
    before = [one.fit_before for one in written if one.fit_before]
    after = [one.fit_after for one in written if one.fit_after]
    return path.fit_before or (before[0] if before else None), path.fit_now or (after[-1] if after else None)


def _lead(talks: Sequence[Interview], fits: Sequence[Fit], now: datetime) -> str:
    if not talks:
        return "After your first conversation, you’ll see here what it changed. You can name your paths now."
    count = len(talks)
    months = (now - talks[0].starts_at).days // 30
    span = f" in {months} months" if months > 1 else ""
    said = f"{count} conversation{'' if count == 1 else 's'}{span}."
    before = max((fit for fit in fits if fit[1]), key=lambda fit: fit[1] or 0, default=None)
    after = max((fit for fit in fits if fit[2]), key=lambda fit: fit[2] or 0, default=None)
    if before and after and before[0] != after[0] and (after[2] or 0) > (before[2] or 0):
        was, became = in_a_sentence(before[0]), in_a_sentence(after[0])
        return f"{said} You came for {was}, and people moved you to {became}."
    return said


def _fit_figure(fits: Sequence[Fit]) -> MovesFigure | None:
    known = [fit for fit in fits if fit[1] or fit[2]]
    if not known:
        return None
    up = [in_a_sentence(name) for name, before, now in known if before and now and now > before]
    down = [in_a_sentence(name) for name, before, now in known if before and now and now < before]
    if up and down:
        title = f"You’re surer of {_joined(up[:2])}, and less of {_joined(down[:2])}"
    elif up:
        title = f"You’re surer of {_joined(up[:3])}"
    elif down:
        title = f"You’re less sure of {_joined(down[:3])}"
    else:
        title = "How well each path fits you"
    says = "How well each path fits, from 1 to 5: " + "; ".join(_move(*fit) for fit in known) + "."
    about = "How well each path fits you, before your first conversation and now"
    return MovesFigure(title, about, says, [_line(*fit) for fit in known], charts.moves(known, left=NAMES_WIDE))


def _skills_figure(ratings: Sequence[SelfRating], now: datetime) -> MovesFigure | None:
    if not ratings:
        return None
    first, last = ratings[0], ratings[-1]
    lines: list[Fit] = [
        (label, getattr(first, skill) if len(ratings) > 1 else None, getattr(last, skill))
        for skill, label in SKILLS.items()
    ]
    gains = {skill: getattr(last, skill) - getattr(first, skill) for skill in SKILLS}
    best = max(gains, key=lambda skill: gains[skill])
    title = BETTER[best] if gains[best] > 0 else "Your skills"
    when = f"as you rated yourself {times.ago(last.rated_on, now)}"
    if len(ratings) > 1:
        began = f"{times.month(first.rated_on)} {first.rated_on.year}"
        when = f"as you rated yourself in {began} and {times.ago(last.rated_on, now)}"
    says = "Five skills, from 1 to 5: " + "; ".join(_move(*line) for line in lines) + "."
    table = [_line(*line) for line in lines]
    return MovesFigure(title, f"Five skills, {when}", says, table, charts.moves(lines, left=NAMES_WIDE))


def _fields_figure(talks: Sequence[Interview]) -> RowsFigure | None:
    """Draw with whom they talked, by field; a field with only one conversation is marked."""
    counts = Counter(talk.alum.field if talk.alum and talk.alum.field else "" for talk in talks)
    rest = counts.pop("", 0)
    if not counts:
        return None
    most = counts.most_common()
    shown, beyond = most[:MOST_FIELDS], sum(count for _, count in most[MOST_FIELDS:])
    lines = [*shown, *([("Other fields", rest + beyond)] if rest + beyond else [])]
    highest = max(count for _, count in lines)
    single = [name for name, count in shown if count == 1]
    parts = [charts.Part(name, str(count), count / highest, is_marked=name in single) for name, count in lines]
    if len(counts) == 1 and not rest:
        title = f"All your conversations were in {in_a_sentence(shown[0][0])}"
    elif 0 < len(single) <= 2 < highest:
        title = (
            f"1 conversation {'each ' if len(single) > 1 else ''}in {_joined([in_a_sentence(one) for one in single])}"
        )
    elif highest > 1 and shown[0][1] == highest:
        title = f"Most of your conversations were in {in_a_sentence(shown[0][0])}"
    else:
        title = "The fields you’ve talked about"
    total = len(talks)
    says = "Conversations by field: " + ", ".join(f"{name} {count}" for name, count in lines) + "."
    about = f"{total} conversation{'' if total == 1 else 's'}, by field"
    table = [(name, str(count)) for name, count in lines]
    return RowsFigure(title, about, says, table, charts.rows(parts, left=NAMES_WIDE))


def _findings(student: User) -> Counter[str]:
    return Counter(
        LiveNote.objects.filter(interview__student=student).exclude(finding="").values_list("finding", flat=True)
    )


def _given(student: User, found: Counter[str]) -> list[Tally]:
    words = {Finding.NEW: "new to you", Finding.CHANGED: "changed how you see it", Finding.CONFIRMED: "confirmed it"}
    given = [Tally(found[finding], words[finding], f"?finding={finding}") for finding in words if found[finding]]
    introductions = Referral.objects.filter(student=student).count()
    if introductions:
        given.append(Tally(introductions, f"introduction{'' if introductions == 1 else 's'}"))
    return given


def _gains(talks: Sequence[Interview]) -> list[Gained]:
    """Return what the conversations gave, and of each the last words about it, the newest first (R6)."""
    said: dict[Gain, list[Said]] = {gain: [] for gain in Gain}
    counts = Counter[Gain]()
    for talk, gain, words in _each_gain(talks):
        counts[gain] += 1
        if words:
            said[gain].append(Said(talk, words))
    return [Gained(counts[gain], gain.label, said[gain][:MOST_SAID]) for gain in Gain if counts[gain]]


def gains_noted(student: User, now: datetime) -> list[tuple[Interview, Gain, str]]:
    """Return all that a student’s conversations gave, with the words about it or "", the newest first."""
    talks = _talks(student).over(now).select_related("contact__organization").order_by("starts_at", "pk")
    return list(_each_gain(list(talks)))


def _each_gain(talks: Sequence[Interview]) -> Iterator[tuple[Interview, Gain, str]]:
    for talk in reversed(talks):
        for gain, words in (debrief.gained if (debrief := _debrief(talk)) else {}).items():
            yield talk, gain, words


def _joined(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _move(name: str, before: int | None, now: int | None) -> str:
    if before and now:
        return f"{name} {before} to {now}"
    return f"{name} {now or before}"


def _line(name: str, before: int | None, now: int | None) -> tuple[str, ...]:
    return name, str(before or "–"), str(now or "–")


# --- a path -----------------------------------------------------------------------------------------------------------


def talks_to_choose(student: User, path: Path | None) -> list[Interview]:
    """Return the conversations that may be about a path, those that are about it first, then the newest."""
    mine = set(path.talks.values_list("pk", flat=True)) if path and path.pk else set()
    talks = _talks(student).exclude(status="cancelled").order_by("-starts_at")
    return sorted(talks, key=lambda talk: talk.pk not in mine)


def about(talk: Interview) -> str:
    """Say a conversation in a line: with whom, about what, when."""
    field = f", {talk.alum.field}" if talk.alum and talk.alum.field else ""
    return f"{talk.contact.name}{field}, {times.full_date(talk.starts_at)}"


def likely(name: str, talks: Iterable[Interview]) -> list[int]:
    """Return which conversations are about a path of that name, as the directory has it."""
    wanted = folded(name)
    return [talk.pk for talk in talks if wanted and talk.alum and wanted in folded(talk.alum.field)]


@dataclass(frozen=True)
class NotesOfTalk:
    """What was noted in one conversation."""

    talk: Interview
    notes: list[LiveNote]
    is_stale: bool


@dataclass(frozen=True)
class NotesPage:
    talks: list[NotesOfTalk]
    page: Page[LiveNote]
    findings: list[tuple[str, str, bool]]  # value, label, whether it is shown
    paths: list[tuple[str, str, bool]]
    shown: dict[str, str]
    own_paths: list[Path]
    section: str = "network"


def notes_page(student: User, asked: QueryDict, now: datetime) -> NotesPage:
    """Return what was noted in conversations, the newest first, by what it was to them and by path (R8, R111)."""
    found = LiveNote.objects.filter(interview__student=student).select_related("interview__contact")
    finding = asked.get("finding", "")
    finding = finding if finding in Finding.values else ""
    own_paths = list(Path.objects.kept().filter(student=student).order_by("pk"))
    chosen = next((path for path in own_paths if str(path.pk) == asked.get("path")), None)
    if finding:
        found = found.filter(finding=finding)
    if chosen:
        found = found.filter(_is_about(chosen))
    found = found.prefetch_related(Prefetch("paths", Path.objects.kept().order_by("pk")))
    shown = {"finding": finding, "path": str(chosen.pk) if chosen else ""}
    page = Paginator(found.order_by("-interview__starts_at", "interview", "at", "pk"), 30).get_page(asked.get("page"))
    return NotesPage(
        talks=[
            NotesOfTalk(talk, list(notes), is_stale=talk.starts_at < now - STALE)
            for talk, notes in groupby(page.object_list, key=lambda note: note.interview)
        ],
        page=page,
        findings=[("", "All", not finding), *((one.value, one.label, one == finding) for one in Finding)],
        paths=[("", "All", chosen is None), *((str(path.pk), path.name, path == chosen) for path in own_paths)],
        shown=shown,
        own_paths=own_paths,
    )


def _is_about(path: Path) -> Q:
    """Return which notes are about a path: those of which it was said; else those of its conversations."""
    said = Path.objects.kept().filter(notes=OuterRef("pk"))
    return Q(Exists(said.filter(pk=path.pk))) | Q(~Exists(said), interview__in=path.talks.all())
