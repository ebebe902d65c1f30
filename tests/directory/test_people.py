"""Find people and one alum's page, as a student, a coach, the office and an alum see them."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.alumni import limits
from apps.alumni.models import AlumniProfile, SavedAlum, Word
from apps.clock import times
from apps.directory import cards
from apps.directory.found import rows_of
from apps.directory.queries import DirectoryQuery, Reader
from apps.directory.saved import save as save_search
from apps.policy.models import Policy
from apps.suggestions import actions
from apps.suggestions.actions import Proposal
from tests import world


@pytest.fixture
def page(as_, student):
    """Get a page as the student and return its text."""
    client = as_(student)

    def get(path, **headers):
        response = client.get(path, **headers)
        assert response.status_code == 200
        return response.content.decode()

    return get


def many(count, **fields):
    rows = [
        AlumniProfile(
            listing="listed",
            **{
                "name": f"Person{n:02} Example",
                "email": f"{fields.get('name', 'person')}{n}@alum.example".replace(" ", ""),
            }
            | {"title": "Paramedic", "majors": ["Public Health"], "helps": ["talk"]}
            | fields,
        )
        for n in range(count)
    ]
    for row in rows:
        row.compose()
    AlumniProfile.objects.bulk_create(rows)
    Word.objects.relearn()


# --- the list ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("public health", {"Stu Died": True, "Wor King": False, "Bo Th": False}),
        ("health", {"Stu Died": True, "Wor King": False, "Bo Th": False}),
        ("paramedics", {"Bo Th": False}),
        ("the public health of", {"Stu Died": True, "Wor King": False, "Bo Th": False}),
    ],
)
def test_a_card_says_who_only_studied_what_was_searched(page, student, query, found):
    student.student_profile.program = "History"
    student.student_profile.save()
    many(1, name="Stu Died", title="Paralegal", field="Law", employer="Holm")
    many(1, name="Wor King", title="Director", field="Public Health", majors=["Music"])
    many(1, name="Bo Th", title="Paramedic", field="Health care")
    text = page(f"/people/?q={query.replace(' ', '+')}")
    cards = {name: next((c for c in text.split("<li")[1:] if name in c), "") for name in found}
    assert {name: "Found by what they studied: Public Health" in card for name, card in cards.items()} == found
    assert all(cards.values())


def test_a_card_says_who_why_and_when(page, student, alum):
    student.student_profile.program = "Biology"
    student.student_profile.save()
    text = page("/people/?q=regulatory")
    for said in (
        "1 person",
        'Ingrid Solheim</a> <span class="rp-class">’14</span>',
        "Regulatory Affairs Manager, Corvane Medical",
        "Studied Biology, lives in Dublin, Ireland",
        "You both studied Biology",
        "20-minute conversation",
        "New here, hasn’t been asked yet",
        f"Open to 2 more conversations in {times.local_date(timezone.now(), Policy.now().time_zone):%B}",
    ):
        assert said in text
    assert alum.email not in text


def test_who_was_suggested_stands_first_with_the_name_that_may_be_used(page, student):
    many(3)
    ingrid = world.alum_profile("Zora Solheim", title="Paramedic")
    yuki, named = world.contact(student, "Yuki Tanabe"), world.contact(student, "Zora Solheim", alum=ingrid)
    world.referral(yuki, named, name_permission="yes")
    text = page("/people/?q=paramedic")
    assert "Yuki Tanabe suggested Zora, and you can use Yuki’s name" in text
    assert text.index("Zora Solheim") < text.index("Person00 Example")


@pytest.mark.parametrize(
    ("permission", "said"),
    [
        ("intro_first", "Yuki Tanabe suggested Zora, and will introduce you first"),
        ("no", "Yuki Tanabe suggested Zora, and would rather not be named"),
        ("not_asked", "Yuki Tanabe suggested Zora. Ask Yuki before you use the name"),
    ],
)
def test_a_name_is_never_offered_without_permission(page, student, permission, said):
    world.alum_profile("Zora Solheim")
    named = world.contact(student, "Zora Solheim")  # written down by name, before she was found in the directory
    world.referral(world.contact(student, "Yuki Tanabe"), named, name_permission=permission)
    text = page("/people/?q=zora")
    assert said in text
    assert "you may use" not in text


def test_another_students_referral_is_not_shown(page, other_student):
    zora = world.alum_profile("Zora Solheim")
    named = world.contact(other_student, "Zora Solheim", alum=zora)
    world.referral(world.contact(other_student, "Canary Referrer"), named, name_permission="yes")
    assert "Canary" not in page("/people/?q=zora") + page(f"/people/{zora.pk}/") + page("/people/")


def test_who_pauses_is_dimmed_and_says_until_when(page):
    world.alum_profile("Peter Lindgren", paused_until=date(2999, 1, 15))
    text = page("/people/?q=peter")
    assert "rp-alum is-paused" in text
    assert "Paused until January 15. You can save this profile for later" in text


def test_filters_are_chips_that_lift_off(page):
    many(3, city="Duluth", region="MN", country="US")
    text = page("/people/?help=talk&place=Duluth%2C+MN")
    assert "Remove: </span>Offers a 20-minute conversation" in text
    assert 'href="?place=Duluth%2C+MN"' in text
    assert 'name="help" value="talk" id="f-help-1" checked' in text


def test_nobody_found_points_to_other_ways(page, coach):
    many(2, city="Duluth", region="MN", country="US")
    text = page("/people/?q=paramedic&place=Duluth%2C+MN&help=mock")
    assert "No one matches all of that" in text
    assert "Remove “A practice interview”" in text
    assert "finds 2 people" in text
    assert text.count("btn-primary") == 1
    for way in re.findall(r'<a (?:class="btn btn-primary btn-lg" )?href="([^"]*)">(?:Remove “|Search for “)', text):
        assert "No one matches" not in page("/people/" + way.replace("&amp;", "&"))
    assert '<a href="/people/">See everyone</a>' in text
    assert re.search(r'href="/ask/\?wanted=paramedic">Ask Ruth and the office', text)
    assert "Ask a professor" in text
    assert "Look on LinkedIn" in text


def test_a_mistyped_word_is_said(page):
    many(1)
    assert "No results for “paramedik”. Showing results for “paramedic”." in page("/people/?q=paramedik")


def test_suggestions_stand_on_the_opening_page_only(page, student):
    many(2)
    assert "Suggested for you" in page("/people/")
    assert "You both studied Public Health" in page("/people/")
    assert "Suggested for you" not in page("/people/?q=paramedic")


def test_pages_link_on_and_back(page):
    many(30)
    first, second = page("/people/?sort=name"), page("/people/?sort=name&page=2")
    assert "1 to 20 of 30" in first
    assert 'href="?sort=name&amp;page=2" rel="next"' in first
    assert "21 to 30 of 30" in second
    assert 'href="?sort=name" rel="prev"' in second


def test_a_page_past_the_end_leads_to_the_last(as_, student):
    many(30)
    response = as_(student).get("/people/?q=paramedic&page=99")
    assert (response.status_code, response["Location"]) == (302, "/people/?q=paramedic&page=2")


def test_an_alums_page_leads_back_to_the_same_list(page):
    ingrid = world.alum_profile("Ingrid Solheim")
    path = f"/people/{ingrid.pk}/"
    assert 'href="/people/?q=a&amp;page=2"' in page(path, HTTP_REFERER="http://testserver/people/?q=a&page=2")
    assert 'href="/people/"' in page(path, HTTP_REFERER="https://elsewhere.example/people/?q=evil")
    assert "evil" not in page(path, HTTP_REFERER="https://elsewhere.example/people/?q=evil")


def test_htmx_gets_the_list_alone(page):
    many(1)
    part = page("/people/?q=paramedic", HTTP_HX_REQUEST="true")
    assert "<html" not in part
    assert 'id="finder"' in part
    assert 'hx-swap-oob="innerHTML:#page-status"' in part


def test_the_query_is_shown_escaped(page):
    assert "<script>alert" not in page("/people/?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E")


def test_a_card_from_the_columns_of_a_list_is_that_of_the_whole_entry(db):
    """Whatever a list shows stands in Listed, and reads as the entry does."""
    day = date(2030, 1, 15)
    entries = [
        world.alum_profile("Dr. Ingrid Solheim", preferred_name="Inga", class_year=2014, majors=["Biology", "Music"]),
        world.alum_profile("Bo Larsen", city="Dublin", country="IE", helps=["talk"], monthly_cap=1),
        world.alum_profile("Cy Dang", paused_until=day),
        world.alum_profile("Di Hess", is_paused=True, employer="", title=""),
    ]
    reader = Reader(majors=("Biology",), wishes=(["dublin"],), introduced={entries[0].pk: "Yuki named her"})
    records = {entries[1].pk: limits.Record(this_month=1, times_asked=1)}
    lines = [
        cards.cards(rows, reader, records, world.NOW, Policy.now(), asked="music", is_suggested=is_suggested)
        for rows in (entries, rows_of([alum.pk for alum in entries]))
        for is_suggested in (False, True)
    ]
    assert lines[:2] == lines[2:]


def test_a_question_written_once_tells_nobody_what_another_was_told(client, student, other_student, coach):
    """The statements of this page are written for the first who asks, and hold the values of nobody."""
    save_search(student, DirectoryQuery(text="wells"), name="Zq Canary", now=timezone.now())
    name = "Quentin Zqcanary"
    actions.suggest([student], Proposal(None, name, "", "Knows wells", ""), by=coach, now=timezone.now())
    pages = []
    for person in (student, other_student, coach, student):
        client.force_login(person)
        page = client.get("/people/").content.decode()
        pages.append(("Zq Canary" in page, name in page))
    assert pages == [(True, True), (False, False), (False, False), (True, True)]


def test_who_leaves_or_hides_is_gone_from_the_next_page(page, student, coach, alum):
    """Also from those who were suggested: nothing of a card is kept."""
    entry = alum.alumni_profile
    actions.suggest([student], Proposal(entry, "", "", "Knows wells", ""), by=coach, now=timezone.now())
    name, employer = entry.called, entry.employer
    first = page("/people/")
    assert (f"suggests {name}" in first, employer in page("/people/?q=" + entry.first_name)) == (True, True)
    AlumniProfile.objects.filter(pk=entry.pk).update(employer="", hides=["employer"])
    assert employer not in page("/people/?q=" + entry.first_name).split('id="people"')[1]
    AlumniProfile.objects.filter(pk=entry.pk).update(listing="removed")
    assert name not in page("/people/")


@pytest.mark.parametrize("path", ["/people/?sort=name", "/people/?q=paramedic", "/people/?help=talk&q=paramedic"])
def test_one_row_or_thirty_take_the_same_statements(as_, student, path):
    client, counts = as_(student), []
    for count in (1, 30):
        AlumniProfile.objects.all().delete()
        many(count)
        client.get(path)  # fills what is kept for a minute
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        counts.append([query["sql"] for query in queries if not _of_the_session(query["sql"])])
    assert [len(one) for one in counts] == [9] * 2, counts


def _of_the_session(sql):
    """What every page of a signed-in person takes: the session, the person, the list of their sessions."""
    return sql.startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "UPDATE")) or any(
        f'FROM "{table}"' in sql for table in ("django_session", "accounts_user", "usersessions_usersession")
    )


# --- one alum ---------------------------------------------------------------------------------------------------------


def test_an_alums_page(page, student):
    ingrid = world.alum_profile(
        "Ingrid Solheim", quote="Ask me how that happened.", helps=["talk", "resume"], rather_not="Salaries"
    )
    text = page(f"/people/{ingrid.pk}/")
    for said in (
        "Regulatory Affairs Manager at Corvane Medical, Dublin, Ireland",
        "“Ask me how that happened.”",
        "A 20-minute conversation, a résumé review",
        "Salaries",
        "New here, hasn’t been asked yet",
        "Open to 2 more conversations",
        "You share Tamarack University",
    ):
        assert said in text
    assert ingrid.email not in text


def test_the_address_is_shown_only_to_whom_the_alum_shows_it(page):
    ingrid = world.alum_profile("Ingrid Solheim", shows_email=True)
    assert ingrid.email in page(f"/people/{ingrid.pk}/")


def test_the_thread_leads_through_the_one_who_named_them(page, student):
    ingrid = world.alum_profile("Ingrid Solheim")
    yuki = world.contact(student, "Yuki Tanabe", class_year=2015)
    named = world.contact(student, "Ingrid Solheim", alum=ingrid)
    world.referral(yuki, named, name_permission="yes", note="They shared a room.")
    yuki.touches.create(student=student, kind="talked", at=world.NOW)
    text = page(f"/people/{ingrid.pk}/")
    for said in (
        "Yuki Tanabe ’15",
        "You talked on November 12.",
        "you can use Yuki’s name",
        "They shared a room.",
    ):
        assert said in text


def test_a_request_under_way_takes_the_place_of_the_button(page, student):
    ingrid = world.alum_profile("Ingrid Solheim")
    request = world.sent_request(student, world.contact(student, "Ingrid Solheim", alum=ingrid), at=timezone.now())
    text = page(f"/people/{ingrid.pk}/")
    assert f'href="/requests/{request.pk}/">See your request' in text
    assert "for a conversation</button>" not in text


def test_who_cannot_be_asked_has_no_button_but_the_reason(page):
    peter = world.alum_profile("Peter Lindgren", is_paused=True)
    text = page(f"/people/{peter.pk}/")
    assert "Peter isn’t taking requests right now." in text
    assert "for a conversation</button>" not in text


@pytest.mark.parametrize("listing", ["hidden", "removed", "invited"])
def test_who_is_not_listed_is_not_there(as_, student, coach, office, listing):
    canary = world.alum_profile("Canary Zanzibar", listing=listing)
    for person, status in ((student, 404), (coach, 404), (office, 200)):
        assert as_(person).get(f"/people/{canary.pk}/").status_code == status
    assert as_(student).get("/people/999999/").status_code == 404
    assert as_(student).post(f"/people/{canary.pk}/save/").status_code == 404


def test_the_office_is_told_that_students_do_not_see_an_entry(as_, office):
    canary = world.alum_profile("Canary Zanzibar", listing="removed", office_notes="<b>note</b>")
    text = as_(office).get(f"/people/{canary.pk}/").content.decode()
    assert "Students don’t see this profile. Left the directory." in text
    assert "&lt;b&gt;note" in text


def test_a_coach_reads_the_directory_and_asks_nobody(as_, coach):
    ingrid = world.alum_profile("Ingrid Solheim")
    text = as_(coach).get(f"/people/{ingrid.pk}/").content.decode()
    assert "for a conversation</button>" not in text
    assert "Save for later" not in text
    assert as_(coach).get("/people/").status_code == 200
    assert as_(coach).post(f"/people/{ingrid.pk}/save/").status_code == 403


def test_an_alum_sees_their_own_entry_and_no_other(as_, alum, other_alum):
    assert as_(alum).get(f"/people/{alum.alumni_profile.pk}/").status_code == 200
    assert as_(alum).get(f"/people/{other_alum.alumni_profile.pk}/").status_code == 404
    assert as_(alum).get("/people/").status_code == 403


def test_save_for_later_and_back(as_, student):
    client, ingrid = as_(student), world.alum_profile("Ingrid Solheim")
    for saved in (1, 0):
        response = client.post(f"/people/{ingrid.pk}/save/", follow=True)
        assert SavedAlum.objects.filter(student=student, alum=ingrid).count() == saved
        assert ("Saved. Remove" in response.content.decode()) == bool(saved)
    client.post(f"/people/{ingrid.pk}/save/")
    assert "Ingrid Solheim" in client.get("/people/?saved=1").content.decode()
    assert client.get(f"/people/{ingrid.pk}/save/").status_code == 405
