"""What the post does when somebody's address has changed: both addresses hear of it, and what lies in the old mailbox
opens nothing any more. What has not arrived there keeps its links: it goes to the new address."""

from apps.accounts.address import Change, Way
from apps.accounts.models import MailLink
from apps.mail import outbox
from apps.mail.models import OutboundMessage, State, Suppression
from apps.mail.sealed_links import hashes_in

KEPT = r"^(unsubscribe|stop-)"  # ends mails and shows nothing: in an old mail it must go on working, whoever holds it

TO_OLD = {
    Way.SELF: "Your email address was changed to {became}.",
    Way.OFFICE: "The office changed the email address you sign in with. This one no longer works.",
    Way.FILE: "The university’s records have a new email address for you. This one no longer works.",
    Way.SIGN_ON: "The university’s sign-in has a new email address for you. This one no longer works.",
}
TO_NEW = "You now sign in to Rapport with this email address."


def follow(change: Change) -> None:
    _end_links(change)
    OutboundMessage.objects.filter(reply_to__iexact=change.was).exclude(state=State.SENT).update(reply_to=change.became)
    if not Suppression.objects.in_force().of(change.was).exists():
        _tell(change, change.was, TO_OLD[change.way].format(became=change.became))
    _tell(change, change.became, TO_NEW)


def _tell(change: Change, to: str, what: str) -> None:
    occasion = outbox.Occasion(
        f"address:{change.person.pk}:{change.person.epoch}:{'new' if to == change.became else 'old'}"
    )
    context = {"what": what, "timestamp": change.at, "ip": change.ip, "is_own": change.way == Way.SELF}
    outbox.queue("security_notice", to=to, person=change.person, occasion=occasion, context=context)


def _end_links(change: Change) -> None:
    """End the links that were mailed to the old address, but for those of a mail that has not arrived."""
    unsent = OutboundMessage.objects.filter(person=change.person).exclude(state__in=(State.SENT, State.CANCELLED))
    kept = set[str]().union(*(hashes_in(text) for text in unsent.values_list("text", flat=True)))
    mailed = MailLink.objects.filter(person=change.person, revoked_at=None, expires_at__isnull=False)
    mailed.exclude(token_hash__in=kept).exclude(purpose__regex=KEPT).update(revoked_at=change.at)
