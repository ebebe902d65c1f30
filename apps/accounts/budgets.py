"""How often somebody may try to sign in, ask for a code or for a link: who asks too often waits, and is told how long.

An address is guessed at slowly, and gets few mails; but no stranger can spend what its owner needs.
A browser that has signed in with an address before has tries of its own, so has each network, and only all strangers
together have an end. A network has an end, too, for it is one machine that goes through a list of addresses, or a whole
campus behind one: after it, each address still has its first tries from there, so that nobody is kept out by the others
beside them. And a browser which nobody knows gets a try by a proof of work (proofs.py), whatever others beside it did.
allauth counts; the rates are in the settings.
"""

import math
import secrets
import time
from datetime import timedelta

from allauth.account.adapter import get_adapter
from allauth.core.internal.ratelimit import RateLimitUsage, consume, get_cache_key, get_rates
from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.crypto import salted_hmac

from apps.accounts import proofs
from apps.clock import times

SALT = "rapport known browser"
KEPT = timedelta(days=400)  # no browser keeps a cookie for longer
MOST_PEOPLE = 8  # of one browser, as in a library
APP = "allauth.account"
DEFAULT_WAIT_S = 300
# What allauth itself counts at an address, by network or by person.
COUNTED_AT = {
    "account_login": "login",
    "account_request_login_code": "request_login_code",
    "account_reset_password": "reset_password",
    "account_change_password": "change_password",
    "account_set_password": "change_password",
    "account_email": "manage_email",
    "account_reauthenticate": "reauthenticate",
}


# --- a browser that signed in before ----------------------------------------------------------------------------------


def remember(request: HttpRequest, response: HttpResponseBase, email: str) -> None:
    """Have this browser known as one that has signed in with `email`."""
    known = _known(request)
    if _sign_of(email) in known[1:]:
        return
    value = signing.dumps([known[0], *known[1:][-MOST_PEOPLE + 1 :], _sign_of(email)], salt=SALT)
    response.set_cookie(
        settings.KNOWN_COOKIE_NAME,
        value,
        max_age=KEPT,
        secure=bool(settings.SESSION_COOKIE_SECURE),
        httponly=True,
        samesite="Lax",
    )


def _known(request: HttpRequest) -> list[str]:
    """Return what this browser is called here, and whose it was: a random name, where it was nobody's."""
    try:
        known = signing.loads(request.COOKIES.get(settings.KNOWN_COOKIE_NAME, ""), salt=SALT, max_age=KEPT)
    except signing.BadSignature:
        return [secrets.token_hex(8)]
    return [str(one) for one in known]


def _sign_of(email: str) -> str:
    return salted_hmac(SALT, email, algorithm="sha256").hexdigest()[:16]


def spender(request: HttpRequest, email: str) -> tuple[str, bool]:
    """Return whose tries these are, and whether that is a browser which signed in with this address before."""
    known = _known(request)
    is_known = _sign_of(email) in known[1:]
    who = known[0] if is_known else get_adapter().get_client_ip(request)
    return f"{email}|{'browser' if is_known else 'network'}|{who}", is_known


# --- spending ---------------------------------------------------------------------------------------------------------


def spend(request: HttpRequest, action: str, email: str) -> bool:
    """Take one try of `action` for an address. Returns whether there was one; if not, the request knows the wait."""
    return take(request, action, email) is not None


def take(request: HttpRequest, action: str, email: str) -> RateLimitUsage | None:
    """Take one try, which can be given back. Returns None where there was none; the request knows the wait."""
    key, is_known = spender(request, email)
    if is_known:
        return _consume(request, action, key)
    if _can_prove(action) and _proves(request, action, email):
        return _consume(request, f"{action}_proven", email)
    taken = _of_stranger(request, action, email, key)
    if taken is None and _can_prove(action):
        request.proof_of = (action, email)  # type: ignore[attr-defined]  # for the answer, below
    return taken


def _of_stranger(request: HttpRequest, action: str, email: str, key: str) -> RateLimitUsage | None:
    """Take a try of a browser that nobody knows: from its network, and from those of all strangers."""
    taken = _consume(request, action, key)
    if taken is None:
        return None
    is_first = _consume(request, f"{action}_first", key, tells=False) is not None
    of_network = _consume(request, f"{action}_network", tells=not is_first)
    if of_network is None and not is_first:
        return None
    if _consume(request, f"{action}_strangers", email) is None:
        return None
    taken.usage += of_network.usage if of_network else []
    return taken


def _can_prove(action: str) -> bool:
    return bool(get_rates(app=APP, action=f"{action}_proven"))


def _proves(request: HttpRequest, action: str, email: str) -> bool:
    return proofs.is_solved(request, action, email, taken=_proven(request, action, email))


def _proven(request: HttpRequest, action: str, email: str) -> int:
    """Return how many proofs were taken for an address lately."""
    action = f"{action}_proven"
    [rate] = get_rates(app=APP, action=action)
    history = cache.get(get_cache_key(request, app=APP, action=action, rate=rate, key=email), [])
    return sum(moment > time.time() - rate.duration for moment in history)


def _consume(request: HttpRequest, action: str, key: str | None = None, *, tells: bool = True) -> RateLimitUsage | None:
    """Take one of the tries of `action`; where there is none, the request knows after how long there is (`tells`)."""
    taken = consume(request, app=APP, action=action, key=key)
    if taken is None and tells:
        request.waits_s = wait_s(request, action, key)  # type: ignore[attr-defined]  # for the answer, below
    return taken


def wait_s(request: HttpRequest, action: str, key: str | None = None) -> int:
    """Return after how many seconds there is a try again."""
    waits = [DEFAULT_WAIT_S] if key is None else []
    for rate in get_rates(app=APP, action=action):
        if (rate.per == "key" and key is None) or (rate.per == "user" and not request.user.is_authenticated):
            continue
        history = cache.get(get_cache_key(request, app=APP, action=action, rate=rate, key=key), [])
        if len(history) >= rate.amount:
            waits = [*waits[key is None :], math.ceil(history[rate.amount - 1] + rate.duration - time.time())]
    return max([1, *waits])


def in_words(seconds: int) -> str:
    """Wait 3 minutes: never less than it takes."""
    return times.duration(timedelta(minutes=math.ceil(seconds / 60)))


def too_many(request: HttpRequest) -> HttpResponse:
    """Say that it was too often, and when to come back: to a person, and to a program (Retry-After)."""
    seconds = getattr(request, "waits_s", None)
    if seconds is None:
        name = request.resolver_match.url_name if request.resolver_match else None
        seconds = wait_s(request, COUNTED_AT[name]) if name in COUNTED_AT else DEFAULT_WAIT_S
    response = render(request, "429.html", {"wait": in_words(seconds), **_way_on(request)}, status=429)
    response["Retry-After"] = str(seconds)
    return response


def _way_on(request: HttpRequest) -> dict[str, object]:
    """Return the task by which the same press works at once, and what was typed; nothing where there is no such way."""
    if not hasattr(request, "proof_of"):
        return {}
    action, email = request.proof_of
    typed = [(name, request.POST[name]) for name in ("email", "next") if name in request.POST]
    return {"task": proofs.task(action, email, taken=_proven(request, action, email)), "typed": typed}
