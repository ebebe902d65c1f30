"""The web server that the races are run against, and the promise that none of them met a deadlock."""

import pytest

from tests.mail.smtp import smtp  # noqa: F401
from tests.races.together import deadlocks, web_server


@pytest.fixture(scope="module")
def port(django_db_setup, django_db_blocker, tmp_path_factory):
    """A real web server on the test database. It must have met no error when the tests are through."""
    log = tmp_path_factory.mktemp("web") / "log"
    with django_db_blocker.unblock(), web_server(log) as port:
        yield port
    assert "Traceback" not in log.read_text()


@pytest.fixture(autouse=True)
def _no_deadlock(transactional_db):
    """The order of locks is always the same: people by id, request, interview (B3)."""
    before = deadlocks()
    yield
    assert deadlocks() == before
