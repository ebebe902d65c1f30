"""What is chosen on a week is kept before it is offered: in a request, a counter-offer, a reply and a move."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.clock import times
from apps.interviews.answering import actions as answering
from apps.interviews.asking import actions as asking
from apps.interviews.lifecycle.models import Interview, InterviewRequest
from apps.interviews.scheduling import choosing, slots, week
from tests.interviews import steps

HOME = ZoneInfo("America/Chicago")
SCRIPT = {"X-Autosave": "1"}


@pytest.fixture
def at():
    return timezone.now()


def text(answer):
    return answer.content.decode()


def hour(at, days):
    return times.midnight(times.local_date(at, HOME) + timedelta(days=days), HOME) + timedelta(hours=10)


def nine(at, days):
    """Name the half hours of an hour in the morning, some days ahead."""
    return [week.name_of(hour(at, days)), week.name_of(hour(at, days) + week.STEP)]


def version(answer):
    return re.search(r'name="version" value="(\d+)"', text(answer))[1]


def chosen(answer):
    found = re.findall(r'<input class="rp-slot"[^>]*value="(\w+)"[^>]* checked>', text(answer))
    return sorted(found + re.findall(r'<input type="hidden" name="slot" value="(\w+)">', text(answer)))


@pytest.fixture(params=["request", "counter", "reply", "alum moves", "student moves"])
def place(request, student, alum, at, as_):
    """One of the places with a week: who is there, its address, and the times that were offered in the end."""
    if request.param == "request":
        asked = steps.draft(student, alum, at)
        asked.windows.all().delete()
        return as_(student), reverse("request_times_week", args=[asked.pk]), asked.windows.filter(offered_by="student")
    if request.param in ("counter", "reply"):
        asked = steps.sent(student, alum, at)
        visitor = visitor_of("request_sent_to_alum")
        if request.param == "counter":
            return visitor, reverse("answer_times", args=[asked.pk]), asked.windows.filter(offered_by="alum")
        counter(asked, alum, at)
        url = reverse("request_answer_week", args=[asked.pk])
        return as_(student), url, asked.windows.filter(offered_by="student")
    talk = steps.agreed(student, alum, at)
    if request.param == "alum moves":
        url = reverse("answer_times", args=[talk.request_id])
        return visitor_of("interview_scheduled", recipient=alum.email), url, talk.proposals.filter(offered_by="alum")
    url = reverse("interview_move_week", args=[talk.pk])
    return as_(student), url, talk.proposals.filter(offered_by="student")


def visitor_of(kind, **filters):
    client = Client()
    client.get(steps.link_in(steps.mail(kind, **filters)))
    return client


def counter(asked, alum, at, note="Could it be one of these?"):
    offer = (hour(at, 9), hour(at, 9) + timedelta(hours=1), "Europe/Dublin")
    answering.counter(asked, windows=[offer], note=note, by=alum, now=at)


def test_a_closed_tab_loses_nothing(place, at):
    client, url, offered = place
    before = sorted(offered.values_list("starts_at", "ends_at"))
    data = {"version": version(client.get(url)), "slot": ["", *nine(at, 20)], "note": "After my exam."}
    answer = client.post(url, data, headers=SCRIPT)
    assert answer.status_code == 200
    later = client.get(url)
    assert set(nine(at, 20)) <= set(chosen(later))
    assert version(later) == str(answer.json()["version"])
    if "id_note" in text(later):
        assert "After my exam." in text(later)
    assert sorted(offered.values_list("starts_at", "ends_at")) == before


def test_two_windows_are_shown_both_choices_and_nothing_is_offered(place, at):
    client, url, offered = place
    old = version(client.get(url))
    before = sorted(offered.values_list("starts_at", "ends_at"))
    assert client.post(url, {"version": old, "slot": nine(at, 20)}, headers=SCRIPT).status_code == 200
    for options in ({"headers": SCRIPT}, {}):
        data = {"version": old, "slot": nine(at, 21), "note": "Too late"} | ({} if options else {"offer": "1"})
        late = client.post(url, data, **options)
        assert late.status_code == 409
        assert "Your choice of times was changed in another window." in text(late)
        assert all(times.day(hour(at, days), zone_in(text(late))) in text(late) for days in (20, 21))
    assert ("<html" in text(late), chosen(client.get(url))) == (True, sorted(nine(at, 20)))
    assert sorted(offered.values_list("starts_at", "ends_at")) == before


def zone_in(shown):
    return "Europe/Dublin" if "Dublin time" in shown else "America/Chicago"


def test_what_is_offered_is_not_kept_any_longer_and_a_second_press_changes_nothing(place, at):
    client, url, offered = place
    data = {"version": version(client.get(url)), "slot": nine(at, 20), "note": "Because.", "offer": "1"}
    assert client.post(url, data).status_code == 302
    span = (hour(at, 20), hour(at, 20) + timedelta(hours=1))
    assert list(offered.values_list("starts_at", "ends_at")) == [span]
    for about in (*InterviewRequest.objects.all(), *Interview.objects.all()):
        assert [choosing.unoffered(about, side) for side in ("student", "alum")] == [[], []]
    client.post(url, data)
    assert list(offered.values_list("starts_at", "ends_at")) == [span]


def test_turning_the_page_keeps_what_is_chosen_without_a_script(place, at):
    client, url, _ = place
    data = {"version": version(client.get(url)), "slot": nine(at, 20), "week": str(hour(at, 30).date())}
    shown = client.post(url, data)
    assert chosen(shown) == sorted(nine(at, 20))
    assert chosen(client.get(url)) == sorted(nine(at, 20))


def test_a_time_typed_in_the_composer_meanwhile_is_not_lost(student, alum, at, as_):
    asked = steps.draft(student, alum, at)
    asked.windows.all().delete()
    client, url = as_(student), reverse("request_times_week", args=[asked.pk])
    old = version(client.get(url))
    client.post(url, {"version": old, "slot": nine(at, 20)}, headers=SCRIPT)
    start = hour(at, 22)
    window = asking.offer(asked, starts_at=start, ends_at=start + 2 * week.STEP, zone="America/Chicago", now=at)
    assert chosen(client.get(url)) == sorted([*nine(at, 20), *nine(at, 22)])
    assert client.post(url, {"version": "1", "slot": nine(at, 20), "offer": "1"}).status_code == 409
    asking.withdraw_offer(asked, window=window.pk)
    assert chosen(client.get(url)) == sorted(nine(at, 20))


# --- the student's reply ----------------------------------------------------------------------------------------------


@pytest.fixture
def asked(student, alum, at):
    asked = steps.sent(student, alum, at)
    counter(asked, alum, at)
    asked.refresh_from_db()
    return asked


def test_one_press_accepts_a_time_of_the_alum(as_, student, asked, at):
    client = as_(student)
    shown = text(client.get(asked.get_absolute_url()))
    form = re.search(r"<form[^>]*>(?:(?!</form>).)*name=\"slot\".*?</form>", shown, re.DOTALL)[0]
    first = re.search(r'<button class="rp-choice rp-choice-now" name="slot" value="(\w+)"', form)[1]
    formats = re.findall(r'name="format" value="(\w+)"( checked|>)', form)
    assert formats
    client.post(reverse("request_answer", args=[asked.pk]), {"slot": first, "format": formats[0][0]})
    talk = Interview.objects.get(request=asked)
    assert talk.starts_at == slots.cut(asked.windows.filter(offered_by="alum"), minutes=20, now=at)[0].starts_at


def test_other_times_are_offered_on_a_week_with_what_was_typed(as_, student, asked, at):
    client, url = as_(student), reverse("request_answer_week", args=[asked.pk])
    assert f'formaction="{url}"' in text(client.get(asked.get_absolute_url()))
    day = (times.local_date(at, HOME) + timedelta(days=20)).isoformat()
    typed = {"w0-day": day, "w0-starts": "10:00", "w0-ends": "11:00", "note": "I have class then."}
    shown = client.post(url, typed | {"bring": "1"})
    assert (chosen(shown), "I have class then." in text(shown)) == (sorted(nine(at, 20)), True)
    assert (chosen(client.get(url)), "I have class then." in text(client.get(url))) == (sorted(nine(at, 20)), True)
    again = client.get(url, {"week": str(hour(at, 9).date())})
    assert "Ingrid offered this" in text(again)
    client.post(url, {"version": version(again), "slot": chosen(again), "note": "I have class then.", "offer": "1"})
    asked.refresh_from_db()
    assert (asked.status, asked.turn) == ("countered", "alum")
    assert [window.starts_at for window in asked.windows.filter(offered_by="student")] == [hour(at, 20)]
    assert client.get(url).url == asked.get_absolute_url()


def test_a_question_is_answered_on_the_week_only_with_words(as_, student, alum, at):
    asked = steps.sent(student, alum, at)
    answering.question(asked, note="What have you read?", by=alum, now=at)
    client, url = as_(student), reverse("request_answer_week", args=[asked.pk])
    shown = client.post(url, {"version": "0", "slot": nine(at, 20), "offer": "1"})
    assert (shown.status_code, "Write your answer." in text(shown), chosen(shown)) == (409, True, sorted(nine(at, 20)))
    client.post(url, {"version": version(shown), "slot": nine(at, 20), "note": "Two papers.", "offer": "1"})
    asked.refresh_from_db()
    assert (asked.turn, asked.has_question) == ("alum", False)
