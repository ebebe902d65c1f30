"""Engines beside each other, and words that lose their reason on the way (A12, A16, A17, A22, A23, A25)."""

import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import psutil
import pytest
from django.db import connections
from django.utils import timezone

from apps.mail import outbox
from apps.mail.delivery import BATCH
from apps.mail.kinds import BUSINESS, FIRST, REMINDER
from apps.mail.models import DeliveryAttempt, DeliveryCycle, OutboundMessage
from apps.reminders.models import Notice
from tests import world
from tests.faults.ground import SCALE, later, ours, promise, scaled, settled, states, wait
from tests.stack import until

H = timedelta(hours=1)
MB = 1024 * 1024
SWEEP = [sys.executable, "manage.py", "shell", "-c", "from apps.reminders.tasks import sweep; sweep()"]


def due_students(count):
    """Make students who talked yesterday: two words are due for each of them."""
    coach = world.coach("Ruth Amsel")
    for n in range(count):
        student = world.student(f"Amira N{n:02}", coach=coach)
        talked_at = timezone.now() - 20 * H - timedelta(minutes=40)
        world.interview(student, world.contact(student), starts_at=talked_at, status="completed")


def test_three_beats_a_worker_and_two_loops_send_each_mail_once(ground, post, found):  # A12
    people, count = scaled(10), scaled(200)
    due_students(people)
    post.pause_s = 0.002
    promise(count)
    for n in range(3):
        ground.beat(n)
    ground.worker()
    for _ in range(2):
        ground.loop()
    until(lambda: {"celery", "loop"} <= engines(), or_say=lambda: ground.said("worker"))
    until(lambda: Notice.objects.exclude(message=None).count() == 2 * people)
    promise(count, key="more")
    settled()
    figures = found("A12", engines=6)
    assert (figures.lost, figures.extra) == ([], 0)
    assert states() == {"sent": 2 * count + reminders().count()}
    assert reminders().count() == Notice.objects.values("message").distinct().count()
    assert Notice.objects.count() == 2 * people


def reminders():
    return ours().filter(key__startswith="notice")


def engines():
    rounds = DeliveryCycle.objects.filter(finished_at__isnull=False)
    return set(rounds.values_list("engine", flat=True))


def test_taking_back_races_the_fence(ground, post, dice, found):  # A16
    count = scaled(1000)
    rows = promise(count)
    for _ in range(2):
        ground.loop()
    until(lambda: post.copies, or_say="Nothing left.")
    results = taken_back([row.key for row in dice.sample(rows, count)])
    settled()
    first = {row.message_id for row in rows if results[row.key]}
    figures = found("A16", raced=count, taken_back=len(first))
    assert [key for key in first if post.count()[key]] == []
    assert (figures.lost, figures.extra) == ([], 0)
    assert states() == {"sent": count - len(first), "cancelled": len(first)}
    assert 0 < len(first) < count  # else nothing raced


def taken_back(keys):
    """Take each back, four at a time. Returns key -> whether it said that it did."""

    def take(part):
        try:
            return {key: outbox.cancel(outbox.Occasion(key)) for key in part}
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        parts = pool.map(take, [keys[n::4] for n in range(4)])
    return {key: done for part in parts for key, done in part.items()}


def test_moved_twice_while_it_was_tried_again(ground, post, found):  # A17
    def say(no):
        return outbox.queue(
            "sign_in_code",
            to="ingrid@there.example",
            occasion=outbox.Occasion(
                f"talk{no}", subject_key="interview:42", subject_no=no, expires_at=timezone.now() + 24 * H
            ),
        )

    post.usually = "450"
    ground.loop()
    versions = [say(1)]
    for no in (2, 3):
        until(lambda n=no - 1: OutboundMessage.objects.filter(subject_no=n, attempts=1, state="pending").exists())
        versions.append(say(no))
    post.usually = "250"
    later(minutes=2)
    settled()
    figures = found("A17", moves=2)
    assert [figures.copies[version.message_id] for version in versions] == [0, 0, 1]
    assert (figures.lost, states()) == ([], {"superseded": 2, "sent": 1})


def deletes(people):
    for person in people:
        person.delete()


def unsubscribes(people):
    for person in people:
        outbox.unsubscribe(person, "digest")


@pytest.mark.parametrize(("number", "leave", "left"), [("A22", deletes, {}), ("A23", unsubscribes, {"obsolete": 5})])
def test_who_went_between_the_word_and_the_sending(ground, post, found, number, leave, left):
    [first] = promise(1, rank=FIRST)
    post.always[first.recipient] = "hold-rcpt"
    due_students(5)
    ground.program("sweep", *SWEEP).process.wait()
    assert reminders().count() == 5  # two words in each
    worker = ground.loop()
    assert post.held.wait(30)
    worker.send(signal.SIGSTOP)
    assert states() == {"sending": 1, "leased": 5}  # the worker holds them already
    leave(list(world.User.objects.filter(email__startswith="amira")))
    post.let_go()
    worker.send(signal.SIGCONT)
    until(lambda: not {"leased", "sending"} & states().keys())
    later(minutes=2)  # the held one may have been too slow for its worker
    settled()
    figures = found(number, people=5)
    assert (figures.lost, figures.extra) == ([], 0)
    assert [copy.to for copy in post.copies] == [first.recipient]
    assert states() == {"sent": 1} | left


def test_people_who_are_deleted_while_their_mail_leaves(ground, post, found):  # A22
    people = [world.person(f"Amira N{n}") for n in range(scaled(30))]
    rows = promise(20 * len(people))
    for n, person in enumerate(people):
        OutboundMessage.objects.filter(pk__in=[row.pk for row in rows[n :: len(people)]]).update(person=person)
    for _ in range(2):
        ground.loop()
    until(lambda: post.copies, or_say="Nothing left.")
    for person in people:
        person.delete()
    settled()
    figures = found("A22 leaving", people=len(people), went_before=len(post.copies))
    assert not world.User.objects.exists()
    assert not ours().exists()
    assert not DeliveryAttempt.objects.exclude(message__kind="office_alert").exists()
    assert (figures.extra, post.count().most_common(1)[0][1]) == (0, 1)
    assert 0 < len(post.copies) < len(rows)  # else nothing was leaving


@pytest.mark.alone
def test_very_many_due_at_once(ground, post, found):  # A25
    count = 2000 if SCALE <= 1 else 100_000
    promise(count, rank=REMINDER)
    loops = [ground.loop() for _ in range(2)]
    until(lambda: len(post.copies) > count / 20, or_say="Nothing left.")
    before = len(post.copies)
    urgent = [promise(1, key="code", rank=FIRST)[0], promise(1, key="accepted", rank=BUSINESS)[0]]
    most = 0
    while ours().due().exists():
        most = max(most, *(psutil.Process(loop.pid).memory_info().rss / MB for loop in loops))
        wait(0.2)
    settled(60)
    order = [copy.message_id for copy in post.copies]
    overtaken = [order.index(message.message_id) - before for message in urgent]
    figures = found("A25", messages=count, memory=f"{most:.0f}MB", before_the_code=overtaken[0])
    assert (figures.lost, figures.extra, states()) == ([], 0, {"sent": count + 2})
    assert most < 300
    assert max(overtaken) <= 4 * BATCH  # what two workers held already, and a busy machine
