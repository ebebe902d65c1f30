"""Countries, regions and zones as files write them; a place that we do not know is said, never guessed."""

import zoneinfo

import pycountry
import pytest

from apps.alumni import places
from apps.clock import zone_names

OFFICE = "America/Chicago"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("United States of America", "US"),
        ("U.S.A.", "US"),
        ("United States (USA)", "US"),
        ("Korea, Republic of", "KR"),
        ("South Korea", "KR"),
        ("DEU", "DE"),
        ("276", "DE"),
        ("Qatar", "QA"),
        ("Türkiye", "TR"),
        ("Turkey", "TR"),
        ("The Netherlands", "NL"),
        ("Viet Nam", "VN"),
        ("Russian Federation", "RU"),
        ("Bosnia & Herzegovina", "BA"),
        ("Cote d’Ivoire", "CI"),
        ("Congo (DRC)", "CD"),
        ("Czech Republic", "CZ"),
        ("St. Lucia", "LC"),
        ("U.K.", "GB"),
        ("Northern Ireland", "GB"),
        ("Hong Kong SAR", "HK"),
        ("GB-SCT", "GB"),
        ("US - United States", "US"),
        ("London, UK", "GB"),
        ("Georgia, USA", "US"),
        ("Congo, Dem. Rep.", "CD"),
        ("Berlin, Atlantis", ""),
        ("Atlantis", ""),
        ("", ""),
    ],
)
def test_a_country_is_known_by_any_of_its_names(text, code):
    assert places.country_code(text) == code


def test_every_code_and_name_of_iso_leads_to_its_country_and_a_name_to_show():
    for country in pycountry.countries:
        own = {getattr(country, name, None) for name in ("alpha_2", "alpha_3", "name", "common_name", "official_name")}
        assert {places.country_code(name) for name in own - {None}} == {country.alpha_2}
        assert places.country_name(country.alpha_2) != country.alpha_2


def test_every_zone_in_the_data_is_one_of_today():
    told = {row["zone"] for row in (*places._countries().values(), *places._regions().values())}
    told |= {zone for zone, _ in places.SMALLER_PARTS.values()} | {
        z for cities in places.CITIES.values() for z in cities
    }
    assert told - {""} <= set(zone_names.places())


@pytest.mark.parametrize(
    ("country", "region", "city", "zone"),
    [
        ("US", "California", "", "America/Los_Angeles"),
        ("US", "Calif.", "", "America/Los_Angeles"),
        ("US", "US-CA", "", "America/Los_Angeles"),
        ("US", "D.C.", "Washington", "America/New_York"),
        ("US", "Massachusetts (MA)", "", "America/New_York"),
        ("US", "New York, NY", "", "America/New_York"),
        ("CA", "ON - Ontario", "", "America/Toronto"),
        ("FR", "Réunion", "", "Indian/Reunion"),
        ("US", "ca", "", "America/Los_Angeles"),
        ("US", "Guam", "", "Pacific/Guam"),
        ("US", "TX", "El Paso", "America/Denver"),
        ("CA", "British Columbia", "", "America/Vancouver"),
        ("CA", "Québec", "", "America/Toronto"),
        ("CA", "", "Vancouver", "America/Vancouver"),
        ("AU", "Western Australia", "", "Australia/Perth"),
        ("AU", "N.S.W.", "", "Australia/Sydney"),
        ("GB", "Scotland", "", "Europe/London"),
        ("IN", "Karnataka", "", "Asia/Kolkata"),
        ("BR", "Amazonas", "", "America/Manaus"),
        ("BR", "SP", "", "America/Sao_Paulo"),
        ("MX", "Baja California", "", "America/Tijuana"),
        ("MX", "Quintana Roo", "", "America/Cancun"),
        ("RU", "Novosibirsk", "", "Asia/Novosibirsk"),
        ("ID", "Bali", "", "Asia/Makassar"),
        ("ES", "Canarias", "", "Atlantic/Canary"),
        ("QA", "", "Doha", "Asia/Qatar"),
        ("", "British Columbia", "", "America/Vancouver"),
        ("", "Scotland", "", "Europe/London"),
        ("", "MN", "", "America/Chicago"),
    ],
)
def test_the_zone_is_that_of_the_place(country, region, city, zone):
    assert places.find_zone("", country, region, city, "Africa/Cairo") == places.Found(zone)


@pytest.mark.parametrize(
    ("text", "country", "region", "zone"),
    [
        ("EST", "US", "NY", "America/New_York"),
        ("EST", "US", "IN", "America/Indiana/Indianapolis"),
        ("EST", "AU", "NSW", "Australia/Sydney"),
        ("GMT-05:00", "US", "NY", "America/New_York"),
        ("UTC-4", "US", "NY", "America/New_York"),
        ("Etc/GMT+5", "US", "NY", "America/New_York"),
        ("UTC", "GH", "", "Africa/Accra"),
        ("CST", "CN", "", "Asia/Shanghai"),
        ("IST", "IL", "", "Asia/Jerusalem"),
        ("Eastern", "US", "TN", "America/New_York"),
        ("Central Standard Time", "CA", "MB", "America/Winnipeg"),
        ("Mountain Standard Time", "US", "AZ", "America/Phoenix"),
        ("Asia/Calcutta", "IN", "", "Asia/Kolkata"),
        ("Europe/Kiev", "US", "NY", "Europe/Kyiv"),
        ("EST", "", "", "America/New_York"),
        ("Eastern", "CA", "", "America/Toronto"),
    ],
)
def test_an_abbreviation_or_an_offset_becomes_the_zone_of_the_place(text, country, region, zone):
    assert places.find_zone(text, country, region, "", "Africa/Cairo") == places.Found(zone)


@pytest.mark.parametrize(
    ("text", "country", "region", "city", "remark"),
    [
        ("", "US", "Neverland", "", "We used the office’s time zone: we don’t know the place “Neverland”."),
        (
            "",
            "US",
            "",
            "",
            "We used the office’s time zone: the United States has several, and no place in it is named.",
        ),
        ("", "CA", "", "Moose Inlet", "We used the office’s time zone: we don’t know the place “Moose Inlet”."),
        ("UTC-6", "", "", "", "We used the office’s time zone: “UTC-6” doesn’t say which place."),
        ("IST", "", "", "", "We used the office’s time zone: “IST” doesn’t say which place."),
        ("Mars", "", "", "", "We don’t know the time zone “Mars”. We used the office’s time zone."),
    ],
)
def test_a_place_we_do_not_know_is_said(text, country, region, city, remark):
    assert places.find_zone(text, country, region, city, OFFICE) == places.Found(OFFICE, remark)


def test_a_zone_that_is_not_that_of_the_place_is_said():
    found = places.find_zone("EST", "US", "CA", "", OFFICE)
    assert (found.zone, bool(found.remark)) == ("America/Los_Angeles", True)
    found = places.find_zone("Mars", "US", "CA", "", OFFICE)
    assert found.remark == "We don’t know the time zone “Mars”. We used the time zone of the place, Los Angeles."


def test_nothing_said_is_the_offices_zone_without_a_word():
    assert places.find_zone("", "", "", "", OFFICE) == places.Found(OFFICE)


def test_every_zone_found_is_one():
    assert {row["zone"] for row in places._regions().values()} <= zoneinfo.available_timezones()
