"""Once it is set: moved, called off, in the calendar, and not held."""

from datetime import timedelta

from django.urls import reverse

from apps.interviews.asking import actions as asking
from apps.interviews.debriefing import actions as debriefing
from apps.interviews.lifecycle.models import Interview, InterviewRequest
from apps.interviews.scheduling import actions as scheduling
from apps.interviews.scheduling import calendar
from apps.moderation.models import Report
from tests.interviews import steps
from tests.interviews.answering.pages import act, page


def test_change_my_mind_moves_and_cancels_by_the_same_link(visitor, asked, at):
    act(visitor, asked, "accept", {"slot": steps.slot(asked, at), "format": "video"})
    last = steps.slot(asked, at, -1)
    moved = act(visitor, asked, "move", {"slot": last})
    assert "Your conversation is scheduled." in moved.content.decode()
    assert Interview.objects.get().sequence == 1
    cancelled = act(visitor, asked, "cancel", {"note": "I am ill."})
    assert "This conversation was canceled" in cancelled.content.decode()
    again = act(visitor, asked, "cancel")
    assert "This conversation was canceled" in again.content.decode()
    assert Interview.objects.get().sequence == 2


def test_the_calendar_file_of_the_page(visitor, asked, at):
    url = reverse("answer_ics", args=[asked.pk])
    assert visitor.get(url).status_code == 404
    act(visitor, asked, "accept", {"slot": steps.slot(asked, at), "format": "video"})
    answer = visitor.get(url)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert asked.student.email not in answer.content.decode()


def test_a_withdrawn_request_says_so(visitor, asked, student, at):
    asking.withdraw(asked, by=student, now=at)
    assert "withdrew the request" in page(visitor, asked)
    answer = act(visitor, asked, "accept", {"slot": "x", "format": "video"})
    assert answer.status_code == 409


def test_who_did_not_come_is_reported_from_the_history(asked, alum, as_, at):
    InterviewRequest.objects.update(leaves_at=at - timedelta(minutes=1))
    client = as_(alum)
    act(client, asked, "accept", {"slot": steps.slot(asked, at), "format": "video"}, door="alum")
    address, line = reverse("alum_request", args=[asked.pk]), "Did Amira not come?"
    assert line not in client.get(address).content.decode()
    Interview.objects.update(starts_at=at - timedelta(hours=2), ends_at=at - timedelta(hours=1))
    for status in ("scheduled", "no_show", "completed"):
        Interview.objects.update(status=status, talked_until=at if status == "completed" else None)
        assert f'href="{address}"' in client.get(reverse("alum_home")).content.decode()
        assert line in client.get(address).content.decode()
    report = reverse("report_student", args=[asked.pk])
    assert report == f"{address}report/"
    assert "They didn’t come" in client.get(report).content.decode()
    client.post(report, {"reason": "absent"})
    assert Report.objects.get().reason == "absent"


def test_a_call_without_a_number_says_who_asks_for_it(visitor, asked, alum, student, at):
    act(visitor, asked, "accept", {"slot": steps.slot(asked, at), "format": "phone"})
    shown = page(visitor, asked)
    assert ("Amira will email you to ask for your number." in shown, "will call you" in shown) == (True, False)
    talk = Interview.objects.get()
    assert calendar.how(talk, student) == "Phone call. You call Ingrid. Ask for the number by email."
    text = " ".join(steps.mail("interview_scheduled", recipient=alum.email).text.split())
    assert "I’ll email you to ask for your number." in text


def test_after_the_time_the_alum_can_say_that_they_did_not_talk(visitor, asked, alum, student, as_, at):
    act(visitor, asked, "accept", {"slot": steps.slot(asked, at), "format": "video"})
    assert "We didn’t talk" not in page(visitor, asked)
    assert act(visitor, asked, "missed").status_code == 409
    talk = Interview.objects.get()
    Interview.objects.update(starts_at=at - timedelta(hours=2), ends_at=at - timedelta(hours=1))
    assert "We didn’t talk" in page(visitor, asked)
    for _ in range(2):
        assert "Your conversation didn’t happen" in act(visitor, asked, "missed").content.decode()
    told = talk.events.order_by("pk").last()
    assert (told.event, told.actor, told.by, talk.events.filter(event="no_show").count()) == (
        "no_show",
        "alum",
        alum,
        1,
    )
    shown = as_(student).get(talk.get_absolute_url()).content.decode()
    assert "Ingrid marked it “Didn’t happen”" in shown
    debriefing.took_place(talk, by=student, now=at)
    assert "You talked with Amira" in page(visitor, asked)
    assert act(visitor, asked, "missed").status_code == 409


def _asks_to_move(talk, at, student, note="My class moved.", days=12):
    wednesday = (at + timedelta(days=days)).replace(hour=20, minute=0)
    windows = [(wednesday, wednesday + timedelta(hours=1), "America/Chicago")]
    scheduling.propose(talk, windows=windows, note=note, actor="student", by=student, now=at)
    return f"{wednesday:%Y%m%dT%H%MZ}"


def test_a_move_offers_only_what_the_student_offers_now_with_their_reason(visitor, asked, student, at):
    act(visitor, asked, "accept", {"slot": steps.slot(asked, at), "format": "video"})
    of_the_letter, talk = steps.slot(asked, at, -1), Interview.objects.get()
    assert of_the_letter in page(visitor, asked)
    wished = _asks_to_move(talk, at, student)
    text = page(visitor, asked)
    assert (wished in text, of_the_letter in text, "“My class moved.”" in text) == (True, False, True)
    assert act(visitor, asked, "move", {"slot": of_the_letter}).status_code == 409
    talk.refresh_from_db()
    assert talk.sequence == 0


def test_what_the_letter_offered_is_past_once_the_student_asked_for_another_time(visitor, asked, student, at):
    act(visitor, asked, "accept", {"slot": steps.slot(asked, at), "format": "video"})
    of_the_letter, talk = steps.slot(asked, at, -1), Interview.objects.get()
    act(visitor, asked, "move", {"slot": _asks_to_move(talk, at, student)})
    text = page(visitor, asked)
    assert (of_the_letter in text, "My class moved" in text) == (False, False)
    assert act(visitor, asked, "move", {"slot": of_the_letter}).status_code == 409


def test_the_alums_reason_stands_with_the_times_they_offer(visitor, asked, student, alum, as_, at):
    act(visitor, asked, "accept", {"slot": steps.slot(asked, at), "format": "video"})
    talk, start = Interview.objects.get(), at + timedelta(days=9)
    windows = [(start, start + timedelta(hours=1), "Europe/Dublin")]
    scheduling.propose(talk, windows=windows, note="A board meeting.", actor="alum", by=alum, now=at)
    assert "“A board meeting.”" in as_(student).get(reverse("interview_move", args=[talk.pk])).content.decode()


def test_times_for_a_talk_that_was_called_off_come_with_the_reason(visitor, asked, student, at):
    act(visitor, asked, "accept", {"slot": steps.slot(asked, at), "format": "video"})
    talk = Interview.objects.get()
    scheduling.cancel(talk, actor="student", by=student, now=at)
    wished = _asks_to_move(talk, at, student, note="I am well again.")
    text = page(visitor, asked)
    assert (wished in text, "“I am well again.”" in text) == (True, True)


def test_a_second_yes_points_below_only_while_there_is_something_to_move(visitor, asked, student, at):
    again = {"slot": steps.slot(asked, at), "format": "video"}
    act(visitor, asked, "accept", again)
    assert "You can reschedule or cancel it below" in act(visitor, asked, "accept", again).content.decode()
    scheduling.cancel(Interview.objects.get(), actor="student", by=student, now=at)
    text = act(visitor, asked, "accept", again).content.decode()
    assert ("is already scheduled." in text, "reschedule or cancel it" in text) == (True, False)
