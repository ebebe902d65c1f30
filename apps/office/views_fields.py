"""The office’s page of the fields in which students talked, and the same figures as a file."""

from django.http import HttpResponse, HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from apps.accounts.access import allow
from apps.accounts.requests import Request
from apps.office import by_field
from apps.tables import leaving
from apps.web.answers import show


@require_safe
@allow("office.run")
def fields(request: Request) -> HttpResponse:
    return show(request, "office/fields.html", by_field.page())


@require_safe
@allow("office.run")
def fields_export(request: Request) -> HttpResponseBase:
    name = f"rapport-students-by-field-{timezone.now():%Y-%m-%d}.csv"
    return leaving.download(name, by_field.COLUMNS, by_field.rows())
