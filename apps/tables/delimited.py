"""Text files of rows: which encoding, which delimiter, and where a quotation mark is opened and never closed."""

import codecs
import csv
import html
import io
import re
from collections.abc import Callable, Iterator

from apps.tables.records import Record, Unreadable

DELIMITERS = (",", ";", "\t", "|", "~", "^")
OPENING = 64 * 1024
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|#\d{2,5}|#x[0-9a-f]{2,4});", re.IGNORECASE)  # of a web page
_AS_TEXT = re.compile(r'^="([^"]*)"$')  # ="00123": how a spreadsheet is kept from dropping the zeros
SEP = re.compile(r'^"?sep=([^\w"\s]|\t|\\t)"?\s*$', re.IGNORECASE)
NO_TEXT = {
    b"%PDF": "This is a PDF, not a CSV file. Ask for the list as a spreadsheet.",
    b"{\\rtf": "This is a text document, not a table. Save the list as “CSV UTF-8”.",
}
WEB_PAGE = re.compile(rb"^\s*<(!doctype|!--|html|head|meta|body|table|\?xml)", re.IGNORECASE)
ADDRESS_BOOK = re.compile(rb"^\s*(?:version: ?1\s+|#[^\n]*\s+)*dn::? ?\S", re.IGNORECASE)
DATA_OF_A_PROGRAM = re.compile(rb"^\s*(?:\{|\[)\s*[\[{\"]")  # JSON
csv.field_size_limit(256 * 1024 * 1024)  # our own limit is told as a sentence about the row; csv would only stop


def _as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    """Read what is not UTF-8 as Windows-1252, which spreadsheets still write."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252"), error.end


codecs.register_error("rapport.windows-1252", _as_windows_1252)


class Text:
    """The bytes of a text file, with its encoding found."""

    def __init__(self, data: bytes) -> None:
        _refuse_what_is_no_text(data)
        utf_16 = _utf_16(data)
        data = data.rstrip(b"\x1a")  # the end of a file of DOS
        self._encoding, self._errors = "utf-8-sig", "strict"
        self.remarks: list[str] = []
        if utf_16:
            self._encoding = utf_16
            self.remarks.append("The file is saved as UTF-16, so we read it that way.")
        elif b"\x00" in data:
            raise _no_text(len(data[: data.index(b"\x00") + 1].splitlines()))
        elif _is_mac_roman(data):
            self._encoding = "mac_roman"
            self.remarks.append("The file isn’t saved as UTF-8. We read it as Mac Roman. Check names with accents.")
        elif not _is_utf_8(data):
            self._errors = "rapport.windows-1252"
            self.remarks.append("The file isn’t saved as UTF-8. We read it as Windows-1252. Check names with accents.")
        elif (mended := _encoded_once(data)) is not None:
            data = _encoded_once(mended) or mended
            self.remarks.append("The file was encoded twice. We fixed names with accents. Check them.")
        self.data = data
        self._has_escaped = any('="'.encode(codec) in data for codec in ("utf-8", "utf-16-le", "utf-16-be"))
        self._has_entities = b"&amp;" in data or b"&#" in data or b"&quot;" in data
        self._ends_with_lf = b"\n" in data
        self.opening = self._start()
        if _is_wrapped(self.opening):
            self._unwrap()
        first_line = self.opening.splitlines()[0] if self.opening.splitlines() else ""
        told = SEP.match(first_line)
        self._told = told[1].replace("\\t", "\t") if told else ""

    def _start(self) -> str:
        try:
            return self._open().read(OPENING)
        except UnicodeError as error:
            raise _undecodable(1) from error

    def _unwrap(self) -> None:
        """Take off the quotation marks around whole lines, as a spreadsheet puts them that took a row for one cell."""
        try:
            lines = [cells[0] if cells else "" for cells in csv.reader(self._open(), strict=True)]
        except (csv.Error, UnicodeError):
            return
        self.data, self._encoding, self._errors = "\n".join(lines).encode(), "utf-8", "strict"
        self.remarks.append("Each line stood in quotation marks as a whole. We took them off.")
        self.opening = self._start()

    def _open(self) -> io.TextIOWrapper:
        return io.TextIOWrapper(io.BytesIO(self.data), self._encoding, self._errors, newline="")

    @property
    def is_mixed(self) -> bool:
        """Whether some of it is not UTF-8, nor another encoding that holds for all of it."""
        return self._errors != "strict"

    def lines(self) -> Iterator[str]:
        """Yield the lines without their ends. Raises Unreadable where one is no text."""
        lines = _Lines(self._open())
        try:
            yield from (line.rstrip("\r\n") for line in lines)
        except UnicodeError as error:
            raise _undecodable(lines.count + 1) from error

    def delimiters(self) -> list[str]:
        """Return the delimiters that may be the file's: the one it names in a first line `sep=;`, else those we see."""
        if self._told:
            return [self._told]
        return [delimiter for delimiter in DELIMITERS if delimiter in self.opening] or [","]

    def split_at(self, delimiter: str) -> Callable[[], Iterator[Record]]:
        return lambda: self._records(delimiter)

    def _is_spaced(self, delimiter: str) -> bool:
        """Whether a blank stands between a delimiter and the quotation mark behind it: 1, "Lee, Ann"."""
        sign = re.escape(delimiter)
        return re.search(rf'{sign} +"[^"\r\n]*" *(?:{sign}|[\r\n]|$)', self.opening) is not None

    def _records(self, delimiter: str) -> Iterator[Record]:
        lines = _Lines(self._open())
        if self._told:
            next(lines)
        reader = csv.reader(lines, delimiter=delimiter, strict=True, skipinitialspace=self._is_spaced(delimiter))
        number = 0
        while True:
            number, line, lines.size = number + 1, lines.count + 1, 0
            try:
                cells = next(reader)
            except StopIteration:
                return
            except UnicodeError as error:
                raise _undecodable(lines.count + 1) from error
            except csv.Error as error:
                raise Unreadable(
                    f"We can’t read the file from row {number} (line {line}) on: a quotation mark opens there "
                    "and doesn’t close, or closes in the middle of a cell."
                ) from error
            if self._has_entities:
                cells = [_ENTITY.sub(lambda found: html.unescape(found[0]), cell) for cell in cells]
            if self._has_escaped:
                cells = [_AS_TEXT.sub(r"\1", cell) for cell in cells]
            yield Record(number, line, cells, lines.size, self._ends_with_lf and lines.last.endswith("\r"))


class _Lines:
    """The lines of a file, counted: csv asks for one after the other until a row is whole."""

    def __init__(self, file: io.TextIOWrapper) -> None:
        self._file = file
        self.count, self.size, self.last = 0, 0, ""

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        self.last = next(self._file)
        self.count += 1
        self.size += len(self.last)
        if "\x00" in self.last:
            raise _no_text(self.count)
        return self.last


def _no_text(line: int) -> Unreadable:
    return Unreadable(f"This is not a CSV file. Line {line} has bytes that aren’t text.")


def _undecodable(line: int) -> Unreadable:
    return Unreadable(f"We can’t read the text from line {line} on. Save the file again as “CSV UTF-8”.")


def _refuse_what_is_no_text(data: bytes) -> None:
    for start, sentence in NO_TEXT.items():
        if data.startswith(start):
            raise Unreadable(sentence)
    start = data[:400].removeprefix(codecs.BOM_UTF8)
    if WEB_PAGE.match(start):
        raise Unreadable("This is a web page, not a table, though its name may end in .xls. Save it as “CSV UTF-8”.")
    if ADDRESS_BOOK.match(start):
        raise Unreadable(
            "This is an address book in LDIF, which we can’t read. In Thunderbird, select Export and the format "
            "“Comma Separated”, then choose that file."
        )
    if DATA_OF_A_PROGRAM.match(start):
        raise Unreadable("This is a JSON file, not a table. Download the list again as CSV and choose that file.")


def _utf_16(data: bytes) -> str:
    """Return the codec of UTF-16 or UTF-32, known by a mark at its start or by where its zeros stand; else ""."""
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    start = data[:4096]
    evens, odds = start[0::2].count(0), start[1::2].count(0)
    if len(start) >= 8 and max(evens, odds) > len(start) // 6 and min(evens, odds) <= len(start) // 50:
        return "utf-16-le" if odds > evens else "utf-16-be"
    return ""


def _is_utf_8(data: bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    view = memoryview(data)
    try:
        for at in range(0, len(data), 1024 * 1024):
            decoder.decode(view[at : at + 1024 * 1024])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


_OF_MAC = re.compile(rb"[A-Za-z][\x87-\x89\x8b-\x91\x93\x94\x96-\x99\x9b\x9c\x9d\x9f](?=[a-z]|\W|$)")
_OF_WINDOWS = re.compile(rb"[A-Za-z][\xdf-\xff]|[\xc0-\xff][a-z]")


def _is_mac_roman(data: bytes) -> bool:
    """Whether the letters with accents stand where a Mac of old has them, and Windows has signs and capitals."""
    if data.isascii() or _is_utf_8(data):
        return False
    text = re.sub(rb"[\xc2-\xf4][\x80-\xbf]+", b"", data)  # what may be UTF-8 among it
    return len(_OF_MAC.findall(text)) > len(_OF_WINDOWS.findall(text))


def _encoded_once(data: bytes) -> bytes | None:
    """Return a file whose UTF-8 was taken for Windows-1252 and encoded again (JosÃ©) as it was; None for any other."""
    if b"\xc3\x83" not in data and b"\xc3\xa2\xe2\x82\xac" not in data:
        return None
    try:
        before = data.decode("utf-8-sig").encode("cp1252", "rapport.one-byte")
        before.decode("utf-8")
    except UnicodeError:
        return None
    return before


def _as_one_byte(error: UnicodeError) -> tuple[bytes, int]:
    """Write what Windows-1252 has no letter for, as it stands in the first 256 of Unicode."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return error.object[error.start : error.end].encode("latin-1"), error.end


codecs.register_error("rapport.one-byte", _as_one_byte)


def _is_wrapped(opening: str) -> bool:
    """Whether the first lines stand in quotation marks as a whole, delimiters and all."""
    lines = [line.strip("\ufeff\r") for line in opening.split("\n")[:3] if line.strip("\ufeff\r")]
    whole = re.compile(r'"(?:[^"]|"")*[,;\t|](?:[^"]|"")*"')
    return len(lines) > 1 and all(whole.fullmatch(line) for line in lines[:2])
