"""One student's own network: contacts, organizations, who named whom, when they were in touch, what comes next.

Everything here belongs to one student. A coach may look at what is shared, and never changes it.
"""

from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Lower

from apps.accounts.models import User, known_zone
from apps.clock.regions import spelled_lazily
from apps.network import twins
from apps.network.above import rows_above
from apps.network.folding import Folded
from apps.network.twins import Key
from apps.wording import person_name
from apps.wording.person_name import PersonName
from apps.wording.text import folded, one_line


class OwnedQuerySet[M: models.Model](models.QuerySet[M]):
    """Rows of one student; a coach of the caseload sees them where the student shares their network."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        if not user.is_authenticated:
            return self.none()
        rows = Q(student=user)
        if user.is_coach:
            rows |= Q(student__student_profile__coach=user, student__student_profile__shares_network=True)
        return self.filter(rows)


class OrganizationQuerySet(OwnedQuerySet["Organization"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """As every owned row, but a coach sees only where somebody works whom they see as well."""
        rows = super().visible_to(user)
        of_shared = self.filter(contacts__is_private=False).values("pk")
        return rows.filter(Q(student=user) | Q(pk__in=of_shared)) if user.is_authenticated else rows


class Organization(models.Model):
    """An employer the student wants to know about (R1, R43)."""

    student = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="organizations")
    name = models.CharField(max_length=160)
    is_target = models.BooleanField(default=False)
    notes = models.TextField(blank=True)

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint("student", Lower("name"), name="organization_once_per_student")]

    def __str__(self) -> str:
        return self.name


class Relation(models.TextChoices):
    """How the student comes to know somebody: warm first, then cold (R32, R33)."""

    FAMILY = "family", "Family or community"
    FRIEND = "friend", "Friend or fellow student"
    PROFESSOR = "professor", "Professor or mentor"
    WORK = "work", "Supervisor or colleague"
    COACH = "coach", "Career coach"
    ALUM = "alum", "Alum of our university"
    REFERRED = "referred", "Someone suggested them"
    EVENT = "event", "Met at an event"
    LINKEDIN = "linkedin", "Found on LinkedIn"
    WEBSITE = "website", "Found on a website"


WARM = {
    Relation.FAMILY,
    Relation.FRIEND,
    Relation.PROFESSOR,
    Relation.WORK,
    Relation.COACH,
    Relation.ALUM,
    Relation.REFERRED,
}


class Closeness(models.IntegerChoices):
    """How well the student knows somebody, in their own judgment (R120); only they see it."""

    CLOSE = 4, "Close"
    KNOW_WELL = 3, "Know well"
    KNOW_A_LITTLE = 2, "Know a little"
    NOT_MET = 1, "Haven’t met"


class Phase(models.TextChoices):
    """Where somebody stands with the student, as they chose it (R120): the keys of relationship.LABELS."""

    KNOWN = "known", "Not asked yet"
    NEW = "new", "Suggested"
    ASKED = "asked", "Asked"
    BOOKED = "booked", "Scheduled"
    TALKED = "talked", "In touch"
    COLD = "cold", "It’s been a while"
    NOT_NOW = "not_now", "Not now"


class TagQuerySet(models.QuerySet["Tag"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Tags are the student’s own words: nobody else reads them."""
        return self.filter(student=user) if user.is_authenticated else self.none()


class Tag(models.Model):
    """A word by which a student finds people again. Written in one way, however it is typed later."""

    student = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="tags")
    name = models.CharField(max_length=40)
    key = models.CharField(max_length=80, editable=False)  # the name folded: by what it is once

    objects = TagQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["student", "key"], name="tag_once_per_student"),
            models.CheckConstraint(condition=~Q(key=""), name="tag_says_something"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.compose()
        super().save(*args, **kwargs)

    def compose(self) -> None:
        """Bring the name into its form, and work out its key. Whoever writes many at once calls it for each."""
        self.name = one_line(self.name).lstrip("#").strip()[:40]
        self.key = folded(self.name)[:80]


class ContactQuerySet(OwnedQuerySet["Contact"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """As every owned row, but a contact the student keeps private stays theirs alone."""
        rows = super().visible_to(user)
        return rows.filter(Q(student=user) | Q(is_private=False)) if user.is_authenticated else rows

    def like(self, key: Key) -> Self:
        """Those who may be the person of this key, on the map before those who were removed (see twins.find)."""
        same = Q(email_key=key.email, email_key__gt="") | Q(linkedin_key=key.linkedin, linkedin_key__gt="")
        rows = self.filter(same | Q(name_key=key.name, name_key__gt="")).select_related("organization")
        return rows.order_by(F("archived_at").desc(nulls_first=True), "pk")


_ON_MAP = Q(archived_at=None)


def called(name: str) -> str:
    """What to call somebody of this name: Teresa; and Dr. Osei, for those who are known by a title."""
    return person_name.read(name).first


class Contact(models.Model):
    """A person in one student's network. A directory alum becomes one on the first request."""

    student = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="contacts")
    alum = models.ForeignKey("alumni.AlumniProfile", models.SET_NULL, null=True, blank=True, related_name="contacts")
    name = models.CharField(max_length=150)
    sort_key = models.CharField(max_length=150, editable=False)
    # By what twins are found (see twins.py), composed as sort_key is.
    name_key = models.CharField(max_length=150, editable=False, default="")
    email_key = models.CharField(max_length=254, editable=False, default="")
    linkedin_key = models.CharField(max_length=200, editable=False, default="")
    pronouns = models.CharField(max_length=40, blank=True)
    title = models.CharField("role", max_length=160, blank=True)
    organization = models.ForeignKey(Organization, models.SET_NULL, null=True, blank=True, related_name="contacts")
    relation = models.CharField("how you know them", max_length=9, choices=Relation, default=Relation.ALUM)
    source = models.CharField("where you met or found them", max_length=200, blank=True)
    email = models.EmailField("email", blank=True)
    phone = models.CharField(max_length=60, blank=True)
    linkedin = models.URLField("LinkedIn", blank=True)
    city = models.CharField(max_length=80, blank=True)
    class_year = models.PositiveSmallIntegerField(null=True, blank=True)
    time_zone = models.CharField(max_length=64, blank=True, default="", validators=[known_zone])
    notes = models.TextField(blank=True)
    tags = models.ManyToManyField(Tag, blank=True, related_name="contacts")
    closeness = models.PositiveSmallIntegerField(choices=Closeness, null=True, blank=True)
    # Chosen by the student: it wins over what relationship.standing works out. Blank: that is worked out.
    phase = models.CharField(max_length=7, choices=Phase, blank=True, default="")
    told_apart = ArrayField(  # entries of the directory of whom the student said that they are somebody else
        models.BigIntegerField(), default=list, blank=True, editable=False
    )
    told_from = ArrayField(  # people of the map of whom the student said the same
        models.BigIntegerField(), default=list, blank=True, editable=False
    )
    card = models.OneToOneField(  # a photo of the card they handed over (R93)
        "files.PrivateFile", models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    in_my_field = (
        models.BooleanField(  # whether they know the words of the student's field; nothing: as their work says
            null=True, blank=True, editable=False
        )
    )
    is_private = models.BooleanField(default=False, help_text="Your coach does not see this person.")
    archived_at = models.DateTimeField(null=True, blank=True)
    last_touch_at = models.DateTimeField(null=True, blank=True)  # kept by network.actions.touch
    came_with = models.ForeignKey("ContactImport", models.SET_NULL, null=True, blank=True, related_name="contacts")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ContactQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["student", "alum"], name="alum_is_a_contact_once"),
            models.UniqueConstraint(fields=["id", "student"], name="contact_of_student"),
            models.UniqueConstraint(
                fields=["student", "email_key"], condition=_ON_MAP & Q(email_key__gt=""), name="one_person_of_a_mail"
            ),
            models.UniqueConstraint(
                fields=["student", "linkedin_key"],
                condition=_ON_MAP & Q(linkedin_key__gt=""),
                name="one_person_of_a_linkedin",
            ),
        ]
        indexes = [
            models.Index(fields=["student", "sort_key", "id"], name="contacts_by_name"),
            models.Index(
                "student",
                F("last_touch_at").asc(nulls_last=True),
                "sort_key",
                "id",
                condition=Q(archived_at=None),
                name="contacts_by_silence",
            ),
            models.Index(fields=["id"], condition=Q(is_private=True), name="private_contacts"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.compose()
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return f"/network/{self.pk}/"

    def compose(self) -> None:
        """Work out what is sorted and compared by. `save` does; whoever writes many at once calls it for each."""
        self.sort_key = self.parted_name.sort_key[:150]
        self.name_key, self.email_key = twins.name_key(self.name), twins.email_key(self.email)
        self.linkedin_key = twins.linkedin_key(self.linkedin)

    @property
    def coach_id(self) -> int | None:
        return self.student.student_profile.coach_id

    @property
    def parted_name(self) -> PersonName:
        return person_name.read(self.name)

    @property
    def twin_key(self) -> Key:
        place = twins.organization_key(self.organization_name)
        return Key(self.email_key, self.linkedin_key, self.name_key, place)

    @property
    def first_name(self) -> str:
        return self.parted_name.first

    @property
    def organization_name(self) -> str:
        return self.organization.name if self.organization else ""

    @property
    def initials(self) -> str:
        return self.parted_name.initials

    @property
    def class_mark(self) -> str:
        return person_name.class_mark(self.class_year)

    @property
    def is_warm(self) -> bool:
        return self.relation in WARM


class ContactImportQuerySet(models.QuerySet["ContactImport"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Only the student sees the files they brought: what they did not choose is nobody else's to read."""
        return self.defer("content").filter(student=user) if user.is_authenticated else self.none()


class ContactImport(models.Model):
    """A file of people that a student brought: its rows until they chose, then the batch that can be undone."""

    class State(models.TextChoices):
        CHOOSING = "choosing", "Ready to review"
        DONE = "done", "Imported"
        UNDONE = "undone", "Undone"

    student = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="contact_imports")
    file_name = models.CharField(max_length=200)
    content = models.BinaryField(default=bytes)  # emptied, as the rows are, once people are chosen
    state = models.CharField(max_length=8, choices=State, default=State.CHOOSING)
    columns = models.JSONField(default=dict)  # header, samples, used, chosen, shape, problems, remarks
    rows = models.JSONField(default=list)  # network.contact_file.Person, one a row
    chosen = models.JSONField(default=list)  # numbers of rows
    total_rows = models.PositiveIntegerField(default=0)
    made_organizations = models.JSONField(default=list)  # keys of those that came with it
    updates = models.JSONField(default=dict)  # of people who are known: number of the row -> what of it to take over
    changed = models.JSONField(default=list)  # of people who were known: [key, column, was, became]
    tag = models.ForeignKey(Tag, models.SET_NULL, null=True, blank=True, related_name="+")  # on all who came with it
    added = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = ContactImportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("student", condition=Q(state="choosing"), name="one_file_to_choose_from")
        ]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return f"/network/import/{self.pk}/"


class StoryQuerySet[M: models.Model](OwnedQuerySet[M]):
    """As every owned row, but what speaks of a contact kept private stays the student's alone."""

    people: tuple[str, ...] = ("contact",)

    def visible_to(self, user: User | AnonymousUser) -> Self:
        rows = super().visible_to(user)
        for name in self.people if user.is_authenticated else ():
            rows = rows.exclude(~Q(student=user), **{f"{name}__is_private": True})
        return rows


class News(models.TextChoices):
    """What became of somebody who was named, as far as the referrer was told."""

    ASKED = "asked", "You asked"
    MET = "met", "You talked"
    DECLINED = "declined", "Not this time"


class ReferralQuerySet(StoryQuerySet["Referral"]):
    people = ("contact", "referrer")

    def open_loops(self, *, since: datetime | None = None, until: datetime | None = None) -> Self:
        """Whose referrer is to hear what became of the person they named (R108), with the first talk as `talked_at`.

        That is: the student has talked with the person named, has not said that the referrer heard of it, and has not
        put the referrer away. Before the first talk there is nothing to tell; a referrer who is put away is nobody to
        write to, and the loop is open again once they are taken back. How soon after the talk a page or a mail speaks
        of it is theirs to say: the first talk ended from `since` on, and by `until`. The earliest talk comes first.
        """
        talks = rows_above("interviews", contact=OuterRef("contact"), status="completed")
        first = talks.order_by("talked_until").values("talked_until")[:1]
        untold = Q(loop_closed_at=None) | Q(told__in=[News.ASKED, News.DECLINED])
        rows = self.filter(untold, referrer__archived_at=None).annotate(talked_at=Subquery(first))
        rows = rows.filter(talked_at__gte=since) if since else rows.filter(talked_at__isnull=False)
        rows = rows.filter(talked_at__lte=until) if until else rows
        return rows.order_by("talked_at", "pk")

    def to_tell(self) -> Self:
        """Return those of which the referrer could hear something now, with what as `news`: asked, met, declined.

        That is more than the open loops, which we remind of: that somebody was asked, or said not now, may be told.
        """
        requests = rows_above("requests", contact=OuterRef("contact"))
        asked = Exists(requests.filter(sent_at__isnull=False)) | Q(followed_up_at__isnull=False)
        under_way = Exists(requests.filter(status__in=["sent", "countered", "accepted"]))
        over = Exists(requests.filter(status__in=["declined", "expired"]))
        talked = Exists(rows_above("interviews", contact=OuterRef("contact"), status="completed"))
        news = Case(
            When(talked, then=Value(News.MET)),
            When(over & ~under_way, then=Value(News.DECLINED)),
            When(asked, then=Value(News.ASKED)),
            default=Value(""),
        )
        rows = self.filter(referrer__archived_at=None).annotate(news=news).exclude(news="")
        never = Q(loop_closed_at=None)
        return rows.filter(never | (Q(told=News.ASKED) & ~Q(news=News.ASKED)) | Q(told=News.DECLINED, news=News.MET))


class NamePermission(models.TextChoices):
    """What the one who named somebody said to `May I use your name?` (R99)."""

    YES = "yes", "Yes"
    INTRO_FIRST = "intro_first", "Introduce me first"
    NO = "no", "No"
    NOT_ASKED = "not_asked", "I didn’t ask"


def permission_said(first: str, permission: str | None) -> str:
    """Say what may be done with the name of the one who suggested somebody."""
    if permission == NamePermission.YES:
        return f"OK to use {first}’s name"
    if permission == NamePermission.INTRO_FIRST:
        return f"Wait for {first}’s introduction"
    return f"Do not use {first}’s name{'' if permission == NamePermission.NO else ' yet'}"


class Referral(models.Model):
    """Contact A named contact B, with the permission to use the name, and whether A heard what became of it."""

    student = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="referrals")
    referrer = models.ForeignKey(Contact, models.CASCADE, related_name="named")
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="named_by")
    name_permission = models.CharField(max_length=11, choices=NamePermission, default=NamePermission.NOT_ASKED)
    note = models.CharField(max_length=300, blank=True)
    named_at = models.DateTimeField()
    followed_up_at = models.DateTimeField(null=True, blank=True)  # the student asked the person named
    loop_closed_at = models.DateTimeField(null=True, blank=True)  # the referrer heard about it (R108)
    told = models.CharField(max_length=8, choices=News, blank=True)  # of what the referrer heard last
    talked_at: datetime  # read along by open_loops
    news: str  # read along by to_tell

    objects = ReferralQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["referrer", "contact"], name="named_once"),
            models.CheckConstraint(condition=~Q(referrer=F("contact")), name="nobody_names_themselves"),
        ]

    def __str__(self) -> str:
        return f"{self.referrer} named {self.contact}"

    @property
    def may_use_name(self) -> bool:
        return self.name_permission == NamePermission.YES

    @property
    def permission_said(self) -> str:
        return permission_said(self.referrer.first_name, self.name_permission)


class TouchQuerySet(StoryQuerySet["Touch"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """As the story, but a note for oneself is for nobody else."""
        rows = super().visible_to(user)
        return rows.filter(Q(student=user) | ~Q(kind=Touch.Kind.NOTE)) if user.is_authenticated else rows

    def real(self) -> Self:
        """Return those in which the two were in touch; a note for oneself is none, and moves no rhythm."""
        return self.exclude(kind=Touch.Kind.NOTE)


class Touch(models.Model):
    """Any time they were in contact (R107), or a note of the student's beside it."""

    class Kind(models.TextChoices):
        MET = "met", "You met"
        ASKED = "asked", "You asked for a conversation"
        ANSWERED = "answered", "You got a reply"
        TALKED = "talked", "You talked"
        THANKED = "thanked", "You said thank you"
        WROTE = "wrote", "You wrote"
        HEARD = "heard", "You got a message"
        UPDATED = "updated", "You said how it went"
        CALLED = "called", "You called"
        INTRO = "intro", "You asked for an introduction"
        GAVE = "gave", "You gave something back"
        NOTE = "note", "A note for yourself"

    student = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="touches")
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="touches")
    kind = models.CharField(max_length=8, choices=Kind)
    note = models.TextField(blank=True)
    key = models.CharField(max_length=80, null=True, blank=True, unique=True)  # the occasion, where Rapport writes it
    at = models.DateTimeField()

    objects = TouchQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["contact", "-at"], name="touches_of_a_contact"),
            GinIndex(OpClass(Folded("note"), name="gin_trgm_ops"), name="touches_by_word"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.contact}"


class LetterDraft(models.Model):
    """A letter that was begun and not sent. `about` is the query by which its page is found: reason=news, loop=5."""

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="letter_drafts")
    about = models.CharField(max_length=40)
    body = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contact", "about"], name="letter_draft_once")]

    def __str__(self) -> str:
        return self.body[:60]


class Cadence(models.Model):
    """How often the student means to be in touch (R113). It only suggests; the contact never hears of it."""

    student = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="cadences")
    contact = models.OneToOneField(Contact, models.CASCADE, related_name="cadence")
    months = models.PositiveSmallIntegerField(choices={3: "Every 3 months", 6: "Every 6 months", 12: "Once a year"})
    due_on = models.DateField()
    chosen_at = models.DateTimeField()

    objects = StoryQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(months__in=[3, 6, 12]), name="cadence_is_offered")]
        verbose_name_plural = "cadences"

    def __str__(self) -> str:
        return f"{self.contact}: {self.get_months_display()}"


class ActionStep(models.Model):
    """Something the student, or the other, said they would do, by when, and since which conversation (R97, R110)."""

    student = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="action_steps")
    contact = models.ForeignKey(Contact, models.CASCADE, null=True, blank=True, related_name="action_steps")
    text = models.CharField(max_length=240)
    due_on = models.DateField(null=True, blank=True)
    is_theirs = models.BooleanField(default=False)  # the other said they would do it
    talked_on = models.DateField(null=True, blank=True)  # the day of the conversation that it comes from
    done_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = StoryQuerySet.as_manager()

    def __str__(self) -> str:
        return self.text


class Outcome(models.Model):
    """What came of a conversation (R14, R100); an offer is a bonus and not the plan."""

    class Kind(models.TextChoices):
        PATH = "path", "A path I hadn’t thought of"
        TRAINING = "training", "Training or a course to look into"
        INSIGHT = "insight", spelled_lazily("An insight into the organization")
        SHADOW = "shadow", "An invitation to see the work"
        RESUME = "resume", spelled_lazily("They asked for or read my résumé")
        REFERRAL = "referral", "Someone else to talk with"
        LEAD = "lead", "They told me about an opening"
        APPLIED = "applied", "I applied somewhere because of this"
        OFFER = "offer", "I was offered something"

    student = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="outcomes")
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="outcomes")
    kind = models.CharField(max_length=8, choices=Kind)
    note = models.CharField(max_length=300, blank=True)
    happened_on = models.DateField()
    second_thanks_at = models.DateTimeField(null=True, blank=True)

    objects = StoryQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.contact})"


class ContactMergeQuerySet(models.QuerySet["ContactMerge"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Only the student sees what was one before: an entry kept private may have been among them."""
        return self.filter(student=user) if user.is_authenticated else self.none()


class ContactMerge(models.Model):
    """Two entries of one person that became one: both as they were, and what was moved, so that it can be undone."""

    student = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="contact_merges")
    kept = models.ForeignKey(Contact, models.CASCADE, related_name="merges")
    name = models.CharField(max_length=150)  # of the entry that is no more
    before = models.JSONField(default=dict)  # network.merging: kept, other, moved, gone
    merged_at = models.DateTimeField()

    objects = ContactMergeQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.name} became one with {self.kept}"


class OfferingQuerySet(models.QuerySet["Offering"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """What a student could give is in their own words, and nobody else reads it."""
        return self.filter(student=user) if user.is_authenticated else self.none()


class Offering(models.Model):
    """Something a student could give back to people who helped them (R116). What was given, to whom, is a Touch."""

    class Kind(models.TextChoices):
        NOTES = "notes", "Notes or a summary"
        ARTICLE = "article", "Something to read"
        INTRODUCTION = "intro", "An introduction"
        HELP = "help", "Help with something"

    student = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="offers")
    kind = models.CharField(max_length=7, choices=Kind, default=Kind.HELP)
    text = models.CharField("what it is", max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = OfferingQuerySet.as_manager()

    def __str__(self) -> str:
        return self.text


class ProgressUpdate(models.Model):
    """What is new, for several people at once: the middle of a letter to each of them (R112)."""

    student = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="progress_updates")
    news = models.TextField(blank=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint("student", condition=Q(finished_at=None), name="one_update_at_a_time")]

    def __str__(self) -> str:
        return self.news[:60]
