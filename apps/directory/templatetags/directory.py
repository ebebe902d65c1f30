"""The two parts of the directory page that repeat many times, each written in one go: people, and boxes to tick."""

from collections.abc import Iterable
from functools import cache

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from apps.directory.cards import Card
from apps.directory.facets import Facet
from apps.web.icons import icon
from apps.web.markup import fill_row, join_rows

register = template.Library()

PERSON = """<li class="rp-alum{dim}">
<span class="rp-mono{still}" aria-hidden="true">{{}}</span>
<div class="rp-alum-who">
<h3><a href="{{}}">{{}}</a> <span class="rp-class">{{}}</span></h3>
<p>{{}}</p>
<p class="rp-quiet">{{}}</p>{why}
</div>
<div class="rp-alum-how">
<p><span class="visually-hidden">Offers: </span>{{}}</p>
<p class="rp-quiet">{{}}</p>
<p class="rp-say {tone}">{sign}<span>{{}}</span></p>
</div>
</li>
"""
CHOICE = """<div class="form-check"><input class="form-check-input" type="checkbox" form="find" name="{{}}"\
 value="{{}}" id="f-{{}}"{checked}><label class="form-check-label" for="f-{{}}"><span>{{}}</span>\
 <span class="rp-count">{{}}</span></label></div>
"""


@register.simple_tag
def people(rows: Iterable[Card]) -> SafeString:
    """The list of people: {% people rows %}; each row is a card."""
    found = []
    for row in rows:
        why = (row.why,) if row.why else ()
        person = (row.initials, row.url, row.name, row.class_mark, row.work, row.study, *why)
        form = _person(row.can_be_asked, bool(why))
        found.append(fill_row(form, *person, row.offers, row.habit, row.availability))
    return format_html('<ul class="rp-plain rp-lines rp-alums">\n{}</ul>', join_rows(found))


@cache
def _person(can_be_asked: bool, has_why: bool) -> str:
    why = f'\n<p class="rp-why rp-say">{icon("link-45deg")}<span>{{}}</span></p>' if has_why else ""
    if can_be_asked:
        return PERSON.format(dim="", still="", why=why, tone="rp-moss", sign=icon("calendar-check"))
    return PERSON.format(dim=" is-paused", still=" rp-mono-still", why=why, tone="rp-quiet", sign=icon("pause-circle"))


@register.simple_tag
def boxes(facet: Facet) -> SafeString:
    """The boxes of one group: {% boxes facet %}."""
    found = []
    for number, choice in enumerate(facet.choices, 1):
        name = f"{facet.key}-{number}"
        form = CHOICE.format(checked=" checked" if choice.is_chosen else "")
        found.append(fill_row(form, choice.name, choice.value, name, name, choice.label, choice.count))
    return join_rows(found)
