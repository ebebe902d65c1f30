"""A student shares a text with their coach, answers what the coach said of it, and writes below a comment."""

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.access import allow
from apps.accounts.requests import Request
from apps.interviews.asking import threads
from apps.interviews.asking.models import CommentReply, ReviewComment
from apps.interviews.lifecycle.models import Interview, InterviewRequest
from apps.interviews.reviewing import actions, texts
from apps.interviews.reviewing.page import page, versions_page
from apps.interviews.sharing.models import Kind, SharedText
from apps.web.answers import after, back_to, show
from apps.web.autosave import Conflict, Difference, both
from apps.web.gate import whole_number

PAGE = "interviews/reviewing/text.html"
OF_TALK = {Kind.THANKS: "thank_you", Kind.PLAN: "prepare"}


# --- sharing ----------------------------------------------------------------------------------------------------------


@require_POST
@allow("students.own")
@back_to("introduction")
def introduction_share(request: Request) -> HttpResponse:
    """Ask the coach to read the introduction, or share it no longer."""
    return _share(request, Kind.INTRODUCTION, None)


@require_POST
@allow("interviews.edit", Interview)
@back_to("conversation")
def text_share(request: Request, interview: Interview, kind: str) -> HttpResponse:
    """Do so with the thank-you note or the questions of a conversation."""
    if kind not in OF_TALK:
        raise Http404
    return _share(request, Kind(kind), interview)


def _share(request: Request, kind: Kind, interview: Interview | None) -> HttpResponse:
    now, student = timezone.now(), request.user
    to = reverse(OF_TALK[kind], args=[interview.pk]) if interview else reverse("introduction")
    if request.POST.get("on") != "1":
        actions.stop(student, kind=kind, interview=interview, now=now)
        return after(request, to, say="Only you can read it now.")
    stand_in = whole_number(request.POST.get("reader"))
    review = actions.ask(student, kind=kind, interview=interview, now=now, stand_in=stand_in)
    name = review.coach.first_name if review.coach else "Your coach"
    return after(request, to, say=f"Asked. {name} can read it now, as it is and as you change it.")


# --- what was said of it ----------------------------------------------------------------------------------------------


@require_safe
@allow("students.own")
def introduction_comments(request: Request) -> HttpResponse:
    """Lead to what was said of the introduction; where it never was shared, to the introduction."""
    text = SharedText.objects.filter(student=request.user, kind=Kind.INTRODUCTION).first()
    return after(request, reverse("text", args=[text.pk]) if text else reverse("introduction"))


@require_safe
@allow("texts.own", SharedText)
def text(request: Request, text: SharedText) -> HttpResponse:
    now = timezone.now()
    shown = page(text, now, request.GET)
    actions.open_page(text, now=now)
    return show(request, PAGE, shown)


SAID = {"close": "Comment resolved.", "open": "The comment is open again."}


@require_POST
@allow("texts.own", SharedText)
@back_to("text")
def text_answer(request: Request, text: SharedText) -> HttpResponse:
    """Take a wording over, put one’s own back, or settle a comment."""
    now, to = timezone.now(), reverse("text", args=[text.pk])
    said = {name: whole_number(request.POST.get(name)) for name in ("take", "undo", "close", "open")}
    if (number := said["take"]) is not None:
        try:
            actions.take(text, number=number, seen=request.POST.get("seen", ""), now=now)
        except Conflict as conflict:
            return _both(request, text, number, conflict)
        return after(request, f"{to}#said-{number}", say="The wording is in your text. You can undo it beside it.")
    if (number := said["undo"]) is not None:
        actions.undo(text, number=number, now=now)
        return after(request, f"{to}#said-{number}", say="Your own words are back.")
    for name, sentence in SAID.items():
        if (number := said[name]) is not None:
            actions.settle(text, number=number, is_done=name == "close")
            return after(request, f"{to}#said-{number}", say=sentence)
    return after(request, to)


def _both(request: Request, text: SharedText, number: int, conflict: Conflict) -> HttpResponse:
    """Show what is saved beside the wording that was to take its place."""
    comment = actions.handed_over(text).select_related("review__coach").get(pk=number)
    saved = conflict.newer[comment.part]
    label = next((one.label for one in texts.passages(text) if one.key == comment.part), "")
    name = comment.review.coach.first_name if comment.review.coach else "Your coach"
    found = [Difference(label, saved, comment.suggestion)]
    to = reverse("text", args=[text.pk])
    return both(request, f"Your words and {name}’s", conflict, found, to, typed=f"{name}’s wording")


@require_safe
@allow("interviews.edit", InterviewRequest)
def request_versions(request: Request, asked: InterviewRequest) -> HttpResponse:
    """What a coach said of a request, and what changed since they had it."""
    now = timezone.now()
    found = versions_page(asked, now, request.GET)
    actions.open_page(asked, now=now)
    return show(request, "interviews/reviewing/versions.html", found)


# --- the thread below a comment ---------------------------------------------------------------------------------------


def _place(comment: ReviewComment) -> str:
    """Return where the student reads a comment."""
    review = comment.review
    name, row = ("text", review.text_id) if review.text_id else ("request_versions", review.request_id)
    return f"{reverse(name, args=[row])}#said-{comment.pk}"


@require_POST
@allow("comments.own", ReviewComment)
@back_to(_place)
def comment_reply(request: Request, comment: ReviewComment) -> HttpResponse:
    """Say something to a comment: why one kept one’s words, or what one does not understand."""
    reply = threads.say(comment, text=request.POST.get("text", ""), by=request.user, now=timezone.now())
    coach = threads.listener(comment.review.about)
    say = f"Reply saved. {coach.first_name if coach else 'Your coach'} can read it now."
    return after(request, _place(comment), say=say, undo=reverse("reply_remove", args=[reply.pk]))


def _page_of(reply: CommentReply) -> str:
    """Return where its author reads it."""
    comment = reply.comment
    return _place(comment) if reply.is_by_student else f"{comment.review.url}#said-{comment.pk}"


@require_POST
@allow("replies.own", CommentReply)
@back_to(_page_of)
def reply_remove(request: Request, reply: CommentReply) -> HttpResponse:
    """Delete one’s own reply that nobody has read."""
    to = _page_of(reply)
    threads.take_out(reply)
    return after(request, to, say="Reply deleted.")
