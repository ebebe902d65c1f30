"""The letters of a name: initials, and words written in capitals as a name is written."""

import re
import unicodedata

from apps.wording.name_words import PARTICLES

DOTTED = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]?\.?")
FAR_EAST = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\u31f0-\u31ff々]")


def letters_of(word: str) -> str:
    return "".join(c for c in word if c.isalpha())


def is_initial(word: str) -> bool:
    letters = letters_of(word)
    return len(letters) == 1 and not FAR_EAST.search(letters) and (word.endswith(".") or letters.isupper())


def is_initials(word: str) -> bool:
    letters = letters_of(word)
    return bool(DOTTED.fullmatch(word)) or (1 < len(letters) <= 3 and letters.isupper())


def initial(word: str) -> str:
    """The first letter with its marks."""
    letters = word.lstrip("’'‘`-.\"“(").removeprefix("d’").removeprefix("d'") or word
    end = 1
    while end < len(letters) and unicodedata.category(letters[end]) in ("Mn", "Mc", "Me"):
        end += 1
    return letters[:end].upper() if letters[0].isalpha() else letters[:end]


def recased_if_shouted(text: str) -> str:
    letters = letters_of(text)
    is_shouted = text.isupper() and (len(letters) > 3 or (len(letters) == 3 and re.search(r"[AEIOUY]", letters)))
    return " ".join(recased(text.split())) if is_shouted and not DOTTED.fullmatch(text) else text


def recased_if_alone(words: list[str], others: list[str]) -> list[str]:
    """LEE, Min-ho: the last name is written in capitals to tell it apart."""
    text = " ".join(words)
    mixed = not " ".join(others).isupper()
    return recased(words) if mixed and text.isupper() and len(letters_of(text)) > 2 else words


def recased(words: list[str]) -> list[str]:
    """Return words written in capitals as a name is written: McDonald, O’Brien, van der Berg, Min-Ho, JD."""
    return [_recased_word(word, at, len(words)) for at, word in enumerate(words)]


def _recased_word(word: str, at: int, count: int) -> str:
    letters = letters_of(word)
    if not word.isupper() or DOTTED.fullmatch(word) or len(letters) < 2:
        return word
    if len(letters) == 2 and not re.search(r"[AEIOUYÀ-Ý]", letters):
        return word
    if at < count - 1 and count > 1 and word.lower() in PARTICLES and (at > 0 or count > 2):
        return word.lower()
    cased = re.sub(r"[^\W\d_]+", lambda part: part[0].capitalize(), word)
    cased = re.sub(r"[’'](S)\b", "’s", cased)
    return re.sub(r"\bMc([a-z])", lambda part: "Mc" + part[1].upper(), cased)
