"""A conversation is set, moved, called off; windows and hours across changes of the clocks (C2, C7, R211 to R215)."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.clock import times
from apps.clock.local_times import Ambiguous, hours_between, resolve, wall_clock_of
from apps.interviews import deadlines
from apps.interviews.answering import actions as answering
from apps.interviews.answering.page import distance
from apps.interviews.asking import actions as asking
from apps.interviews.asking import reviews
from apps.interviews.debriefing import actions as debriefing
from apps.interviews.lifecycle import acts
from apps.interviews.lifecycle.models import Interview, InterviewRequest, ParticipantTime, TimeWindow
from apps.interviews.scheduling import actions as scheduling
from apps.interviews.scheduling import slots
from apps.interviews.scheduling.forms import WindowForm
from apps.interviews.sharing.away import Reader
from apps.mail.models import OutboundMessage
from apps.network.models import Touch
from apps.policy.models import Policy
from apps.web.answers import Refused
from tests import world
from tests.interviews import steps


@pytest.fixture
def at():
    return timezone.now()


@pytest.fixture
def talk(student, alum, at):
    return steps.agreed(student, alum, at)


def windows(start, hours=1):
    return [(start, start + timedelta(hours=hours), "America/Chicago")]


# --- set --------------------------------------------------------------------------------------------------------------


def test_an_agreed_time_is_kept_as_instant_zone_and_wall_clock(talk, student, alum):
    assert (talk.zone, talk.student_zone, talk.alum_zone) == ("Europe/Dublin", "America/Chicago", "Europe/Dublin")
    assert talk.agreed_wall_clock == wall_clock_of(talk.starts_at, "Europe/Dublin")
    assert Touch.objects.filter(kind="answered").count() == 1
    to_student, to_alum = (steps.mail("interview_scheduled", recipient=p.email) for p in (student, alum))
    assert times.plain(times.when(talk.starts_at, talk.ends_at, "America/Chicago")) in " ".join(to_student.text.split())
    assert times.plain(times.when(talk.starts_at, talk.ends_at, "Europe/Dublin")) in " ".join(to_alum.text.split())
    assert alum.email not in to_student.text + to_student.html + to_student.ics
    assert student.email not in to_alum.ics


def test_the_database_takes_the_time_of_both(talk, student, alum, at):
    taken = {t.person_id: (t.during.lower, t.during.upper) for t in ParticipantTime.objects.all()}
    assert taken == {student.pk: (talk.starts_at, talk.ends_at), alum.pk: (talk.starts_at, talk.ends_at)}


@pytest.mark.parametrize(("minutes", "refused"), [(-10, True), (0, True), (19, True), (20, False), (-20, False)])
def test_touching_is_not_overlapping(talk, student, other_alum, at, minutes, refused):
    asked = steps.sent(student, other_alum, at)
    asked.windows.all().delete()
    steps.offer(asked, talk.starts_at + timedelta(minutes=minutes))
    first = steps.slot(asked, at)
    if refused:
        with pytest.raises(acts.Taken, match="just booked"):
            answering.accept(asked, slot=first, format="video", by=other_alum, now=at)
        assert InterviewRequest.objects.get(pk=asked.pk).status == "sent"
    else:
        answering.accept(asked, slot=first, format="video", by=other_alum, now=at)
    assert Interview.objects.count() == (1 if refused else 2)


def test_a_video_room_follows_the_offices_pattern(student, alum, at):
    asked = steps.sent(student, alum, at)
    Policy.objects.update(video_room="https://meet.example/{code}")
    talk = answering.accept(asked, slot=steps.slot(asked, at), format="video", by=alum, now=at)
    assert talk.place.startswith("https://meet.example/")
    assert talk.place in steps.mail("interview_scheduled", recipient=alum.email).ics.replace("\r\n ", "")


# --- moved ------------------------------------------------------------------------------------------------------------


def test_the_student_asks_for_another_time_and_the_old_one_holds(talk, as_, student, alum, at):
    day = (at + timedelta(days=12)).date()
    data = {"w0-day": day.isoformat(), "w0-starts": "10:00", "w0-ends": "11:00", "note": "An exam was moved."}
    as_(student).post(reverse("interview_move", args=[talk.pk]), data)
    assert Interview.objects.get().starts_at == talk.starts_at
    offer = steps.mail("interview_move_offered")
    assert offer.recipient == alum.email
    assert "> An exam was moved." in offer.text
    new = scheduling.move_slots(talk, actor="alum", now=at)[-1]
    moved = scheduling.reschedule(talk, slot=new.value, actor="alum", by=alum, now=at)
    assert (moved.starts_at, moved.sequence, moved.proposals.count()) == (new.starts_at, 1, 0)
    assert {t.during.lower for t in ParticipantTime.objects.all()} == {new.starts_at}
    assert OutboundMessage.objects.filter(kind="interview_moved").count() == 2


def typed(at, minutes, **more):
    day = (at + timedelta(days=12)).date()
    ends = "10:10" if minutes == 10 else "11:10"
    return {"w0-day": day.isoformat(), "w0-starts": "10:00", "w0-ends": ends} | more


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("9999-12-31", "Check the year."),
        ("0001-01-01", "Check the year."),
        ("2020-05-06", "Choose a future time."),
        ("2098-05-06", "Choose a day within the next year."),
    ],
)
def test_a_talk_outside_the_directory_is_moved_to_a_day_that_can_be(as_, student, at, day, said):
    contact = world.contact(student, "Helen Varga")
    talk = world.interview(student, contact, starts_at=at + timedelta(days=3))
    answer = as_(student).post(reverse("interview_move", args=[talk.pk]), {"day": day, "at": "15:00"})
    assert (answer.status_code, said in answer.content.decode()) == (422, True)
    assert Interview.objects.get().starts_at == talk.starts_at


@pytest.mark.parametrize(
    ("minutes", "note", "status", "said"),
    [
        (70, "", 409, "Add a short reason"),
        (10, "An exam was moved.", 409, "Make it at least 20 minutes long"),
        (70, "why " * 200, 422, "600 characters is the limit"),
    ],
)
def test_what_was_typed_to_move_it_stays_when_it_is_refused(talk, as_, student, at, minutes, note, status, said):
    data = typed(at, minutes, note=note)
    answer = as_(student).post(reverse("interview_move", args=[talk.pk]), data)
    shown = answer.content.decode()
    assert (answer.status_code, said in shown) == (status, True)
    assert f">{note}</textarea>" in shown
    assert all(f'value="{data[name]}"' in shown for name in ("w0-day", "w0-starts", "w0-ends"))
    assert not TimeWindow.objects.filter(interview=talk).exists()


def test_a_note_for_a_time_that_is_not_one_stays(talk, as_, student, at):
    data = typed(at, 70, note="An exam was moved.") | {"w0-ends": ""}
    answer = as_(student).post(reverse("interview_move", args=[talk.pk]), data)
    assert (answer.status_code, ">An exam was moved.</textarea>" in answer.content.decode()) == (422, True)


def test_the_student_keeps_the_time_whoever_wished_another(talk, as_, student, alum, at):
    page = reverse("interview_move", args=[talk.pk])
    assert "Keep the current time" not in as_(student).get(page).content.decode()
    for actor, by in (("student", student), ("alum", alum)):
        scheduling.propose(talk, windows=windows(at + timedelta(days=9)), note="An exam", actor=actor, by=by, now=at)
    assert "Keep the current time" in as_(student).get(page).content.decode()
    for _ in range(2):
        assert as_(student).post(page, {"keep": "1"}).status_code == 302
    talk.refresh_from_db()
    assert (talk.proposals.count(), talk.sequence, talk.status) == (0, 0, "scheduled")
    mail = steps.mail("interview_kept")
    assert (mail.recipient, "> An exam" in mail.text, not mail.ics) == (alum.email, False, True)
    assert "You kept the current time" in as_(student).get(talk.get_absolute_url()).content.decode()


def test_words_to_move_what_is_over_are_shown_to_copy(talk, as_, student, at):
    debriefing.took_place(talk, by=student, now=at + timedelta(days=30))
    data = typed(at, 70, note="An exam was moved.")
    answer = as_(student).post(reverse("interview_move", args=[talk.pk]), data)
    assert "What you wrote was not sent." in answer.content.decode()
    assert "An exam was moved." in answer.content.decode()


@pytest.mark.parametrize(("note", "status", "kept"), [("x" * 601, 422, "</textarea>"), ("I am ill.", 409, "not sent.")])
def test_words_to_call_it_off_stay_where_they_are_refused(talk, as_, student, at, note, status, kept):
    if status == 409:
        debriefing.took_place(talk, by=student, now=at + timedelta(days=30))
    answer = as_(student).post(reverse("interview_cancel", args=[talk.pk]), {"note": note})
    html = answer.content.decode()
    assert (answer.status_code, note in html, kept in html) == (status, True, True)
    assert not OutboundMessage.objects.filter(kind="interview_cancelled").exists()


def test_the_alum_offers_and_the_student_takes(talk, as_, student, alum, at):
    start = (at + timedelta(days=9)).replace(minute=0, second=0, microsecond=0)
    scheduling.propose(talk, windows=windows(start), note="", actor="alum", by=alum, now=at)
    client = as_(student)
    assert "Ingrid suggested" in client.get(reverse("interview_move", args=[talk.pk])).content.decode()
    client.post(reverse("interview_move", args=[talk.pk]), {"slot": slots.Slot(start, start).value})
    assert Interview.objects.get().starts_at == start


def test_the_newer_mail_supersedes_the_one_that_waits(talk, alum, at):
    last = scheduling.move_slots(talk, actor="alum", now=at)[-1]
    scheduling.reschedule(talk, slot=last.value, actor="alum", by=alum, now=at)
    states = dict(OutboundMessage.objects.filter(recipient=alum.email).values_list("kind", "state"))
    assert (states["interview_scheduled"], states["interview_moved"]) == ("superseded", "pending")


def test_it_cannot_be_moved_onto_another_conversation(talk, student, alum, other_alum, at):
    second = steps.agreed(student, other_alum, at, n=-1)
    scheduling.propose(talk, windows=windows(second.starts_at), note="An exam", actor="student", by=student, now=at)
    with pytest.raises(acts.Taken):
        scheduling.reschedule(
            talk, slot=slots.Slot(second.starts_at, second.ends_at).value, actor="alum", by=alum, now=at
        )
    assert Interview.objects.get(pk=talk.pk).sequence == 0


def test_what_has_passed_is_neither_moved_nor_called_off(talk, student, alum, at):
    later = talk.ends_at + timedelta(hours=1)
    for act in (
        lambda: scheduling.cancel(talk, actor="alum", by=alum, now=later),
        lambda: scheduling.propose(talk, windows=windows(later), note="", actor="student", by=student, now=later),
    ):
        with pytest.raises(Refused, match="has passed"):
            act()


# --- called off -------------------------------------------------------------------------------------------------------


def test_calling_off_frees_the_time_and_tells_both(talk, as_, student, alum, at):
    url, client = reverse("interview_cancel", args=[talk.pk]), as_(student)
    assert "Cancel your conversation" in client.get(url).content.decode()
    client.post(url, {"note": "I have the flu."})
    client.post(url, {"note": "I have the flu."})
    assert Interview.objects.get().status == "cancelled"
    assert not ParticipantTime.objects.exists()
    mail = steps.mail("interview_cancelled", recipient=alum.email)
    assert (mail.ics_method, "> I have the flu." in mail.text) == ("CANCEL", True)
    assert OutboundMessage.objects.filter(kind="interview_cancelled").count() == 2


def test_the_place_is_told_to_both_with_a_new_sequence(talk, as_, student, alum):
    as_(student).post(reverse("interview_place", args=[talk.pk]), {"place": "https://meet.example/noor"})
    talk.refresh_from_db()
    assert (talk.place, talk.sequence) == ("https://meet.example/noor", 1)
    assert "https://meet.example/noor" in steps.mail("interview_moved", recipient=alum.email).text


# --- the clock --------------------------------------------------------------------------------------------------------


def test_what_nobody_answered_expires_and_three_others_are_named(student, alum, at):
    for n in range(5):
        world.alum_profile(f"Other Alum{n}")
    asked = steps.sent(student, alum, at)
    deadlines.clock(asked.deadline_at - timedelta(seconds=1))
    assert InterviewRequest.objects.get().status == "sent"
    deadlines.clock(asked.deadline_at)
    deadlines.clock(asked.deadline_at)
    assert InterviewRequest.objects.get().status == "expired"
    assert steps.mail("request_expired").text.count("Other Alum") == 3


def test_the_alum_is_reminded_once_and_not_while_they_pause(student, alum, at):
    asked = steps.sent(student, alum, at)
    InterviewRequest.objects.update(deadline_at=at + timedelta(days=14))
    later = at + timedelta(days=7)
    alum.alumni_profile.is_paused = True
    alum.alumni_profile.save()
    assert deadlines.nudge_unanswered(later) == 0
    alum.alumni_profile.is_paused = False
    alum.alumni_profile.save()
    assert deadlines.nudge_unanswered(at + timedelta(days=5)) == 0
    assert [deadlines.nudge_unanswered(later), deadlines.nudge_unanswered(later)] == [1, 0]
    assert steps.link_in(steps.mail("request_nudge"))
    assert asked.status == "sent"


def test_a_coach_never_blocks(student, alum, coach, at):
    asked = steps.draft(student, alum, at, wants_review=True)
    asked = asking.press_send(asked, by=student, now=at)
    review = asked.reviews.get()
    assert (asked.status, steps.mail("review_waiting").recipient) == ("in_review", coach.email)
    assert review.due_at.weekday() < 5
    deadlines.clock(review.due_at)
    asked.refresh_from_db()
    assert (asked.status, asked.reviews.get().verdict) == ("sent", "lapsed")
    assert steps.mail("request_sent_to_alum").due_at == asked.sent_at


def test_a_coach_gives_it_back_or_lets_it_go(student, alum, coach, at):
    asked = asking.press_send(steps.draft(student, alum, at, wants_review=True), by=student, now=at)
    reviews.comment(asked.reviews.get(), part="why", text="Could this come first?", by=coach)
    reviews.return_(asked, by=coach, now=at, note="Nearly there.")
    asked.refresh_from_db()
    assert (asked.status, "> Nearly there." in steps.mail("review_done").text) == ("draft", True)
    asked = reviews.submit(asked, by=student, now=at)
    assert reviews.approve(asked, by=coach, now=at).status == "sent"


def test_the_first_request_is_read_where_the_rule_says_so(student, other_student, alum, coach, at):
    asked = steps.draft(student, alum, at)
    Policy.objects.update(review_rule="first", review_first=1)
    assert reviews.must_be_read(asked, Reader(coach, None))
    with pytest.raises(Refused, match="Your coach has to review this request first"):
        asking.send(asked, by=student, now=at)
    assert asking.press_send(asked, by=student, now=at).status == "in_review"
    reviews.approve(asked, by=coach, now=at)
    second = world.interview_request(student, world.contact(student))
    assert not reviews.must_be_read(second, Reader(coach, None))


def test_what_a_student_sent_by_themselves_is_no_first_request(student, alum, coach, at):
    helen = world.contact(student, "Helen Varga")
    world.sent_request(student, helen, at=at, channel="email")
    asked = steps.draft(student, alum, at)
    Policy.objects.update(review_rule="first", review_first=1)
    assert reviews.must_be_read(asked, Reader(coach, None))


# --- clocks that jump or run twice ------------------------------------------------------------------------------------

GAP, FOLD = date(2027, 3, 14), date(2027, 11, 7)  # in Chicago


def test_a_gap_offers_the_two_times_around_it():
    with pytest.raises(Ambiguous, match="There is no 2:30\xa0am") as raised:
        resolve(GAP, time(2, 30), "America/Chicago")
    assert [c.at for c in raised.value.choices] == [
        datetime(2027, 3, 14, 7, 30, tzinfo=UTC),
        datetime(2027, 3, 14, 8, 30, tzinfo=UTC),
    ]
    assert [c.label for c in raised.value.choices] == ["1:30\xa0am", "3:30\xa0am"]


def test_a_fold_asks_which_of_the_two():
    with pytest.raises(Ambiguous, match="1:30\xa0am comes twice") as raised:
        resolve(FOLD, time(1, 30), "America/Chicago")
    first, second = (choice.at for choice in raised.value.choices)
    assert second - first == timedelta(hours=1)
    assert resolve(FOLD, time(1, 30), "America/Chicago", second) == second
    with pytest.raises(Ambiguous):
        resolve(FOLD, time(1, 30), "America/Chicago", second + timedelta(hours=1))


@pytest.mark.parametrize("moment", [time(1, 59), time(3, 0), time(12, 0)])
def test_a_plain_reading_is_one_instant(moment):
    assert wall_clock_of(resolve(GAP, moment, "America/Chicago"), "America/Chicago").endswith(f"{moment:%H:%M}")


def test_a_window_in_the_fold_is_refused_until_it_is_clear(as_, student, alum, at):
    data = {"new-day": FOLD.isoformat(), "new-starts": "01:30", "new-ends": "03:00"}
    form = WindowForm(data, zone="America/Chicago", prefix="new")
    assert not form.is_valid()
    ((name, choices),) = form.questions
    assert name == "new-starts_meant"
    again = WindowForm(data | {name: choices[1].at.isoformat()}, zone="America/Chicago", prefix="new")
    assert again.is_valid(), again.errors
    start, end, _ = again.window
    assert end - start == timedelta(hours=1, minutes=30)


def test_the_page_asks_in_the_fold_and_keeps_what_was_typed(as_, student, alum, at):
    asked = steps.draft(student, alum, at)
    data = {"new-day": FOLD.isoformat(), "new-starts": "01:30", "new-ends": "03:00", "version": asked.version}
    answer = as_(student).post(reverse("request_times", args=[asked.pk]), data | {"add": "1"})
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "1:30\xa0am comes twice on Sunday, November 7 in Chicago" in shown
    assert shown.count('name="new-starts_meant"') == 2
    assert 'value="01:30"' in shown


def test_until_midnight_is_the_next_day():
    form = WindowForm({"day": "2027-06-01", "starts": "22:00", "ends": "00:00"}, zone="America/Chicago")
    assert form.is_valid(), form.errors
    assert form.window[1] - form.window[0] == timedelta(hours=2)


def test_slots_are_cut_by_elapsed_time_across_the_fold():
    start = resolve(FOLD, time(0, 30), "America/Chicago")
    window = TimeWindow(starts_at=start, ends_at=start + timedelta(hours=3))
    cut = slots.cut([window], minutes=30, now=start - timedelta(days=1))
    read = [times.clock(slot.starts_at, "America/Chicago") for slot in cut]
    assert read == ["12:30\xa0am", "1:00\xa0am", "1:30\xa0am", "1:00\xa0am", "1:30\xa0am", "2:00\xa0am"]
    assert len({slot.value for slot in cut}) == 6


def test_long_windows_are_cut_to_their_last_minute():
    start = datetime(2026, 12, 1, 8, tzinfo=UTC)
    days = [start + timedelta(days=n) for n in range(5)]
    windows = [TimeWindow(starts_at=day, ends_at=day + timedelta(hours=12)) for day in days]
    cut = slots.cut(windows, minutes=30, now=start - timedelta(days=1))
    assert len(cut) == 5 * 24
    assert cut[-1].ends_at == windows[-1].ends_at


def test_the_two_ends_of_the_world():
    at = datetime(2026, 11, 30, 10, 30, tzinfo=UTC)
    assert hours_between("Pacific/Pago_Pago", "Pacific/Kiritimati", at) == 25
    assert hours_between("America/Chicago", "Asia/Kolkata", at) == 11.5


@pytest.mark.parametrize(
    ("start", "hours", "sentence"),
    [
        (timedelta(minutes=-5), 1, "later time"),
        (timedelta(days=200), 1, "6 months"),
        (timedelta(days=2), 0.2, "at least 20 minutes"),
        (timedelta(days=2), 13, "12 hours"),
        (timedelta(days=3), 1, "already"),
    ],
)
def test_times_that_cannot_be_offered(student, alum, at, start, hours, sentence):
    asked = steps.draft(student, alum, at)
    begins = at.replace(minute=0, second=0, microsecond=0) + start
    with pytest.raises(Refused, match=sentence):
        asking.offer(asked, starts_at=begins, ends_at=begins + timedelta(hours=hours), zone="America/Chicago", now=at)


def test_the_distance_is_said_in_hours_and_minutes_as_of_the_day_that_is_meant(student):
    zone = ZoneInfo("Asia/Kathmandu")
    said = [distance(student, zone, datetime(2026, month, 1, tzinfo=UTC)) for month in (12, 7)]
    assert said[0] == "Amira is 11 hours and 45 minutes behind you."
    assert said[1] == "Amira is 10 hours and 45 minutes behind you."
