"""Sentences to learn from, by relation and part (R60). They stand beside the field and are never sent by themselves.

They name the university as the office calls it: {university} and {short_name} stand for that in the file.
"""

import json
from functools import cache
from pathlib import Path
from typing import TypedDict

from apps.clock.regions import spelled
from apps.policy.models import Policy

FILE = Path(__file__).parents[1] / "data" / "samples.json"


class ScriptStep(TypedDict):
    """One step of a call: what it is called, and what to say."""

    step: str
    say: str


class Samples(TypedDict):
    """The file."""

    subjects: list[str]
    request: dict[str, dict[str, list[str]]]
    phone_script: list[ScriptStep]


@cache
def _all() -> Samples:
    return json.loads(FILE.read_text())


def for_request(relation: str, policy: Policy) -> dict[str, list[str]]:
    """Return {part: sentences} for a request to somebody known in this way."""
    request = _all()["request"]
    parts = request.get(relation, request["alum"])
    return {part: [_named(sentence, policy) for sentence in sentences] for part, sentences in parts.items()}


def subjects(policy: Policy) -> list[str]:
    return [_named(subject, policy) for subject in _all()["subjects"]]


def _named(text: str, policy: Policy) -> str:
    return spelled(text).replace("{university}", policy.university).replace("{short_name}", policy.short_name)


def phone_script() -> list[ScriptStep]:
    return _all()["phone_script"]
