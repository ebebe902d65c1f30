"""What the page of the introduction shows: a version in three parts, how long each is, what may lose somebody."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.forms import BoundField

from apps.accounts.models import User
from apps.students import spoken, versions
from apps.students.earlier import Earlier
from apps.students.forms_introduction import FORMS, Typed
from apps.students.models import Introduction
from apps.students.spoken import PARTS
from apps.students.versions import LABELS, Version
from apps.wording import jargon
from apps.wording.jargon import Term
from apps.wording.text import folded

OF_A_PART = spoken.MOST // len(PARTS)  # words of one part, where all three are as long as they may be


@dataclass(frozen=True)
class Part:
    """One of the three points as it stands now. `otherwise`: what is said where this version leaves it blank."""

    number: int
    name: str
    field: BoundField
    words: int
    time: str
    terms: list[Term]
    otherwise: str
    most: int = OF_A_PART

    @property
    def named(self) -> str:
        """“QGIS” and “GLMM”."""
        quoted = [f"“{term.word}”" for term in self.terms]
        return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"

    @property
    def plainer(self) -> str:
        """“free map software”, “a lab test”: of those for which plain words are known."""
        return ", ".join(f"“{term.plain}”" for term in self.terms if term.plain)


@dataclass(frozen=True)
class Tab:
    """One of the two versions, to choose from."""

    key: str
    label: str
    is_here: bool


@dataclass(frozen=True)
class IntroductionPage:
    mine: Introduction
    whole: Introduction  # as it is said in this version
    version: Version
    tabs: list[Tab]
    form: Typed
    parts: list[Part]
    length: spoken.Length
    sentences: list[spoken.Sentence]
    clock: str  # 0:29
    for_field: bool
    earlier: Sequence[Earlier]


def page(
    student: User,
    mine: Introduction,
    version: Version,
    form: Typed | None = None,
    *,
    earlier: Sequence[Earlier] = (),
) -> IntroductionPage:
    """Return the page of one version; `mine` may be as it is typed and not saved, `form` one that cannot be taken."""
    shown = form or FORMS[version](instance=mine)
    whole = versions.said(mine, version)
    return IntroductionPage(
        mine=mine,
        whole=whole,
        version=version,
        tabs=[Tab(one, LABELS[one], one == version) for one in Version],
        form=shown,
        parts=[_part(number, field, mine, version, student) for number, field in enumerate(_fields(shown), 1)],
        length=spoken.measure(whole),
        sentences=spoken.sentences(whole),
        clock=spoken.clock(whole.seconds),
        for_field=version == Version.FIELD,
        earlier=earlier,
    )


def _fields(form: Typed) -> list[BoundField]:
    """Return the three fields as they were posted; those that were not (by a script, by another page) as they are."""
    whole = type(form)(instance=form.instance)
    return [form[name] if name in form.fields else whole[name] for name in whole.fields]


def _part(number: int, field: BoundField, mine: Introduction, version: Version, student: User) -> Part:
    text = getattr(mine, field.name)
    lay = version == Version.ANYONE
    return Part(
        number=number,
        name=field.name,
        field=field,
        words=len(text.split()),
        time=spoken.duration(spoken.seconds(text)),
        terms=jargon.terms(text, known=known(mine, student)) if lay else [],
        otherwise="" if lay else getattr(mine, field.name.removeprefix("expert_")),
    )


def known(mine: Introduction, student: User) -> set[str]:
    """Return what needs no remark: what the student keeps, and what their own studies are called."""
    studies = (folded(word) for study in student.student_profile.studies for word in study.split())
    return {*mine.kept_words, *studies}
