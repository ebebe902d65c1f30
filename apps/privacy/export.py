"""Everything of one person as one zip: JSON, a CSV for each table, vCards, a calendar, the files they brought (R254).

It decides how rows leave; which rows are theirs is reach.py's. No password, no token and no key of a session is in it.
"""

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import IO, Any

import vobject
from django.db.models import Q
from psycopg.types.range import Range

from apps.accounts.models import User
from apps.clock import times
from apps.files.models import PrivateFile
from apps.interviews.lifecycle.models import Interview
from apps.interviews.scheduling import calendar
from apps.mail import kinds
from apps.mail.models import hidden
from apps.network.models import Contact, ContactImport
from apps.policy.models import Policy
from apps.privacy import reach
from apps.tables.leaving import harmless

type Progress = Callable[[int, int], None]  # tables done, of how many
type Cells = dict[str, Any]
AT_ONCE = 500

README = """Your data in Rapport, {university}
{name}, {email}
{day}

data.json           everything, for a program
tables/             the same as tables, one for each kind of thing, for a spreadsheet
contacts.vcf        the people in your network, for an address book
conversations.ics   your conversations, for a calendar
files/              files you uploaded that we still have

Times are in UTC. Left out: your password, the codes and links that sign you in, and notes that coaches keep for
coaches. What other people wrote is here where you could see it in Rapport.
Questions: {office}
"""


@dataclass
class _Book:
    """The tables as they are written, for data.json."""

    tables: dict[str, list[Cells]] = field(default_factory=dict)


def write(person: User, to: IO[bytes], *, now: datetime, progress: Progress | None = None) -> dict[str, int]:
    """Write the zip of a person. Returns how many rows each table holds."""
    book = _Book()
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as archive:
        for done, label in enumerate(reach.THEIRS):
            found = list(_cells(label, person))
            if found:
                name = table_name(label)
                book.tables[name] = found
                archive.writestr(f"tables/{name}.csv", _csv(found))
            if progress:
                progress(done + 1, len(reach.THEIRS))
        whole = {"person": person.email, "made_at": now.isoformat(timespec="seconds"), "tables": book.tables}
        archive.writestr("data.json", json.dumps(whole, ensure_ascii=False, indent=1, default=_plain))
        archive.writestr("contacts.vcf", _cards(person))
        archive.writestr("conversations.ics", calendar.feed(_talks(person), reader=person, now=now))
        for name, content in _files(person):
            archive.writestr(f"files/{name}", content)
        archive.writestr("README.txt", _readme(person, now))
    return {name: len(found) for name, found in book.tables.items()}


def table_name(label: str) -> str:
    """Return what a table is called in the export: interview-request for interviews.InterviewRequest."""
    return str(reach.model_of(label)._meta.verbose_name).replace(" ", "-").lower()


def file_name(person: User, now: datetime) -> str:
    return f"rapport-{person.pk}-{now:%Y-%m-%d}.zip"


# --- rows -------------------------------------------------------------------------------------------------------------


def _cells(label: str, person: User) -> Iterator[Cells]:
    """Yield the rows of one model, each once, however many ways lead to it."""
    seen: set[object] = set()
    for way in reach.THEIRS[label]:
        names = reach.columns(label, way)
        for pk, *values in reach.rows(label, way, person).values_list("pk", *names).iterator(AT_ONCE):
            if pk not in seen:
                seen.add(pk)
                cells = {name: _readable(value) for name, value in zip(names, values, strict=True)}
                yield _without_doors(cells) if label == "mail.OutboundMessage" else cells


def _readable(value: object) -> object:
    """Bytes are in files/, where they are the person's."""
    return f"{len(bytes(value))} bytes" if isinstance(value, bytes | memoryview) else value


def _without_doors(mail: Cells) -> Cells:
    """Leave out of a mail the codes and links that let somebody in."""
    if mail["kind"] in kinds.KINDS and kinds.known(mail["kind"]).rank == kinds.FIRST:
        return mail | {"subject": "", "text": "A code or a link to sign in."}
    return mail | {"text": hidden(mail["text"])}


def _plain(value: object) -> object:
    """Return a value as JSON has it."""
    match value:
        case datetime() | date() | time():
            return value.isoformat()
        case Range():
            return [value.lower, value.upper]
    return str(value)


def _csv(found: list[Cells]) -> str:
    header = list(dict.fromkeys(name for cells in found for name in cells))
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(header)
    for cells in found:
        writer.writerow([harmless(_cell(cells.get(name))) for name in header])
    return "\ufeff" + text.getvalue()


def _cell(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, list | dict | Range):
        return json.dumps(value, ensure_ascii=False, default=_plain)
    return _plain(value) if isinstance(value, datetime | date | time) else value


# --- the forms that other programs read -------------------------------------------------------------------------------


def _cards(person: User) -> str:
    people = Contact.objects.filter(student=person).select_related("organization").order_by("sort_key", "pk")
    return "".join(_card(contact) for contact in people)


def _card(contact: Contact) -> str:
    card = vobject.vCard()
    name = contact.parted_name
    card.add("fn").value = contact.name
    card.add("n").value = vobject.vcard.Name(family=" ".join(name.family), given=" ".join(name.given))
    for kind, value in (("email", contact.email), ("tel", contact.phone), ("title", contact.title)):
        if value:
            card.add(kind).value = value
    for kind, value in (("url", contact.linkedin), ("note", contact.notes)):
        if value:
            card.add(kind).value = value
    if contact.organization_name:
        card.add("org").value = [contact.organization_name]
    return str(card.serialize())


def _talks(person: User) -> Iterable[Interview]:
    rows = Interview.objects.filter(Q(student=person) | Q(alum__user=person))
    return rows.select_related("student", "contact", "alum", "request").order_by("starts_at", "pk")


def _files(person: User) -> Iterator[tuple[str, bytes]]:
    for brought in ContactImport.objects.filter(student=person).order_by("pk"):
        if brought.content:
            safe = "".join(c if c.isalnum() or c in "._- " else "_" for c in brought.file_name)
            yield f"{brought.pk}-{safe}", bytes(brought.content)
    for kept in PrivateFile.objects.filter(person=person).order_by("pk"):
        yield kept.name, bytes(kept.content)


def _readme(person: User, now: datetime) -> str:
    policy = Policy.now()
    return README.format(
        university=policy.university,
        name=person.name,
        email=person.email,
        day=times.day(now, policy.time_zone),
        office=policy.office_email,
    )
