"""The rows of the caseload, written in one go: hundreds stand on one page."""

from collections.abc import Iterable
from functools import cache

from django import template
from django.utils.safestring import SafeString

from apps.coaching.caseload import Case, Student
from apps.coaching.letters import LETTERS
from apps.coaching.models import Kind
from apps.web.answers import page_of_a_row
from apps.web.icons import icon
from apps.web.markup import fill_row, join_rows

register = template.Library()

ROW = """<tr><td class="rp-pick"><input class="form-check-input" type="checkbox" id="s{{}}" name="student"\
 value="{{}}"{checked}><label class="visually-hidden" for="s{{}}">Choose {{}}</label></td>
<th scope="row"><a href="{{}}">{{}}</a><br><span class="rp-quiet rp-normal">{{}}</span></th>
<td>{why}</td>
<td>{far}</td>
<td class="rp-cell-do">{do}</td>
</tr>
"""
FAR = """<span class="num">{} of {}</span> conversations<progress class="rp-bar" max="{}" value="{}"\
 aria-label="{}, conversations this term">{} of {}</progress>"""
NOT_SHARED = '<span class="rp-quiet">Network not shared</span>'
WHY = '<span class="rp-say rp-{}">{}<strong>{{}}</strong></span><span class="rp-quiet">{{}}</span>'
NOTHING = '<span class="rp-quiet">Nothing today</span>'
DO = '<a class="btn btn-sm {}" href="{{}}">{{}}<span class="visually-hidden">, {{}}</span></a>'


@register.simple_tag
def case_rows(cases: Iterable[Case], is_chosen: bool = False) -> SafeString:
    """The body of the table: {% case_rows cases %}; the first thing to do is the page's one filled button."""
    page = page_of_a_row("caseload_student")
    return join_rows(_row(case, page, is_first=not at, is_chosen=is_chosen) for at, case in enumerate(cases))


def _row(case: Case, page: str, *, is_first: bool, is_chosen: bool) -> str:
    student, name, reason = case.student, case.student.called, case.reason
    url = page.format(student.pk)
    who = (student.pk, student.pk, student.pk, name, url, name, _studies(student))
    held, wanted = case.held, case.wanted
    talks = (held, wanted, wanted, held, name, held, wanted) if student.shares_network else ()
    if not reason:
        hello = f"{url}write/{Kind.HELLO.value}/"
        return fill_row(
            _form(shares=student.shares_network, is_chosen=is_chosen),
            *who,
            *talks,
            hello,
            LETTERS[Kind.HELLO].title,
            name,
        )
    why, do = (reason.title, reason.text), (reason.url, reason.button, name)
    form = _form(reason.colour, reason.icon, is_first, shares=student.shares_network, is_chosen=is_chosen)
    return fill_row(form, *who, *why, *talks, *do)


@cache
def _form(
    colour: str = "", sign: str = "", is_first: bool = False, *, shares: bool = True, is_chosen: bool = False
) -> str:
    """Return the form of a row: with nothing to do, or with a reason in this colour and sign."""
    far, checked = FAR if shares else NOT_SHARED, " checked" if is_chosen else ""
    if not sign:
        return ROW.format(checked=checked, why=NOTHING, far=far, do=DO.format("btn-quiet"))
    do = DO.format("btn-primary" if is_first else "btn-quiet")
    return ROW.format(checked=checked, why=WHY.format(colour, icon(sign)), far=far, do=do)


def _studies(student: Student) -> str:
    year = f" ’{str(student.class_year)[-2:]}" if student.class_year else ""
    return f"{student.program}{year}"
