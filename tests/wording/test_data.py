"""The texts that ship with interviews: well-formed, in our voice, and never asking for a job."""

import csv
import json
import re
from pathlib import Path

import pytest

from apps.wording import classifier, rulebook

HERE = Path(__file__).parent
DATA = Path(__file__).parents[2] / "apps" / "interviews" / "data"
THEMES = {"organisation", "path", "field", "day", "advice", "fit", "referrals"}
RELATIONS = {"family", "friend", "professor", "work", "coach", "alum", "referred", "event", "linkedin", "website"}
SAMPLES = json.loads((DATA / "samples.json").read_text())


def caught_by(text):
    return [one.rule for one in rulebook.shipped().caught(text)]


def taught():
    return [(str(int(asks)), text) for asks, text in classifier.labelled()]


def held_back():
    """Return sentences that nobody looked at while rules were written or weights learned."""
    rows = (HERE / "job_sentences_held.tsv").read_text().splitlines()
    return [tuple(row.split("\t")) for row in rows]


def texts(thing):
    if isinstance(thing, str):
        yield thing
    else:
        for part in thing.values() if isinstance(thing, dict) else thing:
            yield from texts(part)


def questions():
    with (DATA / "questions.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_there_are_enough_labelled_sentences_of_both_kinds():
    everything = taught() + held_back()
    labels = [label for label, _ in everything]
    assert labels.count("1") >= 400
    assert labels.count("0") >= 400
    assert len({text.casefold() for _, text in everything}) == len(labels)


def figures(rows):
    """Return (precision, recall)."""
    judged = [(label == "1", bool(caught_by(text))) for label, text in rows]
    right = judged.count((True, True))
    return right / (right + judged.count((False, True))), right / (right + judged.count((True, False)))


def test_the_rules_agree_with_the_sentences_they_were_written_with():
    precision, recall = figures(taught())
    assert precision >= 0.99
    assert recall >= 0.99


def test_the_rules_agree_with_sentences_they_were_not_written_with():
    precision, recall = figures(held_back())
    assert precision >= 0.95
    assert recall >= 0.9


def test_the_weights_are_what_the_sentences_teach():
    known, learned = classifier.weights(), classifier.learned(classifier.training_rows())
    assert learned.keys() == known.keys()
    assert max(abs(learned[mark] - known[mark]) for mark in known) <= 0.002


def test_what_no_rule_foresaw_is_weighed():
    sentence = "Dear Ingrid, becoming part of your staff would be the highest honour."
    [found] = rulebook.shipped().caught(sentence)
    assert (found.rule, found.sentence) == ("weighed", sentence)
    assert "part of your staff" in found.words


def test_a_word_weighs_the_same_with_any_ending():
    assert {classifier.stem(word) for word in ("hires", "hired", "hiring")} == {"hir"}
    assert [classifier.stem(word) for word in ("class", "bed", "studies")] == ["class", "bed", "study"]


@pytest.mark.parametrize("rule", rulebook.shipped().rules, ids=lambda rule: rule.name)
def test_a_rule_says_what_it_means(rule):
    assert [text for text in rule.examples if not caught_by(text)] == []
    assert [text for text in rule.counterexamples if caught_by(text)] == []
    assert rule.examples
    assert rule.counterexamples
    assert rule.explanation
    assert caught_by(rule.suggestion) == []


def test_the_words_that_gave_it_away_are_words_of_the_sentence():
    [found] = rulebook.shipped().caught("Dear Ingrid, I’m looking for a résumé-friendly internship in Duluth.")
    assert (found.rule, found.words) == ("seeking", "I’m looking for a résumé-friendly internship")


HOSTILE = {
    "a long letter": "I would love to hear how you came to the work that you do and what you would learn first. " * 263,
    "one long sentence": "could you help me get a job and i would like to find a place at your company or team " * 264,
    "one word": "could " * 5000,
    "one letter": "a" * 50_000,
    "commas": "if you could, please, " * 2000,
    "apostrophes": "i'd'd'd'd'd " * 3000,
    "signs": "[[[job]]] .. ... ^ !you? " * 1500,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_letter_is_read_to_its_end(text):
    """A reader that goes back over what it has read would be at it until the run is ended (G8)."""
    assert isinstance(caught_by(text), list)


def test_the_question_bank_is_well_formed():
    rows = questions()
    assert len(rows) >= 75
    assert len({row["text"] for row in rows}) == len(rows)
    assert {row["theme"] for row in rows} == THEMES
    assert {row["relation"] for row in rows} <= RELATIONS | {"any"}
    assert {row["stage"] for row in rows} <= {"any", "undecided", "exploring", "decided", "searching"}
    assert all(row["why"] and "\n" not in row["why"] and row["text"][-1] in "?." for row in rows)
    assert all(1 <= int(row["minutes"]) <= 4 for row in rows)


def test_three_questions_close_a_talk_and_they_are_about_people():
    closing = [row for row in questions() if row["closing"] == "1"]
    assert [row["theme"] for row in closing] == ["referrals"] * 3


def test_there_are_three_samples_for_each_part_and_relation():
    assert set(SAMPLES["request"]) == RELATIONS
    for parts in SAMPLES["request"].values():
        assert {part: len(lines) >= 3 for part, lines in parts.items()} == {
            "who": True,
            "connection": True,
            "why": True,
            "ask": True,
        }
    assert [reason["slug"] for reason in SAMPLES["reconnect"]] == [
        "advice",
        "article",
        "update",
        "news",
        "work",
        "offer",
        "question",
    ]


def test_nothing_we_ship_asks_for_a_job_or_exclaims():
    ours = [row["text"] for row in questions()] + list(texts(SAMPLES))
    split = [part for text in ours for part in re.split(r"(?<=[.?])\s+", text)]
    assert [(part, caught_by(part)) for part in split if caught_by(part) or "!" in part] == []
