"""Anybody does anything in any order: the stories stay legal and every mail has its event (B9).

Hypothesis draws the order. `STEPS` in the environment makes it longer: 10,000 steps are `STEPS=200 RUNS=50`.
"""

import os
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from django.db import transaction
from django.db.models import F
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from apps.alumni import actions as alumni
from apps.alumni import limits
from apps.interviews import deadlines
from apps.interviews.answering import actions as answering
from apps.interviews.asking import actions as asking
from apps.interviews.asking import reviews
from apps.interviews.debriefing import actions as debriefing
from apps.interviews.lifecycle.models import Interview, InterviewRequest, LifecycleEvent, ParticipantTime
from apps.interviews.lifecycle.moves import INTERVIEW_MOVES, REQUEST_MOVES, UNDER_WAY
from apps.interviews.scheduling import actions as scheduling
from apps.interviews.scheduling import slots
from apps.mail.models import OutboundMessage
from apps.policy.models import Policy
from apps.web.answers import Refused
from tests import world
from tests.interviews import steps

RUNS, STEPS = int(os.environ.get("RUNS", "12")), int(os.environ.get("STEPS", "40"))
ALUM_CAP, STUDENT_CAP = 2, 2
who = st.integers(0, 1)
nth = st.integers(0, 5)


whom = st.integers(0, 2)  # the last is nobody of the directory


class Acts(RuleBasedStateMachine):
    """Two students, two alumni, professors and a coach over some weeks; every public act, by the one whose it is."""

    def __init__(self):
        super().__init__()
        self.whole = transaction.atomic()
        self.whole.__enter__()
        self.at = datetime.now(UTC)
        self.done = Counter()
        self.coach = world.coach("Ruth Amsel")
        self.students = [world.student(name, coach=self.coach) for name in ("Amira Haddad", "Tomasz Wilk")]
        self.alumni = [world.alum(name) for name in ("Ingrid Solheim", "Marcus Adeyemi")]
        self.professors = [world.contact(student, "Helen Varga") for student in self.students]
        steps.no_review()
        Policy.objects.update(alum_monthly_cap=ALUM_CAP, student_open_cap=STUDENT_CAP, cooling_off_days=3)

    def teardown(self):
        transaction.set_rollback(True)
        self.whole.__exit__(None, None, None)

    # --- helpers ------------------------------------------------------------------------------------------------------

    def does(self, name, act, /, *args, **kwargs):
        """Carry out an act a minute later; a refusal is an answer, too."""
        self.at += timedelta(minutes=1)
        try:
            result = act(*args, now=self.at, **kwargs)
        except Refused:
            return None
        self.done[name] += 1
        return result

    def with_whom(self, a):
        return {"alum__user": self.alumni[a]} if a < len(self.alumni) else {"alum": None}

    def request(self, s, a):
        rows = InterviewRequest.objects.filter(student=self.students[s], **self.with_whom(a))
        return rows.order_by("-pk").first()

    def talk(self, s, a):
        rows = Interview.objects.filter(student=self.students[s], **self.with_whom(a))
        return rows.order_by("-pk").first()

    def window(self, days):
        start = self.at.replace(minute=0, second=0, microsecond=0) + timedelta(days=2 + days)
        return [(start, start + timedelta(hours=1), "America/Chicago")]

    def slot(self, asked, by, n):
        found = slots.cut(asked.windows.filter(offered_by=by), minutes=asked.minutes, now=self.at)
        return found[n % len(found)].value if found else "20200101T0000Z"

    # --- asking -------------------------------------------------------------------------------------------------------

    @rule(s=who, a=who)
    def ask(self, s, a):
        student, alum = self.students[s], self.alumni[a]
        if InterviewRequest.objects.filter(student=student, alum__user=alum).under_way().exists():
            return
        draft = steps.draft(student, alum, self.at)
        Policy.objects.update(alum_monthly_cap=ALUM_CAP, student_open_cap=STUDENT_CAP, cooling_off_days=3)
        room = limits.places_left(alum.alumni_profile, self.at)
        held = InterviewRequest.objects.filter(student=student).open().count()
        if self.does("send", asking.send, draft, by=student):
            assert room > 0
            assert held < STUDENT_CAP
        else:
            asking.discard(draft)

    @rule(s=who, a=who, days=st.integers(0, 3), reads=st.booleans())
    def write(self, s, a, days, reads):
        """A draft, new or come back: to the coach, or on its way now or in some days."""
        student, alum, asked = self.students[s], self.alumni[a], self.request(s, a)
        if asked is None or asked.status not in UNDER_WAY:
            asked = steps.draft(student, alum, self.at)
            Policy.objects.update(alum_monthly_cap=ALUM_CAP, student_open_cap=STUDENT_CAP, cooling_off_days=3)
        elif asked.status == "draft":
            asked.windows.all().delete()
            for start, *_ in (self.window(days + n)[0] for n in range(3)):
                steps.offer(asked, start)
        InterviewRequest.objects.filter(pk=asked.pk).update(wants_review=reads, wants_research=False)
        asked.refresh_from_db()
        send_at = self.at + timedelta(days=days) if days else None
        self.does("press_send", asking.press_send, asked, by=student, send_at=send_at)

    @rule(s=who, a=who)
    def reclaim(self, s, a):
        if asked := self.request(s, a):
            self.does("reclaim", reviews.reclaim, asked, by=self.students[s])

    @rule(s=who, a=who, note=st.sampled_from(["", "Nearly there"]))
    def approve(self, s, a, note):
        if asked := self.request(s, a):
            self.does("approve", reviews.approve, asked, by=self.coach, note=note)

    @rule(s=who, a=who)
    def give_back(self, s, a):
        if asked := self.request(s, a):
            self.does("return", reviews.return_, asked, by=self.coach, note="Say why them")

    @rule(s=who)
    def ask_outside(self, s):
        """A professor is asked from the student's own mailbox."""
        student = self.students[s]
        asked = asking.open_outside(self.professors[s], by=student, now=self.at)
        if asked.status == "draft":
            words = {"part_why": steps.LONG_WHY, "part_ask": "Could I have 20 minutes?", "wants_research": False}
            InterviewRequest.objects.filter(pk=asked.pk).update(**words)
            asked.refresh_from_db()
            self.does("mark_sent", asking.mark_sent, asked, by=student, channel="email")

    @rule(a=who, rests=st.booleans())
    def pause(self, a, rests):
        entry = self.alumni[a].alumni_profile
        alumni.pause(entry) if rests else alumni.resume(entry)

    @rule(s=who, a=whom)
    def take_back(self, s, a):
        if asked := self.request(s, a):
            self.does("take_back", asking.take_back, asked, by=self.students[s])

    @rule(s=who, a=whom)
    def withdraw(self, s, a):
        if asked := self.request(s, a):
            self.does("withdraw", asking.withdraw, asked, by=self.students[s])

    # --- answering ----------------------------------------------------------------------------------------------------

    @rule(s=who, a=who, n=nth)
    def accept(self, s, a, n):
        if asked := self.request(s, a):
            slot = self.slot(asked, "student", n)
            self.does("accept", answering.accept, asked, slot=slot, format="video", by=self.alumni[a])

    @rule(s=who, a=who, n=nth)
    def counter(self, s, a, n):
        if asked := self.request(s, a):
            by, note = self.alumni[a], f"Round {self.at:%d %H:%M}"
            self.does("counter", answering.counter, asked, windows=self.window(n), note=note, by=by)

    @rule(s=who, a=who)
    def question(self, s, a):
        if asked := self.request(s, a):
            self.does("question", answering.question, asked, note=f"At {self.at:%d %H:%M}?", by=self.alumni[a])

    @rule(s=who, a=who, n=nth)
    def answer(self, s, a, n):
        if asked := self.request(s, a):
            act = answering.reply if asked.has_question else answering.offer_again
            self.does(act.__name__, act, asked, windows=self.window(n), note="So", by=self.students[s])

    @rule(s=who, a=who, n=nth)
    def accept_offer(self, s, a, n):
        if asked := self.request(s, a):
            slot = self.slot(asked, "alum", n)
            self.does("accept_offer", answering.accept_offer, asked, slot=slot, format="video", by=self.students[s])

    @rule(s=who, a=who)
    def decline(self, s, a):
        if asked := self.request(s, a):
            self.does("decline", answering.decline, asked, by=self.alumni[a])

    @rule(s=who, a=who)
    def reconsider(self, s, a):
        if asked := self.request(s, a):
            self.does("reconsider", answering.reconsider, asked, by=self.alumni[a])

    @rule(s=who, a=who, declines=st.booleans(), may=st.booleans())
    def suggest(self, s, a, declines, may):
        if asked := self.request(s, a):
            named = {"name": f"Erin Voss {self.at:%d%H%M}", "about": "", "may_use_name": may, "declines": declines}
            if self.does("suggest", answering.suggest, asked, by=self.alumni[a], **named) and declines:
                self.done["suggested instead"] += 1

    @rule(s=who, a=whom, n=nth)
    def arrange(self, s, a, n):
        """They answered beside Rapport: outside the directory, or by a plain reply."""
        if asked := self.request(s, a):
            starts_at = self.window(n)[0][0]
            self.does("arrange", answering.arrange, asked, starts_at=starts_at, format="phone", by=self.students[s])

    @rule(s=who, a=whom)
    def turned_down(self, s, a):
        if asked := self.request(s, a):
            self.does("turned_down", answering.turned_down, asked, by=self.students[s])

    # --- what is set --------------------------------------------------------------------------------------------------

    @rule(s=who, a=who, n=nth, actor=st.sampled_from(["student", "alum"]))
    def propose(self, s, a, n, actor):
        if talk := self.talk(s, a):
            by = self.students[s] if actor == "student" else self.alumni[a]
            self.does("propose", scheduling.propose, talk, windows=self.window(n), note="Why", actor=actor, by=by)

    @rule(s=who, a=who, n=nth, actor=st.sampled_from(["student", "alum"]))
    def reschedule(self, s, a, n, actor):
        if talk := self.talk(s, a):
            found = scheduling.move_slots(talk, actor=actor, now=self.at)
            slot = found[n % len(found)].value if found else "20200101T0000Z"
            by = self.students[s] if actor == "student" else self.alumni[a]
            self.does("reschedule", scheduling.reschedule, talk, slot=slot, actor=actor, by=by)

    @rule(s=who, a=who, actor=st.sampled_from(["student", "alum"]))
    def keep(self, s, a, actor):
        if talk := self.talk(s, a):
            by = self.students[s] if actor == "student" else self.alumni[a]
            self.does("keep", scheduling.keep, talk, actor=actor, by=by)

    @rule(s=who, n=nth)
    def retime(self, s, n):
        if talk := self.talk(s, 2):
            self.does("retime", scheduling.retime, talk, starts_at=self.window(n)[0][0], by=self.students[s])

    @rule(s=who, a=whom, n=nth, travel=st.sampled_from([None, 45]))
    def set_place(self, s, a, n, travel):
        if talk := self.talk(s, a):
            where = {"place": f"Room {n}", "travel_minutes": travel}
            self.does("set_place", scheduling.set_place, talk, **where, by=self.students[s])

    @rule(s=who, a=whom, actor=st.sampled_from(["student", "alum"]))
    def cancel(self, s, a, actor):
        if talk := self.talk(s, a):
            by = self.alumni[a] if actor == "alum" and a < 2 else self.students[s]
            self.does("cancel", scheduling.cancel, talk, actor=actor, by=by)

    @rule(s=who, a=whom)
    def talked(self, s, a):
        if talk := self.talk(s, a):
            self.does("complete", debriefing.took_place, talk, by=self.students[s])

    @rule(s=who, a=who, actor=st.sampled_from(["student", "alum"]))
    def nobody_came(self, s, a, actor):
        if talk := self.talk(s, a):
            by = self.students[s] if actor == "student" else self.alumni[a]
            self.does("no_show", debriefing.did_not_happen, talk, actor=actor, by=by)

    @rule(days=st.integers(1, 4))
    def days_pass(self, days):
        """The clock looks every half minute; here as each letter is about to leave, and at the end."""
        until = self.at + timedelta(days=days)
        letters = OutboundMessage.objects.filter(kind="request_sent_to_alum", state="pending", due_at__lte=until)
        for due_at in sorted(set(letters.values_list("due_at", flat=True))):
            self.at = max(self.at, due_at)
            deadlines.clock(self.at)
            letters.filter(due_at__lte=self.at).update(state="sent", sent_at=self.at)
        self.at = until
        deadlines.clock(self.at)

    # --- what is always true ------------------------------------------------------------------------------------------

    @invariant()
    def every_story_is_a_walk_through_the_table(self):
        assert all(steps.is_legal(row, REQUEST_MOVES, "draft") for row in InterviewRequest.objects.all())
        assert all(steps.is_legal(row, INTERVIEW_MOVES, "scheduled") for row in Interview.objects.all())

    @invariant()
    def nobody_is_in_two_places(self):
        for person in (*self.students, *self.alumni):
            rows = ParticipantTime.objects.filter(person=person).order_by("during")
            assert all(before.during.upper <= after.during.lower for before, after in pairwise(rows))
        assert not ParticipantTime.objects.filter(interview__status="cancelled").exists()
        scheduled = Interview.objects.filter(status="scheduled")
        taken = 2 * scheduled.exclude(alum=None).count() + scheduled.filter(alum=None).count()
        assert ParticipantTime.objects.filter(interview__in=scheduled).count() == taken

    @invariant()
    def one_request_under_way_for_two_people(self):
        rows = InterviewRequest.objects.filter(status__in=UNDER_WAY).values_list("student_id", "alum_id")
        assert len(rows) == len(set(rows))

    @invariant()
    def every_mail_has_its_event(self):
        rows = LifecycleEvent.objects.annotate(asks=F("request__alum"), talks=F("interview__alum"))
        happened, written, told = Counter(), Counter(), Counter()
        for event, asks, talks in rows.values_list("event", "asks", "talks"):
            happened[event] += 1
            written[event] += asks is not None  # to somebody of the directory, by Rapport
            told[event] += 2 if asks or talks else 1  # whoever has an account
        mails = Counter(OutboundMessage.objects.values_list("kind", flat=True))
        assert mails["request_sent_to_alum"] == written["send"] + written["approve"]
        assert mails["request_countered"] == happened["counter"] + happened["offer_again"]
        assert mails["request_question"] == happened["question"] + happened["reply"]
        assert mails["request_declined"] == happened["decline"] + happened["suggest"] - self.done["suggested instead"]
        assert mails["request_expired"] == happened["expire"]
        assert mails["request_nudge"] == happened["nudge"]
        assert mails["request_held_back"] == happened["hold_back"]
        assert mails["request_withdrawn"] <= written["withdraw"] + written["expire"]
        assert mails["review_waiting"] == happened["submit"]
        assert mails["review_done"] == happened["approve"] + happened["return"]
        set_ = ("accept", "accept_offer", "arrange", "set_again")
        assert mails["interview_scheduled"] == sum(told[event] for event in set_)
        assert mails["interview_moved"] == sum(told[event] for event in ("reschedule", "retime", "place", "longer"))
        assert mails["interview_cancelled"] == told["cancel"]
        assert mails["interview_move_offered"] == happened["propose"]
        assert mails["interview_kept"] == happened["keep"]


@pytest.mark.django_db
def test_any_order_of_acts_keeps_what_is_always_true():
    quick = settings(
        max_examples=RUNS,
        stateful_step_count=STEPS,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Acts, settings=quick)
