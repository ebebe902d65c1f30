"""A person whom the office adds, through every door and in every role: they sign in, and no page of theirs fails.

Whatever hangs on a role comes with it (apps/accounts/roles.py), and goes where it must not outlive it.
"""

import re
from io import StringIO
from itertools import combinations
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts import roles
from apps.accounts.models import Role, User
from apps.alumni.accounts import account_of
from apps.alumni.models import AlumniProfile, Listing
from apps.interviews.asking.models import Review
from apps.local import demo_people
from apps.mail.models import OutboundMessage
from apps.policy.models import Policy
from apps.students.models import StudentProfile
from apps.web.menu import MENU
from tests import world

pytestmark = pytest.mark.django_db

EMAIL = "wilma.newcomb@tamarack.example"
EVERYBODYS = ("account", "notices", "reminder_preferences", "calendar", "help", "home")
OWN = {
    "student": ("welcome", "goal", "introduction", "looks", "contact_add", "map_people", "coach_said"),
    "alum": ("alum_profile_edit",),
    "coach": (),
    "office": ("office_person_add", "office_students_import", "office_coming", "office_suppressed", "office_cohorts"),
}
PAIRS = [[role] for role in Role.values] + [list(pair) for pair in combinations(Role.values, 2)]


# --- the doors: each returns the address of whom it let in ------------------------------------------------------------


def by_the_form(office, held):
    page = office.post(reverse("office_person_add"), {"name": "Wilma Newcomb", "email": EMAIL, "roles": held})
    assert page.status_code == 302
    return EMAIL


def by_the_form_later(office, held):
    """Somebody who is there already gets the roles, one save each."""
    by_the_form(office, ["coach"])
    url = reverse("office_person", args=[User.objects.get(email=EMAIL).pk])
    assert office.post(url, {"name": "Wilma Newcomb", "email": EMAIL, "roles": []}).status_code == 302
    for count in range(1, len(held) + 1):
        data = {"name": "Wilma Newcomb", "email": EMAIL, "roles": held[:count]}
        assert office.post(url, data).status_code == 302
    return EMAIL


def by_the_command(office, held):
    for role in held:
        call_command("add_person", EMAIL, "Wilma Newcomb", "--role", role, verbosity=0, stdout=StringIO())
    return EMAIL


FILE = f"first_name,last_name,email\r\nWilma,Newcomb,{EMAIL}\r\n"


def by_the_registrar(office, held):
    assert office.post(reverse("office_students_import"), {"text": FILE, "go": "1"}).status_code == 302
    return EMAIL


def by_the_registrars_command(office, held, tmp_path):
    (tmp_path / "students.csv").write_text(FILE, newline="")
    call_command("import_students", tmp_path / "students.csv", stdout=StringIO())
    return EMAIL


def by_being_asked(office, held):
    """An alum of the directory gets an account with the first request."""
    with transaction.atomic():
        account_of(world.alum_profile("Wilma Newcomb", email=EMAIL))
    return EMAIL


def by_the_demo(office, held):
    """The people of the demo, before anything has happened to them."""
    (role,) = held
    desk, coaches = demo_people.staff()
    if role == Role.STUDENT:
        return demo_people.students(coaches, timezone.now())["Noor Haddad"].email
    if role == Role.ALUM:
        return demo_people.alumni(timezone.now())["Ingrid Solheim"].user.email
    return desk.email if role == Role.OFFICE else next(iter(coaches.values())).email


DOORS = [(door, held) for door in (by_the_form, by_the_form_later, by_the_command) for held in PAIRS]
DOORS += [(by_the_registrar, ["student"]), (by_the_registrars_command, ["student"]), (by_being_asked, ["alum"])]
DOORS += [(by_the_demo, [role]) for role in Role.values]


@pytest.fixture
def desk(office, as_):
    return as_(office)


def signed_in(email=EMAIL):
    """Sign in as the newcomer does: with the code from the mail."""
    client = Client()
    client.post("/accounts/login/code/", {"email": email})
    code = re.search(r"\b\d{6}\b", OutboundMessage.objects.filter(recipient=email).latest("created_at").text)[0]
    page = client.post("/accounts/login/code/confirm/", {"code": code}, follow=True)
    assert (page.status_code, page.context["user"].email) == (200, email)
    return client


def middle(page):
    """Return what stands on a page past the masthead and the way back."""
    main = re.search(r"<main.*?</main>", page.content.decode(), re.S)[0]
    return re.sub(r'<p class="rp-back">.*?</p>', "", main, flags=re.S)


def next_steps(page):
    """Return what one may do on a page."""
    return re.findall(r"<a [^>]*href=|<button", middle(page))


def filled(page):
    """Return where the filled buttons of a page lead: "" for one of a form. One is the obvious step."""
    found = re.findall(r"<(?:a|button)\b[^>]*\bbtn-primary\b[^>]*>", middle(page))
    return [(re.search(r'href="([^"]*)"', tag) or [0, ""])[1] for tag in found]


@pytest.mark.parametrize(("door", "held"), DOORS, ids=lambda part: getattr(part, "__name__", None) or "+".join(part))
def test_every_page_of_a_newcomer_opens_and_says_what_to_do(desk, door, held, tmp_path):
    email = door(desk, held, tmp_path) if door is by_the_registrars_command else door(desk, held)
    client = signed_in(email)
    assert User.objects.get(email=email).roles == sorted(held)
    for role in held:
        assert client.post(reverse("switch_role"), {"role": role}).status_code == 302
        menu = [name for name, _, _ in MENU[role]]
        for name in dict.fromkeys([*menu, *OWN[role], *EVERYBODYS]):
            page = client.get(reverse(name), follow=True)
            assert (page.status_code, page.context["user"].email) == (200, email), (role, name)
            assert next_steps(page), (role, name)
            if name in menu and role != Role.OFFICE:
                steps = filled(page)
                assert len(steps) == 1 or _has_nothing_to_do(email, name), (role, name, steps)
                assert page.request["PATH_INFO"] not in steps, (role, name, "leads to itself")


def _has_nothing_to_do(email, name):
    """An alum who is in the directory already waits for a student's letter."""
    return name == "alum_home" and AlumniProfile.objects.get(user__email=email).listing == Listing.LISTED


def test_in_an_empty_directory_a_student_is_led_to_those_they_know(desk):
    by_the_form(desk, ["student"])
    page = signed_in().get(reverse("people"))
    assert ("No one is in the directory yet" in page.content.decode(), filled(page)) == (True, [reverse("map_people")])


def test_a_new_student_is_welcomed_first(desk):
    by_the_form(desk, ["student"])
    page = signed_in().get("/", follow=True)
    assert page.redirect_chain[-1][0] == reverse("welcome")


def test_a_new_office_reads_what_to_begin_with(desk, as_):
    def begins():
        return [title for title, _, _ in desk.get(reverse("office")).context["steps"]]

    Policy.objects.all().delete()
    everything = ["Name your university", "Import alumni", "Add a coach", "Import students"]
    assert begins() == everything
    Policy.objects.update(university="Ashland College")
    world.alum_profile("Ida Holm")
    assert begins() == everything[2:]
    world.student("Amira Haddad", coach=world.coach("Ruth Amsel"))
    assert begins() == []


def test_a_new_coach_and_a_new_alum_read_what_comes_next(desk, as_):
    text = as_(world.coach("Cora Newcomb")).get(reverse("caseload")).content.decode()
    assert ("Your students will appear here" in text, text.count("btn-primary")) == (True, 1)
    by_the_form(desk, ["alum"])
    client = signed_in()
    page = client.get(reverse("alum_home")).content.decode()
    assert ("Students can’t find you yet" in page, page.count("btn-primary")) == (True, 1)
    client.post(reverse("alum_join"))
    page = client.get(reverse("alum_home")).content.decode()
    assert ("Help students ask you well" in page, "Students can’t find you yet" in page) == (True, False)
    AlumniProfile.objects.update(quote="I read trials for a living.")
    assert "Help students" not in client.get(reverse("alum_home")).content.decode()


# --- what comes and goes with a role ----------------------------------------------------------------------------------


def test_an_alum_gets_the_entry_that_waits_for_their_address(desk):
    entry = world.alum_profile("Wilma Newcomb", email=EMAIL.upper())
    by_the_form(desk, ["alum"])
    assert User.objects.get(email=EMAIL).alumni_profile == entry
    assert AlumniProfile.objects.count() == 1


def test_an_alum_without_one_gets_an_entry_that_no_student_sees_yet(desk):
    by_the_form(desk, ["alum"])
    entry = AlumniProfile.objects.get()
    assert (entry.user.email, entry.name, entry.listing) == (EMAIL, "Wilma Newcomb", Listing.INVITED)
    client = signed_in()
    home = client.get(reverse("alum_home"))
    assert ("Students can’t find you yet" in home.content.decode(), filled(home)) == (
        True,
        [reverse("alum_profile_edit")],
    )
    assert client.post(reverse("alum_join")).status_code == 302
    entry.refresh_from_db()
    assert entry.listing == Listing.LISTED


def test_given_twice_it_is_given_once(desk):
    for _ in range(2):
        by_the_command(desk, ["student", "alum"])
    assert (StudentProfile.objects.count(), AlumniProfile.objects.count()) == (1, 1)


def test_who_coaches_no_more_has_no_caseload(desk, coach, student):
    data = {"name": coach.name, "email": coach.email, "roles": ["alum"]}
    page = desk.post(reverse("office_person", args=[coach.pk]), data, follow=True)
    assert "Saved. 1 student no longer has a coach." in page.content.decode()
    student.student_profile.refresh_from_db()
    assert student.student_profile.coach is None


def test_who_is_no_alum_is_not_found(desk, alum):
    data = {"name": alum.name, "email": alum.email, "roles": []}
    desk.post(reverse("office_person", args=[alum.pk]), data)
    entry = AlumniProfile.objects.get(user=alum)
    assert entry.listing == Listing.HIDDEN
    roles.give(alum, Role.ALUM)
    assert AlumniProfile.objects.get() == entry


def test_who_asked_to_be_removed_stays_removed(alum):
    AlumniProfile.objects.update(listing=Listing.REMOVED)
    roles.take(alum, Role.ALUM)
    assert AlumniProfile.objects.get().listing == Listing.REMOVED


def test_who_studies_no_more_leaves_the_caseload_and_finds_everything_again(student, coach, as_):
    contact = world.contact(student)
    roles.take(student, Role.STUDENT)
    student.student_profile.refresh_from_db()
    assert (student.student_profile.coach, student.is_student) == (None, False)
    assert as_(coach).get(reverse("caseload")).status_code == 200
    roles.give(student, Role.STUDENT)
    assert as_(student).get(contact.get_absolute_url()).status_code == 200


def test_a_role_given_meanwhile_is_not_lost(student):
    stale = User.objects.get(pk=student.pk)
    roles.give(student, Role.COACH)
    roles.give(stale, Role.ALUM)
    assert User.objects.get(pk=student.pk).roles == ["alum", "coach", "student"]


def test_a_draft_with_a_coach_who_left_still_opens(desk, coach, student, as_):
    asked = world.interview_request(student, world.contact(student), status="in_review")
    Review.objects.create(request=asked, coach=coach, asked_at=world.NOW, due_at=world.NOW)
    roles.take(coach, Role.COACH)
    client = as_(student)
    for name, args in (("today", ()), ("request", (asked.pk,)), ("help", ()), ("conversations", ())):
        assert client.get(reverse(name, args=args)).status_code == 200


def test_nobody_writes_roles_but_the_one_act():
    """A door that writes them itself leaves out what hangs on them."""
    found = [
        str(path)
        for path in Path("apps").rglob("*.py")
        if "migrations" not in path.parts and re.search(r"\.roles = |\broles=\[|\"roles\": \[", path.read_text())
    ]
    assert found == ["apps/accounts/roles.py"]
