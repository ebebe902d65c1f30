"""Before the talk: questions, research, logistics (R75 to R86)."""

from apps.accounts.access import allow
from apps.interviews.models import Interview
from apps.web import show


@allow("interviews.edit", Interview)
def prepare(request, interview):
    return show(request, "interviews/prepare.html", {"interview": interview, "contact": interview.contact})
