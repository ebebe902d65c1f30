"""A student's people as a file of their own: a table for a spreadsheet, or cards for an address book (R121).

`people` are those of search.find, with their phase.

The table goes through apps/tables/leaving.py, so no cell is taken for a formula. The cards are vCard 3.0 (RFC 2426),
which every address book reads; vobject writes them.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import vobject
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpResponse, StreamingHttpResponse
from vobject.vcard import Address, Name

from apps.accounts.models import User
from apps.clock.regions import spelled_lazily
from apps.network.circles import OF_RELATION
from apps.network.models import Closeness, Contact, Referral, Relation
from apps.network.relationship import LABELS
from apps.tables import leaving
from apps.wording import person_name

HEADER = (
    "Name",
    "Pronouns",
    "Job title",
    spelled_lazily("Organization"),
    "Email",
    "Phone",
    "LinkedIn",
    "City",
    "Class year",
    "How you know them",
    "Circle",
    "Where you met or found them",
    "Suggested by",
    "Phase",
    "Closeness",
    "Tags",
    "Last in touch",
    "Remind me to write",
    "Private",
    "Notes",
)
LABEL_OF: dict[str, str] = {phase: label.text for phase, label in LABELS.items()}
COLUMNS = (
    "pk",
    "name",
    "pronouns",
    "title",
    "organization__name",
    "email",
    "phone",
    "linkedin",
    "city",
    "class_year",
    "relation",
    "source",
    "suggested_by",
    "where",
    "closeness",
    "last_touch_at",
    "cadence__months",
    "is_private",
    "notes",
)


def table(people: QuerySet[Contact], student: User) -> StreamingHttpResponse:
    """Answer with the people as CSV, in the order they come in."""
    rows = _rows(people, student)
    return leaving.download("network.csv", HEADER, (_line(row, student.zone) for row in rows))


def _rows(people: QuerySet[Contact], student: User) -> Iterator[dict[str, Any]]:
    first = Referral.objects.filter(contact=OuterRef("pk")).order_by("named_at", "pk")
    rows: QuerySet[Any] = people.annotate(suggested_by=Subquery(first.values("referrer__name")[:1]))
    tags = _tags(student.pk)
    for row in rows.values(*COLUMNS):
        yield {**row, "tags": ", ".join(tags.get(row["pk"], ()))}


def _tags(student: int) -> dict[int, list[str]]:
    links = Contact.tags.through._base_manager.filter(tag__student=student).order_by("tag__key")
    found = defaultdict[int, list[str]](list)
    for contact, name in links.values_list("contact_id", "tag__name"):
        found[contact].append(name)
    return found


def _line(row: dict[str, Any], zone: ZoneInfo) -> list[Any]:
    relation, last, months = Relation(row["relation"]), row["last_touch_at"], row["cadence__months"]
    return [
        *(row[name] or "" for name in COLUMNS[1:10]),
        relation.label,
        OF_RELATION[relation].label,
        row["source"],
        row["suggested_by"] or "",
        LABEL_OF[row["where"]],
        Closeness(row["closeness"]).label if row["closeness"] else "",
        row["tags"],
        last.astimezone(zone).date().isoformat() if last else "",
        f"Every {months} months" if months else "",
        "Yes" if row["is_private"] else "",
        row["notes"],
    ]


def cards(people: QuerySet[Contact], student: User) -> HttpResponse:
    """Answer with the people as vCards. Notes stay here: a card is easily handed on."""
    text = "".join(_card(row) for row in _rows(people, student))
    response = HttpResponse(text, content_type="text/vcard; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="network.vcf"'
    return response


def _card(row: dict[str, Any]) -> str:
    name, card = person_name.read(row["name"]), vobject.vCard()
    card.add("fn").value = row["name"]
    titles, given, family, suffixes = (
        " ".join(words) for words in (name.titles, name.given, name.family, name.suffixes)
    )
    card.add("n").value = Name(family=family, given=given, prefix=titles, suffix=suffixes)
    for kind, value in (("title", "title"), ("email", "email"), ("tel", "phone"), ("url", "linkedin")):
        if row[value]:
            card.add(kind).value = row[value]
    if row["organization__name"]:
        card.add("org").value = [row["organization__name"]]
    if row["city"]:
        card.add("adr").value = Address(city=row["city"])
    if row["tags"]:
        card.add("categories").value = row["tags"].split(", ")
    return str(card.serialize())
