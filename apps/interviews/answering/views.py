"""The alum's pages of one request, through two doors: the mailed link, and signed in (R207, R208).

GET shows, POST acts, once; acting again shows the same page. What an act does is actions'.
"""

from collections.abc import Callable, Container
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.access import allow, by_link, entrance
from apps.accounts.models import User
from apps.accounts.requests import Request
from apps.alumni import actions as alumni
from apps.alumni import blocking, confirming, limits
from apps.alumni.forms import AvailabilityForm, LimitForm, PauseForm, requests
from apps.alumni.models import AlumniProfile
from apps.clock import times
from apps.database.promised import promised
from apps.interviews.answering import actions, home_page
from apps.interviews.answering import page as answer_page
from apps.interviews.answering.current import part_of
from apps.interviews.answering.forms import SuggestForm
from apps.interviews.answering.in_words import only_asks
from apps.interviews.debriefing import actions as debriefing
from apps.interviews.lifecycle import acts, links
from apps.interviews.lifecycle.models import Interview, InterviewRequest
from apps.interviews.lifecycle.moves import RequestStatus
from apps.interviews.scheduling import actions as scheduling
from apps.interviews.scheduling import calendar, week_page
from apps.interviews.scheduling.forms import Window, WindowsForm
from apps.policy.models import Policy
from apps.web.answers import HtmxRequest, Refused, after, if_refused, invalid, show
from apps.web.fields import NOTE_MAX, NoteForm
from apps.wording.text import one_line

PAGE = "interviews/answering/answer.html"
HOME = "interviews/answering/alum_home.html"

# --- the doors --------------------------------------------------------------------------------------------------------


enter_link = entrance(links.ANSWER, "answer")


@require_safe
@by_link(links.ANSWER, InterviewRequest)
def answer(request: HtmxRequest, asked: InterviewRequest, person: User) -> HttpResponse:
    return _page(request, asked, person, door="answer")


@require_POST
@by_link(links.ANSWER, InterviewRequest)
def answer_act(request: HtmxRequest, asked: InterviewRequest, person: User, act: str) -> HttpResponseBase:
    return _act(request, asked, person, act, door="answer")


@require_http_methods(["GET", "HEAD", "POST"])
@by_link(links.ANSWER, InterviewRequest)
def answer_times(request: HtmxRequest, asked: InterviewRequest, person: User) -> HttpResponseBase:
    return _times(request, asked, person, door="answer")


@require_safe
@by_link(links.ANSWER, InterviewRequest)
def answer_ics(request: HtmxRequest, asked: InterviewRequest, person: User) -> HttpResponse:
    return _ics(asked, person)


@require_safe
@allow("alumni.own")
def alum_home(request: Request) -> HttpResponse:
    """Everything about one alum: what waits, what is coming, what was."""
    return show(request, HOME, home_page.home(request.user, timezone.now()))


@require_POST
@allow("alumni.own")
def alum_availability(request: Request) -> HttpResponse:
    """How often the alum is asked: a number, a pause, or neither."""
    now, policy = timezone.now(), Policy.now()
    alum = get_object_or_404(AlumniProfile.objects.visible_to(request.user), user=request.user)
    form = AvailabilityForm(request.POST, alum=alum, policy=policy, today=limits.today(now, policy))
    if not form.is_valid():
        return invalid(request, HOME, home_page.home(request.user, now, form))
    alumni.set_availability(alum, cap=form.cap, paused_until=form.paused_until, is_paused=form.is_paused)
    return after(request, "alum_home", say=_open_to(alum, now, policy))


def _open_to(alum: AlumniProfile, now: datetime, policy: Policy) -> str:
    if alum.is_paused:
        return "Requests are paused until you resume them. Students see that you’re paused."
    if alum.paused_until and alum.pauses_on(limits.today(now, policy)):
        return f"Requests are paused until {times.full_date(alum.paused_until)}. Students see that you’re paused."
    cap = limits.cap(alum, policy)
    return f"Saved. You’re open to {requests(cap)} a month." if cap else "Saved. No one can ask you until you raise it."


@require_safe
@allow("interviews.answer", InterviewRequest)
def alum_request(request: Request, asked: InterviewRequest) -> HttpResponse:
    return _page(request, asked, request.user, door="alum")


@require_POST
@allow("interviews.answer", InterviewRequest)
def alum_act(request: Request, asked: InterviewRequest, act: str) -> HttpResponseBase:
    return _act(request, asked, request.user, act, door="alum")


@require_http_methods(["GET", "HEAD", "POST"])
@allow("interviews.answer", InterviewRequest)
def alum_times(request: Request, asked: InterviewRequest) -> HttpResponseBase:
    return _times(request, asked, request.user, door="alum")


@require_safe
@allow("interviews.answer", InterviewRequest)
def alum_ics(request: Request, asked: InterviewRequest) -> HttpResponse:
    return _ics(asked, request.user)


# --- what both doors do -----------------------------------------------------------------------------------------------

type Door = Literal["answer", "alum"]
ADDRESSES: dict[Door, tuple[str, str, str, str]] = {
    "answer": ("answer", "answer_act", "answer_ics", "answer_times"),
    "alum": ("alum_request", "alum_act", "alum_ics", "alum_times"),
}


def _page(
    request: HtmxRequest,
    asked: InterviewRequest,
    person: User,
    *,
    door: Door,
    refusal: Refused | None = None,
    forms: answer_page.Typed | None = None,
) -> HttpResponse:
    """Show the request as it stands, in the alum's zone or the one they chose; after a refusal with what was typed."""
    zone = answer_page.zone_of(request, asked)
    page, act, ics, week = ADDRESSES[door]
    context = answer_page.context(
        asked,
        person,
        timezone.now(),
        zone,
        forms or answer_page.Typed(),
        page_url=reverse(page, args=[asked.pk]),
        times_url=_in_zone(reverse(week, args=[asked.pk]), asked, zone),
        ics_url=reverse(ics, args=[asked.pk]),
        act_urls={name: reverse(act, args=[asked.pk, name]) for name in ACTS},
        refusal=refusal,
        is_fresh=request.method == "GET" and request.session.pop(JUST_DONE, None) == asked.pk,
    )
    with timezone.override(zone):
        return show(request, PAGE, context, status=refusal.status if refusal else 200)


def _stands(request: HtmxRequest, error: Refused, asked: InterviewRequest, person: User, *, door: Door) -> HttpResponse:
    """Say what happened meanwhile on the page as it stands now."""
    return _page(request, InterviewRequest.objects.get(pk=asked.pk), person, door=door, refusal=error)


@if_refused(_stands)
def _times(request: HtmxRequest, asked: InterviewRequest, person: User, *, door: Door) -> HttpResponseBase:
    """Offer times on a week: in answer to the request, or to move what is set."""
    now, zone = timezone.now(), answer_page.zone_of(request, asked)
    back = _back(asked, door, zone)
    frame = answer_page.week_frame(asked, str(zone), now, back=back, is_by_link=door == "answer")
    if frame is None:
        return redirect(back)
    interview = Interview.objects.filter(request=asked).first()

    def save(windows: list[Window], note: str) -> HttpResponseBase:
        if interview is None:
            actions.counter(asked, windows=windows, note=note, by=person, now=now)
        else:
            scheduling.propose(interview, windows=windows, note=note, actor="alum", by=person, now=now)
        return redirect(back)

    with timezone.override(zone):
        return week_page.answer(request, frame, save)


class Unfinished(Refused):
    """A form with a mark beside the field that needs another look."""

    status = 422


def _not_done(
    request: HtmxRequest, error: Refused, asked: InterviewRequest, person: User, act: str, *, door: Door
) -> HttpResponseBase:
    """Show the page as it stands now, with what was typed; a second press of what is done just goes there."""
    now, zone = timezone.now(), answer_page.zone_of(request, asked)
    asked = InterviewRequest.objects.get(pk=asked.pk)
    if asked.status in DONE.get(act, ()) and isinstance(error, acts.Stale):
        return redirect(_back(asked, door, zone))
    return _page(request, asked, person, door=door, refusal=error, forms=_typed(asked, act, request.POST, zone, now))


DONE: dict[str, Container[str]] = {"decline": (RequestStatus.DECLINED,), "cancel": (RequestStatus.ACCEPTED,)}


SAID = {
    "rejoin": "You’re back in the directory.",
    "resume": "You’re open to requests again.",
    "limit": "Your monthly limit is saved.",
}
LANDS = {"current": "#current", "work": "#current", "limit": "#pause", "block": "#to-block", "unblock": "#to-block"}
JUST_DONE = "answer_just_done"  # in the session: the request of which the next page says thank you


@if_refused(_not_done)
def _act(request: HtmxRequest, asked: InterviewRequest, person: User, act: str, *, door: Door) -> HttpResponseBase:
    """Do one thing and go to the page that shows it."""
    if act not in ACTS:
        raise Http404
    zone = answer_page.zone_of(request, asked)
    ACTS[act](request.POST, asked, person, timezone.now(), zone)
    request.session[JUST_DONE] = asked.pk
    if act in SAID:
        messages.success(request, SAID[act])
    return redirect(_back(asked, door, zone) + LANDS.get(act, ""))


def _typed(asked: InterviewRequest, act: str, data: QueryDict, zone: ZoneInfo, now: datetime) -> answer_page.Typed:
    """Return what was typed into the form of an act, to stand there again."""
    return answer_page.Typed(
        act=act,
        words=data,
        windows=WindowsForm(data, zone=zone) if act in ("counter", "move") else None,
        suggest=SuggestForm(data) if act == "suggest" else None,
        limit=LimitForm(data, alum=asked.alum, policy=Policy.now()) if act == "limit" else None,
        pause=PauseForm(data, today=limits.today(now, Policy.now())) if act == "pause" else None,
        work=part_of(asked).form(data, instance=AlumniProfile()) if act == "work" else None,
    )


def _back(asked: InterviewRequest, door: Door, zone: ZoneInfo) -> str:
    return _in_zone(reverse(ADDRESSES[door][0], args=[asked.pk]), asked, zone)


def _in_zone(address: str, asked: InterviewRequest, zone: ZoneInfo) -> str:
    """Return an address that shows its times in the zone chosen, if that is another than the alum's own."""
    return address if str(zone) == answer_page.own_zone(asked) else f"{address}?zone={zone}"


def _ics(asked: InterviewRequest, person: User) -> HttpResponse:
    interview = Interview.objects.filter(request=asked).first()
    if interview is None:
        raise Http404
    content = calendar.download(interview, reader=person, now=timezone.now())
    return HttpResponse(content, content_type="text/calendar; charset=utf-8", headers=ATTACHED)


ATTACHED = {"Content-Disposition": 'attachment; filename="conversation.ics"'}

# --- the acts ---------------------------------------------------------------------------------------------------------


def _accept(data: QueryDict, asked: InterviewRequest, person: User, now: datetime, zone: ZoneInfo) -> None:
    slot, format = data.get("slot", ""), data.get("format", "")
    if not slot:
        raise Refused("Choose one of the times first.")
    number = one_line(data.get("number", ""))[:60]
    actions.accept(asked, slot=slot, format=format, by=person, now=now, zone=str(zone), number=number)


def _counter(data: QueryDict, asked: InterviewRequest, person: User, now: datetime, zone: ZoneInfo) -> None:
    """Other times, in fields or in words; only a question that names no time is one to answer first."""
    windows, note = _windows(data, zone), _note(data)
    if not windows and only_asks(note):
        actions.question(asked, note=note, by=person, now=now)
    else:
        actions.counter(asked, windows=windows, note=note, by=person, now=now)


def _windows(data: QueryDict, zone: ZoneInfo) -> list[Window]:
    form = WindowsForm(data, zone=zone)
    _finish(form)
    return form.windows


def _note(data: QueryDict) -> str:
    """Return the line to the student. A browser counts a line break as one character, and so does the limit."""
    form = NoteForm({"note": data.get("note", "").replace("\r\n", "\n")})
    if not form.is_valid():
        raise Refused(f"Keep your message under {NOTE_MAX} characters.")
    return form.cleaned_data["note"]


def _finish(form: BaseForm | WindowsForm) -> None:
    if not form.is_valid():
        raise Unfinished("Nothing is sent yet. Fix the marked field below and try again.")


def _question(data: QueryDict, asked: InterviewRequest, person: User, now: datetime, zone: ZoneInfo) -> None:
    actions.question(asked, note=_note(data), by=person, now=now)


def _decline(data: QueryDict, asked: InterviewRequest, person: User, now: datetime, zone: ZoneInfo) -> None:
    actions.decline(asked, by=person, now=now, note=_note(data))
    if data.get("block"):
        _block(data, asked, person, now, zone)


def _block(data: QueryDict, asked: InterviewRequest, person: User, now: datetime, zone: ZoneInfo) -> None:
    actions.block(promised(asked.alum), asked.student, by=person, now=now)


def _unblock(data: QueryDict, asked: InterviewRequest, person: User, now: datetime, zone: ZoneInfo) -> None:
    blocking.unblock(promised(asked.alum), asked.student)


def _reconsider(data: QueryDict, asked: InterviewRequest, person: User, now: datetime, zone: ZoneInfo) -> None:
    actions.reconsider(asked, by=person, now=now)


def _suggest(data: QueryDict, asked: InterviewRequest, person: User, now: datetime, zone: ZoneInfo) -> None:
    form = SuggestForm(data)
    _finish(form)
    actions.suggest(asked, by=person, now=now, **form.cleaned_data)


def _pause(data: QueryDict, asked: InterviewRequest, person: User, now: datetime, zone: ZoneInfo) -> None:
    form = PauseForm(data, today=limits.today(now, Policy.now()))
    _finish(form)
    alumni.pause(promised(asked.alum), until=form.ends_on)


def _resume(data: QueryDict, asked: InterviewRequest, person: User, now: datetime, zone: ZoneInfo) -> None:
    alumni.resume(promised(asked.alum))


def _limit(data: QueryDict, asked: InterviewRequest, person: User, now: datetime, zone: ZoneInfo) -> None:
    alum = promised(asked.alum)
    form = LimitForm(data, alum=alum, policy=Policy.now())
    _finish(form)
    alumni.set_limit(alum, cap=form.cap)


def _remove(data: QueryDict, asked: InterviewRequest, person: User, now: datetime, zone: ZoneInfo) -> None:
    alumni.leave(promised(asked.alum))


def _rejoin(data: QueryDict, asked: InterviewRequest, person: User, now: datetime, zone: ZoneInfo) -> None:
    alumni.join(promised(asked.alum))


def _current(data: QueryDict, asked: InterviewRequest, person: User, now: datetime, zone: ZoneInfo) -> None:
    confirming.confirm(_asked_alum(asked), asked.current_part, now=now)


def _work(data: QueryDict, asked: InterviewRequest, person: User, now: datetime, zone: ZoneInfo) -> None:
    part = part_of(asked)
    form = part.form(data, instance=AlumniProfile())
    _finish(form)
    told = {name: form.cleaned_data[name] for name in part.columns}
    confirming.say(_asked_alum(asked), asked.current_part, told, now=now)


def _asked_alum(asked: InterviewRequest) -> AlumniProfile:
    """Return the profile that the answer to this request asks about; of any other page it is changed on its own."""
    if asked.current_asked_at is None:
        raise acts.Stale("You can change this in your profile.")
    return promised(asked.alum)


def _move(data: QueryDict, asked: InterviewRequest, person: User, now: datetime, zone: ZoneInfo) -> None:
    """Take another of the student's times, or offer some; the old one holds meanwhile."""
    interview, note = _interview(asked), _note(data)
    slot = data.get("slot", "")
    if slot:
        scheduling.reschedule(interview, slot=slot, actor="alum", by=person, now=now, note=note)
    else:
        windows = _windows(data, zone)
        scheduling.propose(interview, windows=windows, note=note, actor="alum", by=person, now=now)


def _keep(data: QueryDict, asked: InterviewRequest, person: User, now: datetime, zone: ZoneInfo) -> None:
    scheduling.keep(_interview(asked), actor="alum", by=person, now=now)


def _cancel(data: QueryDict, asked: InterviewRequest, person: User, now: datetime, zone: ZoneInfo) -> None:
    scheduling.cancel(_interview(asked), actor="alum", by=person, now=now, note=_note(data))


def _missed(data: QueryDict, asked: InterviewRequest, person: User, now: datetime, zone: ZoneInfo) -> None:
    debriefing.did_not_happen(_interview(asked), actor="alum", by=person, now=now)


def _interview(asked: InterviewRequest) -> Interview:
    interview = Interview.objects.filter(request=asked).first()
    if interview is None:
        raise acts.Stale("There’s no conversation to change yet.")
    return interview


type Act = Callable[[QueryDict, InterviewRequest, User, datetime, ZoneInfo], None]
ACTS: dict[str, Act] = {
    "accept": _accept,
    "counter": _counter,
    "question": _question,
    "decline": _decline,
    "reconsider": _reconsider,
    "suggest": _suggest,
    "pause": _pause,
    "resume": _resume,
    "limit": _limit,
    "block": _block,
    "unblock": _unblock,
    "remove": _remove,
    "rejoin": _rejoin,
    "move": _move,
    "keep": _keep,
    "cancel": _cancel,
    "missed": _missed,
    "current": _current,
    "work": _work,
}
