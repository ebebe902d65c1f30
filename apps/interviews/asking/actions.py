"""The student's side of the ask: open a draft, save it, send it, take it back, withdraw it (R49 to R65, R204, R214).

It decides when a draft may leave. What is said about its words is checks.py's, the coach's part reviews.py's.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, TextField, Value
from django.db.models.functions import MD5, Cast, Concat

from apps.accounts.models import User
from apps.alumni import limits
from apps.alumni.accounts import account_of
from apps.alumni.models import AlumniProfile, Format
from apps.interviews.asking import mails
from apps.interviews.asking.leaving import dispatch, forget_asking, lock_with_entry
from apps.interviews.asking.provenance import beginning_of
from apps.interviews.asking.reviews import must_be_read, submit
from apps.interviews.asking.samples import subjects
from apps.interviews.lifecycle import links
from apps.interviews.lifecycle.acts import Stale, act, lock, lock_people, lock_with_people, move
from apps.interviews.lifecycle.models import Channel, InterviewRequest, TimeWindow
from apps.interviews.lifecycle.moves import UNDER_WAY, Actor, RequestStatus
from apps.interviews.scheduling import choosing
from apps.interviews.scheduling.slots import Offer
from apps.interviews.scheduling.week import Span
from apps.interviews.scheduling.windows import check_window
from apps.interviews.sharing.away import reader_of
from apps.network import actions as network
from apps.network.models import Contact, Referral
from apps.policy.models import Policy
from apps.students import spoken
from apps.students.models import Introduction
from apps.web.answers import Refused
from apps.web.autosave import save_version, write

# --- opening ----------------------------------------------------------------------------------------------------------


@act
def open_draft(alum: AlumniProfile, *, by: User, now: datetime) -> InterviewRequest:
    """Return the request to `alum` that is under way, or a fresh draft. Raises Refused where they cannot be asked."""
    lock_people(by.pk)
    contact = network.contact_for(alum, student=by)
    found = _under_way(contact)
    if found:
        return found
    refusal = limits.refusal(alum, by, now)
    if refusal:
        raise Refused(refusal)
    account_of(alum)
    return _new_draft(contact, alum=alum, now=now, formats=alum.formats or [Format.VIDEO, Format.PHONE])


@act
def open_outside(contact: Contact, *, by: User, now: datetime, channel: str = Channel.EMAIL) -> InterviewRequest:
    """Return the request under way to somebody outside the directory, or a fresh draft."""
    lock_people(by.pk)
    formats = [Format.VIDEO, Format.PHONE]
    return _under_way(contact) or _new_draft(contact, alum=None, now=now, formats=formats, channel=channel)


def _under_way(contact: Contact) -> InterviewRequest | None:
    return InterviewRequest.objects.filter(contact=contact, student=contact.student_id).under_way().first()


def _new_draft(contact: Contact, *, alum: AlumniProfile | None, now: datetime, **fields: Any) -> InterviewRequest:
    return InterviewRequest.objects.create(
        student_id=contact.student_id,
        contact=contact,
        referral=Referral.objects.filter(contact=contact).order_by("-named_at", "-pk").first(),
        subject=subjects(Policy.now())[0],
        wants_research=True,
        part_who=_who(contact.student),
        part_connection=beginning_of(contact, alum=alum, now=now).text,
        alum=alum,
        **fields,
    )


def _who(student: User) -> str:
    """Begin part one with the student’s own introduction, else with what the profile knows (R53)."""
    profile, policy = student.student_profile, Policy.now()
    said = Introduction.objects.filter(student=student).values_list("who", flat=True).first()
    if said and said.strip():
        return spoken.opening(said.strip(), called=student.called, first_name=student.first_name)
    return f"I’m {student.called}, {profile.described} at {policy.short_name}."


# --- writing ----------------------------------------------------------------------------------------------------------


@act
def save(request: InterviewRequest, *, version: int, values: Mapping[str, object]) -> InterviewRequest:
    """Write what changed into a draft. Returns it as it is now.

    Raises Conflict when somebody saved since `version`, Stale when it is no draft any more.
    """
    fresh = _draft(request)
    save_version(fresh, version, values, noun="This draft")
    return fresh


def _draft(request: InterviewRequest) -> InterviewRequest:
    fresh = lock(request)
    if fresh.status != RequestStatus.DRAFT:
        raise Stale("This request is no longer a draft. Undo the send first if you want to change it.")
    return fresh


@act
def research(request: InterviewRequest, *, values: Mapping[str, object]) -> InterviewRequest:
    """Write the three lines that open the letter, or why there are none (R45)."""
    fresh = _draft(request)
    for name, value in values.items():
        setattr(fresh, name, value)
    fresh.wants_research = False
    fresh.save(update_fields=[*values, "wants_research"])
    return fresh


@act
def offer(
    request: InterviewRequest,
    *,
    starts_at: datetime,
    ends_at: datetime,
    zone: str,
    now: datetime,
    replacing: int | None = None,
) -> TimeWindow:
    """Add a time to a draft, or put it in the place of another."""
    fresh = _draft(request)
    others = [window for window in fresh.windows.filter(offered_by="student") if window.pk != replacing]
    check_window(starts_at, ends_at, others, minutes=fresh.minutes, now=now)
    replaced = list(fresh.windows.filter(pk=replacing, offered_by="student")) if replacing else []
    for window in replaced:
        window.delete()
    removed = [Span(window.starts_at, window.ends_at) for window in replaced]
    choosing.follow(fresh, "student", added=[Span(starts_at, ends_at)], removed=removed)
    return TimeWindow.objects.create(
        request=fresh, offered_by="student", starts_at=starts_at, ends_at=ends_at, zone=zone
    )


@act
def offer_all(request: InterviewRequest, *, windows: Sequence[Offer], now: datetime) -> None:
    """Offer these times with a draft, in the place of those it had. `windows` are (start, end, zone)."""
    fresh = _draft(request)
    made = [
        TimeWindow(request=fresh, offered_by="student", starts_at=start, ends_at=end, zone=zone)
        for start, end, zone in windows
    ]
    for number, window in enumerate(made):
        check_window(window.starts_at, window.ends_at, made[:number], minutes=fresh.minutes, now=now)
    fresh.windows.filter(offered_by="student").delete()
    TimeWindow.objects.bulk_create(made)


@act
def withdraw_offer(request: InterviewRequest, *, window: int) -> None:
    """Take a time out of a draft."""
    fresh = _draft(request)
    found = fresh.windows.filter(pk=window, offered_by="student").first()
    if found:
        found.delete()
        choosing.follow(fresh, "student", removed=[Span(found.starts_at, found.ends_at)])


@act
def keep_mine(request: InterviewRequest, *, key: str) -> None:
    """Remember that the student wants a sentence as it is; the hint stays silent until the sentence changes."""
    fresh = _draft(request)
    if key not in fresh.kept:
        fresh.kept = [*fresh.kept, key[:80]][-60:]
        fresh.save(update_fields=["kept"])


@act
def use_sentence(request: InterviewRequest, *, part: str, sentence: str, suggestion: str) -> InterviewRequest:
    """Put a suggested sentence in the place of the student's, at their own request."""
    fresh = _draft(request)
    name = part if part in ("subject", "goals") else f"part_{part}"
    text = getattr(fresh, name)
    if sentence not in text:
        raise Stale("This sentence changed while you had the page open. Check it and try again.")
    write(fresh, {name: text.replace(sentence, suggestion, 1)})
    return fresh


@act
def begin(request: InterviewRequest, *, now: datetime) -> str:
    """Begin the second part with what the network knows, where it is still empty (R54). Returns its name."""
    fresh = _draft(request)
    beginning = beginning_of(fresh.contact, alum=fresh.alum, now=now)
    if fresh.part_connection.strip() or not beginning.text:
        raise Stale("You already wrote this part. Check it and change it as you like.")
    write(fresh, {"part_connection": beginning.text})
    return "connection"


@act
def allow_name(request: InterviewRequest, *, referrer: int, now: datetime) -> None:
    """Record that `referrer` said yes to being named in this request (R99)."""
    row = Contact.objects.filter(pk=referrer, student_id=request.student_id).first()
    if row is None or row.pk == request.contact_id:
        raise Refused("Choose someone from your network.")
    referral = network.name_person(row, name=request.contact.name, name_permission="yes", now=now)
    if request.referral_id is None and referral.contact_id == request.contact_id:
        InterviewRequest.objects.filter(pk=request.pk).update(referral=referral)


@act
def discard(request: InterviewRequest) -> None:
    """Throw a draft away that was never sent."""
    _draft(request).delete()


# --- sending ----------------------------------------------------------------------------------------------------------


MOST_AHEAD = timedelta(days=14)


def press_send(
    request: InterviewRequest, *, by: User, now: datetime, send_at: datetime | None = None
) -> InterviewRequest:
    """Send a draft, or hand it to the coach first where the rule or the student wants that.

    `send_at`: when it may leave at the earliest. Raises Refused for one that has passed or lies too far ahead.
    """
    if send_at is not None and not now < send_at <= now + MOST_AHEAD:
        raise Refused("Choose a future time within the next 2 weeks.")
    _check_research(request)
    _leave_at(request, send_at)
    reader = reader_of(request.student, now)
    if must_be_read(request, reader) or (request.wants_review and not reader.is_released):
        return submit(request, by=by, now=now)
    return send(request, by=by, now=now)


def _check_research(request: InterviewRequest) -> None:
    if request.wants_research:
        raise Refused("First write your 3 lines of research, or say why you’re skipping it.")


@act
def _leave_at(request: InterviewRequest, send_at: datetime | None) -> None:
    fresh = _draft(request)
    if fresh.send_at != send_at:
        fresh.send_at = send_at
        fresh.save(update_fields=["send_at"])


@act
def send(request: InterviewRequest, *, by: User, now: datetime) -> InterviewRequest:
    """The student sends it: it leaves after the minutes in which it can be taken back."""
    fresh = lock_with_entry(request)
    if must_be_read(fresh, reader_of(fresh.student, now)):
        raise Refused("Your coach has to review this request first. Send it to your coach.")
    return dispatch(fresh, "send", actor="student", by=by, now=now, undo=True)


@act
def mark_sent(
    request: InterviewRequest, *, by: User, now: datetime, channel: str, sent_at: datetime | None = None
) -> InterviewRequest:
    """The student sent it from their own mailbox, or said it on the phone (R49, R50), now or at `sent_at`."""
    lock_people(request.student_id)
    if request.alum_id:
        raise Refused("Rapport sends this request for you. You don’t need to record it.")
    _check_research(request)
    at = sent_at or now
    if at > now:
        raise Refused("That time is in the future. Record it after you send it.")
    if at <= now - timedelta(days=Policy.now().answer_days):
        raise Refused("That’s too long ago to wait for a reply. Write again, and record that day.")
    InterviewRequest.objects.filter(pk=request.pk).update(channel=channel)
    return dispatch(lock(request), "send", actor="student", by=by, now=at)


# --- afterwards -------------------------------------------------------------------------------------------------------


@act
def take_back(request: InterviewRequest, *, by: User, now: datetime) -> InterviewRequest:
    """Back to the draft, as long as the letter has not begun to leave."""
    return back_to_draft(lock_with_people(request), "take_back", actor="student", by=by, now=now)


def back_to_draft(
    sent: InterviewRequest, event: str, *, actor: Actor, now: datetime, by: User | None = None, note: str = ""
) -> InterviewRequest:
    """Make a sent request, locked, a draft again. Raises Stale when its letter has begun to leave."""
    if sent.alum_id and not mails.take_letter_back(sent):
        raise Stale("Your request was already sent. You can still withdraw it.")
    links.revoke(sent, now=now)
    forget_asking(sent)
    return move(
        sent,
        event,
        actor=actor,
        by=by,
        now=now,
        note=note,
        sent_at=None,
        leaves_at=None,
        deadline_at=None,
        turn="",
        sent_text="",
        version=sent.version + 1,
    )


@act
def withdraw(
    request: InterviewRequest, *, by: User, now: datetime, note: str = "", is_closed: bool = False
) -> InterviewRequest:
    """The student no longer asks. The alum hears of it, if the letter had left.

    `is_closed`: it is not their wish, their account is closed.
    """
    before = lock_with_people(request)
    waited = before.status != RequestStatus.IN_REVIEW
    not_left = bool(before.alum_id and waited and mails.take_letter_back(before))
    before.reviews.filter(verdict="waiting").update(verdict="returned", answered_at=now)
    mails.take_nudge_back(before)
    leaves_at = None if not_left else before.leaves_at  # the alum never sees what did not leave
    after = move(before, "withdraw", actor="student", by=by, now=now, note=note, turn="", leaves_at=leaves_at)
    if after.alum_id and waited and not not_left:
        mails.withdrawn(after, note=note, is_closed=is_closed)
    return after


def under_way_to(alum: AlumniProfile, student: User) -> InterviewRequest | None:
    """Return the student's request to an alum that is under way, or None."""
    rows = InterviewRequest.objects.filter(alum=alum, student=student, status__in=UNDER_WAY)
    return rows.order_by("-pk").first()


def alternatives(request: InterviewRequest, now: datetime) -> list[AlumniProfile]:
    """Return up to three others of the directory who can be asked and may fit as well (R214).

    Of the same field first, then with the same studies; those asked least first, and for every student others.
    """
    if request.alum is None:
        return []
    policy, mine = Policy.now(), Value(f":{request.student_id}", output_field=TextField())
    others = (
        AlumniProfile.objects.listed()
        .filter(is_paused=False)
        .exclude(paused_until__gt=limits.today(now, policy))
        .exclude(monthly_cap=0)
        .exclude(pk__in=[request.alum_id, *limits.unavailable_ids(now, policy)])
        .exclude(requests__student=request.student)
        .exclude(blocked_students__student=request.student)
        .annotate(times_asked=Count("requests"), spread=MD5(Concat(Cast("pk", TextField()), mine)))
        .order_by("times_asked", "spread", "pk")
    )
    found: list[AlumniProfile] = []
    for near in _near(request.alum):
        found += others.filter(near).exclude(pk__in=[other.pk for other in found]).lean()[: 3 - len(found)]
    return found


def _near(alum: AlumniProfile) -> list[Q]:
    """Return what makes somebody fit in the place of `alum`, the closest first."""
    near = [Q(field=alum.field)] if alum.field else []
    near += [Q(majors__overlap=alum.majors)] if alum.majors else []
    return near or [Q()]
