"""After the talk: write down what was learned (R95 to R101)."""

from apps.accounts.access import allow
from apps.interviews.models import Interview
from apps.web import show


@allow("interviews.edit", Interview)
def debrief(request, interview):
    return show(request, "interviews/debrief.html", {"interview": interview, "contact": interview.contact})
