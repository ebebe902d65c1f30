"""A small proof of work: how a browser that nobody knows yet gets its code, though strangers beside it used up the
tries of their network.

It is a calculation that takes a browser a second or two, by a function that no program does much faster (PBKDF2). Each
proof is good for one try and one address, and the price rises with every one that was taken for that address within the
hour: a stranger who would use up these tries as well calculates for an hour, and its owner never for long. Without
JavaScript one waits, or signs in where one did before.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.core import signing
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

SALT = "rapport proof of work"
ROUNDS = 20_000  # of the function, for one guess: some ten milliseconds
GUESSES = 100  # of an average browser, for the first proof
KEPT = timedelta(minutes=10)
SLACK = 3  # how many others may be faster while one calculates
BITS = 48  # of a result are compared: a number that JavaScript holds exactly


@dataclass(frozen=True)
class Task:
    """What a browser is to calculate: a number with which `text` gives a result under 2^48 / `guesses`."""

    text: str
    guesses: int
    rounds: int


def task(action: str, email: str, *, taken: int) -> Task:
    """Set a task to whoever wants one more try, after `taken` proofs were taken for this address."""
    text = signing.dumps([action, _sign_of(email), taken, secrets.token_hex(8)], salt=SALT)
    return Task(text, _price(taken), ROUNDS)


def is_solved(request: HttpRequest, action: str, email: str, *, taken: int) -> bool:
    """Whether this request brings the proof of a task set for it, at the price of now, and for the first time."""
    text, answer = request.POST.get("proof", ""), request.POST.get("proof_answer", "")
    try:
        of, whose, taken_then, _ = signing.loads(text, salt=SALT, max_age=KEPT)
    except signing.BadSignature:
        return False
    if (of, whose) != (action, _sign_of(email)) or taken_then + SLACK < taken:
        return False
    is_first = cache.add(f"proof:{hashlib.sha256(text.encode()).hexdigest()}", True, KEPT.total_seconds())
    return is_first and is_answer(Task(text, _price(taken_then), ROUNDS), answer)


def is_answer(of: Task, answer: str) -> bool:
    """Whether a number solves a task."""
    result = hashlib.pbkdf2_hmac("sha256", of.text.encode(), answer[:20].encode(), of.rounds, BITS // 8)
    return int.from_bytes(result) * of.guesses < 2**BITS


def _price(taken: int) -> int:
    return GUESSES * (1 + taken)


def _sign_of(email: str) -> str:
    return salted_hmac(SALT, email, algorithm="sha256").hexdigest()[:16]
