"""`make bench` comes to an end: no benchmark waits for what never comes, or for ever."""

import time

import pytest

from apps.reminders import sweep
from tests.bench import bench_dispatch
from tests.bench.__main__ import GivenUp, at_most


def test_a_notice_that_gets_no_mail_is_not_waited_for(db, monkeypatch):
    monkeypatch.setattr(sweep, "mail", lambda *args: None)
    with at_most(1), pytest.raises(RuntimeError, match="2 notices get no mail"):
        bench_dispatch.promised(1)


def test_the_mails_that_are_promised_are_returned(db):
    with at_most(1):
        assert len(bench_dispatch.promised(2)) == 2


def test_what_takes_too_long_is_given_up():
    begun = time.monotonic()
    with pytest.raises(GivenUp), at_most(0.001):
        time.sleep(10)
    assert time.monotonic() - begun < 5
