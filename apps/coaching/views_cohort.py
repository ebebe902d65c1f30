"""The office writes to a cohort: one email each, in the name of who writes, by the rules of a coach’s nudges.

A coach writes to their own students of a cohort from their caseload (views_letters.py), which is the same page.
"""

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from apps.accounts.access import allow
from apps.accounts.once import once
from apps.accounts.requests import Request
from apps.coaching import sending
from apps.coaching.letters import LETTERS, TO_A_COHORT
from apps.coaching.models import NUDGES, Kind
from apps.coaching.views_letters import AT_ONCE, Audience, taken_back, typed_by, write
from apps.database.prepared import among
from apps.students.models import Cohort, StudentProfile
from apps.web.answers import after, back_to
from apps.web.gate import whole_number


@allow("cohorts.write", Cohort)
@once
def cohort_letters(request: Request, cohort: Cohort) -> HttpResponse:
    """Write to the students of a cohort, or to those of them who were chosen."""
    said = typed_by(request)
    profiles = StudentProfile.objects.filter(cohort=cohort, user__is_active=True).select_related("user")
    if "student" in said or "s" in said:
        keys = [whole_number(pk) for pk in (*said.getlist("student"), *said.getlist("s"))]
        profiles = profiles.filter(among([pk for pk in keys if pk is not None]))
    everyone = list(profiles.order_by("user__sort_key", "pk"))
    within_reach, is_cut = _one_press(everyone, said.get("kind", ""), request)
    whom = Audience(
        within_reach,
        [*TO_A_COHORT, *(LETTERS[kind] for kind in (Kind.HELLO, Kind.START, Kind.THANK))],
        address=reverse("cohort_letters", args=[cohort.pk]),
        back=reverse("cohort", args=[cohort.pk]),
        back_to=cohort.name,
        undo=reverse("cohort_letters_back", args=[cohort.pk]),
    )
    return write(request, whom, is_cut=is_cut)


def _one_press(everyone: list[StudentProfile], kind: str, request: Request) -> tuple[list[StudentProfile], bool]:
    """Return whom one press reaches: of very many first those who can get one, so that the next reaches others."""
    if len(everyone) <= AT_ONCE:
        return everyone, False
    nudge = kind if kind in NUDGES else Kind.HELLO
    refused = sending.refusals([one.user for one in everyone], nudge, by=request.user, now=timezone.now())
    first = sorted(everyone, key=lambda one: one.user_id in refused)
    return first[:AT_ONCE], True


@require_POST
@allow("cohorts.write", Cohort)
@back_to("cohort")
def cohort_letters_back(request: Request, cohort: Cohort) -> HttpResponse:
    """Undo what the press in the address sent, as long as it has not left."""
    return after(request, "cohort", cohort.pk, say=taken_back(request))
