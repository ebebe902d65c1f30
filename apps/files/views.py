"""A private file, handed to whom it belongs."""

from django.http import HttpResponse
from django.utils.csp import CSP
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from apps.accounts.access import allow
from apps.accounts.requests import Request
from apps.files.models import PrivateFile


@require_safe
@allow("files.own", PrivateFile)
@csp_override({"default-src": [CSP.NONE], "sandbox": [""]})
def private_file(request: Request, file: PrivateFile) -> HttpResponse:
    """Hand out what is in it; no browser guesses another kind, and no cache keeps it."""
    is_photo = file.kind == PrivateFile.Kind.PHOTO
    answer = HttpResponse(bytes(file.content), content_type=file.media_type)
    answer["Content-Disposition"] = f'{"inline" if is_photo else "attachment"}; filename="{file.name}"'
    answer["Cache-Control"] = "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
