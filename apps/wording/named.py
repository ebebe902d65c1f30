"""What somebody is called by the name that stands for them: an account, an entry, a line of a list."""

from typing import Protocol

from apps.wording import person_name
from apps.wording.person_name import PersonName


class Written(Protocol):
    """A name as it was written, how its owner wants to be called, and which part of it sorts."""

    @property
    def name(self) -> str: ...
    @property
    def preferred_name(self) -> str: ...
    @property
    def sort_key(self) -> str: ...
    @property
    def parted_name(self) -> PersonName: ...


class Named:
    """What is read out of a Written name."""

    __slots__ = ()

    @property
    def parted_name(self: Written) -> PersonName:
        """The name taken apart; an import knows better which part is the last name, and its sort key says it."""
        return person_name.read(self.name, self.preferred_name, self.sort_key)

    @property
    def first_name(self: Written) -> str:
        """What to say in a greeting."""
        return self.parted_name.first

    @property
    def called(self: Written) -> str:
        """First and last name as the person uses them."""
        return self.parted_name.called

    @property
    def initials(self: Written) -> str:
        return self.parted_name.initials


def name_columns(relation: str) -> list[str]:
    """Return the columns to read of somebody who is named and nothing else, for `only`."""
    return [f"{relation}__{column}" for column in ("name", "preferred_name", "sort_key")]
