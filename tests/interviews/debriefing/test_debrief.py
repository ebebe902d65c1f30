"""After the talk: did it happen, what was written down, and what comes of it, once (R95 to R101)."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from apps.interviews.debriefing.models import Debrief, Gain, LiveNote, NamedPerson
from apps.interviews.preparing.models import QuestionPlan
from apps.interviews.thanking.models import ThankYou
from apps.network.models import ActionStep, Contact, Outcome, Referral, Touch
from apps.students.models import StudentProfile
from tests import world

pytestmark = pytest.mark.django_db
H = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(world.NOW, tick=False):
        yield


@pytest.fixture
def talk(student):
    contact = world.contact(student, "Teresa Quiroga", pronouns="she/her")
    return world.interview(student, contact, starts_at=world.NOW - 2 * H, status="completed")


@pytest.fixture
def client(student, as_):
    return as_(student)


def address(name, talk):
    return reverse(name, args=[talk.pk])


def page(client, talk):
    return client.get(address("debrief", talk)).content.decode()


def autosave(client, talk, version, **fields):
    data = {name.replace("__", "-"): value for name, value in fields.items()} | {"version": version}
    return client.post(address("debrief_save", talk), data, headers={"X-Autosave": "1"})


# --- did it happen? ---------------------------------------------------------------------------------------------------


@pytest.fixture
def passed(student):
    return world.interview(student, world.contact(student, "Teresa Quiroga"), starts_at=world.NOW - 2 * H)


def test_a_talk_whose_time_has_passed_asks_first_whether_it_took_place(passed, client):
    assert "Did you talk with Teresa?" in page(client, passed)
    assert autosave(client, passed, 1, learned="Counting").status_code == 403
    client.post(address("talk_happened", passed), {"answer": "yes"})
    passed.refresh_from_db()
    assert (passed.status, passed.talked_until) == ("completed", passed.ends_at)
    assert "What did you learn from Teresa?" in page(client, passed)
    assert list(Touch.objects.values_list("kind", "at")) == [("talked", passed.ends_at)]


def test_saying_yes_twice_is_one_talk(passed, client):
    for _ in range(2):
        client.post(address("talk_happened", passed), {"answer": "yes"})
    assert (passed.events.count(), Touch.objects.count()) == (1, 1)


def test_no_ends_it_and_can_be_put_right(passed, client):
    client.post(address("talk_happened", passed), {"answer": "no"})
    passed.refresh_from_db()
    assert passed.status == "no_show"
    assert "It didn’t happen" in page(client, passed)
    client.post(address("talk_happened", passed), {"answer": "yes"})
    passed.refresh_from_db()
    assert passed.status == "completed"


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_what_is_still_ahead_cannot_have_happened(student, client, answer):
    coming = world.interview(student, world.contact(student), starts_at=world.NOW + H)
    client.post(address("talk_happened", coming), {"answer": answer})
    coming.refresh_from_db()
    assert coming.status == "scheduled"
    assert "You haven’t talked yet" in page(client, coming)


# --- writing ----------------------------------------------------------------------------------------------------------


def test_it_saves_as_it_is_written_and_a_line_written_in_pieces_is_one_line(talk, client):
    assert autosave(client, talk, 1, learned="She counts first").json() == {"version": 2}
    autosave(client, talk, 2, person__0__name="Grace Ot")
    autosave(client, talk, 3, person__0__name="Grace Otieno", person__0__name_permission="yes")
    assert autosave(client, talk, 4, step__1__text="Read the data", step__1__due_on="2026-11-15").json() == {
        "version": 5
    }
    written = Debrief.objects.get()
    assert written.learned == "She counts first"
    assert list(written.named_people.values_list("name", "name_permission")) == [("Grace Otieno", "yes")]
    assert list(written.promised_steps.order_by("pk").values_list("text", "due_on")) == [
        ("", None),
        ("Read the data", date(2026, 11, 15)),
    ]
    assert not Contact.objects.filter(name="Grace Otieno").exists()


def test_a_box_is_ticked_and_unticked(talk, client):
    autosave(client, talk, 1, may_connect=["", "on"], outcomes=["", "path", "lead"], fit_after="4")
    written = Debrief.objects.get()
    assert (written.may_connect, written.outcomes, written.fit_after) == (True, ["path", "lead"], 4)
    autosave(client, talk, 2, may_connect="", outcomes="")
    written.refresh_from_db()
    assert (written.may_connect, written.outcomes, written.fit_after) == (None, [], 4)


NO = {"true": True, "on": True, "false": False, "": None}


@pytest.mark.parametrize(("said", "kept"), NO.items())
@pytest.mark.parametrize("name", ["may_connect", "may_stay_in_touch"])
def test_a_no_is_not_the_same_as_nobody_asked(talk, client, name, said, kept):
    autosave(client, talk, 1, **{name: said})
    assert getattr(Debrief.objects.get(), name) is kept


def test_rather_not_of_the_closing_card_outlives_the_page_and_the_finish(talk, client):
    client.post(
        reverse("live_act", args=[talk.pk, "close"]),
        {"may_stay_in_touch": "false", "may_connect": "false", "summary": "I will learn R."},
    )
    text = page(client, talk)
    assert re.findall(r'name="(may_\w+)" value="(\w*)" checked', text) == [
        ("may_connect", "false"),
        ("may_stay_in_touch", "false"),
    ]
    assert "I will learn R." in text
    posted = {"learned": "Counting", "may_connect": "false", "may_stay_in_touch": "false", "version": 2}
    client.post(address("debrief_save", talk), posted)
    client.post(address("debrief_finish", talk))
    kept = Debrief.objects.get()
    assert (kept.may_connect, kept.may_stay_in_touch, kept.learned) == (False, False, "Counting")
    assert not ActionStep.objects.filter(text__contains="LinkedIn").exists()


def test_a_no_written_elsewhere_is_not_overwritten_by_an_older_page(talk, client):
    autosave(client, talk, 1, may_stay_in_touch="false")
    answer = autosave(client, talk, 1, may_stay_in_touch="")
    assert answer.status_code == 409
    assert ("Not asked" in answer.content.decode(), Debrief.objects.get().may_stay_in_touch) == (True, False)


def test_who_would_rather_not_is_not_followed_up(talk, client):
    debrief = Debrief.objects.create(interview=talk, may_stay_in_touch=False, may_connect=False, finished_at=world.NOW)
    ThankYou.objects.create(interview=talk, channel="email", sent_at=world.NOW)
    places = [address("thanked", talk), talk.contact.get_absolute_url(), talk.get_absolute_url()]
    texts = [client.get(place).content.decode() for place in places]
    assert ['name="months"' in text for text in texts] == [False] * 3
    assert ["rather not stay in touch" in text for text in texts] == [True] * 3
    assert "Connect on LinkedIn" not in texts[0]
    debrief.may_stay_in_touch = None
    debrief.save()
    assert all("rather not stay in touch" not in client.get(place).content.decode() for place in places)


@pytest.mark.parametrize(
    ("typed", "is_taken"),
    [("2026-11-12", True), ("2027-03-01", True), ("2026-11-11", False), ("2031-01-01", False), ("9999-12-31", False)],
)
def test_a_step_is_for_a_day_that_can_be_meant(talk, client, typed, is_taken):
    answer = autosave(client, talk, 1, step__0__text="Read the data", step__0__due_on=typed)
    assert answer.status_code == (200 if is_taken else 422)


def test_a_step_of_last_week_can_be_saved_again_with_its_debrief(talk, client):
    autosave(client, talk, 1, step__0__text="Read the data", step__0__due_on="2026-11-14")
    with time_machine.travel(world.NOW + timedelta(days=9), tick=False):
        fresh = {"step-0-text": "Read all the data", "step-0-due_on": "2026-11-14", "version": 2}
        assert client.post(address("debrief_save", talk), fresh).status_code == 302


def test_a_newer_text_is_shown_and_nothing_is_overwritten(talk, client):
    autosave(client, talk, 1, learned="From the phone")
    answer = autosave(client, talk, 1, learned="From the desk")
    assert answer.status_code == 409
    text = answer.content.decode()
    assert ("From the phone" in text, "From the desk" in text) == (True, True)
    assert Debrief.objects.get().learned == "From the phone"
    whole = client.post(address("debrief_finish", talk), {"version": 1, "person-0-name": "Grace"})
    assert (whole.status_code, NamedPerson.objects.count()) == (409, 0)


@pytest.mark.parametrize(
    "wrong", [{"fit_after": "9"}, {"outcomes": "applied"}, {"step__0__due_on": "soon"}, {"quote": "x" * 301}]
)
def test_what_cannot_be_saved_is_said_and_not_lost(talk, client, wrong):
    assert autosave(client, talk, 1, **wrong).status_code == 422
    data = {name.replace("__", "-"): value for name, value in wrong.items()} | {"learned": "Kept on the page"}
    answer = client.post(address("debrief_finish", talk), data | {"version": 1})
    assert (answer.status_code, Debrief.objects.count()) == (422, 0)


def test_the_page_works_with_buttons_alone(talk, client):
    answer = client.post(address("debrief_save", talk), {"version": 1, "learned": "Counting", "add": "person"})
    assert answer["Location"].endswith("#refer")
    text = page(client, talk)
    assert ("Counting" in text, text.count("May you use Teresa’s name?")) == (True, 2)
    client.post(address("debrief_save", talk), {"version": 2, "add": "step"})
    assert page(client, talk).count("by when</label>") == 3


def test_what_it_suits_is_said_in_one_sentence(talk, client):
    text = page(client, talk)
    assert (">It suits what I’m good at<" in text, ">It suits what I want to achieve<" in text) == (True, True)


def test_a_live_note_is_used(talk, client):
    notes = {
        kind: LiveNote.objects.create(interview=talk, kind=kind, text=text, at=world.NOW - H)
        for kind, text in (("note", "Left finance"), ("quote", "I missed people"), ("action", "Read the asthma data"))
    }
    for note in notes.values():
        current = Debrief.objects.filter(interview=talk).values_list("version", flat=True).first() or 1
        client.post(address("debrief_save", talk), {"version": current, "note": note.pk})
    written = Debrief.objects.get()
    assert (written.learned, written.quote) == ("Left finance", "I missed people")
    assert [step.text for step in written.promised_steps.all()] == ["Read the asthma data"]


def test_a_foreign_note_is_not_used(talk, client, other_student):
    foreign = world.interview(
        other_student, world.contact(other_student), starts_at=world.NOW - 5 * H, status="completed"
    )
    secret = LiveNote.objects.create(interview=foreign, text="Secret", at=world.NOW)
    client.post(address("debrief_save", talk), {"version": 1, "note": secret.pk})
    assert "Secret" not in page(client, talk)


# --- finishing --------------------------------------------------------------------------------------------------------

WHOLE = {
    "learned": "She counts first",
    "quote": "A number nobody trusts changes nothing.",
    "may_connect": "on",
    "asked_for_resume": "on",
    "outcomes": ["shadow"],
    "person-0-name": "Grace Otieno ’13",
    "person-0-about": "Asthma program",
    "person-0-name_permission": "yes",
    "person-1-name": "",
    "step-0-text": "Read the county asthma data",
    "step-0-due_on": "2026-11-15",
}


def finish(client, talk, **more):
    version = Debrief.objects.filter(interview=talk).values_list("version", flat=True).first() or 1
    return client.post(address("debrief_finish", talk), WHOLE | more | {"version": version})


def test_finishing_makes_people_steps_and_one_task_for_each_outcome(talk, student, client):
    assert finish(client, talk)["Location"] == address("thank_you", talk)
    grace = Contact.objects.get(name="Grace Otieno ’13")
    referral = Referral.objects.get()
    assert (referral.referrer, referral.contact, referral.name_permission) == (talk.contact, grace, "yes")
    assert sorted(ActionStep.objects.values_list("text", "due_on")) == [
        ("Connect with Teresa on LinkedIn, and mention what you talked about", date(2026, 11, 17)),
        ("Offer Teresa 3 days when you could come and see the work", date(2026, 11, 16)),
        ("Read the county asthma data", date(2026, 11, 15)),
        ("Send Teresa your résumé with your thank-you note", date(2026, 11, 14)),
        ("Write to one of the people Teresa suggested", date(2026, 11, 19)),
    ]
    assert sorted(Outcome.objects.values_list("kind", flat=True)) == ["referral", "resume", "shadow"]
    assert Debrief.objects.get().finished_at == world.NOW


def test_what_came_of_one_talk_never_falls_on_one_day(talk, client):
    every = ["path", "training", "insight", "shadow", "lead"]
    finish(client, talk, outcomes=every, **{"step-0-text": ""})
    days = sorted(ActionStep.objects.values_list("due_on", flat=True))
    assert days == [date(2026, 11, day) for day in (14, 15, 16, 17, 18, 19, 20, 21)]


def test_finishing_twice_makes_nothing_twice(talk, client):
    def counts():
        return [model.objects.count() for model in (Contact, Referral, ActionStep, Outcome, NamedPerson)]

    finish(client, talk)
    first = counts()
    finish(client, talk)
    assert counts() == first == [2, 1, 5, 3, 1]


@pytest.mark.parametrize("written", ["grace otieno", "Grace Otieno ’13", "Gráce  Otieno"])
def test_somebody_on_the_map_already_is_recognised(talk, student, client, written):
    grace = world.contact(student, "Grace Otieno", archived_at=world.NOW)
    finish(client, talk, **{"person-0-name": written})
    grace.refresh_from_db()
    assert (Referral.objects.get().contact, grace.archived_at, Contact.objects.count()) == (grace, None, 2)


def test_a_name_put_right_later_is_the_same_person(talk, client):
    finish(client, talk, **{"person-0-name": "Grace Otiemo"})
    finish(client, talk, **{"person-0-name": "Grace Otieno", "person-0-name_permission": "no"})
    assert list(Contact.objects.exclude(pk=talk.contact_id).values_list("name", flat=True)) == ["Grace Otieno"]
    assert list(Referral.objects.values_list("name_permission", flat=True)) == ["no"]


def test_one_person_on_two_lines_is_one_person(talk, client):
    finish(client, talk, **{"person-0-name": "Grace Otieno", "person-1-name": "grace otieno"})
    assert (NamedPerson.objects.count(), Referral.objects.count()) == (1, 1)


def test_nobody_names_themselves(talk, client):
    answer = client.post(
        address("debrief_finish", talk), WHOLE | {"person-0-name": "Teresa Quiroga", "version": 1}, follow=True
    )
    assert "People can’t suggest themselves. Who did Teresa suggest?" in answer.content.decode()
    assert (Debrief.objects.get().finished_at, Debrief.objects.get().learned) == (None, "She counts first")


def test_another_students_debrief_is_not_there(talk, other_student, as_):
    for name in ("debrief_save", "debrief_finish", "talk_happened"):
        assert as_(other_student).post(address(name, talk)).status_code == 404
    assert as_(other_student).get(address("debrief", talk)).status_code == 404


def test_hostile_words_stay_words(talk, client):
    autosave(client, talk, 1, learned="</textarea><script>alert(1)</script>", person__0__name='"><img src=x>')
    text = page(client, talk)
    assert ("<script>alert" in text, "<img src=x" in text) == (False, False)


@pytest.mark.parametrize("button", ["debrief_save", "debrief_finish"])
@pytest.mark.parametrize("due_on", ["2020-01-01", "9999-12-31", "2026-13-40"])
def test_a_wrong_day_takes_nothing_of_what_was_typed_away(student, as_, button, due_on):
    """Without a script the page that comes back is all there is."""
    talk = world.interview(student, world.contact(student), starts_at=world.NOW, status="completed")
    typed = {
        "version": 0,
        "learned": "Sit beside people first",
        "quote": "Counts come second",
        "person-0-name": "Leila Brandt",
        "person-0-about": "Rivers",
        "person-0-name_permission": "intro_first",
        "person-1-name": "Peter Nowak",
        "person-1-about": "Bridges",
        "step-0-text": "Read the summary",
        "step-0-due_on": due_on,
        "step-1-text": "Learn R",
        "step-1-due_on": "2026-12-01",
        "step-2-text": "Write to Leila",
        "step-2-due_on": "",
    }
    answer = as_(student).post(reverse(button, args=[talk.pk]), typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    for name, words in typed.items():
        if name not in ("version", "learned", "person-0-name_permission"):
            field = re.search(rf'<input[^>]*name="{name}"[^>]*>', page)
            assert field, name
            assert f'value="{words}"' in field[0], name
    assert "Sit beside people first</textarea>" in page
    assert re.search(r'name="person-0-name_permission" value="intro_first" checked', page)
    assert 'href="#step-0-due_on"' in page
    assert 'id="step-0-due-error"' in page


# --- what was hoped, what notes were, and a thought -------------------------------------------------------------------


@pytest.fixture
def planned(talk):
    QuestionPlan.objects.create(interview=talk, goals="A day before a chart\nWhich courses she would take again")
    return talk


def test_what_was_hoped_to_be_learned_is_returned_to(planned, client):
    html = page(client, planned)
    assert "What you hoped to learn" in html
    assert "Which courses she would take again" in html
    assert autosave(client, planned, 1, goal__0__outcome="answered", goal__1__words="SQL").status_code == 200
    autosave(client, planned, 2, goal__0__words="She counts first", goal__9__words="Nobody asked")
    rows = [(row.place, row.goal, row.outcome, row.words) for row in planned.debrief.goals.order_by("place")]
    assert rows == [
        (0, "A day before a chart", "answered", "She counts first"),
        (1, "Which courses she would take again", "", "SQL"),
    ]
    answer = autosave(client, planned, 1, goal__0__words="Something older")
    assert answer.status_code == 409  # two tabs
    assert autosave(client, planned, 3, goal__0__outcome="perhaps").status_code == 422


def test_without_goals_nothing_is_asked(talk, client):
    assert "What you hoped to learn" not in page(client, talk)


def test_a_note_is_compared_with_what_was_expected(talk, client, other_student):
    note = LiveNote.objects.create(interview=talk, text="Counts first", at=world.NOW)
    elsewhere = world.interview(other_student, world.contact(other_student, "Bo Lund"), status="completed")
    foreign = LiveNote.objects.create(interview=elsewhere, text="Theirs", at=world.NOW)
    posted = {f"note-{note.pk}-finding": "changed", f"note-{foreign.pk}-finding": "new"}
    assert autosave(client, talk, 1, **posted).status_code == 200
    found = list(LiveNote.objects.order_by("pk").values_list("finding", flat=True))
    assert found == ["changed", ""]
    assert f'name="note-{note.pk}-finding" value="changed" checked' in page(client, talk)
    assert autosave(client, talk, 1, **{f"note-{note.pk}-finding": "new"}).status_code == 409


def test_what_it_gave_is_ticked_and_unticked(talk, client):
    autosave(client, talk, 1, gains=["", "clarity", "field"])
    assert Debrief.objects.get().gains == ["clarity", "field"]
    autosave(client, talk, 2, gains="")
    assert Debrief.objects.get().gains == []


GAINED = {
    "clarity": "Hydrology, not policy.",
    "openings": "They hire their summer crew.",
    "confidence": "I can lead a conversation.",
    "field": "Sensors replace the boats.",
    "strengths": "Patient, but slow with numbers.",
}


def test_each_of_the_five_gains_has_room_for_words_that_are_found_again(talk, client):
    """R6: on the page itself, in the history, in a search of one’s people, and with the progress."""
    assert [f'name="gain_{gain}"' in page(client, talk) for gain in GAINED] == [True] * 5
    for version, (gain, words) in enumerate(GAINED.items(), 1):
        assert autosave(client, talk, version, **{f"gain_{gain}": words}).status_code == 200
    shown = page(client, talk)
    assert [words in shown for words in GAINED.values()] == [True] * 5
    assert '<details class="rp-fold rp-gains" id="gains" open>' in shown
    client.post(address("debrief_finish", talk), {"version": 6})
    progress = client.get("/progress/").content.decode()
    for gain, words in GAINED.items():
        assert Gain(gain).label in progress  # said in words it need not be ticked
        assert words in progress
        assert "Teresa Quiroga" in client.get("/network/?view=list", {"q": words}).content.decode()
        story = client.get(talk.contact.get_absolute_url(), {"find": words}).content.decode()
        assert "You wrote your reflection" in story


def test_nobody_has_to_say_what_it_gave(talk, client):
    assert '<details class="rp-fold rp-gains" id="gains">' in page(client, talk)  # folded, and out of the way
    client.post(address("debrief_finish", talk), {"version": 1, "learned": "Count first."})
    assert Debrief.objects.get().gained == {}
    assert "gain_" not in client.get("/progress/").content.decode()


def test_too_many_words_about_a_gain_are_shown_again(talk, client):
    answer = client.post(address("debrief_save", talk), {"version": 1, "gain_field": "x" * 501})
    assert answer.status_code == 422
    assert "x" * 501 in answer.content.decode()
    assert '<details class="rp-fold rp-gains" id="gains" open>' in answer.content.decode()


def test_a_thought_is_private_unless_it_is_shared(talk, client, coach, as_):
    autosave(client, talk, 1, thought="Ask about courses earlier.")
    where = reverse("caseload_student", args=[talk.student.student_profile.pk])
    assert "Ask about courses" not in as_(coach).get(where).content.decode()
    autosave(client, talk, 2, shares_thought=["", "on"])
    shown = as_(coach).get(where).content.decode()
    assert "Ask about courses earlier." in shown
    assert "Teresa" not in shown.partition('id="thoughts"')[2].partition("</section>")[0]
    autosave(client, talk, 3, shares_thought="")
    assert "Ask about courses" not in as_(coach).get(where).content.decode()


def test_who_has_no_coach_shares_with_nobody(talk, client):
    StudentProfile.objects.update(coach=None)
    assert "Only you see this." in page(client, talk)
    assert 'name="shares_thought"' not in page(client, talk)
