"""Practice with a friend: the student invites and ends the link, the friend plays by it (R85, R86)."""

from urllib.parse import quote

from allauth.core import ratelimit
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.access import allow, by_link, entrance, gone
from apps.accounts.models import User
from apps.accounts.once import once
from apps.accounts.requests import Request
from apps.clock import times
from apps.practice import friends, page_friend
from apps.practice.forms import FeedbackForm, FriendForm
from apps.practice.models import Feedback, FriendPractice
from apps.web.answers import HtmxRequest, after, back_to, done, invalid, made, show
from apps.web.edits import edits, overtaken
from apps.web.gate import whole_number

INVITE, FRIEND, PLAY = "practice/friend.html", "practice/friend_one.html", "practice/play.html"
LINKS = "practice_links"  # in the session, which is sealed: the links that this browser made, to copy them once more


# --- the student ------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@allow("students.own")
@once
def invite(request: Request) -> HttpResponse:
    """The practices with friends, and the form for another one."""
    now, student = timezone.now(), request.user
    chosen = {"talk": whole_number(request.GET.get("for", "")) or 0}
    form = FriendForm(request.POST or None, talks=page_friend.talks_to_practice(student, now), initial=chosen)
    if request.method == "POST" and form.is_valid():
        practice = form.practice
        link = made(form, lambda: friends.invite(student, practice, days=form.cleaned_data["days"], now=now))
        if link:
            _remember(request, practice, link)
            return after(request, "practice_friend_one", practice.pk, say=f"Your link for {practice.name} is ready.")
    return (invalid if form.is_bound else show)(request, INVITE, page_friend.invite_page(student, now, form=form))


def _remember(request: Request, practice: FriendPractice, link: str) -> None:
    request.session[LINKS] = request.session.get(LINKS, {}) | {str(practice.pk): link}


@require_safe
@allow("practice.own", FriendPractice)
def friend_one(request: Request, practice: FriendPractice) -> HttpResponse:
    """The link, what the friend sees, and what they noticed."""
    now = timezone.now()
    url = request.session.get(LINKS, {}).get(str(practice.pk), "") if practice.is_open(now) else ""
    shown = page_friend.friend_page(practice, now, url=url, mail=_mail(practice, request.user, url) if url else "")
    friends.read(practice, now=now)
    return show(request, FRIEND, shown)


def _mail(practice: FriendPractice, student: User, url: str) -> str:
    """Return the address of a mail that the student sends by themselves, with the link in it."""
    until = times.day(practice.open_until, student.zone)
    lines = [
        f"Hi {practice.name},",
        "I’m practicing for a conversation about someone’s work. Would you play the other side? "
        "It takes about 20 minutes. This page tells you what to do, and you don’t need an account:",
        f"{url}",
        f"The link works until {until}. Thank you!",
        student.first_name,
    ]
    body = "\r\n\r\n".join(lines)
    return f"mailto:?subject={quote('Will you practice with me?')}&body={quote(body)}"


@require_POST
@allow("practice.own", FriendPractice)
@back_to("practice_friend_one")
def link(request: Request, practice: FriendPractice) -> HttpResponse:
    """Make another link, or keep this one open longer."""
    now = timezone.now()
    if "longer" in request.POST:
        until = times.day(friends.prolong(practice, now=now).open_until, request.user.zone)
        return after(request, "practice_friend_one", practice.pk, say=f"The link works until {until}.")
    _remember(request, practice, friends.new_link(practice, now=now))
    say = "Here’s a new link. The one before no longer works."
    return after(request, "practice_friend_one", practice.pk, say=say)


@require_POST
@allow("practice.own", FriendPractice)
@back_to("practice_friend_one")
def end(request: Request, practice: FriendPractice) -> HttpResponse:
    if "undo" in request.POST:
        friends.open_again(practice, now=timezone.now())
        return after(request, "practice_friend_one", practice.pk, say="The link works again.")
    friends.end(practice, now=timezone.now())
    say = f"The link no longer works. What {practice.name} wrote stays here."
    return after(request, "practice_friend_one", practice.pk, say=say, undo=request.path)


# --- the friend, by the link ------------------------------------------------------------------------------------------


friend_enter = entrance(friends.PURPOSE, "practice_play")


@require_http_methods(["GET", "HEAD", "POST"])
@by_link(friends.PURPOSE, FriendPractice)
@edits
def play(request: HtmxRequest, practice: FriendPractice, person: User) -> HttpResponse:
    """The other side of a practice: the cues, the questions, and what the friend noticed."""
    now = timezone.now()
    if not practice.is_open(now):
        return gone(request)
    feedback = Feedback.objects.filter(with_friend=practice).first() or Feedback(with_friend=practice)
    form = FeedbackForm(request.POST or None, instance=feedback)
    if request.method == "POST" and form.is_valid():
        if both := overtaken(request, "Two versions of what you noticed", form):
            return both
        if not ratelimit.consume(request, action="practice_friend", key=str(practice.pk)):
            form.add_error(None, "You’ve sent this many times today. Wait an hour, then send it again.")
        elif done(form, lambda: friends.give(practice, form.save(commit=False), now=now)):
            url = reverse("practice_play", args=[practice.pk])
            return after(request, f"{url}#said", say=f"Thank you. {person.first_name} can read it now.")
    return (invalid if form.is_bound else show)(request, PLAY, page_friend.play_page(practice, form=form))
