"""Choosing times on a week, page by page: a draft, a counter-offer, a move; every box works without a script."""

import re
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.clock import times
from apps.interviews.lifecycle.models import ParticipantTime, TimeWindow
from apps.interviews.scheduling import week
from apps.policy.models import Holiday, Policy
from tests import world
from tests.interviews import steps

HOME = ZoneInfo("America/Chicago")


@pytest.fixture
def at():
    return timezone.now()


@pytest.fixture
def draft(student, alum, at):
    asked = steps.draft(student, alum, at)
    asked.windows.all().delete()
    return asked


@pytest.fixture
def url(draft):
    return reverse("request_times_week", args=[draft.pk])


def text(answer):
    return answer.content.decode()


def version(answer):
    found = re.search(r'name="version" value="(\d+)"', text(answer))
    return found[1] if found else "0"


def press(client, url, data, **options):
    """Press a button of the week as it is shown now."""
    return client.post(url, {"version": version(client.get(url))} | data, **options)


def boxes(answer):
    return re.findall(r'<input class="rp-slot"[^>]*value="(\w+)"', text(answer))


def chosen(answer):
    found = re.findall(r'<input class="rp-slot"[^>]*value="(\w+)"[^>]* checked>', text(answer))
    return sorted(found + re.findall(r'<input type="hidden" name="slot" value="(\w+)">', text(answer)))


def nine(at, days):
    """Name the half hours from nine to ten in the morning, some days ahead."""
    day = times.local_date(at, HOME) + timedelta(days=days)
    first = times.midnight(day, HOME) + timedelta(hours=9)
    return [week.name_of(first), week.name_of(first + timedelta(minutes=30))]


def offered(asked, by="student"):
    rows = TimeWindow.objects.filter(request=asked, offered_by=by).order_by("starts_at")
    return [(week.name_of(row.starts_at), week.name_of(row.ends_at)) for row in rows]


def two(at, days):
    first, second = nine(at, days)
    return (first, week.name_of(week.moment_of(second) + week.STEP))


# --- the student ------------------------------------------------------------------------------------------------------


def test_the_composer_leads_to_the_week_and_keeps_the_words(as_, student, draft):
    client = as_(student)
    assert "Choose times on a week" in text(client.get(draft.get_absolute_url()))
    data = {"version": draft.version, "subject": "Another subject", "week": "1"}
    answer = client.post(reverse("request_times", args=[draft.pk]), data)
    assert answer.url == reverse("request_times_week", args=[draft.pk])
    draft.refresh_from_db()
    assert draft.subject == "Another subject"


def test_half_hours_become_times_and_take_the_place_of_those_before(as_, student, draft, url, at):
    steps.offer(draft, at + timedelta(days=9))
    names = [*nine(at, 3), *nine(at, 5), nine(at, 20)[0]]
    answer = press(as_(student), url, {"slot": names, "offer": "1"})
    assert answer.url == f"{draft.get_absolute_url()}#times"
    last = nine(at, 20)
    assert offered(draft) == [two(at, 3), two(at, 5), (last[0], last[1])]
    assert set(draft.windows.values_list("zone", flat=True)) == {"America/Chicago"}


def test_what_is_offered_already_is_chosen_also_what_no_boxes_can_say(as_, student, draft, url, at):
    first = week.moment_of(nine(at, 4)[0])
    window = TimeWindow(request=draft, offered_by="student", zone="America/Chicago")
    window.starts_at, window.ends_at = first + timedelta(minutes=10), first + timedelta(minutes=70)
    window.save()
    steps.offer(draft, week.moment_of(nine(at, 6)[0]), hours=1)
    client = as_(student)
    answer = client.get(url)
    assert chosen(answer) == nine(at, 6)
    span = re.search(r'name="span" value="([^"]+)"', text(answer))[1]
    press(client, url, {"slot": chosen(answer), "span": span, "offer": "1"})
    assert offered(draft) == [tuple(span.split("/")), two(at, 6)]


def test_another_week_and_the_night_keep_what_is_chosen(as_, student, url, at):
    client, names = as_(student), nine(at, 3)
    first = week.shown_week("", at, "America/Chicago")
    answer = press(client, url, {"slot": names, "shown": first.isoformat(), "week": (first + timedelta(7)).isoformat()})
    assert chosen(answer) == names
    assert f'name="shown" value="{(first + timedelta(7)).isoformat()}"' in text(answer)
    whole = press(client, url, {"slot": names, "shown": first.isoformat(), "all": "1"})
    assert chosen(whole) == names
    assert len(boxes(whole)) > len(boxes(answer))
    assert len(boxes(client.get(f"{url}?all=1"))) == len(boxes(whole))


def test_it_opens_on_the_first_time_that_was_chosen(as_, student, draft, url, at):
    for days in (24, 17):
        steps.offer(draft, week.moment_of(nine(at, days)[0]))
    first = week.first_day(times.local_date(at, HOME) + timedelta(days=17))
    shown = text(as_(student).get(url))
    assert f'name="shown" value="{first.isoformat()}"' in shown
    assert f'value="{nine(at, 17)[0]}"' in shown


def test_why_a_time_cannot_be_offered_stands_beside_it_and_nothing_is_lost(as_, student, draft, url, at):
    draft.minutes = 45
    draft.save()
    names = [*nine(at, 3), nine(at, 4)[0]]
    answer = press(as_(student), url, {"slot": names, "offer": "1"})
    assert (answer.status_code, offered(draft), chosen(answer)) == (422, [], names)
    assert text(answer).count("Make it at least 45 minutes long.") == 2  # above, and beside it
    names = [name for days in range(3, 9) for name in nine(at, days)]
    answer = press(as_(student), url, {"slot": names, "offer": "1"})
    assert (answer.status_code, offered(draft)) == (422, [])
    assert "5 times are enough." in text(answer)
    answer = press(as_(student), url, {"offer": "1"})
    assert (answer.status_code, "Choose at least one time first." in text(answer)) == (422, True)


def test_a_time_is_removed_and_one_is_typed_without_a_script(as_, student, draft, url, at):
    client, names = as_(student), nine(at, 3)
    day = (times.local_date(at, HOME) + timedelta(days=5)).isoformat()
    typed = {"new-day": day, "new-starts": "09:00", "new-ends": "10:00"}
    answer = press(client, url, {"slot": names, "add": "1"} | typed)
    assert chosen(answer) == sorted(names + nine(at, 5))
    answer = press(client, url, {"slot": chosen(answer), "remove": "/".join(two(at, 3))})
    assert chosen(answer) == nine(at, 5)
    answer = press(client, url, {"slot": names, "add": "1"} | typed | {"new-ends": "08:00"})
    assert (answer.status_code, "Choose an end time after the start time." in text(answer), chosen(answer)) == (
        422,
        True,
        names,
    )
    press(client, url, {"slot": names, "offer": "1"} | typed)
    assert offered(draft) == [two(at, 3), two(at, 5)]


def test_what_is_typed_nonsense_harms_nothing(as_, student, draft, url):
    data = {"slot": ["x", "20261301T0000Z"], "span": ["/", "00010101T0000Z/00010102T0000Z"], "week": "x", "day": "x"}
    assert press(as_(student), url, data).status_code == 200
    assert press(as_(student), url, data | {"offer": "1"}).status_code == 422
    assert offered(draft) == []


def test_conversations_and_offers_to_others_are_marked(as_, student, other_alum, alum, url, at):
    contact = world.contact(student, "Marcus Adeyemi")
    talk = world.interview(student, contact, starts_at=week.moment_of(nine(at, 3)[0]))
    ParticipantTime.objects.create(person=student, interview=talk, during=(talk.starts_at, talk.ends_at))
    other = steps.sent(student, other_alum, at)
    other.windows.all().delete()
    steps.offer(other, week.moment_of(nine(at, 5)[0]), hours=1)
    shown = text(as_(student).get(f"{url}?week={times.local_date(at, HOME) + timedelta(days=3)}"))
    shown += text(as_(student).get(f"{url}?week={times.local_date(at, HOME) + timedelta(days=5)}"))
    assert "you talk with Marcus" in shown
    assert f"offered to {other.contact.first_name}" in shown
    assert f'value="{nine(at, 3)[0]}"' not in shown
    assert f'value="{nine(at, 5)[0]}"' in shown


def test_a_script_gets_the_list_alone(as_, student, url, at):
    answer = press(as_(student), url, {"slot": nine(at, 3)}, headers={"HX-Request": "true"})
    assert "<html" not in text(answer)
    assert "9:00 to 10:00\xa0am" in text(answer)
    assert 'id="week-count" role="status" hx-swap-oob="innerHTML"><strong>1 time</strong>' in text(answer)


def test_what_is_no_draft_any_more_leads_to_the_request(as_, student, alum, at):
    asked = steps.sent(student, alum, at)
    before = offered(asked)
    url = reverse("request_times_week", args=[asked.pk])
    answer = press(as_(student), url, {"slot": nine(at, 3), "offer": "1"})
    assert (answer.url, offered(asked)) == (asked.get_absolute_url(), before)


def test_near_days_are_shown_first(as_, student, url, at):
    near = week.near_days(times.local_date(at, HOME))
    first = date.fromisoformat(re.search(r'name="shown" value="([^"]+)"', text(as_(student).get(url)))[1])
    assert sum(first <= day < first + timedelta(7) for day in near) >= 2


def test_a_holiday_of_the_office_is_no_day_to_show_first(as_, student, url, at):
    today = times.local_date(at, HOME)
    Holiday.objects.bulk_create(Holiday(on=today + timedelta(days=ahead), name="Break") for ahead in range(1, 12))
    first = date.fromisoformat(re.search(r'name="shown" value="([^"]+)"', text(as_(student).get(url)))[1])
    assert first + timedelta(7) > today + timedelta(days=13)


# --- the alum, and who wants to move ----------------------------------------------------------------------------------


@pytest.fixture
def asked(student, alum, at):
    return steps.sent(student, alum, at)


def visitor(message):
    """Return a browser that came in by the link of a mail."""
    client = Client()
    client.get(steps.link_in(message))
    return client


@pytest.fixture
def theirs(asked):
    return visitor(steps.mail("request_sent_to_alum"))


def test_the_alum_counters_from_the_mail(theirs, asked, at):
    url = reverse("answer_times", args=[asked.pk])
    assert f'formaction="{url}"' in text(theirs.get(reverse("answer", args=[asked.pk])))
    shown = text(theirs.get(url))
    assert "for Amira" in shown
    answer = press(theirs, url, {"slot": nine(at, 3), "note": "Any Friday after four, too.", "offer": "1"})
    assert answer.url == reverse("answer", args=[asked.pk])
    asked.refresh_from_db()
    assert (asked.status, asked.answer_note) == ("countered", "Any Friday after four, too.")
    assert offered(asked, "alum") == [two(at, 3)]
    assert asked.windows.get(offered_by="alum").zone == "Europe/Dublin"


def test_another_zone_that_the_alum_chose_stays(theirs, asked, at):
    url = reverse("answer_times", args=[asked.pk])
    page = text(theirs.get(f"{reverse('answer', args=[asked.pk])}?zone=Asia/Tokyo"))
    assert f'formaction="{url}?zone=Asia/Tokyo"' in page
    shown = theirs.get(f"{url}?zone=Asia/Tokyo&all=1")
    assert 'name="zone" value="Asia/Tokyo"' in text(shown)
    answer = press(theirs, url, {"slot": nine(at, 3), "zone": "Asia/Tokyo", "offer": "1"})
    assert answer.url.endswith("?zone=Asia/Tokyo")
    assert asked.windows.get(offered_by="alum").zone == "Asia/Tokyo"


def test_what_was_answered_meanwhile_leads_to_the_page(theirs, asked, at):
    theirs.post(reverse("answer_act", args=[asked.pk, "decline"]))
    answer = theirs.post(reverse("answer_times", args=[asked.pk]), {"slot": nine(at, 3), "offer": "1"})
    assert answer.url == reverse("answer", args=[asked.pk])
    assert offered(asked, "alum") == []


def proposals(talk):
    rows = talk.proposals.order_by("starts_at")
    return [(row.offered_by, week.name_of(row.starts_at), week.name_of(row.ends_at)) for row in rows]


def test_the_alum_asks_to_move_on_a_week(student, alum, at, as_):
    talk = steps.agreed(student, alum, at)
    theirs = visitor(steps.mail("interview_scheduled", recipient=alum.email))
    url = reverse("answer_times", args=[talk.request_id])
    assert f'formaction="{url}"' in text(theirs.get(reverse("answer", args=[talk.request_id])))
    shown = text(theirs.get(f"{url}?week={times.local_date(talk.starts_at, HOME)}&all=1"))
    assert "the time you agreed on" in shown
    press(theirs, url, {"slot": nine(at, 6), "offer": "1"})
    assert proposals(talk) == [("alum", *two(at, 6))]


def test_the_student_asks_to_move_and_says_why(student, alum, at, as_):
    Policy.now()
    Policy.objects.update(move_reason=True)
    talk = steps.agreed(student, alum, at)
    client, url = as_(student), reverse("interview_move_week", args=[talk.pk])
    assert f'formaction="{url}"' in text(client.get(reverse("interview_move", args=[talk.pk])))
    answer = press(client, url, {"slot": nine(at, 6), "offer": "1"})
    assert ("Add a short reason." in text(answer), chosen(answer), proposals(talk)) == (True, nine(at, 6), [])
    answer = press(client, url, {"slot": nine(at, 6), "note": "An exam was moved.", "offer": "1"})
    assert answer.url == talk.get_absolute_url()
    assert proposals(talk) == [("student", *two(at, 6))]


def test_a_conversation_outside_the_directory_has_no_week(student, as_):
    contact = world.contact(student, "Helen Varga")
    talk = world.interview(student, contact, starts_at=timezone.now() + timedelta(days=2))
    answer = as_(student).get(reverse("interview_move_week", args=[talk.pk]))
    assert answer.url == reverse("interview_move", args=[talk.pk])
