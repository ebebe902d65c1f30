"""One person is on a map once: where somebody is typed, edited, brought back, or asked through the directory."""

import re

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from apps.network import actions, adding, twins
from apps.network.models import Contact
from apps.network.pasted import Named
from tests import world

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "fields",
    [{"email": "HELEN@city.example"}, {"linkedin": "https://de.linkedin.com/in/HVarga/"}],
)
def test_the_database_holds_that_a_mail_and_a_profile_are_of_one_person(student, other_student, now, fields):
    world.contact(other_student, "H. V.", email="helen@city.example")
    first = world.contact(student, email="helen@city.example", linkedin="https://linkedin.com/in/hvarga")
    with pytest.raises(IntegrityError), transaction.atomic():
        world.contact(student, "H. V.", **fields)
    Contact.objects.filter(pk=first.pk).update(archived_at=now)
    world.contact(student, "H. V.", **fields)


def test_those_who_may_be_somebody_are_found_in_one_question(student, now, django_assert_num_queries):
    removed = world.contact(student, "Ana Ruiz", archived_at=now)
    there = world.contact(student, "Ruiz, Ana")
    world.contact(student, "Ben", email="ben@x.example")
    with django_assert_num_queries(1):
        like = list(student.contacts.like(twins.key("ana ruíz", email="other@x.example")))
        assert [person.twin_key.name for person in like] == ["ana ruiz"] * 2
    assert like == [there, removed]


ADD = "/network/add/"
HELEN = {"email": "helen@city.example", "linkedin": "https://www.linkedin.com/in/hvarga"}


@pytest.fixture
def helen(student):
    return world.contact(student, **HELEN, organization=actions.organization("City of Duluth", student=student))


def typed(**fields):
    return {"name": "Somebody Else", "relation": "friend"} | fields


SURE = [
    ({"email": "Helen@City.Example"}, "You already have Helen Varga with this email."),
    ({"email": "mailto:helen@city.example"}, "You already have Helen Varga with this email."),
    ({"linkedin": "linkedin.com/in/HVarga?trk=x"}, "You already have Helen Varga with this LinkedIn address."),
    ({"linkedin": "in/hvarga"}, "You already have Helen Varga with this LinkedIn address."),
]
LIKE = [
    ({"name": "Hélen Varga"}, "You already have Helen Varga."),
    ({"name": "Varga, Helen"}, "You already have Helen Varga."),
    (
        {"name": "Dr. Helen Varga, PhD", "organization_name": "CITY OF DULUTH"},
        "You already have Helen Varga at City of Duluth.",
    ),
]


@pytest.mark.parametrize(("fields", "said"), SURE)
def test_one_mail_and_one_profile_is_one_person_and_is_said_with_a_link(student, as_, helen, fields, said):
    client = as_(student)
    for extra in ({}, {"anyway": helen.pk}):
        answer = client.post(ADD, typed(**fields) | extra)
        text = answer.content.decode()
        assert (answer.status_code, said in text, f'href="{helen.get_absolute_url()}"' in text) == (422, True, True)
        assert "Add anyway" not in text
    assert Contact.objects.count() == 1


@pytest.mark.parametrize(("fields", "said"), LIKE)
def test_a_name_is_said_with_a_link_and_two_may_share_it(student, as_, helen, fields, said):
    client = as_(student)
    answer = client.post(ADD, typed(**fields))
    text = answer.content.decode()
    assert (answer.status_code, said in text, f'href="{helen.get_absolute_url()}"' in text) == (422, True, True)
    button = re.search(r'<button[^>]*name="anyway" value="(\d+)">Add anyway', text)
    assert text.index("Add to my network") < button.start()  # Enter in a field presses the first
    assert client.post(ADD, typed(**fields) | {"anyway": button[1]}).status_code == 302
    assert Contact.objects.count() == 2


def test_what_is_typed_beside_a_namesake_still_has_to_be_right(student, as_, helen):
    text = as_(student).post(ADD, typed(name="Helen Varga", email="no address")).content.decode()
    assert "Add anyway" not in text


@pytest.mark.parametrize(("fields", "said"), [*SURE, *LIKE])
def test_the_same_is_said_in_an_edit(student, as_, helen, fields, said):
    other, client = world.contact(student, "Somebody Else"), as_(student)
    address = reverse("contact_edit", args=[other.pk])
    answer = client.post(address, typed(**fields) | {"version": 1})
    assert (answer.status_code, said in answer.content.decode()) == (422, True)
    forced = client.post(address, typed(**fields) | {"version": 1, "anyway": helen.pk})
    assert forced.status_code == (302 if "name" in fields else 422)


def test_whoever_edits_a_note_is_not_asked_about_a_name_agreed_to(student, as_, helen):
    client = as_(student)
    client.post(ADD, typed(name="Helen Varga", anyway=helen.pk))
    other = Contact.objects.exclude(pk=helen.pk).get()
    changed = typed(name="Helen Varga", notes="The other one", version=1)
    assert client.post(reverse("contact_edit", args=[other.pk]), changed).status_code == 302


@pytest.mark.parametrize("fields", [{"email": "helen@city.example"}, {"linkedin": "linkedin.com/in/hvarga"}])
def test_whoever_was_removed_is_brought_back_and_not_added_again(student, as_, helen, now, fields):
    Contact.objects.filter(pk=helen.pk).update(archived_at=now)
    text = as_(student).post(ADD, typed(**fields)).content.decode()
    assert ("You removed Helen Varga with this" in text, "to restore" in text) == (True, True)


def test_the_same_person_of_another_student_is_no_twin(student, other_student, as_, helen):
    assert as_(other_student).post(ADD, typed(name="Helen Varga", **HELEN)).status_code == 302


@pytest.mark.parametrize("fields", [{"email": HELEN["email"]}, {"linkedin": HELEN["linkedin"]}])
def test_nobody_is_brought_back_beside_the_same_person(student, as_, helen, now, fields):
    gone = world.contact(student, "H. V.", archived_at=now, **fields)
    for anyway in ({}, {"anyway": "1"}):
        answer = as_(student).post(reverse("contact_restore", args=[gone.pk]), anyway, follow=True)
        assert "You already have Helen Varga" in answer.content.decode()
    gone.refresh_from_db()
    assert gone.archived_at is not None


def test_two_of_one_name_may_both_be_brought_back(student, as_, helen, now):
    gone, client = world.contact(student, "Helen Varga", archived_at=now), as_(student)
    asked = client.post(reverse("contact_restore", args=[gone.pk]), follow=True).content.decode()
    assert "No, restore Helen" in asked
    client.post(reverse("contact_restore", args=[gone.pk]), {"anyway": "1"})
    gone.refresh_from_db()
    assert gone.archived_at is None


# --- the directory ----------------------------------------------------------------------------------------------------


def shown(client, contact, query=""):
    return client.get(contact.get_absolute_url() + query).content.decode()


@pytest.fixture
def grace(student):
    """Somebody added by hand who is in the directory."""
    place = actions.organization("corvane medical", student=student)
    return world.contact(student, "Grace Otieno", organization=place, notes="Likes tea")


@pytest.fixture
def entry(db):
    return world.alum("Grace Otieno", linkedin="https://www.linkedin.com/in/grace-o").alumni_profile


def same(client, contact, alum, **more):
    return client.post(reverse("contact_same", args=[contact.pk]), {"alum": alum.pk} | more, follow=True)


def test_somebody_added_by_hand_may_be_in_the_directory(student, as_, grace, entry):
    client = as_(student)
    assert "Is this <a" in shown(client, grace)
    same(client, grace, entry)
    grace.refresh_from_db()
    assert (grace.alum, grace.notes, grace.class_year) == (entry, "Likes tea", 2014)
    assert "Is this <a" not in shown(client, grace)


def test_whoever_is_somebody_else_is_not_asked_about_again(student, as_, grace, entry):
    client = as_(student)
    same(client, grace, entry, no="1")
    grace.refresh_from_db()
    assert (grace.alum, "Is this <a" in shown(client, grace)) == (None, False)


@pytest.mark.parametrize("fields", [{"email": "GRACE.OTIENO@alum.example"}, {"linkedin": "linkedin.com/in/Grace-O/"}])
def test_a_mail_or_a_profile_of_the_directory_is_recognised_when_it_is_typed(student, as_, entry, fields):
    text = as_(student).post(ADD, typed(name="Gracie", **fields), follow=True).content.decode()
    assert "Is this <a" in text


@pytest.mark.parametrize("listing", ["invited", "hidden"])
def test_who_is_not_listed_is_not_told(student, as_, grace, entry, listing):
    type(entry).objects.update(listing=listing)
    assert "Is this <a" not in shown(as_(student), grace)


def test_a_namesake_who_works_elsewhere_is_nobody(student, as_, entry):
    place = actions.organization("Another house", student=student)
    assert "Is this <a" not in shown(as_(student), world.contact(student, "Grace Otieno", organization=place))


def test_whoever_stands_there_twice_becomes_one_with_one_story(student, as_, grace, entry, now):
    asked, client = actions.contact_for(entry, student=student), as_(student)
    other = world.contact(student, "Helen Varga")
    actions.touch(grace, "met", at=now)
    actions.touch(asked, "asked", at=now, key="asked:1")
    for contact in (grace, asked):
        actions.set_cadence(contact, months=3, now=now)
        world.referral(other, contact)
        actions.keep_letter(contact, "reason=news", version=1, body="Dear Grace")
    request = world.sent_request(student, asked)
    assert asked != grace
    assert f"{grace.get_absolute_url()}#same" in client.get(reverse("network")).content.decode()
    for contact in (grace, asked):
        assert "is in your network twice" in shown(client, contact)
    same(client, grace, entry)
    one = Contact.objects.get(alum=entry)
    request.refresh_from_db()
    assert (one, request.contact, Contact.objects.count()) == (grace, grace, 2)
    assert sorted(one.touches.values_list("kind", flat=True)) == ["asked", "met"]
    assert (one.named_by.count(), one.letter_drafts.count(), one.cadence.months) == (1, 1, 3)
    assert "In your network twice?" not in client.get(reverse("network")).content.decode()


def test_two_requests_under_way_are_not_thrown_together(student, as_, grace, entry):
    asked = actions.contact_for(entry, student=student)
    for contact in (grace, asked):
        world.sent_request(student, contact)
    text = same(as_(student), grace, entry).content.decode()
    assert "2 open requests to Grace" in text
    assert Contact.objects.count() == 2


def test_of_two_told_apart_the_map_says_nothing(student, as_, grace, entry):
    actions.contact_for(entry, student=student)
    same(as_(student), grace, entry, no="1")
    assert "In your network twice?" not in as_(student).get(reverse("network")).content.decode()


def test_who_was_removed_and_is_on_the_map_under_another_name_is_told(student, as_, now):
    world.contact(student, "Dan Brown", email="dan@x.example", archived_at=now)
    daniel = world.contact(student, "Daniel Braun", email="dan@x.example")
    added = adding.add_names(student, [Named("Dan Brown")], relation="family")
    assert (added.made, added.returned, added.there) == ([], [], [daniel])
    answer = as_(student).post("/network/map/", {"relation": "family", "names": "Dan Brown"}, follow=True)
    assert (answer.status_code, "Daniel Braun" in answer.content.decode()) == (200, True)
