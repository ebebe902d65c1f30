"""Hand students over: a coach their own, the office those of any coach."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django import forms
from django.db.models import Count
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from apps.accounts.access import allow
from apps.accounts.models import Role, User
from apps.accounts.once import once
from apps.accounts.requests import Request
from apps.handover import actions
from apps.handover.models import Handover
from apps.policy.models import Policy
from apps.students.disclosures import disclose_each
from apps.students.models import StudentProfile
from apps.web.answers import after, back_to, invalid, made, show
from apps.web.gate import whole_number

PAGE = "handover/handover.html"
SHOWN = "Your name, in a list of students to hand over"
MOST, SOME = 5000, 20


class HandoverForm(forms.Form):
    """Which students, and to whom."""

    taker = forms.ModelChoiceField(User.objects.none(), label="Their new coach", empty_label="Choose a coach")
    students = forms.TypedMultipleChoiceField(coerce=int, label="Students", widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: object, giver: User, profiles: Sequence[StudentProfile], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # as Django's own
        others = User.objects.holding(Role.COACH).exclude(pk=giver.pk).order_by("sort_key", "pk")
        self.fields["taker"].queryset = others  # type: ignore[attr-defined]  # it is a choice of rows
        names = [(row.user_id, row.user.called) for row in profiles]
        self.fields["students"].choices = names  # type: ignore[attr-defined]  # the same
        self.initial.setdefault("students", [pk for pk, _ in names])
        self.fields["students"].error_messages["required"] = "Choose at least one student."


@dataclass(frozen=True)
class HandoverPage:
    """Whose students, to whom; and what was handed over lately."""

    giver: User | None
    coaches: Sequence[tuple[User, int]]
    form: HandoverForm | None
    profiles: Sequence[StudentProfile]
    chosen: set[int]
    history: Sequence[tuple[Handover, int, bool]]  # how many, and whether it can be undone
    now: datetime
    policy: Policy


@allow("handover.run")
@once
def handover(request: Request) -> HttpResponse:
    """Choose students and their new coach. The office says first whose."""
    now, giver = timezone.now(), _giver(request)
    profiles = list(_students(giver)) if giver else []
    data = request.POST if request.method == "POST" else None
    form = HandoverForm(data, giver=giver, profiles=profiles) if giver and profiles else None
    if form and form.is_bound and form.is_valid():
        words = form.cleaned_data
        act = made(
            form,
            lambda: actions.hand_over(giver, words["taker"], words["students"], by=request.user, now=now),  # type: ignore[arg-type]  # there is a giver where there is a form
        )
        if act:
            count = len(words["students"])
            say = f"{words['taker'].called} coaches {count} {'student' if count == 1 else 'students'} from now on."
            return after(request, "handover", say=say, undo=reverse("handover_undo", args=[act.pk]))
    disclose_each([row.user_id for row in profiles], viewer=request.user, what=SHOWN, now=now)
    shown = _page(request, giver, form, profiles, now)
    return (invalid if data is not None else show)(request, PAGE, shown)


def _giver(request: Request) -> User | None:
    """Return whose students it is about: one's own, or, for the office, of the coach in the address."""
    if not request.user.is_office:
        return request.user
    number = whole_number(request.GET.get("coach"))
    chosen = User.objects.filter(pk=number or 0, caseload__isnull=False).first()
    return chosen or (request.user if request.user.is_coach and number is None else None)


def _students(giver: User) -> Sequence[StudentProfile]:
    rows = StudentProfile.objects.filter(coach=giver).select_related("user", "cohort")
    return list(rows.order_by("user__sort_key", "pk")[:MOST])


def _page(
    request: Request,
    giver: User | None,
    form: HandoverForm | None,
    profiles: Sequence[StudentProfile],
    now: datetime,
) -> HandoverPage:
    policy, coaches = Policy.now(), []
    if request.user.is_office:
        rows = User.objects.filter(caseload__isnull=False).annotate(size=Count("caseload")).order_by("sort_key", "pk")
        coaches = [(row, row.size) for row in rows]
    past = Handover.objects.visible_to(request.user).select_related("giver", "taker")
    past = past.annotate(size=Count("students")).order_by("-at", "-pk")[:SOME]
    can_undo = request.user.has_perm
    history = [
        (row, row.size, not row.undone_at and now < actions.undo_until(row, policy) and can_undo("handover.undo", row))
        for row in past
    ]
    typed = [whole_number(str(pk)) for pk in form["students"].value() or []] if form else []
    chosen = {pk for pk in typed if pk is not None}
    return HandoverPage(giver, coaches, form, profiles, chosen, history, now, policy)


def _back(row: object) -> str:
    return reverse("handover")


@require_POST
@allow("handover.undo", Handover)
@back_to(_back)
def undo(request: Request, handover: Handover) -> HttpResponse:
    count = actions.undo(handover, now=timezone.now())
    say = f"Undone. {count} {'student stays' if count == 1 else 'students stay'} where they were, and no one was told."
    return after(request, "handover", say=say)
