"""What a live note can become with one press: part of what was learned, a line of the thank-you, a step."""

from collections.abc import Iterable
from dataclasses import dataclass

from apps.interviews.debriefing import forms
from apps.interviews.debriefing.models import Debrief, LiveNote
from apps.web.answers import Refused

LABELS = {"learned": "What you learned", "thanks": "Thank-you", "step": "A step"}
OF_KIND = {"quote": "thanks", "action": "step"}  # where nobody said which
PLACES = {"learned": ("learned", "\n"), "thanks": ("quote", " ")}  # of a use: the field, and what parts two notes in it
STEP_MAX = 240
FULL = "There’s no room left in that field. Shorten it first, then add this note."


@dataclass(frozen=True)
class Use:
    """What a note can become; `is_done`: its words stand there."""

    name: str
    label: str
    is_done: bool


@dataclass(frozen=True)
class Note:
    """A note from the conversation, and what it can become."""

    row: LiveNote
    uses: list[Use]


def notes_of(debrief: Debrief) -> list[Note]:
    """Return the notes of a conversation, in their order."""
    steps = _steps(debrief)
    return [
        Note(note, [Use(name, label, _stands(debrief, note.text, name, steps)) for name, label in LABELS.items()])
        for note in debrief.interview.notes.order_by("at", "pk")
    ]


def put(debrief: Debrief, note: LiveNote, use: str = "") -> str:
    """Put the words of a note where they are wanted, unless they stand there. Returns where. Raises Refused."""
    use = use if use in LABELS else OF_KIND.get(note.kind, "learned")
    if _stands(debrief, note.text, use, _steps(debrief)):
        return use
    if use == "step":
        _promise(debrief, note.text[:STEP_MAX])
    else:
        _append(debrief, note.text, *PLACES[use])
    return use


def _steps(debrief: Debrief) -> list[str]:
    return [step.text for step in forms.rows(debrief, "step")]


def _stands(debrief: Debrief, text: str, use: str, steps: Iterable[str]) -> bool:
    if use == "step":
        return text[:STEP_MAX] in steps
    name, _ = PLACES[use]
    return _flat(text)[: _most(name)] in _flat(getattr(debrief, name))


def _append(debrief: Debrief, text: str, name: str, between: str) -> None:
    before, text = getattr(debrief, name), text if between == "\n" else _flat(text)[: _most(name)]
    fresh = f"{before}{between}{text}".strip()
    if len(fresh) > _most(name):
        raise Refused(FULL)
    setattr(debrief, name, fresh)


def _flat(text: str) -> str:
    return " ".join(text.split())


def _most(name: str) -> int:
    return int(getattr(Debrief._meta.get_field(name), "max_length", 0))


def _promise(debrief: Debrief, text: str) -> None:
    steps = _steps(debrief)
    empty = next((n for n, step in enumerate(steps) if not step), len(steps))
    if empty >= forms.MOST_ROWS:
        raise Refused("You have as many steps as fit here. Remove one first.")
    forms.write(debrief, {f"step-{empty}-text": text})
