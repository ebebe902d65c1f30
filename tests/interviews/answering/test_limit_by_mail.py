"""How many requests a month: said on the page of the mail as well, without signing in (R204, R208)."""

import pytest
from django.urls import reverse

from apps.alumni.models import AlumniProfile
from apps.interviews.lifecycle.models import InterviewRequest
from tests.interviews.answering.pages import _fold, act, page, rows


def limit_of(alum):
    return AlumniProfile.objects.values_list("monthly_cap", "is_paused").get(user=alum)


@pytest.mark.parametrize("door", ["answer", "alum"])
def test_the_limit_is_set_beside_the_pause(as_, visitor, asked, alum, at, door):
    InterviewRequest.objects.update(leaves_at=at)
    client = visitor if door == "answer" else as_(alum)
    assert "Change your monthly limit: 2 requests" in page(visitor, asked)
    shown = act(client, asked, "limit", {"monthly_cap": "1"}, door=door).content.decode()
    assert limit_of(alum) == (1, False)
    assert "Your monthly limit is saved." in shown
    assert "Change your monthly limit: 1 request<" in shown
    assert "monthly_cap" in AlumniProfile.objects.get(user=alum).own_fields


def test_it_leaves_a_pause_as_it_is(visitor, asked, alum):
    act(visitor, asked, "pause", {"until": ""})
    act(visitor, asked, "limit", {"monthly_cap": "1"})
    assert limit_of(alum) == (1, True)


def test_who_leaves_the_number_keeps_the_offices(visitor, asked, alum):
    act(visitor, asked, "limit", {"monthly_cap": "2"})
    assert limit_of(alum) == (None, False)


@pytest.mark.parametrize("typed", [{}, {"monthly_cap": "99"}, {"monthly_cap": "-1"}, {"monthly_cap": "many"}])
def test_what_makes_no_sense_is_said_in_the_open_fold_and_changes_nothing(visitor, asked, alum, typed):
    answer = act(visitor, asked, "limit", typed)
    assert answer.status_code == 422
    assert " open>" in _fold(answer.content.decode(), "limit").partition("\n")[0]
    assert limit_of(alum) == (None, False)


def test_to_look_changes_nothing(visitor, asked):
    before = rows()
    page(visitor, asked)
    assert visitor.get(reverse("answer_act", args=[asked.pk, "limit"])).status_code == 405
    assert rows() == before
