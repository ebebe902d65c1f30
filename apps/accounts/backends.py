"""Sign-in is allauth's; the person of a session is found by a prepared statement: every request asks (ADR 12)."""

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import QuerySet

from apps.accounts.models import User
from apps.database.prepared import prepared


class Backend(AuthenticationBackend):
    def get_user(self, user_id: int) -> User | None:
        return next((user for user in _people(user_id) if self.user_can_authenticate(user)), None)


@prepared
def _people(pk: int) -> QuerySet[User]:
    return User.objects.filter(pk=pk).select_related("student_profile__coach")  # most pages of a student name both
