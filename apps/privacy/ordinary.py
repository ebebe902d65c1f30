"""Whether a word that is a name and a word, too, is the name where it stands: Will, Grace, May, Art, Baker, Austin.

It goes by the sentence alone. In doubt it is the word: a first name that stays in a note names nobody by itself, and
the full name, the address and every name that is no word are taken out wherever they stand.
"""

import re

from apps.wording import names
from apps.wording.text import folded

# Beside those that names.py knows: names that are words, and may begin a sentence or stand in capitals as themselves.
WORDS = names.ORDINARY | frozenset(
    """
    abbey amber angel autumn baker banks barber bay bell berry best bird bishop black bond book bright brooks brown bush
    butler candy carol carpenter church clay cliff coach constance cook cross crystal daisy dale day dean dove english
    fair farmer fern fields fisher flora flowers ford fox french garden german ginger glen gold golden good goodman gray
    green grey hall hardy hazel head hill holiday holly hunter iris jack jade jasmine jasper jean jewel judge key king
    knight lake lamb lance land lane liberty lily little lord lynn major mason max melody mills misty moon moss nice
    noble north nova novel olive opal page palmer park parks pearl piper pond pool pope poppy porter post powers prince
    queen rain reed rice rivers rock rocky rowan ruby sage sandy savannah sharp shepherd short sierra silver singer
    skye small smart snow south spring star sterling stone storm stormy street strong summers sweet swift teacher temple
    thorn trinity valentine van violet walker walls waters weeks wells white wild wise wolf woods worthy
    """.split()  # noqa: SIM905 (a list of words)
)
PLACES = frozenset(
    """
    adelaide america asia austin bethany brittany bristol brooklyn carolina charlotte chad chelsea cheyenne china cuba
    dakota dallas denver devon florence geneva georgia houston india ireland israel italia jackson jordan kent kenya
    lincoln london lourdes madison memphis milan orlando paris phoenix regina rhodes savannah sydney vienna virginia
    washington york
    """.split()  # noqa: SIM905 (a list of words)
)
OF_SPEAKING = names.SENT | frozenset(
    """
    added agreed answered asked emailed explained gave helped knew knows laughed likes listened loves met offered
    promised recalled remembered replied showed smiled spoke studied talked taught thinks understood wants wanted works
    worked wrote
    """.split()  # noqa: SIM905 (a list of words)
)
_OF_TIME = re.compile(
    r"(?:\b(?:in|since|until|till|by|during|from|of|for|on|next|last|this|early|mid|late|every|each|before|after|around"
    r"|through|to|and|or|january|february|march|april|may|june|july|august|september|october|november|december)"
    r"|\d(?:st|nd|rd|th)?|[–—/-])\s*$",
    re.IGNORECASE,
)
_OF_PLACE = re.compile(
    r"\b(?:in|near|around|across|outside|inside|at|of|downtown|through|throughout|visit|visited|leave|left"
    r"|(?:mov|liv|travel|fl[ye]|driv|drove|flew|went|go|going|relocat|return|com|came|commut|trip|way|train|bus)\w*"
    r"(?:\s+back)?\s+(?:to|from))\s+$",
    re.IGNORECASE,
)
_OF_ADDRESS = re.compile(
    r"\b(?:dear|hi|hello|hey|thanks|thank you|with|met|ask|asked|and|told|from)\s+$", re.IGNORECASE
)
_NEXT = re.compile(r"(?P<gap>[’']s\b|[,.!?;:]?\s+|[,.!?;:)]*$)(?P<word>[^\W\d_][\w’'-]*)?")
_ARTICLE = re.compile(r"\b(?:an?|the|my|your|our|his|her|their|no|any|some|more|much)\s+$", re.IGNORECASE)
_BEFORE = re.compile(r"(?P<word>[^\W\d_][\w’'-]*)(?P<dot>\.?)\s+$")


def is_a_word(name: str) -> bool:
    """Whether a name may as well be a word of a sentence, or a place."""
    return folded(name) in WORDS | PLACES | names.NO_NAMES


def is_name(match: re.Match[str]) -> bool:
    """Whether what was found in a text is the name, and not the word."""
    word, before, after = folded(match.group()), match.string[: match.start()], match.string[match.end() :]
    following = _NEXT.match(after)
    next_word = (following and following["word"]) or ""
    if _stands_in_another_name(before, following):
        return False
    if _begins(before) or next_word in OF_SPEAKING:
        return _speaks(next_word, following)
    if _ARTICLE.search(before):
        return False
    if word in names.MONTHS:
        return not (_OF_TIME.search(before) or re.match(r",?\s*\d", after))
    if word in PLACES:
        return not (_OF_PLACE.search(before) or re.match(r",\s+[A-Z]", after))
    return True


def _begins(before: str) -> bool:
    """Whether it begins its sentence, where every word has a capital."""
    start = before.rstrip("“\"‘'( \t")
    last = _BEFORE.search(before)
    is_titled = bool(last and last["dot"] and folded(last["word"]) in names.TITLES)
    return not is_titled and (not start or start[-1] in ".!?\n:•-–—")


def _speaks(next_word: str, following: re.Match[str] | None) -> bool:
    """Whether what follows the first word of a sentence is what follows a person: “Will told me”, “Grace’s lab”."""
    gap = following["gap"] if following else ""
    return next_word in OF_SPEAKING or gap in ("’s", "'s")


def _stands_in_another_name(before: str, following: re.Match[str] | None) -> bool:
    """Whether it is part of a longer name, which the full name of the person is not: Grace Hopper, Art Institute."""
    next_word = (following and following["word"]) or ""
    is_run = bool(following and following["gap"].isspace() and next_word[:1].isupper())
    if is_run and folded(next_word) not in names.NO_NAMES and not names.is_possessive(next_word):
        return True
    last = _BEFORE.search(before)
    if not last or not last["word"][:1].isupper() or folded(last["word"]) in names.NO_NAMES:  # titles among them
        return False
    if last["dot"]:  # it ends the sentence before
        return False
    return not (_begins(before[: last.start()]) or _OF_ADDRESS.search(before))
