"""Finding people in the directory (R201, R42): what was asked, who fits, how many, and what narrows it further.

Words are matched by full text over a stored, folded text: as beginnings, with synonyms, and, where nobody fits, with
the mistyped word put right. Every count and list is cut at CAP: beyond it we say "10,000+". Up to CAP the people found
are sorted by how close they are to the reader; beyond it by name, walking the index, where so many fit that a page is
soon full. Either way the rows are those of the plain query (tests/alumni/test_search.py compares them).
It decides who is found and in which order; who is introduced to the reader is known in apps/network.
"""

import hashlib
from dataclasses import dataclass, field, replace
from functools import cached_property
from urllib.parse import urlencode

from django.contrib.postgres.search import SearchQuery
from django.core.cache import cache
from django.db import connection
from django.db.models import FETCH_RAISE, Case, F, Func, IntegerField, Q, Value, When

from apps.alumni import care, words
from apps.alumni.models import AlumniProfile, Word

CAP = 10_000
PAGE = 24
KEPT_S = 60
TOTAL = ""  # the key of the total among the counts
SORTS = {"closest": "Closest to you", "name": "Name", "year": "Class year"}
GROUPS = {
    "help": "What they offer",
    "field": "Their work",
    "major": "What they studied",
    "years": "Class years",
    "place": "Where",
    "format": "How you would talk",
}
FLAGS = {
    "free": "Can be asked now",
    "known": "Someone who knows you both",
    "saved": "Saved for later",
}


# --- what was asked ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Question:
    """What stands in the address of the page; the same address asks the same question."""

    text: str = ""
    chosen: dict = field(default_factory=dict)  # group -> values
    flags: frozenset = frozenset()
    sort: str = ""
    page: int = 1

    @classmethod
    def of(cls, get):
        """Read a QueryDict; what makes no sense is left out."""
        text = " ".join(get.get("q", "").replace("\x00", " ").split())[:200]
        chosen = {group: _values(get.getlist(group)) for group in GROUPS if _values(get.getlist(group))}
        page = get.get("page", "")
        return cls(
            text=text,
            chosen=chosen,
            flags=frozenset(flag for flag in FLAGS if get.get(flag)),
            sort=get.get("sort") if get.get("sort") in SORTS else "",
            page=min(max(int(page), 1), CAP // PAGE + 1) if page.isdecimal() and len(page) < 6 else 1,
        )

    @property
    def is_plain(self):
        """Nothing was asked: the directory as it opens."""
        return not (self.text or self.chosen or self.flags)

    @property
    def order(self):
        return self.sort or ("name" if self.is_plain else "closest")

    @cached_property
    def asked(self):
        return words.asked_words(self.text)

    def address(self, **changes):
        """Return the address of this question with changes, from its first page unless a page is named."""
        other = replace(self, **{"page": 1, **changes})
        pairs = [("q", other.text)] if other.text else []
        pairs += [(group, value) for group in GROUPS for value in other.chosen.get(group, ())]
        pairs += [(flag, "1") for flag in FLAGS if flag in other.flags]
        pairs += [("sort", other.sort)] if other.sort else []
        pairs += [("page", other.page)] if other.page > 1 else []
        return "?" + urlencode(pairs)

    def without(self, group, value=None):
        """Return the address without one filter."""
        if group in FLAGS:
            return self.address(flags=self.flags - {group})
        left = tuple(one for one in self.chosen[group] if one != value)
        return self.address(chosen={**self.chosen, group: left})


def _values(values):
    return tuple(dict.fromkeys(value[:200].replace("\x00", "") for value in values if value))[:20]


@dataclass(frozen=True)
class Reader:
    """Who is looking: what they share with an alum and who introduced them to whom."""

    pk: int = 0
    majors: tuple = ()
    wishes: tuple = ()  # each a list of folded words: a field, an employer, a place
    introduced: dict = field(default_factory=dict)  # alum id -> words that say who named them

    @property
    def major_facets(self):
        return [f"major:{major}" for major in self.majors]


# --- who fits ---------------------------------------------------------------------------------------------------------


@dataclass
class Answer:
    """Who was found: one page of them, how many there are, and what narrows the list."""

    question: Question
    rows: list
    total: int
    counts: dict  # facet -> how many
    asked: list  # the words that were looked for
    corrected: dict = field(default_factory=dict)  # typed word -> the word we looked for instead
    wider: dict = field(default_factory=dict)  # group -> how many fit without its choices; TOTAL: without any filter

    @property
    def is_capped(self):
        return self.total > CAP

    @property
    def shown(self):
        return min(self.total, CAP)

    @property
    def first(self):
        return (self.question.page - 1) * PAGE + 1

    @property
    def last(self):
        return self.first + len(self.rows) - 1

    @property
    def pages(self):
        return max(1, -(-self.shown // PAGE))


def find(question, reader, *, now, policy):
    """Answer a question for a reader: two statements, one to count and one for the rows of the page."""
    found = _Found(question, reader, question.asked, now, policy)
    counts = found.whole_directory() if question.is_plain else found.counts()
    corrected = _put_right(question.asked) if question.asked and not counts[TOTAL] else {}
    if corrected:
        found = _Found(question, reader, [corrected.get(word, word) for word in question.asked], now, policy)
        counts = found.counts()
    total = counts.pop(TOTAL)
    wider = {group: counts.pop(f"but:{group}") for group in question.chosen}
    if not total and question.asked and (question.chosen or question.flags):
        wider[TOTAL] = found.without_filters()
    rows = found.page(total) if total else []
    return Answer(question, rows, total, counts, found.asked, corrected if total else {}, wider)


class _Found:
    """The set of listed people that one question names."""

    def __init__(self, question, reader, asked, now, policy):
        self.question, self.reader, self.asked = question, reader, asked
        self.now, self.policy = now, policy

    @cached_property
    def _unavailable(self):
        return care.unavailable_ids(self.now, self.policy)

    def rows(self, *, leaving_out=None):
        """Everybody who fits; with `leaving_out`, whatever is chosen in that group."""
        rows = AlumniProfile.objects.listed()
        if self.asked:
            rows = rows.filter(search=_query(words.tsquery(self.asked)))
        for group, values in self.question.chosen.items():
            if group != leaving_out:
                rows = rows.filter(facets__overlap=[f"{group}:{value}" for value in values])
        return self._flagged(rows)

    def _flagged(self, rows):
        flags = self.question.flags
        if "free" in flags:
            day = care.today(self.now, self.policy)
            rows = rows.filter(Q(paused_until=None) | Q(paused_until__lte=day), is_paused=False)
            rows = rows.exclude(pk__in=self._unavailable)
        if "known" in flags:
            rows = rows.filter(pk__in=list(self.reader.introduced))
        if "saved" in flags:
            rows = rows.filter(saved_by__student=self.reader.pk)
        return rows

    def counts(self):
        """Return how many there are under TOTAL, for each facet, and under `but:group` without what is chosen there.

        One statement; each set is cut at CAP + 1. What a group counts leaves out the choice made in the group itself.
        """
        sets, selects, params = [], [], []
        elsewhere = "".join(f" AND f NOT LIKE '{group}:%%'" for group in self.question.chosen)
        for name, group in [("found", None), *((f"but_{group}", group) for group in self.question.chosen)]:
            sql, values = self.rows(leaving_out=group).values("facets")[: CAP + 1].query.sql_with_params()
            sets.append(f"{name} AS MATERIALIZED ({sql})")
            params += values
            only = f" AND f LIKE '{group}:%%'" if group else elsewhere
            total = f"but:{group}" if group else TOTAL
            selects.append(f"SELECT '{total}' AS f, count(*) FROM {name}")  # noqa: S608 - our own names
            selects.append(f"SELECT f, count(*) FROM {name}, unnest(facets) f WHERE true{only} GROUP BY f")  # noqa: S608
        with connection.cursor() as cursor:
            cursor.execute(f"WITH {', '.join(sets)} {' UNION ALL '.join(selects)}", params)
            return dict(cursor.fetchall())

    def without_filters(self):
        """Return how many fit the words alone."""
        rows = AlumniProfile.objects.listed().filter(search=_query(words.tsquery(self.asked)))
        return rows.values("pk")[: CAP + 1].count()

    def whole_directory(self):
        """Return the counts of the directory as it opens: the total of right now, the facets as of a minute ago."""
        total = self.rows().values("pk")[: CAP + 1].count()
        counts = cache.get(f"directory:{total}")
        if counts is None:
            counts = self.counts()
            cache.set(f"directory:{total}", counts, KEPT_S)
        return counts | {TOTAL: total}

    def page(self, total):
        """Return the rows of the page asked for. Those introduced to the reader come first when sorted by closeness."""
        start = (self.question.page - 1) * PAGE
        rows = self.rows().lean().fetch_mode(FETCH_RAISE)
        if self.question.order != "closest" or not self.reader.introduced:
            return list(self._sorted(rows, total)[start : start + PAGE])
        known = list(self.reader.introduced)
        first = list(rows.filter(pk__in=known).order_by("sort_key", "pk"))
        rest = self._sorted(rows.exclude(pk__in=known), total)
        return first[start : start + PAGE] + list(rest[max(start - len(first), 0) : max(start + PAGE - len(first), 0)])

    def _sorted(self, rows, total):
        order = self.question.order
        is_few = total <= CAP
        # A selective set must not be looked for along the index of the order: `|| ''` keeps the planner from trying.
        name = Func(F("sort_key"), template="(%(expressions)s || '')") if is_few else F("sort_key")
        if order == "year":
            return rows.order_by(F("class_year").desc(nulls_last=True), name, "pk")
        if order == "closest" and is_few:
            return rows.alias(closeness=self._closeness()).order_by("-closeness", name, "pk")
        return rows.order_by(name, "pk")

    def _closeness(self):
        """Score a person found: the words in name or role, then a shared major, then a wanted field or place."""
        scores = []
        if self.asked:
            scores.append(When(search=_query(words.tsquery(self.asked, "A")), then=Value(4)))
        parts = [Case(*scores, default=Value(0), output_field=IntegerField())] if scores else []
        if self.reader.majors:
            parts.append(Case(When(facets__overlap=self.reader.major_facets, then=Value(2)), default=Value(0)))
        wished = words.any_of(self.reader.wishes)
        if wished:
            parts.append(Case(When(search=_query(wished), then=Value(1)), default=Value(0)))
        total = Value(0)
        for part in parts:
            total = total + part
        return total


def _query(raw):
    return SearchQuery(raw, config="simple", search_type="raw")


# --- a word mistyped --------------------------------------------------------------------------------------------------


def _put_right(asked):
    """Return {mistyped word: the nearest word that a listed person has}, for words nobody listed has."""
    loose = [phrase[0] for phrase in words.phrases(asked) if len(phrase) == 1 and len(phrase[0]) > 2][:4]
    strange = [word for word in loose if not Word.objects.filter(word__startswith=word).exists()]
    found = {word: _nearest(word) for word in strange}
    return {word: near for word, near in found.items() if near}


def _nearest(word):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT word FROM alumni_word WHERE word %% %s ORDER BY similarity(word, %s) DESC, word LIMIT 20",
            [word, word],
        )
        near = [row[0] for row in cursor.fetchall()]
    near = [other for other in near if words.distance(word, other) <= _slips(word)]
    near.sort(key=lambda other: words.distance(word, other))
    listed = AlumniProfile.objects.listed()
    return next((other for other in near[:3] if listed.filter(search=_query(f"'{other}'")).exists()), None)


def _slips(word):
    return 1 if len(word) < 5 else 2 if len(word) < 9 else 3


# --- suggested for you ------------------------------------------------------------------------------------------------

CANDIDATES = 60


def suggested(reader, *, now, policy):
    """Return listed people who share something with the reader, from a part of the directory that changes by the week.

    So equally fitting people are shown to different students, and nobody is asked by all of them (R202).
    """
    shared = Q(facets__overlap=reader.major_facets) if reader.majors else Q()
    wished = words.any_of(reader.wishes)
    if wished:
        shared |= Q(search=_query(wished))
    if not shared and not reader.introduced:
        return []
    shared = shared or Q(pk__in=[])
    day = care.today(now, policy)
    rows = AlumniProfile.objects.listed().exclude(requests__student=reader.pk)
    rows = rows.filter(Q(paused_until=None) | Q(paused_until__lte=day), is_paused=False)
    rows = rows.lean().fetch_mode(FETCH_RAISE).order_by("pk")
    named = list(rows.filter(pk__in=list(reader.introduced))[:CANDIDATES]) if reader.introduced else []
    rows = rows.filter(shared).exclude(pk__in=list(reader.introduced))
    last = Func(function="", template="(SELECT max(id) FROM alumni_alumniprofile)", output_field=IntegerField())
    found = list(rows.filter(pk__gte=last * Value(_part(reader, day)))[:CANDIDATES])
    return named + (found if len(found) >= PAGE else list(rows[:CANDIDATES]))


def _part(reader, day):
    """Return where in the directory this student starts to look this week: 0 to 0.8."""
    year, week, _ = day.isocalendar()
    digest = hashlib.sha256(f"{reader.pk}:{year}:{week}".encode()).digest()
    return int.from_bytes(digest[:4]) / 2**32 * 0.8
