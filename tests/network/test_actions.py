"""Acts on a student's network, seen in the rows they leave."""

from datetime import timedelta

import pytest

from apps.network import actions, adding
from apps.network.models import Cadence, Contact, Outcome, Referral, Touch
from apps.network.pasted import Named
from apps.web.answers import Refused
from tests import world

pytestmark = pytest.mark.django_db


def test_a_directory_alum_becomes_a_contact_once(student, alum):
    first = actions.contact_for(alum.alumni_profile, student=student)
    again = actions.contact_for(alum.alumni_profile, student=student)
    assert first == again
    assert (first.name, first.organization.name, first.time_zone) == (
        "Ingrid Solheim",
        "Corvane Medical",
        "Europe/Dublin",
    )


def test_a_touch_with_a_key_is_recorded_once(student, now):
    varga = world.contact(student)
    for _ in range(2):
        actions.touch(varga, Touch.Kind.THANKED, at=now, key="thank-you:1")
    assert Touch.objects.count() == 1
    varga.refresh_from_db()
    assert varga.last_touch_at == now


def test_an_older_touch_does_not_move_the_last_one_back(student, now):
    varga = world.contact(student)
    actions.touch(varga, Touch.Kind.WROTE, at=now)
    actions.touch(varga, Touch.Kind.MET, at=now - timedelta(days=30))
    varga.refresh_from_db()
    assert varga.last_touch_at == now


def test_a_touch_moves_the_cadence_on(student, now):
    varga = world.contact(student)
    actions.set_cadence(varga, months=3, now=now - timedelta(days=80))
    actions.touch(varga, Touch.Kind.WROTE, at=now)
    assert Cadence.objects.get().due_on == (now + timedelta(days=91)).date()


def test_an_older_touch_does_not_pull_the_cadence_back(student, now):
    varga = world.contact(student)
    actions.set_cadence(varga, months=3, now=now)
    actions.touch(varga, Touch.Kind.MET, at=now - timedelta(days=60))
    assert Cadence.objects.get().due_on == (now + timedelta(days=91)).date()


def test_naming_somebody_keeps_the_permission_that_was_given(student, now):
    varga = world.contact(student)
    referral = actions.name_person(varga, name=" Grace  Otieno ", name_permission="yes", now=now)
    assert referral.may_use_name
    assert referral.contact.relation == "referred"
    actions.name_person(varga, name="Grace  Otieno", name_permission="no", now=now + timedelta(days=1))
    referral.refresh_from_db()
    assert (referral.name_permission, referral.named_at) == ("no", now)
    assert Contact.objects.count() == 2


def test_a_closed_loop_stays_closed_at_its_first_moment(student, now):
    referral = world.referral(world.contact(student), world.contact(student, "Marcus Adeyemi"))
    actions.close_loop(referral, now=now)
    actions.close_loop(referral, now=now + timedelta(days=2))
    assert Referral.objects.get().loop_closed_at == now
    assert Touch.objects.filter(kind=Touch.Kind.UPDATED).count() == 1


def test_names_already_on_the_map_are_left_alone(student):
    world.contact(student, "Uncle Ziad")
    added = adding.add_names(student, [Named("uncle ziad"), Named("Lena")], relation="family")
    assert [[person.name for person in part] for part in (added.made, added.returned, added.there)] == [
        ["Lena"],
        [],
        ["Uncle Ziad"],
    ]


def test_nobody_names_themselves(student, now):
    with pytest.raises(Refused, match="suggest themselves"):
        actions.name_person(world.contact(student), name="helen varga", name_permission="yes", now=now)


@pytest.mark.parametrize("what", ["loop", "outcome"])
def test_a_letter_that_was_begun_goes_with_what_it_was_about(student, now, what):
    helen, grace = world.contact(student), world.contact(student, "Grace Otieno")
    referral = world.referral(helen, grace)
    outcome = Outcome.objects.create(student=student, contact=helen, kind="applied", happened_on=now.date())
    about = f"{what}={ {'loop': referral, 'outcome': outcome}[what].pk }"
    actions.keep_letter(helen, about, version=1, body="Dear Helen")
    if what == "loop":
        actions.close_loop(referral, now=now)
    else:
        actions.thanked_again(outcome, now=now)
    assert not helen.letter_drafts.exists()
