"""Names and time zones of the countries and regions that stand in an alumni file. It decides nothing about people."""

import csv
from functools import cache
from pathlib import Path

from apps.wording.text import folded

DATA = Path(__file__).parent / "data"
OTHER_NAMES = {
    "usa": "US",
    "u.s.": "US",
    "u.s.a.": "US",
    "america": "US",
    "uk": "GB",
    "england": "GB",
    "scotland": "GB",
}


type Row = dict[str, str]


def _rows(name: str) -> list[Row]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def _countries() -> dict[str, Row]:
    return {row["code"]: row for row in _rows("countries.csv")}


@cache
def _regions() -> dict[tuple[str, str], Row]:
    return {(row["country"], row["code"]): row for row in _rows("regions.csv")}


@cache
def _country_codes() -> dict[str, str]:
    return {folded(row["name"]): code for code, row in _countries().items()} | OTHER_NAMES


def country_code(text: str) -> str:
    """Return the two letters of a country written as a code or a name, or "" for one we do not know."""
    text = text.strip()
    return text.upper() if text.upper() in _countries() else _country_codes().get(folded(text), "")


def country_choices() -> list[tuple[str, str]]:
    return [(code, row["name"]) for code, row in sorted(_countries().items(), key=lambda item: item[1]["name"])]


def country_name(code: str) -> str:
    return _countries()[code]["name"] if code in _countries() else code


def region_name(country: str, region: str) -> str:
    row = _regions().get((country or "US", region))
    return row["name"] if row else region


def zone_of(country: str, region: str) -> str:
    """Return the IANA zone most people of this region or country live in, or "" where we cannot say."""
    row = _regions().get((country or "US", region)) or _countries().get(country)
    return row["zone"] if row else ""
