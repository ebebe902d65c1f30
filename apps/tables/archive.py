"""A .zip that holds one table, as LinkedIn and address books hand theirs out: the table in it, unpacked."""

import io
import zipfile
from pathlib import PurePosixPath

from apps.tables.records import Unreadable
from apps.tables.workbook import ZIP

TABLES = (".csv", ".tsv", ".vcf", ".vcard")
BEST = "connections.csv"  # among the forty files of LinkedIn's
SPREADSHEET = ("[Content_Types].xml", "mimetype", "xl/")  # whose parts are packed the same way


def unpacked(data: bytes, *, most_bytes: int) -> tuple[bytes, str]:
    """Return the one table of a .zip, and a remark that says so; anything else as it is.

    Raises Unreadable where none is in it, or several, or it is too large.
    """
    parts = _parts(data)
    if parts is None:
        return data, ""
    tables = [part for part in parts.infolist() if _is_table(part.filename)]
    best = [part for part in tables if PurePosixPath(part.filename).name.lower() == BEST] or tables
    if len(best) != 1:
        held = "several tables" if best else "no table of people"
        raise Unreadable(f"This .zip file has {held}. Unpack it, then choose one file: of LinkedIn’s, Connections.csv.")
    name = PurePosixPath(best[0].filename).name[:80]
    return _read(parts, best[0], most_bytes), f"We read “{name}” from the .zip file."


def _parts(data: bytes) -> zipfile.ZipFile | None:
    """Return what goes through an archive that is no spreadsheet; None where it is one, or none can be opened."""
    if not data.startswith(ZIP):
        return None
    try:
        parts = zipfile.ZipFile(io.BytesIO(data))
    except zipfile.BadZipFile:
        return None
    return None if any(name.startswith(SPREADSHEET) for name in parts.namelist()) else parts


def _is_table(name: str) -> bool:
    """Whether a part is a table, and not what a Mac keeps beside one."""
    path = PurePosixPath(name)
    return path.suffix.lower() in TABLES and not path.name.startswith(".") and "__MACOSX" not in path.parts


def _read(parts: zipfile.ZipFile, part: zipfile.ZipInfo, most: int) -> bytes:
    """Unpack one part, and no more of it than may be: what it says of its own size may be wrong."""
    try:
        with parts.open(part) as file:
            data = file.read(most + 1)
    except Exception as error:  # a broken or locked archive fails in a dozen ways
        raise Unreadable("We can’t open this .zip file. Unpack it, then choose the file in it.") from error
    if len(data) > most:
        raise Unreadable(f"The file in this .zip is larger than {most // 1024**2} MB. Unpack it and split it in two.")
    return data
