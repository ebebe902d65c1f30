"""A coach’s notes: among coaches, or shared with the student; two tables, two forms, and the two never meet."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.coaching.models import CoachNote, SharedNote
from apps.mail.models import OutboundMessage
from apps.reminders import sweep
from apps.reminders.models import How, Notice, Preference
from tests import world

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def desk(coach, as_):
    return as_(coach)


@pytest.fixture
def profile(student):
    return student.student_profile


WORDS = "Start with the one who trained you"


def kept(desk, profile, text=WORDS):
    desk.post(reverse("coach_note_add", args=[profile.pk]), {"text": text})
    return CoachNote.objects.get(text=text)


def shared(desk, profile, text=WORDS):
    desk.post(reverse("shared_note_add", args=[profile.pk]), {"shared_text": text})
    return SharedNote.objects.get(text=text)


def swept():
    sweep.run(timezone.now())
    return [(notice.rule, notice.title) for notice in Notice.objects.filter(closed_at=None)]


def titles(client):
    page = client.get(reverse("today")).context
    return [task.title for task in ([page["first"]] if page["first"] else []) + list(page["others"])]


# --- a shared note ----------------------------------------------------------------------------------------------------


def test_a_shared_note_is_on_today_until_it_is_read(desk, profile, student, as_):
    note, theirs = shared(desk, profile), as_(student)
    assert titles(theirs) == ["Read what Ruth wrote to you"]
    page = theirs.get(theirs.get(reverse("today")).context["first"].url).content.decode()
    assert (note.text in page, "New" in page) == (True, True)
    assert titles(theirs) == []
    assert ">New<" not in theirs.get(reverse("coach_said")).content.decode()
    assert "Read</span>" in desk.get(reverse("caseload_student", args=[profile.pk])).content.decode()


def test_a_note_for_coaches_reaches_nobody(desk, profile, student, as_):
    kept(desk, profile)
    assert (titles(as_(student)), swept()) == ([], [])


def test_a_shared_note_is_mailed_as_the_student_wishes(desk, profile, student):
    shared(desk, profile)
    assert swept() == [("coach-note", "Ruth Amsel wrote you a note")]
    mail = OutboundMessage.objects.get(rule="coach-note")
    assert (mail.person, mail.subject) == (student, "Ruth Amsel wrote you a note")
    assert reverse("coach_said") in mail.text
    Preference.objects.create(person=student, rule="coach-note", how=How.NEVER)
    shared(desk, profile, "Another")
    assert len(swept()) == 2
    assert OutboundMessage.objects.filter(rule="coach-note").count() == 1


def test_a_note_that_was_read_is_no_reminder_any_more(desk, profile, student, as_):
    shared(desk, profile)
    as_(student).get(reverse("coach_said"))
    assert swept() == []


# --- changed and taken out --------------------------------------------------------------------------------------------


def test_an_author_changes_a_shared_note_and_it_is_news(desk, profile, student, as_):
    note = shared(desk, profile)
    url = reverse("shared_note_change", args=[note.pk])
    assert url in desk.get(reverse("caseload_student", args=[profile.pk])).content.decode()
    as_(student).get(reverse("coach_said"))
    page = desk.post(url, {"shared_text": "Better words"}, follow=True).content.decode()
    assert "Note saved. Amira can read it, and sees it in Today." in page
    assert titles(as_(student)) == ["Read what Ruth wrote to you"]  # other words are news


def test_an_author_changes_a_note_among_coaches(desk, profile, student, as_):
    note = kept(desk, profile)
    url = reverse("coach_note_change", args=[note.pk])
    assert url in desk.get(reverse("caseload_student", args=[profile.pk])).content.decode()
    page = desk.post(url, {"text": "Better words"}, follow=True).content.decode()
    assert ("Note saved. Only coaches see it." in page, "Better words" in page) == (True, True)
    assert titles(as_(student)) == []


def test_saving_without_a_change_tells_nobody_again(desk, profile, student, as_):
    note = shared(desk, profile)
    as_(student).get(reverse("coach_said"))
    desk.post(reverse("shared_note_change", args=[note.pk]), {"shared_text": note.text})
    assert titles(as_(student)) == []


@pytest.mark.parametrize("text", ["", "   ", "x" * 2001])
def test_a_note_that_cannot_be_kept_stays_on_the_page(desk, profile, text):
    private, theirs = kept(desk, profile), shared(desk, profile)
    for name, pk, field in (
        ("coach_note_add", profile.pk, "text"),
        ("coach_note_change", private.pk, "text"),
        ("shared_note_add", profile.pk, "shared_text"),
        ("shared_note_change", theirs.pk, "shared_text"),
    ):
        answer = desk.post(reverse(name, args=[pk]), {field: text})
        assert (answer.status_code, text.strip() in answer.content.decode()) == (422, True)
    assert (CoachNote.objects.get().text, SharedNote.objects.get().text) == (WORDS, WORDS)


@pytest.mark.parametrize("model", [CoachNote, SharedNote])
def test_a_deleted_note_is_gone_and_can_come_back(model, desk, profile, student, as_):
    kind, add = ("coach_note", kept) if model is CoachNote else ("shared_note", shared)
    add(desk, profile)
    model.objects.update(created_at=world.NOW - 9 * DAY)
    before = model.objects.values().get()
    page = desk.post(reverse(f"{kind}_remove", args=[before["id"]]), follow=True).content.decode()
    assert ("Note deleted." in page, model.objects.count(), titles(as_(student))) == (True, 0, [])
    desk.post(reverse(f"{kind}_back", args=[profile.pk]))
    same = {"id": 0, "batch": None}
    assert model.objects.values().get() | same == before | same
    again = desk.post(reverse(f"{kind}_back", args=[profile.pk]), follow=True).content.decode()
    assert ("The note was already restored." in again, model.objects.count()) == (True, 1)


# --- the two never meet -----------------------------------------------------------------------------------------------

TRICKS = {"is_shared": "on", "kind": "note", "shared_at": "2026-11-12", "shared_text": "", "model": "SharedNote"}


@pytest.mark.parametrize("extra", [TRICKS, {"is_shared": "1", "student": "1", "leaves_at": ""}])
def test_no_field_makes_a_note_among_coaches_a_shared_one(desk, profile, student, as_, extra):
    note = kept(desk, profile, "Shy on the phone")
    for name, pk in (("coach_note_add", profile.pk), ("coach_note_change", note.pk)):
        desk.post(reverse(name, args=[pk]), {"text": "Shy on the phone, still"} | extra)
    theirs = as_(student)
    read = theirs.get(reverse("coach_said")).content.decode() + theirs.get(reverse("today")).content.decode()
    assert (SharedNote.objects.count(), "Shy on" in read, swept()) == (0, False, [])


def test_what_was_typed_for_one_is_never_taken_by_the_other(desk, profile):
    """A form that lost its way, as one of a page that was open too long: the words go nowhere."""
    wrong_way = (("coach_note_add", "shared_text"), ("shared_note_add", "text"))
    for name, field in wrong_way:
        assert desk.post(reverse(name, args=[profile.pk]), {field: "Shy on the phone"}).status_code == 422
    assert (CoachNote.objects.count(), SharedNote.objects.count()) == (0, 0)


def test_a_deleted_note_among_coaches_does_not_come_back_as_a_shared_one(desk, profile):
    note = kept(desk, profile)
    desk.post(reverse("coach_note_remove", args=[note.pk]))
    desk.post(reverse("shared_note_back", args=[profile.pk]))
    assert (CoachNote.objects.count(), SharedNote.objects.count()) == (0, 0)


def test_the_number_of_a_note_of_one_kind_opens_none_of_the_other(desk, profile):
    private = kept(desk, profile)
    SharedNote.objects.create(pk=private.pk + 1000, student=profile.user, author=private.author, text="Well done")
    for name in ("shared_note_change", "shared_note_remove"):
        assert desk.post(reverse(name, args=[private.pk]), {"shared_text": "Mine"}).status_code == 404
    for name in ("coach_note_change", "coach_note_remove"):
        assert desk.post(reverse(name, args=[private.pk + 1000]), {"text": "Mine"}).status_code == 404


def test_each_place_holds_its_own(desk, profile):
    kept(desk, profile, "Shy on the phone")
    shared(desk, profile, "Well done")
    page = desk.get(reverse("caseload_student", args=[profile.pk])).content.decode()
    theirs, ours = page.index("Amira reads these"), page.index("Coaches only")
    assert theirs < page.index("Well done") < ours < page.index("Shy on the phone")


def test_a_mail_about_a_deleted_note_does_not_leave(desk, profile):
    note = shared(desk, profile)
    swept()
    desk.post(reverse("shared_note_remove", args=[note.pk]))
    assert swept() == []


def test_another_coach_changes_nothing(desk, profile, student, other_coach, as_):
    note, theirs_too = kept(desk, profile), shared(desk, profile)
    student.student_profile.coach = other_coach
    student.student_profile.save()
    theirs = as_(other_coach)
    page = theirs.get(reverse("caseload_student", args=[profile.pk])).content.decode()
    assert (note.text in page, "Change or delete" in page) == (True, False)
    for kind, row in (("coach_note", note), ("shared_note", theirs_too)):
        for act in ("change", "remove"):
            url, words = reverse(f"{kind}_{act}", args=[row.pk]), {"text": "Mine", "shared_text": "Mine"}
            assert theirs.post(url, words).status_code == 403
            assert desk.post(url, words).status_code == 404  # not their coach any more
        row.refresh_from_db()
        assert row.text == WORDS
