"""How a field of study is said within a sentence."""

import re

from apps.wording.text import folded

PROPER = frozenset(
    """
    african american arab arabic asian black celtic chicano chinese christian dutch east english european french german
    greek hebrew hindi hispanic hmong indigenous irish islamic italian japanese jewish korean latin latina latino latinx
    native near norse persian polish portuguese quranic russian sanskrit scandinavian slavic spanish swahili turkish
    ukrainian vietnamese yiddish
    """.split()  # noqa: SIM905 (a list of words)
)


def in_a_sentence(study: str) -> str:
    """Return a field of study within a sentence: biology; African American studies; MIS."""
    return " ".join(word if _keeps_capital(word) else word.lower() for word in study.split())


def _keeps_capital(word: str) -> bool:
    return any(folded(part) in PROPER for part in re.split(r"\W", word)) or word[1:] != word[1:].lower()
