"""Sentences to learn from, by relation and part (R60). They stand beside the field and are never sent by themselves."""

import json
from functools import cache
from pathlib import Path
from typing import TypedDict

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


def for_request(relation: str) -> dict[str, list[str]]:
    """Return {part: sentences} for a request to somebody known in this way."""
    request = _all()["request"]
    return request.get(relation, request["alum"])


def subjects() -> list[str]:
    return _all()["subjects"]


def phone_script() -> list[ScriptStep]:
    return _all()["phone_script"]
