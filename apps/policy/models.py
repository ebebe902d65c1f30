"""What the office has decided: names, colours, caps, deadlines. One row, edited on the office's policy page.

It decides nothing itself; the apps that act ask it. It stands lowest so that every app may.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, time
from typing import Any, Self, cast

from django.core.cache import caches
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models.expressions import RawSQL
from django.db.models.functions import Lower

from apps.clock import regions, times
from apps.database.prepared import prepared

LOCALES = [(region.code, region.name) for region in regions.REGIONS.values()]
LOCALE_KEPT_S = 60
DEFAULT_ZONE = "America/Chicago"
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
UNNAMED = "Our University"  # until the office says what it is called


class ReviewRule(models.TextChoices):
    NEVER = "never", "Only when the student asks"
    FIRST = "first", "A student’s first requests"
    ALWAYS = "always", "Every request"


DAYS_OF_A_WEEK = 7


def usual_hours() -> list[list[str]]:
    """Nine to five from Monday to Friday: until the office says otherwise. An empty list: closed all day."""
    return [["09:00", "17:00"] if day < 5 else [] for day in range(DAYS_OF_A_WEEK)]


class Policy(models.Model):
    """The office's one set of rules (R241). Read it through `Policy.now()`."""

    university = models.CharField(max_length=120, default=UNNAMED)
    short_name = models.CharField(max_length=40, default=UNNAMED)
    office_name = models.CharField(max_length=120, default="Career Office")
    office_email = models.EmailField(default="career@university.example")
    time_zone = models.CharField(max_length=64, default=DEFAULT_ZONE)
    locale = models.CharField(
        "region format",
        max_length=5,
        choices=LOCALES,
        default="en-US",
        help_text="How dates, times and some words are written.",
    )
    opening_hours = models.JSONField(default=usual_hours, editable=False)  # of each weekday, Monday first
    logo = models.CharField(max_length=200, blank=True, help_text="A path below static/, or empty for the thread.")
    colour = models.CharField(
        max_length=7,
        blank=True,
        validators=[RegexValidator(r"^#[0-9a-fA-F]{6}$", "Write # and 6 digits, for example #6b2358.")],
        help_text="For buttons and links; empty for plum.",
    )
    welcome = models.TextField(blank=True, help_text="1 or 2 sentences on the sign-in page.")

    term_name = models.CharField(max_length=40, blank=True, default="fall term")
    term_starts_on = models.DateField(null=True, blank=True)
    term_ends_on = models.DateField(null=True, blank=True)

    alum_monthly_cap = models.PositiveSmallIntegerField(
        default=2, help_text="Requests an alum gets in a month, pending and accepted, unless their own number is lower."
    )
    student_open_cap = models.PositiveSmallIntegerField(
        default=3, help_text="Open requests one student may hold (R204)."
    )
    cooling_off_days = models.PositiveSmallIntegerField(
        default=180, help_text="Days before the same student may ask the same alum again."
    )
    answer_days = models.PositiveSmallIntegerField(
        default=14, validators=[MinValueValidator(2), MaxValueValidator(60)], help_text="Days until a request expires."
    )
    nudge_days = models.PositiveSmallIntegerField(default=6, help_text="Days until the alum gets a reminder.")
    unanswered_checks = models.PositiveSmallIntegerField(
        default=2, help_text="Missed yearly checks before a profile is hidden; 0: never (R206)."
    )
    undo_minutes = models.PositiveSmallIntegerField(default=5, help_text="Minutes to undo a sent request.")
    review_rule = models.CharField(max_length=8, choices=ReviewRule, default=ReviewRule.FIRST)
    review_first = models.PositiveSmallIntegerField(default=1, help_text="How many first requests a coach reviews.")
    moves_each = models.PositiveSmallIntegerField(default=2, help_text="For one conversation.")
    move_reason = models.BooleanField(default=True, help_text="The student writes a short reason when rescheduling.")
    video_room = models.CharField(
        max_length=200, blank=True, help_text="A pattern for video rooms, with {code}; empty: the student gives a link."
    )
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name_plural = "policy"
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="policy_is_one_row")]

    def __str__(self) -> str:
        return f"Settings of {self.university}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        caches["near"].set_many({"locale": self.locale, "zone": self.time_zone}, LOCALE_KEPT_S)

    @classmethod
    def now(cls) -> Self:
        """Return the office's policy, written with its defaults the first time it is asked for."""
        return cls.first(cast("list[Self]", the_policy()))

    @classmethod
    def first(cls, rows: Sequence[Self]) -> Self:
        """Return the policy out of the rows of `the_policy`, which may have been asked for together with others."""
        return rows[0] if rows else cls.objects.get_or_create(pk=1)[0]

    @classmethod
    def zone_now(cls) -> str:
        """Return the office's time zone: asked for every new account, so another process may know it a minute late."""
        near = caches["near"]
        zone = near.get("zone")
        if zone is None:
            zone = cls.objects.values_list("time_zone", flat=True).first() or DEFAULT_ZONE
            near.set("zone", zone, LOCALE_KEPT_S)
        return zone

    @classmethod
    def locale_now(cls) -> str:
        """Return how the office writes dates: asked for every request, so another process may know it a minute late."""
        near = caches["near"]
        code = near.get("locale")
        if code is None:
            code = cls.objects.values_list("locale", flat=True).first() or regions.EN_US.code
            near.set("locale", code, LOCALE_KEPT_S)
        return code

    @property
    def words_version(self) -> str:
        """Which search words the office has: another one with every change, "" where it has none."""
        return getattr(self, "words_now", "")

    @property
    def is_unnamed(self) -> bool:
        """Whether nobody has said yet which university this is."""
        return self.university == UNNAMED

    @property
    def full_name(self) -> str:
        return f"{self.university} {self.office_name}"

    @property
    def hours(self) -> list[tuple[time, time] | None]:
        """When the office opens and closes on each weekday, Monday first; None: closed."""
        return [(time.fromisoformat(day[0]), time.fromisoformat(day[1])) if day else None for day in self.opening_hours]

    def term_since(self, zone: times.Zone) -> datetime:
        """When the term began in this zone: what “this term” counts from, for a student and for their coach."""
        return times.midnight(self.term_starts_on, zone) if self.term_starts_on else LONG_AGO

    @property
    def term_in_words(self) -> str:
        """What a figure counts in, behind it: “this fall term”; without a first day, “so far”."""
        return f"this {self.term_name or 'term'}" if self.term_starts_on else "so far"

    def is_term_over(self, now: datetime) -> bool:
        """Whether the last day lies behind, at the office."""
        return self.term_ends_on is not None and times.local_date(now, self.time_zone) > self.term_ends_on

    def term_week(self, now: datetime) -> int | None:
        """Return which week of the term it is at the office, from its first day; None outside of it."""
        if self.term_starts_on is None or self.is_term_over(now):
            return None
        days = (times.local_date(now, self.time_zone) - self.term_starts_on).days
        return days // 7 + 1 if days >= 0 else None


@prepared
def the_policy() -> models.QuerySet[Policy]:
    """Every page asks this; with it comes the version of the search words, so that no search has to ask for it."""
    return Policy.objects.filter(pk=1).annotate(words_now=RawSQL(_WORDS, []))  # noqa: S611 - our own words alone


_WORDS = """(
    SELECT coalesce(md5(string_agg(concat_ws(chr(31), kind, phrase, means), chr(30) ORDER BY id)), '')
    FROM policy_searchword
)"""


class Phrase(models.Model):
    """What the office changed in the rules that look for asking for a job: its own phrases, and rules switched off."""

    class Kind(models.TextChoices):
        ASKS = "asks", "Asks for a job"
        FINE = "fine", "Doesn’t ask for a job"
        OFF = "off", "One of Rapport’s own rules, turned off"

    kind = models.CharField(max_length=4, choices=Kind)
    pattern = models.CharField(max_length=200)  # the words; for OFF the name of the rule
    explanation = models.CharField("why it can be misread", max_length=240, blank=True)
    suggestion = models.CharField("a better sentence", max_length=240, blank=True)
    is_on = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "pattern"], name="phrase_once"),
            models.CheckConstraint(condition=models.Q(kind__in=["asks", "fine", "off"]), name="phrase_kind_known"),
        ]

    def __str__(self) -> str:
        return self.pattern


class SearchWord(models.Model):
    """A word or phrase that students here use, and what it means when they search the directory (R274)."""

    class Kind(models.TextChoices):
        OCCUPATION = "occupation", "An occupation"
        FIELD = "field", "A field or a major"
        PLACE = "place", "A place"
        ORGANIZATION = "organization", regions.spelled_lazily("An organization")

    kind = models.CharField("what it is", max_length=12, choices=Kind)
    phrase = models.CharField("what students type", max_length=60)
    means = models.TextField("what it means", max_length=500)  # one a line

    class Meta:
        constraints = [
            models.UniqueConstraint("kind", Lower("phrase"), name="search_word_once"),
            models.CheckConstraint(
                condition=models.Q(kind__in=["occupation", "field", "place", "organization"]),
                name="search_word_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return self.phrase

    @property
    def meanings(self) -> list[str]:
        return [line for line in self.means.splitlines() if line]


class Holiday(models.Model):
    """A day on which the office is closed, besides the weekdays without opening hours."""

    on = models.DateField("date", unique=True)
    name = models.CharField(max_length=80)

    def __str__(self) -> str:
        return self.name
