"""Who looks at the directory: what a student shares with alumni, what they wish, and who was named to them, by whom.

The one place where the directory asks a student's network; search.py only sorts by what it is told here.
"""

from collections.abc import Iterable

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet

from apps.accounts.models import User
from apps.alumni import words
from apps.alumni.models import AlumniProfile
from apps.database.prepared import prepared
from apps.directory.queries import Reader
from apps.network.models import NamePermission, Referral, called
from apps.students.models import StudentProfile

NAMED: dict[str, str] = {
    NamePermission.YES: "{referrer} suggested {alum}, and you can use {first}’s name",
    NamePermission.INTRO_FIRST: "{referrer} suggested {alum}, and will introduce you first",
    NamePermission.NO: "{referrer} suggested {alum}, and would rather not be named",
    NamePermission.NOT_ASKED: "{referrer} suggested {alum}. Ask {first} before you use the name",
}

type Naming = tuple[int | None, list[int], str, str, str]  # alum, namesakes of the contact, both names, permission


def reader_of(user: User, profile: StudentProfile | None) -> Reader:
    """What this person shares with alumni: majors, wishes, and who was named to them."""
    return reader_from(user, profile, named_to(user.pk) if profile else [])


def reader_from(user: User, profile: StudentProfile | None, named: Iterable[Naming]) -> Reader:
    """Return the same where the database was asked already: `named` is what `named_to` says of them."""
    if profile is None:
        return Reader()
    wishes = [words.query_words(wish) for wish in profile.wants_fields.replace(";", ",").split(",")]
    return Reader(
        pk=user.pk,
        majors=profile.studies,
        wishes=tuple(wish for wish in wishes if wish)[:6],
        introduced=_introduced(named),
    )


def _introduced(named: Iterable[Naming]) -> dict[int, str]:
    """Return {alum id: who named them, and whether the name may be used} for everybody named to the student."""
    joined: dict[int, str] = {}
    by_name: dict[int, str] = {}
    for alum_id, namesakes, name, referrer, permission in named:
        words_of_it = in_words(referrer, name, permission)
        if alum_id:
            joined.setdefault(alum_id, words_of_it)
            continue
        for pk in namesakes:
            by_name.setdefault(pk, words_of_it)
    return by_name | joined


@prepared
def named_to(student: int) -> QuerySet[Referral, Naming]:
    """Return who named whom; a contact that is not joined to an entry may be any listed namesake."""
    alumni = AlumniProfile.objects.listed()
    namesakes = alumni.filter(sort_key=OuterRef("contact__sort_key")).order_by("pk").values("pk")
    rows = Referral.objects.filter(student=student, contact__archived_at=None).order_by("-named_at", "-pk")
    ids = ArraySubquery(namesakes[:5])
    return rows.values_list("contact__alum_id", ids, "contact__name", "referrer__name", "name_permission")[:200]


def in_words(referrer: str, name: str, permission: str) -> str:
    """Say who named them, and what may be done with the name."""
    return NAMED[permission].format(referrer=referrer, first=called(referrer), alum=called(name))
