"""Two doors without a sign-in: no more mail of this sort (RFC 8058), and what a mail provider tells afterwards."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from apps.accounts.access import by_program, public
from apps.accounts.models import MailLink
from apps.mail import afterwards, outbox, provider_events
from apps.mail.outbox import Topic
from apps.web.answers import HtmxRequest, show

PURPOSE = "unsubscribe:"


@dataclass(frozen=True)
class UnsubscribePage:
    """What a link to unsubscribe opens: the sorts of mail it is about, and whether none of them comes any more."""

    sorts: list[Topic]
    is_done: bool


@by_program(PURPOSE)
def unsubscribe(request: HtmxRequest, link: MailLink) -> HttpResponse:
    """Stop some sorts of mail, or take that back."""
    topics = link.purpose.removeprefix(PURPOSE).split("+")
    if request.method == "POST":
        act = outbox.resubscribe if "again" in request.POST else outbox.unsubscribe
        for topic in topics:
            act(link.person, topic)
    page = UnsubscribePage(
        sorts=[outbox.topic_of(topic) for topic in topics], is_done=outbox.is_unsubscribed(link.person, topics)
    )
    return show(request, "mail/unsubscribe.html", page)


@csrf_exempt
@require_http_methods(["HEAD", "POST"])
@public
def mail_events(request: HttpRequest) -> HttpResponse:
    """Take what the mail provider tells, where one was chosen and the secret is right. 503: it is to tell it again."""
    if not provider_events.is_listening():
        raise Http404
    if request.method == "HEAD":  # some providers look first whether anybody is there
        return HttpResponse()
    try:
        for event in provider_events.read(request):
            provider_events.take(event)
    except provider_events.Unsigned:
        return HttpResponse("The secret is missing or wrong.\n", status=403, content_type="text/plain")
    except provider_events.Unreadable:
        return HttpResponse("The provider doesn’t send this.\n", status=400, content_type="text/plain")
    except afterwards.Leaving:
        return HttpResponse("The email is being sent right now.\n", status=503, content_type="text/plain")
    return HttpResponse()
