"""Delete a person: what they wrote and what names them goes; what others wrote, and that it took place, stays.

Each side keeps its own record without the other's identity (R254, K5). Where a student's request or conversation stays
in an alum's history, the student's account stays as an empty row, “A former student”; any other account is deleted.
An entry that others' conversations hang on, or that a file may bring back, stays as an empty row, “An alum”.

All of it is one transaction. What only the owner of the tables may change, two functions of the database do, and only
for a person whose erasure is recorded and no hold stops (migration 0002).
"""

from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.db.models import Model, Q, QuerySet
from django.db.models.functions import Lower

from apps.accounts import erased as held_off
from apps.accounts.closing import LAST
from apps.accounts.models import AccountEvent, MailLink, Press, Role, User
from apps.alumni import erased
from apps.alumni.models import AlumniImport, AlumniProfile, Invitation
from apps.coaching.models import CoachNote, SavedView, SharedNote
from apps.cohorts.models import Assignment
from apps.files.models import PrivateFile
from apps.handover.models import Handover
from apps.interviews.asking.models import CommentReply, Review, ReviewComment
from apps.interviews.lifecycle.models import Interview, InterviewRequest, LifecycleEvent, ParticipantTime
from apps.interviews.scheduling.models import ChosenTimes
from apps.interviews.sharing.models import Away, SharedText
from apps.mail.models import Suppression, Unsubscribe
from apps.moderation.models import Report
from apps.network.models import Contact
from apps.practice.models import Series, Slot
from apps.privacy import erasing_mail, erasing_student, reach, words
from apps.privacy.models import Erasure, Export, Hold
from apps.privacy.words import Redaction, redact
from apps.reminders.models import Preference, ProfileCheck, QuietTime
from apps.students.models import StudentProfile
from apps.suggestions.models import Suggestion, WarmIntroduction
from apps.tables.models import MatchedColumns
from apps.tickets.models import SuggestedAlum, SuggestedPerson, Ticket, TicketMessage
from apps.web.answers import Refused

HOST = "@erased.invalid"
ADDRESS = f"erased-{{}}{HOST}"
HELD = "There is a legal hold on this account since {}. Nothing can be deleted until the office lifts it."
OTHER_ROWS: tuple[tuple[type[Model], str], ...] = (  # whatever of theirs stands in rows that are nobody else's
    (AccountEvent, "person"),
    (MailLink, "person"),
    (Press, "person"),
    (EmailAddress, "user"),
    (Authenticator, "user"),
    (UserSession, "user"),
    (Unsubscribe, "person"),
    (Preference, "person"),
    (QuietTime, "person"),
    (Export, "person"),
    (Hold, "person"),
    (MatchedColumns, "owner"),
    (ParticipantTime, "person"),
    (PrivateFile, "person"),
)


@transaction.atomic
def erase(erasure: Erasure, *, now: datetime) -> None:
    """Carry out an erasure that is recorded, whole or not at all. Raises Refused where a hold stops it."""
    person = User.objects.select_for_update(no_key=True, of=("self",)).get(pk=erasure.number)
    refuse_if_held(person)
    refuse_if_last(person)
    _begin(erasure)
    redaction, entry = words.of(person), AlumniProfile.objects.filter(user=person).first()
    addresses = reach.addresses_of(person)
    _hold_off(person, addresses)
    mails = erasing_mail.about(person, redaction)
    if entry is not None:
        _forget_alum(entry, redaction)
    stays = erasing_student.forget(person, redaction)
    _forget_coach(person)
    _forget_reports(person, redaction)
    erasing_mail.forget(mails, redaction, person, addresses)
    _forget_addresses(addresses, redaction)
    _forget_in_logs(erasure.number, redaction.said)  # as long as the log knows whose views they were
    _forget_account(person, stays=stays)
    _forget_in_logs(erasure.number, redaction.said)  # what the log has written down of that
    Erasure.objects.filter(pk=erasure.pk).update(state=Erasure.State.DONE, ended_at=now)


def refuse_if_held(person: User) -> None:
    """Raise Refused where a legal hold stops any deletion."""
    hold = Hold.objects.in_force().filter(person=person).first()
    if hold is not None:
        raise Refused(HELD.format(f"{hold.set_at:%Y-%m-%d}"))


def refuse_if_last(person: User) -> None:
    if person.is_office and not User.objects.holding(Role.OFFICE).exclude(pk=person.pk).exists():
        raise Refused(LAST)


def _end_sessions(person: User) -> None:
    keys = list(UserSession.objects.filter(user=person).values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()


def _begin(erasure: Erasure) -> None:
    """Say in the row, and on the connection, whose erasure this is: the guards of the database let it through."""
    Erasure.objects.filter(pk=erasure.pk).update(state=Erasure.State.RUNNING)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('rapport.erasing', %s, true)", [str(erasure.number)])
        for limit in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
            cursor.execute("SELECT set_config(%s, '0', true)", [limit])


def _forget_in_logs(number: int, said: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT privacy_forget(%s, %s)", [number, said])


# --- an alum ----------------------------------------------------------------------------------------------------------


def _forget_alum(entry: AlumniProfile, redaction: Redaction) -> None:
    """Students keep their conversations with “An alum”; what the alum wrote to them goes."""
    requests = InterviewRequest.objects.filter(alum=entry)
    talks = Interview.objects.filter(alum=entry)
    contacts = Contact.objects.filter(Q(alum=entry) | Q(pk__in=requests.values("contact")))
    requests.update(answer_note="")
    talks.update(place="")
    talks.filter(changed_by="alum").update(change_note="")
    events = LifecycleEvent.objects.filter(Q(request__in=requests) | Q(interview__in=talks))
    events.filter(actor="alum").update(note="")
    erasing_student.redact_about(contacts, redaction)
    for contact in contacts:
        erasing_student.unname(contact, erased.NAME)
    _forget_imports(entry, redaction)
    ChosenTimes.objects.filter(Q(request__in=requests) | Q(interview__in=talks), side="alum").delete()
    ProfileCheck.objects.filter(alum=entry).delete()
    Invitation.objects.filter(alum=entry).delete()
    suggested = SuggestedAlum.objects.filter(alum=entry)
    redact(TicketMessage.objects.filter(suggested__in=suggested).distinct(), redaction)
    suggested.update(why="")
    Suggestion.objects.filter(alum=entry).delete()  # with the introductions that came of them
    erased.empty(entry)
    if not (entry.external_id or requests.exists() or talks.exists() or contacts.exists()):
        entry.delete()


def _forget_imports(entry: AlumniProfile, redaction: Redaction) -> None:
    """Take them out of what is remembered of imports; a file of theirs that nobody finished is let go of."""
    needles = [text.encode() for text in (entry.email, entry.external_id, entry.name) if text]
    for imported in AlumniImport.objects.exclude(state=AlumniImport.State.RUNNING):
        kept = [line for line in imported.verdicts if not _names(line, entry, redaction)]
        if len(kept) != len(imported.verdicts):
            AlumniImport.objects.filter(pk=imported.pk).update(verdicts=kept)
        if imported.content and any(needle in bytes(imported.content) for needle in needles):
            rows = AlumniImport.objects.filter(pk=imported.pk)
            rows.update(state=AlumniImport.State.CANCELLED, content=b"", verdicts=[], counts={})


def _names(line: list[object], entry: AlumniProfile, redaction: Redaction) -> bool:
    is_id = bool(entry.external_id) and entry.external_id in line
    return is_id or any(isinstance(cell, str) and redaction.finds(cell) for cell in line)


# --- a coach ----------------------------------------------------------------------------------------------------------


def _forget_coach(person: User) -> None:
    """What a coach wrote goes; that a draft was read, and when, stays with its student."""
    CoachNote.objects.filter(author=person).delete()
    for name in ("giver", "taker", "by"):
        Handover.objects.filter(**{name: person}).update(**{name: None})
    usual = Assignment._meta.get_field("question").default
    Assignment.objects.filter(made_by=person).update(made_by=None, question=usual)
    Slot.objects.filter(coach=person).delete()  # with the practices in them
    Series.objects.filter(coach=person).delete()
    SharedNote.objects.filter(author=person).delete()
    SavedView.objects.filter(coach=person).delete()
    _forget_suggestions(person)
    CommentReply.objects.filter(author=person).delete()
    ReviewComment.objects.filter(review__coach=person).delete()
    Review.objects.filter(coach=person).update(coach=None, note="")
    Away.objects.filter(coach=person).delete()
    Away.objects.filter(stand_in=person).update(stand_in=None)
    SharedText.objects.filter(shared_with=person).update(shared_with=None, shared_at=None)
    StudentProfile.objects.filter(coach=person).update(coach=None)
    said = TicketMessage.objects.filter(author=person).exclude(ticket__student=person)
    SuggestedAlum.objects.filter(message__in=said).update(why="")
    SuggestedPerson.objects.filter(message__in=said).delete()
    said.update(author=None, text="")
    Ticket.objects.filter(taken_by=person).update(taken_by=None)
    events = LifecycleEvent.objects.filter(by=person)
    events.update(note="")
    events.exclude(Q(request__student=person) | Q(interview__student=person)).update(by=None)


def _forget_suggestions(person: User) -> None:
    """What a coach suggested goes, but for what two others have said yes to, without the coach’s words."""
    suggested = Suggestion.objects.filter(author=person)
    suggested.exclude(introduction__state=WarmIntroduction.Answer.INTRODUCED).delete()
    suggested.update(author=None, why="", to_alum="")


# --- reports ----------------------------------------------------------------------------------------------------------


def _forget_reports(person: User, redaction: Redaction) -> None:
    """That there was a report, and what the office did, stays; who told of whom, and in which words, goes."""
    reports = Report.objects.filter(Q(reporter=person) | Q(about=person))
    redact(reports, redaction)
    Report.objects.filter(about=person).update(about=None)
    Report.objects.filter(reporter=person).update(reporter=None, words="")


# --- what is left -----------------------------------------------------------------------------------------------------


def _hold_off(person: User, addresses: set[str]) -> None:
    """Have no file bring them back; a directory entry is marked by its own ID (alumni/erased.py)."""
    numbers = StudentProfile.objects.filter(user=person).exclude(external_id=None).values_list("external_id", flat=True)
    held_off.remember([("address", address) for address in addresses if not address.endswith(HOST)])
    held_off.remember([("student", str(number)) for number in numbers])


def _forget_addresses(addresses: set[str], redaction: Redaction) -> None:
    """People whom students added by hand, and who have the address of this one."""
    written = Q(written__in=addresses)  # an address of an office has no key: it names nobody by itself
    for contact in Contact.objects.alias(written=Lower("email")).filter(Q(email_key__in=addresses) | written):
        erasing_student.redact_about(Contact.objects.filter(pk=contact.pk), redaction)
        erasing_student.unname(contact, redaction.said)
    for address in addresses:
        Suppression.objects.of(address).delete()


def _forget_account(person: User, *, stays: bool) -> None:
    """Empty the row where others' history hangs on it; else delete it."""
    _end_sessions(person)
    for model, name in OTHER_ROWS:
        rows: QuerySet[Model] = model._base_manager.filter(**{name: person})
        rows.delete()
    if not stays:
        User.objects.filter(pk=person.pk).delete()
        return
    fresh = User(pk=person.pk, joined_at=person.joined_at, email=ADDRESS.format(person.pk))
    fresh.name, fresh.is_active = words.NAMES[Role.STUDENT], False
    fresh.set_unusable_password()
    fresh.save(force_update=True)
