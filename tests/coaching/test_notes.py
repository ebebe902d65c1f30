"""What a coach writes for a student: a note that reaches them, changed and taken out; a short letter, once a week."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.coaching.models import CoachNote
from apps.interviews.lifecycle.models import InterviewRequest
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


def kept(desk, profile, text="Start with the one who trained you", **fields):
    desk.post(reverse("coach_note_add", args=[profile.pk]), {"text": text} | fields)
    return CoachNote.objects.get(text=text)


def swept():
    sweep.run(timezone.now())
    return [(notice.rule, notice.title) for notice in Notice.objects.filter(closed_at=None)]


def titles(client):
    page = client.get(reverse("today")).context
    return [task.title for task in ([page["first"]] if page["first"] else []) + list(page["others"])]


# --- a shared note ----------------------------------------------------------------------------------------------------


def test_a_shared_note_is_on_today_until_it_is_read(desk, profile, student, as_):
    note, theirs = kept(desk, profile, is_shared="on"), as_(student)
    assert titles(theirs) == ["Read what Ruth wrote to you"]
    page = theirs.get(theirs.get(reverse("today")).context["first"].url).content.decode()
    assert (note.text in page, "New" in page) == (True, True)
    assert titles(theirs) == []
    assert ">New<" not in theirs.get(reverse("coach_said")).content.decode()
    assert "has read it" in desk.get(reverse("caseload_student", args=[profile.pk])).content.decode()


def test_a_note_for_coaches_reaches_nobody(desk, profile, student, as_):
    kept(desk, profile)
    assert (titles(as_(student)), swept()) == ([], [])


def test_a_shared_note_is_mailed_as_the_student_wishes(desk, profile, student):
    kept(desk, profile, is_shared="on")
    assert swept() == [("coach-note", "Ruth Amsel wrote you a note")]
    mail = OutboundMessage.objects.get(rule="coach-note")
    assert (mail.person, mail.subject) == (student, "Ruth Amsel wrote you a note")
    assert reverse("coach_said") in mail.text
    Preference.objects.create(person=student, rule="coach-note", how=How.NEVER)
    kept(desk, profile, "Another", is_shared="on")
    assert len(swept()) == 2
    assert OutboundMessage.objects.filter(rule="coach-note").count() == 1


def test_a_note_that_was_read_is_no_reminder_any_more(desk, profile, student, as_):
    kept(desk, profile, is_shared="on")
    as_(student).get(reverse("coach_said"))
    assert swept() == []


# --- changed and taken out --------------------------------------------------------------------------------------------


def test_an_author_changes_a_note_and_who_reads_it(desk, profile, student, as_):
    note = kept(desk, profile)
    url = reverse("coach_note_change", args=[note.pk])
    assert url in desk.get(reverse("caseload_student", args=[profile.pk])).content.decode()
    page = desk.post(url, {"text": "Better words", "is_shared": "on"}, follow=True).content.decode()
    assert "Note saved. Amira can read it, and sees it in Today." in page
    as_(student).get(reverse("coach_said"))
    desk.post(url, {"text": "Better words still", "is_shared": "on"})
    assert titles(as_(student)) == ["Read what Ruth wrote to you"]  # other words are news
    desk.post(url, {"text": "Better words still"})
    note.refresh_from_db()
    assert (note.is_shared, note.shared_at, titles(as_(student))) == (False, None, [])


def test_saving_without_a_change_tells_nobody_again(desk, profile, student, as_):
    note = kept(desk, profile, is_shared="on")
    as_(student).get(reverse("coach_said"))
    desk.post(reverse("coach_note_change", args=[note.pk]), {"text": note.text, "is_shared": "on"})
    assert titles(as_(student)) == []


@pytest.mark.parametrize("text", ["", "   ", "x" * 2001])
def test_a_note_that_cannot_be_kept_stays_on_the_page(desk, profile, text):
    note = kept(desk, profile)
    for url in (reverse("coach_note_add", args=[profile.pk]), reverse("coach_note_change", args=[note.pk])):
        answer = desk.post(url, {"text": text, "is_shared": "on"})
        assert (answer.status_code, text.strip() in answer.content.decode()) == (422, True)
        assert re.search(r'name="is_shared"[^>]*checked', answer.content.decode())
    note.refresh_from_db()
    assert note.text == "Start with the one who trained you"


def test_a_deleted_note_is_gone_and_can_come_back(desk, profile, student, as_):
    kept(desk, profile, is_shared="on")
    CoachNote.objects.update(created_at=world.NOW - 9 * DAY)
    before = CoachNote.objects.values().get()
    page = desk.post(reverse("coach_note_remove", args=[before["id"]]), follow=True).content.decode()
    assert ("Note deleted." in page, CoachNote.objects.count(), titles(as_(student))) == (True, 0, [])
    desk.post(reverse("coach_note_back", args=[profile.pk]))
    assert CoachNote.objects.values().get() | {"id": 0} == before | {"id": 0}
    again = desk.post(reverse("coach_note_back", args=[profile.pk]), follow=True).content.decode()
    assert ("The note was already restored." in again, CoachNote.objects.count()) == (True, 1)


def test_a_mail_about_a_deleted_note_does_not_leave(desk, profile):
    note = kept(desk, profile, is_shared="on")
    swept()
    desk.post(reverse("coach_note_remove", args=[note.pk]))
    assert swept() == []


def test_another_coach_changes_nothing(desk, profile, student, other_coach, as_):
    note = kept(desk, profile)
    student.student_profile.coach = other_coach
    student.student_profile.save()
    theirs = as_(other_coach)
    page = theirs.get(reverse("caseload_student", args=[profile.pk])).content.decode()
    assert (note.text in page, "Change or delete" in page) == (True, False)
    for name in ("coach_note_change", "coach_note_remove"):
        assert theirs.post(reverse(name, args=[note.pk]), {"text": "Mine"}).status_code == 403
        assert desk.post(reverse(name, args=[note.pk]), {"text": "Mine"}).status_code == 404  # not their coach any more
    note.refresh_from_db()
    assert note.text == "Start with the one who trained you"


# --- a short letter ---------------------------------------------------------------------------------------------------


def begun(student):
    made = world.interview_request(student, world.contact(student))
    InterviewRequest.objects.filter(pk=made.pk).update(created_at=timezone.now() - 20 * DAY)


def reason(desk):
    return desk.get(reverse("caseload")).context["cases"][0].reason


def test_an_offer_to_read_leaves_in_the_coachs_name(desk, profile, student, coach, as_):
    begun(student)
    offer = reason(desk)
    assert (offer.button, offer.url) == ("Offer a review", reverse("coach_letter", args=[profile.pk, "offer"]))
    page = desk.get(offer.url)
    words = page.context["form"].initial["text"]
    assert ("Dear Amira," in words, words.endswith("Ruth"), "mailto:" in page.content.decode()) == (True, True, False)
    assert not OutboundMessage.objects.exists()  # nothing before it is sent
    desk.post(offer.url, {"text": "Dear Amira,\n\nShow me.\n\nRuth"})
    mail = OutboundMessage.objects.get(kind="coach_letter")
    assert (mail.recipient, mail.reply_to) == (student.email, coach.email)
    assert mail.from_name == "Ruth Amsel via Tamarack Career Office"
    assert mail.text.startswith("Dear Amira,\n\nShow me.")
    assert "Read what Ruth wrote to you" in titles(as_(student))
    after = reason(desk)
    assert (after.button, "Emailed today" in after.text) == ("Open student", True)
    assert swept_rules() == []  # it is a mail itself


def swept_rules():
    sweep.run(timezone.now())
    return [rule for rule in Notice.objects.values_list("rule", flat=True) if rule == "coach-note"]


def test_good_wishes_before_the_first_talk(desk, profile, student):
    world.interview(student, world.contact(student), starts_at=timezone.now() + timedelta(hours=20))
    wish = reason(desk)
    assert (wish.button, wish.url) == ("Send good wishes", reverse("coach_letter", args=[profile.pk, "wish"]))


def test_once_a_week_of_each_kind_is_enough(desk, profile, student, coach):
    url = reverse("coach_letter", args=[profile.pk, "offer"])
    for _ in range(2):
        answer = desk.post(url, {"text": "Show me."}, follow=True)
    assert (answer.status_code, "Once a week is enough." in answer.content.decode()) == (422, True)
    assert "Once a week is enough." in desk.get(url).content.decode()
    desk.post(reverse("coach_letter", args=[profile.pk, "wish"]), {"text": "Good luck."})
    assert OutboundMessage.objects.filter(kind="coach_letter").count() == 2
    CoachNote.objects.update(created_at=timezone.now() - 7 * DAY)
    desk.post(url, {"text": "Show me now."})
    assert OutboundMessage.objects.filter(kind="coach_letter").count() == 3


def test_an_empty_letter_is_not_sent(desk, profile):
    answer = desk.post(reverse("coach_letter", args=[profile.pk, "offer"]), {"text": " "})
    assert (answer.status_code, OutboundMessage.objects.count()) == (422, 0)


def test_a_letter_that_has_left_is_not_changed(desk, profile):
    desk.post(reverse("coach_letter", args=[profile.pk, "offer"]), {"text": "Show me."})
    note = CoachNote.objects.get()
    assert desk.post(reverse("coach_note_change", args=[note.pk]), {"text": "No", "is_shared": "on"}).status_code == 422
    desk.post(reverse("coach_note_remove", args=[note.pk]))
    assert CoachNote.objects.get().text == "Show me."


def test_an_unknown_kind_of_letter_is_not_there(desk, profile):
    assert desk.get(reverse("coach_letter", args=[profile.pk, "note"])).status_code == 404
    assert desk.get(reverse("coach_letter", args=[profile.pk, "nonsense"])).status_code == 404
