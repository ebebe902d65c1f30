"""The letter is written: what is saved, what is shown again, and what no other window loses."""

from datetime import timedelta

import pytest
from django.urls import reverse

from apps.clock import times
from apps.interviews.asking import actions as asking
from apps.interviews.lifecycle.models import InterviewRequest, TimeWindow
from tests.interviews import steps
from tests.interviews.asking.pages import form_of, hint_of, page


def test_the_composer_shows_the_letter_as_it_arrives(as_, student, draft, at):
    shown = page(as_(student), draft)
    asking.send(draft, by=student, now=at)
    letter = steps.mail("request_sent_to_alum")
    for paragraph in draft.parts:
        assert paragraph.replace("’", "’") in shown
        assert paragraph in letter.html
    assert "These times work for me, all in Dublin time:" in shown
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
    assert "sounds like asking for a job" in shown
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
    assert "within the next 2 weeks" in answer.content.decode()
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
