"""Before a weighty change: is it you? For people who have neither password nor second step (reliability.md 6).

Whoever has one is asked for it by allauth. Whoever signs in by codes alone signs in anew by a code to the address they
have, unless that was a moment ago; an open browser is not enough to take an account away.
"""

import time

from allauth.account import app_settings
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from django.http import HttpRequest

WEIGHTY = {"account_email", "account_set_password", "mfa_activate_totp", "mfa_add_webauthn"}


def is_needed(request: HttpRequest, name: str | None) -> bool:
    """Whether what stands at the address called `name` waits until the reader has shown that it is them."""
    if name not in WEIGHTY or not request.user.is_authenticated or get_reauthentication_flows(request.user):
        return False
    records = get_authentication_records(request, request.user)
    return not records or time.time() - records[-1]["at"] > app_settings.REAUTHENTICATION_TIMEOUT
