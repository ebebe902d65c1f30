"""Practice with a friend: a link without an account, what it shows and what it never shows, how it ends (R85, R86)."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from urllib.parse import unquote

import pytest
import time_machine
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from apps.accounts.models import MailLink
from apps.interviews.preparing import actions as preparing
from apps.mail.models import OutboundMessage
from apps.practice import friends, page_friend, progress
from apps.practice.models import Feedback, FriendPractice
from apps.web.answers import Refused
from tests import world
from tests.accounts.test_nothing_to_open import dump
from tests.practice.test_practice import booked, slot

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 12, 16, 40, tzinfo=UTC)  # a Thursday, 10:40 am in Chicago
DAY = timedelta(days=1)
INVITE = reverse("practice_friend")
WORDS = {"name": "Sam", "plays": "a city planner", "talk": "0", "days": "7", "wishes": ["ending"]}
SAID = {"do": "share", "introduction": "2", "listening": "3", "words": "Keep the silence.", "minutes": "18"}


@pytest.fixture(autouse=True)
def _thursday():
    with time_machine.travel(NOW, tick=False):
        yield


def text_of(answer):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split()).replace(" , ", ", ")


def talk_of(student, **fields):
    contact = world.contact(student, name="Teresa Quillfeather", **fields)
    talk = world.interview(student, contact, starts_at=NOW + 3 * DAY)
    one = preparing.add_own(talk, text="What surprised you in your first week?", now=NOW)
    preparing.change_question(talk, number=one.pk, values={"because": "They left a bank", "theme": "day"}, now=NOW)
    return talk


def invited(client, **changes):
    """Return the practice and its link, as the student sees it."""
    page = client.post(INVITE, WORDS | changes, follow=True)
    practice = FriendPractice.objects.latest("pk")
    return practice, re.search(r'id="friend-link">([^<]+)<', page.content.decode())[1]


def friend(link):
    """Return the browser of somebody without an account who opened the link, and the page."""
    client = Client()
    return client, client.get(_path(link), follow=True)


def _path(link):
    return "/" + link.split("/", 3)[3]


def test_a_friend_plays_by_a_link_and_the_student_reads_what_they_noticed(student, as_):
    me, talk = as_(student), talk_of(student)
    practice, link = invited(me, talk=str(talk.pk))
    client, page = friend(link)
    said = text_of(page)
    assert page.redirect_chain == [(reverse("practice_play", args=[practice.pk]), 302)]
    assert "You play a city planner. Talk for 20 minutes" in said
    assert "What surprised you in your first week? Describe yesterday" in said
    assert "ending on time" in said
    assert not Feedback.objects.exists()  # to look changes nothing
    sent = client.post(page.request["PATH_INFO"], SAID, follow=True)
    assert "Thank you. Amira can read it now." in text_of(sent)
    assert "New feedback" in text_of(me.get(INVITE))
    mine = text_of(me.get(reverse("practice_friend_one", args=[practice.pk])))
    assert "What Sam noticed Keep the silence." in mine
    assert "Introduction Getting there" in mine
    assert "18 minutes" in mine
    assert "New feedback" not in text_of(me.get(INVITE))


def test_the_friend_reads_nothing_private(student, as_):
    """Neither whom it is for, nor why a question is asked, nor more of the student than a first name."""
    talk = talk_of(student)
    preparing.save_research(talk, version=1, values={"goals": "Leave my job", "about_person": "Likes tea"}, now=NOW)
    _, link = invited(as_(student), talk=str(talk.pk))
    page = friend(link)[1].content.decode()
    secrets = ("Quillfeather", "Teresa", "They left a bank", "Leave my job", "Likes tea", "Haddad", student.email)
    assert [secret for secret in secrets if secret in page] == []
    assert page.count("Amira") > 3


def test_questions_of_a_person_who_became_private_are_not_shown(student, as_):
    talk = talk_of(student)
    practice, link = invited(as_(student), talk=str(talk.pk))
    talk.contact.is_private = True
    talk.contact.save()
    assert "What surprised you" not in text_of(friend(link)[1])
    assert len(page_friend.questions_of(FriendPractice.objects.get(pk=practice.pk))) == 6
    assert "Teresa" not in text_of(as_(student).get(INVITE))


def test_without_a_plan_there_is_a_first_set_of_questions(student, as_):
    _, link = invited(as_(student), plays="")
    said = text_of(friend(link)[1])
    assert "You play someone whose work interests Amira." in said
    assert "Always last" in said


def test_the_link_is_kept_as_its_hash_and_shown_to_this_browser_alone(student, as_):
    me = as_(student)
    practice, link = invited(me)
    token = link.rstrip("/").rsplit("/", 1)[1]
    assert MailLink.objects.get(purpose=friends.PURPOSE).token_hash != token
    assert token not in dump()  # the session that shows it once more is sealed
    own = reverse("practice_friend_one", args=[practice.pk])
    page = me.get(own).content.decode()
    assert link in page
    assert link in unquote(unescape(page).partition("mailto:")[2])
    elsewhere = text_of(as_(student).get(own))
    assert "we can’t show it again" in elsewhere
    assert not OutboundMessage.objects.exists()  # Rapport writes to nobody outside


def test_it_ends_by_time_and_by_the_student_who_can_undo_that(student, as_):
    me = as_(student)
    practice, link = invited(me)
    client, page = friend(link)
    address, end = page.request["PATH_INFO"], reverse("practice_friend_end", args=[practice.pk])
    me.post(end)
    assert [client.get(address).status_code, client.post(address, SAID).status_code] == [410, 410]
    assert friend(link)[1].status_code == 410
    me.post(end, {"undo": "1"})
    assert client.get(address).status_code == 200
    with time_machine.travel(NOW + 7 * DAY + timedelta(seconds=1), tick=False):
        assert client.get(address).status_code == 410
        assert Client().get(_path(link)).status_code == 410
        again = as_(student)
        assert "Set up a new practice" in text_of(again.post(end, {"undo": "1"}, follow=True))
    assert not Feedback.objects.exists()


def test_it_is_kept_open_longer_and_a_new_link_closes_the_one_before(student, as_):
    me = as_(student)
    practice, link = invited(me)
    client, page = friend(link)
    change = reverse("practice_friend_link", args=[practice.pk])
    assert "The link works until Thursday, November 26." in text_of(me.post(change, {"longer": "1"}, follow=True))
    with time_machine.travel(NOW + 8 * DAY, tick=False):
        assert client.get(page.request["PATH_INFO"]).status_code == 200
    for _ in range(9):
        last = me.post(change, {"longer": "1"}, follow=True)
    assert "A link can work for up to 60 days" in text_of(last)
    shown = me.post(change, follow=True).content.decode()
    other = re.search(r'id="friend-link">([^<]+)<', shown)[1]
    assert other != link
    assert client.get(page.request["PATH_INFO"]).status_code == 410
    assert friend(other)[1].status_code == 200


def test_a_friend_who_says_nothing_is_told_so_and_nothing_is_sent(student, as_):
    client, page = friend(invited(as_(student))[1])
    answer = client.post(page.request["PATH_INFO"], {"do": "share"})
    assert answer.status_code == 422
    assert "Write a line, or choose a level" in text_of(answer)
    assert not Feedback.objects.exists()


def test_two_windows_of_a_friend_do_not_write_over_each_other(student, as_):
    client, page = friend(invited(as_(student))[1])
    address = page.request["PATH_INFO"]
    seen = re.search(r'name="(seen-[^"]+)" value="([^"]+)"', page.content.decode())
    old = {seen[1]: seen[2]}
    client.post(address, SAID | old)
    both = client.post(address, SAID | old | {"words": "Ask more."})
    assert both.status_code == 409
    assert "Keep the silence." in text_of(both)
    assert Feedback.objects.get().words == "Keep the silence."


def test_a_flood_by_one_link_is_held_back_with_what_was_typed(student, as_):
    cache.clear()
    client, page = friend(invited(as_(student))[1])
    address = page.request["PATH_INFO"]
    answers = [client.post(address, SAID | {"words": f"Thought {number}"}).status_code for number in range(31)]
    assert answers == [302] * 30 + [422]
    last = client.post(address, SAID | {"words": "One more thought"})
    assert "Wait an hour" in text_of(last)
    assert "One more thought" in text_of(last)
    assert Feedback.objects.get().words == "Thought 29"
    cache.clear()


def test_five_links_work_at_a_time(student, as_):
    me = as_(student)
    for _ in range(5):
        invited(me)
    full = me.post(INVITE, WORDS)
    assert full.status_code == 422
    assert "5 of your links work right now" in text_of(full)
    friends.end(FriendPractice.objects.earliest("pk"), now=NOW)
    invited(me)
    assert FriendPractice.objects.open(NOW).count() == 5


def test_nobody_else_sees_that_a_friend_helped(student, other_student, coach, office, as_):
    practice, link = invited(as_(student))
    client, page = friend(link)
    client.post(page.request["PATH_INFO"], SAID)
    for person in (other_student, coach, office):
        assert not FriendPractice.objects.visible_to(person).exists()
    caseload = text_of(as_(coach).get(reverse("caseload_student", args=[student.student_profile.pk])))
    assert "Sam" not in caseload
    with pytest.raises(Refused):
        friends.end(friends.end(practice, now=NOW) or practice, now=NOW)


def test_feedback_is_on_one_practice(student):
    made = FriendPractice.objects.create(student=student, name="Sam", made_at=NOW, open_until=NOW + DAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Feedback.objects.create(words="Of nothing")
    assert Feedback.objects.create(with_friend=made, words="Good").pk


def test_what_changed_over_time_and_what_comes_next(student, coach, as_):
    def steps():
        rungs = progress.ladder(student, NOW + 5 * DAY)
        return [("done" if rung.is_done else "next" if rung.is_next else "") for rung in rungs]

    assert steps() == ["next", "", "", ""]
    made = FriendPractice.objects.create(student=student, name="Sam", made_at=NOW, open_until=NOW + DAY)
    Feedback.objects.create(with_friend=made, introduction=1, time=3, shared_at=NOW)
    assert steps() == ["done", "next", "", ""]
    assert progress.over_time(student) == []
    with_coach = booked(student, slot(coach))
    Feedback.objects.create(practice=with_coach, introduction=3, time=2, closing=4, shared_at=NOW + 5 * DAY)
    assert [(row.name, row.change) for row in progress.over_time(student)] == [
        ("Introduction", "Stronger"),
        ("Time", "Weaker this time"),
    ]
    assert steps() == ["done", "done", "next", ""]
    page = text_of(as_(student).get(reverse("practice_book")))
    assert "Introduction Stronger Not yet November 12, Sam Ready November 16, Ruth" in page
    world.interview(student, world.contact(student, relation="friend"), status="completed", starts_at=NOW - 9 * DAY)
    assert steps() == ["done", "done", "done", "next"]
    world.interview(student, world.contact(student, relation="linkedin"), status="completed", starts_at=NOW - 8 * DAY)
    assert steps() == ["done"] * 4
