"""Practice interviews: a coach offers times, a student books, moves, cancels, and reads what was noticed (R234)."""

import re
from datetime import UTC, date, datetime, time, timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar

from apps.accounts import closing
from apps.interviews.preparing.models import PlannedQuestion, QuestionPlan
from apps.mail.models import OutboundMessage
from apps.policy.models import Holiday
from apps.practice import actions
from apps.practice.models import Feedback, Practice, Series, Slot
from apps.practice.slots import spans_of
from apps.students.models import Disclosure, StudentProfile
from apps.web.answers import Refused
from tests import world
from tests.races.together import at_once, tally

pytestmark = pytest.mark.django_db
CHICAGO = ZoneInfo("America/Chicago")
NOW = datetime(2026, 11, 12, 16, 40, tzinfo=UTC)  # a Thursday, 10:40 am in Chicago
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _thursday():
    with time_machine.travel(NOW, tick=False):
        yield


def series(coach, **fields):
    usual = {"weekdays": [0], "begins": time(14), "ends": time(15, 30), "minutes": 30, "zone": "America/Chicago"}
    usual |= {"from_on": date(2026, 11, 13), "until_on": date(2026, 12, 18)}
    return Series(coach=coach, **usual | fields)


def slot(coach, *, days=4, hour=20, place="Ashby 204", by_video=True):
    starts_at = (NOW + days * DAY).replace(hour=hour, minute=0)
    ends_at = starts_at + timedelta(minutes=30)
    return Slot.objects.create(coach=coach, starts_at=starts_at, ends_at=ends_at, place=place, by_video=by_video)


def choice(meets="video", interview=None, wishes=(), shows_plan=False):
    return actions.Choice(meets, interview, list(wishes), shows_plan)


def booked(student, one):
    return actions.book(student, one, choice(), now=NOW)


def text_of(answer):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


# --- times that repeat ------------------------------------------------------------------------------------------------


def local(span):
    return f"{span[0].astimezone(CHICAGO):%m-%d %H:%M}"


def test_an_hour_stays_what_it_is_on_the_coachs_clock_when_the_clocks_change(coach):
    """Two in the afternoon before and after November 1, 2026: an hour later in UTC."""
    rows = series(coach, from_on=date(2026, 10, 26), until_on=date(2026, 11, 2), ends=time(14, 30))
    found = spans_of(rows, now=datetime(2026, 10, 1, tzinfo=UTC), closed=())
    assert [local(span) for span in found.spans] == ["10-26 14:00", "11-02 14:00"]
    assert [span[0].hour for span in found.spans] == [19, 20]


def test_an_hour_that_is_left_out_is_no_time_and_one_that_comes_twice_is_its_first(coach):
    night = {"weekdays": [6], "begins": time(1), "ends": time(3, 30)}
    rows = series(coach, from_on=date(2027, 3, 14), until_on=date(2027, 3, 14), **night)
    spring = spans_of(rows, now=NOW, closed=())
    assert [local(span) for span in spring.spans] == ["03-14 01:00", "03-14 01:30", "03-14 03:00"]
    rows = series(coach, from_on=date(2027, 11, 7), until_on=date(2027, 11, 7), **night)
    autumn = spans_of(rows, now=NOW, closed=())
    assert [f"{span[0]:%H:%M}" for span in autumn.spans] == ["06:00", "06:30", "08:00", "08:30", "09:00"]
    assert all(end - start == timedelta(minutes=30) for start, end in autumn.spans)


def test_days_when_the_office_is_closed_and_what_has_passed_are_left_out(coach):
    Holiday.objects.create(on=date(2026, 11, 16), name="Founders’ Day")
    rows = series(coach, from_on=date(2026, 11, 9), until_on=date(2026, 11, 23), ends=time(14, 30))
    offered = actions.offer(rows, place="", by_video=True, now=NOW)
    assert [one.starts_at.astimezone(CHICAGO).date() for one in offered.slots] == [date(2026, 11, 23)]
    assert offered.closed == 1


def test_an_offer_again_adds_only_what_is_new(coach):
    first = actions.offer(series(coach), place="", by_video=True, now=NOW)
    with pytest.raises(Refused, match="You already offer all of these times"):
        actions.offer(series(coach), place="", by_video=True, now=NOW)
    more = actions.offer(series(coach, weekdays=[0, 1]), place="", by_video=True, now=NOW)
    assert (len(first.slots), len(more.slots), more.known) == (15, 15, 15)


def test_too_many_and_none(coach):
    with pytest.raises(Refused, match="more than 200 times"):
        actions.offer(
            series(coach, weekdays=[*range(7)], begins=time(8), ends=time(20)), place="", by_video=True, now=NOW
        )
    with pytest.raises(Refused, match="No times fit"):
        actions.offer(series(coach, until_on=date(2026, 11, 13)), place="", by_video=True, now=NOW)


def test_one_time_is_taken_out_and_put_back_and_a_series_stopped_keeps_what_is_booked(coach, student, as_):
    offered = actions.offer(series(coach), place="", by_video=True, now=NOW)
    first, second = offered.slots[:2]
    booked(student, first)
    client = as_(coach)
    client.post(reverse("practice_slot_remove", args=[second.pk]))
    assert second not in Slot.objects.free()
    client.post(reverse("practice_slot_remove", args=[second.pk]), {"undo": "1"})
    assert second in Slot.objects.free()
    stop = reverse("practice_series_stop", args=[offered.slots[0].series_id])
    client.post(stop)
    assert not Slot.objects.free().exists()
    assert Practice.objects.filter(status="booked").count() == 1
    client.post(stop, {"undo": "1"})
    assert Slot.objects.free().count() == 14


def test_a_time_that_somebody_has_is_not_taken_out(coach, student, as_):
    one = slot(coach)
    booked(student, one)
    page = as_(coach).post(reverse("practice_slot_remove", args=[one.pk]), follow=True)
    assert "Amira Haddad just booked this time" in text_of(page)
    one.refresh_from_db()
    assert one.removed_at is None


def test_the_coach_offers_times_on_the_page_and_undoes_it(coach, as_):
    client, address = as_(coach), reverse("practice_times")
    empty = text_of(client.get(address))
    assert "Offer times, and your students choose one." in empty
    words = {"days": ["1", "3"], "begins": "14:00", "ends": "15:00", "minutes": "30"}
    words |= {"from_on": "2026-11-13", "until_on": "2026-11-27", "place": "Ashby 204", "by_video": "on"}
    page = client.post(address, words, follow=True)
    assert "8 times offered, from November 17 to November 26." in text_of(page)
    assert "Tuesday and Thursday, 2:00" in text_of(page).replace("\xa0", " ")
    client.post(reverse("practice_series_stop", args=[Series.objects.get().pk]), {"undo": "1"})
    assert not Slot.objects.free().exists()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"days": []}, "Days of the week: Choose at least one."),
        ({"ends": "13:00"}, "Choose an hour after the first one."),
        ({"until_on": "2026-11-12", "from_on": "2026-11-14"}, "Choose a day that isn’t before the first one."),
        ({"until_on": "2036-11-14"}, "Choose a day from"),
        ({"place": "", "by_video": ""}, "Say where you meet, or choose video."),
        ({"begins": "25:99"}, "From"),
    ],
)
def test_what_cannot_be_offered_is_said_beside_it(coach, as_, changes, said):
    words = {"days": ["1"], "begins": "14:00", "ends": "15:00", "minutes": "30", "by_video": "on"}
    words |= {"from_on": "2026-11-13", "until_on": "2026-11-27"}
    answer = as_(coach).post(reverse("practice_times"), words | changes)
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert not Slot.objects.exists()


@pytest.mark.parametrize("week", ["", "x", "2026-13-40", "0001-01-01", "9999-12-31", "2026-11-12"])
def test_any_week_opens(coach, as_, week):
    assert as_(coach).get(reverse("practice_times"), {"week": week}).status_code == 200


# --- booking ----------------------------------------------------------------------------------------------------------


def test_how_one_meets_changes_without_another_time(student, coach, as_):
    one = slot(coach)
    client, address = as_(student), reverse("practice_book")
    words = {"slot": one.pk, "interview": "0", "meets": "office"}
    for meets in ("office", "video"):
        assert client.post(address, words | {"meets": meets}).status_code == 302
    practice = Practice.objects.get()
    assert (practice.slot, practice.place, practice.coach) == (one, "By video", coach)


def test_a_student_books_moves_and_cancels_and_both_calendars_follow(student, coach, as_):
    one, other = slot(coach), slot(coach, days=5)
    client, address = as_(student), reverse("practice_book")
    assert "Choose a time" in text_of(client.get(address))
    words = {"slot": one.pk, "interview": "0", "meets": "office", "wishes": ["introduction"]}
    assert client.post(address, words).status_code == 302
    practice = Practice.objects.get()
    assert (practice.slot, practice.place, practice.sequence) == (one, "Ashby 204", 0)
    assert client.post(address, words | {"slot": other.pk, "meets": "video"}).status_code == 302
    practice.refresh_from_db()
    assert (practice.slot, practice.place, practice.sequence) == (other, "By video", 1)
    assert one in Slot.objects.free()
    client.post(reverse("practice_cancel", args=[practice.pk]))
    practice.refresh_from_db()
    assert (practice.status, practice.sequence) == ("cancelled", 2)
    for person in (student, coach):
        mails = OutboundMessage.objects.filter(person=person).order_by("created_at", "subject_no")
        events = [_event(mail) for mail in mails]
        assert [event[:2] for event in events] == [("REQUEST", 0), ("REQUEST", 1), ("CANCEL", 2)]
        assert len({event[2] for event in events}) == 1
        assert [event[3] for event in events] == [one.starts_at, other.starts_at, other.starts_at]
    assert "someone in your student" in OutboundMessage.objects.get(person=coach, subject_no=0).text


def _event(mail):
    file = Calendar.from_ical(mail.ics)
    event = file.walk("VEVENT")[0]
    assert (mail.ics_method, f"mailto:{mail.recipient}") == (file["METHOD"], event["ATTENDEE"])
    return str(file["METHOD"]), event["SEQUENCE"], str(event["UID"]), event["DTSTART"].dt


def test_a_cancellation_is_undone_only_while_the_time_is_free(student, coach, as_):
    one = slot(coach)
    practice = booked(student, one)
    client, address = as_(student), reverse("practice_cancel", args=[practice.pk])
    client.post(address)
    client.post(address, {"undo": "1"})
    practice.refresh_from_db()
    assert (practice.status, practice.sequence) == ("booked", 2)
    client.post(address)
    booked(world.student("Noor Haddad", coach=coach), one)
    page = client.post(address, {"undo": "1"}, follow=True)
    assert "Someone just took that time." in text_of(page)


def test_one_rendered_form_books_once(student, coach, as_):
    one, client, address = slot(coach), as_(student), reverse("practice_book")
    key = re.search(r'name="once" value="([^"]+)"', client.get(address).content.decode())[1]
    words = {"slot": one.pk, "interview": "0", "meets": "video", "once": key}
    assert [client.post(address, words)["Location"] for _ in range(3)] == [address] * 3
    assert Practice.objects.get().sequence == 0


def test_one_at_a_time_three_hours_ahead_and_with_ones_own_coach(student, coach, other_coach):
    booked(student, slot(coach))
    with pytest.raises(Refused, match="already have a practice"):
        booked(student, slot(coach, days=6))
    late = world.student("Noor Haddad", coach=coach)
    with pytest.raises(Refused, match="less than 3 hours away"):
        booked(late, slot(coach, days=0, hour=19))
    with pytest.raises(Refused, match="just took that time"):
        booked(late, slot(other_coach))


def test_not_during_a_conversation(student, coach):
    one = slot(coach)
    talk = world.interview(student, world.contact(student), starts_at=one.starts_at)
    talk.taken_times.create(person=student, during=(one.starts_at, one.ends_at))
    with pytest.raises(Refused, match="You have a conversation at that time"):
        booked(student, one)


def test_the_way_to_meet_is_one_that_the_time_has(student, coach, as_):
    one = slot(coach, place="")
    answer = as_(student).post(reverse("practice_book"), {"slot": one.pk, "interview": "0", "meets": "office"})
    assert (answer.status_code, "At this time you can only meet by video." in text_of(answer)) == (422, True)


def test_the_database_lets_no_two_practices_overlap(student, other_student, coach):
    one = slot(coach)
    fields = {"slot": one, "coach": coach, "starts_at": one.starts_at, "ends_at": one.ends_at, "booked_at": NOW}
    Practice.objects.create(student=student, **fields)
    with pytest.raises(IntegrityError, match="no_two_practices_of_a_coach"), transaction.atomic():
        Practice.objects.create(student=other_student, **fields)
    Practice.objects.update(status="cancelled")
    Practice.objects.create(student=other_student, **fields)


@pytest.mark.django_db(transaction=True)
def test_twenty_bookings_at_once_give_one(coach):
    one = slot(coach)
    students = [world.student(f"Student Number{n}", coach=coach) for n in range(20)]
    results = at_once(*(lambda who=who: booked(who, one) for who in students))
    assert tally(results) == {"done": 1, "refused": 19}
    assert Practice.objects.count() == 1
    assert OutboundMessage.objects.filter(kind="practice_booked").count() == 2


@pytest.mark.django_db(transaction=True)
def test_booking_and_taking_out_at_once_never_leave_a_practice_without_its_time(student, coach):
    one = slot(coach)
    tally(at_once(lambda: booked(student, one), lambda: actions.remove(one, now=NOW)))
    one.refresh_from_db()
    assert Practice.objects.exists() == (one.removed_at is None)


def test_the_coach_cancels_with_a_line_and_the_time_is_gone(student, coach, as_):
    one = slot(coach)
    practice = booked(student, one)
    as_(coach).post(reverse("practice_cancel_given", args=[practice.pk]), {"note": "I’m away. I’m sorry."})
    one.refresh_from_db()
    assert one.removed_at is not None
    mail = OutboundMessage.objects.get(kind="practice_cancelled", person=student)
    assert "> I’m away. I’m sorry." in mail.text
    assert "No free times right now" in text_of(as_(student).get(reverse("practice_book")))


@pytest.mark.parametrize("leaves", ["student", "coach"])
def test_an_account_that_closes_calls_it_off_and_the_other_is_told(leaves, student, coach):
    practice, office = booked(student, slot(coach)), world.office()
    one, other = (student, coach) if leaves == "student" else (coach, student)
    assert "1 practice interview is canceled, and we tell the other person." in closing.foreseen(one, NOW)
    closing.close(one, by=office, now=NOW)
    practice.refresh_from_db()
    assert (practice.status, practice.cancelled_by) == ("cancelled", leaves)
    assert OutboundMessage.objects.filter(kind="practice_cancelled", person=other).count() == 1
    assert not Slot.objects.free().exists() or leaves == "student"


def test_a_student_without_a_coach_reads_what_to_do(as_):
    page = text_of(as_(world.student("Kai Lind")).get(reverse("practice_book")))
    assert "You don’t have a coach yet" in page


# --- whom the coach plays, and what stays private ---------------------------------------------------------------------


def test_private_people_are_neither_offered_nor_shown_once_they_are(student, coach, as_):
    helen = world.contact(student, "Helen Varga")
    samira = world.contact(student, "Samira Secret", is_private=True)
    talk = world.interview(student, helen, starts_at=NOW + 8 * DAY)
    world.interview(student, samira, starts_at=NOW + 9 * DAY)
    page = text_of(as_(student).get(reverse("practice_book")))
    slot(coach)
    page = text_of(as_(student).get(reverse("practice_book")))
    assert ("Helen Varga" in page, "Samira" in page) == (True, False)
    practice = actions.book(student, Slot.objects.get(), choice(interview=talk), now=NOW)
    given = reverse("practice_given", args=[practice.pk])
    assert "Helen Varga" in text_of(as_(coach).get(given))
    helen.is_private = True
    helen.save()
    for address in (given, reverse("practice_times")):
        assert "Helen" not in text_of(as_(coach).get(address))
    helen.is_private = False
    helen.save()
    StudentProfile.objects.filter(user=student).update(shares_network=False)
    for address in (given, reverse("practice_times") + "?week=2026-11-16"):
        assert "Helen" not in text_of(as_(coach).get(address))


def test_the_questions_are_the_coachs_to_read_only_where_the_student_says_so(student, coach, as_):
    talk = world.interview(student, world.contact(student), starts_at=NOW + 8 * DAY)
    plan = QuestionPlan.objects.create(interview=talk)
    PlannedQuestion.objects.create(plan=plan, text="How did it begin?", position=1)
    practice = actions.book(student, slot(coach), choice(interview=talk), now=NOW)
    given = reverse("practice_given", args=[practice.pk])
    assert "How did it begin?" not in text_of(as_(coach).get(given))
    actions.move(practice, practice.slot, choice(interview=talk, shows_plan=True), now=NOW)
    assert "How did it begin?" in text_of(as_(coach).get(given))


def test_every_look_of_the_coach_is_in_the_students_log(student, coach, as_):
    practice = booked(student, slot(coach))
    as_(coach).get(reverse("practice_times"), {"week": "2026-11-16"})
    as_(coach).get(reverse("practice_given", args=[practice.pk]))
    assert Disclosure.objects.filter(student=student, what="Your practice interview").count() == 2


# --- afterwards -------------------------------------------------------------------------------------------------------


def held(student, coach):
    practice = booked(student, slot(coach))
    at = {"starts_at": NOW - timedelta(hours=1), "ends_at": NOW - timedelta(minutes=30)}
    Practice.objects.filter(pk=practice.pk).update(**at)
    return Practice.objects.get(pk=practice.pk)


def test_feedback_is_the_coachs_until_it_is_shared(student, coach, as_):
    practice = held(student, coach)
    given, theirs = reverse("practice_given", args=[practice.pk]), reverse("practice_held", args=[practice.pk])
    words = {"introduction": "3", "introduction_said": "A minute and ten.", "words": "Wait before you speak."}
    as_(coach).post(given, words | {"do": "keep"})
    assert as_(student).get(theirs).status_code == 404
    assert "noticed in your practice" not in text_of(as_(student).get(reverse("today")))
    as_(coach).post(given, words | {"do": "share"})
    student_ = as_(student)
    assert "Read what Ruth noticed in your practice" in text_of(student_.get(reverse("notices")))
    page = text_of(student_.get(theirs))
    assert "Wait before you speak." in page
    assert "Ready" in page
    assert Feedback.objects.get().read_at == NOW
    as_(coach).post(given, words | {"do": "keep"})
    assert student_.get(theirs).status_code == 404


def test_nothing_is_shared_by_mistake(student, coach, as_):
    answer = as_(coach).post(reverse("practice_given", args=[held(student, coach).pk]), {"do": "share"})
    assert (answer.status_code, Feedback.objects.exists()) == (422, False)


def test_who_did_not_come_is_noted_without_a_mail_and_taken_back(student, coach, as_):
    practice = held(student, coach)
    OutboundMessage.objects.all().delete()
    address = reverse("practice_missed", args=[practice.pk])
    as_(coach).post(address)
    practice.refresh_from_db()
    assert practice.status == "missed"
    assert not OutboundMessage.objects.exists()
    assert "didn’t happen. It happens. Choose another time." in text_of(as_(student).get(reverse("practice_book")))
    as_(coach).post(address, {"undo": "1"})
    practice.refresh_from_db()
    assert practice.status == "booked"


def test_what_has_not_begun_was_not_missed_and_gets_no_feedback(student, coach, as_):
    practice = booked(student, slot(coach))
    with pytest.raises(Refused, match="You can note this afterward"):
        actions.missed(practice, now=NOW)
    with pytest.raises(Refused, match="hasn’t begun yet"):
        actions.give(practice, Feedback(practice=practice), shared=True, now=NOW)


def test_another_coach_sees_it_only_after_taking_over_and_only_what_was_shared(student, coach, other_coach, as_):
    practice = held(student, coach)
    address = reverse("practice_held", args=[practice.pk])
    feedback = Feedback.objects.create(practice=practice, words="Slow down.", shared_at=NOW)
    assert as_(other_coach).get(address).status_code == 404
    StudentProfile.objects.filter(user=student).update(coach=other_coach)
    assert "Slow down." in text_of(as_(other_coach).get(address))
    assert Disclosure.objects.filter(viewer=other_coach).count() == 1
    Feedback.objects.filter(pk=feedback.pk).update(shared_at=None)
    assert as_(other_coach).get(address).status_code == 404
    assert as_(other_coach).get(reverse("practice_given", args=[practice.pk])).status_code == 404


def test_both_pages_ask_the_same_number_of_questions_whatever_there_is(student, coach, as_):
    def counted(client, address):
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get(address).status_code == 200
        return len(asked)

    actions.offer(series(coach, weekdays=[0]), place="", by_video=True, now=NOW)
    pages = [(as_(coach), reverse("practice_times") + "?week=2026-11-16"), (as_(student), reverse("practice_book"))]
    booked(world.student("Noor Haddad", coach=coach), Slot.objects.free().order_by("starts_at")[0])
    before = [counted(*page) for page in pages]
    actions.offer(series(coach, weekdays=[1, 2, 3]), place="", by_video=True, now=NOW)
    free = Slot.objects.free().order_by("starts_at", "pk")
    for n in range(9):
        booked(world.student(f"Student Number{n}", coach=coach), free[0])
    assert [counted(*page) for page in pages] == before
