"""Which students a mail tells something about: who gets it, and whose request or conversation it speaks of."""

from collections import defaultdict
from collections.abc import Iterable

from apps.accounts.models import Role, User
from apps.interviews.lifecycle.models import Interview, InterviewRequest
from apps.mail.models import OutboundMessage


def students(messages: Iterable[OutboundMessage]) -> set[int]:
    """Return the numbers of the students that these mails are to, or about. At most two queries, for any number."""
    rows = list(messages)
    found = of_people(row.person for row in rows)
    numbers: dict[str, set[int]] = defaultdict(set)
    for subject, number in (_subject(row.subject_key or row.key) for row in rows):
        numbers[subject].add(number)
    requests, talks = numbers["request"], numbers["interview"] | numbers["thank-you"]
    if requests:
        found.update(InterviewRequest.objects.filter(pk__in=requests).values_list("student", flat=True))
    if talks:
        found.update(Interview.objects.filter(pk__in=talks).values_list("request__student", flat=True))
    return found


def _subject(key: str) -> tuple[str, int]:
    """Return what a key begins with and its number: “interview:42:moved” speaks of ("interview", 42)."""
    subject, _, rest = key.partition(":")
    number = rest.partition(":")[0]
    return (subject, int(number)) if number.isascii() and number.isdecimal() else ("", 0)


def of_people(people: Iterable[User | None]) -> set[int]:
    return {person.pk for person in people if person is not None and Role.STUDENT in person.roles}


def of_addresses(addresses: Iterable[str]) -> set[int]:
    """Return the students who sign in with one of these addresses."""
    wanted = [address.lower() for address in addresses]
    return set(User.objects.filter(email__in=wanted, roles__contains=[Role.STUDENT]).values_list("pk", flat=True))
