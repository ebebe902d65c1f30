"""An open loop is one condition: whoever named somebody is to hear what became of it (R108)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.interviews.debriefing.models import Debrief
from apps.interviews.thanking.models import ThankYou
from apps.network import actions
from apps.network.models import Referral
from apps.reminders.rules import BY_NAME
from tests import world

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def introduced(student):
    """Helen named Marcus, with whom the student talked two days ago, wrote it down and said thank you."""
    marcus, ended_at = world.contact(student, "Marcus Adeyemi"), timezone.now() - 2 * DAY
    talk = world.interview(student, marcus, starts_at=ended_at, status="completed")
    Debrief.objects.create(interview=talk, finished_at=ended_at)
    ThankYou.objects.create(interview=talk, sent_at=ended_at)
    return world.referral(world.contact(student), marcus)


def opened(rows):
    return [(loop.contact.name, loop.talked_at) for loop in rows.open_loops().order_by("pk")]


def test_a_loop_is_open_from_the_first_talk_until_the_referrer_heard(student, now):
    helen, marcus = world.contact(student), world.contact(student, "Marcus Adeyemi")
    referral = world.referral(helen, marcus)
    world.interview(student, marcus, starts_at=now - 9 * DAY, status="no_show", talked_until=now - 9 * DAY)
    world.interview(student, marcus, starts_at=now + DAY)
    assert opened(Referral.objects) == []
    for days in (3, 8):
        world.interview(student, marcus, starts_at=now - days * DAY, status="completed", talked_until=now - days * DAY)
    world.interview(student, world.contact(student, "Grace Otieno"), starts_at=now - DAY, status="completed")
    assert opened(Referral.objects) == opened(helen.named) == [("Marcus Adeyemi", now - 8 * DAY)]
    actions.close_loop(referral, now=now)
    assert opened(Referral.objects) == []


def test_who_is_put_away_is_not_to_be_told_until_taken_back(introduced, now):
    actions.archive(introduced.referrer, now=now)
    assert opened(Referral.objects) == []
    actions.restore(introduced.referrer)
    assert [name for name, _ in opened(Referral.objects)] == ["Marcus Adeyemi"]


def told_of(referral, client):
    """Return the places at which an open loop is spoken of."""
    helen, marcus = referral.referrer, referral.contact
    talk = marcus.interviews.get()
    places = {
        "today": (reverse("today"), f"{reverse('contact_write', args=[helen.pk])}?loop={referral.pk}"),
        "network": (reverse("network"), f"{reverse('contact_write', args=[helen.pk])}?loop={referral.pk}"),
        "referrer": (helen.get_absolute_url(), "Tell Helen how it went with Marcus Adeyemi."),
        "named": (marcus.get_absolute_url(), "You haven’t told Helen how it went."),
        "letter": (reverse("contact_write", args=[helen.pk]), "Say how it went with Marcus Adeyemi"),
        "thanked": (reverse("thanked", args=[talk.pk]), "Helen suggested Marcus. People like to hear how it went."),
    }
    found = [place for place, (url, words) in places.items() if words in client.get(url).content.decode()]
    return found + ["reminder"] * len(BY_NAME["close-loop"].rows(timezone.now()))


def test_every_page_and_the_reminder_agree_whether_a_loop_is_open(introduced, student, as_):
    client = as_(student)
    everywhere = ["today", "network", "referrer", "named", "letter", "thanked", "reminder"]
    assert told_of(introduced, client) == everywhere
    actions.archive(introduced.referrer, now=timezone.now())
    assert told_of(introduced, client) == []
    actions.restore(introduced.referrer)
    assert told_of(introduced, client) == everywhere
    actions.close_loop(introduced, now=timezone.now())
    assert told_of(introduced, client) == []
