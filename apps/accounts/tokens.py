"""What a mailed link to a new password depends on: Django's facts, and that nobody was signed out everywhere since."""

from django.contrib.auth.tokens import PasswordResetTokenGenerator

from apps.accounts.models import User


class PasswordLink(PasswordResetTokenGenerator):
    def _make_hash_value(self, user: User, timestamp: int) -> str:
        return f"{super()._make_hash_value(user, timestamp)}{user.epoch}"
