"""During the talk: the clock, one question at a time, quick notes (R87 to R99)."""

from apps.accounts.access import allow
from apps.interviews.models import Interview
from apps.web import show


@allow("interviews.edit", Interview)
def live(request, interview):
    return show(request, "interviews/live.html", {"interview": interview, "contact": interview.contact})
