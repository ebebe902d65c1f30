"""Two of a student's people who are one: found, made one line by line with all that hangs on them, and undone."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.network import actions, duplicates, merging
from apps.network.contact_rows import rows_of
from apps.network.models import ActionStep, Cadence, Contact, ContactMerge, Referral, Tag, Touch
from apps.web.answers import Refused
from tests import world
from tests.network.story_of import everything_with

pytestmark = pytest.mark.django_db


def at(place, student):
    return actions.organization(place, student=student)


ALIKE = [
    ("Ana Ruiz", "Corvane", "ana ruíz", "CORVANE, Inc.", "Both have the same name and organization."),
    ("Daniel Ferreira", "Riverkeep", "Danny Ferreira", "Riverkeep", "The names are similar"),
    ("D. Ferreira", "Riverkeep", "Daniel Ferreira", "The Riverkeep", "The names are similar"),
    ("Ana Ruiz", "", "Dr. Ana Ruiz", "Corvane", "Both have the same name."),
    ("Ruiz, Ana", "", "Ana Ruiz", "", "Both have the same name."),
    ("Jane Olsen", "Corvane", "Jane Olsen-Berg", "Corvane", "The names are similar"),
    ("Ana Ruiz", "Corvane", "Anna Ruiz", "Corvane", "The names are similar"),
    ("Philip Moe", "Corvane", "Phillip Moe", "Corvane", "The names are similar"),
    ("Seán O’Brien", "", "Sean O'Brien", "", "The names are spelled alike."),
    ("Jörg Müller", "", "Joerg Mueller", "", "The names are spelled alike."),
]
NOT_ALIKE = [
    ("Daniel Ferreira", "Riverkeep", "Danny Ferreira", "Otter Trust"),
    ("Daniel Ferreira", "Riverkeep", "Maria Ferreira", "Riverkeep"),
    ("Ziad", "Corvane", "Uncle Ziad", "Corvane"),
    ("Ken Moe Sr.", "Corvane", "Ken Moe Jr.", "Corvane"),
    ("Ken Moe", "Corvane", "Ken Moe Jr.", "Corvane"),
    ("Jane Olsen", "Corvane", "Jane Berg", "Corvane"),
    ("Jane Olsen", "Corvane", "Jane Olsen Berg", "Nordlys"),
]


@pytest.mark.parametrize(("first", "place", "second", "other_place", "reason"), ALIKE)
def test_those_who_may_be_one_are_found(student, first, place, second, other_place, reason):
    one = world.contact(student, first, organization=at(place, student))
    two = world.contact(student, second, organization=at(other_place, student))
    (pair,) = duplicates.pairs(student.pk)
    assert (pair.first, pair.second, pair.reason.startswith(reason)) == (one.pk, two.pk, True)
    actions.are_two(one, two)
    assert duplicates.pairs(student.pk) == []


@pytest.mark.parametrize(("first", "place", "second", "other_place"), NOT_ALIKE)
def test_those_who_are_two_are_not_asked_about(student, first, place, second, other_place):
    world.contact(student, first, organization=at(place, student))
    world.contact(student, second, organization=at(other_place, student))
    assert duplicates.pairs(student.pk) == []


def test_one_profile_under_two_names_is_found(student, other_student):
    """As rows were before the database held it: the later one keeps no key."""
    one = world.contact(student, "Daniel", linkedin="https://linkedin.com/in/danferreira")
    two = world.contact(student, "Danny F.")
    Contact.objects.filter(pk=two.pk).update(linkedin="linkedin.com/in/DanFerreira/?trk=x")
    world.contact(other_student, "Daniel")
    assert [(pair.first, pair.second) for pair in duplicates.pairs(student.pk)] == [(one.pk, two.pk)]
    assert duplicates.pairs(student.pk)[0].reason == "Both have the same LinkedIn address."


@pytest.mark.parametrize(
    ("one", "other", "are_alike"),
    [
        ("ana.ruiz@gmail.com", "anaruiz@gmail.com", True),
        ("ana@googlemail.com", "ana@gmail.com", True),
        ("ana+fair@x.example", "ana@x.example", True),
        ("ana.ruiz@x.example", "anaruiz@x.example", False),
        ("info@x.example", "info@x.example", False),
    ],
)
def test_two_ways_to_write_one_mailbox_are_alike_and_an_office_has_many_people(student, one, other, are_alike):
    world.contact(student, "Ana R.", email=one)
    world.contact(student, "Benedict", email=other)
    found = [pair.reason for pair in duplicates.pairs(student.pk)]
    assert found == (["The emails lead to the same mailbox."] if are_alike else [])


def picture(contact):
    """Return all that a contact holds, and what hangs on it."""
    fields = {field.attname: getattr(contact, field.attname) for field in Contact._meta.concrete_fields}
    hangs = {
        f"{relation.related_model.__name__}.{relation.field.name}": sorted(
            relation.related_model._base_manager.filter(**{relation.field.name: contact}).values_list("pk", flat=True)
        )
        for relation in Contact._meta.related_objects
    }
    return fields, hangs, sorted(contact.tags.values_list("name", flat=True))


@pytest.fixture
def both(student):
    """Daniel with all there is, and Danny from LinkedIn with some of it twice."""
    daniel, now = everything_with(student), timezone.now()
    danny = world.contact(student, "Danny Ferreira", email="dan@x.example", title="Director of programs", notes="B")
    danny.organization = daniel.organization
    daniel.refresh_from_db()
    daniel.notes = "A"
    daniel.save()
    danny.save()
    for contact, tag in ((daniel, "water"), (danny, "from LinkedIn")):
        contact.tags.add(Tag.objects.create(student=student, name=tag))
        actions.set_cadence(contact, months=3, now=now)
    actions.touch(danny, "met", at=now - timedelta(days=1), note="At the fair")
    ActionStep.objects.create(student=student, contact=danny, text="Write")
    osei = Contact.objects.get(name="Dr. Samuel Osei")
    world.referral(osei, danny, at=now)
    world.referral(daniel, danny, at=now)
    Contact.objects.filter(pk=danny.pk).update(created_at=now - timedelta(days=9))
    actions.keep_letter(daniel, "reason=news", version=1, body="Mine")
    actions.keep_letter(danny, "reason=news", version=1, body="The other")
    return daniel, danny


def fresh(*contacts):
    return [Contact.objects.get(pk=contact.pk) for contact in contacts]


def test_two_become_one_with_all_that_hangs_on_them_and_two_again(student, as_, both):
    daniel, danny = both
    before = [picture(contact) for contact in fresh(daniel, danny)]
    url, client = reverse("contact_same_as", args=[danny.pk]), as_(student)
    assert "Director of programs" in client.get(f"{url}?other={daniel.pk}").content.decode()
    typed = {"other": daniel.pk, "name": "first", "title": "second", "notes": "both"}
    answer = client.post(url, typed)
    assert answer["Location"] == daniel.get_absolute_url()
    (one,) = fresh(daniel)
    assert not Contact.objects.filter(pk=danny.pk).exists()
    assert (one.name, one.title, one.email, one.notes) == (
        "Daniel Ferreira",
        "Director of programs",
        "dan@x.example",
        "A\n\nB",
    )
    assert sorted(one.tags.values_list("name", flat=True)) == ["from LinkedIn", "water"]
    assert one.touches.filter(note="At the fair").exists()
    assert (one.action_steps.count(), Cadence.objects.count(), one.letter_drafts.count()) == (3, 1, 1)
    assert Referral.objects.filter(contact=one).count() == 1
    assert one.last_touch_at == one.touches.real().order_by("-at").first().at
    added = Touch.objects.create(student=student, contact=one, kind="wrote", at=timezone.now())
    client.post(reverse("merge_undo", args=[ContactMerge.objects.get().pk]))
    added.refresh_from_db()
    assert added.contact_id == daniel.pk
    added.delete()
    actions.recount(daniel)
    assert [picture(contact) for contact in fresh(daniel, danny)] == before
    assert ContactMerge.objects.count() == 0


def test_of_two_reminders_the_student_chooses_one_and_undo_brings_both_back(student, as_, both, now):
    daniel, danny = both
    client, url = as_(student), reverse("contact_same_as", args=[danny.pk])
    actions.set_cadence(danny, months=12, now=now)
    text = client.get(f"{url}?other={daniel.pk}").content.decode()
    assert "Every 3 months</label>" in text
    assert "Once a year</label>" in text
    typed = {"other": daniel.pk, "name": "first", "title": "first", "notes": "both", "rhythm": "second"}
    client.post(url, typed)
    assert list(Cadence.objects.values_list("contact", "months")) == [(daniel.pk, 12)]
    client.post(reverse("merge_undo", args=[ContactMerge.objects.get().pk]))
    assert sorted(Cadence.objects.values_list("contact", "months")) == [(daniel.pk, 3), (danny.pk, 12)]


def test_what_is_compared_is_said_in_words(student, as_, both):
    daniel, danny = both
    profile = "https://www.linkedin.com/in/danferreira"
    for contact, zone, end in ((daniel, "America/Chicago", ""), (danny, "America/New_York", "/")):
        Contact.objects.filter(pk=contact.pk).update(time_zone=zone, linkedin=f"{profile}{end}")
    text = as_(student).get(reverse("contact_same_as", args=[daniel.pk]), {"other": danny.pk}).content.decode()
    assert ("Central Time</label>" in text, "Eastern Time</label>" in text) == (True, True)
    assert 'in/danferreira <span class="rp-quiet">the same in both</span>' in text
    assert 'from LinkedIn, water <span class="rp-quiet">all kept</span>' in text


def test_one_goes_from_pair_to_pair(student, as_, both):
    others = [world.contact(student, "Ana Lima") for _ in range(2)]
    client, pairs = as_(student), [both, others]
    urls = [f"{reverse('contact_same_as', args=[one.pk])}?other={other.pk}&list=1" for one, other in pairs]
    for number, url in enumerate(urls, 1):
        text = client.get(url).content.decode()
        assert f"Pair {number} of 2" in text
        assert urls[number % 2].replace("&", "&amp;") in text
    assert "Pair 1" not in client.get(urls[0].partition("&")[0]).content.decode()


def test_it_is_undone_for_thirty_days_by_its_student_alone(student, other_student, as_, both, now):
    daniel, danny = both
    merge = merging.merge(daniel, danny, values={}, now=now - timedelta(days=31))
    with pytest.raises(Refused):
        merging.undo(merge, now=now)
    url = reverse("merge_undo", args=[merge.pk])
    assert as_(other_student).post(url).status_code == 404
    assert "can no longer be undone" in as_(student).post(url, follow=True).content.decode()
    assert rows_of(daniel, now).merge is None


def test_two_of_the_directory_and_two_requests_are_not_made_one(student, alum, other_alum, now):
    one = world.contact(student, "A", alum=alum.alumni_profile)
    two = world.contact(student, "B", alum=other_alum.alumni_profile)
    with pytest.raises(Refused, match="alumni directory"):
        merging.merge(one, two, values={}, now=now)
    by_hand, third = world.contact(student, "C"), world.contact(student, "D")
    for contact in (by_hand, third):
        world.interview_request(student, contact)
    with pytest.raises(Refused, match="2 open requests"):
        merging.merge(by_hand, third, values={}, now=now)
    assert Contact.objects.filter(pk=third.pk).exists()


def test_nobody_merges_a_strangers_people(student, other_student, as_, both):
    stranger = world.contact(other_student, "Daniel Ferreira")
    answer = as_(student).post(reverse("contact_same_as", args=[both[0].pk]), {"other": stranger.pk}, follow=True)
    assert "no longer in your network" in answer.content.decode()
    assert Contact.objects.filter(pk=stranger.pk).exists()


def test_the_pairs_are_listed_and_told_apart(student, as_, both):
    client, url = as_(student), reverse("contact_pairs")
    assert "We found 1 pair" in client.get(url).content.decode()
    typed = {"other": both[1].pk, "no": "1", "from_list": "1"}
    answer = client.post(reverse("contact_same_as", args=[both[0].pk]), typed, follow=True)
    assert "two different people" in answer.content.decode()
    assert "looks like someone else" in client.get(url).content.decode()
