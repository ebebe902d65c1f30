"""All that happened with one person, in one order, whatever table it lies in: searched, parted by kind, page by page.

One statement says which entries a page has and how many there are, one for each kind reads them; so a page costs the
same at five entries and at five thousand. What lies in apps above this one (requests, conversations, notes while
talking) is read through the contact's reverse relations.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, NamedTuple

from django.core.paginator import Page, Paginator
from django.db import connection
from django.db.models import CharField, DateTimeField, F, Q, QuerySet, Value
from django.db.models.functions import Cast, Coalesce

from apps.clock.regions import spelled_lazily
from apps.database.prepared import among, prepared
from apps.network.folding import Folded
from apps.network.models import ActionStep, Contact, Outcome, Referral, Touch
from apps.web.answers import page_of_a_row
from apps.web.gate import whole_number
from apps.wording.text import folded

A_PAGE = 20
MOST_PAGES = 10**6
type Sort = Literal["touch", "step", "outcome", "named_by", "named", "note", "reflection", "talk"]
SHOWN = {  # what can be chosen, and what of it
    "": "Everything",
    "talks": "Conversations and requests",
    "messages": "Messages and meetings",
    "notes": "Notes",
    "new": "Notes: new to you",
    "changed": "Notes: changed your mind",
    "confirmed": "Notes: confirmed",
    "steps": "Next steps",
    "thanks": "Thank-you notes",
    "people": "Introductions",
    "results": "Results",
}
K = Touch.Kind
TOUCHES = {
    "talks": [K.ASKED, K.ANSWERED, K.TALKED],
    "messages": [K.MET, K.WROTE, K.HEARD, K.UPDATED, K.CALLED, K.GAVE],
    "notes": [K.NOTE],
    "thanks": [K.THANKED],
    "people": [K.INTRO],
}
SORTS: dict[str, tuple[Sort, ...]] = {
    "": ("touch", "step", "outcome", "named_by", "named", "note", "reflection", "talk"),
    "talks": ("touch", "talk"),
    "messages": ("touch",),
    "notes": ("touch", "note", "reflection"),
    "new": ("note",),
    "changed": ("note",),
    "confirmed": ("note",),
    "steps": ("step",),
    "thanks": ("touch",),
    "people": ("touch", "named_by", "named"),
    "results": ("outcome",),
}
ICONS: dict[str, str] = {
    K.MET: "people",
    K.ASKED: "send",
    K.ANSWERED: "envelope-check",
    K.TALKED: "chat-left-quote",
    K.THANKED: "heart",
    K.WROTE: "pencil",
    K.HEARD: "envelope",
    K.UPDATED: "arrow-return-left",
    K.CALLED: "telephone",
    K.INTRO: "person-plus",
    K.GAVE: "gift",
    K.NOTE: "sticky",
}
FINDINGS = {"new": "New", "changed": "Changed", "confirmed": "Confirmed"}  # as interviews.debriefing.Finding
NOTES = {"note": "Your note", "quote": "In their words", "action": "To do"}  # as interviews.debriefing.LiveNote
TALKS = {
    "scheduled": ("calendar-check", "Your conversation"),
    "cancelled": ("calendar-x", spelled_lazily("Your conversation was canceled")),
    "no_show": ("person-x", "You didn’t get to talk"),
}


@dataclass(frozen=True)
class Entry:
    """One thing that happened: when, what, in whose words, and where it is changed or read on."""

    day: date | datetime
    icon: str
    what: str
    text: str = ""
    edit: str = ""  # the address where it is changed
    more: str = ""  # the address where all of it stands
    more_label: str = ""
    tag: str = ""
    person: Contact | None = None

    @property
    def iso(self) -> str:
        """The day as a machine reads it."""
        return self.day.isoformat(timespec="minutes") if isinstance(self.day, datetime) else self.day.isoformat()


class _Place(NamedTuple):
    at: datetime
    sort: Sort
    pk: int


@dataclass(frozen=True)
class Timeline:
    """A page of it, and what was asked for."""

    page: Page[int]
    entries: list[Entry]
    find: str
    shown: str
    choices: dict[str, str]

    @property
    def is_narrowed(self) -> bool:
        return bool(self.find or self.shown)


def timeline(contact: Contact, *, find: str = "", shown: str = "", page: str | None = None) -> Timeline:
    """Return a page of what happened with somebody, the newest first."""
    find, shown = " ".join(find.replace("\x00", "").split())[:100], shown if shown in SHOWN else ""
    number = min(max(whole_number(page) or 1, 1), MOST_PAGES)
    count, places = _places(contact.pk, shown, find, number)
    if not places and number > 1:  # behind the last one
        count, _ = _places(contact.pk, shown, find, 1)
    found = Paginator(range(count), A_PAGE).get_page(number)
    if count and not places:
        _, places = _places(contact.pk, shown, find, found.number)
    return Timeline(found, _entries(contact, places), find, shown, SHOWN)


def _places(contact: int, shown: str, find: str, number: int) -> tuple[int, list[_Place]]:
    """Return how many entries there are, and which of them are on a page: none behind the last page, whose count is 0.

    Of everything the statement is written once; a search has words of its own.
    """
    sql, values = _of(contact, shown, find).query.sql_with_params() if shown or find else _all.bind(contact).written()
    with connection.cursor() as cursor:
        cursor.execute(_ONE_PAGE.format(places=sql), [*values, A_PAGE, (number - 1) * A_PAGE])
        rows = cursor.fetchall()
    return rows[0][-1] if rows else 0, [_Place(*place) for *place, _ in rows]


# Our own words alone stand in it; what somebody looks for is a value.
_ONE_PAGE = """
WITH places (at, sort, pk) AS ({places})
SELECT *, count(*) OVER () FROM places ORDER BY at DESC, sort, pk DESC LIMIT %s OFFSET %s
"""


# --- which entries ----------------------------------------------------------------------------------------------------


def _of(contact: int, shown: str, find: str) -> QuerySet[Any]:
    first, *others = [_ARMS[sort](contact, shown, find) for sort in SORTS[shown]]
    return first.union(*others, all=True) if others else first


@prepared
def _all(contact: int) -> QuerySet[Any]:
    return _of(contact, "", "")


def _arm(rows: QuerySet[Any], sort: Sort, at: Any, pk: str, find: str, *texts: str) -> QuerySet[Any]:
    """Return the rows of one kind as places of the timeline; `find` in any of the texts, whatever accents or case."""
    if find:
        rows = rows.alias(**{f"said_{n}": Folded(text) for n, text in enumerate(texts)})
    for word in folded(find).split():
        said = Q()
        for n in range(len(texts)):
            said |= Q(**{f"said_{n}__contains": word})
        rows = rows.filter(said)
    places = rows.order_by().annotate(place_at=at, place_sort=Value(sort, output_field=CharField()), place_pk=F(pk))
    return places.values_list("place_at", "place_sort", "place_pk")


def _touches(contact: int, shown: str, find: str) -> QuerySet[Any]:
    rows = Touch.objects.filter(contact=contact, **({"kind__in": TOUCHES[shown]} if shown else {}))
    return _arm(rows, "touch", F("at"), "pk", find, "note")


def _steps(contact: int, shown: str, find: str) -> QuerySet[Any]:
    rows = ActionStep.objects.filter(contact=contact)
    return _arm(rows, "step", Coalesce("done_at", "created_at"), "pk", find, "text")


def _outcomes(contact: int, shown: str, find: str) -> QuerySet[Any]:
    rows = Outcome.objects.filter(contact=contact)
    return _arm(rows, "outcome", Cast("happened_on", DateTimeField()), "pk", find, "note")


def _named_by(contact: int, shown: str, find: str) -> QuerySet[Any]:
    rows = Referral.objects.filter(contact=contact)
    return _arm(rows, "named_by", F("named_at"), "pk", find, "note", "referrer__name")


def _named(contact: int, shown: str, find: str) -> QuerySet[Any]:
    rows = Referral.objects.filter(referrer=contact)
    return _arm(rows, "named", F("named_at"), "pk", find, "note", "contact__name")


def _of_talks(contact: int, **what: Any) -> QuerySet[Contact]:
    return Contact.objects.filter(pk=contact, **what)


def _notes(contact: int, shown: str, find: str) -> QuerySet[Any]:
    finding = {"interviews__notes__finding": shown} if shown in FINDINGS else {}
    rows = _of_talks(contact, interviews__notes__isnull=False, **finding)
    return _arm(rows, "note", F("interviews__notes__at"), "interviews__notes__pk", find, "interviews__notes__text")


REFLECTED = (  # what is searched of a reflection, of an app above this one
    *("learned", "surprised", "agreed", "quote"),
    *("gain_clarity", "gain_openings", "gain_confidence", "gain_field", "gain_strengths"),
)


def _reflections(contact: int, shown: str, find: str) -> QuerySet[Any]:
    rows = _of_talks(contact, interviews__debrief__finished_at__isnull=False)
    texts = [f"interviews__debrief__{name}" for name in REFLECTED]
    at = F("interviews__debrief__finished_at")
    return _arm(rows, "reflection", at, "interviews__debrief__pk", find, *texts)


def _talks(contact: int, shown: str, find: str) -> QuerySet[Any]:
    """Those that are ahead, were called off, or did not happen: that somebody was talked with is a touch."""
    rows = _of_talks(contact, interviews__status__in=list(TALKS))
    return _arm(rows, "talk", F("interviews__starts_at"), "interviews__pk", find, "interviews__change_note")


_ARMS: dict[Sort, Callable[[int, str, str], QuerySet[Any]]] = {
    "touch": _touches,
    "step": _steps,
    "outcome": _outcomes,
    "named_by": _named_by,
    "named": _named,
    "note": _notes,
    "reflection": _reflections,
    "talk": _talks,
}


# --- what they say ----------------------------------------------------------------------------------------------------


def _entries(contact: Contact, places: Iterable[_Place]) -> list[Entry]:
    keys = defaultdict[Sort, list[int]](list)
    for place in places:
        keys[place.sort].append(place.pk)
    said = {sort: _READ[sort](contact, pks) for sort, pks in keys.items()}
    return [said[place.sort][place.pk] for place in places if place.pk in said[place.sort]]


def _read_touches(contact: Contact, pks: list[int]) -> dict[int, Entry]:
    return {touch.pk: _touch(touch) for touch in _touches_of(pks)}


@prepared
def _touches_of(pks: list[int]) -> QuerySet[Touch]:
    return Touch.objects.filter(among(pks))


def _touch(touch: Touch) -> Entry:
    more, label = _occasion(touch)
    is_edited = bool(touch.note or not touch.key)
    edit = page_of_a_row("touch_edit").format(touch.pk) if is_edited else ""
    return Entry(touch.at, ICONS[touch.kind], touch.get_kind_display(), touch.note, edit, more, label)


def _occasion(touch: Touch) -> tuple[str, str]:
    """Return where the request or the conversation stands of which a touch tells, and what the link says."""
    occasion, _, rest = (touch.key or "").partition(":")
    number = rest.partition(":")[0]
    if not number.isdecimal():
        return "", ""
    if occasion in ("asked", "answered"):
        return page_of_a_row("request").format(number), "See your request"
    if occasion in ("talked", "thanked"):
        return page_of_a_row("conversation").format(number), "See this conversation"
    return "", ""


def _read_steps(contact: Contact, pks: list[int]) -> dict[int, Entry]:
    edit = page_of_a_row("step_edit")
    return {
        step.pk: Entry(
            step.done_at or step.created_at,
            "check-lg" if step.done_at else "check2-square",
            _of_step(step, contact),
            step.text,
            edit.format(step.pk),
        )
        for step in ActionStep.objects.filter(pk__in=pks)
    }


def _of_step(step: ActionStep, contact: Contact) -> str:
    if step.is_theirs:
        return f"{contact.first_name} {'did what was agreed' if step.done_at else 'agreed to do something'}"
    return "You did what you planned" if step.done_at else "You planned a next step"


def _read_outcomes(contact: Contact, pks: list[int]) -> dict[int, Entry]:
    edit = page_of_a_row("outcome_edit")
    return {
        outcome.pk: Entry(
            outcome.happened_on, "stars", outcome.get_kind_display(), outcome.note, edit.format(outcome.pk)
        )
        for outcome in Outcome.objects.filter(pk__in=pks)
    }


def _read_named_by(contact: Contact, pks: list[int]) -> dict[int, Entry]:
    edit = page_of_a_row("referral_edit")
    return {
        referral.pk: Entry(
            referral.named_at,
            "person-plus",
            f"suggested {contact.first_name}",
            referral.note,
            edit.format(referral.pk),
            person=referral.referrer,
        )
        for referral in _referrals_of(pks)
    }


@prepared
def _referrals_of(pks: list[int]) -> QuerySet[Referral]:
    return Referral.objects.filter(among(pks)).select_related("contact", "referrer")


def _read_named(contact: Contact, pks: list[int]) -> dict[int, Entry]:
    edit = page_of_a_row("referral_edit")
    return {
        referral.pk: Entry(
            referral.named_at,
            "person-plus",
            f"was suggested by {contact.first_name}",
            referral.note,
            edit.format(referral.pk),
            person=referral.contact,
        )
        for referral in _referrals_of(pks)
    }


def _read_notes(contact: Contact, pks: list[int]) -> dict[int, Entry]:
    names, more = ("pk", "at", "text", "kind", "finding", "interview"), page_of_a_row("debrief")
    return {
        pk: Entry(
            *(at, "sticky", f"{NOTES.get(kind, NOTES['note'])}, while you talked", text),
            more=more.format(talk),
            tag=FINDINGS.get(finding, ""),
        )
        for pk, at, text, kind, finding, talk in _through(contact, "interviews__notes", pks, names)
    }


def _read_reflections(contact: Contact, pks: list[int]) -> dict[int, Entry]:
    names = ("pk", "finished_at", "learned", "surprised", "quote", "interview")
    more = page_of_a_row("debrief")
    return {
        pk: Entry(
            *(at, "journal-check", "You wrote your reflection", learned or surprised or quote),
            more=more.format(talk),
            more_label="All of it",
        )
        for pk, at, learned, surprised, quote, talk in _through(contact, "interviews__debrief", pks, names)
    }


def _read_talks(contact: Contact, pks: list[int]) -> dict[int, Entry]:
    more = page_of_a_row("conversation")
    return {
        pk: Entry(
            *(at, TALKS[status][0], str(TALKS[status][1]), note),
            more=more.format(pk),
            more_label="See this conversation",
        )
        for pk, at, status, note in _through(contact, "interviews", pks, ("pk", "starts_at", "status", "change_note"))
    }


def _through(contact: Contact, way: str, pks: list[int], names: Iterable[str]) -> Iterable[Any]:
    """Read rows of an app above this one, through the contact."""
    rows = Contact.objects.filter(pk=contact.pk, **{f"{way}__pk__in": pks})
    return rows.values_list(*(f"{way}__{name}" for name in names))


def entry_of(row: Touch | ActionStep | Outcome | Referral, contact: Contact) -> Entry | None:
    """Return one row as its line of the timeline with somebody; None where it is none of theirs (any more)."""
    if contact.pk not in (row.contact_id, getattr(row, "referrer_id", None)):
        return None
    sort = _SORT_OF[type(row)]
    if isinstance(row, Referral) and row.referrer_id == contact.pk:
        sort = "named"
    return _READ[sort](contact, [row.pk]).get(row.pk)


_SORT_OF: dict[type, Sort] = {Touch: "touch", ActionStep: "step", Outcome: "outcome", Referral: "named_by"}
_READ: dict[Sort, Callable[[Contact, list[int]], dict[int, Entry]]] = {
    "touch": _read_touches,
    "step": _read_steps,
    "outcome": _read_outcomes,
    "named_by": _read_named_by,
    "named": _read_named,
    "note": _read_notes,
    "reflection": _read_reflections,
    "talk": _read_talks,
}
