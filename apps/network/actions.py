"""Acts on a student's network: a contact appears, somebody is named, they were in touch, a cadence is chosen."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet

from apps.accounts.models import User
from apps.alumni.models import AlumniProfile
from apps.network.models import Cadence, Contact, LetterDraft, Organization, Outcome, Referral, Relation, Touch
from apps.web.answers import Refused
from apps.web.autosave import differing, save_version, write
from apps.wording import person_name
from apps.wording.text import folded


def contact_for(alum: AlumniProfile, *, student: User) -> Contact:
    """Return the student's contact for a directory alum, making it on the first request."""
    contact = Contact.objects.filter(student=student, alum=alum).first()
    return contact or _known_by_name(alum, student) or _contact_from(alum, student)


def _known_by_name(alum: AlumniProfile, student: User) -> Contact | None:
    """Return the student's contact of the alum's name who was suggested to them, now known to be the alum; or None."""
    unlinked = Contact.objects.filter(student=student, alum=None, named_by__isnull=False, sort_key=alum.sort_key)
    namesakes = (person for person in unlinked.order_by("pk").distinct() if folded(person.name) == folded(alum.name))
    contact = next(namesakes, None)
    if contact is not None:
        contact.alum, contact.time_zone = alum, contact.time_zone or alum.time_zone
        contact.save(update_fields=["alum", "time_zone"])
    return contact


def _contact_from(alum: AlumniProfile, student: User) -> Contact:
    contact, _ = Contact.objects.get_or_create(
        student=student,
        alum=alum,
        defaults={
            "name": alum.called,
            "pronouns": alum.pronouns,
            "title": alum.title,
            "organization": organization(alum.employer, student=student),
            "relation": Relation.ALUM,
            "source": "The alumni directory",
            "city": alum.city,
            "class_year": alum.class_year,
            "time_zone": alum.time_zone,
        },
    )
    return contact


def organization(name: str, *, student: User) -> Organization | None:
    """Return the student's organization of this name, made if it is new; None for an empty name."""
    name = name.strip()
    if not name:
        return None
    existing = Organization.objects.filter(student=student, name__iexact=name).first()
    return existing or Organization.objects.get_or_create(student=student, name=name)[0]


@transaction.atomic
def edit(contact: Contact, *, version: int, values: dict[str, Any]) -> Contact:
    """Write what changed about a contact. Returns it as it is now. Raises autosave.Conflict."""
    fresh = Contact.objects.select_for_update(no_key=True, of=("self",)).get(pk=contact.pk)
    changed = differing(fresh, version, values)
    if "organization_name" in changed:
        changed["organization"] = organization(changed.pop("organization_name"), student=fresh.student)
    if changed:
        write(fresh, changed)
    return fresh


def one_at_a_time(student: User) -> None:
    """Let a second press of the same button wait for the first, until the end of the transaction."""
    User.objects.select_for_update(no_key=True, of=("self",)).get(pk=student.pk)


def touch(contact: Contact, kind: str, *, at: datetime, note: str = "", key: str | None = None) -> None:
    """Record that they were in contact, once per `key`, and move the cadence on."""
    with transaction.atomic():
        new = Touch(student_id=contact.student_id, contact=contact, kind=kind, at=at, note=note, key=key)
        Touch.objects.bulk_create([new], ignore_conflicts=key is not None)
        Contact.objects.filter(pk=contact.pk).exclude(last_touch_at__gte=at).update(last_touch_at=at)
        cadence = Cadence.objects.filter(contact=contact, chosen_at__lt=at).first()
        if cadence:
            set_cadence(contact, months=cadence.months, now=at)


def name_person(
    referrer: Contact,
    *,
    name: str,
    name_permission: str,
    now: datetime,
    about: str = "",
    was: Referral | None = None,
) -> Referral:
    """Make a contact of somebody whom `referrer` named, with the permission that was given. Returns the referral.

    Somebody who is on the map already is recognised, whatever accents, case or class mark; `was` is the referral that
    was made before of the same line, whose spelling may have been put right since. Raises Refused where the name is
    the referrer's own.
    """
    name = person_name.tidy(name)
    if _plain(name) == _plain(referrer.name):
        raise Refused(f"{referrer.name} cannot be the person they named. Who was it?")
    with transaction.atomic():
        contact = known(name, student=referrer.student_id) or _respelled(was, name)
        contact = contact or Contact.objects.create(
            student_id=referrer.student_id,
            name=name,
            title=about[:160],
            relation=Relation.REFERRED,
            source=f"{referrer.name} suggested them"[:200],
        )
        referral, _ = Referral.objects.update_or_create(
            student_id=referrer.student_id,
            referrer=referrer,
            contact=contact,
            defaults={"name_permission": name_permission, "note": about[:300]},
            create_defaults={"name_permission": name_permission, "note": about[:300], "named_at": now},
        )
    return referral


def known(name: str, *, student: int) -> Contact | None:
    """Return the student's contact of this name, brought back if they were taken off the map; or None."""
    contact = namesake(name, student=student)
    if contact is not None and contact.archived_at:
        restore(contact)
    return contact


_CLASS_MARK = re.compile(r"\s+[’']\d\d$")


def _plain(name: str) -> str:
    """Fold a name for comparing: no accents, no case, no class mark (“Adele Farrow ’13”)."""
    return " ".join(folded(_CLASS_MARK.sub("", name.strip())).split())


def _respelled(was: Referral | None, name: str) -> Contact | None:
    """Put the name right of somebody who so far was only named, and return them; else None."""
    if was is None:
        return None
    contact = was.contact
    if contact.alum_id or contact.last_touch_at or contact.requests.exists() or contact.named_by.count() > 1:
        return None
    contact.name = name
    contact.save(update_fields=["name", "sort_key"])
    return contact


def close_loop(referral: Referral, *, now: datetime, note: str = "") -> None:
    """The referrer heard what became of the person they named (R108)."""
    with transaction.atomic():
        touch(referral.referrer, Touch.Kind.UPDATED, at=now, note=note, key=f"loop:{referral.pk}")
        Referral.objects.filter(pk=referral.pk, loop_closed_at=None).update(loop_closed_at=now)
        LetterDraft.objects.filter(contact=referral.referrer_id, about=f"loop={referral.pk}").delete()


def set_cadence(contact: Contact, *, months: int, now: datetime) -> None:
    """Choose how often to be in touch, counted from `now`; `months` 0 ends it (R113)."""
    if not months:
        Cadence.objects.filter(contact=contact).delete()
        return
    Cadence.objects.update_or_create(
        contact=contact,
        defaults={
            "student_id": contact.student_id,
            "months": months,
            "due_on": (now + timedelta(days=round(months * 30.44))).date(),
            "chosen_at": now,
        },
    )


@transaction.atomic
def add_names(student: User, names: Iterable[str], *, relation: str) -> int:
    """Put people on the map by name alone. Returns how many are on it now who were not before.

    Who is there already stays as they are; who was removed is brought back, and is no second person.
    """
    one_at_a_time(student)
    there = {_plain(person.name): person for person in _by_presence(student.pk).reverse()}
    added = 0
    for name in names:
        person = there.get(_plain(name))
        if person is None:
            there[_plain(name)] = Contact.objects.create(student=student, name=name, relation=relation)
        elif person.archived_at:
            Contact.objects.filter(pk=person.pk).update(archived_at=None)
            person.archived_at = None
        else:
            continue
        added += 1
    return added


def _by_presence(student: int) -> QuerySet[Contact]:
    """Return a student's people, those on the map before those who were removed."""
    return Contact.objects.filter(student=student).order_by(F("archived_at").desc(nulls_first=True), "pk")


def namesake(name: str, *, student: int, but: int | None = None) -> Contact | None:
    """Return the student's person of this name, whatever accents or case, one on the map first; or None."""
    people = _by_presence(student).exclude(pk__in=[but] if but else [])
    return next((person for person in people if _plain(person.name) == _plain(name)), None)


def people_and_places(names: Iterable[str]) -> tuple[list[str], list[str]]:
    """Part names from the schools and employers among them: one knows somebody there, and not the place."""
    people, places = list[str](), list[str]()
    for name in names:
        (places if person_name.is_organization(name) else people).append(name)
    return people, places


def archive(contact: Contact, *, now: datetime) -> None:
    """Take somebody off the map; their story is kept and can be brought back."""
    Contact.objects.filter(pk=contact.pk, archived_at=None).update(archived_at=now)


def restore(contact: Contact) -> None:
    """Bring somebody back who was removed. Raises Refused where another of their name has come meanwhile."""
    twin = namesake(contact.name, student=contact.student_id, but=contact.pk)
    if twin is not None and not twin.archived_at:
        raise Refused(f"You already have {twin.name} in your network. Change one of the two names first.")
    Contact.objects.filter(pk=contact.pk).update(archived_at=None)


def wrote(contact: Contact, body: str, *, now: datetime) -> None:
    """The student wrote to them, wherever it was sent from; the first lines are kept as the memory jogger (R107)."""
    touch(contact, Touch.Kind.WROTE, at=now, note=body.strip()[:2000])


@transaction.atomic
def keep_letter(contact: Contact, about: str, *, version: int, body: str) -> LetterDraft:
    """Keep a letter that is not sent yet. Returns the draft as it is now. Raises autosave.Conflict."""
    LetterDraft.objects.get_or_create(contact=contact, about=about)
    draft = LetterDraft.objects.select_for_update(no_key=True).get(contact=contact, about=about)
    save_version(draft, version, {"body": body}, noun="This letter")
    return draft


def thanked_again(outcome: Outcome, *, now: datetime, note: str = "") -> None:
    """The second thank-you, months later (R117)."""
    with transaction.atomic():
        note = note or f"You thanked them again: {outcome.get_kind_display().lower()}."
        touch(outcome.contact, Touch.Kind.THANKED, at=now, note=note, key=f"second-thanks:{outcome.pk}")
        Outcome.objects.filter(pk=outcome.pk, second_thanks_at=None).update(second_thanks_at=now)
        LetterDraft.objects.filter(contact=outcome.contact_id, about=f"outcome={outcome.pk}").delete()
