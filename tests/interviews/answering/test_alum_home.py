"""The alum’s own page: everything that was asked of them (R208)."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from apps.accounts import roles
from apps.accounts.models import Role
from apps.alumni.models import AlumniProfile
from apps.clock import times
from apps.interviews.answering import actions as answering
from apps.interviews.answering import home_page
from apps.interviews.asking import actions as asking
from apps.interviews.debriefing.models import Debrief, ImpactNote
from apps.interviews.lifecycle.models import Interview, InterviewRequest
from apps.interviews.thanking.models import ThankYou
from apps.mail.models import OutboundMessage
from apps.policy.models import Policy
from tests import world
from tests.interviews import steps
from tests.interviews.answering.pages import act


def test_the_alums_own_page_lists_and_answers(as_, asked, alum, other_alum, student, at):
    InterviewRequest.objects.update(leaves_at=at - timedelta(minutes=1))
    client = as_(alum)
    assert f"{student.called} would like 20 minutes" in client.get(reverse("alum_home")).content.decode()
    act(client, asked, "accept", {"slot": steps.slot(asked, at), "format": "video"}, door="alum")
    assert Interview.objects.count() == 1
    assert "Upcoming" in client.get(reverse("alum_home")).content.decode()
    assert as_(other_alum).get(reverse("alum_request", args=[asked.pk])).status_code == 404
    assert as_(student).get(reverse("alum_request", args=[asked.pk])).status_code == 403


def test_a_letter_that_has_not_left_is_not_on_the_alums_page(as_, asked, alum):
    assert f"{asked.student.called} would like" not in as_(alum).get(reverse("alum_home")).content.decode()


@pytest.mark.parametrize("count", [1, 30])
def test_the_alums_page_asks_the_same_number_of_questions(as_, alum, coach, at, count, django_assert_num_queries):
    for n in range(count):
        student = world.student(f"Student N{n}", coach=coach)
        contact = world.contact(student, "Ingrid Solheim", alum=alum.alumni_profile)
        world.sent_request(student, contact, at=at - timedelta(hours=1))
        world.interview(student, contact, starts_at=at + timedelta(days=n + 1))
    client = as_(alum)
    client.get(reverse("alum_home"))
    with django_assert_num_queries(14):
        client.get(reverse("alum_home"))


def test_the_alums_page_pauses_keeps_letters_and_leads_back_to_a_not_now(as_, asked, alum, student, at):
    InterviewRequest.objects.update(leaves_at=at - timedelta(minutes=1))
    answering.decline(asked, by=alum, now=at)
    for n, fields in enumerate(({"channel": "rapport", "sent_at": at}, {"channel": "phone", "sent_at": at}, {})):
        talk = world.interview(student, asked.contact, starts_at=at - timedelta(days=n + 2), status="completed")
        ThankYou.objects.create(interview=talk, body=f"Dear Ingrid, letter {n}", **fields)
    client = as_(alum)
    shown = client.get(reverse("alum_home")).content.decode()
    assert ["letter 0" in shown, "letter 1" in shown, "letter 2" in shown] == [True, False, False]
    assert "You can change your mind until" in shown
    assert reverse("alum_request", args=[asked.pk]) in shown
    client.post(reverse("alum_pause"), {"until": ""})
    assert "Resume requests" in client.get(reverse("alum_home")).content.decode()


@pytest.mark.parametrize(
    ("status", "heading", "said"),
    [
        ("scheduled", "Past conversations", "Amira Haddad"),
        ("completed", "Past conversations", "Amira Haddad"),
        ("cancelled", "Conversations that didn’t happen", "Canceled"),
        ("no_show", "Conversations that didn’t happen", "Didn’t happen"),
    ],
)
def test_every_talk_that_is_over_stands_in_the_alums_history(as_, student, alum, at, status, heading, said):
    contact = world.contact(student, alum.name, alum=alum.alumni_profile)
    talk = world.interview(student, contact, starts_at=at - timedelta(days=2), status=status)
    shown = as_(alum).get(reverse("alum_home")).content.decode()
    section = re.search(rf"<h2[^>]*>{heading}</h2>.*?</section>", shown, re.DOTALL).group()
    assert said in section
    assert times.short_date(talk.starts_at, at, alum.zone) in section


def test_a_withdrawn_request_stands_in_the_alums_history_if_it_had_arrived(as_, asked, alum, student, at):
    InterviewRequest.objects.update(leaves_at=at - timedelta(minutes=1))
    OutboundMessage.objects.update(state="sent", sent_at=at)
    asking.withdraw(asked, by=student, now=at)
    home = as_(alum).get(reverse("alum_home")).content.decode()
    assert "Withdrawn" in home
    InterviewRequest.objects.update(leaves_at=None)
    assert "Withdrawn" not in as_(alum).get(reverse("alum_home")).content.decode()


# --- one card, one button ---------------------------------------------------------------------------------------------


def arrive(at):
    InterviewRequest.objects.update(leaves_at=at - timedelta(minutes=1))


def main(page):
    return re.search(r"<main.*?</main>", page.content.decode(), re.DOTALL)[0]


def filled(html):
    return re.findall(r'<(?:a|button)[^>]*btn-primary[^>]*?(?:href="([^"]*)")?>', html)


def words_of(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_the_waiting_request_is_a_card_with_one_filled_button(as_, asked, alum, student, at):
    arrive(at)
    html = main(as_(alum).get(reverse("alum_home")))
    card = re.search(r'<li class="rp-agenda-first.*?</li>', html, re.DOTALL)[0]
    assert filled(html) == [reverse("alum_request", args=[asked.pk])]
    assert f"Reply to {student.first_name}" in card
    assert "She is a" in card or "They are a" in card or f"{student.first_name}" in card
    assert "You went from a biology degree" in card  # the student's own words, from the letter
    first = asked.windows.order_by("starts_at").first().starts_at
    zone = alum.alumni_profile.time_zone
    assert f"{times.day(first, zone)}, {times.plain(times.clock(first, zone))}, or " in words_of(card)
    assert f"{reverse('alum_request', args=[asked.pk])}#to-decline" in card
    assert 'id="to-decline"' in as_(alum).get(reverse("alum_request", args=[asked.pk])).content.decode()


def test_of_several_the_first_to_close_is_the_card_and_the_rest_are_links(as_, alum, coach, at):
    entry = alum.alumni_profile
    for n in range(3):
        student = world.student(f"Student N{n}", coach=coach)
        asked = world.sent_request(student, world.contact(student, alum.name, alum=entry), at=at - timedelta(hours=1))
        InterviewRequest.objects.filter(pk=asked.pk).update(deadline_at=at + timedelta(days=5 - n))
    html = main(as_(alum).get(reverse("alum_home")))
    assert "3 students would like to talk with you" in html or "Three students would like" in html
    asks = re.findall(r"Student N\d would like", html)
    assert (asks, len(filled(html))) == ([f"Student N{n} would like" for n in (2, 1, 0)], 1)


def test_who_has_replied_has_nothing_to_do(as_, asked, alum, student, at):
    arrive(at)
    InterviewRequest.objects.filter(pk=asked.pk).update(status="countered", turn="student")
    html = main(as_(alum).get(reverse("alum_home")))
    assert f"You replied to {student.called}" in html
    assert (filled(html), "would like" in html) == ([], False)


# --- what students took away ------------------------------------------------------------------------------------------


def test_only_what_students_gave_the_alum_stands_there(as_, alum, student, at):
    contact = world.contact(student, alum.name, alum=alum.alumni_profile)
    body = "Dear Ingrid,\n\nThank you for our talk. “Say no early” is on my wall.\n\nThe rest of it.\n\nAmira"
    talk = world.interview(student, contact, starts_at=at - timedelta(days=2), status="completed")
    ThankYou.objects.create(interview=talk, body=body, channel="rapport", sent_at=at - timedelta(hours=1))
    Debrief.objects.create(interview=talk, learned="secret lesson", quote="secret quote", finished_at=at)
    other = world.interview(student, contact, starts_at=at - timedelta(days=9), status="completed")
    ImpactNote.objects.create(interview=other, body="secret result", is_shared=False, written_at=at)
    html = main(as_(alum).get(reverse("alum_home")))
    took = re.search(r'<section aria-labelledby="took">.*?</section>', html, re.DOTALL)[0]
    assert "<p>“‘Say no early’ is on my wall.”</p>" in took
    assert ("The rest of it" in took, "Read the whole note" in took) == (True, True)
    assert "2 conversations so far." in words_of(took)
    assert "secret" not in html
    ImpactNote.objects.update(is_shared=True)
    html = main(as_(alum).get(reverse("alum_home")))
    assert ("secret result" in html, "1 student told you what it led to" in words_of(html)) == (True, True)


@pytest.mark.parametrize(
    ("body", "excerpt"),
    [
        ("Dear Ingrid,\n\nThank you.\n\nAmira", "Thank you."),
        ("Thank you for yesterday. I keep thinking about it.", "I keep thinking about it."),
        ("I keep thinking about it. Thank you. More.", "I keep thinking about it. Thank you. More."),
        ("Hello Ingrid,", "Hello Ingrid,"),
        ("", ""),
        ("word " * 100, ("word " * 47 + "word…")),
    ],
)
def test_an_excerpt_is_the_first_thing_said(body, excerpt):
    assert home_page._shortened(home_page._heart(body)) == excerpt


def test_the_newest_three_stand_open_and_the_rest_behind_one_line(as_, alum, student, at):
    contact = world.contact(student, alum.name, alum=alum.alumni_profile)
    for n in range(5):
        talk = world.interview(student, contact, starts_at=at - timedelta(days=n + 2), status="completed")
        ThankYou.objects.create(interview=talk, body=f"Note {n}.", channel="rapport", sent_at=at - timedelta(hours=1))
    html = main(as_(alum).get(reverse("alum_home")))
    before, _, behind = html.partition("Show 2 more")
    assert [before.count(f"Note {n}.") for n in range(5)] == [1, 1, 1, 0, 0]
    assert [behind.count(f"Note {n}.") for n in range(5)] == [0, 0, 0, 1, 1]


# --- how often they are asked, in one line ----------------------------------------------------------------------------


def line(as_, alum):
    html = main(as_(alum).get(reverse("alum_home")))
    return words_of(re.search(r'<span class="rp-oneline-text">.*?</span>', html, re.DOTALL)[0])


def change(as_, alum, **data):
    return as_(alum).post(reverse("alum_availability"), data)


def test_the_line_says_how_often_and_changes_it(as_, alum, at):
    assert line(as_, alum) == f"Open to 2 requests a month , 2 left in {times.month(at)}."
    assert change(as_, alum, monthly_cap="1", pause="").url == reverse("alum_home")
    assert line(as_, alum) == f"Open to 1 request a month , 1 left in {times.month(at)}."
    entry = AlumniProfile.objects.get(user=alum)
    assert (entry.monthly_cap, "monthly_cap" in entry.own_fields) == (1, True)


def test_leaving_the_number_as_it_is_keeps_the_offices(as_, alum):
    change(as_, alum, monthly_cap="2", pause="open")
    entry = AlumniProfile.objects.get(user=alum)
    assert (entry.monthly_cap, entry.is_paused, "monthly_cap" in entry.own_fields) == (None, True, False)
    assert "Requests are paused" in line(as_, alum)
    change(as_, alum, monthly_cap="2")  # the button “Resume requests”
    assert "Open to 2 requests" in line(as_, alum)


def test_a_pause_up_to_a_day_stands_in_the_form_again(as_, alum, at):
    day = (at + timedelta(days=20)).date()
    change(as_, alum, monthly_cap="2", pause="other", day=day.isoformat())
    assert f"paused until {times.long_day(day)}" in line(as_, alum)
    html = main(as_(alum).get(reverse("alum_home")))
    assert f'<option value="{day.isoformat()}" selected>' in html


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"monthly_cap": "99"},
        {"monthly_cap": "-1"},
        {"monthly_cap": "two"},
        {"monthly_cap": "1", "pause": "other", "day": "2001-01-01"},
        {"monthly_cap": "1", "pause": "other", "day": "next week"},
        {"monthly_cap": "1", "pause": "other", "day": ""},
        {"monthly_cap": "1", "pause": "2031-02-03"},
    ],
)
def test_what_makes_no_sense_is_said_where_it_was_typed(as_, alum, data):
    answer = change(as_, alum, **data)
    assert (answer.status_code, "rp-error" in answer.content.decode()) == (422, True)
    assert '<details class="rp-oneline-fold rp-mt-3" open>' in answer.content.decode()
    entry = AlumniProfile.objects.get(user=alum)
    assert (entry.monthly_cap, entry.is_paused, entry.paused_until) == (None, False, None)


@pytest.mark.parametrize(
    ("own", "office", "said"), [(0, 2, "limit is 0"), (5, 2, "Open to 2"), (None, 1, "Open to 1 ")]
)
def test_every_limit_there_can_be_has_a_line(as_, alum, own, office, said):
    Policy.now()
    Policy.objects.update(alum_monthly_cap=office)
    AlumniProfile.objects.update(monthly_cap=own)
    assert said in line(as_, alum)


# --- the first days, and the others -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("listing", "heading", "button"),
    [
        ("invited", "Tell students what they can ask you", ["/alum/profile/"]),
        ("hidden", "Tell students what they can ask you", ["/alum/profile/"]),
        ("resting", "Is your profile still right?", ["/alum/profile/"]),
        ("removed", "You’ve left the directory", []),
        ("listed", "What happens when a student asks", ["/alum/profile/"]),
    ],
)
def test_each_beginning_has_a_next_step(as_, alum, listing, heading, button):
    AlumniProfile.objects.update(listing=listing, quote="", happy_to_discuss="")
    html = main(as_(alum).get(reverse("alum_home")))
    assert (heading in html, filled(html)) == (True, button)
    assert ("rp-oneline-fold" in html) == (listing == "listed")


def test_a_request_comes_before_the_profile(as_, asked, alum, at):
    """Who is no longer in the directory may still be waited for."""
    arrive(at)
    AlumniProfile.objects.update(listing="hidden")
    html = main(as_(alum).get(reverse("alum_home")))
    assert (filled(html), "Write your profile" in html) == ([reverse("alum_request", args=[asked.pk])], True)


def test_who_is_also_a_coach_finds_the_other_role_there(as_, alum):
    assert "Your other role" not in main(as_(alum).get(reverse("alum_home")))
    roles.give(alum, Role.COACH)
    client = as_(alum)
    assert "Switch to coach" in main(client.get(reverse("alum_home")))
    page = client.post(reverse("switch_role"), {"role": "coach"}, follow=True)
    assert page.request["PATH_INFO"] == reverse("caseload")


def test_a_conversation_reads_on_both_clocks_and_says_where(as_, asked, alum, student, at):
    arrive(at)
    type(alum).objects.filter(pk=alum.pk).update(time_zone="Europe/Dublin", is_zone_chosen=True)
    contact = asked.contact
    talk = world.interview(student, contact, starts_at=at + timedelta(days=3))
    html = words_of(main(as_(type(alum).objects.get(pk=alum.pk)).get(reverse("alum_home"))))
    assert times.plain(times.span(talk.starts_at, talk.ends_at, "Europe/Dublin")) in html
    here = times.plain(times.span(talk.starts_at, talk.ends_at, student.zone))
    assert f"{here} for {student.first_name}" in html
