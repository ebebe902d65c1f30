"""What a person says of a thing to do (done, later, not needed), on Today and on the list, and its undo."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils.html import strip_tags

from apps.interviews.lifecycle.models import InterviewRequest
from apps.mail.models import OutboundMessage
from apps.network.models import ActionStep, Cadence
from apps.reminders import sweep
from apps.reminders.models import STAND_IN, Notice
from tests import world

pytestmark = [pytest.mark.django_db]
H = timedelta(hours=1)
DAY = timedelta(days=1)
WORDS = ("done", "dismiss", "day", "week")


def act(client, thing, word, back="today", **data):
    return client.post(reverse("notice_act"), {"thing": thing, "act": word, "back": back} | data, follow=True)


def undo(client, page):
    action = re.search(r'rp-toast" method="post" action="([^"]+)"', page.content.decode())[1]
    return client.post(action, {"undo": "1"}, follow=True)


def titles(client):
    context = client.get(reverse("today")).context
    return [task.title for task in (context["first"], *context["others"]) if task]


def everything(client):
    """Return the titles of the list, in every part of it."""
    context = client.get(reverse("notices")).context
    return sorted([one.title for one in (*context["waiting"], *context["others"])])


def rows():
    """Return all that is known of every notice."""
    return list(Notice.objects.order_by("pk").values())


@pytest.fixture
def tasks(student):
    """One of each kind of task, by its thing, with its title."""
    today = world.NOW.astimezone(student.zone).date()
    person = {
        name: world.contact(student, name) for name in ("Ada Moe", "Ben Lee", "Cy Dow", "Di Fox", "Eve Gray", "Flo Hu")
    }
    held = world.interview(student, person["Ada Moe"], starts_at=world.NOW - 21 * H, status="completed")
    near = world.interview(student, person["Ben Lee"], starts_at=world.NOW + 30 * H)
    draft = world.interview_request(student, person["Cy Dow"])
    InterviewRequest.objects.filter(pk=draft.pk).update(updated_at=world.NOW - DAY)
    countered = {"status": "countered", "turn": "student", "answered_at": world.NOW - 2 * H}
    asked = world.sent_request(student, person["Di Fox"], at=world.NOW - 3 * DAY, **countered)
    step = ActionStep.objects.create(student=student, contact=person["Eve Gray"], text="Learn R", due_on=today)
    kept = Cadence.objects.create(
        student=student, contact=person["Flo Hu"], months=3, due_on=today, chosen_at=world.NOW
    )
    return {
        f"thank-you:{held.pk}": "Thank Ada Moe",
        f"prepare:{near.pk}": "Prepare for Ben Lee",
        f"draft:{draft.pk}": "Finish your request to Cy Dow",
        f"replied:{asked.pk}": "Pick a time with Di Fox",
        f"action-step:{step.pk}": "Learn R",
        f"cadence:{kept.pk}": "Write to Flo Hu",
    }


@time_machine.travel(world.NOW, tick=False)
@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("swept", [False, True])
def test_every_kind_of_task_goes_from_today_and_the_list_and_comes_back_by_undo(tasks, student, as_, word, swept):
    if swept:
        sweep.run(world.NOW)
    client = as_(student)
    client.get(reverse("notices"))  # seen
    for thing, title in tasks.items():
        before, listed, step = rows(), everything(client), list(ActionStep.objects.values())
        page = act(client, thing, word)
        assert page.redirect_chain[-1][0] == reverse("today")
        assert swept or f": {title}" in page.content.decode()
        assert title not in titles(client)
        assert len(everything(client)) == len(listed) - 1
        back = undo(client, page)
        assert (back.redirect_chain[-1][0], "It’s back in To do." in back.content.decode()) == (reverse("today"), True)
        assert (rows(), everything(client), list(ActionStep.objects.values())) == (before, listed, step)


@time_machine.travel(world.NOW, tick=False)
def test_what_is_done_counts_for_the_week_and_what_is_dismissed_does_not(tasks, student, as_):
    client = as_(student)
    things = iter(tasks)
    act(client, next(things), "done")
    page = act(client, next(things), "dismiss")
    assert (page.context["week"].done, page.context["week"].titles) == (1, ["Thank Ada Moe"])


@time_machine.travel(world.NOW, tick=False)
def test_a_step_that_is_done_on_today_is_done_with_its_person(tasks, student, as_):
    step = ActionStep.objects.get()
    page = act(as_(student), f"action-step:{step.pk}", "done")
    step.refresh_from_db()
    assert step.done_at == world.NOW
    undo(as_(student), page)


@time_machine.travel(world.NOW + 2 * H, tick=False)
def test_the_undo_of_a_snooze_mails_nobody_a_second_time(student, as_):
    world.interview(student, world.contact(student), starts_at=world.NOW - 19 * H, status="completed")
    sweep.run(world.NOW + 2 * H)
    mailed = OutboundMessage.objects.count()
    notice = Notice.objects.get(rule="thank-you-first")
    assert (mailed, notice.mailed_at) == (1, world.NOW + 2 * H)
    client = as_(student)
    undo(client, act(client, notice.thing, "day"))
    sweep.run(world.NOW + 3 * H)
    assert OutboundMessage.objects.count() == mailed


@time_machine.travel(world.NOW, tick=False)
def test_only_the_last_word_about_the_same_thing_is_taken_back(tasks, student, as_):
    """The undo of an older page puts the thing back on the list, and leaves the newer word alone."""
    sweep.run(world.NOW)
    client = as_(student)
    old = act(client, f"thank-you:{_pk(tasks, 'thank-you')}", "done")
    new = act(client, f"action-step:{_pk(tasks, 'action-step')}", "dismiss")
    undo(client, old)
    assert ("Thank Ada Moe" in titles(client), "Learn R" in titles(client)) == (True, False)
    undo(client, new)
    assert Notice.objects.get(rule="action-step").closed_at is None


def _pk(tasks, kind):
    return next(int(thing.partition(":")[2]) for thing in tasks if thing.startswith(f"{kind}:"))


@time_machine.travel(world.NOW, tick=False)
def test_what_is_snoozed_comes_back_on_its_day_and_nobody_is_mailed_about_a_draft(tasks, student, as_):
    client, draft = as_(student), f"draft:{_pk(tasks, 'draft')}"
    act(client, draft, "day")
    sweep.run(world.NOW + H)
    stand_in = Notice.objects.get(rule=STAND_IN)
    assert (stand_in.closed_at, [one.pk for one in client.get(reverse("notices")).context["asleep"]]) == (
        None,
        [stand_in.pk],
    )
    with time_machine.travel(world.NOW + 2 * DAY, tick=False):
        sweep.run(world.NOW + 2 * DAY)
        assert tasks[draft] in everything(as_(student))
    stand_in.refresh_from_db()
    assert (stand_in.closed_as, stand_in.message) == ("gone", None)
    assert not OutboundMessage.objects.filter(subject__contains="Cy Dow").exists()


@time_machine.travel(world.NOW, tick=False)
def test_what_was_said_on_today_holds_for_the_reminder_of_the_same_thing(tasks, student, as_):
    """Nobody is reminded of what they said is done before the reminder came."""
    client = as_(student)
    for kind in ("replied", "cadence"):
        act(client, f"{kind}:{_pk(tasks, kind)}", "dismiss")
    sweep.run(world.NOW + 23 * H)
    assert set(Notice.objects.filter(rule__in=["replied", "cadence"]).values_list("closed_as", flat=True)) == {
        "dismissed"
    }


@time_machine.travel(world.NOW, tick=False)
def test_a_new_reply_is_a_new_thing_to_do(tasks, student, as_):
    client, pk = as_(student), _pk(tasks, "replied")
    act(client, f"replied:{pk}", "done")
    assert tasks[f"replied:{pk}"] not in titles(client)
    InterviewRequest.objects.filter(pk=pk).update(answered_at=world.NOW + H)
    with time_machine.travel(world.NOW + 2 * H, tick=False):
        assert tasks[f"replied:{pk}"] in titles(as_(student))
        sweep.run(world.NOW + 26 * H)
    assert Notice.objects.get(rule="replied").closed_at is None


@time_machine.travel(world.NOW, tick=False)
@pytest.mark.parametrize("thing", ["", "x", "thank-you:", "thank-you:999999", "today", ":", "draft:1;drop"])
@pytest.mark.parametrize("word", ["done", "ever"])
def test_a_thing_that_is_not_there_is_refused_in_words(tasks, student, as_, thing, word):
    page = act(as_(student), thing, word)
    assert ("This is no longer in To do." in page.content.decode(), Notice.objects.count()) == (True, 0)


@time_machine.travel(world.NOW, tick=False)
@pytest.mark.parametrize(
    "data", [{"word": "ever"}, {"word": ""}, {"word": "date"}, {"word": "date", "until": "2026-11-12"}]
)
def test_a_word_or_a_day_that_cannot_be_changes_nothing(tasks, student, as_, data):
    thing = next(iter(tasks))
    page = act(as_(student), thing, data.pop("word"), **data)
    assert ("Choose a future day." in page.content.decode(), Notice.objects.count()) == (True, 0)
    assert tasks[thing] in titles(as_(student))


@time_machine.travel(world.NOW, tick=False)
def test_nobody_says_anything_of_a_thing_of_somebody_else(tasks, student, other_student, as_):
    for thing in tasks:
        act(as_(other_student), thing, "done")
    assert (Notice.objects.count(), len(everything(as_(student)))) == (0, len(tasks))
    page = act(as_(student), next(iter(tasks)), "done")
    notice = Notice.objects.get()
    assert as_(other_student).post(reverse("notice_undo", args=[notice.pk])).status_code == 404
    undo(as_(student), page)


@time_machine.travel(world.NOW, tick=False)
def test_the_menu_is_a_form_of_its_own_beside_the_act(tasks, student, as_):
    text = as_(student).get(reverse("today")).content.decode()
    assert text.count('<details class="rp-later"') == 3
    assert (text.count("Done or snooze"), text.count("Snooze or dismiss")) == (2, 1)
    assert text.index("Write the note") < text.index("I already thanked Ada") < text.index("Snooze or dismiss")


def menu_of(page, title):
    """Return what can be said of a thing of the list, in its order."""
    html = page.content.decode()
    item = next(part for part in html.split("<li")[1:] if f">{title}</a>" in part)
    return [
        " ".join(strip_tags(words).split())
        for words in re.findall(
            r"<(?:button|a)\b[^>]*>(.*?)</(?:button|a)>", item.partition("rp-notice-do")[2], re.DOTALL
        )
    ]


@time_machine.travel(world.NOW, tick=False)
def test_nothing_is_done_of_what_is_still_to_come_and_a_thank_you_says_how(student, as_):
    """What is offered fits the thing: a coming conversation is dismissed, and “Done” would not stop the clock."""
    world.interview(student, world.contact(student, "Ben Lee"), starts_at=world.NOW + 20 * H)
    held = world.interview(student, world.contact(student, "Ada Moe"), starts_at=world.NOW - 21 * H, status="completed")
    sweep.run(world.NOW)
    page = as_(student).get(reverse("notices"))
    coming = next(notice.title for notice in page.context["waiting"] if notice.rule == "interview-tomorrow")
    thanks = next(notice.title for notice in page.context["waiting"] if notice.rule == "thank-you-first")
    assert menu_of(page, coming) == [f"Dismiss: {coming}"]
    assert menu_of(page, thanks)[0] == "I already thanked them"
    assert "Done" not in menu_of(page, thanks)
    assert f'href="{reverse("thanked", args=[held.pk])}"' in page.content.decode()
