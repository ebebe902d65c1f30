"""The thank-you within 48 hours (R102 to R106)."""

from apps.accounts.access import allow
from apps.interviews.models import Interview
from apps.web import show


@allow("interviews.edit", Interview)
def thank_you(request, interview):
    return show(request, "interviews/thank_you.html", {"interview": interview, "contact": interview.contact})


@allow("interviews.edit", Interview)
def thanked(request, interview):
    return show(request, "interviews/thanked.html", {"interview": interview, "contact": interview.contact})
