"""What hangs on being a student, and on coaching some of them."""

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
