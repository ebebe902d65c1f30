"""Spreadsheets (.xlsx, .xls, .ods) as rows of text: each cell as the person who typed it would write it."""

import io
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta

from python_calamine import CalamineSheet, CalamineWorkbook, PasswordError

from apps.tables.records import Record, Unreadable

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
MOST_UNPACKED, SMALL_UNPACKED = 400 * 1024 * 1024, 64 * 1024 * 1024
TIMES_UNPACKED = 40  # as large as the file: what spreadsheets really hold is 5 to 20 times as large
MOST_CELLS = 6_000_000
CANNOT = "This is a spreadsheet, not a CSV file. It cannot be opened: save it as “CSV UTF-8” and choose that file."
TOO_LARGE = "This spreadsheet is too large to open. Save it as “CSV UTF-8” and choose that file."


def is_one(data: bytes) -> bool:
    return data.startswith((ZIP, OLE))


def sheets(data: bytes) -> Iterator[Callable[[], Iterator[Record]]]:
    """Yield for each sheet that is not empty what goes through its rows."""
    if data.startswith(ZIP):
        _refuse_what_unpacks_too_far(data)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        found = [book.get_sheet_by_name(name) for name in book.sheet_names]
    except PasswordError as error:
        raise Unreadable("This spreadsheet asks for a password. Save it without one and try again.") from error
    except Exception as error:
        raise Unreadable(CANNOT) from error
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # what the reader raises where Rust gives up; no Exception
            raise Unreadable(CANNOT) from error
        raise
    for sheet in found:
        if sheet.height * sheet.width > MOST_CELLS:
            raise Unreadable(TOO_LARGE)
        if sheet.height:
            yield _rows_of(sheet)


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


def _rows_of(sheet: CalamineSheet) -> Callable[[], Iterator[Record]]:
    def rows() -> Iterator[Record]:
        for number, values in enumerate(sheet.iter_rows(), start=1):
            cells = [written(value) for value in values]
            yield Record(number, number, cells, sum(map(len, cells)))

    return rows


def written(value: object) -> str:
    """Return a cell as text: 2014.0 is 2014, a day is 2026-09-19, an empty cell is ""."""
    match value:
        case bool():
            return "TRUE" if value else "FALSE"
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"
        case datetime():
            return f"{value:%Y-%m-%d}" if value.time() == time() else f"{value:%Y-%m-%d %H:%M:%S}"
        case date():
            return value.isoformat()
        case time():
            return f"{value:%H:%M}"
        case timedelta():
            return str(value)
        case str():
            return value.replace("_x000D_", "").replace("\x00", "")
        case _:
            return "" if value is None else str(value)
