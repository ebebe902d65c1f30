"""The grid of organizations and kinds of work, one organization, an application and who helped (R1, R2, R43, R117)."""

import re
from datetime import date, timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.network.models import Organization, Outcome, Touch
from apps.organizations import actions, grid
from apps.organizations.models import Help, KindOfWork, Note, Opportunity, RuledOut, Work
from apps.web.answers import Refused
from tests import world

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def riverkeep(student):
    return actions.follow(student, "Riverkeep Alliance")


@pytest.fixture
def daniel(student, riverkeep):
    """Somebody there with whom the student talked."""
    person = world.contact(student, "Daniel Ferreira", organization=riverkeep, title="Program director")
    world.interview(student, person, starts_at=timezone.now() - 30 * DAY, status="completed")
    return person


@pytest.fixture
def crew(student, riverkeep):
    return Opportunity.objects.create(student=student, organization=riverkeep, title="Summer crew")


def text_of(html):
    """Return what a page says: without its marks, in one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", "", html)).split())


def shown(client, name, *args):
    return text_of(client.get(reverse(name, args=args)).content.decode())


def test_an_organization_is_added_and_its_people_are_counted(student, as_):
    there = Organization.objects.create(student=student, name="Corvane")
    world.contact(student, "Grace Otieno", organization=there)
    client = as_(student)
    answer = client.post(reverse("organizations"), {"name": "  corvane "})
    assert answer["Location"] == reverse("organization", args=[there.pk])
    page = shown(client, "organizations")
    assert "People you’ve talked with: 0 of 1" in page
    assert "You haven’t talked with anyone there yet" in page


def test_a_title_says_the_kind_of_work_until_the_student_says_otherwise(student, as_, riverkeep):
    statistics = KindOfWork.objects.create(student=student, name="Data and statistics", position=1)
    rules = KindOfWork.objects.create(student=student, name="Regulation", position=2)
    person = world.contact(student, "Lea Moe", organization=riverkeep, title="Biostatistician")
    kinds = [statistics, rules]
    assert grid.kinds_of([person], kinds, student) == {person.pk: statistics.pk}
    client = as_(student)
    client.post(reverse("organization_people", args=[riverkeep.pk]), {f"work-{person.pk}": rules.pk})
    assert grid.kinds_of([person], kinds, student) == {person.pk: rules.pk}
    client.post(reverse("organization_people", args=[riverkeep.pk]), {f"work-{person.pk}": ""})
    assert grid.kinds_of([person], kinds, student) == {person.pk: None}


def test_a_kind_of_work_of_somebody_else_is_not_taken(student, other_student, as_, riverkeep):
    foreign = KindOfWork.objects.create(student=other_student, name="Regulation")
    person = world.contact(student, "Lea Moe", organization=riverkeep)
    client = as_(student)
    client.post(reverse("organization_people", args=[riverkeep.pk]), {f"work-{person.pk}": foreign.pk})
    client.post(reverse("organization_work", args=[riverkeep.pk]), {"kind": foreign.pk, "on": "1"})
    assert [one.kind for one in Work.objects.all()] == [None]
    assert not RuledOut.objects.exists()


@pytest.mark.parametrize("touch", ["talked", "met"])
def test_only_a_talk_counts_as_talked_with(student, riverkeep, touch, now):
    person = world.contact(student, "Lea Moe", organization=riverkeep)
    Touch.objects.create(student=student, contact=person, kind=touch, at=now)
    assert [row.talked for row in grid.grid(student, now).rows] == [int(touch == "talked")]


def test_somebody_removed_is_not_counted(student, riverkeep, daniel, now):
    daniel.archived_at = now
    daniel.save()
    assert [(row.known, row.talked) for row in grid.grid(student, now).rows] == [(0, 0)]


def test_the_widest_gap_is_where_nobody_is_known_and_it_is_not_ruled_out(student, now):
    first, second, third = (actions.follow(student, name) for name in ("Alder", "Birch", "Cedar"))
    rules, maps = (KindOfWork.objects.create(student=student, name=name) for name in ("Regulation", "Maps"))
    for one in (first, second):
        actions.rule_out(one, rules, is_out=True)
    world.contact(student, "Lea Moe", organization=third, title="Maps")
    gap = grid.grid(student, now).gap
    assert (gap.kind, gap.places) == (maps, 2)


def test_the_grid_asks_the_same_questions_at_any_size(student, as_):
    client = as_(student)

    def fill(count):
        for number in range(count):
            place = actions.follow(student, f"Place {number}")
            person = world.contact(student, f"Ana {number}", organization=place)
            one = Opportunity.objects.create(
                student=student, organization=place, title="Crew", applied_on=date(2026, 11, 1)
            )
            Opportunity.objects.filter(pk=one.pk).update(state="applied", applied_on=date(2026, 11, 1))
            actions.helped(one, [person])

    def count():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("organizations")).status_code == 200
        return len(queries)

    fill(1)
    KindOfWork.objects.create(student=student, name="Regulation")
    client.get(reverse("organizations"))
    few = count()
    fill(30)
    assert count() == few


def test_an_application_without_a_conversation_asks_for_one(student, as_, crew, riverkeep):
    world.contact(student, "Paul Iverson", organization=riverkeep)
    client = as_(student)
    client.post(reverse("opportunity_applied", args=[crew.pk]), {"day": f"{timezone.now().date() - DAY}"})
    page = shown(client, "opportunity", crew.pk)
    assert "Now talk with someone there" in page
    assert "People you’ve talked with at Riverkeep Alliance: 0" in page
    assert "Ask Paul" in page


def test_after_a_conversation_nothing_is_asked(student, as_, crew, daniel):
    client = as_(student)
    client.post(reverse("opportunity_applied", args=[crew.pk]), {"day": f"{timezone.now().date() - DAY}"})
    assert "Now talk with someone there" not in shown(client, "opportunity", crew.pk)


def test_everybody_who_helped_has_a_letter_and_a_trace_of_their_own(student, as_, crew, riverkeep, daniel):
    osei = world.contact(student, "Dr. Abena Osei")
    world.referral(osei, daniel)
    paul = world.contact(student, "Paul Iverson", organization=riverkeep)
    client = as_(student)
    client.post(reverse("opportunity_applied", args=[crew.pk]), {"day": f"{timezone.now().date() - DAY}"})
    page = client.get(reverse("opportunity", args=[crew.pk])).content.decode()
    ticked = {int(pk) for pk in re.findall(r'name="person" value="(\d+)" id="helper-\d+" checked', page)}
    assert ticked == {daniel.pk, osei.pk}
    assert f'id="helper-{paul.pk}"' in page
    client.post(reverse("opportunity_helped", args=[crew.pk]), {"person": [daniel.pk, osei.pk, ""]})
    letters = {one.contact_id: one.outcome_id for one in Help.objects.all()}
    assert set(letters) == {daniel.pk, osei.pk}
    assert len(set(letters.values())) == 2
    address = f"{reverse('contact_write', args=[daniel.pk])}?outcome={letters[daniel.pk]}"
    assert "Summer crew" in Outcome.objects.get(pk=letters[daniel.pk]).note
    client.post(address, {"body": "Dear Daniel, I applied. Thank you."})
    page = shown(client, "opportunity", crew.pk)
    assert "You told Daniel on" in page
    assert "Write to Daniel" not in page
    assert "Not told yet." in page
    assert "Tell Dr. Osei you applied" in shown(client, "organizations")


def test_a_helper_is_noted_once_and_taken_out_only_before_they_heard(student, crew, daniel):
    actions.apply(crew, on=date(2026, 11, 1))
    for _ in range(2):
        actions.helped(crew, [daniel])
    assert Help.objects.count() == Outcome.objects.count() == 1
    Outcome.objects.update(second_thanks_at=timezone.now())
    actions.helped(crew, [])
    assert Help.objects.count() == 1
    with pytest.raises(Refused):
        actions.not_applied(crew)
    Outcome.objects.update(second_thanks_at=None)
    actions.helped(crew, [])
    assert not Help.objects.exists()
    assert not Outcome.objects.exists()


def test_an_application_is_taken_back(student, as_, crew, daniel):
    client, address = as_(student), reverse("opportunity_applied", args=[crew.pk])
    client.post(address, {"day": f"{timezone.now().date() - DAY}"})
    client.post(reverse("opportunity_helped", args=[crew.pk]), {"person": [daniel.pk]})
    client.post(address, {"undo": "1"})
    crew.refresh_from_db()
    assert (crew.state, crew.applied_on, Outcome.objects.count()) == ("open", None, 0)


def test_what_was_deleted_comes_back_with_who_helped(student, as_, crew, daniel):
    actions.apply(crew, on=date(2026, 11, 1))
    actions.helped(crew, [daniel])
    client = as_(student)
    goal = client.post(reverse("opportunity_remove", args=[crew.pk]))["Location"]
    assert not Opportunity.objects.exists()
    assert "Deleted: Summer crew." in text_of(client.get(goal).content.decode())
    client.post(reverse("network_undo"))
    assert [(one.title, one.helps.count()) for one in Opportunity.objects.all()] == [("Summer crew", 1)]


def test_a_note_is_asked_about_after_a_year(student, as_, riverkeep):
    day = timezone.now().date() - timedelta(days=400)
    old = Note.objects.create(student=student, organization=riverkeep, text="Twelve staff", noted_on=day)
    client = as_(student)
    assert "More than a year old" in shown(client, "organization", riverkeep.pk)
    client.post(reverse("organization_note_still", args=[old.pk]))
    assert "More than a year old" not in shown(client, "organization", riverkeep.pk)


def test_a_note_can_be_put_back(student, as_, riverkeep):
    note = Note.objects.create(student=student, organization=riverkeep, text="Ten staff", noted_on=date(2026, 11, 1))
    client = as_(student)
    client.post(reverse("organization_note_remove", args=[note.pk]))
    assert not Note.objects.exists()
    client.post(reverse("network_undo"))
    assert [one.text for one in Note.objects.all()] == ["Ten staff"]


def test_a_name_that_is_taken_is_said_beside_it(student, as_, riverkeep):
    actions.follow(student, "Corvane")
    answer = as_(student).post(reverse("organization_edit", args=[riverkeep.pk]), {"name": "CORVANE", "why": "Kind"})
    assert answer.status_code == 422
    assert "You already have an organization called CORVANE." in answer.content.decode()
    riverkeep.refresh_from_db()
    assert riverkeep.name == "Riverkeep Alliance"


def test_two_kinds_of_work_may_swap_names(student, as_):
    first, second = (KindOfWork.objects.create(student=student, name=name) for name in ("Maps", "Law"))
    answer = as_(student).post(reverse("kinds_of_work"), {f"kind-{first.pk}": "Law", f"kind-{second.pk}": "Maps"})
    assert answer.status_code == 302
    assert list(KindOfWork.objects.order_by("pk").values_list("name", flat=True)) == ["Law", "Maps"]


def test_the_list_leaves_as_a_file_that_no_spreadsheet_takes_for_a_formula(student, as_):
    actions.follow(student, "=HYPERLINK(1)")
    answer = as_(student).get(reverse("organizations_export"))
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[1].startswith("'=HYPERLINK(1)")
