"""The menu of each role, no `load` needed."""

from functools import cache

from django import template
from django.template import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from apps.web.answers import page
from apps.web.icons import icon

register = template.Library()

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
        ("practice_times", "calendar-event", "Practice"),
        ("cohorts", "people", "Cohorts"),
        ("people", "search", "Alumni"),
    ),
    "office": (
        ("office", "sun", "Overview"),
        ("office_people", "people", "People"),
        ("office_import", "person-lines-fill", "Import"),
        ("help_requests", "question-circle", "Help requests"),
        ("office_outbox", "envelope", "Emails"),
        ("office_questions", "chat-left-quote", "Question bank"),
        ("office_policy", "gear", "Settings"),
    ),
    "alum": (
        ("alum_home", "sun", "Home"),
        ("alum_profile_edit", "person-lines-fill", "My profile"),
    ),
}


@register.simple_tag(takes_context=True)
def menu(context: Context) -> str:
    """The links of the role somebody is in."""
    role, path = str(context.get("role")), getattr(context.get("request"), "path", "")
    if role not in MENU:
        return ""
    here = str(context.get("section") or _nearest(role, path))
    return links(role, here, is_page=path == addresses(role).get(here))


@cache
def links(role: str, here: str, *, is_page: bool) -> SafeString:
    urls = addresses(role)
    return format_html_join(
        "\n",
        '<li><a href="{}"{}>{}{}</a></li>',
        ((urls[name], _here(is_page) if name == here else "", icon(sign), word) for name, sign, word in MENU[role]),
    )


def _nearest(role: str, path: str) -> str:
    """Return the name of the entry whose address is the longest beginning of `path`."""
    under = [(len(url), name) for name, url in addresses(role).items() if path.startswith(url)]
    return max(under)[1] if under else ""


@cache
def addresses(role: str) -> dict[str, str]:
    return {name: page(name) for name, _, _ in MENU[role]}


def _here(is_page: bool) -> SafeString:
    return format_html(' aria-current="{}"', "page" if is_page else "true")
