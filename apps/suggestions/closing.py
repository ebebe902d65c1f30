"""What becomes of suggestions when an account closes: what is open is withdrawn, and nothing more leaves (R244)."""

from datetime import datetime

from django.db.models import Q

from apps.accounts.closing import Concern
from apps.accounts.models import User
from apps.suggestions import answering
from apps.suggestions.models import Answer, State, Suggestion, WarmIntroduction


def _open(person: User) -> Q:
    return Q(student=person) | Q(alum__user=person)


def foresee(person: User, now: datetime) -> list[str]:
    """Say what closing will end."""
    number = WarmIntroduction.objects.filter(_open(person), state=Answer.ASKED).count()
    many = f"{number} warm introductions aren’t made."
    return ["1 warm introduction isn’t made." if number == 1 else many] if number else []


def others(person: User, now: datetime) -> set[int]:
    """The people of introductions that are not made yet, or were just made."""
    rows = WarmIntroduction.objects.filter(_open(person), state__in=[Answer.ASKED, Answer.INTRODUCED])
    return {pk for pair in rows.values_list("student", "alum__user") for pk in pair if pk}


def end(person: User, by: User, now: datetime) -> None:
    """Withdraw what waits; an introduction that both said yes to and has not left does not leave either."""
    Suggestion.objects.filter(student=person, state=State.OPEN).update(state=State.WITHDRAWN)
    rows = WarmIntroduction.objects.filter(_open(person), state__in=[Answer.ASKED, Answer.INTRODUCED])
    for introduction in rows.order_by("pk"):
        answering.stop(introduction, now=now)


CONCERN = Concern(foresee, end, others=others)
