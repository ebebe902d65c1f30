"""A disk with no room is not “too many attempts”: the count of tries that could not be written says so."""

import io

import pytest
from django.core.cache import cache
from django.core.files.uploadhandler import FileUploadHandler
from django.db import OperationalError, ProgrammingError, connection
from django.test import Client
from django.urls import reverse

from apps.mail.models import OutboundMessage
from tests import world
from tests.accounts.test_sign_in import SIGN_IN, ask, code_in, is_in, mail_to, page
from tests.accounts.test_under_pressure import RESET

pytestmark = pytest.mark.django_db

DENIED = "42501"
NO_ROOM = {"disk": "53100", "input or output": "58030", "only read": "25006"}


class KeptNowhere(FileUploadHandler):
    """Puts an upload on a disk that is full."""

    def receive_data_chunk(self, raw_data, start):
        with open("/dev/full", "wb", buffering=0) as full:
            full.write(raw_data)

    def file_complete(self, file_size):
        return None


@pytest.fixture
def full():
    """Return what makes every write of the cache fail as PostgreSQL fails it, and what frees it again."""

    def fill(sqlstate="53100"):
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE FUNCTION pg_temp.no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                f" RAISE EXCEPTION 'could not extend file' USING ERRCODE = '{sqlstate}'; END $$;"
                " CREATE TRIGGER no_room BEFORE INSERT OR UPDATE ON cache"
                " FOR EACH ROW EXECUTE FUNCTION pg_temp.no_room()"
            )

    def free():
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER no_room ON cache; DROP FUNCTION pg_temp.no_room()")

    fill.free = free
    return fill


@pytest.fixture
def ines(db):
    return world.person("Ines Palm", "coach", password=world.PASSWORD)


def ways(email):
    """Return how one asks to be let in, each in a browser of its own."""
    return {
        "code": ask(Client(), email),
        "password": Client().post(SIGN_IN, {"login": email, "password": world.PASSWORD}),
        "new password": Client().post(RESET, {"email": email}),
    }


@pytest.mark.parametrize("why", NO_ROOM)
def test_with_no_room_the_answer_is_a_page_that_says_when_to_come_back(full, ines, why):
    full(NO_ROOM[why])
    answers = ways(ines.email)
    assert {name: (answer.status_code, answer["Retry-After"]) for name, answer in answers.items()} == dict.fromkeys(
        answers, (503, "5")
    )
    assert "Rapport is busy right now." in page(answers["code"])
    assert f'name="email" value="{ines.email}"' in page(answers["code"])  # to be pressed again
    assert not OutboundMessage.objects.exists()


def test_a_freed_disk_brings_everything_back_at_once(full, ines):
    full()
    assert ask(Client(), ines.email).status_code == 503
    full.free()
    browser = Client()
    assert ask(browser, ines.email).status_code == 302
    browser.post(reverse("account_confirm_login_code"), {"code": code_in(mail_to(ines.email))})
    assert is_in(browser)


def test_what_waiting_does_not_mend_is_an_error_of_ours(full):
    full(DENIED)
    with pytest.raises(ProgrammingError):
        cache.set("a", 1)


def test_the_cache_says_what_it_could_not_do_and_what_was_there_already(full):
    assert (cache.add("a", 1), cache.add("a", 2), cache.get("a")) == (True, False, 1)
    full()
    for write in (lambda: cache.set("a", 3), lambda: cache.add("b", 3)):
        with pytest.raises(OperationalError):
            write()
    assert (cache.get("a"), cache.get("b"), cache.touch("b")) == (1, None, False)


def test_an_upload_for_which_a_disk_has_no_room_may_be_sent_again(settings, caplog):
    settings.FILE_UPLOAD_HANDLERS = [f"{__name__}.KeptNowhere"]
    caplog.set_level("CRITICAL", logger="django.request")
    client = Client(raise_request_exception=False)
    answer = client.post(reverse("account_login"), {"file": io.BytesIO(b"x" * 5_000)})
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "Nothing was saved. Wait a few seconds, then go back and try again." in page(answer)
