"""The alum pressed Reply: the student notes the time, or the “not now”, that only the two of them know of."""

from django.utils import timezone
from django.views.decorators.http import require_POST

from apps.accounts.access import allow
from apps.interviews import actions
from apps.interviews import request_page as pages
from apps.interviews.forms import ArrangeForm
from apps.interviews.models import InterviewRequest
from apps.web import Refused, after, refused, show

STATE = "interviews/request_state.html"


@require_POST
@allow("interviews.edit", InterviewRequest)
def by_mail(request, asked):
    """Set the time that the alum wrote, or note that they cannot do it now."""
    if request.POST.get("no"):
        return _not_now(request, asked)
    form, now = ArrangeForm(request.POST, zone=request.user.time_zone), timezone.now()
    status = 422
    if form.is_valid():
        agreed = {name: form.cleaned_data[name] for name in ("starts_at", "format", "place")}
        try:
            interview = actions.arrange(asked, by=request.user, now=now, **agreed)
        except actions.Stale as error:
            return refused(request, error, asked)
        except Refused as error:
            form.add_error(None, str(error))
            status = error.status
        else:
            return after(request, interview, say="It is set. Both of you get an invitation.")
    return show(request, STATE, pages.context(asked, now, arrange=form), status=status)


def _not_now(request, asked):
    try:
        actions.turned_down(asked, by=request.user, now=timezone.now())
    except Refused as error:
        return refused(request, error, asked)
    return after(request, asked, say="Noted. It says nothing about you.")
