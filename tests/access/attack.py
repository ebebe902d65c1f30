"""An attack of our own: queries and bodies that no page of ours makes, at every door, by chance and with a seed.

`Attack` asks as every person, under the names that views, forms and drawn pages know, and beside them. A body is a
real form with something wrong in it, or no form at all: torn parts, other types, other bytes. What it finds are
answers from 500 on, values that reached a column which cannot hold them, and rows that no commit would take.
"""

import json
import logging
import random
import re
import sys
import traceback
from collections import Counter
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from urllib.parse import quote_from_bytes, urlsplit

from django.core.signals import got_request_exception
from django.db import connection, transaction
from django.urls import reverse

from apps.accounts.models import Role
from tests.access.test_gate import HUGE, KEPT, PERSONS, TURNED_AWAY, VIEWS, addresses, names_of
from tests.test_access import ALLAUTH, FILL, browser_of, url_of
from tests.test_two_tabs import Forms

VALUES = [
    *KEPT.values(),
    *TURNED_AWAY.values(),
    *("", " ", "0", "-0", "1", "2147483648", "-9223372036854775809", "1e5", "0x10", "١٢", "１", "1_000", "+1", "1,5"),
    *("NaN", "Infinity", "-inf", "null", "None", "undefined", "true", "[]", "{}", '""', "[[]]", '{"id": 1}'),
    *('[{"id": null}]', '{"version": []}', "[[[[]]]]", '[{}, "", -1]', '{"0": {"0": 0}}', '{"a": 1, "a": 2}'),
    *("2026-11-30", "2026-02-30", "2026-11-30T25:61", "10000-01-01", "-0001-01-01", "2026-W53-8", "11/30/2026"),
    *("24:00", "23:59:60", "2026-03-08T02:30", "America/Chicago", "Mars/Base", "../../etc/passwd", "America/../UTC"),
    *("UTC\n", "/", ".", "a@b.example", "a@b", "@", "a@" + "b" * 300 + ".example", "ä@ö.example", "a\u200b@b.example"),
    *('"a b"@c.example', "<script>", "{{ 7 }}", "{% x %}", "%(x)s", "%s%n", "{0.__class__}", "'; DROP TABLE x; --"),
    *("\\", "\\x00", "%00", "\r\nX: y", "(((((", "*" * 500, "a|" * 800, '"' * 301, "not not", "& | !", ":*", "<->"),
    *("a:b:c", "\u2028", "\u0000", "\ud83d", "\udc00x", "😀" * 300, "e\u0301" * 400, "ﷺ" * 200, "\U000e0001", "ß"),
    *("İ" * 200, "ŉ" * 150, "\u202e\u2066\u200f" * 40, "\ufeff", "x" * 255, "x" * 70_000, HUGE[:19], HUGE),
    *(
        "//evil.example",
        "javascript:alert(1)",
        "http://[",
        "https://[::1",
        "http://a℀b/",
        "data:,x",
        "mailto:",
        "http://a:99999/",
    ),
    *Role.values,
]
NUMBERS = ("0", "00", "9" * 18, "9" * 19, "9" * 60, HUGE, "2147483648", "-1", "1.0", "٣", "%00", "1%0a", "a", "%ff")
FILES = (
    b"",
    b"\x00" * 40,
    b"\xff\xfeN\x00a",
    b"Name,Email\n\x00,\xff\n",
    b'"Name\n' + b'","' * 3000,
    b"Name;" * 5000,
    b"BEGIN:VCARD\nVERSION:9.9\nFN;CHARSET=none:\xff\nPHOTO;ENCODING=b:####\nEND:",
    b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:99999999\nRRULE:FREQ=SECONDLY\nSUMMARY:x\nEND:VEVENT\nEND:VCALENDAR",
    b"PK\x03\x04" + b"\x00" * 200,
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600,
    b"%PDF-1.4 nothing",
    ("Name,Email\n" + "x" * 50_000 + ",a@b.example\n").encode(),
    "Ñame\tE-mail\r\n\u202eAda\t\u200b@\r\n".encode("utf-16"),
)
FILE_NAMES = (
    "a.csv",
    "../../a.csv",
    "a\x00.csv",
    "x" * 400 + ".xlsx",
    "\u202evsc.a",
    "a.vcf",
    "a.ics",
    "",
    ".",
    '"\\\r\n',
)
TYPES = (
    "application/json",
    "application/json; charset=utf-16",
    "application/vnd.api+json",
    "text/plain",
    "text/xml",
    "application/octet-stream",
    "application/x-www-form-urlencoded; charset=utf-16",
    "application/x-www-form-urlencoded; charset=no-such-thing",
    "application/x-www-form-urlencoded; charset=",
    "multipart/form-data",
    "multipart/form-data; boundary=",
    "multipart/form-data; boundary=\xe9",
    "multipart/form-data; boundary=" + "x" * 300,
    "multipart/mixed; boundary=b",
    "multipart/form-data; boundary=b; charset=no-such-thing",
    "",
    ";",
    "x" * 3000,
)
HEADERS = {
    "HX-Request": ("true", "false", "\x7f"),
    "HX-Boosted": ("true", "x"),
    "HX-Current-URL": (
        "http://[",
        "http://testserver/\u202e",
        "https://evil.example/",
        "%ff" * 50,
        "http://testserver:x/",
    ),
    "HX-Current-URL-URI-AutoEncoded": ("true",),
    "HX-Target": ("\xff", "x" * 2000),
    "HX-Prompt": ("%00", "é"),
    "Referer": (
        "http://[",
        "http://testserver]/",
        "http://testserver/\xff",
        "https://evil.example/",
        "//",
        "http://testserver:x/",
    ),
    "Accept-Language": ("*;q=x", "a" * 5000, "en;q=" + "9" * 400),
    "Accept": ("text/html;q=nan", "/"),
    "Cookie": ("session=\x01", "known=:::", "=", "a" * 4000, "messages=[[", 'session="\\377'),
    "If-Modified-Since": ("Fri, 99 Xxx 99999 99:99:99 GMT", "0"),
    "If-None-Match": ('W/"', "*"),
    "Range": ("bytes=9-1", "bytes=-"),
    "X-Forwarded-For": ("x", "1.1.1.1, ::1%x", "," * 900),
    "X-HTTP-Method-Override": ("DELETE",),
    "Content-Encoding": ("gzip", "x"),
    "User-Agent": ("", "\xff" * 600, "x" * 9000),
    "Content-Length": ("-1", "x"),
}


@dataclass
class Form:
    """A form as a page draws it: where it goes, what a browser would send, and which of its fields take a file."""

    method: str
    action: str
    pairs: list[tuple[str, str]]
    files: list[str] = field(default_factory=list)


class Drawn(Forms):
    """The forms of a page with their addresses, and the names and values of their buttons."""

    def __init__(self, html, url):
        self.of, self.files, self.buttons, self.url = [], {}, {}, url
        super().__init__(html)

    def handle_starttag(self, tag, attrs):
        super().handle_starttag(tag, attrs)
        said, number = dict(attrs), len(self.of) - 1
        if tag == "form":
            self.of.append((said.get("method", "get").lower(), said.get("action") or self.url))
        elif tag == "button" and said.get("name"):
            self.buttons.setdefault(number, []).append((said["name"], said.get("value", "")))
        elif tag == "input" and said.get("type") == "file":
            self.files.setdefault(number, []).append(said.get("name", "file"))

    def found(self):
        for number, ((method, action), pairs) in enumerate(zip(self.of, self.forms, strict=True)):
            pressed = self.buttons.get(number, [])[:1]
            yield Form(method, action, [*pairs, *pressed], self.files.get(number, []))


@dataclass(frozen=True)
class Raw:
    """One request, as bytes."""

    method: str
    path: str
    query: str
    body: bytes = b""
    kind: str = ""
    headers: dict[str, str] = field(default_factory=dict)


class Heard(logging.Handler):
    """What was logged as an error of ours, or went up out of a view, while one request was answered."""

    def __init__(self):
        super().__init__(logging.ERROR)
        self.said = []

    def emit(self, record):
        self.said.append(f"{record.name}: {record.getMessage()} {record.exc_info and record.exc_info[1]!r}")

    def raised(self, **about):
        error = sys.exception()
        place = traceback.extract_tb(error.__traceback__)[-1]
        self.said.append(f"{error!r} in {place.filename}:{place.lineno}")


class Attack:
    """The people at their doors, and the dice."""

    def __init__(self, everybody, stage, *, seed):
        self.chance = random.Random(seed)
        self.stage, self.clients = stage, {person: browser_of(person, everybody, stage) for person in PERSONS}
        self.doors = {method: list(self._doors(method)) for method in ("get", "post")}
        self.forms, self.statuses, self.failed = {}, Counter(), []

    def _doors(self, method):
        """Yield (person, name, url). A look long ago is a 503 of readyz, which grows old as this runs."""
        for person in PERSONS:
            for name, methods in addresses(person):
                if method in methods and name not in ("local_enter", "readyz"):
                    yield person, name, url_of(name, self.stage)
            for name in ALLAUTH if person != "by_link" else ():
                yield person, name, reverse(name, kwargs=FILL.get(name))

    # --- what is asked ------------------------------------------------------------------------------------------------

    def queries(self, count):
        """Ask `count` hostile queries, every door first."""
        for n, (person, name, url) in self._met("get", count):
            self._ask(person, self.query(person, name, url), n)

    def bodies(self, count):
        """Post `count` hostile bodies, every door first, and every form that pages draw."""
        for n, (person, name, url) in self._met("post", count):
            self._ask(person, self.body(person, name, url), n)

    def _met(self, method, count):
        doors = self.chance.sample(self.doors[method], len(self.doors[method]))
        for n in range(count):
            yield n, doors[n] if n < len(doors) else self.chance.choice(doors)

    def query(self, person, name, url):
        drawn = [form for form in self._drawn(person, url) if form.method == "get"] if self._now(0.5) else []
        pairs = list(self.chance.choice(drawn).pairs) if drawn else []
        pairs = self._spoiled(pairs, self._names(name, [key for key, _ in pairs]))
        return Raw("GET", self._path(url), _query(pairs, self.chance), headers=self._headers())

    def body(self, person, name, url):
        forms = [form for form in self._drawn(person, url) if form.method == "post"]
        form = self.chance.choice(forms) if forms and self._now(0.75) else Form("post", url, [])
        target = urlsplit(form.action)
        path, query = (target.path, target.query) if target.path.startswith("/") else (url, "")
        pairs = self._spoiled(form.pairs, self._names(name, [key for key, _ in form.pairs]))
        body, kind = self._encoded(pairs, form.files)
        query = _query(self._spoiled([], self._names(name, [])), self.chance) if self._now(0.1) else query
        return Raw("POST", self._path(path), query, body, kind, self._headers())

    def _drawn(self, person, url):
        """Return the forms of a page, if it is one that this person may open."""
        if (person, url) not in self.forms:
            answer = self._answer(person, Raw("GET", url, ""))
            is_page = answer.status_code == 200 and answer["Content-Type"].startswith("text/html")
            html = answer.content.decode() if is_page and not answer.streaming else ""
            self.forms[person, url] = list(Drawn(html, url).found())
        return self.forms[person, url]

    def _names(self, name, known):
        view = VIEWS.get(name)
        read = names_of(view)[1] if view and view.__module__.startswith("apps.") else ["login", "email", "code", "next"]
        return sorted({*read, *known, "version", "once", "csrfmiddlewaretoken"})

    def _now(self, share):
        return self.chance.random() < share

    def _value(self):
        return self.chance.choice(VALUES)

    def _spoiled(self, pairs, names):
        """Return what a form would send with one to three things wrong in it, or, now and then, everything."""
        pairs, chance = list(pairs), self.chance
        most = chance.choice((1, 1, 1, 2, 3, 30))
        for name in chance.sample(names, min(most, len(names))):
            how = chance.choice(("other", "other", "other", "twice", "gone", "renamed", "list"))
            mine = [pair for pair in pairs if pair[0] == name]
            if how in ("other", "gone"):
                pairs = [pair for pair in pairs if pair[0] != name]
            if how == "renamed":
                name += chance.choice(("[]", "-0", "__in", ".x", "\x00", "\ud800", "x" * 500))
            if how != "gone":
                pairs += [(name, self._value())] * (1 if how != "list" else chance.choice((2, 40)))
            pairs += mine if how == "twice" else []
        return pairs

    def _path(self, path):
        """Now and then another number, or something that is none, where a number or a word stands in the path."""
        if self._now(0.9):
            return path
        parts = path.split("/")
        place = self.chance.randrange(len(parts))
        parts[place] = self.chance.choice(NUMBERS) if parts[place] else parts[place]
        return "/".join(parts)

    def _headers(self):
        headers = {"HX-Request": "true"} if self._now(0.2) else {}
        for name in self.chance.sample(sorted(HEADERS), 1) if self._now(0.35) else ():
            headers[name] = self.chance.choice(HEADERS[name])
        return headers

    # --- bodies -------------------------------------------------------------------------------------------------------

    def _encoded(self, pairs, files):
        """Return (bytes, content type): mostly what a browser sends, else what a program does, or a broken line."""
        ways = (self._as_form, self._as_parts, self._as_torn_parts, self._as_json, self._as_anything)
        way = self.chance.choices(ways, (4, 5 if files else 2, 1.5, 1.5, 1.5))[0]
        return way(pairs, files)

    def _as_form(self, pairs, files):
        return _query(pairs, self.chance).encode(), "application/x-www-form-urlencoded"

    def _as_parts(self, pairs, files):
        return _parts(pairs, [(name, *self._file()) for name in files]), "multipart/form-data; boundary=b0undary"

    def _file(self):
        return self.chance.choice(FILE_NAMES), self.chance.choice(FILES)

    def _as_torn_parts(self, pairs, files):
        whole, kind = self._as_parts(pairs, files or ["file"])
        cut = self.chance.randrange(len(whole) + 1)
        torn = {
            "cut": whole[:cut],
            "twice": whole[:cut] + whole,
            "no end": whole.replace(b"--b0undary--", b""),
            "no name": whole.replace(b"name=", b"mane="),
            "bad base64": whole.replace(b"\r\n\r\n", b"\r\nContent-Transfer-Encoding: base64\r\n\r\n"),
            "long header": whole.replace(b"Content-Disposition", b"X" * 5000, 1),
            "charset": whole.replace(b"\r\n\r\n", b"\r\nContent-Type: text/plain; charset=no-such\r\n\r\n"),
            "star name": whole.replace(b'name="', b"name*=utf-9''%ff; x=\"", 1),
            "no boundary": whole.replace(b"b0undary", b"another"),
        }
        return self.chance.choice(sorted(torn.items()))[1], kind

    def _as_json(self, pairs, files):
        data = dict(pairs)
        for name in list(data):
            if self._now(0.3):
                data[name] = self.chance.choice(([], {}, None, True, -1, 1e308, [[1]], {"id": []}, [data[name]] * 3))
        shape = self.chance.choice((data, [data], list(data.items()), "text", 7, None, [], {"": data}))
        body = json.dumps(shape).encode()
        if self._now(0.2):
            body = self.chance.choice(
                (b"[" * 30_000, b'{"a":' * 30_000, body[:-1], b"NaN", b"\xff\xfe{", HUGE.encode())
            )
        return body, self.chance.choice(
            ("application/json", "application/json", "application/csp-report", "text/plain")
        )

    def _as_anything(self, pairs, files):
        junk = (
            b"",
            b"\x00" * 90,
            b"\xff\xfe\xfd",
            bytes(range(256)),
            b"&" * 3000,
            b"=" * 900,
            b"a=%",
            b"%u0000=%u",
            b";",
        )
        body = self.chance.choice((_query(pairs, self.chance).encode(), _parts(pairs, []), *junk))
        return body, self.chance.choice(TYPES)

    # --- asking -------------------------------------------------------------------------------------------------------

    def _ask(self, person, raw, n):
        with heard() as said:
            try:
                status = self._answer(person, raw).status_code
            except Exception as error:
                status, said = 500, [repr(error)]
        self.statuses[status] += 1
        if status >= 500 or said:
            about = (raw.path[:90], raw.query[:200], raw.kind[:60], raw.body[:400], str(raw.headers)[:120])
            self.failed.append((person, n, status, *said, raw.method, *about))

    def _answer(self, person, raw):
        """Ask, see whether a commit would take the rows as they are now, and take all back."""
        client, path = self.clients[person], raw.path + (f"?{raw.query}" if raw.query else "")
        cookies = deepcopy(client.cookies)
        headers = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in raw.headers.items()}
        if "HTTP_CONTENT_LENGTH" in headers:
            headers["CONTENT_LENGTH"] = headers.pop("HTTP_CONTENT_LENGTH")
        with transaction.atomic():
            answer = client.generic(raw.method, path, raw.body, content_type=raw.kind, **headers)
            answer.content if not answer.streaming else b"".join(answer.streaming_content)
            _would_be_taken()
            transaction.set_rollback(True)
        client.cookies = cookies
        return answer


def _would_be_taken():
    if not connection.needs_rollback:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@contextmanager
def heard():
    """Yield what is logged as an error of ours meanwhile."""
    handler, logger = Heard(), logging.getLogger("apps")
    logger.addHandler(handler)
    got_request_exception.connect(handler.raised)
    try:
        yield handler.said
    finally:
        got_request_exception.disconnect(handler.raised)
        logger.removeHandler(handler)


def _bytes(text):
    return text.encode("utf-8", "surrogatepass")


def _query(pairs, chance):
    """Return pairs as a browser writes them, and now and then as no browser does."""
    said = "&".join(f"{quote_from_bytes(_bytes(name))}={quote_from_bytes(_bytes(value))}" for name, value in pairs)
    if chance.random() < 0.08:
        said = chance.choice(
            (said + "&%", "&&=" + said, said.replace("&", ";"), said + "&%ff=%ff", said + "&a=%ED%A0%80")
        )
    return said


def _parts(pairs, files):
    lines = []
    for name, value in pairs:
        lines += [b"--b0undary", b'Content-Disposition: form-data; name="' + _header(name) + b'"', b"", _bytes(value)]
    for name, file_name, data in files:
        said = b'Content-Disposition: form-data; name="' + _header(name) + b'"; filename="' + _header(file_name) + b'"'
        lines += [b"--b0undary", said, b"Content-Type: text/csv", b"", data]
    return b"\r\n".join([*lines, b"--b0undary--", b""])


def _header(text):
    return re.sub(rb'[\r\n"]', b"%22", _bytes(text))
