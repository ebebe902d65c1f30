"""Something to apply for: noted, applied for, who helped, no longer of interest."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.access import allow
from apps.accounts.once import once
from apps.accounts.requests import Request
from apps.network import undo
from apps.network.models import Contact, Organization
from apps.network.views_story import now_and_today
from apps.organizations import actions, page
from apps.organizations.forms import AppliedForm, OpportunityForm
from apps.organizations.models import Opportunity
from apps.organizations.views import where
from apps.web.answers import after, back_to, invalid, show
from apps.web.edits import edits, overtaken
from apps.web.gate import whole_number

FORM, ONE = "organizations/edit.html", "organizations/opportunity.html"


@dataclass(frozen=True)
class FormPage:
    """Something to apply for, as it is typed. `remove`: the address that deletes it; a new one has none."""

    title: str
    back: str
    back_name: str
    form: OpportunityForm
    remove: str = ""


@allow("network.edit", Organization)
@once
def add(request: Request, organization: Organization) -> HttpResponse:
    row = Opportunity(student_id=organization.student_id, organization=organization)
    form = OpportunityForm(
        request.POST or None, today=now_and_today(request)[1], people=page.people_at(organization), instance=row
    )
    if request.method == "POST" and form.is_valid():
        form.save()
        actions.set_followed(organization, followed=True)
        return after(request, f"{where(organization)}#opportunities", say=f"{row.title} added.")
    answer = invalid if request.method == "POST" else show
    return answer(request, FORM, FormPage("Add an opportunity", where(organization), organization.name, form))


@require_safe
@allow("network.edit", Opportunity)
def opportunity(request: Request, opportunity: Opportunity) -> HttpResponse:
    return show(request, ONE, page.opportunity_page(opportunity, request.user, timezone.now()))


@allow("network.edit", Opportunity)
@once
@edits
def edit(request: Request, opportunity: Opportunity) -> HttpResponse:
    people = page.people_at(opportunity.organization)
    form = OpportunityForm(request.POST or None, today=now_and_today(request)[1], people=people, instance=opportunity)
    remove = reverse("opportunity_remove", args=[opportunity.pk])
    name = Opportunity.objects.get(pk=opportunity.pk).title
    found = FormPage(f"Edit {name}", opportunity.get_absolute_url(), name, form, remove)
    if request.method != "POST":
        return show(request, FORM, found)
    if form.is_valid() and (both := overtaken(request, "Two versions of one opportunity", form)):
        return both
    if form.is_valid():
        form.save()
        return after(request, opportunity, say="Saved.")
    return invalid(request, FORM, found)


@require_POST
@allow("network.edit", Opportunity)
@back_to()
def applied(request: Request, opportunity: Opportunity) -> HttpResponse:
    """The student applied; the page then asks who helped, and for a conversation where there was none."""
    if "undo" in request.POST:
        actions.not_applied(opportunity)
        return after(request, opportunity, say="It’s open again.")
    now, today = now_and_today(request)
    form = AppliedForm(request.POST, today=today, opportunity=opportunity)
    if not form.is_valid():
        return invalid(request, ONE, page.opportunity_page(opportunity, request.user, now, form=form))
    is_new = not opportunity.is_applied
    actions.apply(opportunity, on=form.cleaned_data["day"], offered=form.cleaned_data["offered"])
    return after(request, opportunity, say="Saved. Good luck." if is_new else "Saved.", undo=request.path * is_new)


@require_POST
@allow("network.edit", Opportunity)
@back_to()
def helped(request: Request, opportunity: Opportunity) -> HttpResponse:
    """Note who helped: everybody gets a letter of their own, and a trace of it."""
    chosen = {whole_number(one) or 0 for one in request.POST.getlist("person")}
    people = Contact.objects.filter(student=request.user, pk__in=chosen).order_by("sort_key", "pk")
    helpers = actions.helped(opportunity, people)
    say = "Saved. Write to each of them when you’re ready." if helpers else "Saved. No one is listed as having helped."
    return after(request, f"{opportunity.get_absolute_url()}#helped", say=say)


@require_POST
@allow("network.edit", Opportunity)
def drop(request: Request, opportunity: Opportunity) -> HttpResponse:
    """No longer of interest; or of interest again."""
    is_back = "undo" in request.POST or request.POST.get("on") == "1"
    to = Opportunity.State.DROPPED
    if is_back:
        to = Opportunity.State.APPLIED if opportunity.applied_on else Opportunity.State.OPEN
    Opportunity.objects.filter(pk=opportunity.pk).update(state=to)
    say = f"{opportunity.title} is back." if is_back else f"{opportunity.title} removed."
    return after(request, where(opportunity.organization), say=say, undo="" if is_back else request.path)


@require_POST
@allow("network.edit", Opportunity)
def remove(request: Request, opportunity: Opportunity) -> HttpResponse:
    back, words = where(opportunity.organization), f"Deleted: {opportunity.title}."
    goal = undo.offer_entry(request, opportunity, *list(opportunity.helps.all()), words=words, back=back)
    opportunity.delete()
    return after(request, goal)
