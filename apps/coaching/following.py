"""Who comes after a student among those who need their coach today, so that a coach goes from one to the next."""

from dataclasses import dataclass
from datetime import datetime

from apps.accounts.models import User
from apps.coaching import attention
from apps.coaching.attention import A_PAGE, Clock
from apps.coaching.filters import Wanted
from apps.policy.models import Policy
from apps.students.models import StudentProfile


@dataclass(frozen=True)
class Following:
    """The next of today's students. `number`: this one's place among them; None where they need nothing today."""

    profile: StudentProfile
    number: int | None
    count: int


def following(student: User, coach: User, now: datetime) -> Following | None:
    """Return who is next after a student, or first where they are not among the most urgent; None for nobody else."""
    clock = Clock(now, Policy.now().term_since(coach.zone))
    found = attention.find(coach.pk, Wanted(), clock, most=A_PAGE)
    number = found.keys.index(student.pk) + 1 if student.pk in found.keys else None
    after = [key for key in found.keys[number or 0 :] if key != student.pk]
    profile = StudentProfile.objects.filter(coach=coach, user__in=after[:1]).select_related("user").first()
    return Following(profile, number, found.count) if profile else None
