"""Suggestions spread the load over those who fit as well, and say why in two facts at least (R202, R272, R273)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from apps.alumni.models import AlumniProfile, Help
from apps.directory import cards, fair, suggestions
from apps.directory.fair import Load
from apps.directory.models import Suggested
from apps.directory.queries import Reader
from apps.policy.models import Policy
from tests import world
from tests.bench import bench_fair

pytestmark = pytest.mark.django_db
READER = Reader(pk=7, majors=("Biology",), wishes=(["healthcare"], ["duluth"]))


def chosen(alumni, loads=(), most=4):
    return [alum.name for alum in fair.choose(alumni, READER, dict(loads), Policy.now(), most=most)]


def test_the_best_fit_comes_first_and_among_equals_who_is_asked_less():
    near = world.alum_profile("Near One", majors=["Biology"], field="Healthcare", city="Duluth")
    far = world.alum_profile("Far One", majors=["Art"], field="Healthcare", city="Oslo")
    asked = world.alum_profile("Asked Often", majors=["Biology"], field="Healthcare", city="Duluth")
    loads = {asked.pk: Load(asked=3), near.pk: Load(), far.pk: Load()}
    assert chosen([far, asked, near], loads) == ["Near One", "Asked Often", "Far One"]
    assert chosen([asked, near], {near.pk: Load(shown=40)}) == ["Asked Often"]  # nobody asked yet, but many may


def test_who_may_be_asked_to_the_limit_by_those_they_were_shown_to_is_shown_to_nobody_more():
    limit = Policy.now().alum_monthly_cap
    alum = world.alum_profile()
    full = round(limit / fair.ASKED_OF_SHOWN)
    assert chosen([alum], {alum.pk: Load(shown=full - 1)}) == [alum.name]
    assert chosen([alum], {alum.pk: Load(shown=full)}) == []
    assert chosen([alum], {alum.pk: Load(this_month=limit)}) == []
    own = world.alum_profile("Own Limit", monthly_cap=1)
    assert chosen([own], {own.pk: Load(shown=6)}) == []
    assert chosen([world.alum_profile("No Requests", monthly_cap=0)]) == []


def test_what_is_suggested_is_remembered_for_a_month(student, other_student):
    alum, now = world.alum_profile(), timezone.now()
    suggestions.remember(student.pk, [alum], now - timedelta(days=20))
    suggestions.remember(student.pk, [alum], now - timedelta(days=10))
    suggestions.remember(other_student.pk, [alum], now - timedelta(days=5))
    assert suggestions.loads([alum], now, Policy.now())[alum.pk] == Load(shown=2)
    suggestions.forget(now + timedelta(days=22))
    assert Suggested.objects.count() == 1


def test_each_suggestion_has_two_facts_of_fit(client, student):
    profile = student.student_profile
    profile.wants_fields = "Healthcare, Duluth"
    profile.save()
    world.alum_profile("Ana Ruiz", majors=["Public Health"], field="Finance", city="Oslo")
    world.alum_profile("Bo Lund", majors=["Art"], field="Healthcare", city="Duluth")
    world.alum_profile("Cy Moe", majors=["Art"], field="Healthcare", city="Oslo", helps=[])
    client.force_login(student)
    page = " ".join(client.get("/people/").content.decode().split("</section>")[0].split())
    said = {name: page.split(name, 1)[1].split("</li>")[0] for name in ("Bo Lund", "Cy Moe")}
    assert "Works in Healthcare, a field you chose. Lives in Duluth, where you are looking" in said["Bo Lund"]
    assert "Works in Healthcare, a field you chose. Open to requests from students" in said["Cy Moe"]
    assert Suggested.objects.filter(student=student).count() >= 2


@pytest.mark.parametrize("helps", [[], [Help.TALK], list(Help.values)])
@pytest.mark.parametrize("field", ["", "Healthcare", "Law"])
@pytest.mark.parametrize("majors", [[], ["Biology"], ["Biology", "Art"]])
def test_there_are_always_two_facts_and_never_four(majors, field, helps):
    alum = world.alum_profile(majors=majors, field=field, helps=helps, city="Duluth")
    facts = cards.facts_of_fit(alum, READER)
    assert 2 <= len(facts) <= 3
    assert len(set(facts)) == len(facts)


def test_several_readers_at_once_are_shown_what_each_is_alone(student):
    """Of several kinds: who shares three things, two or one, looks for one thing only, or for nothing."""
    for number in range(60):
        world.alum_profile(
            f"Ada N{number}",
            email=f"n{number}@alum.example",
            majors=[("Biology", "Art")[number % 2]],
            field=("Healthcare", "Law", "Energy")[number % 3],
            city=("Duluth", "Oslo")[number % 4 // 2],
        )
    named = AlumniProfile.objects.order_by("pk")[3]
    readers = [
        READER,
        replace(READER, pk=8, introduced={named.pk: "Yuki suggested her"}),
        Reader(pk=9, majors=("Art",)),
        Reader(pk=10, wishes=(["energy"],)),
        Reader(pk=11, wishes=(["law"], ["oslo"])),
        Reader(pk=12),
        Reader(pk=13, majors=("Chemistry",), wishes=(["fishing"],)),
    ]
    now, policy = timezone.now(), Policy.now()
    together = suggestions.suggested_to(readers, now=now, policy=policy)
    assert together == [suggestions.suggested(reader, now=now, policy=policy) for reader in readers]
    assert [len(found) > 11 for found in together] == [True] * 5 + [False] * 2
    assert together[1][0] == named
    assert all(len({alum.pk for alum in found}) == len(found) for found in together)
    first = together[0][0]
    assert (first.majors, first.field, first.city) == (["Biology"], "Healthcare", "Duluth")


def test_a_small_year_is_fair():
    figures = {name: value for name, value, _ in bench_fair.year(alumni=300, students=75)}
    assert figures["fair_over_budget"] == 0
    assert figures["fair_gini"] <= 0.35, figures
    assert figures["fair_asked"] >= 60, figures
    assert figures["fair_fit_lost"] <= 5, figures


def test_gini_knows_even_from_uneven():
    assert bench_fair.gini([2, 2, 2, 2]) == 0
    assert bench_fair.gini([0, 0, 0, 8]) == 0.75
    assert bench_fair.gini([]) == 0
