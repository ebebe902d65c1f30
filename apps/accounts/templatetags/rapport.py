"""The tags every page uses, no `load` needed: icons, ticks, people, notes, form controls, the menu, and times.

It decides how a part is written in HTML; what a moment is called is decided in times.py, the looks in static/css.
"""

import re
import secrets
from functools import cache

from django import template
from django.template import defaulttags
from django.templatetags.static import static
from django.utils.html import conditional_escape, format_html, format_html_join

from apps.accounts import times
from apps.web import page

register = template.Library()

# --- icons and small signs --------------------------------------------------------------------------------------------


@register.simple_tag
@cache
def icon(name):
    """Draw an icon of static/icons.svg; always beside a word, always hidden from readers."""
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#i-{}"/></svg>', static("icons.svg"), name)


@register.simple_tag
def tag(colour, sign, word):
    """A sign and a word on a wash: {% tag "gold" "clock" "29 hours left" %}; colour "" is grey."""
    kind = f" rp-tag-{colour}" if colour else ""
    return format_html('<span class="rp-tag{}">{} {}</span>', kind, icon(sign), word)


@register.simple_tag
def say(colour, sign, sentence):
    """A sign and a sentence: {% say "moss" "check-lg" "A warm start." %}"""
    return format_html('<p class="rp-say rp-{}">{}<span>{}</span></p>', colour, icon(sign), sentence)


@register.simple_tag
def monogram(person, size="", still=False):
    """The initials of a person (anything with `initials` or a name); size "sm" or "lg"; still: in grey."""
    text = getattr(person, "initials", None) or _initials(str(getattr(person, "name", person)))
    kinds = (f" rp-mono-{size}" if size else "") + (" rp-mono-still" if still else "")
    return format_html('<span class="rp-mono{}" aria-hidden="true">{}</span>', kinds, text)


def _initials(name):
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
def note(content, colour="", sign="", id="", live=False):
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
def ticks(value, max=48, label="", plan=False, since=None, unit="hours"):
    """A ruler of hours or minutes: {% ticks 19 48 "Hours since you talked" %}. `since` lets it run in the page."""
    kinds = ("" if max == 48 else " rp-ticks-20") + (" rp-ticks-plum" if plan else "")
    running = format_html(' data-since="{}" data-unit="{}"', since.isoformat(), unit) if since else ""
    return format_html(
        '<progress class="rp-ticks{}" max="{}" value="{}" aria-label="{}"{}>{} of {}</progress>',
        *(kinds, max, min(value, max), label or f"{unit.capitalize()} gone", running, value, max),
    )


@register.simple_tag
def beads(done, booked, goal, label):
    """Conversations as beads: {% beads 3 1 6 "Three of six conversations held, one booked" %}"""
    states = (["is-done"] * done + ["is-booked"] * booked + [""] * goal)[: max(goal, done + booked)]
    items = format_html_join("", "<li{}></li>", ((_class(s),) for s in states))
    return format_html('<ol class="rp-beads" aria-label="{}">{}</ol>', label, items)


def _class(name):
    return format_html(' class="{}"', name) if name else ""


# --- forms ------------------------------------------------------------------------------------------------------------

CHOICE_INPUTS = {"radio", "checkbox"}


@register.simple_tag
def once():
    """The key of this rendered form: pressed twice, it acts once (accounts/once.py)."""
    return format_html('<input type="hidden" name="once" value="{}">', secrets.token_urlsafe(12))


@register.simple_tag
def control(field):
    """The input of a bound field with our classes, naming its hint and error in aria-describedby."""
    return field.as_widget(attrs=_attrs(field))


def _attrs(field):
    named = described(field)
    attrs = {"class": f"{_control_class(field)} {field.field.widget.attrs.get('class', '')}".strip()}
    if named and "aria-describedby" not in field.field.widget.attrs:
        attrs["aria-describedby"] = named
    if field.errors:
        attrs["class"] += " is-invalid"
        attrs["aria-invalid"] = "true"
    return attrs


def _control_class(field):
    kind = control_kind(field)
    if kind in CHOICE_INPUTS or kind == "choices":
        return "form-check-input"
    return "form-select" if kind == "select" else "form-control"


@register.filter
def control_kind(field):
    """One of text, select, checkbox (one box), choices (radios or boxes), hidden, file."""
    widget = field.field.widget
    if widget.is_hidden:
        return "hidden"
    kind = getattr(widget, "input_type", "text")
    if hasattr(widget, "add_id_index") and kind in CHOICE_INPUTS:
        return "choices"
    return kind if kind in ("select", "checkbox", "file") else "text"


@register.simple_tag
def choice_input(choice, field):
    """One radio or box of a choice field, in our looks."""
    choice.data["attrs"] |= {"class": "form-check-input"} | ({"aria-invalid": "true"} if field.errors else {})
    return choice.tag()


@register.filter
def described(field):
    """The ids of a field's hint and error, for aria-describedby."""
    ids = [f"{field.id_for_label or field.auto_id}-hint"] if field.help_text else []
    if field.errors:
        ids.append(f"{field.id_for_label or field.auto_id}-error")
    return " ".join(ids)


# Django's own sentences for a mistake, and ours; what a form says itself stays as it is.
MISTAKES = (
    (r"This field is required\.", None),
    (
        r"Enter a valid email address\.",
        "This is not a whole e-mail address. Please look again, around the @.",
    ),
    (r"Enter a valid URL\.", "Write the whole address, beginning with https://."),
    (r"Enter a valid date\.", "Write the date as year, month, day: 2026-11-12."),
    (r"Enter a valid time\.", "Write the time as 15:30 or 3:30 pm."),
    (r"Enter a valid date/time\.", "Write the day and the time as 2026-11-12 15:30."),
    (r"Enter a whole number\.", "Write a whole number, in figures."),
    (r"Enter a number\.", "Write a number, in figures."),
    (r"Select a valid choice\..*", "Please choose one from the list."),
    (
        r"Ensure this value has at most (\d+) characters? \(it has (\d+)\)\.",
        r"\1 characters fit here; you have \2.",
    ),
    (r"Ensure this value has at least (\d+) characters? \(it has (\d+)\)\.", r"Please write at least \1 characters."),
    (r"Ensure this value is greater than or equal to (.+)\.", r"Please write \1 or more."),
    (r"Ensure this value is less than or equal to (.+)\.", r"Please write \1 or less."),
    (r"The submitted file is empty\.", "This file is empty. Please choose another."),
    (r"No file was submitted\..*", "Please choose a file."),
    (
        r"This password is too short\. It must contain at least (\d+) characters?\.",
        r"Please make it \1 characters or more.",
    ),
    (
        r"This password is too common\.",
        "This one is on the lists that everybody guesses from. Please think of another.",
    ),
    (
        r"The password is too similar to the (.+)\.",
        "This is too close to your name or address. Please think of another.",
    ),
    (r"This password is entirely numeric\.", "Please put some letters in."),
    (r"You must type the same password each time\.", "The two are not the same. Please type both again."),
)
MISSING = {
    "choices": "Please choose one.",
    "select": "Please choose one.",
    "checkbox": "Please tick this to go on.",
    "file": "Please choose a file.",
}


@register.filter
def mistakes(field):
    """The mistakes of a bound field as sentences that say what to do."""
    return [_mistake(str(error), field) for error in field.errors]


def _mistake(sentence, field):
    for theirs, ours in MISTAKES:
        if found := re.fullmatch(theirs, sentence):
            return found.expand(ours) if ours else MISSING.get(control_kind(field), "Please fill this in.")
    return sentence


BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (
    *(("iPhone", "an iPhone"), ("iPad", "an iPad"), ("Android", "Android"), ("Windows", "Windows")),
    *(("Mac OS X", "a Mac"), ("CrOS", "a Chromebook"), ("Linux", "Linux")),
)


@register.filter
def device(user_agent):
    """Firefox on Windows, of what a browser says about itself; else: A device we do not know."""
    browser = next((name for sign, name in BROWSERS if sign in user_agent), "")
    system = next((name for sign, name in SYSTEMS if sign in user_agent), "")
    return f"{browser or 'A browser'} on {system}" if system else browser or "A device we do not know"


@register.filter
def in_words(number):
    """A small number as a word, to begin a sentence: Three; above twelve in figures."""
    return times.number(number).capitalize()


@register.filter
def things_to_mend(count):
    """The heading of an error summary: Two things to mend before this can go."""
    return f"{in_words(count)} {'thing' if count == 1 else 'things'} to mend before this can go"


# --- addresses --------------------------------------------------------------------------------------------------------


@register.tag
def url(parser, token):
    """Django's own {% url %}, which remembers the address of a page without arguments: every page has a dozen."""
    node = defaulttags.url(parser, token)
    name, varies = node.view_name.var, node.view_name.filters or node.args or node.kwargs or node.asvar
    return _Fixed(name) if isinstance(name, str) and not varies else node


@register.simple_tag(name="static")
@cache
def _static(path):
    """Django's own {% static %}, which remembers the address of a file."""
    return conditional_escape(static(path))


class _Fixed(template.Node):
    """The address of one page; worked out when it is first shown."""

    child_nodelists = ()

    def __init__(self, name):
        self.name = name

    def render(self, context):
        return conditional_escape(page(self.name))


# --- the menu ---------------------------------------------------------------------------------------------------------

MENU = {
    "student": (
        ("today", "sun", "Today"),
        ("people", "search", "Find people"),
        ("conversations", "chat-left-quote", "Conversations"),
        ("network", "diagram-2", "Network"),
    ),
    "coach": (
        ("caseload", "people", "Caseload"),
        ("reviews", "pencil", "Reviews"),
        ("people", "search", "Alumni"),
    ),
    "office": (
        ("office_people", "people", "People"),
        ("office_import", "person-lines-fill", "Import"),
        ("office_outbox", "envelope", "Outbox"),
        ("office_questions", "chat-left-quote", "Questions"),
        ("office_policy", "gear", "Policy"),
    ),
    "alum": (
        ("alum_home", "sun", "My page"),
        ("alum_profile_edit", "person-lines-fill", "My entry"),
    ),
}


@register.simple_tag(takes_context=True)
def menu(context):
    """The links of the role somebody is in."""
    role, path = context.get("role"), getattr(context.get("request"), "path", "")
    if role not in MENU:
        return ""
    here = context.get("section") or _nearest(role, path)
    return links(role, here, is_page=path == addresses(role).get(here))


@cache
def links(role, here, *, is_page):
    urls = addresses(role)
    return format_html_join(
        "\n",
        '<li><a href="{}"{}>{}{}</a></li>',
        ((urls[name], _here(is_page) if name == here else "", icon(sign), word) for name, sign, word in MENU[role]),
    )


def _nearest(role, path):
    """Return the name of the entry whose address is the longest beginning of `path`."""
    under = [(len(url), name) for name, url in addresses(role).items() if path.startswith(url)]
    return max(under)[1] if under else None


@cache
def addresses(role):
    return {name: page(name) for name, _, _ in MENU[role]}


def _here(is_page):
    return format_html(' aria-current="{}"', "page" if is_page else "true")


# --- times: the words are in times.py ---------------------------------------------------------------------------------

for _name in (
    "day",
    "long_day",
    "short_day",
    "weekday",
    "clock",
    "day_name",
    "since",
    "left",
    "until",
    "duration",
    "ago",
):
    register.filter(_name, getattr(times, _name))
register.filter("city", times.city)
register.filter("zone_name", times.zone_name)


@register.filter
def to(start, end):
    """{{ start|to:end }}: 12:30 to 12:50 pm."""
    return times.span(start, end)


@register.simple_tag
def when(start, end=None, zone=None, now=None):
    """{% when start end zone %}: Friday 13 November, 12:30 to 12:50 pm, Chicago time, in a <time>."""
    return format_html(
        '<time datetime="{}">{}</time>',
        times.local_time(start, zone).isoformat(),
        times.when(start, end, zone, now=now),
    )


@register.simple_tag
def at_place(moment, zone):
    """{% at_place moment zone %}: the clock in another zone: 9:00 am; where it is another day there, 9:00 am Friday."""
    clock = times.clock(moment, zone)
    is_same = times.local_date(moment, zone) == times.local_date(moment)
    return clock if is_same else f"{clock} {times.weekday(moment, zone)}"


@register.simple_tag
def greeting(now):
    """{% greeting now %}: Good morning."""
    return times.part_of_day(now)
