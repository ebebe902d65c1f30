"""The two parts of the directory page that repeat many times, each written in one go: people, and boxes to tick.

A tag a row and a variable a cell took half of the page's time, and format_html a fifth. Everything but our own marks
passes through `_filled`, so is escaped.
"""

from html import escape

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from apps.accounts.templatetags.rapport import icon

register = template.Library()

PERSON = """<li class="rp-alum{}">
<span class="rp-mono{}" aria-hidden="true">{}</span>
<div class="rp-alum-who">
<h3><a href="{}">{}</a> <span class="rp-class">{}</span></h3>
<p>{}</p>
<p class="rp-quiet">{}</p>{}
</div>
<div class="rp-alum-how">
<p><span class="visually-hidden">Offers: </span>{}</p>
<p class="rp-quiet">{}</p>
<p class="rp-say {}">{}<span>{}</span></p>
</div>
</li>
"""
CHOICE = """<div class="form-check"><input class="form-check-input" type="checkbox" form="find" name="{}" value="{}"\
 id="f-{}"{}><label class="form-check-label" for="f-{}"><span>{}</span> <span class="rp-count">{}</span></label></div>
"""


def _filled(form, values):
    """Return `form` with the values in their places, escaped unless they are marked safe: format_html, but lean."""
    return SafeString(form.format(*(one if isinstance(one, SafeString) else escape(str(one)) for one in values)))


@register.simple_tag
def people(rows):
    """The list of people: {% people rows %}; each row is a cards.Card."""
    link, free, pause = icon("link-45deg"), icon("calendar-check"), icon("pause-circle")
    dim = (" is-paused", " rp-mono-still", "rp-quiet", pause)
    bright = ("", "", "rp-moss", free)
    found = []
    for row in rows:
        paused, still, colour, sign = bright if row.can_be_asked else dim
        why = format_html('\n<p class="rp-why rp-say">{}<span>{}</span></p>', link, row.why) if row.why else ""
        person = (paused, still, row.initials, row.url, row.name, row.class_mark, row.work, row.study, why)
        found.append(_filled(PERSON, (*person, row.offers, row.habit, colour, sign, row.availability)))
    return format_html('<ul class="rp-plain rp-lines rp-alums">\n{}</ul>', format_html_join("", "{}", zip(found)))


@register.simple_tag
def boxes(facet):
    """The boxes of one group: {% boxes facet %}; a narrowing.Facet."""
    checked = mark_safe(" checked")
    found = []
    for number, choice in enumerate(facet.choices, 1):
        name = f"{facet.key}-{number}"
        ticked = checked if choice.is_chosen else ""
        found.append(_filled(CHOICE, (choice.name, choice.value, name, ticked, name, choice.label, choice.count)))
    return format_html_join("", "{}", zip(found))
