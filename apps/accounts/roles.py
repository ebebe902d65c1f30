"""Giving a role and taking it away: the one act of every door (the office's form, the registrar's file, the command,
an alum who is asked for the first time, the demo).

What hangs on a role belongs to the room that keeps it, and a room tells it here as Rapport starts: `needs`.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable

from django.db import IntegrityError, transaction

from apps.accounts.closing import LAST
from apps.accounts.models import Role, User
from apps.web.answers import Refused

type Act = Callable[[User], str]  # returns a sentence for who did it, or ""

_given: dict[str, list[Act]] = defaultdict(list)
_taken: dict[str, list[Act]] = defaultdict(list)


def needs(role: Role, *, given: Act | None = None, taken: Act | None = None) -> None:
    """Have `given` and `taken` done whenever somebody gets `role`, or loses it. Doing one twice must change nothing."""
    for acts, act in ((_given, given), (_taken, taken)):
        if act is not None and act not in acts[role]:
            acts[role].append(act)


def give(person: User, *roles: str) -> list[str]:
    """Give roles with all that hangs on them, also to somebody who holds them already. Returns sentences to say."""
    return _change(person, lambda held: held | {*roles})


def take(person: User, *roles: str) -> list[str]:
    """Take roles away, and what must not outlive them. What somebody did in a role stays theirs."""
    return _change(person, lambda held: held - {*roles})


def hold(person: User, roles: Iterable[str]) -> list[str]:
    """Let a saved person hold exactly these roles. Returns sentences for who did it."""
    wanted = {*roles}
    return _change(person, lambda held: wanted)


@transaction.atomic
def _change(person: User, change: Callable[[set[str]], set[str]]) -> list[str]:
    row = User.objects.select_for_update(no_key=True, of=("self",)).only("roles").get(pk=person.pk)
    before, after = {*row.roles}, change({*row.roles})
    person.roles = sorted(after)
    try:
        with transaction.atomic():
            person.save(update_fields=["roles"])
    except IntegrityError as error:
        if "runs the office" not in str(error):
            raise
        raise Refused(LAST) from error
    acts = [act for role in person.roles for act in _given[role]]
    acts += [act for role in sorted(before - after) for act in _taken[role]]
    return [said for act in acts if (said := act(person))]
