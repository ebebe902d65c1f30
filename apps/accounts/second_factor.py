"""The sentences and names of the second factor, and the host that a passkey is bound to. The rest is allauth's."""

from urllib.parse import urlsplit

from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings

from apps.policy.models import Policy

NOT_THIS = "That is not the code your app shows now. It changes every half minute; please take the next one."


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": "Your role needs a second step. Add another one before you take this away.",
        "cannot_generate_recovery_codes": "Recovery codes belong to a second step. Please set one up first.",
        "incorrect_code": NOT_THIS,
        "rate_limited": "That was many tries in a short time. Please wait five minutes, then try again.",
        "unverified_email": "Please confirm your address first.",
    }

    def get_totp_issuer(self):
        return f"Rapport, {Policy.now().short_name}"

    def generate_authenticator_name(self, user, type):
        count = user.authenticator_set.filter(type=type).count()
        return f"Key {count + 1}" if count else "My first key"

    def get_public_key_credential_rp_entity(self):
        return {"id": urlsplit(settings.SITE_URL).hostname, "name": "Rapport"}
