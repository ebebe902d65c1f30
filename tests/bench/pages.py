"""What people read in the demo world: every kind of page of every role, found by the walk of the browser tests."""

from collections import deque
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from django.test import Client

from apps.accounts.models import Role, User
from apps.local.people import DEMO_PEOPLE
from tests import bench
from tests.browser import test_pages as walk

ROLES = {"visitor": None, "student": Role.STUDENT, "alum": Role.ALUM, "coach": Role.COACH, "office": Role.OFFICE}
SILENT = {"script", "style", "svg", "noscript", "template", "option", "textarea", "title", "head"}
BLOCKS = {
    *("p", "li", "h1", "h2", "h3", "h4", "dt", "dd", "td", "th", "label", "legend", "summary", "caption", "button"),
    *("div", "section", "form", "ul", "ol", "table", "tr", "header", "footer", "nav", "aside", "article", "main"),
    *("fieldset", "details", "br", "figure", "figcaption", "small", "blockquote"),
}


def found():
    """Yield (role, path, html) for one page of each kind that a role reaches by its links."""
    for role, held in ROLES.items():
        person = held and User.objects.get(email=DEMO_PEOPLE[held].email)
        client = bench.client(person) if person else Client(HTTP_HOST="127.0.0.1")
        yield from ((role, path, html) for path, html in _walked(client, role))


def _walked(client, role):
    waiting, kinds = deque(walk.STARTS[role]), set()
    while waiting:
        path = waiting.popleft()
        if (kind := walk._kind(path)) in kinds:
            continue
        kinds.add(kind)
        answer = client.get(path, follow=True)
        arrived = answer.redirect_chain[-1][0] if answer.redirect_chain else path
        if walk._kind(arrived) in kinds - {kind} or "text/html" not in answer.get("Content-Type", ""):
            continue
        kinds.add(walk._kind(arrived))
        html = answer.content.decode()
        yield path, html
        links = [urlsplit(urljoin(arrived, link)) for link in Text(html).links]
        waiting += [walk._again(one) for one in links if not one.netloc and walk._is_worth(one.path, role)]


class Text(HTMLParser):
    """The blocks of words of a page's main part, or of a whole mail; and where its links lead."""

    def __init__(self, html):
        super().__init__()
        self.blocks, self.links, self._words, self._silent = [], [], [], []
        self._is_main = "<main" not in html
        self.feed(html)
        self._ends()

    def handle_starttag(self, tag, attributes):
        told = dict(attributes)
        if tag == "a" and told.get("href") and not told["href"].startswith(("#", "mailto:", "tel:")):
            self.links.append(told["href"])
        if tag in SILENT:
            self._silent.append(tag)
        self._is_main = self._is_main or tag == "main"
        if tag in BLOCKS:
            self._ends()

    def handle_endtag(self, tag):
        if self._silent and tag == self._silent[-1]:
            self._silent.pop()
        if tag in BLOCKS:
            self._ends()
        if tag == "main":
            self._is_main = False

    def handle_data(self, data):
        if self._is_main and not self._silent:
            self._words.append(data)

    def _ends(self):
        if words := " ".join("".join(self._words).split()):
            self.blocks.append(words)
        self._words = []
