"""What of a student's network counts for their coach: the people they do not keep private, if they share at all."""

from django.db.models import Q

from apps.interviews.lifecycle.models import Interview, InterviewQuerySet
from apps.students.models import StudentProfile

SHARED = Q(contact__is_private=False, student__student_profile__shares_network=True)


def shared_with(coach: int) -> Q:
    """As SHARED, of a coach's own students; asked so, the database needs not look into the accounts between."""
    sharing = StudentProfile.objects.filter(coach=coach, shares_network=True)
    return Q(contact__is_private=False, student__in=sharing.values("user"))


def interviews(coach: int) -> InterviewQuerySet:
    """Return the conversations of a coach's students that count."""
    return Interview.objects.filter(shared_with(coach))
