"""Sentences that read like asking for a job, found by the rules in data/phrases.json (R59).

It finds and explains; whether anything follows is the writer's choice. The rules are data: what a rule catches, and
what it must not, stands beside it in the file.
"""

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

RULES = Path(__file__).parent / "data" / "phrases.json"
_SENTENCE = re.compile(r"[^.?!\n]+(?:[.?!]+(?=\s|$|[”\"’)])|[.?!]+|\n|$)")


@dataclass(frozen=True)
class Caught:
    """One sentence that a rule caught, with the words that gave it away."""

    rule: str
    sentence: str
    words: str
    explanation: str
    suggestion: str


@cache
def _rules():
    return [(rule, re.compile(rule["pattern"], re.IGNORECASE)) for rule in json.loads(RULES.read_text())]


def sentences(text):
    """Return the sentences of a text as they stand in it."""
    return [sentence for match in _SENTENCE.finditer(text) if (sentence := match.group().strip())]


def caught(text):
    """Return what reads like asking for a job, one entry for each sentence, in the order of the text."""
    return [found for sentence in sentences(text) if (found := _caught_in(sentence))]


def _caught_in(sentence):
    for rule, pattern in _rules():
        match = pattern.search(sentence)
        if match:
            return Caught(rule["name"], sentence, match.group().strip(), rule["explanation"], rule["suggestion"])
    return None
