"""Every state x every event through the acts, and every event x everybody through the pages (B7).

A case is a state: its world is made once, and each event begins there, for what the one before did is taken back.
"""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from apps.accounts.models import MailLink
from apps.alumni.models import AlumniProfile
from apps.interviews import deadlines
from apps.interviews.answering import actions as answering
from apps.interviews.asking import actions as asking
from apps.interviews.asking import mails as asking_mails
from apps.interviews.asking import reviews
from apps.interviews.asking.models import Review
from apps.interviews.debriefing import actions as debriefing
from apps.interviews.lifecycle.models import InterviewRequest, LifecycleEvent
from apps.interviews.lifecycle.moves import CALLED_OFF, INTERVIEW_MOVES, REQUEST_MOVES, InterviewStatus, RequestStatus
from apps.interviews.scheduling import actions as scheduling
from apps.mail.models import OutboundMessage
from apps.policy.models import Policy
from apps.web.answers import Refused
from tests.access.stage import PEOPLE
from tests.interviews import steps

DAY = timedelta(days=1)


@pytest.fixture
def at():
    return timezone.now()


def put(row, status, **values):
    """Bring a row into a state as an import would, with the trigger off."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        type(row).objects.filter(pk=row.pk).update(status=status, **values)
        cursor.execute("SET session_replication_role = origin")
    row.refresh_from_db()


@contextmanager
def taken_back():
    """Undo what is done inside: to the rows, and to what this process remembers of them."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    caches["near"].clear()


def afresh(*rows):
    """Return the rows as they stand in the database, without what was worked out about them."""
    return [type(row)._base_manager.get(pk=row.pk) for row in rows]


def refused(act):
    try:
        act()
    except Refused:
        return True
    return False


def window(at, days=9):
    start = at.replace(minute=0, second=0, microsecond=0) + timedelta(days=days)
    return [(start, start + timedelta(hours=1), "America/Chicago")]


def slot(asked, by, at):
    return answering.open_slots(asked, by=by, now=at)[0].value


# --- a request --------------------------------------------------------------------------------------------------------

OUTSIDE = ("arrange", "turned_down")  # of a person who is not in the directory


@pytest.fixture
def ask(student, alum, coach, at):
    """Return a function that brings the request into a state, with all that the state has beside it."""
    draft = steps.draft(student, alum, at)

    def bring(status, event=""):
        (asked,) = afresh(draft)
        if event in OUTSIDE:
            asked.alum = None
            asked.save()
        steps.offer(asked, window(at, 12)[0][0], by="alum")
        sent = {"sent_at": at - DAY, "leaves_at": at - DAY, "deadline_at": at + (DAY if event != "expire" else -DAY)}
        turn = "alum" if status == "sent" else "student" if status == "countered" else ""
        more = {} if status in ("draft", "in_review") else sent
        put(asked, status, turn=turn, has_question=status == "countered" and event == "reply", **more)
        if status == "in_review":
            Review.objects.create(request=asked, coach=coach, asked_at=at, due_at=at)
        if event == "take_back" and status == "sent":  # it has not left yet
            put(asked, status, leaves_at=at + DAY)
            asking_mails.letter(asked, list(asked.windows.filter(offered_by="student")), policy=Policy.now())
        if event == "hold_back" and status == "sent":  # it is about to leave, and the alum pauses
            put(asked, status, send_at=at, leaves_at=at)
            asking_mails.letter(asked, list(asked.windows.filter(offered_by="student")), policy=Policy.now())
            AlumniProfile.objects.filter(pk=asked.alum_id).update(is_paused=True)
        return asked

    return bring


def acts_on_request(asked, student, alum, coach, at):
    """Return {event: what makes it happen}, each by the one whose it is."""
    return {
        "submit": lambda: reviews.submit(asked, by=student, now=at),
        "reclaim": lambda: reviews.reclaim(asked, by=student, now=at),
        "return": lambda: reviews.return_(asked, by=coach, now=at),
        "approve": lambda: reviews.approve(asked, by=coach, now=at),
        "send": lambda: asking.send(asked, by=student, now=at),
        "take_back": lambda: asking.take_back(asked, by=student, now=at),
        "counter": lambda: answering.counter(asked, windows=window(at), note="", by=alum, now=at),
        "offer_again": lambda: answering.offer_again(asked, windows=window(at), note="", by=student, now=at),
        "question": lambda: answering.question(asked, note="Why audits?", by=alum, now=at),
        "reply": lambda: answering.reply(asked, note="To learn", by=student, now=at),
        "accept": lambda: answering.accept(asked, slot=slot(asked, "student", at), format="video", by=alum, now=at),
        "accept_offer": lambda: answering.accept_offer(
            asked, slot=slot(asked, "alum", at), format="video", by=student, now=at
        ),
        "arrange": lambda: answering.arrange(asked, starts_at=window(at)[0][0], format="phone", by=student, now=at),
        "decline": lambda: answering.decline(asked, by=alum, now=at),
        "turned_down": lambda: answering.turned_down(asked, by=student, now=at),
        "reconsider": lambda: answering.reconsider(asked, by=alum, now=at),
        "withdraw": lambda: asking.withdraw(asked, by=student, now=at),
        "hold_back": lambda: deadlines.hold_back(at),
        "expire": lambda: deadlines.expire(at),
    }


SAME_AGAIN = {("reconsider", "sent"), ("reconsider", "countered")}  # open is what it asks for: nothing to do
CLOCK = {"expire", "hold_back"}  # what only waits for its time refuses nobody


@pytest.mark.parametrize("status", RequestStatus.values)
def test_a_request_moves_as_the_table_says_and_no_otherwise(ask, student, alum, coach, at, status):
    for event in REQUEST_MOVES:
        with taken_back():
            asked = ask(status, event)
            acts = acts_on_request(asked, *afresh(student, alum, coach), at)
            assert set(acts) == set(REQUEST_MOVES)
            moves_the_request(asked, event, acts[event])


def moves_the_request(asked, event, act):
    """The event happens where the table has it; elsewhere it is refused, and nothing has happened."""
    froms, to, _ = REQUEST_MOVES[event]
    status, mails = asked.status, OutboundMessage.objects.count()
    said_no = refused(act)
    asked.refresh_from_db()
    if status in froms:
        told = asked.events.order_by("pk").last()
        moved = (told.event, told.was, told.became) if told else None
        assert (said_no, asked.status, moved) == (False, str(to), (event, status, str(to)))
        return
    same = event in CLOCK or (event, status) in SAME_AGAIN
    counts = (OutboundMessage.objects.count(), LifecycleEvent.objects.count())
    assert (event, said_no, asked.status, counts) == (event, not same, status, (mails, 0))


# --- a conversation ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", InterviewStatus.values)
@pytest.mark.parametrize("when", ["ahead", "over"])
def test_a_conversation_moves_as_the_table_says_and_only_in_its_time(student, alum, at, status, when):
    agreed = steps.agreed(student, alum, at)
    scheduling.propose(agreed, windows=window(at), note="An exam", actor="student", by=student, now=at)
    put(agreed, status, talked_until=agreed.ends_at if status == "completed" else None)
    now = at if when == "ahead" else agreed.ends_at + timedelta(hours=1)
    for event in INTERVIEW_MOVES:
        with taken_back():
            talk, *people = afresh(agreed, student, alum)
            if event == "retime":  # the times of the letter hold until the student asks for something else
                talk.proposals.all().delete()
                talk.events.filter(event="propose").delete()
            acts = acts_on_talk(talk, *people, at, now)
            assert set(acts) == set(INTERVIEW_MOVES)
            moves_the_talk(talk, event, acts[event], is_over=when == "over")


def acts_on_talk(talk, student, alum, at, now):
    """Return {event: what makes it happen}, each by the one whose it is."""
    asked_for = window(at)[0][0].strftime("%Y%m%dT%H%MZ")
    return {
        "reschedule": lambda: scheduling.reschedule(talk, slot=asked_for, actor="alum", by=alum, now=now),
        "retime": lambda: scheduling.reschedule(
            talk, slot=steps.slot(talk.request, at, -1), actor="alum", by=alum, now=now
        ),
        "cancel": lambda: scheduling.cancel(talk, actor="alum", by=alum, now=now),
        "complete": lambda: debriefing.took_place(talk, by=student, now=now),
        "no_show": lambda: debriefing.did_not_happen(talk, by=student, now=now),
        "set_again": lambda: scheduling.reschedule(talk, slot=asked_for, actor="alum", by=alum, now=now),
    }


def moves_the_talk(talk, event, act, *, is_over):
    """The event happens where the table has it and its time has come; elsewhere it is refused, and nothing happens."""
    status = talk.status
    if event == "reschedule" and status in CALLED_OFF:  # one button, two moves
        event = "set_again"
    if event == "set_again" and status == "scheduled":
        event = "reschedule"
    mails, events = OutboundMessage.objects.count(), LifecycleEvent.objects.count()
    in_time = is_over == (event in ("complete", "no_show")) or (event, status) == ("complete", "no_show")
    said_no = refused(act)
    talk.refresh_from_db()
    if status in INTERVIEW_MOVES[event][0] and (in_time or event == "set_again"):
        told = talk.events.order_by("pk").last()
        became = str(INTERVIEW_MOVES[event][1])
        assert (said_no, talk.status, told.event, told.was) == (False, became, event, status)
        return
    same = {"complete": "completed", "no_show": "no_show"}.get(event) == status
    counts = (OutboundMessage.objects.count(), LifecycleEvent.objects.count())
    assert (event, said_no, talk.status, counts) == (event, not same, status, (mails, events))


# --- everybody, by the pages ------------------------------------------------------------------------------------------


def pages(asked, at):
    """Return {event: (state, address, form, who gets through)}: what each page's button sends."""
    first = {"slot": slot(asked, "student", at), "format": "video"}
    theirs = {"slot": slot(asked, "alum", at), "format": "video"}
    day = window(at)[0][0].astimezone(asked.student.zone).date().isoformat()
    times = {"w0-day": day, "w0-starts": "10:00", "w0-ends": "12:00"}
    mine, by_alum, by_link = f"/requests/{asked.pk}/", f"/alum/requests/{asked.pk}/", f"/answer/{asked.pk}/"
    review = f"/coach/reviews/{asked.pk}/verdict/"
    return [
        ("send", "draft", f"{mine}send/", {"version": asked.version}, {"student"}),
        ("reclaim", "in_review", f"{mine}back/", {}, {"student"}),
        ("approve", "in_review", review, {"verdict": "approve"}, {"coach"}),
        ("return", "in_review", review, {"verdict": "return"}, {"coach"}),
        ("withdraw", "sent", f"{mine}withdraw/", {}, {"student"}),
        ("offer_again", "countered", f"{mine}answer/", times, {"student"}),
        ("accept_offer", "countered", f"{mine}answer/", theirs, {"student"}),
        *(
            (event, status, f"{door}{event}/", form, who)
            for door, who in ((by_alum, {"alum"}), (by_link, {"by_link"}))
            for event, status, form in (
                ("accept", "sent", first),
                ("counter", "sent", times),
                ("question", "sent", {"note": "Why audits?"}),
                ("decline", "countered", {}),
                ("reconsider", "declined", {}),
            )
        ),
    ]


def test_a_button_works_for_the_one_whose_it_is_and_for_nobody_else(ask, everybody, as_, at):
    asked = ask("draft")
    browsers = {name: as_(everybody[name]) for name in PEOPLE}
    browsers["by_link"] = Client()
    browsers["by_link"].get(f"/a/{MailLink.make(purpose='answer', object_id=asked.pk, person=everybody['alum'])}/")
    Review.objects.create(request=asked, coach=everybody["coach"], asked_at=at, due_at=at + DAY)
    times = {"sent_at": at - DAY, "leaves_at": at - DAY, "deadline_at": at + 9 * DAY}
    wrong = []
    for event, status, url, form, who in pages(asked, at):
        put(asked, status, turn="student" if status == "countered" else "alum", **({} if status == "draft" else times))
        for name, client in browsers.items():
            moved = moves(client, url, form, asked, event)
            if moved != (name in who):
                wrong.append((event, name, moved))
    assert wrong == []


def moves(client, url, form, asked, event):
    """Press a button, see whether its event happened, and take everything back."""
    with transaction.atomic():
        client.post(url, form)
        happened = InterviewRequest.objects.get(pk=asked.pk).events.filter(event=event).exists()
        transaction.set_rollback(True)
    return happened
