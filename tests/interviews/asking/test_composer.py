"""The composer’s page: one line says how it is sent, what is advised, and how much it asks of the database."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.interviews.asking import reviews
from apps.interviews.asking.models import Review, ReviewComment
from apps.interviews.asking.sending import best_time
from apps.interviews.lifecycle.models import InterviewRequest
from apps.policy.models import Policy
from tests import world
from tests.interviews.asking.pages import form_of, page

COMPOSER_QUERIES = (
    29  # session and person, policy, the request and its people, times, limits, names, way there, review, away, shelf
)


def line(client, asked):
    """The sentence that says how it is sent, as it is read."""
    shown = page(client, asked).split('id="sending-says">')[1].split("</span> <span")[0]
    return " ".join(shown.replace("<strong>", "").replace("</strong>", "").split())


# --- how it is sent ---------------------------------------------------------------------------------------------------


def test_the_line_says_to_whom_by_what_and_when(as_, student, draft):
    said = "To Ingrid, by email, from Amira Haddad. Sends now, and you can undo for 5 minutes."
    assert line(as_(student), draft) == said


def test_the_line_says_who_reads_it_first(as_, student, coach, draft):
    student.student_profile.coach = coach
    student.student_profile.save()
    InterviewRequest.objects.update(wants_review=True)
    assert line(as_(student), draft) == "To Ingrid, by email, from Amira Haddad. Ruth reviews it first."
    InterviewRequest.objects.update(wants_review=False)
    Policy.objects.update(review_rule="always")
    shown = page(as_(student), draft)
    assert "Ruth reviews it first." in shown
    assert 'id="via-straight"' not in shown


def test_a_time_that_has_passed_is_said_and_not_sent(as_, student, draft, at):
    InterviewRequest.objects.update(send_at=at - timedelta(hours=1))
    assert "The time you chose has passed." in line(as_(student), draft)


def test_the_best_time_is_chosen_with_one_press_and_is_when_it_leaves(as_, student, draft, at):
    client, best = as_(student), best_time("Europe/Dublin", at)
    data = form_of(draft) | {"leaves": "best", "leaves_best": best.isoformat(), "leaves_time": "", "leaves_day": ""}
    client.post(reverse("request_save", args=[draft.pk]), data)
    draft.refresh_from_db()
    assert draft.send_at == best
    assert 'value="best" checked' in page(client, draft)
    client.post(reverse("request_send", args=[draft.pk]), form_of(draft) | data | {"version": draft.version})
    draft.refresh_from_db()
    assert (draft.status, draft.leaves_at) == ("sent", best)


@pytest.mark.parametrize("junk", ["", "tomorrow", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_a_best_time_that_is_none_sends_nothing(as_, student, draft, junk):
    data = form_of(draft) | {"leaves": "best", "leaves_best": junk, "leaves_time": ""}
    answer = as_(student).post(reverse("request_send", args=[draft.pk]), data)
    assert answer.status_code in (409, 422)
    assert InterviewRequest.objects.get().status == "draft"


@pytest.mark.parametrize(
    ("zone", "now", "best"),
    [
        ("Europe/Dublin", datetime(2026, 11, 30, 3, tzinfo=UTC), datetime(2026, 11, 30, 9, tzinfo=UTC)),
        ("Europe/Dublin", datetime(2026, 11, 30, 8, 30, tzinfo=UTC), datetime(2026, 12, 1, 9, tzinfo=UTC)),  # too near
        ("Europe/Dublin", datetime(2026, 12, 4, 12, tzinfo=UTC), datetime(2026, 12, 7, 9, tzinfo=UTC)),  # a Friday noon
        ("Asia/Tokyo", datetime(2026, 12, 6, 20, tzinfo=UTC), datetime(2026, 12, 7, 0, tzinfo=UTC)),  # Monday there
        (
            "America/Chicago",
            datetime(2027, 3, 13, 20, tzinfo=UTC),
            datetime(2027, 3, 15, 14, tzinfo=UTC),
        ),  # clocks jump
    ],
)
def test_the_best_time_is_the_next_weekday_morning_there(zone, now, best):
    assert best_time(zone, now) == best


# --- what it asks of the database -------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 30])
def test_the_page_asks_the_same_questions_at_any_size(as_, student, coach, draft, at, rows, django_assert_num_queries):
    for number in range(rows):
        other = world.contact(student, f"Person Number{number}")
        world.referral(other, draft.contact, name_permission="yes")
    review = Review.objects.create(
        request=draft, coach=coach, asked_at=at, due_at=at, verdict="returned", answered_at=at
    )
    for _ in range(rows):
        ReviewComment.objects.create(review=review, part="why", anchor="You went", text="Why?", suggestion="Go")
    client = as_(student)
    page(client, draft)
    with django_assert_num_queries(COMPOSER_QUERIES):
        page(client, draft)


def test_a_wording_taken_over_says_so_beside_its_part(as_, student, coach, draft, at):
    review = Review.objects.create(
        request=draft, coach=coach, asked_at=at, due_at=at, verdict="returned", answered_at=at
    )
    remark = ReviewComment.objects.create(review=review, part="why", anchor="You went", text="Why?", suggestion="Go")
    reviews.take_wording(draft, remark=remark.pk, now=timezone.now())
    part = page(as_(student), draft).split('id="part-why"')[1].split("</section>")[0]
    assert "You used Ruth’s wording." in part


def test_a_comment_and_a_hint_on_one_sentence_are_one_box(as_, student, coach, draft, at):
    sentence = "Could you help me to get a job at Corvane?"
    InterviewRequest.objects.filter(pk=draft.pk).update(part_why=f"I read your paper. {sentence}")
    review = Review.objects.create(
        request=draft, coach=coach, asked_at=at, due_at=at, verdict="returned", answered_at=at
    )
    client = as_(student)
    alone = [hint for part in client.get(draft.get_absolute_url()).context["parts"] for hint in part.hints]
    [hint] = [one for one in alone if one.sentence and one.part == "why"]
    ReviewComment.objects.create(review=review, part="why", anchor=sentence, text="Ask about her work.")
    ReviewComment.objects.create(review=review, part="why", anchor="I read your paper.", text="Which one?")
    shown = client.get(draft.get_absolute_url())
    part = next(part for part in shown.context["parts"] if part.key == "why")
    assert [said.hint for said in part.comments] == [hint, None]
    assert hint not in part.hints
    box = " ".join(shown.content.decode().split()).split("Ask about her work.")[1].split("Mark as resolved")[0]
    assert hint.title in box


def test_what_is_said_about_them_stands_in_a_fold(as_, student, draft):
    shown = page(as_(student), draft)
    assert "<h1>Ask Ingrid Solheim" in shown
    assert shown.index('<details class="rp-who-more"') < shown.index("Happy to offer")
