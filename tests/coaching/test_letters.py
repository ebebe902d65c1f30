"""A coach’s short letters: from a row or to many, one a week, undone for five minutes, muted by who wants none."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.coaching import sending
from apps.coaching.models import Kind, MutedNudges, SharedNote
from apps.interviews.lifecycle.models import InterviewRequest
from apps.mail.models import OutboundMessage
from apps.network.models import Touch
from apps.reminders import sweep
from apps.reminders.models import Notice
from apps.students.models import StudentProfile
from tests import world

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
LATER = timedelta(minutes=6)


@pytest.fixture
def desk(coach, as_):
    return as_(coach)


@pytest.fixture
def profile(student):
    return student.student_profile


def begun(student):
    made = world.interview_request(student, world.contact(student))
    InterviewRequest.objects.filter(pk=made.pk).update(created_at=timezone.now() - 20 * DAY)


def wrote(student, days):
    at = timezone.now() - days * DAY
    Touch.objects.create(student=student, contact=world.contact(student), kind="wrote", at=at)


def talked(student, days):
    starts_at = timezone.now() - days * DAY
    world.interview(student, world.contact(student), starts_at=starts_at, status="completed")


def undo_of(note):
    return f"{reverse('coach_letter_back')}?press={note.batch}"


def reason(desk):
    return desk.get(reverse("caseload")).context["cases"][0].reason


def mails():
    return OutboundMessage.objects.filter(kind="coach_letter").exclude(state="cancelled")


def titles(client):
    page = client.get(reverse("today")).context
    return [task.title for task in ([page["first"]] if page["first"] else []) + list(page["others"])]


# --- to one -----------------------------------------------------------------------------------------------------------


def test_an_offer_to_read_leaves_in_the_coachs_name(desk, profile, student, coach, as_):
    begun(student)
    offer = reason(desk)
    assert (offer.button, offer.url) == ("Offer a review", reverse("coach_letter", args=[profile.pk, "offer"]))
    page = desk.get(offer.url)
    words = page.context["form"].initial["text"]
    assert ("Dear Amira," in words, words.endswith("Ruth"), "mailto:" in page.content.decode()) == (True, True, False)
    assert not OutboundMessage.objects.exists()  # nothing before it is sent
    desk.post(offer.url, {"text": "Dear Amira,\n\nShow me.\n\nRuth"})
    mail = mails().get()
    assert (mail.recipient, mail.reply_to) == (student.email, coach.email)
    assert mail.from_name == "Ruth Amsel via Tamarack Career Office"
    assert mail.text.startswith("Dear Amira,\n\nShow me.")
    after = reason(desk)
    assert (after.button, "Emailed today" in after.text) == ("Open student", True)


def test_until_it_leaves_nobody_but_the_coach_has_it(desk, profile, student, as_):
    desk.post(reverse("coach_letter", args=[profile.pk, "offer"]), {"text": "Show me."})
    note, mail = SharedNote.objects.get(), mails().get()
    assert (
        mail.due_at == note.leaves_at == note.created_at.replace(microsecond=note.leaves_at.microsecond) + sending.UNDO
    )
    theirs = as_(student)
    assert (titles(theirs), "Show me." in theirs.get(reverse("coach_said")).content.decode()) == ([], False)
    SharedNote.objects.update(leaves_at=timezone.now())
    assert titles(theirs) == ["Read what Ruth wrote to you"]
    assert "Show me." in theirs.get(reverse("coach_said")).content.decode()
    sweep.run(timezone.now())
    assert not Notice.objects.filter(rule="coach-note").exists()  # it is a mail itself


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (lambda one: world.interview(one, world.contact(one), starts_at=timezone.now() + 20 * DAY / 24), "wish"),
        (lambda one: wrote(one, days=30), "hello"),
        (lambda one: None, "start"),
        (lambda one: talked(one, days=3), "thank"),
    ],
)
def test_every_reason_has_its_act(desk, profile, student, make, kind):
    make(student)
    assert reason(desk).url == reverse("coach_letter", args=[profile.pk, kind])


def test_once_a_week_of_each_kind_is_enough(desk, profile, student, coach):
    url = reverse("coach_letter", args=[profile.pk, "offer"])
    for _ in range(2):
        answer = desk.post(url, {"text": "Show me."}, follow=True)
    assert (answer.status_code, "Once a week is enough." in answer.content.decode()) == (422, True)
    assert "Once a week is enough." in desk.get(url).content.decode()
    desk.post(reverse("coach_letter", args=[profile.pk, "wish"]), {"text": "Good luck."})
    assert mails().count() == 2
    with time_machine.travel(timezone.now() + 7 * DAY, tick=False):
        sending.send(student, Kind.OFFER, text="Show me now.", by=coach, now=timezone.now())
    assert mails().count() == 3


def test_of_all_nudges_there_is_one_a_week(desk, profile, student, coach, other_coach):
    desk.post(reverse("coach_letter", args=[profile.pk, "hello"]), {"text": "How are you?"})
    for kind in ("start", "thank", "hello"):
        answer = desk.post(reverse("coach_letter", args=[profile.pk, kind]), {"text": "And?"})
        assert (answer.status_code, "sent a nudge on" in answer.content.decode()) == (422, True)
    assert mails().count() == 1


def test_the_database_holds_one_nudge_a_week(student, coach):
    """Also where somebody writes past the act."""
    now = timezone.now()
    week = {"guard": "nudge", "leaves_at": now, "student": student, "author": coach, "text": "Hello"}
    SharedNote.objects.create(kind="hello", week=DateTimeTZRange(now, now + 7 * DAY), **week)
    for days, kind in ((0, "hello"), (6, "start"), (-6, "thank")):
        span = DateTimeTZRange(now + days * DAY, now + (days + 7) * DAY)
        with pytest.raises(IntegrityError), transaction.atomic():
            SharedNote.objects.create(kind=kind, week=span, **week)
    with pytest.raises(IntegrityError), transaction.atomic():
        SharedNote.objects.create(kind="hello", week=None, **week)
    SharedNote.objects.create(kind="hello", week=DateTimeTZRange(now + 7 * DAY, now + 14 * DAY), **week)


def test_an_empty_letter_is_not_sent(desk, profile):
    answer = desk.post(reverse("coach_letter", args=[profile.pk, "offer"]), {"text": " "})
    assert (answer.status_code, OutboundMessage.objects.count()) == (422, 0)


def test_a_letter_is_not_changed_as_a_note_is(desk, profile):
    desk.post(reverse("coach_letter", args=[profile.pk, "offer"]), {"text": "Show me."})
    note = SharedNote.objects.get()
    assert desk.post(reverse("shared_note_change", args=[note.pk]), {"shared_text": "No"}).status_code == 422
    desk.post(reverse("shared_note_remove", args=[note.pk]))
    assert SharedNote.objects.get().text == "Show me."


def test_an_unknown_kind_of_letter_is_not_there(desk, profile):
    assert desk.get(reverse("coach_letter", args=[profile.pk, "note"])).status_code == 404
    assert desk.get(reverse("coach_letter", args=[profile.pk, "nonsense"])).status_code == 404


# --- undone -----------------------------------------------------------------------------------------------------------


def test_within_five_minutes_it_is_undone(desk, profile, student):
    url = reverse("coach_letter", args=[profile.pk, "hello"])
    page = desk.post(url, {"text": "How are you?"}, follow=True).content.decode()
    back = undo_of(SharedNote.objects.get())
    assert f'action="{back}"' in page
    assert "1 email was not sent." in desk.post(back, follow=True).content.decode()
    assert (SharedNote.objects.count(), mails().count()) == (0, 0)
    assert "You already undid this." in desk.post(back, follow=True).content.decode()
    desk.post(url, {"text": "Better words."})  # the week is free again
    assert mails().count() == 1


def test_what_has_left_is_not_undone(desk, profile, coach):
    desk.post(reverse("coach_letter", args=[profile.pk, "hello"]), {"text": "How are you?"})
    note = SharedNote.objects.get()
    SharedNote.objects.update(leaves_at=timezone.now() - timedelta(seconds=1))
    page = desk.post(undo_of(note), follow=True).content.decode()
    assert (
        "It has already been sent, so it can’t be undone." in page,
        SharedNote.objects.count(),
        mails().count(),
    ) == (True, 1, 1)


def test_nobody_undoes_the_letter_of_another_coach(desk, profile, other_coach, as_):
    desk.post(reverse("coach_letter", args=[profile.pk, "hello"]), {"text": "How are you?"})
    as_(other_coach).post(undo_of(SharedNote.objects.get()))
    assert (SharedNote.objects.count(), mails().count()) == (1, 1)


# --- to many ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def three(coach):
    return [world.student(name, coach=coach).student_profile for name in ("Ada Ash", "Ben Birch", "Cleo Cedar")]


def chosen(profiles, **more):
    return {"student": [one.pk for one in profiles], "kind": "start", "words": "start"} | more


def test_several_get_a_letter_each_with_their_own_name(desk, three, coach):
    page = desk.get(reverse("coach_letters"), chosen(three))
    text = page.content.decode()
    assert [one.user.name for one in page.context["to"]] == ["Ada Ash", "Ben Birch", "Cleo Cedar"]
    assert "Dear Ada," in text
    assert not mails().exists()
    desk.post(reverse("coach_letters"), chosen(three, text="Start small.", send="1"))
    assert sorted(mail.text.split("\n")[0] for mail in mails()) == ["Dear Ada,", "Dear Ben,", "Dear Cleo,"]
    assert all("Start small.\n\nRuth" in mail.text for mail in mails())
    back = undo_of(SharedNote.objects.first())
    assert "3 emails were not sent." in desk.post(back, follow=True).content.decode()
    assert not mails().exists()


def test_changed_words_are_previewed_before_they_leave(desk, three):
    page = desk.post(reverse("coach_letters"), chosen(three, text="In my own words.", preview="1"))
    assert (page.context["sample"] == "Dear Ada,\n\nIn my own words.\n\nRuth", mails().count()) == (True, 0)


def test_who_had_one_this_week_or_muted_nudges_is_left_out_and_named(desk, three, coach):
    ada, ben, _ = (one.user for one in three)
    sending.send(ada, Kind.HELLO, text="Hello", by=coach, now=timezone.now())
    MutedNudges.objects.create(student=ben)
    page = desk.get(reverse("coach_letters"), chosen(three)).content.decode()
    assert ("You sent a nudge on" in page, "Ben has muted nudges." in page) == (True, True)
    said = desk.post(reverse("coach_letters"), chosen(three, text="Start.", send="1"), follow=True).content.decode()
    assert "Your email to 1 student is on its way. We’ll send it in 5 minutes. 2 were left out." in said
    assert [mail.recipient for mail in mails().filter(text__contains="Start.")] == [three[2].user.email]


def test_students_of_another_coach_cannot_be_chosen(desk, three, other_student):
    theirs = [*three, other_student.student_profile]
    assert other_student not in [one.user for one in desk.get(reverse("coach_letters"), chosen(theirs)).context["to"]]
    desk.post(reverse("coach_letters"), chosen(theirs, text="Start.", send="1"))
    assert other_student.email not in {mail.recipient for mail in mails()}


@pytest.mark.parametrize("numbers", [[], ["x"], ["\u0663"], ["9" * 400], ["-1"]])
def test_without_a_student_nothing_is_sent(desk, numbers):
    asked = {"student": numbers, "kind": "start", "words": "start", "text": "Start.", "send": "1"}
    assert "Choose students in your caseload first." in desk.get(reverse("coach_letters"), asked).content.decode()
    assert (desk.post(reverse("coach_letters"), asked).status_code, mails().count()) == (422, 0)


def test_an_empty_message_to_many_stays_on_the_page(desk, three):
    assert desk.post(reverse("coach_letters"), chosen(three, text=" ", send="1")).status_code == 422
    assert not mails().exists()


def test_a_form_to_many_sends_once_however_often_it_is_pressed(desk, three):
    page = desk.get(reverse("coach_letters"), chosen(three)).content.decode()
    key = page.split('name="once" value="')[1].split('"')[0]
    for _ in range(3):
        desk.post(reverse("coach_letters"), chosen(three, text="Start.", send="1", once=key))
    assert mails().count() == 3


# --- muted ------------------------------------------------------------------------------------------------------------


def test_a_student_mutes_nudges_and_hears_them_again(student, coach, desk, profile, as_):
    theirs = as_(student)
    theirs.post(reverse("coach_mute"), {"on": "1"})
    theirs.post(reverse("coach_mute"), {"on": "1"})  # pressed twice in two windows
    assert "You’ve muted nudges." in theirs.get(reverse("coach_said")).content.decode()
    nudge = reverse("coach_letter", args=[profile.pk, "hello"])
    assert "Amira has muted nudges." in desk.get(nudge).content.decode()
    assert desk.post(nudge, {"text": "How are you?"}).status_code == 422
    desk.post(reverse("coach_letter", args=[profile.pk, "offer"]), {"text": "Show me."})
    assert [mail.text.startswith("Show me.") for mail in mails()] == [True]
    theirs.post(reverse("coach_mute"), {"on": "0"})
    desk.post(nudge, {"text": "How are you?"})
    mail = mails().exclude(text__startswith="Show me.").get()
    assert reverse("coach_said") in mail.text  # where it can be muted


# --- a whole page, and all who match ----------------------------------------------------------------------------------


def quiet_ones(coach, count):
    students = [world.student(f"Quiet N{n:02}", coach=coach) for n in range(count)]
    for student in students:
        wrote(student, days=30)
    return students


def test_all_on_a_page_are_chosen_with_one_press_and_get_the_letter_of_their_view(desk, coach):
    students = quiet_ones(coach, 3)
    page = desk.get(f"{reverse('caseload')}?view=quiet")
    assert 'name="student"' in page.content.decode()
    assert " checked" not in page.content.decode().partition("<tbody>")[2].partition("</tbody>")[0]
    chosen = desk.get(f"{reverse('caseload')}{page.context['choose'].partition('#')[0]}").content.decode()
    assert chosen.partition("<tbody>")[2].count(" checked") == len(students)
    assert 'name="kind" value="hello"' in chosen
    assert "Write to all" not in chosen  # the page holds them all


def test_all_who_match_are_written_to_with_two_presses_and_one_comes_back_to_the_view(desk, coach, monkeypatch):
    monkeypatch.setattr("apps.coaching.views_caseload.A_PAGE", 2)
    monkeypatch.setattr("apps.coaching.views_letters.LISTED", 2)
    students = quiet_ones(coach, 5)
    muted, *others = students
    MutedNudges.objects.create(student=muted)
    wrote(world.student("Not Quiet", coach=coach), days=1)
    page = desk.get(f"{reverse('caseload')}?view=quiet").content.decode()
    assert "Write to all 5" in page
    address = f"{reverse('coach_letters')}?every=1&kind=hello&from=view%3Dquiet"
    assert address.replace("&", "&amp;") in page
    written = desk.get(address)
    assert (written.context["count"], len(written.context["left_out"])) == (4, 1)
    assert "And 2 more" in written.content.decode()
    to = [one.pk for one in (*written.context["to"], *written.context["others"])]
    send = {"student": to, "kind": "hello", "words": "hello", "text": "How are you?", "from": "view=quiet", "send": "1"}
    answer = desk.post(reverse("coach_letters"), send)
    assert answer.url == f"{reverse('caseload')}?view=quiet"
    assert {note.student for note in SharedNote.objects.all()} == set(others)


def test_all_who_match_are_never_another_coachs(desk, coach, other_coach):
    quiet_ones(other_coach, 2)
    page = desk.get(f"{reverse('coach_letters')}?every=1&kind=hello&from=view%3Dall")
    assert (page.context["count"], page.context["left_out"]) == (0, [])


def test_the_page_before_many_letters_asks_the_same_questions_for_few_and_for_many(desk, coach):
    def statements():
        with CaptureQueriesContext(connection) as seen:
            desk.get(f"{reverse('coach_letters')}?every=1&kind=hello&from=view%3Dquiet")
        return len(seen)

    quiet_ones(coach, 1)
    statements()
    few = statements()
    for n, student in enumerate(StudentProfile.objects.filter(coach=coach)):
        assert n == 0
        sending.send(student.user, Kind.HELLO, text="Hello", by=coach, now=timezone.now() - 2 * DAY)
    for n in range(12):
        wrote(world.student(f"Later N{n}", coach=coach), days=30)
    assert statements() == few
