"""Names as long as they may be, and in other scripts, on a screen as small as they come."""

import pytest

from tests import world

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
    found = {}
    for person, paths in walks:
        page = open_as(person, paths[0], viewport={"width": width, "height": 800})
        for path in paths:
            page.goto(path)
            wider, *what = page.evaluate(WIDER)
            if wider > 0:
                found[path] = (wider, what)
    assert found == {}, "\n".join(f"{path} {what}" for path, what in found.items())


def test_the_class_stands_behind_a_name_that_runs_from_right_to_left(open_as, student):
    alum = world.alum_profile("יעל כהן", class_year=2010, email="yael@alum.example")
    page = open_as(student, f"/people/{alum.pk}/", viewport={"width": 390, "height": 800})
    name, mark = page.locator("h1 bdi").bounding_box(), page.locator("h1 .rp-class").bounding_box()
    assert mark["x"] >= name["x"] + name["width"]
