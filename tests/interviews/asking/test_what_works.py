"""What makes alumni reply: the intervals, what may be told, and the one sentence that students read (R276)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import caches
from django.urls import reverse

from apps.interviews.asking import what_works
from apps.interviews.asking.shares import Share, wilson
from apps.interviews.asking.what_works import ALL, QUESTIONS, Group
from apps.interviews.lifecycle.models import InterviewRequest, LifecycleEvent, TimeWindow
from apps.policy.models import Holiday
from tests import world

NOW = datetime(2026, 11, 30, 18, tzinfo=UTC)
SENT = datetime(2026, 9, 9, 16, tzinfo=UTC)  # a Wednesday, 11:00 am in Chicago


# --- the intervals ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_interval_is_newcombes(part, whole, low, high):
    assert [round(end, 4) for end in wilson(part, whole)] == [low, high]
    assert [round(1 - end, 4) for end in wilson(whole - part, whole)] == [high, low]


def test_shares_are_apart_only_where_their_intervals_do_not_overlap():
    assert Share(25, 40).is_apart(Share(10, 40))
    assert Share(10, 40).is_apart(Share(25, 40))
    assert not Share(25, 40).is_apart(Share(16, 40))  # 47 to 76 and 26 to 55 in a hundred


# --- what may be told -------------------------------------------------------------------------------------------------

LARGE = (40, 10, 20, 9, 9)


@pytest.mark.parametrize("few", [(29, 10, 20, 9, 9), (40, 10, 20, 4, 9), (40, 10, 20, 9, 4)])
def test_a_small_group_hides_its_whole_fact(few):
    for holds in (True, False, None):
        groups = [Group(each, *(few if each is holds else LARGE)) for each in (True, False, None)]
        assert what_works.told({"named": groups}, "named") == (None, None)
    assert what_works.overall({ALL: [Group(True, *few)]}) is None
    first, second = what_works.told({"named": [Group(each, *LARGE) for each in (True, False)]}, "named")
    assert (first.requests, first.yes, second.replied) == (40, Share(10, 40), Share(20, 40))


def told(**facts):
    """Say the sentence where so many of forty requests got a yes: (where the fact holds, where it does not)."""
    found = {
        fact: [Group(True, 40, yes, 40, 9, 9), Group(False, 40, others, 40, 9, 9)]
        for fact, (yes, others) in facts.items()
    }
    caches["near"].set("what_works", found)
    return what_works.sentence()


@pytest.fixture(autouse=True)
def fresh():
    caches["near"].delete("what_works")
    yield
    caches["near"].delete("what_works")


def test_the_sentence_is_the_clearest_difference_that_one_can_act_on():
    assert told(named=(25, 16)) == ""
    said = "Requests here that name who suggested the alum get a yes 6 times in 10. The others get one 2 times in 10."
    assert told(named=(25, 10)) == said
    assert told(named=(25, 10), few=(12, 25)) == said
    said = "Requests here that offer more than 3 times get a yes 8 times in 10. The others get one 2 times in 10."
    assert told(named=(25, 10), few=(8, 32)) == said
    assert told(named=(5, 35)) == ""
    assert told(shared=(5, 35), short=(38, 8)).startswith("Requests here under 120 words get a yes")


def test_shares_of_the_same_tenth_are_told_of_a_hundred():
    assert what_works._in_ten(Share(640, 1000), Share(560, 1000)) == (64, 56, 100)


# --- what is counted --------------------------------------------------------------------------------------------------


@pytest.fixture
def asked(db):
    student = world.student(program="Economics BA")
    alum = world.alum_profile(majors=["Économics"])

    def make(*, contact=None, times=(2,), words="I saw your work.", **fields):
        person = contact or student.contacts.filter(name="Ingrid Solheim").first()
        person = person or world.contact(student, "Ingrid Solheim", alum=alum)
        times_of = {"sent_at": SENT, "deadline_at": SENT + timedelta(days=14), "status": "expired"}
        row = InterviewRequest.objects.create(
            student=student, contact=person, **{"alum": alum, "part_why": words} | times_of | fields
        )
        for days in times:
            start = SENT + timedelta(days=days)
            TimeWindow.objects.create(
                request=row,
                offered_by="student",
                starts_at=start,
                ends_at=start + timedelta(hours=1),
                zone="America/Chicago",
            )
        return row

    make.student, make.alum = student, alum
    return make


def holds(fact):
    """Return how many requests stand in each group of a fact."""
    caches["near"].delete("what_works")
    return {group.holds: group.requests for group in what_works.counted(NOW).get(fact, ())}


def test_only_what_is_due_known_and_not_private_counts(asked):
    asked(status="accepted")
    asked(status="declined")
    asked(answered_at=SENT + timedelta(days=2))  # they suggested other times, and it came to nothing
    asked()
    asked(status="withdrawn")
    asked(status="accepted", deadline_at=NOW + timedelta(days=1))
    asked(sent_at=NOW - timedelta(days=731))
    asked(alum=None)
    asked(contact=world.contact(asked.student, "Secret Person", is_private=True))
    [group] = what_works.counted(NOW)[ALL]
    assert group == Group(True, requests=4, yes=1, replied=3, students=1, alumni=1)


def test_a_person_who_suggested_the_alum_is_named_in_the_words(asked):
    person = world.contact(asked.student, "Ingrid Solheim", alum=asked.alum)

    def suggested(name, words, **fields):
        referral = world.referral(world.contact(asked.student, name, **fields), person, name_permission="yes")
        asked(contact=person, words=words, referral=referral)

    suggested("Dr. Teresa Vega", "Teresa’s advice was to write to you.")
    suggested("marta ruiz", "I met Marta last week.")
    suggested("Will Stone", "I will write about stone bridges. The dr said so.")
    suggested("Ana Secret", "Ana told me.", is_private=True)
    asked(words="Teresa told me.")
    assert holds("named") == {True: 2, False: 2}


def test_a_field_of_study_is_shared_whatever_it_is_called(asked):
    asked()
    asked(alum=world.alum_profile("Otto Other", majors=["Biology"]))
    asked(alum=world.alum_profile("Nina None", majors=[]))
    assert holds("shared") == {True: 1, False: 2}


@pytest.mark.parametrize(("count", "is_short"), [(119, True), (120, False)])
def test_words_are_counted_as_the_composer_counts_them(asked, count, is_short):
    asked(words="\n word\t " * count)
    assert holds("short") == {is_short: 1}


def test_business_days_know_weekends_and_holidays(asked):
    asked(times=(6, 20))  # the Tuesday after: 4 business days
    asked(times=(7,))  # the Wednesday: 5
    assert holds("soon") == {True: 1, False: 1}
    Holiday.objects.create(on=(SENT + timedelta(days=1)).date(), name="Founders’ day")
    assert holds("soon") == {True: 2}


def test_times_are_counted_and_of_those_offered_anew_the_last(asked):
    asked(times=(1, 2, 3))
    asked(times=(1, 2, 3, 4))
    row = asked(times=(20,))
    assert (holds("few"), holds("soon")) == ({True: 2, False: 1}, {True: 2, False: 1})
    LifecycleEvent.objects.create(request=row, event="offer_again", became="countered", at=SENT + timedelta(days=16))
    assert holds("soon") == {True: 3}


def test_what_is_not_known_of_a_request_is_a_group_of_its_own(asked):
    asked(times=(), words="")
    assert [holds(fact) for fact in ("short", "soon", "few")] == [{None: 1}] * 3


# --- where it is read -------------------------------------------------------------------------------------------------


def test_the_composer_says_one_sentence_at_most(as_, student, draft):
    said = told(named=(35, 5), few=(35, 6), short=(35, 7))
    url = draft.get_absolute_url()
    text = as_(student).get(url).content.decode()
    assert (text.count("Requests here"), text.count(said)) == (1, 1)
    told(**dict.fromkeys(QUESTIONS, (20, 20)))
    assert "Requests here" not in as_(student).get(url).content.decode()


def test_the_composer_counts_nothing_until_somebody_types(as_, student, draft):
    client, near = as_(student), caches["near"]
    client.get(draft.get_absolute_url())
    assert near.get("what_works") is None
    client.post(reverse("request_preview", args=[draft.pk]), {"subject": "A question"})
    assert near.get("what_works") is not None


@pytest.mark.django_db
def test_counting_asks_five_questions_at_most_and_then_none_for_a_day(django_assert_max_num_queries):
    with django_assert_max_num_queries(5):
        what_works.counted(NOW)
    with django_assert_max_num_queries(0):
        what_works.counted(NOW)
