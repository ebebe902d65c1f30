"""The office writes to a cohort: everybody once, nobody who muted nudges, undone for five minutes."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.coaching import views_cohort
from apps.coaching.letters import TO_A_COHORT
from apps.coaching.models import MutedNudges, SharedNote
from apps.mail.models import OutboundMessage
from apps.students.models import Cohort, Disclosure
from tests import world
from tests.accounts.test_once import key_of

pytestmark = pytest.mark.django_db
WORDS = {"kind": "hello", "words": "hello", "subject": "Our fair", "text": "We meet on Thursday.", "send": "1"}


@pytest.fixture
def cohort(db):
    return Cohort.objects.create(name="First-year seminar")


@pytest.fixture
def seminar(cohort, coach, other_coach):
    """Three students of two coaches, and one who is in no cohort."""
    world.student("Else Where", coach=coach)
    coaches = (coach, other_coach, coach)
    names = ("Amal Hanna", "Bo Lund", "Cleo Vance")
    return [world.student(name, coach=who, cohort=cohort) for name, who in zip(names, coaches, strict=True)]


@pytest.fixture
def desk(office, as_):
    return as_(office)


@pytest.fixture
def address(cohort):
    return reverse("cohort_letters", args=[cohort.pk])


def mails():
    return OutboundMessage.objects.filter(kind="coach_letter", state="pending")


def everyone(students):
    return {"student": [one.student_profile.pk for one in students]}


def test_each_gets_one_in_the_name_of_who_writes_and_it_is_undone(desk, address, cohort, seminar, office):
    assert f'href="{address}"' in desk.get(reverse("cohort", args=[cohort.pk])).content.decode()
    page = desk.get(address)
    assert [one.user for one in page.context["to"]] == seminar
    assert "As Amal will read it" in page.content.decode()
    answer = desk.post(address, WORDS | everyone(seminar))
    assert answer.url == reverse("cohort", args=[cohort.pk])
    assert {mail.person for mail in mails()} == set(seminar)
    letter = mails().get(person=seminar[1])
    assert (letter.subject, letter.reply_to) == ("Our fair", office.email)
    assert [words in letter.text for words in ("Dear Bo,", "We meet on Thursday.")] == [True, True]
    assert set(Disclosure.objects.filter(viewer=office).values_list("student", flat=True)) == {
        one.pk for one in seminar
    }
    undo = f"{reverse('cohort_letters_back', args=[cohort.pk])}?press={SharedNote.objects.first().batch}"
    desk.post(undo)
    assert (mails().count(), SharedNote.objects.count()) == (0, 0)


def test_one_a_week_whoever_wrote_it_and_none_to_who_muted(desk, address, seminar, coach, as_):
    first, second, third = seminar
    MutedNudges.objects.create(student=third)
    as_(coach).post(reverse("coach_letter", args=[first.student_profile.pk, "hello"]), {"text": "How are you?"})
    page = desk.get(address)
    assert ([one.user for one in page.context["to"]], len(page.context["left_out"])) == ([second], 2)
    desk.post(address, WORDS | everyone(seminar))
    desk.post(address, WORDS | everyone(seminar))
    assert sorted(mail.person.name for mail in mails()) == [first.name, second.name]


def test_the_chosen_alone_and_never_somebody_of_another_cohort(desk, address, seminar, student):
    page = desk.post(address, {"s": [seminar[0].student_profile.pk, student.student_profile.pk]})
    assert [one.user for one in page.context["to"]] == seminar[:1]
    desk.post(address, WORDS | everyone([student]))
    assert not mails().exists()


def test_pressed_twice_it_is_sent_once(desk, address, seminar):
    key = key_of(desk.get(address).content.decode(), address, is_here=True)
    for _ in range(2):
        assert desk.post(address, WORDS | everyone(seminar) | {"once": key}).status_code == 302
    assert mails().count() == len(seminar)


def test_what_is_missing_is_said_and_an_empty_cohort_says_so(desk, address, seminar, cohort):
    answer = desk.post(address, WORDS | everyone(seminar) | {"text": " "})
    assert (answer.status_code, mails().count()) == (422, 0)
    empty = Cohort.objects.create(name="Next year")
    assert "No students are in it yet." in desk.get(reverse("cohort_letters", args=[empty.pk])).content.decode()


def test_of_very_many_each_press_reaches_others(desk, address, seminar, monkeypatch):
    monkeypatch.setattr(views_cohort, "AT_ONCE", 2)
    for left in (1, 0):
        page = desk.get(address)
        desk.post(address, WORDS | {"student": [one.pk for one in page.context["to"]]})
        assert len(seminar) - mails().count() == left


def test_what_the_office_wrote_is_read_where_the_coachs_notes_are(desk, address, seminar, as_, office):
    desk.post(address, WORDS | everyone(seminar))
    SharedNote.objects.update(leaves_at="2026-01-01T00:00Z")
    page = as_(seminar[0]).get(reverse("coach_said")).content.decode()
    assert (office.called in page, "We meet on Thursday." in page) == (True, True)


# --- wordings for a cohort --------------------------------------------------------------------------------------------


def test_the_office_begins_with_words_that_fit_a_cohort(desk, address, seminar):
    page = desk.get(address)
    assert [letter.key for letter in page.context["letters"]][:4] == ["due", "slots", "event", "own"]
    assert "Your assignment is due on [day]" in page.context["sample"]
    assert "A coach plays the alum" in desk.get(address, {"kind": "slots"}).context["sample"]
    assert desk.get(address, {"kind": "own"}).context["sample"] == "Dear Amal,\n\n\n\nOlive"


@pytest.mark.parametrize("key", ["due", "event"])
def test_a_place_that_is_still_open_is_not_sent(desk, address, seminar, key):
    letter = next(one for one in TO_A_COHORT if one.key == key)
    said = {"kind": key, "words": key, "subject": letter.subject, "text": letter.words, "send": "1"}
    answer = desk.post(address, said | everyone(seminar))
    assert (answer.status_code, mails().count()) == (422, 0)
    assert "Fill in [day], or delete it." in answer.content.decode()
    whole = letter.words.replace("[day]", "Friday").replace("[time]", "noon").replace("[place]", "the library")
    desk.post(address, said | everyone(seminar) | {"text": whole})
    assert (mails().count(), {mail.subject for mail in mails()}) == (3, {letter.subject})


def test_own_words_need_a_subject_and_count_as_the_nudge_of_the_week(desk, address, seminar):
    said = {"kind": "own", "words": "own", "text": "The room has changed.", "send": "1"}
    answer = desk.post(address, said | everyone(seminar) | {"subject": ""})
    assert (answer.status_code, mails().count()) == (422, 0)
    desk.post(address, said | everyone(seminar) | {"subject": "Another room"})
    assert {note.kind for note in SharedNote.objects.all()} == {"group"}
    assert len(desk.get(address).context["left_out"]) == 3


def test_a_coach_has_the_same_words_for_a_cohort_and_not_for_others(coach, seminar, cohort, as_):
    desk, address = as_(coach), reverse("coach_letters")
    of_cohort = desk.get(address, {"every": "1", "from": f"view=all&cohort={cohort.pk}", "kind": "event"})
    assert (of_cohort.context["letter"].key, of_cohort.context["count"]) == ("event", 2)
    everyone_of_mine = desk.get(address, {"every": "1", "from": "view=all"})
    assert "event" not in {letter.key for letter in everyone_of_mine.context["letters"]}


# --- the undo, after one has left the page ----------------------------------------------------------------------------


def test_the_undo_stands_where_the_letters_are_listed_for_its_five_minutes(desk, address, seminar, cohort, office):
    desk.post(address, WORDS | everyone(seminar))
    page = reverse("cohort", args=[cohort.pk])
    for _ in range(2):  # the message after the press is gone the second time
        shown = desk.get(page).content.decode()
    undo = re.search(rf"{reverse('cohort_letters_back', args=[cohort.pk])}\?press=[\w-]+", shown)
    assert "Your email to 3 students will be sent at" in shown
    desk.post(undo[0])
    assert (mails().count(), "will be sent at" in desk.get(page).content.decode()) == (0, False)


def test_one_students_letter_is_undone_from_every_page_that_lists_it(coach, other_coach, seminar, as_):
    desk, profile = as_(coach), seminar[0].student_profile
    desk.post(reverse("coach_letter", args=[profile.pk, "hello"]), {"text": "How are you?"})
    desk.get(reverse("caseload"))
    undo = f"{reverse('coach_letter_back')}?press={SharedNote.objects.get().batch}"
    pages = [reverse("caseload"), reverse("caseload_student", args=[profile.pk])]
    pages.append(reverse("coach_letter", args=[profile.pk, "hello"]))
    for page in pages:
        shown = desk.get(page).content.decode()
        assert (undo in shown, "Your email to Amal Hanna will be sent at" in shown) == (True, True), page
    assert undo not in as_(other_coach).get(reverse("caseload")).content.decode()
    SharedNote.objects.update(leaves_at=timezone.now())
    assert undo not in desk.get(reverse("caseload")).content.decode()
