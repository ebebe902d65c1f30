"""The alumni directory: who is listed, what they offer, when they may be asked.

Facts and sets only. Searching is directory/search.py, bringing in an advancement export imports.py, limits limits.py.
"""

from collections.abc import Collection
from datetime import date
from typing import Any, Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import connection, models
from django.db.models import F, Q
from django.db.models.functions import Lower

from apps.accounts.models import User, known_zone
from apps.alumni import places, words
from apps.alumni.spelling import MARK
from apps.alumni.zone_words import name_a_zone
from apps.clock import times
from apps.clock.regions import spelled_lazily
from apps.wording import person_name
from apps.wording.named import Named
from apps.wording.text import folded


class Listing(models.TextChoices):
    LISTED = "listed", "Listed"
    INVITED = "invited", "Not invited yet"
    HIDDEN = "hidden", "Not listed"
    REMOVED = "removed", "Left the directory"
    RESTING = "resting", "Hidden until confirmed"
    CLOSED = "closed", "Account closed"  # was listed, and is again once the account reopens


class Help(models.TextChoices):
    TALK = "talk", "A 20-minute conversation"
    RESUME = "resume", spelled_lazily("A résumé review")
    SHADOW = "shadow", "A day at work"
    MOCK = "mock", "A practice interview"
    PANEL = "panel", "A career panel"
    REFERRAL = "referral", "Introductions to others"


class Format(models.TextChoices):
    VIDEO = "video", "Video"
    PHONE = "phone", "Phone"
    IN_PERSON = "in_person", "In person"
    VISIT = "visit", "At the workplace"  # the student comes and sees the work (R17)


MEETINGS = (Format.IN_PERSON, Format.VISIT)  # there is a place to go to, with a clock of its own


class Hidden(models.TextChoices):
    """What an alum may keep from students (visibility.py)."""

    LAST_NAME = "last_name", "My last name, all but the initial"
    EMPLOYER = "employer", "Where I work"
    CITY = "city", "Where I live"
    CLASS_YEAR = "class_year", "My class year"
    FORMER_NAME = "former_name", "My former name, and don’t let people find me by it"


# Each line of search_text is one weight: who and role before work and study, before place and year, before the rest.
_WEIGHTED = " || ".join(
    f"setweight(to_tsvector('simple'::regconfig, split_part(%(expressions)s, chr(10), {line})), '{weight}')"
    for line, weight in enumerate("ABCD", 1)
)


IN_ROLE = "ts_filter(%(expressions)s, '{a}'::\"char\"[])"  # the words of the first line alone


class AlumniQuerySet(models.QuerySet["AlumniProfile"]):
    def listed(self) -> Self:
        return self.filter(listing=Listing.LISTED)

    def without_account(self, words: str) -> Self:
        """Those without an account who have all these words in their name, or them in their address: for the office."""
        named = Q()
        for word in folded(words.replace(",", " ")).split():
            named &= Q(sort_key__icontains=word) | Q(kept_back__sort_key__icontains=word)
        by_address = Q(email__icontains=words)
        found = self.filter(named | by_address if named else by_address, user=None)
        return found.order_by("sort_key", "pk")

    def lean(self) -> Self:
        """Only the columns that a list shows."""
        shown = ("id", "name", "preferred_name", "sort_key", "class_year", "title", "employer", "field", "majors")
        return self.only(*shown, "city", "country", "helps", "monthly_cap", "paused_until", "is_paused")

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """The directory for students, coaches and the office; always one's own entry; the office sees every row."""
        if not user.is_authenticated:
            return self.none()
        if user.is_office:
            return self
        rows = Q(user=user)
        if user.is_student or user.is_coach:
            rows |= Q(listing=Listing.LISTED)
        return self.filter(rows)


_GONE = {  # what is hidden stands nowhere in the entry
    "employer": Q(employer=""),
    "city": Q(city="", region="", country=""),
    "class_year": Q(class_year=None),
    "former_name": Q(former_name=""),
}


class AlumniProfile(Named, models.Model):
    """One entry of the directory. `user` is the alum's account, made when they are first asked or claim the entry."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="alumni_profile"
    )
    external_id = models.CharField("Constituent ID", max_length=40, unique=True, null=True, blank=True)
    listing = models.CharField(max_length=8, choices=Listing, default=Listing.INVITED)
    is_do_not_contact = models.BooleanField(default=False)
    is_deceased = models.BooleanField(default=False)

    name = models.CharField(max_length=150)
    preferred_name = models.CharField(max_length=80, blank=True)
    middle_name = models.CharField(
        max_length=80, blank=True, help_text="Shown to no one. People who search for it find you."
    )
    former_name = models.CharField(max_length=150, blank=True, help_text="A name they had before, as at graduation.")
    shows_former_name = models.BooleanField(default=False)
    sort_key = models.CharField(max_length=150, editable=False)
    pronouns = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    shows_email = models.BooleanField(default=False)
    phone = models.CharField(max_length=60, blank=True)
    linkedin = models.URLField(blank=True)

    class_year = models.PositiveSmallIntegerField(null=True, blank=True)
    degrees = models.CharField(max_length=300, blank=True, help_text="As the university records them.")
    majors = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    employer = models.CharField(max_length=160, blank=True)
    title = models.CharField("role", max_length=160, blank=True)
    field = models.CharField(max_length=80, blank=True)
    city = models.CharField(max_length=80, blank=True)
    region = models.CharField(max_length=80, blank=True)
    country = models.CharField(max_length=2, blank=True)
    time_zone = models.CharField(max_length=64, default="America/Chicago", validators=[known_zone])

    helps = ArrayField(models.CharField(max_length=10, choices=Help), default=list, blank=True)
    formats = ArrayField(models.CharField(max_length=10, choices=Format), default=list, blank=True)
    languages = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    quote = models.CharField("in your words", max_length=300, blank=True)
    happy_to_discuss = models.CharField(max_length=300, blank=True)
    usual_times = models.CharField(max_length=200, blank=True)  # in their own words and zone, before any request
    rather_not = models.CharField(max_length=300, blank=True)

    monthly_cap = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Requests a month; empty: the office’s limit."
    )
    paused_until = models.DateField(null=True, blank=True)
    is_paused = models.BooleanField(default=False, help_text="Until they tell us otherwise.")

    office_notes = models.TextField(blank=True)
    source_updated_on = models.DateField(null=True, blank=True)
    own_fields = ArrayField(  # what the alum told us themselves: no import writes over it
        models.CharField(max_length=40), default=list, blank=True, editable=False
    )
    hides = ArrayField(models.CharField(max_length=12, choices=Hidden), default=list, blank=True, editable=False)
    kept_back = models.JSONField(default=dict, blank=True, editable=False)  # {column: what is hidden of it}
    source_digest = models.CharField(  # the row of the file it was last brought in by, and what came of it
        max_length=32, editable=False, default=""
    )
    search_text = models.TextField(editable=False, default="")  # composed by words.search_text
    facets = ArrayField(models.CharField(max_length=200), default=list, editable=False)  # composed by words.facets
    search = models.GeneratedField(
        expression=models.Func(models.F("search_text"), template=f"({_WEIGHTED})"),
        output_field=SearchVectorField(),
        db_persist=True,
    )
    confirmed_at = models.DateTimeField(null=True, blank=True, editable=False)  # the alum last said that it is right
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = AlumniQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(listing="listed") | Q(is_do_not_contact=False, is_deceased=False),
                name="listed_may_be_contacted",
            ),
            models.CheckConstraint(condition=~Q(listing="listed") | ~Q(email=""), name="listed_can_be_asked"),
            models.UniqueConstraint(Lower("email"), condition=Q(listing="listed"), name="one_listed_entry_per_address"),
            *[
                models.CheckConstraint(condition=~Q(hides__contains=[hidden]) | gone, name=f"hides_{hidden}")
                for hidden, gone in _GONE.items()
            ],
        ]
        indexes = [
            models.Index(fields=["sort_key", "id"], name="alumni_by_name"),
        ]

    def __str__(self) -> str:
        return self.called

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.compose()
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "sort_key", "search_text", "facets", "updated_at"}
        super().save(*args, **kwargs)
        if self.listing == Listing.LISTED:
            Word.objects.learn(self.search_text)

    def get_absolute_url(self) -> str:
        return f"/people/{self.pk}/"

    @property
    def times_zone(self) -> str:
        """The zone of their best times, in words, unless these name one."""
        return "" if name_a_zone(self.usual_times, self.time_zone) else times.zone_name(self.time_zone)

    def compose(self) -> None:
        """Fill the columns that searching and sorting read. `save` does it; call it before a bulk write."""
        given: tuple[str, ...] | None = None
        if not person_name.is_plainly(self.name, self.sort_key):
            name = self.parted_name
            self.sort_key, given = name.sort_key[:150], name.given
        self.search_text = words.search_text(self, given)
        self.facets = words.facets(self)

    @property
    def alum_user_id(self) -> int | None:
        """The account behind the entry, for access.py."""
        return self.user_id

    @property
    def why_not_listed(self) -> str:
        """Why the office can’t have the entry listed as it is; empty where nothing of it stands in the way."""
        if self.is_deceased:
            return "The university’s file says they have died."
        if self.is_do_not_contact:
            return "The university’s file says Do Not Contact."
        return "" if self.email else "There’s no email address for them."

    @property
    def formerly(self) -> str:
        """The name they had before, where they want it to be read."""
        return self.former_name if self.shows_former_name else ""

    @property
    def class_mark(self) -> str:
        """’14 for the class of 2014."""
        return person_name.class_mark(self.class_year)

    @property
    def place(self) -> str:
        """“Duluth, MN” at home, “Dublin, Ireland” abroad."""
        return places.place_name(self.city, self.region, self.country)

    def pauses_on(self, day: date) -> bool:
        """Whether the alum takes no requests on `day`."""
        return self.is_paused or (self.paused_until is not None and day < self.paused_until)


class ConfirmedPart(models.Model):
    """When an alum last said that one part of their entry is right; without a row, when they said it of all of it."""

    alum = models.ForeignKey(AlumniProfile, models.CASCADE, related_name="confirmed_parts")
    part = models.CharField(max_length=8)  # the key of alumni.confirming.PARTS
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["alum", "part"], name="part_confirmed_once")]

    def __str__(self) -> str:
        return f"{self.part}, {self.at:%Y-%m-%d}"


class Bundle(models.Model):
    """What somebody can be narrowed by, of one kind: facets that many have together. Its code is their hash.

    Only the database adds some, with a row of Findable; none is ever changed or removed.
    """

    code = models.BigIntegerField(primary_key=True)
    facets = ArrayField(models.CharField(max_length=200))

    class Meta:
        indexes = [GinIndex(fields=["facets"], name="bundles_by_facet")]

    def __str__(self) -> str:
        return ", ".join(self.facets)


class Findable(models.Model):
    """What a search reads of somebody listed: a narrow row beside their entry.

    The database keeps it in the transaction that writes the entry, whoever writes (0016_findable.py): it has nothing
    that the entry does not say. What is counted together is one code, of a Bundle; 0 is none. Who comes in together
    lies by field and title, for they are found together (0019_rows_lie_by_work.py).
    """

    alum = models.OneToOneField(  # no constraint: the trigger does what it would, for a file of 100,000 at once
        AlumniProfile, models.DO_NOTHING, primary_key=True, db_constraint=False, related_name="findable"
    )
    offers = models.BigIntegerField()  # help, formats, and whatever is of no other kind
    studies = models.BigIntegerField()  # majors, degrees, languages
    work = models.BigIntegerField()  # field, years
    place = models.BigIntegerField()
    class_year = models.PositiveSmallIntegerField(null=True)
    is_paused = models.BooleanField()
    paused_until = models.DateField(null=True)
    sort_key = models.CharField(max_length=150, db_collation="C")
    organization = models.CharField(max_length=200)
    words = SearchVectorField()

    class Meta:
        indexes = [
            models.Index(fields=["sort_key", "alum"], name="findable_by_name"),
            models.Index(F("class_year").desc(nulls_last=True), "sort_key", "alum", name="findable_by_year"),
            GinIndex(fields=["words"], name="findable_by_word"),
            GinIndex(models.Func(F("words"), template=f"({IN_ROLE})"), name="findable_by_role"),
            *(
                models.Index(fields=[name], name=f"findable_by_{name}")
                for name in ("offers", "studies", "work", "place", "organization")
            ),
        ]

    def __str__(self) -> str:
        return self.sort_key


class WordQuerySet(models.QuerySet["Word"]):
    def learn(self, text: str) -> None:
        """Remember the words of a listed person, so that a mistyped one can be put right."""
        found = {word[:60] for word in text.split() if not word.startswith(MARK)}
        Word.objects.bulk_create([Word(word=word) for word in sorted(found)], ignore_conflicts=True)

    def learn_all(self, found: Collection[str]) -> None:
        """Remember the words of many who are listed now."""
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO alumni_word SELECT unnest(%s::text[]) ON CONFLICT DO NOTHING",
                [sorted({word[:60] for word in found})],  # in order they go into the index much faster
            )

    def relearn(self) -> None:
        """Gather the words of everybody listed anew, after an import."""
        words_of_listed = "SELECT search FROM alumni_alumniprofile WHERE listing = ''listed''"
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM alumni_word")
            cursor.execute(
                f"INSERT INTO alumni_word SELECT DISTINCT left(word, 60) FROM ts_stat('{words_of_listed}')"  # noqa: S608
                f" WHERE word NOT LIKE '{MARK}%'"
            )


class Word(models.Model):
    """A word that stands somewhere in the listed directory: what the search puts a mistyped word right by."""

    word = models.CharField(max_length=60, primary_key=True)

    objects = WordQuerySet.as_manager()

    class Meta:
        indexes = [GinIndex(OpClass("word", name="gin_trgm_ops"), name="words_by_likeness")]

    def __str__(self) -> str:
        return self.word


class SavedAlum(models.Model):
    """A student's bookmark in the directory."""

    student = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_alumni")
    alum = models.ForeignKey(AlumniProfile, models.CASCADE, related_name="saved_by")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["student", "alum"], name="saved_once")]

    def __str__(self) -> str:
        return f"{self.student} saved {self.alum}"


class BlockedStudent(models.Model):
    """A student who may not ask this alum again, by the alum’s own word. Nobody is told; no reason is kept."""

    alum = models.ForeignKey(AlumniProfile, models.CASCADE, related_name="blocked_students")
    student = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="blocked_by")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["student", "alum"], name="blocked_once")]

    def __str__(self) -> str:
        return f"{self.alum} blocked {self.student}"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def waiting(self) -> Self:
        return self.filter(mailed_at=None)


class Invitation(models.Model):
    """One time that an alum was invited into the directory. What they said to it is on the entry itself."""

    alum = models.ForeignKey(AlumniProfile, models.CASCADE, related_name="invitations")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["alum"], condition=Q(mailed_at=None), name="one_invitation_waits")
        ]
        indexes = [
            models.Index(fields=["alum", "-asked_at"], name="invitations_of_alum"),
            models.Index(fields=["mailed_at"], name="invitations_by_mail"),
        ]

    def __str__(self) -> str:
        return f"{self.alum} invited on {self.asked_at:%Y-%m-%d}"


class AlumniImportQuerySet(models.QuerySet["AlumniImport"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Only the office sees what came in with an export."""
        return self.defer("content", "verdicts") if user.is_authenticated and user.is_office else self.none()


class AlumniImport(models.Model):
    """One advancement export that the office read in: its dry run, then its import (R205)."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        CHECKING = "checking", "Checking"
        UNREADABLE = "unreadable", "Couldn’t be read"
        CHECKED = "checked", "Ready to review"
        RUNNING = "running", "Importing"
        DONE = "done", "Imported"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", spelled_lazily("Canceled")

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    file_name = models.CharField(max_length=200)
    content = models.BinaryField()  # emptied once it is imported
    state = models.CharField(max_length=10, choices=State, default=State.CHECKED)
    counts = models.JSONField(default=dict)
    verdicts = models.JSONField(
        default=list, help_text="Row, id, name, verdict and reason; the plain rows only up to a first few."
    )
    columns = models.JSONField(default=dict)  # which of our columns was read from which of theirs
    attempts = models.PositiveSmallIntegerField(default=0)  # by workers, since somebody last asked for it
    done_rows = models.PositiveIntegerField(default=0)
    total_rows = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = AlumniImportQuerySet.as_manager()

    def __str__(self) -> str:
        return self.file_name
