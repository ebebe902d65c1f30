"""Every state x every event x every actor; and the database refuses by itself what the table refuses (B7, B8)."""

import re
from itertools import product

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from apps.alumni import limits
from apps.interviews.lifecycle import acts
from apps.interviews.lifecycle.models import Interview, InterviewRequest, LifecycleEvent
from apps.interviews.lifecycle.moves import (
    ENDED,
    INTERVIEW_MOVES,
    OPEN,
    REQUEST_MOVES,
    InterviewStatus,
    RequestStatus,
    allows,
    open_moves,
    pairs,
)
from apps.web.answers import Refused
from tests import world

ACTORS = ("student", "alum", "coach", "clock")


@pytest.fixture
def contact(student, alum):
    return world.contact(student, alum.name, alum=alum.alumni_profile)


def put(model, pk, status, **times):
    """Bring a row into a state as an import would, with the trigger off."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        model.objects.filter(pk=pk).update(status=status, **times)
        cursor.execute("SET session_replication_role = origin")


@pytest.mark.parametrize("status", RequestStatus.values)
def test_every_event_of_every_actor_on_a_request(student, contact, status):
    now = timezone.now()
    asked = world.sent_request(student, contact, at=now)
    moved, refused = 0, 0
    for event, actor in product(REQUEST_MOVES, ACTORS):
        put(InterviewRequest, asked.pk, status)
        if allows(REQUEST_MOVES, status, event, actor):
            assert acts.move(asked, event, actor=actor, now=now).status == str(REQUEST_MOVES[event][1])
            moved += 1
        else:
            with pytest.raises(Refused, match="Here is the latest version"):
                acts.move(asked, event, actor=actor, now=now)
            assert InterviewRequest.objects.get().status == status
            refused += 1
    assert moved + refused == len(REQUEST_MOVES) * len(ACTORS)
    assert LifecycleEvent.objects.count() == moved


@pytest.mark.parametrize("status", InterviewStatus.values)
def test_every_event_of_every_actor_on_a_conversation(student, contact, status):
    now = timezone.now()
    talk = world.interview(student, contact, talked_until=now)
    for event, actor in product(INTERVIEW_MOVES, ACTORS):
        put(Interview, talk.pk, status)
        if allows(INTERVIEW_MOVES, status, event, actor):
            assert acts.move(talk, event, actor=actor, now=now).status == str(INTERVIEW_MOVES[event][1])
        else:
            with pytest.raises(Refused):
                acts.move(talk, event, actor=actor, now=now)
            assert Interview.objects.get().status == status


@pytest.mark.parametrize(
    ("model", "statuses", "moves"),
    [(InterviewRequest, RequestStatus, REQUEST_MOVES), (Interview, InterviewStatus, INTERVIEW_MOVES)],
)
def test_the_database_refuses_every_other_change_of_status(student, contact, model, statuses, moves):
    now = timezone.now()
    row = (
        world.sent_request(student, contact, at=now)
        if model is InterviewRequest
        else world.interview(student, contact, talked_until=now)
    )
    for was, to in product(statuses.values, statuses.values):
        put(model, row.pk, was)
        if was == to or (was, to) in pairs(moves):
            model.objects.filter(pk=row.pk).update(status=to)
            continue
        with pytest.raises(IntegrityError, match="cannot go from"), transaction.atomic():
            model.objects.filter(pk=row.pk).update(status=to)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("function", "moves"), [("request_moves", REQUEST_MOVES), ("interview_moves", INTERVIEW_MOVES)]
)
def test_the_trigger_knows_exactly_the_pairs_of_the_table(function, moves):
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = %s", [function])
        source = cursor.fetchone()[0]
    found = re.search(r"ARRAY\[(.*?)\]", source, re.DOTALL).group(1)
    assert sorted(tuple(pair.split()) for pair in re.findall(r"'([^']+)'", found)) == pairs(moves)


def test_every_status_is_reached_and_only_two_ended_ones_lead_on():
    reached = {to for _, to, _ in REQUEST_MOVES.values()} | {RequestStatus.DRAFT}
    assert reached == set(RequestStatus)
    leaving = {status for froms, _, _ in REQUEST_MOVES.values() for status in froms}
    assert leaving & set(ENDED) == {RequestStatus.DECLINED, RequestStatus.EXPIRED}  # a second thought, a late answer


def test_whoever_comes_too_late_reads_how_it_stands():
    assert set(acts.STALE) == {*RequestStatus, *InterviewStatus}


def test_the_buttons_of_a_page_are_the_moves_of_the_table():
    assert open_moves(REQUEST_MOVES, "sent", "alum") == {"accept", "counter", "decline", "question"}
    assert open_moves(REQUEST_MOVES, "declined", "student") == set()


def test_the_care_budget_counts_the_same_open_states():
    assert set(limits.PENDING) == {str(status) for status in OPEN}
