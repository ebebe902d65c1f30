"""Names that are words, too, taken out of what others wrote: the name goes, and no sentence is mangled."""

import pytest

from apps.privacy.words import Redaction


def gone(*parts, whole=(), said="An alum"):
    return Redaction(said, frozenset(whole), frozenset(parts))


MAY_STAY = [
    ("Will", "Will you have time? I will, and so will they. Where there’s a will, there’s a way."),
    ("Will", "Will there be a test? Will it hurt?"),
    ("Will", "We talked about Will Rogers and about the Free Will Society."),
    ("Grace", "By the grace of the editor I had a grace period. Grace under pressure is what counts."),
    ("Grace", "She works at Grace Cathedral, near Saving Grace Hospice. Grace Hopper was her hero."),
    ("May", "May I ask you something? In May we move. On May 5, or 12 May, or by May. This May was wet. It may rain."),
    ("May", "From April to May, and every May since May 2019. April and May are busy."),
    ("April", "April was slow. We meet in April, the April report is due April 3."),
    ("Art", "Art is long. She teaches at the Art Institute and the School of Art Education. An Art of its own."),
    ("Mark", "Mark the date. A Mark of respect, and the Mark Twain House."),
    ("Faith", "Have faith. Faith matters to her."),
    ("Baker", "Baker Street is near. A baker told me so. The Baker Institute."),
    ("Rose", "Rose early today. Prices rose. The Rose Garden."),
    ("Austin", "She lives in Austin, moved to Austin, and came from Austin. Austin, Texas is warm."),
    ("Paris", "The office near Paris closed. A trip to Paris."),
    ("Summer", "Summer jobs are rare. This summer I’ll ask again."),
    ("Young", "Young people like it. Young Professionals of Chicago."),
    ("Chase", "Chase Bank hires. Chase what you love."),
]
GOES = [
    (
        "Will",
        "I met Will at noon. Will told me to wait. Will’s team is small.",
        "I met X at noon. X told me to wait. X’s team is small.",
    ),
    ("Grace", "Dear Grace, thank you. I asked Grace about it.", "Dear X, thank you. I asked X about it."),
    ("May", "I spoke with May, and May said yes.", "I spoke with X, and X said yes."),
    ("Art", "Thank you, Art. Professor Art knows.", "Thank you, X. Professor X knows."),
    ("Mark", "Write to Mark. Mark wrote back.", "Write to X. X wrote back."),
    ("Baker", "Ms. Baker knows. I told Baker.", "Ms. X knows. I told X."),
    ("Austin", "I asked Austin. Austin said no.", "I asked X. X said no."),
    ("Rose", "Hi Rose! Rose works here.", "Hi X! X works here."),
    ("Ingrid", "Ingrid is here. Will Ingrid come? INGRID", "X is here. Will X come? INGRID"),
]


@pytest.mark.parametrize(("name", "text"), MAY_STAY)
def test_the_word_stays(name, text):
    assert gone(name).text(text, is_about=True) == text


@pytest.mark.parametrize(("name", "text", "left"), GOES)
def test_the_name_goes(name, text, left):
    redacted = gone(name, said="X").text(text, is_about=True)
    assert redacted.replace("x", "X") == left.replace("x", "X")


@pytest.mark.parametrize(
    ("full", "stays"),
    [
        ("Will Long", "It will long be so."),
        ("Grace May", "By his grace may we go."),
        ("Art Price", "The art price index."),
        ("Will Do", "I will do it."),
    ],
)
def test_a_full_name_of_words_goes_in_capitals_alone(full, stays):
    redaction = gone(whole=[full])
    assert redaction.text(stays, is_about=False) == stays
    assert redaction.text(f"I met {full}. {full.upper()}!", is_about=False) == "I met an alum. An alum!"
    assert redaction.finds(f"by {full}")
    assert not redaction.finds(stays)


def test_any_other_full_name_and_address_goes_however_it_is_written():
    redaction = gone(whole=["Ingrid Solheim", "ingrid@x.example"])
    said = redaction.text("ingrid solheim, INGRID  SOLHEIM, Ingrid@X.example", is_about=False)
    assert said == "An alum, an alum, an alum"


def test_in_a_text_about_something_else_a_first_name_alone_stays():
    assert gone("Ingrid").text("Ingrid came.", is_about=False) == "Ingrid came."
