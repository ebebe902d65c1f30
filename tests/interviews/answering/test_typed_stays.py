"""What the alum typed stays on the page wherever it is refused."""

import pytest

from apps.interviews.answering import actions as answering
from apps.interviews.asking import actions as asking
from apps.interviews.lifecycle.models import InterviewRequest
from tests.interviews import steps
from tests.interviews.answering.pages import _fold, _to_somebody_else, _window, act


@pytest.mark.parametrize(("ends", "status"), [("16:10", 409), ("15:00", 422)])
@pytest.mark.parametrize("act_name", ["counter", "move"])
def test_times_that_cannot_be_offered_stand_there_again_with_the_words(visitor, asked, at, act_name, ends, status):
    if act_name == "move":
        act(visitor, asked, "accept", {"slot": steps.slot(asked, at), "format": "video"})
    answer = act(visitor, asked, act_name, {**_window(at, ends=ends), "note": "Any Friday,\r\nafter four."})
    shown = answer.content.decode()
    fold = _fold(shown, act_name)
    assert answer.status_code == status
    assert 'role="alert"' in shown
    assert f'href="#to-{act_name}"' in shown
    assert " open>" in fold
    assert 'class="rp-error"' in fold
    assert f'value="{ends}"' in fold
    assert "Any Friday," in fold
    assert InterviewRequest.objects.get().status == ("accepted" if act_name == "move" else "sent")


def test_a_refused_yes_keeps_the_number_the_time_and_the_way(visitor, asked, student, at):
    taken = steps.slot(asked, at)
    other = _to_somebody_else(student, at)
    answering.accept(other, slot=taken, format="video", by=other.alum.user, now=at)
    data = {"slot": taken, "format": "phone", "number": "+353 1 555 0100"}
    shown = act(visitor, asked, "accept", data).content.decode()
    assert 'value="+353 1 555 0100"' in shown
    assert 'value="phone" checked' in shown
    assert 'value="video" checked' not in shown
    shown = act(visitor, asked, "accept", data | {"slot": steps.slot(asked, at, 3), "format": "carrier"}).content
    assert f'value="{steps.slot(asked, at, 3)}" checked' in shown.decode()


@pytest.mark.parametrize(("name", "earlier"), [("", 0), ("Leila Brandt", 3)])
def test_a_suggestion_that_is_refused_keeps_both_ticks(visitor, asked, alum, at, name, earlier):
    for n in range(earlier):
        answering.suggest(asked, name=f"Nadia N{n}", about="", may_use_name=False, declines=False, by=alum, now=at)
    data = {"name": name, "about": "Auditor", "may_use_name": "on", "declines": "on"}
    fold = _fold(act(visitor, asked, "suggest", data).content.decode(), "suggest")
    assert fold.count(" checked") == 2
    assert 'value="Auditor"' in fold
    assert InterviewRequest.objects.get().status == "sent"


@pytest.mark.parametrize("act_name", ["question", "decline", "cancel"])
def test_too_many_words_are_not_cut_and_not_lost(visitor, asked, at, act_name):
    if act_name == "cancel":
        act(visitor, asked, "accept", {"slot": steps.slot(asked, at), "format": "video"})
    words = "word " * 121
    answer = act(visitor, asked, act_name, {"note": words})
    assert answer.status_code == 409
    fold = _fold(answer.content.decode(), act_name)
    assert words in fold
    assert "under 600 characters" in fold


def test_a_line_break_counts_as_one_character(visitor, asked):
    note = "\n".join(["x" * 99] * 6)
    act(visitor, asked, "decline", {"note": note.replace("\n", "\r\n")})
    assert InterviewRequest.objects.get().answer_note == note


def test_words_for_a_request_that_has_closed_are_shown_to_copy(visitor, asked, student, at):
    asking.withdraw(asked, by=student, now=at)
    answer = act(visitor, asked, "question", {"note": "What do you know of audits?"})
    assert "You wrote: “What do you know of audits?”" in answer.content.decode()
