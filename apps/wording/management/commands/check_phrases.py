"""Measure the rules that look for asking for a job, on sentences that somebody labelled."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, ProgrammingError

from apps.wording import rulebook
from apps.wording.rulebook import Caught, Rulebook


class Command(BaseCommand):
    help = "Read lines of 1<TAB>sentence (asks for a job) or 0<TAB>sentence, and print how often the rules agree."
    requires_system_checks = ()  # it also answers where there is no database to ask

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--shipped", action="store_true", help="Leave out what the office changed.")

    def handle(self, *, file: Path, shipped: bool, **options: object) -> None:
        rules = rulebook.shipped() if shipped else self._in_force()
        judged = [(asks, text, rules.caught(text)) for asks, text in _read(file)]
        for asks, text, caught in judged:
            if asks != bool(caught):
                self.stdout.write(_wrong(asks, text, caught))
        self.stdout.write(_figures(judged))

    def _in_force(self) -> Rulebook:
        """Return the rules that hold now; those that ship where there is no database to ask."""
        try:
            return rulebook.current()
        except (OperationalError, ProgrammingError):
            self.stderr.write("There is no database to ask what the office changed: these are the rules as they ship.")
            return rulebook.shipped()


def _read(file: Path) -> list[tuple[bool, str]]:
    """Return (asks, sentence) for each line. Raises CommandError with the number of a line that is malformed."""
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{file} cannot be read: {error}") from error
    rows = [(number, line.split("\t")) for number, line in enumerate(lines, 1) if line.strip()]
    for number, row in rows:
        if len(row) != 2 or row[0].strip() not in ("0", "1") or not row[1].strip():
            raise CommandError(f"Line {number} of {file} is not 0 or 1, a tab and a sentence.")
    return [(label.strip() == "1", text.strip()) for _, (label, text) in rows]


def _wrong(asks: bool, text: str, caught: list[Caught]) -> str:
    return f"missed\t{text}" if asks else f"wrongly caught\t{text}\t({caught[0].rule}: “{caught[0].words}”)"


def _figures(judged: list[tuple[bool, str, list[Caught]]]) -> str:
    right = sum(1 for asks, _, caught in judged if asks and caught)
    wrongly = sum(1 for asks, _, caught in judged if caught and not asks)
    missed = sum(1 for asks, _, caught in judged if asks and not caught)
    fine = len(judged) - right - wrongly - missed
    precision, recall = _share(right, right + wrongly), _share(right, right + missed)
    return (
        f"phrases: precision {precision:.3f} recall {recall:.3f} sentences {len(judged)} "
        f"caught {right} missed {missed} wrongly_caught {wrongly} left_alone {fine}"
    )


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0
