"""Rows of the apps above this one that hang on a student's people: their conversations and their requests.

What is asked of a whole network begins with these rows, of which a student has few, and not with the contacts: so it
stays quick right after an import, while the database still believes that there are hardly any contacts.
"""

from typing import Any, Literal, cast

from django.apps import apps
from django.db.models import QuerySet


def rows_above(relation: Literal["interviews", "requests"], **of: Any) -> QuerySet[Any]:
    """Return the rows of a reverse relation of Contact, whoever's they are: narrow them by `student` or `contact`."""
    model = apps.get_model("network", "Contact")._meta.get_field(relation).related_model
    return cast("QuerySet[Any]", cast(Any, model)._base_manager.filter(**of))
