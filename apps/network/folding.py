"""Text as a search compares it, in the database: without accents, case, and the marks that keyboards differ in.

`network_folded` (made by migration 0008) is immutable, so an index may stand on it. What was typed passes
through it, too.
"""

from django.db.models import BooleanField, Func, TextField, Value
from django.db.models.expressions import Combinable


class Folded(Func):
    """What `network_folded` makes of a text."""

    function = "network_folded"
    output_field = TextField()


class Says(Func):
    """Whether a text has this word or piece of a word in it, folded."""

    output_field = BooleanField()
    template = "(%(expressions)s)"
    arg_joiner = " LIKE "

    def __init__(self, text: str | Combinable, word: str) -> None:
        super().__init__(Folded(text), Folded(Value(pattern_of(word), output_field=TextField())))


def pattern_of(word: str) -> str:
    """Return what stands behind LIKE where a word or a piece of one is looked for."""
    escaped = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
