"""The office's page on the shelf: links and short texts for students, by topic and in order (R20)."""

from dataclasses import dataclass

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.access import allow
from apps.accounts.once import once
from apps.accounts.requests import Request
from apps.shelf import shelves
from apps.shelf.models import Resource, Topic
from apps.shelf.shelves import Shelf
from apps.web.answers import after, invalid, show
from apps.web.edits import edits, overtaken


class ResourceForm(forms.ModelForm):
    topic = forms.ChoiceField(label="Where it fits", choices=[("", "Choose a place"), *Topic.choices])

    class Meta:
        model = Resource
        fields = ["title", "url", "text", "topic"]
        labels = {"url": "Link", "text": "Short text"}
        help_texts = {
            "url": "A web page or a video, beginning with https://",
            "text": "1 to 3 sentences: what it is, and why it’s worth the time.",
        }
        widgets = {"text": forms.Textarea(attrs={"rows": 3}), "url": forms.TextInput(attrs={"inputmode": "url"})}

    def clean(self) -> dict[str, object]:
        data: dict[str, object] = super().clean() or self.cleaned_data
        if not self.errors and not data.get("url") and not data.get("text"):
            self.add_error("text", "Add a link or a short text.")
        return data


@dataclass(frozen=True)
class ShelfPage:
    """All that stands on the shelf, and what was archived."""

    shelves: list[Shelf]
    archived: list[Resource]
    section: str = "questions"


@require_safe
@allow("office.run")
def shelf(request: Request) -> HttpResponse:
    rows = list(Resource.objects.in_order())
    shown = [row for row in rows if row.archived_at is None]
    page = ShelfPage(shelves.shelves(shown), [row for row in rows if row.archived_at is not None])
    return show(request, "office/shelf.html", page)


@dataclass(frozen=True)
class ResourcePage:
    form: ResourceForm
    resource: Resource | None
    section: str = "questions"


@allow("office.run")
@once
@edits
def resource(request: Request, pk: int | None = None) -> HttpResponse:
    """Put something on the shelf, or change it."""
    row = get_object_or_404(Resource, pk=pk) if pk else None
    was = row.topic if row else ""
    form = ResourceForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        if row and (both := overtaken(request, "Two versions of this resource", form)):
            return both
        shelves.save(form.save(commit=False), was=was)
        return after(request, "office_shelf", say="Saved. Students can see it now.")
    answer = invalid if request.method == "POST" else show
    return answer(request, "office/resource.html", ResourcePage(form, row))


@require_POST
@allow("office.run")
def resource_move(request: Request, pk: int) -> HttpResponse:
    """Move it one place up or down among those of its topic."""
    row = get_object_or_404(Resource, pk=pk)
    shelves.move(row, steps=-1 if request.POST.get("to") == "up" else 1)
    return after(request, f"{reverse('office_shelf')}#r{row.pk}", say=f"Moved: {row.title}.")


@require_POST
@allow("office.run")
def resource_archive(request: Request, pk: int) -> HttpResponse:
    row = get_object_or_404(Resource, pk=pk)
    shelves.archive(row, now=timezone.now())
    undo = reverse("office_resource_restore", args=[row.pk])
    return after(request, "office_shelf", say=f"Archived: {row.title}. Students no longer see it.", undo=undo)


@require_POST
@allow("office.run")
def resource_restore(request: Request, pk: int) -> HttpResponse:
    row = get_object_or_404(Resource, pk=pk)
    shelves.restore(row)
    return after(request, "office_shelf", say=f"Restored: {row.title}. Students see it again.")
