"""Sentences to learn from, by relation and part (R60). They stand beside the field and are never sent by themselves."""

import json
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "data" / "samples.json"


@cache
def _all():
    return json.loads(FILE.read_text())


def for_request(relation):
    """Return {part: sentences} for a request to somebody known in this way."""
    request = _all()["request"]
    return request.get(relation, request["alum"])


def subjects():
    return _all()["subjects"]


def phone_script():
    return _all()["phone_script"]
