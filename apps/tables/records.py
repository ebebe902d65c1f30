"""What both kinds of file are read into: numbered records, or a sentence that says why they cannot be read."""

from dataclasses import dataclass


class Unreadable(Exception):
    """The file cannot be read, or not further; the text says where and what to do."""


@dataclass(slots=True)  # not frozen, which takes as long as reading it: there are very many
class Record:
    """One row of a file, the header and what stands above it included."""

    number: int  # as a spreadsheet counts
    line: int  # of the file, where it begins
    cells: list[str]
    size: int = 0  # characters
    is_torn: bool = False  # it ends with a carriage return in a file whose lines end otherwise
    problem: str = ""  # why it cannot be used
    remarks: tuple[str, ...] = ()
