"""After each answer the alum confirms one part of their profile: one press, or what is right now (R277)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.alumni import actions, confirming, visibility
from apps.alumni.models import AlumniProfile, ConfirmedPart
from apps.interviews.answering import actions as answering
from apps.interviews.lifecycle.models import InterviewRequest
from apps.policy.models import Policy
from tests import world
from tests.interviews import steps
from tests.interviews.answering.pages import act, page

QUESTION = "Still at Corvane Medical?"
OTHER = {"note": "After the 10th?"}


def entry():
    return AlumniProfile.objects.get(name="Ingrid Solheim")


def again(other, alum, at):
    """Another student's request to the same alum, and what the alum sees of it once it is answered."""
    Policy.objects.update(alum_monthly_cap=20)
    asked = steps.sent(other, alum, at)
    answering.decline(asked, by=alum, now=at)
    asked.refresh_from_db()
    return asked


@pytest.mark.parametrize(("name", "data"), [("accept", {"format": "video"}), ("decline", {}), ("question", OTHER)])
def test_it_is_asked_after_any_answer_and_not_before(visitor, asked, at, name, data):
    assert QUESTION not in page(visitor, asked)
    data = data | ({"slot": steps.slot(asked, at)} if name == "accept" else {})
    shown = act(visitor, asked, name, data).content.decode()
    assert shown.count(QUESTION) == 1
    assert "Regulatory Affairs Manager at Corvane Medical" in shown


@pytest.mark.parametrize("door", ["answer", "alum"])
def test_one_press_confirms_it_and_the_day_is_kept(visitor, as_, asked, alum, door):
    InterviewRequest.objects.update(
        leaves_at=timezone.now() - timedelta(minutes=1)
    )  # signed in, one sees what has left
    client = visitor if door == "answer" else as_(alum)
    act(client, asked, "decline", door=door)
    before = timezone.now()
    answer = act(client, asked, "current", door=door)
    assert before <= entry().confirmed_at <= timezone.now()
    assert answer.redirect_chain[-1][0].endswith("#current")
    shown = answer.content.decode()
    assert "Thank you. Students read: Regulatory Affairs Manager at Corvane Medical." in shown
    assert (QUESTION in shown, "Change it" in shown) == (False, True)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"employer": " Halden\nPharma ", "title": "Director"}, "Students read: Director at Halden Pharma."),
        ({"employer": "", "title": "Retired"}, "Students read: Retired."),
        ({"employer": "", "title": ""}, "Students see no employer and no job title."),
    ],
)
def test_who_moved_says_where_to_and_no_import_writes_over_it(visitor, asked, typed, said):
    act(visitor, asked, "decline")
    shown = act(visitor, asked, "work", typed).content.decode()
    assert said in shown
    after = entry()
    assert (after.employer, after.title) == (" ".join(typed["employer"].split()), typed["title"])
    assert {"employer", "title"} <= set(after.own_fields)
    assert after.confirmed_at is not None


def test_what_is_too_long_is_shown_again_beside_its_reason(visitor, asked):
    act(visitor, asked, "decline")
    answer = act(visitor, asked, "work", {"employer": "x" * 161, "title": "Director"})
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="to-work" open' in shown
    assert f'value="{"x" * 161}"' in shown
    assert (entry().employer, entry().confirmed_at) == ("Corvane Medical", None)


def test_each_answer_asks_another_part_and_none_twice_in_a_term(visitor, asked, alum, at):
    AlumniProfile.objects.update(city="Duluth", helps=["talk"], usual_times="", happy_to_discuss="")
    act(visitor, asked, "decline")
    assert QUESTION in page(visitor, asked)
    parts = [again(world.student(f"Student {name}"), alum, at).current_part for name in ("Aa", "Bb")]
    assert parts == ["place", "helps"]
    last = again(world.student("Student Cc"), alum, at)
    assert last.current_asked_at is None  # of what is empty there is nothing to confirm


def test_the_part_that_was_confirmed_longest_ago_comes_first(visitor, asked, alum, at):
    AlumniProfile.objects.update(city="Duluth", usual_times="Fridays after 4", confirmed_at=None)
    for part, days in (("work", 300), ("place", 500), ("helps", 400), ("topics", 250)):
        ConfirmedPart.objects.create(alum=alum.alumni_profile, part=part, at=at - timedelta(days=days))
    shown = act(visitor, asked, "decline").content.decode()
    assert ("Are these still your best times?" in shown, "Fridays after 4" in shown) == (True, True)  # never confirmed
    act(visitor, asked, "current")
    assert again(world.student("Student Aa"), alum, at).current_part == "place"


@pytest.mark.parametrize(
    ("part", "typed", "said", "column", "became"),
    [
        ("place", {"city": "Oslo", "region": "", "country": "NO"}, "Students read: Oslo, Norway.", "city", "Oslo"),
        ("place", {"city": "", "region": "", "country": ""}, "Students see no city.", "city", ""),
        ("helps", {"helps": []}, "Students see nothing that you offer.", "helps", []),
        ("times", {"usual_times": "Any\nlunch hour"}, "Any lunch hour.", "usual_times", "Any lunch hour"),
        ("topics", {"happy_to_discuss": "Moving abroad"}, "Moving abroad.", "happy_to_discuss", "Moving abroad"),
    ],
)
def test_any_part_is_changed_where_it_is_asked(visitor, asked, part, typed, said, column, became):
    act(visitor, asked, "decline")
    InterviewRequest.objects.update(current_part=part)
    shown = act(visitor, asked, "work", typed).content.decode()
    assert said in shown
    assert getattr(entry(), column) == became
    assert column in entry().own_fields
    days = confirming.confirmed(entry())
    assert [key for key, day in days.items() if day > timezone.now() - timedelta(hours=1)] == [part]


def test_all_of_it_confirmed_is_every_part_confirmed(asked, at):
    confirming.confirm(entry(), "work", now=at - timedelta(days=400))
    actions.confirm(entry(), now=at)
    assert set(confirming.confirmed(entry()).values()) == {at}


def test_a_later_answer_to_the_same_request_does_not_ask_again(visitor, asked, at):
    act(visitor, asked, "question", OTHER)
    act(visitor, asked, "current")
    act(visitor, asked, "accept", {"slot": steps.slot(asked, at), "format": "video"})
    assert QUESTION not in page(visitor, asked)


def test_who_said_it_this_term_is_not_asked(visitor, asked):
    AlumniProfile.objects.update(confirmed_at=timezone.now() - timedelta(days=3))
    assert QUESTION not in act(visitor, asked, "decline").content.decode()


def test_the_next_term_asks_again(visitor, asked, student, alum, at):
    act(visitor, asked, "decline")
    act(visitor, asked, "current")
    later = at + timedelta(days=2)
    Policy.objects.update(term_starts_on=(later - timedelta(days=1)).date())
    other = steps.draft(world.student("Tomasz Wilk"), alum, later)
    other = steps.asking.send(other, by=other.student, now=later)
    answering.decline(other, by=alum, now=later)
    other.refresh_from_db()
    assert other.current_asked_at == later


EMPTY = {"employer": "", "title": "", "city": "", "helps": [], "usual_times": "", "happy_to_discuss": ""}


@pytest.mark.parametrize("change", [EMPTY, {"listing": "removed"}])
def test_there_is_nothing_to_ask_of_an_empty_profile_or_of_who_left(visitor, asked, change):
    AlumniProfile.objects.update(**change)
    assert 'id="current"' not in act(visitor, asked, "decline").content.decode()


def test_who_has_a_role_and_no_employer_is_asked_about_the_role(visitor, asked):
    AlumniProfile.objects.update(employer="")
    assert "Still Regulatory Affairs Manager?" in act(visitor, asked, "decline").content.decode()


def test_a_page_that_did_not_ask_changes_nothing(visitor, asked):
    answer = visitor.post(reverse("answer_act", args=[asked.pk, "work"]), {"employer": "Elsewhere", "title": "Thief"})
    assert answer.status_code == 409
    assert entry().employer == "Corvane Medical"


def test_what_the_student_records_for_them_asks_nothing(asked, student, at):
    answering.turned_down(asked, by=student, now=at + timedelta(minutes=10))
    asked.refresh_from_db()
    assert asked.current_asked_at is None


def test_what_is_hidden_is_not_said_to_be_read(visitor, asked, alum):
    profile = entry()
    visibility.cover(profile, ["employer"])
    profile.save()
    shown = act(visitor, asked, "decline").content.decode()
    assert "Students read this before they ask you: Regulatory Affairs Manager. Your employer stays hidden" in shown
    shown = act(visitor, asked, "current").content.decode()
    assert "Thank you. Students read: Regulatory Affairs Manager. Your employer stays hidden from students." in shown
    shown = act(visitor, asked, "work", {"employer": "Halden Pharma", "title": ""}).content.decode()
    assert "Students see no employer and no job title. Your employer stays hidden from students." in shown
