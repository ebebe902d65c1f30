"""How allauth speaks with Rapport: people are imported, not signed up, and every mail goes through the outbox.

allauth decides who gets in. Here stand its sentences, the addresses its links point to, and which of our kinds each of
its mails is.
"""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from apps.accounts import address, arrivals, budgets
from apps.accounts.forms import CODE_FOR
from apps.accounts.models import User
from apps.mail import outbox
from apps.web.addresses import folded
from apps.web.answers import Refused

KINDS = {
    "account/email/login_code": "sign_in_code",
    "account/email/unknown_account": "no_account",
    "account/email/email_confirmation": "address_code",
    "account/email/email_confirmation_signup": "address_code",
    "account/email/password_reset_key": "password_link",
}
NOTICES = {
    "account/email/password_changed": "Your password was changed.",
    "account/email/password_set": "You set a password for the first time.",
    "account/email/password_reset": "You set a new password with the link we emailed.",
    "account/email/email_deleted": "The address {deleted_email} was removed.",
    "mfa/email/totp_activated": "An authenticator app was added for two-step verification.",
    "mfa/email/totp_deactivated": "The authenticator app was turned off.",
    "mfa/email/recovery_codes_generated": "New recovery codes were created. The old ones no longer work.",
    "mfa/email/webauthn_added": "A passkey or security key was added.",
    "mfa/email/webauthn_removed": "A passkey or security key was removed.",
}
TOO_MANY = "Too many attempts. Wait 5 minutes, then try again."
CODE_ENDED = "That was the third wrong code, so it no longer works. You can get a new one right away."
TYPE_A_CODE = ("account_confirm_login_code", "account_email_verification_sent")


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": "This account is closed. The office can tell you why, and reopen it.",
        "duplicate_email": "This is already your email address.",
        "email_password_mismatch": "That email and password don’t match. Check both and try again.",
        "email_taken": "Someone else uses this email address. Choose another.",
        "enter_current_password": "That’s not your current password. Try again.",
        "incorrect_code": "That code doesn’t match the one we sent. Check each digit.",
        "incorrect_password": "That’s not your password. Try again.",
        "invalid_password_reset": "This link has expired.",
        "rate_limited": TOO_MANY,
        "too_many_login_attempts": TOO_MANY,
    }

    def is_safe_url(self, url: str) -> bool:
        """Whether one may be led there; what cannot be read as an address is none (allauth raises)."""
        try:
            return bool(super().is_safe_url(url))
        except ValueError:
            return False

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def add_message(self, request: HttpRequest, *args: Any, message: str | None = None, **kwargs: Any) -> None:
        """Say of a code that has used up its tries what helps: a new one, for which nobody has to wait."""
        at = request.resolver_match.url_name if request.resolver_match else ""
        if message == TOO_MANY and at in TYPE_A_CODE:
            message = CODE_ENDED
            request.session[CODE_FOR] = request.META.get(CODE_FOR, "")
        super().add_message(request, *args, message=message, **kwargs)

    @transaction.atomic
    def pre_login(
        self, request: HttpRequest, user: User, *, email: str | None = None, **kwargs: Any
    ) -> HttpResponse | None:
        """Take the person's own address as confirmed: it came from the office, or its code was typed in.

        A code that went to an address which is theirs no more opens nothing, however new it is.
        """
        now_theirs = User.objects.select_for_update(no_key=True, of=("self",)).get(pk=user.pk)
        asked_in = request.session.pop("asked_in", now_theirs.epoch)
        if (email and folded(email) != now_theirs.email) or asked_in != now_theirs.epoch:
            messages.error(request, "This email address no longer signs you in. Use your new one.")
            return redirect("account_login")
        EmailAddress.objects.update_or_create(
            user=now_theirs, email=now_theirs.email, defaults={"verified": True, "primary": True}
        )
        request.session["epoch"] = now_theirs.epoch
        return super().pre_login(request, user, email=email, **kwargs)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count what fails, by browser or network; say when to come back."""
        email = folded(str(credentials.get("email") or credentials.get("username") or ""))
        self._login_failed_rl_usage = budgets.take(request, "login_failed", email)  # given back to who gets in
        if self._login_failed_rl_usage is None:
            wait = getattr(request, "waits_s", budgets.DEFAULT_WAIT_S)
            words = f"Too many attempts. Wait {budgets.in_words(wait)}, then try again."
            raise ValidationError(words, code="too_many_login_attempts")

    def login(self, request: HttpRequest, user: User) -> None:
        """Let in only who has proved it since the last time that everybody was signed out."""
        user.refresh_from_db(fields=["epoch", "is_active"])
        if not user.is_active or request.session.pop("epoch", user.epoch) != user.epoch:
            messages.error(request, "Your account changed while you were signing in. Start again.")
            raise ImmediateHttpResponse(redirect("account_login"))
        super().login(request, user)

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Change the address whose code was typed in; who did it stays signed in here, and nowhere else."""
        user = email_address.user
        try:
            address.change(
                user,
                email_address.email,
                way=address.Way.SELF,
                by=user,
                now=timezone.now(),
                ip=self.get_client_ip(request),
            )
        except Refused as error:
            messages.error(request, str(error))
            return False
        update_session_auth_hash(request, user)
        request.session["seen_at"] = 0  # noted anew, as the device it is
        self.add_message(request, messages.SUCCESS, "account/messages/email_confirmed.txt", {"email": user.email})
        return True

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Go where somebody wanted to; before that, to a page that must not wait."""
        if first := arrivals.led(user):
            kwargs["redirect_url"] = reverse(first)
        return super().post_login(request, user, **kwargs)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account")

    def get_email_verification_redirect_url(self, email_address: EmailAddress) -> str:
        return reverse("account")

    def get_reset_password_from_key_url(self, key: str) -> str:
        person, _, secret = key.partition("-")
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": person, "key": secret})
        return settings.SITE_URL + path

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Promise one of allauth's mails. Each of its calls is an occasion of its own."""
        kind = KINDS.get(template_prefix, "security_notice")
        if kind == "security_notice":
            context = context | {"what": NOTICES[template_prefix].format_map(context)}
        occasion = outbox.Occasion(f"{kind}:{uuid4()}")
        outbox.queue(kind, to=email, person=context.get("user"), occasion=occasion, context=_context(context))

    def send_notification_mail(
        self, template_prefix: str, user: User, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        context = (context or {}) | {"user": user}
        super().send_notification_mail(template_prefix, user, context, email or user.email)


def _context(context: Mapping[str, object]) -> dict[str, object]:
    """What a mail of ours may say of allauth's context."""
    names = ("code", "password_reset_url", "what", "timestamp", "ip")
    return {name: context[name] for name in names if name in context}
