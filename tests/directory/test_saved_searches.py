"""Saved searches: kept, told of on Monday when somebody new is in one, and stopped from the mail (R201)."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from apps.alumni.models import AlumniProfile, Listing
from apps.clock import times
from apps.directory import saved
from apps.directory.models import SavedSearch, with_news
from apps.directory.queries import DirectoryQuery
from apps.mail.models import OutboundMessage
from apps.policy.models import Policy
from apps.reminders import sweep
from apps.reminders.recheck import still_due
from tests import world
from tests.races.together import at_once

pytestmark = pytest.mark.django_db
FRIDAY = datetime(2026, 11, 13, 18, 0, tzinfo=UTC)
SUNDAY = datetime(2026, 11, 15, 18, 30, tzinfo=UTC)  # 12:30 pm in Chicago
MONDAY = datetime(2026, 11, 16, 15, 0, tzinfo=UTC)  # 9 am in Chicago
NURSES = DirectoryQuery(text="nurse")


def _keep(student, query=NURSES, now=FRIDAY, name=""):
    return saved.save(student, query, name=name, now=now)


def _listed(name, at=SUNDAY - timedelta(hours=3), **fields):
    alum = world.alum_profile(name, **{"title": "Nurse", "employer": "Mercy"} | fields)
    AlumniProfile.objects.filter(pk=alum.pk).update(updated_at=at)
    return alum


def _mails(student):
    return OutboundMessage.objects.filter(person=student, rule__in=["saved-search", "digest"])


def _said(client, url):
    page = times.plain(client.get(url).content.decode())
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


# --- on the page ------------------------------------------------------------------------------------------------------


def test_a_search_is_saved_from_the_page_found_there_and_opened_again(client, student):
    world.alum_profile("Ana Ruiz", title="Nurse")
    client.force_login(student)
    page = client.get("/people/?q=nurse&major=Biology&sort=year").content.decode()
    [address] = re.findall(r'name="address" value="([^"]+)"', page)
    assert address == "?q=nurse&amp;major=Biology"
    told = {"address": "?q=nurse&major=Biology", "name": "Nurses I could ask"}
    answer = client.post(reverse("save_search"), told, follow=True)
    assert "“Nurses I could ask” is saved" in answer.content.decode()
    assert "Saved as" in client.get("/people/?major=Biology&q=nurse").content.decode()  # in whatever order it is asked
    opening = client.get("/people/").content.decode()
    assert '<a href="/people/?q=nurse&amp;major=Biology">Nurses I could ask</a>' in opening


def test_nothing_to_save_is_said_where_nothing_was_asked(client, student):
    client.force_login(student)
    assert 'id="keep"' not in client.get("/people/").content.decode()
    answer = client.post(reverse("save_search"), {"address": "?"}, follow=True)
    assert "Add a word or a filter first" in answer.content.decode()
    assert not SavedSearch.objects.exists()


def test_a_search_that_finds_no_one_can_be_saved_to_hear_of_the_first(client, student):
    client.force_login(student)
    assert 'id="keep"' in client.get("/people/?q=zebrafish").content.decode()
    client.post(reverse("save_search"), {"address": "?q=zebrafish"})
    assert SavedSearch.objects.get().name == "zebrafish"


def test_the_same_search_is_kept_once_and_ten_are_the_most(client, student):
    client.force_login(student)
    _keep(student)
    answer = client.post(reverse("save_search"), {"address": "?q=nurse&sort=name"}, follow=True)
    assert "You already saved this search." in answer.content.decode()
    for number in range(saved.LIMIT - 1):
        _keep(student, DirectoryQuery(text=f"job {number}"))
    answer = client.post(reverse("save_search"), {"address": "?q=one+more"}, follow=True)
    assert "You have 10 saved searches." in answer.content.decode()
    assert SavedSearch.objects.count() == saved.LIMIT


@pytest.mark.django_db(transaction=True)
def test_two_tabs_at_once_do_not_keep_more_than_ten(student):
    for number in range(saved.LIMIT - 1):
        _keep(student, DirectoryQuery(text=f"job {number}"))
    at_once(lambda: _keep(student, DirectoryQuery(text="left")), lambda: _keep(student, DirectoryQuery(text="right")))
    assert SavedSearch.objects.kept().count() == saved.LIMIT


def test_everything_can_be_undone(client, student):
    client.force_login(student)
    one = _keep(student)

    def pressed(address, **typed):
        page = client.post(reverse(address, args=[one.pk]), typed, follow=True).content.decode()
        one.refresh_from_db()
        return page

    def undone():
        client.post(reverse("saved_search_undo", args=[one.pk]))
        one.refresh_from_db()
        return one.name, one.address, one.removed_at

    pressed("saved_search_rename", name="Hospital people")
    assert one.name == "Hospital people"
    assert undone() == ("nurse", "?q=nurse", None)
    client.post(reverse("save_search"), {"address": "?q=baker", "name": "Bakers", "instead": str(one.pk)})
    one.refresh_from_db()
    assert (one.name, one.address) == ("Bakers", "?q=baker")
    assert undone() == ("nurse", "?q=nurse", None)
    page = pressed("saved_search_delete")
    assert one.removed_at
    assert "“nurse” is deleted." in page
    assert "No saved searches yet" in page
    assert undone() == ("nurse", "?q=nurse", None)
    again = client.post(reverse("saved_search_undo", args=[one.pk]), follow=True)
    assert "There’s nothing left to undo." in again.content.decode()


def test_two_tabs_do_not_rename_over_each_other(client, student):
    client.force_login(student)
    one = _keep(student)
    [seen] = re.findall(r'name="(seen-nameform)" value="([^"]+)"', client.get("/people/searches/").content.decode())
    url, names = reverse("saved_search_rename", args=[one.pk]), ["Left", "Right"]
    answers = [client.post(url, {"name": name, seen[0]: seen[1]}) for name in names]
    assert [answer.status_code for answer in answers] == [302, 409]
    assert SavedSearch.objects.get().name == "Left"
    assert "Right" in answers[1].content.decode()


def test_a_deleted_search_is_gone_for_good_a_day_later(student):
    one = _keep(student)
    saved.remove(one, now=FRIDAY)
    saved.forget(FRIDAY + timedelta(hours=23))
    assert SavedSearch.objects.exists()
    saved.forget(FRIDAY + timedelta(hours=25))
    assert not SavedSearch.objects.exists()


def test_without_a_name_it_has_the_words_and_filters_and_a_blank_one_is_refused(client, student):
    client.force_login(student)
    one = _keep(student, DirectoryQuery(text="nurse", chosen={"major": ("Biology",)}))
    assert one.name == "nurse, Biology major"
    answer = client.post(reverse("saved_search_rename", args=[one.pk]), {"name": ""})
    assert answer.status_code == 422
    one.refresh_from_db()
    assert one.name == "nurse, Biology major"


# --- who is new -------------------------------------------------------------------------------------------------------


def test_the_look_is_on_sunday_at_noon_once_a_week(student):
    one = _keep(student)
    policy = Policy.now()
    assert saved.to_look_at(FRIDAY + timedelta(hours=40), policy) == []  # Sunday morning
    assert saved.to_look_at(SUNDAY, policy) == [one]
    saved.look(one, SUNDAY)
    assert saved.to_look_at(MONDAY, policy) == []
    assert saved.to_look_at(SUNDAY + timedelta(days=7), policy) == [one]


def test_new_people_are_told_in_one_mail_on_monday_morning(student):
    world.alum_profile("Old Hand", title="Nurse")
    nurses, bakers = _keep(student), _keep(student, DirectoryQuery(text="baker"))
    _listed("Ana Ruiz")
    _listed("Bo Lund", title="Baker")
    sweep.run(SUNDAY)
    assert not _mails(student).exists()
    sweep.run(MONDAY)
    [mail] = _mails(student)
    text = " ".join(mail.text.split())
    for one in (nurses, bakers):
        assert f"1 new person matches “{one.name}”" in text
    assert "Ana Ruiz, Nurse, Mercy" in text
    assert "Old Hand" not in text
    sweep.run(MONDAY + timedelta(days=7))
    assert _mails(student).count() == 1  # nobody is told twice


def test_who_was_found_once_is_never_new_again(student):
    ana = _listed("Ana Ruiz")
    one = _keep(student)
    AlumniProfile.objects.filter(pk=ana.pk).update(listing=Listing.HIDDEN)
    saved.look(one, SUNDAY)
    AlumniProfile.objects.filter(pk=ana.pk).update(listing=Listing.LISTED)
    saved.look(one, SUNDAY + timedelta(days=7))
    assert SavedSearch.objects.get().new_ids == []


@pytest.mark.parametrize("change", ["leaves", "hides", "no longer matches"])
def test_who_left_or_changed_since_is_in_no_mail_and_not_on_the_page(client, student, change):
    ana, one = _listed("Ana Ruiz"), _keep(student, DirectoryQuery(text="baker"))
    ana.title = "Baker"
    ana.save()
    AlumniProfile.objects.filter(pk=ana.pk).update(updated_at=SUNDAY - timedelta(hours=3))
    sweep.run(SUNDAY)
    assert with_news(SavedSearch.objects.all(), SUNDAY).get().news == 1
    ana.refresh_from_db()
    if change == "no longer matches":
        ana.title = "Nurse"
    else:
        ana.listing = Listing.REMOVED if change == "leaves" else Listing.HIDDEN
    ana.save()
    sweep.run(MONDAY)
    assert not _mails(student).exists()
    client.force_login(student)
    assert "Ana Ruiz" not in _said(client, one.get_absolute_url())


def test_to_open_it_is_to_have_seen_them(client, student):
    one = _keep(student)
    _listed("Ana Ruiz")
    saved.look(one, SUNDAY)
    client.force_login(student)
    SavedSearch.objects.update(found_at=datetime.now(UTC) - timedelta(hours=1))
    AlumniProfile.objects.update(updated_at=datetime.now(UTC) - timedelta(hours=2))
    assert "nurse (1 new)" in _said(client, "/people/")
    assert "Ana Ruiz" in _said(client, one.get_absolute_url())
    assert "(1 new)" not in _said(client, "/people/")
    assert "Ana Ruiz" in _said(client, one.get_absolute_url())  # still there to read again


def test_a_mail_that_waits_is_dropped_when_the_search_is_muted_or_deleted(student):
    one = _keep(student)
    _listed("Ana Ruiz")
    sweep.run(SUNDAY)
    sweep.run(MONDAY)
    [mail] = _mails(student)
    assert still_due(mail, MONDAY)
    saved.mute(one, is_muted=True)
    assert not still_due(mail, MONDAY)


def test_one_press_in_the_mail_stops_that_search_alone(client, student):
    one, other = _keep(student), _keep(student, DirectoryQuery(text="baker"))
    _listed("Ana Ruiz")
    sweep.run(SUNDAY)
    sweep.run(MONDAY)
    [mail] = _mails(student)
    [path] = re.findall(r"http://[^/\s]+(/s/\S+)", mail.text)
    page = client.get(path, follow=True)
    assert "Stop emails about “nurse”?" in page.content.decode()
    assert not SavedSearch.objects.get(pk=one.pk).is_muted  # to look changes nothing
    client.post(page.redirect_chain[-1][0], {"act": "stop"})
    assert list(SavedSearch.objects.filter(is_muted=True)) == [one]
    client.post(page.redirect_chain[-1][0], {"act": "start"})
    assert not SavedSearch.objects.filter(is_muted=True).exists()
    assert not SavedSearch.objects.get(pk=other.pk).is_muted


def test_nobody_else_sees_what_a_student_looks_for(client, other_student, coach, office, student):
    one = _keep(student, DirectoryQuery(text="zq canary words"))
    for person in (other_student, coach, office):
        client.force_login(person)
        assert client.get(one.get_absolute_url()).status_code in (403, 404)
        assert "zq canary" not in client.get("/people/").content.decode()


def test_the_page_takes_the_same_statements_with_ten_searches(client, student, django_assert_max_num_queries):
    client.force_login(student)
    for number in range(saved.LIMIT):
        _keep(student, DirectoryQuery(text=f"job {number}"))
    client.get("/people/searches/")
    with django_assert_max_num_queries(8):
        client.get("/people/searches/")
