"""Text as a search compares it, in the database: without accents, case, and the marks that keyboards differ in.

`network_folded` (made by migration 0008) is immutable, so an index may stand on it. What was typed passes
through it, too.
"""

from django.db.models import Func, TextField


class Folded(Func):
    """What `network_folded` makes of a text."""

    function = "network_folded"
    output_field = TextField()
