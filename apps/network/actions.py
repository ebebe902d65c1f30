"""Acts on a student's network: a contact appears, somebody is named, they were in touch, a cadence is chosen."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from apps.accounts.models import User
from apps.alumni.models import AlumniProfile
from apps.network import former_work, pasted, twins
from apps.network.models import Cadence, Contact, LetterDraft, News, Organization, Outcome, Referral, Relation, Touch
from apps.network.pasted import Named
from apps.network.twins import Key, Sign, Twin
from apps.web.answers import Refused
from apps.web.autosave import differing, save_version, write
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


def entry_like(contact: Contact, *, named: int | None = None) -> AlumniProfile | None:
    """Return the listed entry of the directory that a contact added by hand may be, if the student did not say no.

    By mail or profile, or by name and employer; where the student has no employer for them, by a name that only one of
    the directory has. Looked at are those of the name, and the entry `named` (see entries_of_addresses).
    """
    key, listed = contact.twin_key, AlumniProfile.objects.listed().exclude(pk__in=contact.told_apart)
    entries = [Entry(alum) for alum in listed.filter(Q(sort_key=contact.sort_key) | Q(pk=named)).order_by("pk")[:20]]
    twin = twins.find(key, entries)
    return twin.person.alum if twin and is_likely(twin.sign, key, len(entries)) else None


def is_likely(sign: Sign, key: Key, namesakes: int) -> bool:
    """Whether a sign is enough to ask the student about an entry of the directory."""
    return sign != Sign.NAME or (not key.organization and namesakes == 1)


def entries_of_addresses(people: Iterable[Contact]) -> list[tuple[Contact, AlumniProfile]]:
    """Return who of these has the mail or the profile of a listed entry, and it. It reads all of the directory."""
    keys = [(person, person.twin_key) for person in people if person.alum_id is None]
    theirs = Q(pk=None)
    for person, key in keys:
        if key.email:
            theirs |= Q(email__iexact=person.email)
        if key.linkedin.startswith("in/"):
            theirs |= Q(linkedin__icontains=key.linkedin)
    if len(theirs) < 2:
        return []
    listed = AlumniProfile.objects.listed().filter(theirs).order_by("pk")
    entries = twins.Known([Entry(alum) for alum in listed[:MOST_ENTRIES]])
    found = [(person, entries.find(key)) for person, key in keys]
    return [
        (person, twin.person.alum)
        for person, twin in found
        if twin and twin.is_certain and twin.person.alum.pk not in person.told_apart
    ]


MOST_ENTRIES = 200  # of the directory, that are looked through at once


def by_hand_like(contact: Contact) -> Contact | None:
    """Return the contact added by hand who may be the alum of this contact, if the student did not say no; or None."""
    if contact.alum is None:
        return None
    key = Entry(contact.alum).twin_key
    theirs = Contact.objects.filter(student=contact.student_id, alum=None, archived_at=None).exclude(
        told_apart__contains=[contact.alum_id]
    )
    twin = twins.find(key, theirs.like(key)) or twins.find(contact.twin_key, theirs.like(contact.twin_key))
    return twin.person if twin and is_likely(twin.sign, twin.person.twin_key, 1) else None


@dataclass(frozen=True)
class Entry:
    """An entry of the directory, to be compared with a contact."""

    alum: AlumniProfile

    @property
    def twin_key(self) -> Key:
        alum = self.alum
        return twins.key(alum.name, email=alum.email, linkedin=alum.linkedin, organization=alum.employer)


@transaction.atomic
def is_alum(contact: Contact, alum: AlumniProfile) -> Contact:
    """The student says that a contact added by hand is this alum: one person from now on, with one story.

    What the student wrote about them stays; what is empty is filled from the contact made by asking, or the directory.
    Raises Refused where a request to them is under way twice.
    """
    one_at_a_time(contact.student)
    fresh = Contact.objects.select_for_update(no_key=True, of=("self",)).get(pk=contact.pk)
    if fresh.alum_id:
        return fresh
    asked = Contact.objects.filter(student=fresh.student_id, alum=alum).first()
    if asked is not None:
        _take_over(fresh, asked)
    fresh.alum = alum
    fresh.class_year, fresh.time_zone = fresh.class_year or alum.class_year, fresh.time_zone or alum.time_zone
    fresh.title, fresh.pronouns = fresh.title or alum.title, fresh.pronouns or alum.pronouns
    fresh.city = fresh.city or alum.city
    fresh.organization = fresh.organization or organization(alum.employer, student=fresh.student)
    with one_person():
        write(fresh, {})
    recount(fresh)
    return fresh


def _take_over(contact: Contact, other: Contact) -> None:
    """Let all that hangs on `other` hang on `contact`, and delete `other`."""
    if Cadence.objects.filter(contact=contact).exists():
        Cadence.objects.filter(contact=other).delete()
    begun = LetterDraft.objects.filter(contact=contact).values("about")
    LetterDraft.objects.filter(contact=other, about__in=begun).delete()
    of_both = Q(referrer=contact, contact=other) | Q(referrer=other, contact=contact)
    twice = Q(contact=other, referrer__in=contact.named_by.values("referrer"))
    twice |= Q(referrer=other, contact__in=contact.named.values("contact"))
    Referral.objects.filter(of_both | twice).delete()
    try:
        with transaction.atomic():
            for relation in Contact._meta.related_objects:
                rows = relation.related_model._base_manager.filter(**{relation.field.name: other})
                rows.update(**{relation.field.name: contact})
    except IntegrityError as error:
        raise Refused(f"You have 2 open requests to {contact.first_name}. Withdraw one of them first.") from error
    for name in ("title", "pronouns", "source", "email", "phone", "linkedin", "city", "time_zone", "notes"):
        setattr(contact, name, getattr(contact, name) or getattr(other, name))
    contact.class_year, contact.organization = (
        contact.class_year or other.class_year,
        contact.organization or other.organization,
    )
    contact.is_private = contact.is_private or other.is_private
    other.delete()


def is_not_alum(contact: Contact, alum: AlumniProfile) -> None:
    """The student says that a contact and this alum are two people: it is not asked again."""
    if alum.pk not in contact.told_apart:
        contact.told_apart = [*contact.told_apart, alum.pk]
        contact.save(update_fields=["told_apart"])


def are_two(contact: Contact, other: Contact) -> None:
    """The student says that two of their map are two people: it is not asked again."""
    if other.pk not in contact.told_from:
        contact.told_from = [*contact.told_from, other.pk]
        contact.save(update_fields=["told_from"])


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
    changed, title, place = differing(fresh, version, values), fresh.title, fresh.organization_name
    if "organization_name" in changed:
        changed["organization"] = organization(changed.pop("organization_name"), student=fresh.student)
    if changed:
        with one_person():
            write(fresh, changed)
    if former_work.is_elsewhere(place, fresh.organization_name):
        former_work.note(fresh, title=title, place=place, now=timezone.now())
    return fresh


def one_at_a_time(student: User) -> None:
    """Let a second press of the same button wait for the first, until the end of the transaction."""
    User.objects.select_for_update(no_key=True, of=("self",)).get(pk=student.pk)


def touch(contact: Contact, kind: str, *, at: datetime, note: str = "", key: str | None = None) -> Touch:
    """Record that they were in contact, once per `key`, and move the cadence on; a note for oneself moves nothing.

    Returns the entry, which has a number only where there is no `key`.
    """
    with transaction.atomic():
        new = Touch(student_id=contact.student_id, contact=contact, kind=kind, at=at, note=note, key=key)
        Touch.objects.bulk_create([new], ignore_conflicts=key is not None)
        if kind == Touch.Kind.NOTE:
            return new
        Contact.objects.filter(pk=contact.pk).exclude(last_touch_at__gte=at).update(last_touch_at=at)
        cadence = Cadence.objects.filter(contact=contact, chosen_at__lt=at).first()
        if cadence:
            set_cadence(contact, months=cadence.months, now=at)
    return new


def recount(contact: Contact, *, was: datetime | None = None) -> None:
    """Say anew when the two were last in touch, after an entry was changed, taken out or put back.

    A rhythm that was counted from `was`, which is no more, is counted from the last there is.
    """
    last = contact.touches.real().order_by("-at").values_list("at", flat=True).first()
    Contact.objects.filter(pk=contact.pk).update(last_touch_at=last)
    cadence = Cadence.objects.filter(contact=contact).first()
    if cadence and last and (cadence.chosen_at == was or cadence.chosen_at < last):
        set_cadence(contact, months=cadence.months, now=last)


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
    the referrer's own. An address that was pasted beside the name is kept.
    """
    named = pasted.one(name)
    name = named.name
    if twins.name_key(name) == referrer.name_key:
        raise Refused(f"People can’t suggest themselves. Who did {referrer.first_name} suggest?")
    with transaction.atomic():
        contact = known(named, student=referrer.student_id) or _respelled(was, name)
        contact = contact or Contact.objects.create(
            student_id=referrer.student_id,
            **named._asdict(),
            title=about[:160],
            relation=Relation.REFERRED,
            source=f"Suggested by {referrer.name}"[:200],
        )
        referral, _ = Referral.objects.update_or_create(
            student_id=referrer.student_id,
            referrer=referrer,
            contact=contact,
            defaults={"name_permission": name_permission, "note": about[:300]},
            create_defaults={"name_permission": name_permission, "note": about[:300], "named_at": now},
        )
    return referral


@transaction.atomic
def suggested(
    contact: Contact,
    *,
    name_permission: str,
    now: datetime,
    referrer: Contact | None = None,
    new: Named | None = None,
    relation: str = "",
    was: Referral | None = None,
) -> Referral:
    """Note who suggested `contact`: somebody of the map, or somebody new to it, with the permission that was given.

    `was` is what was noted so far, and is put right. Raises Refused where somebody would suggest themselves, and where
    the one who did is noted already.
    """
    one_at_a_time(contact.student)
    if referrer is None and new is not None:  # unless another press has just put them there
        referrer = known(new, student=contact.student_id)
        referrer = referrer or Contact.objects.create(student_id=contact.student_id, **new._asdict(), relation=relation)
    if referrer is None:
        raise Refused("Choose someone from your network, or write a name.")
    if referrer.pk == contact.pk:
        raise Refused("People can’t suggest themselves. Who was it?")
    if referrer.archived_at:
        restore(referrer, anyway=True)
    there = Referral.objects.filter(referrer=referrer, contact=contact).first()
    if was is not None and there is not None and there.pk != was.pk:
        raise Refused(f"You already added that {referrer.name} suggested {contact.name}.")
    referral = was or there or Referral(student_id=contact.student_id, contact=contact, named_at=now)
    if referral.pk and referral.referrer_id != referrer.pk:
        referral.loop_closed_at, referral.told = None, ""  # somebody else is to hear of it
    referral.referrer, referral.name_permission = referrer, name_permission
    referral.save()
    return referral


def known(named: Named, *, student: int) -> Contact | None:
    """Return the student's contact of this address or name, brought back if they were taken off the map; or None."""
    key = twins.key("", email=named.email, linkedin=named.linkedin)
    twin = twin_of(key, student=student) if key.email or key.linkedin else None
    contact = twin.person if twin else namesake(named.name, student=student)
    if contact is not None and contact.archived_at:
        restore(contact)
    return contact


def _respelled(was: Referral | None, name: str) -> Contact | None:
    """Put the name right of somebody who so far was only named, and return them; else None."""
    if was is None:
        return None
    contact = was.contact
    if contact.alum_id or contact.last_touch_at or contact.requests.exists() or contact.named_by.count() > 1:
        return None
    contact.name = name
    contact.save(update_fields=["name", "sort_key", "name_key"])
    return contact


def close_loop(referral: Referral, *, now: datetime, note: str = "", told: str = News.MET) -> None:
    """The referrer heard what became of the person they named (R108), or what has so far: `told`."""
    occasion = "" if told == News.MET else f":{told}"
    with transaction.atomic():
        touch(referral.referrer, Touch.Kind.UPDATED, at=now, note=note, key=f"loop:{referral.pk}{occasion}")
        Referral.objects.filter(pk=referral.pk).exclude(told=told).update(loop_closed_at=now, told=told)
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


def _by_presence(student: int) -> QuerySet[Contact]:
    """Return a student's people, those on the map before those who were removed."""
    return Contact.objects.filter(student=student).order_by(F("archived_at").desc(nulls_first=True), "pk")


def namesake(name: str, *, student: int, but: int | None = None) -> Contact | None:
    """Return the student's person of this name, whatever accents or case, one on the map first; or None."""
    people = _by_presence(student).exclude(pk__in=[but] if but else [])
    return people.filter(name_key=twins.name_key(name)).first()


def twin_of(key: Key, *, student: int, but: int | None = None) -> Twin[Contact] | None:
    """Return who of the student's people is the one of this key, or may be (see twins.py); or None."""
    return twins.find(key, Contact.objects.filter(student=student).exclude(pk__in=[but] if but else []).like(key))


def archive(contact: Contact, *, now: datetime) -> None:
    """Take somebody off the map; their story is kept and can be brought back."""
    Contact.objects.filter(pk=contact.pk, archived_at=None).update(archived_at=now)


@contextmanager
def one_person() -> Iterator[None]:
    """Refuse in words what the database does: a second person of one mail or one profile on a map."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
        if name not in ("one_person_of_a_mail", "one_person_of_a_linkedin"):
            raise
        what = "email" if name == "one_person_of_a_mail" else "LinkedIn address"
        raise Refused(
            f"Someone in your network already has this {what}. Check both people, and change one of them."
        ) from error


def restore(contact: Contact, *, anyway: bool = False) -> None:
    """Bring somebody back who was removed. Raises Refused where the same person is on the map meanwhile.

    Somebody who has only the name in common is no reason where the student knows it: `anyway`.
    """
    twin = twin_of(contact.twin_key, student=contact.student_id, but=contact.pk)
    if twin is not None and not twin.person.archived_at and not (anyway and not twin.is_certain):
        raise Refused(f"You already have {twin.person.name} in your network. {_WHAT_THEN[twin.is_certain]}")
    with one_person():
        Contact.objects.filter(pk=contact.pk).update(archived_at=None)


_WHAT_THEN = {True: "It’s the same person.", False: "Change one of the two names first."}


def wrote(contact: Contact, body: str, *, now: datetime) -> None:
    """The student wrote to them, wherever it was sent from; the first lines are kept as the memory jogger (R107)."""
    touch(contact, Touch.Kind.WROTE, at=now, note=body.strip()[:2000])


@transaction.atomic
def keep_letter(contact: Contact, about: str, *, version: int, body: str) -> LetterDraft:
    """Keep a letter that is not sent yet. Returns the draft as it is now. Raises autosave.Conflict."""
    LetterDraft.objects.get_or_create(contact=contact, about=about)
    draft = LetterDraft.objects.select_for_update(no_key=True).get(contact=contact, about=about)
    save_version(draft, version, {"body": body}, noun="This note")
    return draft


def thanked_again(outcome: Outcome, *, now: datetime, note: str = "") -> None:
    """The second thank-you, months later (R117)."""
    with transaction.atomic():
        note = note or f"You thanked {outcome.contact.first_name} again: {outcome.get_kind_display().lower()}."
        touch(outcome.contact, Touch.Kind.THANKED, at=now, note=note, key=f"second-thanks:{outcome.pk}")
        Outcome.objects.filter(pk=outcome.pk, second_thanks_at=None).update(second_thanks_at=now)
        LetterDraft.objects.filter(contact=outcome.contact_id, about=f"outcome={outcome.pk}").delete()
