"""Every part of a page, rendered as a page would: what a reader, a screen reader and a form would get."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.paginator import Paginator
from django.core.validators import MinValueValidator, RegexValidator
from django.forms import modelform_factory
from django.template import Context, RequestContext, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import timezone, translation
from django.utils.html import strip_tags

from apps.accounts.forms import FirstPasswordForm
from apps.accounts.models import User
from apps.policy.models import Policy

NOW = datetime(2026, 11, 12, 16, 40, tzinfo=UTC)
CLOCK = '<svg class="icon" aria-hidden="true"><use href="/static/icons.svg#i-clock"/></svg>'


@pytest.fixture(autouse=True)
def _in_chicago():
    with timezone.override("America/Chicago"):
        yield


def rendered(source, **context):
    return Template(source).render(Context(context)).strip()


def words(html):
    return " ".join(strip_tags(html.replace("<", " <")).split())


# --- signs ------------------------------------------------------------------------------------------------------------


def test_icon():
    assert rendered('{% icon "clock" %}') == CLOCK


def test_tag_is_a_sign_and_a_word():
    tag = rendered('{% tag "gold" "clock" word %}', word="29 hours <left>")
    assert tag == f'<span class="rp-tag rp-tag-gold">{CLOCK} 29 hours &lt;left&gt;</span>'
    assert rendered('{% tag "" "clock" "Paused" %}') == f'<span class="rp-tag">{CLOCK} Paused</span>'


def test_say():
    said = rendered('{% say "moss" "clock" "A warm start." %}')
    assert said == f'<p class="rp-say rp-moss">{CLOCK}<span>A warm start.</span></p>'


@pytest.mark.parametrize(
    ("person", "letters"),
    [
        (SimpleNamespace(initials="NH"), "NH"),
        (SimpleNamespace(name="ingrid maria solheim"), "IS"),
        ("Cher", "C"),
        ("", "?"),
        ("<b> x", "&lt;X"),
    ],
)
def test_monogram(person, letters):
    mono = rendered("{% monogram person %}", person=person)
    assert mono == f'<span class="rp-mono" aria-hidden="true">{letters}</span>'


def test_monogram_small_and_still():
    assert 'class="rp-mono rp-mono-sm rp-mono-still"' in rendered('{% monogram "Noor Haddad" "sm" True %}')


@pytest.mark.parametrize(
    ("tag", "start"),
    [
        ("note", '<div class="rp-note"><svg'),
        ('note "gold" id="hint"', '<div class="rp-note rp-note-gold" id="hint"><svg'),
        ('note "moss" live=True', '<div class="rp-note rp-note-moss" role="status"><svg'),
        ('note "brick" live=True', '<div class="rp-note rp-note-brick" role="alert"><svg'),
        ('note "fjord" sign="clock"', f'<div class="rp-note rp-note-fjord">{CLOCK}'),
    ],
)
def test_note(tag, start):
    note = rendered("{% " + tag + " %}<p>{{ text }}</p>{% endnote %}", text="Keep <this>.")
    assert note.startswith(start)
    assert note.endswith("<div><p>Keep &lt;this&gt;.</p></div></div>")


# --- time and counts --------------------------------------------------------------------------------------------------


def test_ticks_is_a_progress_with_a_name():
    assert rendered('{% ticks 19 48 "Hours since you talked" %}') == (
        '<progress class="rp-ticks" max="48" value="19" aria-label="Hours since you talked">19 of 48</progress>'
    )


def test_ticks_of_a_plan_in_minutes_never_run_past_the_end():
    assert rendered('{% ticks 26 20 "Minutes planned" plan=True %}') == (
        '<progress class="rp-ticks rp-ticks-20 rp-ticks-plum" max="20" value="20" aria-label="Minutes planned">'
        "26 of 20</progress>"
    )


def test_ticks_that_run_in_the_page():
    ticks = rendered('{% ticks 19 48 "Hours" since=at %}', at=NOW)
    assert 'data-since="2026-11-12T16:40:00+00:00" data-unit="hours"' in ticks


@pytest.mark.parametrize(
    ("done", "booked", "goal", "states"),
    [(3, 1, 6, "ddd b o o"), (0, 0, 2, "oo"), (4, 1, 3, "dddd b")],
)
def test_beads(done, booked, goal, states):
    bead = {"d": '<li class="is-done"></li>', "b": '<li class="is-booked"></li>', "o": "<li></li>"}
    html = rendered('{% beads done booked goal "So far" %}', done=done, booked=booked, goal=goal)
    inside = "".join(bead[s] for s in states.replace(" ", ""))
    assert html == f'<ol class="rp-beads" aria-label="So far">{inside}</ol>'


def test_times_in_a_page():
    start, end = NOW + timedelta(days=1), NOW + timedelta(days=1, minutes=20)
    assert rendered("{% when start end %}", start=start, end=end) == (
        '<time datetime="2026-11-13T10:40:00-06:00">Friday, November 13, 10:40 to 11:00\xa0am</time>'
    )
    assert words(rendered('{% when start end "Europe/Oslo" %}', start=start, end=end)) == (
        "Friday, November 13, 5:40 to 6:00 pm Oslo time"
    )
    assert rendered("{{ at|day }}, {{ at|clock }}", at=NOW) == "Thursday, November 12, 10:40\xa0am"
    assert rendered("{{ a|to:b }}", a=start, b=end) == "10:40 to 11:00\xa0am"
    assert rendered("{{ at|day_name:now }}", at=start, now=NOW) == "tomorrow"
    assert rendered("{{ zone|city }}", zone="America/New_York") == "New York"
    assert rendered("{% at_place at 'Europe/Oslo' %}", at=NOW) == "5:40\xa0pm"
    assert rendered("{% at_place at 'Asia/Tokyo' %}", at=NOW) == "1:40\xa0am Friday"


# --- forms ------------------------------------------------------------------------------------------------------------


class EveryKind(forms.Form):
    name = forms.CharField(label="Where they work", help_text="As they would say it.", max_length=5)
    email = forms.EmailField(label="Email address")
    kind = forms.ChoiceField(choices=[("a", "A talk"), ("b", "A letter")], required=False)
    way = forms.ChoiceField(label="How", choices=[("v", "Video"), ("p", "Phone")], widget=forms.RadioSelect)
    days = forms.MultipleChoiceField(choices=[("m", "Monday")], widget=forms.CheckboxSelectMultiple, required=False)
    text = forms.CharField(widget=forms.Textarea, required=False)
    ok = forms.BooleanField(label="I have read it", help_text="Aloud is best.")
    version = forms.CharField(widget=forms.HiddenInput, required=False)


def field(of, **data):
    form = EveryKind(data) if data else EveryKind()
    return render_to_string("components/field.html", {"field": form[of]})


def test_text_field_names_its_hint():
    html = field("name")
    assert '<label class="form-label" for="id_name">Where they work</label>' in html
    assert '<p class="form-text" id="id_name-hint">As they would say it.</p>' in html
    assert 'class="form-control"' in html
    assert 'aria-describedby="id_name-hint"' in html
    assert "aria-invalid" not in html


def test_text_field_names_hint_and_error_in_this_order():
    html = field("name", name="Riverkeep")
    assert '<p class="rp-error" id="id_name-error">' in html
    assert "5 characters is the limit. You have 9." in html
    assert 'aria-describedby="id_name-hint id_name-error"' in html
    assert 'aria-invalid="true"' in html
    assert html.index("id_name-hint") < html.index("rp-error") < html.index("<input")


@pytest.mark.parametrize(("name", "optional"), [("name", False), ("kind", True), ("text", True), ("way", False)])
def test_only_the_optional_are_marked(name, optional):
    assert ("(optional)" in field(name)) is optional


def test_select_and_textarea():
    assert '<select name="kind" class="form-select" id="id_kind">' in field("kind")
    assert '<textarea name="text" cols="40" rows="10" class="form-control" id="id_text">' in field("text")


def test_radios_are_a_group_with_a_name():
    html = field("way", way="x")
    assert html.startswith('<fieldset class="rp-field" id="id_way" aria-describedby="id_way-error">')
    assert "<legend>How</legend>" in html
    assert html.count('type="radio"') == html.count('class="form-check-input"') == 2
    assert '<label class="form-check-label" for="id_way_1">Phone</label>' in html
    assert "Choose one from the list." in html


def test_boxes_are_a_group_and_one_box_is_not():
    assert "<fieldset" in field("days")
    html = field("ok", ok="")
    assert "<fieldset" not in html
    assert 'aria-describedby="id_ok-hint id_ok-error"' in html
    assert words(html) == "Check this box to continue. I have read it Aloud is best."


def test_hidden_field_is_only_its_input():
    assert field("version") == '<input type="hidden" name="version" id="id_version">\n'


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (forms.CharField(), "Fill this in."),
        (forms.ChoiceField(choices=[("a", "A")]), "Choose one."),
        (forms.EmailField(), "Enter a full email address, like name@example.edu."),
        (forms.URLField(assume_scheme="https"), "Enter the full address, starting with https://."),
        (forms.DateField(), "Enter the date as year, month, day: 2026-11-12."),
        (forms.TimeField(), "Enter the time as 3:30 pm or 15:30."),
        (forms.DateTimeField(), "Enter the day and time as 2026-11-12 15:30."),
        (forms.IntegerField(), "Enter a whole number."),
        (forms.DecimalField(), "Enter a number."),
        (forms.FloatField(), "Enter a number."),
        (forms.TypedChoiceField(choices=[("a", "A")]), "Choose one from the list."),
        (forms.MultipleChoiceField(choices=[("a", "A")]), "Choose one from the list."),
        (forms.ModelChoiceField(User.objects.none()), "Choose one from the list."),
        (forms.IntegerField(min_value=2), "Enter 2 or more."),
        (forms.IntegerField(max_value=2), "Enter 2 or less."),
        (forms.CharField(min_length=9), "Write at least 9 characters."),
        (forms.FileField(), "Choose a file."),
        (forms.CharField(error_messages={"required": "Name at least one."}), "Name at least one."),
        (forms.CharField(min_length=9, error_messages={"min_length": "Say a little more."}), "Say a little more."),
        (forms.CharField(validators=[RegexValidator("^b", "Begin with a b.")]), "Begin with a b."),
        (forms.DateField(validators=[MinValueValidator(NOW.date(), "Check the year.")]), "Check the year."),
    ],
)
@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.django_db
def test_mistakes_say_what_to_do(given, said, language):
    """Whatever language Django speaks: what is wrong is known by its code."""
    form = type("One", (forms.Form,), {"it": given})
    wrong = {
        "Fill this in.": "",
        "Choose one.": "",
        "Name at least one.": "",
        "Enter 2 or more.": "1",
        "Enter 2 or less.": "3",
        "Choose one from the list.": ["9"] if isinstance(given, forms.MultipleChoiceField) else "9",
        "Check the year.": "1026-01-01",
    }
    with translation.override(language):
        assert words(rendered("{{ f|mistakes|first }}", f=form({"it": wrong.get(said, "a@")})["it"])) == said


def test_an_empty_file_is_said_so():
    form = type("One", (forms.Form,), {"it": forms.FileField()})({}, {"it": SimpleUploadedFile("a.csv", b"")})
    assert words(rendered("{{ f|mistakes|first }}", f=form["it"])) == "This file is empty. Choose another."


def test_what_a_model_finds_is_said_alike():
    form = modelform_factory(Policy, fields=["answer_days"])({"answer_days": "1"})
    assert words(rendered("{{ f|mistakes|first }}", f=form["answer_days"])) == "Enter 2 or more."


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("short", "Use 12 characters or more."),
        ("password1234", "This password is too common and easy to guess. Choose another."),
        ("{email}", "This is too close to your name or email address. Choose another."),
    ],
)
def test_a_password_that_will_not_do(password, said, student):
    password = password.format(email=student.email)
    form = FirstPasswordForm(data={"password1": password, "password2": password}, user=student)
    assert said in words(rendered("{{ f|mistakes|join:' ' }}", f=form["password1"]))


def test_two_passwords_that_differ(student):
    form = FirstPasswordForm(data={"password1": "a lamp above the sea", "password2": "a lamp below"}, user=student)
    assert form["password1"].errors == []
    assert rendered("{{ f|mistakes|join:' ' }}", f=form["password2"]) == (
        "The two passwords don’t match. Type both again."
    )


def test_error_summary_leads_to_each_field():
    html = render_to_string("components/error_summary.html", {"form": EveryKind({"name": "x", "way": "v"})})
    assert 'role="alert"' in html
    assert "Fix 2 things to continue" in html
    assert '<a href="#id_email">Email address: Fill this in.</a>' in html
    assert html.count("<a ") == 2
    good = EveryKind({"name": "x", "way": "v", "email": "a@b.example", "ok": "on"})
    assert render_to_string("components/error_summary.html", {"form": good}).strip() == ""


# --- lists, people, stages --------------------------------------------------------------------------------------------


def page_nav(number, address):
    request = RequestFactory().get(address)
    source = Template('{% include "components/pagination.html" %}')
    return source.render(RequestContext(request, {"page": Paginator(range(57), 6).page(number)}))


def test_pagination_keeps_the_search():
    html = page_nav(2, "/people/?q=water&place=Duluth&page=2")
    assert words(html) == "7 to 12 of 57 Previous page Next page"
    assert 'href="?q=water&amp;place=Duluth&amp;page=3" rel="next"' in html
    assert 'href="?q=water&amp;place=Duluth&amp;page=1" rel="prev"' in html


def test_pagination_at_the_ends():
    assert words(page_nav(1, "/")) == "1 to 6 of 57 Next page"
    assert words(page_nav(10, "/")) == "55 to 57 of 57 Previous page"
    assert render_to_string("components/pagination.html", {"page": Paginator([1], 6).page(1)}).strip() == ""


def test_empty():
    html = render_to_string(
        "components/empty.html", {"title": "Nobody yet", "text": "Begin with one.", "url": "/add/", "action": "Add one"}
    )
    assert words(html) == "Nobody yet Begin with one. Add one"
    assert '<a class="btn btn-primary" href="/add/">' in html


def test_thread_marks_done_now_and_next():
    stages = [
        {"label": "Asked", "state": "done", "url": "/r/1/", "when": "Tuesday"},
        {"label": "Talk", "state": "now", "url": "/i/1/", "is_here": True},
        {"label": "Thank", "state": "next"},
    ]
    html = " ".join(render_to_string("components/thread.html", {"stages": stages, "across": True}).split())
    assert html == (
        '<ol class="rp-thread rp-thread-across"> <li><a href="/r/1/">Asked</a>'
        '<span class="rp-stage-when">Tuesday</span></li> '
        '<li class="is-now"><a href="/i/1/" aria-current="step">Talk</a></li> '
        '<li class="is-next"><span>Thank</span></li> </ol>'
    )


def test_person():
    html = render_to_string(
        "components/person.html", {"person": SimpleNamespace(name="Yuki Tanabe"), "line": "Toronto", "url": "/p/"}
    )
    assert '<a href="/p/">Yuki Tanabe</a>' in html
    assert words(html) == "YT Yuki Tanabe Toronto"


# --- the frame --------------------------------------------------------------------------------------------------------


def framed(user, at="/nowhere/", role=None, template="404.html", **context):
    request = RequestFactory().get(at)
    request.user, request.session = user, {"role": role} if role else {}
    return render_to_string(template, context, request=request)


def current(html):
    return [words(part.split("</a>")[0].split(">", 1)[1]) for part in html.split("<a ") if "aria-current" in part]


def test_the_menu_is_that_of_the_role(student, office):
    student.roles = ["student", "coach"]
    assert "Find people" in framed(student)
    assert "Caseload" in framed(student, role="coach")
    assert "Find people" not in framed(student, role="coach")
    assert "Emails" in framed(office)


def test_the_menu_marks_where_one_is(student, coach):
    assert current(framed(student, at="/network/")) == ["Network"]
    assert current(framed(student, at="/network/map/")) == ["Network"]
    assert current(framed(student, at="/elsewhere/")) == []
    assert current(framed(student, at="/elsewhere/", section="network")) == ["Network"]
    assert current(framed(coach, at="/coach/")) == ["Caseload"]
    assert current(framed(coach, at="/coach/reviews/7/")) == ["Reviews"]


def test_the_scheme_of_the_account_is_pinned(student):
    assert '<html lang="en-US">' in framed(student)
    student.scheme = "dark"
    html = framed(student)
    assert '<html lang="en-US" data-bs-theme="dark">' in html
    assert '<meta name="color-scheme" content="dark">' in html


def test_only_who_holds_two_roles_can_switch(student):
    assert "Go on as" not in framed(student)


@pytest.mark.django_db
def test_a_visitor_gets_no_menu():
    from_nobody = SimpleNamespace(is_authenticated=False)
    html = framed(from_nobody)
    assert "rp-nav" not in html
    assert "Sign out" not in html
    assert 'class="rp-public"' in html


@pytest.mark.parametrize("name", ["400.html", "500.html"])
def test_the_static_error_pages_need_nothing(name):
    """No database, no request: they must render when both are broken."""
    assert "home page" in render_to_string(name)


def test_error_pages_say_what_to_do(student, client, settings):
    assert "Nothing was changed." in framed(student, template="403.html")
    assert "Reload the page" in framed(student, template="errors/403_csrf.html")
    link = framed(SimpleNamespace(is_authenticated=False), template="errors/410_link.html")
    assert "nothing was changed" in link
    assert "career@tamarack.example" in link
    missing = client.get("/there/is/no/such/page/")
    assert missing.status_code == 404
    assert "Page not found." in missing.text


def test_confirm_asks_before_it_acts(student):
    html = framed(
        student,
        template="components/confirm.html",
        question="Take Ingrid off your map?",
        action="Yes, take her off",
        back="/network/1/",
        hidden={"version": 3},
    )
    assert '<form method="post">' in html
    assert '<input type="hidden" name="version" value="3">' in html
    assert '<a href="/network/1/">Cancel</a>' in html
