"""People and the links we mail them. Who may do what is decided in access.py; the roles here are only facts."""

import hashlib
import secrets
import zoneinfo
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Self

import rules
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.db.models.functions import Lower

from apps.policy.models import DEFAULT_ZONE, Policy
from apps.web.addresses import folded
from apps.wording.named import Named


class Role(models.TextChoices):
    STUDENT = "student", "Student"
    ALUM = "alum", "Alum"
    COACH = "coach", "Coach"
    OFFICE = "office", "Office"


def known_zone(value: str) -> None:
    """Refuse anything that is not an IANA time zone name. Raises ValidationError."""
    if value not in zoneinfo.available_timezones():
        raise ValidationError("Choose a time zone from the list.")


class UserQuerySet(models.QuerySet["User"]):
    def holding(self, role: str) -> Self:
        return self.filter(roles__contains=[role], is_active=True)


PeopleManager = BaseUserManager.from_queryset(UserQuerySet)


class UserManager(PeopleManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        fields.setdefault("time_zone", Policy.zone_now())  # until a device or a choice tells another
        user = self.model(email=folded(email), **fields)
        user.set_password(password) if password else user.set_unusable_password()
        user.save()
        return user


class User(Named, AbstractBaseUser):
    """One person, whatever their roles; the e-mail address is the name they sign in with."""

    email = models.EmailField(
        "email address", unique=True, error_messages={"unique": "This address is already in use."}
    )
    name = models.CharField(max_length=150)
    preferred_name = models.CharField(
        max_length=80, blank=True, help_text="What people call you, if not your first name."
    )
    pronouns = models.CharField(max_length=40, blank=True)
    sort_key = models.CharField(max_length=150, editable=False, db_index=True)
    roles = ArrayField(models.CharField(max_length=8, choices=Role), default=list, blank=True)
    time_zone = models.CharField(max_length=64, default=DEFAULT_ZONE, validators=[known_zone])
    is_zone_chosen = models.BooleanField(default=False)  # False: still the detected or default one
    scheme = models.CharField(max_length=5, blank=True, choices={"": "As the system", "light": "Light", "dark": "Dark"})
    is_active = models.BooleanField(default=True)
    epoch = models.PositiveIntegerField(default=0, db_default=0, editable=False)  # raised, it ends every sign-in before
    joined_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    objects = UserManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="one_account_per_address"),
            models.CheckConstraint(condition=models.Q(roles__contained_by=list(Role.values)), name="roles_are_known"),
        ]

    def __str__(self) -> str:
        return self.called

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.sort_key = self.parted_name.sort_key[:150]
        super().save(*args, **kwargs)

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)

    def get_session_auth_hash(self) -> str:
        return super().get_session_auth_hash() + self._of_epoch

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        return (hash + self._of_epoch for hash in super().get_session_auth_fallback_hash())

    @property
    def _of_epoch(self) -> str:
        """What a session remembers of the epoch: of the first one nothing, as before there were any."""
        return f".{self.epoch}" if self.epoch else ""

    def has_perm(self, permission: str, obj: object = None) -> bool:
        """Ask access.py: nobody passes by being a superuser."""
        return self.is_active and rules.has_perm(permission, self, obj)

    def is_(self, role: str) -> bool:
        return self.is_active and role in self.roles

    @property
    def is_student(self) -> bool:
        return self.is_(Role.STUDENT)

    @property
    def is_alum(self) -> bool:
        return self.is_(Role.ALUM)

    @property
    def is_coach(self) -> bool:
        return self.is_(Role.COACH)

    @property
    def is_office(self) -> bool:
        return self.is_(Role.OFFICE)


class AccountEvent(models.Model):
    """What happened to somebody's account, who did it, when and how. Written once: the database refuses a change."""

    class What(models.TextChoices):
        ADDRESS = "address", "Email address changed"
        CLOSED = "closed", "Account closed"
        REOPENED = "reopened", "Account reopened"

    class Way(models.TextChoices):
        SELF = "self", "On their own account page"
        OFFICE = "office", "By the office"
        FILE = "file", "From an imported file"
        SIGN_ON = "sign_on", "From the university’s sign-in"

    person = models.ForeignKey("accounts.User", models.DB_CASCADE, related_name="account_events")
    what = models.CharField(max_length=10, choices=What)
    was = models.CharField(max_length=254, blank=True)
    became = models.CharField(max_length=254, blank=True)
    way = models.CharField(max_length=10, choices=Way)
    by = models.ForeignKey("accounts.User", models.DB_SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["person", "-at"], name="account_events_of_person")]

    def __str__(self) -> str:
        return f"{self.what} of {self.person_id}"


def _token() -> str:
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


class MailLinkQuerySet(models.QuerySet["MailLink"]):
    def alive(self, now: datetime) -> Self:
        """Links that open something now: of a closed account, none does."""
        return self.filter(revoked_at=None, person__is_active=True).filter(
            models.Q(expires_at=None) | models.Q(expires_at__gt=now)
        )

    def found(self, token: str, now: datetime) -> "MailLink | None":
        """Return the live link behind a token, or None: unknown, forged, expired and revoked look alike."""
        return self.alive(now).select_related("person").filter(token_hash=token_hash(token)).first()

    def revoke(self, *, purpose: str, object_id: int, now: datetime) -> int:
        return self.filter(purpose=purpose, object_id=object_id, revoked_at=None).update(revoked_at=now)


class MailLink(models.Model):
    """A link in a mail: 256 random bits, of which only the SHA-256 is kept, bound to a purpose, an object, a person."""

    token_hash = models.CharField(max_length=64, unique=True)
    purpose = models.CharField(max_length=600)  # of an unsubscription, with all topics that the mail held
    object_id = models.BigIntegerField()
    person = models.ForeignKey("accounts.User", models.DB_CASCADE, related_name="mail_links")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = MailLinkQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["purpose", "object_id"], name="mail_link_subject")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.object_id}"

    @classmethod
    def make(cls, *, purpose: str, object_id: int, person: User, expires_at: datetime | None = None) -> str:
        """Create a link and return its token, which is never stored and cannot be shown again."""
        token = _token()
        cls.objects.create(
            token_hash=token_hash(token), purpose=purpose, object_id=object_id, person=person, expires_at=expires_at
        )
        return token

    def renew(self) -> str:
        """Give the link another token, for a mail that is sent again, and return it; the one before opens nothing."""
        token = _token()
        self.token_hash = token_hash(token)
        self.save(update_fields=["token_hash"])
        return token


class Guess(models.Model):
    """How often a code that was mailed has been guessed at: counted by one statement, however many guess at once."""

    MOST = 3

    key = models.CharField(max_length=64, primary_key=True)  # SHA-256 of the session and the moment of the code
    tries = models.PositiveSmallIntegerField()
    until = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name_plural = "guesses"

    def __str__(self) -> str:
        return f"{self.tries} until {self.until:%H:%M}"

    @classmethod
    def claim(cls, key: str) -> bool:
        """Take one of the tries that a code has. Returns whether there was one left."""
        with connection.cursor() as cursor:
            cursor.execute(_CLAIM, {"key": hashlib.sha256(key.encode()).hexdigest(), "most": cls.MOST})
            return cursor.fetchone() is not None


_CLAIM = """
    WITH over AS (DELETE FROM accounts_guess WHERE until < now() AND key <> %(key)s)
    INSERT INTO accounts_guess (key, tries, until) VALUES (%(key)s, 1, now() + interval '20 minutes')
    ON CONFLICT (key) DO UPDATE SET tries = accounts_guess.tries + 1 WHERE accounts_guess.tries < %(most)s
    RETURNING tries
"""


class Press(models.Model):
    """One press of one rendered form, and the page it led to; kept for a day, so that a second press does nothing."""

    person = models.ForeignKey("accounts.User", models.CASCADE, related_name="presses")
    key = models.CharField(max_length=64)  # SHA-256 of the address and everything in the form, its own key included
    led_to = models.TextField(blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="one_act_per_press")]
        verbose_name_plural = "presses"

    def __str__(self) -> str:
        return f"{self.person}, {self.at:%Y-%m-%d %H:%M}"


class ErasedMark(models.Model):
    """A keyed hash of an address or a number of somebody whose data was deleted on request (erased.py)."""

    mark = models.CharField(max_length=64, primary_key=True)
    erased_on = models.DateField()

    def __str__(self) -> str:
        return f"{self.mark[:8]}… of {self.erased_on:%Y-%m-%d}"
