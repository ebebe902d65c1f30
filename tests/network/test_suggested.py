"""Who suggested somebody, said outside of a debrief too: the tree, the open loop and the letter know it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.interviews.asking import checks
from apps.network.models import Contact, Referral
from tests import world

pytestmark = pytest.mark.django_db

NEW = {"name": "Grace Otieno", "relation": "referred"}


@pytest.fixture
def helen(student):
    return world.contact(student, "Helen Varga")


def referrals():
    rows = Referral.objects.order_by("pk")
    return list(rows.values_list("referrer__name", "contact__name", "name_permission"))


def say(client, contact, **typed):
    return client.post(reverse("contact_suggested", args=[contact.pk]), {"name_permission": "not_asked"} | typed)


@pytest.mark.parametrize("permission", ["yes", "intro_first", "no", "not_asked"])
def test_whoever_is_added_is_suggested_by_somebody_of_the_map(student, as_, helen, permission):
    typed = NEW | {"referrer": helen.pk, "name_permission": permission}
    assert as_(student).post("/network/add/", typed).status_code == 302
    assert referrals() == [("Helen Varga", "Grace Otieno", permission)]


@pytest.mark.parametrize("name", ["Helen Varga", "varga, helen", "Hélen Varga"])
def test_a_name_finds_who_is_on_the_map(student, as_, helen, name):
    as_(student).post("/network/add/", NEW | {"referrer_name": name, "name_permission": "yes"})
    assert (referrals(), Contact.objects.count()) == ([("Helen Varga", "Grace Otieno", "yes")], 2)


def test_a_new_name_comes_onto_the_map_with_how_one_knows_them(student, as_):
    client = as_(student)
    typed = NEW | {"referrer_name": "Marcus Adeyemi", "name_permission": "no"}
    answer = client.post("/network/add/", typed)
    text = answer.content.decode()
    assert (answer.status_code, "Marcus Adeyemi isn’t in your network yet." in text) == (422, True)
    assert ('value="Marcus Adeyemi"' in text, 'value="Grace Otieno"' in text) == (True, True)
    assert not Contact.objects.exists()
    client.post("/network/add/", typed | {"referrer_relation": "work"})
    assert referrals() == [("Marcus Adeyemi", "Grace Otieno", "no")]
    assert Contact.objects.get(name="Marcus Adeyemi").relation == "work"


def test_nobody_has_to_say_who(student, as_):
    assert as_(student).post("/network/add/", NEW | {"name_permission": "not_asked"}).status_code == 302
    assert as_(student).post("/network/add/", {"name": "Ana", "relation": "friend"}).status_code == 302
    assert referrals() == []
    page = as_(student).get(Contact.objects.get(name="Grace Otieno").get_absolute_url()).content.decode()
    assert "Add who suggested Grace" in page


def test_of_several_of_one_name_one_is_chosen(student, as_, helen):
    world.contact(student, "Helen Varga")
    text = as_(student).post("/network/add/", NEW | {"referrer_name": "Helen Varga", "name_permission": "yes"})
    assert "several people called Helen Varga" in text.content.decode()


def test_it_can_be_said_afterwards_changed_taken_out_and_put_back(student, as_, helen):
    grace, client = world.contact(student, "Grace Otieno"), as_(student)
    assert say(client, grace).status_code == 422  # who?
    say(client, grace, referrer=helen.pk, name_permission="yes")
    referral = Referral.objects.get()
    address = reverse("referral_edit", args=[referral.pk])
    assert f'href="{address}"' in client.get(grace.get_absolute_url()).content.decode()
    marcus = world.contact(student, "Marcus Adeyemi")
    client.post(address, {"referrer": marcus.pk, "name_permission": "no"})
    assert referrals() == [("Marcus Adeyemi", "Grace Otieno", "no")]
    text = client.post(reverse("referral_remove", args=[referral.pk]), follow=True).content.decode()
    assert ("Undo</button>" in text, referrals()) == (True, [])
    client.post("/network/undo/")
    assert referrals() == [("Marcus Adeyemi", "Grace Otieno", "no")]


def test_what_is_said_twice_stands_once(student, as_, helen):
    grace, client = world.contact(student, "Grace Otieno"), as_(student)
    say(client, grace, referrer=helen.pk)
    say(client, grace, referrer=helen.pk, name_permission="yes")
    assert referrals() == [("Helen Varga", "Grace Otieno", "yes")]
    marcus = world.contact(student, "Marcus Adeyemi")
    second = world.referral(marcus, grace)
    answer = client.post(reverse("referral_edit", args=[second.pk]), {"referrer": helen.pk, "name_permission": "yes"})
    assert (
        answer.status_code,
        "You already added that Helen Varga suggested Grace Otieno." in answer.content.decode(),
    ) == (422, True)


def test_nobody_suggests_themselves(student, as_, helen):
    client = as_(student)
    for typed in ({"referrer": helen.pk}, {"referrer_name": "helen varga", "referrer_relation": "work"}):
        assert say(client, helen, **typed).status_code == 422
    assert (referrals(), Contact.objects.count()) == ([], 1)


def test_nobody_of_another_map_is_chosen(student, other_student, as_, helen):
    other = world.contact(other_student, "Otto Lang")
    assert say(as_(student), helen, referrer=other.pk).status_code == 422


def test_the_tree_the_loop_and_the_letter_know_it(student, as_, helen):
    grace, client, now = world.contact(student, "Grace Otieno"), as_(student), timezone.now()
    draft = world.interview_request(student, grace, part_connection="Helen Varga suggested that I write to you.")
    before = checks.blocking(checks.read(draft, now))
    say(client, grace, referrer=helen.pk, name_permission="yes")
    after = checks.blocking(checks.read(draft, now))
    assert (len(before) - len(after), "Helen Varga" in before[0].title) == (1, True)
    picture = client.get("/network/?view=introductions").content.decode()
    assert "1 person suggested someone to you." in picture
    world.interview(student, grace, starts_at=now - timedelta(days=2), status="completed")
    assert "Tell Helen how it went with Grace Otieno." in client.get(helen.get_absolute_url()).content.decode()
