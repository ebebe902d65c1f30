"""Who needs a second step, its sentences and names, and the host that a passkey is bound to. The rest is allauth's."""

from base64 import b32encode
from secrets import token_bytes
from urllib.parse import urlsplit

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest

from apps.accounts.models import User
from apps.accounts.sealed import seal, unseal
from apps.policy.models import Policy

NOT_THIS = "That’s not the code your app shows now. It changes every 30 seconds. Try the next one."


STEPS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)  # recovery codes are the spare of one


def needs_second_step(person: User) -> bool:
    return settings.SECOND_FACTOR_REQUIRED and (person.is_coach or person.is_office)


def lacks_second_step(request: HttpRequest) -> bool:
    """Whether the reader must set up a second step first. Once one was found, a session does not ask again."""
    person = request.user
    if not person.is_authenticated or request.session.get("second_step") or not needs_second_step(person):
        return False
    has_one = Authenticator.objects.filter(user=person, type__in=STEPS).exists()
    if has_one:
        request.session["second_step"] = True
    return not has_one


def prove_by(sender: object, *, request: HttpRequest, authenticator: Authenticator, **kwargs: object) -> None:
    """Who just typed the code of a new app, or touched a new key, is not asked for it again a moment later.

    So the recovery codes that come with it are shown at once, the only time that somebody expects them.
    """
    if authenticator.type in STEPS:
        post_authentication(request, authenticator, reauthenticated=True)


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": "Your role needs two-step verification. Add another way first.",
        "cannot_generate_recovery_codes": "Set up two-step verification first. Recovery codes come with it.",
        "incorrect_code": NOT_THIS,
        "rate_limited": "Too many attempts. Wait 5 minutes, then try again.",
        "unverified_email": "Confirm your address first.",
    }

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Return a secret of an app or of recovery codes. One sealed with another key is one that nobody knows."""
        readable = unseal(encrypted_text)
        return b32encode(token_bytes(20)).decode() if readable is None else readable

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Keep the last step of somebody who needs one."""
        others = Authenticator.objects.filter(user=authenticator.user, type__in=STEPS).exclude(pk=authenticator.pk)
        return authenticator.type not in STEPS or not needs_second_step(authenticator.user) or others.exists()

    def get_totp_issuer(self) -> str:
        return f"Rapport, {Policy.now().short_name}"

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        count = Authenticator.objects.filter(user=user, type=type).count()
        return f"Key {count + 1}" if count else "My first key"

    def get_public_key_credential_rp_entity(self) -> dict[str, str | None]:
        return {"id": urlsplit(settings.SITE_URL).hostname, "name": "Rapport"}
