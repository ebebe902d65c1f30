"""Ask the office: the student's questions, the queue of the coach and the office, an answer with people."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.access import allow
from apps.accounts.once import once
from apps.accounts.requests import Request
from apps.alumni.models import AlumniProfile
from apps.clock import times
from apps.network import undo
from apps.students.disclosures import disclose, disclose_each
from apps.tickets import actions, page
from apps.tickets.forms import AnswerForm, MoreForm, TicketForm
from apps.tickets.models import SuggestedPerson, Ticket
from apps.web.answers import after, back_to, done, invalid, show

ASK, QUEUE, ONE = "tickets/ask.html", "tickets/queue.html", "tickets/answer.html"
SHOWN = "Your questions to the office"


@allow("students.own")
@once
def ask_office(request: Request) -> HttpResponse:
    now = timezone.now()
    wanted = {"wanted": request.GET.get("wanted", "")[:160]}
    form = TicketForm(request.POST or None, today=times.local_date(now, request.user.zone), initial=wanted)
    if request.method != "POST":
        return show(request, ASK, page.ask_page(request.user, request.GET, form=form))
    if form.is_valid():
        ticket = form.save(commit=False)
        ticket.student = request.user
        if done(form, lambda: actions.ask(ticket, now=now)):
            goal = f"{reverse('ask_office')}#question-{ticket.pk}"
            return after(request, goal, say="Your question was sent. We’ll email you when there’s an answer.")
    return invalid(request, ASK, page.ask_page(request.user, request.GET, form=form))


@require_POST
@allow("tickets.edit", Ticket)
@once
def question_more(request: Request, ticket: Ticket) -> HttpResponse:
    """Write back: what else is needed, or the answer to a question."""
    more, now = MoreForm(request.POST, auto_id=f"more_{ticket.pk}_%s"), timezone.now()
    if not more.is_valid():
        form = TicketForm(today=times.local_date(now, request.user.zone))
        return invalid(request, ASK, page.ask_page(request.user, request.GET, form=form, more=more, more_of=ticket.pk))
    actions.keep_looking(ticket, text=more.cleaned_data["text"], now=now)
    return after(request, f"{reverse('ask_office')}#question-{ticket.pk}", say="Sent. We’ll keep looking.")


@require_POST
@allow("tickets.edit", Ticket)
def question_close(request: Request, ticket: Ticket) -> HttpResponse:
    if "undo" in request.POST:
        actions.reopen(ticket)
        return after(request, "ask_office", say="Your question is open again.")
    actions.close(ticket, now=timezone.now())
    return after(request, "ask_office", say="Your question is closed.", undo=request.path)


def _to_question(person: SuggestedPerson) -> str:
    return f"{reverse('ask_office')}#question-{person.message.ticket_id}"


@require_POST
@allow("tickets.edit", SuggestedPerson)
@once
@back_to(_to_question)
def suggested_person_add(request: Request, person: SuggestedPerson) -> HttpResponse:
    """Put somebody from outside the directory, whom an answer suggested, on the map."""
    added = actions.take_up(person, student=request.user)
    if added.people:
        words = f"{person.name} is in your network."
        return after(request, undo.offer_names(request, added, words=words, back=added.people[0].get_absolute_url()))
    there = added.there[0]
    return after(request, there.get_absolute_url(), say=f"{there.name} was in your network already.")


# --- the coach and the office -----------------------------------------------------------------------------------------


@require_safe
@allow("tickets.queue")
def help_requests(request: Request) -> HttpResponse:
    now = timezone.now()
    found = page.queue_page(request.user, request.GET, now)
    students = [line.ticket.student_id for line in found.lines]
    disclose_each(students, viewer=request.user, what=SHOWN, now=now)
    return show(request, QUEUE, found)


@allow("tickets.answer", Ticket)
@once
def help_request(request: Request, ticket: Ticket) -> HttpResponse:
    """One question: look for people and answer. Looking for people keeps what was typed."""
    now, typed = timezone.now(), request.POST if request.method == "POST" else request.GET
    form = AnswerForm(has_people=bool(page.chosen_of(typed)))
    if request.method == "POST" and request.POST.get("do") != "find":
        form = AnswerForm(request.POST, has_people=bool(page.chosen_of(typed)))
        if form.is_valid() and done(form, lambda: _answer(request, ticket, form)):
            return after(request, "help_requests", say=f"Sent to {ticket.student.first_name}.")
    elif request.method == "POST":
        form = AnswerForm(request.POST, has_people=True)
    disclose(ticket.student_id, viewer=request.user, what=SHOWN, now=now)
    found = page.answer_page(ticket, request.user, now, form=form, typed=typed)
    return (invalid if form.is_bound and form.errors else show)(request, ONE, found)


def _answer(request: Request, ticket: Ticket, form: AnswerForm) -> None:
    chosen = AlumniProfile.objects.visible_to(request.user).filter(pk__in=page.chosen_of(request.POST))
    why = {alum: " ".join(request.POST.get(f"why-{alum.pk}", "").split())[:200] for alum in chosen.order_by("sort_key")}
    said = form.cleaned_data
    actions.answer(ticket, by=request.user, text=said["text"], people=why, others=said["others"], now=timezone.now())


@require_POST
@allow("tickets.answer", Ticket)
@back_to("help_request")
def help_request_take(request: Request, ticket: Ticket) -> HttpResponse:
    """Take a question, or give it back so that somebody else may."""
    if request.POST.get("on") == "0":
        actions.give_back(ticket, by=request.user)
        return after(request, "help_requests", say="Anyone can take this one now.")
    actions.take(ticket, by=request.user)
    return after(request, "help_request", ticket.pk, say="You have this one.")
