import random
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.faults.ground import SEED, Figures, Ground
from tests.faults.post import Post


def pytest_collection_modifyitems(items):
    """Each worker has a ground of its own, so they run beside everything else, but for those that judge lateness."""
    for item in items:
        if "/faults/" in str(item.path):
            item.add_marker(pytest.mark.fault)


@pytest.fixture(scope="session")
def whole_ground():
    post = Post()
    # Not one of pytest's own folders: the next run would shut them to the one PostgreSQL runs as.
    with TemporaryDirectory(prefix="rapport-faults-", ignore_cleanup_errors=True) as folder:
        ground = Ground(Path(folder), post)
        ground.prepare()
        yield ground
        ground.close()
    post.close()


@pytest.fixture
def ground(whole_ground, django_db_blocker):
    """The servers, with nothing promised; every process that the test starts is gone after it."""
    with django_db_blocker.unblock(), whole_ground.used_here():
        whole_ground.clear()
        yield whole_ground
        whole_ground.end_all()


@pytest.fixture
def post(ground):
    return ground.post


@pytest.fixture
def dice():
    return random.Random(SEED)


@pytest.fixture
def found(post, record_property):
    """Return the figures of a test, once it is over, and print their line at the end of the run."""

    def figures(name, **more):
        one = Figures(name, post)
        record_property("fault", one.line(**more))
        return one

    return figures
