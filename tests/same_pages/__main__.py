"""Whether two checkouts show everybody the same pages and write the same mails: for a change that must change neither.

    git worktree add --detach ../old COMMIT && make -C ../old setup
    .venv/bin/python -m tests.same_pages ../old .

The old code builds the demo world once, in a PostgreSQL of this run. Both codes then serve a copy of it each, their
clocks stopped at the same moment, so ids, links and dates agree; that is why no migration may lie between the two.
People of every role, a visitor and readers of mailed links GET every address of the site, filled with their own rows
and others', follow the links that the old code's pages hold, and ask for the parts that htmx swaps. Every answer
(status, headers, body; the keys of forms aside) is compared at once with the other code's. At the end both sweep, and
the outboxes are compared. It ends with 1 if anything differs. A new kind of row in an address wants a line in rows.py.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import time
from collections import Counter, deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import psycopg

from tests import services
from tests.same_pages.codes import PATTERNS, SESSIONS, SITE, SWEEP, Answer, Code, masked
from tests.same_pages.rows import LINKS, MAILS, MORE_ROWS, PEOPLE, THESE, Pattern, Site, stocked
from tests.same_pages.tally import Tally

FOLLOWED = 8  # links a person follows to one address
HREF = re.compile(r'(?:href|hx-get)="([^"#]+)')
Cookies = dict[str, str]


def main(old: Path, new: Path, tally: Tally, *, each: int, only: str) -> None:
    services.ensure(os.environ)
    code = Code(old, os.environ["DATABASE_URL"])
    prepare = [str(old / ".venv/bin/python"), "manage.py", "local", "--prepare"]
    subprocess.run(prepare, cwd=old, env=code.env, check=True)
    site = Site(addresses(code, Code(new, code.database), tally))
    with psycopg.connect(code.database, autocommit=True) as world:
        world.execute(MORE_ROWS)
        site.stock = stocked(world, site.patterns)
        site.patterns = [pattern for pattern in site.patterns if re.search(only, pattern[1])]
        people: dict[int, str] = dict(world.execute(PEOPLE, [THESE[:each]]).fetchall())
    keys = json.loads(code.run(SESSIONS, json.dumps([*people])))
    with ExitStack() as stack:
        codes = served(stack, old, new, code.database)
        for pk, who in people.items():
            walk(who, codes, {"session": keys[str(pk)]}, site, [], tally)
        walk("visitor", codes, {}, site, [], tally)
        for prefix in LINKS:
            walk(f"reader of {prefix}", codes, {}, site, [f"/{prefix}{link}/" for link in site.stock[prefix]], tally)
    sweep(codes, tally)


def addresses(old: Code, new: Code, tally: Tally) -> list[Pattern]:
    """Return the addresses of the old code, which are those of the new one."""
    patterns, others = (json.loads(code.run(PATTERNS)) for code in (old, new))
    tally.compare("the addresses", *("\n".join(sorted(map(str, them))) for them in (patterns, others)))
    return [(name, plain(route)) for name, route in patterns]


def plain(route: str) -> str:
    """Return a route without the marks of a regular expression; what such a one wants is filled with a letter."""
    return re.sub(r"\(\?P<\w+>[^)]*\)", "a", route).translate(str.maketrans("", "", "^$\\"))


def served(stack: ExitStack, old: Path, new: Path, url: str) -> list[Code]:
    """Start both codes, each on its own copy of the database, at one moment."""
    start, _, world = url.rpartition("/")
    codes = [Code(old, f"{start}/old"), Code(new, f"{start}/new")]
    with psycopg.connect(f"{start}/postgres", autocommit=True) as server:
        moment = str(next(server.execute("SELECT now()"))[0])
        for code, name in zip(codes, ("old", "new"), strict=True):
            server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")  # the last run's: its cluster is kept
            server.execute(f"CREATE DATABASE {name} TEMPLATE {world}")
            process = stack.enter_context(code.serve(moment))
            stack.callback(process.kill)
    return codes


def walk(who: str, codes: list[Code], cookies: Cookies, site: Site, mailed: list[str], tally: Tally) -> None:
    """Show one person every address in both codes, and compare. `mailed` are links that they open first."""
    jars = [dict(cookies) for _ in codes]
    queue = deque([("", path) for path in mailed] + [*site.addresses(), ("", "/no/such/page/")])
    seen, followed, buttons = {path for _, path in queue}, Counter[str](), set[str]()
    began, pairs = time.monotonic(), tally.pairs

    def both(path: str, *, htmx: bool = False) -> Answer:
        with ThreadPoolExecutor(len(codes)) as pool:
            old, new = pool.map(lambda code, jar: code.get(path, jar, htmx=htmx), codes, jars)
        tally.compare(f"{who} GET {path}{' by htmx' if htmx else ''}", old, new)
        tally.statuses[old.status] += 1
        return old

    while queue:
        name, path = queue.popleft()
        if name in buttons:
            continue
        answer = both(path)
        if answer.status == 405:
            buttons.add(name)  # its other rows would say the same
        if "HX-Request" in answer.headers.get("Vary", ""):
            both(path, htmx=True)
        for lead in leads(answer, path, site):
            if lead[1] not in seen and followed[lead[0]] < FOLLOWED:
                seen.add(lead[1])
                followed[lead[0]] += 1
                queue.append(lead)
    tally.say(f"{who}: {tally.pairs - pairs} pairs in {time.monotonic() - began:.0f} s")


def leads(answer: Answer, path: str, site: Site) -> list[Pattern]:
    """Return every (name, path) of ours that an answer leads to, and all that can be asked of the rows it names."""
    is_page = "text/html" in answer.headers.get("Content-Type", "")
    found = []
    for place in [answer.headers.get("Location", ""), *(HREF.findall(answer.body) if is_page else [])]:
        url = urlsplit(urljoin(path, place.replace("&amp;", "&")))
        if url.netloc in ("", SITE) and (known := site.known(url.path)):
            name, prefix, row = known
            found.append((name, url._replace(scheme="", netloc="", fragment="").geturl()))
            found += site.of(prefix, row) if row else []
    return found


def sweep(codes: list[Code], tally: Tally) -> None:
    """Let both codes tell anew what is due, and compare what they would mail."""
    boxes: list[dict[str, tuple[str, ...]]] = []
    for code in codes:
        with psycopg.connect(code.database, autocommit=True) as database:
            database.execute("UPDATE reminders_notice SET mailed_at = NULL")
            code.run(SWEEP)
            boxes.append({row[0]: row for row in database.execute(MAILS)})
    for key in sorted(boxes[0].keys() | boxes[1].keys()):
        tally.compare(f"mail {key}", *(masked("\n".join(map(str, box.get(key, ["none"])))) for box in boxes))
    tally.say(f"mails: {len(boxes[0])} and {len(boxes[1])}, of {len({row[1] for row in boxes[0].values()})} kinds")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path)
    parser.add_argument("--each", type=int, default=len(THESE), help="people of each role (1 to %(default)s)")
    parser.add_argument("--only", default="", help="a regular expression: only the addresses that it is found in")
    chosen = parser.parse_args()
    tally = Tally()
    main(chosen.old.resolve(), chosen.new.resolve(), tally, each=chosen.each, only=chosen.only)
    tally.say(str(tally))
    sys.exit(bool(tally.differences))
