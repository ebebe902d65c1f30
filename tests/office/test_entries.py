"""Alumni who have an entry and no account: the office finds them, reads why they aren't listed, takes one out."""

import pytest
from django.urls import reverse

from apps.alumni import actions, visibility
from apps.alumni.models import AlumniProfile, Hidden, Listing
from apps.audit.models import AuditEntry
from tests import world

pytestmark = pytest.mark.django_db


def looked_up(desk, words, **more):
    return desk.get(reverse("office_people"), {"q": words} | more).content.decode()


@pytest.fixture
def marked(db):
    return world.alum_profile("Rowena Vik", listing=Listing.HIDDEN, is_do_not_contact=True)


@pytest.mark.parametrize("typed", ["Rowena", "vik", "Rowena Vik", "vik, rowena", "rowena.vik@alum.example", "row"])
def test_an_entry_that_is_not_listed_is_found(desk, marked, typed):
    shown = looked_up(desk, typed)
    assert "Alumni entries" in shown
    assert f'href="/people/{marked.pk}/"' in shown
    assert "Not listed. The university’s file says Do Not Contact." in shown
    assert "No one found" not in shown


def test_one_without_an_address_and_one_who_is_listed(desk):
    world.alum_profile("Odd Vik", listing=Listing.HIDDEN, email="")
    world.alum_profile("Ada Vik")
    shown = looked_up(desk, "vik")
    assert "Not listed. There’s no email address for them." in shown
    assert "Listed." in shown


def test_a_last_name_hidden_from_students_is_found_by_the_office(desk, marked):
    visibility.cover(marked, [Hidden.LAST_NAME])
    marked.save()
    assert f'href="/people/{marked.pk}/"' in looked_up(desk, "vik")


def test_who_has_an_account_stands_among_the_accounts(desk):
    world.alum("Ada Vik")
    assert "Alumni entries" not in looked_up(desk, "vik")


def test_nothing_typed_or_another_role_shows_no_entries(desk, marked):
    assert "Alumni entries" not in looked_up(desk, "")
    assert "Alumni entries" not in looked_up(desk, "vik", role="student")
    assert "Alumni entries" in looked_up(desk, "vik", role="alum")


def test_ten_at_most_and_it_says_so(desk):
    for number in range(11):
        world.alum_profile(f"Ada Vik{number}")
    shown = looked_up(desk, "vik")
    assert shown.count('href="/people/') == 10
    assert "These are the first 10." in shown


def test_their_page_says_why_and_offers_no_conversation(desk, marked):
    shown = desk.get(reverse("alum", args=[marked.pk])).content.decode()
    assert "Not listed. The university’s file says Do Not Contact." in shown
    assert "more conversation" not in shown
    AlumniProfile.objects.filter(pk=marked.pk).update(is_do_not_contact=False, listing=Listing.LISTED)
    assert "more conversation" in desk.get(reverse("alum", args=[marked.pk])).content.decode()


def taken_out(desk, entry):
    return desk.post(reverse("alum_take_out", args=[entry.pk]), follow=True).content.decode()


def put_back(desk, entry):
    return desk.post(reverse("alum_put_back", args=[entry.pk]), follow=True).content.decode()


def lines():
    return list(AuditEntry.objects.filter(subject="alumni_alumniprofile").order_by("pk"))


def test_the_office_takes_somebody_out_and_puts_them_back(desk, office):
    entry = world.alum_profile("Ada Vik")
    assert "Take out of the directory" in desk.get(reverse("alum", args=[entry.pk])).content.decode()
    shown = taken_out(desk, entry)
    assert "Ada Vik is out of the directory." in shown
    assert "Put back" in shown
    entry.refresh_from_db()
    assert (entry.listing, entry.own_fields) == (Listing.REMOVED, ["listing"])  # no import brings them back
    (line,) = lines()
    assert (line.actor, line.row, line.before, line.after) == (
        office.pk,
        str(entry.pk),
        {"listing": "listed"},
        {"listing": "removed"},
    )
    shown = put_back(desk, entry)
    assert "Ada Vik’s profile is as it was." in shown
    entry.refresh_from_db()
    assert (entry.listing, entry.own_fields) == (Listing.LISTED, [])
    assert [line.after for line in lines()] == [{"listing": "removed"}, {"listing": "listed"}]


def test_a_second_press_keeps_how_it_was_and_writes_nothing_more(desk):
    entry = world.alum_profile("Ada Vik")
    taken_out(desk, entry)
    taken_out(desk, entry)
    assert len(lines()) == 1
    put_back(desk, entry)
    entry.refresh_from_db()
    assert entry.listing == Listing.LISTED


def test_who_left_themselves_is_not_put_back_by_the_office(desk):
    entry = world.alum_profile("Ada Vik", listing=Listing.REMOVED)
    shown = desk.get(reverse("alum", args=[entry.pk])).content.decode()
    assert "Put back" not in shown
    assert "Take out of the directory" not in shown
    assert "There’s nothing left to undo." in put_back(desk, entry)
    entry.refresh_from_db()
    assert entry.listing == Listing.REMOVED


def test_who_left_themselves_after_they_came_back_stays_out(desk):
    entry = world.alum_profile("Ada Vik")
    taken_out(desk, entry)
    entry.refresh_from_db()
    actions.join(entry)
    actions.leave(entry)
    assert "There’s nothing left to undo." in put_back(desk, entry)
    entry.refresh_from_db()
    assert entry.listing == Listing.REMOVED


def test_the_log_tells_it_in_words(desk):
    entry = world.alum_profile("Ada Vik")
    taken_out(desk, entry)
    shown = desk.get(reverse("office_log"), {"kind": "alumni_alumniprofile"}).content.decode()
    assert "Left the directory" in shown
    assert f'href="/people/{entry.pk}/"' in shown


def test_a_coach_sees_no_such_button(as_, coach):
    entry = world.alum_profile("Ada Vik")
    shown = as_(coach).get(reverse("alum", args=[entry.pk])).content.decode()
    assert "Take out" not in shown
