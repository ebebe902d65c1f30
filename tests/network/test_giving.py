"""Giving back: what a student can offer, what they gave to whom, and where it is suggested (R116)."""

import pytest
from django.urls import reverse

from apps.network.models import Contact, LetterDraft, Offering, Touch
from tests import world

pytestmark = pytest.mark.django_db
PAGE = "/network/giving/"
CANARY = "zq my notes on nitrate"


def words(response):
    return " ".join(response.content.decode().split())


@pytest.fixture
def client(as_, student):
    return as_(student)


@pytest.fixture
def helen(student):
    return world.contact(student, "Helen Varga")


def test_it_begins_empty_and_says_how_to_begin(client):
    page = words(client.get(PAGE))
    assert "One small thing is enough" in page
    assert "Add a person to your network first" in page


def test_an_offer_is_written_changed_deleted_and_brought_back(client, student):
    client.post("/network/giving/add/", {"kind": "notes", "text": "My notes"})
    offer = Offering.objects.get(student=student)
    client.post(f"/network/giving/{offer.pk}/", {"kind": "notes", "text": "My notes on wells"})
    page = client.post(f"/network/giving/{offer.pk}/remove/", follow=True)
    assert not Offering.objects.exists()
    *_, said = page.context["messages"]
    client.post(said.extra_tags, {"undo": "1"})
    assert [*Offering.objects.values_list("student", "kind", "text")] == [(student.pk, "notes", "My notes on wells")]


def test_what_says_nothing_or_too_much_is_shown_again(client):
    answer = client.post("/network/giving/add/", {"kind": "notes", "text": "  "})
    assert (answer.status_code, Offering.objects.count()) == (422, 0)
    for number in range(20):
        client.post("/network/giving/add/", {"kind": "help", "text": f"Help {number}"})
    answer = client.post("/network/giving/add/", {"kind": "help", "text": "One more"})
    assert (answer.status_code, Offering.objects.count()) == (422, 20)
    assert "20 is the limit." in words(answer)


def test_what_was_given_stands_in_the_history_once(client, student, helen):
    sent = {"contact": helen.pk, "note": "The article on wells", "once": "k1"}
    for _ in range(2):
        assert client.post("/network/giving/gave/", sent).status_code == 302
    assert [*Touch.objects.values_list("contact", "kind", "note")] == [(helen.pk, "gave", "The article on wells")]
    assert Contact.objects.get(pk=helen.pk).last_touch_at
    assert "The article on wells" in words(client.get(PAGE))
    assert "You gave something back" in words(client.get(helen.get_absolute_url()))


def test_nothing_is_given_to_somebody_of_another(client, other_student):
    stranger = world.contact(other_student, "Bo Lund")
    answer = client.post("/network/giving/gave/", {"contact": stranger.pk, "note": "x"})
    assert (answer.status_code, Touch.objects.count()) == (422, 0)


@pytest.mark.parametrize(
    ("kind", "text", "sentence"),
    [
        ("notes", "My notes on wells.", "I can send you my notes on wells, if it’s useful to you."),
        (
            "article",
            "“The Well” by Ana Roth",
            "I read “The Well” by Ana Roth and thought of you. I can send it if you like.",
        ),
        ("help", "Help with a survey", "I could help with a survey, if that would be useful to you."),
        ("intro", "An introduction to Ana Roth", "I could introduce you to Ana Roth, if that would help you."),
        ("intro", "Professor Roth", "I could introduce you to Professor Roth, if that would help you."),
        ("help", "a survey {quote}", "I could help with a survey {quote}, if that would be useful to you."),
    ],
)
def test_a_note_offers_it_in_a_sentence(client, student, helen, kind, text, sentence):
    offer = Offering.objects.create(student=student, kind=kind, text=text)
    address = reverse("contact_write", args=[helen.pk])
    assert f"?reason=offer&amp;offer={offer.pk}" in words(client.get(f"{address}?reason=advice"))
    body = client.get(f"{address}?reason=offer&offer={offer.pk}").context["body"]
    assert body == f"Dear Helen,\n\n{sentence}\n\nBest wishes,\n{student.first_name}"


def test_a_draft_of_it_is_kept_and_found_again(client, student, helen):
    offer = Offering.objects.create(student=student, text="a survey")
    address = f"{reverse('contact_write', args=[helen.pk])}?reason=offer&offer={offer.pk}"
    client.post(address, {"version": 1, "body": "Dear Helen, my own words.", "later": "1"})
    assert LetterDraft.objects.get().about == f"reason=offer&offer={offer.pk}"
    assert client.get(address).context["body"] == "Dear Helen, my own words."


def test_an_offer_of_another_is_no_part_of_a_note(client, other_student, helen):
    offer = Offering.objects.create(student=other_student, text=CANARY)
    answer = client.get(f"{reverse('contact_write', args=[helen.pk])}?reason=offer&offer={offer.pk}")
    assert CANARY not in answer.content.decode()
    assert CANARY not in client.get(PAGE).content.decode()


def test_the_coach_reads_nothing_of_what_could_be_offered(as_, student, coach, helen):
    Offering.objects.create(student=student, text=CANARY)
    pk = student.student_profile.pk
    assert CANARY not in as_(coach).get(f"/coach/students/{pk}/").content.decode()
