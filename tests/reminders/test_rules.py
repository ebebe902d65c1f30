"""What is due, to the second and for how long, for every rule and over every change of the clocks (R221, R222)."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import resolve

from apps.accounts.models import User
from apps.alumni.models import AlumniProfile
from apps.clock import times
from apps.coaching.models import SharedNote
from apps.cohorts.models import Assignment, Excuse, Reflection
from apps.directory.models import SavedSearch
from apps.finding.models import Event
from apps.interviews.asking.models import CommentReply, Review, ReviewComment
from apps.interviews.debriefing.models import Debrief
from apps.interviews.lifecycle.models import Interview, InterviewRequest
from apps.interviews.thanking.models import ThankYou
from apps.mail import outbox
from apps.mail.models import OutboundMessage
from apps.network.models import ActionStep, Cadence, Contact, Outcome, Referral
from apps.policy.models import Policy
from apps.practice.models import Feedback, FriendPractice, Practice, Slot
from apps.reminders import letters, preferences, sweep
from apps.reminders.models import How, Notice, Preference, ProfileCheck
from apps.reminders.recheck import still_due
from apps.reminders.rules import BY_NAME, RULES, notice_for
from apps.students.models import Cohort, StudentProfile
from apps.suggestions.models import Suggestion
from tests import world

pytestmark = pytest.mark.django_db
H = timedelta(hours=1)
S = timedelta(seconds=1)
DAY = timedelta(days=1)
MINUTES = timedelta(minutes=20)


def due(name, now):
    return [row.notice_key for row in BY_NAME[name].rows(now).order_by("pk")]


# --- every rule: how its occasion is made at a moment, when it is due, and what ends it -------------------------------


def _coming_talk(student, at):
    return world.interview(student, world.contact(student), starts_at=at)


def _talk(student, at):
    return world.interview(student, world.contact(student), starts_at=at - MINUTES)


def _countered(student, at):
    return world.sent_request(
        student, world.contact(student), at=at - DAY, status="countered", turn="student", answered_at=at
    )


def _sent(student, at):
    return world.sent_request(student, world.contact(student), at=at)


def _found(student, at):
    alum = world.alum_profile("Ana Ruiz")
    AlumniProfile.objects.filter(pk=alum.pk).update(updated_at=at - H)
    search = {"name": "Nurses", "address": "?q=nurse", "looked_at": at, "found_at": at, "new_ids": [alum.pk]}
    return SavedSearch.objects.create(student=student, **search)


def _review(student, at):
    request = world.interview_request(student, world.contact(student), status="in_review")
    return Review.objects.create(request=request, coach=student.student_profile.coach, asked_at=at, due_at=at + DAY)


def _reply(student, at, *, is_by_student=False):
    review = _review(student, at - DAY)
    Review.objects.update(verdict="returned", answered_at=at - DAY)
    comment = ReviewComment.objects.create(review=review, part="why", text="Why?")
    author = student if is_by_student else student.student_profile.coach
    return comment.replies.create(author=author, is_by_student=is_by_student, text="Because.", said_at=at)


def _reply_of_student(student, at):
    return _reply(student, at, is_by_student=True)


def _left_by_the_coach(reply, at):
    StudentProfile.objects.update(coach=None)


def _loop(student, at):
    named = world.contact(student, "Marcus Adeyemi")
    world.interview(student, named, starts_at=at - MINUTES, status="completed")
    return world.referral(world.contact(student), named)


def _cadence(student, at):
    contact, day = world.contact(student), at.astimezone(student.zone).date()
    return Cadence.objects.create(student=student, contact=contact, months=3, due_on=day, chosen_at=at)


def _step(student, at):
    day = at.astimezone(student.zone).date()
    return ActionStep.objects.create(student=student, text="Sign up for the course", due_on=day)


def _event(student, at):
    day = at.astimezone(student.zone).date()
    return Event.objects.create(student=student, name="Career fair", held_on=day - DAY)


def _applied(student, at):
    day = at.astimezone(student.zone).date()
    return Outcome.objects.create(student=student, contact=world.contact(student), kind="applied", happened_on=day)


def _coach_note(student, at):
    coach = student.student_profile.coach
    return SharedNote.objects.create(student=student, author=coach, text="Well done", shared_at=at)


def _suggestion(student, at):
    coach = student.student_profile.coach
    return Suggestion.objects.create(
        student=student, author=coach, name="Nils Berg", why="Her day", made_at=at, expires_at=at + 21 * DAY
    )


def _check(student, at):
    return ProfileCheck.objects.create(alum=world.alum().alumni_profile, asked_at=at)


def _assigned(student, at):
    profile = student.student_profile
    profile.cohort = Cohort.objects.create(name="Fall")
    profile.save()
    days = {"from_on": at.date() - 40 * DAY, "from_at": at - 40 * DAY, "due_on": at.date(), "due_at": at}
    Assignment.objects.create(cohort=profile.cohort, conversations=1, made_at=at - 50 * DAY, **days)
    return profile


def _excused(profile, at):
    Excuse.objects.create(assignment=Assignment.objects.get(), student=profile.user, at=at)


def _done(profile, at):
    one, student = Assignment.objects.get(), profile.user
    Reflection.objects.create(assignment=one, student=student, text="Much", handed_in_at=at)
    world.interview(student, world.contact(student), starts_at=one.due_at - 20 * DAY, status="completed")


def _practice(student, at):
    coach = student.student_profile.coach
    span = {"coach": coach, "starts_at": at, "ends_at": at + MINUTES}
    slot = Slot.objects.create(place="Ashby 204", **span)
    return Practice.objects.create(student=student, slot=slot, booked_at=at - 9 * DAY, **span)


def _practiced(student, at):
    return _practice(student, at - MINUTES)


def _noticed(student, at):
    row = _practiced(student, at)
    Feedback.objects.create(practice=row, words="Slow down.", shared_at=at)
    return row


def _friend_noticed(student, at):
    made = FriendPractice.objects.create(student=student, name="Sam", made_at=at - DAY, open_until=at + DAY)
    Feedback.objects.create(with_friend=made, words="Slow down.", shared_at=at)
    return made


def _read_of_friend(row, at):
    Feedback.objects.filter(with_friend=row).update(read_at=at)


def _read_by_student(row, at):
    Feedback.objects.filter(practice=row).update(read_at=at)


def _taken_back(row, at):
    Feedback.objects.filter(practice=row).update(shared_at=None)


def _told(row, at):
    Feedback.objects.create(practice=row, words="Slow down.", shared_at=at)


def _thanked(talk, at):
    ThankYou.objects.create(interview=talk, sent_at=at)


def _set(**changes):
    def end(row, at):
        type(row).objects.filter(pk=row.pk).update(**changes)

    return end


def _at(name):
    def end(row, at):
        type(row).objects.filter(pk=row.pk).update(**{name: at})

    return end


def _finished(talk, at):
    Debrief.objects.create(interview=talk, finished_at=at)


def _confirmed(check, at):
    check.alum.confirmed_at = at
    check.alum.save()


MORNING = "morning"  # at eight, where the student is, on the day of the moment
CALLED_OFF = _set(status="cancelled")
EVERY = {
    # rule: (what happens at a moment, how long after it the rule begins, and how long it holds; what ends it sooner)
    "interview-tomorrow": (_coming_talk, -24 * H, 23 * H, [CALLED_OFF]),
    "interview-hour": (_coming_talk, -1 * H, 1 * H, [CALLED_OFF, _set(status="no_show")]),
    "interview-quarter": (_coming_talk, -H / 4, H / 4, [CALLED_OFF, _set(format="in_person"), _set(status="no_show")]),
    "write-down": (_talk, 0 * H, 60 * DAY, [_finished, CALLED_OFF, _set(status="no_show")]),
    "thank-you-first": (_talk, 20 * H, 20 * H, [_thanked, CALLED_OFF, _set(status="no_show")]),
    "thank-you-second": (_talk, 40 * H, 32 * H, [_thanked, CALLED_OFF]),
    "thank-you-late": (_talk, 48 * H, 58 * DAY, [_thanked, CALLED_OFF]),
    "replied": (
        _countered,
        24 * H,
        59 * DAY + S,
        [_set(status="withdrawn"), _set(turn="alum"), _set(status="expired")],
    ),
    "unanswered": (_sent, 6 * DAY, 8 * DAY, [_set(status="withdrawn"), _set(status="declined"), _set(turn="")]),
    "coach-note": (_coach_note, 0 * H, 60 * DAY + S, [_at("read_at"), _set(shared_at=None)]),
    "comment-reply": (_reply, 0 * H, 60 * DAY + S, [_at("read_at")]),
    "comment-reply-coach": (_reply_of_student, 0 * H, 60 * DAY + S, [_at("read_at"), _left_by_the_coach]),
    "suggestion": (
        _suggestion,
        H / 12,
        21 * DAY - H / 12,
        [_set(state="withdrawn"), _set(state="taken"), _at("seen_at")],
    ),
    "close-loop": (_loop, 24 * H, 59 * DAY + S, [_at("loop_closed_at")]),
    "cadence": (_cadence, MORNING, 61 * DAY, [_set(due_on=date(2028, 1, 1))]),
    "action-step": (_step, MORNING, 61 * DAY, [_at("done_at"), _set(due_on=None)]),
    "event-met": (_event, MORNING, 61 * DAY, [_at("answered_at")]),
    "second-thanks": (_applied, MORNING, 61 * DAY, [_at("second_thanks_at")]),
    "saved-search": (_found, 0 * H, 14 * DAY + S, [_at("opened_at"), _at("removed_at"), _set(is_muted=True)]),
    "review-waiting": (_review, 0 * H, 60 * DAY + S, [_set(verdict="approved"), _set(coach=None)]),
    "assignment-week": (_assigned, -7 * DAY, 5 * DAY, [_set(shares_network=False), _excused, _done, _set(cohort=None)]),
    "assignment-soon": (_assigned, -2 * DAY, 2 * DAY, [_excused, _done]),
    "practice-tomorrow": (_practice, -24 * H, 23 * H, [CALLED_OFF, _set(status="missed")]),
    "practice-hour": (_practice, -1 * H, 1 * H, [CALLED_OFF]),
    "practice-feedback": (_noticed, 0 * H, 60 * DAY + S, [_read_by_student, _taken_back]),
    "practice-friend": (_friend_noticed, 0 * H, 60 * DAY + S, [_read_of_friend]),
    "practice-with-you": (_practice, -24 * H, 23 * H, [CALLED_OFF]),
    "practice-unwritten": (_practiced, 24 * H, 59 * DAY + S, [CALLED_OFF, _set(status="missed"), _told]),
    "profile-check": (_check, 0 * H, 30 * DAY + S, [_confirmed]),
}
MOMENTS = {  # each side of both changes of the clocks, in the north and in the south, and far from any
    "Chicago, far from a change": ("America/Chicago", datetime(2026, 11, 12, 16, 40, tzinfo=UTC)),
    "Chicago, the day before the clocks go back": ("America/Chicago", datetime(2026, 10, 31, 18, 0, tzinfo=UTC)),
    "Chicago, in the hour that comes twice": ("America/Chicago", datetime(2026, 11, 1, 6, 30, tzinfo=UTC)),
    "Chicago, the day the clocks went back": ("America/Chicago", datetime(2026, 11, 1, 18, 0, tzinfo=UTC)),
    "Chicago, the day before the clocks go on": ("America/Chicago", datetime(2027, 3, 13, 18, 0, tzinfo=UTC)),
    "Chicago, the day the clocks went on": ("America/Chicago", datetime(2027, 3, 14, 18, 0, tzinfo=UTC)),
    "Santiago, before the clocks go on": ("America/Santiago", datetime(2026, 9, 5, 15, 0, tzinfo=UTC)),
    "Santiago, after they went on": ("America/Santiago", datetime(2026, 9, 6, 15, 0, tzinfo=UTC)),
    "Santiago, before they go back": ("America/Santiago", datetime(2027, 4, 3, 15, 0, tzinfo=UTC)),
    "Santiago, after they went back": ("America/Santiago", datetime(2027, 4, 4, 15, 0, tzinfo=UTC)),
}


def _placed(student, zone):
    """Move the student to a zone."""
    User.objects.filter(pk=student.pk).update(time_zone=zone)
    student.refresh_from_db()
    return student


def _span(name, at, zone):
    """Return the first instant at which the rule holds about `at`, and the first at which it does not any more."""
    _, begins, holds, _ = EVERY[name]
    if begins != MORNING:
        return at + begins, at + begins + holds
    day = at.astimezone(ZoneInfo(zone)).date()
    ends = day + holds
    return tuple(datetime(d.year, d.month, d.day, 8, tzinfo=ZoneInfo(zone)).astimezone(UTC) for d in (day, ends))


def test_the_table_holds_every_rule():
    assert set(EVERY) == set(BY_NAME)


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("name", EVERY)
def test_each_rule_holds_from_its_second_to_its_last(student, name, moment):
    zone, at = MOMENTS[moment]
    row = EVERY[name][0](_placed(student, zone), at)
    first, end = _span(name, at, zone)
    assert due(name, first - S) == []
    [key] = due(name, first)
    [kept] = BY_NAME[name].rows(first)
    assert (kept.pk, BY_NAME[name].due_at(kept)) == (row.pk, first)
    assert due(name, end - S) == [key]
    assert due(name, end) == []


@pytest.mark.parametrize(("name", "n"), [(name, n) for name, (*_, ends) in EVERY.items() for n in range(len(ends))])
def test_nothing_is_due_any_more_when_its_reason_has_gone(student, now, name, n):
    make, *_, ends = EVERY[name]
    row, (first, _) = make(student, now), _span(name, now, "America/Chicago")
    mail = _mailed(name, first)
    assert still_due(mail, first)
    ends[n](row, first)
    assert (due(name, first), still_due(mail, first)) == ([], False)


def _mailed(name, at):
    """Promise the mail about the one thing that is due by a rule, to somebody who wants it."""
    sweep.notice(BY_NAME[name], at)
    Preference.objects.create(person=Notice.objects.get().person, rule=name, how=How.AT_ONCE)
    letters.send([preferences.unmailed(at).get()], at)
    return OutboundMessage.objects.get(rule=name)


@pytest.mark.parametrize("name", EVERY)
def test_each_rule_says_something_whole_to_its_person(student, now, name):
    row, (first, _) = EVERY[name][0](student, now), _span(name, now, "America/Chicago")
    rule = BY_NAME[name]
    notice = notice_for(rule, rule.rows(first).get())
    people = {"student": student, "coach": student.student_profile.coach, "alum": getattr(row, "alum", None)}
    hears = people[rule.role].user if rule.role == "alum" else people[rule.role]
    assert notice.person == hears
    assert notice.title == notice.title.strip() != ""
    assert not notice.title.endswith(".")
    assert notice.text.endswith((".", "?"))
    assert "None" not in notice.title + notice.text
    assert (notice.url[0], rule.why[-1], rule.action != "") == ("/", ".", True)
    assert notice.expires_at > notice.due_at
    speaks_of = {getattr(row, name, None) for name in ("pk", "contact_id", "referrer_id", "request_id")}
    speaks_of |= {row.comment.review.request_id} if isinstance(row, CommentReply) else set()
    assert {*resolve(re.split("[?#]", notice.url)[0]).kwargs.values()} <= speaks_of


@pytest.mark.parametrize("name", EVERY)
def test_each_rule_says_it_by_mail_as_well(student, now, name):
    EVERY[name][0](student, now)
    mail = _mailed(name, _span(name, now, "America/Chicago")[0])
    notice, words = Notice.objects.get(), " ".join(mail.text.split())
    assert (mail.person_id, mail.rule, mail.kind) == (notice.person_id, name, BY_NAME[name].letter)
    assert "/unsubscribe/" in mail.headers["List-Unsubscribe"]
    if mail.kind == "reminder":
        assert times.plain(notice.title) in mail.subject
        assert (times.plain(notice.text) in words, notice.url in words, BY_NAME[name].action in words) == (
            True,
            True,
            True,
        )
    for text in (mail.subject, words, mail.html):
        assert "None" not in text


# --- what a key holds -------------------------------------------------------------------------------------------------


def test_a_moved_talk_asks_anew(student, now):
    talk = world.interview(student, world.contact(student), starts_at=now + H)
    Interview.objects.filter(pk=talk.pk).update(sequence=1, starts_at=now + 30 * H, ends_at=now + 30 * H + MINUTES)
    assert due("interview-tomorrow", now) == []
    assert due("interview-tomorrow", now + 6 * H) == [f"interview-tomorrow:{talk.pk}:{now + 30 * H:%Y%m%d%H%M%S}"]


@pytest.mark.parametrize("name", ["interview-tomorrow", "interview-hour", "interview-quarter"])
def test_a_new_place_is_no_new_occasion(student, now, name):
    before = {"interview-tomorrow": 20 * H, "interview-hour": H, "interview-quarter": H / 4}[name]
    talk = world.interview(student, world.contact(student), starts_at=now + before)
    first = due(name, now)
    Interview.objects.filter(pk=talk.pk).update(sequence=1, place="https://meet.example/room")
    assert len(first) == 1
    assert due(name, now) == first


def test_a_second_answer_a_second_day_and_a_second_sending_are_occasions_of_their_own(student, now):
    asked, sent, step = _countered(student, now), _sent(student, now), _step(student, now)
    keys = [due(name, now + 7 * DAY) for name in ("replied", "unanswered", "action-step")]
    InterviewRequest.objects.filter(pk=asked.pk).update(answered_at=now + S)
    InterviewRequest.objects.filter(pk=sent.pk).update(sent_at=now + S)
    ActionStep.objects.filter(pk=step.pk).update(due_on=now.date() + DAY)
    again = [due(name, now + 7 * DAY) for name in ("replied", "unanswered", "action-step")]
    assert [len(one) for one in keys + again] == [1] * 6
    assert not {key for one in keys for key in one} & {key for one in again for key in one}


# --- the clock of a talk ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stopped", [-10 * timedelta(minutes=1), H])
def test_the_clock_runs_from_when_they_really_stopped(student, now, stopped):
    talk = _talk(student, now)
    Interview.objects.filter(pk=talk.pk).update(status="completed", talked_until=now + stopped)
    for name, begins in (("write-down", 0 * H), ("thank-you-first", 20 * H), ("thank-you-late", 48 * H)):
        assert due(name, now + stopped + begins - S) == [], name
        assert due(name, now + stopped + begins) == [f"{name}:{talk.pk}:0"], name


@pytest.mark.parametrize("moment", MOMENTS)
def test_48_hours_are_48_hours_over_every_change_of_the_clock(student, moment):
    zone, ended = MOMENTS[moment]
    talk = _talk(_placed(student, zone), ended)
    assert talk.thank_by - ended == 48 * H
    [row] = BY_NAME["thank-you-second"].rows(ended + 40 * H)
    assert notice_for(BY_NAME["thank-you-second"], row).deadline_at == ended + 48 * H


# --- days -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "utc_hour"), [("America/Chicago", 14), ("Pacific/Kiritimati", -6), ("Pacific/Niue", 19)]
)
def test_a_day_begins_at_eight_where_the_person_is(student, zone, utc_hour):
    day = datetime(2026, 11, 20, tzinfo=UTC)
    ActionStep.objects.create(student=_placed(student, zone), text="Sign up for the course", due_on=day.date())
    assert due("action-step", day + utc_hour * H - S) == []
    assert len(due("action-step", day + utc_hour * H)) == 1


def test_two_people_in_two_zones_begin_their_days_apart(student, other_student, now):
    morning = datetime(2026, 11, 20, 8, tzinfo=ZoneInfo("Asia/Tokyo"))
    _placed(other_student, "Asia/Tokyo")
    for one in (student, other_student):
        ActionStep.objects.create(student=one, text="Sign up for the course", due_on=morning.date())
    assert [row.student for row in BY_NAME["action-step"].rows(morning)] == [other_student]


# --- who is left out --------------------------------------------------------------------------------------------------


def test_nobody_is_reminded_of_a_person_they_removed(student, now):
    rows = [_cadence(student, now), _applied(student, now)]
    referral = _loop(student, now)
    contacts = [row.contact_id for row in rows] + [referral.referrer_id]
    Contact.objects.filter(pk__in=contacts).update(archived_at=now)
    assert [due(name, now + 2 * DAY) for name in ("cadence", "second-thanks", "close-loop")] == [[], [], []]


def test_the_office_decides_when_silence_is_long(student, now):
    _sent(student, now)
    Policy.now()
    Policy.objects.update(nudge_days=3)
    assert due("unanswered", now + 3 * DAY - S) == []
    assert len(due("unanswered", now + 3 * DAY)) == 1


def test_a_reminder_is_promised_only_where_rapport_writes(student, alum, now):
    _sent(student, now)
    entry = alum.alumni_profile
    world.sent_request(student, world.contact(student, "Ingrid Solheim", alum=entry), at=now)
    rule = BY_NAME["unanswered"]
    outside, inside = [rule.says(row).text for row in rule.rows(now + 7 * DAY).order_by("pk")]
    assert outside.startswith("You can send Helen one friendly reminder now.")
    assert inside.startswith("We remind Ingrid once.")


def test_a_loop_waits_for_the_first_talk_with_the_one_who_was_named(student, now):
    varga, marcus = world.contact(student), world.contact(student, "Marcus Adeyemi")
    world.referral(varga, marcus)
    assert due("close-loop", now + 10 * DAY) == []
    world.interview(student, marcus, starts_at=now - MINUTES, status="completed")
    world.interview(student, marcus, starts_at=now + 5 * DAY, status="completed")
    assert due("close-loop", now + 24 * H) == [f"close-loop:{Referral.objects.get().pk}"]


def test_every_rule_has_a_name_and_a_label_of_its_own_that_fits_a_topic():
    assert len({rule.name for rule in RULES}) == len({rule.label for rule in RULES}) == len(RULES)
    assert [rule.name for rule in RULES if len(rule.name) > 28] == []
    assert max(rule.lasts for rule in RULES) < outbox.UNSUBSCRIBE_LIFE
    assert all(rule.how in rule.offers for rule in RULES)
