"""The alum reads what came of it (R119)."""

from datetime import timedelta

from django.urls import reverse

from apps.interviews.debriefing.models import ImpactNote
from tests import world
from tests.interviews import steps


def test_the_alum_reads_what_came_of_it_only_while_the_student_shares_it(as_, student, alum, at):
    talk = _held(student, alum, at)
    url, home = reverse("interview_impact", args=[talk.pk]), reverse("alum_home")
    body = "I took the statistics course that you named."
    as_(student).post(url, {"body": body})
    assert body in as_(student).get(talk.get_absolute_url()).content.decode()
    assert body not in as_(alum).get(home).content.decode()
    as_(student).post(url, {"body": body, "is_shared": "on"})
    assert body in as_(alum).get(home).content.decode()
    as_(student).post(url, {"body": "", "is_shared": "on"})
    assert "What came of it" not in as_(alum).get(home).content.decode()
    assert not ImpactNote.objects.exists()


def test_what_came_of_it_waits_for_the_talk(as_, student, alum, at):
    talk = steps.agreed(student, alum, at)
    as_(student).post(reverse("interview_impact", args=[talk.pk]), {"body": "Much", "is_shared": "on"})
    assert not ImpactNote.objects.exists()


def _held(student, alum, at):
    contact = world.contact(student, alum.name, alum=alum.alumni_profile)
    return world.interview(student, contact, starts_at=at - timedelta(days=2), status="completed")
