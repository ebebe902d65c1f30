"""Parts that go away, forget, freeze and come back: PostgreSQL, Valkey, workers, the clock (A4-A6, A9, A18, A19)."""

import signal
import sys
import time
from contextlib import closing
from datetime import timedelta
from http.client import HTTPConnection

import pytest
from django.db import connection
from django.db.models import F
from django.utils import timezone

from apps.local import servers
from apps.mail.alerts import health
from apps.mail.models import DeliveryCycle
from apps.reminders.models import Notice, Sweep
from tests import world
from tests.faults.ground import later, ours, promise, scaled, settled, states, wait
from tests.races.together import Tab
from tests.stack import until

H = timedelta(hours=1)


@pytest.mark.alone
def test_a_broker_that_forgets_everything(ground, post, dice, found):  # A4
    count = scaled(500)
    ground.worker()
    ground.beat()
    until(lambda: ground.broker().client_list()[1:], or_say=lambda: ground.said("worker"))
    post.pause_s = 0.002
    promise(count)
    for _ in range(5):
        wait(dice.uniform(0.1, 0.5))
        ground.broker().flushall()
    settled(120)
    figures = found("A4", flushes=5)
    assert (figures.lost, figures.extra, states()) == ([], 0, {"sent": count})
    assert figures.late_s[-1] <= 120


def test_a_broker_that_is_away_while_people_work(ground, post, found):  # A5
    ground.valkey.kill()
    try:
        port = web(ground)
        answers = [ask_for_code(port, n)[0] for n in range(scaled(20))]
        ground.loop()
        settled()
    finally:
        ground.start_valkey()
    figures = found("A5", actions=len(answers))
    assert set(answers) == {302}
    assert (figures.lost, figures.extra, states()) == ([], 0, {"sent": len(answers)})


@pytest.mark.alone
def test_a_broker_that_answers_nobody_delays_no_page(ground, post, found):  # A6
    port = web(ground)
    ask_for_code(port, "first")
    ground.valkey.process.send_signal(signal.SIGSTOP)
    try:
        answers = [ask_for_code(port, n) for n in range(scaled(30))]
    finally:
        ground.valkey.process.send_signal(signal.SIGCONT)
    ground.loop()
    settled()
    slowest = max(seconds for _, seconds in answers)
    figures = found("A6", actions=len(answers), slowest=f"{slowest:.2f}s")
    assert {status for status, _ in answers} == {302}
    assert slowest <= 3
    assert (figures.lost, figures.extra, states()) == ([], 0, {"sent": len(answers) + 1})


def web(ground):
    """Serve the site as production does. Returns its port."""
    port = servers.free_port()
    bind = ["--bind", f"127.0.0.1:{port}", "--workers", "1", "--threads", "4", "--log-level", "warning"]
    ground.program("web", sys.executable, "-m", "gunicorn", "config.wsgi", *bind, PROXIES="1")
    until(lambda: _answers(port), or_say=lambda: ground.said("web"))
    return port


def _answers(port):
    try:
        return Tab(port).press("/healthz")()
    except OSError:
        return None


def ask_for_code(port, n):
    """Press the button that mails a code, for a person and from a machine of its own. Returns (status, seconds)."""
    person = world.person(f"Amira N{n}")
    tab = Tab(port, machine=f"10.0.{person.pk // 250 % 250}.{person.pk % 250}")
    begun = time.monotonic()
    status, _ = tab.press("/accounts/login/code/", email=person.email)()
    return status, time.monotonic() - begun


def test_a_database_that_is_dropped_ten_times(ground, post, dice, found):  # A9
    restarts, count = scaled(10), scaled(300)
    post.pause_s = 0.005
    promise(count)
    loops = [ground.loop()]
    for n in range(restarts):
        wait(dice.uniform(0.3, 0.8))
        ground.drop_postgres()
        if not n:
            loops.append(ground.loop("early"))  # finds no database when it begins
            until(lambda: "Not now" in ground.said("early"), or_say=lambda: ground.said("early"))
        ground.start_postgres()
    connection.close()  # ours was dropped as well
    settled(120)
    assert all(loop.is_alive() for loop in loops)
    figures = found("A9", restarts=restarts)
    assert figures.lost == []
    assert figures.extra <= restarts * len(loops)
    assert figures.max_copies <= 2
    assert states() == {"sent": count}


def test_workers_that_were_away_for_six_hours(ground, post, found):  # A18
    coach = world.coach("Ruth Amsel")
    student = world.student("Amira Haddad", coach=coach)
    talked_at = timezone.now() - 21 * H - timedelta(minutes=20)  # the first word came due an hour ago
    world.interview(student, world.contact(student), starts_at=talked_at, status="completed")
    promise(scaled(50))
    promise(scaled(10), key="late", expires_at=timezone.now() + 2 * H)
    later(hours=6)
    ground.loop()
    until(lambda: Notice.objects.exclude(message=None).count() == 2, or_say=lambda: ground.said("loop"))
    settled()
    figures = found("A18", away="6h")
    reminded = ours().filter(key__startswith="notice").count()
    assert (figures.lost, figures.extra, reminded) == ([], 0, 1)  # both words in one mail
    assert states() == {"sent": scaled(50) + 1, "failed": scaled(10)}
    assert ours().needs_a_human().count() == scaled(10)


def test_a_living_process_that_makes_no_progress_is_seen(ground, post, found):  # A26: reliability.md 2, "watched"
    port = web(ground)
    loop = ground.loop()
    until(lambda: ready(port) == 200, or_say=lambda: ground.said("web"))
    loop.send(signal.SIGSTOP)
    promise(5)
    Sweep.objects.update(finished_at=F("finished_at") - H)
    DeliveryCycle.objects.update(finished_at=F("finished_at") - H)
    later(hours=1)
    seen = health(timezone.now())
    assert (loop.is_alive(), ready(port)) == (True, 503)
    assert (seen.is_late, seen.is_cycle_late) == (True, True)
    loop.send(signal.SIGCONT)
    until(lambda: ready(port) == 200, or_say="It did not recover.")
    settled()
    seen, figures = health(timezone.now()), found("A26", stops=1)
    assert (figures.lost, figures.extra, states()) == ([], 0, {"sent": 5})
    assert (seen.is_late, seen.is_cycle_late) == (False, False)


def ready(port):
    """Return what the address for monitors answers."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=60)) as line:
        line.request("GET", "/readyz")
        return line.getresponse().status


def test_clocks_that_are_three_hours_wrong(ground, post, found):  # A19
    student = world.student("Amira Haddad", coach=world.coach("Ruth Amsel"))
    over_at = timezone.now() - 18 * H  # in two hours a word about thanks comes due
    talk = world.interview(student, world.contact(student), starts_at=over_at - H / 3, status="completed")
    promise(5)
    promise(5, key="early", due_at=timezone.now() + 2 * H)
    ground.loop(clock=3 * H)
    ground.loop(clock=-3 * H)
    due = ours().exclude(key__startswith="early")
    until(lambda: due.filter(state="sent").count() == 6, or_say=lambda: ground.said("loop"))
    until(lambda: Sweep.objects.filter(finished_at__isnull=False).count() >= 6, or_say="Nobody swept.")
    reminders = ours().filter(key__startswith="notice").values_list("key", flat=True)
    assert list(reminders) == [f"notice:write-down:{talk.pk}:0"]
    early = len(post.copies) - 6
    later(hours=2)
    settled()
    figures = found("A19", clocks="+3h,-3h", early=early)
    assert (early, figures.lost, figures.extra, states()) == (0, [], 0, {"sent": 11})
