"""The account page of a person says what waits for them: a legal hold, a deletion."""

import pytest
from django.urls import reverse

from apps.privacy import erasures, holds
from apps.privacy.models import Erasure

pytestmark = pytest.mark.django_db


def account(desk, someone):
    return desk.get(reverse("office_person", args=[someone.pk])).content.decode()


def test_nothing_waits(desk, coach):
    shown = account(desk, coach)
    assert "Legal hold since" not in shown
    assert "will be deleted on" not in shown


def test_a_deletion_and_then_a_hold(desk, office, coach, now):
    erasures.ask(coach, by=Erasure.By.OFFICE, now=now)
    shown = account(desk, coach)
    assert "This account will be deleted on" in shown
    assert f'href="{reverse("office_person_data", args=[coach.pk])}#erase"' in shown
    assert "Legal hold since" not in shown
    holds.place(coach, reason="A court asks", by=office, now=now)
    shown = account(desk, coach)
    assert "Legal hold since" in shown
    assert "The legal hold stops it." in shown
    assert "This account will be deleted on" not in shown
