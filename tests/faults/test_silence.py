"""What takes a call and says nothing, and what says that it is away: the broker, the database (A6, J8)."""

import signal
import time
from contextlib import closing
from http.client import HTTPConnection
from urllib.parse import urlsplit

import psutil
import pytest
from django.db import connection

from apps.mail.models import DeliveryCycle
from tests import world
from tests.faults.broker import SilentBroker
from tests.faults.ground import ours, promise, scaled, settled, states, wait
from tests.faults.test_parts_away import ask_for_code, web
from tests.stack import until

LONGEST_ANSWER_S = 3
COMES_BACK_S = 60


@pytest.fixture
def silent(ground):
    broker = SilentBroker(urlsplit(ground.env["REDIS_URL"]).port)
    with closing(broker):
        yield broker


def through(ground, broker):
    """Return the address of the broker behind the silence."""
    parts = urlsplit(ground.env["REDIS_URL"])
    return parts._replace(netloc=parts.netloc.replace(f":{parts.port}", f":{broker.port}")).geturl()


def asked(port, path, **headers):
    """Return (status, headers, seconds) of a page."""
    begun = time.monotonic()
    with closing(HTTPConnection("127.0.0.1", port, timeout=60)) as line:
        line.request("GET", path, headers=headers)
        answer = line.getresponse()
        answer.read()
        return answer.status, answer.headers, time.monotonic() - begun


def test_a_broker_that_takes_calls_and_says_nothing_holds_up_nobody(ground, post, found, silent, monkeypatch):  # A27
    monkeypatch.setitem(ground.env, "REDIS_URL", through(ground, silent))
    port = web(ground)
    ask_for_code(port, "first")
    answers = [ask_for_code(port, n) for n in range(scaled(10))]
    slowest = max(seconds for _, seconds in answers)
    assert silent.calls
    ready = asked(port, "/readyz")
    assert (ready[0], ready[2] < LONGEST_ANSWER_S) == (503, True)
    ground.worker()
    beat = ground.beat()
    wait(8)  # four looks of the clock, none of which gets through
    assert not DeliveryCycle.objects.filter(engine="celery").exists()
    assert beat.is_running
    silent.speaks.set()
    begun = time.monotonic()
    done = DeliveryCycle.objects.filter(engine="celery", finished_at__isnull=False)
    until(done.exists, COMES_BACK_S, or_say=lambda: ground.said("beat0") + ground.said("worker"))
    settled()
    figures = found("A27", actions=len(answers), slowest=f"{slowest:.2f}s", back=f"{time.monotonic() - begun:.0f}s")
    assert {status for status, _ in answers} == {302}
    assert slowest <= LONGEST_ANSWER_S
    assert (figures.lost, figures.extra, states()) == ([], 0, {"sent": len(answers) + 1})


def test_a_database_that_is_away_is_a_page_that_says_so_and_when_to_come_back(ground, found):  # J8
    port = web(ground)
    assert asked(port, "/accounts/login/")[0] == 200
    ground.drop_postgres()
    try:
        pages = [(path, cookie) for path in ("/accounts/login/", "/today/", "/people/") for cookie in ("x", "y")]
        answers = [asked(port, path, Cookie=f"session=abcdefghijklmnop{cookie}") for path, cookie in pages]
        alive = asked(port, "/healthz")
    finally:
        ground.start_postgres()
        connection.close()
    until(lambda: asked(port, "/accounts/login/")[0] == 200, or_say=lambda: ground.said("web"))
    slowest = max(seconds for *_, seconds in answers)
    found("J8", pages=len(answers), slowest=f"{slowest:.2f}s")
    assert {(status, headers["Retry-After"]) for status, headers, _ in answers} == {(503, "5")}, ground.said("web")
    assert (alive[0], slowest < LONGEST_ANSWER_S) == (200, True)


def test_pool_processes_that_are_killed_again_and_again(ground, post, dice, found):  # A28
    """Celery may end over it (“file descriptor is None”), and is started again, as the local stack, systemd and Docker
    do; it must not live on and do nothing."""
    world.person("Amira Haddad")
    count, kills, restarts = scaled(200), scaled(25), 0
    post.pause_s = 0.005
    promise(count)
    worker = ground.worker()
    ground.beat()
    until(lambda: ours().filter(state="sent").exists(), or_say=lambda: ground.said("worker"))
    for _ in range(kills):
        wait(dice.uniform(0.1, 0.5))
        if not worker.is_running:
            restarts += 1
            worker = ground.worker()
        for child in _pool(worker):
            child.send_signal(signal.SIGKILL)
    if not worker.is_running:
        restarts += 1
        worker = ground.worker()
    promise(scaled(20), key="after")
    settled(120)
    figures = found("A28", kills=kills, restarts=restarts)
    assert figures.lost == []
    assert figures.extra <= 2 * kills
    assert figures.max_copies <= 2
    assert states() == {"sent": count + scaled(20)}


def _pool(worker):
    try:
        return psutil.Process(worker.process.pid).children()
    except psutil.NoSuchProcess:
        return []


def test_pool_processes_that_are_killed_while_the_broker_says_nothing(ground, post, dice, found, silent, monkeypatch):
    """A28, and A27 on top: whatever the worker makes of it, it works again, or ends and is started again."""
    monkeypatch.setitem(ground.env, "REDIS_URL", through(ground, silent))
    silent.speaks.set()
    rounds, count, restarts = scaled(2), scaled(60), 0
    post.pause_s = 0.005
    worker = ground.worker()
    ground.beat()
    promise(count)
    until(lambda: ours().filter(state="sent").exists(), or_say=lambda: ground.said("worker"))
    for _ in range(rounds):
        silent.falls_silent()
        for child in _pool(worker):
            child.send_signal(signal.SIGKILL)
        wait(dice.uniform(0.5, 3))
        for child in _pool(worker):
            child.send_signal(signal.SIGKILL)
        silent.speaks.set()
        wait(dice.uniform(0.5, 2))
        if not worker.is_running:
            restarts += 1
            worker = ground.worker()
    promise(scaled(20), key="after")
    begun = time.monotonic()
    while ours().filter(state__in=("pending", "leased", "sending")).exists() and time.monotonic() - begun < 180:
        if not worker.is_running:
            restarts += 1
            worker = ground.worker()
        wait(0.2)
    settled(120)
    figures = found("A28 silent", rounds=rounds, restarts=restarts, back=f"{time.monotonic() - begun:.0f}s")
    assert figures.lost == []
    assert figures.max_copies <= 2
    assert states() == {"sent": count + scaled(20)}
