"""Make data/occupations.txt from the titles of O*NET, for whoever brings in a newer edition."""

import csv
import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from apps.alumni.spelling import words
from apps.directory.plain_words import DATA, knows, silent, stem

TITLES = 14  # by which people of an occupation are found, at most
LEAST = 24  # percent: what tells less is left out, a third of all
SHARED_BY = 2  # occupations that may have a title for it to tell one of them
VAGUE = {
    *("intern", "resident", "fellow", "specialist", "consultant", "manager", "director", "analyst", "officer"),
    *("technician", "lead", "assistant", "associate", "supervisor", "owner", "partner", "principal", "general"),
    *("agent", "aide", "clerk", "worker", "sitter", "shopper", "member", "companion", "banker"),
}
NOTICE = """\
# This file is made from the O*NET 27.0 database (August 2022) by the U.S. Department of Labor, Employment and Training
# Administration (USDOL/ETA), used under CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/). Rapport has modified
# it: titles were taken apart, folded, counted and left out. USDOL/ETA has not approved, endorsed or tested these
# modifications. Made by `manage.py compile_occupations`: code, name, titles to find people by, and the words of all
# titles with how much each tells, in percent.
"""


class Command(BaseCommand):
    requires_system_checks: list[str] = []  # it needs no database
    help = "Make apps/directory/data/occupations.txt from a table of soc_code, occupation and title."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("table", type=Path)

    def handle(self, *args: object, table: Path, **options: Any) -> None:
        with table.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, delimiter="\t"))
        titles: dict[tuple[str, str], list[str]] = defaultdict(list)
        shared: Counter[tuple[str, ...]] = Counter()
        for row in rows:
            title = re.sub(r"\s*\(.*?\)", "", row["title"]).strip()
            of_this = titles[row["soc_code"], row["occupation"]]
            if title and title not in of_this:
                of_this.append(title)
                shared[_singular(title)] += 1
        lines = [_line(code, name, of_this, shared) for (code, name), of_this in sorted(titles.items())]
        (DATA / "occupations.txt").write_text(NOTICE + "".join(lines), encoding="utf-8")
        self.stdout.write(f"{len(lines):,} occupations")


def _line(code: str, name: str, titles: list[str], shared: Counter[tuple[str, ...]]) -> str:
    counts = Counter(word for title in titles for word in {stem(word) for word in words(title) if word not in silent()})
    own = {stem(word) for word in words(name.split(", Except")[0]) if word not in silent()}
    told = {word: _telling(count, len(titles), word in own) for word, count in counts.items()}
    stems = " ".join(f"{word}:{percent}" for word, percent in sorted(told.items()) if percent >= LEAST)
    shown = "|".join(" ".join(title) for title in _shown(name, titles, shared))
    return f"{code}\t{name}\t{shown}\t{stems}\n"


def _telling(count: int, titles: int, is_in_name: bool) -> int:
    part = count / titles
    return min(100, round(100 * (0.25 + 0.75 * part / (part + 0.15)) * (1.0 if is_in_name else 0.75)))


def _shown(name: str, titles: list[str], shared: Counter[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Return the titles that tell this occupation: those in its name, then short ones that few others have."""
    found: list[tuple[str, ...]] = []
    borne = {_singular(title) for title in titles[1:]} | ({_singular(name)} if "," not in name else set())
    named = [_singular(part) for part in (name, *re.split(r", Except.*|,? and |, ", name))]
    for phrase in [*named, *sorted(map(_singular, titles), key=len)]:
        is_telling = phrase in named or (shared[phrase] <= SHARED_BY and len(phrase) < 4)
        is_new = not any(_within(other, phrase) for other in found)
        if phrase in borne and is_telling and is_new and not _is_vague(phrase):
            found.append(phrase)
    return found[:TITLES] or [_singular(re.split(r", | and ", name)[0])]


def _is_vague(phrase: tuple[str, ...]) -> bool:
    """Whether a title of one word may be anything: an intern, letters that others use, too."""
    return len(phrase) == 1 and (phrase[0] in VAGUE or (len(phrase[0]) < 5 and not knows(phrase[0])))


def _within(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    return any(long[at : at + len(short)] == short for at in range(len(long) - len(short) + 1))


def _singular(title: str) -> tuple[str, ...]:
    found = [*words(title)]
    if found and found[-1].endswith("s") and not found[-1].endswith(("ss", "us", "is", "ics")) and len(found[-1]) > 3:
        last = found[-1]
        found[-1] = f"{last[:-3]}y" if last.endswith("ies") else last[:-1]
    return tuple(found)
