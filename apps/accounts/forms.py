"""What is typed to sign in and on one's own account: allauth's forms in our words, and the account page's own."""

import re
from datetime import datetime
from typing import Any

from allauth.account import forms as theirs
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.email_verification_by_code import EMAIL_VERIFICATION_CODE_SESSION_KEY
from allauth.account.internal.stagekit import LOGIN_SESSION_KEY
from allauth.account.stages import LoginByCodeStage
from allauth.core import ratelimit
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.base import forms as second
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.text import capfirst, get_text_list

from apps.accounts import budgets
from apps.accounts.models import Guess, User
from apps.clock import zones
from apps.clock.regions import spelled
from apps.web.addresses import AddressField
from apps.wording import person_name

CODE_FOR = "code_for"  # in the session, once a code has ended: to which address a new one goes
SCHEMES = {"": "Same as my device", "light": "Light", "dark": "Dark"}
PASSWORD_RULES = "12 characters or more. A sentence only you would think of is easiest to remember."  # noqa: S105


class OwnAddress(AddressField):
    """An address that an account has, or is to have: compared in lower case."""

    def clean(self, value: str | None) -> str:
        return str(super().clean(value)).lower()


# --- signing in -------------------------------------------------------------------------------------------------------


def _reword(field: forms.Field, label: str, hint: str = "", **attrs: object) -> None:
    """Say a field of allauth's in our words: a label that stays, no placeholder that goes away."""
    field.label, field.help_text = label, hint
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs |= attrs


def _person_with(email: str) -> User | None:
    """Return the active person of an address, or None: one question to the database either way."""
    return User.objects.filter(email=email, is_active=True).first()


class SignInForm(theirs.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = OwnAddress(widget=self.fields["login"].widget)
        _reword(self.fields["login"], "Your email address", autocomplete="username")
        _reword(self.fields["password"], "Password")


class AskForCodeForm(theirs.RequestLoginCodeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hint = "We’ll email you a 6-digit code. You don’t need a password."
        self.fields["email"] = OwnAddress(widget=self.fields["email"].widget)
        _reword(self.fields["email"], "Your email address", hint)
        request = get_adapter().request
        if request is not None and not self.is_bound:  # after a code that ended: the address it went to
            self.initial.setdefault("email", request.session.pop(CODE_FOR, ""))

    def clean_email(self) -> str:
        email = self.cleaned_data["email"]
        request = get_adapter().request
        if not budgets.spend(request, "request_login_code", email):
            raise ImmediateHttpResponse(ratelimit.respond_429(request))
        self._user = _person_with(email)
        request.session["asked_in"] = self._user.epoch if self._user else 0
        return email


class _Code(forms.Form):
    """A code of six digits; says what is wrong with one that cannot be it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _reword(self.fields["code"], "6-digit code", inputmode="numeric", autofocus=True)
        self.fields["code"].widget.attrs["class"] = "form-control-lg rp-code"

    def clean_code(self) -> str:
        digits = re.sub(r"\D", "", self.cleaned_data["code"])
        if len(digits) != 6:
            raise forms.ValidationError(_miscounted(len(digits)))
        self.cleaned_data["code"] = digits
        self._take_a_try()
        return super().clean_code()  # type: ignore[misc]  # allauth's form, which stands behind this one

    def _take_a_try(self) -> None:
        """Judge no more guesses at a mailed code than it has tries, however many come at once."""
        key = self._key()
        if key and not Guess.claim(key):
            raise forms.ValidationError("Too many attempts. Ask for a new code.")

    def _key(self) -> str:
        """Name the mailed code that is guessed at; an app's has a limit of allauth's own."""
        return ""


def _miscounted(count: int) -> str:
    if count == 5:
        return "That code has 5 digits. Check for the sixth."
    return "A code has 6 digits. Check it and try again."


class CodeForm(_Code, theirs.ConfirmLoginCodeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.expected_code:  # nobody has the address: ask the database as often as if somebody had
            User.objects.filter(pk=0).first()

    def _key(self) -> str:
        request = get_adapter().request
        login = request.session.get(LOGIN_SESSION_KEY) or {}
        stages = (login.get("state") or {}).get("stages") or {}  # read as it lies there: with no statement more or less
        request.META[CODE_FOR] = (stages.get(LoginByCodeStage.key) or {}).get("data", {}).get("email") or ""
        return f"{request.session.session_key}:sign-in:{login.get('initiated_at', '')}"


class AddressCodeForm(_Code, theirs.ConfirmEmailVerificationCodeForm):
    def _key(self) -> str:
        request = get_adapter().request
        state = request.session.get(EMAIL_VERIFICATION_CODE_SESSION_KEY) or {}
        return f"{request.session.session_key}:address:{state.get('at', '')}"


# --- password and address ---------------------------------------------------------------------------------------------


class ForgottenPasswordForm(theirs.ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"] = OwnAddress(widget=self.fields["email"].widget)
        _reword(self.fields["email"], "Your email address")

    def clean_email(self) -> str:
        request = get_adapter().request
        if not budgets.spend(request, "reset_password_of", self.cleaned_data["email"]):
            raise ImmediateHttpResponse(ratelimit.respond_429(request))
        person = _person_with(self.cleaned_data["email"])
        self.users = [person] if person else []
        return self.cleaned_data["email"]


class _NewPassword(forms.Form):
    """A new password, typed twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _reword(self.fields["password1"], "New password", PASSWORD_RULES)
        _reword(self.fields["password2"], "New password again")

    def clean_password2(self) -> str:
        """Compare them before allauth does, whose sentence has no code to tell it by."""
        first, again = self.cleaned_data.get("password1"), self.cleaned_data["password2"]
        if first and first != again:
            raise forms.ValidationError("The two passwords don’t match. Type both again.")
        return again


class PasswordByLinkForm(_NewPassword, theirs.ResetPasswordKeyForm):
    pass


class FirstPasswordForm(_NewPassword, theirs.SetPasswordForm):
    pass


class ChangePasswordForm(_NewPassword, theirs.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _reword(self.fields["oldpassword"], "Current password")


class PasswordAgainForm(theirs.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _reword(self.fields["password"], "Your password")


class NewAddressForm(theirs.AddEmailForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"] = OwnAddress(widget=self.fields["email"].widget)
        _reword(self.fields["email"], "New email address", "We’ll send a code there to confirm it’s yours.")


# --- the second factor ------------------------------------------------------------------------------------------------


class _Either(_Code):
    """A code of six digits from an app, or one of the longer ones kept for a bad day."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = "Code from your authenticator app"
        self.fields["code"].help_text = "Or one of your recovery codes."

    def clean_code(self) -> str:
        self.cleaned_data["code"] = re.sub(r"\D", "", self.cleaned_data["code"])
        return super(_Code, self).clean_code()  # type: ignore[misc]  # as above


class SecondFactorForm(_Either, second.AuthenticateForm):
    pass


class SecondFactorAgainForm(_Either, second.ReauthenticateForm):
    pass


class AppForm(_Code, ActivateTOTPForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = "Code from your authenticator app"


class _NamedKey(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _reword(
            self.fields["name"],
            "Name of this key",
            f"So you can {spelled('recognize')} it, for example “My phone” or “Blue key”.",
        )
        self.fields["name"].validators.append(MaxLengthValidator(60))


class AddKeyForm(_NamedKey, AddWebAuthnForm):
    pass


class RenameKeyForm(_NamedKey, EditWebAuthnForm):
    pass


# --- one's own account ------------------------------------------------------------------------------------------------


def _who_sees(person: User) -> str:
    """Return who reads how somebody is called, of those with whom their roles bring them together."""
    met = [
        *(["alumni"] if person.is_student else []),
        *(["students"] if person.is_alum or person.is_coach else []),
        *(["your coach"] if person.is_student else []),
        *(["colleagues"] if person.is_coach or person.is_office else []),
    ]
    return capfirst(get_text_list(met, "and")) if met else "Others"


class AccountForm(forms.ModelForm):
    """How somebody is called, and where and in what light they read."""

    scheme = forms.ChoiceField(
        required=False, label="Light or dark", choices=SCHEMES, widget=forms.RadioSelect, initial=""
    )

    class Meta:
        model = User
        fields = ["preferred_name", "pronouns", "time_zone", "scheme"]
        labels = {"preferred_name": "What people call you", "pronouns": "Pronouns"}
        widgets = {"preferred_name": forms.TextInput(attrs={"autocomplete": "nickname"})}
        help_texts = {"pronouns": "As you’d like others to see them, for example she/her or they/them."}

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first = person_name.read(self.instance.name).first
        self.fields["preferred_name"].help_text = f"If it is not {first}. {_who_sees(self.instance)} see it, too."
        hint = "For every time here and in our emails. To jump to a city, open the list and type its name."
        self.fields["time_zone"] = forms.ChoiceField(
            required=False, label="Time zone", help_text=hint, choices=zones.choices(self.instance.time_zone, now)
        )
        if not self.instance.is_zone_chosen:
            self.initial["time_zone"] = ""

    def clean_time_zone(self) -> str:
        """Nothing chosen: stay where the device was seen last, and go on following it."""
        chosen = self.cleaned_data["time_zone"]
        self.instance.is_zone_chosen = bool(chosen)
        return chosen or User.objects.values_list("time_zone", flat=True).get(pk=self.instance.pk)
