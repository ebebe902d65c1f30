"""In which fields students talked: what is counted, what is hidden, and the file."""

import csv
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.office import by_field, overview
from apps.office.by_field import OTHERS, UNKNOWN, Field
from tests import world

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def field(name, *people, talks=0):
    return Field(name, talks or len(people), set(people))


def told(lines):
    return [(line.name, line.students, line.talks) for line in lines]


def talked(name, students, *, status="completed"):
    """Let students talk with one alum of a field."""
    now = timezone.now()
    alum = world.alum(f"Alum {name or 'Nofield'}", field=name)
    for student in students:
        contact = world.contact(student, alum.name, alum=alum.alumni_profile)
        asked = world.sent_request(student, contact, at=now - 3 * DAY, status="accepted", turn="")
        world.interview(student, contact, request=asked, starts_at=now - DAY, status=status)


@pytest.mark.parametrize(
    ("found", "lines"),
    [
        ([], []),
        ([field("Law", *range(4))], []),
        ([field("Law", *range(5))], [("Law", 5, 5)]),
        ([field("Law", *range(9)), field("Art", 1)], [(OTHERS, 9, 10)]),  # one alone would be the rest of the whole
        (
            [field("Law", *range(9)), field("Art", 1, 2, 3), field("Sea", 4, 5)],
            [("Law", 9, 9), (OTHERS, 5, 5)],
        ),
        (  # two small ones of the same three students: the least of the others joins them
            [field("Law", *range(9)), field("Bio", *range(6)), field("Art", 1, 2, 3), field("Sea", 1, 2)],
            [("Law", 9, 9), (OTHERS, 6, 11)],
        ),
        ([field("Art", 1, 2), field("Sea", 3)], []),
    ],
)
def test_no_field_of_fewer_than_five_students_can_be_worked_out(found, lines):
    assert told(by_field.shown(found)) == lines


def test_it_counts_what_the_funnel_counts(db):
    students = [world.student(f"Student N{n}") for n in range(6)]
    talked("Law", students)
    talked("Biology", students[:5])
    talked("Art", students[:2], status="cancelled")
    talked("", students[:5])
    since = timezone.now() - 30 * DAY
    found = by_field.counted(since)
    assert sorted(told(found)) == [("Biology", 5, 5), (UNKNOWN, 5, 5), ("Law", 6, 6)]
    steps, _ = overview.reached(list(overview._ended.bind(since).fetch()))
    assert sum(one.talks for one in found) == steps[overview.TALKED]
    assert by_field.counted(timezone.now()) == []


def test_the_page_says_so_in_a_picture_and_a_table(desk):
    talked("Law", [world.student(f"Student N{n}") for n in range(5)])
    page = desk.get(reverse("office_fields")).content.decode()
    assert 'aria-label="Students who talked. Law: 5."' in page
    row = re.search(r"<tbody><tr>(.*?)</tr>", page, re.DOTALL)[1]
    assert re.sub(r"<[^>]+>", " ", row).split() == ["Law", "5", "5"]
    assert reverse("office_fields") in desk.get(reverse("office")).content.decode()


def test_with_too_few_it_says_what_is_needed(desk):
    talked("Law", [world.student(f"Student N{n}") for n in range(4)])
    page = desk.get(reverse("office_fields")).content.decode()
    assert "Figures appear when 5 or more students have talked" in page
    assert "Law" not in page.split("<main")[1]


def test_the_file_holds_the_same_and_no_formula(desk):
    talked("=cmd()", [world.student(f"Student N{n}") for n in range(5)])
    body = b"".join(desk.get(reverse("office_fields_export")).streaming_content).decode("utf-8-sig")
    assert list(csv.reader(body.splitlines())) == [[*by_field.COLUMNS], ["'=cmd()", "5", "5"]]
