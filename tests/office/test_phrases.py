"""The office's page on what reads like asking for a job: it holds at once, for the composer and for a thank-you."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.urls import reverse

from apps.policy.models import Phrase
from apps.wording import rulebook

pytestmark = pytest.mark.django_db
OWN = {
    "kind": "asks",
    "pattern": "pick your brain about [hiring]",
    "explanation": "It is about their hiring.",
    "suggestion": "I would like to hear how you came to the work.",
}
SENTENCE = "I would like to pick your brain about recruiting."


@pytest.fixture
def client(office, as_):
    return as_(office)


def test_sentences_are_tried_without_saving_anything(client):
    answer = client.get(reverse("office_phrases"), {"sentences": "Are you hiring?\nHow did you get your job?"})
    assert [(line, found and found.rule) for line, found in answer.context["results"]] == [
        ("Are you hiring?", "hiring"),
        ("How did you get your job?", None),
    ]
    assert "No hint for this sentence." in answer.content.decode()
    assert not Phrase.objects.exists()


def test_a_phrase_is_tried_before_it_is_saved_and_holds_at_once_afterwards(client):
    url = reverse("office_phrases")
    tried = client.post(url, OWN | {"try": "1", "sentences": SENTENCE})
    assert tried.context["results"][0][1].words == "pick your brain about recruiting"
    assert (Phrase.objects.count(), rulebook.caught(SENTENCE)) == (0, [])
    client.post(url, OWN)
    [found] = rulebook.caught(SENTENCE)
    assert (found.explanation, found.suggestion) == (OWN["explanation"], OWN["suggestion"])
    row = Phrase.objects.get()
    client.post(reverse("office_phrase_switch", args=[row.pk]))
    assert rulebook.caught(SENTENCE) == []
    client.post(reverse("office_phrase_switch", args=[row.pk]))
    assert len(rulebook.caught(SENTENCE)) == 1
    client.post(reverse("office_phrase_remove", args=[row.pk]))
    assert rulebook.caught(SENTENCE) == []


def test_what_the_office_calls_fine_is_left_alone_and_the_rest_of_the_sentence_is_not(client):
    assert rulebook.caught("Are you hiring for the film club?")
    client.post(reverse("office_phrases"), {"kind": "fine", "pattern": "hiring for the film club"})
    assert rulebook.caught("Is the union hiring for the film club?") == []
    assert rulebook.caught("He is hiring for the film club, but could you forward my résumé to your boss?")


def test_a_rule_is_switched_off_and_on_again(client):
    url = reverse("office_rule_switch", args=["hiring"])
    client.post(url)
    assert "hiring" not in {rule.name for rule in rulebook.current().rules}
    client.post(url)
    assert rulebook.current() is rulebook.shipped()
    assert client.post(reverse("office_rule_switch", args=["nothing"])).status_code == 404


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"pattern": "[joob] for me"}, "There is no word class “joob”."),
        ({"pattern": ".. job"}, "Start and end with a word"),
        ({"pattern": "my?"}, "at least one word that isn’t optional"),
        ({"pattern": "a//b"}, "“” is not a word."),
        ({"explanation": ""}, "Students see this next to their sentence."),
        ({"suggestion": "Are you hiring?"}, "sounds like asking for a job, too"),
        ({"kind": "off"}, "rp-error"),
    ],
)
def test_what_cannot_be_read_is_said_so(client, changes, sentence):
    answer = client.post(reverse("office_phrases"), OWN | changes)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Phrase.objects.exists()


def test_the_same_phrase_is_kept_once(client):
    client.post(reverse("office_phrases"), OWN)
    assert "You’ve already added this phrase." in client.post(reverse("office_phrases"), OWN).content.decode()


def test_the_rules_are_measured_from_the_command_line(tmp_path, capsys):
    file = tmp_path / "sentences.tsv"
    file.write_text("1\tAre you hiring?\n0\tAre you well?\n1\tI like maps.\n0\tAny openings at your firm?\n")
    call_command("check_phrases", file)
    said = capsys.readouterr().out.splitlines()
    assert said == [
        "missed\tI like maps.",
        "wrongly caught\tAny openings at your firm?\t(are_there: “Any openings”)",
        "phrases: precision 0.500 recall 0.500 sentences 4 caught 1 missed 1 wrongly_caught 1 left_alone 1",
    ]


@pytest.mark.parametrize("text", ["Are you hiring?", "2\tAre you hiring?", "1\t", "1\ta\tb"])
def test_a_malformed_line_is_named(tmp_path, text):
    file = tmp_path / "sentences.tsv"
    file.write_text(f"1\tAre you hiring?\n{text}\n")
    with pytest.raises(CommandError, match="Line 2"):
        call_command("check_phrases", file)


def test_a_removed_phrase_comes_back_as_it_was(client):
    client.post(reverse("office_phrases"), OWN)
    Phrase.objects.update(is_on=False)
    before = Phrase.objects.values("kind", "pattern", "explanation", "suggestion", "is_on").get()
    url, remove = reverse("office_phrase_back"), reverse("office_phrase_remove", args=[Phrase.objects.get().pk])
    toast = client.post(remove, follow=True).content.decode()
    assert ("Removed: “pick your brain about [hiring]”." in toast, f'action="{url}"' in toast) == (True, True)
    assert not Phrase.objects.exists()
    client.post(url)
    assert Phrase.objects.values("kind", "pattern", "explanation", "suggestion", "is_on").get() == before
    assert "nothing left to undo" in client.post(url, follow=True).content.decode()
    assert Phrase.objects.count() == 1


def test_a_removed_phrase_that_was_added_anew_is_not_there_twice(client):
    client.post(reverse("office_phrases"), OWN)
    client.post(reverse("office_phrase_remove", args=[Phrase.objects.get().pk]))
    client.post(reverse("office_phrases"), OWN)
    assert "nothing left to undo" in client.post(reverse("office_phrase_back"), follow=True).content.decode()
    assert Phrase.objects.count() == 1
