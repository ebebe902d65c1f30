"""`make run` on servers of one's own: DATABASE_URL, REDIS_URL and EMAIL_URL take the place of the embedded parts."""

import os
import re
import signal

import pytest

from apps.local import servers
from tests.stack import STOPS_WITHIN_S, Stack

pytestmark = pytest.mark.whole

LABELLED = re.compile(r"(rapport|web|worker|beat|loop|prepare) *\| ")


@pytest.fixture
def stack(tmp_path, monkeypatch):
    """A stack on the servers of this test run, in a database and a broker's number that no test looks at."""
    broker = os.environ["REDIS_URL"].rpartition("/")[0] + "/9"
    own = {"DATABASE_URL": os.environ["DATABASE_URL"], "REDIS_URL": broker}
    running = Stack(tmp_path, "--empty", **own, EMAIL_URL=f"smtp://127.0.0.1:{servers.free_port()}")
    yield running
    running.close()


def test_what_is_named_is_not_started(stack):
    started = [" ".join(part.cmdline()) for part in stack.family]
    assert [line for line in started if "postgres" in line or "valkey" in line or "apps.local.sink" in line] == []
    assert any("config.wsgi" in line for line in started)
    assert [line for line in stack.said if not LABELLED.match(line)] == []
    assert f"Sent emails     they go to {stack.env['EMAIL_URL'].removeprefix('smtp://')}" in "".join(stack.said)

    os.killpg(stack.process.pid, signal.SIGINT)
    assert stack.process.wait(STOPS_WITHIN_S) == 0
    assert stack.left() == []
