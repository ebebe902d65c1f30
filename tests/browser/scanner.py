"""What stands between a mail and its reader: programs that open every link, some with a whole browser (D1, D2)."""

import http.client
import re
from contextlib import closing
from urllib.parse import urlsplit

from tests.browser.person import Person


def looks_at(stack, browser, mails):
    """Open every address of some mails by HEAD, by GET and in a browser that runs scripts: no row may change."""
    addresses = sorted({address for mail in mails for address in addresses_in(mail, stack.url)})
    assert addresses
    with stack.at_rest():
        before, someone = stack.contents(), Person(browser, stack.url, name="a scanner")
        for address in addresses:
            for method in ("HEAD", "GET"):
                _ask(method, address)
            someone.page.goto(address, wait_until="networkidle")
        someone.close()
        assert someone.troubles == []
        after = stack.contents()
    changed = {name: sorted(set(rows) ^ set(after[name])) for name, rows in before.items() if after[name] != rows}
    assert not changed, changed


def addresses_in(mail, site):
    """Return every address of ours in a mail: its headers, its text, its links."""
    texts = [mail.text, mail.html.replace("&amp;", "&"), *(text for _, text in mail.headers)]
    return {found.rstrip(".,") for text in texts for found in re.findall(rf"{re.escape(site)}/[^\s\"'<>#]*", text)}


def _ask(method, address):
    """Ask once, following nothing, with no cookies: as a program that knows nothing of us."""
    parts = urlsplit(address)
    with closing(http.client.HTTPConnection(parts.hostname, parts.port, timeout=10)) as connection:
        connection.request(method, parts.path + (f"?{parts.query}" if parts.query else ""))
        assert connection.getresponse().status < 500, address
