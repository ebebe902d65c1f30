"""Words that mean the same: signs, places, short names, vowels, acronyms, class years, a former name. Each kind in
several forms, stored one way and typed the other, and what must not be found with it."""

from urllib.parse import urlencode

import pytest
from django.http import QueryDict

from apps.alumni import families, spelling, words
from apps.alumni.models import AlumniProfile, Word
from apps.directory import search
from apps.directory.queries import DirectoryQuery, Reader
from apps.policy.models import Policy
from tests import world

BLANK = {"employer": "", "title": "", "field": "", "majors": [], "city": "", "region": "", "country": "", "degrees": ""}


def ask(text):
    query = DirectoryQuery.of(QueryDict(urlencode({"q": text})))
    return search.find(query, Reader(), now=world.NOW, policy=Policy.now())


def found(text):
    return {alum.name for alum in ask(text).rows}


def make(name, **fields):
    return world.alum_profile(name, **BLANK | {"class_year": None} | fields)


def titled(*titles):
    """One person for each role, called by it."""
    return [make(f"Person{number} Xu", title=title) for number, title in enumerate(titles)]


def roles(text):
    return {alum.title for alum in AlumniProfile.objects.filter(name__in=found(text))}


# --- signs ------------------------------------------------------------------------------------------------------------

SIGNED = (
    *("C++ Developer", "C# Developer", "F# Developer", "C Developer", "R Developer", ".NET Developer"),
    *(
        "Node.js Developer",
        "Head of R&D",
        "Q&A Lead",
        "UI/UX Designer",
        "AT&T Manager",
        "K-12 Teacher",
        "Objective-C Coder",
    ),
)


@pytest.mark.parametrize(
    ("typed", "role"),
    [
        *(("C++", "C++ Developer"), ("c ++", "C++ Developer"), ("cpp", "C++ Developer"), ("C++17", "C++ Developer")),
        *(("C#", "C# Developer"), ("C sharp", "C# Developer"), ("F#", "F# Developer"), ("C", "C Developer")),
        *(
            ("R", "R Developer"),
            (".NET", ".NET Developer"),
            ("dot net", ".NET Developer"),
            ("Node.js", "Node.js Developer"),
        ),
        *(
            ("node js", "Node.js Developer"),
            ("nodejs", "Node.js Developer"),
            ("R&D", "Head of R&D"),
            ("R & D", "Head of R&D"),
        ),
        *(("research and development", "Head of R&D"), ("Q&A", "Q&A Lead"), ("UI/UX", "UI/UX Designer")),
        *(
            ("AT&T", "AT&T Manager"),
            ("K-12", "K-12 Teacher"),
            ("k12", "K-12 Teacher"),
            ("Objective-C", "Objective-C Coder"),
        ),
    ],
)
def test_each_sign_finds_only_its_own(db, typed, role):
    titled(*SIGNED)
    assert roles(typed) == {role}


def test_a_letter_is_a_language_and_no_initial(db):
    make("John R. Smith", title="Baker")
    make("Ann Xu", title="R Programmer")
    assert found("R") == {"Ann Xu"}
    assert found("John R. Smith") == {"John R. Smith"}


@pytest.mark.parametrize("typed", ["O'Brien", "O’Brien", "OBrien", "o brien"])
@pytest.mark.parametrize("stored", ["Pat O'Brien", "Pat O’Brien", "Pat OBrien", "Pat O Brien"])
def test_an_apostrophe_keeps_nobody_apart(db, typed, stored):
    make(stored)
    make("Bo Larsen")
    assert found(typed) == {stored}


# --- places -----------------------------------------------------------------------------------------------------------

PLACES = {
    "nyc": ("New York", "NY", "US"),
    "brooklyn": ("Brooklyn", "NY", "US"),
    "buffalo": ("Buffalo", "New York", "US"),
    "london": ("London", "", "GB"),
    "leeds": ("Leeds", "", "GB"),
    "glasgow": ("Glasgow", "Scotland", "GB"),
    "ukraine": ("Kyiv", "", "UA"),
    "dc": ("Washington", "DC", "US"),
    "seattle": ("Seattle", "WA", "US"),
    "la": ("Los Angeles", "California", "US"),
    "sf": ("San Francisco", "CA", "US"),
    "oakland": ("Oakland", "CA", "US"),
    "philly": ("Philadelphia", "PA", "US"),
    "vegas": ("Las Vegas", "NV", "US"),
    "minneapolis": ("Minneapolis", "Minn.", "US"),
    "stpaul": ("St. Paul", "MN", "US"),
    "stlouis": ("Saint Louis", "MO", "US"),
    "mtvernon": ("Mt. Vernon", "IL", "US"),
    "fortworth": ("Fort Worth", "TX", "US"),
    "munich": ("München", "", "DE"),
    "cologne": ("Koeln", "", "DE"),
    "vienna": ("Wien", "", "AT"),
    "viennava": ("Vienna", "VA", "US"),
    "mumbai": ("Bombay", "", "IN"),
    "amsterdam": ("Amsterdam", "", "NL"),
    "seoul": ("Seoul", "", "KR"),
    "prague": ("Prague", "", "CZ"),
    "dubai": ("Dubai", "", "AE"),
    "toronto": ("Toronto", "Ontario", "CA"),
    "vancouver": ("Vancouver", "BC", "CA"),
}


@pytest.fixture
def travelers(db):
    for key, (city, region, country) in PLACES.items():
        make(f"In {key}", city=city, region=region, country=country)


@pytest.mark.parametrize(
    ("typed", "keys"),
    [
        *((typed, "nyc brooklyn") for typed in ("NYC", "new york city", "New York, NY", "Big Apple", "N.Y.C.")),
        *((typed, "nyc brooklyn buffalo") for typed in ("new york", "NY", "N.Y.")),
        *((typed, "nyc") for typed in ("Manhattan",)),
        *(
            (typed, "london leeds glasgow")
            for typed in ("UK", "U.K.", "united kingdom", "Great Britain", "GB", "britain")
        ),
        *(
            ("England", "london leeds"),
            ("Scotland", "glasgow"),
            ("Ukraine", "ukraine"),
            ("Kiev", "ukraine"),
            ("Kyiv", "ukraine"),
        ),
        *((typed, "dc") for typed in ("D.C.", "DC", "Washington DC", "Washington, D.C.", "district of columbia")),
        *((typed, "la") for typed in ("LA", "L.A.", "los angeles")),
        *((typed, "sf") for typed in ("SF", "San Fran", "san francisco")),
        *((typed, "sf oakland") for typed in ("Bay Area", "SF Bay Area")),
        *((typed, "philly") for typed in ("Philly", "philadelphia", "Pennsylvania", "PA")),
        *((typed, "vegas") for typed in ("Vegas", "las vegas", "Nevada", "NV")),
        *((typed, "minneapolis stpaul") for typed in ("Twin Cities", "MN", "Minnesota", "Minn.")),
        *((typed, "stpaul") for typed in ("Saint Paul", "St. Paul", "st paul", "St. Paul, MN")),
        *((typed, "stlouis") for typed in ("St. Louis", "Saint Louis", "st louis")),
        *((typed, "mtvernon") for typed in ("Mount Vernon", "Mt. Vernon", "mt vernon")),
        *((typed, "fortworth") for typed in ("Ft. Worth", "fort worth", "ft worth", "DFW", "Texas", "TX")),
        *((typed, "munich") for typed in ("Munich", "München", "Muenchen", "munchen")),
        *((typed, "cologne") for typed in ("Cologne", "Köln", "koeln")),
        *((typed, "vienna") for typed in ("Wien",)),
        *((typed, "mumbai") for typed in ("Mumbai", "Bombay", "India")),
        *((typed, "amsterdam") for typed in ("Holland", "Netherlands", "the Netherlands")),
        *((typed, "seoul") for typed in ("Korea", "South Korea", "Republic of Korea")),
        *((typed, "prague") for typed in ("Czech Republic", "Czechia", "Praha")),
        *((typed, "dubai") for typed in ("UAE", "U.A.E.", "United Arab Emirates", "Dubai")),
        *((typed, "toronto vancouver") for typed in ("Canada",)),
        *(
            ("Ontario", "toronto"),
            ("British Columbia", "vancouver"),
            ("B.C.", "vancouver"),
            ("Germany", "munich cologne"),
        ),
        *(("Deutschland", "munich cologne"), ("Vancouver, BC", "vancouver"), ("Vienna, VA", "viennava")),
    ],
)
def test_a_place_is_found_by_each_of_its_names(travelers, typed, keys):
    assert found(typed) == {f"In {key}" for key in keys.split()}


@pytest.mark.parametrize("typed", ["US", "U.S.", "USA", "United States", "united states of america", "America"])
def test_home_is_found_by_each_of_its_names(travelers, typed):
    query = DirectoryQuery.of(QueryDict(urlencode({"q": typed})))
    answer = search.find(query, Reader(), now=world.NOW, policy=Policy.now())
    assert answer.total == sum(country == "US" for _, _, country in PLACES.values())


def test_a_state_whose_code_is_a_small_word_is_read_behind_a_comma(db):
    make("In Oregon", city="Portland", region="OR", country="US")
    make("In Maine", city="Portland", region="ME", country="US")
    assert found("Portland, OR") == {"In Oregon"}
    assert found("Portland, ME") == {"In Maine"}
    assert found("portland or") == {"In Oregon", "In Maine"}


# --- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        *(("Bill Robertson", "William Robertson"), ("Bob Xu", "Robert Xu"), ("Liz Xu", "Elizabeth Xu")),
        *(("Peggy Xu", "Margaret Xu"), ("Sasha Xu", "Alexander Xu"), ("Sasha Xu", "Alexandra Xu")),
        *(("William Robertson", "Bill Robertson"), ("Margaret Xu", "Peggy Xu"), ("Robert Xu", "Bob Xu")),
        *(("Pepe Xu", "José Xu"), ("Katya Xu", "Ekaterina Xu"), ("Chuck Xu", "Charles Xu"), ("Hans Xu", "Johannes Xu")),
        *(("Art Vandelay", "Arthur Vandelay"), ("Gene Xu", "Eugene Xu"), ("Will Xu", "William Xu")),
    ],
)
def test_a_person_is_found_by_a_short_name_and_by_the_long_one(db, typed, stored):
    make(stored)
    make("Zoltan Qi")
    assert found(typed) == {stored}


def test_a_short_name_stands_for_no_word_and_no_last_name(db):
    make("Eugene Xu", title="Clerk", majors=["Art Therapy"])
    make("Bo Xu", title="Scientist", field="Gene Therapy")
    make("Anne Frank", title="Baker")
    make("Bill Xu", title="Carpenter")
    make("Cy Xu", title="Bill Collector")
    assert found("gene therapy") == {"Bo Xu"}
    assert found("Eugene") == {"Eugene Xu"}
    assert found("Francis") == set()
    assert found("William") == {"Bill Xu"}


NAMES = [
    *("Ida Müller", "Ida Mueller", "Ida Muller"),
    *("Bo Sørensen", "Bo Soerensen", "Bo Sorensen"),
    *("Åse Xu", "Aase Xu", "Ase Xu"),
    *("Jan Weiß", "Jan Weiss"),
    *("Eva Łódź", "Eva Lodz"),
    *("Ana Nuñez", "Ana Nunez"),
    *("Kim Bär", "Kim Baer"),
    *("Noel Xu", "Nolan Xu", "Michael Xu", "Paz Xu", "Páez Xu"),
    *("Ada Çelik", "Ada Işık", "Þóra Xu", "Đặng Xu", "Bjørn Æbelø"),
]


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        *((typed, NAMES[:3]) for typed in ("Müller", "Mueller", "Muller", "MÜLLER")),
        *((typed, NAMES[3:6]) for typed in ("Sørensen", "Soerensen", "Sorensen")),
        *((typed, NAMES[6:9]) for typed in ("Åse", "Aase", "Ase")),
        *((typed, NAMES[9:11]) for typed in ("Weiß", "Weiss")),
        *((typed, NAMES[11:13]) for typed in ("Łódź", "Lodz")),
        *((typed, NAMES[13:15]) for typed in ("Nuñez", "Nunez", "Núñez")),
        *((typed, NAMES[15:17]) for typed in ("Bär", "Baer")),
        *(("Noel", ["Noel Xu"]), ("Páez", ["Páez Xu"]), ("Michael", ["Michael Xu"])),
        *(("celik", ["Ada Çelik"]), ("isik", ["Ada Işık"]), ("Thora", ["Þóra Xu"]), ("dang", ["Đặng Xu"])),
        *(("aebelo", ["Bjørn Æbelø"]), ("bjorn", ["Bjørn Æbelø"]), ("bjoern", ["Bjørn Æbelø"])),
    ],
)
def test_vowels_are_found_however_they_are_written(db, typed, stored):
    for name in NAMES:
        make(name)
    assert found(typed) == set(stored)


def test_who_changed_the_name_is_found_by_the_former_one_which_nobody_reads(db):
    make("Ana Ruiz", former_name="Mueller")
    make("Bo Larsen", former_name="Canary Zanzibar")
    assert found("Ana Müller") == found("mueller") == {"Ana Ruiz"}
    assert found("zanzib") == {"Bo Larsen"}
    assert not Word.objects.filter(word__contains="zanzibar").exists()
    assert ask("zanzibarr").corrected == {}
    Word.objects.relearn()
    assert not Word.objects.filter(word__contains="zanzibar").exists()
    assert not Word.objects.filter(word__startswith=spelling.MARK).exists()


def test_a_middle_name_finds_a_person_too(db):
    make("Ana María Ruiz")
    assert found("maria ruiz") == found("ana ruiz") == {"Ana María Ruiz"}


# --- roles and years --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "role"),
    [
        *(("ML engineer", "Machine Learning Engineer"), ("AI researcher", "Artificial Intelligence Researcher")),
        *(("AI researcher", "Artificial Intelligence Research Lead"), ("NLP", "Natural Language Processing Scientist")),
        *(
            ("SWE", "Software Engineer"),
            ("PM", "Product Manager"),
            ("PM", "Project Manager"),
            ("UX", "User Experience Lead"),
        ),
        *(
            ("HR", "Human Resources Generalist"),
            ("PR", "Public Relations Officer"),
            ("CPA", "Certified Public Accountant"),
        ),
        *(("RN", "Registered Nurse"), ("SLP", "Speech-Language Pathologist"), ("OT", "Occupational Therapist")),
        *(("PT", "Physical Therapist"), ("EMT", "Emergency Medical Technician"), ("DVM", "Veterinarian")),
        *(("CFO", "Chief Financial Officer"), ("CEO", "Chief Executive Officer"), ("CTO", "Chief Technology Officer")),
        *(("VC", "Venture Capital Associate"), ("PE", "Private Equity Analyst"), ("IB", "Investment Banking Analyst")),
        *(("NGO", "Nonprofit Director"), ("QA", "Quality Assurance Lead"), ("DevOps", "Site Reliability Engineer")),
        *(("BI", "Business Intelligence Analyst"), ("GIS", "Geographic Information Systems Analyst")),
        *(("VFX", "Visual Effects Artist"), ("doctor", "Physician"), ("M.D.", "Physician"), ("doctor", "Pediatrician")),
        *(("machine learning", "ML Engineer"), ("speech-language pathologist", "SLP"), ("human resources", "HR Lead")),
        *(("registered nurse", "RN, Pediatrics"), ("product manager", "PM"), ("artificial intelligence", "AI Lead")),
        *(
            ("physical therapist", "PT"),
            ("M&A", "Mergers and Acquisitions Analyst"),
            ("FP&A", "Financial Planning and Analysis"),
        ),
    ],
)
def test_roles_and_fields_are_found_by_their_letters_and_the_other_way_round(db, typed, role):
    titled(role, "Ukulele Maker")
    assert roles(typed) == {role}


def test_letters_are_no_beginning_of_another_word(db):
    titled("Mlada Vlasta", "Aide", "Promoter", "Hrothgar", "Ukulele Maker", "Otter Keeper")
    for typed in ("ML", "AI", "PR", "HR", "UK", "OT"):
        assert found(typed) == set(), typed


@pytest.mark.parametrize(
    ("typed", "years"),
    [
        *(
            (typed, [2010])
            for typed in ("class of 10", "class of '10", "’10", "c/o 2010", "2010 grad", "Class of 2010")
        ),
        *((typed, [2010]) for typed in ("c/o 10", "graduated in 2010", "class of ‘10", "grads of 2010")),
        *(
            (typed, [2010, 2011, 2012])
            for typed in ("classes of 2010-2012", "2010 to 2012", "2010–12", "classes of '10-'12")
        ),
        *((typed, [2010, 2012]) for typed in ("classes of 2010 and 2012", "2010 or 2012")),
        *(("class of 87", [1987]), ("the 80s", [1987]), ("since 2012", [2012]), ("before 2000", [1987])),
    ],
)
def test_class_years_are_read_as_people_write_them(db, typed, years):
    for year in (1910, 1987, 2010, 2011, 2012):
        make(f"Of {year}", class_year=year)
    assert found(typed) == {f"Of {year}" for year in years}


@pytest.mark.parametrize("typed", ["class of 100", "top 10", "10", "class of 10 students", "201", "5'10", "20 10"])
def test_a_number_that_is_no_year_is_not_made_one(db, typed):
    make("Of 2010", class_year=2010)
    assert found(typed) == set()


# --- what is said of it -----------------------------------------------------------------------------------------------


def test_what_was_widened_is_said_as_it_was_typed(travelers):
    assert ask("NYC").widened["NYC"][:3] == ["Big Apple", "Bronx", "Brooklyn"]
    assert ask("U.K.").widened == {"U.K.": ["United Kingdom"]}
    assert ask("leeds").widened == {}
    assert ask("zebrafish").widened == {}


def test_every_line_of_the_families_is_read():
    assert families.Meaning(("00newyork",), "C", ("new", "york"), (), "New York") in families.of_places()[("nyc",)]
    assert len(families.of_places()) > 1000
    assert len(families.given_names()) > 800
    assert all(words.words(name) == (name,) for name in families.given_names())


@pytest.mark.parametrize("typed", ["NYC-based", "based in NYC", "located in New York"])
def test_where_somebody_is_based_is_no_word_of_theirs(travelers, typed):
    assert "In nyc" in found(typed)


def test_the_capital_lies_on_no_west_coast(travelers):
    for typed in ("West Coast", "Pacific Northwest"):
        assert ("In seattle" in found(typed), "In dc" in found(typed)) == (True, False)


def test_short_words_of_developers(db):
    titled("Go Developer", "Software Developer", "Gopher Keeper")
    assert roles("golang") == {"Go Developer"}
    assert roles("software devs") == {"Go Developer", "Software Developer"}
