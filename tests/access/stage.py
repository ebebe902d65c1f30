"""The world of the access tests: eight people, and one row of every kind that belongs to the first three of them.

`Stage(...)` built for Amira, Ingrid and Ruth shows own and others' objects at once: whatever is theirs is a stranger's
to the other five. Built for the others, the same table holds the other way round.
"""

from copy import deepcopy
from datetime import date, time, timedelta
from types import SimpleNamespace

from django.db import transaction
from django.test import Client
from django.utils import timezone

from apps.accounts.models import MailLink
from apps.alumni.models import AlumniImport, BlockedStudent, Listing, SavedAlum
from apps.coaching.models import CoachNote, SavedView, SharedNote
from apps.cohorts.models import Assignment, Excuse, Reflection
from apps.directory.models import SavedSearch
from apps.files.models import PrivateFile
from apps.finding.models import Event, LookingPlace, Meeting
from apps.growth.models import SKILLS, Path, SelfRating
from apps.handover.models import HandedStudent, Handover
from apps.interviews.asking.models import CommentReply, Review, ReviewComment
from apps.interviews.debriefing.models import Debrief, LiveNote, NamedPerson
from apps.interviews.preparing.models import PlannedQuestion, Question, QuestionPlan
from apps.interviews.scheduling.models import BusyWeek
from apps.interviews.sharing.models import Away, Kind, SharedText
from apps.interviews.thanking.models import ThankYou
from apps.mail import outbox
from apps.mail.models import Suppression
from apps.moderation.models import Report
from apps.network.models import (
    ActionStep,
    Cadence,
    ContactImport,
    ContactMerge,
    Offering,
    Organization,
    Outcome,
    Tag,
    Touch,
)
from apps.organizations.models import Detail, Help, KindOfWork, Note, Opportunity, RuledOut, Work
from apps.policy.models import Holiday, Phrase, SearchWord
from apps.practice.models import Feedback, FriendPractice, Practice, Series, Slot
from apps.privacy.models import Export
from apps.reminders.models import Notice, Sweep
from apps.shelf.models import Resource
from apps.students.models import Cohort, Disclosure, EarlierIntroduction, Introduction, Resume, StudentProfile
from apps.suggestions.models import Suggestion, WarmIntroduction
from apps.tickets.models import SuggestedAlum, SuggestedPerson, Ticket, TicketMessage
from tests import world

DAY = timedelta(days=1)
TOKENS = (
    *(
        "letter",
        "feed",
        "no_more",
        "no_updates",
        "no_nudges",
        "no_requests",
        "mailed_notice",
        "mailed_entry",
        "mailed_copy",
        "mailed_search",
        "mailed_claim",
    ),
    *("mailed_meeting", "mailed_friend"),
)
PEOPLE = ("student", "other_student", "alum", "other_alum", "coach", "other_coach", "office", "visitor")
OTHER = {
    one: other
    for role in ("student", "alum", "coach")
    for one, other in ((role, f"other_{role}"), (f"other_{role}", role))
}


def browser(person=None, *links, **how):
    """Return a browser, signed in or not, that has followed the mailed `links`. An error in a view is a 500 to it."""
    client = Client(raise_request_exception=False, **how)
    if person is not None:
        client.force_login(person, backend="apps.accounts.backends.Backend")
        client.get("/healthz")  # the first page of a session notes its device: not on each page that is taken back
    for token in links:
        client.get(f"/a/{token}/")
    return client


def tried(ask, *args, **kwargs):
    """Ask something of a browser and take back whatever it did, to the rows and to the browser."""
    client = ask.__self__
    cookies = deepcopy(client.cookies)
    with transaction.atomic():
        answer = ask(*args, **kwargs)
        answer.content if not answer.streaming else b"".join(answer.streaming_content)
        transaction.set_rollback(True)
    client.cookies = cookies
    return answer


class Stage:
    """One row of every kind. `rows` names them; `args` says what stands in an address."""

    def __init__(self, student, alum, coach, office):
        self.student, self.alum, self.coach, self.office, self.now = student, alum, coach, office, timezone.now()
        self.rows = SimpleNamespace(student=student.student_profile, alum=alum.alumni_profile)
        self._network()
        self._organizations()
        self._requests()
        self._talks()
        self._around()
        self._links()

    def _network(self):
        rows, student = self.rows, self.student
        rows.organization = Organization.objects.create(student=student, name="Corvane")
        rows.contact = world.contact(student, "Helen Varga", organization=rows.organization, last_touch_at=self.now)
        rows.named = world.contact(student, "Grace Otieno")
        rows.resource = Resource.objects.create(title="How to begin", text="Read it.", topic="first")
        rows.offering = Offering.objects.create(student=student, text="zq hidden offer")
        rows.tag = Tag.objects.create(student=student, name="zq hidden name tag")
        rows.contact.tags.add(rows.tag)
        rows.secret_organization = Organization.objects.create(student=student, name="Haddad & Daughters")
        rows.secret = world.contact(student, "Samira Haddad", is_private=True, organization=rows.secret_organization)
        rows.secret.tags.add(rows.tag)
        rows.asked = world.contact(student, self.alum.name, alum=rows.alum)
        rows.referral = world.referral(rows.contact, rows.named, at=self.now, name_permission="yes")
        of = {"student": student, "contact": rows.contact}
        rows.touch = Touch.objects.create(kind="wrote", at=self.now, **of)
        rows.cadence = Cadence.objects.create(months=3, due_on=date(2027, 1, 1), chosen_at=self.now, **of)
        rows.step = ActionStep.objects.create(text="Learn to make a map", **of)
        rows.outcome = Outcome.objects.create(kind="applied", happened_on=date(2026, 11, 1), **of)
        columns = {"header": ["Name"], "samples": [["Ana Ruiz"]], "used": {"name": "Name"}, "problems": []}
        rows.people_file = ContactImport.objects.create(student=student, file_name="Connections.csv", columns=columns)
        rows.merge = ContactMerge.objects.create(student=student, kept=rows.contact, name="H. V.", merged_at=self.now)
        rows.photo = PrivateFile.objects.create(person=student, kind="photo", content=b"\xff\xd8", size=2)
        rows.paper = PrivateFile.objects.create(person=student, kind="pdf", content=b"%PDF-", size=5)
        rows.resume = Resume.objects.create(student=student, file=rows.paper, size=5, kept_at=self.now)
        rows.event = Event.objects.create(student=student, name="Career fair", held_on=date(2026, 11, 1))
        rows.met = Meeting.objects.create(event=rows.event, touch=rows.touch)
        rows.looking_place = LookingPlace.objects.create(student=student, name="The maker lab")
        secret = {"student": student, "contact": rows.secret}
        rows.secret_touch = Touch.objects.create(kind="wrote", at=self.now, **secret)
        rows.secret_step = ActionStep.objects.create(text="Call on Sunday", **secret)
        rows.secret_outcome = Outcome.objects.create(kind="lead", happened_on=date(2026, 11, 1), **secret)

    def _organizations(self):
        rows, student = self.rows, self.student
        there = {"student": student, "organization": rows.organization}
        Organization.objects.filter(pk=rows.organization.pk).update(is_target=True)
        rows.kind_of_work = KindOfWork.objects.create(student=student, name="Epidemiologist")
        rows.detail = Detail.objects.create(about="Rivers", website="https://corvane.example", why="Kind", **there)
        rows.ruled_out = RuledOut.objects.create(kind=rows.kind_of_work, **there)
        rows.work = Work.objects.create(student=student, contact=rows.contact, kind=rows.kind_of_work)
        rows.chance = Opportunity.objects.create(
            title="Summer crew", state="applied", applied_on=date(2026, 11, 1), **there
        )
        of_helper = {"student": student, "contact": rows.contact, "outcome": rows.outcome}
        rows.helped = Help.objects.create(opportunity=rows.chance, **of_helper)
        rows.known_fact = Note.objects.create(text="Twelve staff", noted_on=date(2025, 10, 1), **there)

    def _requests(self):
        rows, student, now = self.rows, self.student, self.now
        ahead = {"starts_at": now + 9 * DAY}
        rows.draft = world.interview_request(student, rows.contact)
        rows.in_review = world.interview_request(student, rows.named, status="in_review")
        rows.never_sent = world.interview_request(student, rows.asked, status="withdrawn")
        rows.sent = world.sent_request(student, rows.asked, at=now - DAY)
        rows.leaving = world.sent_request(
            student, rows.secret, at=now, leaves_at=now + timedelta(minutes=5), alum=rows.alum
        )
        rows.accepted = world.sent_request(student, rows.asked, at=now - 3 * DAY, status="accepted", turn="")
        for asked in (rows.draft, rows.in_review, rows.never_sent, rows.sent, rows.leaving, rows.accepted):
            world.window(asked, **ahead)
        rows.review = Review.objects.create(request=rows.in_review, coach=self.coach, asked_at=now, due_at=now + DAY)
        rows.comment = ReviewComment.objects.create(review=rows.review, part="why", text="Could this come first?")

    def _talks(self):
        rows, now = self.rows, self.now
        rows.talk = world.interview(self.student, rows.asked, starts_at=now + 2 * DAY, request=rows.accepted)
        rows.held = world.interview(self.student, rows.contact, starts_at=now - DAY, status="completed")
        rows.secret_talk = world.interview(self.student, rows.secret, starts_at=now - DAY, status="completed")
        for name in ("talk", "held", "secret_talk"):
            talk = getattr(rows, name)
            plan = QuestionPlan.objects.create(interview=talk)
            debrief = Debrief.objects.create(interview=talk, learned="Much", finished_at=now)
            after = {
                "plan": plan,
                "question": PlannedQuestion.objects.create(plan=plan, text="How did you begin?", position=1),
                "note": LiveNote.objects.create(interview=talk, text="Began in a lab", at=now),
                "debrief": debrief,
                "person": NamedPerson.objects.create(debrief=debrief, name="Leila Brandt"),
                "thanks": ThankYou.objects.create(interview=talk, body="Thank you"),
            }
            for kind, row in after.items():
                setattr(rows, f"{name}_{kind}", row)

        rows.shown_talk = world.interview(self.student, rows.named, starts_at=now - 2 * DAY, status="completed")
        rows.shown_thanks = ThankYou.objects.create(interview=rows.shown_talk, body="Thank you, Grace")
        ahead = {"from_on": now.date() + 30 * DAY, "until_on": now.date() + 31 * DAY}
        rows.away = Away.objects.create(coach=self.coach, is_released=True, **ahead)
        rows.shared_text = SharedText.objects.create(
            student=self.student, kind=Kind.THANKS, interview=rows.shown_talk, shared_with=self.coach, shared_at=now
        )
        asked = {"coach": self.coach, "asked_at": now, "due_at": now + DAY}
        rows.shared_review = Review.objects.create(text=rows.shared_text, **asked)
        rows.shared_comment = ReviewComment.objects.create(review=rows.shared_review, part="body", text="Say which")
        before = asked | {"verdict": "returned", "answered_at": now - DAY, "asked_at": now - 2 * DAY}
        handed_over = Review.objects.create(text=rows.shared_text, **before)
        rows.answered_comment = ReviewComment.objects.create(review=handed_over, part="body", text="Why so long?")
        said = {"comment": rows.answered_comment, "said_at": now}
        rows.own_reply = CommentReply.objects.create(
            author=self.student, is_by_student=True, text="It is how I talk", **said
        )
        rows.coach_reply = CommentReply.objects.create(
            author=self.coach, is_by_student=False, text="Then keep it", **said
        )

    def _around(self):
        rows, student, now = self.rows, self.student, self.now
        rows.ticket = Ticket.objects.create(
            student=student, wanted="A nurse", goal="Her day", needed_by=date(2026, 12, 4), asked_at=now
        )
        rows.ticket_message = TicketMessage.objects.create(ticket=rows.ticket, author=self.coach, text="Why?", at=now)
        rows.outsider = SuggestedPerson.objects.create(message=rows.ticket_message, name="Nils Berg", about="A nurse")
        rows.suggested = SuggestedAlum.objects.create(message=rows.ticket_message, alum=rows.alum, why="Kind")
        self._suggestions()
        self._practice()
        self._cohort()
        rows.handover = Handover.objects.create(giver=world.coach(f"Gone Coach{student.pk}"), by=self.coach, at=now)
        HandedStudent.objects.create(handover=rows.handover, student=student)
        rows.report = Report.objects.create(
            reporter=student, about=self.alum, request=rows.accepted, reason="other", words="A word", created_at=now
        )
        rows.busy = BusyWeek.objects.create(student=student, half_hours=[20, 21])
        rows.introduction = Introduction.objects.create(student=student, who="I study health")
        rows.introduction_before = EarlierIntroduction.objects.create(
            student=student, who="I studied biology", said_at=now - timedelta(days=9)
        )
        rows.path = Path.objects.create(student=student, name="Regulation", skills="I read carefully")
        rows.rating = SelfRating.objects.create(student=student, rated_on=now.date(), **dict.fromkeys(SKILLS, 3))
        rows.look = Disclosure.objects.create(
            student=student, viewer=self.coach, viewer_name="Ruth", what="Network", at=now
        )
        rows.private_note = CoachNote.objects.create(student=student, author=self.coach, text="Shy on the phone")
        rows.shared_note = SharedNote.objects.create(student=student, author=self.coach, text="Well done")
        rows.view = SavedView.objects.create(coach=self.coach, name="Seniors", query="view=all")
        rows.notice = Notice.objects.create(
            key=f"n{student.pk}",
            rule="write-down",
            thing="write-down:1",
            person=student,
            subject_id=1,
            title="Write",
            url="/today/",
            due_at=now,
        )
        rows.shut_out = world.student(f"Boris Blocked{student.pk}")
        rows.block = BlockedStudent.objects.create(alum=rows.alum, student=rows.shut_out, at=now)
        rows.saved = SavedAlum.objects.create(student=student, alum=rows.alum)
        search = {"name": "zq hidden search", "address": "?q=zebrafish", "looked_at": now}
        rows.search = SavedSearch.objects.create(student=student, **search)
        rows.to_invite = world.alum_profile(f"Ivo Invited{student.pk}", listing=Listing.INVITED)
        rows.hidden = world.alum_profile(f"Hilda Hidden{student.pk}", listing=Listing.HIDDEN)
        occasion = outbox.Occasion(f"k{student.pk}")
        rows.message = outbox.queue("sign_in_code", to=student, occasion=occasion, context={"code": "KQ7-3MX"})
        rows.suppressed = Suppression.objects.create(address=f"left{student.pk}@x.example")
        rows.bank = Question.objects.filter(is_active=True).first() or Question.objects.create(
            text="Why?", theme="path"
        )
        rows.phrase = Phrase.objects.get_or_create(kind=Phrase.Kind.FINE, pattern="a chat about maps")[0]
        rows.search_word = SearchWord.objects.create(kind="place", phrase=f"the Bay {student.pk}", means="Duluth, MN")
        rows.holiday = Holiday.objects.get_or_create(on=date(2027, 12, 24), name="Christmas Eve")[0]
        rows.imported = AlumniImport.objects.create(by=self.office, file_name="export.csv", content=b"")
        Sweep.objects.create(started_at=now, finished_at=now)
        rows.copy = Export.objects.create(
            person=student, asked_at=now - 2 * DAY, state="ready", content=b"PK", ready_at=now, expires_at=now + DAY
        )

    def _suggestions(self):
        rows, now = self.rows, self.now
        made = {"student": self.student, "author": self.coach, "made_at": now, "expires_at": now + 21 * DAY}

        def suggestion(state, **fields):
            return Suggestion.objects.create(state=state, why="zq why them", **made, **fields)

        rows.suggestion = suggestion("open", name="Nils Berg", about="A nurse")
        rows.offered = suggestion("open", alum=rows.alum, to_alum="Amira maps wells")
        rows.withdrawn_suggestion = suggestion("withdrawn", name="Grace Otieno")
        rows.agreed = suggestion("taken", alum=rows.alum, to_alum="Amira maps wells")
        rows.meeting = WarmIntroduction.objects.create(
            suggestion=rows.agreed,
            student=self.student,
            alum=rows.alum,
            asked_at=now - DAY,
            answer_by=now + 9 * DAY,
        )

    def _practice(self):
        rows, now, of = self.rows, self.now, {"coach": self.coach}
        rows.repeats = Series.objects.create(
            weekdays=[1],
            begins=time(14),
            ends=time(15),
            minutes=30,
            from_on=now.date(),
            until_on=now.date() + 30 * DAY,
            zone="America/Chicago",
            **of,
        )

        def taken(at):
            span = {"starts_at": at, "ends_at": at + timedelta(minutes=30)}
            return Slot.objects.create(place="Ashby 204", **span, **of), span

        rows.free_time, _ = taken(now + 3 * DAY)
        for name, at in (("practice", now + 4 * DAY), ("practiced", now - 4 * DAY)):
            slot, span = taken(at)
            row = Practice.objects.create(student=self.student, slot=slot, booked_at=now, **span, **of)
            setattr(rows, name, row)
        rows.unsaid = Feedback.objects.create(practice=rows.practice, words="Not yet")
        rows.noticed = Feedback.objects.create(practice=rows.practiced, words="Slow down", shared_at=now)
        rows.with_friend = FriendPractice.objects.create(
            student=self.student, name="Sam", made_at=now - DAY, open_until=now + 9 * DAY
        )

    def _cohort(self):
        rows, now = self.rows, self.now
        rows.cohort = Cohort.objects.create(name=f"Fall {self.student.pk}")
        StudentProfile.objects.filter(user=self.student).update(cohort=rows.cohort)
        self.student.student_profile.cohort = rows.cohort
        asked = {"cohort": rows.cohort, "conversations": 3, "from_on": now.date(), "made_by": self.coach}
        asked |= {"from_at": now - DAY, "made_at": now, "fewest_words": 0}

        def due(days):
            return Assignment.objects.create(due_on=now.date() + days * DAY, due_at=now + days * DAY, **asked)

        rows.assignment, rows.later_assignment = due(20), due(40)
        of = {"student": self.student}
        rows.excuse = Excuse.objects.create(assignment=rows.later_assignment, at=now, **of)
        rows.reflection = Reflection.objects.create(
            assignment=rows.later_assignment, text="I see more", handed_in_at=now, **of
        )
        rows.drafted = Reflection.objects.create(assignment=rows.assignment, text="I see", **of)

    def _links(self):
        def link(purpose, thing, person):
            return MailLink.make(purpose=purpose, object_id=thing.pk, person=person, expires_at=self.now + 9 * DAY)

        self.letter = link("answer", self.rows.sent, self.alum)
        self.agreed = link("answer", self.rows.accepted, self.alum)
        self.feed = link("calendar-feed", self.student, self.student)
        self.no_more = link("unsubscribe:reminder", self.student, self.student)
        self.no_updates = link("stop-updates:varga@x.example", self.student, self.student)
        self.no_nudges = link("stop-nudges", self.student, self.student)
        gone = world.alum_profile(f"Gil Gone{self.student.pk}", listing=Listing.REMOVED)
        self.no_requests = link("stop-requests", gone, self.alum)
        self.mailed_notice = link("notice", self.rows.notice, self.student)
        self.mailed_copy = link("own-data", self.rows.copy, self.student)
        self.mailed_claim = link("claim", self.rows.alum, self.alum)
        self.mailed_search = link("saved-search", self.rows.search, self.student)
        self.mailed_meeting = link("introduction", self.rows.meeting, self.alum)
        self.mailed_friend = link("practice-friend", self.rows.with_friend, self.student)
        self.mailed_entry = link("profile-check", self.rows.alum, self.alum)

    def args(self, of):
        """Return what stands in the address of a table row: nothing, a token, a row, or a row and one word more."""
        if not of:
            return ()
        name, _, more = of.partition(" ")
        first = {"person": self.student.pk}.get(name) or (getattr(self, name) if name in TOKENS else None)
        first = first or (getattr(self.rows, name).pk if hasattr(self.rows, name) else name)
        return (first, *more.split())
