"""`manage.py local` as a process: it starts everything, and whatever happens it leaves nothing behind."""

import io
import json
import os
import shutil
import signal
import socket
import sys
from contextlib import suppress

import psutil
import pytest

from apps.local import children, servers
from apps.local.children import Child, Family, Trouble
from tests.stack import STOPS_WITHIN_S, Stack, environment, fresh_folder, ready_folder, start, until

pytestmark = pytest.mark.whole


@pytest.fixture(scope="module")
def prepared():
    """A folder in which the stack has run once: the second start is the one to look at."""
    folder = ready_folder("--empty")
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
    assert all(stack.part(word) for word in ("worker", "beat", "deliver", "config.wsgi", "apps.local.sink"))

    os.killpg(stack.process.pid, signal.SIGINT)
    assert stack.process.wait(STOPS_WITHIN_S) == 0
    assert stack.left() == []


@pytest.mark.fault
def test_a_part_that_dies_is_started_again(stack):
    """Each of the four may fall; the others work on, and Ctrl-C still leaves nothing."""
    for word in ("config.wsgi", "worker", "beat", "deliver"):
        before = until(lambda word=word: _another(stack, word, None))
        before.kill()
        until(lambda word=word, before=before: _another(stack, word, before))
    until(lambda: stack.get("/healthz")[0] == 200)
    stack.family = psutil.Process(stack.process.pid).children(recursive=True)
    os.killpg(stack.process.pid, signal.SIGINT)
    assert stack.process.wait(STOPS_WITHIN_S) == 0
    assert stack.left() == []


def _another(stack, word, before):
    """Return the part that runs now, unless it is the one from before."""
    for process in psutil.Process(stack.process.pid).children():
        with suppress(psutil.Error):
            if word in process.cmdline() and process != before:
                return process
    return None


@pytest.mark.fault
def test_without_its_database_everything_ends_with_a_sentence(stack):
    stack.part("-D").kill()
    complained = stack.process.communicate(timeout=STOPS_WITHIN_S)[1]
    assert stack.process.returncode == 1
    assert complained.startswith("The part called “postgres” stopped (killed by signal 9)")
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
    """Return what a start that cannot be says on stderr; it must come to its end and say nothing else."""
    process = start(env, "--empty")
    said, complained = process.communicate(timeout=90)
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


# --- a start that is cut ----------------------------------------------------------------------------------------------


def test_a_cluster_that_was_half_made_is_made_anew(tmp_path):
    folder = fresh_folder()
    try:
        for half in ("postgres", "postgres.new"):
            (folder / half / "base").mkdir(parents=True)
        (folder / "secret").touch()  # cut before a word was written
        servers.postgres(folder)
        assert (folder / "postgres" / "PG_VERSION").exists()
        assert not (folder / "postgres.new").exists()
        assert (folder / "secret").read_text()
    finally:
        shutil.rmtree(folder)


def test_one_that_falls_at_each_start_is_given_longer_and_longer_pauses(family, monkeypatch):
    monkeypatch.setattr(children, "LONGEST_PAUSE_S", 2)
    falling = part("print('falls')")
    family.start(falling)
    falling.comes_back = True
    until(lambda: family.tick() or family.out.getvalue().count("starts again in") >= 3, seconds=30)
    said = [line.rpartition(" in ")[2] for line in family.out.getvalue().splitlines() if "starts again" in line]
    assert said[:3] == ["1 s", "2 s", "2 s"]
