"""The texts that ship with interviews: well-formed, in our voice, and never asking for a job."""

import csv
import json
import re
import time
from pathlib import Path

import pytest

HERE = Path(__file__).parent
DATA = Path(__file__).parents[3] / "apps" / "interviews" / "data"
THEMES = {"organisation", "path", "field", "day", "advice", "fit", "referrals"}
RELATIONS = {"family", "friend", "professor", "work", "coach", "alum", "referred", "event", "linkedin", "website"}
RULES = json.loads((DATA / "phrases.json").read_text())
COMPILED = {rule["name"]: re.compile(rule["pattern"], re.IGNORECASE) for rule in RULES}
SAMPLES = json.loads((DATA / "samples.json").read_text())


def caught_by(sentence):
    return [name for name, pattern in COMPILED.items() if pattern.search(sentence)]


def sentences():
    rows = (HERE / "job_sentences.tsv").read_text().splitlines()
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
    labels = [label for label, _ in sentences()]
    assert labels.count("1") >= 110
    assert labels.count("0") >= 110
    assert len(set(sentences())) == len(labels)


def test_every_labelled_sentence_is_judged_as_labelled():
    wrong = [(label, text, caught_by(text)) for label, text in sentences() if bool(caught_by(text)) != (label == "1")]
    assert wrong == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["name"])
def test_a_rule_catches_its_examples_and_no_rule_its_counterexamples(rule):
    assert [text for text in rule["examples"] if not COMPILED[rule["name"]].search(text)] == []
    assert [text for text in rule["counterexamples"] if caught_by(text)] == []
    assert rule["explanation"]
    assert caught_by(rule["suggestion"]) == []


def test_the_rules_read_a_long_letter_in_no_time():
    letter = "I would love to hear how you came to the work that you do and what you would learn first " * 40
    started = time.perf_counter()
    caught_by(letter)
    assert time.perf_counter() - started < 0.5


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
