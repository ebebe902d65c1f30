"""What nobody can keep or read is turned away with a page, at every address and for everybody; never a 500.

The sweep asks every address of tests/test_access.py as somebody whom it lets in, with hostile values under every name
that its view or its forms read.
"""

import ast
import inspect
import json
import re
import sys
from functools import cache
from itertools import cycle
from pathlib import Path

import pytest
from django import forms
from django.db import DataError, OperationalError
from django.forms import BaseForm
from django.test import Client
from django.urls import get_resolver, reverse

from apps.web import gate
from tests.access.stage import tried
from tests.test_access import ALLAUTH, DOORS, FILL, browser_of, patterns, people, staged, undrawn, url_of

pytestmark = [pytest.mark.django_db, pytest.mark.whole]

HUGE = "9" * 5000
KEPT = {  # what a browser can send and a column could hold, or a form has to judge
    "digits": HUGE,
    "out of range": "9" * 18,
    "over bigint": "9" * 19,
    "other digits": "٣²½",
    "exponent": "1e99999",
    "negative": "-1",
    "long": "long " * 2_000,
    "date": "99999-99-99",
    "late": "9999-12-31",
    "early": "0001-01-01T00:00",
    "isn’t JSON": '{"a": [' + "x",
    "bidi": "\u202e\ufeff\u200b\U0010ffff",
    "percent": "%_\\';--",
}
FILLINGS = {"digits": [HUGE], **{f"mixed {n}": [*KEPT.values()][n:] + [*KEPT.values()][:n] for n in (0, 4, 8)}}
TURNED_AWAY = {
    "NUL": "a\x00b",
    "deep": "[" * 20_000 + "]" * 20_000,
    "deep object": '{"a":' * 20_000,
    "long number": f"[{HUGE}]",
    "half": json.dumps({"id": "\ud800"}),
    "NUL in JSON": json.dumps({"id": ["\x00"]}),
}
READ = re.compile(r"""(?:GET|POST|data|post|get|query)(?:\.get|\.getlist)?[(\[]\s*["']([\w-]+)["']""")
PERSONS = ("student", "alum", "coach", "office", "visitor", "by_link")


@pytest.fixture(autouse=True)
def _quiet(caplog):
    for name in ("django.request", "django.security"):
        caplog.set_level("CRITICAL", logger=name)


@cache
def parts(file):
    """Return {name: (text, the names that stand in it)} of what a module defines, and all of its text under None."""
    text, found = file.read_text(), {}
    for node in ast.parse(text).body:
        targets = getattr(node, "targets", [getattr(node, "target", None)])
        named = [getattr(node, "name", None), *(one.id for one in targets if isinstance(one, ast.Name))]
        said = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
        first = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", ()))])
        lines = "\n".join(text.splitlines()[first - 1 : node.end_lineno])
        found |= {name: (lines, said) for name in named if name}
    return found | {None: (text, set())}


def reached(file, name):
    """Return the text of a view and of all in its module that it names, and that these name; of all, where it is not
    in its module by its name."""
    known, waiting, seen = parts(file), [name], {}
    while waiting:
        one = waiting.pop()
        if one in known and one not in seen:
            seen[one], said = known[one]
            waiting += said
    return "\n".join(seen.values()) or known[None][0]


@cache
def names_of(view):
    """Return (read, names): what a view reads by itself, and all that its module, its neighbours and forms do."""
    file = Path(inspect.getsourcefile(sys.modules[view.__module__]))
    read, found = set(READ.findall(reached(file, inspect.unwrap(view).__name__))), set()
    for path in file.parent.glob("*.py"):
        found |= set(READ.findall(path.read_text()))
    package = view.__module__.rpartition(".")[0]
    for name, module in list(sys.modules.items()):
        if name.startswith(f"{package}.form"):
            for thing in vars(module).values():
                if inspect.isclass(thing) and issubclass(thing, BaseForm):
                    found |= set(getattr(thing, "base_fields", ()))
    return sorted(read), sorted(read | found | {"version", "page", "q", "once", "next"})


VIEWS = {pattern.name: pattern.callback for pattern in patterns() if pattern.name}


def addresses(person):
    """Return (name, methods) of what lets a person in."""
    for name, (_, get, post, let_in, _) in DOORS.items():
        who = people(let_in) | ({"by_link"} if "visitor" in people(let_in) else set())
        methods = [method for method, answer in (("get", get), ("post", post)) if answer != 405]
        if person in who and methods:
            yield name, methods


def test_what_a_view_reads_is_what_it_and_its_helpers_read(tmp_path):
    file = tmp_path / "views.py"
    asks = 'request.GET.get("q")'
    helper = 'def _name(request):\n    return request.POST["name"]\n\n\n'
    views = "@signed_in\ndef one(request):\n    return _name(request)\n\n\ndef two(request):\n    "
    file.write_text(helper + views + asks)
    read = {view: READ.findall(reached(file, view)) for view in ("one", "two", "elsewhere")}
    assert read == {"one": ["name"], "two": ["q"], "elsewhere": ["name", "q"]}


@pytest.fixture
def _no_net(monkeypatch):
    """Let what reaches the database, and it cannot hold, be the error that it is."""
    monkeypatch.setattr(gate.busy, "process_exception", lambda *args: None)


def failing(client, method, url, data):
    return tried(getattr(client, method), url, data).status_code >= 500


def fields_of(view):
    """Return {name: a field} of every form beside a view."""
    package, found = view.__module__.rpartition(".")[0], {}
    for name, module in list(sys.modules.items()):
        if name.startswith(f"{package}.form"):
            for thing in vars(module).values():
                if inspect.isclass(thing) and issubclass(thing, BaseForm):
                    found |= getattr(thing, "base_fields", {})
    return found


def filled(fields, day):
    """Return forms that are filled in as they should be, but for their days."""
    by_kind = ((forms.DateTimeField, f"{day}T23:59"), (forms.DateField, day), (forms.TimeField, "23:59"))
    values = {}
    for name, field in fields.items():
        found = [value for kind, value in by_kind if isinstance(field, kind)]
        choices = [value for value, _ in getattr(field, "choices", ()) if value and isinstance(value, str)]
        values[name] = found[0] if found else (choices or ["1"])[-1]
    ends = {"ends": "23:59", "starts": "23:00"}
    values |= {name: value for name, value in ends.items() if name in values}
    return values | {f"new-{name}": value for name, value in values.items()}


@pytest.mark.usefixtures("_no_net")
@pytest.mark.parametrize("person", PERSONS)
def test_a_day_at_the_end_of_time_is_no_error_of_ours(everybody, person):
    stage = staged(everybody)
    client, failed = browser_of(person, everybody, stage), []
    with undrawn():
        for name, methods in addresses(person):
            fields = fields_of(VIEWS[name])
            if "post" not in methods or not any(
                isinstance(one, forms.fields.BaseTemporalField) for one in fields.values()
            ):
                continue
            for day in ("9999-12-31", "0001-01-01", "9999-01-01", "1900-01-01"):
                if failing(client, "post", url_of(name, stage), filled(fields, day)):
                    failed.append((name, day))
    assert failed == []


@pytest.mark.usefixtures("_no_net")
@pytest.mark.parametrize("person", PERSONS)
def test_no_value_is_an_error_of_ours(everybody, person):
    stage = staged(everybody)
    client, failed = browser_of(person, everybody, stage), []
    with undrawn():
        for name, methods in addresses(person):
            if name in ("local_enter", "readyz"):  # the second tells whether the machine is well, whatever is sent
                continue
            url, (read, names) = url_of(name, stage), names_of(VIEWS[name])
            for method in methods:
                for kind, values in FILLINGS.items():
                    if failing(client, method, url, dict(zip(names, cycle(values), strict=False))):
                        failed.append((name, method, kind))
                singles = read if method == "post" else ()  # one wrong field of a form hides what comes after it
                failed += [(name, one) for one in singles if failing(client, method, url, {one: HUGE})]
    assert failed == []


@pytest.mark.parametrize("person", ["student", "visitor"])
def test_what_cannot_be_kept_is_turned_away_with_a_page(everybody, person):
    stage = staged(everybody)
    client, failed = browser_of(person, everybody, stage), []
    for name in VIEWS:
        if name in DOORS:
            url = url_of(name, stage)
        elif name in ALLAUTH:
            url = reverse(name, kwargs=FILL.get(name))
        else:
            continue
        answers = [client.get(url, {"q": "a\x00b"}), client.get(url, {"\x00": "x"})]
        answers += [client.post(url, {"body": value}) for kind, value in TURNED_AWAY.items()]
        if {answer.status_code for answer in answers} != {400} or any(b"<h1>" not in one.content for one in answers):
            failed.append((name, [answer.status_code for answer in answers]))
    assert failed == []


@pytest.mark.parametrize("body", [*(v for k, v in TURNED_AWAY.items() if k != "NUL"), b'"\\ud83d"', b'{"\\u0000": 1}'])
def test_a_body_of_json_is_looked_at_too(client, body):
    answer = client.post(reverse("home"), body, content_type="application/json")
    assert answer.status_code == 400


@pytest.mark.parametrize("text", ["[Amira] I met you {once}", '{"a": "\\ud83d\\ude00"}', "[1, 2]", "{", "[[[[", "😀"])
def test_prose_and_whole_characters_pass(client, text):
    assert client.post(reverse("account_request_login_code"), {"email": "a@b.example", "x": text}).status_code == 302


def test_a_cookie_that_cannot_be_read_is_none(client):
    client.cookies["session"] = "abcdefghij"
    client.cookies["session"].set("session", "abcdefgh\x00", r'"abcdefgh\000"')
    assert client.get(reverse("account_login")).status_code == 200


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data", "application/json"])
def test_a_body_over_the_limit_gets_a_page(client, settings, kind):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000
    text = "x" * 6_000
    if kind == "multipart/form-data":
        answer = client.post(reverse("account_login"), {"login": text})
    else:
        answer = client.post(reverse("account_login"), f"login={text}", content_type=kind)
    assert (answer.status_code, "That’s more than we can save at once" in answer.content.decode()) == (413, True)


def test_too_many_fields_get_a_page(client):
    for answer in (
        client.post(reverse("account_login"), {f"f{n}": "x" for n in range(1_100)}),
        client.get(reverse("account_login"), {f"f{n}": "x" for n in range(1_100)}),
    ):
        assert (answer.status_code, b"<h1>" in answer.content) == (400, True)


# --- a database that has no time now ----------------------------------------------------------------------------------


def too_late(sqlstate="55P03"):
    error = OperationalError("canceling statement due to lock timeout")
    error.__cause__ = Exception()
    error.__cause__.sqlstate = sqlstate
    return error


def fails_with(monkeypatch, where, error):
    def fails(*args, **kwargs):
        raise error

    monkeypatch.setattr(where, fails)


@pytest.mark.parametrize("sqlstate", ["55P03", "57014", "40P01", "57P03"])
def test_a_busy_database_asks_to_press_again(everybody, as_, monkeypatch, sqlstate):
    fails_with(monkeypatch, "apps.network.actions.one_at_a_time", too_late(sqlstate))
    client, typed = as_(everybody["student"]), {"name": "Ada <Moe>", "relation": "friend", "once": "k1"}
    answer = client.post(reverse("contact_add"), typed)
    text = answer.content.decode()
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "Try again" in text
    assert '<input type="hidden" name="name" value="Ada &lt;Moe&gt;">' in text
    monkeypatch.undo()
    assert client.post(reverse("contact_add"), typed).status_code == 302


def test_a_page_that_took_too_long_may_be_loaded_again(everybody, as_, monkeypatch):
    fails_with(monkeypatch, "apps.office.people.found", too_late("57014"))
    answer = as_(everybody["office"]).get(reverse("office_people"), {"q": "a&b"})
    assert answer.status_code == 503
    assert 'href="/office/people/?q=a%26b"' in answer.content.decode()


def test_a_password_is_not_put_into_a_page(client, monkeypatch):
    fails_with(monkeypatch, "allauth.account.forms.LoginForm.clean", too_late())
    answer = client.post(reverse("account_login"), {"login": "a@b.example", "password": "my own secret"})
    assert answer.status_code == 503
    assert "my own secret" not in answer.content.decode()


def test_a_database_that_is_away_before_any_view_is_no_error_of_ours(everybody, monkeypatch):
    client = Client(raise_request_exception=False)
    client.force_login(everybody["student"], backend="apps.accounts.backends.Backend")
    fails_with(monkeypatch, "apps.accounts.middleware.get_user", too_late("57P03"))
    assert client.get(reverse("today")).status_code == 503


def test_what_slips_through_to_the_database_is_a_page_and_logged(everybody, as_, monkeypatch, caplog):
    caplog.set_level("ERROR", logger="apps.web.gate")
    fails_with(monkeypatch, "apps.office.people.found", DataError("value too long"))
    answer = as_(everybody["office"]).get(reverse("office_people"))
    assert (answer.status_code, b"<h1>" in answer.content, len(caplog.records)) == (400, True, 1)


def test_an_error_of_ours_is_still_one(everybody, monkeypatch):
    client = Client(raise_request_exception=False)
    client.force_login(everybody["student"], backend="apps.accounts.backends.Backend")
    fails_with(monkeypatch, "apps.accounts.middleware.get_user", ZeroDivisionError())
    assert client.get(reverse("today")).status_code == 500
    assert not gate.is_busy(too_late("42P01"))  # a table that is not there does not come by waiting
    assert get_resolver().resolve_error_handler(500) is gate.failed


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("7", 7),
        ("007", 7),
        (HUGE, None),
        ("9" * 19, None),
        ("٣", None),
        ("²", None),
        ("-1", None),
        ("", None),
        (None, None),
    ],
)
def test_a_number_is_one_that_a_row_could_have(text, meant):
    assert gate.whole_number(text) == meant


@pytest.mark.parametrize("odd", ["http://[", "http://testserver]/x", "https://a℀b/", "//[::1", "http://testserver:x/"])
def test_an_address_that_cannot_be_read_leads_nowhere_and_breaks_nothing(everybody, odd):
    stage, failed = staged(everybody), []
    for person in ("student", "office"):
        client = browser_of(person, everybody, stage)
        with undrawn():
            for name, methods in addresses(person):
                for method in methods if name not in ("readyz", "local_enter") else ():
                    answer = tried(
                        getattr(client, method),
                        url_of(name, stage),
                        {"next": odd},
                        headers={"referer": odd, "hx-current-url": odd},
                    )
                    failed += [(person, name, method)] if answer.status_code >= 500 else []
    assert failed == []
