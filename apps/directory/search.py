"""Finding people in the directory (R201, R42): what was asked, who fits, how many, and what narrows it further.

Words are matched by full text over a stored, folded text: as beginnings, with synonyms, and, where nobody fits, with
the mistyped word put right. Every count and list is cut at CAP: beyond it we say "10,000+". Up to CAP the people found
are sorted by how close they are to the reader; beyond it by name, walking the index, where so many fit that a page is
soon full. Either way the rows are those of the plain query (tests/directory/test_search.py compares them).
It decides who is found and in which order; who is introduced to the reader is known in apps/network.
"""

# ruff: noqa: S608, S610 - the SQL below is put together from our own names; what was asked is always a parameter
import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property, lru_cache, partial
from typing import Any, Self
from urllib.parse import urlencode

from django.contrib.postgres.search import SearchQuery
from django.core.cache import caches
from django.db import connection
from django.db.models import FETCH_RAISE, F, Func, IntegerField, Q, Value
from django.http import QueryDict

from apps.alumni import limits, words
from apps.alumni.models import AlumniProfile, AlumniQuerySet
from apps.database.prepared import BoundQuery, PreparedQuery, among, fetch_together, prepared
from apps.directory import plain_words, trades
from apps.directory.plain_words import Occupation
from apps.policy.models import Policy
from apps.web.gate import whole_number

CAP = 10_000
PAGE = 20
FEW = 3  # people: where no more have the words, and only by chance, others who do that kind of work are shown, too
KEPT_S = 60
TOTAL_KEPT_S = 5
TOTAL = ""  # the key of the total among the counts
SORTS = {"closest": "Best match", "name": "Name", "year": "Class year"}
GROUPS = {
    "help": "What they offer",
    "field": "Field",
    "major": "Major",
    "years": "Class years",
    "place": "Location",
    "format": "How to talk",
}
FLAGS = {
    "free": "Taking requests now",
    "known": "Someone you both know",
    "saved": "Saved for later",
}


# --- what was asked ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class DirectoryQuery:
    """What stands in the address of the page; the same address is the same query."""

    text: str = ""
    chosen: dict[str, tuple[str, ...]] = field(default_factory=dict)  # group -> values
    flags: frozenset[str] = frozenset()
    sort: str = ""
    page: int = 1

    @classmethod
    def of(cls, get: QueryDict) -> Self:
        """Read a QueryDict; what makes no sense is left out."""
        text = " ".join(get.get("q", "").replace("\x00", " ").split())[:200]
        chosen = {group: _values(get.getlist(group)) for group in GROUPS if _values(get.getlist(group))}
        page, sort = get.get("page", ""), get.get("sort", "")
        return cls(
            text=text,
            chosen=chosen,
            flags=frozenset(flag for flag in FLAGS if get.get(flag)),
            sort=sort if sort in SORTS else "",
            page=min(max(whole_number(page) or 1, 1), CAP // PAGE + 1) if len(page) < 6 else 1,
        )

    @property
    def is_plain(self) -> bool:
        """Nothing was asked: the directory as it opens."""
        return not (self.text or self.chosen or self.flags)

    @property
    def usual_order(self) -> str:
        return "name" if self.is_plain else "closest"

    @property
    def order(self) -> str:
        return self.sort or self.usual_order

    @cached_property
    def words(self) -> list[str]:
        return words.query_words(self.text)

    def said(self, by_phrase: dict[tuple[str, ...], list[str]]) -> dict[str, list[str]]:
        """Return what was found for phrases by the phrase as it was typed: “NYC”, not “nyc”."""
        typed = {word: part.strip(',;:!?"“”()') for part in self.text.split() for word in words.words(part)}
        return {" ".join(typed.get(word, word) for word in phrase): found for phrase, found in by_phrase.items()}

    def address(self, **changes: Any) -> str:
        """Return the address of this query with changes, from its first page unless a page is named."""
        other = replace(self, **{"page": 1, **changes})
        pairs = [("q", other.text)] if other.text else []
        pairs += [(group, value) for group in GROUPS for value in other.chosen.get(group, ())]
        pairs += [(flag, "1") for flag in FLAGS if flag in other.flags]
        pairs += [("sort", other.sort)] if other.sort else []
        pairs += [("page", str(other.page))] if other.page > 1 else []
        return "?" + urlencode(pairs)

    def without(self, group: str, value: str | None = None) -> str:
        """Return the address without one filter."""
        if group in FLAGS:
            return self.address(flags=self.flags - {group})
        left = tuple(kept for kept in self.chosen[group] if kept != value)
        return self.address(chosen={**self.chosen, group: left})


def _values(values: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value[:200].replace("\x00", "") for value in values if value))[:20]


@dataclass(frozen=True)
class Reader:
    """Who is looking: what they share with an alum and who introduced them to whom."""

    pk: int = 0
    majors: tuple[str, ...] = ()
    wishes: tuple[list[str], ...] = ()  # each a list of folded words: a field, an employer, a place
    introduced: dict[int, str] = field(default_factory=dict)  # alum id -> words that say who named them

    @property
    def major_facets(self) -> list[str]:
        return [f"major:{major}" for major in self.majors]


type Counts = dict[str, int]  # by facet, or what else was counted


# --- who fits ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Answer:
    """Who was found: one page of them, how many there are, and what narrows the list."""

    query: DirectoryQuery
    rows: list[AlumniProfile]
    total: int
    counts: Counts
    words: list[str]  # the words that were looked for
    corrected: dict[str, str] = field(default_factory=dict)  # typed word -> the word we looked for instead
    widened: dict[str, list[str]] = field(default_factory=dict)  # typed words -> what else we looked for
    occupations: list[str] = field(default_factory=list)  # what people do who were found by everyday words
    has_words: bool = False  # besides, some have the words
    wider: list["Widening"] = field(default_factory=list)  # where nobody fits, what finds somebody
    beside: list[AlumniProfile] = field(default_factory=list)  # what was asked for beside the page

    @property
    def is_capped(self) -> bool:
        return self.total > CAP

    @property
    def shown(self) -> int:
        return min(self.total, CAP)

    @property
    def first(self) -> int:
        return (self.query.page - 1) * PAGE + 1

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1

    @property
    def pages(self) -> int:
        return max(1, -(-self.shown // PAGE))


def find(
    query: DirectoryQuery,
    reader: Reader,
    *,
    now: datetime,
    policy: Policy,
    beside: BoundQuery[AlumniProfile] | None = None,
) -> Answer:
    """Answer a query for a reader: one statement that counts and sorts, one for the rows of the page.

    `beside`: a prepared query to run together with the directory as it opens.
    """
    found = _Found(query, reader, Wanted(query.words), now, policy)
    is_opening = query.is_plain and query.order != "closest"
    counts, ids = found.whole_directory() if is_opening else found.counted()
    if query.words and not counts[TOTAL] and not found.without_filters():
        for wanted in _second_tries(query):
            other = _Found(query, reader, wanted, now, policy)
            again, its_ids = other.counted()
            if again[TOTAL]:
                found, counts, ids = other, again, its_ids
                break
    elif query.words and 0 < counts[TOTAL] <= FEW and (others := found.beside_chance()):
        found = _Found(query, reader, others, now, policy)
        counts, ids = found.counted()
    total = counts.pop(TOTAL)
    for group in query.chosen:
        counts.pop(f"but:{group}")
    wider = [] if total or query.is_plain else _widenings(query, reader, now, policy)
    if beside and is_opening:
        rows, also = fetch_together(found.opening(), beside)
    else:
        rows, also = found.by_name() if ids is None else _rows(ids), beside.fetch() if beside else []
    wanted = found.wanted
    said = query.said(wanted.other_words()) if total else {}
    names = [occupation.called for occupation in wanted.occupations]
    return Answer(
        query, rows, total, counts, wanted.words, wanted.corrected, said, names, wanted.has_words, wider, also
    )


@dataclass(frozen=True)
class Widening:
    """The same query with something left out, and how many that finds."""

    query: DirectoryQuery
    left_out: str  # a group, a flag, FILTERS, WORDS; WORD: one word or more of several
    finds: int


FILTERS, WORDS, WORD = "filters", "words", "word"
MOST_WORDS = 6  # of a search whose words are left out one by one


def _widenings(query: DirectoryQuery, reader: Reader, now: datetime, policy: Policy) -> list[Widening]:
    """Return what finds somebody where this query finds nobody: every way of leaving one thing out.

    First what leaves out the least; among equals what finds the most. One statement counts them all.
    """
    ways = [*_fewer_filters(query), *_fewer_words(query)]
    founds = [_Found(other, reader, Wanted(other.words), now, policy) for _, other in ways]
    counts = _totals(founds)
    found = [Widening(other, name, count) for (name, other), count in zip(ways, counts, strict=True) if count]
    alone = replace(query, chosen={}, flags=frozenset(), page=1)
    if query.words and alone != replace(query, page=1) and all(other.query != alone for other in found):
        count = find(alone, reader, now=now, policy=policy).total  # words that are put right, or mean an occupation
        found += [Widening(alone, FILTERS, count)] if count else []
    return sorted(found, key=lambda widening: (_left_out(query, widening.query), -widening.finds))


def _fewer_filters(query: DirectoryQuery) -> Iterator[tuple[str, DirectoryQuery]]:
    for group in query.chosen:
        yield group, replace(query, chosen={name: kept for name, kept in query.chosen.items() if name != group}, page=1)
    for flag in FLAGS:
        if flag in query.flags:
            yield flag, replace(query, flags=query.flags - {flag}, page=1)
    if len(query.chosen) + len(query.flags) > 1 and query.words:
        yield FILTERS, replace(query, chosen={}, flags=frozenset(), page=1)
    if query.words and (query.chosen or query.flags):
        yield WORDS, replace(query, text="", page=1)


def _fewer_words(query: DirectoryQuery) -> Iterator[tuple[str, DirectoryQuery]]:
    """Yield the query with one word less, then with each word alone."""
    parts = [part for part in query.text.split() if words.query_words(part)]
    if not 1 < len(parts) <= MOST_WORDS:
        return
    rests = [" ".join(parts[:at] + parts[at + 1 :]) for at in range(len(parts))]
    for rest in dict.fromkeys([*rests, *parts]):
        yield WORD, replace(query, text=rest, page=1)


def _left_out(query: DirectoryQuery, other: DirectoryQuery) -> int:
    """Return how much of a query another one leaves out: a filter or a word each."""

    def things(asked: DirectoryQuery) -> int:
        return len(asked.chosen) + len(asked.flags) + len(asked.text.split())

    return things(query) - things(other)


def _totals(founds: Sequence["_Found"]) -> list[int]:
    """Return how many each of these finds, in one statement."""
    if not founds:
        return []
    parts, params = [], list[Any]()
    for at, found in enumerate(founds):
        where, values = found._where()
        parts.append(f"SELECT {at}, count(*) FROM (SELECT FROM {_TABLE} WHERE {where} LIMIT {CAP + 1}) found")
        params += values
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), params)
        counts = dict(cursor.fetchall())
    return [counts[at] for at in range(len(founds))]


@dataclass(frozen=True)
class Wanted:
    """What is looked for: the words that were typed, or, where nobody has them, the nearest that somebody has."""

    words: list[str]
    corrected: dict[str, str] = field(default_factory=dict)
    names: bool = False  # short names that are words as well stand for people, too
    occupations: tuple[Occupation, ...] = ()  # instead of the words, or beside them
    has_words: bool = False  # beside them
    place: tuple[str, ...] = ()  # of the occupations

    def tsquery(self, weight: str = "") -> str:
        """Return it as a raw tsquery; with a weight only where it stands in that line of the search text."""
        if not self.occupations:
            return words.tsquery(self.words, weight, names=self.names)
        of_these = words.any_title(title for one in self.occupations for title in one.titles)
        if self.place:
            of_these = f"({of_these}) & {words.tsquery(self.place)}"
        return f"({words.tsquery(self.words)}) | ({of_these})" if self.has_words else of_these

    def scores(self) -> list[tuple[str, int]]:
        """Return what brings somebody nearer to the top: the words in name or role, or the likelier occupation."""
        if not self.occupations:
            return [(self.tsquery("A"), 4)] if self.words else []
        own = [(words.tsquery(self.words), 6)] if self.has_words else []
        return own + [(words.any_title(one.titles), 5 - at) for at, one in enumerate(self.occupations)]

    def other_words(self) -> dict[tuple[str, ...], list[str]]:
        return {} if self.occupations else words.other_words(self.words, names=self.names)


def _second_tries(query: DirectoryQuery) -> Iterator[Wanted]:
    """Yield what else may be meant where nobody listed has the words: a person by a short name, a word put right, what
    people do in everyday words."""
    if words.has_other_names(query.words):
        yield Wanted(query.words, names=True)
    bare = [word for word in query.words if word not in SIGNS]
    if bare and bare != query.words:
        yield Wanted(bare)
    choices = list(_choices(_near(query.words)))
    for choice in choices:
        yield Wanted([choice.get(word, word) for word in query.words], corrected=choice)
    for choice in ({}, *choices[:1]):
        for text, place in _parted(_with(choice, query.text)):
            if occupations := plain_words.meant(text):
                place_words = tuple(words.query_words(place))
                yield Wanted(query.words, corrected=choice, occupations=tuple(occupations), place=place_words)


SIGNS = {"dot", "dash", "hyphen", "slash", "plus", "period", "point"}  # as people say what is written as a sign


def _with(choice: dict[str, str], text: str) -> str:
    """Return a text with its mistyped words put right."""
    return " ".join(choice.get(word, word) for word in text.lower().split()) if choice else text


_WITH_PLACE = re.compile(r"(.{4,})[ ,](?:in|near|around) (?:the )?([^,]{2,40}(?:, ?[^,]{2,20})?)", re.IGNORECASE)


def _parted(text: str) -> Iterator[tuple[str, str]]:
    """Yield what is said of work and, apart, the place at its end ("doctor for animals in Duluth"); then all of it."""
    parted = _WITH_PLACE.fullmatch(text)
    if parted and not all(plain_words.knows(word) for word in words.words(parted[2])):
        yield parted[1], parted[2]
    yield text, ""


def _rows(ids: Sequence[int]) -> list[AlumniProfile]:
    """Return the alumni of these ids, in this order."""
    by_id = {alum.pk: alum for alum in _of(ids)} if ids else {}
    return [by_id[pk] for pk in ids if pk in by_id]


@prepared
def _of(ids: Sequence[int]) -> AlumniQuerySet:
    return AlumniProfile.objects.filter(among(ids)).lean().fetch_mode(FETCH_RAISE)


class _Found:
    """The set of listed people that one query names. Its SQL is written by hand: it is asked on every key stroke."""

    def __init__(self, query: DirectoryQuery, reader: Reader, wanted: Wanted, now: datetime, policy: Policy) -> None:
        self.query, self.reader, self.wanted = query, reader, wanted
        self.now, self.policy = now, policy
        self.offset = (query.page - 1) * PAGE

    def counted(self) -> tuple[Counts, list[int] | None]:
        """Return ({facet: how many}, ids of the page), in one statement; each set cut at CAP + 1.

        The total stands under TOTAL, and under `but:group` how many there are without what is chosen in that group:
        what a group counts leaves its own choice out. The ids are None where more than CAP fit.
        """
        order, params = self._order()
        where, values = self._where()
        sets = [f"found AS MATERIALIZED (SELECT id, facets, {order} FROM {_TABLE} WHERE {where} LIMIT {CAP + 1})"]
        params += values
        elsewhere = "".join(f" AND f NOT LIKE '{group}:%%'" for group in self.query.chosen)
        selects = [
            f"SELECT '{TOTAL}', count(*), NULL::bigint[] FROM found",
            f"SELECT '{_PAGE}', 0, ARRAY(SELECT id FROM found ORDER BY {_ORDER} LIMIT {PAGE} OFFSET {self.offset})",
            f"SELECT f, count(*), NULL FROM found, unnest(facets) f WHERE true{elsewhere} GROUP BY f",
        ]
        for group in [] if self._is_one_choice else self.query.chosen:
            where, values = self._where(leaving_out=group)
            sets.append(f"but_{group} AS MATERIALIZED (SELECT facets FROM {_TABLE} WHERE {where} LIMIT {CAP + 1})")
            params += values
            selects += [
                f"SELECT 'but:{group}', count(*), NULL FROM but_{group}",
                f"SELECT f, count(*), NULL FROM but_{group}, unnest(facets) f WHERE f LIKE '{group}:%%' GROUP BY f",
            ]
        with connection.cursor() as cursor:
            cursor.execute(f"WITH {', '.join(sets)} {' UNION ALL '.join(selects)}", params)
            found = {facet: (count, ids) for facet, count, ids in cursor.fetchall()}
        ids = found.pop(_PAGE)[1]
        counts = {facet: count for facet, (count, _) in found.items()}
        if self._is_one_choice:
            counts |= self._beside_the_one_choice()
        return counts, ids if counts[TOTAL] <= CAP else None

    def beside_chance(self) -> Wanted | None:
        """Return what else to look for where the few who have the words have them by chance: not in what they do.

        "Help poor families" may stand in what somebody is happy to discuss; it is what social workers do.
        """
        query = self.query
        if self.wanted.corrected or self.wanted.occupations or not plain_words.is_everyday(query.text):
            return None
        occupations = tuple(plain_words.meant(query.text))
        if not occupations or self._is_meant_so():
            return None
        return Wanted(query.words, occupations=occupations, has_words=True)

    def _is_meant_so(self) -> bool:
        """Whether somebody has all of the words in one line: in name and role, in employer and study."""
        where, params = self._where()
        lines = " | ".join(f"({words.tsquery(self.wanted.words, weight)})" for weight in "AB")
        return self._total(f"{where} AND search @@ to_tsquery('simple', %s)", [*params, lines]) > 0

    @property
    def _is_one_choice(self) -> bool:
        """Whether one group is all that was asked: without it, it is the whole directory, whose counts are kept."""
        return len(self.query.chosen) == 1 and not self.wanted.words and not self.query.flags

    def _beside_the_one_choice(self) -> Counts:
        whole, _ = self.whole_directory()
        (group,) = self.query.chosen
        of_group = {facet: count for facet, count in whole.items() if facet.startswith(f"{group}:")}
        return {f"but:{group}": whole[TOTAL]} | of_group

    def _where(self, *, leaving_out: str | None = None) -> tuple[str, list[Any]]:
        """Return the condition that everybody who fits meets; `leaving_out`: whatever is chosen in that group."""
        tests = ["listing = 'listed'"]
        params: list[Any] = []
        if self.wanted.words:
            tests.append("search @@ to_tsquery('simple', %s)")
            params.append(self.wanted.tsquery())
        for group, values in self.query.chosen.items():
            if group != leaving_out:
                tests.append("facets && %s::varchar[]")
                params.append([f"{group}:{value}" for value in values])
        for test, wanted in self._flags():
            tests.append(test)
            params += wanted
        return " AND ".join(tests), params

    def _flags(self) -> Iterator[tuple[str, list[Any]]]:
        if "free" in self.query.flags:
            yield (
                "NOT is_paused AND (paused_until IS NULL OR paused_until <= %s)",
                [limits.today(self.now, self.policy)],
            )
            yield "id <> ALL(%s)", [limits.unavailable_ids(self.now, self.policy)]
        if "known" in self.query.flags:
            yield "id = ANY(%s)", [list(self.reader.introduced)]
        if "saved" in self.query.flags:
            yield "id IN (SELECT alum_id FROM alumni_savedalum WHERE student_id = %s)", [self.reader.pk]

    def _order(self) -> tuple[str, list[Any]]:
        """Return the columns by which the people found are sorted: two numbers, then the name.

        Closest: who was introduced to the reader; then the words in name or role, a shared major, a wish met.
        """
        if self.query.order == "year":
            return "0 AS first, coalesce(class_year, 0) AS second, sort_key", []
        if self.query.order == "name":
            return "0 AS first, 0 AS second, sort_key", []
        scores = ["0"]
        params: list[Any] = [list(self.reader.introduced)]
        for test, value, score in (
            *(("search @@ to_tsquery('simple', %s)", meant, score) for meant, score in self.wanted.scores()),
            ("facets && %s::varchar[]", self.reader.major_facets, 2),
            ("search @@ to_tsquery('simple', %s)", words.any_of(self.reader.wishes), 1),
        ):
            if value:
                scores.append(f"CASE WHEN {test} THEN {score} ELSE 0 END")
                params.append(value)
        return f"(id = ANY(%s::bigint[]))::int AS first, {' + '.join(scores)} AS second, sort_key", params

    def without_filters(self) -> int:
        """Return how many fit the words alone."""
        if not (self.query.chosen or self.query.flags):
            return 0
        return self._total("listing = 'listed' AND search @@ to_tsquery('simple', %s)", [self.wanted.tsquery()])

    def _total(self, where: str, params: list[Any]) -> int:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM (SELECT FROM {_TABLE} WHERE {where} LIMIT {CAP + 1}) found", params)
            return cursor.fetchone()[0]

    def whole_directory(self) -> tuple[Counts, None]:
        """Return the counts of the directory as it opens: the total some seconds old, the facets a minute."""
        near = caches["near"]
        total = near.get("directory")
        if total is None:
            total = self._total("listing = 'listed'", [])
            near.set("directory", total, TOTAL_KEPT_S)
        key = f"directory:{total}"
        counts = near.get(key)
        if counts is None:
            counts, _ = _Found(DirectoryQuery(), self.reader, Wanted([]), self.now, self.policy).counted()
            near.set(key, counts, KEPT_S)
        return counts | {TOTAL: total}, None

    def by_name(self) -> list[AlumniProfile]:
        """Return the page by walking the index of names or years: for sets so large that a page is soon full."""
        if self.query.is_plain:
            return self.opening().fetch()
        where, params = self._where()
        return list(_page_of(AlumniProfile.objects.extra(where=[where], params=params), self._is_by_year, self.offset))

    def opening(self) -> BoundQuery[AlumniProfile]:
        """Return the query for the page where nothing was asked."""
        return _walked(self._is_by_year, self.offset).bind()

    @property
    def _is_by_year(self) -> bool:
        return self.query.order == "year"


@lru_cache(maxsize=64)
def _walked(is_by_year: bool, offset: int) -> PreparedQuery[[], AlumniProfile]:
    """Return the prepared query for one page of the whole directory."""
    return prepared(lambda: _page_of(AlumniProfile.objects.listed(), is_by_year, offset))


def _page_of(rows: AlumniQuerySet, is_by_year: bool, offset: int) -> AlumniQuerySet:
    years = [F("class_year").desc(nulls_last=True)] if is_by_year else []
    rows = rows.order_by(*years, "sort_key", "pk")
    return rows.lean().fetch_mode(FETCH_RAISE)[offset : offset + PAGE]


_TABLE = "alumni_alumniprofile"
_ORDER = "first DESC, second DESC, sort_key, id"
_PAGE = "page"


def _query(raw: str) -> SearchQuery:
    return SearchQuery(raw, config="simple", search_type="raw")


# --- a word mistyped --------------------------------------------------------------------------------------------------


def _near(wanted: Sequence[str]) -> dict[str, list[str]]:
    """Return {mistyped word: the words most like it, the nearest first}, for words that nobody listed has.

    The word of a trade is not mistyped: nobody who looks for a doctor is shown who makes doors.
    """
    single = [phrase[0] for phrase in words.phrases(wanted) if len(phrase) == 1 and len(phrase[0]) > 2]
    loose = [word for word in single if not (trades.is_known(word) or plain_words.knows(word) or _is_figure(word))][:4]
    found: dict[str, list[str]] = {word: [] for word in loose}
    with connection.cursor() as cursor:
        cursor.execute(_NEAR, [loose])
        for word, other in cursor.fetchall():
            if words.distance(word, other) <= _slips(word) and not trades.is_another(word, other):
                found[word].append(other)
    near = {word: _nearest(word, others) for word, others in found.items()}
    return {word: others for word, others in near.items() if others}


def _nearest(word: str, others: list[str]) -> list[str]:
    """Return the words that may be meant, the nearest first.

    An everyday word of work that was misspelled is meant also where nobody has it, for its family may be listed; what
    is no nearer than it would be another trade.
    """
    near, meant = sorted(others, key=partial(words.distance, word))[:3], trades.meant(word)
    if not meant:
        return near
    return [*(other for other in near if words.distance(word, other) < words.distance(word, meant)), meant]


def _is_figure(word: str) -> bool:
    return any(letter.isdecimal() for letter in word)


_NEAR = """
    SELECT asked, near.word FROM unnest(%s::text[]) asked, LATERAL (
        SELECT word FROM alumni_word WHERE word %% asked ORDER BY similarity(word, asked) DESC, word LIMIT 20
    ) near
    WHERE NOT EXISTS (SELECT FROM alumni_word WHERE word LIKE asked || '%%')
    ORDER BY asked, similarity(near.word, asked) DESC, near.word
"""


def _choices(near: dict[str, list[str]]) -> Iterator[dict[str, str]]:
    """Yield {mistyped word: another}: the nearest; then, if they find nobody, the nearest that a listed person has.

    A word may have been the word of somebody who has left the directory.
    """
    if near:
        yield (nearest := {word: others[0] for word, others in near.items()})
        listed = {word: next(filter(_is_listed, others), others[0]) for word, others in near.items()}
        if listed != nearest:
            yield listed


def _is_listed(word: str) -> bool:
    return AlumniProfile.objects.listed().filter(search=_query(f"'{word}'")).exists()


def _slips(word: str) -> int:
    return 1 if len(word) < 5 else 2 if len(word) < 9 else 3


# --- suggested for you ------------------------------------------------------------------------------------------------

CANDIDATES = 40


def suggested(reader: Reader, *, now: datetime, policy: Policy) -> list[AlumniProfile]:
    """Return listed people who share something with the reader, from a part of the directory that changes by the week.

    So equally fitting people are shown to different students, and nobody is asked by all of them (R202).
    """
    shared = Q(facets__overlap=reader.major_facets) if reader.majors else Q()
    wished = words.any_of(reader.wishes)
    if wished:
        shared |= Q(search=_query(wished))
    rows = suggestable(reader, now=now, policy=policy).order_by("pk")
    named = list(rows.filter(pk__in=list(reader.introduced))[:CANDIDATES]) if reader.introduced else []
    if not shared:
        return named
    rows = rows.filter(shared).exclude(pk__in=list(reader.introduced))
    last = Func(function="", template="(SELECT max(id) FROM alumni_alumniprofile)", output_field=IntegerField())
    start = last * Value(_part(reader, limits.today(now, policy)))
    later, earlier = rows.filter(pk__gte=start)[:CANDIDATES], rows.filter(pk__lt=start)[:CANDIDATES]
    return named + list(later.union(earlier, all=True))[:CANDIDATES]


def suggestable(reader: Reader, *, now: datetime, policy: Policy) -> AlumniQuerySet:
    """Everybody listed who does not pause and whom the reader has not asked."""
    return _suggestable(reader.pk, limits.today(now, policy))


def _suggestable(student: int, day: date) -> AlumniQuerySet:
    rows = AlumniProfile.objects.listed().exclude(requests__student=student)
    rows = rows.filter(Q(paused_until=None) | Q(paused_until__lte=day), is_paused=False)
    return rows.lean().fetch_mode(FETCH_RAISE)


@prepared
def suggestable_of(ids: Sequence[int], student: int, day: date) -> AlumniQuerySet:
    """Those of these ids who can still be suggested to a student on a day."""
    return _suggestable(student, day).filter(among(ids))


def _part(reader: Reader, day: date) -> float:
    """Return where in the directory this student starts to look this week: 0 to 0.8."""
    year, week, _ = day.isocalendar()
    digest = hashlib.sha256(f"{reader.pk}:{year}:{week}".encode()).digest()
    return int.from_bytes(digest[:4]) / 2**32 * 0.8
