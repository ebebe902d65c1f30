"""One page: no more mail of this sort. It works without signing in, and for a mail program by itself (RFC 8058)."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from apps.accounts.access import gone, public
from apps.accounts.models import MailLink
from apps.mail import outbox

PURPOSE = "unsubscribe:"


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@public
def unsubscribe(request, token):
    """GET asks, POST does it: no cookie, no redirect, the same answer every time."""
    link = MailLink.objects.found(token, timezone.now())
    if link is None or not link.purpose.startswith(PURPOSE):
        return gone(request)
    topic = link.purpose.removeprefix(PURPOSE)
    is_done = request.method == "POST"
    if is_done:
        outbox.unsubscribe(link.person, topic)
    words = topic.replace("-", " ").replace("_", " ")
    response = render(request, "mail/unsubscribe.html", {"topic": words, "is_done": is_done})
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response
