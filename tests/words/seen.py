"""What a person reads of a file: (line, text) for every text node, label, literal and cell; comments and names are not.

Templates are read without their tags, but with the sentences that stand in them; code without docstrings, log lines,
patterns and SQL.
"""

import ast
import csv
import io
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

type Seen = tuple[int, str]

READ_ALOUD = {"title", "aria-label", "placeholder", "alt", "content", "data-confirm", "data-say"}
COMMENT = re.compile(r"\{#.*?#\}|\{% comment.*?%\}.*?\{% endcomment %\}|<!--.*?-->", re.DOTALL)
TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
LITERAL = re.compile(r'"([^"]*)"')
A_SENTENCE = re.compile(r"[A-Za-z’']+[,.:]? +[A-Za-z’'“]")
A_WORD = re.compile(r"\A[A-Z][a-z’]+( [a-z’]+)*[.?…]?\Z")
SQL = re.compile(r"\b(SELECT|INSERT INTO|UPDATE \w+ SET|DELETE FROM|CREATE|ALTER|WHERE|ORDER BY|ON CONFLICT)\b")
SCRIPT_WORD = re.compile(r"""(["'`])((?:\\.|(?!\1).)*?[A-Za-z]{2,} (?:\\.|(?!\1).)*?)\1""")
SILENT_CALLS = {  # what they are told is for us
    *("debug", "info", "warning", "error", "exception", "critical", "log"),
    *("compile", "execute", "getLogger", "RunSQL", "ValueError", "TypeError", "RuntimeError", "LookupError"),
    *("ImproperlyConfigured", "KeyError", "AssertionError", "NotImplementedError", "deprecate"),
}


def seen(path: Path) -> Iterator[Seen]:
    """Yield what is read of one file, by its kind."""
    text = path.read_text(encoding="utf-8")
    readers = {
        ".html": _template,
        ".txt": _template,
        ".py": _code,
        ".js": _script,
        ".json": _samples,
        ".csv": _questions,
        ".md": _prose,
    }
    yield from readers[path.suffix](text)


def _blank(text: str) -> str:
    """Return blanks, with the line ends kept."""
    return "".join("\n" if letter == "\n" else " " for letter in text)


# --- templates --------------------------------------------------------------------------------------------------------


def _template(text: str) -> Iterator[Seen]:
    text = COMMENT.sub(lambda found: _blank(found[0]), text)
    for found in TAG.finditer(text):
        at = text.count("\n", 0, found.start()) + 1
        yield from ((at, said) for said in LITERAL.findall(found[0]) if A_SENTENCE.search(said) or A_WORD.match(said))
    parser = _Words()
    parser.feed(TAG.sub(lambda found: "…" + "\n" * found[0].count("\n"), text))
    parser.close()
    yield from parser.found


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Seen] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in {"script", "style"}
        names = dict(attrs)
        for name, value in attrs:
            is_button = name == "value" and names.get("type") == "submit"
            if value and (name in READ_ALOUD or is_button) and not (name == "content" and "name" in names):
                self.found.append((self.getpos()[0], value))

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in {"script", "style"}

    def handle_data(self, data: str) -> None:
        if self.silent:
            return
        line = self.getpos()[0]
        for more, text in enumerate(data.split("\n")):
            if text.strip(" …"):
                self.found.append((line + more, text.strip()))


def raw(path: Path) -> Iterator[Seen]:
    """Yield the lines of a template as they stand, comments taken out."""
    text = COMMENT.sub(lambda found: _blank(found[0]), path.read_text(encoding="utf-8"))
    yield from enumerate(text.split("\n"), 1)


# --- code -------------------------------------------------------------------------------------------------------------


def _code(text: str) -> Iterator[Seen]:
    tree = ast.parse(text)
    silent = _silent(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in silent:
            said = node.value
            if (A_SENTENCE.search(said) or A_WORD.match(said)) and not SQL.search(said):
                yield node.lineno, said


def _silent(tree: ast.AST) -> set[int]:
    """Return the literals that nobody is told: docstrings, log lines, patterns."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            found.add(id(node.value))
        if isinstance(node, ast.Call) and _called(node) in SILENT_CALLS:
            found |= {id(inner) for inner in ast.walk(node)}
    return found


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _script(text: str) -> Iterator[Seen]:
    text = re.sub(r"/\*.*?\*/", lambda found: _blank(found[0]), text, flags=re.DOTALL)
    for at, line in enumerate(text.split("\n"), 1):
        yield from ((at, found[2]) for found in SCRIPT_WORD.finditer(re.sub(r"(^|\s)//.*", "", line)))


# --- data and documents -----------------------------------------------------------------------------------------------


def _samples(text: str) -> Iterator[Seen]:
    yield from ((1, said) for said in _strings(json.loads(text)))


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)


def _questions(text: str) -> Iterator[Seen]:
    rows = csv.DictReader(io.StringIO(text))
    for row in rows:
        yield from ((rows.line_num, row[column]) for column in ("text", "why") if row.get(column))


def _prose(text: str) -> Iterator[Seen]:
    text = re.sub(r"```.*?```|`[^`\n]*`|\]\([^)]*\)", lambda found: _blank(found[0]), text, flags=re.DOTALL)
    yield from ((at, line) for at, line in enumerate(text.split("\n"), 1) if line.strip())
