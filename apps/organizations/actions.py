"""Acts on where a student might work: follow an organization, apply, note who helped."""

from collections.abc import Iterable
from datetime import date

from django.db import IntegrityError, transaction

from apps.accounts.models import User
from apps.clock.regions import spelled
from apps.database.promised import promised
from apps.network import actions as network
from apps.network.models import Contact, Organization, Outcome
from apps.organizations.models import Detail, Help, KindOfWork, Opportunity, RuledOut, Work
from apps.web.answers import Refused

MOST_KINDS = 8


@transaction.atomic
def follow(student: User, name: str, *, website: str = "", why: str = "") -> Organization:
    """Follow an organization of this name, which may be one where somebody works whom the student knows."""
    network.one_at_a_time(student)
    organization = promised(network.organization(name, student=student))
    set_followed(organization, followed=True)
    if website or why:
        detail, _ = Detail.objects.get_or_create(student=student, organization=organization)
        detail.website, detail.why = detail.website or website, detail.why or why
        detail.save()
    return organization


def set_followed(organization: Organization, *, followed: bool) -> None:
    Organization.objects.filter(pk=organization.pk).update(is_target=followed)
    organization.is_target = followed


def rename(organization: Organization, name: str) -> None:
    """Give an organization another name. Raises Refused where the student has one of that name."""
    organization.name = name
    try:
        with transaction.atomic():
            organization.save(update_fields=["name"])
    except IntegrityError as error:
        raise Refused(f"You already have an {spelled('organization')} called {name}.") from error


@transaction.atomic
def set_kinds(student: User, names: dict[int, str], new: Iterable[str]) -> None:
    """Name the student's kinds of work anew: an empty name takes one out, with what was said of it."""
    network.one_at_a_time(student)
    kinds = list(KindOfWork.objects.filter(student=student, pk__in=names))
    renamed = [kind for kind in kinds if names[kind.pk] and names[kind.pk] != kind.name]
    KindOfWork.objects.filter(pk__in=[kind.pk for kind in kinds if not names[kind.pk]]).delete()
    for kind in renamed:  # out of the way first: two may swap their names
        KindOfWork.objects.filter(pk=kind.pk).update(name=f"{kind.pk} {kind.name}"[:60])
    for kind in renamed:
        kind.name = names[kind.pk]
        kind.save(update_fields=["name"])
    place = KindOfWork.objects.filter(student=student).count()
    for position, name in enumerate(new, place):
        if not KindOfWork.objects.filter(student=student, name__iexact=name).exists():
            KindOfWork.objects.create(student=student, name=name, position=position)


@transaction.atomic
def set_work(student: User, chosen: dict[Contact, KindOfWork | None]) -> None:
    """Note which kind of work each of these people does."""
    network.one_at_a_time(student)
    Work.objects.filter(student=student, contact__in=chosen).delete()
    Work.objects.bulk_create(Work(student=student, contact=person, kind=kind) for person, kind in chosen.items())


def rule_out(organization: Organization, kind: KindOfWork, *, is_out: bool) -> None:
    if is_out:
        RuledOut.objects.get_or_create(student_id=kind.student_id, organization=organization, kind=kind)
    else:
        RuledOut.objects.filter(organization=organization, kind=kind).delete()


@transaction.atomic
def apply(opportunity: Opportunity, *, on: date, offered: bool = False) -> Opportunity:
    """The student applied, or was offered it."""
    fresh = Opportunity.objects.select_for_update(no_key=True, of=("self",)).get(pk=opportunity.pk)
    fresh.state = Opportunity.State.OFFERED if offered else Opportunity.State.APPLIED
    fresh.applied_on = fresh.applied_on or on
    fresh.save(update_fields=["state", "applied_on"])
    return fresh


@transaction.atomic
def not_applied(opportunity: Opportunity) -> None:
    """Take back that the student applied: the helpers who have not heard of it need not."""
    fresh = Opportunity.objects.select_for_update(no_key=True, of=("self",)).get(pk=opportunity.pk)
    if fresh.helps.filter(outcome__second_thanks_at__isnull=False).exists():
        raise Refused("You already told someone that you applied, so it stays. Choose another state instead.")
    Outcome.objects.filter(helps__opportunity=fresh).delete()
    fresh.state, fresh.applied_on = Opportunity.State.OPEN, None
    fresh.save(update_fields=["state", "applied_on"])


@transaction.atomic
def helped(opportunity: Opportunity, people: Iterable[Contact]) -> list[Help]:
    """Note who helped with an application. Each gets a result of their own, and so a letter of their own (R117).

    Whoever was noted and is not among them is taken out, unless they have heard of it already.
    """
    fresh = Opportunity.objects.select_for_update(no_key=True, of=("self",)).get(pk=opportunity.pk)
    if not fresh.is_applied or fresh.applied_on is None:
        raise Refused("First say that you applied. Then choose who helped.")
    there = {one.contact_id for one in fresh.helps.all()}
    wanted = {person.pk: person for person in people}
    no_more = fresh.helps.exclude(contact__in=wanted).filter(outcome__second_thanks_at=None)
    Outcome.objects.filter(helps__in=list(no_more)).delete()
    note = f"{fresh.title}, {fresh.organization.name}"[:300]
    for pk, person in wanted.items():
        if pk not in there:
            outcome, _ = Outcome.objects.get_or_create(
                student=fresh.student,
                contact=person,
                kind=Outcome.Kind.APPLIED,
                note=note,
                happened_on=fresh.applied_on,
            )
            Help.objects.create(student=fresh.student, opportunity=fresh, contact=person, outcome=outcome)
    return list(fresh.helps.select_related("contact", "outcome").order_by("pk"))
