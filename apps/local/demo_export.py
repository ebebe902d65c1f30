"""A small advancement export, made up: what the directory is filled from where no larger sample file lies at hand.

It has the columns and the quirks of a real one: "Last, First" with stray spaces, '14 for 2014, several degrees in one
cell, two date formats, line breaks and a formula in notes, missing and broken addresses, duplicates. The same every
time: `python -m apps.local.demo_export` writes data/alumni-small.csv, and a test compares.
"""

import csv
import io
import json
import random
import unicodedata
from pathlib import Path

SMALL_EXPORT = Path(__file__).parent / "data" / "alumni-small.csv"
PEOPLE = 396
COLUMNS = (
    *("Constituent ID", "Full Name", "Preferred Name", "Email", "Home Phone", "Class", "Degrees", "Employer"),
    *("Job Title", "Industry", "City", "State/Province", "Country", "Time Zone", "LinkedIn", "Willing To Help"),
    *("Max Requests / Month", "Do Not Contact", "Deceased", "Directory Opt-In", "Last Updated", "Notes"),
)

WORDS = json.loads((SMALL_EXPORT.parent / "export-words.json").read_text())
NICKNAMES = {"Beatriz": "Bea", "Gabriel": "Gabe", "Katarzyna": "Kasia", "Joaquín": "Quino", "Oleksandr": "Sasha"}
PLACES = (
    *[("Minneapolis", "MN", "US", "America/Chicago")] * 8,
    *[("St. Paul", "MN", "US", "America/Chicago")] * 6,
    *[("Duluth", "MN", "US", "America/Chicago")] * 3,
    *[("Rochester", "MN", "US", "America/Chicago")] * 2,
    *[("Chicago", "IL", "US", "America/Chicago")] * 4,
    *[("New York", "NY", "US", "America/New_York")] * 3,
    *[("Madison", "WI", "US", "America/Chicago")] * 2,
    ("Fargo", "ND", "US", "America/Chicago"),
    ("Seattle", "WA", "US", "America/Los_Angeles"),
    ("Boston", "MA", "US", "America/New_York"),
    ("Denver", "CO", "US", "America/Denver"),
    ("Phoenix", "AZ", "US", "America/Phoenix"),
    ("Anchorage", "AK", "US", "America/Anchorage"),
    ("Winnipeg", "MB", "CA", "America/Winnipeg"),
    ("St. John's", "NL", "CA", "America/St_Johns"),  # words: ok, as a file has it
    ("London", "", "GB", "Europe/London"),
    ("Dublin", "", "IE", "Europe/Dublin"),
    ("Berlin", "", "DE", "Europe/Berlin"),
    ("Kraków", "", "PL", "Europe/Warsaw"),
    ("São Paulo", "", "BR", "America/Sao_Paulo"),
    ("Kathmandu", "", "NP", "Asia/Kathmandu"),
    ("Sydney", "NSW", "AU", "Australia/Sydney"),
)
HELP = ("informational interview", "résumé review", "job shadow", "mock interview", "career panel", "referral")
NOTES = (
    'Met at "Homecoming" 2024, offered to host',
    "Prefers e-mail\nafter 5 pm",  # words: ok, as a file has it
    "speaks Spanish",
    '=HYPERLINK("http://example.com","see")',
)
BROKEN = ("not an address", "n/a", "two@example.com, three@example.com", "")


def rows() -> list[list[str]]:
    """Return the rows of the export, in order, as lists: the same at every call."""
    dice = random.Random(1897)
    people = [_person(number, dice) for number in range(PEOPLE)]
    again = [[*row[:7], row[7].upper(), *row[8:]] for row in people[17::97]]
    return people + again


def _person(number: int, dice: random.Random) -> list[str]:
    first, last = dice.choice(WORDS["first"]), dice.choice(WORDS["last"])
    if dice.random() < 0.08:
        last = f"{last}-{dice.choice(WORDS['last'])}"
    industry = dice.choice(sorted(WORDS["work"]))
    year = dice.choice([*range(1984, 2026), *range(2004, 2020)])
    city, region, country, zone = dice.choice(PLACES)
    handle = f"{_plain(first)}.{_plain(last)}{number}"
    opt_in = dice.choices(("Y", "", "N"), (78, 15, 7))[0]
    return [
        f"T{20000 + number}",
        _spaced(f"{last}, {first}", dice),
        NICKNAMES.get(first, "") if dice.random() < 0.8 else "",
        dice.choice(BROKEN) if dice.random() < 0.015 else f"{handle}@{_mailbox(dice)}",
        f"218-555-{dice.randint(100, 199):04d}" if dice.random() < 0.5 else "",
        f"'{year % 100:02d}" if dice.random() < 0.3 else str(year),
        _degrees(year, dice),
        dice.choice(WORDS["employers"]),
        dice.choice(WORDS["work"][industry]),
        industry,
        city,
        region,
        country,
        zone if dice.random() < 0.66 else "",
        f"https://www.linkedin.com/in/{handle.replace('.', '-')}" if dice.random() < 0.5 else "",
        "; ".join(dice.sample(HELP, dice.choice((0, 1, 1, 2, 3)))),
        dice.choice(("", "", "1", "2", "3", "4")),
        "Y" if dice.random() < 0.04 else "",
        "Y" if dice.random() < 0.015 else "",
        opt_in,
        _date(dice),
        dice.choice(NOTES) if dice.random() < 0.4 else "",
    ]


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.replace("ø", "o").replace("Ø", "O").replace("ł", "l"))
    return "".join(c for c in letters if c.isascii() and c.isalpha()).lower()


def _spaced(name: str, dice: random.Random) -> str:
    return f"  {name} " if dice.random() < 0.03 else name


def _mailbox(dice: random.Random) -> str:
    return dice.choice(("mail.tamarack.example", "example.com", "example.org", "mail.example.net"))


def _degrees(year: int, dice: random.Random) -> str:
    first = f"{dice.choice(('BA', 'BS'))} {dice.choice(WORDS['majors'])} {year}"
    if dice.random() < 0.72:
        return first
    return (
        f"{first}; {dice.choice(('MA', 'MS', 'MPH', 'PhD'))} {dice.choice(WORDS['majors'])} {year + dice.randint(2, 7)}"
    )


def _date(dice: random.Random) -> str:
    year, month, day = dice.choice((2023, 2024, 2025, 2026)), dice.randint(1, 10), dice.randint(1, 28)
    return f"{month:02d}/{day:02d}/{year}" if dice.random() < 0.5 else f"{year}-{month:02d}-{day:02d}"


def export() -> bytes:
    """Return the file as bytes: UTF-8 with a byte order mark and CRLF, as spreadsheets write it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows())
    return out.getvalue().encode("utf-8-sig")


if __name__ == "__main__":
    SMALL_EXPORT.write_bytes(export())
