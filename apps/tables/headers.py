"""What the columns of a table mean: by the names that systems give them, else as a person matched them by hand."""

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

type Synonyms = Mapping[str, Sequence[str]]  # our field -> names of its column, folded, the surest first; * is any text
type Columns = Mapping[str, int]  # our field -> place of its column

# How systems dress a name: Salesforce `npe01__HomeEmail__c`, Raiser's Edge `CnPrBs_Org_Name`, Banner
# `SPRIDEN_FIRST_NAME`, PeopleSoft `PERSONAL_DATA.FIRST_NAME` or `PS_NAMES.LAST_NAME`, Google `E-mail 1 - Value`.
DRESSES = (
    re.compile(r"^(?:[A-Za-z0-9]+(?:_[A-Za-z0-9]+)*__)?(?P<name>.+?)__(?:c|pc|r)$", re.IGNORECASE),
    re.compile(r"^Cn(?!Sp|Rel|Par|Fam)[A-Z][A-Za-z]*(?:_\d+)*_(?P<name>.+)$"),  # not of spouses and relatives
    re.compile(r"^[A-Z]{7}_(?P<name>[A-Z].*)$"),
    re.compile(r"^(?!owner|created|last.?modified|spouse|parent|emergency)[\w ]+[.:](?P<name>[^.:]+)$", re.IGNORECASE),
    re.compile(r"^(?!spouse|parent|emergency|relation)[^\\]+\\(?P<name>.+)$", re.IGNORECASE),  # Address\City
    re.compile(r"^(?P<name>.+?)\s*[(\[*].*$"),
    re.compile(r"^(?P<name>.+?)(?:\s+[-–]\s+(?:value|wert|valeur|valore?|waarde)|[ _#-]*1)$", re.IGNORECASE),
    re.compile(
        r"^(?:alum(?:n[aiu]s?)?|constituent|contact|person|student|primary|pref(?:erred)?|current|best|main|default)"
        r"[ _.-]+(?P<name>.+)$",
        re.IGNORECASE,
    ),
    re.compile(r"^(?:\(?\d{1,3}[.)]|q\d{1,3}[.:)])\s*(?P<name>[^\W\d].*)$", re.IGNORECASE),  # 2. Full Name; Q3: Email
    re.compile(r"^(?P<name>\w[\w ]*?)\s*/\s*\w[\w ]*$"),  # State/Region
)
OF_OTHERS = re.compile(
    r"spouse|partner|husband|wife|parent|mother|father|famil|child|sibling|relati|emergency|household|memor|honou?r|gift",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Match:
    """Which columns we know. `known` may be changed by hand: it is a value, {our field: place}."""

    known: dict[str, int] = field(default_factory=dict)
    unknown: list[int] = field(default_factory=list)  # places of columns with a name that nothing of ours is read from
    ambiguous: dict[str, list[int]] = field(default_factory=dict)  # several columns that may be the field; the first is
    others: dict[str, list[int]] = field(default_factory=dict)  # less sure names of a field that is known already


def matched(header: Sequence[str], synonyms: Synonyms) -> Match:
    """Find for each of our fields the column it is read from. A column is read into one field only."""
    fields = {name: (ours, rank) for ours, names in synonyms.items() for rank, name in reversed([*enumerate(names)])}
    patterns = [(name, claim) for name, claim in fields.items() if "*" in name]
    claims: dict[str, list[tuple[tuple[int, int], int]]] = {}
    unknown = []
    for place, written in enumerate(header):
        claim = next(
            ((fields[name], step) for step, name in enumerate(_forms(written)) if name in fields),
            _claimed_in_part(written, patterns),
        )
        if claim is not None:
            (ours, rank), step = claim
            claims.setdefault(ours, []).append(((step > 0, rank), place))
        elif folded(written):
            unknown.append(place)
    match = Match(unknown=unknown)
    for ours in synonyms:
        if ours in claims:
            _settle(ours, sorted(claims[ours]), match)
    match.unknown.sort()
    return match


def _claimed_in_part[Claim](written: str, patterns: Sequence[tuple[str, Claim]]) -> tuple[Claim, int] | None:
    """Find a header by a part of its name, unless it speaks of somebody else."""
    if OF_OTHERS.search(written):
        return None
    return next(((claim, 1) for name, claim in patterns if fnmatchcase(folded(written), name)), None)


def _settle(ours: str, claims: list[tuple[tuple[int, int], int]], match: Match) -> None:
    best, place = claims[0]
    match.known[ours] = place
    if alike := [other for rank, other in claims if rank == best and other != place]:
        match.ambiguous[ours] = [place, *alike]
    if rest := [other for _, other in claims[1:]]:
        match.others[ours] = rest
        match.unknown.extend(rest)


def _forms(written: str) -> Iterator[str]:
    """Yield a header folded, then without what its system dresses it with."""
    forms = [written.strip()]
    yield folded(forms[0])
    for form in forms:
        if len(forms) > 8:
            return
        for dress in DRESSES:
            if (bare := dress.match(form)) and bare["name"].strip() not in forms:
                forms.append(bare["name"].strip())
                yield folded(forms[-1])


def folded(name: str) -> str:
    """Return a header without case, accents, spaces, underscores and signs: " E-Mail_Address* " is emailaddress."""
    return "".join(c for c in unicodedata.normalize("NFKD", name).casefold() if c.isalnum())


def fingerprint(header: Sequence[str]) -> str:
    """Return what a header of this shape is remembered by: the same names, in whichever order."""
    names = sorted(name for name in map(folded, header) if name)
    return hashlib.sha256("\n".join(names).encode()).hexdigest()[:32]


def by_hand(header: Sequence[str], chosen: Mapping[str, str], synonyms: Synonyms) -> Match:
    """Match as a person says, {our field: header, or "" for none}; what they leave open is matched as we know it.

    Raises ValueError with a sentence where there is no such field or header.
    """
    places = {folded(name): place for place, name in reversed(list(enumerate(header)))}
    for ours, name in chosen.items():
        if ours not in synonyms:
            raise ValueError(f"There is no field “{ours}”. There are {', '.join(synonyms)}.")
        if name and folded(name) not in places:
            raise ValueError(f"The file has no column “{name}”. It has {', '.join(filter(None, header))}.")
    taken = {places[folded(name)]: ours for ours, name in chosen.items() if name}
    left = ["" if place in taken else name for place, name in enumerate(header)]
    match = matched(left, {ours: names for ours, names in synonyms.items() if ours not in chosen})
    match.known.update({ours: place for place, ours in taken.items()})
    usual = matched(left, synonyms)  # what else is read into a field, as a date of death beside Deceased, still is
    for ours in taken.values():
        also = [*([usual.known[ours]] if ours in usual.known else []), *usual.others.get(ours, [])]
        if also:
            match.others[ours] = also
    return match


def with_names(synonyms: Synonyms, chosen: Mapping[str, str]) -> Synonyms:
    """Return the synonyms with the headers that a person chose, so that the header is found by them too."""
    return {ours: (*names, folded(chosen[ours])) if chosen.get(ours) else names for ours, names in synonyms.items()}


def chosen_columns(written: Sequence[str]) -> dict[str, str]:
    """Return what a command's `--column FIELD=HEADER` say, as by_hand takes it."""
    return {ours.strip(): name.strip() for ours, _, name in (one.partition("=") for one in written)}
