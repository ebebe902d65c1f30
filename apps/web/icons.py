"""The signs of a page, no `load` needed: icons, tags, people, notes, ticks and beads.

It decides how a sign is written in HTML; its looks stand in static/css.
"""

from datetime import datetime
from functools import cache

from django import template
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """Draw an icon of static/icons.svg; always beside a word, always hidden from readers."""
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#i-{}"/></svg>', static("icons.svg"), name)


@register.simple_tag
def tag(colour: str, sign: str, word: object) -> SafeString:
    """A sign and a word on a wash: {% tag "gold" "clock" "29 hours left" %}; colour "" is grey."""
    kind = f" rp-tag-{colour}" if colour else ""
    return format_html('<span class="rp-tag{}">{} {}</span>', kind, icon(sign), word)


@register.simple_tag
def say(colour: str, sign: str, sentence: object) -> SafeString:
    """A sign and a sentence: {% say "moss" "check-lg" "A warm start." %}"""
    return format_html('<p class="rp-say rp-{}">{}<span>{}</span></p>', colour, icon(sign), sentence)


@register.simple_tag
def monogram(person: object, size: str = "", still: bool = False) -> SafeString:
    """The initials of a person (anything with `initials`, or else a name); size "sm" or "lg"; still: in grey."""
    text = getattr(person, "initials", None) or _initials(str(getattr(person, "name", person)))
    kinds = (f" rp-mono-{size}" if size else "") + (" rp-mono-still" if still else "")
    return format_html('<span class="rp-mono{}" aria-hidden="true">{}</span>', kinds, text)


def _initials(name: str) -> str:
    """Return those of a bare name; who has an account or is in a network knows their own."""
    words = name.split()
    return (words[0][:1] + (words[-1][:1] if len(words) > 1 else "")).upper() if words else "?"


NOTE_SIGNS = {
    "": "chat-left-text",
    "gold": "lightbulb",
    "moss": "check-lg",
    "brick": "exclamation-circle-fill",
    "fjord": "thermometer-low",
}
NOTE_ROLES = {"moss": "status", "brick": "alert"}


@register.simple_block_tag
def note(content: str, colour: str = "", sign: str = "", id: str = "", live: bool = False) -> SafeString:
    """A note in the margin: {% note "gold" %}<p>…</p>{% endnote %}. `live=True` announces it, a brick one at once."""
    role = format_html(' role="{}"', NOTE_ROLES.get(colour, "status")) if live else ""
    return format_html(
        '<div class="rp-note{}"{}{}>{}<div>{}</div></div>',
        f" rp-note-{colour}" if colour else "",
        format_html(' id="{}"', id) if id else "",
        role,
        icon(sign or NOTE_SIGNS[colour]),
        content,
    )


# --- time that runs, and counts ---------------------------------------------------------------------------------------


@register.simple_tag
def ticks(
    value: int,
    max: int = 48,
    label: str = "",
    plan: bool = False,
    since: datetime | None = None,
    unit: str = "hours",
) -> SafeString:
    """A ruler of hours or minutes: {% ticks 19 48 "Hours since you talked" %}. `since` lets it run in the page."""
    kinds = {48: "", 15: " rp-ticks-15"}.get(max, " rp-ticks-20") + (" rp-ticks-plum" if plan else "")
    running = format_html(' data-since="{}" data-unit="{}"', since.isoformat(), unit) if since else ""
    return format_html(
        '<progress class="rp-ticks{}" max="{}" value="{}" aria-label="{}"{}>{} of {}</progress>',  # words: ok, a class
        *(kinds, max, min(value, max), label or f"{unit.capitalize()} gone", running, value, max),
    )


@register.simple_tag
def beads(done: int, booked: int, goal: int, label: str) -> SafeString:
    """Conversations as beads: {% beads 3 1 6 "Three of six conversations held, one booked" %}"""
    states = (["is-done"] * done + ["is-booked"] * booked + [""] * goal)[: max(goal, done + booked)]
    items = format_html_join("", "<li{}></li>", ((_class(state),) for state in states))
    return format_html('<ol class="rp-beads" aria-label="{}">{}</ol>', label, items)


def _class(name: str) -> str:
    return format_html(' class="{}"', name) if name else ""
