"""A sample context for every mail, without the names that the outbox adds itself (site, policy, person).

`tests/mail/test_templates.py` fails for a template that has no sample here. Values are functions, so that what they
build is fresh for each test; they may use the database.
"""

from datetime import UTC, datetime
from types import SimpleNamespace as Sample

from django.conf import settings


def _notice(**changes):
    fields = {"title": "Thank Teresa Quiroga", "text": "You talked yesterday.", "url": "/talks/3/thanks/"}
    return Sample(**(fields | changes))


SAMPLES = {
    "reminder": lambda: {"notices": [_notice()]},
    "digest": lambda: {"notices": [_notice(), _notice(title="Write down what you learned", text="")]},
    "sign_in_code": lambda: {"code": "KQ7-3MX"},
    "address_code": lambda: {"code": "482071"},
    "no_account": dict,
    "password_link": lambda: {
        "password_reset_url": f"{settings.SITE_URL}/accounts/password/reset/key/1-d0c3xy-{'3f2a9b7c' * 4}/"
    },
    "security_notice": lambda: {
        "what": "The password was changed.",
        "timestamp": datetime(2026, 11, 12, 16, 40, tzinfo=UTC),
        "ip": "192.0.2.7",
    },
    "office_alert": lambda: {
        "count": 2,
        "messages": [
            Sample(
                recipient="a@x.example", shown_subject="A request", last_error="550 nobody", get_state_display="Failed"
            ),
            Sample(recipient="b@x.example", shown_subject="A note", last_error="", get_state_display="Perhaps sent"),
        ],
    },
}
