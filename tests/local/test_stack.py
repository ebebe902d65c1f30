"""`manage.py local` as a process: it starts everything, and whatever happens it leaves nothing behind."""

import io
import json
import os
import shutil
import signal
import socket
import sys

import pytest

from apps.local import children
from apps.local.children import Child, Family, Trouble
from tests.stack import STOPS_WITHIN_S, Stack, environment, fresh_folder, start

pytestmark = pytest.mark.whole


@pytest.fixture(scope="module")
def prepared():
    """A folder in which the stack has run once: the second start is the one to look at."""
    folder = fresh_folder()
    stack = Stack(folder, "--empty")
    stack.process.send_signal(signal.SIGTERM)
    assert stack.process.wait(STOPS_WITHIN_S) == 0
    assert stack.left() == []
    stack.close()
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def stack(prepared):
    running = Stack(prepared, "--empty")
    yield running
    running.close()


def test_everything_starts_and_ctrl_c_leaves_nothing(stack, prepared):
    assert json.loads(stack.get("/healthz")[1])["status"] == "ok"
    ready = json.loads(stack.get("/readyz")[1])
    assert (ready["database"], ready["broker"], ready["migrations"]) == ("ok", "ok", "ok")
    assert stack.get("/local/mail/")[0] == 200
    assert f"http://127.0.0.1:{stack.env['PORT']}/" in "".join(stack.said)
    assert "Enter as        no one yet" in "".join(stack.said)
    assert all(stack.part(word) for word in ("worker", "beat", "config.wsgi", "apps.local.sink"))

    os.killpg(stack.process.pid, signal.SIGINT)
    assert stack.process.wait(STOPS_WITHIN_S) == 0
    assert stack.left() == []


@pytest.mark.fault
def test_a_part_that_ends_by_itself_ends_everything_with_a_sentence(stack):
    stack.part("beat").kill()
    complained = stack.process.communicate(timeout=STOPS_WITHIN_S)[1]
    assert stack.process.returncode == 1
    assert complained.startswith("The part called “beat” stopped (killed by signal 9)")
    assert complained.count("\n") == 1
    assert stack.left() == []


@pytest.mark.fault
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children that their parent died")
def test_nothing_outlives_a_parent_that_was_killed(stack):
    stack.process.kill()
    assert stack.left() == []


@pytest.mark.fault
def test_a_part_that_will_not_stop_is_killed_in_time(stack):
    worker = stack.part("worker")
    worker.suspend()
    stack.process.send_signal(signal.SIGTERM)
    assert stack.process.wait(STOPS_WITHIN_S) == 0
    assert stack.left() == []


# --- what it says when it cannot --------------------------------------------------------------------------------------


def refusal(env):
    """Return what a start that cannot be says on stderr; it must fail within 20 s and say nothing else."""
    process = start(env, "--empty")
    said, complained = process.communicate(timeout=20)
    assert (process.returncode, said) == (1, "")
    return complained.strip()


def test_a_taken_port(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = refusal(environment(tmp_path, PORT=str(port)))
    assert said == f"Port {port} is used by another program. Choose another: PORT=8001 make run."


def test_a_port_that_is_no_number(tmp_path):
    assert refusal(environment(tmp_path, PORT="web")) == "PORT is “web”; it must be a number between 1 and 65535."


def test_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "file").touch()
    said = refusal(environment(tmp_path / "file" / "data"))
    assert said.startswith(f"Rapport can’t write to {tmp_path}/file/data (Not a directory).")


def test_two_at_once_on_one_folder(stack, prepared):
    said = refusal(environment(prepared))
    assert said.startswith(f"Rapport is already running on {prepared}. Stop that one first")
    assert stack.get("/healthz")[0] == 200


def test_the_settings_of_a_real_installation(tmp_path):
    said = refusal(environment(tmp_path, SECRET_KEY="a real one", SITE_URL="http://127.0.0.1:8000"))
    assert said.startswith("SECRET_KEY or ALLOWED_HOSTS is set")


# --- how long it waits ------------------------------------------------------------------------------------------------


@pytest.fixture
def family(tmp_path, monkeypatch):
    """A family whose words one can read, and who says after every tick that it waits."""
    monkeypatch.setattr(children, "SAYS_EVERY_S", 0)
    waiting = Family(tmp_path, out=io.StringIO())
    yield waiting
    waiting.stop()
    waiting.selector.close()
    for child in waiting.children:
        child.process.stdout.close()


def part(code):
    return Child("slow", [sys.executable, "-c", code])


def test_it_waits_while_the_part_lives_and_says_what_for(family, tmp_path):
    family.start(part(f"import time; time.sleep(1); open(r'{tmp_path}/up', 'w'); time.sleep(60)"))
    family.wait_until((tmp_path / "up").exists, awaited="the slow one to answer")
    said = set(family.out.getvalue().splitlines())
    assert said >= {f"rapport | waiting for the slow one to answer, {n} s so far" for n in (0, 1)}
    assert not [line for line in said if "waiting for the slow one to answer" not in line]


def test_a_part_that_ends_ends_the_waiting(family):
    family.start(part("raise SystemExit(3)"))
    with pytest.raises(Trouble, match=r"“slow” stopped \(exit status 3\)"):
        family.wait_until(lambda: False, awaited="the slow one to answer")
