"""The student's résumé: upload a version, see how old each is, delete one and bring it back."""

from dataclasses import dataclass
from datetime import datetime

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.access import allow
from apps.accounts.requests import Request
from apps.clock.regions import spelled, spelled_lazily
from apps.files.storing import MOST_BYTES
from apps.students import resume as resumes
from apps.students.models import Resume
from apps.web.answers import after, back_to, invalid, made, show

PAGE = "students/resume.html"
TOO_LARGE = f"This file is larger than {MOST_BYTES // 1024**2} MB. Choose a smaller one."


class ResumeForm(forms.Form):
    """One version, as a PDF."""

    file = forms.FileField(
        label="PDF file",
        help_text="Up to 5 MB. Only you can open it here.",
        widget=forms.FileInput(attrs={"accept": "application/pdf,.pdf"}),
        error_messages={"required": "Choose a file.", "empty": "This file is empty. Choose another one."},
    )
    note = forms.CharField(
        label="What it’s for",
        required=False,
        max_length=80,
        help_text="To tell versions apart, such as “Policy jobs”. Only you see this.",
    )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(TOO_LARGE)
        return file


@dataclass(frozen=True)
class ResumePage:
    """Every version with its age, and the form for one more. `back`: the page that wanted one."""

    form: ResumeForm
    versions: list[tuple[Resume, bool]]  # and whether it is older than 90 days
    now: datetime
    back: str


@require_http_methods(["GET", "HEAD", "POST"])
@allow("students.own")
def resume(request: Request) -> HttpResponseBase:
    """See the versions, and keep one more."""
    if request.method != "POST":
        return show(request, PAGE, _page(request, ResumeForm()))
    form, now = ResumeForm(request.POST, request.FILES), timezone.now()
    kept = None
    if form.is_valid():
        data, note = form.cleaned_data["file"].read(), form.cleaned_data["note"]
        kept = made(form, lambda: resumes.keep(request.user, data, note=note, now=now), field="file")
    if kept is None:
        return invalid(request, PAGE, _page(request, form))
    say = spelled("Your résumé is saved. Only you can open it here.")
    return after(request, _back(request) or "resume", say=say)


def _page(request: Request, form: ResumeForm) -> ResumePage:
    now = timezone.now()
    rows = Resume.objects.visible_to(request.user).kept()
    return ResumePage(form, [(row, row.is_old(now)) for row in rows], now, _back(request))


def _back(request: HttpRequest) -> str:
    """Return the page of ours that wanted a résumé, or nothing."""
    back = request.GET.get("back", "")
    return back if back.startswith("/") and url_has_allowed_host_and_scheme(back, None) else ""


@require_POST
@allow("students.edit", Resume)
@back_to(lambda _: reverse("resume"))
def resume_remove(request: Request, resume: Resume) -> HttpResponse:
    """Delete a version; the sentence that says so has an undo."""
    resumes.remove(resume, now=timezone.now())
    say = spelled_lazily("That version of your résumé was deleted.")
    return after(request, "resume", say=str(say), undo=reverse("resume_restore", args=[resume.pk]))


@require_POST
@allow("students.edit", Resume)
@back_to(lambda _: reverse("resume"))
def resume_restore(request: Request, resume: Resume) -> HttpResponse:
    resumes.restore(resume, now=timezone.now())
    return after(request, "resume", say="That version is back.")
