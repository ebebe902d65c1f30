"""Which rows are a person's: for every model how they are found, or why it is left out (R244, R254).

A person may be found by several ways: as the student of a request, and as the alum who was asked. Each way says which
columns are not for them. `tests/privacy/test_reach.py` fails for a model that is neither in THEIRS nor in LEFT_OUT.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.apps import apps
from django.db.models import Field, GeneratedField, Model, Q, QuerySet
from django.db.models.functions import Now

from apps.accounts.models import User


@dataclass(frozen=True)
class Way:
    """How rows of one model are found for a person, and what of a row is not given to them."""

    find: Callable[[User], Q]
    only: Sequence[str] = ()  # columns; empty: all but `without`
    without: Sequence[str] = ()
    also: Sequence[str] = ()  # what is read along from other rows, as "contact__name"


def own(*names: str, only: Sequence[str] = (), without: Sequence[str] = (), also: Sequence[str] = ()) -> Way:
    """Rows that one of these columns ties to the person."""

    def find(person: User) -> Q:
        rows = Q()
        for name in names:
            rows |= Q(**{name: person})
        return rows

    return Way(find, only, without, also)


def addresses_of(person: User) -> set[str]:
    """Return every address by which rows without a person may still be theirs."""
    entry = getattr(person, "alumni_profile", None)
    known = apps.get_model("account", "EmailAddress").objects.filter(user=person).values_list("email", flat=True)
    events = person.account_events.values_list("was", "became")
    before = [address for pair in events for address in pair if "@" in address]
    return {address.lower() for address in (person.email, *known, *before, entry.email if entry else "") if address}


def _at_address(column: str) -> Callable[[User], Q]:
    def find(person: User) -> Q:
        rows = Q(pk__in=[])
        for address in sorted(addresses_of(person)):
            rows |= Q(**{f"{column}__iexact": address})
        return rows

    return find


def _mails(person: User) -> Q:
    return Q(person=person) | _at_address("recipient")(person)


def _of_mails(column: str) -> Callable[[User], Q]:
    def find(person: User) -> Q:
        return Q(**{f"{column}__in": apps.get_model("mail", "OutboundMessage").objects.filter(_mails(person))})

    return find


def _letters(person: User) -> Q:
    """What a student asked of this alum, once it had left."""
    return Q(alum__user=person, leaves_at__lte=Now())


def _chosen(person: User) -> Q:
    """What each side chose on a week and has not offered yet is theirs alone."""
    student = Q(request__student=person) | Q(interview__student=person)
    alum = Q(request__alum__user=person) | Q(interview__alum__user=person)
    return Q(student, side="student") | Q(alum, side="alum")


def _audited(person: User) -> Q:
    return Q(actor=person.pk) | Q(subject="accounts_user", row=str(person.pk))


IN_NETWORK = own("student", also=("contact__name",))
OF_TALK = own("interview__student", also=("interview__contact__name",))
LETTER = ("id", "status", "subject", "sent_text", "minutes", "formats", "goals", "sent_at", "deadline_at")
TALK = ("id", "status", "starts_at", "ends_at", "minutes", "format", "place", "alum_zone", "change_note", "changed_by")

THEIRS: dict[str, tuple[Way, ...]] = {
    # who they are, and how they sign in
    "accounts.User": (Way(lambda person: Q(pk=person.pk), without=("password",)),),
    "account.EmailAddress": (own("user"),),
    "mfa.Authenticator": (own("user", only=("type", "created_at", "last_used_at")),),
    "usersessions.UserSession": (own("user", only=("ip", "user_agent", "created_at", "last_seen_at")),),
    "audit.AuditEntry": (Way(_audited, only=("at", "act", "subject", "row", "before", "after")),),
    "accounts.AccountEvent": (own("person", only=("what", "was", "became", "way", "at")),),
    # a student
    "students.StudentProfile": (own("user", also=("coach__name", "cohort__name")),),
    "students.Introduction": (own("student"),),
    "students.EarlierIntroduction": (own("student"),),
    "students.Resume": (own("student"),),
    "growth.Path": (own("student"),),
    "growth.SelfRating": (own("student"),),
    "students.Disclosure": (own("student", only=("viewer_name", "what", "at")), own("viewer")),
    "network.Organization": (own("student"),),
    "network.Contact": (own("student", without=("name_key", "email_key", "linkedin_key", "sort_key")),),
    "network.ContactImport": (own("student"),),
    "network.Referral": (own("student", also=("referrer__name", "contact__name")),),
    "network.Tag": (own("student", without=("key",)),),
    "network.Touch": (own("student", without=("key",), also=("contact__name",)),),
    "network.ContactMerge": (own("student"),),
    "network.ProgressUpdate": (own("student"),),
    "network.Offering": (own("student"),),
    "files.PrivateFile": (own("person"),),
    "network.LetterDraft": (own("contact__student", also=("contact__name",)),),
    "network.Cadence": (IN_NETWORK,),
    "network.ActionStep": (IN_NETWORK,),
    "network.Outcome": (IN_NETWORK,),
    "finding.LookingPlace": (own("student"),),
    "finding.Event": (own("student"),),
    "finding.Meeting": (own("event__student", also=("event__name", "touch__contact__name")),),
    "organizations.KindOfWork": (own("student"),),
    "organizations.Detail": (own("student", also=("organization__name",)),),
    "organizations.RuledOut": (own("student", also=("organization__name", "kind__name")),),
    "organizations.Work": (own("student", also=("contact__name", "kind__name")),),
    "organizations.Opportunity": (own("student", also=("organization__name", "contact__name")),),
    "organizations.Help": (own("student", also=("contact__name", "opportunity__title")),),
    "organizations.Note": (own("student", also=("organization__name", "contact__name")),),
    "interviews.InterviewRequest": (
        own("student", also=("contact__name",)),
        Way(_letters, only=(*LETTER, "answer_note", "answered_at"), also=("student__name",)),
    ),
    "interviews.Interview": (
        own("student", also=("contact__name",)),
        own("alum__user", only=TALK, also=("student__name",)),
    ),
    "interviews.ParticipantTime": (own("person"),),
    "interviews.TimeWindow": (own("request__student", "interview__student", "request__alum__user"),),
    "interviews.BusyWeek": (own("student"),),
    "interviews.ChosenTimes": (Way(_chosen),),
    "interviews.LifecycleEvent": (own("request__student", "interview__student", "by"),),
    "interviews.Review": (
        own("request__student", "text__student", also=("coach__name",)),
        own("coach", also=("request__student__name", "text__student__name")),
    ),
    "interviews.ReviewComment": (own("review__request__student", "review__text__student", "review__coach"),),
    "interviews.CommentReply": (
        own("comment__review__request__student", "comment__review__text__student", also=("author__name",)),
        own("author"),
    ),
    "interviews.ReviewedPart": (own("review__request__student", "review__text__student"),),
    "interviews.Away": (own("coach"), own("stand_in", only=("from_on", "until_on"), also=("coach__name",))),
    "interviews.SharedText": (
        own("student", also=("shared_with__name",)),
        own("shared_with", only=("kind", "shared_at"), also=("student__name",)),
    ),
    "interviews.QuestionPlan": (OF_TALK,),
    "interviews.PlannedQuestion": (own("plan__interview__student"),),
    "interviews.LiveNote": (OF_TALK,),
    "interviews.LiveAct": (OF_TALK,),
    "interviews.PaperNote": (OF_TALK,),
    "interviews.Debrief": (OF_TALK,),
    "interviews.GoalReturn": (own("debrief__interview__student"),),
    "interviews.NamedPerson": (own("debrief__interview__student"),),
    "interviews.PromisedStep": (own("debrief__interview__student"),),
    "interviews.ThankYou": (
        OF_TALK,
        Way(
            lambda person: Q(interview__alum__user=person, sent_at__isnull=False),
            only=("subject", "body", "sent_at"),
            also=("interview__student__name",),
        ),
    ),
    "interviews.ImpactNote": (
        OF_TALK,
        Way(
            lambda person: Q(interview__alum__user=person, is_shared=True),
            only=("body", "written_at"),
            also=("interview__student__name",),
        ),
    ),
    "moderation.Report": (
        own("reporter", only=("reason", "words", "created_at")),
    ),  # the one it is about never reads it
    # an alum
    "alumni.ConfirmedPart": (own("alum__user"),),
    "alumni.AlumniProfile": (own("user", without=("search", "search_text", "facets", "source_digest", "sort_key")),),
    "alumni.BlockedStudent": (
        own("alum__user", also=("student__name",)),
    ),  # a student is not told by whom, nor that they are
    "alumni.SavedAlum": (own("student", also=("alum__name",)),),
    "directory.Suggested": (own("student", also=("alum__name",)),),
    "directory.SavedSearch": (own("student", without=("seen_ids", "new_ids", "before")),),
    "alumni.Invitation": (own("alum__user", without=("by",)),),
    "reminders.ProfileCheck": (own("alum__user"),),
    # a coach; notes among coaches are never a student's, those that were shared are
    "coaching.CoachNote": (own("author", also=("student__name",)),),
    "coaching.SharedNote": (
        own("author", also=("student__name",), without=("batch", "guard", "week")),
        Way(
            lambda person: Q(student=person) & (Q(leaves_at=None) | Q(leaves_at__lte=Now())),
            also=("author__name",),
            without=("batch", "guard", "week"),
        ),
    ),
    "coaching.MutedNudges": (own("student"),),
    "coaching.SavedView": (own("coach"),),
    # questions to the office
    "tickets.Ticket": (
        own("student", also=("taken_by__name",)),
        own("taken_by", only=("wanted", "asked_at", "state"), also=("student__name",)),
    ),
    "tickets.TicketMessage": (own("ticket__student", "author", only=("text", "at"), also=("author__name",)),),
    "tickets.SuggestedPerson": (own("message__ticket__student", "message__author", only=("name", "about")),),
    "tickets.SuggestedAlum": (
        own("message__ticket__student", also=("alum__name",)),
        own("alum__user", only=("why",)),
    ),
    # suggestions and warm introductions
    "suggestions.Suggestion": (
        Way(
            lambda person: Q(student=person) & ~Q(state="withdrawn"),
            also=("author__name", "alum__name"),
            without=("batch", "email"),  # of somebody else; a student has it in the mail that introduced them
        ),
        own("author", also=("student__name", "alum__name"), without=("batch", "contact", "seen_at")),
        Way(
            lambda person: Q(alum__user=person, introduction__isnull=False),
            only=("to_alum",),
            also=("author__name",),
        ),
    ),
    "suggestions.WarmIntroduction": (
        own("student", also=("alum__name",)),
        own("alum__user", also=("student__name",)),
        own("suggestion__author", also=("student__name", "alum__name")),
    ),
    # cohorts and assignments
    "cohorts.Assignment": (own("made_by"),),  # of a cohort, as the cohort itself: no student’s
    "cohorts.Excuse": (own("student"),),
    "cohorts.Reflection": (own("student"),),
    # handed to another coach
    "handover.Handover": (own("giver", "taker", "by"),),
    "handover.HandedStudent": (own("student", also=("handover__at", "handover__taker__name")),),
    # practice interviews
    "practice.Series": (own("coach"),),
    "practice.Slot": (own("coach"),),
    "practice.Practice": (
        own("student", also=("coach__name",)),
        own("coach", only=("starts_at", "ends_at", "status", "note"), also=("student__name",)),
    ),
    "practice.Feedback": (
        Way(lambda person: Q(practice__student=person, shared_at__isnull=False), also=("practice__coach__name",)),
        own("practice__coach", also=("practice__student__name",)),
        own("with_friend__student", also=("with_friend__name",)),
    ),
    "practice.FriendPractice": (own("student"),),
    "interviews.SavedQuestion": (own("student"),),
    # the office
    "alumni.AlumniImport": (own("by", only=("file_name", "state", "total_rows", "created_at", "finished_at")),),
    "tables.MatchedColumns": (own("owner"),),
    # mail and reminders
    "mail.OutboundMessage": (
        Way(_mails, only=("kind", "recipient", "from_name", "subject", "text", "state", "created_at", "sent_at")),
    ),
    "mail.Attachment": (Way(_of_mails("message"), only=("name", "media_type", "size")),),
    "mail.DeliveryAttempt": (Way(_of_mails("message"), only=("started_at", "ended_at", "outcome", "reply")),),
    "mail.ReceivedMail": (Way(_at_address("sender"), only=("sort", "received_at", "sender", "back_on", "words")),),
    "mail.Suppression": (Way(_at_address("address"), only=("address", "cause", "reason", "created_at", "lifted_at")),),
    "mail.Unsubscribe": (own("person"),),
    "reminders.Notice": (own("person", without=("key",)),),
    "reminders.Preference": (own("person"),),
    "reminders.QuietTime": (own("person"),),
    # what they did about their data
    "privacy.Export": (own("person", without=("content",)),),
    "privacy.Erasure": (Way(lambda person: Q(number=person.pk)),),
    "privacy.Hold": (own("person", without=("set_by", "lifted_by")),),
}

SECRET, NOBODYS, KEPT_BY_US = "It only lets a person in.", "It is about no person.", "It is about no one person."
LEFT_OUT = {
    "accounts.MailLink": SECRET,
    "account.EmailConfirmation": SECRET,
    "sessions.Session": SECRET,
    "accounts.Guess": "A count of tries at a code, without whose it is, for 20 minutes.",
    "accounts.ErasedMark": "A keyed hash of an address or a number that no file may bring back; no one can read it.",
    "accounts.Press": "A fingerprint of a pressed button, kept for a day.",
    "auth.Permission": NOBODYS,
    "auth.Group": NOBODYS,
    "contenttypes.ContentType": NOBODYS,
    "installation.Installation": NOBODYS,
    "policy.Policy": KEPT_BY_US,
    "policy.Phrase": KEPT_BY_US,
    "policy.Holiday": NOBODYS,
    "policy.SearchWord": NOBODYS,
    "shelf.Resource": NOBODYS,
    "students.Cohort": KEPT_BY_US,
    "alumni.Word": "Words of all entries together; each entry is in the export.",
    "alumni.Findable": "What a search reads of a profile, kept and removed with it; the profile is in the export.",
    "alumni.Bundle": "Facets that profiles have together, of no one; each profile is in the export.",
    "interviews.Question": "The office’s question bank.",
    "mail.DeliveryCycle": NOBODYS,
    "mail.Halt": NOBODYS,
    "mail.Trouble": NOBODYS,
    "reminders.Sweep": NOBODYS,
    "privacy.Retention": KEPT_BY_US,
    "privacy.Cleaning": NOBODYS,
}


def model_of(label: str) -> type[Model]:
    return apps.get_model(label)


def rows(label: str, way: Way, person: User) -> QuerySet[Model]:
    """Return the rows of one model that one way finds for a person, in a fixed order."""
    model = model_of(label)
    pks = model._base_manager.filter(way.find(person)).order_by().values("pk")
    return model._base_manager.filter(pk__in=pks).order_by("pk")


def columns(label: str, way: Way) -> list[str]:
    """Return the columns of a row that its person is given."""
    fields: list[Field] = [
        field for field in model_of(label)._meta.concrete_fields if not isinstance(field, GeneratedField)
    ]
    names = [field.attname for field in fields if field.name not in way.without and field.attname not in way.without]
    wanted = [name for name in names if not way.only or name in way.only]
    return [*wanted, *way.also]
