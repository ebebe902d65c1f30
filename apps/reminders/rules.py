"""What is due, asked as questions (reliability.md 1, R221, R222).

A rule is a QuerySet of what is due at `now`, and what to say about each row. There is nothing to schedule and nothing
to revoke: a reminder whose reason has gone is simply no longer in the answer, and a sweep that comes a day late finds
the same occasions once. Keys hold the version of what they speak of, so that a moved interview asks anew.

This module decides what is due and for how long. It does not decide whether and when a person wants a mail about it
(preferences.py) nor how it is delivered (sweep.py and apps.mail). No rule looks further back than LOOKBACK: a notice
that was closed is remembered longer than its occasion could come up again.

What keeps a mail from leaving is asked in this order: the rule itself (here), a notice that was done, put away or is
asleep (models.py), what the person wishes and their quiet hours (preferences.py), all of it again in the moment before
it leaves (recheck.py), and last the outbox: outdated, refused, too late, stopped (mail/statements.py, REASONS).
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypedDict

from django.db.models import F, Q, QuerySet, Value
from django.utils import timezone

from apps.accounts.models import User
from apps.alumni.models import Format
from apps.clock import times
from apps.clock.mornings import days_begun, morning
from apps.coaching.for_today import address_of
from apps.coaching.models import SharedNote
from apps.database.promised import promised
from apps.directory import views_saved
from apps.directory.models import SavedSearch, with_news
from apps.finding.models import Event
from apps.interviews.asking.models import Review
from apps.interviews.debriefing.models import Debrief
from apps.interviews.lifecycle.models import THANK_YOU_HOURS, Interview, InterviewQuerySet, InterviewRequest
from apps.interviews.lifecycle.moves import InterviewStatus, RequestStatus
from apps.interviews.preparing.models import PlannedQuestion
from apps.interviews.scheduling.calendar import EARLY, be_there
from apps.network.models import ActionStep, Cadence, Outcome, Referral
from apps.policy.models import Policy
from apps.reminders import checks
from apps.reminders.models import How, Notice, ProfileCheck
from apps.reminders.rule import CANNOT_WAIT, DAY, LATER, LOOKBACK, NOW_OR_NOT, WEEK, H, NoticeText, Rule, page_at
from apps.reminders.rules_cohorts import COHORTS
from apps.reminders.rules_practice import PRACTICE

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations  # known to the checker alone

    from apps.directory.models import WithNews

FIRST_WORD, LAST_WORD = 20, THANK_YOU_HOURS - 8  # hours after the talk, at which a thank-you is brought to mind (R102)


class AsOf(TypedDict):
    asked_at: datetime  # the moment for which the rule was asked


type Unthanked = WithAnnotations[Interview, AsOf]


def _hour(moment: datetime, person: User) -> str:
    """Friday 3:52 pm: an hour within the next days, on the person's own clock."""
    return f"{times.weekday(moment, person.zone)} {times.clock(moment, person.zone)}"


def _there(person: User | None) -> User:
    """Return who hears of a row; its rule asks only for rows that have somebody. Raises ValueError."""
    if person is None:
        raise ValueError("There is nobody to tell.")
    return person


def _interviews() -> InterviewQuerySet:
    return Interview.objects.select_related("student", "contact")


def _first_name(about: Interview | InterviewRequest) -> str:
    return about.contact.first_name


# --- the conversation -------------------------------------------------------------------------------------------------


def _coming(now: datetime, before: timedelta, until: timedelta) -> InterviewQuerySet:
    """Scheduled interviews that begin within `before`, asked only while that is news."""
    return _interviews().filter(
        status=InterviewStatus.SCHEDULED, starts_at__lte=now + before, starts_at__gt=now + until
    )


def _says_tomorrow(talk: Interview) -> NoticeText:
    person = talk.student
    return NoticeText(
        person=person,
        title=f"You talk with {talk.contact.name} on {times.weekday(talk.starts_at, talk.clock_of(person.zone))}",
        text=f"{_span(talk)}, {talk.get_format_display().lower()}. "
        "Read your questions again, and put your top 3 first.",
        url=page_at("prepare", talk.pk),
    )


def _span(talk: Interview) -> str:
    """Say from when until when, on the student's clock; in person on that of the place, which is named."""
    span = times.span(talk.starts_at, talk.ends_at, talk.clock_of(talk.student.zone))
    return f"{span} {times.zone_name(talk.alum_zone)}" if talk.format == Format.IN_PERSON else span


def _to_take_along(notice: Notice) -> dict[str, object]:
    """Where the talk is, when to leave, and the starred questions (without stars, all), as they stand by then."""
    talk = Interview.objects.select_related("contact").filter(pk=notice.subject_id).first()
    if talk is None:
        return {}
    planned = list(PlannedQuestion.objects.filter(plan__interview=talk).order_by("position"))
    top = [question.text for question in planned if question.is_must]
    shown = top or [question.text for question in planned]
    return {
        "where": _where(talk),
        "way": _way(talk),
        "questions": shown,
        "is_top": bool(top),
        "rest": len(planned) - len(shown),
    }


def _way(talk: Interview) -> str:
    """Say when to leave for a meeting in person, by the minutes that the student gave."""
    if talk.format != Format.IN_PERSON:
        return ""
    there = f"Be there by {be_there(talk)}."
    if not talk.travel_minutes:
        return there
    minutes = f"{talk.travel_minutes} minute{'' if talk.travel_minutes == 1 else 's'}"
    leave = times.clock(talk.starts_at - EARLY - timedelta(minutes=talk.travel_minutes), talk.alum_zone)
    return f"{there} You planned {minutes} for the way, so leave by {leave}."


def _where(talk: Interview) -> str:
    """Say by which link, at which number or in which place one meets, or that it is not known yet."""
    names = {Format.VIDEO: "The link", Format.PHONE: "The number", Format.IN_PERSON: "The place"}
    name = names[Format(talk.format)]
    return f"{name}: {talk.place}" if talk.place else f"{name} is not noted yet. Ask {_first_name(talk)} today."


def _says_hour(talk: Interview) -> NoticeText:
    place, zone = f" {talk.place}." if talk.place else "", talk.clock_of(talk.student.zone)
    hour = f"{times.weekday(talk.starts_at, zone)} {times.clock(talk.starts_at, zone)}"
    return NoticeText(
        person=talk.student,
        title=f"{hour}: you talk with {talk.contact.name}",
        text=f"{_span(talk)}.{place} Find a quiet place and keep your questions open.",
        url=page_at("prepare", talk.pk),
    )


def _coming_from_afar(now: datetime) -> InterviewQuerySet:
    """Talks by video or phone in the last quarter of an hour before they begin (R73)."""
    return _coming(now, H / 4, 0 * H).filter(format__in=[Format.VIDEO, Format.PHONE])


def _says_quarter(talk: Interview) -> NoticeText:
    start, where = times.clock(talk.starts_at, talk.student.zone), talk.place
    test = f"Test the link, with sound and video: {where}" if where else "Check that you have the link."
    if talk.format == Format.PHONE:
        test = (
            f"Check that your phone has a signal. The number is {where}"
            if where
            else "Check that your phone has a signal."
        )
    return NoticeText(
        person=talk.student,
        title=f"At {start} you talk with {talk.contact.name}",
        text=f"Go somewhere quiet, and silence your notifications. {test}",
        url=page_at("prepare", talk.pk),
    )


def _ended(now: datetime) -> InterviewQuerySet:
    """The time has passed, nobody cancelled, nothing written down."""
    return _interviews().awaiting_debrief(now).ended_between(now - LOOKBACK, now)


def _says_write(talk: Interview) -> NoticeText:
    return NoticeText(
        person=talk.student,
        title=f"Save what you learned from {_first_name(talk)}",
        text="5 minutes now save you an hour next week. Start with the sentence you would repeat to a friend.",
        url=page_at("debrief", talk.pk),
    )


def _unthanked(hours: int, until: int) -> Callable[[datetime], QuerySet[Unthanked]]:
    """Not thanked, and the conversation over for at least `hours` and less than `until` hours: one rule at a time."""

    def due(now: datetime) -> QuerySet[Unthanked]:
        talks = _interviews().awaiting_thanks(now).ended_between(now - until * H, now - hours * H)
        return talks.annotate(asked_at=Value(now))

    return due


def _says_thank(talk: Unthanked) -> NoticeText:
    if talk.asked_at >= talk.thank_by:
        return _says_late(talk)
    by = _hour(talk.thank_by, talk.student)
    return NoticeText(
        person=talk.student,
        title=f"Thank {talk.contact.name} by {by}",
        text=f"You talked on {times.weekday(talk.over_at, talk.student.zone)}. People remember a note within 2 days; "
        "a note next week means less.",
        url=page_at("thank_you", talk.pk),
    )


def _says_late(talk: Interview) -> NoticeText:
    return NoticeText(
        person=talk.student,
        title=f"{talk.contact.name} hasn’t heard from you yet",
        text="The 2 days are over. Late is far better than never. Three honest sentences are enough.",
        url=page_at("thank_you", talk.pk),
    )


def _in_their_words(notice: Notice) -> dict[str, object]:
    """What the student wrote down of the talk, and the way out for who has thanked already."""
    debrief = Debrief.objects.filter(interview=notice.subject_id).first()
    return {
        "quote": debrief.quote if debrief else "",
        "aside": "Already thanked them another way? Mark it as sent to stop the clock:",
        "aside_url": page_at("thanked", notice.subject_id),
    }


# --- the request ------------------------------------------------------------------------------------------------------


def _waiting_for_student(now: datetime) -> QuerySet[InterviewRequest]:
    """They offered other times and the student has not chosen for a day (R70)."""
    return InterviewRequest.objects.select_related("student", "contact").filter(
        status=RequestStatus.COUNTERED, turn="student", answered_at__range=(now - LOOKBACK, now - 24 * H)
    )


def _says_replied(request: InterviewRequest) -> NoticeText:
    wait = "your answer" if request.has_question else "you to pick a time"
    return NoticeText(
        person=request.student,
        title=f"{request.contact.name} is waiting for {wait}",
        text=f"{_first_name(request)} replied on {times.weekday(promised(request.answered_at), request.student.zone)} "
        f"with {'a question' if request.has_question else 'new times'}.",
        url=page_at("request", request.pk),
    )


def _unanswered(now: datetime) -> QuerySet[InterviewRequest]:
    """The alum was reminded, or soon is, and has not answered; the request is still open (R214)."""
    patience = timedelta(days=Policy.now().nudge_days)
    return (
        InterviewRequest.objects.select_related("student", "contact")
        .filter(status=RequestStatus.SENT, turn="alum", sent_at__lte=now - patience, deadline_at__gt=now)
        .annotate(quiet_from=F("sent_at") + Value(patience))
    )


def _says_unanswered(request: InterviewRequest) -> NoticeText:
    first, closes = _first_name(request), times.day(promised(request.deadline_at), request.student.zone)
    reminder = f"We remind {first} once." if request.alum_id else f"You can send {first} one friendly reminder now."
    return NoticeText(
        person=request.student,
        title=f"No reply from {request.contact.name} yet",
        text=f"{reminder} The request closes on {closes}. Silence is about their week, not "
        "you. It’s a good time to ask someone else.",
        url=page_at("request", request.pk),
    )


def _waiting_reviews(now: datetime) -> QuerySet[Review]:
    return Review.objects.select_related("coach", "request__student", "request__contact").filter(
        verdict=Review.Verdict.WAITING,
        coach__isnull=False,
        asked_at__range=(now - LOOKBACK, now),
        request__status=RequestStatus.IN_REVIEW,
    )


def _says_review(review: Review) -> NoticeText:
    coach = _there(review.coach)
    return NoticeText(
        person=coach,
        title=f"{review.request.student.called} asked you to review a request",
        text=f"To {review.request.contact.name}. We’ll send it automatically on {_hour(review.due_at, coach)}.",
        url=page_at("review", review.request_id),
    )


def _coach_notes(now: datetime) -> QuerySet[SharedNote]:
    """A coach shared a note, and the student has not read it. (A letter of a coach is a mail itself.)"""
    notes = SharedNote.objects.unread().filter(kind=SharedNote.Kind.NOTE)
    return notes.filter(shared_at__range=(now - LOOKBACK, now)).select_related("student", "author")


def _says_note(note: SharedNote) -> NoticeText:
    return NoticeText(
        person=note.student,
        title=f"{note.author.called if note.author else 'Your coach'} wrote you a note",
        text="It is for you to read, and says what your coach would like you to know.",
        url=address_of(note.pk),
    )


# --- keeping in touch -------------------------------------------------------------------------------------------------


def _open_loops(now: datetime) -> QuerySet[Referral]:
    """The person who was named has been talked with a day ago, and the one who named them has not heard (R108)."""
    referrals = Referral.objects.select_related("student", "referrer", "contact")
    return referrals.open_loops(since=now - LOOKBACK, until=now - 24 * H)


def _says_loop(referral: Referral) -> NoticeText:
    return NoticeText(
        person=referral.student,
        title=f"Tell {referral.referrer.name} how it went with {referral.contact.name}",
        text="People like to hear how it went. Two sentences are enough.",
        url=f"{page_at('contact_write', referral.referrer_id)}?loop={referral.pk}",
    )


def _day_begun(now: datetime, date: str) -> Q:
    """The row's day has begun, at eight where the student is."""
    return days_begun(now, date, "student__time_zone", not_before=LOOKBACK)


def _eight(date: str) -> Callable[[Any], datetime]:
    """The instant at which the day of a row begins for its student."""
    return lambda row: morning(getattr(row, date), row.student.zone)


def _cadences(now: datetime) -> QuerySet[Cadence]:
    rows = Cadence.objects.select_related("student", "contact")
    return rows.filter(_day_begun(now, "due_on"), contact__archived_at=None)


def _says_cadence(cadence: Cadence) -> NoticeText:
    return NoticeText(
        person=cadence.student,
        title=f"A good week to write to {cadence.contact.name}",
        text="You wanted to stay in touch. Share one thing that happened because you talked.",
        url=page_at("contact", cadence.contact_id),
    )


def _steps(now: datetime) -> QuerySet[ActionStep]:
    rows = ActionStep.objects.filter(_day_begun(now, "due_on"), done_at=None)
    shown = rows.select_related("contact").only("student", "text", "due_on", "contact__name")
    return shown.prefetch_related("student")  # one student has many


def _says_step(step: ActionStep) -> NoticeText:
    about = f"Your next step with {step.contact.name}. " if step.contact else ""
    return NoticeText(
        person=step.student,
        title=step.text,
        text=f"{about}Is it done, or is there a better day for it?",
        url=page_at("contact", step.contact_id) if step.contact_id else page_at("today"),
    )


def _events(now: datetime) -> QuerySet[Event]:
    return Event.objects.select_related("student").filter(_day_begun(now, "asks_on"), answered_at=None)


def _says_event(event: Event) -> NoticeText:
    return NoticeText(
        person=event.student,
        title=f"Who did you meet at {event.name}?",
        text="Write down the names while you remember them. One name on each line is enough.",
        url=page_at("event", event.pk),
    )


def _second_thanks(now: datetime) -> QuerySet[Outcome]:
    """The student applied or was offered something because of a conversation (R117)."""
    return Outcome.objects.select_related("student", "contact").filter(
        _day_begun(now, "happened_on"),
        kind__in=[Outcome.Kind.APPLIED, Outcome.Kind.OFFER],
        second_thanks_at=None,
        contact__archived_at=None,
    )


def _says_second(outcome: Outcome) -> NoticeText:
    return NoticeText(
        person=outcome.student,
        title=f"Thank {outcome.contact.name} a second time",
        text="Their advice led to something. Let them know. There is nothing to ask for; they’re glad to know.",
        url=page_at("contact", outcome.contact_id),
    )


def _new_in_searches(now: datetime) -> "QuerySet[WithNews]":
    """Somebody new was found in a search that the student keeps, and they have not looked yet (R201)."""
    kept = SavedSearch.objects.kept().filter(is_muted=False).select_related("student")
    return with_news(kept, now).filter(news__gt=0)


def _says_new(saved: "WithNews") -> NoticeText:
    people = "1 new person matches" if saved.news == 1 else f"{saved.news} new people match"
    return NoticeText(
        person=saved.student,
        title=f"{people} “{saved.name}”",
        text="You saved this search, and we found them in it.",
        url=page_at("saved_search", saved.pk),
    )


def _who_is_new(notice: Notice) -> dict[str, object]:
    """Who is new, as the search finds them when the mail is written, and the link that stops mails about it."""
    now = timezone.now()
    saved = SavedSearch.objects.kept().select_related("student__student_profile").filter(pk=notice.subject_id).first()
    if saved is None:
        return {}
    return {"people": views_saved.told_of(saved, now), "stop_url": views_saved.stop_url(saved, now)}


# --- alumni: one question a year, and nothing else (docs/adr/0005) ----------------------------------------------------


def _says_check(check: ProfileCheck) -> NoticeText:
    return NoticeText(
        person=_there(check.alum.user),
        title="Is your alumni profile still correct?",
        text="We ask once a year. Save your profile, changed or not, to confirm it.",
        url=page_at("alum_profile_edit"),
    )


TALKS, ASKING, TOUCH = "Before and after conversations", "Requests", "Staying in touch"
FINDING = "Finding people"
MONDAYS = (How.WEEKLY, How.NEVER)  # what is looked at once a week

RULES = [
    Rule(
        name="interview-tomorrow",
        group=TALKS,
        label="The day before a conversation",
        why="24 hours before, with your questions.",
        due=lambda now: _coming(now, 24 * H, 1 * H),
        key=("pk", "starts_at"),
        due_at=lambda row: row.starts_at - 24 * H,
        says=_says_tomorrow,
        lasts=23 * H,
        action="See your questions",
        thing="interview",
        offers=NOW_OR_NOT,
        is_in_pause=True,
        adds=_to_take_along,
    ),
    Rule(
        name="interview-hour",
        group=TALKS,
        label="An hour before a conversation",
        why="Where it is, and your questions.",
        due=lambda now: _coming(now, 1 * H, 0 * H),
        key=("pk", "starts_at"),
        due_at=lambda row: row.starts_at - H,
        says=_says_hour,
        lasts=H,
        action="Open your questions",
        thing="interview",
        offers=NOW_OR_NOT,
        is_in_pause=True,
    ),
    Rule(
        name="interview-quarter",
        group=TALKS,
        label="15 minutes before a video or phone conversation",
        why="A quiet place, and a check that the link or number works.",
        due=_coming_from_afar,
        key=("pk", "starts_at"),
        due_at=lambda row: row.starts_at - H / 4,
        says=_says_quarter,
        lasts=H / 4,
        action="Open your questions",
        thing="interview",
        offers=NOW_OR_NOT,
        is_in_pause=True,
    ),
    Rule(
        name="write-down",
        group=TALKS,
        label="Save what you learned",
        why="As soon as a conversation is over, while you remember it.",
        due=_ended,
        key=("pk", "sequence"),
        due_at=lambda row: row.over_at,
        says=_says_write,
        lasts=WEEK,
        action="Reflect",
    ),
    Rule(
        name="thank-you-first",
        group=TALKS,
        label="Thank them",
        why="20 hours after you talked, if you haven’t yet.",
        due=_unthanked(FIRST_WORD, until=LAST_WORD),
        key=("pk", "sequence"),
        due_at=lambda row: row.over_at + FIRST_WORD * H,
        says=_says_thank,
        lasts=(LAST_WORD - FIRST_WORD) * H,
        action="Write the note",
        thing="thank-you",
        is_one_task=True,
        deadline=lambda row: row.thank_by,
        offers=CANNOT_WAIT,
        is_in_pause=True,
        adds=_in_their_words,
    ),
    Rule(
        name="thank-you-second",
        group=TALKS,
        label="Thank them, second reminder",
        why="8 hours before the 2 days are over.",
        due=_unthanked(LAST_WORD, until=72),  # a worker that was away still sends it, once
        key=("pk", "sequence"),
        due_at=lambda row: row.over_at + LAST_WORD * H,
        says=_says_thank,
        lasts=(72 - LAST_WORD) * H,
        action="Write the note",
        thing="thank-you",
        is_one_task=True,
        deadline=lambda row: row.thank_by,
        offers=CANNOT_WAIT,
        is_in_pause=True,
        adds=_in_their_words,
    ),
    Rule(
        name="thank-you-late",
        group=TALKS,
        label="A thank-you is late",
        why="It appears in To do, without an email.",
        due=_unthanked(THANK_YOU_HOURS, until=60 * 24),
        key=("pk", "sequence"),
        due_at=lambda row: row.thank_by,
        says=_says_late,
        lasts=3 * DAY,
        action="Write the note",
        thing="thank-you",
        is_one_task=True,
        how=How.NEVER,
        offers=(How.NEVER,),
    ),
    Rule(
        name="replied",
        group=ASKING,
        label="Someone is waiting for you to pick a time",
        why="A day after they suggested new times.",
        due=_waiting_for_student,
        key=("pk", "answered_at"),
        due_at=lambda row: row.answered_at + 24 * H,
        says=_says_replied,
        lasts=WEEK,
        action="See the times",
    ),
    Rule(
        name="unanswered",
        group=ASKING,
        label="A request has no reply",
        why="When it’s time for a reminder, and maybe to ask someone else.",
        due=_unanswered,
        key=("pk", "sent_at"),
        due_at=lambda row: row.quiet_from,
        says=_says_unanswered,
        lasts=WEEK,
        action="See your request",
        how=How.NEVER,
    ),
    Rule(
        name="coach-note",
        group=ASKING,
        label="Your coach wrote you a note",
        why="When it is there for you to read.",
        due=_coach_notes,
        key=("pk", "shared_at"),
        due_at=lambda row: row.shared_at,
        says=_says_note,
        lasts=WEEK,
        action="Review",
    ),
    Rule(
        name="close-loop",
        group=TOUCH,
        label="Tell the person who suggested someone how it went",
        why="A day after you talked with the person they suggested.",
        due=_open_loops,
        key=("pk",),
        due_at=lambda row: row.talked_at + 24 * H,
        says=_says_loop,
        lasts=WEEK,
        action="Write 2 sentences",
    ),
    Rule(
        name="cadence",
        group=TOUCH,
        label="A good week to write to someone",
        why="When it’s time, as you chose.",
        due=_cadences,
        key=("pk", "due_on"),
        due_at=_eight("due_on"),
        says=_says_cadence,
        lasts=WEEK,
        action="Write a note",
    ),
    Rule(
        name="action-step",
        group=TOUCH,
        label="A next step",
        why="On the morning of the day you chose.",
        due=_steps,
        key=("pk", "due_on"),
        due_at=_eight("due_on"),
        says=_says_step,
        lasts=WEEK,
        action="See your next step",
    ),
    Rule(
        name="event-met",
        group=TOUCH,
        label="Who you met at an event",
        why="On the morning after it.",
        due=_events,
        key=("pk", "asks_on"),
        due_at=_eight("asks_on"),
        says=_says_event,
        lasts=WEEK,
        action="Add names",
    ),
    Rule(
        name="second-thanks",
        group=TOUCH,
        label="Thank someone a second time",
        why="When their advice led to an application or an offer.",
        due=_second_thanks,
        key=("pk",),
        due_at=_eight("happened_on"),
        says=_says_second,
        lasts=14 * DAY,
        action="Write to them",
    ),
    Rule(
        name="saved-search",
        group=FINDING,
        label="Someone new matches a saved search",
        why="On Monday morning, if someone does.",
        due=_new_in_searches,
        key=("pk", "found_at"),
        due_at=lambda row: row.found_at,
        says=_says_new,
        lasts=WEEK,
        action="See who’s new",
        how=How.WEEKLY,
        offers=MONDAYS,
        adds=_who_is_new,
    ),
    Rule(
        name="review-waiting",
        group="Your students",
        label="Drafts waiting for your review",
        why="We email you about each one when it comes. This is a morning list of what’s left.",
        due=_waiting_reviews,
        key=("pk",),
        due_at=lambda row: row.asked_at,
        says=_says_review,
        lasts=2 * DAY,
        action="Review",
        how=How.NEVER,  # the act of submitting mails the coach already: one mail per event and person
        offers=LATER,
        role="coach",
    ),
    *PRACTICE,
    *COHORTS,
    Rule(
        name="profile-check",
        group="Your profile",
        label="Is your profile still correct?",
        why="Once a year. We send nothing else automatically.",
        due=checks.open_at,
        key=("pk",),
        due_at=lambda row: row.asked_at,
        says=_says_check,
        lasts=14 * DAY,
        action="Check your profile",
        offers=NOW_OR_NOT,
        role="alum",
        letter="profile_check",
    ),
]

BY_NAME = {rule.name: rule for rule in RULES}
ONE_TASK = [rule.name for rule in RULES if rule.is_one_task]


def notice_for(rule: Rule, subject: Any) -> Notice:
    """Return the unsaved notice that `rule` gives for one of its `rows`."""
    return Notice(**fields_for(rule, subject))


def expiry(notice: Notice, wakes_at: datetime) -> datetime | None:
    """Return until when a notice that comes back at `wakes_at` is worth a mail: as long as one that is new then.

    One with a deadline keeps it.
    """
    rule = BY_NAME.get(notice.rule)
    if rule is None or rule.deadline or notice.expires_at is None:
        return notice.expires_at
    return max(notice.expires_at, wakes_at + rule.lasts)


def fields_for(rule: Rule, subject: Any) -> dict[str, Any]:
    """Return the fields of that notice."""
    notice_text = rule.says(subject)
    due_at = rule.due_at(subject)
    return {
        "key": subject.notice_key,
        "rule": rule.name,
        "thing": f"{rule.thing or rule.name}:{subject.pk}",
        "person_id": notice_text.person.pk,
        "subject_id": subject.pk,
        "title": notice_text.title[:200],
        "text": notice_text.text,
        "url": notice_text.url,
        "due_at": due_at,
        "deadline_at": rule.deadline(subject) if rule.deadline else None,
        "expires_at": due_at + rule.lasts,
    }
