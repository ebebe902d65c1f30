"""The office's page about who did what, and the two logs as files (R244, K1, K2)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import batched

from django.core.paginator import Page, Paginator
from django.db.models import FETCH_RAISE, QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from apps.accounts.access import allow
from apps.accounts.models import User
from apps.accounts.requests import Request
from apps.audit import trail
from apps.audit.models import AuditEntry
from apps.office import log
from apps.office.log import Line
from apps.office.log_filter import LogFilter
from apps.students.disclosures import disclose_each
from apps.students.models import Disclosure
from apps.tables import leaving
from apps.web.answers import show

A_PAGE = 30
AT_ONCE = 2000  # rows that are held in memory while a file is written
SHOWN = "Changes to your account, in the audit log"


@dataclass(frozen=True)
class LogPage:
    """Who did what, newest first: all of it, or what was asked for."""

    page: Page[AuditEntry]
    lines: list[Line]
    form: LogFilter
    query: str  # the same choice, for the file
    section: str = "office_policy"


@require_safe
@allow("office.run")
def audit(request: Request) -> HttpResponse:
    form = LogFilter(request.GET)
    page = Paginator(form.rows(), A_PAGE).get_page(request.GET.get("page"))
    lines = log.lines(list(page))
    disclose_each(log.students(lines), viewer=request.user, what=SHOWN, now=timezone.now())
    return show(request, "office/log.html", LogPage(page, lines, form, request.GET.urlencode()))


@require_safe
@allow("office.run")
def audit_export(request: Request) -> HttpResponseBase:
    """The chosen lines as a file; taking it is a line itself."""
    rows = LogFilter(request.GET).rows()
    trail.exported(request, "audit_auditentry", rows.count())
    return leaving.download(_name("audit-log"), log.COLUMNS, _told(request, rows))


def _told(request: Request, rows: QuerySet[AuditEntry]) -> Iterator[tuple[object, ...]]:
    for some in batched(rows.iterator(AT_ONCE), AT_ONCE):
        lines = log.lines(some)
        disclose_each(log.students(lines), viewer=request.user, what=SHOWN, now=timezone.now())
        yield from map(log.cells, lines)


@require_safe
@allow("office.run")
def disclosures_export(request: Request) -> HttpResponseBase:
    """Whose record was shown to whom, as a file (FERPA, 34 CFR 99.32)."""
    rows = Disclosure.objects.order_by("-at", "-pk").select_related("student").fetch_mode(FETCH_RAISE)
    trail.exported(request, "students_disclosure", rows.count())
    students = rows.order_by("student").values_list("student", flat=True).distinct()
    disclose_each(students, viewer=request.user, what="Who viewed your information, as a file", now=timezone.now())
    header = ("When (UTC)", "Student", "Student’s address", "Shown to", "What")
    cells = (_disclosed(row.at, row.student, row.viewer_name, row.what) for row in rows.iterator(AT_ONCE))
    return leaving.download(_name("disclosure-log"), header, cells)


def _disclosed(at: datetime, student: User, viewer: str, what: str) -> tuple[object, ...]:
    return at.isoformat(timespec="seconds"), student.called, student.email, viewer, what


def _name(of: str) -> str:
    return f"rapport-{of}-{timezone.now():%Y-%m-%d}.csv"
