"""The shelf: the office fills it, puts it in order and archives; students find it where it fits (R20)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone

from apps.audit.models import AuditEntry
from apps.shelf.models import Resource
from apps.students.models import StudentProfile
from tests import world

pytestmark = pytest.mark.django_db
SHELF = "/office/shelf/"
VIDEO = {"title": "How to begin", "url": "https://example.edu/begin", "text": "4 minutes.", "topic": "first"}


def words(response):
    return " ".join(response.content.decode().split())


@pytest.fixture
def client(as_, office):
    return as_(office)


@pytest.fixture
def three():
    return [
        Resource.objects.create(title=f"Guide {n}", text="Read it.", topic="prepare", position=n) for n in (1, 2, 3)
    ]


def titles():
    return list(Resource.objects.shown().values_list("title", flat=True))


def test_it_begins_empty_and_says_so(as_, client, student):
    assert "Nothing on the shelf yet." in words(client.get(SHELF))
    assert "Worth reading" not in words(as_(student).get("/help/"))


def test_a_resource_is_added_changed_and_written_down(client, office):
    assert client.post(f"{SHELF}add/", VIDEO).url == SHELF
    row = Resource.objects.get()
    client.post(f"{SHELF}{row.pk}/", VIDEO | {"title": "Begin here"})
    assert titles() == ["Begin here"]
    lines = AuditEntry.objects.filter(subject="shelf_resource").order_by("pk").values_list("act", "actor", "after")
    assert [(act, actor, after["title"]) for act, actor, after in lines] == [
        ("added", office.pk, "How to begin"),
        ("changed", office.pk, "Begin here"),
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"url": "", "text": ""},
        {"url": "javascript:alert(1)"},
        {"url": "data:text/html,x"},
        {"title": ""},
        {"topic": "fame"},
        {"text": "x" * 601},
    ],
)
def test_what_cannot_stand_there_is_shown_again(client, change):
    answer = client.post(f"{SHELF}add/", VIDEO | change)
    assert (answer.status_code, Resource.objects.count(), "rp-error" in words(answer)) == (422, 0, True)


def test_the_database_holds_that_it_says_something():
    with pytest.raises(IntegrityError):
        Resource.objects.create(title="Nothing", topic="ask")


def test_the_order_is_that_of_the_office(client, three):
    client.post(f"{SHELF}{three[2].pk}/move/", {"to": "up"})
    assert titles() == ["Guide 1", "Guide 3", "Guide 2"]
    client.post(f"{SHELF}{three[0].pk}/move/", {"to": "up"})
    assert titles() == ["Guide 1", "Guide 3", "Guide 2"]
    client.post(f"{SHELF}{three[0].pk}/move/", {"to": "down"})
    assert titles() == ["Guide 3", "Guide 1", "Guide 2"]


def test_on_another_topic_it_comes_last(client, three):
    client.post(f"{SHELF}add/", VIDEO | {"topic": "ask"})
    moved = Resource.objects.get(topic="ask")
    client.post(f"{SHELF}{moved.pk}/", VIDEO | {"topic": "prepare"})
    assert titles() == ["Guide 1", "Guide 2", "Guide 3", "How to begin"]


def test_archiving_is_undone(client, three):
    page = client.post(f"{SHELF}{three[0].pk}/archive/", follow=True)
    assert titles() == ["Guide 2", "Guide 3"]
    assert "Archived (1)" in words(page)
    *_, said = page.context["messages"]
    client.post(said.extra_tags)
    assert titles() == ["Guide 1", "Guide 2", "Guide 3"]


def test_students_find_it_where_it_fits(as_, client, student):
    for topic in ("first", "prepare", "after"):
        client.post(f"{SHELF}add/", VIDEO | {"title": f"For {topic}", "topic": topic})
    reader = as_(student)
    StudentProfile.objects.filter(user=student).update(welcomed_at=timezone.now())
    talk = world.interview(student, world.contact(student), starts_at=timezone.now() + timedelta(days=1))
    pages = [words(reader.get(path)) for path in ("/help/", reverse("prepare", args=[talk.pk]))]
    talk.delete()
    pages.append(words(reader.get(reverse("today"))))
    found = [[f"For {topic}" in page for topic in ("first", "prepare", "after")] for page in pages]
    assert found == [[True, True, True], [False, True, False], [True, False, False]]
    assert 'href="https://example.edu/begin" rel="noopener noreferrer"' in pages[0]


@pytest.mark.parametrize(("topic", "pages"), [("ask", ["request"]), ("after", ["thank_you", "debrief"])])
def test_two_of_a_topic_stand_in_a_line_where_they_help(as_, student, topic, pages):
    contact, reader = world.contact(student), as_(student)
    draft = world.interview_request(student, contact)
    talk = world.interview(student, contact, starts_at=timezone.now() - timedelta(hours=2), status="completed")
    paths = [reverse(name, args=[draft.pk if name == "request" else talk.pk]) for name in pages]
    assert ["Worth reading" in words(reader.get(path)) for path in paths] == [False] * len(paths)
    for place, (title, address) in enumerate((("One", ""), ("Two", "https://example.edu/two"), ("Three", "")), 1):
        Resource.objects.create(title=title, text="Read it.", url=address, topic=topic, position=place)
    first = Resource.objects.get(title="One")
    line = (
        f'Worth reading: <a href="/help/#shelf-{first.pk}">One</a> and'
        ' <a href="https://example.edu/two" rel="noopener noreferrer">Two</a></p>'
    )
    assert [line in words(reader.get(path)) for path in paths] == [True] * len(paths)
    assert f'id="shelf-{first.pk}"' in words(reader.get("/help/"))


def test_who_is_no_student_and_who_is_signed_out_see_none(as_, alum):
    Resource.objects.create(**VIDEO)
    assert ["Worth reading" in words(as_(person).get("/help/")) for person in (None, alum)] == [False, False]


def test_the_help_page_asks_as_often_for_many(as_, student, django_assert_max_num_queries):
    client = as_(student)
    client.get("/help/")
    for n in range(30):
        Resource.objects.create(title=f"Guide {n}", text="Read it.", topic="ask", position=n)
    with django_assert_max_num_queries(12):
        client.get("/help/")
