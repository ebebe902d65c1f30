"""Which levels of degree somebody has, from the text in which the university records them: “BA Biology 2014; MPH”."""

import re
from functools import lru_cache

LEVELS = {
    "associate": "Associate",
    "bachelor": "Bachelor’s",
    "master": "Master’s",
    "doctor": "Doctorate",
}
_SHORT = {
    "associate": "aa as aas",
    "bachelor": "ba bs bsc ab sb bfa bba bsba bsn bse bsee bsme bsce bsw beng bm bmus bed barch basc bas bcom llb mbbs",
    "master": "ma ms msc am sm mba mph mpa mpp mfa msw msn med mat mst meng march mm mmus mls mlis mhs mha mphil llm",
    "doctor": "phd dphil md do jd edd dds dmd dvm od pharmd psyd dnp dpt drph scd dsc dma thd",
}
_LEVEL_OF = {short: level for level, shorts in _SHORT.items() for short in shorts.split()}
_IN_FULL = {"doctorate": "doctor", "doctoral": "doctor", "masters": "master", "bachelors": "bachelor"}
_WORD = re.compile(r"[A-Za-z](?:[A-Za-z]|\.(?=[A-Za-z]))*")


@lru_cache(20_000)  # the same few come again and again
def levels(text: str) -> tuple[str, ...]:
    """Return the levels of the degrees in a text, the lowest first."""
    parted = re.sub(r"\b(Ph|Pharm|Psy|Ed|M)\.? ?D\b\.?", r"\1D", text)
    found = {level for word in _WORD.findall(parted.replace("’", "").replace("'", "")) if (level := _level(word))}
    return tuple(level for level in LEVELS if level in found)


def _level(word: str) -> str:
    plain = word.replace(".", "")
    folded = plain.lower()
    if folded in LEVELS or folded in _IN_FULL:
        return _IN_FULL.get(folded, folded)
    is_written_so = plain.isupper() or (len(plain) > 2 and plain[0].isupper() and plain[-1].isupper())
    return _LEVEL_OF.get(folded, "") if is_written_so or (folded in ("bsc", "msc") and plain[0].isupper()) else ""
