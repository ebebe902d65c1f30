"""What somebody calls a time zone: the IANA's names old and new, those of Windows, what a CRM writes, abbreviations.

It decides which zone a text means, and how far that can be told from the text alone. It knows no person and no office.
"""

import re
import zoneinfo
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from importlib.resources import files

from tzlocal.windows_tz import win_tz

# Old names that the IANA's table leads to the place of another country, whose clocks happen to agree.
OTHER_PLACES = {
    "Africa/Asmera": "Africa/Asmara",
    "Africa/Timbuktu": "Africa/Bamako",
    "America/Coral_Harbour": "America/Atikokan",
    "America/Virgin": "America/St_Thomas",
    "Antarctica/South_Pole": "Antarctica/McMurdo",
    "Atlantic/Jan_Mayen": "Arctic/Longyearbyen",
    "Iceland": "Atlantic/Reykjavik",
    "Pacific/Ponape": "Pacific/Pohnpei",
    "Pacific/Truk": "Pacific/Chuuk",
    "Pacific/Yap": "Pacific/Chuuk",
}
# Abbreviations and what people say, with the zones that they can mean. Where the place is not known, a single zone is
# taken, or the first of several; where the first is empty, a text without a place says nothing.
SAID = {
    "America/New_York": "et est edt est5edt eastern easterntime easternstandardtime easterndaylighttime",
    "America/Chicago": "ct cdt cst6cdt central centraltime centralstandardtime centraldaylighttime",
    "America/Denver": "mt mst mdt mst7mdt mountain mountaintime mountainstandardtime mountaindaylighttime",
    "America/Los_Angeles": "pt pst pdt pst8pdt pacific pacifictime pacificstandardtime pacificdaylighttime",
    "America/Anchorage": "akt akst akdt alaska alaskatime alaskan alaskanstandardtime",
    "Pacific/Honolulu": "ht hst hdt hast hadt hawaii hawaiitime hawaiian hawaiianstandardtime "
    "hawaiialeutian hawaiialeutianstandardtime hawaiialeutiantime",
    "America/Halifax": "ast adt atlantic atlantictime atlanticstandardtime atlanticdaylighttime",
    "America/St_Johns": "nt nst ndt newfoundland newfoundlandtime newfoundlandstandardtime",
    "America/Puerto_Rico": "puertorico puertoricotime",
    "America/Phoenix": "arizona arizonatime",
    "America/Regina": "saskatchewan",
    "Europe/London": "britishtime britishsummertime uktime ukt uk",
    "Europe/Paris": "cet cest met mest centraleuropean centraleuropeantime centraleuropeanstandardtime",
    "Europe/Athens": "eet eest easterneuropean easterneuropeantime easterneuropeanstandardtime",
    "Europe/Lisbon": "wet west westerneuropean westerneuropeantime",
    "Europe/Moscow": "msk moscowtime",
    "Australia/Sydney": "aest aedt aet australianeastern australianeasterntime easternaustralia",
    "Australia/Adelaide": "acst acdt act australiancentral australiancentraltime",
    "Australia/Perth": "awst awt australianwestern australianwesterntime westernaustralia",
    "Pacific/Auckland": "nzst nzdt newzealandtime",
    "Asia/Tokyo": "jst japantime",
    "Asia/Seoul": "kst koreatime",
    "Asia/Kolkata": "indiatime indiastandardtime",
    "Asia/Singapore": "sgt singaporetime",
    "Asia/Hong_Kong": "hkt hongkongtime",
    "Asia/Karachi": "pkt",
    "Asia/Kathmandu": "npt nepaltime",
    "Asia/Jakarta": "wib",
    "Asia/Makassar": "wita",
    "Asia/Jayapura": "wit",
    "Asia/Manila": "pht",
    "Asia/Bangkok": "ict",
    "Asia/Dubai": "gst",
    "Africa/Lagos": "wat westafricatime",
    "Africa/Nairobi": "eat eastafricatime",
    "Africa/Johannesburg": "sast cat southafricatime centralafricatime",
    "America/Sao_Paulo": "brt brst brasiliatime",
    "America/Argentina/Buenos_Aires": "art argentinatime",
    "America/Bogota": "cot",
    "America/Lima": "pet",
    "America/Santiago": "clt clst",
}
BY_PLACE = {
    "cst": ("America/Chicago", "Asia/Shanghai", "Asia/Taipei", "America/Havana"),
    "bst": ("Europe/London", "Asia/Dhaka"),
    "ist": ("", "Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem"),
    "sst": ("", "Pacific/Pago_Pago", "Asia/Singapore"),
}
# Cities of the lists that Windows and web frameworks show, which no zone is named after.
LISTED = {
    "Asia/Kolkata": "chennai mumbai newdelhi delhi bangalore bengaluru hyderabad",
    "Asia/Shanghai": "beijing",
    "Asia/Tokyo": "osaka sapporo",
    "Asia/Karachi": "islamabad",
    "Asia/Bangkok": "hanoi",
    "Asia/Riyadh": "jeddah",
    "Asia/Dubai": "abudhabi",
    "Europe/London": "edinburgh",
    "Europe/Zurich": "bern geneva",
    "Europe/Moscow": "st.petersburg saintpetersburg",
    "Australia/Sydney": "canberra",
    "Africa/Johannesburg": "pretoria capetown",
    "America/Sao_Paulo": "brasilia riodejaneiro",
    "America/Indiana/Indianapolis": "indiana indiana(east)",
    "America/New_York": "newyorkcity nyc boston atlanta miami",
    "America/Los_Angeles": "sanfrancisco seattle",
    "America/Mexico_City": "guadalajara",
    "Pacific/Auckland": "wellington",
}
UNIVERSAL = {
    "utc",
    "gmt",
    "z",
    "zulu",
    "uct",
    "universal",
    "greenwich",
    "greenwichmeantime",
    "coordinateduniversaltime",
}
FOLLOWS_AMERICA = {"est": "Australia/Sydney", "edt": "Australia/Sydney", "eastern": "Australia/Sydney"}
LENGTH = r"[+\-−–]\s*\d{1,2}(?::?[0-5]\d|\.5)?"
OFFSET = re.compile(r"(?:utc|gmt|z|etc/gmt)?(?P<sign>[+-])(?P<hours>\d{1,2})(?::?(?P<minutes>[0-5]\d)|(?P<half>\.5))?")
FRONTED = re.compile(rf"(?:utc|gmt)\s*(?P<offset>{LENGTH})[\s,:-]+(?P<rest>[a-z].*)", re.IGNORECASE)
IN_BRACKETS = re.compile(rf"[(\[]\s*(?:utc|gmt)?\s*(?P<offset>{LENGTH})?\s*[)\]]\s*(?P<rest>.*)", re.IGNORECASE)


@dataclass(frozen=True)
class Meant:
    """What a text says of a zone. Exact: a zone named by its place. Else what its clocks show; `zone` is a guess."""

    zone: str = ""
    is_exact: bool = False
    zones: tuple[str, ...] = ()  # a place that keeps the time of one of these is meant
    offset: timedelta | None = None  # or this distance from universal time

    def fits(self, place: str) -> bool:
        """Whether the clocks of a place may be what was meant."""
        if self.offset is not None:
            return self.offset in _offsets(place)
        return any(_offsets(place)[0] == _offsets(zone)[0] for zone in self.zones)


@lru_cache(4096)
def current(name: str) -> str:
    """Return the name that a zone has today: Asia/Kolkata for Asia/Calcutta. Others stay what they are."""
    if name in places():
        return name
    if name in OTHER_PLACES:
        return OTHER_PLACES[name]
    if "/" not in name and name.lower() in _said():  # an abbreviation, whatever it was once linked to
        return name
    followed = _links().get(name, name)
    return followed if followed in places() else name


def stored(name: str) -> str | None:
    """Return a zone stored long ago by its name of today; None for one that we do not know."""
    if name in zoneinfo.available_timezones():
        return current(name)
    meant = understood(name)
    return meant.zone or None if meant else None


@cache
def places() -> dict[str, str]:
    """Return the zones of tzdata's own table, each with its country: every place once, under its name of today."""
    table = (files("tzdata.zoneinfo") / "zone.tab").read_text(encoding="utf-8")
    lines = [line.split("\t") for line in table.splitlines() if not line.startswith("#")]
    return {zone: country for country, _, zone, *_ in lines}


@cache
def _links() -> dict[str, str]:
    """Return old name -> the zone it is a link to."""
    table = (files("tzdata.zoneinfo") / "tzdata.zi").read_text(encoding="utf-8")
    links = [line.split() for line in table.splitlines() if line.startswith("L ")]
    return {old: zone for _, zone, old in links}


@cache
def _names() -> dict[str, str]:
    """Return every name that a zone has or had, folded -> as it is written."""
    return {_squeezed(name): name for name in sorted(zoneinfo.available_timezones() - {"Factory", "localtime"})}


@cache
def _said() -> dict[str, tuple[str, ...]]:
    """Return an abbreviation, or what people say -> the zones it may mean, the likeliest first."""
    said = {word: (zone,) for zone, words in SAID.items() for word in words.split()}
    return said | BY_PLACE | {word: (*said[word], other) for word, other in FOLLOWS_AMERICA.items()}


@cache
def _cities() -> dict[str, str]:
    """Return the city of each zone, folded -> the zone; those of old names and of well-known lists, too."""
    old = {_squeezed(name.rpartition("/")[2]): current(name) for name in _links() if name.count("/")}
    listed = {city: zone for zone, cities in LISTED.items() for city in cities.split()}
    now = {_squeezed(zone.rpartition("/")[2]): zone for zone in places()}
    return {city: zone for city, zone in (old | now | listed).items() if zone in places()}


@cache
def _windows() -> dict[str, str]:
    return {_squeezed(name): current(zone) for name, zone in win_tz.items()}


def _squeezed(text: str) -> str:
    return re.sub(r"[\s_]+", "", text.lower().replace("−", "-").replace("–", "-"))


@lru_cache(4096)
def understood(text: str) -> Meant | None:
    """Return what a text says of a zone, or None where we do not understand it."""
    text = " ".join(text.split())
    if bracketed := IN_BRACKETS.fullmatch(text):
        return _of_a_list(bracketed["offset"] or "+0", bracketed["rest"])
    squeezed = _squeezed(text)
    if squeezed in UNIVERSAL | {
        "etc/utc",
        "etc/gmt",
        "etc/uct",
        "etc/universal",
        "etc/zulu",
        "etc/greenwich",
        "etc/gmt0",
        "gmt0",
    }:
        return Meant(offset=timedelta(0))
    if fronted := FRONTED.fullmatch(text):
        return _of_a_list(fronted["offset"], fronted["rest"])
    return _offset(squeezed) or _named(squeezed) or _of_words(text) or _of_parts(text)


def _named(squeezed: str) -> Meant | None:
    if found := _said().get(squeezed):
        return Meant(zone=found[0], zones=tuple(zone for zone in found if zone))
    if name := _names().get(squeezed):
        zone = current(name)
        return Meant(zone, is_exact=True, zones=(zone,)) if zone in places() else None
    if by_windows := _windows().get(squeezed):
        is_place = by_windows in places()
        return Meant(by_windows, zones=(by_windows,)) if is_place else Meant(offset=_offsets(by_windows)[0])
    return None


def _of_parts(text: str) -> Meant | None:
    """Read two names side by side, the narrower last: "EST/EDT", "Mountain Time - Arizona", "US-Eastern"."""
    parts = re.split(r"\s*[/|:;]\s*|\s+[-–]\s+|(?<=us)-", text, flags=re.IGNORECASE)
    if len(parts) < 2 or ("/" in text and not text.replace("/", "").isupper()):
        return None
    return next((meant for part in reversed(parts) if (meant := _named(_squeezed(part)) or _of_words(part))), None)


def _of_a_list(offset: str, rest: str) -> Meant | None:
    """Read what a list of a CRM says: "(GMT-06:00) Central Time (US & Canada)", "(UTC+05:30) Chennai, Kolkata"."""
    if not rest:
        return _offset(_squeezed(offset))
    inner = re.search(r"\(\s*([A-Za-z]+/[\w/+-]+)\s*\)\s*$", rest)
    if inner and (meant := _named(_squeezed(inner[1]))):
        return meant
    told, distance = _of_words(rest), _offset(_squeezed(offset))
    if told is None:
        return distance
    is_agreed = distance is None or distance.offset in {one for zone in told.zones for one in _offsets(zone)}
    return told if is_agreed else distance


def _of_words(words: str) -> Meant | None:
    """Read a name with something beside it ("Eastern Time (US & Canada)", "US Eastern"), or the cities of a list."""
    bare = re.sub(r"\s*\([^)]*\)", "", words)
    short = re.sub(r"(?i)^(?:us|u\.s\.|usa|north american?|the)\s+|\s+(?:time\s*)?zone$|\s+(?:us|usa)$", "", bare)
    plain = re.sub(r"(?i)\s+(?:standard|daylight|summer)(?=\s+time$)", "", short)
    for said in (words, bare, short, plain, re.sub(r"(?i)\s+time$", "", plain), f"{short} standard time"):
        if meant := _named(_squeezed(said)):
            return meant
    names = [_squeezed(re.sub(r"(?i)\s+time$", "", name)) for name in re.split(r"[,/;]", bare)]
    known = [_cities()[name] for name in names if name in _cities()]
    return Meant(known[0], zones=tuple(known)) if known else None


def _offset(squeezed: str) -> Meant | None:
    match = OFFSET.fullmatch(squeezed)
    if match is None:
        return None
    length = timedelta(hours=int(match["hours"]), minutes=30 if match["half"] else int(match["minutes"] or 0))
    is_behind = match["sign"] == "-"
    if squeezed.startswith("etc/"):  # whose signs are the other way round
        is_behind = not is_behind
    return Meant(offset=-length if is_behind else length) if length <= timedelta(hours=14) else None


@lru_cache(1024)
def _offsets(zone: str) -> tuple[timedelta, timedelta]:
    """Return how far the clocks of a zone are from universal time this year, in its winter and in its summer."""
    known, year = zoneinfo.ZoneInfo(zone), datetime.now(UTC).year
    both = [datetime(year, month, 1, tzinfo=UTC).astimezone(known).utcoffset() for month in (1, 7)]
    winter, summer = sorted(offset for offset in both if offset is not None)
    return winter, summer
