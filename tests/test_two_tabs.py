"""No lost update: every form that edits what is there, opened in two tabs (reliability.md B11).

`FORMS` is double entry, like DOORS of test_access.py: a view that builds a form on a stored row and is not here fails.
Each is opened twice as a browser does, one field is changed in the first, another text in the second; both are pressed.
"""

import ast
import re
from datetime import time, timedelta
from functools import partial
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.clock import times
from apps.coaching.models import CoachNote, SharedNote
from apps.cohorts.models import Assignment
from apps.finding.models import Event
from apps.growth import models as growth
from apps.interviews.preparing import actions as preparing
from apps.interviews.preparing.models import PlannedQuestion, Question
from apps.network.models import ActionStep, Offering, Organization, Outcome, Touch
from apps.organizations.models import KindOfWork, Note, Opportunity
from apps.policy.models import Phrase, Policy, SearchWord
from apps.practice.models import Feedback, Practice, Slot
from apps.reminders.models import QuietTime
from apps.shelf.models import Resource
from apps.students.models import Cohort
from tests import world
from tests.interviews import steps
from tests.races.together import at_once

pytestmark = pytest.mark.django_db


def _person(stage):
    return reverse("office_person", args=[stage["student"].pk])


def _question(stage):
    row = Question.objects.create(text="What surprised you?", theme="path", minutes=3, why="It opens.")
    return reverse("office_question", args=[row.pk])


def _note(stage):
    note = CoachNote.objects.create(student=stage["student"], author=stage["coach"], text="Quiet.")
    return reverse("coach_note_change", args=[note.pk])


def _shared_note(stage):
    note = SharedNote.objects.create(student=stage["student"], author=stage["coach"], text="Quiet.")
    return reverse("shared_note_change", args=[note.pk])


def _contact(stage):
    return reverse("contact_edit", args=[world.contact(stage["student"]).pk])


def _touch(stage):
    contact = world.contact(stage["student"])
    touch = Touch.objects.create(student=stage["student"], contact=contact, at=timezone.now(), kind="met", note="x")
    return reverse("touch_edit", args=[touch.pk])


def _resource(stage):
    return reverse("office_resource", args=[Resource.objects.create(title="x", text="y", topic="ask").pk])


def _search_word(stage):
    return reverse("office_word", args=[SearchWord.objects.create(kind="place", phrase="the Port", means="Duluth").pk])


def _offering(stage):
    return reverse("offer_edit", args=[Offering.objects.create(student=stage["student"], text="x").pk])


def _step(stage):
    row = ActionStep.objects.create(student=stage["student"], contact=world.contact(stage["student"]), text="Call")
    return reverse("step_edit", args=[row.pk])


def _outcome(stage):
    contact = world.contact(stage["student"])
    row = Outcome.objects.create(
        student=stage["student"], contact=contact, kind="offer", happened_on=timezone.now().date(), note="A day"
    )
    return reverse("outcome_edit", args=[row.pk])


def _referral(stage):
    referrer, named = world.contact(stage["student"], "Helen Varga"), world.contact(stage["student"], "Ben Roth")
    return reverse("referral_edit", args=[world.referral(referrer, named).pk])


def _organization(stage):
    return Organization.objects.create(student=stage["student"], name="Corvane", is_target=True)


def _details(stage):
    return reverse("organization_edit", args=[_organization(stage).pk])


def _fact(stage):
    row = Note.objects.create(
        student=stage["student"], organization=_organization(stage), text="Ten staff", noted_on=timezone.now().date()
    )
    return reverse("organization_note", args=[row.pk])


def _chance(stage):
    row = Opportunity.objects.create(student=stage["student"], organization=_organization(stage), title="Crew")
    return reverse("opportunity_edit", args=[row.pk])


def _kinds(stage):
    KindOfWork.objects.create(pk=990001, student=stage["student"], name="Regulation")
    return reverse("kinds_of_work")


def _event(stage):
    today = timezone.now().date()
    return reverse("event_edit", args=[Event.objects.create(student=stage["student"], name="Fair", held_on=today).pk])


def _path(stage):
    return reverse("path_edit", args=[growth.Path.objects.create(student=stage["student"], name="Regulation").pk])


def _rate(stage):
    today = times.local_date(timezone.now(), stage["student"].zone)
    growth.SelfRating.objects.create(student=stage["student"], rated_on=today, **dict.fromkeys(growth.SKILLS, 3))
    return reverse("progress_rate")


def _quiet(stage):
    QuietTime.objects.create(person=stage["student"], quiet_from=time(21), quiet_to=time(7))
    return reverse("reminder_preferences")


def _cohorts(stage):
    Cohort.objects.create(name="Fall", review_first=1)
    return reverse("office_cohorts")


def _research(stage):
    return reverse("request_research", args=[steps.draft(stage["student"], stage["alum"], timezone.now()).pk])


def _planned(stage):
    contact = world.contact(stage["student"])
    talk = world.interview(stage["student"], contact, starts_at=timezone.now() + timedelta(days=2))
    preparing.add_own(talk, text="What surprised you?", now=timezone.now())
    return reverse("prepare", args=[talk.pk])


def _practice(stage):
    at, day = timezone.now(), timedelta(days=1)
    span = {"coach": stage["coach"], "starts_at": at - day, "ends_at": at - day / 2}
    slot = Slot.objects.create(**span)
    row = Practice.objects.create(student=stage["student"], slot=slot, booked_at=at, **span)
    Feedback.objects.create(practice=row, words="Slow down.")
    return reverse("practice_given", args=[row.pk])


def _cohort(stage):
    row = Cohort.objects.create(name="Fall", review_first=1)
    stage["student"].student_profile.cohort = row
    stage["student"].student_profile.save()
    return reverse("cohort", args=[row.pk])


def _assignment(stage):
    _cohort(stage)
    at, cohort = timezone.now(), Cohort.objects.get()
    days = {"from_on": at.date(), "from_at": at, "due_on": at.date() + timedelta(9), "due_at": at + timedelta(9)}
    row = Assignment.objects.create(cohort=cohort, conversations=2, made_by=stage["coach"], made_at=at, **days)
    return reverse("assignment_edit", args=[row.pk])


FORMS = {  # the view's file and function: who, where, field, what each of the two tabs types
    "office/views.py:person": ("office", _person, "name", "Amira One", "Amira Two"),
    "office/views.py:person (student)": ("office", _person, "program", "Biology", "History"),
    "office/views_shelf.py:resource": ("office", _resource, "text", "Read it first", "Read it last"),
    "office/views_words.py:search_word": ("office", _search_word, "means", "Duluth, MN", "Superior, WI"),
    "office/views.py:question": ("office", _question, "text", "What surprised you first?", "What surprised you last?"),
    "office/views.py:policy": ("office", "office_policy", "office_name", "Careers One", "Careers Two"),
    "office/views_hours.py:hours": ("office", "office_hours", "opens_0", "08:00", "08:30"),
    "privacy/views_office.py:retention": ("office", "office_retention", "mails", "120", "130"),
    "office/views.py:cohorts": ("office", _cohorts, "form-0-review_first", "2", "3"),
    "accounts/views.py:account": ("student", "account", "preferred_name", "Mira", "Mimi"),
    "students/views_goal.py:goal": ("student", "goal", "goal", "What a day is like", "How people got there"),
    "growth/views.py:_form": ("student", _path, "skills", "I read fast", "I read slowly"),
    "growth/views.py:rate": ("student", _rate, "clarity", "2", "4"),
    "students/views.py:welcome": ("student", "welcome", "goal", "What a day is like", "How people got there"),
    "alumni/views.py:profile": ("alum", "alum_profile_edit", "title", "Director One", "Director Two"),
    "reminders/views.py:_choices": ("student", _quiet, "quiet_to", "08:10", "09:30"),
    "network/views_story.py:touch_edit": ("student", _touch, "note", "We met at noon", "We met at one"),
    "network/views_giving.py:offer_edit": ("student", _offering, "text", "My notes", "My maps"),
    "network/views_story.py:step_edit": ("student", _step, "text", "Call Helen", "Write to Helen"),
    "network/views_story.py:outcome_edit": ("student", _outcome, "note", "A day at work", "Two days at work"),
    "organizations/views.py:edit": ("student", _details, "why", "Kind people", "Clean rivers"),
    "organizations/views.py:note_edit": ("student", _fact, "text", "Twelve staff", "Eleven staff"),
    "organizations/views_opportunity.py:edit": ("student", _chance, "title", "Summer crew", "Winter crew"),
    "organizations/views.py:kinds": ("student", _kinds, "kind-990001", "Rules", "Law"),
    "coaching/views_notes.py:shared_change": ("coach", _shared_note, "shared_text", "Talk on Monday", "On Friday"),
    "finding/views.py:event_edit": ("student", _event, "name", "Spring fair", "Fall fair"),
    "coaching/views_notes.py:note_change": ("coach", _note, "text", "Talk on Monday", "Talk on Friday"),
    "cohorts/views.py:cohort": ("coach", _cohort, "review_first", "2", "3"),
    "cohorts/views_assignment.py:edit": ("coach", _assignment, "question", "What is new?", "What surprised you?"),
    "practice/views.py:given": ("coach", _practice, "words", "Wait a little", "Ask once more"),
    "interviews/asking/views.py:research": (
        "student",
        _research,
        "skipped_because",
        "We met before",
        "We are neighbors",
    ),
    "network/views.py:contact_edit": ("student", _contact, "organization_name", "Corvane One", "Corvane Two"),
}
# Edited by another means, with tests of its own: texts that save themselves (autosave.py), or one line at a time.
ELSEWHERE = {
    "students/views_introduction.py:introduction": "autosave.py, tests/students/test_introduction.py",
    "students/views_introduction.py:_posted": "the same",
    "students/views_introduction.py:_lines": "autosave.py, on Today",
    "students/views_introduction.py:_lines_again": "the same",
    "students/views_introduction.py:introduction_measure": "saves nothing",
    "directory/views_saved.py:_form": "test_two_tabs_do_not_rename_over_each_other of tests/directory",
    "interviews/asking/views.py:_posted": "autosave.py, tests/races/test_tabs.py",
    "interviews/asking/views.py:preview": "saves nothing",
    "interviews/preparing/views.py:_change": "test_a_planned_question_is_not_written_over",
    "interviews/preparing/views.py:_posted": "autosave.py, tests/interviews/preparing",
    "network/views.py:_typed": "of contact_edit",
    "network/views_giving.py:offer_add": "makes a row",
    "network/views_giving.py:gave": "makes a row",
    "organizations/views.py:note_add": "makes a row",
    "organizations/views_opportunity.py:add": "makes a row",
    "practice/views_friend.py:invite": "makes a row",
    "practice/views_friend.py:play": "by a link: tests/practice/test_friend.py",
    "practice/views.py:cancel_given": "shows the form again, saves nothing of it",
    "cohorts/views_assignment.py:add": "makes a row",
    "network/views_story.py:_in_place": "autosave.py, tests/network/test_timeline.py",
    "network/views_story.py:contact_close": "tests/network/test_timeline.py",
}


def at(where, stage):
    return where(stage) if callable(where) else reverse(where)


class Forms(HTMLParser):
    """The forms of a page, each as the pairs that a browser would post of it."""

    def __init__(self, html):
        super().__init__()
        self.forms, self.ids, self.open, self.select, self.area = [], {}, None, None, None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        of = dict(attrs)
        if tag == "form":
            self.open = []
            self.forms.append(self.open)
            self.ids[of.get("id")] = self.open
        form = self.ids.get(of["form"], self.open) if "form" in of else self.open
        if form is None or ("name" not in of and tag != "option"):
            return
        if tag == "input":
            kind = of.get("type", "text")
            if kind not in ("checkbox", "radio", "submit", "file") or ("checked" in of and kind != "submit"):
                form.append((of["name"], of.get("value", "on" if kind == "checkbox" else "")))
        elif tag == "select":
            self.select = (form, of["name"], "multiple" in of, [])
        elif tag == "option" and self.select:
            self.select[3].append((of.get("value", ""), "selected" in of))
        elif tag == "textarea":
            self.area = (form, of["name"], [])

    def handle_data(self, data):
        if self.area:
            self.area[2].append(data)

    def handle_endtag(self, tag):
        if tag == "form":
            self.open = None
        elif tag == "textarea" and self.area:
            form, name, words = self.area
            form.append((name, "".join(words).removeprefix("\n")))
            self.area = None
        elif tag == "select" and self.select:
            form, name, is_multiple, options = self.select
            chosen = [value for value, is_chosen in options if is_chosen]
            form += [(name, value) for value in chosen or ([] if is_multiple or not options else [options[0][0]])]
            self.select = None


def forms_of(html):
    return Forms(html).forms


def opened(client, url, field):
    """Return what a browser would post from the form that holds `field`, as it stands."""
    shown = client.get(url)
    assert shown.status_code == 200, url
    return next(values for values in forms_of(shown.content.decode()) if field in dict(values))


def typed(values, field, text):
    return {**_grouped([(name, value) for name, value in values if name != field]), field: text}


def _grouped(pairs):
    grouped = {}
    for name, value in pairs:
        grouped.setdefault(name, []).append(value)
    return grouped


@pytest.fixture
def people(student, alum, coach, office):
    Policy.now()
    return {"student": student, "alum": alum, "coach": coach, "office": office}


@pytest.mark.parametrize("name", FORMS)
def test_the_second_tab_does_not_write_over_the_first(name, people, as_):
    who, where, field, first, second = FORMS[name]
    client, url = as_(people[who]), at(where, people)
    one, two = opened(client, url, field), opened(client, url, field)
    answer = client.post(url, typed(one, field, first))
    assert answer.status_code == 302, answer.content.decode()[:2000]
    answer = client.post(url, typed(two, field, second))
    assert answer.status_code == 409
    html = re.sub(r"\s+", " ", answer.content.decode())
    assert "changed in another window. Nothing is lost" in html
    shown = html.partition("Typed here")
    for text, where_it_stands in ((first, shown[0]), (second, shown[2])):
        assert text.removeprefix("0").removesuffix(":00") in where_it_stands
    assert dict(opened(client, url, field))[field].startswith(first)
    # Who opens it anew and types again is heard; who presses what is saved already is not bothered.
    assert client.post(url, typed(opened(client, url, field), field, second)).status_code == 302
    assert client.post(url, typed(two, field, second)).status_code == 302


def test_what_was_wrong_with_the_form_does_not_let_it_write_over(people, as_):
    client, url = as_(people["office"]), reverse("office_policy")
    one, two = opened(client, url, "office_name"), opened(client, url, "office_name")
    client.post(url, typed(one, "office_name", "Careers One"))
    wrong = client.post(url, {**typed(two, "office_name", "Careers Two"), "nudge_days": "99"})
    assert wrong.status_code == 422
    again = next(values for values in forms_of(wrong.content.decode()) if "office_name" in dict(values))
    answer = client.post(url, {**typed(again, "office_name", "Careers Two"), "nudge_days": "3"})
    assert answer.status_code == 409


def test_a_field_that_the_other_form_does_not_show_is_no_conflict(people, as_):
    client, url = as_(people["student"]), reverse("account")
    opened_here = opened(client, url, "preferred_name")
    office, policy = as_(people["office"]), reverse("office_policy")
    office.post(policy, typed(opened(office, policy, "office_name"), "office_name", "X"))
    assert client.post(url, typed(opened_here, "preferred_name", "Mira")).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_the_same_moment_leave_one_and_tell_the_other():
    Policy.now()
    office = world.office()
    url, browsers = reverse("office_policy"), []
    for _ in range(4):
        client = Client()
        client.force_login(office, backend="apps.accounts.backends.Backend")
        browsers.append((client, opened(client, url, "office_name")))

    def press(client, values, text):
        return client.post(url, typed(values, "office_name", text)).status_code

    said = at_once(*(partial(press, client, values, f"Office {n}") for n, (client, values) in enumerate(browsers)))
    assert sorted(said) == [302, 409, 409, 409]


def test_a_planned_question_is_not_written_over(people, as_):
    client, url = as_(people["student"]), _planned(people)
    field = f"q{PlannedQuestion.objects.get().pk}-text"
    one, two = opened(client, url, field), opened(client, url, field)
    row = PlannedQuestion.objects.get()
    change = reverse("prepare_question", args=[row.plan.interview_id, row.pk])
    for values, text, status in ((one, "What was hard?", 302), (two, "What was easy?", 409)):
        assert client.post(change, {**typed(values, field, text), "act": "change"}).status_code == status
    late = {**typed(two, field, "What was easy?"), "act": "change"}
    answer = client.post(change, late, headers={"hx-request": "true"})
    assert (answer.status_code, "Typed here" in answer.content.decode()) == (422, True)
    assert PlannedQuestion.objects.get().text == "What was hard?"


# --- switches ---------------------------------------------------------------------------------------------------------


def test_a_switch_pressed_in_two_tabs_is_what_the_button_said(people, as_):
    client = as_(people["office"])
    phrase = Phrase.objects.create(kind="asks", pattern="pick your brain", explanation="x", suggestion="y", is_on=True)
    question = Question.objects.create(text="Why?", theme="path", minutes=3)
    for url in (
        reverse("office_phrase_switch", args=[phrase.pk]),
        reverse("office_question_switch", args=[question.pk]),
    ):
        for _ in range(2):
            client.post(url, {"on": "0"})
    phrase.refresh_from_db()
    question.refresh_from_db()
    assert (phrase.is_on, question.is_active) == (False, False)
    assert 'name="on" value="1"' in client.get(reverse("office_phrases")).content.decode()


# --- none is missing --------------------------------------------------------------------------------------------------


def editing():
    """Yield file:function of every view that builds a form on a stored row."""
    apps = Path(__file__).parent.parent / "apps"
    for file in sorted(apps.glob("*/**/views*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if not isinstance(node, ast.FunctionDef):
                continue
            calls = [call for call in ast.walk(node) if isinstance(call, ast.Call)]
            posts = "POST" in ast.unparse(node)
            named = {word.arg for call in calls for word in call.keywords}
            if posts and named & {"instance", "queryset"}:
                yield f"{file.relative_to(apps)}:{node.name}"


def test_no_form_that_edits_is_missing_here():
    known = {name.partition(" ")[0] for name in FORMS} | set(ELSEWHERE)
    missing = [name for name in editing() if name not in known and name.partition(":")[0] not in ELSEWHERE]
    assert missing == []
