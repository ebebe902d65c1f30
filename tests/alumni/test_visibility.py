"""What an alum hides is nowhere for students: no page, search, count, suggestion, mail or file has it (R203)."""

import re
import zipfile
from io import BytesIO

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from apps.alumni import actions, visibility
from apps.alumni.degrees import levels
from apps.alumni.models import AlumniProfile, Hidden, Listing
from apps.directory import cards, search
from apps.directory.queries import DirectoryQuery, Reader
from apps.mail.models import OutboundMessage
from apps.policy.models import Policy
from apps.privacy import export
from tests import world
from tests.alumni import test_imports as imports

pytestmark = pytest.mark.django_db
URL = "/alum/profile/"
SECRETS = {  # what the entry has, and the words of it that nobody may meet
    Hidden.LAST_NAME: ({"name": "Ingrid Zqsolheim"}, ["zqsolheim"]),
    Hidden.EMPLOYER: ({"employer": "Zqcorvane Works"}, ["zqcorvane"]),
    Hidden.CITY: ({"city": "Zqoslo", "region": "Zqregion", "country": "NO"}, ["zqoslo", "zqregion", "norway"]),
    Hidden.CLASS_YEAR: ({"class_year": 1961, "degrees": "BA Zoology 1961; MPH '61"}, ["1961", "’61", "'61", "1960"]),
    Hidden.FORMER_NAME: ({"former_name": "Ingrid Zqberg", "shows_former_name": True}, ["zqberg"]),
}


@pytest.fixture
def hidden(alum):
    """An alum who hides everything that can be hidden."""
    entry = alum.alumni_profile
    entry.quote, entry.majors = "Ask me about whales.", ["Zoology"]
    for values, _ in SECRETS.values():
        for name, value in values.items():
            setattr(entry, name, value)
    visibility.cover(entry, Hidden.values)
    entry.save()
    return entry


def _secrets():
    return [word for _, words in SECRETS.values() for word in words]


def _clean(text, alum):
    text = re.sub(r'(?:value|name|href|src|content)="[^"]*(?:token|once|seen)[^"]*"', "", text.lower())
    return [word for word in _secrets() if word in text]


def test_no_page_of_a_student_coach_or_the_search_shows_it(client, student, coach, hidden):
    for person in (student, coach):
        client.force_login(person)
        for address in ("/people/", "/people/?q=whales", f"/people/{hidden.pk}/", "/people/?sort=year"):
            page = client.get(address).content.decode()
            assert "Ingrid" in page, address
            assert _clean(page, hidden) == [], address


@pytest.mark.parametrize("field", Hidden.values)
def test_nobody_is_found_by_it(client, student, hidden, field):
    now, policy = timezone.now(), Policy.now()
    for word in SECRETS[field][1]:
        for text in (word, f"{word} whales", f"zoology {word}"):
            answer = search.find(DirectoryQuery(text=text), Reader(), now=now, policy=policy)
            found = {alum.pk for alum in answer.rows} if "whales" not in text and "zoology" not in text else set()
            assert hidden.pk not in found, text
            assert not (answer.total and not answer.corrected and not answer.occupations), text
    counts = search.find(DirectoryQuery(text="whales"), Reader(), now=now, policy=policy).counts
    assert not [facet for facet in counts if any(word in facet.lower() for word in _secrets())]


def test_a_suggestion_has_no_reason_that_tells_it(hidden):
    reader = Reader(pk=1, wishes=(["zqoslo"], ["zqcorvane"]))
    assert cards.why(hidden, reader) == ""


def test_neither_the_request_nor_its_mails_nor_the_copy_of_their_data_tells_it(client, student, alum, hidden):
    client.force_login(student)
    client.post(reverse("ask", args=[hidden.pk]))
    asked = hidden.requests.get()
    for address in (asked.get_absolute_url(), "/network/?view=list", "/conversations/", "/today/"):
        assert _clean(client.get(address).content.decode(), hidden) == [], address
    whole = BytesIO()
    export.write(student, whole, now=timezone.now())
    files = zipfile.ZipFile(whole)
    for name in files.namelist():
        assert _clean(files.read(name).decode(errors="ignore"), hidden) == [], name
    for mail in OutboundMessage.objects.filter(person=student):
        assert _clean(mail.text + mail.html, hidden) == []


def test_the_office_reads_it_on_the_page_and_the_alum_in_the_form(client, office, alum, hidden):
    client.force_login(office)
    page = client.get(f"/people/{hidden.pk}/").content.decode()
    assert "Zqcorvane Works" in page
    assert "hidden from students" in page
    client.force_login(alum)
    form = client.get(URL).content.decode()
    assert 'value="Zqcorvane Works"' in form
    assert 'value="Zqoslo"' in form


def test_hiding_and_showing_again_in_the_form_loses_nothing(client, alum):
    client.force_login(alum)
    entry = alum.alumni_profile
    entry.degrees = "BA Zoology 2014"
    entry.save()
    typed = {"employer": "Mercy", "city": "Oslo", "country": "NO", "former_name": "Ingrid Berg"}
    client.post(URL, typed | {"hides": Hidden.values})
    entry.refresh_from_db()
    assert (entry.name, entry.employer, entry.city, entry.class_year) == ("Ingrid S.", "", "", None)
    assert (entry.degrees, entry.former_name, entry.called) == ("BA Zoology", "", "Ingrid S.")
    assert "solheim" not in entry.search_text + entry.sort_key
    assert entry.time_zone == "Europe/Oslo"  # the hours at which they can be asked are known
    client.post(URL, typed)
    entry.refresh_from_db()
    assert (entry.name, entry.employer, entry.city, entry.class_year) == ("Ingrid Solheim", "Mercy", "Oslo", 2014)
    assert (entry.degrees, entry.former_name, entry.kept_back) == ("BA Zoology 2014", "Ingrid Berg", {})
    assert "solheim" in entry.search_text


def test_a_new_job_said_after_an_answer_stays_hidden(hidden):
    actions.tell(hidden, {"title": "Director", "employer": "Zqnew Works"}, now=timezone.now())
    hidden.refresh_from_db()
    assert (hidden.employer, visibility.own(hidden, "employer")) == ("", "Zqnew Works")
    assert "zqnew" not in hidden.search_text


def test_no_import_brings_it_back(hidden):
    hidden.external_id = "77"
    hidden.save()
    AlumniProfile.objects.filter(pk=hidden.pk).update(own_fields=[])  # as after taking back a departure
    header = "ID,First Name,Last Name,Class Year,Email,Employer,City,Degrees,Do Not Contact,Opt In"
    row = f"77,Ingrid,Zqsolheim,1961,{hidden.email},Zqcorvane Works,Zqoslo,BA Zoology 1961,N,Y"
    imports.bring(f"{header}\n{row}\n".encode())
    hidden.refresh_from_db()
    whole = f"{hidden.search_text} {hidden.facets} {hidden.name} {hidden.employer} {hidden.degrees}".lower()
    assert _clean(whole, hidden) == []


@pytest.mark.parametrize(("field", "value"), [("employer", "Mercy"), ("city", "Oslo"), ("class_year", 2014)])
def test_the_database_refuses_a_hidden_fact_in_the_entry(hidden, field, value):
    with pytest.raises(IntegrityError), transaction.atomic():
        AlumniProfile.objects.filter(pk=hidden.pk).update(**{field: value})


def test_the_preview_is_what_a_student_sees(client, alum, hidden):
    client.force_login(alum)
    page = client.get(reverse("alum_preview")).content.decode()
    assert "Your profile as students see it" in page
    assert "Ask me about whales." in page
    assert [word for word in _clean(page.split("<main")[-1], hidden) if word != "1960"] == []
    answer = client.post(URL, {"preview": "1", "hides": Hidden.values}, follow=True)
    assert "Your profile as students see it" in answer.content.decode()
    AlumniProfile.objects.update(listing=Listing.HIDDEN)
    assert "Students don’t see your profile now." in client.get(reverse("alum_preview")).content.decode()


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Ana María Núñez de la Cruz", "Ana C."),
        ("Dr. Bo Lund, MD", "Bo L."),
        ("Griffey, Ken, Jr.", "Ken G."),
        ("Dr. Lund", "Dr. L."),
        ("Cher", "Cher"),
        ("Jan van der Berg", "Jan B."),
    ],
)
def test_a_last_name_becomes_its_initial(name, shown):
    alum = world.alum_profile("Ana Ruiz")
    alum.name, alum.sort_key = name, ""
    alum.save()
    visibility.cover(alum, [Hidden.LAST_NAME])
    assert alum.name == shown


def test_languages_are_written_in_one_line_and_found(client, alum, student):
    client.force_login(alum)
    client.post(URL, {"languages": "english, Spanish; spanish and norwegian"})
    entry = AlumniProfile.objects.get(user=alum)
    assert entry.languages == ["English", "Spanish", "Norwegian"]
    assert 'value="English, Spanish, Norwegian"' in client.get(URL).content.decode()
    client.force_login(student)
    page = client.get("/people/?language=Norwegian").content.decode()
    assert "Ingrid Solheim" in page
    assert "Speaks Norwegian" in page


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("BA Biology 2014; M.P.H. 2016", ("bachelor", "master")),
        ("Ph.D. Chemistry", ("doctor",)),
        ("Master of Science, Bachelor’s of Arts", ("bachelor", "master")),
        ("Certificate as a paramedic, do not list", ()),
        ("JD 2001", ("doctor",)),
        ("", ()),
    ],
)
def test_degrees_have_their_levels(text, found):
    assert levels(text) == found


def test_the_whole_table_is_checked_by_the_database():
    with connection.cursor() as cursor:
        cursor.execute("SELECT conname FROM pg_constraint WHERE conname LIKE 'hides_%'")
        assert {name for (name,) in cursor.fetchall()} == {
            "hides_employer",
            "hides_city",
            "hides_class_year",
            "hides_former_name",
        }
