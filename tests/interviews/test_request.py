"""The student asks: open, write, send, take back, withdraw."""

import itertools
import re
from datetime import datetime, timedelta

import pytest
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from apps.accounts import times
from apps.accounts.models import User
from apps.alumni.actions import leave
from apps.alumni.models import AlumniProfile
from apps.interviews import actions, channels, composer
from apps.interviews.actions import preparing
from apps.interviews.forms import LeavingForm
from apps.interviews.letter import letter_of
from apps.interviews.models import Interview, InterviewRequest, TimeWindow
from apps.mail.models import OutboundMessage
from apps.network.models import Contact, Referral, Touch
from apps.policy.models import Policy
from apps.web import Refused
from tests import world
from tests.interviews import asking


@pytest.fixture
def at():
    return timezone.now()


@pytest.fixture
def draft(student, alum, at):
    return asking.draft(student, alum, at)


def page(client, asked):
    return client.get(asked.get_absolute_url()).content.decode()


def form_of(asked, **changes):
    names = ("subject", "part_who", "part_connection", "part_why", "part_ask", "goals", "minutes")
    data = {name: getattr(asked, name) for name in names} | {"formats": asked.formats, "version": asked.version}
    return data | {"wants_review": ""} | changes


# --- opening ----------------------------------------------------------------------------------------------------------


def test_asking_makes_one_draft_a_contact_and_the_alums_account(as_, student):
    entry = world.alum_profile("Yuki Tanabe")
    client = as_(student)
    first = client.post(reverse("ask", args=[entry.pk]))
    second = client.post(reverse("ask", args=[entry.pk]))
    asked = InterviewRequest.objects.get()
    assert (first.url, second.url) == (asked.get_absolute_url(), asked.get_absolute_url())
    assert (asked.status, asked.contact.alum, asked.student) == ("draft", entry, student)
    entry.refresh_from_db()
    assert (entry.user.email, entry.user.roles, entry.user.has_usable_password()) == (entry.email, ["alum"], False)
    assert asked.part_who == "I’m Amira Haddad, a student in public health at Tamarack."
    assert "First, look for five minutes" in page(client, asked)


def test_three_lines_or_a_reason_open_the_letter(as_, student):
    entry, client = world.alum_profile("Yuki Tanabe"), as_(student)
    client.post(reverse("ask", args=[entry.pk]))
    asked = InterviewRequest.objects.get()
    url, lines = reverse("request_research", args=[asked.pk]), {"about_person": "Maps wells", "about_field": "New law"}
    half = client.post(url, lines)
    assert half.status_code == 422
    assert "One line is enough" in half.content.decode()
    assert 'value="Maps wells"' in half.content.decode()
    with pytest.raises(Refused, match="three lines"):
        actions.press_send(asked, by=student, now=timezone.now())
    assert client.post(url, lines | {"about_organization": "Two labs"}).url == asked.get_absolute_url()
    assert "Ask Yuki Tanabe" in page(client, asked)
    assert "Two labs" in page(client, asked)
    asked.refresh_from_db()
    assert (asked.wants_research, asked.about_person, asked.about_organization) == (False, "Maps wells", "Two labs")


def test_the_three_lines_are_met_again_in_the_plan(student, alum, at):
    talk = asking.agreed(student, alum, at)
    InterviewRequest.objects.update(about_person="Maps wells", about_organization="Two labs", about_field="New law")
    plan = preparing.plan_of(Interview.objects.get(pk=talk.pk))
    assert (plan.about_person, plan.about_organization, plan.about_field) == ("Maps wells", "Two labs", "New law")


def ask_outside(client, contact):
    """Open a draft to somebody of the network, and go without the three lines."""
    client.post(reverse("ask_contact", args=[contact.pk]))
    asked = InterviewRequest.objects.get()
    client.post(reverse("request_research", args=[asked.pk]), {"skipped_because": "She taught me"})
    return asked


def test_asking_finds_the_account_of_a_student_who_is_an_alum_too(as_, student, other_student):
    entry = world.alum_profile("Tomasz Wilk", email=other_student.email.upper())
    as_(student).post(reverse("ask", args=[entry.pk]))
    entry.refresh_from_db()
    assert entry.user == other_student
    assert sorted(User.objects.get(pk=other_student.pk).roles) == ["alum", "student"]


def test_a_person_who_was_suggested_by_name_becomes_the_same_contact(as_, student):
    entry = world.alum_profile("Yuki Tanabe")
    yuki = world.contact(student, "Yuki Tanabe", relation="referred")
    referral = world.referral(world.contact(student), yuki, name_permission="yes")
    as_(student).post(reverse("ask", args=[entry.pk]))
    asked = InterviewRequest.objects.get()
    assert (asked.contact, asked.referral) == (yuki, referral)
    assert Contact.objects.filter(student=student, name="Yuki Tanabe").count() == 1


def test_an_alum_who_pauses_is_not_asked(as_, student, alum):
    alum.alumni_profile.is_paused = True
    alum.alumni_profile.save()
    answer = as_(student).post(reverse("ask", args=[alum.alumni_profile.pk]), follow=True)
    assert not InterviewRequest.objects.exists()
    assert "takes no requests at the moment" in answer.content.decode()


@pytest.mark.parametrize(
    ("known", "silent", "channel"),
    [({"email": "i@home.example"}, False, "email"), ({}, False, None), ({"phone": "1"}, True, None)],
)
def test_who_left_the_directory_is_asked_at_the_students_own_address(as_, student, alum, known, silent, channel):
    entry = alum.alumni_profile
    contact = world.contact(student, "Ingrid Solheim", alum=entry, **known)
    leave(entry)
    AlumniProfile.objects.filter(pk=entry.pk).update(is_do_not_contact=silent)
    client = as_(student)
    assert "Ask for a conversation" in client.get(contact.get_absolute_url()).content.decode()
    answer = client.post(reverse("ask_contact", args=[contact.pk]), follow=True)
    assert [(asked.alum, asked.channel) for asked in InterviewRequest.objects.all()] == [(None, channel)] * bool(
        channel
    )
    assert ("not in the directory any more" in answer.content.decode()) == (not channel)


# --- writing ----------------------------------------------------------------------------------------------------------


def test_the_composer_shows_the_letter_as_it_arrives(as_, student, draft, at):
    shown = page(as_(student), draft)
    actions.send(draft, by=student, now=at)
    letter = asking.mail("request_sent_to_alum")
    for paragraph in draft.parts:
        assert paragraph.replace("’", "’") in shown
        assert paragraph in letter.html
    assert "These times would suit me, shown in Dublin time:" in shown
    assert letter.subject == draft.subject
    assert letter.from_name == "Amira Haddad via Tamarack Career Office"
    assert letter.reply_to == student.email


def test_autosave_keeps_what_changed_and_nothing_else(as_, student, draft):
    answer = as_(student).post(
        reverse("request_save", args=[draft.pk]),
        {"part_ask": "Could I have 20 minutes?", "version": draft.version},
        headers={"X-Autosave": "1"},
    )
    assert answer.json() == {"version": draft.version + 1}
    fresh = InterviewRequest.objects.get()
    assert (fresh.part_ask, fresh.part_why) == ("Could I have 20 minutes?", draft.part_why)


def test_an_unticked_last_format_is_saved_as_none(as_, student, draft):
    as_(student).post(
        reverse("request_save", args=[draft.pk]),
        {"formats": "", "version": draft.version},
        headers={"X-Autosave": "1"},
    )
    assert InterviewRequest.objects.get().formats == []


def test_a_stale_version_shows_both_texts_and_overwrites_nothing(as_, student, draft):
    client, url = as_(student), reverse("request_save", args=[draft.pk])
    client.post(url, {"part_why": "The newer text.", "version": 1}, headers={"X-Autosave": "1"})
    answer = client.post(url, {"part_why": "The older text.", "version": 1}, headers={"X-Autosave": "1"})
    assert answer.status_code == 409
    assert "The newer text." in answer.content.decode()
    assert "The older text." in answer.content.decode()
    assert InterviewRequest.objects.get().part_why == "The newer text."


def test_the_preview_shows_unsaved_words_and_saves_nothing(as_, student, draft):
    answer = as_(student).post(
        reverse("request_preview", args=[draft.pk]),
        form_of(draft, part_why="Are there any openings at Corvane?"),
        headers={"HX-Request": "true"},
    )
    shown = answer.content.decode()
    assert "reads like asking for a job" in shown
    assert '<mark class="rp-lint">Are there any openings at Corvane?</mark>' in shown
    assert 'id="hints-why" hx-swap-oob' in shown
    assert "<html" not in shown
    assert InterviewRequest.objects.get().part_why == draft.part_why


def test_a_time_is_added_changed_and_removed_and_the_words_are_kept(as_, student, draft, at):
    client, url = as_(student), reverse("request_times", args=[draft.pk])
    day = (at + timedelta(days=9)).date().isoformat()
    data = form_of(draft, goals="Learn the work.") | {"new-day": day, "new-starts": "09:00", "new-ends": "10:30"}
    client.post(url, data | {"add": "1"})
    added = TimeWindow.objects.order_by("-pk").first()
    assert InterviewRequest.objects.get().goals == "Learn the work."
    assert (added.ends_at - added.starts_at, added.zone) == (timedelta(minutes=90), "America/Chicago")
    fresh = InterviewRequest.objects.get()
    names = {f"w{added.pk}-day": day, f"w{added.pk}-starts": "11:00", f"w{added.pk}-ends": "12:00"}
    client.post(url, form_of(fresh) | names | {"change": added.pk})
    changed = TimeWindow.objects.order_by("-pk").first()
    assert (changed.ends_at - changed.starts_at, draft.windows.count()) == (timedelta(hours=1), 4)
    client.post(url, form_of(InterviewRequest.objects.get()) | {"remove": changed.pk})
    assert draft.windows.count() == 3


TOO_LONG = "word " * 286  # 1430 characters, where 1200 fit


@pytest.mark.parametrize(
    ("name", "pressed"),
    [
        ("request_save", {}),
        ("request_send", {}),
        ("request_hint", {"keep": "job:0"}),
        ("request_times", {"add": "1", "new-day": "2030-05-06", "new-starts": "09:10", "new-ends": "10:20"}),
        ("request_mark_sent", {"channel": "phone"}),
    ],
)
def test_words_that_cannot_be_saved_are_shown_again_and_nothing_else_happens(as_, student, draft, name, pressed):
    data = form_of(draft, part_why=TOO_LONG, goals="Mine too.", minutes=45) | {"leaves": "later", **pressed}
    answer = as_(student).post(reverse(name, args=[draft.pk]), data)
    asked, shown = InterviewRequest.objects.get(), answer.content.decode()
    assert (answer.status_code, asked.status, asked.part_why, asked.goals) == (422, "draft", draft.part_why, "")
    assert f">{TOO_LONG}</textarea>" in shown
    assert ">Mine too.</textarea>" in shown
    assert 'value="45" id="minutes-45" checked' in shown
    assert 'name="leaves" value="later" checked' in shown
    assert all(f'value="{typed}"' in shown for field, typed in pressed.items() if field.startswith("new-"))
    assert asked.windows.count() == 3


def test_a_line_break_counts_once_as_the_browser_counts_it(as_, student, draft):
    lines = "\n".join(["word " * 9 + "end"] * 24)
    text = lines + "x" * (1200 - len(lines))
    client, url = as_(student), reverse("request_send", args=[draft.pk])
    assert client.post(url, form_of(draft, part_why=text.replace("\n", "\r\n"))).status_code == 302
    assert InterviewRequest.objects.get().part_why == text


@pytest.mark.parametrize("name", ["request_send", "request_mark_sent", "request_hint", "request_times"])
def test_no_button_writes_over_what_another_window_saved(as_, student, draft, name):
    InterviewRequest.objects.update(part_why="The newer text.", version=7)
    data = form_of(draft, part_why="The older text.") | {"channel": "phone", "keep": "x", "remove": "1"}
    answer = as_(student).post(reverse(name, args=[draft.pk]), data)
    assert answer.status_code == 409
    assert "The newer text." in answer.content.decode()
    assert "The older text." in answer.content.decode()
    assert InterviewRequest.objects.get().status == "draft"


def test_a_time_to_leave_that_is_refused_stays_in_its_fields(as_, student, draft, at):
    far = times.local_time(at + timedelta(days=40), student.time_zone).date().isoformat()
    data = form_of(draft) | {"leaves": "later", "leaves_day": far, "leaves_time": "09:10"}
    answer = as_(student).post(reverse("request_send", args=[draft.pk]), data)
    assert answer.status_code == 409
    assert "within two weeks" in answer.content.decode()
    assert f'value="{far}"' in answer.content.decode()


def test_a_suggested_sentence_takes_the_place_of_mine(as_, student, draft):
    job = "I would also love to hear about openings at Corvane."
    InterviewRequest.objects.update(part_why=f"You went to Corvane Medical. {job}")
    asked = InterviewRequest.objects.get()
    client, hint = as_(student), hint_of(asked, "job")
    client.post(reverse("request_hint", args=[asked.pk]), form_of(asked) | {"use": hint.key})
    assert InterviewRequest.objects.get().part_why == f"You went to Corvane Medical. {hint.suggestion}"


def test_keep_mine_silences_a_hint_until_the_sentence_changes(as_, student, draft):
    InterviewRequest.objects.update(part_why="Are there any openings at Corvane?")
    asked = InterviewRequest.objects.get()
    as_(student).post(reverse("request_hint", args=[asked.pk]), form_of(asked) | {"keep": hint_of(asked, "job").key})
    assert hint_of(InterviewRequest.objects.get(), "job") is None
    InterviewRequest.objects.update(part_why="Are there any openings at Corvane now?")
    assert hint_of(InterviewRequest.objects.get(), "job") is not None


def hint_of(asked, name):
    return next((h for h in composer.hints(composer.read(asked, timezone.now())) if h.name == name), None)


# --- sending ----------------------------------------------------------------------------------------------------------


def test_send_leaves_after_five_minutes_and_can_be_taken_back(as_, student, draft, at):
    client = as_(student)
    client.post(reverse("request_send", args=[draft.pk]), form_of(draft))
    asked, letter = InterviewRequest.objects.get(), asking.mail("request_sent_to_alum")
    assert asked.status == "sent"
    assert letter.due_at - asked.sent_at == timedelta(minutes=5)
    assert "Until then you can take it back" in page(client, asked)
    client.post(reverse("request_take_back", args=[asked.pk]))
    asked.refresh_from_db()
    letter.refresh_from_db()
    assert (asked.status, asked.sent_at, letter.state) == ("draft", None, "cancelled")
    assert not Touch.objects.exists()
    client.post(reverse("request_send", args=[draft.pk]), form_of(asked))
    assert OutboundMessage.objects.filter(kind="request_sent_to_alum", state="pending").count() == 1


def test_what_has_left_cannot_be_taken_back(student, draft, at):
    asked = actions.send(draft, by=student, now=at)
    OutboundMessage.objects.update(state="sent", sent_at=at)
    with pytest.raises(Refused, match="left already"):
        actions.take_back(asked, by=student, now=at)
    assert InterviewRequest.objects.get().status == "sent"


def test_the_deadline_is_the_earlier_of_policy_and_the_last_time_offered(student, draft, at):
    asked = actions.send(draft, by=student, now=at)
    last = max(window.ends_at for window in draft.windows.all())
    assert asked.deadline_at == last - timedelta(minutes=20)
    Policy.objects.update(answer_days=2)
    actions.take_back(asked, by=student, now=at)
    assert actions.send(asked, by=student, now=at).deadline_at == at + timedelta(days=2)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"part_why": ""}, "Say why you chose"),
        ({"part_who": " "}, "Say who you are"),
        ({"subject": ""}, "Give it a subject"),
        ({"part_ask": "Could I have [20] minutes?"}, "still waits for your own words"),
        ({"formats": []}, "Choose how you can talk"),
    ],
)
def test_what_is_missing_is_not_sent(student, draft, at, changes, sentence):
    InterviewRequest.objects.update(**changes)
    with pytest.raises(Refused, match=sentence):
        actions.send(InterviewRequest.objects.get(), by=student, now=at)
    assert not OutboundMessage.objects.exists()


def test_nothing_is_an_error_before_it_was_sent_and_then_each_is_shown_at_its_place(as_, student, draft):
    InterviewRequest.objects.update(part_why="", part_ask="Could I have [20] minutes?", formats=[])
    asked, client = InterviewRequest.objects.get(), as_(student)
    before = page(client, asked)
    assert ("rp-brick" in before, "rp-note-brick" in before, "Say why you chose" in before) == (False, False, True)
    answer = client.post(reverse("request_send", args=[asked.pk]), form_of(asked))
    after = answer.content.decode()
    places = [place for place, _ in answer.context["to_mend"]]
    assert (answer.status_code, places) == (422, ["id_part_why", "id_part_ask", "format-video"])
    assert all(f'href="#{place}"' in after and f'id="{place}"' in after for place in places)
    assert "Three things to mend before this can go" in after
    assert InterviewRequest.objects.get().status == "draft"


def test_what_was_refused_stays_marked_while_it_is_mended(as_, student, draft):
    InterviewRequest.objects.update(part_why="")
    url = reverse("request_preview", args=[draft.pk])
    quiet, marked = (
        as_(student).post(url, form_of(draft, part_why="") | more).content.decode() for more in ({}, {"tried": "1"})
    )
    assert ("rp-brick" in quiet, "rp-brick" in marked) == (False, True)


def test_fewer_than_three_times_ahead_are_not_sent(student, draft, at):
    draft.windows.order_by("starts_at").last().delete()
    with pytest.raises(Refused, match="at least three times"):
        actions.send(draft, by=student, now=at)


@pytest.mark.parametrize("permission", ["no", "not_asked", "intro_first", None])
def test_nobody_is_named_without_their_leave(student, draft, at, permission):
    yuki = world.contact(student, "Yuki Tanabe")
    if permission:
        world.referral(yuki, draft.contact, name_permission=permission)
    InterviewRequest.objects.update(part_connection="Yuki Tanabe told me about you.")
    with pytest.raises(Refused, match="You name Yuki Tanabe"):
        actions.send(InterviewRequest.objects.get(), by=student, now=at)


def test_with_leave_the_name_is_a_warm_start(as_, student, draft, at):
    yuki = world.contact(student, "Yuki Tanabe")
    InterviewRequest.objects.update(part_connection="Yuki Tanabe told me about you.")
    asked, client = InterviewRequest.objects.get(), as_(student)
    client.post(reverse("request_hint", args=[asked.pk]), form_of(asked) | {"allow": yuki.pk})
    assert Referral.objects.get().name_permission == "yes"
    assert "A warm start. Yuki did say yes to this." in page(client, asked)
    assert actions.send(InterviewRequest.objects.get(), by=student, now=at).status == "sent"


def test_the_story_names_the_coach(as_, student, draft, coach, at):
    actions.submit(draft, by=student, now=at)
    assert f"You gave it to {coach.first_name}" in page(as_(student), draft)


def test_a_time_is_read_on_both_clocks_only_where_they_differ(as_, student, draft):
    on_their_clock = re.compile(
        "(?<!easier) for them"
    )  # a hint, at some hours of some days, says what is easier for them
    assert len(on_their_clock.findall(page(as_(student), draft))) == 3
    draft.alum.time_zone = student.time_zone
    draft.alum.save()
    assert on_their_clock.findall(page(as_(student), draft)) == []


def test_the_open_cap_holds(student, at):
    Policy.now()
    Policy.objects.update(student_open_cap=1)
    asking.sent(student, world.alum("Ada One"), at)
    second = asking.draft(student, world.alum("Ben Two"), at)
    with pytest.raises(Refused, match="1 requests open"):
        actions.send(second, by=student, now=at)


def test_withdraw_asks_first_and_tells_the_alum_only_what_they_have_seen(as_, student, draft, at):
    asked, client = actions.send(draft, by=student, now=at), as_(student)
    url = reverse("request_withdraw", args=[asked.pk])
    assert "Withdraw your request" in client.get(url).content.decode()
    OutboundMessage.objects.update(state="sent", sent_at=at)
    client.post(url)
    client.post(url)
    assert InterviewRequest.objects.get().status == "withdrawn"
    assert asking.mail("request_withdrawn").recipient == asked.alum.user.email


def test_withdrawn_before_it_left_the_alum_hears_nothing(student, draft, at):
    actions.withdraw(actions.send(draft, by=student, now=at), by=student, now=at)
    assert [m.state for m in OutboundMessage.objects.all()] == ["cancelled"]


def test_a_draft_is_thrown_away_after_a_question(as_, student, draft):
    client, url = as_(student), reverse("request_discard", args=[draft.pk])
    client.get(url)
    assert InterviewRequest.objects.exists()
    client.post(url)
    assert not InterviewRequest.objects.exists()


# --- outside the directory --------------------------------------------------------------------------------------------


def test_somebody_outside_the_directory_is_asked_and_the_time_typed_in(as_, student, at):
    helen, client = world.contact(student, "Helen Varga"), as_(student)
    asking.no_review()
    asked = ask_outside(client, helen)
    data = form_of(asked, part_why="Your lectures.", part_ask="20 minutes?")
    assert "I sent it" in page(client, asked)
    client.post(reverse("request_mark_sent", args=[asked.pk]), data | {"channel": "linkedin"})
    asked.refresh_from_db()
    assert (asked.status, asked.channel) == ("sent", "linkedin")
    assert not OutboundMessage.objects.exists()
    day = (at + timedelta(days=4)).date().isoformat()
    client.post(reverse("request_arrange", args=[asked.pk]), {"day": day, "at": "15:00", "format": "phone"})
    asked.refresh_from_db()
    assert (asked.status, asked.interview.format, asked.interview.taken_times.count()) == ("accepted", "phone", 1)
    assert asking.mail("interview_scheduled").recipient == student.email


def test_an_agreed_time_that_clashes_stays_in_its_fields(as_, student, alum, at):
    talk, client = asking.agreed(student, alum, at), as_(student)
    asked = actions.open_outside(world.contact(student, "Helen Varga"), by=student)
    InterviewRequest.objects.filter(pk=asked.pk).update(
        part_why="Your lectures.", part_ask="20 minutes?", wants_research=False
    )
    asked.refresh_from_db()
    actions.mark_sent(asked, by=student, now=at, channel="phone")
    local = times.local_time(talk.starts_at, student.time_zone)
    data = {"day": local.date().isoformat(), "at": f"{local:%H:%M}", "format": "in_person", "place": "Room 4"}
    answer = client.post(reverse("request_arrange", args=[asked.pk]), data)
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert all(f'value="{typed}"' in shown for typed in data.values())
    assert re.search(r'value="in_person"[^>]* checked', shown)


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "0001-01-02", "2020-05-06", "2098-05-06"])
@pytest.mark.parametrize("name", ["request_arrange", "request_mark_sent", "request_times", "request_send"])
def test_a_day_far_out_is_refused_where_it_was_typed(as_, student, draft, at, name, day):
    asked, client = draft, as_(student)
    if name in ("request_arrange", "request_mark_sent"):
        asked = actions.open_outside(world.contact(student, "Helen Varga"), by=student)
        ready = {"part_why": "Your lectures.", "part_ask": "20 minutes?", "wants_research": False}
        InterviewRequest.objects.filter(pk=asked.pk).update(**ready)
        asked.refresh_from_db()
    if name == "request_arrange":
        actions.mark_sent(asked, by=student, now=at, channel="phone")
    data = {"day": day, "at": "15:00", "channel": "phone", "format": "phone", "leaves": "later"}
    data |= {"new-day": day, "new-starts": "09:00", "new-ends": "10:00", "leaves_day": day, "leaves_time": "09:00"}
    answer = client.post(reverse(name, args=[asked.pk]), data)
    assert (answer.status_code in (409, 422), f'value="{day}"' in answer.content.decode()) == (True, True)
    assert not Interview.objects.exists()


def test_a_talk_of_last_week_can_be_noted(as_, student, at):
    asked = actions.open_outside(world.contact(student, "Helen Varga"), by=student)
    InterviewRequest.objects.update(part_why="Your lectures.", part_ask="20 minutes?", wants_research=False)
    asked.refresh_from_db()
    actions.mark_sent(asked, by=student, now=at, channel="in_person")
    day = (at - timedelta(days=7)).date().isoformat()
    client = as_(student)
    client.post(reverse("request_arrange", args=[asked.pk]), {"day": day, "at": "15:00", "format": "in_person"})
    assert Interview.objects.get().starts_at < at


@pytest.fixture
def outside(student, at):
    """A request to Helen, outside the directory, that the student sent."""
    asking.no_review()
    asked = actions.open_outside(world.contact(student, "Helen Varga"), by=student)
    InterviewRequest.objects.update(part_why="Your lectures.", part_ask="20 minutes?", wants_research=False)
    asked.refresh_from_db()
    return actions.mark_sent(asked, by=student, now=at, channel="email")


def test_outside_the_directory_nothing_is_promised_in_rapports_name(as_, student, outside):
    shown = page(as_(student), outside)
    assert "Their answer comes to you; write it down here." in shown
    assert "one friendly line is welcome" in shown
    for false in ("It is with Helen", "We remind", "You hear from us", "Helen answers"):
        assert false not in shown


def test_a_mistaken_i_sent_it_is_taken_back(as_, student, outside):
    client = as_(student)
    assert "I have not sent it after all" in page(client, outside)
    answer = client.post(reverse("request_take_back", args=[outside.pk]), follow=True)
    assert "It does not count as asked." in answer.content.decode()
    assert (InterviewRequest.objects.get().status, Touch.objects.exists()) == ("draft", False)


def test_withdraw_says_who_hears_of_it(as_, student, coach, draft, at):
    client, url = as_(student), reverse("request_withdraw", args=[draft.pk])
    said = lambda: client.get(url).content.decode()  # noqa: E731
    student.student_profile.coach = coach
    student.student_profile.save()
    InterviewRequest.objects.update(wants_review=True)
    draft.refresh_from_db()
    actions.press_send(draft, by=student, now=at)
    assert "never hears of it. Your coach need not read it any more." in said()
    actions.reclaim(draft, by=student, now=at)
    actions.send(draft, by=student, now=at)
    assert "It has not left, so Ingrid never hears of it." in said()
    InterviewRequest.objects.update(leaves_at=at - timedelta(minutes=1))
    assert "Ingrid gets a short note" in said()


def test_withdraw_outside_tells_nobody(as_, student, outside):
    shown = as_(student).get(reverse("request_withdraw", args=[outside.pk])).content.decode()
    assert "tell Helen yourself in a line" in shown
    assert "short note" not in shown


def test_the_others_are_counted(as_, student, draft, at):
    world.alum_profile("Yuki Tanabe")
    actions.send(draft, by=student, now=at)
    actions.withdraw(draft, by=student, now=at)
    assert "One other who may know as much" in page(as_(student), draft)


def test_a_time_agreed_in_the_corridor_needs_no_letter(as_, student, at):
    helen, client = world.contact(student, "Helen Varga"), as_(student)
    client.post(reverse("ask_contact", args=[helen.pk]))
    asked = InterviewRequest.objects.get()
    url = reverse("request_agreed", args=[asked.pk])
    assert f'href="{url}"' in page(client, asked)
    assert "When do you talk with Helen?" in client.get(url).content.decode()
    half = client.post(url, {"at": "15:10", "format": "phone", "place": "Room 4"})
    assert half.status_code == 422
    assert all(f'value="{typed}"' in half.content.decode() for typed in ("15:10", "Room 4"))
    day = (at + timedelta(days=4)).date().isoformat()
    answer = client.post(url, {"day": day, "at": "15:10", "format": "in_person", "place": "Room 4"})
    talk, asked = Interview.objects.get(), InterviewRequest.objects.get()
    assert answer.url == talk.get_absolute_url()
    assert (talk.request, talk.format, talk.place, talk.taken_times.count()) == (asked, "in_person", "Room 4", 1)
    assert (asked.status, asked.channel) == ("accepted", "in_person")
    assert [event.event for event in asked.events.order_by("pk")] == ["send", "arrange"]
    assert asking.mail("interview_scheduled").recipient == student.email
    assert client.get(talk.get_absolute_url()).status_code == 200
    story = page(client, asked)
    assert "You asked" in story
    assert "You sent it" not in story


def test_a_time_that_is_taken_agrees_on_nothing(as_, student, alum, at):
    talk, client = asking.agreed(student, alum, at), as_(student)
    asked = actions.open_outside(world.contact(student, "Helen Varga"), by=student)
    local = times.local_time(talk.starts_at, student.time_zone)
    data = {"day": local.date().isoformat(), "at": f"{local:%H:%M}", "format": "phone", "place": "Room 4"}
    answer = client.post(reverse("request_agreed", args=[asked.pk]), data)
    assert (answer.status_code, 'value="Room 4"' in answer.content.decode()) == (409, True)
    asked.refresh_from_db()
    assert (asked.status, asked.sent_at) == ("draft", None)


def test_it_is_shown_in_five_ways_with_the_advised_one_first(as_, student):
    helen = world.contact(student, "Helen Varga", email="helen@lab.example", relation="professor")
    client = as_(student)
    ask_outside(client, helen)
    InterviewRequest.objects.update(
        subject="A question & a map", part_why="Your lectures on wells.", part_ask="Could I have 20 minutes?"
    )
    answer = client.get(InterviewRequest.objects.get().get_absolute_url())
    ways = answer.context["renderings"]
    assert [way.key for way in ways] == ["email", "linkedin_note", "linkedin", "text", "phone"]
    email, note, _, _, phone = ways
    assert email.link.startswith("mailto:helen@lab.example?subject=A%20question%20%26%20a%20map&body=Dear%20Helen%2C")
    assert note.text == (
        "Hello Helen, I’m Amira Haddad, a student in public health at Tamarack. Your lectures on wells. "
        "Could I have 20 minutes? With thanks, Amira"
    )
    assert (note.count, note.is_too_long) == (len(note.text), False)
    assert [words for _, words in phone.steps][2:4] == ["Your lectures on wells.", "Could I have 20 minutes?"]
    assert f"{note.count} of 300 characters" in answer.content.decode()


@pytest.mark.parametrize(
    ("known", "best"),
    [
        ({"email": "h@lab.example", "phone": "1", "linkedin": "https://linkedin.example/h"}, "email"),
        ({"phone": "1", "relation": "friend"}, "text"),
        ({"phone": "1", "relation": "professor"}, "phone"),
        ({"linkedin": "https://linkedin.example/h"}, "linkedin_note"),
        ({}, "email"),
    ],
)
def test_the_channel_is_advised_by_what_is_known(student, known, best):
    assert channels.advised(world.contact(student, "Helen Varga", **known)) == best


def test_a_long_draft_makes_a_note_that_fits(as_, student):
    helen, client = world.contact(student, "Helen Varga"), as_(student)
    ask_outside(client, helen)
    long = "I read your book on wells and wondered for a week how you knew where to dig the first of them. "
    InterviewRequest.objects.update(part_connection=long, part_why=long * 3, part_ask="Could I have 20 minutes?")
    ways = client.get(InterviewRequest.objects.get().get_absolute_url()).context["renderings"]
    note = next(way for way in ways if way.key == "linkedin_note")
    assert note.count <= 300
    assert "Could I have 20 minutes?" in note.text


PART_TEXTS = {
    "part_who": "I’m Amira, a junior.",
    "part_connection": "Ingrid told me of you.",
    "part_why": "Your lectures on wells.",
    "part_ask": "Could I have 20 minutes?",
}


@pytest.mark.parametrize("empty", [names for n in range(5) for names in itertools.combinations(PART_TEXTS, n)])
def test_whichever_parts_are_empty_the_draft_is_shown_in_five_ways(student, empty):
    asked = actions.open_outside(world.contact(student, "Helen Varga"), by=student)
    for name, text in PART_TEXTS.items():
        setattr(asked, name, "" if name in empty else text)
    ways = channels.renderings(asked, letter_of(asked, [], university="Tamarack"))
    note = next(way for way in ways if way.key == "linkedin_note")
    left = [text for name, text in PART_TEXTS.items() if name not in empty]
    assert note.text == " ".join(["Hello Helen,", *left, "With thanks, Amira"]).strip()


def test_an_empty_draft_to_somebody_outside_opens(as_, student):
    client = as_(student)
    asked = ask_outside(client, world.contact(student, "Helen Varga"))
    client.post(reverse("request_save", args=[asked.pk]), {"part_who": "", "version": asked.version})
    assert client.get(asked.get_absolute_url()).status_code == 200


def test_a_note_of_long_sentences_is_cut_at_its_limit(student):
    asked = actions.open_outside(world.contact(student, "Helen Varga", email="h@lab.example"), by=student)
    asked.part_who = f"I’m Amira, {'who studies wells and maps, ' * 6}at Tamarack."
    asked.part_ask = f"Could I have 20 minutes {'or a little less if that suits you ' * 9}?"
    ways = {way.key: way for way in channels.renderings(asked, letter_of(asked, [], university="Tamarack"))}
    assert [(ways[key].limit, ways[key].is_too_long) for key in ("linkedin_note", "text")] == [
        (300, False),
        (320, False),
    ]
    assert ways["linkedin_note"].text.startswith("Hello Helen, Could I have 20 minutes or a little less")
    assert ways["linkedin_note"].text.endswith("… With thanks, Amira")
    assert "Dear%20Helen%2C%0D%0A%0D%0A" in ways["email"].link


@pytest.mark.parametrize(
    ("channel", "hello"),
    [("email", "Dear Helen,\n\nI’m"), ("linkedin", "Hello Helen,\n\nI’m"), ("text", "Hello Helen, I’m")],
)
def test_the_words_are_kept_as_they_went(student, at, channel, hello):
    asking.no_review()
    asked = actions.open_outside(world.contact(student, "Helen Varga"), by=student)
    InterviewRequest.objects.update(part_why="Your lectures.", part_ask="20 minutes?", wants_research=False)
    asked.refresh_from_db()
    actions.mark_sent(asked, by=student, now=at, channel=channel)
    assert InterviewRequest.objects.get().sent_text.startswith(hello)


def test_i_sent_it_takes_an_earlier_time_and_counts_from_it(as_, student, at):
    helen, client = world.contact(student, "Helen Varga"), as_(student)
    asking.no_review()
    asked = ask_outside(client, helen)
    url = reverse("request_mark_sent", args=[asked.pk])
    data = form_of(asked, part_why="Your lectures.", part_ask="20 minutes?") | {"channel": "text"}
    local = times.local_time(at - timedelta(days=2), student.time_zone)
    ahead = times.local_time(at + timedelta(days=2), student.time_zone)
    half = client.post(url, data | {"day": local.date().isoformat()})
    assert half.status_code == 422
    assert "Give both the day and the time" in half.content.decode()
    data["version"] = InterviewRequest.objects.get().version
    early = client.post(url, data | {"day": ahead.date().isoformat(), "at": "09:00"})
    assert (early.status_code, f'value="{ahead.date().isoformat()}"' in early.content.decode()) == (409, True)
    assert 'value="text" id="channel-text" checked' in early.content.decode()
    assert InterviewRequest.objects.get().status == "draft"
    data["version"] = InterviewRequest.objects.get().version
    client.post(url, data | {"day": local.date().isoformat(), "at": f"{local:%H:%M}"})
    asked.refresh_from_db()
    assert (asked.status, asked.sent_at) == ("sent", local.replace(second=0, microsecond=0))
    assert asked.deadline_at == asked.sent_at + timedelta(days=14)


# --- a time to leave --------------------------------------------------------------------------------------------------


def later(draft, moment):
    local = times.local_time(moment, draft.alum.time_zone)
    return {"leaves": "later", "leaves_day": local.date().isoformat(), "leaves_time": f"{local:%H:%M}"}


def test_it_leaves_at_a_time_of_the_alums_day_and_can_be_taken_back_until_then(as_, student, draft, at):
    client, monday = as_(student), (at + timedelta(days=1)).replace(hour=15, minute=30, second=0, microsecond=0)
    client.post(reverse("request_send", args=[draft.pk]), form_of(draft) | later(draft, monday))
    asked, letter = InterviewRequest.objects.get(), asking.mail("request_sent_to_alum")
    assert (asked.status, asked.leaves_at, asked.sent_at, letter.due_at) == ("sent", monday, monday, monday)
    shown = page(client, asked)
    assert (
        f"It leaves on {times.day(monday, 'Europe/Dublin')}, {times.clock(monday, 'Europe/Dublin')} in Dublin" in shown
    )
    assert f"({times.clock(monday, student.time_zone)} for you)" in shown
    assert not InterviewRequest.objects.visible_to(asked.alum.user).exists()
    client.post(reverse("request_take_back", args=[asked.pk]))
    asked.refresh_from_db()
    assert (asked.status, asked.send_at, asked.leaves_at) == ("draft", monday, None)
    assert "Chosen: " in page(client, asked)
    client.post(reverse("request_send", args=[asked.pk]), form_of(asked) | {"leaves": ""})
    asked.refresh_from_db()
    assert (asked.send_at, asked.leaves_at - asked.sent_at) == (None, timedelta(minutes=5))


def _chosen(student, draft, at):
    """Send a letter that leaves tomorrow."""
    asking.no_review()
    return actions.press_send(draft, by=student, now=at, send_at=at + timedelta(days=1))


def test_a_letter_stays_here_when_the_alum_pauses_before_its_time(as_, student, draft, at):
    asked = _chosen(student, draft, at)
    AlumniProfile.objects.filter(pk=asked.alum_id).update(is_paused=True)
    actions.clock(asked.leaves_at - timedelta(minutes=2))
    assert InterviewRequest.objects.get().status == "sent"
    actions.clock(asked.leaves_at - timedelta(minutes=1))
    asked.refresh_from_db()
    assert (asked.status, asked.sent_at, asked.leaves_at, asked.deadline_at) == ("draft", None, None, None)
    assert asking.mail("request_sent_to_alum").state == "cancelled"
    assert "takes no requests at the moment" in asking.mail("request_held_back").text
    assert not Touch.objects.exists()
    assert asked.parts[0] in page(as_(student), asked)


def test_the_month_fills_up_before_a_letter_leaves(student, other_student, draft, at):
    asked = _chosen(student, draft, at)
    AlumniProfile.objects.filter(pk=asked.alum_id).update(monthly_cap=1)
    theirs = world.contact(other_student, alum=asked.alum)
    world.sent_request(other_student, theirs, at=asked.leaves_at - timedelta(minutes=5))
    assert actions.hold_back(asked.leaves_at) == 1
    assert "has been asked as often as" in asking.mail("request_held_back").text


def test_a_letter_with_nothing_in_its_way_leaves(student, draft, at):
    asked = _chosen(student, draft, at)
    AlumniProfile.objects.filter(pk=asked.alum_id).update(monthly_cap=1)
    assert actions.hold_back(asked.leaves_at) == 0
    OutboundMessage.objects.update(state="sent", sent_at=at)
    AlumniProfile.objects.filter(pk=asked.alum_id).update(is_paused=True)
    assert actions.hold_back(asked.leaves_at) == 0
    assert InterviewRequest.objects.get().status == "sent"


def test_the_chosen_time_is_saved_by_itself_once_it_is_whole(as_, draft, student, at):
    client, monday = as_(student), (at + timedelta(days=1)).replace(hour=15, minute=30, second=0, microsecond=0)
    url, whole = reverse("request_save", args=[draft.pk]), later(draft, monday)

    def saved(**fields):
        version = InterviewRequest.objects.get().version
        client.post(url, fields | {"version": version}, headers={"X-Autosave": "1"})
        return InterviewRequest.objects.get().send_at

    assert saved(**whole | {"leaves_time": ""}) is None
    assert saved(**whole) == monday
    assert saved(goals="To learn") == monday
    assert saved(**whole | {"leaves": ""}) is None


def test_the_deadline_counts_from_leaving(student, draft, at):
    Policy.now()
    Policy.objects.update(answer_days=2)
    leaves = at + timedelta(days=1)
    asking.no_review()
    asked = actions.press_send(draft, by=student, now=at, send_at=leaves)
    assert asked.deadline_at == leaves + timedelta(days=2)


def test_times_that_pass_before_it_leaves_do_not_count(student, draft, at):
    first = min(window.starts_at for window in draft.windows.all())
    asking.no_review()
    with pytest.raises(Refused, match="at least three times that lie ahead"):
        actions.press_send(draft, by=student, now=at, send_at=first + timedelta(hours=8))


@pytest.mark.parametrize("days", [-1, 15])
def test_it_leaves_ahead_and_within_two_weeks(student, draft, at, days):
    asking.no_review()
    with pytest.raises(Refused, match="within two weeks"):
        actions.press_send(draft, by=student, now=at, send_at=at + timedelta(days=days))


@pytest.mark.parametrize(
    ("day", "time", "meant", "utc"),
    [
        ("2026-03-29", "01:30", None, None),  # Dublin's clocks go forward: there is no 1:30
        ("2026-03-29", "02:30", None, "2026-03-29T01:30:00+00:00"),
        ("2026-10-25", "01:30", None, None),  # and back: it comes twice
        ("2026-10-25", "01:30", "2026-10-25T01:30:00+00:00", "2026-10-25T01:30:00+00:00"),
        ("2026-10-25", "01:30", "2026-10-25T00:30:00+00:00", "2026-10-25T00:30:00+00:00"),
    ],
)
def test_a_time_to_leave_means_one_instant_on_both_sides_of_a_change_of_clocks(day, time, meant, utc):
    data = {"leaves": "later", "leaves_day": day, "leaves_time": time, "leaves_meant": meant or ""}
    form = LeavingForm(data, zone="Europe/Dublin")
    if utc is None:
        assert (form.is_valid(), len(form.choices)) == (False, 2)
    else:
        assert form.is_valid()
        assert form.cleaned_data["send_at"] == datetime.fromisoformat(utc)


# --- words used before, and a second greeting ------------------------------------------------------------------------


WORN = "You went from the bench to the agency, and I keep wondering what you left behind there."


def test_a_sentence_of_an_earlier_letter_is_named(student, draft, at):
    earlier = asking.sent(student, world.alum("Ada One"), at)
    InterviewRequest.objects.filter(pk=earlier.pk).update(part_why=f"First this. {WORN}")
    InterviewRequest.objects.filter(pk=draft.pk).update(
        part_why=WORN.replace("keep wondering", "often wonder") + " Hm."
    )
    assert hint_of(InterviewRequest.objects.get(pk=draft.pk), "again") is None
    InterviewRequest.objects.filter(pk=draft.pk).update(part_why=WORN.replace("there", "then"))
    hint = hint_of(InterviewRequest.objects.get(pk=draft.pk), "again")
    assert (hint.title, hint.part, hint.blocks) == ("Ada got this sentence too.", "why", False)
    assert WORN.replace("there", "then") in hint.text


def test_short_words_and_a_letter_to_the_same_person_are_no_repetition(student, draft, at):
    earlier = asking.sent(student, world.alum("Ada One"), at)
    InterviewRequest.objects.filter(pk=earlier.pk).update(part_why="I read your paper.")
    InterviewRequest.objects.filter(pk=draft.pk).update(part_why="I read your paper.")
    assert hint_of(InterviewRequest.objects.get(pk=draft.pk), "again") is None


def test_a_greeting_is_not_written_twice(as_, student, draft):
    InterviewRequest.objects.update(part_who="Dear Ingrid, I’m Amira Haddad.")
    asked = InterviewRequest.objects.get()
    hint = hint_of(asked, "greeting")
    as_(student).post(reverse("request_hint", args=[asked.pk]), form_of(asked) | {"use": hint.key})
    assert InterviewRequest.objects.get().part_who == "I’m Amira Haddad."


def test_the_tip_before_the_first_letter_is_given_once(as_, student, draft, at):
    client = as_(student)
    assert "Before your first letter." in page(client, draft)
    asking.sent(student, world.alum("Ada One"), at)
    assert "Before your first letter." not in page(client, draft)


def test_names_of_the_person_and_the_employer_are_put_right(as_, student, draft):
    alum = draft.alum
    alum.employer = "Corvane Medical"
    alum.save()
    InterviewRequest.objects.update(part_why="You went to Corvanne Medical and stayed.")
    asked = InterviewRequest.objects.get()
    hint = hint_of(asked, "spelling")
    assert hint.title == "You wrote “Corvanne”. It is spelled “Corvane”."
    as_(student).post(reverse("request_hint", args=[asked.pk]), form_of(asked) | {"use": hint.key})
    assert InterviewRequest.objects.get().part_why == "You went to Corvane Medical and stayed."


@pytest.mark.parametrize(
    ("words", "seconds", "is_good"), [(0, 5, False), (89, 20, False), (90, 20, True), (150, 40, True), (151, 40, False)]
)
def test_the_length_says_how_long_it_takes_to_read(words, seconds, is_good):
    length = composer.length_of(InterviewRequest(part_why="word " * words))
    assert (length.words, length.seconds, length.is_good) == (words, seconds, is_good)


def names_of(asked, **changes):
    """Return (name, part) of the hints of a draft with other words."""
    for name, value in changes.items():
        setattr(asked, name, value)
    return {(hint.name, hint.part) for hint in composer.hints(composer.read(asked, timezone.now()))}


@pytest.mark.parametrize(
    ("text", "is_specific"),
    [
        ("I have always been interested in biology.", False),
        ("Healthcare is a field I admire, and I found you in the alumni directory.", False),
        ("How did you come to Corvane Medical?", True),
        ("You went from biology to regulatory affairs.", True),
        ("You wrote that an audit is a conversation.", True),
        ("The talk on desalination stayed with me.", True),
    ],
)
def test_what_fits_anyone_of_the_field_is_not_specific(student, draft, text, is_specific):
    draft.alum.quote = "An audit is a conversation."
    draft.about_person = "Gave a talk on desalination"
    assert (("specific", "why") not in names_of(draft, part_why=text)) == is_specific


@pytest.mark.parametrize("part", ["subject", "goals", "part_ask"])
def test_all_that_they_read_is_checked(student, draft, part):
    found = names_of(draft, **{part: "Any internship or job openings at [place]?"})
    name = part.removeprefix("part_")
    assert {("job", name), ("placeholder", name)} <= found


def test_a_suggestion_for_the_goals_takes_its_place_there(as_, student, draft):
    InterviewRequest.objects.update(goals="Learn the work. Are there any openings at Corvane?")
    asked, client = InterviewRequest.objects.get(), as_(student)
    hint = next(hint for hint in composer.hints(composer.read(asked, timezone.now())) if hint.name == "job")
    answer = client.post(reverse("request_hint", args=[asked.pk]), form_of(asked) | {"use": hint.key, "part": "goals"})
    assert answer.url.endswith("#part-goals")
    assert InterviewRequest.objects.get().goals == f"Learn the work. {hint.suggestion}"


def test_a_time_shorter_than_the_talk_is_called_short(as_, student, draft, at):
    TimeWindow.objects.filter(request=draft).update(ends_at=F("starts_at") + timedelta(minutes=30))
    InterviewRequest.objects.update(minutes=45)
    shown = page(as_(student), draft)
    assert (shown.count("It is shorter than 45 minutes."), shown.count("It has passed.")) == (3, 0)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Professor Tanabe works on wells, too.", ["Yuki Tanabe"]),
        ("I assist Dr. Tanabe’s group.", ["Yuki Tanabe"]),
        ("Yuki told me about you.", ["Yuki Tanabe"]),
        ("I was sent to you by Tanabe.", ["Yuki Tanabe"]),
        ("Lea said that I should write.", []),  # there are two
        ("Professor Varga and Lea Ruiz told me.", ["Lea Ruiz", "Lea Varga"]),
        ("Professor Solheim told me.", []),  # the one who is asked
        ("I will say so. We sent mark after mark.", []),
        ("Yuki is a name I like.", []),
    ],
)
def test_half_a_name_is_a_name(student, draft, text, named):
    for name in ("Yuki Tanabe", "Lea Varga", "Lea Ruiz", "Will Mark", "Prof. Anna Solheim"):
        world.contact(student, name)
    draft.part_connection = text
    hints = composer.hints(composer.read(draft, timezone.now()))
    assert [hint.referrer.name for hint in hints if hint.name == "no_leave"] == named
    assert all(hint.part == "connection" for hint in hints if hint.name == "no_leave")


def test_of_two_with_one_surname_the_one_with_leave_is_meant(student, draft):
    world.contact(student, "Lea Varga")
    helen = world.contact(student, "Helen Varga")
    world.referral(helen, draft.contact, name_permission="yes")
    found = names_of(draft, part_connection="Professor Varga told me about you.")
    assert ("warm", "connection") in found
    assert not {name for name, _ in found} & {"no_leave"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Marcus, your work on search made me curious.", {"other_person"}),
        ("I hope to hear from you. Thank you, Marcus.", {"other_person"}),
        ("Ingrid, your work made me curious. Thank you, Ingrid.", set()),
        ("However, you left. Recently, your team grew. Thank you, and good luck.", set()),
        ("I like your work at Google.", {"other_place"}),
        ("I saw that you joined Harbor Bank of Ohio.", {"other_place"}),
        ("I read of your work at Corvane, and of your years at Corvanne Medical.", set()),
        ("You said that you once studied at Oxford.", set()),
    ],
)
def test_a_name_or_a_place_of_another_letter_is_seen(student, draft, text, found):
    hints = {name for name, part in names_of(draft, part_why=text) if part == "why"}
    assert hints & {"other_person", "other_place"} == found
