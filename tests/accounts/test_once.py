"""B5: one rendered form, pressed twenty times, does what one press does; with other words it is another form.

The table is double entry: it must name every view that carries `@once`. What a press did is seen in every row of every
table of ours, so that no form needs a line about what to count.
"""

import re
from datetime import timedelta

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import get_resolver, reverse
from django.utils import timezone

from apps.accounts.models import Press
from apps.network.models import ActionStep, Organization
from apps.wording import rulebook
from tests import world
from tests.races.together import at_once

EXPORT = b"ID,First Name,Last Name,Class Year,Email\n1,Ada,Moe,2014,ada@alum.example\n"
ADA, WHY = {"name": "Ada Moe"}, {"theme": "path", "text": "What was hard?", "minutes": 3}
FRIEND, COACH = {"relation": "friend"}, {"email": "ada@tamarack.example", "roles": "coach"}
CAME = {"kind": "path", "happened_on": f"{timezone.now().date() - timedelta(days=20)}"}
SUGGESTED = {"referrer_name": "Bo Lund", "referrer_relation": "friend", "name_permission": "yes"}
HOLIDAY = {"on": f"{timezone.now().date() + timedelta(days=20)}", "name": "Founders’ Day"}
QUESTION = {"wanted": "A nurse", "goal": "Her day", "needed_by": f"{timezone.now().date() + timedelta(days=9)}"}
ELSEWHERE = {
    "contact_same",  # asked only of somebody who is found in the directory, see the end
    "gave",  # tests/network/test_giving.py
    "suggest",  # stands behind a choice of students: tests/suggestions
    "coach_letters",  # stands behind a choice of students: tests/coaching/test_letters.py
    "cohort_letters",  # the same page for the office: tests/coaching/test_cohort_letters.py
    "practice_book",  # tests/practice
    "practice_friend",  # the same
    "handover",  # tests/handover
    "office_report_add",  # stands behind a choice of people: tests/moderation/test_by_phone.py
    "progress_update",  # tests/network/test_updates.py
}
TIMES = {"days": ["1"], "begins": "14:00", "ends": "15:00", "minutes": "30", "by_video": "on"}
AWAY = {"reader": "release"} | {
    name: f"{timezone.now().date() + timedelta(days=days)}" for name, days in (("from_on", 2), ("until_on", 5))
}
WEEKS = {"conversations": 3, "minutes": 15, "fewest_words": 200, "question": "What is new?"}
WEEKS |= {name: f"{timezone.now().date() + timedelta(days=days)}" for name, days in (("from_on", 2), ("due_on", 40))}
TIMES |= {name: f"{timezone.now().date() + timedelta(days=days)}" for name, days in (("from_on", 20), ("until_on", 40))}
GUIDE = {"title": "A guide", "text": "Read it.", "topic": "ask"}
COPY = {"name": "Next term", "from_on": f"{timezone.now().date() + timedelta(days=60)}", "do": "copy"}
FAIR = {"name": "A fair", "held_on": "2026-11-01"}
NICKNAME = {"phrase": "the Twin Ports", "kind": "place", "means": "Duluth, MN"}

FORMS = {
    # goes to                who        of           stands on                   what is typed
    "contact_add":            ("student", "",          "contact_add",              ADA | FRIEND),
    "map_people":             ("student", "",          "map_people",               FRIEND | {"names": "Ada"}),
    "contact_touch":          ("student", "contact",   "contact contact",          {"kind": "wrote", "note": "A card"}),
    "contact_write":          ("student", "contact",   "contact_write contact",    {"body": "Dear Helen, it rained."}),
    "step_add":               ("student", "contact",   "contact contact",          {"text": "Read the report"}),
    "step_done":              ("student", "step",      "contact contact",          {}),
    "outcome_add":            ("student", "contact",   "contact contact",          CAME),
    "alum_save":              ("student", "alum",      "alum alum",                {}),
    "save_search":            ("student", "",          "people?q=nurse",           {"address": "?q=nurse"}),
    "office_invitations":     ("office",  "",          "office_invitations",       {"most": "5"}),
    "alum_invite":            ("office",  "to_invite", "alum to_invite",           {}),
    "touch_edit":             ("student", "touch",     "touch_edit touch",         {"kind": "met", "note": "By video"}),
    "step_edit":              ("student", "step",      "step_edit step",           {"text": "Read it"}),
    "outcome_edit":           ("student", "outcome",   "outcome_edit outcome",     CAME | {"note": "A new path"}),
    "contact_suggested":      ("student", "contact",   "contact_suggested contact", SUGGESTED),
    "referral_edit":          ("student", "referral",  "referral_edit referral",   SUGGESTED),
    "offer_add":              ("student", "",          "giving",          {"kind": "help", "text": "A survey"}),
    "offer_edit":             ("student", "offering",  "offer_edit offering",      {"kind": "help", "text": "A map"}),
    "finding":                ("student", "",          "finding",                  {"name": "The chess club"}),
    "event_add":              ("student", "",          "event_add",                FAIR),
    "event":                  ("student", "event",     "event event",              {"names": "Ada Lovelace"}),
    "event_edit":             ("student", "event",     "event_edit event",         FAIR | {"name": "STEM fair"}),
    "organizations":          ("student", "",          "organizations",            {"name": "Riverkeep"}),
    "kinds_of_work":          ("student", "",          "kinds_of_work",            {"new-1": "Regulation"}),
    "organization_edit":      ("student", "organization", "organization_edit organization", {"name": "Corvane Ltd"}),
    "organization_note_add":  ("student", "organization", "organization organization", {"text": "Twelve staff"}),
    "organization_note":      ("student", "known_fact", "organization_note known_fact", {"text": "Ten staff"}),
    "opportunity_add":        ("student", "organization", "opportunity_add organization", {"title": "Map review"}),
    "opportunity_edit":       ("student", "chance",    "opportunity_edit chance",  {"title": "Winter crew"}),
    "ask_office":             ("student", "",          "ask_office",               QUESTION),
    "question_more":          ("student", "ticket",    "ask_office",               {"text": "Someone nearer?"}),
    "suggested_person_add":   ("student", "outsider",  "ask_office",               {}),
    "help_request":           ("office",  "ticket",    "help_request ticket",      {"text": "Ask Ada."}),
    "path_add":               ("student", "",          "path_add",                 {"name": "Patent law"}),
    "copy_ask":               ("student", "",          "my_data",                  {}),
    "office_person_copy":     ("office",  "person",    "office_person_data person", {}),
    "report_alum":            ("student", "sent",      "report_alum sent",         {"reason": "unkind"}),
    "report_student":         ("alum",    "sent",      "report_student sent",      {"reason": "unkind"}),
    "coach_letter":           ("coach",   "student offer", "coach_letter student offer", {"text": "May I read it?"}),
    "office_holidays":        ("office",  "",          "office_holidays",          HOLIDAY),
    "shared_note_add":        ("coach",   "student",   "caseload_student student", {"shared_text": "Well done"}),
    "caseload_view_save":     ("coach",   "",          "caseload",                 {"name": "Seniors"}),
    "coach_note_add":         ("coach",   "student",   "caseload_student student", {"text": "Calm on the phone"}),
    "review_comment":         ("coach",   "in_review", "review in_review",         {"part": "why", "text": "When?"}),
    "coach_away":             ("coach",   "",          "coach_away",               AWAY),
    "text_comment":           ("coach",   "shared_text", "text_review shared_text", {"part": "body", "text": "When?"}),
    "cohort_copy":            ("coach",   "cohort",    "cohort_copy cohort",       COPY),
    "assignment_add":         ("coach",   "cohort",    "assignment_add cohort",    WEEKS),
    "practice_times":         ("coach",   "",          "practice_times",           TIMES),
    "office_import":          ("office",  "",          "office_import",            {"file": EXPORT}),
    "office_person_add":      ("office",  "",          "office_person_add",        ADA | COACH),
    "office_question_add":    ("office",  "",          "office_question_add",      WHY),
    "office_question":        ("office",  "bank",      "office_question bank",     WHY),
    "office_resource_add":    ("office",  "",          "office_resource_add",      GUIDE),
    "office_resource":        ("office",  "resource",  "office_resource resource", GUIDE),
    "office_words":           ("office",  "",          "office_words",             NICKNAME),
    "office_word":            ("office",  "search_word", "office_word search_word", NICKNAME),
    "office_question_switch": ("office",  "bank",      "office_questions",         {}),
    "office_rule_switch":     ("office",  "rule",      "office_phrases",           {}),
    "office_phrase_switch":   ("office",  "phrase",    "office_phrases",           {}),
}  # fmt: skip


def patterns(resolver=None):
    for one in (resolver or get_resolver()).url_patterns:
        yield from patterns(one) if hasattr(one, "url_patterns") else [one]


def test_the_table_names_every_form_that_acts_once():
    assert {one.name for one in patterns() if getattr(one.callback, "acts_once", False)} == {*FORMS, *ELSEWHERE}


@pytest.fixture
def filled(stage, as_):
    """Return a form as it was rendered, filled in: a button to press."""

    def form(name, **changes):
        who, of, page, words = FORMS[name]
        client = as_(getattr(stage, who))
        rule = [rulebook.shipped().rules[0].name]
        url, (page, *row) = reverse(name, args=rule if of == "rule" else stage.args(of)), page.split()
        page, mark, query = page.partition("?")
        place = reverse(page, args=stage.args(" ".join(row))) + mark + query
        key = key_of(client.get(place).content.decode(), url, is_here=url == place)
        return lambda: client.post(url, _fresh({"once": key} | words | changes))

    return form


def key_of(page, url, is_here):
    """Return the key of the form on `page` that goes to `url`: by its address, or because it stands there."""
    forms = re.findall(r"<form.*?</form>", page, re.DOTALL)
    to = re.compile('action="' + re.sub(r"[0-9]+", "[0-9]+", url) + '"')  # a list has one for each of its rows
    mine = next(form for form in forms if to.search(form) or (is_here and 'name="once"' in form))
    return re.search(r'name="once" value="([^"]+)"', mine)[1]


def _fresh(words):
    files = {name: SimpleUploadedFile("export.csv", word) for name, word in words.items() if isinstance(word, bytes)}
    return words | files


def everything():
    """Return every row of every table of ours but the presses themselves."""
    ours = [one for one in apps.get_models() if one.__module__.startswith("apps.") and one is not Press]
    return {one.__name__: list(one._base_manager.order_by("pk").values_list()) for one in ours}


@pytest.mark.parametrize("name", FORMS)
def test_twenty_presses_do_what_one_does(filled, name):
    press, before = filled(name), everything()
    first = press()
    once = everything()
    answers = {(answer.status_code, answer["Location"]) for answer in (press() for _ in range(19))}
    assert answers == {(302, first["Location"])}
    assert once != before
    assert everything() == once


def test_the_same_form_with_other_words_acts_again(filled):
    press, other = filled("step_add"), filled("step_add")
    assert [one().status_code for one in (press, press, other)] == [302] * 3
    assert ActionStep.objects.filter(text="Read the report").count() == 2


def test_a_form_gone_back_to_and_changed_acts_again(as_, student):
    client, url = as_(student), reverse("step_add", args=[world.contact(student).pk])
    for text in ("Read it", "Read it", "Read it twice"):
        client.post(url, {"text": text, "once": "k1"})
    assert list(ActionStep.objects.order_by("pk").values_list("text", flat=True)) == ["Read it", "Read it twice"]


def test_what_was_refused_may_be_tried_again(as_, student):
    client, url = as_(student), reverse("step_add", args=[world.contact(student).pk])
    client.post(url, {"text": "", "once": "k1"})
    assert not Press.objects.exists()


def test_a_key_is_no_key_to_somebody_elses_press(as_, student, other_student):
    for person in (student, other_student):
        client, url = as_(person), reverse("contact_add")
        client.post(url, {"name": "Ada Moe", "relation": "friend", "once": "k1"})
    assert (student.contacts.count(), other_student.contacts.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_twenty_presses_at_the_same_moment_make_one_row(as_, student):
    url = reverse("step_add", args=[world.contact(student).pk])
    clients = [as_(student) for _ in range(20)]
    answers = at_once(*(lambda c=one: c.post(url, {"text": "Read it", "once": "k1"}) for one in clients))
    assert {(answer.status_code, answer.url) for answer in answers} == {(302, answers[0].url)}
    assert ActionStep.objects.count() == 1


def test_somebody_is_found_to_be_an_alum_once(student, as_):
    ingrid = world.alum_profile("Ingrid Solheim", employer="Corvane")
    contact = world.contact(
        student, "Ingrid Solheim", organization=Organization.objects.create(student=student, name="Corvane")
    )
    client, url = as_(student), reverse("contact_same", args=[contact.pk])
    key = key_of(client.get(contact.get_absolute_url()).content.decode(), url, is_here=False)
    answers = {client.post(url, {"once": key, "alum": ingrid.pk})["Location"] for _ in range(5)}
    assert len(answers) == 1
