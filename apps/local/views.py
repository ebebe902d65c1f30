"""What exists in the local stack only: entering as one of the demo people, and reading the mails that left."""

from django.contrib import messages
from django.contrib.auth import login
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.csp import CSP
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_GET, require_POST

from apps.accounts.access import public
from apps.accounts.models import Role, User
from apps.local import mailbox
from apps.local.people import DEMO_PEOPLE
from apps.policy.models import Policy
from apps.web.answers import HtmxRequest

# A mail's own styles are inline, as mail readers want them. Nothing else of it may run or load, nor be sent.
MAIL_CSP: dict[str, list[str]] = {
    "default-src": [CSP.NONE],
    "style-src": [CSP.UNSAFE_INLINE],
    "img-src": ["data:"],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}


@public
@require_POST
def enter(request: HtmxRequest, role: str) -> HttpResponse:
    """Sign in as the demo person of a role, without a password: this is a trial on one's own machine."""
    if role not in Role.values:
        raise Http404
    person = User.objects.filter(email=DEMO_PEOPLE[Role(role)].email).first()
    if person is None:
        messages.error(request, "The demo people are not here. `make demo` builds their world.")
        return redirect("account_login")
    login(request, person, backend="apps.accounts.backends.Backend")
    return redirect("home")


@public
@require_GET
def mails(request: HtmxRequest) -> HttpResponse:
    """List the mails that left, in the reader's zone; a visitor reads the office's clock."""
    context = {"mails": mailbox.mails(), "folder": mailbox.folder()}
    with timezone.override(request.user.zone if request.user.is_authenticated else Policy.now().time_zone):
        return render(request, "local/mails.html", context | {"zone": timezone.get_current_timezone_name()})


@public
@require_GET
def mail(request: HtmxRequest, name: str) -> HttpResponse:
    return render(request, "local/mail.html", {"mail": _mail(name)})


@public
@require_GET
@csp_override(MAIL_CSP)
def mail_html(request: HtmxRequest, name: str) -> HttpResponse:
    """The HTML part as it is, on a page of its own."""
    return HttpResponse(_mail(name).html)


@public
@require_GET
def mail_file(request: HtmxRequest, name: str, number: int) -> HttpResponse:
    attachment = _mail(name).attachment(number)
    if attachment is None:
        raise Http404
    filename, kind, content = attachment
    response = HttpResponse(content, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response


def _mail(name: str) -> mailbox.Mail:
    mail = mailbox.find(name)
    if mail is None:
        raise Http404
    return mail
