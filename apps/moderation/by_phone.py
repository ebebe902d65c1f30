"""What somebody told the office by phone: who called, about whom and which request, and what happened.

People are found first, by name or email, and then chosen where more than one fits; the complaint is written below. What
becomes of it is decided in the queue of all reports.
"""

from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpResponse, QueryDict
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from apps.accounts.access import allow
from apps.accounts.models import User
from apps.accounts.once import once
from apps.accounts.requests import Request
from apps.interviews.lifecycle.models import InterviewRequest
from apps.moderation import actions
from apps.moderation.forms import ReportForm
from apps.moderation.models import Report
from apps.students.disclosures import disclose
from apps.web.answers import after, done, invalid, show
from apps.web.gate import whole_number

MOST_FOUND, MOST_REQUESTS = 8, 20


class RequestChoice(forms.ModelChoiceField):
    """One of the requests between two people, by its subject and what became of it."""

    def label_from_instance(self, obj: InterviewRequest) -> str:
        return f"{obj.subject}, {obj.get_status_display().lower()}"


class PhoneForm(ReportForm):
    """A complaint as it was told; the request is one of those between the two."""

    field_order = ("request", "reason", "words")

    class Meta(ReportForm.Meta):
        labels = {"words": "What did the caller say?"}

    def __init__(self, *args: Any, between: list[InterviewRequest], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = "What’s wrong, as the caller would say it?"
        self.fields["request"] = RequestChoice(
            label="Which request?",
            queryset=InterviewRequest.objects.filter(pk__in=[one.pk for one in between]).order_by("-sent_at", "-pk"),
            required=False,
            empty_label="None, or not known",
            widget=forms.RadioSelect,
        )
        self.order_fields(self.field_order)


@dataclass(frozen=True)
class Sought:
    """One of the two people: what was typed, who fits, and who is meant."""

    name: str  # of the field
    label: str
    hint: str
    typed: str = ""
    found: list[User] = field(default_factory=list)
    chosen: User | None = None

    @property
    def is_unknown(self) -> bool:
        return bool(self.typed) and not self.found


@dataclass(frozen=True)
class PhonePage:
    """Finding the two people, and then the complaint."""

    people: list[Sought]
    about: User | None
    form: PhoneForm | None
    section: str = "office_people"


@require_http_methods(["GET", "HEAD", "POST"])
@allow("office.run")
@once
def add(request: Request) -> HttpResponse:
    """Enter a complaint that came by phone."""
    typed, now = request.POST if request.method == "POST" else request.GET, timezone.now()
    caller = _sought(typed, "caller", "Who called?", "Name or email. Leave blank if they have no account.")
    about = _sought(typed, "about", "Who is it about?", "Name or email.")
    is_found = about.chosen is not None and (caller.chosen is not None or not caller.typed)
    if about.chosen is None or not is_found:
        page = PhonePage([caller, about], about.chosen, None)
        return (invalid if request.method == "POST" else show)(request, "moderation/add.html", page)
    between = _between(caller.chosen, about.chosen)
    for student in {one.student_id for one in between}:
        disclose(student, viewer=request.user, what="The requests that a complaint may be about", now=now)
    form = PhoneForm(request.POST or None, between=between)
    if request.method == "POST" and form.is_valid():
        told, subject = form.cleaned_data, about.chosen

        def enter() -> Report:
            return actions.enter(subject, reporter=caller.chosen, by=request.user, now=now, **told)

        if done(form, enter):
            return after(request, "office_reports", say="Entered. It’s in the list of reports to look into.")
    page = PhonePage([caller, about], about.chosen, form)
    return (invalid if request.method == "POST" else show)(request, "moderation/add.html", page)


def _sought(typed: QueryDict, name: str, label: str, hint: str) -> Sought:
    """Return whom a field means: the one who was chosen, or the only one who fits what was typed."""
    words, pk = " ".join(typed.get(name, "").split())[:150], whole_number(typed.get(f"{name}_pk", ""))
    chosen = User.objects.filter(pk=pk).first() if pk is not None else None
    if chosen is not None and (not words or words == chosen.called or chosen in _fitting(words)):
        return Sought(name, label, hint, words or chosen.called, [chosen], chosen)
    found = _fitting(words) if words else []
    return Sought(name, label, hint, words, found, found[0] if len(found) == 1 else None)


def _fitting(words: str) -> list[User]:
    named = Q()
    for word in words.split():
        named &= Q(name__icontains=word) | Q(preferred_name__icontains=word)
    return list(User.objects.filter(named | Q(email__iexact=words)).order_by("name", "pk")[:MOST_FOUND])


def _between(caller: User | None, about: User) -> list[InterviewRequest]:
    """Return what the two wrote each other, the last first; of a caller without an account, all of the other’s."""
    sent = InterviewRequest.objects.filter(sent_at__isnull=False)
    theirs = sent.filter(Q(student=about) | Q(alum__user=about))
    if caller is not None:
        theirs = theirs.filter(Q(student=caller) | Q(alum__user=caller))
    return list(theirs.select_related("student", "alum").order_by("-sent_at", "-pk")[:MOST_REQUESTS])
