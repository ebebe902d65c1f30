"""The coach's pages: who needs them, one student, one draft; and that every look is written down."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from apps.coaching.draft import passages
from apps.coaching.models import CoachNote, SharedNote
from apps.interviews.asking import reviews
from apps.interviews.asking.models import Review, ReviewComment
from apps.interviews.lifecycle.models import InterviewRequest
from apps.network.models import Touch
from apps.policy.models import Policy
from apps.students.disclosures import disclose
from apps.students.models import Disclosure, StudentProfile
from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(student, coach, alum):
    """A request of Amira's that waits for her coach."""
    contact = world.contact(student, "Ingrid Solheim", alum=alum.alumni_profile)
    request = world.interview_request(student, contact, status="in_review")
    request.windows.all().delete()
    for days in (7, 8, 9):
        world.window(request, starts_at=timezone.now() + timedelta(days=days))
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
    assert text.index("A draft to review") < text.index("late</strong>")
    assert "All 2 of your students could use your help today" in text


def test_a_new_coach_is_told_who_gives_them_students(coach, as_):
    text = page(as_(coach), "caseload")
    assert "No student is in your caseload yet." in text
    assert "Write to the office" in text
    assert "No students in this group" not in text


def test_students_who_have_not_begun_are_not_doing_well(student, coach, as_):
    text = page(as_(coach), "caseload")
    assert "Your one student hasn’t started yet." in text
    assert "Hasn’t started yet</strong>" in text
    world.student("Second Student", coach=coach)
    assert "None of your 2 students have started yet." in page(as_(coach), "caseload")
    world.interview_request(student, world.contact(student))
    text = page(as_(coach), "caseload")
    assert "1 of your 2 students hasn’t started yet." in text  # the other has a draft, and needs nobody yet
    assert "doing well" not in text


def test_where_nobody_needs_the_coach_today_a_button_leads_to_everyone(student, coach, as_):
    world.interview_request(student, world.contact(student))
    text = page(as_(coach), "caseload")
    assert "Your one student is doing well on their own today." in text
    assert 'href="?view=all">See your students</a>' in text


def test_the_caseload_holds_only_ones_own_students(draft, other_student, coach, as_):
    text = page(as_(coach), "caseload", query="?view=all")
    assert "Amira Haddad" in text
    assert "Tomasz Wilk" not in text


def test_a_look_is_written_down_and_the_student_reads_it(student, coach, as_):
    world.contact(student, "Helen Varga")
    assert "Helen Varga" in page(as_(coach), "caseload_student", student.student_profile.pk)
    assert list(Disclosure.objects.values_list("viewer_name", "what")) == [
        ("Ruth Amsel", "Your network and conversations")
    ]
    assert "Ruth Amsel" in page(as_(student), "looks")


def test_who_looked_is_named_once_however_often(student, coach, office, as_):
    for viewer in (office, coach, coach, coach):
        disclose(student.pk, viewer=viewer, what="Your goal", now=timezone.now() - timedelta(minutes=5))
    answer = as_(coach).get(reverse("caseload_student", args=[student.student_profile.pk]))
    assert [look.viewer_id for look in answer.context["looks"]] == [coach.pk, office.pk]


def test_what_the_student_keeps_private_stays_private(student, coach, as_):
    world.contact(student, "Secret Friend", is_private=True)
    client = as_(coach)
    assert "Secret Friend" not in page(client, "caseload_student", student.student_profile.pk)
    student.student_profile.shares_network = False
    student.student_profile.save()
    world.contact(student, "Helen Varga")
    text = page(client, "caseload_student", student.student_profile.pk)
    assert "Helen Varga" not in text
    assert "hasn’t shared their network" in text


def _late_talk(student, name="Marcus Adeyemi"):
    """A talk that was held and not thanked for in time."""
    contact = world.contact(student, name)
    world.interview(student, contact, starts_at=timezone.now() - timedelta(hours=56), status="completed")
    Touch.objects.create(student=student, contact=contact, kind="talked", at=timezone.now() - timedelta(hours=56))
    return contact


def _figures(answer):
    return {key: n for key, _, n, _ in answer.context["views"]}


def test_who_is_made_private_after_the_talk_is_not_counted_either(student, coach, as_):
    contact, client = _late_talk(student), as_(coach)
    before = client.get(reverse("caseload") + "?view=all")
    assert (before.context["cases"][0].held, before.context["totals"].held) == (1, 1)
    assert "late</strong>" in before.content.decode()
    contact.is_private = True
    contact.save()
    after = client.get(reverse("caseload") + "?view=all")
    case = after.context["cases"][0]
    assert (case.held, case.reason.key, case.praise, after.context["totals"].held) == (0, "unstarted", "", 0)
    assert (_figures(after)["quiet"], _figures(after)["thanks"], after.context["totals"].in_time) == (0, 0, None)
    assert "keep to themselves" not in after.content.decode()


def test_a_request_to_somebody_private_is_not_counted(student, coach, as_):
    contact = world.contact(student, is_private=True)
    made = world.interview_request(student, contact)
    InterviewRequest.objects.filter(pk=made.pk).update(created_at=timezone.now() - timedelta(days=20))
    assert as_(coach).get(reverse("caseload") + "?view=all").context["cases"][0].reason.key == "unstarted"


def test_of_a_network_that_is_not_shared_nothing_is_counted(student, coach, as_):
    _late_talk(student)
    StudentProfile.objects.filter(user=student).update(shares_network=False)
    answer = as_(coach).get(reverse("caseload") + "?view=all")
    case = answer.context["cases"][0]
    assert (case.held, case.reason, _figures(answer)["unstarted"], answer.context["totals"].held) == (0, None, 0, 0)
    assert "Network not shared" in answer.content.decode()


def test_this_term_counts_the_same_for_the_coach_and_for_the_student(student, coach, as_):
    for days in (5, 200, 300):
        starts_at = timezone.now() - timedelta(days=days)
        world.interview(student, world.contact(student, f"P {days}"), starts_at=starts_at, status="completed")
    policy = Policy.now()
    policy.term_starts_on = timezone.now().date() - timedelta(days=60)
    policy.save()
    theirs = as_(student).get(reverse("today")).context["goal"].held
    assert (theirs, as_(coach).get(reverse("caseload") + "?view=all").context["cases"][0].held) == (1, 1)


@pytest.mark.parametrize("cohort", ["999999", "x", "9" * 5000, "-1", "\u0663"])
def test_an_unknown_cohort_is_said_to_be_one(student, coach, as_, cohort):
    text = page(as_(coach), "caseload", query=f"?cohort={cohort}")
    assert ("None of your students is in this cohort" in text, "in your caseload yet" in text) == (True, False)


def test_a_note_for_coaches_is_not_shown_to_the_student(student, coach, other_coach, as_):
    client = as_(coach)
    client.post(reverse("coach_note_add", args=[student.student_profile.pk]), {"text": "Shy on the phone"})
    note = CoachNote.objects.get()
    assert "Shy on the phone" in page(client, "caseload_student", student.student_profile.pk)
    assert list(CoachNote.objects.visible_to(student)) == []
    assert list(CoachNote.objects.visible_to(other_coach)) == []
    assert not SharedNote.objects.exists()
    assert note.text not in page(as_(student), "coach_said")


def test_a_comment_stands_beside_its_part(draft, coach, as_):
    client = as_(coach)
    client.post(reverse("review_comment", args=[draft.pk]), {"part": "why", "text": "Could this come first?"})
    assert "Could this come first?" in page(client, "review", draft.pk)
    empty = client.post(reverse("review_comment", args=[draft.pk]), {"part": "why", "text": " "})
    assert empty.status_code == 422
    assert Disclosure.objects.filter(what__startswith="Your request to").exists()


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
    assert not Disclosure.objects.exists()


def test_a_private_person_is_not_named_as_an_introducer_either(student, coach, as_):
    secret = world.contact(student, "Samira Quietly", is_private=True)
    world.referral(secret, world.contact(student, "Leila Brandt", relation="referred"))
    text = page(as_(coach), "caseload_student", student.student_profile.pk)
    assert ("Leila Brandt" in text, "Samira" in text) == (True, False)
    assert '<span class="rp-figure">1</span><p>In their network</p>' in text


def test_a_shared_note_is_read_by_the_student_and_the_other_is_not(student, coach, as_):
    client, pk = as_(coach), student.student_profile.pk
    client.post(reverse("coach_note_add", args=[pk]), {"text": "Shy on the phone"})
    client.post(reverse("shared_note_add", args=[pk]), {"shared_text": "Start with the one who trained you"})
    said = page(as_(student), "coach_said")
    assert ("Start with the one who trained you" in said, "Shy on the phone" in said) == (True, False)


def test_the_words_a_comment_quotes_are_marked_and_must_stand_there(draft, coach, as_):
    client = as_(coach)
    data = {"part": "ask", "text": "Good and short", "anchor": "20 minutes of your time"}
    client.post(reverse("review_comment", args=[draft.pk]), data)
    assert '<mark class="rp-anchor">20 minutes of your time</mark>' in page(client, "review", draft.pk)
    wrong = client.post(reverse("review_comment", args=[draft.pk]), data | {"anchor": "an hour of your time"})
    assert (wrong.status_code, "That text isn’t in this section" in wrong.content.decode()) == (422, True)
    assert ReviewComment.objects.count() == 1


MARK = "rp-anchor"


def test_quoted_words_are_cut_out_once():
    assert passages("a b c a", ["b", "a", "zz"]) == [("a", MARK), (" ", ""), ("b", MARK), (" c a", "")]
    assert passages("abc", ["ab", "bc"]) == [("ab", MARK), ("c", "")]
    assert passages("", ["a"]) == []


@pytest.fixture
def said(draft):
    return ReviewComment.objects.create(review=draft.reviews.get(), part="why", text="First thought")


def test_a_comment_is_changed_and_taken_back(said, draft, coach, other_coach, as_):
    change, remove = (reverse(f"review_comment_{what}", args=[said.pk]) for what in ("change", "remove"))
    assert as_(other_coach).post(change, {"part": "why", "text": "Mine now"}).status_code == 404
    client = as_(coach)
    client.post(change, {"part": "why", "text": "Second thought", "suggestion": "You chose twice."})
    said.refresh_from_db()
    assert (said.text, said.suggestion) == ("Second thought", "You chose twice.")
    assert client.post(change, {"part": "why", "text": ""}).status_code == 422
    client.post(remove)
    assert not ReviewComment.objects.exists()


def test_a_deleted_comment_comes_back_as_it_was(said, draft, coach, other_coach, as_):
    client, url = as_(coach), reverse("review_comment_back", args=[draft.pk])
    before = ReviewComment.objects.values("part", "anchor", "text", "suggestion", "created_at").get()
    toast = client.post(reverse("review_comment_remove", args=[said.pk]), follow=True).content.decode()
    assert ("Comment deleted." in toast, f'action="{url}"' in toast) == (True, True)
    assert "Comment restored." in client.post(url, follow=True).content.decode()
    assert ReviewComment.objects.values("part", "anchor", "text", "suggestion", "created_at").get() == before
    assert "nothing left to undo" in client.post(url, follow=True).content.decode()
    assert ReviewComment.objects.count() == 1


def test_a_deleted_comment_stays_away_once_the_draft_is_the_students_again(said, draft, student, coach, as_):
    client = as_(coach)
    client.post(reverse("review_comment_remove", args=[said.pk]))
    reviews.reclaim(draft, by=student, now=timezone.now())
    answer = client.post(reverse("review_comment_back", args=[draft.pk]), follow=True)
    assert 'role="alert"' in answer.content.decode()
    assert not ReviewComment.objects.exists()


def test_what_is_a_draft_again_is_the_students_alone(said, draft, student, coach, as_):
    opening, client = draft.parts[0], as_(coach)
    assert opening in page(client, "review", draft.pk)
    reviews.reclaim(draft, by=student, now=timezone.now())
    text = page(client, "review", draft.pk)
    assert (opening in text, draft.subject in text) == (False, False)
    assert ("First thought" in text, "Your comments" in text) == (True, True)


def test_what_the_student_took_back_meanwhile_is_said_and_not_touched(said, draft, student, coach, as_):
    reviews.reclaim(draft, by=student, now=timezone.now())
    client = as_(coach)
    attempts = [
        (reverse("review_verdict", args=[draft.pk]), {"verdict": "approve"}),
        (reverse("review_comment", args=[draft.pk]), {"part": "why", "text": "Late"}),
        (reverse("review_comment_change", args=[said.pk]), {"part": "why", "text": "Late"}),
        (reverse("review_comment_remove", args=[said.pk]), {}),
    ]
    for url, data in attempts:
        answer = client.post(url, data, follow=True)
        assert "Amira withdrew it from review" in answer.content.decode()
        assert 'role="alert"' in answer.content.decode()
    draft.refresh_from_db()
    assert (draft.status, ReviewComment.objects.get().text) == ("draft", "First thought")


@pytest.mark.parametrize("rows", [1, 29])
def test_the_coachs_other_lists_ask_the_same_questions_at_any_size(
    student, coach, as_, rows, django_assert_num_queries
):
    now = timezone.now()
    for n in range(rows):
        contact = world.contact(student, f"Person {n:02}", organization=None, last_touch_at=now)
        Touch.objects.create(student=student, contact=contact, kind="wrote", at=now)
        asked = world.interview_request(student, contact, status="in_review")
        Review.objects.create(request=asked, coach=coach, asked_at=now, due_at=now)
        answered = world.interview_request(student, world.contact(student, f"Other {n:02}"), status="withdrawn")
        Review.objects.create(
            request=answered, coach=coach, asked_at=now, due_at=now, verdict="returned", answered_at=now
        )
        CoachNote.objects.create(student=student, author=coach, text="Did well")
        SharedNote.objects.create(student=student, author=coach, text="Did well")
    for person, name, args, queries in (
        (coach, "caseload_student", [student.student_profile.pk], 26),  # letters to undo: 1, who is next today: 2
        (coach, "reviews", [], 11),
        (student, "coach_said", [], 8),
    ):
        client = as_(person)
        client.get(reverse(name, args=args))
        with django_assert_num_queries(queries):
            client.get(reverse(name, args=args))


@pytest.mark.parametrize("cohort", ["²", "0", "99999", "x"])
def test_a_cohort_that_is_none_shows_a_page(cohort, coach, as_):
    assert as_(coach).get(reverse("caseload"), {"cohort": cohort}).status_code == 200


# --- what the student does with a comment -----------------------------------------------------------------------------


@pytest.fixture
def returned(draft, coach):
    """Amira's draft, back with two comments: one on the words of a part, one on the whole of another."""
    review = draft.reviews.get()
    anchor = draft.part_why.split(".")[0]
    reviews.comment(review, part="why", anchor=anchor, text="Shorter?", suggestion="Your way from biology", by=coach)
    reviews.comment(review, part="who", text="Say your year first.", by=coach)
    reviews.return_(draft, by=coach, now=timezone.now())
    return draft


def test_a_draft_that_came_back_says_so_first(draft, coach, student, as_):
    reviews.comment(draft.reviews.get(), part="why", text="Shorter?", by=coach)
    reviews.return_(draft, by=coach, now=timezone.now(), note="Nearly there.")
    text = page(as_(student), "request", draft.pk)
    said = text.index("Ruth has reviewed your request, and it’s a draft again.</strong> “Nearly there.”")
    assert said < text.index('<a href="#part-why">Read the comment on “Why you’re asking them”</a>')
    assert text.index('href="#part-why"') < text.index('id="part-why"')
    as_(student).post(reverse("request_hint", args=[draft.pk]), {"close": ReviewComment.objects.get().pk})
    assert "Read the comment on" not in page(as_(student), "request", draft.pk)


def test_a_draft_that_the_student_took_back_was_not_read(draft, coach, student, as_):
    reviews.reclaim(draft, by=student, now=timezone.now())
    assert "has read it" not in page(as_(student), "request", draft.pk)


def _open(draft):
    return sorted(ReviewComment.objects.filter(review__request=draft, is_done=False).values_list("part", flat=True))


def test_a_comment_is_closed_by_the_student(returned, student, as_):
    remark, client = ReviewComment.objects.get(part="who"), as_(student)
    assert "Mark as resolved" in page(client, "request", returned.pk)
    client.post(reverse("request_hint", args=[returned.pk]), {"close": remark.pk, "part": "who"})
    assert (_open(returned), "Say your year first" in page(client, "request", returned.pk)) == (["why"], False)


def test_a_suggestion_is_taken_over(returned, student, as_):
    remark = ReviewComment.objects.get(part="why")
    as_(student).post(reverse("request_hint", args=[returned.pk]), {"take": remark.pk, "part": "why"})
    returned.refresh_from_db()
    assert returned.part_why.startswith("Your way from biology")
    assert (remark.anchor in returned.part_why, _open(returned)) == (False, ["who"])


def test_a_suggestion_taken_over_is_undone_with_one_press(returned, student, as_):
    before, remark, client = returned.part_why, ReviewComment.objects.get(part="why"), as_(student)
    url = reverse("request_hint", args=[returned.pk])
    assert client.post(url, {"take": remark.pk}).url == f"{returned.get_absolute_url()}#part-why"
    text = page(client, "request", returned.pk)
    assert ("You used Ruth’s wording." in text, "You could write:" in text) == (True, False)
    assert client.post(url, {"undo": remark.pk}).url == f"{returned.get_absolute_url()}#part-why"
    returned.refresh_from_db()
    assert (returned.part_why, _open(returned)) == (before, ["who", "why"])
    text = page(client, "request", returned.pk)
    assert ("You used Ruth’s wording." in text, "You could write:" in text) == (False, True)
    client.post(url, {"take": remark.pk})
    returned.refresh_from_db()
    assert returned.part_why.startswith("Your way from biology")


def test_a_whole_part_taken_over_comes_back_as_it_was(returned, coach, student, as_):
    before, client, url = returned.part_ask, as_(student), reverse("request_hint", args=[returned.pk])
    review = returned.reviews.get()
    remark = ReviewComment.objects.create(review=review, part="ask", text="Shorter.", suggestion="20 minutes?")
    client.post(url, {"take": remark.pk})
    client.post(url, {"take": remark.pk})  # pressed twice
    returned.refresh_from_db()
    assert returned.part_ask == "20 minutes?"
    client.post(url, {"undo": remark.pk})
    returned.refresh_from_db()
    assert returned.part_ask == before


def test_a_wording_changed_since_is_not_undone(returned, student, as_):
    remark, client = ReviewComment.objects.get(part="why"), as_(student)
    url = reverse("request_hint", args=[returned.pk])
    client.post(url, {"take": remark.pk})
    returned.refresh_from_db()
    changed = {"part_why": "My own words now.", "version": returned.version}
    assert (
        "You used Ruth’s wording." not in client.post(url, changed | {"undo": remark.pk}, follow=True).content.decode()
    )
    returned.refresh_from_db()
    assert returned.part_why == "My own words now."


def test_a_whole_part_written_anew_is_not_undone(returned, coach, student, as_):
    client, url = as_(student), reverse("request_hint", args=[returned.pk])
    review = returned.reviews.get()
    remark = ReviewComment.objects.create(review=review, part="ask", text="Shorter.", suggestion="20 minutes?")
    client.post(url, {"take": remark.pk})
    returned.refresh_from_db()
    client.post(url, {"part_ask": "Half an hour?", "version": returned.version, "undo": remark.pk})
    returned.refresh_from_db()
    assert (returned.part_ask, "ask" in _open(returned)) == ("Half an hour?", False)


def test_nobody_undoes_a_wording_of_another_request(returned, student, other_student, as_):
    remark = ReviewComment.objects.get(part="why")
    as_(student).post(reverse("request_hint", args=[returned.pk]), {"take": remark.pk})
    theirs = world.interview_request(other_student, world.contact(other_student))
    as_(other_student).post(reverse("request_hint", args=[theirs.pk]), {"undo": remark.pk})
    returned.refresh_from_db()
    assert returned.part_why.startswith("Your way from biology")


def test_a_changed_part_closes_its_comments_when_it_is_handed_in_again(returned, student):
    reviews.submit(returned, by=student, now=timezone.now())
    assert _open(returned) == ["why"]  # its words still stand there
    reviews.reclaim(returned, by=student, now=timezone.now())
    returned.refresh_from_db()
    returned.part_why = "You went from the bench to approvals in two countries."
    returned.save()
    reviews.submit(returned, by=student, now=timezone.now())
    assert _open(returned) == []


def test_nobody_closes_a_comment_of_another_request(returned, other_student, as_):
    theirs = world.interview_request(other_student, world.contact(other_student))
    remark = ReviewComment.objects.get(part="who")
    as_(other_student).post(reverse("request_hint", args=[theirs.pk]), {"close": remark.pk, "part": "who"})
    assert _open(returned) == ["who", "why"]


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("in_person", ("First conversation tomorrow", "At 2:30\xa0am Kolkata time, 20 minutes")),
        ("video", ("First conversation today", "At 3:00\xa0pm, 20 minutes")),
    ],
)
def test_a_first_meeting_is_told_on_the_clock_of_its_place(student, coach, as_, how, said):
    contact = world.contact(student, time_zone="Asia/Kolkata")
    at = world.NOW.replace(hour=21, minute=0)  # 3 pm in Chicago, half past two of the next day in Kolkata
    world.interview(student, contact, starts_at=at, format=how)
    with time_machine.travel(world.NOW, tick=False):
        reason = as_(coach).get(reverse("caseload")).context["cases"][0].reason
    assert (reason.title, reason.text) == said
