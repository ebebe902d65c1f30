"""Hostile queries and bodies by chance, with a seed: at every address, under every name that a view or a form reads.

In the suite a small part is tried; RAPPORT_HOSTILE=2000 tries as many queries and half as many bodies again for each
seed. What fails is told with all that one needs to ask it again.
"""

import json
import os
import random
import re
from html.parser import HTMLParser

import pytest

from apps.accounts.models import Role
from tests.access.stage import tried
from tests.access.test_gate import HUGE, KEPT, PERSONS, TURNED_AWAY, VIEWS, addresses, names_of
from tests.test_access import browser_of, staged, undrawn, url_of

pytestmark = [pytest.mark.django_db, pytest.mark.whole]

QUERIES = int(os.environ.get("RAPPORT_HOSTILE", "150"))
BODIES = QUERIES * 3 // 2
SEEDS = [20261130] if QUERIES <= 150 else [1]
VALUES = [
    *KEPT.values(),
    *TURNED_AWAY.values(),
    *("", " ", "0", "-0", "1", "2147483648", "-9223372036854775809", "1e5", "0x10", "١٢", "１", "1_000", "+1", "1,5"),
    *("NaN", "Infinity", "-inf", "null", "None", "undefined", "true", "[]", "{}", '""', "[[]]", '{"id": 1}'),
    *(
        '[{"id": null}]',
        '{"version": []}',
        "2026-11-30",
        "2026-02-30",
        "2026-11-30T25:61",
        "10000-01-01",
        "-0001-01-01",
    ),
    *("24:00", "23:59:60", "2026-03-08T02:30", "America/Chicago", "Mars/Base", "../../etc/passwd", "America/../UTC"),
    *("UTC\n", "/", ".", "a@b.example", "a@b", "@", "a@" + "b" * 300 + ".example", "ä@ö.example", "a\u200b@b.example"),
    *('"a b"@c.example', "<script>", "{{ 7 }}", "{% x %}", "%(x)s", "%s%n", "{0.__class__}", "'; DROP TABLE x; --"),
    *("\\", "\\x00", "%00", "\r\nX: y", "(((((", "*" * 500, "a|" * 800, '"' * 301, "not not", "& | !", ":*", "<->"),
    *("a:b:c", "\u2028", "\u0000", "\ud83d", "\udc00x", "😀" * 300, "e\u0301" * 400, "ﷺ" * 200, "\U000e0001", "ß"),
    *("İ" * 200, "ŉ" * 150, "x" * 255, "x" * 70_000, HUGE[:19], HUGE),
    *Role.values,
]


class Fields(HTMLParser):
    """The names that the forms of a page send, and what they offer under each."""

    def __init__(self, page):
        super().__init__()
        self.names, self.select = {}, ""
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        said = dict(attributes)
        if tag in ("input", "textarea", "select", "button") and said.get("name"):
            self.names.setdefault(said["name"], set()).add(said.get("value") or "")
            self.select = said["name"] if tag == "select" else self.select
        if tag == "option" and self.select:
            self.names[self.select].add(said.get("value") or "")


def fields(client, url):
    answer = client.get(url)
    if answer.streaming or not answer["Content-Type"].startswith("text/html"):
        return {}
    return Fields(answer.content.decode()).names


def chosen(chance, names, offered):
    """Return some names with a value each, now and then several, and now and then one that the page offers."""
    data = {}
    for name in chance.sample(names, min(len(names), chance.choice((1, 1, 2, 3, 8, 30)))):
        own = [*offered.get(name, ()), *offered.get(name, ()), *VALUES]
        values = [chance.choice(own) for _ in range(chance.choice((1, 1, 1, 1, 2, 5)))]
        data[name] = values if len(values) > 1 else values[0]
        if chance.random() < 0.05:
            data[f"{name}{chance.choice(('[]', '-0', '__in', '.x', chr(0)))}"] = chance.choice(VALUES)
    return data


def ask(client, method, url, data, chance):
    """Ask with a query or a body: a form, several parts, or JSON; now and then as htmx does."""
    headers = {"HX-Request": "true"} if chance.random() < 0.3 else {}
    if method == "get":
        return tried(client.get, url, _sendable(data), headers=headers)
    if chance.random() < 0.1:
        body = json.dumps(data)
        return tried(client.post, url, body, content_type="application/json", headers=headers)
    return tried(client.post, url, _sendable(data), headers=headers)


def _sendable(data):
    """A browser cannot send half a character; what is sent instead are its bytes."""
    return {
        name: [_bytes(one) for one in value] if isinstance(value, list) else _bytes(value)
        for name, value in data.items()
    }


def _bytes(text):
    return text if not re.search("[\ud800-\udfff]", text) else text.encode("utf-8", "surrogatepass")


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("method", ["get", "post"])
def test_nothing_that_is_sent_is_an_error_of_ours(everybody, caplog, method, seed):
    caplog.set_level("CRITICAL", logger="django.request")
    caplog.set_level("CRITICAL", logger="django.security")
    caplog.set_level("ERROR", logger="apps.web.gate")
    chance, stage, failed = random.Random(seed), staged(everybody), []
    clients = {person: browser_of(person, everybody, stage) for person in PERSONS}
    doors = [(person, name) for person in PERSONS for name, methods in addresses(person) if method in methods]
    # A look long ago is a 503 of readyz, and the look of this test grows old as it runs.
    doors = [(person, name) for person, name in doors if name not in ("local_enter", "readyz")]
    offered = {}
    for n in range(QUERIES if method == "get" else BODIES):
        person, name = doors[n % len(doors)] if n < len(doors) else chance.choice(doors)
        url = url_of(name, stage)
        if (person, name) not in offered and QUERIES > 150:
            offered[person, name] = fields(clients[person], url)
        known = offered.get((person, name), {})
        names = sorted({*names_of(VIEWS[name])[1], *known})
        data = chosen(chance, names, {field: sorted(values) for field, values in known.items()})
        caplog.clear()
        with undrawn():
            answer = ask(clients[person], method, url, data, chance)
        # The gate answers a value that no column holds with a page, and logs that a form should have refused it.
        if answer.status_code >= 500 or caplog.records:
            failed.append((person, name, method, {key: str(value)[:80] for key, value in data.items()}))
    assert failed == []
