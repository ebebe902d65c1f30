"""From a template and its context to the words of one mail: subject, text, html. It knows no row and sends nothing."""

import textwrap
from dataclasses import dataclass

from django.template import Context, Engine

from apps.clock import times
from apps.web.directions import isolated
from apps.wording.text import clean, one_line

WIDTH = 72
ROOM = 78  # a line this long may stay as it is


@dataclass(frozen=True)
class RenderedMail:
    subject: str
    text: str
    html: str


def render(kind: str, context: dict[str, object]) -> RenderedMail:
    """Render `templates/email/<kind>.html`: its partials subject and text as plain words, html as markup."""
    return RenderedMail(
        subject=one_line(_partial(kind, "subject", context, is_markup=False))[:250],
        text=times.plain(wrapped(clean(_partial(kind, "text", context, is_markup=False)))),
        html=isolated(clean(_partial(kind, "html", context, is_markup=True))).strip() + "\n",
    )


def _partial(kind: str, name: str, context: dict[str, object], *, is_markup: bool) -> str:
    template = Engine.get_default().get_template(f"email/{kind}.html#{name}")
    return times.one_stop(template.render(Context(context, autoescape=is_markup)))


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
