"""Earlier words of an introduction: kept as they change, the student’s alone, used again and taken back (R26)."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.clock import times
from apps.students import earlier
from apps.students.models import EarlierIntroduction, Introduction

pytestmark = pytest.mark.django_db
PAGE = "/me/introduction/"
DAY = timedelta(days=1)


def words(response):
    return " ".join(response.content.decode().split())


@pytest.fixture
def client(as_, student):
    client = as_(student)
    client.get(PAGE)
    return client


def save(client, script=False, **fields):
    version = Introduction.objects.get().version
    return client.post(PAGE, {"version": version, **fields}, headers={"x-autosave": "1"} if script else {})


def aged(by):
    """The words were last written so long ago."""
    Introduction.objects.update(updated_at=timezone.now() - by)


def kept():
    return list(EarlierIntroduction.objects.newest_first().values_list("who", flat=True))


def again(client, who):
    return client.post(reverse("introduction_again", args=[EarlierIntroduction.objects.get(who=who).pk]), follow=True)


# --- what is kept -----------------------------------------------------------------------------------------------------


def test_words_that_were_saved_are_kept_when_others_replace_them(client):
    save(client, who="I study wells.")
    assert kept() == []
    save(client, who="I study wells.")
    assert kept() == []
    save(client, who="I study rivers.")
    assert kept() == ["I study wells."]
    save(client, who="", skills="I count.")
    assert kept() == ["I study rivers.", "I study wells."]


def test_pauses_while_one_writes_are_no_versions(client):
    for who in ("I", "I study", "I study wells."):
        save(client, script=True, who=who)
    assert kept() == []
    save(client, who="I study wells.")  # the button, after all is saved by itself
    save(client, script=True, who="I study rivers.")
    save(client, script=True, who="I study rivers and lakes.")
    assert kept() == ["I study wells."]


def test_words_that_were_left_for_a_while_are_kept(client):
    save(client, script=True, who="I study wells.")
    aged(earlier.SITTING)
    save(client, script=True, who="I study rivers.")
    assert kept() == ["I study wells."]


def test_both_versions_are_kept(client, student):
    save(client, who="Anyone.")
    client.post(f"{PAGE}?for=field", {"version": 2, "expert_who": "Field."})
    client.post(f"{PAGE}?for=field", {"version": 3, "expert_who": "Other."})
    assert list(EarlierIntroduction.objects.newest_first().values_list("who", "expert_who")) == [
        ("Anyone.", "Field."),
        ("Anyone.", ""),
    ]


def test_of_days_before_the_last_words_stay_and_twenty_in_all(client, student):
    now = timezone.now()
    for day in range(1, 26):
        for hour, who in ((2, "late"), (3, "early")):
            at = now.replace(hour=20, minute=0) - (day + 1) * DAY - timedelta(hours=hour)
            EarlierIntroduction.objects.create(student=student, who=f"{who} {day}", said_at=at)
    save(client, who="First.")
    save(client, who="Second.")
    assert kept() == ["First.", *(f"late {day}" for day in range(1, earlier.MOST))]


def test_it_says_when(student):
    at = timezone.now().replace(month=11, day=6, hour=16, minute=10)
    row = EarlierIntroduction(student=student, said_at=at)
    with timezone.override("America/Chicago"):
        said = [times.plain(earlier.moment(row, at + days)) for days in (DAY * 0, DAY, DAY * 2)]
    assert said[:2] == ["today at 10:10 am", "yesterday at 10:10 am"]
    assert re.fullmatch(r"on \w+day, November 6, at 10:10 am", said[2])


# --- on the page ------------------------------------------------------------------------------------------------------


def test_a_first_introduction_has_no_earlier_version(client):
    save(client, who="I study wells.")
    assert "Earlier versions" not in words(client.get(PAGE))


def test_the_page_shows_the_words_their_day_and_what_changed(client):
    save(client, who="I study deep wells.")
    save(client, who="I study deep rivers.")
    html = words(client.get(PAGE))
    assert "1 earlier version<" in html
    assert '<p class="rp-serif">I study deep wells.</p>' in html
    assert "<del>" in html
    assert "<ins>" in html
    assert html.count("Use this again") == 1


def test_it_is_used_again_and_taken_back(client, student):
    save(client, who="I study wells.", hopes="To learn.")
    save(client, who="I study rivers.", hopes="To swim.")
    page = again(client, "I study wells.")
    mine = Introduction.objects.get(student=student)
    assert (mine.who, mine.hopes, mine.version) == ("I study wells.", "To learn.", 4)
    *_, said = page.context["messages"]
    assert str(said).startswith("Your introduction is as it was ")
    client.post(said.extra_tags)
    mine.refresh_from_db()
    assert (mine.who, mine.hopes) == ("I study rivers.", "To swim.")
    assert kept() == ["I study rivers.", "I study wells."]
    assert words(client.get(PAGE)).count("Use this again") == 1  # what it says now is not among them


def test_words_saved_by_themselves_are_not_lost_by_using_others(client):
    save(client, who="I study wells.")
    save(client, script=True, who="I study rivers.")
    save(client, script=True, who="Half a sen")
    again(client, "I study wells.")
    assert kept() == ["Half a sen", "I study wells."]


def test_another_window_does_not_write_over_what_was_used_again(client):
    save(client, who="I study wells.")
    save(client, who="I study rivers.")
    again(client, "I study wells.")
    assert client.post(PAGE, {"version": 3, "who": "Typed before."}).status_code == 409


def test_what_is_used_again_is_the_students_own(client, as_, other_student):
    theirs = EarlierIntroduction.objects.create(student=other_student, who="ZQ", said_at=timezone.now())
    assert client.post(reverse("introduction_again", args=[theirs.pk])).status_code == 404
    assert "ZQ" not in words(client.get(PAGE))


def test_no_coach_reads_it_even_where_the_introduction_is_shared(client, as_, student, coach):
    save(client, who="ZQ I study wells.")
    save(client, who="I study rivers.")
    client.post("/me/introduction/share/", {"on": "1"})
    reader = as_(coach)
    page = words(reader.get(f"/coach/students/{student.student_profile.pk}/"))
    assert ("I study rivers." in page, "ZQ" in page) == (True, False)


def test_the_page_asks_as_often_for_twenty(client, student, django_assert_num_queries):
    save(client, who="Now.")
    EarlierIntroduction.objects.create(student=student, who="Then.", said_at=timezone.now())
    client.get(PAGE)
    with django_assert_num_queries(QUERIES):
        client.get(PAGE)
    for n in range(19):
        EarlierIntroduction.objects.create(student=student, who=f"Then {n}.", said_at=timezone.now() - n * DAY)
    with django_assert_num_queries(QUERIES):
        client.get(PAGE)


QUERIES = 8  # two of them: who reads it now, and what was said of it
