"""What these tests do in a browser, and read there."""

from django.urls import reverse
from django.utils import timezone

from apps.clock import times
from apps.interviews.asking import checks as letter_checks
from apps.interviews.lifecycle.models import InterviewRequest


def page(client, asked):
    return client.get(asked.get_absolute_url()).content.decode()


def form_of(asked, **changes):
    names = ("subject", "part_who", "part_connection", "part_why", "part_ask", "goals", "minutes")
    data = {name: getattr(asked, name) for name in names} | {"formats": asked.formats, "version": asked.version}
    return data | {"wants_review": ""} | changes


def ask_outside(client, contact):
    """Open a draft to somebody of the network, and go without the three lines."""
    client.post(reverse("ask_contact", args=[contact.pk]))
    asked = InterviewRequest.objects.get()
    client.post(reverse("request_research", args=[asked.pk]), {"skipped_because": "She taught me"})
    return asked


def hint_of(asked, name):
    return next((h for h in letter_checks.hints(letter_checks.read(asked, timezone.now())) if h.name == name), None)


def later(draft, moment):
    local = times.local_time(moment, draft.alum.time_zone)
    return {"leaves": "later", "leaves_day": local.date().isoformat(), "leaves_time": f"{local:%H:%M}"}
