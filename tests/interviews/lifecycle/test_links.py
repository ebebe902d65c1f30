"""Mailed links against those who guess, replay and overwhelm; hostile words (D3 to D6, D8 to D10, D12)."""

import io
import logging
import re
import secrets
from collections import Counter
from datetime import timedelta
from email import message_from_bytes, policy
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from apps.accounts.models import MailLink, token_hash
from apps.accounts.quiet_log import QuietFormatter
from apps.interviews.answering import actions as answering
from apps.interviews.asking import mails as asking_mails
from apps.interviews.lifecycle.models import Interview, InterviewRequest, LifecycleEvent
from apps.interviews.scheduling import actions as scheduling
from apps.mail import letter
from apps.mail.models import OutboundMessage
from apps.network.models import Referral
from apps.policy import models
from apps.web.answers import Refused
from tests import world
from tests.interviews import steps


@pytest.fixture
def at():
    return timezone.now()


@pytest.fixture
def asked(student, alum, at):
    return steps.sent(student, alum, at)


@pytest.fixture
def token(asked):
    return MailLink.make(purpose="answer", object_id=asked.pk, person=asked.alum.user)


# --- guessing (D4) ----------------------------------------------------------------------------------------------------


def near(token):
    """Yield what somebody may try who saw half of a token: one sign changed, cut, doubled, in the other case."""
    yield from (token[:n] + ("A" if token[n] != "A" else "B") + token[n + 1 :] for n in range(len(token)))
    yield from (token[:-1], token[1:], token + "A", token.swapcase(), token * 2, token_hash(token))


def test_of_ten_thousand_forged_tokens_none_is_taken(token, at):
    forged = [*near(token), *(secrets.token_urlsafe(32) for _ in range(10_000))]
    hashes = [token_hash(one) for one in forged]
    assert not MailLink.objects.alive(at).filter(token_hash__in=hashes).exists()
    assert MailLink.objects.found(token, at) is not None


def test_near_misses_all_get_the_one_page(client, token, asked):
    pages = {client.get(f"/a/{one}/").status_code for one in near(token)}
    assert pages == {410}
    assert client.get(reverse("answer", args=[asked.pk])).status_code == 410
    assert client.get(f"/a/{token}/").status_code == 302


def test_only_the_hash_of_a_token_is_kept(token):
    kept = [str(value) for row in MailLink.objects.values_list() for value in row]
    assert not [value for value in kept if token in value]


# --- logs (D6) --------------------------------------------------------------------------------------------------------


@pytest.fixture
def log():
    """Collect what the whole site logs, as the configured lines."""
    line = settings.LOGGING["formatters"]["line"]
    assert line["()"] == f"{QuietFormatter.__module__}.{QuietFormatter.__qualname__}"
    handler = logging.StreamHandler(io.StringIO())
    handler.setFormatter(QuietFormatter(line["format"], style=line["style"]))
    root, before = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield handler.stream
    root.removeHandler(handler)
    root.setLevel(before)


def test_no_token_is_ever_in_a_log(log, token, asked, at):
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    feed = MailLink.make(purpose="calendar-feed", object_id=asked.student_id, person=asked.student)
    MailLink.objects.filter(token_hash=token_hash(feed)).update(revoked_at=at)
    forged = secrets.token_urlsafe(32)
    for one in (token, forged):
        client.get(f"/a/{one}/")
        client.post(f"/a/{one}/")
        client.get(f"/a/{one}/elsewhere/")
    client.get(f"/calendar/{feed}.ics")
    logging.getLogger("apps").error("Mail to %s failed: %s", "x@y.example", f"https://x.example/a/{token}/")
    try:
        raise ValueError(f"No route for /a/{token}/")
    except ValueError:
        logging.getLogger("apps").exception("Not routed")
    said = log.getvalue()
    assert said.count("/a/-/") >= 6
    assert [one for one in (token, forged, feed) if one in said] == []


# --- again and again (D3, D12) ----------------------------------------------------------------------------------------


def test_a_replayed_answer_is_the_answer_that_stands(token, asked, at):
    client = Client()
    client.get(f"/a/{token}/")
    accept = {"slot": steps.slot(asked, at), "format": "video"}
    url = reverse("answer_act", args=[asked.pk, "accept"])
    first, *again = [client.post(url, accept) for _ in range(5)]
    assert (first.status_code, {answer.status_code for answer in again}) == (302, {409})
    assert (Interview.objects.count(), OutboundMessage.objects.filter(kind="interview_scheduled").count()) == (1, 2)
    late = client.post(reverse("answer_act", args=[asked.pk, "decline"]))
    assert (late.status_code, InterviewRequest.objects.get().status) == (409, "accepted")


def test_a_link_cannot_flood_the_student(asked, alum, at):
    for n in range(12):
        answering.question(asked, note=f"And {n}?", by=alum, now=at + timedelta(minutes=n))
    with pytest.raises(Refused, match="limit for suggesting times"):
        answering.question(asked, note="And one more?", by=alum, now=at + timedelta(hours=1))
    assert OutboundMessage.objects.filter(kind="request_question").count() == 12
    assert answering.decline(asked, by=alum, now=at).status == "declined"


def test_a_link_suggests_three_people_at_most(asked, alum, at):
    who = {"about": "", "may_use_name": True, "declines": False, "by": alum, "now": at}
    for name in ("Leila Brandt", "Bo Larsen", "Leila  Brandt", "Kim O’Hara"):
        answering.suggest(asked, name=name, **who)
    with pytest.raises(Refused, match="3 names are plenty"):
        answering.suggest(asked, name="Erin Voss", **who)
    assert (Referral.objects.count(), LifecycleEvent.objects.filter(event="suggest").count()) == (3, 3)
    assert OutboundMessage.objects.filter(kind="request_declined").count() == 3


# --- hostile words (D8, D9, D10) --------------------------------------------------------------------------------------

HOSTILE = [
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "</p></main><a href='https://evil.example'>here</a>{{ secret }}{% url 'home' %}",
    "x\r\nBcc: thief@evil.example\r\n\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nATTENDEE:mailto:thief@evil.example",
    'x\u2028END:VCALENDAR\u2029\x85\x0b\x0cMETHOD:CANCEL;X="y":z\\nLOCATION:there,\\;',
    "=?utf-8?q?=0D=0ABcc:_thief=40evil.example?= \u202egnp.exe\u200f",
]


class Tags(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.found = Counter()
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        if tag != "br":  # the writer's own line breaks
            self.found[tag, tuple(name for name, _ in attributes)] += 1


def story(words, n, coach, at):
    """Play a whole story in which everybody writes `words` wherever they can. Returns its mails, the oldest first."""
    short = " ".join(words.split())[:100]
    student, alum = world.student(f"Amira N{n}", coach=coach), world.alum(f"Ingrid N{n}")
    asked = steps.sent(student, alum, at, formats=["video", "in_person"])
    for person in (student, alum):
        person.name = person.preferred_name = f"Q{words[:70]}"
        person.save()
    alum.alumni_profile.name = f"Q{short}"
    alum.alumni_profile.save()
    contact_name = f"Q{words[:110]}"
    InterviewRequest.objects.filter(pk=asked.pk).update(subject=words[:120], goals=words, part_why=words, sent_text="")
    type(asked.contact).objects.filter(pk=asked.contact_id).update(name=contact_name)
    asked = InterviewRequest.objects.get(pk=asked.pk)
    later = iter(at + timedelta(minutes=m) for m in range(1, 60))
    start = at.replace(minute=0, second=0, microsecond=0) + timedelta(days=20)
    window = [(start, start + timedelta(hours=1), "America/Chicago")]
    asking_mails.letter(_version(asked, 2), list(asked.windows.all()), policy=models.Policy.now())
    answering.question(asked, note=words, by=alum, now=next(later))
    answering.reply(asked, note=words, by=student, now=next(later))
    answering.suggest(
        asked, name=f"Z{short}", about=short, may_use_name=False, declines=False, by=alum, now=next(later)
    )
    answering.counter(asked, windows=window, note=words, by=alum, now=next(later))
    talk = answering.accept(asked, slot=steps.slot(asked, at), format="in_person", by=alum, now=next(later))
    scheduling.set_place(talk, place=words, by=student, now=next(later))
    scheduling.propose(talk, windows=window, note=words, actor="student", by=student, now=next(later))
    scheduling.cancel(talk, actor="alum", by=alum, now=next(later), note=words)
    return list(OutboundMessage.objects.filter(recipient__in=[student.email, alum.email]).order_by("created_at", "pk"))


def _version(asked, number):
    asked.version = number
    asked.leaves_at = timezone.now()
    return asked


def shape(message):
    """Return what must not depend on anybody's words: headers, parts, elements, lines of the calendar."""
    whole = message_from_bytes(letter.letter(message).message().as_bytes(), policy=policy.default)
    return {
        "kind": message.kind,
        "headers": sorted(name.lower() for name in whole),
        "to": str(whole["To"]) == message.recipient,
        "parts": [part.get_content_type() for part in whole.walk()],
        "elements": Tags(message.html).found,
        "calendar": [re.split("[:;]", line)[0] for line in message.ics.replace("\r\n ", "").splitlines()],
        "method": message.ics_method,
    }


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_change_no_mail_and_no_calendar(coach, at, words):
    steps.no_review()
    plain, hostile = story("Quite plain words", 1, coach, at), story(words, 2, coach, at)
    assert [shape(message) for message in hostile] == [shape(message) for message in plain]
    assert len(hostile) >= 12
    for message in hostile:
        assert "evil.example" not in " ".join(re.findall(r'href="([^"]*)"', message.html))
        if message.ics:
            (event,) = [part for part in Calendar.from_ical(message.ics).walk() if part.name == "VEVENT"]
            assert str(event["attendee"]) == f"mailto:{message.recipient}"
