"""What is said about a letter before it is sent."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from apps.interviews.asking import checks as letter_checks
from apps.interviews.lifecycle.models import InterviewRequest, TimeWindow
from tests import world
from tests.interviews import steps
from tests.interviews.asking.pages import form_of, hint_of, page

WORN = "You went from the bench to the agency, and I keep wondering what you left behind there."


def test_a_sentence_of_an_earlier_letter_is_named(student, draft, at):
    earlier = steps.sent(student, world.alum("Ada One"), at)
    InterviewRequest.objects.filter(pk=earlier.pk).update(part_why=f"First this. {WORN}")
    InterviewRequest.objects.filter(pk=draft.pk).update(
        part_why=WORN.replace("keep wondering", "often wonder") + " Hm."
    )
    assert hint_of(InterviewRequest.objects.get(pk=draft.pk), "again") is None
    InterviewRequest.objects.filter(pk=draft.pk).update(part_why=WORN.replace("there", "then"))
    hint = hint_of(InterviewRequest.objects.get(pk=draft.pk), "again")
    assert (hint.title, hint.part, hint.blocks) == ("Ada got this sentence too.", "why", False)
    assert WORN.replace("there", "then") in hint.text


def test_short_words_and_a_letter_to_the_same_person_are_no_repetition(student, draft, at):
    earlier = steps.sent(student, world.alum("Ada One"), at)
    InterviewRequest.objects.filter(pk=earlier.pk).update(part_why="I read your paper.")
    InterviewRequest.objects.filter(pk=draft.pk).update(part_why="I read your paper.")
    assert hint_of(InterviewRequest.objects.get(pk=draft.pk), "again") is None


def test_a_greeting_is_not_written_twice(as_, student, draft):
    InterviewRequest.objects.update(part_who="Dear Ingrid, I’m Amira Haddad.")
    asked = InterviewRequest.objects.get()
    hint = hint_of(asked, "greeting")
    as_(student).post(reverse("request_hint", args=[asked.pk]), form_of(asked) | {"use": hint.key})
    assert InterviewRequest.objects.get().part_who == "I’m Amira Haddad."


def test_the_tip_before_the_first_letter_is_given_once(as_, student, draft, at):
    client = as_(student)
    assert "Before your first request." in page(client, draft)
    steps.sent(student, world.alum("Ada One"), at)
    assert "Before your first request." not in page(client, draft)


def test_names_of_the_person_and_the_employer_are_put_right(as_, student, draft):
    alum = draft.alum
    alum.employer = "Corvane Medical"
    alum.save()
    InterviewRequest.objects.update(part_why="You went to Corvanne Medical and stayed.")
    asked = InterviewRequest.objects.get()
    hint = hint_of(asked, "spelling")
    assert hint.title == "You wrote “Corvanne”. It’s spelled “Corvane”."
    as_(student).post(reverse("request_hint", args=[asked.pk]), form_of(asked) | {"use": hint.key})
    assert InterviewRequest.objects.get().part_why == "You went to Corvane Medical and stayed."


@pytest.mark.parametrize(
    ("words", "seconds", "is_good"), [(0, 5, False), (89, 20, False), (90, 20, True), (150, 40, True), (151, 40, False)]
)
def test_the_length_says_how_long_it_takes_to_read(words, seconds, is_good):
    length = letter_checks.length_of(InterviewRequest(part_why="word " * words))
    assert (length.words, length.seconds, length.is_good) == (words, seconds, is_good)


def names_of(asked, **changes):
    """Return (name, part) of the hints of a draft with other words."""
    for name, value in changes.items():
        setattr(asked, name, value)
    return {(hint.name, hint.part) for hint in letter_checks.hints(letter_checks.read(asked, timezone.now()))}


@pytest.mark.parametrize(
    ("text", "is_specific"),
    [
        ("I have always been interested in biology.", False),
        ("Healthcare is a field I admire, and I found you in the alumni directory.", False),
        ("How did you come to Corvane Medical?", True),
        ("You went from biology to regulatory affairs.", True),
        ("You wrote that an audit is a conversation.", True),
        ("The talk on desalination stayed with me.", True),
    ],
)
def test_what_fits_anyone_of_the_field_is_not_specific(student, draft, text, is_specific):
    draft.alum.quote = "An audit is a conversation."
    draft.about_person = "Gave a talk on desalination"
    assert (("specific", "why") not in names_of(draft, part_why=text)) == is_specific


@pytest.mark.parametrize("part", ["subject", "goals", "part_ask"])
def test_all_that_they_read_is_checked(student, draft, part):
    found = names_of(draft, **{part: "Any internship or job openings at [place]?"})
    name = part.removeprefix("part_")
    assert {("job", name), ("placeholder", name)} <= found


def test_a_suggestion_for_the_goals_takes_its_place_there(as_, student, draft):
    InterviewRequest.objects.update(goals="Learn the work. Are there any openings at Corvane?")
    asked, client = InterviewRequest.objects.get(), as_(student)
    hint = next(hint for hint in letter_checks.hints(letter_checks.read(asked, timezone.now())) if hint.name == "job")
    answer = client.post(reverse("request_hint", args=[asked.pk]), form_of(asked) | {"use": hint.key, "part": "goals"})
    assert answer.url.endswith("#part-goals")
    assert InterviewRequest.objects.get().goals == f"Learn the work. {hint.suggestion}"


def test_a_time_shorter_than_the_talk_is_called_short(as_, student, draft, at):
    TimeWindow.objects.filter(request=draft).update(ends_at=F("starts_at") + timedelta(minutes=30))
    InterviewRequest.objects.update(minutes=45)
    shown = page(as_(student), draft)
    assert (shown.count("This is shorter than 45 minutes."), shown.count("This time has passed.")) == (3, 0)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Professor Tanabe works on wells, too.", ["Yuki Tanabe"]),
        ("I assist Dr. Tanabe’s group.", ["Yuki Tanabe"]),
        ("Yuki told me about you.", ["Yuki Tanabe"]),
        ("I was sent to you by Tanabe.", ["Yuki Tanabe"]),
        ("Lea said that I should write.", []),  # there are two
        ("Professor Varga and Lea Ruiz told me.", ["Lea Ruiz", "Lea Varga"]),
        ("Professor Solheim told me.", []),  # the one who is asked
        ("I will say so. We sent mark after mark.", []),
        ("Yuki is a name I like.", []),
    ],
)
def test_half_a_name_is_a_name(student, draft, text, named):
    for name in ("Yuki Tanabe", "Lea Varga", "Lea Ruiz", "Will Mark", "Prof. Anna Solheim"):
        world.contact(student, name)
    draft.part_connection = text
    hints = letter_checks.hints(letter_checks.read(draft, timezone.now()))
    assert [hint.referrer.name for hint in hints if hint.name == "no_leave"] == named
    assert all(hint.part == "connection" for hint in hints if hint.name == "no_leave")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("I was in Ramsey Lake County, and you said that the river was high.", []),
        ("The county told me, and the Open Day passed.", []),
        ("At Lake County somebody mentioned you.", []),
        ("The College of Health told me of you.", []),
        ("I am Amira Student, and my coach said that I should write.", []),
        ("May I say what you said to us?", []),
        ("As May told me, you answer everybody.", ["May Chen"]),
        ("In June Marisol told me about you.", ["Marisol Vega, county open day"]),
        ("When Vega told me, I wrote.", ["Marisol Vega, county open day"]),
        ("Aunt Rosa said that you would know.", ["Aunt Rosa"]),
        ("Smith’s group told me.", ["Jane Smith, PhD"]),
    ],
)
def test_what_tells_people_apart_is_no_name_and_one_s_own_name_is_nobody_else_s(student, draft, text, named):
    others = ("Marisol Vega, county open day", student.name, "Veronica Lake", "May Chen", "Aunt Rosa")
    for name in (*others, "Jane Smith, PhD", "Jo Park (College of Health)"):
        world.contact(student, name)
    draft.part_connection = text
    hints = letter_checks.hints(letter_checks.read(draft, timezone.now()))
    assert [hint.referrer.name for hint in hints if hint.name == "no_leave"] == named


def test_of_two_with_one_surname_the_one_with_leave_is_meant(student, draft):
    world.contact(student, "Lea Varga")
    helen = world.contact(student, "Helen Varga")
    world.referral(helen, draft.contact, name_permission="yes")
    found = names_of(draft, part_connection="Professor Varga told me about you.")
    assert ("warm", "connection") in found
    assert not {name for name, _ in found} & {"no_leave"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Marcus, your work on search made me curious.", {"other_person"}),
        ("I hope to hear from you. Thank you, Marcus.", {"other_person"}),
        ("Ingrid, your work made me curious. Thank you, Ingrid.", set()),
        ("However, you left. Recently, your team grew. Thank you, and good luck.", set()),
        ("I like your work at Google.", {"other_place"}),
        ("I saw that you joined Harbor Bank of Ohio.", {"other_place"}),
        ("I read of your work at Corvane, and of your years at Corvanne Medical.", set()),
        ("You said that you once studied at Oxford.", set()),
    ],
)
def test_a_name_or_a_place_of_another_letter_is_seen(student, draft, text, found):
    hints = {name for name, part in names_of(draft, part_why=text) if part == "why"}
    assert hints & {"other_person", "other_place"} == found
