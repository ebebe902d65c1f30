"""The mapping exercise prompt by prompt, and its ten or fifteen minutes (R30, R31)."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from apps.network.models import Contact

pytestmark = pytest.mark.django_db

MAP = "/network/map/"
NOON = datetime(2026, 11, 30, 18, tzinfo=UTC)


def text_of(client, query=""):
    return client.get(MAP + query).content.decode()


def deck(text):
    return text.partition('<section class="rp-deck"')[2].partition("</section>")[0]


def title(text):
    return re.search(r'<h2[^>]*id="prompt">([^<]+)', text)[1]


def test_the_prompts_are_those_of_the_deck_one_by_one(student, as_):
    client, seen, query = as_(student), [], ""
    while (text := deck(text_of(client, query))).count("<textarea"):
        seen.append(title(text))
        query = re.findall(r'href="(\?prompt=\d+)"', text)[-1]
    assert seen == ["Your advisor", "Faculty", "Lab mates", "Peers", "Mentors", "Friends", "Family"]
    assert title(text) == "That was the last prompt"


@pytest.mark.parametrize(
    ("asked", "shown"),
    [("", "Your advisor"), ("x", "Your advisor"), ("-3", "Your advisor"), ("99", "That was the last")],
)
def test_a_prompt_that_is_none_is_the_nearest(student, as_, asked, shown):
    assert title(text_of(as_(student), f"?prompt={asked}")).startswith(shown)


def test_whoever_is_added_is_of_the_prompt_and_one_stays_in_it(student, as_):
    client = as_(student)
    typed = {"prompt": "3", "relation": "work", "names": "Ted, the lab manager\nAna Ruiz"}
    text = client.post(MAP, typed, follow=True).content.decode()
    assert sorted(Contact.objects.values_list("name", "relation")) == [
        ("Ana Ruiz", "work"),
        ("Ted, the lab manager", "work"),
    ]
    assert (title(text), text.count("autofocus"), "autofocus" in deck(text)) == ("Lab mates", 1, True)
    undone = client.post("/network/undo/", follow=True).content.decode()
    assert (title(undone), Contact.objects.count()) == ("Lab mates", 0)


def test_what_cannot_be_read_stays_typed_in_its_prompt(student, as_):
    answer = as_(student).post(MAP, {"prompt": "2", "relation": "professor", "names": " ;\n, "})
    text = answer.content.decode()
    assert (answer.status_code, title(text), 'role="alert"' in text) == (422, "Faculty", True)
    assert " ;" in deck(text)


@pytest.mark.parametrize(
    ("pasted", "people"),
    [
        ("- Ana Ruiz\r\n- Ben Cole\r\n", ["Ana Ruiz", "Ben Cole"]),
        ("1. Ana Ruiz\n2) Ben Cole\n\n3: Cy Dao", ["Ana Ruiz", "Ben Cole", "Cy Dao"]),
        ("•\tAna Ruiz\n[x] Ben Cole\n☐ Cy Dao", ["Ana Ruiz", "Ben Cole", "Cy Dao"]),
        ("The lab manager, Ted\nProf. Varga, Biology", ["Prof. Varga, Biology", "The lab manager, Ted"]),
        (
            "Priya, Google\nSamira, my aunt\nJo, who runs the lab",
            ["Jo, who runs the lab", "Priya, Google", "Samira, my aunt"],
        ),
        ("Ben Cole, 555-1234", ["Ben Cole, 555-1234"]),
        ("Smith, John\nvan der Berg, Anneke", ["Anneke van der Berg", "John Smith"]),
        ("\n".join(f"Person{n} Berg" for n in range(120)), sorted(f"Person{n} Berg" for n in range(120))),
    ],
)
def test_a_pasted_list_makes_one_person_of_each_line(student, as_, pasted, people):
    as_(student).post(MAP, {"prompt": "1", "relation": "professor", "names": pasted})
    assert sorted(Contact.objects.values_list("name", flat=True)) == people


@pytest.mark.parametrize("minutes", [10, 15])
def test_the_time_runs_to_its_end_and_can_be_stopped(student, as_, minutes):
    client = as_(student)
    with time_machine.travel(NOON, tick=False) as clock:
        text = client.post(MAP, {"minutes": minutes, "prompt": "4"}, follow=True).content.decode()
        assert (title(text), f"Your {minutes} minutes end at" in text) == ("Peers", True)
        clock.shift(timedelta(minutes=minutes - 1))
        assert f"Your {minutes} minutes end at" in text_of(client)
        clock.shift(timedelta(minutes=1))
        assert f"Your {minutes} minutes are up." in (over := text_of(client))
        assert "minutes end at" not in over
        assert "Set a timer" in client.post(MAP, {"minutes": "0", "prompt": "4"}, follow=True).content.decode()


@pytest.mark.parametrize("minutes", ["7", "x", "", "9" * 5000])
def test_only_ten_or_fifteen_minutes_can_be_set(student, as_, minutes):
    text = as_(student).post(MAP, {"minutes": minutes, "prompt": ""}, follow=True).content.decode()
    assert ("Set a timer" in text, title(text)) == (True, "Your advisor")
