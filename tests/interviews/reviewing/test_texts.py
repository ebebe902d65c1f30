"""Comments on an introduction, a thank-you note and a plan: shared by choice, taken over with one press, never lost."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.interviews.asking.models import Review, ReviewComment
from apps.interviews.preparing.models import PlannedQuestion, QuestionPlan
from apps.interviews.reviewing import actions
from apps.interviews.sharing import wording
from apps.interviews.sharing.models import Kind, SharedText
from apps.interviews.thanking.models import ThankYou
from apps.mail.models import OutboundMessage
from apps.students.models import Disclosure, Introduction
from apps.web.autosave import Conflict
from tests import world

pytestmark = pytest.mark.django_db

WORDS = "I study health. I am very interested in your field. I map wells."
DULL, BETTER = "I am very interested in your field.", "I want to know who drinks the water."


def _introduction(student):
    Introduction.objects.create(student=student, who=WORDS)
    return None, "who"


def _thanks(student):
    talk = world.interview(
        student,
        world.contact(student, "Grace Otieno"),
        starts_at=timezone.now() - timedelta(hours=5),
        status="completed",
    )
    ThankYou.objects.create(interview=talk, subject="Thank you", body=WORDS)
    return talk, "body"


def _plan(student):
    contact = world.contact(student, "Grace Otieno")
    talk = world.interview(student, contact, starts_at=timezone.now() + timedelta(days=3))
    plan = QuestionPlan.objects.create(interview=talk, about_person="zq secret research")
    question = PlannedQuestion.objects.create(plan=plan, text=WORDS, position=1)
    return talk, f"q{question.pk}"


MAKE = {Kind.INTRODUCTION: _introduction, Kind.THANKS: _thanks, Kind.PLAN: _plan}


class Desk:
    """A text of Amira's, and the acts of both sides through their pages."""

    def __init__(self, kind, student, coach, as_):
        self.kind, self.student, self.coach = kind, student, coach
        self.talk, self.part = MAKE[kind](student)
        self.mine, self.theirs = as_(student), as_(coach)

    def share(self, on="1"):
        args = [self.talk.pk, self.kind] if self.talk else []
        return self.mine.post(reverse("text_share" if self.talk else "introduction_share", args=args), {"on": on})

    @property
    def text(self):
        return SharedText.objects.get(kind=self.kind)

    @property
    def words(self):
        if self.kind == Kind.INTRODUCTION:
            return Introduction.objects.get().who
        return ThankYou.objects.get().body if self.kind == Kind.THANKS else PlannedQuestion.objects.get().text

    def write(self, words):
        """As the student does in another window."""
        if self.kind == Kind.INTRODUCTION:
            form = {"who": words, "version": Introduction.objects.get().version}
            return self.mine.post(reverse("introduction"), form, headers={"X-Autosave": "1"})
        if self.kind == Kind.THANKS:
            form = {"body": words, "version": ThankYou.objects.get().version}
            return self.mine.post(reverse("thanks_save", args=[self.talk.pk]), form, headers={"X-Autosave": "1"})
        return PlannedQuestion.objects.update(text=words)

    def comment(self, **words):
        form = {"part": self.part, "anchor": DULL, "text": "Anyone could write this.", "suggestion": BETTER} | words
        return self.theirs.post(reverse("text_comment", args=[self.text.pk]), form)

    def give_back(self, note=""):
        return self.theirs.post(reverse("text_return", args=[self.text.pk]), {"note": note})

    def commented(self, **words):
        self.share()
        self.comment(**words)
        self.give_back()
        return ReviewComment.objects.get()

    def page(self, query=""):
        return self.mine.get(reverse("text", args=[self.text.pk]) + query).content.decode()

    def answer(self, seen=None, **pressed):
        seen = wording.seen(self.words) if seen is None else seen
        return self.mine.post(reverse("text_answer", args=[self.text.pk]), {"seen": seen} | pressed)


@pytest.fixture(params=MAKE, ids=str)
def desk(request, student, coach, as_):
    return Desk(request.param, student, coach, as_)


@pytest.fixture
def note(student, coach, as_):
    return Desk(Kind.THANKS, student, coach, as_)


def test_a_text_is_shared_commented_and_a_wording_taken_over(desk):
    desk.share()
    message = OutboundMessage.objects.get(kind="text_to_review")
    assert (message.person, WORDS in message.text) == (desk.coach, False)
    shown = desk.theirs.get(reverse("text_review", args=[desk.text.pk])).content.decode()
    assert (DULL in shown, "zq secret" in shown) == (True, False)
    desk.comment()
    assert "Anyone could write this." not in desk.page()  # the coach can still change it
    desk.give_back("Nearly there.")
    assert OutboundMessage.objects.get(kind="text_reviewed").person == desk.student
    page = desk.page()
    assert f'<mark class="rp-anchor rp-anchor-gold">{DULL}</mark>' in page
    assert "Nearly there." in page
    number = ReviewComment.objects.get().pk
    assert desk.answer(take=number).status_code == 302
    assert desk.words == WORDS.replace(DULL, BETTER)
    assert "You used this wording." in desk.page()
    desk.answer(take=number)
    assert desk.words == WORDS.replace(DULL, BETTER)  # pressed twice, it is there once
    desk.answer(undo=number)
    assert (desk.words, ReviewComment.objects.get().is_done) == (WORDS, False)


def test_a_comment_is_resolved_and_opened_again(desk):
    number = desk.commented().pk
    desk.answer(close=number)
    assert (ReviewComment.objects.get().is_done, desk.words) == (True, WORDS)
    assert "You kept your wording." in desk.page()
    desk.answer(open=number)
    assert not ReviewComment.objects.get().is_done


def test_a_wording_for_words_that_changed_meanwhile_writes_over_nothing(desk):
    number, seen = desk.commented().pk, wording.seen(WORDS)
    newer = "In another window I wrote this instead."
    desk.write(newer)
    answer = desk.answer(take=number, seen=seen)
    shown = answer.content.decode()
    assert (answer.status_code, newer in shown, BETTER in shown) == (409, True, True)
    assert (desk.words, ReviewComment.objects.get().is_done) == (newer, False)


def test_words_beside_the_quoted_ones_that_changed_meanwhile_stay(desk):
    number, seen = desk.commented().pk, wording.seen(WORDS)
    desk.write(f"{WORDS} And I wrote more.")
    desk.answer(take=number, seen=seen)
    assert desk.words == f"{WORDS} And I wrote more.".replace(DULL, BETTER)


def test_a_wording_for_a_whole_part_does_not_replace_newer_words(desk):
    number, seen = desk.commented(anchor="").pk, wording.seen(WORDS)
    desk.write(f"{WORDS} And I wrote more.")
    assert desk.answer(take=number, seen=seen).status_code == 409
    assert desk.words == f"{WORDS} And I wrote more."
    desk.answer(take=number)  # with the newer words in view
    assert desk.words == BETTER


def test_what_was_typed_before_a_wording_was_taken_over_is_not_saved_over_it(note):
    number, version = note.commented().pk, ThankYou.objects.get().version
    note.answer(take=number)
    typed = {"body": f"{WORDS} Typed in the other window.", "version": version}
    answer = note.mine.post(reverse("thanks_save", args=[note.talk.pk]), typed)
    shown = answer.content.decode()
    assert (answer.status_code, BETTER in shown, "Typed in the other window." in shown) == (409, True, True)
    assert note.words == WORDS.replace(DULL, BETTER)


def test_only_the_coach_who_was_asked_reads_it_and_only_while_it_is_shared(desk, other_coach, as_):
    desk.share()
    address = reverse("text_review", args=[desk.text.pk])
    assert (desk.theirs.get(address).status_code, as_(other_coach).get(address).status_code) == (200, 404)
    desk.share(on="0")
    assert (desk.theirs.get(address).status_code, desk.comment().status_code) == (404, 404)
    desk.share()
    profile = desk.student.student_profile
    profile.coach = other_coach
    profile.save()
    assert [client.get(address).status_code for client in (desk.theirs, as_(other_coach))] == [404, 404]


def test_what_is_not_shared_is_neither_listed_nor_counted(desk):
    desk.share()
    queue = desk.theirs.get(reverse("reviews"))
    assert (len(queue.context["waiting"]), desk.text.named in queue.content.decode()) == (1, True)
    assert "A text to read" in desk.theirs.get(reverse("caseload")).content.decode()
    desk.share(on="0")
    queue = desk.theirs.get(reverse("reviews"))
    assert (queue.context["waiting"], list(queue.context["page"])) == ([], [])
    assert "A text to read" not in desk.theirs.get(reverse("caseload")).content.decode()
    student = reverse("caseload_student", args=[desk.student.student_profile.pk])
    assert reverse("text_review", args=[desk.text.pk]) not in desk.theirs.get(student).content.decode()


def test_every_look_at_a_text_is_told_to_the_student(desk):
    desk.share()
    desk.theirs.get(reverse("text_review", args=[desk.text.pk]))
    assert f"Your {desk.text.named}" in set(Disclosure.objects.values_list("what", flat=True))


def test_asked_twice_it_waits_once(desk):
    desk.share()
    desk.share()
    assert (Review.objects.count(), OutboundMessage.objects.filter(kind="text_to_review").count()) == (1, 1)


def test_a_coach_says_nothing_of_a_text_that_nobody_asked_about(desk):
    desk.commented()
    desk.comment(text="One more thing")
    assert ReviewComment.objects.count() == 1


def test_words_that_are_not_there_cannot_be_quoted(desk):
    desk.share()
    assert desk.comment(anchor="Not there").status_code == 422
    assert desk.comment(part="zq").status_code == 422
    assert not ReviewComment.objects.exists()


def test_nothing_is_handed_over_without_a_word(desk):
    desk.share()
    desk.give_back()
    assert Review.objects.get().verdict == "waiting"
    desk.give_back("Good as it is.")
    assert Review.objects.get().verdict == "returned"


def test_a_note_that_was_sent_waits_for_nobody(note):
    note.share()
    ThankYou.objects.update(sent_at=timezone.now())
    assert note.theirs.get(reverse("reviews")).context["waiting"] == []


def test_a_wording_is_not_put_into_a_note_that_was_sent(note):
    number = note.commented().pk
    ThankYou.objects.update(sent_at=timezone.now())
    note.answer(take=number)
    assert note.words == WORDS
    assert "Use this wording" not in note.page()


def test_a_wording_longer_than_the_part_is_refused_whole(student, coach, as_):
    plan = Desk(Kind.PLAN, student, coach, as_)
    number = plan.commented(suggestion="long " * 70).pk
    assert (
        "longer than 300 characters"
        in plan.mine.post(
            reverse("text_answer", args=[plan.text.pk]), {"take": number, "seen": wording.seen(WORDS)}, follow=True
        ).content.decode()
    )
    assert plan.words == WORDS


def test_a_question_that_was_taken_out_keeps_its_comment(student, coach, as_):
    plan = Desk(Kind.PLAN, student, coach, as_)
    comment = plan.commented()
    PlannedQuestion.objects.all().delete()
    assert "On parts you’ve removed" in plan.page()
    plan.answer(take=comment.pk, seen="")
    assert not ReviewComment.objects.get().is_done


def test_a_comment_of_somebody_else_cannot_be_answered(desk, other_student):
    comment = desk.commented()
    other = SharedText.objects.create(student=other_student, kind=Kind.INTRODUCTION)
    with pytest.raises(actions.Stale):
        actions.settle(other, number=comment.pk, is_done=True)


def test_the_conflict_is_raised_by_the_act_itself(desk):
    comment = desk.commented(anchor="")
    with pytest.raises(Conflict):
        actions.take(desk.text, number=comment.pk, seen="", now=timezone.now())


def test_without_a_coach_nothing_can_be_asked(desk):
    profile = desk.student.student_profile
    profile.coach = None
    profile.save()
    desk.share()
    assert not Review.objects.exists()


# --- versions ---------------------------------------------------------------------------------------------------------


def test_what_changed_since_it_was_handed_over_is_marked_by_more_than_colour(desk):
    number = desk.commented().pk
    assert "Nothing changed between these two." in desk.page()
    desk.answer(take=number)
    page = desk.page()
    assert '<ins><span class="visually-hidden">Added: </span>' in page
    assert '<del><span class="visually-hidden">Removed: </span>' in page


def test_two_versions_are_compared_by_choice(desk):
    desk.commented()
    desk.write("A second draft.")
    desk.share()
    first, second = Review.objects.order_by("pk")
    page = desk.page(f"?before={second.pk}&after={second.pk}")
    assert "Nothing changed between these two." in page
    assert "A second draft." in desk.page(f"?before={first.pk}&after={second.pk}")


def test_a_version_that_is_none_is_not_looked_for(desk):
    desk.commented()
    assert "What changed" in desk.page("?before=zq&after=0")
