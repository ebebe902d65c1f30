"""Strangers behind one address with somebody: a small proof of work gives a new browser tries of its own."""

import re
import time
from itertools import count

import pytest
import time_machine

from apps.accounts import proofs
from apps.mail.models import OutboundMessage
from tests import world
from tests.accounts.test_sign_in import CODE, SIGN_IN, ask, code_in, is_in, mail_to, page
from tests.accounts.test_under_pressure import RESET, from_network, spend
from tests.races.together import at_once

ASK = "/accounts/login/code/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(db):
    return world.student("Ada Moss", welcomed_at=world.NOW)


def task_of(answer):
    """Return the task that a page sets."""
    html = page(answer)
    text = re.search(r'data-proof="([^"]+)"', html)[1]
    guesses, rounds = (int(re.search(rf'data-{name}="(\d+)"', html)[1]) for name in ("guesses", "rounds"))
    return proofs.Task(text, guesses, rounds)


def solved(task, *, rightly=True):
    answer = next(str(n) for n in count() if proofs.is_answer(task, str(n)) is rightly)
    return {"proof": task.text, "proof_answer": answer}


def pressed(email, proof):
    """Ask for a code with a proof, in a new browser behind the same address."""
    return from_network(7).post(ASK, {"email": email} | proof).status_code


def next_task(email):
    return task_of(ask(from_network(7), email))


@pytest.fixture
def cheap(monkeypatch):
    monkeypatch.setattr(proofs, "GUESSES", 2)
    monkeypatch.setattr(proofs, "ROUNDS", 10)


@pytest.fixture
def shut(ada):
    """A new browser, behind one address with a stranger who used up the tries there are for Ada."""
    assert 429 in spend(ada.email, 7, 5)
    browser = from_network(7)
    return browser, task_of(ask(browser, ada.email))


def test_a_proof_at_its_real_price_lets_the_owner_in(ada, shut):
    browser, task = shut
    assert (task.guesses, task.rounds) == (100, 20_000)
    assert browser.post(ASK, {"email": ada.email} | solved(task)).status_code == 302
    browser.post(CODE, {"code": code_in(mail_to(ada.email))})
    assert is_in(browser)


def test_the_page_keeps_where_one_was_going_and_what_was_typed(ada):
    spend(ada.email, 7, 3)
    html = page(from_network(7).post(ASK, {"email": ada.email, "next": "/people/"}))
    assert f'<input type="hidden" name="email" value="{ada.email}">' in html
    assert '<input type="hidden" name="next" value="/people/">' in html
    assert re.search(r"<form[^>]*data-proof=[^>]* hidden>", html)  # without JavaScript there is only the wait
    assert "Wait 1 minute, then try again." in html


@pytest.mark.usefixtures("cheap")
def test_a_proof_is_good_for_one_try_of_one_address(ada, shut):
    _, task = shut
    proof = solved(task)
    spend("bea@tamarack.example", 7, 3)
    assert pressed("bea@tamarack.example", proof) == 429
    assert [pressed(ada.email, proof) for _ in range(2)] == [302, 429]


@pytest.mark.usefixtures("cheap")
@pytest.mark.parametrize("what", ["wrong", "forged", "of somebody else", "old", "nothing"])
def test_what_is_no_proof_opens_nothing(ada, shut, what):
    browser, task = shut
    proof = solved(task)
    if what == "wrong":
        proof = solved(task, rightly=False)
    elif what == "forged":
        proof = solved(proofs.Task(task.text.replace(":", "x:", 1), task.guesses, task.rounds))
    elif what == "of somebody else":
        proof = solved(proofs.task("request_login_code", "bea@tamarack.example", taken=0))
    elif what == "nothing":
        proof = {"proof": "", "proof_answer": ""}
    later = proofs.KEPT.total_seconds() + 2 if what == "old" else 0
    with time_machine.travel(time.time() + later, tick=False):
        spend(ada.email, 7, 3)  # of the next minutes as well
        assert browser.post(ASK, {"email": ada.email} | proof).status_code == 429


@pytest.mark.usefixtures("cheap")
def test_the_price_rises_with_what_strangers_calculate_and_cheap_tasks_cannot_be_saved_up(ada, shut):
    _, first = shut
    saved = [next_task(ada.email) for _ in range(6)]
    asked = [pressed(ada.email, solved(task)) for task in saved]
    assert asked == [302, 302, 302, 302, 429, 429]  # three others may be faster
    assert next_task(ada.email).guesses == first.guesses * 5
    with time_machine.travel(time.time() + 3601, tick=False):
        spend(ada.email, 7, 3)
        assert next_task(ada.email).guesses == first.guesses


@pytest.mark.usefixtures("cheap", "shut")
def test_all_proofs_together_have_an_end(ada, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"request_login_code_proven": "2/h/key"}
    assert [pressed(ada.email, solved(next_task(ada.email))) for _ in range(3)] == [302, 302, 429]


@pytest.mark.usefixtures("cheap")
def test_a_new_password_can_be_proved_for_too(ada):
    for _ in range(3):
        from_network(7).post(RESET, {"email": ada.email})
    browser = from_network(7)
    proof = solved(task_of(browser.post(RESET, {"email": ada.email})))
    assert browser.post(RESET, {"email": ada.email} | proof).status_code == 302


def test_a_password_is_not_guessed_at_by_proofs(db):
    ines = world.person("Ines Palm", "coach", password=world.PASSWORD)
    for _ in range(6):
        answer = from_network(7).post(SIGN_IN, {"login": ines.email, "password": "not this one at all"})
    assert "data-proof" not in page(answer)


@pytest.mark.usefixtures("cheap")
@pytest.mark.django_db(transaction=True)
def test_of_one_proof_pressed_in_many_tabs_one_counts():
    bea = world.student("Bea Roth", welcomed_at=world.NOW)
    spend(bea.email, 7, 4)
    proof = solved(task_of(ask(from_network(7), bea.email)))
    before = OutboundMessage.objects.filter(recipient=bea.email).count()
    asked = at_once(*[lambda: pressed(bea.email, proof) for _ in range(6)])
    assert sorted(asked) == [302, *[429] * 5]
    assert OutboundMessage.objects.filter(recipient=bea.email).count() == before + 1


def test_a_task_tells_nobody_whose_address_it_is_for():
    assert "ada" not in proofs.task("request_login_code", "ada@tamarack.example", taken=0).text
