"""Names and time zones of the countries and regions that stand in an alumni file. It decides nothing about people."""

import csv
from functools import cache
from pathlib import Path

from apps.accounts.models import folded

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


def _rows(name):
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def _countries():
    return {row["code"]: row for row in _rows("countries.csv")}


@cache
def _regions():
    return {(row["country"], row["code"]): row for row in _rows("regions.csv")}


@cache
def _country_codes():
    return {folded(row["name"]): code for code, row in _countries().items()} | OTHER_NAMES


def country_code(text):
    """Return the two letters of a country written as a code or a name, or "" for one we do not know."""
    text = text.strip()
    return text.upper() if text.upper() in _countries() else _country_codes().get(folded(text), "")


def country_choices():
    return [(code, row["name"]) for code, row in sorted(_countries().items(), key=lambda item: item[1]["name"])]


def country_name(code):
    return _countries()[code]["name"] if code in _countries() else code


def region_name(country, region):
    found = _regions().get((country or "US", region))
    return found["name"] if found else region


def zone_of(country, region):
    """Return the IANA zone most people of this region or country live in, or "" where we cannot say."""
    found = _regions().get((country or "US", region)) or _countries().get(country)
    return found["zone"] if found else ""
