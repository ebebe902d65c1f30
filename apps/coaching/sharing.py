"""What of a student's network counts for their coach: the people they do not keep private, if they share at all."""

from django.db.models import Q

from apps.interviews.lifecycle.models import Interview, InterviewQuerySet

SHARED = Q(contact__is_private=False, student__student_profile__shares_network=True)


def interviews(coach: int) -> InterviewQuerySet:
    """Return the conversations of a coach's students that count."""
    return Interview.objects.filter(SHARED, student__student_profile__coach=coach)
