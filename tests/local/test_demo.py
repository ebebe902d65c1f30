"""The demo world: the same every time, every state in it, every clock running, and nobody mailed about the past."""

import re
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, transaction
from django.db.models import Count, F

from apps.accounts.models import User
from apps.alumni import import_runs
from apps.alumni.models import AlumniImport, AlumniProfile
from apps.coaching.models import SharedNote
from apps.finding.models import Meeting
from apps.interviews.asking.models import CommentReply, Review
from apps.interviews.debriefing.models import Debrief
from apps.interviews.lifecycle.models import Interview, InterviewRequest, ParticipantTime, TimeWindow
from apps.interviews.lifecycle.moves import InterviewStatus, RequestStatus
from apps.interviews.preparing.models import PlannedQuestion, Question
from apps.interviews.thanking.models import ThankYou
from apps.local import demo
from apps.local.demo_export import SMALL_EXPORT, export
from apps.local.people import DEMO_PEOPLE
from apps.mail.models import OutboundMessage
from apps.network.models import ActionStep, Cadence, Contact, NamePermission, Outcome, Referral
from apps.policy.models import Policy
from apps.reminders import rules, sweep
from apps.reminders.models import Notice
from apps.shelf.models import Resource, Topic
from apps.students import earlier
from apps.tickets.models import Ticket, TicketMessage
from apps.wording import rulebook

NOW = datetime(2026, 11, 12, 16, 40, tzinfo=UTC)  # Thursday, November 12, 10:40 am in Minnesota
HOURS = timedelta(hours=1)
pytestmark = [pytest.mark.django_db, pytest.mark.whole]
OWN_TIME = {"created_at", "updated_at", "joined_at", "password", "search"}


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """The demo world, built once for this file and rolled back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        demo.wipe()  # so that ids begin at one
        demo.build(NOW, export=SMALL_EXPORT)
        yield demo.counts()
        transaction.set_rollback(True)


def digest():
    """Everything that the demo wrote, but for what the database stamps."""
    models = [Contact, InterviewRequest, Interview, Debrief, ThankYou, Referral, PlannedQuestion, TimeWindow, Notice]
    found = {}
    for model in [User, AlumniProfile, *models]:
        names = [field.attname for field in model._meta.concrete_fields if field.name not in OWN_TIME]
        found[model.__name__] = list(model.objects.order_by("pk").values_list(*names))
    return found


# --- the same every time ----------------------------------------------------------------------------------------------


def test_a_second_build_changes_nothing(world):
    assert demo.build(NOW + 5 * HOURS, export=SMALL_EXPORT) == world


def test_the_world_is_the_same_for_the_same_moment(world):
    before, shelf = digest(), Resource.objects.count()
    connection.check_constraints()
    demo.wipe()
    assert User.objects.count() == 0
    assert Question.objects.count() >= 75
    assert Resource.objects.count() == shelf > 0  # as a real office has filled it
    demo.build(NOW, export=SMALL_EXPORT)
    assert (digest(), Resource.objects.count()) == (before, shelf)


def test_the_small_export_is_what_its_generator_writes():
    assert SMALL_EXPORT.read_bytes() == export()


def test_the_command_refuses_outside_a_local_trial(settings):
    settings.IS_LOCAL = False
    with pytest.raises(CommandError, match="local trial"):
        call_command("demo")


# --- who there is -----------------------------------------------------------------------------------------------------


def test_there_is_one_office_three_coaches_and_sixty_students(world):
    assert {role: User.objects.holding(role).count() for role in ("office", "coach", "student")} == {
        "office": 1,
        "coach": 3,
        "student": 60,
    }
    assert set(User.objects.holding("coach").annotate(n=Count("caseload")).values_list("n", flat=True)) == {20}


def test_everybody_one_may_enter_as_is_there_in_their_role(world):
    found = dict(User.objects.filter(email__in=[p.email for p in DEMO_PEOPLE.values()]).values_list("name", "roles"))
    assert found == {person.name: [role] for role, person in DEMO_PEOPLE.items()}


def test_the_people_one_enters_as_are_there_with_a_history(world):
    noor = User.objects.get(email="noor.haddad@tamarack.example")
    assert noor.student_profile.coach.name == "Ruth Amsel"
    assert Counter(noor.requests.values_list("status", flat=True)) == {
        "accepted": 4,
        "sent": 1,
        "declined": 1,
        "draft": 1,
    }
    assert noor.contacts.count() >= 30
    assert set(noor.contacts.values_list("pronouns", flat=True)) == {"she/her", "he/him", ""}
    ingrid = AlumniProfile.objects.get(name="Ingrid Solheim")
    assert ingrid.user.is_alum
    assert ingrid.interviews.filter(status="completed").count() >= 6
    assert ingrid.requests.open().count() == 1
    assert ingrid.interviews.coming(NOW).count() == 1


def test_the_directory_holds_the_export_and_the_people_of_the_stories(world):
    assert AlumniProfile.objects.listed().filter(external_id__startswith="T").count() > 250
    assert AlumniProfile.objects.listed().filter(external_id__startswith="D").count() == 42
    assert AlumniProfile.objects.listed().exclude(quote="").count() > 60


# --- every state ------------------------------------------------------------------------------------------------------


def test_every_state_of_a_request_is_there_more_than_once(world):
    found = Counter(InterviewRequest.objects.values_list("status", flat=True))
    assert [status for status in RequestStatus.values if found[status] < 2] == []


def test_every_state_of_an_interview_is_there_more_than_once(world):
    found = Counter(Interview.objects.values_list("status", flat=True))
    assert [status for status in InterviewStatus.values if found[status] < 2] == []


def test_every_clock_is_running(world):
    held = Interview.objects.filter(status=InterviewStatus.COMPLETED)
    waiting = Interview.objects.awaiting_thanks(NOW)
    in_time = ThankYou.objects.filter(sent_at__lte=F("interview__talked_until") + 48 * HOURS)
    today = NOW.date()
    found = {
        "nothing written": Interview.objects.awaiting_debrief(NOW).count(),
        "written": held.filter(debrief__finished_at__isnull=False).count(),
        "thank-you due": waiting.filter(ends_at__gt=NOW - 48 * HOURS).count(),
        "thank-you late": waiting.filter(ends_at__lte=NOW - 49 * HOURS).count(),
        "thanked in time": in_time.count(),
        "thanked late": ThankYou.objects.exclude(pk__in=in_time).count(),
        "moved": Interview.objects.coming(NOW).filter(sequence=1).count(),
        "going on or soon": Interview.objects.coming(NOW).filter(starts_at__lt=NOW + 2 * HOURS).count(),
        "tomorrow": Interview.objects.coming(NOW).filter(starts_at__range=(NOW, NOW + 36 * HOURS)).count(),
        "loop open": Referral.objects.filter(loop_closed_at=None).count(),
        "loop closed": Referral.objects.exclude(loop_closed_at=None).count(),
        "cadence due": Cadence.objects.filter(due_on__lte=today).count(),
        "cadence to come": Cadence.objects.filter(due_on__gt=today).count(),
        "step due": ActionStep.objects.filter(done_at=None, due_on__lte=today).count(),
        "step done": ActionStep.objects.exclude(done_at=None).count(),
        "second thanks due": Outcome.objects.filter(kind__in=["applied", "offer"], second_thanks_at=None).count(),
        "second thanks sent": Outcome.objects.exclude(second_thanks_at=None).count(),
        "review waiting": Review.objects.filter(verdict="waiting", request__status="in_review").count(),
        "review returned": Review.objects.filter(verdict="returned", comments__isnull=False).distinct().count(),
        "review approved": Review.objects.filter(verdict="approved").count(),
        "shared coach note": SharedNote.objects.count(),
        "name not asked": Referral.objects.filter(name_permission=NamePermission.NOT_ASKED).count(),
    }
    assert {what: count for what, count in found.items() if count < 2} == {}


def test_the_office_has_questions_a_shelf_and_answers(world):
    noor = User.objects.get(email="noor.haddad@tamarack.example")
    assert Counter(Ticket.objects.values_list("state", flat=True)) == {"open": 3, "answered": 2, "closed": 1}
    assert not Ticket.objects.filter(state="open", needed_by__lt=NOW.date()).exists()
    assert not TicketMessage.objects.filter(at__lt=F("ticket__asked_at")).exists()
    assert {topic for topic in Topic if Resource.objects.shown().filter(topic=topic).exists()} == {*Topic}
    assert noor.offers.count() == 3
    assert [met.touch.contact.name for met in Meeting.objects.filter(event__student=noor).order_by("pk")] == [
        "Lena Okafor",
        "Greg Halvorsen",
    ]
    assert len(earlier.earlier(noor.introduction, NOW)) == 2


def test_some_students_have_not_begun_and_one_has_gone_quiet(world):
    assert User.objects.holding("student").filter(requests=None, contacts=None).count() >= 2
    emeka = User.objects.get(name="Emeka Nwosu")
    assert emeka.interviews.filter(status="completed").count() == 2
    assert not emeka.touches.filter(at__gt=NOW - timedelta(weeks=3)).exclude(kind="met").exists()


# --- what must hold ---------------------------------------------------------------------------------------------------


def test_the_database_agrees(world):
    connection.check_constraints()
    assert ParticipantTime.objects.filter(is_blocking=True).count() > 300


def test_things_happened_in_their_order(world):
    assert not InterviewRequest.objects.filter(sent_at__lt=F("created_at")).exists()
    assert not InterviewRequest.objects.filter(answered_at__lt=F("sent_at")).exists()
    assert not Interview.objects.filter(starts_at__lt=F("request__answered_at")).exists()
    assert not ThankYou.objects.filter(sent_at__lt=F("interview__talked_until")).exists()
    assert not ThankYou.objects.filter(sent_at__gt=NOW).exists()
    assert not Interview.objects.filter(status="completed", talked_until__gt=NOW).exists()


def test_nobody_is_past_their_deadline_or_their_cap(world):
    assert not InterviewRequest.objects.past_deadline(NOW).exists()
    policy = Policy.now()
    asking = User.objects.filter(requests__status__in=["sent", "countered"]).annotate(n=Count("requests"))
    assert max(asking.values_list("n", flat=True)) <= policy.student_open_cap
    this_month = InterviewRequest.objects.filter(
        status__in=["sent", "countered", "accepted"], sent_at__year=2026, sent_at__month=11
    )
    per_alum = Counter(this_month.values_list("alum_id", flat=True))
    assert max(per_alum.values()) <= policy.alum_monthly_cap


def test_nobody_asks_for_a_job_but_noor_in_the_draft_that_shows_the_hint(world):
    asking = [
        row.student.name
        for row in InterviewRequest.objects.select_related("student")
        if any(rulebook.caught(part) for part in row.parts)
    ]
    assert asking == ["Noor Haddad"]


def test_no_mail_waits_and_every_open_letter_is_kept_as_sent(world):
    found = dict(OutboundMessage.objects.values_list("subject_key", "state"))
    assert found == {f"request:{pk}": "sent" for pk in InterviewRequest.objects.open().values_list("pk", flat=True)}


def test_a_sweep_at_once_mails_nobody(world):
    before = OutboundMessage.objects.count()
    sweep.run(NOW)
    assert OutboundMessage.objects.count() == before
    assert not InterviewRequest.objects.filter(events__event="nudge").exists()


def test_the_first_sweep_has_nothing_to_say_about_the_past(world):
    due = {row.notice_key for rule in rules.RULES for row in rule.rows(NOW)}
    assert len(due) > 40
    assert due == set(Notice.objects.exclude(mailed_at=None).values_list("key", flat=True))


def test_the_demos_import_shows_each_row_that_it_counts(world):
    """The page that said “Need a look 5” said “No such row” below."""
    [imported] = AlumniImport.objects.all()
    for show in import_runs.SHOWS:
        counted = imported.counts.get("noted" if show == "look" else show, 0)
        assert min(counted, 1) == min(len(import_runs.rows(imported, show)), 1), show
    assert len(import_runs.rows(imported, "look")) == imported.counts["noted"] > 0


def test_no_two_thank_you_notes_to_one_alum_share_a_sentence(world):
    """A page of them reads as written by different people."""
    told = defaultdict(list)
    for note in ThankYou.objects.exclude(body="").select_related("interview"):
        heart = note.body.split("\n\n")[1:-1]
        sentences = {said for part in heart for said in re.split(r"(?<=[.”])\s+", part) if len(said) > 40}
        told[note.interview.alum_id].append(sentences)
    assert max(map(len, told.values())) >= 4
    for notes in told.values():
        for one, other in combinations(notes, 2):
            assert one & other == set()
    subjects = Counter(ThankYou.objects.exclude(body="").values_list("subject", flat=True))
    assert max(subjects.values()) < sum(subjects.values()) / 3


def test_noor_and_her_coach_talk_below_a_comment(world):
    replies = CommentReply.objects.filter(comment__review__request__student__name="Noor Haddad").order_by("said_at")
    assert [(reply.author.first_name, reply.is_by_student, bool(reply.read_at)) for reply in replies] == [
        ("Noor", True, True),
        ("Ruth", False, True),
    ]
    assert {reply.comment_id for reply in replies} == {replies[0].comment_id}
