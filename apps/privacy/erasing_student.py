"""What a student leaves, and what of a student's own record speaks of somebody else who leaves.

An alum's history keeps that there was a request and a conversation, when, and what the alum wrote.
"""

from django.db.models import Q, QuerySet

from apps.accounts.models import User
from apps.alumni import erased
from apps.alumni.models import BlockedStudent, SavedAlum
from apps.coaching.models import CoachNote, MutedNudges, SharedNote
from apps.cohorts.models import Excuse, Reflection
from apps.directory.models import SavedSearch, Suggested
from apps.finding.models import Event, LookingPlace
from apps.growth.models import Path, SelfRating
from apps.handover.models import HandedStudent
from apps.interviews.asking.models import CommentReply, Review, ReviewComment, ReviewedPart
from apps.interviews.debriefing.models import Debrief, ImpactNote, LiveNote, NamedPerson, PaperNote, PromisedStep
from apps.interviews.lifecycle.models import Interview, InterviewRequest, LifecycleEvent, TimeWindow
from apps.interviews.lifecycle.moves import RequestStatus
from apps.interviews.preparing.models import PlannedQuestion, QuestionPlan, SavedQuestion
from apps.interviews.scheduling.models import BusyWeek, ChosenTimes
from apps.interviews.sharing.models import SharedText
from apps.interviews.talking.models import LiveAct
from apps.interviews.thanking.models import ThankYou
from apps.network.models import (
    ActionStep,
    Cadence,
    Contact,
    ContactImport,
    ContactMerge,
    LetterDraft,
    Offering,
    Organization,
    Outcome,
    ProgressUpdate,
    Referral,
    Tag,
    Touch,
)
from apps.organizations.models import Detail, Help, KindOfWork, Note, Opportunity, RuledOut, Work
from apps.practice.models import FriendPractice, Practice
from apps.privacy.words import Redaction, blank, redact
from apps.reminders.models import Notice
from apps.students.models import EarlierIntroduction, Introduction, StudentProfile
from apps.suggestions.models import Suggestion, WarmIntroduction
from apps.tickets.models import Ticket, TicketMessage

UNSEEN = (RequestStatus.DRAFT, RequestStatus.IN_REVIEW)
OF_TALK = (Debrief, ImpactNote, LiveNote, LiveAct, PaperNote, QuestionPlan, ThankYou)
OWN = (
    *(Touch, Cadence, ActionStep, Outcome, Referral, Introduction, SavedAlum, CoachNote, ContactImport, BusyWeek),
    *(BlockedStudent, Event, LookingPlace, SharedNote, MutedNudges, Excuse, Reflection, HandedStudent),
    *(SavedSearch, Suggested, Path, SelfRating, Tag, ContactMerge, ProgressUpdate, Offering, Ticket, Practice),
    *(WarmIntroduction, Suggestion, FriendPractice, SavedQuestion, EarlierIntroduction),
    *(KindOfWork, Detail, RuledOut, Work, Opportunity, Help, Note),
)


def forget(person: User, redaction: Redaction) -> bool:
    """Delete all that is a student's alone, and empty what an alum's history keeps. Returns whether that is anything.

    Of a person who was never a student nothing is found.
    """
    requests = InterviewRequest.objects.filter(student=person)
    talks = Interview.objects.filter(student=person)
    kept_talks = talks.filter(alum__isnull=False)
    seen = Q(alum__isnull=False, leaves_at__isnull=False) & ~Q(status__in=UNSEEN)
    kept_requests = requests.filter(seen | Q(pk__in=kept_talks.values("request")))
    ids = {
        "requests": list(kept_requests.values_list("pk", flat=True)),
        "talks": list(kept_talks.values_list("pk", flat=True)),
    }
    Review.objects.filter(Q(request__in=requests) | Q(text__student=person)).delete()  # before what they are of
    SharedText.objects.filter(student=person).delete()
    requests.exclude(pk__in=ids["requests"]).delete()
    talks.exclude(pk__in=ids["talks"]).delete()
    _empty_requests(requests, redaction)
    _empty_talks(talks, redaction)
    ChosenTimes.objects.filter(Q(request__in=requests) | Q(interview__in=talks), side="student").delete()
    for model in OWN:
        model._base_manager.filter(student=person).delete()
    _empty_contacts(person, requests, talks)
    Organization.objects.filter(student=person).delete()
    stays = bool(ids["requests"] or ids["talks"])
    _empty_profile(person, stays=stays)
    return stays


def _empty_requests(requests: QuerySet[InterviewRequest], redaction: Redaction) -> None:
    blank(requests, "answer_note", "status", "channel", "turn")
    requests.update(kept=[], referral=None)
    for request in requests.exclude(answer_note=""):
        requests.filter(pk=request.pk).update(answer_note=redaction.text(request.answer_note, is_about=True)[:600])
    _empty_events(LifecycleEvent.objects.filter(request__in=requests), redaction)


def _empty_talks(talks: QuerySet[Interview], redaction: Redaction) -> None:
    for model in OF_TALK:
        model._base_manager.filter(interview__in=talks).delete()
    talks.update(place="")
    talks.exclude(changed_by="alum").update(change_note="")
    redact(talks.exclude(change_note=""), redaction)
    _empty_events(LifecycleEvent.objects.filter(interview__in=talks), redaction)


def _empty_events(events: QuerySet[LifecycleEvent], redaction: Redaction) -> None:
    events.exclude(actor="alum").update(note="")
    for event in events.exclude(note=""):
        events.filter(pk=event.pk).update(note=redaction.text(event.note, is_about=True))


def _empty_contacts(person: User, requests: QuerySet[InterviewRequest], talks: QuerySet[Interview]) -> None:
    contacts = Contact.objects.filter(student=person)
    kept = contacts.filter(Q(pk__in=requests.values("contact")) | Q(pk__in=talks.values("contact")))
    kept_ids = list(kept.values_list("pk", flat=True))
    contacts.exclude(pk__in=kept_ids).delete()
    LetterDraft.objects.filter(contact__in=kept_ids).delete()
    for contact in contacts:
        unname(contact, erased.NAME)
    contacts.update(notes="", source="", is_private=True, last_touch_at=None, told_apart=[], told_from=[])
    contacts.update(closeness=None, phase="")


def _empty_profile(person: User, *, stays: bool) -> None:
    profiles = StudentProfile.objects.filter(user=person)
    if not stays:
        profiles.delete()
        return
    blank(profiles, "external_id", "stage")
    profiles.update(external_id=None, coach=None, cohort=None, class_year=None, shares_network=False, welcomed_at=None)


# --- somebody else, in a student's record -----------------------------------------------------------------------------


def unname(contact: Contact, name: str) -> None:
    """Let a person on a student's map be nobody in particular: their name and how to reach them go."""
    contact.name = name
    for column in ("pronouns", "title", "email", "phone", "linkedin", "city", "time_zone"):
        setattr(contact, column, "")
    contact.organization = contact.class_year = None
    card, contact.card = contact.card, None
    contact.save()
    if card is not None:
        card.delete()


def redact_about(contacts: QuerySet[Contact], redaction: Redaction) -> None:
    """Take a person out of everything that students wrote of and to them."""
    requests = InterviewRequest.objects.filter(contact__in=contacts)
    talks = Interview.objects.filter(contact__in=contacts)
    students = contacts.values("student")
    redact(requests, redaction)
    redact(talks, redaction)
    for rows in (
        LifecycleEvent.objects.filter(Q(request__in=requests) | Q(interview__in=talks)),
        ChosenTimes.objects.filter(Q(request__in=requests) | Q(interview__in=talks)),
        Review.objects.filter(Q(request__in=requests) | Q(text__interview__in=talks)),
        *(
            model._base_manager.filter(Q(review__request__in=requests) | Q(review__text__interview__in=talks))
            for model in (ReviewComment, ReviewedPart)
        ),
        CommentReply.objects.filter(
            Q(comment__review__request__in=requests) | Q(comment__review__text__interview__in=talks)
        ),
        *(model._base_manager.filter(interview__in=talks) for model in OF_TALK),
        PlannedQuestion.objects.filter(plan__interview__in=talks),
        NamedPerson.objects.filter(debrief__interview__in=talks),
        PromisedStep.objects.filter(debrief__interview__in=talks),
        *(model._base_manager.filter(contact__in=contacts) for model in (Touch, ActionStep, Outcome, LetterDraft)),
        Referral.objects.filter(Q(contact__in=contacts) | Q(referrer__in=contacts)),
        Contact.objects.filter(pk__in=contacts.values("pk")),
    ):
        redact(rows, redaction)
    ContactMerge.objects.filter(
        kept__in=contacts
    ).delete()  # they keep what an entry said before it was one with another
    for own in (ProgressUpdate, Note, Opportunity, Ticket, Reflection):
        redact(own._base_manager.filter(student__in=students), redaction, is_about=False)
    redact(TicketMessage.objects.filter(ticket__student__in=students), redaction, is_about=False)
    redact(Suggestion.objects.filter(student__in=students), redaction, is_about=False)
    redact(CoachNote.objects.filter(student__in=students), redaction, is_about=False)
    redact(SharedNote.objects.filter(student__in=students), redaction, is_about=False)
    for words in (Introduction, EarlierIntroduction):
        redact(words._base_manager.filter(student__in=students), redaction, is_about=False)
    for model in (ReviewComment, ReviewedPart):
        said = model._base_manager.filter(review__text__student__in=students, review__text__interview=None)
        redact(said, redaction, is_about=False)
    introduced = {"comment__review__text__student__in": students, "comment__review__text__interview": None}
    redact(CommentReply.objects.filter(**introduced), redaction, is_about=False)
    redact(Review.objects.filter(text__student__in=students, text__interview=None), redaction, is_about=False)
    things = [*contacts.values_list("pk"), *requests.values_list("pk"), *talks.values_list("pk")]
    redact(Notice.objects.filter(person__in=students, subject_id__in=[pk for (pk,) in things]), redaction)
    TimeWindow.objects.filter(interview__in=talks, offered_by="alum").delete()
