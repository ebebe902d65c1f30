"""The coach's pages: who needs them, one student, one draft; and that every look is written down."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.coaching.models import CoachNote
from apps.interviews.models import Review
from apps.students.models import Look
from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(student, coach, alum):
    """A request of Amira's that waits for her coach."""
    contact = world.contact(student, "Ingrid Solheim", alum=alum.alumni_profile)
    request = world.interview_request(student, contact, status="in_review")
    for window in request.windows.all():
        window.starts_at, window.ends_at = (
            timezone.now() + timedelta(days=7),
            timezone.now() + timedelta(days=7, hours=2),
        )
        window.save()
    now = timezone.now()
    Review.objects.create(request=request, coach=coach, asked_at=now, due_at=now + timedelta(days=1))
    return request


def page(client, name, *args, query=""):
    return client.get(reverse(name, args=args) + query).content.decode()


def test_a_waiting_draft_comes_before_a_late_thank_you(draft, student, coach, as_):
    late = world.student("Late Person", coach=coach)
    start = timezone.now() - timedelta(hours=60)
    world.interview(late, world.contact(late), starts_at=start, status="completed")
    text = page(as_(coach), "caseload")
    assert text.index("A draft to read") < text.index("late</strong>")
    assert "2 of your 2 students could use you today" in text


def test_the_caseload_holds_only_ones_own_students(draft, other_student, coach, as_):
    text = page(as_(coach), "caseload", query="?view=all")
    assert "Amira Haddad" in text
    assert "Tomasz Wilk" not in text


@pytest.mark.parametrize("students", [1, 40])
def test_the_caseload_asks_the_same_questions_at_any_size(coach, as_, students, django_assert_num_queries):
    for n in range(students):
        one = world.student(f"Student {n:02}", coach=coach)
        contact = world.contact(one)
        world.interview(one, contact, starts_at=timezone.now() - timedelta(hours=60 + n), status="completed")
        world.interview_request(one, world.contact(one, "Somebody Else"))
    client = as_(coach)
    client.get(reverse("caseload"))
    with django_assert_num_queries(CASELOAD_QUERIES):
        client.get(reverse("caseload") + "?view=all")


CASELOAD_QUERIES = 12  # session, person, the seven of caseload.py, totals, policy, cohorts


def test_a_look_is_written_down_and_the_student_reads_it(student, coach, as_):
    world.contact(student, "Helen Varga")
    assert "Helen Varga" in page(as_(coach), "caseload_student", student.student_profile.pk)
    assert list(Look.objects.values_list("viewer_name", "what")) == [("Ruth Amsel", "Your network and conversations")]
    assert "Ruth Amsel" in page(as_(student), "looks")


def test_what_the_student_keeps_private_stays_private(student, coach, as_):
    world.contact(student, "Secret Friend", is_private=True)
    client = as_(coach)
    assert "Secret Friend" not in page(client, "caseload_student", student.student_profile.pk)
    student.student_profile.shares_network = False
    student.student_profile.save()
    world.contact(student, "Helen Varga")
    text = page(client, "caseload_student", student.student_profile.pk)
    assert "Helen Varga" not in text
    assert "keeps the network to themselves" in text


def test_a_note_for_coaches_is_not_shown_to_the_student(student, coach, other_coach, as_):
    client = as_(coach)
    client.post(reverse("coach_note_add", args=[student.student_profile.pk]), {"text": "Shy on the phone"})
    note = CoachNote.objects.get()
    assert "Shy on the phone" in page(client, "caseload_student", student.student_profile.pk)
    assert list(CoachNote.objects.visible_to(student)) == []
    assert list(CoachNote.objects.visible_to(other_coach)) == []
    CoachNote.objects.filter(pk=note.pk).update(is_shared=True)
    assert list(CoachNote.objects.visible_to(student)) == [note]


def test_a_comment_stands_beside_its_part(draft, coach, as_):
    client = as_(coach)
    client.post(reverse("review_comment", args=[draft.pk]), {"part": "why", "text": "Could this come first?"})
    assert "Could this come first?" in page(client, "review", draft.pk)
    empty = client.post(reverse("review_comment", args=[draft.pk]), {"part": "why", "text": " "})
    assert empty.status_code == 422
    assert Look.objects.filter(what__startswith="Your request to").exists()


def test_an_approved_draft_is_sent(draft, coach, as_):
    as_(coach).post(reverse("review_verdict", args=[draft.pk]), {"verdict": "approve"})
    draft.refresh_from_db()
    assert (draft.status, draft.reviews.get().verdict) == ("sent", "approved")


def test_a_returned_draft_is_the_students_again(draft, coach, as_):
    client = as_(coach)
    client.post(reverse("review_verdict", args=[draft.pk]), {"verdict": "return", "note": "Nearly there"})
    draft.refresh_from_db()
    assert (draft.status, draft.reviews.get().verdict, draft.reviews.get().note) == (
        "draft",
        "returned",
        "Nearly there",
    )
    again = client.post(reverse("review_verdict", args=[draft.pk]), {"verdict": "approve"}, follow=True)
    assert again.status_code in {200, 404}
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_another_coach_finds_nothing(draft, student, other_coach, as_):
    client = as_(other_coach)
    for name, pk in (("review", draft.pk), ("caseload_student", student.student_profile.pk)):
        assert client.get(reverse(name, args=[pk])).status_code == 404
    assert client.post(reverse("review_verdict", args=[draft.pk]), {"verdict": "approve"}).status_code == 404
    assert not Look.objects.exists()
