"""What these tests do in a browser, and read there."""

import re
from datetime import timedelta

from django.apps import apps
from django.urls import reverse

from tests import world
from tests.interviews import steps


def act(client, asked, name, data=None, door="answer"):
    address = {"answer": "answer_act", "alum": "alum_act"}[door]
    return client.post(reverse(address, args=[asked.pk, name]), data or {}, follow=True)


def page(client, asked):
    return client.get(reverse("answer", args=[asked.pk])).content.decode()


def rows():
    """Count every row of ours, and the states that matter, for "nothing changed"."""
    own = [m for m in apps.get_models() if m.__module__.startswith("apps.")]
    return {m.__name__: list(m._base_manager.order_by("pk").values()) for m in own}


def _to_somebody_else(student, at):
    return steps.sent(student, world.alum("Leila Brandt"), at)


def _window(at, *, starts="16:00", ends="17:00", days=10):
    return {"w0-day": (at + timedelta(days=days)).date().isoformat(), "w0-starts": starts, "w0-ends": ends}


def _fold(shown, act_name):
    """Return what folds out for an act, with what folds out in it."""
    begins = shown.index(f'<details class="rp-fold" id="to-{act_name}"')
    depth = 0
    for tag in re.finditer(r"<(/?)details\b[^>]*>", shown[begins:]):
        depth += -1 if tag[1] else 1
        if not depth:
            return shown[begins : begins + tag.end()]
    raise AssertionError(act_name)
