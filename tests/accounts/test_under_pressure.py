"""Sign-in under pressure: many guesses at once, strangers who ask for codes, and when one may come back."""

import re
import time

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.accounts import forms
from apps.accounts.middleware import SEEN_EVERY
from apps.accounts.models import Guess
from apps.mail.models import OutboundMessage
from tests import world
from tests.accounts.test_reauthentication import by_code
from tests.accounts.test_sign_in import CODE, NOBODY, SIGN_IN, ask, code_in, is_in, mail_to, page, wrong
from tests.races.together import at_once

RESET = "/accounts/password/reset/"


def from_network(number):
    return Client(REMOTE_ADDR=f"203.0.113.{number}")


@pytest.fixture
def ada(db):
    return world.student("Ada Moss", welcomed_at=world.NOW)


# --- guesses ----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_of_many_guesses_at_once_three_are_judged(monkeypatch):
    ada = world.student("Ada Moss", welcomed_at=world.NOW)
    browser, judged = Client(), []
    ask(browser, ada.email)
    compare = forms.theirs.compare_user_code
    monkeypatch.setattr(
        forms.theirs, "compare_user_code", lambda **values: judged.append(values["actual"]) or compare(**values)
    )
    code = code_in(mail_to(ada.email))

    def guess(number):
        twin = Client()
        twin.cookies = browser.cookies
        return twin.post(CODE, {"code": f"{(int(code) + 1 + number) % 1_000_000:06d}"}).status_code

    at_once(*(lambda number=number: guess(number) for number in range(24)))
    assert len(judged) == 3
    assert Guess.objects.get().tries == 3
    twin = Client()
    twin.cookies = browser.cookies
    twin.post(CODE, {"code": code})
    assert not is_in(twin)


@pytest.mark.django_db(transaction=True)
def test_of_many_guesses_at_an_address_s_code_three_are_judged(monkeypatch):
    ada = world.student("Ada Moss", welcomed_at=world.NOW)
    browser, judged = by_code(ada), []
    there = browser.post("/accounts/email/", {"email": "ada@home.example", "action_add": "1"}).url
    compare = forms.theirs.compare_user_code
    monkeypatch.setattr(
        forms.theirs, "compare_user_code", lambda **values: judged.append(values["actual"]) or compare(**values)
    )
    code = code_in(mail_to("ada@home.example"))

    def guess(number):
        twin = Client()
        twin.cookies = browser.cookies
        return twin.post(there, {"code": f"{(int(code) + 1 + number) % 1_000_000:06d}"}).status_code

    at_once(*(lambda number=number: guess(number) for number in range(12)))
    assert len(judged) == 3


def test_a_new_code_has_tries_of_its_own(client, ada):
    ask(client, ada.email)
    for _ in range(3):
        client.post(CODE, {"code": wrong(code_in(mail_to(ada.email)))})
    ask(client, ada.email)
    client.post(CODE, {"code": code_in(mail_to(ada.email))})
    assert is_in(client)


def test_a_try_is_one_statement(client, ada):
    ask(client, ada.email)
    with CaptureQueriesContext(connection) as queries:
        client.post(CODE, {"code": wrong(code_in(mail_to(ada.email)))})
    tries = [query["sql"] for query in queries if "accounts_guess" in query["sql"]]
    assert len(tries) == 1
    assert "ON CONFLICT (key) DO UPDATE" in tries[0]


def test_a_code_that_is_miscounted_costs_no_try(client, ada):
    ask(client, ada.email)
    for typed in ("123", "1234567", ""):
        client.post(CODE, {"code": typed})
    assert not Guess.objects.exists()


def test_a_code_from_before_closing_opens_nothing_after_reopening(client, ada):
    ask(client, ada.email)
    ada.epoch += 2
    ada.save()
    client.post(CODE, {"code": code_in(mail_to(ada.email))})
    assert not is_in(client)


# --- strangers --------------------------------------------------------------------------------------------------------


def spend(email, network, count):
    return [ask(from_network(network), email).status_code for _ in range(count)]


def test_a_stranger_who_asks_for_codes_keeps_nobody_out(ada):
    known = by_code(ada)
    known.post("/accounts/logout/")
    assert 429 in spend(ada.email, 7, 5)
    assert ask(known, ada.email).status_code == 302  # the browser that signed in before
    assert ask(from_network(8), ada.email).status_code == 302  # another one, from elsewhere


def test_many_strangers_together_have_an_end_and_the_owner_s_browser_has_none_of_it(ada):
    known = by_code(ada)
    known.post("/accounts/logout/")
    for network in range(10, 30):
        spend(ada.email, network, 3)
    assert ask(from_network(99), ada.email).status_code == 429
    sent = OutboundMessage.objects.filter(recipient=ada.email, kind="sign_in_code").count()
    assert sent == 40
    ask(known, ada.email)
    known.post(CODE, {"code": code_in(mail_to(ada.email))})
    assert is_in(known)


def test_the_owner_s_browser_has_an_end_too(ada):
    known = by_code(ada)
    known.post("/accounts/logout/")
    asked = [known.post("/accounts/login/code/again/", {"email": ada.email}).status_code for _ in range(4)]
    assert asked == [302, 302, 302, 429]


def test_wrong_passwords_of_a_stranger_keep_nobody_out(db):
    ines = world.person("Ines Palm", "coach", password=world.PASSWORD)
    known = Client()
    known.post(SIGN_IN, {"login": ines.email, "password": world.PASSWORD})
    known.get("/me/")
    known.post("/accounts/logout/")
    stranger = from_network(7)
    for _ in range(6):
        answer = stranger.post(SIGN_IN, {"login": ines.email, "password": "not this one at all"})
    assert "Too many attempts. Wait 5 minutes, then try again." in page(answer)
    known.post(SIGN_IN, {"login": ines.email, "password": world.PASSWORD})
    assert is_in(known)


def test_a_forgotten_password_of_a_stranger_keeps_nobody_out(db):
    ines = world.person("Ines Palm", "coach", password=world.PASSWORD)
    known = Client()
    known.post(SIGN_IN, {"login": ines.email, "password": world.PASSWORD})
    known.get("/me/")
    known.post("/accounts/logout/")
    asked = [from_network(7).post(RESET, {"email": ines.email}).status_code for _ in range(5)]
    assert asked == [302, 302, 302, 429, 429]
    assert known.post(RESET, {"email": ines.email}).status_code == 302


def test_a_browser_is_known_for_whom_it_was_and_nobody_else(ada, coach):
    known = by_code(ada)
    known.post("/accounts/logout/")
    assert 429 in spend(coach.email, 1, 5)
    known.defaults["REMOTE_ADDR"] = "203.0.113.1"
    assert ask(known, coach.email).status_code == 429
    spend(ada.email, 1, 4)
    forged = from_network(1)
    forged.cookies["known"] = known.cookies["known"].value[:-3] + "abc"
    assert ask(forged, ada.email).status_code == 429


def test_a_browser_that_lost_it_is_told_again_when_it_is_next_noted(ada):
    """Not with every page: to look at what it says, and to say it, costs as much as a small question."""
    known = by_code(ada)
    known.get("/me/")
    del known.cookies["known"]
    known.get("/me/")
    assert "known" not in known.cookies
    with time_machine.travel(timezone.now() + SEEN_EVERY, tick=False):
        known.get("/me/")
    assert "known" in known.cookies


# --- when to come back ------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("email", ["ada.moss@tamarack.example", NOBODY])
def test_the_answer_says_when_to_come_back(email):
    world.student("Ada Moss")
    for _ in range(3):
        ask(Client(), email)
    answer = ask(Client(), email)
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 60
    assert "Wait 1 minute, then try again." in page(answer)


def test_after_that_long_there_is_a_try_again(ada):
    for _ in range(3):
        ask(Client(), ada.email)
    wait = int(ask(Client(), ada.email)["Retry-After"])
    with time_machine.travel(time.time() + wait - 2, tick=False):
        assert ask(Client(), ada.email).status_code == 429
    with time_machine.travel(time.time() + wait + 1, tick=False):
        assert ask(Client(), ada.email).status_code == 302


@pytest.mark.django_db
def test_many_tries_from_one_place_say_it_too(settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "2/m/ip"}
    client = Client()
    for _ in range(2):
        client.post(SIGN_IN, {})
    answer = client.post(SIGN_IN, {})
    assert (answer.status_code, 0 < int(answer["Retry-After"]) <= 60) == (429, True)
    assert re.search("Wait 1 minute, then try again", page(answer))


def test_the_password_form_says_it_in_words(db):
    ines = world.person("Ines Palm", "coach", password=world.PASSWORD)
    client = Client()
    for _ in range(6):
        answer = client.post(SIGN_IN, {"login": ines.email, "password": "not this one at all"})
    assert "Too many attempts. Wait 5 minutes, then try again." in page(answer)


# --- many people behind one address -----------------------------------------------------------------------------------


def flooded(action, tries, *, network=5):
    """Let one machine go through a list of addresses until its network has no tries left."""
    return [action(from_network(network), f"made.up{n}@tamarack.example").status_code for n in range(tries)]


def wrong_password(client, email):
    return client.post(SIGN_IN, {"login": email, "password": "not this one at all"})


@pytest.mark.django_db
def test_two_hundred_students_on_one_campus_all_get_their_code_while_an_attacker_is_stopped(monkeypatch):
    students = [world.student(f"Ada N{n:03}", welcomed_at=world.NOW) for n in range(200)]
    victim = world.student("Bea Roth", welcomed_at=world.NOW)
    judged, compare = [], forms.theirs.compare_user_code
    monkeypatch.setattr(
        forms.theirs, "compare_user_code", lambda **values: judged.append(values["actual"]) or compare(**values)
    )
    with time_machine.travel(time.time(), tick=False):  # all within a moment: the worst case of a minute
        attacker, asked = from_network(5), []
        for _ in range(5):
            asked.append(ask(attacker, victim.email).status_code)
            for guess in range(6):
                attacker.post(CODE, {"code": f"{guess:06d}"})
        assert asked == [302, 302, 302, 429, 429]
        assert (len(judged) <= 9, is_in(attacker)) == (True, False)
        flooded(ask, 130)
        browsers = [from_network(5) for _ in students]
        answers = [ask(browser, person.email).status_code for browser, person in zip(browsers, students, strict=True)]
    assert set(answers) == {302}
    sent = OutboundMessage.objects.filter(kind="sign_in_code", recipient__startswith="ada.n")
    assert sent.values("recipient").distinct().count() == 200
    for browser, person in list(zip(browsers, students, strict=True))[::40]:
        browser.post(CODE, {"code": code_in(mail_to(person.email))})
        assert is_in(browser)


def test_a_network_that_goes_through_a_list_has_no_second_code_for_anybody(ada):
    with time_machine.travel(time.time(), tick=False):
        assert set(flooded(ask, 130)) == {302}  # no sign of who is here and who is not
        known = Client(REMOTE_ADDR="203.0.113.5")
        assert ask(known, ada.email).status_code == 302
        assert ask(from_network(5), "made.up1@tamarack.example").status_code == 429
        assert ask(from_network(5), ada.email).status_code == 429
        assert ask(from_network(6), ada.email).status_code == 302  # another network


def test_wrong_passwords_of_one_machine_keep_no_other_out_of_its_campus(db):
    people = [world.person(f"Ines N{n}", "coach", password=world.PASSWORD) for n in range(3)]
    with time_machine.travel(time.time(), tick=False):
        flooded(wrong_password, 40)
        for person in people:
            client = from_network(5)
            client.post(SIGN_IN, {"login": person.email, "password": world.PASSWORD})
            assert is_in(client)
        spray = [page(wrong_password(from_network(5), people[0].email)) for _ in range(4)]
    assert ["Too many attempts" in html for html in spray][-1] is True


def test_forty_who_sign_in_rightly_by_password_spend_nothing(db):
    ines = world.person("Ines Palm", "coach", password=world.PASSWORD)
    with time_machine.travel(time.time(), tick=False):
        for _ in range(40):
            client = from_network(5)
            client.post(SIGN_IN, {"login": ines.email, "password": world.PASSWORD})
            assert is_in(client)


def test_a_campus_may_ask_for_new_passwords_too(db):
    ines = world.person("Ines Palm", "coach", password=world.PASSWORD)
    with time_machine.travel(time.time(), tick=False):
        flooded(lambda client, email: client.post(RESET, {"email": email}), 70)
        assert from_network(5).post(RESET, {"email": ines.email}).status_code == 302
