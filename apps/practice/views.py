"""Practice interviews: the coach's times and feedback, the student's booking."""

from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.access import allow
from apps.accounts.once import once
from apps.accounts.requests import Request
from apps.clock import times
from apps.clock.regions import spelled
from apps.practice import actions, calendar, page
from apps.practice.forms import BookForm, CancelForm, FeedbackForm, OfferForm
from apps.practice.models import Feedback, Practice, Series, Slot, Status
from apps.students.disclosures import disclose, disclose_each
from apps.web.answers import after, back_to, done, invalid, made, show
from apps.web.edits import edits, overtaken

TIMES, GIVEN, BOOK, HELD = "practice/times.html", "practice/given.html", "practice/book.html", "practice/held.html"
TYPE = "text/calendar; charset=utf-8"
YEARS = range(2020, 2100)


# --- the coach's times ------------------------------------------------------------------------------------------------


@allow("practice.offer")
@once
def practice_times(request: Request) -> HttpResponse:
    """A week of the coach's times, and the form to offer more."""
    now, coach = timezone.now(), request.user
    form = OfferForm(request.POST or None, today=times.local_date(now, coach.zone), place=_usual_place(coach.pk))
    if request.method == "POST" and form.is_valid():
        series = _series(form, request)
        offered = made(form, lambda: _offer(series, form, now))
        if offered:
            week = times.local_date(offered.slots[0].starts_at, coach.zone)
            stop = reverse("practice_series_stop", args=[series.pk])
            return after(request, f"{reverse('practice_times')}?week={week}", say=_said(offered), undo=stop)
    found = page.times_page(coach, now, week=_week(request), form=form)
    students = [line.practice.student_id for day in found.days for line in day.lines if line.practice]
    students += [one.student_id for one in (*found.unwritten, *filter(None, [found.next]))]
    disclose_each(students, viewer=coach, what="Your practice interview", now=now)
    return (invalid if form.is_bound else show)(request, TIMES, found)


def _times(row: object) -> str:
    return reverse("practice_times")


def _booking(row: object) -> str:
    return reverse("practice_book")


def _week(request: Request) -> date | None:
    try:
        day = date.fromisoformat(request.GET.get("week", ""))
    except ValueError:
        return None
    return day if day.year in YEARS else None


def _usual_place(coach: int) -> str:
    """Return where this coach met students last."""
    last = Slot.objects.filter(coach=coach).exclude(place="").order_by("-pk").values_list("place", flat=True).first()
    return last or ""


def _series(form: OfferForm, request: Request) -> Series:
    data = form.cleaned_data
    fields = {name: data[name] for name in ("begins", "ends", "minutes", "from_on", "until_on")}
    return Series(coach=request.user, weekdays=sorted(data["days"]), zone=request.user.time_zone, **fields)


def _offer(series: Series, form: OfferForm, now: datetime) -> actions.Offered:
    data = form.cleaned_data
    return actions.offer(series, place=data["place"], by_video=data["by_video"], now=now)


def _said(offered: actions.Offered) -> str:
    count, zone = len(offered.slots), offered.slots[0].coach.zone
    first, last = (times.short_day(offered.slots[at].starts_at, zone) for at in (0, -1))
    when = f"on {first}" if first == last else f"from {first} to {last}"
    said = f"{count} {'time' if count == 1 else 'times'} offered, {when}."
    if offered.known:
        said += " Times you already offer stay as they are."
    return f"{said} Days when the office is closed are left out." if offered.closed else said


@require_POST
@allow("practice.change", Slot)
@back_to(_times)
def slot_remove(request: Request, slot: Slot) -> HttpResponse:
    week = f"{reverse('practice_times')}?week={times.local_date(slot.starts_at, request.user.zone)}"
    if "undo" in request.POST:
        actions.put_back(slot, now=timezone.now())
        return after(request, week, say="You offer that time again.")
    actions.remove(slot, now=timezone.now())
    said = times.when(slot.starts_at, None)
    return after(request, week, say=f"You no longer offer {said}.", undo=request.path)


@require_POST
@allow("practice.change", Series)
@back_to(_times)
def series_stop(request: Request, series: Series) -> HttpResponse:
    now = timezone.now()
    if "undo" in request.POST and series.stopped_at:
        actions.resume(series, now=now)
        return after(request, "practice_times", say="You offer these times again.")
    actions.stop(series, now=now)
    say = "You no longer offer these times. What students have booked stays."
    return after(request, "practice_times", say=say, undo=request.path)


# --- one practice, to its coach ---------------------------------------------------------------------------------------


@allow("practice.give", Practice)
@edits
def given(request: Request, practice: Practice) -> HttpResponse:
    """One practice, and what the coach noticed: kept as a draft, or shared."""
    now = timezone.now()
    feedback = Feedback.objects.filter(practice=practice).first() or Feedback(practice=practice)
    form = FeedbackForm(request.POST or None, instance=feedback)
    if request.method == "POST" and form.is_valid():
        back = reverse("practice_given", args=[practice.pk])
        if both := overtaken(request, "Two versions of your feedback", form, back=back):
            return both
        shared = request.POST.get("do") == "share"
        if done(form, lambda: actions.give(practice, form.save(commit=False), shared=shared, now=now)):
            first = practice.student.first_name
            say = f"Shared with {first}." if shared else "Saved. Only you see it."
            return after(request, practice_times_of(practice) if shared else back, say=say)
    disclose(practice.student_id, viewer=request.user, what="Your practice interview", now=now)
    return (invalid if form.is_bound else show)(request, GIVEN, page.given_page(_whole(practice), now, form=form))


def practice_times_of(practice: Practice) -> str:
    """Return the week in which a practice stands."""
    return f"{reverse('practice_times')}?week={times.local_date(practice.starts_at, practice.coach.zone)}"


def _whole(practice: Practice) -> Practice:
    return page.with_people(Practice.objects.filter(pk=practice.pk)).get()


@require_POST
@allow("practice.give", Practice)
@back_to("practice_given")
def missed(request: Request, practice: Practice) -> HttpResponse:
    if "undo" in request.POST:
        actions.held(practice)
        return after(request, "practice_given", practice.pk, say="Marked as held.")
    actions.missed(practice, now=timezone.now())
    say = f"Noted. {practice.student.first_name} can choose another time."
    return after(request, "practice_given", practice.pk, say=say, undo=request.path)


@require_POST
@allow("practice.give", Practice)
@back_to("practice_given")
def cancel_given(request: Request, practice: Practice) -> HttpResponse:
    """The coach calls it off, with a line to the student."""
    form, now = CancelForm(request.POST), timezone.now()
    if not form.is_valid():
        feedback = Feedback.objects.filter(practice=practice).first() or Feedback(practice=practice)
        shown = page.given_page(_whole(practice), now, form=FeedbackForm(instance=feedback), cancel=form)
        return invalid(request, GIVEN, shown)
    actions.cancel(practice, by=request.user, note=form.cleaned_data["note"], now=now)
    say = f"This practice is {spelled('canceled')}. We’ve told {practice.student.first_name}."
    return after(request, practice_times_of(practice), say=say)


# --- the student ------------------------------------------------------------------------------------------------------


@allow("students.own")
@once
def book(request: Request) -> HttpResponse:
    """Choose a time, or move the practice to another one."""
    now, student = timezone.now(), request.user
    coming = page.with_people(Practice.objects.coming(now).filter(student=student))
    booked = coming.order_by("starts_at", "pk").first()
    slots, talks = page.free_slots(student, now), page.talks_to_play(student, now)
    if booked:
        slots = [booked.slot, *slots]
    form = BookForm(request.POST or None, slots=slots, talks=talks, initial=_as_booked(booked))
    if request.method == "POST" and form.is_valid():
        slot = form.slots[form.cleaned_data["slot"]]
        data = form.cleaned_data
        choice = actions.Choice(data["meets"], form.talk, data["wishes"], data["shows_plan"])
        if booked and done(form, lambda: actions.move(booked, slot, choice, now=now)):
            return after(request, "practice_book", say=f"Your practice is on {times.when(slot.starts_at)}.")
        if not booked and done(form, lambda: actions.book(student, slot, choice, now=now)):
            say = f"Booked: {times.when(slot.starts_at)}. We’ve emailed you a calendar file."
            return after(request, "practice_book", say=say)
    shown = page.book_page(student, now, form=form, booked=booked)
    return (invalid if form.is_bound else show)(request, BOOK, shown)


def _as_booked(booked: Practice | None) -> dict[str, Any]:
    if booked is None:
        return {}
    kept = {"slot": booked.slot_id, "meets": booked.meets, "wishes": booked.wishes, "shows_plan": booked.shows_plan}
    return kept | {"interview": booked.interview_id or 0}


@require_POST
@allow("practice.own", Practice)
@back_to(_booking)
def cancel(request: Request, practice: Practice) -> HttpResponse:
    now = timezone.now()
    if "undo" in request.POST:
        actions.book_again(practice, now=now)
        return after(request, "practice_book", say="Your practice is booked again.")
    actions.cancel(practice, by=request.user, now=now)
    say = f"Your practice is {spelled('canceled')}. We’ve told {practice.coach.first_name}."
    return after(request, "practice_book", say=say, undo=request.path)


@require_safe
@allow("practice.read", Practice)
def held(request: Request, practice: Practice) -> HttpResponse:
    """What the coach noticed. To its own coach it stands on the page on which it is written."""
    feedback = Feedback.objects.filter(practice=practice, shared_at__isnull=False).first()
    if feedback is None:
        raise Http404
    now = timezone.now()
    shown = page.held_page(_whole(practice), request.user)
    if shown.is_own:
        actions.read(practice, now=now)
    else:
        disclose(practice.student_id, viewer=request.user, what="Feedback on your practice interview", now=now)
    return show(request, HELD, shown)


@require_safe
@allow("practice.read", Practice)
def ics(request: Request, practice: Practice) -> HttpResponse:
    if practice.status != Status.BOOKED:
        raise Http404
    content = calendar.download(practice, reader=request.user, now=timezone.now())
    named = {"Content-Disposition": 'attachment; filename="practice.ics"'}
    return HttpResponse(content, content_type=TYPE, headers=named)
