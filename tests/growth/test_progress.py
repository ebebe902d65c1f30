"""How far a student has come: paths, fit, skills, fields, and what was marked in notes (R5 to R9, R16, R111)."""

import csv
import io
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.growth import page
from apps.growth.models import SKILLS, Path, SelfRating
from apps.interviews.debriefing.models import Debrief, Gain, LiveNote
from tests import world

pytestmark = pytest.mark.django_db
LOW, HIGH = dict.fromkeys(SKILLS, 2), dict.fromkeys(SKILLS, 3)


def shown(student):
    return page.progress_page(student, timezone.now())


def talked(student, name, *, days, field="", **debrief):
    """A conversation so many days ago, with an alum of a field, and what was written down after it."""
    alum = world.alum_profile(name, field=field)
    contact = world.contact(student, name, alum=alum)
    start = timezone.now() - timedelta(days=days)
    talk = world.interview(student, contact, alum=alum, starts_at=start)
    Debrief.objects.create(interview=talk, **debrief)
    return talk


def words(response):
    return " ".join(response.content.decode().split())


def test_who_has_done_nothing_yet_is_told_how_to_begin(student, as_):
    html = words(as_(student).get("/progress/"))
    assert "After your first conversation, you’ll see here what it changed." in html
    assert html.count("btn-primary") == 1
    assert "Add a path" in html
    assert '<svg class="rp-chart"' not in html


def test_paths_fit_as_the_first_and_the_last_conversation_said(student):
    path, other = (Path.objects.create(student=student, name=name) for name in ("Epidemiology", "Health policy"))
    path.talks.set(
        [
            talked(student, "Ada Moe", days=200, fit_before=2, fit_after=3),
            talked(student, "Bo Lund", days=20, fit_before=3, fit_after=5),
        ]
    )
    other.talks.set([talked(student, "Cy Roe", days=90, fit_before=4, fit_after=2)])
    found = shown(student)
    assert [(one.before, one.now, one.held) for one in found.paths] == [(2, 5, 2), (4, 2, 1)]
    assert found.fit.title == "You’re surer of epidemiology, and less of health policy"
    assert found.fit.lines == [("Epidemiology", "2", "5"), ("Health policy", "4", "2")]
    assert (
        found.lead == "3 conversations in 6 months. You came for health policy, and people moved you to epidemiology."
    )
    Path.objects.update(fit_before=1, fit_now=1)  # what is said of the path itself counts
    assert {(one.before, one.now) for one in shown(student).paths} == {(1, 1)}
    assert shown(student).fit.title == "How well each path fits you"


def test_a_conversation_that_is_coming_is_not_counted_and_is_named(student):
    path = Path.objects.create(student=student, name="Epidemiology")
    path.talks.set([talked(student, "Ada Moe", days=-3, fit_before=2)])
    [one] = shown(student).paths
    assert (one.held, one.coming.contact.name, one.before) == (0, "Ada Moe", None)


def test_fields_with_one_conversation_are_said(student):
    for number in range(3):
        talked(student, f"Ada {number}", days=10 + number, field="Epidemiology")
    talked(student, "Bo Lund", days=9, field="Regulation")
    talked(student, "Cy Roe", days=8)
    fields = shown(student).fields
    assert fields.lines == [("Epidemiology", "3"), ("Regulation", "1"), ("Other fields", "1")]
    assert (fields.title, fields.about) == ("1 conversation in regulation", "5 conversations, by field")
    assert [row.is_marked for row in fields.chart.rows] == [False, True, False]


def test_skills_are_compared_with_the_first_rating(student):
    """R7."""
    today = timezone.now().date()
    SelfRating.objects.create(student=student, rated_on=today - timedelta(days=90), **LOW)
    assert shown(student).skills.title == "Your skills"
    SelfRating.objects.create(student=student, rated_on=today - timedelta(days=1), **(HIGH | {"asking": 5}))
    skills = shown(student).skills
    assert skills.title == "You ask better questions now"
    assert skills.lines[3] == ("Asking questions", "2", "5")


def test_rating_twice_a_day_is_one_rating(student, as_):
    client = as_(student)
    assert client.post("/progress/rate/", LOW).url == "/progress/"
    client.post("/progress/rate/", HIGH)
    assert [one.clarity for one in SelfRating.objects.filter(student=student)] == [3]
    response = client.post("/progress/rate/", LOW | {"asking": "6"})
    assert response.status_code == 422


def test_notes_are_counted_by_what_they_were_and_old_ones_are_flagged(student, as_):
    talk = talked(student, "Ada Moe", days=400, gains=["clarity", "field"])
    path = Path.objects.create(student=student, name="Epidemiology")
    path.talks.set([talk])
    recent = talked(student, "Bo Lund", days=5, gains=["clarity"])
    for text, finding, of in (("Old news", "changed", talk), ("Fresh", "new", recent), ("Unsaid", "", recent)):
        LiveNote.objects.create(interview=of, text=text, finding=finding, at=of.starts_at)
    found = shown(student)
    assert [(tally.count, tally.words) for tally in found.given] == [(1, "new to you"), (1, "changed how you see it")]
    assert [tally.count for tally in found.gains] == [2, 1]
    html = words(as_(student).get("/progress/notes/?finding=changed"))
    assert ("Old news" in html, "Fresh" in html, "More than a year old: check it before you use it." in html) == (
        *(True, False, True),
    )
    html = words(as_(student).get(f"/progress/notes/?path={path.pk}"))
    assert ("Old news" in html, "Fresh" in html) == (True, False)
    html = words(as_(student).get("/progress/notes/?path=9999&finding=drop"))
    assert ("Old news" in html, "Fresh" in html, "More than a year" in html) == (True, True, True)


@pytest.fixture
def tagged(student):
    """Return a talk about two paths, and three notes of it: each path’s own, and one of which nothing is said."""
    talk = talked(student, "Ada Moe", days=5)
    paths = [Path.objects.create(student=student, name=name) for name in ("Hydrology", "Biology major")]
    for path in paths:
        path.talks.set([talk])
    return paths, [LiveNote.objects.create(interview=talk, text=text, at=talk.starts_at) for text in "abc"]


def about(client, path):
    html = words(client.get("/progress/notes/", {"path": path.pk}))
    return re.findall(r'for="note-\d+">(\w)\b', html)


def test_each_note_is_about_the_path_or_the_major_that_is_said_of_it(student, as_, tagged):
    """R8: until something is said, about those of its conversation."""
    (water, major), notes = tagged
    client = as_(student)
    assert (about(client, water), about(client, major)) == (["a", "b", "c"], ["a", "b", "c"])
    said = client.post("/progress/notes/", {"note": [notes[0].pk], "path": water.pk, "do": "on"}, follow=True)
    assert "1 note is about Hydrology." in words(said)
    client.post("/progress/notes/", {"note": [notes[1].pk], "path": major.pk, "do": "on"})
    assert (about(client, water), about(client, major)) == (["a", "c"], ["b", "c"])
    assert '<span class="visually-hidden">About </span><bdi>Hydrology</bdi>' in words(client.get("/progress/notes/"))
    undo = re.search(r'action="(/progress/notes/\?[^"]+)"', words(said))[1].replace("&amp;", "&")
    assert "1 note is no longer about Hydrology." in words(client.post(undo, {"undo": "1"}, follow=True))
    assert (about(client, water), about(client, major)) == (["a", "c"], ["a", "b", "c"])
    off = {"note": [notes[1].pk, notes[2].pk], "path": major.pk, "do": "off"}
    assert "2 notes are no longer about Biology major." in words(client.post("/progress/notes/", off, follow=True))
    assert about(client, major) == ["a", "b", "c"]


def test_nobody_says_it_of_anothers_note_or_of_a_path_that_is_gone(student, other_student, as_, tagged):
    (water, _), (note, *_) = tagged
    theirs = Path.objects.create(student=other_student, name="Law")
    posts = [(other_student, {"note": note.pk, "path": theirs.pk}), (student, {"note": note.pk, "path": theirs.pk})]
    posts += [(student, {"note": "x", "path": water.pk}), (student, {"note": note.pk, "path": ""})]
    for person, said in posts:
        answer = as_(person).post("/progress/notes/", said | {"do": "on"}, follow=True)
        assert "Choose at least 1 note and a path." in words(answer)
    assert not note.paths.exists()


def test_without_a_path_one_is_offered_and_without_a_note_nothing_is_asked(student, as_):
    client = as_(student)
    assert "The notes you checked are about" not in words(client.get("/progress/notes/"))
    talk = talked(student, "Ada Moe", days=5)
    LiveNote.objects.create(interview=talk, text="a", at=talk.starts_at)
    html = words(client.get("/progress/notes/"))
    assert "Which path or major is a note about?" in html
    assert 'name="note"' not in html


def test_notes_are_shown_with_as_many_questions_for_one_as_for_thirty(student, as_, tagged, django_assert_num_queries):
    client, (paths, notes) = as_(student), tagged
    paths[0].notes.set(notes)
    client.get("/progress/notes/")
    with CaptureQueriesContext(connection) as few:
        client.get("/progress/notes/")
    talk = notes[0].interview
    more = [LiveNote.objects.create(interview=talk, text="more", at=talk.starts_at) for _ in range(27)]
    paths[1].notes.set(more)
    with django_assert_num_queries(len(few)):
        client.get("/progress/notes/")


def test_a_path_is_added_with_the_conversations_of_its_field(student, as_):
    talk = talked(student, "Ada Moe", days=10, field="Epidemiology")
    client = as_(student)
    assert client.post("/progress/paths/add/", {"name": " epidemiology "}).url == "/progress/"
    path = Path.objects.get()
    assert (path.name, list(path.talks.all())) == ("epidemiology", [talk])
    again = client.post("/progress/paths/add/", {"name": "Epidemiology"})
    assert (again.status_code, "You already have a path with this name." in again.content.decode()) == (422, True)


def test_nobody_takes_the_conversation_of_another_student(student, other_student, as_):
    foreign = talked(other_student, "Ada Moe", days=10)
    path = Path.objects.create(student=student, name="Epidemiology")
    assert as_(student).post(path.get_absolute_url(), {"name": "Epidemiology", "talks": foreign.pk}).status_code == 422
    assert not path.talks.exists()


def test_a_path_is_removed_and_comes_back(student, as_):
    client, path = as_(student), Path.objects.create(student=student, name="Epidemiology")
    html = words(client.post(f"/progress/paths/{path.pk}/remove/", follow=True))
    assert "Epidemiology removed." in html
    assert shown(student).paths == []
    client.post(f"/progress/paths/{path.pk}/restore/")
    assert [one.path for one in shown(student).paths] == [path]


def test_a_path_comes_not_back_beside_its_twin(student, as_):
    path = Path.objects.create(student=student, name="Law", put_away_at=timezone.now())
    Path.objects.create(student=student, name="law")
    html = words(as_(student).post(f"/progress/paths/{path.pk}/restore/", follow=True))
    assert "You have another path named Law now." in html


def test_six_paths_are_enough(student, as_):
    for number in range(6):
        Path.objects.create(student=student, name=f"Path {number}")
    html = words(as_(student).post("/progress/paths/add/", {"name": "One more"}, follow=True))
    assert "You have 6 paths. Remove one to add another." in html
    assert Path.objects.count() == 6


def test_the_paths_leave_as_a_table_that_runs_no_formula(student, as_):
    Path.objects.create(student=student, name="=1+1", skills="Maps")
    answer = as_(student).get("/progress/paths.csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert text.splitlines()[1] == "'=1+1,Maps,,,,,,0"


def test_what_people_gave_leaves_with_the_words_all_of_them_and_the_newest_first(student, other_student, as_):
    """R6: also those that the page has no room for; nothing of another student."""
    talked(other_student, "Zed Kane", days=2, gain_field="Not yours")
    for number in range(5):
        talked(student, f"Ada M{number}", days=10 + number, gain_clarity=f"=Words {number}\nof two lines")
    said = talked(student, "Bo Lund", days=3, gains=["clarity"], gain_openings="Told first, posted later, “inside”")
    answer = as_(student).get("/progress/gains.csv")
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert rows[0] == ["Conversation with", "Organization", "Date", "What it gave you", "In your words"]
    day = said.starts_at.astimezone(student.zone).date().isoformat()
    clarity, openings = Gain.CLARITY.label, Gain.OPENINGS.label
    assert rows[1:3] == [
        ["Bo Lund", "", day, clarity, ""],
        ["Bo Lund", "", day, openings, "Told first, posted later, “inside”"],
    ]
    assert [row[4] for row in rows[3:]] == [f"'=Words {number}\nof two lines" for number in range(5)]


def test_a_file_of_gains_is_offered_where_there_is_one(student, as_):
    client = as_(student)
    assert "gains.csv" not in words(client.get("/progress/"))
    talked(student, "Ada Moe", days=9, gains=["field"])
    assert 'href="/progress/gains.csv"' in words(client.get("/progress/"))


def test_the_page_asks_the_same_number_of_questions_however_much_there_is(student, as_, django_assert_max_num_queries):
    client = as_(student)
    for number in range(6):
        path = Path.objects.create(student=student, name=f"Path {number}")
        path.talks.set([talked(student, f"Ada {number}{n}", days=10 + n, fit_before=2, fit_after=3) for n in range(3)])
    client.get("/progress/")
    with django_assert_max_num_queries(16):
        client.get("/progress/")
