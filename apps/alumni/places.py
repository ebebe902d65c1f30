"""Countries, regions and their time zones, however a file or a form writes them. It decides nothing about people.

A zone is taken only from what was understood: where a country keeps several and the place in it is not known, there is
none, and whoever asked says so.
"""

import csv
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import pycountry

from apps.clock import times, zone_names
from apps.wording.text import folded

DATA = Path(__file__).parent / "data"
# What people write that no standard holds.
OTHER_NAMES = {
    "US": "america|u s|us of a|usofa|the states|estados unidos|etats unis|vereinigte staaten",
    "GB": "uk|great britain|britain|england|scotland|wales|northern ireland|n ireland|gb uk|u k|cymru",
    "KR": "korea|s korea|korea south|republic of korea|rok",
    "KP": "n korea|korea north|dprk",
    "RU": "russia|rossiya|russian fed",
    "CN": "mainland china|pr china|prc|p r china|peoples republic of china",
    "TW": "taiwan roc|republic of china|roc|chinese taipei",
    "HK": "hong kong sar|hong kong china|hongkong",
    "MO": "macau|macau sar",
    "AE": "uae|u a e|emirates|dubai|abu dhabi",
    "SA": "ksa|kingdom of saudi arabia",
    "NL": "holland|nederland",
    "DE": "deutschland|ger|federal republic of germany|frg",
    "ES": "espana",
    "BR": "brasil",
    "IT": "italia",
    "CH": "schweiz|suisse|svizzera|sui",
    "AT": "osterreich|oesterreich",
    "BE": "belgie|belgique",
    "SE": "sverige",
    "NO": "norge",
    "DK": "danmark",
    "FI": "suomi",
    "PL": "polska",
    "GR": "hellas",
    "IE": "eire|republic of ireland|ireland republic of|roi|southern ireland",
    "JP": "nippon|nihon",
    "IN": "bharat",
    "MM": "burma",
    "CZ": "czech republic|czech|czech rep|ceska republika",
    "TR": "turkey|turkiye",
    "CI": "ivory coast",
    "SZ": "swaziland",
    "CV": "cape verde",
    "TL": "east timor",
    "VA": "vatican|vatican city|holy see",
    "PS": "palestine|palestinian territories|west bank|gaza",
    "CD": "dr congo|drc|congo drc|congo dr|congo kinshasa|democratic republic of congo|congo dem rep|zaire",
    "CG": "congo brazzaville|congo rep|republic of congo",
    "LA": "laos",
    "SY": "syria",
    "BN": "brunei",
    "FM": "micronesia",
    "MK": "macedonia|fyrom",
    "BA": "bosnia",
    "TT": "trinidad|tobago",
    "VI": "us virgin islands|u s virgin islands|usvi",
    "VG": "british virgin islands|bvi",
    "ZA": "rsa",
    "NZ": "aotearoa|n z",
    "PH": "the philippines",
    "FK": "falklands",
    "RE": "reunion island",
    "KZ": "kazakstan",
}
# Cities that decide a zone where their region does not, or is not said.
CITIES = {
    "US": {
        "America/New_York": "boston|atlanta|miami|philadelphia|pittsburgh|washington|new york city|brooklyn|baltimore"
        "|nyc|manhattan|queens|bronx|the bronx|staten island|washington dc|philly",
        "America/Chicago": "houston|dallas|austin|san antonio|minneapolis|saint paul|milwaukee|new orleans",
        "America/Denver": "salt lake city|albuquerque|boulder",
        "America/Los_Angeles": "la|sf|san francisco|san diego|seattle|san jose|sacramento|oakland|las vegas",
    },
    "CA": {"America/Toronto": "ottawa|quebec city|mississauga|montreal", "America/Edmonton": "calgary"},
    "AU": {"Australia/Sydney": "canberra", "Australia/Brisbane": "gold coast"},
    "BR": {"America/Sao_Paulo": "rio de janeiro|brasilia|belo horizonte|curitiba|porto alegre|campinas|florianopolis"},
    "MX": {"America/Mexico_City": "guadalajara|puebla|queretaro|ciudad de mexico|cdmx|mexico df"},
    "ID": {"Asia/Jakarta": "surabaya|bandung|yogyakarta|medan", "Asia/Makassar": "denpasar|bali|ubud"},
    "RU": {"Europe/Moscow": "saint petersburg|moskva|kazan"},
}
WITH_PARTS_OVERSEAS = {"CN", "DK", "FI", "FR", "GB", "NL", "NO", "NZ", "US"}  # which ISO lists as countries, too
# States on two clocks: the zone of the smaller part, and its larger cities.
SMALLER_PARTS = {
    ("US", "TX"): ("America/Denver", "el paso"),
    ("US", "TN"): ("America/New_York", "knoxville|chattanooga|johnson city|kingsport|bristol|oak ridge"),
    ("US", "KY"): ("America/Chicago", "bowling green|owensboro|paducah|hopkinsville"),
    ("US", "IN"): ("America/Chicago", "gary|hammond|evansville|valparaiso|merrillville"),
    ("US", "FL"): ("America/Chicago", "pensacola|panama city|destin|fort walton beach"),
    ("US", "MI"): ("America/Menominee", "iron mountain|menominee|ironwood"),
    ("US", "ND"): ("America/Denver", "dickinson"),
    ("US", "SD"): ("America/Denver", "rapid city|spearfish"),
    ("US", "NE"): ("America/Denver", "scottsbluff"),
    ("US", "KS"): ("America/Denver", "goodland"),
    ("US", "ID"): ("America/Los_Angeles", "coeur dalene|lewiston|moscow"),
    ("US", "OR"): ("America/Boise", "ontario"),
    ("CA", "ON"): ("America/Winnipeg", "kenora"),
    ("CA", "BC"): ("America/Edmonton", "cranbrook"),
    ("AU", "NSW"): ("Australia/Broken_Hill", "broken hill"),
}


type Row = dict[str, str]


def _rows(name: str) -> list[Row]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _plain(text: str) -> str:
    """Return a name as names are compared: no accents, signs or case, "and" for "&", no "the" in front."""
    words = re.sub(r"[^\w]+", " ", re.sub(r"['’.]", "", folded(text).replace("&", " and "))).split()
    words = ["saint" if word == "st" else word for word in words]
    return " ".join(words[1:] if words[:1] == ["the"] and len(words) > 1 else words)


# --- countries --------------------------------------------------------------------------------------------------------


@cache
def _countries() -> dict[str, Row]:
    return {row["code"]: row for row in _rows("countries.csv")}


@cache
def _country_codes() -> dict[str, str]:
    """Return every code and name of a country, plain -> its two letters."""
    found: dict[str, str] = {}
    for country in pycountry.countries:
        own = ("alpha_2", "alpha_3", "numeric", "name", "common_name", "official_name")
        for said in (getattr(country, name, None) for name in own):
            if said:
                found |= dict.fromkeys(_turned(said), country.alpha_2)
    found |= {_plain(row["name"]): code for code, row in _countries().items()}
    return found | {_plain(name): code for code, names in OTHER_NAMES.items() for name in names.split("|")}


def _turned(name: str) -> set[str]:
    """Return a name as it stands, without what is in brackets, and the right way round: "Korea, Republic of"."""
    bare = re.sub(r"\s*\(.*?\)", "", name)
    first, _, rest = bare.partition(", ")
    turned = {name, bare, f"{rest} {first}" if rest else bare}
    return {_plain(one) for one in turned}


@lru_cache(4096)
def country_code(text: str) -> str:
    """Return the two letters of a country written as a code or a name, or "" for one we do not know."""
    codes = _country_codes()
    tried = (_plain(text), _plain(re.sub(r"\(.*?\)", "", text)), _plain(text).removesuffix(" the"))
    dotted = _plain(text.replace(".", " "))
    whole = next((codes[one] for one in (*tried, dotted) if one in codes), "")
    return whole or _country_of_parts(text)


def _country_of_parts(text: str) -> str:
    """Return the country of “US - United States”, “London, UK” or of a region’s ISO code, “GB-SCT”, or ""."""
    if iso := re.fullmatch(r"([A-Z]{2})-[A-Z0-9]{1,3}", text.strip()):
        return country_code(iso[1])
    parts = _parts(text)
    found = [_country_codes().get(part, "") for part in parts]
    if "," in text:  # the country stands last; what stands first may be a place abroad of the same name
        return found[0] if found else ""
    known = {code for code in found if code}
    return known.pop() if len(known) == 1 else ""


def country_names() -> dict[str, str]:
    """Return {plain name or code: the country's two letters} for every name we know."""
    return dict(_country_codes())


def country_choices() -> list[tuple[str, str]]:
    names = ((code, row["name"]) for code, row in _countries().items())
    return sorted(names, key=lambda one: folded(one[1]))


def country_name(code: str) -> str:
    return _countries()[code]["name"] if code in _countries() else code


@lru_cache(8192)
def place_name(city: str, region: str, country: str) -> str:
    """Return “Duluth, MN” at home, “Dublin, Ireland” abroad."""
    second = region if country in ("", "US") else country_name(country)
    return ", ".join(part for part in (city, second) if part)


# --- regions ----------------------------------------------------------------------------------------------------------


@cache
def _regions() -> dict[tuple[str, str], Row]:
    return {(row["country"], row["code"]): row for row in _rows("regions.csv")}


@cache
def _region_codes() -> dict[tuple[str, str], str]:
    """Return (country, plain name or code) -> the region's code."""
    found: dict[tuple[str, str], str] = {}
    for (country, code), row in _regions().items():
        names = (row["name"], *(row["also"].split("|") if row["also"] else ()))
        found |= dict.fromkeys(((country, _plain(name)) for name in names), code)
    return found | {(country, _plain(code)): code for country, code in _regions()}


@lru_cache(8192)
def _region(country: str, text: str) -> Row | None:
    """Return a region of a country by its code or a name; where no country is said, of the United States or the only
    country that has one of this name."""
    plain = _plain(text)
    if not plain:
        return None
    for said in (*_spellings(plain, country), *_parts(text)):
        if code := _region_codes().get((country or "US", said)):
            return _regions()[country or "US", code]
    if country:
        return None
    elsewhere = [key for key in _region_codes() if key[1] == plain]
    return _regions()[elsewhere[0][0], _region_codes()[elsewhere[0]]] if len(elsewhere) == 1 else None


def _parts(text: str) -> list[str]:
    """Return the parts of a name with its code beside it, the last first: "New York, NY", "ON - Ontario"."""
    parts = [_plain(part) for part in re.split(r"[,/()]|\s[-–]\s", text)]
    return [part for part in reversed(parts) if part] if len(parts) > 1 else []


def _spellings(plain: str, country: str) -> list[str]:
    """Return what else a region may be called: "us ca", "state of california", "california state", "d c"."""
    shorter = re.sub(r"^(?:state|province|commonwealth|territory|estado|provincia|provinsi) (?:of|de) ", "", plain)
    ending = re.sub(r" (?:state|province|territory|oblast|krai)$", "", plain)
    iso = plain.removeprefix(f"{(country or 'US').lower()} ")
    return [plain, shorter, ending, iso, plain.replace(" ", "")]


def parted(city: str, country: str) -> tuple[str, str, str]:
    """Part “Portland, OR 97201” and “Lyon, France”, written as one, into (city, region, country)."""
    first, *others = [re.sub(r"\s+\d{5}(?:-\d{4})?$", "", part.strip()) for part in city.split(",")]
    if not first or not 0 < len(others) < 3 or not all(others):
        return city, "", country
    if len(others) == 2:
        return (first, others[0], others[1]) if country_code(others[1]) else (city, "", country)
    if _region(country_code(country) if country else "", others[0]):
        return first, others[0], country
    return (first, "", others[0]) if not country and country_code(others[0]) else (city, "", country)


def region_name(country: str, region: str) -> str:
    row = _regions().get((country or "US", region))
    return row["name"] if row else region


def region_names() -> list[tuple[str, str, str]]:
    """Return (country, plain name or code, the region's name) for every name we know."""
    return [(country, name, region_name(country, code)) for (country, name), code in _region_codes().items()]


@lru_cache(8192)
def region_in_full(country: str, region: str) -> str:
    """Return the code and the name of a region, however it is written: "Minn." -> "MN Minnesota"."""
    row = _region(country, region)
    return f"{row['code']} {row['name']}" if row else region


# --- zones ------------------------------------------------------------------------------------------------------------


@lru_cache(8192)
def zone_of(country: str, region: str, city: str = "") -> str:
    """Return the IANA zone of this city, or most people of this region or country, or "" where we cannot say."""
    row = _region(country, region)
    country = country or (row["country"] if row else country_code(region)) or ("US" if city else "")
    if row:
        zone, cities = SMALLER_PARTS.get((row["country"], row["code"]), ("", ""))
        return zone if city and _plain(city) in cities.split("|") else row["zone"]
    if country not in _countries():
        return ""
    if country in WITH_PARTS_OVERSEAS and len(region) > 3 and (land := country_code(region)):
        country = land
    return _countries()[country]["zone"] or _zone_of_city(country, city)


def _zone_of_city(country: str, city: str) -> str:
    cities, plain = _cities(country), _plain(city)
    return cities.get(plain) or cities.get(_AREA.sub("", plain), "")


_AREA = re.compile(r"^(?:greater|metro) | (?:bay area|metropolitan area|metro area|metro|area|region)$")


@cache
def _cities(country: str) -> dict[str, str]:
    """Return the cities of a country that we know the zone of: those that zones are named after, and some more."""
    zones = [zone for zone, place in zone_names.places().items() if place == country]
    named = {_plain(times.city(zone).split(",")[0]): zone for zone in zones}
    more = CITIES.get(country, {})
    return named | {city: zone for zone, cities in more.items() for city in cities.split("|")}


def _zones_of(country: str, region: str, city: str) -> tuple[str, ...]:
    """Return the zone of a place, and the one of its smaller part where it lies on two clocks."""
    zone, row = zone_of(country, region, city), _region(country, region)
    smaller = SMALLER_PARTS.get((row["country"], row["code"]), ("",))[0] if row else ""
    return tuple(one for one in (zone, smaller) if one)


@dataclass(frozen=True)
class Found:
    """A zone, and what to say of how it was found; nothing, where it is just what was written."""

    zone: str
    remark: str = ""


@lru_cache(8192)
def find_zone(text: str, country: str, region: str, city: str, default: str, land: str = "") -> Found:
    """Return the zone that a row means: the one it names, else the one of its place, else the office's, and say so.

    `land` is the country as it is written, which may be none that we know. What is no zone but an offset or an
    abbreviation ("EST", "UTC-6") becomes the zone of the place.
    """
    meant = zone_names.understood(text) if text.strip() else None
    place = (land if not country else "").strip() or region.strip() or city.strip()
    here = () if land and not country else _zones_of(country, region, city)
    if meant is None:
        return _by_place(text, country, place, here, default)
    if meant.is_exact:
        return Found(meant.zone)
    if fitting := [zone for zone in here if meant.fits(zone)]:
        return Found(fitting[0])
    if here:
        return Found(here[0], f"“{_short(text)}” isn’t the time of {_place(region, city, country)}. {_used(here[0])}")
    if country and (alike := _alike(meant, country)):
        said = f"“{_short(text)}” was read as the time of {times.city(alike[0])}." if meant.offset is not None else ""
        return Found(meant.zone if meant.zone in alike else alike[0], said)
    if meant.zone and not country:
        return Found(meant.zone)
    return Found(default, f"We used the office’s time zone: “{_short(text)}” doesn’t say which place.")


def _by_place(text: str, country: str, place: str, here: tuple[str, ...], default: str) -> Found:
    unknown = f"We don’t know the time zone “{_short(text)}”. " if text.strip() else ""
    if here:
        return Found(here[0], f"{unknown}{_used(here[0])}" if unknown else "")
    ours = f"{unknown}We used the office’s time zone"
    if country and not place:
        return Found(default, f"{ours}: {_the(country)} has several, and no place in it is named.")
    if place:
        return Found(default, f"{ours}: we don’t know the place “{_short(place)}”.")
    return Found(default, f"{ours}." if unknown else "")


def _alike(meant: zone_names.Meant, country: str) -> list[str]:
    """Return the zones of a country that keep the time that is meant, the largest first."""
    own = [zone for zone, place in zone_names.places().items() if place == country]
    return [zone for zone in own if meant.fits(zone)]


def _used(zone: str) -> str:
    return f"We used the time zone of the place, {times.city(zone)}."


def _the(country: str) -> str:
    name = country_name(country)
    return f"the {name}" if name.startswith(("United", "Democratic")) else name


def _place(region: str, city: str, country: str) -> str:
    return region.strip() or city.strip() or (country_name(country) if country else "")


def _short(text: str) -> str:
    return " ".join(text.split())[:40]
