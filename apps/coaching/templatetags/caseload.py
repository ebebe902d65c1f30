"""The rows of the caseload, written in one go: hundreds stand on one page, and a tag a cell took half of its time.

Everything passes through format_html, so is escaped.
"""

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from apps.accounts.templatetags.rapport import icon

register = template.Library()

ROW = """<tr>
<th scope="row"><a href="{}">{}</a><br><span class="rp-quiet rp-normal">{}</span></th>
<td>{}</td>
<td><span class="num">{} of {}</span> talks<progress class="rp-bar" max="{}" value="{}"\
 aria-label="{}, talks this term">{} of {}</progress></td>
<td class="rp-cell-do">{}</td>
</tr>
"""
WHY = '<span class="rp-say rp-{}">{}<strong>{}</strong></span><span class="rp-quiet">{}</span>'
NOTHING = format_html('<span class="rp-quiet">{}</span>', "Nothing today")
DO = '<a class="btn btn-sm {}" href="{}">{}<span class="visually-hidden">, {}</span></a>'


@register.simple_tag
def case_rows(cases):
    """The body of the table: {% case_rows cases %}; the first thing to do is the page's one filled button."""
    page = reverse("caseload_student", args=[0])
    return format_html_join("", ROW, (_row(case, page, is_first=not at) for at, case in enumerate(cases)))


def _row(case, page, is_first):
    name, reason = case.student.called, case.reason
    why, do = NOTHING, ""
    if reason:
        why = format_html(WHY, reason.colour, icon(reason.icon), reason.title, reason.text)
        do = format_html(DO, "btn-primary" if is_first else "btn-quiet", reason.url, reason.button, name)
    url = page.replace("/0/", f"/{case.profile.pk}/")
    talks = (case.held, case.wanted)
    return (url, name, _studies(case.profile), why, *talks, *reversed(talks), name, *talks, do)


def _studies(profile):
    year = f" ’{str(profile.class_year)[-2:]}" if profile.class_year else ""
    return f"{profile.program}{year}"
