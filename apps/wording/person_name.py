"""A person's name as people write it: who to greet, how to call them, initials, what it sorts by.

One string holds it all, in any order that forms, exports and students use: "Griffey, Ken, Jr.", "Dr. Ana Núñez",
"LEE, MIN-HO", "Marisol Vega, county open day", "Rohan Som (he/him) 🌱". `read` takes it apart; everything that prints
or sorts a name asks what comes back. The library nameparser was measured against tests/wording/test_person_name.py: it
knows no pronouns, emoji, labels, capitals or orders other than the western, and takes ten times as long.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from apps.wording.name_letters import (
    FAR_EAST,
    initial,
    is_initial,
    is_initials,
    letters_of,
    recased,
    recased_if_alone,
    recased_if_shouted,
)
from apps.wording.name_words import (
    ALSO_NAMES,
    ALSO_SURNAMES,
    BY_ALL,
    BY_GIVEN,
    DEGREES,
    GIVEN_OF_MARY,
    HISPANIC,
    HONORARY,
    JUNIOR,
    KOREAN,
    LOWER_ONLY,
    NOT_GIVEN,
    NOT_SAID,
    ORGANIZATIONS,
    PAIRED,
    PARTICLES,
    RANKS,
    SERVANT_OF,
    SHORT_NAMES,
    TITLES,
    UNKNOWN,
    UNSURE,
    VIETNAMESE,
    VIETNAMESE_PLAIN,
    given_names,
    words_of,
)
from apps.wording.text import folded, one_line

LONGEST = 400  # characters that are read; a name is shorter


_PRONOUNS = re.compile(
    r"[(\[{|,]?\s*\b((?:she|he|they|ze|xe|any|her|him|hers|his|them|theirs?|ella|él|elle|hir|zir|xem)"
    r"(?:\s*/\s*(?:she|he|they|ze|xe|her|him|hers|his|them|theirs?|el|ella|él|elle|hir|zir|xem|hirs|zirs)\b)+"
    r"|(?<=[(\[])(?:he|she|they)(?=[)\]]))\s*[)\]}]?",
    re.IGNORECASE,
)
_BRACKETED = re.compile(r"[(\[{]([^()\[\]{}]*)[)\]}]?")
_QUOTED = re.compile(r"(?:(?<=\s)|^)[\"“„«‘']([^\"“”„«»‘’']{1,40})[\"”“»’'](?=\s|,|$)")
_LABEL = re.compile(r"\s+(?:[-–—|/@:;]|from|at|who|from\s+the|c/o|aka|née|nee|born|formerly|fka)\s+.*$")
_PARTED_DEGREE = re.compile(r"\b(Ph|Ed|Psy|Pharm|M)\. D\b\.?")
_UNPARTED_TITLE = re.compile(r"^(Dr|Mr|Mrs|Ms|Prof|Rev|Fr)\.(?=[^\W\d_]{2})")  # Dr.Jane Doe
_LETTERS = re.compile(r"[A-Z]{3,6}(?:-[A-Z]{1,3})?")
# A class mark, or what tells two apart: Adele Farrow ’13, MBA’19, P’24, Sam 2.
_COUNT = re.compile(r"(?:[A-Z][A-Za-z.]{0,5}(?=[’'‘`]\d))?[’'‘`#]?\d{1,4}[A-Z]?,?")
_PATRONYMIC = re.compile(r"(?:ович|евич|ич|овна|евна|ична|инична|йович)$", re.IGNORECASE)
_NOT_IN_HEADER = re.compile(r"[@:;<>()\[\]{}\\\"“”„«»|=?!#$%^*+~`/_]|https?")
_SITE = re.compile(r"\b[\w-]{2,}(?:\.[\w-]{2,})+")
_HISPANIC_END = re.compile(r".*(?:[aeiou]z|ñ.*)")
_AND = re.compile(r"\s+(?:&|and|und|y|e|et)\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PersonName:
    """A name taken apart. `given` or `family` may be empty; `label` is what somebody added to tell people apart."""

    titles: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    family: tuple[str, ...] = ()
    suffixes: tuple[str, ...] = ()
    preferred: str = ""  # what they are called, where they or a nickname in the name say so
    pronouns: str = ""
    label: str = ""
    is_family_first: bool = False

    def __bool__(self) -> bool:
        return bool(self.given or self.family or self.titles or self.suffixes)

    @property
    def core(self) -> tuple[str, ...]:
        """The words of the name in the order in which it is said."""
        return (*self.family, *self.given) if self.is_family_first else (*self.given, *self.family)

    @property
    def full(self) -> str:
        """The whole name in the order in which it is said, without pronouns, signs and labels."""
        return " ".join((*self.titles, *self.core, *self.suffixes))

    @property
    def called(self) -> str:
        """First and last name as the person uses them."""
        if not self.preferred:
            return self.full
        if not self.given or not self.family:
            return self.preferred
        first = self._preferred_first
        if len(first.split()) > len(self.family) and folded(first).endswith(folded(" ".join(self.family))):
            return first  # Mr. Carter
        if self.is_family_first and FAR_EAST.search(first):
            return " ".join((*self.family, first))
        return " ".join((first, *self.family, *self.suffixes))

    @property
    def _preferred_first(self) -> str:
        """The preferred name without the last name, which some write there too."""
        words, end = self.preferred.split(), len(self.family)
        is_whole = len(words) > end > 0 and [*map(folded, words[-end:])] == [*map(folded, self.family)]
        is_whole = is_whole and not all(_bare(word) in TITLES for word in words[:-end])  # Mr. Carter
        return " ".join(words[:-end]) if is_whole else self.preferred

    @property
    def first(self) -> str:
        """What to say in a greeting and wherever a first name is said: Ana; Dr. Núñez, for who is known by a title."""
        if self.preferred:
            return self._preferred_first
        return self._titled if self.titles else self._untitled

    @property
    def _titled(self) -> str:
        kind = folded(self.titles[-1]).rstrip(".")
        if kind in BY_ALL and self.given:
            named = self.core
        elif kind in BY_GIVEN and self.given:
            named = self.given[:1]
        else:
            named = self.family or self.given
        titles = [title for title in self.titles if not {folded(title), folded(title).rstrip(".")} & NOT_SAID]
        return " ".join((*titles, *named)) if titles else self._untitled

    @property
    def _untitled(self) -> str:
        if not self.given:
            return " ".join(self.family) or self.full
        if self.is_family_first:
            if FAR_EAST.search("".join(self.core)):
                return self.full
            return self.given[0] if _PATRONYMIC.search(self.given[-1]) else self.given[-1]
        pair = " ".join(self.given)
        if _AND.search(f" {pair} ") and len(self.given) >= 3:
            return _AND.sub(" and ", pair)
        if folded(self.given[0]) in SERVANT_OF:
            return " ".join(self.given[:2])
        if len(self.given) == 2 and folded(self.given[0]) in PAIRED and folded(self.given[1]) in given_names():
            return " ".join(self.given)
        said = next((word for word in self.given if not is_initial(word)), "")
        if said and not (len(self.given[0]) > 2 and is_initials(self.given[0])):
            return said
        lone = len(self.given) == 1 and len(letters_of(self.given[0])) > 1
        return self.given[0] if lone else " ".join((*self.given, *self.family))

    @property
    def initials(self) -> str:
        """One or two letters for a round sign."""
        own = self.preferred.split()
        first = own[:1] or list(self.given[:1])
        telling = [word for word in self.family if not word[0].islower()] or list(self.family[-1:])
        last = telling[:1] if self.given or not own else []
        words = last + list(self.given[-1:]) if self.is_family_first and not own else first + last
        return "".join(initial(word) for word in words) or "?"

    @property
    def sort_key(self) -> str:
        """The folded key by last name, then first; "jr." and its like at the end, titles and degrees nowhere."""
        juniors = [word for word in self.suffixes if _bare(word) in JUNIOR]
        return " ".join(folded(" ".join((*self.family, *self.given, *juniors))).split())

    @property
    def possessive(self) -> str:
        return possessive(self.first)

    @property
    def words(self) -> list[str]:
        """The folded words that name this person, in the order said; no titles, degrees, labels or particles."""
        return [word for word in map(folded, self.core) if word not in PARTICLES]


def possessive(name: str) -> str:
    """Ana’s, James’s, Ken Griffey Jr.’s."""
    return f"{name}’s" if name else ""


def in_header(name: str, *, room: int = 64) -> str:
    """Return a name as the From of a mail and a calendar may say it.

    Microsoft and Google refuse or rewrite names that hold an address or the signs that part a header, and distrust
    what looks like an address or a site: those signs become blanks, whole words are left out beyond `room`.
    """
    plain = _NOT_IN_HEADER.sub(" ", _plain(unicodedata.normalize("NFKC", name)))
    words = _SITE.sub(lambda found: found[0].replace(".", " "), plain).split()
    words = [word for word in words if any(c.isalnum() for c in word) or word == "&"]
    while len(words) > 1 and len(" ".join(words)) > room:
        words.pop()
    return " ".join(words)[:room].strip()


# --- reading ----------------------------------------------------------------------------------------------------------


# What stands in the place of a name once its person had their data deleted: said whole, also in a greeting.
NOBODY = ("An alum", "A former student", "A former coach", "A former member of the office")


@lru_cache(8192)
def read(name: str, preferred: str = "", key: str = "") -> PersonName:
    """Take a name apart. `key`: a sort key that was stored by who knew better which part is the last name."""
    if name in NOBODY:
        return PersonName(given=(name,))
    found = _read(_plain(name)) or PersonName(given=tuple(name.split()))
    if key:
        found = _by_key(found, key)
    preferred = _plain(_BRACKETED.sub(" ", _PRONOUNS.sub(" ", preferred))) if preferred else ""
    if preferred:
        found = _with(found, preferred=recased_if_shouted(preferred))
    return found


def is_plainly(name: str, key: str) -> bool:
    """Whether a name is two words as plain as most are, and this its sort key: there is nothing to take apart."""
    if not _PLAIN_NAME.fullmatch(name):
        return False
    first, _, last = name.lower().partition(" ")
    return key == f"{last} {first}" and not (first in _TELLING or last in _TELLING)


@lru_cache(1024)
def of_parts(given: str, family: str) -> PersonName:
    """Take a name apart whose first and last name stand in cells of their own."""
    given, family = (_given(_LABEL.sub("", _plain(part)).strip(" ,")) for part in (given, family))
    given = _IN_BRACKETS.sub(_quoted_if_a_name, given)
    if given and family:
        return _read(f"{family.replace(',', ' ')}, {given}", is_last_first=True)
    return _read(given or family)


_IN_BRACKETS = re.compile(r"(?<=\s)\(([^\W\d_]+)\)")


def _quoted_if_a_name(found: re.Match[str]) -> str:
    """Read Margarita (Rita) in a cell of first names as what they are called: no maiden name stands there."""
    return f'"{found[1]}"' if folded(found[1]) in given_names() else found[0]


def _given(cell: str) -> str:
    """Return what a cell of a name says, or "" where it says in a word or a sign that there is none."""
    return "" if folded(cell) in NOT_GIVEN or not any(c.isalnum() for c in cell) else cell


def tidy(name: str) -> str:
    """Return a name in the order in which it is said, keeping what somebody added to tell people apart."""
    found = read(name)
    if not found or found.label or not ("," in name or found.pronouns):
        return " ".join(name.split())
    nickname = (f"“{found.preferred}”",) if found.preferred else ()
    if found.is_family_first:
        return found.full
    return " ".join((*found.titles, *found.given, *nickname, *found.family, *found.suffixes))


def is_organization(name: str) -> bool:
    """Whether a line reads like a school, an employer or an event, and not like a person."""
    found = read(name)
    words = [folded(word).strip(".") for word in found.core]
    if found.titles or found.label or not words:
        return False
    if any(word in ORGANIZATIONS or word.isdecimal() for word in words):
        return True
    is_named = words[0] in given_names()
    if len(words) == 2:
        return words[1] in ALSO_SURNAMES and not is_named
    return len(words) > 2 and (words[-1] in ALSO_SURNAMES or (words[1] == "of" and not is_named))


def parted(text: str) -> list[list[str]]:
    """Return the parts of a line between its commas, each as words, without suffixes, labels and asides."""
    return _parts(_without_asides(_plain(text))[0])[0]


def _with(found: PersonName, **changes: object) -> PersonName:
    values = {name: getattr(found, name) for name in PersonName.__slots__}
    return PersonName(**values | changes)  # type: ignore[arg-type]  # the names are its own


def _plain(text: str) -> str:
    """Return text on one line, composed, without emoji and other signs that are no part of a name."""
    if text.isascii() and "*" not in text:
        return " ".join(text[:LONGEST].split())
    line = unicodedata.normalize("NFC", one_line(text[:LONGEST]))
    kept = "".join(
        " " if unicodedata.category(c) in ("So", "Sk", "Cs", "Co", "Cn", "Cf") and c not in "´`" else c for c in line
    )
    return " ".join(re.sub(r"[*★•·™®†‡\ufe0f]", " ", kept).split())


def _read(text: str, *, is_last_first: bool = False) -> PersonName:
    text = _UNPARTED_TITLE.sub(r"\1. ", text) if "." in text else text
    text = _PARTED_DEGREE.sub(r"\1.D.", text) if ". D" in text else text
    words = text.split()
    if len(words) > 1 and words[0] in ("my", "My", "our", "Our", "the", "The"):  # my aunt Rosa, the Hon. Ann Cole
        return _read(" ".join((words[1].capitalize(), *words[2:])), is_last_first=is_last_first)
    if len(words) == 2 and words[0][-1] == "," and is_plain_word(words[0][:-1]) and is_plain_word(words[1]):
        return PersonName(given=(words[1],), family=(words[0][:-1],))
    if 1 < len(words) < 4 and all(map(is_plain_word, words)):
        return PersonName(given=tuple(words[:-1]), family=tuple(words[-1:]))
    pronouns = _PRONOUNS.search(text)
    if pronouns:
        text = f"{text[: pronouns.start()]} {text[pronouns.end() :]}"
    text, nickname, labels = _without_asides(text)
    if any(c.isdigit() for c in text):
        labels += [word for word in text.split() if _COUNT.fullmatch(word)]
        text = " ".join(word for word in text.split() if not _COUNT.fullmatch(word)) or text
    parts, suffixes, more = _parts(text, is_last_first=is_last_first)
    labels += more
    if not parts:
        return PersonName(suffixes=tuple(suffixes), pronouns=pronouns[1] if pronouns else "")
    titles, parts = _titles(parts)
    found = _ordered(parts)
    return _with(
        found,
        titles=tuple(titles),
        suffixes=(*found.suffixes, *map(_as_written, suffixes)),
        preferred=nickname,
        pronouns=pronouns[1] if pronouns else "",
        label=found.label or " ".join(labels),
    )


def _as_written(suffix: str) -> str:
    """JR and SR are Jr and Sr; III and PhD stay."""
    return suffix.capitalize() if suffix.rstrip(".") in ("JR", "SR", "JNR", "SNR") else suffix


def is_plain_word(word: str) -> bool:
    """Whether it can be nothing but one word of a name, wherever it stands in it."""
    return _PLAIN_WORD.fullmatch(word) is not None and word.lower() not in _TELLING


_PLAIN_WORD = re.compile(r"[A-Z][a-z]{2,}(?<![aeiou]z)")
_PLAIN_NAME = re.compile(rf"{_PLAIN_WORD.pattern} {_PLAIN_WORD.pattern}")
_AROUND = words_of("from at who and und born nee formerly emeritus emerita")
_TELLING = PARTICLES | TITLES | JUNIOR | DEGREES | VIETNAMESE_PLAIN | ORGANIZATIONS | _AROUND | KOREAN | HISPANIC
_TELLING |= NOT_GIVEN


_QUOTES = '"“”„«»'


def _without_asides(text: str) -> tuple[str, str, list[str]]:
    """Return the text without what stands in brackets and quotes, the nickname among them, and the rest of them."""
    nickname, labels = "", []
    quoted = _QUOTED.search(text)
    if quoted:
        nickname = quoted[1].strip()
        text = f"{text[: quoted.start()]} {text[quoted.end() :]}"
    for match in _BRACKETED.finditer(text):
        inside = match[1].strip()
        if (bare := inside.strip(_QUOTES)) != inside and bare and not nickname:  # ("Annie")
            nickname = bare
        elif folded(inside) in SHORT_NAMES and not nickname:
            nickname = inside
        elif inside:
            labels.append(inside)
    text = _BRACKETED.sub(" ", text)
    if nickname and not text.strip(" ,"):
        text, nickname = nickname, ""
    label = _LABEL.search(text)
    if label and text[: label.start()].strip():
        labels.append(label[0].strip())
        text = text[: label.start()]
    return " ".join(text.split()).strip('"“”„«»'), nickname, labels


def _bare(word: str) -> str:
    """Return a title or a degree as it is compared: "Ph.D." is phd."""
    return word.lower().replace(".", "").replace("-", "").strip(",")


def is_suffix(word: str, *, is_sure: bool) -> bool:
    bare = _bare(word)
    if bare in JUNIOR and (bare not in UNSURE or (is_sure and word.isupper())):
        return True
    if bare not in DEGREES:
        stem, dash, rest = word.partition("-")  # LCSW-R, FNP-BC
        return bool(dash) and word.isupper() and len(rest) < 4 and _bare(stem) in DEGREES - UNSURE
    return bare not in UNSURE or (is_sure and (word.isupper() or "." in word))


def _parts(text: str, *, is_last_first: bool = False) -> tuple[list[list[str]], list[str], list[str]]:
    """Return the parts between commas as words, the suffixes, and the labels."""
    raw = [[word for word in part.split() if _is_said(word)] for part in text.split(",")]
    raw = [part for part in raw if part]
    if not raw:
        return [], [], []
    shouted = text.isupper()
    suffixes: list[str] = []
    labels: list[str] = []
    parts = [raw[0]]
    for at, part in enumerate(raw[1:]):
        room = len(parts[0]) > 1 or len(parts) > 1
        if at == 0 and is_last_first:  # a cell of its own holds a first name, whatever it reads like
            parts.append(part)
        elif all(is_suffix(word, is_sure=room) for word in part):
            suffixes += part
        elif room and not shouted and _are_letters(part):
            suffixes += ["".join(part)] if "." in part[0] else part
        elif (len(parts) == 1 and _is_label(part, parts[0])) or labels:
            labels.append(" ".join(part))
        else:
            parts.append(part)
    first = parts[0][0]  # Ph.D. John Smith; M.D. Anderson has initials
    if len(parts[0]) > 2 and "." in first and len(_bare(first)) > 2 and is_suffix(first, is_sure=False):
        suffixes.append(parts[0].pop(0))
    for at, part in enumerate(parts):
        room = at > 0 or len(parts) > 1
        taken: list[str] = []
        while len(part) > 1 and is_suffix(part[-1], is_sure=(len(part) > 2 or room) and not shouted):
            taken.insert(0, part[-1])
            part = part[:-1]
        parts[at], suffixes = part, taken + suffixes
    return parts, suffixes, labels


def _are_letters(part: list[str]) -> bool:
    """Whether what stands after a comma and a whole name are letters of a degree that we do not know: ABPP; M. Ed."""
    if "." in part[0] and len(part) == 2 and len(_bare(part[1])) > 1 and is_suffix("".join(part), is_sure=True):
        return True
    return all(_LETTERS.fullmatch(word) and folded(word) not in given_names() | SHORT_NAMES for word in part)


def _is_said(word: str) -> bool:
    """Whether a word is a part of a name, and no sign or mark in the place of one: “Sukarno, .”, “FNU Rahul”."""
    return folded(word) not in UNKNOWN and (word == "&" or any(c.isalnum() for c in word))


def _is_label(part: list[str], first: list[str]) -> bool:
    """Whether what stands after a comma tells people apart, and is no first name: “Marisol Vega, county open day”."""
    low = [folded(word) for word in part]
    if any(
        word in ORGANIZATIONS or word in ALSO_SURNAMES or word in ("of", "the", "from", "at", "my", "who", "whom")
        for word in low
    ):
        return True
    if len(first) < 2 or folded(first[0]) in PARTICLES:
        return False
    is_lower = part[0][0].islower() and folded(part[0]) not in PARTICLES
    return is_lower and not " ".join(first).islower()


def _titles(parts: list[list[str]]) -> tuple[list[str], list[list[str]]]:
    """Take the titles off, wherever they stand: “Dr. Ana Núñez”, “Núñez, Dr. Ana”, “Núñez, Ana, Dr.”"""
    titles: list[str] = []
    left: list[list[str]] = []
    count = sum(map(len, parts))
    for at, part in enumerate(parts):
        words = list(part)
        while (
            words
            and not (at == 0 and len(words) == 1 < len(parts))
            and (
                _is_title(words[0], count - len(titles), bool(titles), at)
                or (titles and words[0] in ("&", "and") and len(words) > 2 and _is_title(words[1], count, True, at))
            )
        ):
            titles.append(words.pop(0))
        if words:
            left.append(words)
    if not left:  # nothing but titles: they are the name
        return [], [titles]
    return titles, left


def _is_title(word: str, count: int, has_title: bool, at: int) -> bool:
    bare = folded(word).rstrip(".,")
    if has_title and (bare in HONORARY or folded(word) in HONORARY):
        return True
    if bare in ALSO_NAMES:
        return count > 2
    if bare in RANKS and bare in JUNIOR | words_of("med"):
        return word.endswith(".") and at == 0  # Sr. Ana is a title, Smith, John, Sr. is not
    return bare in TITLES and count > 1


def _ordered(parts: list[list[str]]) -> PersonName:
    shouted = all(word.isupper() or not word.isalpha() for part in parts for word in part) and (
        sum(len(letters_of(word)) for part in parts for word in part) > 3
    )
    cased = [recased(part) for part in parts] if shouted and " ".join(map(" ".join, parts)).isupper() else parts
    if len(cased) > 1:
        family, given = tuple(recased_if_alone(cased[0], cased[1])), tuple(word for part in cased[1:] for word in part)
        is_far = bool(FAR_EAST.search("".join((*family, *given))))
        if is_far and len(family) == len(given) == 1 and len(family[0]) <= 2 and len(given[0]) <= 2:
            return PersonName(given=(family[0] + given[0],))  # 김민호 is written in one
        is_said_so = len(family) == 1 and len(given) > 1 and _is_vietnamese([*family, *given]) and _is_middle(given[0])
        return PersonName(given=given, family=family, is_family_first=is_far or is_said_so)
    return _said(cased[0])


def _said(words: list[str]) -> PersonName:
    """A name in the order in which it is said."""
    if len(words) == 1:
        return PersonName(given=tuple(words)) if folded(words[0]) not in PARTICLES else PersonName(family=tuple(words))
    if FAR_EAST.search("".join(words)):
        return PersonName(given=tuple(words[1:]), family=tuple(words[:1]), is_family_first=True)
    if _is_vietnamese(words):
        return PersonName(given=tuple(words[1:]), family=tuple(words[:1]), is_family_first=True)
    if len(words) == 3 and _PATRONYMIC.search(words[2]) and not _PATRONYMIC.search(words[1]):
        return PersonName(given=tuple(words[1:]), family=tuple(words[:1]), is_family_first=True)
    if (
        len(words) == 2
        and words[0].lower() in KOREAN
        and not words[0].isupper()
        and re.fullmatch(r"[A-Z][a-z]+-[a-z]+", words[1])
    ):  # Ban Ki-moon
        return PersonName(given=(words[1],), family=(words[0],), is_family_first=True)
    loud = [len(letters_of(word)) > 2 and word.isupper() and bool(re.search(r"[AEIOUYÀ-Ý]", word)) for word in words]
    if loud[0] and not any(loud[1:]) and not is_initials(words[1]):  # DUPONT Jean
        return PersonName(given=tuple(words[1:]), family=tuple(recased(words[:1])))
    if loud[-1] and not loud[0]:  # Gabriel GARCÍA MÁRQUEZ
        begins = loud.index(True)
        return PersonName(given=tuple(words[:begins]), family=tuple(recased(words[begins:])))
    begins = _family_begins(words)
    return PersonName(given=tuple(words[:begins]), family=tuple(words[begins:]))


def _family_begins(words: list[str]) -> int:
    """Return where the last name begins, with its particles: Anneke | van der Berg."""
    last = len(words) - 1
    if is_particle(words[0]) and (words[0][0].islower() or (len(words) > 2 and is_particle(words[1]))):
        return 0
    for at in range(1, last):
        if not is_particle(words[at]):
            continue
        noun = next((n for n in range(at, last + 1) if not is_particle(words[n])), last)
        if folded(words[0]) in ("maria", "ma.") and folded(words[noun]) in GIVEN_OF_MARY and noun < last:
            continue
        return at
    if last >= 2 and _are_two_last_names(words):
        return last - 1
    if last >= 3 and words[-2] in ("y", "e", "i"):
        return last - 2
    if last >= 2 and folded(words[-2]) in ("&", "and"):
        return last - 1 if last == 2 else last
    return last


def _are_two_last_names(words: list[str]) -> bool:
    """Whether the last two words are a father's and a mother's name: Gabriel García Márquez."""
    low = [folded(word) for word in words]
    if low[-2] in given_names() or low[-1] in given_names() or is_initial(words[-2]):
        return False
    is_hispanic = [
        word in HISPANIC or _HISPANIC_END.fullmatch(word) is not None or "ñ" in words[at].lower()
        for at, word in enumerate(low)
    ]
    return not is_hispanic[0] and is_hispanic[-2] and is_hispanic[-1]


def is_particle(word: str) -> bool:
    low = word.lower()
    if low in LOWER_ONLY and word[0].isupper():
        return False
    return low in PARTICLES or (folded(word) in PARTICLES and not word.endswith(".") and len(word) > 1)


def _is_middle(word: str) -> bool:
    """Whether it is Thị or Văn, which stand in Vietnamese names and are no name to call somebody by."""
    return word.lower() in ("thi", "thị", "van", "văn")


def _is_vietnamese(words: list[str]) -> bool:
    low = [word.lower() for word in words]
    if len(low) > 2 and low[0] in VIETNAMESE | VIETNAMESE_PLAIN and low[1] in ("thị", "văn"):
        return True
    if low[0] in VIETNAMESE and low[-1] not in VIETNAMESE:
        return not low[0].isascii() or (len(words) > 2 and not low[1].isascii())
    return len(words) > 2 and low[0] in VIETNAMESE_PLAIN and low[1] in ("thi", "thị", "van", "văn")


def _by_key(found: PersonName, key: str) -> PersonName:
    """Part first and last name as a stored key does, where it is of this very name and of the western order."""
    if found.is_family_first or len(found.core) < 2:
        return found
    if len(found.given) == len(found.family) == 1:  # there is no other way
        return found
    core, wanted = found.core, key.split()
    juniors = folded(" ".join(word for word in found.suffixes if _bare(word) in JUNIOR)).split()
    for at in range(1, len(core)):
        turned = folded(" ".join((*core[at:], *core[:at]))).split() + juniors
        if turned == wanted and not is_particle(core[at - 1]):
            return _with(found, given=core[:at], family=core[at:])
    return found


def class_mark(year: int | None) -> str:
    """’14 for the class of 2014."""
    return f"’{year % 100:02d}" if year else ""
