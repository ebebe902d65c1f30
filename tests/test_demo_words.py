"""What the demo world is called stands in the demo's own room alone: an office names its own (R241)."""

import json
import re
from pathlib import Path

import pytest
from django.urls import reverse

from apps.interviews.asking import samples
from apps.interviews.lifecycle.models import InterviewRequest
from apps.policy.models import Policy

DEMO, ROOM = Path("apps/local/data"), Path("apps/local")
READ = {".html", ".txt", ".json", ".toml", ".tsv", ".csv", ".js", ".css", ".svg", ".py"}
OURS = ("Tamarack", "tamarack", "Varga", "Haddad", "Noor", "Corvane")


def names(data):
    """Yield the name of every person whom the demo's data tell of."""
    if isinstance(data, dict):
        yield from (data["name"] for _ in [0] if isinstance(data.get("name"), str))
    if isinstance(data, dict | list):
        for part in data.values() if isinstance(data, dict) else data:
            yield from names(part)


@pytest.fixture(scope="module")
def demo_words():
    people = {name for path in DEMO.glob("*.json") for name in names(json.loads(path.read_text())) if " " in name}
    assert len(people) > 90
    words = sorted({*people, *OURS}, key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})\b")


def files():
    for folder in ("apps", "templates", "static", "config"):
        for path in sorted(Path(folder).rglob("*")):
            is_ours = ROOM in path.parents or "migrations" in path.parts or "local" in path.parts[:2]
            if path.suffix in READ and not is_ours:
                yield path


def test_no_file_of_the_product_names_the_demo(demo_words):
    found = {str(path): sorted(set(demo_words.findall(path.read_text()))) for path in files()}
    assert {path: words for path, words in found.items() if words} == {}


@pytest.mark.django_db
def test_whatever_a_letter_begins_with_names_the_offices_own_university(student, alum, as_):
    Policy.objects.update(university="Ashland College", short_name="Ashland")
    as_(student).post(reverse("ask", args=[alum.alumni_profile.pk]))
    asked = InterviewRequest.objects.get()
    assert asked.part_who.endswith(" at Ashland.")
    page = as_(student).get(reverse("request", args=[asked.pk])).content.decode()
    assert ("Ashland" in page, "Tamarack" in page, "{short_name}" in page) == (True, False, False)


def test_every_sample_is_filled_in():
    policy = Policy(university="Ashland College", short_name="Ashland")
    kinds = ["alum", "professor", "referred", "family", "friend", "work", "coach", "linkedin", "event", "website"]
    shown = [samples.for_request(kind, policy) for kind in kinds], samples.subjects(policy), samples.phone_script()
    text = json.dumps(shown, ensure_ascii=False)
    assert re.findall(r"\{\w+\}", json.dumps(shown[:2])) == []
    assert text.count("Ashland") > 15


@pytest.mark.django_db
def test_an_office_that_has_not_said_its_name_sends_nobody_elses():
    Policy.objects.all().delete()
    assert (Policy.now().university, Policy.now().is_unnamed) == ("Our University", True)
