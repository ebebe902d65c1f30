"""The set of listed people that one query names: who fits, how many, in which order, and what narrows it further.

It reads the narrow rows that the database keeps beside the entries of everybody listed (alumni.Findable); the entries
of a page are read last. Every count and list is cut at CAP: beyond it we say "10,000+". Up to CAP the people found are
sorted by how close they are to the reader; beyond it by name, walking the index, where so many fit that a page is soon
full. Either way the rows are those of the plain query (tests/directory/test_search.py compares them).
"""

# ruff: noqa: S608 - the SQL below is put together from our own names; what was asked is always a parameter
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any

from django.core.cache import caches
from django.db import connection
from django.db.models import F

from apps.alumni import limits, words
from apps.alumni.listed import Columns, Listed, columns, listed
from apps.alumni.models import IN_ROLE, AlumniProfile
from apps.database.prepared import BoundQuery, PreparedQuery, among, prepared
from apps.directory import plain_words
from apps.directory.queries import CAP, FLAGS, PAGE, DirectoryQuery, Reader
from apps.directory.wanted import Wanted
from apps.policy.models import Policy

KEPT_S = 60
TOTAL_KEPT_S = 5
TOTAL = ""  # the key of the total among the counts
OF_THE_READER = ("known", "saved")  # the flags that tell one reader from another
FLAG = "flag:"  # … and what the counts of the boxes about availability begin with
_TABLE = "alumni_findable"
_INTRODUCED = 1000  # before whatever else brings somebody nearer to the top
_SHARED_MAJOR = 2
_WISH = 1
_ASKED = "(SELECT to_tsquery('simple', %s))"  # read once: without the SELECT a kept plan reads it for every row anew
_IN_ROLE = IN_ROLE % {"expressions": "words"}
_BLOCKED_BY = "SELECT alum_id FROM alumni_blockedstudent WHERE student_id = %s"
_PAGE = "page"
MANY = "organization"  # the group of which a directory has thousands of values
MOST_VALUES = 20  # as many as a page shows, and as can be chosen
LOOKED_AT, MOST_LOOKED_AT = 250, 20_000  # rows of an index, for each of those on the page and before it, and in all
TIMES = "times:usual"  # the facet of those who said when they usually have time: there is such a time every week
BUNDLES = ("offers", "studies", "work", "place")  # the columns that hold the code of a bundle of facets
_IN_COLUMN = {
    "help": "offers",
    "format": "offers",
    "times": "offers",
    "field": "work",
    "years": "work",
    "place": "place",
    "major": "studies",
    "degree": "studies",
    "language": "studies",
    MANY: MANY,
}
_HAS = "{} = ANY(ARRAY(SELECT code FROM alumni_bundle WHERE facets && %s::varchar[]))"

# How many of those found have each bundle: all kinds in one pass. No code is NULL, and no two kinds share one but 0.
_BUNDLED = (
    f"bundled AS (SELECT coalesce({', '.join(BUNDLES)}) AS code, count(*) AS n FROM found"
    f" GROUP BY GROUPING SETS ({', '.join(f'({name})' for name in BUNDLES)}))"
)

type Counts = dict[str, int]  # by facet, or what else was counted


def _facets(bundles: str, test: str = "true") -> str:
    """Return the SQL that tells how many have each facet, where `bundles` tells how many have each bundle."""
    return (
        "SELECT f, sum(n)::bigint, NULL::bigint[] FROM ("
        f"SELECT unnest(facets) AS f, n FROM {bundles} JOIN alumni_bundle USING (code)) told WHERE {test} GROUP BY f"
    )


def _most(counted: str) -> str:
    """Return the SQL that tells the most frequent organizations, where `counted` tells how many people each has."""
    return (
        f"SELECT * FROM (SELECT '{MANY}:' || code, n, NULL::bigint[] FROM {counted} WHERE code <> ''"
        f' ORDER BY n DESC, code COLLATE "C" LIMIT {MOST_VALUES}) {MANY}'
    )


def _each(column: str, people: str) -> str:
    return f"SELECT {column} AS code, count(*) AS n FROM {people} GROUP BY 1"


def _facets_of(counted: str, group: str) -> str:
    return _most(counted) if group == MANY else _facets(counted, f"f LIKE '{group}:%%'")


class Found:
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
        rank, params = self._rank()
        where, values = self.where()
        sets = [
            f"found AS MATERIALIZED (SELECT alum_id, sort_key, {', '.join(BUNDLES)}, {MANY}, {rank} AS rank,"
            f" ctid AS at, is_paused, paused_until FROM {_TABLE} WHERE {where} LIMIT {CAP + 1})"
        ]
        params += values
        boxes = list(self._boxes())
        ticked = [f"count(*) FILTER (WHERE {test}) AS {flag}" for flag, test, _ in boxes]
        sets.append(f"tally AS MATERIALIZED (SELECT {', '.join(['count(*) AS total', *ticked])} FROM found)")
        params += [value for _, _, values in boxes for value in values]
        page, wanted = self._page()
        sets += [*page, _BUNDLED, f"employers AS ({_each(MANY, 'found')})"]
        params += wanted
        elsewhere = [f"f NOT LIKE '{group}:%%'" for group in self.query.chosen if group != MANY]
        selects = [
            f"SELECT '{TOTAL}', total, NULL::bigint[] FROM tally",
            f"SELECT '{_PAGE}', 0, ARRAY(SELECT id FROM page)",
            _facets("bundled", " AND ".join(elsewhere) or "true"),
            _most("employers"),  # those that are chosen, too
        ]
        selects += [f"SELECT '{FLAG}{flag}', {flag}, NULL FROM tally" for flag, _, _ in boxes]
        for group in [] if self._is_one_choice else self.query.chosen:
            where, values = self.where(leaving_out=group)
            column = _IN_COLUMN[group]
            people = f"(SELECT {column} FROM {_TABLE} WHERE {where} LIMIT {CAP + 1}) people"
            sets.append(f"but_{group} AS MATERIALIZED ({_each(column, people)})")
            params += values
            selects += [
                f"SELECT 'but:{group}', coalesce(sum(n), 0)::bigint, NULL FROM but_{group}",
                _facets_of(f"but_{group}", group),
            ]
        with connection.cursor() as cursor:
            cursor.execute(f"WITH {', '.join(sets)} {' UNION ALL '.join(selects)}", params)
            found = {facet: (count, ids) for facet, count, ids in cursor.fetchall()}
        ids = found.pop(_PAGE)[1]
        counts = {facet: count for facet, (count, _) in found.items()}
        if self._is_one_choice:
            counts = self._beside_the_one_choice() | counts
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
        where, params = self.where()
        lines = " | ".join(f"({words.tsquery(self.wanted.words, weight)})" for weight in "AB")
        return self._total(f"{where} AND words @@ {_ASKED}", [*params, lines]) > 0

    @property
    def _is_one_choice(self) -> bool:
        """Whether one group is all that was asked: without it, it is the whole directory, whose counts are kept."""
        return len(self.query.chosen) == 1 and not self.wanted.words and not self.query.flags

    def _beside_the_one_choice(self) -> Counts:
        whole, _ = self.whole_directory()
        (group,) = self.query.chosen
        of_group = {facet: count for facet, count in whole.items() if facet.startswith(f"{group}:")}
        return {f"but:{group}": whole[TOTAL]} | of_group

    def where(self, *, leaving_out: str | None = None, with_words: bool = True) -> tuple[str, list[Any]]:
        """Return the condition that everybody who fits meets; `leaving_out`: whatever is chosen in that group."""
        tests, params = ["true"], list[Any]()
        if self.wanted.words and with_words:
            tests.append(f"words @@ {_ASKED}")
            params.append(self.wanted.anywhere)
        for group, values in self.query.chosen.items():
            if group != leaving_out:
                test, chosen = _has(group, values)
                tests.append(test)
                params.append(chosen)
        for test, wanted in self._flags(self.query.flags):
            tests.append(test)
            params += wanted
        return " AND ".join(tests), params

    def _flags(self, flags: Collection[str]) -> Iterator[tuple[str, list[Any]]]:
        if "soon" in flags:
            yield _HAS.format("offers"), [[TIMES]]
        if "free" in flags or "soon" in flags:
            yield (
                "NOT is_paused AND (paused_until IS NULL OR paused_until <= %s)",
                [limits.today(self.now, self.policy)],
            )
            yield "alum_id <> ALL(%s)", [self._unavailable]
            if self.reader.pk:
                yield f"alum_id NOT IN ({_BLOCKED_BY})", [self.reader.pk]
        if "known" in flags:
            yield "alum_id = ANY(%s)", [list(self.reader.introduced)]
        if "saved" in flags:
            yield "alum_id IN (SELECT alum_id FROM alumni_savedalum WHERE student_id = %s)", [self.reader.pk]

    @cached_property
    def _unavailable(self) -> list[int]:
        return limits.unavailable_ids(self.now, self.policy)

    def _boxes(self, flags: Collection[str] = tuple(FLAGS)) -> Iterator[tuple[str, str, list[Any]]]:
        """Yield each box about availability, and the condition under which somebody found stays if it is ticked."""
        for flag in flags if self.reader.pk else [flag for flag in flags if flag not in OF_THE_READER]:
            tests = list(self._flags({flag}))
            yield flag, " AND ".join(test for test, _ in tests), [value for _, values in tests for value in values]

    def _rank(self) -> tuple[str, list[Any]]:
        """Return the number by which the people found are sorted before their names, as far as their row tells it.

        Closest: who was introduced to the reader, then a shared major.
        """
        if self.query.order == "year":
            return "coalesce(class_year, 0)", []
        if self.query.order == "name":
            return "0", []
        introduced = f"CASE WHEN alum_id = ANY(%s::bigint[]) THEN {_INTRODUCED} ELSE 0 END"
        if not self.reader.majors:
            return introduced, [list(self.reader.introduced)]
        shared = f"CASE WHEN {_HAS.format('studies')} THEN {_SHARED_MAJOR} ELSE 0 END"
        return f"{introduced} + {shared}", [list(self.reader.introduced), self.reader.major_facets]

    def _page(self) -> tuple[list[str], list[Any]]:
        """Return the sets that lead to `page`, the ids of the page; nobody where more than CAP fit: they go by name.

        Closest: beside the rank that the row tells, the words in name or role, and a wish that is met. First the words
        of those are read who have a rank already. Whatever could still bring others onto the page is told by an index,
        which finds many at once; a wish counts for so little that it is told only of whom it brings there.
        """
        few = f"(SELECT total FROM tally) <= {CAP}"
        order = f"ORDER BY rank DESC, sort_key, id LIMIT {PAGE} OFFSET {self.offset}"
        scores = self._scores()
        if not scores:
            return [f"page AS (SELECT alum_id AS id FROM found WHERE {few} {order})"], []
        wish = _WISH if self._wished else 0
        parts = [f"CASE WHEN words @@ {_ASKED} THEN {score} ELSE 0 END" for _, score in scores]
        rank, params = self._rank()
        nearer = f"ARRAY(SELECT at FROM found WHERE {few} AND rank > 0)"  # read in one go, as they lie
        nearest = f"{' + '.join([rank, *parts])} AS rank FROM {_TABLE} WHERE ctid = ANY({nearer})"
        params += [wanted for wanted, _ in scores]
        most = sum(score for _, score in scores)
        ranks, told_at = ["0"], len(params)
        for wanted, score in self.wanted.scores:
            told, values = self._told(wanted)
            ranks.append(f"CASE WHEN alum_id IN ({told}) THEN {score} ELSE 0 END")
            params += values
        last = f"coalesce((SELECT rank FROM first ORDER BY rank DESC LIMIT 1 OFFSET {self.offset + PAGE - 1}), 0)"
        new = f"{few} AND rank = 0 AND {most} >= {last}"
        others = f"SELECT alum_id AS id, sort_key, at, {' + '.join(ranks)} AS rank FROM found WHERE {new}"
        full = "rank"
        if wish:
            full = f"rank + (SELECT {parts[-1]} FROM {_TABLE} WHERE {_TABLE}.ctid = at) AS rank"
            params.insert(told_at, self._wished)
        others += " OFFSET 0"  # without it the planner writes the rank into the condition as well, and it is told twice
        rest = f"SELECT id, sort_key, {full} FROM ({others}) others WHERE rank + {wish} >= {last}"
        near = f"SELECT * FROM first UNION ALL {rest}"
        sets = [
            f"first AS MATERIALIZED (SELECT alum_id AS id, sort_key, {nearest})",
            f"page AS (SELECT id FROM ({near}) near {order})",
        ]
        return sets, params

    def _told(self, wanted: str) -> tuple[str, list[Any]]:
        """Return the ids of those found of whom a raw tsquery holds: by name and role alone where it asks no more."""
        in_role = words.unweighted(wanted, "A")
        test, value = (_IN_ROLE, in_role) if in_role else ("words", wanted)
        is_implied = bool(in_role) and not self.wanted.occupations  # who has the words there has them
        where, params = self.where(with_words=not is_implied)
        told = f"SELECT alum_id FROM {_TABLE} WHERE {where} AND {test} @@ {_ASKED} LIMIT {CAP + 1}"
        return told, [*params, value]

    def _scores(self) -> list[tuple[str, int]]:
        """Return what only the words of a row tell of how close it is: raw tsqueries, and how much each counts."""
        if self.query.order != "closest":
            return []
        return [*self.wanted.scores, *([(self._wished, _WISH)] if self._wished else [])]

    @cached_property
    def _wished(self) -> str:
        return words.any_of(self.reader.wishes)

    def without_filters(self) -> int:
        """Return how many fit the words alone."""
        if not (self.query.chosen or self.query.flags):
            return 0
        return self._total(f"words @@ {_ASKED}", [self.wanted.anywhere])

    def ids(self, most: int) -> list[int]:
        """Return the ids of all who fit, up to so many."""
        where, params = self.where()
        return _ids(f"SELECT alum_id FROM {_TABLE} WHERE {where} ORDER BY alum_id LIMIT {most}", params)

    def _total(self, where: str, params: list[Any]) -> int:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM (SELECT FROM {_TABLE} WHERE {where} LIMIT {CAP + 1}) found", params)
            return cursor.fetchone()[0]

    def whole_directory(self) -> tuple[Counts, None]:
        """Return the counts of the directory as it opens: the total some seconds old, the facets a minute."""
        near = caches["near"]
        total = near.get("directory")
        if total is None:
            total = self._total("true", [])
            near.set("directory", total, TOTAL_KEPT_S)
        key = f"directory:{total}"
        counts = near.get(key)
        if counts is None:
            counts, _ = Found(DirectoryQuery(), Reader(), Wanted([]), self.now, self.policy).counted()
            near.set(key, counts, KEPT_S)
        return counts | {TOTAL: total}, None

    def of_the_reader(self) -> Counts:
        """Return how many of the whole directory the reader saved, and how many they know somebody in common with."""
        if not self.reader.pk:
            return {}
        boxes = list(self._boxes(OF_THE_READER))
        selects = [f"SELECT '{FLAG}{flag}', count(*) FROM {_TABLE} WHERE {test}" for flag, test, _ in boxes]
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(selects), [value for _, _, values in boxes for value in values])
            return dict(cursor.fetchall())

    def by_name(self) -> list[Listed]:
        """Return the page by name or year, of sets so large that a page is soon full when the index is walked.

        But for those who stand together in it far on, as all of one last name: where the first part of the walk does
        not fill the page, the set is sorted.
        """
        if self.query.is_plain:
            return listed(self.opening().fetch())
        where, params = self.where()
        order = f"ORDER BY {'class_year DESC NULLS LAST, ' if self._is_by_year else ''}sort_key, alum_id"
        page = f"{order} LIMIT {PAGE} OFFSET {self.offset}"
        part = min((self.offset + PAGE) * LOOKED_AT, MOST_LOOKED_AT)
        walk = f"SELECT * FROM (SELECT * FROM {_TABLE} {order} LIMIT {part}) part WHERE {where} {page}"
        ids = _ids(f"SELECT alum_id FROM ({walk}) walk", params)
        if len(ids) < PAGE:
            found = f"SELECT alum_id, class_year, sort_key FROM {_TABLE} WHERE {where}"
            ids = _ids(f"WITH found AS MATERIALIZED ({found}) SELECT alum_id FROM found {page}", params)
        return rows_of(ids)

    def opening(self) -> BoundQuery[tuple[Any, ...]]:
        """Return the query for the page where nothing was asked."""
        return _walked(self._is_by_year, self.offset).bind()

    @property
    def _is_by_year(self) -> bool:
        return self.query.order == "year"


def _ids(sql: str, params: list[Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [pk for (pk,) in cursor.fetchall()]


def _has(group: str, values: Sequence[str]) -> tuple[str, list[str]]:
    """Return the condition that somebody has one of these values of a group, and its parameter."""
    if group == MANY:
        return f"{MANY} = ANY(%s)", list(values)
    return _HAS.format(_IN_COLUMN[group]), [f"{group}:{value}" for value in values]


def totals(founds: Sequence[Found]) -> list[int]:
    """Return how many each of these finds, in one statement."""
    if not founds:
        return []
    parts, params = [], list[Any]()
    for at, found in enumerate(founds):
        where, values = found.where()
        parts.append(f"SELECT {at}, count(*) FROM (SELECT FROM {_TABLE} WHERE {where} LIMIT {CAP + 1}) found")
        params += values
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), params)
        counts = dict(cursor.fetchall())
    return [counts[at] for at in range(len(founds))]


def rows_of(ids: Sequence[int]) -> list[Listed]:
    """Return the alumni of these ids who are listed, in this order."""
    by_id = {alum.pk: alum for alum in listed(_of(ids))} if ids else {}
    return [by_id[pk] for pk in ids if pk in by_id]


@prepared
def _of(ids: Sequence[int]) -> Columns:
    return columns(AlumniProfile.objects.listed().filter(among(ids)))


@lru_cache(maxsize=64)
def _walked(is_by_year: bool, offset: int) -> PreparedQuery[[], tuple[Any, ...]]:
    """Return the prepared query for one page of the whole directory."""
    years = [F("findable__class_year").desc(nulls_last=True)] if is_by_year else []
    rows = AlumniProfile.objects.listed().filter(findable__isnull=False)
    page = columns(rows.order_by(*years, "findable__sort_key", "findable__alum_id"))
    return prepared(lambda: page[offset : offset + PAGE])
