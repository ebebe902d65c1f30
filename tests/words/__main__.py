"""Look through every sentence that a person reads, by the patterns of patterns.txt.

    .venv/bin/python -m tests.words [--hints] [PATH ...]

It prints each line with what to write instead, and ends with 1 where something must be changed.
"""

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.words.seen import raw, seen

ROOT = Path(__file__).parents[2]
FINE = "words: ok"
SOURCES = (
    "templates/**/*.html",
    "templates/**/*.txt",
    "apps/**/*.py",
    "static/js/*.js",
    "apps/interviews/data/samples.json",
    "apps/interviews/data/questions.csv",
    "README.md",
    "docs/operations.md",
)
NOT_READ = (  # migrations; the reader of English, whose patterns are what students write; what only developers meet
    *("/migrations/", "apps/wording/", "apps/database/", "apps/tables/synonyms.py", "apps/clock/zone_names.py"),
    *("apps/local/docs", "apps/local/documents", "apps/local/management/commands/docs.py"),
)


@dataclass(frozen=True)
class Pattern:
    """One way of writing that is not ours."""

    regex: re.Pattern[str]
    instead: str
    fails: bool
    is_raw: bool


@dataclass(frozen=True)
class Found:
    """Where it stands."""

    path: Path
    line: int
    text: str
    pattern: Pattern

    def __str__(self) -> str:
        where = self.path.relative_to(ROOT) if self.path.is_relative_to(ROOT) else self.path
        match = self.pattern.regex.search(self.text)
        return (
            f"{where}:{self.line}: “{match[0] if match else ''}” in “{self.text.strip()[:110]}”: {self.pattern.instead}"
        )


def patterns() -> list[Pattern]:
    found = []
    for line in (Path(__file__).parent / "patterns.txt").read_text(encoding="utf-8").splitlines():
        if line[:1] in "!?" and line:
            rule, _, instead = line[1:].partition("=>")
            is_raw = rule.strip().startswith("§")
            regex = re.compile(rule.strip().removeprefix("§").strip(), re.IGNORECASE)
            found.append(Pattern(regex, instead.strip(), fails=line[0] == "!", is_raw=is_raw))
    return found


def look(path: Path) -> Iterator[Found]:
    """Yield what is written otherwise than we write, in one file."""
    lines = path.read_text(encoding="utf-8").split("\n")
    every = patterns()
    words = [(at, text, False) for at, text in seen(path)]
    words += [(at, text, True) for at, text in raw(path)] if path.suffix == ".html" else []
    for at, text, is_raw in words:
        if FINE in lines[at - 1]:
            continue
        for pattern in every:
            if pattern.is_raw is is_raw and pattern.regex.search(text):
                yield Found(path, at, text, pattern)


def sources(named: Sequence[str]) -> Iterator[Path]:
    paths = [Path(name).resolve() for name in named] or [path for glob in SOURCES for path in sorted(ROOT.glob(glob))]
    for path in paths:
        if path.is_file() and not any(part in path.as_posix() for part in NOT_READ):
            yield path


def main() -> int:
    parser = argparse.ArgumentParser(description="Look through every sentence that a person reads.")
    parser.add_argument("paths", nargs="*")
    parser.add_argument("--hints", action="store_true", help="show also what is only worth a thought")
    options = parser.parse_args()
    found = [one for path in sources(options.paths) for one in look(path)]
    shown = [one for one in found if one.pattern.fails or options.hints]
    for one in shown:
        print(one)  # noqa: T201 - a command that answers on its output
    return int(any(one.pattern.fails for one in shown))


if __name__ == "__main__":
    sys.exit(main())
