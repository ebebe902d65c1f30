"""From a template and its context to the words of one mail: subject, text, html. It knows no row and sends nothing."""

import textwrap
import unicodedata
from dataclasses import dataclass

from django.template import Context, Engine

WIDTH = 72
ROOM = 78  # a line this long may stay as it is


@dataclass(frozen=True)
class Words:
    subject: str
    text: str
    html: str


def words(kind: str, context: dict[str, object]) -> Words:
    """Render `templates/email/<kind>.html`: its partials subject and text as plain words, html as markup."""
    return Words(
        subject=one_line(_partial(kind, "subject", context, is_markup=False))[:250],
        text=wrapped(clean(_partial(kind, "text", context, is_markup=False))),
        html=clean(_partial(kind, "html", context, is_markup=True)).strip() + "\n",
    )


def _partial(kind: str, name: str, context: dict[str, object], *, is_markup: bool) -> str:
    template = Engine.get_default().get_template(f"email/{kind}.html#{name}")
    return template.render(Context(context, autoescape=is_markup))


def one_line(text: str) -> str:
    """Return `text` as one line without control characters or marks that turn the reading direction."""
    spaced = "".join(c if unicodedata.category(c) not in ("Cc", "Cs", "Zl", "Zp") else " " for c in text)
    return " ".join("".join(c for c in spaced if c not in _TURNS).split())


_TURNS = {chr(n) for n in (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C)}


def clean(text: str) -> str:
    """Return `text` without the characters that neither PostgreSQL nor a mail can carry."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in plain if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))


def wrapped(text: str) -> str:
    """Return `text` with long lines broken at 72 characters, keeping indents, addresses and single empty lines."""
    lines: list[str] = []
    for line in text.strip("\n").split("\n"):
        line = line.rstrip()
        if line or (lines and lines[-1]):
            lines += _broken(line)
    return "\n".join(lines).strip("\n") + "\n"


def _broken(line: str) -> list[str]:
    if len(line) <= ROOM or "://" in line:
        return [line]
    indent = line[: len(line) - len(line.lstrip())]
    return textwrap.wrap(
        line, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False, drop_whitespace=True
    )
