"""The two parts of the directory page that repeat many times, each written in one go: people, and boxes to tick.

The forms of all rows are filled together: so the values are escaped once for all of them.
"""

from collections.abc import Iterable
from functools import cache

from django import template
from django.utils.safestring import SafeString

from apps.clock.regions import spelled
from apps.directory.cards import Card
from apps.directory.facets import Facet
from apps.web.answers import page
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
FACET = """<details class="rp-facet" id="facet-{{}}"{open}>
<summary>{{}}</summary>
<fieldset>
<legend class="visually-hidden">{{}}</legend>
"""
CHOICE = """<div class="form-check"><input class="form-check-input" type="checkbox" form="find" name="{{}}"\
 value="{{}}" id="f-{{}}"{checked}><label class="form-check-label" for="f-{{}}"><span>{{}}</span>\
 <span class="rp-count">{{}}</span></label></div>
"""
ANOTHER = """<label class="form-label rp-mt-3" for="another-{{group}}">Another {{word}}</label><input\
 class="form-control" id="another-{{group}}" name="{{group}}" form="find" list="options-{{group}}" maxlength="160"\
 autocomplete="off" hx-get="{url}" hx-trigger="input changed delay:200ms" hx-target="#options-{{group}}"\
 hx-swap="innerHTML" hx-push-url="false"><datalist id="options-{{group}}"></datalist>
"""
TYPED = {"organization": "organization", "place": "place"}  # what can be typed where no box offers it


@register.simple_tag
def people(rows: Iterable[Card]) -> SafeString:
    """The list of people: {% people rows %}; each row is a card."""
    forms, values = list[str](), list[object]()
    for row in rows:
        forms.append(_person(row.can_be_asked, bool(row.why)))
        values += (row.initials, row.url, row.name, row.class_mark, row.work, row.study)
        values += (row.why,) if row.why else ()
        values += (row.offers, row.habit, row.availability)
    return join_rows(['<ul class="rp-plain rp-lines rp-alums">\n', fill_row("".join(forms), *values), "</ul>"])


@cache
def _person(can_be_asked: bool, has_why: bool) -> str:
    why = f'\n<p class="rp-why rp-say">{icon("link-45deg")}<span>{{}}</span></p>' if has_why else ""
    if can_be_asked:
        return PERSON.format(dim="", still="", why=why, tone="rp-moss", sign=icon("calendar-check"))
    return PERSON.format(dim=" is-paused", still=" rp-mono-still", why=why, tone="rp-quiet", sign=icon("pause-circle"))


@register.simple_tag
def filters(facets: Iterable[Facet]) -> SafeString:
    """All the groups of boxes: {% filters facets %}."""
    forms, values = list[str](), list[object]()
    for facet in facets:
        forms.append(_facet(facet.is_open))
        values += (facet.key, facet.label, facet.label)
        for number, choice in enumerate(facet.choices, 1):
            name = f"{facet.key}-{number}"
            forms.append(_choice(choice.is_chosen))
            values += (choice.name, choice.value, name, name, choice.label, choice.count)
        forms.append(_another(facet.key, spelled(TYPED[facet.key])) if facet.key in TYPED else "")
        forms.append("</fieldset>\n</details>\n")
    return join_rows([fill_row("".join(forms), *values)])


@cache
def _facet(is_open: bool) -> str:
    return FACET.format(open=" open" if is_open else "")


@cache
def _choice(is_chosen: bool) -> str:
    return CHOICE.format(checked=" checked" if is_chosen else "")


@cache
def _another(group: str, word: str) -> str:
    return ANOTHER.format(url=page("people_options")).format(group=group, word=word)
