"""Below a coach's comment: the student says why, the coach answers, and each hears of it in the morning."""

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.interviews.asking import reviews
from apps.interviews.asking.models import CommentReply, Review
from apps.reminders import sweep
from apps.reminders.models import Notice
from apps.today.agenda import everything
from tests.interviews.reviewing.test_texts import MAKE, Desk
from tests.interviews.steps import draft as begun

pytestmark = pytest.mark.django_db

WHY, GOOD = "I kept this because it is how I talk.", "Then keep it. It sounds like you."


class Thread(Desk):
    """A text of Amira's with one comment of Ruth's that came back, and what both write below it."""

    def __init__(self, *args):
        super().__init__(*args)
        self.number = self.commented().pk

    def reply(self, text=WHY):
        return self.mine.post(reverse("comment_reply", args=[self.number]), {"text": text})

    def reply_back(self, text=GOOD):
        return self.theirs.post(reverse("review_comment_reply", args=[self.number]), {"text": text})

    def read_by_coach(self):
        return self.theirs.get(reverse("text_review", args=[self.text.pk])).content.decode()


@pytest.fixture(params=MAKE, ids=str)
def thread(request, student, coach, as_):
    return Thread(request.param, student, coach, as_)


@pytest.fixture
def note(student, coach, as_):
    return Thread("thanks", student, coach, as_)


def said():
    return list(CommentReply.objects.order_by("said_at", "pk").values_list("is_by_student", "text"))


def test_the_student_says_why_and_the_coach_answers(thread):
    assert thread.reply().url == reverse("text", args=[thread.text.pk]) + f"#said-{thread.number}"
    assert "Replies to your comments" in thread.theirs.get(reverse("reviews")).content.decode()
    assert WHY in thread.read_by_coach()
    assert "Replies to your comments" not in thread.theirs.get(reverse("reviews")).content.decode()  # read
    thread.reply_back()
    assert said() == [(True, WHY), (False, GOOD)]
    assert GOOD in thread.page()


def test_a_resolved_comment_keeps_its_thread(note):
    note.reply()
    note.answer(close=note.number)
    note.reply_back()
    assert [words in note.page() for words in (WHY, GOOD, "You kept your wording.")] == [True] * 3


def test_pressed_twice_it_stands_there_once(note):
    note.reply()
    note.reply()
    assert said() == [(True, WHY)]


def test_a_thread_is_the_students_to_begin(note):
    assert "Your reply to" not in note.read_by_coach()
    note.reply_back()
    assert not said()


@pytest.mark.parametrize("text", ["", " \n ", "x" * 801])
def test_what_is_empty_or_too_long_is_not_said(note, text):
    note.reply(text)
    assert not said()


def test_lines_are_counted_as_the_field_counts_them(note):
    note.reply("\r\n".join(["x" * 99] * 8))  # 799 where a line ends with one character
    assert len(said()) == 1


def test_a_reply_is_deleted_until_it_is_read(note):
    note.reply()
    address = reverse("reply_remove", args=[CommentReply.objects.get().pk])
    assert address in note.page()
    note.mine.post(address)
    assert not said()
    note.reply()
    note.page()  # the message that it was saved has been seen
    note.read_by_coach()
    address = reverse("reply_remove", args=[CommentReply.objects.get().pk])
    assert address not in note.page()
    note.mine.post(address)
    assert said() == [(True, WHY)]
    assert note.theirs.post(address).status_code == 403  # what a student wrote is not the coach's to delete


def test_who_answers_has_read_what_they_answer(note):
    note.reply()
    note.reply_back()
    note.mine.post(reverse("reply_remove", args=[CommentReply.objects.get(is_by_student=True).pk]))
    assert said() == [(True, WHY), (False, GOOD)]


def test_where_it_is_shared_no_longer_nothing_is_said_or_counted(note):
    note.reply()
    note.share("0")
    assert "Your reply to" not in note.page()
    note.reply("zq after that")
    assert said() == [(True, WHY)]
    assert "Replies to your comments" not in note.theirs.get(reverse("reviews")).content.decode()
    assert note.theirs.get(reverse("text_review", args=[note.text.pk])).status_code == 404
    sweep.run(timezone.now())
    assert not Notice.objects.filter(rule="comment-reply-coach").exists()


def test_each_is_told_once_and_by_no_mail_of_its_own(note):
    note.reply()
    note.reply("And it is short.")
    sweep.run(timezone.now())
    sweep.run(timezone.now())
    told = Notice.objects.filter(rule="comment-reply-coach")
    assert [(one.person, one.title) for one in told] == [(note.coach, "Amira Haddad replied to your comment")] * 2
    note.reply_back()
    sweep.run(timezone.now())
    assert Notice.objects.get(rule="comment-reply").person == note.student
    assert not Notice.objects.filter(rule__startswith="comment-reply", message__isnull=False).exists()  # in the morning


def test_nobody_elses(note, other_student, other_coach, alum, as_):
    note.reply()
    for person in (other_student, other_coach, alum):
        client = as_(person)
        for name in ("comment_reply", "review_comment_reply"):
            assert client.post(reverse(name, args=[note.number]), {"text": "zq"}).status_code in (403, 404)
        assert client.post(reverse("reply_remove", args=[CommentReply.objects.get().pk])).status_code in (403, 404)
    assert said() == [(True, WHY)]


# --- on a request -----------------------------------------------------------------------------------------------------


@pytest.fixture
def returned(student, coach, alum):
    now = timezone.now()
    asked = begun(student, alum, now)
    asked = reviews.submit(asked, by=student, now=now)
    remark = reviews.comment(asked.reviews.get(), part="why", text="Why her?", by=coach)
    asked = reviews.return_(asked, by=coach, now=now)
    return asked, remark


def test_on_a_request_words_typed_meanwhile_are_saved_before_the_thread_opens(returned, student, coach, as_):
    asked, remark = returned
    mine, theirs = as_(student), as_(coach)
    typed = {"version": asked.version, "part_why": "Because she moved north.", "thread": remark.pk}
    response = mine.post(reverse("request_hint", args=[asked.pk]), typed)
    assert response.url == reverse("request_versions", args=[asked.pk]) + f"#said-{remark.pk}"
    asked.refresh_from_db()
    assert asked.part_why == "Because she moved north."
    mine.post(reverse("comment_reply", args=[remark.pk]), {"text": WHY})
    page = theirs.get(reverse("review", args=[asked.pk])).content.decode()
    assert (WHY in page, "she moved north" in page) == (True, False)  # the draft is the student's again
    theirs.post(reverse("review_comment_reply", args=[remark.pk]), {"text": GOOD})
    assert tasks(student) == [(f"Your coach replied about your request to {asked.contact.name}", "Read the reply")]
    assert GOOD in mine.get(reverse("request_versions", args=[asked.pk])).content.decode()
    assert not CommentReply.objects.for_student().exists()


def test_a_comment_that_was_not_handed_over_cannot_be_answered(student, coach, alum, as_):
    asked = reviews.submit(begun(student, alum, timezone.now()), by=student, now=timezone.now())
    remark = reviews.comment(asked.reviews.get(), part="why", text="Why her?", by=coach)
    assert as_(student).post(reverse("comment_reply", args=[remark.pk]), {"text": WHY}).status_code == 404
    as_(coach).post(reverse("review_comment_reply", args=[remark.pk]), {"text": GOOD})
    assert not said()


# --- what came back, on Today -----------------------------------------------------------------------------------------


def tasks(student):
    return [
        (task.title, task.action) for task in everything(student, timezone.now()) if task.thing.startswith("comments:")
    ]


def test_a_text_that_came_back_is_a_task_until_its_comments_are_settled(thread):
    named = thread.text.named
    assert tasks(thread.student) == [(f"Read Ruth’s comments on your {named}", "Read the comments")]
    assert thread.mine.get(everything(thread.student, timezone.now())[0].url).status_code == 200
    assert len(tasks(thread.student)) == 1  # read, and still open
    thread.answer(close=thread.number)
    assert not tasks(thread.student)
    thread.reply()
    thread.reply_back()
    assert tasks(thread.student) == [(f"Your coach replied about your {named}", "Read the reply")]
    thread.page()
    assert not tasks(thread.student)


def test_a_message_without_a_comment_is_a_task_until_it_is_read(student, coach, as_):
    desk = Desk("thanks", student, coach, as_)
    desk.share()
    assert not tasks(student)
    desk.give_back("Good as it is.")
    assert tasks(student) == [(f"Read what Ruth said about your {desk.text.named}", "Read it")]
    desk.page()
    assert not tasks(student)


def test_of_what_cannot_change_any_more_nothing_is_to_do(note):
    note.talk.thank_you.__class__.objects.update(sent_at=timezone.now())
    assert not tasks(note.student)


def test_only_the_last_reading_of_a_text_is_a_task(note):
    note.share()
    note.comment(anchor="", suggestion="", text="And who is it for?")
    note.give_back()
    assert Review.objects.count() == 2
    assert len(tasks(note.student)) == 1
