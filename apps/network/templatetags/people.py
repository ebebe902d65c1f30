"""The rows of the list of people, written in one go: a page has twenty, each of a dozen values."""

from collections.abc import Iterable
from functools import cache
from urllib.parse import quote

from django import template
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from apps.network.people import Row
from apps.network.relationship import Label
from apps.web.answers import page_of_a_row
from apps.web.icons import icon
from apps.web.markup import fill_row, join_rows

register = template.Library()

ROW = """<tr><td class="rp-pick"><input class="form-check-input" type="checkbox" id="p{{}}" name="person" value="{{}}">\
<label class="visually-hidden" for="p{{}}">Choose {{}}</label></td>\
<th scope="row"><a href="{{}}">{{}}</a>{under}{tags}</th>\
<td data-label="How you know them">{how}</td>\
<td data-label="Last in touch"><span class="rp-when">{{}}</span> {label}</td>\
<td data-label="Next"><a href="{{}}">{{}}</a></td></tr>
"""
UNDER = '<span class="rp-under">{}</span>'
TAGS = '<span class="rp-taglist">{}<span class="visually-hidden">Tags: </span>{}</span>'
TAG = '<a href="?tag={}">{}</a> '
SUGGESTED = '<a href="{}">{}</a> suggested {}'
LABEL = '<span class="rp-tag{}">{} {}</span>'


@register.simple_tag
def people_rows(rows: Iterable[Row]) -> SafeString:
    """The body of the table: {% people_rows rows %}."""
    page = page_of_a_row("contact")
    return join_rows(_row(row, page) for row in rows)


def _row(row: Row, page: str) -> str:
    person, where = row.contact, ", ".join(filter(None, (row.contact.title, row.contact.organization_name)))
    form = _form(row.label, has_place=bool(where), is_suggested=bool(person.referrer_pk), tags=len(row.tags))
    return fill_row(
        form,
        *(person.pk, person.pk, person.pk, person.name, page.format(person.pk), f"{person.name} {person.class_mark}"),
        *([where] if where else []),
        *(part for tag in row.tags for part in (quote(tag.key), tag.name)),
        *_how(row, page),
        *(capfirst(row.last), row.step.url, row.step.text),
    )


def _how(row: Row, page: str) -> tuple[object, ...]:
    person = row.contact
    if person.referrer_pk:
        return page.format(person.referrer_pk), person.referrer_name, person.first_name
    return (person.get_relation_display(),)


@cache
def _form(label: Label, *, has_place: bool, is_suggested: bool, tags: int) -> str:
    """Return the form of a row with these parts."""
    colour = f" rp-tag-{label.colour}" if label.colour else ""
    return ROW.format(
        under=UNDER if has_place else "",
        tags=TAGS.format(icon("tag"), TAG * tags) if tags else "",
        how=SUGGESTED if is_suggested else "{}",
        label=LABEL.format(colour, icon(label.icon), label.text),
    )
