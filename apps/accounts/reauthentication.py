"""Before a weighty change: is it you? A browser that was left open is not enough (reliability.md 6).

Whoever has a password or a second step is asked for it by allauth. Whoever signs in by codes alone signs in anew by a
code to the address they have, unless that was a moment ago. What decides who gets in waits as a page (`WEIGHTY`); what
takes an account away waits as a press (`proven`): what it would do may be read before.
"""

import time
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from allauth.account import app_settings
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate, get_reauthentication_flows
from allauth.core.exceptions import ReauthenticationRequired
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from apps.accounts.requests import Request
from apps.web.answers import View, after, page_before

WEIGHTY = {"account_email", "account_set_password", "mfa_activate_totp", "mfa_add_webauthn"}


def is_needed(request: HttpRequest, name: str | None) -> bool:
    """Whether what stands at the address called `name` waits until the reader has shown that it is them."""
    if name not in WEIGHTY or not request.user.is_authenticated or get_reauthentication_flows(request.user):
        return False
    return not _came_a_moment_ago(request)


def _came_a_moment_ago(request: HttpRequest) -> bool:
    records = get_authentication_records(request, request.user)
    return bool(records) and time.time() - records[-1]["at"] <= app_settings.REAUTHENTICATION_TIMEOUT


def where(path: str, *, pressed: bool = False) -> str:
    """Return the address at which a reader without a password shows that it is them, and goes on to `path`.

    What was `pressed` there has to be pressed again: the page says so.
    """
    return f"{reverse('prove')}?{urlencode({'next': path} | ({'pressed': '1'} if pressed else {}))}"


def proven(view: View) -> View:
    """Below the door of a view: a press does nothing until the reader has shown that it is them."""

    @wraps(view)
    def asked(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        if get_reauthentication_flows(request.user):
            if not did_recently_reauthenticate(request):
                raise ReauthenticationRequired  # allauth asks, and does the press after that
        elif not _came_a_moment_ago(request):
            return after(request, where(page_before(request), pressed=True))
        return view(request, *args, **kwargs)

    return asked
