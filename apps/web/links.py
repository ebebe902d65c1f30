"""{% url %} and {% static %} as Django's, no `load` needed; an address is worked out once in a process.

A list leads from each row to several pages, and the frame of every page to a dozen.
"""

from functools import cache
from typing import Any

from django import template
from django.template import Context
from django.template.base import FilterExpression, Parser, Token
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as djangos
from django.templatetags.static import static as djangos_static

from apps.web.answers import page, page_of_a_row

register = template.Library()


@register.simple_tag
@cache
def static(path: str) -> str:
    """{% static "icons.svg" %}: the address of a file of ours."""
    return djangos_static(path)


@register.tag
def url(parser: Parser, token: Token) -> URLNode:
    node: Any = djangos(parser, token)
    is_plain = isinstance(node.view_name.var, str) and not node.view_name.filters
    if not is_plain or node.kwargs or node.asvar or len(node.args) > 1:
        return node  # type: ignore[no-any-return]  # as Django made it
    return KnownURL(node.view_name, node.args, node.view_name.var)


class KnownURL(URLNode):
    """The address of a name that stands in the template, with nothing or with the number of a row."""

    def __init__(self, view_name: FilterExpression, args: list[FilterExpression], name: str) -> None:
        super().__init__(view_name, args, {}, None)
        self.name = name

    def render(self, context: Context) -> str:
        if not self.args:
            return page(self.name)
        number = self.args[0].resolve(context)
        if type(number) is int and number >= 0 and "{}" in (path := page_of_a_row(self.name)):
            return path.format(number)
        return super().render(context)
