"""What the frame of a page says: the office’s names, and how many things came since its reader last looked."""

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from apps.accounts.models import User
from apps.database.prepared import fetch_together
from apps.policy.models import Policy, the_policy
from apps.reminders import actions


def masthead(request: HttpRequest) -> dict[str, object]:
    """Give templates both; the database is asked only where a page says one of them."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"policy": SimpleLazyObject(Policy.now), "unread_notices": 0}
    asked = _Asked(user)
    return {"policy": SimpleLazyObject(asked.policy), "unread_notices": SimpleLazyObject(asked.unread)}


class _Asked:
    """A page that says the names of the office goes on to the number: both are asked at once."""

    def __init__(self, reader: User) -> None:
        self.reader, self.now, self.came = reader, timezone.now(), -1

    def policy(self) -> Policy:
        policies, unseen = fetch_together(the_policy.bind(), actions.unseen.bind(self.reader.pk, self.now))
        self.came = len(unseen)
        return Policy.first(policies)

    def unread(self) -> int:
        return actions.unread(self.reader, self.now) if self.came < 0 else self.came
