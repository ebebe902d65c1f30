"""Names as long as they may be, and in other scripts, on a screen as small as they come."""

import pytest

from apps.growth.models import Path
from apps.network import actions
from apps.network.models import ActionStep, Organization, Outcome
from apps.organizations.models import Help, KindOfWork, Note, Opportunity
from apps.tickets.models import SuggestedAlum, Ticket, TicketMessage
from tests import world
from tests.browser.person import OPEN_FOLDS

pytestmark = pytest.mark.browser
LONG, LONGEST = "Wolfeschlegelsteinhausenbergerdorffs", "Ng" * 75
WIDER = """() => [document.documentElement.scrollWidth - innerWidth, ...[...document.querySelectorAll("body *")]
    .filter((one) => one.getBoundingClientRect().right > innerWidth + 1 && one.checkVisibility()
        && !one.closest(".visually-hidden, .rp-scroll, .rp-views, svg, nav"))
    .slice(0, 6).map((one) => one.outerHTML.slice(0, 160))]"""


@pytest.fixture
def people(coach, office):
    """A student, a contact, an alum and a coach whose names are as long as the fields."""
    coach.name = f"Ruth {LONG}"
    coach.save()
    student = world.student(f"Amira {LONG}", coach=coach, class_year=2028)
    student.student_profile.shares_network = True
    student.student_profile.save()
    alum = world.alum(LONGEST, title="T" * 60, employer="E" * 60)
    contact = world.contact(student, LONGEST, title="T" * 60)
    other = world.contact(student, f"Helen {LONG}")
    world.referral(other, contact)
    asked = world.sent_request(student, contact)
    talk = world.interview(student, other)
    return student, coach, office, alum, contact, asked, talk


@pytest.fixture
def more(people):
    """What else has long words: a place, something to apply for there, notes, a path, and a question to the office."""
    student, _, _, alum, contact, _, _ = people
    twin = world.contact(student, f"{LONGEST[:-1]}e", email="n" * 50 + "@example.org")
    actions.touch(contact, "met", at=world.NOW, note="N" * 200)
    actions.touch(twin, "talked", at=world.NOW)
    own = {"student": student, "contact": contact}
    ActionStep.objects.create(text="S" * 240, **own)
    outcome = Outcome.objects.create(kind="applied", note="O" * 300, happened_on=world.NOW.date(), **own)
    place = Organization.objects.create(student=student, name="P" * 160, is_target=True)
    idea = Organization.objects.create(student=student, name="Q" * 160)
    type(contact).objects.filter(pk=contact.pk).update(organization=place)
    type(twin).objects.filter(pk=twin.pk).update(organization=idea)
    KindOfWork.objects.create(student=student, name="K" * 60)
    Note.objects.create(organization=place, text="N" * 300, noted_on=world.NOW.date(), **own)
    day = world.NOW.date()
    Opportunity.objects.create(organization=place, title="J" * 160, note="J" * 300, **own)
    job = Opportunity.objects.create(organization=place, title="J" * 160, state="applied", applied_on=day, **own)
    Help.objects.create(opportunity=job, outcome=outcome, **own)
    Path.objects.create(student=student, name="F" * 60, skills="F" * 200, quote="F" * 200)
    question = Ticket.objects.create(
        student=student, wanted="W" * 160, goal="G" * 600, needed_by=day, asked_at=world.NOW, state="answered"
    )
    answer = TicketMessage.objects.create(ticket=question, author=people[1], text="A" * 300, at=world.NOW)
    SuggestedAlum.objects.create(message=answer, alum=alum.alumni_profile, why="Y" * 200)
    return twin, place, job, question


def too_wide(open_as, width, walks):
    """Return the addresses of what is wider than the screen, with what sticks out."""
    found = {}
    for person, paths in walks:
        page = open_as(person, paths[0], viewport={"width": width, "height": 800})
        for path in paths:
            page.goto(path)
            page.evaluate(OPEN_FOLDS)
            wider, *what = page.evaluate(WIDER)
            if wider > 0:
                found[path] = (wider, what)
    return "\n".join(f"{path} {what}" for path, what in found.items())


@pytest.mark.parametrize("width", [320, 390])
def test_a_page_is_as_wide_as_the_screen_whatever_a_name(open_as, people, width):
    student, coach, office, alum, contact, asked, talk = people
    entry = alum.alumni_profile.pk
    own = ["/today/", "/people/", f"/people/{entry}/", "/network/", "/network/map/", f"/network/{contact.pk}/", "/me/"]
    own += [f"/network/{contact.pk}/edit/", f"/network/{contact.pk}/write/", "/conversations/", "/me/reminders/"]
    own += [
        f"{talk.get_absolute_url()}{what}/" for what in ("live", "move", "cancel", "prepare/list", "debrief", "thanks")
    ]
    own += [f"/people/{entry}/ask/", f"/network/{contact.pk}/ask/", "/me/looks/", "/me/calendar/"]
    own += [asked.get_absolute_url(), talk.get_absolute_url(), f"{talk.get_absolute_url()}prepare/"]
    walks = [(student, own), (alum, ["/alum/", "/alum/profile/"])]
    walks += [(coach, ["/coach/?view=all", "/coach/reviews/", f"/coach/students/{student.student_profile.pk}/"])]
    walks += [(office, ["/office/people/", f"/office/people/{student.pk}/"])]
    assert too_wide(open_as, width, walks) == ""


@pytest.mark.parametrize("width", [320, 390])
def test_nor_is_a_page_of_places_paths_or_questions_wider(open_as, people, more, width):
    student, coach, _, _, contact, _, _ = people
    twin, place, job, question = more
    own = [f"/network/?view={view}" for view in ("list", "introductions", "circles", "phases", "removed")]
    own += [f"/network/{contact.pk}/{what}" for what in ("", "same-as/", "card/", "suggested/", "write/?intro=1")]
    own += [f"/network/{contact.pk}/same-as/?other={twin.pk}", "/network/same/", "/network/card/", "/network/update/"]
    own += [f"/network/{twin.pk}/", "/network/export/", "/network/map/?prompt=2", "/ask/"]
    own += ["/network/organizations/", "/network/organizations/kinds/", f"/network/organizations/{place.pk}/"]
    own += [job.get_absolute_url(), f"{job.get_absolute_url()}edit/"]
    own += ["/progress/", "/progress/notes/", "/progress/rate/", student.paths.get().get_absolute_url()]
    walks = [(student, own), (coach, ["/help-requests/?group=answered", f"/help-requests/{question.pk}/?q=ng"])]
    assert too_wide(open_as, width, walks) == ""


def test_the_class_stands_behind_a_name_that_runs_from_right_to_left(open_as, student):
    alum = world.alum_profile("יעל כהן", class_year=2010, email="yael@alum.example")
    page = open_as(student, f"/people/{alum.pk}/", viewport={"width": 390, "height": 800})
    name, mark = page.locator("h1 bdi").bounding_box(), page.locator("h1 .rp-class").bounding_box()
    assert mark["x"] >= name["x"] + name["width"]
