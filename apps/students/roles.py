"""What hangs on being a student, and on coaching some of them."""

from datetime import datetime

from apps.accounts.models import User
from apps.students.models import StudentProfile


def begin(person: User) -> str:
    """A student has a profile; of somebody who was one before it is the old one."""
    profile, _ = StudentProfile.objects.get_or_create(user=person)
    person.student_profile = profile
    return ""


def end(person: User) -> str:
    """Who is no student is in nobody's caseload. Their people and conversations stay for the day they come back."""
    StudentProfile.objects.filter(user=person).update(coach=None)
    return ""


def coach_no_more(person: User) -> str:
    """Who does not coach has no caseload."""
    count = StudentProfile.objects.filter(coach=person).update(coach=None)
    if not count:
        return ""
    return f"{count} students no longer have a coach." if count > 1 else "1 student no longer has a coach."


# --- the account closes -----------------------------------------------------------------------------------------------


def foresee(person: User, now: datetime) -> list[str]:
    count = StudentProfile.objects.filter(coach=person).count()
    if not count:
        return []
    return [
        f"{count} students will have no coach until you assign one."
        if count > 1
        else "1 student will have no coach until you assign one."
    ]


def close(person: User, by: User, now: datetime) -> None:
    """Who cannot sign in coaches nobody. A closed student keeps their coach, for the day they come back."""
    coach_no_more(person)
