"""Spreadsheets (.xlsx, .xls, .ods) as rows of text: each cell as the person who typed it would write it."""

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator

from apps.tables import opening
from apps.tables.records import Record, Unreadable

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
MOST_UNPACKED, SMALL_UNPACKED = 400 * 1024 * 1024, 64 * 1024 * 1024
TIMES_UNPACKED = 40  # as large as the file: what spreadsheets really hold is 5 to 20 times as large
CANNOT = "We can’t open this spreadsheet. Save it as “CSV UTF-8” and choose that file."
TOO_LARGE = "This spreadsheet is too large to open. Save it as “CSV UTF-8” and choose that file."
SAID = {
    opening.CANNOT: CANNOT,
    opening.PASSWORD: "This spreadsheet has a password. Save it without one and try again.",
    opening.TOO_LARGE: TOO_LARGE,
}


def is_one(data: bytes) -> bool:
    return data.startswith((ZIP, OLE))


def sheets(data: bytes) -> Iterator[Callable[[], Iterator[Record]]]:
    """Yield for each sheet that is not empty what goes through its rows."""
    if data.startswith(ZIP):
        _refuse_what_unpacks_too_far(data)
    *lines, end = _opened(data)
    if end != json.dumps(opening.DONE):
        raise Unreadable(SAID.get(json.loads(end), CANNOT))
    sheet: list[str] = []
    for line in [*lines, "null"]:
        if line != "null":
            sheet.append(line)
        elif sheet:
            yield _rows_of(sheet)
            sheet = []


def _opened(data: bytes) -> list[str]:
    """Return the lines of a spreadsheet as another process reads them: only that one dies of what is in it."""
    try:
        ended = subprocess.run(  # noqa: S603 - our own script, and the file is its input
            [sys.executable, "-I", opening.__file__],
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=2 * opening.MOST_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Unreadable(TOO_LARGE) from error
    if ended.returncode < 0:  # it wanted more memory, or time, than there is for it
        raise Unreadable(TOO_LARGE)
    return ended.stdout.decode().splitlines() or [json.dumps(opening.CANNOT)]


def _refuse_what_unpacks_too_far(data: bytes) -> None:
    """A few kilobytes may unpack to terabytes: count what the parts say, and unpack them once to see that it is so."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            most = min(MOST_UNPACKED, max(SMALL_UNPACKED, TIMES_UNPACKED * len(data)))
            is_small = sum(part.file_size for part in parts.infolist()) <= most
            is_sound = is_small and parts.testzip() is None
    except Exception as error:  # a broken archive fails in a dozen ways
        raise Unreadable(CANNOT) from error
    if not is_sound:
        raise Unreadable(CANNOT if is_small else TOO_LARGE)


def _rows_of(sheet: list[str]) -> Callable[[], Iterator[Record]]:
    def rows() -> Iterator[Record]:
        for number, line in enumerate(sheet, start=1):
            cells = json.loads(line)
            yield Record(number, number, cells, sum(map(len, cells)))

    return rows
