"""Open a spreadsheet in a process of its own: a few bytes may name a cell a billion rows away; the reader dies of it.

Run as a script by workbook.py, with the file on standard input, and imported for the names both use. It knows nothing
of ours. Each line that it writes is one row, as JSON; a line with null begins a sheet; the last says how it ended.
"""

import contextlib
import io
import json
import resource
import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

MOST_MEMORY = 1024**3
MOST_SECONDS = 60
MOST_CELLS, MOST_TEXT = 6_000_000, 256 * 1024**2
DONE, CANNOT, PASSWORD, TOO_LARGE = "done", "cannot", "password", "too large"


def opened(data: bytes) -> Iterator[str]:
    """Yield the lines of a spreadsheet."""
    from python_calamine import CalamineWorkbook, PasswordError  # noqa: PLC0415 - only this process loads the reader

    size = 0
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            if sheet.height * sheet.width > MOST_CELLS:
                yield json.dumps(TOO_LARGE)
                return
            yield "null"
            for values in sheet.iter_rows() if sheet.height else ():
                line = json.dumps([written(value) for value in values])
                size += len(line)
                if size > MOST_TEXT:  # one long text that many cells name
                    yield json.dumps(TOO_LARGE)
                    return
                yield line
    except PasswordError:
        yield json.dumps(PASSWORD)
    except MemoryError:
        yield json.dumps(TOO_LARGE)
    except BaseException:  # where Rust gives up, what it raises is no Exception
        yield json.dumps(CANNOT)
    else:
        yield json.dumps(DONE)


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


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    *lines, end = opened(sys.stdin.buffer.read())
    told = [*lines, end] if end == json.dumps(DONE) else [end]  # of a file that is refused, nothing else
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.writelines(f"{line}\n" for line in told)


if __name__ == "__main__":
    main()
