"""Whether and when a person wants a mail about what is due (R223). The list in Rapport shows it in any case.

At once, in the digest of the next morning or the next Monday's, or never; not in quiet hours, except where they would
outlast the deadline; not in a term break, except about a talk that is agreed. What a break holds back is worth a mail
for a week after it. What else a talk has led to waits for its thank-you, and comes the morning after: one mail a
morning about one talk, of one task one word in it, and before a talk no two mails within the hour (`Rule.rests`).
`ready` asks the database for what might leave now, `verdict` decides about each; `manage.py due` asks the same two, and
so does the mailer just before a mail leaves (recheck.py).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Literal, TypedDict
from zoneinfo import ZoneInfo

from django.db.models import Case, CharField, DateTimeField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast, Coalesce, Greatest
from django.db.models.lookups import GreaterThan

from apps.accounts.models import User
from apps.clock.mornings import days_begun, in_hours, last_morning, morning, next_morning, since_morning
from apps.interviews.lifecycle.models import THANK_YOU_HOURS, Interview, InterviewQuerySet
from apps.mail.models import Suppression, Unsubscribe
from apps.mail.outbox import Topic
from apps.reminders.models import How, Notice, Preference, QuietTime
from apps.reminders.rule import Rule
from apps.reminders.rules import BY_NAME, RULES

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations  # known to the checker alone

TOGETHER = "digest"  # the topic of a mail that holds several
MONDAY = 0
PRESSING = timedelta(hours=2)
HEADWAY = timedelta(minutes=15)  # quiet hours that end closer to a deadline than this hold nothing back until then
LONGEST_QUIET = timedelta(days=1)
AFTER_BREAK = timedelta(days=7)
HALF_A_DAY = timedelta(hours=4)  # as long as a morning: one word about a task is enough in it
RESTS = {rule.name: HALF_A_DAY if rule.is_one_task else rule.rests for rule in RULES if rule.is_one_task or rule.rests}
OF_A_TALK = {"action-step": "contact__action_steps", "close-loop": "contact__named_by"}  # rule: from talk to subject
HELD_IN_BREAK = [rule.name for rule in RULES if not rule.is_in_pause]


class Wishes(TypedDict):
    """What `with_wishes` adds to a notice: how its person wants to hear of it, and since when it waits."""

    how: str
    is_refused: bool
    is_alone: bool  # not in one mail with others
    is_second: bool  # the thank-you for the same talk comes first
    is_told: bool  # an earlier word about the same task was mailed this half day
    since: datetime


class UsefulWishes(Wishes):
    """The same, and until when it is worth a mail (`unmailed`)."""

    useful_until: datetime


type Wished = WithAnnotations[Notice, Wishes]
type Unmailed = WithAnnotations[Notice, UsefulWishes]


@dataclass(frozen=True)
class Verdict:
    """What becomes of one notice now: `now`, `digest` (both: mail it), or `held` until a moment, or `never`."""

    answer: Literal["now", "digest", "held", "never"]
    why: str
    until: datetime | None = None

    @property
    def is_mailed(self) -> bool:
        return self.answer in ("now", "digest")


def with_wishes(notices: QuerySet[Notice], now: datetime) -> QuerySet[Wished]:
    """Annotate notices with how their person wants to hear of them, and since when they wait."""
    chosen = Preference.objects.filter(person=OuterRef("person"), rule=OuterRef("rule")).values("how")[:1]
    own = [When(rule=rule.name, then=Value(rule.how.value)) for rule in RULES if rule.how != How.AT_ONCE]
    refused = Unsubscribe.objects.filter(person=OuterRef("person"))
    return notices.annotate(
        how=Coalesce(Subquery(chosen), Case(*own, default=Value(How.AT_ONCE.value), output_field=CharField())),
        is_refused=Exists(refused.filter(topic=OuterRef("rule"))),
        is_alone=Exists(refused.filter(topic=TOGETHER)),
        since=Greatest("due_at", "snoozed_until"),
        is_second=Case(*[When(rule=rule, then=_thanks_first(rule, now)) for rule in OF_A_TALK], default=Value(False)),
        is_told=Case(
            *[When(rule__in=_resting(rests), then=_told_before(now - rests)) for rests in set(RESTS.values())],
            default=Value(False),
        ),
    )


def _resting(rests: timedelta) -> list[str]:
    return [name for name, its in RESTS.items() if its == rests]


def _told_before(since: datetime) -> Exists:
    same = Notice.objects.filter(person=OuterRef("person"), thing=OuterRef("thing"), mailed_at__gt=since)
    return Exists(same.exclude(pk=OuterRef("pk")))


def _thanks_first(rule: str, now: datetime) -> Exists:
    return Exists(_talks_to_thank_for(now).filter(**{OF_A_TALK[rule]: OuterRef("subject_id")}))


def _talks_to_thank_for(now: datetime) -> InterviewQuerySet:
    """The talks whose 48 hours run, and those that somebody was thanked for since this morning."""
    talks = Interview.objects.awaiting_thanks(now).ended_between(now - timedelta(hours=THANK_YOU_HOURS), now)
    thanked = Interview.objects.filter(thank_you__sent_at__isnull=False)
    return talks | thanked.exclude(since_morning(now, "thank_you__sent_at", "student__time_zone"))


def is_second(notice: Notice, now: datetime) -> bool:
    """Whether the thank-you for the same talk comes before a notice, which may not be kept yet."""
    path = OF_A_TALK.get(notice.rule)
    return path is not None and _talks_to_thank_for(now).filter(**{path: notice.subject_id}).exists()


def is_told(notice: Notice, now: datetime) -> bool:
    """Whether an earlier word about the same thing was just mailed; the same for a notice that may not be kept yet."""
    if notice.rule not in RESTS:
        return False
    since = now - RESTS[notice.rule]
    same = Notice.objects.filter(person=notice.person_id, thing=notice.thing, mailed_at__gt=since)
    return same.exclude(pk=notice.pk).exists()


def wanted[N: Notice](notices: QuerySet[N]) -> QuerySet[N]:
    """Those of `with_wishes` that their people want to be mailed about at all, now or later."""
    alone = Q(how__in=[How.DAILY, How.WEEKLY], is_alone=True)
    return notices.exclude(how=How.NEVER).exclude(alone).filter(is_refused=False)


def unmailed(now: datetime) -> QuerySet[Unmailed]:
    """The notices that wait and are still worth a mail (`useful_until`), with the wishes of their people."""
    waiting = Notice.objects.waiting(now).filter(mailed_at=None, person__is_active=True, rule__in=BY_NAME)
    return with_wishes(waiting, now).annotate(useful_until=USEFUL_UNTIL).filter(useful_until__gt=now)


_break_ends_on = F("person__quiet_time__paused_until")
_was_held = Q(rule__in=HELD_IN_BREAK, due_at__lt=_break_ends_on)
USEFUL_UNTIL = Case(  # to the day: when in that day the break ends, the zone decides
    When(_was_held, then=Greatest("expires_at", Cast(_break_ends_on, DateTimeField()) + Value(AFTER_BREAK))),
    default="expires_at",
)


def useful_until(notice: Notice, quiet: QuietTime | None) -> datetime:
    """Return until when a notice is worth a mail; `quiet` is the person's QuietTime, or None."""
    expires_at = notice.expires_at or notice.due_at
    if not (quiet and quiet.paused_until) or BY_NAME[notice.rule].is_in_pause:
        return expires_at
    break_ends = datetime.combine(quiet.paused_until, time(), tzinfo=UTC)
    return max(expires_at, break_ends + AFTER_BREAK) if notice.due_at < break_ends else expires_at


def ready(now: datetime) -> QuerySet[Unmailed]:
    """Those of the unmailed that may leave at `now`; of quiet hours, all that do not plainly hold them (`verdict`)."""
    daily = Q(how=How.DAILY) & since_morning(now, "since", "person__time_zone")
    weekly = Q(how=How.WEEKLY) & since_morning(now, "since", "person__time_zone", weekday=MONDAY)
    suppressed = Suppression.objects.in_force().filter(address__iexact=OuterRef("person__email"))
    may = wanted(unmailed(now)).filter(Q(how=How.AT_ONCE) | daily | weekly)
    may = may.exclude(Q(how=How.AT_ONCE) & (Q(is_second=True) | Q(is_told=True)))
    return may.exclude(Exists(suppressed)).exclude(_on_a_break(now)).exclude(_in_quiet_hours(now))


def _on_a_break(now: datetime) -> Q:
    over = days_begun(now, "person__quiet_time__paused_until", "person__time_zone", not_before=timedelta(days=3650))
    return Q(rule__in=HELD_IN_BREAK, person__quiet_time__paused_until__isnull=False) & ~over


def _in_quiet_hours(now: datetime) -> Q:
    """The condition that quiet hours hold, and nothing runs out before the longest of them could end."""
    quiet = in_hours(now, "person__quiet_time__quiet_from", "person__quiet_time__quiet_to", "person__time_zone")
    limit = Coalesce("deadline_at", "useful_until")
    return quiet & Q(GreaterThan(limit, Value(now + LONGEST_QUIET + HEADWAY)))


def pressing(now: datetime) -> QuerySet[Unmailed]:
    """Those that are to leave at once and are of no use in two hours."""
    return wanted(unmailed(now)).filter(Q(how=How.AT_ONCE), expires_at__lte=now + PRESSING)


def verdict(notice: Wished, quiet: QuietTime | None, now: datetime) -> Verdict:
    """Decide about one notice of `with_wishes`; `quiet` is the person's QuietTime, or None."""
    zone = notice.person.zone
    if notice.is_refused:
        return Verdict("never", "unsubscribed from emails about it")
    if notice.how == How.NEVER:
        return Verdict("never", "only in Rapport, as chosen")
    weekday = MONDAY if notice.how == How.WEEKLY else None
    if notice.how != How.AT_ONCE:
        if notice.is_alone:
            return Verdict("never", "unsubscribed from digests")
        if notice.since > last_morning(now, zone, weekday=weekday):
            return Verdict("held", f"for the {notice.how} digest", next_morning(notice.since, zone, weekday=weekday))
    elif notice.is_second:
        return Verdict("held", "by the thank-you, which comes first,", next_morning(now, zone))
    elif notice.is_told:
        return Verdict("held", "by the word about it before,", now + RESTS[notice.rule])
    return _held(notice, quiet, now) or Verdict("now" if notice.how == How.AT_ONCE else "digest", "")


def _held(notice: Wished, quiet: QuietTime | None, now: datetime) -> Verdict | None:
    """Return the verdict of a break or of quiet hours, or None where neither holds the notice back."""
    if quiet is None:
        return None
    break_ends = _break_ends(quiet, notice.person.zone)
    if break_ends and now < break_ends and not BY_NAME[notice.rule].is_in_pause:
        return Verdict("held", "by the term break", break_ends)
    ends = quiet_until(quiet, notice.person.zone, now)
    if ends and ends + HEADWAY <= (notice.deadline_at or useful_until(notice, quiet)):
        return Verdict("held", "by quiet hours", ends)
    return None


def _break_ends(quiet: QuietTime, zone: ZoneInfo) -> datetime | None:
    return morning(quiet.paused_until, zone) if quiet.paused_until else None


def quiet_until(quiet: QuietTime, zone: ZoneInfo, now: datetime) -> datetime | None:
    """Return when the quiet hours that hold at `now` end, or None outside them."""
    start, end = quiet.quiet_from, quiet.quiet_to
    local = now.astimezone(zone)
    if start is None or end is None or start == end:
        return None
    is_over_midnight = start > end
    moment = local.time()
    is_quiet = (moment >= start or moment < end) if is_over_midnight else start <= moment < end
    if not is_quiet:
        return None
    day = local.date() + timedelta(days=1) if is_over_midnight and moment >= start else local.date()
    ends = datetime.combine(day, end, tzinfo=zone)
    return next(at for at in (ends.astimezone(UTC), ends.replace(fold=1).astimezone(UTC)) if at > now)


def quiet_of(person_ids: Iterable[int]) -> dict[int, QuietTime]:
    """Return person id -> QuietTime."""
    return {quiet.person_id: quiet for quiet in QuietTime.objects.filter(person_id__in=person_ids)}


def topics() -> dict[str, Topic]:
    """Return everything that can be unsubscribed from."""
    when = "When more than one thing is due, or in a daily or weekly digest, as you chose."
    return {rule.name: Topic(rule.label, rule.why) for rule in RULES} | {
        TOGETHER: Topic("Several reminders in one email", when)
    }


# --- what they chose --------------------------------------------------------------------------------------------------


def wishes_of(person: User) -> dict[Rule, str]:
    """Return rule -> how: the person's choice, or the rule's own; what they unsubscribed from is never mailed."""
    chosen = dict(Preference.objects.filter(person=person).values_list("rule", "how"))
    refused = set(Unsubscribe.objects.filter(person=person).values_list("topic", flat=True))
    chosen |= dict.fromkeys(refused, How.NEVER)
    mine = [rule for rule in RULES if rule.is_choosable and rule.role in person.roles]
    wishes = {rule: chosen.get(rule.name, rule.how) for rule in mine}
    if TOGETHER in refused:  # also of a rule that comes in a digest unless somebody chose otherwise
        return {rule: How.NEVER if how in (How.DAILY, How.WEEKLY) else how for rule, how in wishes.items()}
    return wishes


def choose(person: User, wishes: Mapping[str, str]) -> None:
    """Store how `person` wants to hear of each rule, by rule name; a wish for mail takes back an unsubscription."""
    Preference.objects.bulk_create(
        [Preference(person=person, rule=rule, how=how) for rule, how in wishes.items()],
        update_conflicts=True,
        unique_fields=["person", "rule"],
        update_fields=["how"],
    )
    wanted = [rule for rule, how in wishes.items() if how != How.NEVER]
    if {How.DAILY, How.WEEKLY} & set(wishes.values()):
        wanted.append(TOGETHER)
    Unsubscribe.objects.filter(person=person, topic__in=wanted).delete()
