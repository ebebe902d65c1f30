"""Workers that are killed, stopped and asked to go, at every point of a mail's way (reliability.md 7, A1-A3, A24)."""

import signal
import time

import pytest

from apps.mail.models import OutboundMessage
from apps.mail.tasks import ROUND_S
from tests.faults.ground import LEASE, later, ours, promise, scaled, settled, states, wait
from tests.stack import until


def test_sixty_kills_at_random_moments_lose_nothing(ground, post, dice, found):  # A1
    kills, count = scaled(60), scaled(1000)
    post.pause_s = 0.004
    promise(count)
    loops = [ground.loop() for _ in range(4)]
    for _ in range(kills):
        wait(dice.uniform(0.1, 0.3))
        n = dice.randrange(4)
        loops[n].send(signal.SIGKILL)
        loops[n].join(10)
        loops[n] = ground.loop()
    post.pause_s = 0
    settled(120)
    figures = found("A1", kills=kills, messages=count)
    assert figures.lost == []
    assert figures.extra <= kills
    assert figures.max_copies <= 2
    assert states() == {"sent": count}


@pytest.mark.parametrize(
    ("point", "most"),
    [("claim", 0), ("fence", 0), ("before dot", 0), ("dot promised", 0), ("after dot", 1), ("after 250", 1)],
)
def test_a_kill_exactly_after(ground, post, found, point, most):  # A2
    promise(3)
    dying = ground.loop(dies=point)
    dying.join(30)
    assert dying.exitcode == -signal.SIGKILL
    ground.loop()
    later(seconds=LEASE.total_seconds())
    until(lambda: not {"leased", "sending"} & states().keys())
    later(seconds=LEASE.total_seconds())
    settled()
    figures = found(f"A2 {point!r}", kills=1)
    assert figures.lost == []
    assert (figures.extra, states()) == (most, {"sent": 3})
    assert figures.max_copies == 1 + most


def test_a_second_kill_after_the_dot_leaves_the_third_copy_to_a_human(ground, post, found):  # A2
    [message] = promise(1)
    ground.loop(dies="after dot").join(30)
    later(seconds=LEASE.total_seconds())
    second = ground.loop(dies="after dot")
    until(lambda: states() == {"uncertain": 1}, or_say=lambda: str(states()))
    later(seconds=LEASE.total_seconds())
    second.join(30)
    later(seconds=LEASE.total_seconds())
    ground.loop()
    until(lambda: states() == {"uncertain": 1}, or_say=lambda: str(states()))
    later(hours=1)
    promise(1, key="next")
    settled()
    figures = found("A2 'after dot' twice", kills=2)
    assert (figures.lost, figures.max_copies, states()) == ([], 2, {"uncertain": 1, "sent": 1})
    assert [one.pk for one in ours().needs_a_human()] == [message.pk]


@pytest.mark.parametrize(("point", "most"), [("hold-rcpt", 0), ("hold-answer", 1)])
def test_a_worker_that_sleeps_past_its_lease(ground, post, found, point, most):  # A3
    [message] = promise(1)
    post.coming.append(point)
    asleep = ground.loop()
    assert post.held.wait(30)
    asleep.send(signal.SIGSTOP)
    later(seconds=LEASE.total_seconds())
    ground.loop()
    until(lambda: states().keys() <= {"sent", "uncertain"})
    later(seconds=LEASE.total_seconds())
    settled()
    post.let_go()
    asleep.send(signal.SIGCONT)
    promise(1, key="next")
    settled()
    assert asleep.stop() == 0
    figures = found(f"A3 {point!r}", stops=1)
    assert figures.lost == []
    assert (figures.extra, figures.copies[message.message_id]) == (most, 1 + most)
    assert states() == {"sent": 2}


def test_twenty_workers_asked_to_go_under_load(ground, post, dice, found):  # A24
    asked, count = scaled(20), scaled(400)
    post.pause_s = 0.004
    promise(count)
    loops, took = [ground.loop() for _ in range(2)], []
    for n in range(asked):
        wait(dice.uniform(0.05, 0.3))
        begun = time.monotonic()
        assert loops[n % 2].stop() in (0, -signal.SIGTERM)  # the latter: before it had begun
        took.append(time.monotonic() - begun)
        loops[n % 2] = ground.loop()
    settled()
    figures = found("A24", terms=asked, slowest_end=f"{max(took):.1f}s")
    assert (figures.lost, figures.extra, states()) == ([], 0, {"sent": count})
    assert "Traceback" not in ground.said("loop")
    assert not OutboundMessage.objects.filter(attempts__gt=1).exists()  # what was not tried was given back


def test_celery_workers_asked_to_go_under_load(ground, post, found):  # A24
    count, took = scaled(1000), []
    post.pause_s = 0.03
    promise(count)
    ground.beat()
    for _ in range(2):
        leaves = ours().filter(state="sent").count()
        worker = ground.worker()
        until(lambda n=leaves: ours().filter(state="sent").count() > n, or_say=lambda: ground.said("worker"))
        begun = time.monotonic()
        worker.process.terminate()
        worker.process.wait(60)
        took.append(time.monotonic() - begun)
    assert ours().exclude(state="sent").exists()  # it was stopped in the middle
    assert not ours().filter(state__in=("leased", "sending")).exists()
    post.pause_s = 0
    ground.loop()
    settled()
    figures = found("A24 celery", terms=2, slowest_end=f"{max(took):.1f}s")
    assert (figures.lost, figures.extra, states()) == ([], 0, {"sent": count})
    assert max(took) < ROUND_S + 10
