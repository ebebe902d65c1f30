"""What stands in a cell, however a system or a person writes it: a year, a day, a degree's subject."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache

_NAMES = """
jan january feb february mar march apr april may may jun june jul july aug august sep september oct october nov november
dec december
"""
_ELSEWHERE = (  # German, French, Spanish, Italian, Portuguese, Dutch, in full and as they are cut short, folded
    "januar janner janvier enero gennaio janeiro januari jann janv ene genn gen",
    "februar fevrier febrero febbraio fevereiro februari fevr fev febr febb",
    "marz maerz mars marzo marco maart mrz mrt",
    "avril abril aprile avr abr",
    "mai mayo maggio maio mei magg mag",
    "juni juin junio giugno junho giu",
    "juli juillet julio luglio julho juil lug",
    "aout agosto augustus aou ago",
    "september septembre septiembre settembre setembro sett set",
    "oktober octobre octubre ottobre outubro okt ott out",
    "novembre noviembre novembro",
    "dezember decembre diciembre dezembro december dez dic",
)
_MONTHS = {name: at // 2 + 1 for at, name in enumerate(_NAMES.split())} | {"sept": 9}
_MONTHS |= {name: at for at, names in enumerate(_ELSEWHERE, 1) for name in names.split()}
_TIME = re.compile(
    r"(?:[T ,]|\bat\b)\s*(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d+)?)?"
    r"\s*(?P<half>[AaPp]\.?\s?[Mm]\.?)?\s*(?:Z|[A-Z]{2,4}|[+-]\d\d:?\d\d)?$"
)
_DAYS = (
    re.compile(r"^(?P<year>\d{4})[-/.年](?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})日?$"),
    re.compile(r"^(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)$"),
    re.compile(r"^(?P<first>\d{1,2})(?P<sign>[-/.])(?P<second>\d{1,2})[-/.](?P<year>\d{4}|\d\d)$"),
    re.compile(
        r"^(?P<day>\d{1,2})(?:st|nd|rd|th|er)?[ ./-]*(?:de )?(?P<word>[a-z]{3,10})\.?,?[ /-]*(?:de )?"
        r"(?P<year>\d{4}|\d\d)$",
        re.IGNORECASE,
    ),
    re.compile(r"^(?P<word>[A-Za-z]{3,9})\.?[ /-]+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?[ -]+(?P<year>\d{4}|\d\d)$"),
)
_DOTTED_TIME = re.compile(r"(?<=[T ,])(\d{1,2})\.(\d\d)\.(\d\d)(?!\d)")  # 05-NOV-26 09.14.33.000000 AM of Oracle
_YEAR_LAST = re.compile(r"^([A-Za-z]{3} +\d{1,2}) (\d\d:\d\d:\d\d)(?: [A-Z]{2,5})? (\d{4})$")  # Nov 5 09:14:33 2026
_STAMP = re.compile(r"^(\d{8})(\d\d)(\d\d)(\d\d)$")
_SERIAL = re.compile(r"[2-5]\d{4}(?:\.\d+)?")  # a day as spreadsheets count them: 41774 is in May 2014
_WEEKDAY = re.compile(r"^(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+", re.IGNORECASE)


def plain(text: str) -> str:
    """Return a cell on one line, with full-width digits and odd spaces as common ones."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def first_address(cells: Sequence[str]) -> str:
    """Return of several cells the first that may hold an e-mail address, else the first."""
    return next((cell for cell in cells if "@" in cell), cells[0] if cells else "")


_LINKEDIN = re.compile(
    r"(?:(?P<scheme>https?):)?/*(?P<rest>(?:[a-z0-9-]+\.)*(?:linkedin\.com|lnkd\.in)/\S+)", re.IGNORECASE
)
LONGEST_URL = 200


def linkedin(text: str) -> str:
    """Return the address of a LinkedIn profile as it is written, with https where nothing stands in front; else ""."""
    text = _DOUBLED.sub("", _UNSEEN.sub("", text).strip().strip("<>"))
    match = _LINKEDIN.fullmatch(re.sub(r"^/?(?=in/\S)", "www.linkedin.com/", text)) or _WITHIN.search(text)
    if not match or _NO_PERSON.search(match["rest"]):
        return ""
    address = f"{(match['scheme'] or 'https').lower()}://{match['rest']}"
    return address if len(address) <= LONGEST_URL else ""


_UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_DOUBLED = re.compile(r"^(?:https?:/*)+(?=https?:)", re.IGNORECASE)
_WITHIN = re.compile(  # LinkedIn: https://..., a link of a page, the first of two
    r"(?<![\w./@:-])(?:(?P<scheme>https?):/*)?"
    r"(?P<rest>(?:[a-z0-9-]+\.)*(?:linkedin\.com|lnkd\.in)/[^\s\"'<>,;()\[\]]+)",
    re.IGNORECASE,
)
_NO_PERSON = re.compile(
    r"\.com/(?:in/?$|(?:company|school|showcase|feed|jobs|posts|groups|search|learning|pulse|login|signup|authwall)(?:[/?#]|$))",
    re.IGNORECASE,
)

_PLAIN_PHONE = re.compile(r"\+?\(?[1-9][\d .()/-]*\d")


def phone(text: str) -> str:
    """Return a number as somebody would write it, without what a link or a spreadsheet makes of it; "" for none."""
    if _PLAIN_PHONE.fullmatch(text) and text[-2:] != ".0":  # as most are, and quickly told
        return text
    text = re.sub(r"^(?:tel:|')\s*", "", _UNSEEN.sub("", text).strip(), flags=re.IGNORECASE)
    if re.fullmatch(r"\d(?:\.\d+)?E\+\d\d", text, re.IGNORECASE):
        text = f"{float(text):.0f}"
    text = re.sub(r"^(\d{6,})\.0+$", r"\1", text)
    return text if text.strip("0123456789 ._()/+-") or text.strip("0 ._()/+-") else ""


@lru_cache(4096)
def moment(text: str) -> datetime | None:
    """Return the day, and the time if there is one, that a cell means; a day of numbers is month first if it can be."""
    text = _DOTTED_TIME.sub(r"\1:\2:\3", _WEEKDAY.sub("", plain(text)))
    text = _STAMP.sub(r"\1 \2:\3:\4", _YEAR_LAST.sub(r"\1 \3 \2", text))
    if _SERIAL.fullmatch(text):
        return datetime(1899, 12, 30) + timedelta(days=int(float(text)))  # noqa: DTZ001 - as the file writes it
    clock = _TIME.search(text)
    day = _bare(text[: clock.start()] if clock else text)
    for pattern in _DAYS:
        if found := pattern.match(day):
            try:
                return datetime(*_date(found.groupdict()), *_time(clock))  # noqa: DTZ001 - as the file writes it
            except (ValueError, KeyError):
                return None
    return None


def _bare(text: str) -> str:
    """Return a day in small letters, without their marks: 5 août 2026."""
    decomposed = unicodedata.normalize("NFKD", text.lower())
    return "".join(c for c in decomposed if not unicodedata.combining(c)).strip(" ,")


def _date(parts: dict[str, str]) -> tuple[int, int, int]:
    year = int(parts["year"])
    if len(parts["year"]) == 2:
        year += 2000 if year < 69 else 1900
    if "word" in parts:
        return year, _MONTHS[parts["word"]], int(parts["day"])
    if "first" not in parts:
        return year, int(parts["month"]), int(parts["day"])
    first, second = int(parts["first"]), int(parts["second"])
    is_day_first = first > 12 or (parts["sign"] == "." and second <= 12)
    return (year, second, first) if is_day_first else (year, first, second)


def _time(found: re.Match[str] | None) -> tuple[int, int, int]:
    if found is None:
        return 0, 0, 0
    hour, half = int(found["hour"]), (found["half"] or "").lower()
    if half:
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    return hour, int(found["minute"]), int(found["second"] or 0)


_TERM = r"(?:spring|summer|fall|autumn|winter|may|spr?|su|sum|fa?|fl|wi?|au|s|u)"
_SHORT_YEAR = re.compile(
    rf"^(?:(?:the )?class(?: of)?|cl?|co|fy|ay|x|{_TERM})?(?: ?term| semester| quarter)?"
    rf"[ .'’‘`´/-]*(?P<year>\d\d){_TERM}?$",
    re.IGNORECASE,
)
_CODED = re.compile(r"^(?P<year>\d{4})[- ]?(?:\d\d|[A-Za-z]{1,2}\d?)$")  # 202710, 2027FA, 2027S1
_MONTH_YEAR = re.compile(r"^(?P<word>[A-Za-z]{3,9})\.?[ '’-]+(?P<year>\d\d)$|^\d{1,2}[/-](?P<slashed>\d\d)$")


_PARENT = re.compile(r"(?<!\w)G?P['’‘`]\d\d(?!\d)", re.IGNORECASE)  # P’24 is a parent of the class of 2024


_SPAN = re.compile(r"(?<![\d/.-])(\d{4})(\s?(?:[-–—/]|to)\s?)(\d{4}|\d\d)(?![\d/.-])")
LONGEST_STUDY = 9  # years


def _end_of(span: re.Match[str]) -> str:
    """Return the year that a span of study, or an academic year, ends in: 2010-2014, 2026/27; else what is written."""
    begins, ends = int(span[1]), span[3]
    if len(ends) == 4:
        return ends if 0 < int(ends) - begins <= LONGEST_STUDY else span[0]
    return str(begins + 1) if int(ends) == (begins + 1) % 100 else span[0]


def years(text: str, *, earliest: int, latest: int) -> list[int]:
    """Return each year that a cell may mean: 2014.0, '14, Class of 1998, Spring 2027, FA26, 202710, 05/15/2014."""
    if len(text) == 4 and text.isascii() and text.isdecimal():  # as most are written, and quickly told
        return [int(text)] if earliest <= int(text) <= latest else []
    text = re.sub(r"^(\d),(\d{3})$", r"\1\2", re.sub(r"(?<=\d)[.,]0+$", "", plain(text)))
    text = _SPAN.sub(_end_of, _PARENT.sub("", text).strip(" ,;"))
    found = [int(year) for year in re.findall(r"(?<!\d)\d{4}(?!\d)", text)]
    if not found and (coded := _CODED.match(text)):
        found = [int(coded["year"])]
    if not found and (day := moment(text)):
        found = [day.year]
    if not found and (short := _SHORT_YEAR.match(text)):
        found = [_full(int(short["year"]), latest)]
    if not found:
        found = [_full(int(year), latest) for year in re.findall(r"(?<!\d)['’‘](\d\d)(?!\d)", text)]
    if not found and (month := _MONTH_YEAR.match(text)) and (month["word"] or "may").lower() in _MONTHS:
        found = [_full(int(month["year"] or month["slashed"]), latest)]
    return [year for year in dict.fromkeys(found) if earliest <= year <= latest]


def _full(two_digits: int, latest: int) -> int:
    return 2000 + two_digits if 2000 + two_digits <= latest else 1900 + two_digits


# --- degrees ----------------------------------------------------------------------------------------------------------

_WORDS = """
aa aas ab ad ae alb alm am as asn ba baas bac barch bas bba bcom bcomm bcs bd be bed beng bfa bgs bls bm bme bms
bmus bn bpa bph bphil bps bs bsa bsba bsc bsche bsce bscs bse bsed bsee bsme bsn bsph bst bsw btech bth bus bvsc ca
cert certificate dba dc dd dds diploma diplom dma dmd dmin dmus dnp do dphil dpt dr drph ds dsc dsw dvm eds edd edm
emba executive hons honors jd jsd llb lld llm lmsw ma macc mae magister maint mais mal mals mam march mas
mat mba mbbs mbchb mcs md mdiv me med meng mes mfa mfin mha mhr mhs mi mib mid mis ml mla mlis mls mlitt mm mme mmus
mot mp mpa mpaff mpas mph mphil mpp mps mres ms msc mscs msed msee mseng msf msfs msm msme msn mspas msph mst mstat
msw mt mtax mth mtheol mts mup mur nd od ostd pa pd pdm pgce pgdip pharmd phd pmba postbac psyd sb scb scd scm sjd
sm std sthb stl stm thd thm
"""
_DEGREES = frozenset([*_WORDS.split(), "honours"])
_IN_WORDS = {"certificate", "cert", "diploma", "diplom", "hons", "honours", "honors", "executive"}
_NO_SUBJECT = {"undeclared", "undecided", "juris doctor", "non-degree"}
_LONG = re.compile(
    r"^(?:associate|bachelor|master|doctor)(?:['’]?s)?(?: degree)?\b(?P<rest>.*)$|^(?:doctorate"
    r"|(?:double |dual )?(?:minor|major)|certificate|diploma|doctoral)(?: degree)?\b(?P<of>.*)$",
    re.IGNORECASE,
)
_YEAR = re.compile(
    r"\(?(?<![\w.])(?:class of |conferred |in )?(?:['’‘]\d\d|(?:19|20)\d\d(?:\.0)?)(?!\w)\)?,?", re.IGNORECASE
)
_HONORS = re.compile(
    r"\((?:hons?|honou?rs)\.?\)"
    r"|,?\s*\b(?:(?:magna |summa )?cum laude|with (?:high(?:est)? )?(?:honou?rs|distinction))\b"
    r"|(?<=\S)\s+honou?rs$",
    re.IGNORECASE,
)
_JOINS = re.compile(r"^(?:(?:in|of|with|and|major(?:ing)? in)\b|[-–—:,/.|&\s])+", re.IGNORECASE)


def subjects(text: str) -> list[str]:
    """Return each subject of a cell of degrees once: "BS Biology 1988; PhD Physics 1992" has Biology and Physics."""
    text = _STUCK_YEAR.sub(r" \1 ", text)
    parts = re.split(r"[;|\n]|,\s*(?=(?:double |second )?(?:minor|major)\b)", text, flags=re.IGNORECASE)
    found = [_subject(each) for part in parts for each in _of_one_degree(part)]
    return list(dict.fromkeys(subject for subject in found if subject and subject.lower() not in _NO_SUBJECT))


def _of_one_degree(part: str) -> list[str]:
    """Part "BA Economics 1998, MBA 2004" and "AA Arts / BA Biology", but not "BA, Economics": at a further degree."""
    pieces = _BETWEEN.split(part)
    whole = pieces[:1]
    for sign, piece in zip(pieces[1::2], pieces[2::2], strict=True):
        if _begins_anew(piece, whole[-1], is_blank=not sign.strip()):
            whole.append(piece)
        else:
            whole[-1] = f"{whole[-1]}{sign}{piece}"
    return whole


_BETWEEN = re.compile(r"(\s*,\s*|\s+(?:/|and|&)\s+|(?<=\d)\s+(?=[A-Z]))")
_STUCK_YEAR = re.compile(r"(?<=[A-Za-z.])(['’‘]\d\d)(?!\w)\s*")  # BS'98


def _begins_anew(piece: str, before: str, *, is_blank: bool) -> bool:
    """Whether a piece is a further degree, or a further subject with its year."""
    words, had_year = piece.split(), _YEAR.search(before) is not None
    if not words:
        return False
    if _is_degree(words[0]):
        has_subject = len(before.split()) > 1 and _is_degree(before.split()[0])
        return had_year or (has_subject and not is_blank)
    return had_year and not is_blank and len(words) > 1 and _YEAR.fullmatch(words[-1]) is not None


@lru_cache(4096)  # a file names few subjects
def _subject(text: str) -> str:
    text = _HONORS.sub(" ", plain(text))
    text = " ".join(_YEAR.sub(" ", text).split()).strip(" ,;:-–")
    text = re.sub(r"\s*\(([A-Za-z./]+),?\s*\)", lambda found: "" if _is_degree(found[1]) else found[0], text)
    if (stuck := re.match(r"([A-Za-z.]{2,8})-(?=[A-Z][a-z])", text)) and _is_degree(stuck[1]):  # BSBA-Accounting
        return text[stuck.end() :]
    if long := _LONG.match(text):
        return _after_long_name(long)
    words = text.split()
    count = 0
    while count < len(words) and _is_degree(words[count]):
        count += 1
    rest = _JOINS.sub("", " ".join(words[count:])).strip(" ,()")
    pieces = rest.split()
    while not count and len(pieces) > 1 and _is_degree(pieces[-1]):
        pieces.pop()
    return " ".join(pieces).strip(" ,()-–")


def _after_long_name(found: re.Match[str]) -> str:
    """Return Economics of “Bachelor of Arts in Economics”, Nursing of “Bachelor of Science, Nursing”, else ""."""
    if found["of"] is not None:
        return _JOINS.sub("", found["of"]).strip(" ,()")
    rest = found["rest"]
    named = re.search(r"(?:\bin\b|[,:(]| [-–—] )\s*(?P<subject>.+)$", rest, re.IGNORECASE)
    subject = _JOINS.sub("", named["subject"]).strip(" ,()") if named else ""
    return _subject(subject) if _is_degree(subject.split(",")[0]) else subject  # Doctor of Philosophy - PhD, Astronomy


def _is_degree(word: str) -> bool:
    """BA, B.A., Ph.D., BS/MS; an unknown short word of capitals is one too: BSHA."""
    parts = [part for part in re.split(r"[/&+]", word.strip(",:()-–")) if part]
    return bool(parts) and all(_is_one_degree(part) for part in parts)


def _is_one_degree(part: str) -> bool:
    bare = part.replace(".", "")
    capitals = sum(1 for c in bare if c.isupper())
    if bare.lower() in _DEGREES:
        return capitals > 1 or "." in part or bare.lower() in _IN_WORDS
    return bare.isalpha() and bare[:1] in "ABMDE" and capitals > 1 and 3 <= len(bare) <= 6 and capitals >= len(bare) - 2
