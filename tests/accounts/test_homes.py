"""Everybody's “home” is the first page of the role they are in, wherever a link to it stands."""

import re
from itertools import combinations

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.accounts import roles
from apps.accounts.models import Role
from apps.accounts.views import FIRST_PAGES
from apps.students.models import StudentProfile
from apps.web.menu import MENU
from tests import world

pytestmark = pytest.mark.django_db

HOMES = {"student": "/today/", "alum": "/alum/", "coach": "/coach/", "office": "/office/"}
FIRST = ("student", "coach", "office", "alum")  # of somebody who holds several


def made(*held):
    someone = world.person("Wilma Several")
    for role in held:
        roles.give(someone, role)
    StudentProfile.objects.update(welcomed_at=timezone.now())
    return type(someone).objects.get(pk=someone.pk)


def brand(page):
    return re.search(r'class="rp-brand" href="([^"]*)"', page.content.decode())[1]


def here(page):
    nav = re.search(r'<nav class="rp-nav".*?</nav>', page.content.decode(), re.DOTALL)[0]
    return re.findall(r'<a href="([^"]*)" aria-current="page"', nav)


@pytest.mark.parametrize("role", Role.values)
def test_home_is_the_first_page_of_the_role(as_, role):
    client = as_(made(role))
    page = client.get(reverse("home"), follow=True)
    assert (page.redirect_chain, page.status_code) == ([(HOMES[role], 302)], 200)
    assert here(page) == [HOMES[role]]
    assert reverse(MENU[role][0][0]) == reverse(FIRST_PAGES[role]) == HOMES[role]


@pytest.mark.parametrize("role", Role.values)
def test_every_page_leads_home_from_its_head(as_, role):
    client = as_(made(role))
    for name in dict.fromkeys([*(name for name, _, _ in MENU[role]), "account", "notices", "help"]):
        page = client.get(reverse(name))
        assert (page.status_code, brand(page)) == (200, reverse("home")), name


@pytest.mark.parametrize("role", Role.values)
def test_a_page_that_is_not_there_or_not_theirs_leads_home(as_, role):
    client = as_(made(role))
    others = next(home for other, home in HOMES.items() if other != role)
    for path, status in (("/no/such/page/", 404), (others, 403)):
        page = client.get(path)
        link = re.search(r'href="([^"]*)">Go to your home page', page.content.decode())[1]
        assert (page.status_code, client.get(link).url) == (status, HOMES[role])


@pytest.mark.parametrize("held", list(combinations(Role.values, 2)), ids="+".join)
def test_who_holds_two_roles_begins_with_their_work_and_can_switch(as_, held):
    client = as_(made(*held))
    first = next(role for role in FIRST if role in held)
    assert client.get(reverse("home")).url == HOMES[first]
    for role in held:
        assert client.post(reverse("switch_role"), {"role": role}, follow=True).request["PATH_INFO"] == HOMES[role]
        assert client.get(reverse("home")).url == HOMES[role]


def test_who_lost_the_role_they_were_in_has_a_home_still(as_):
    someone = made("coach", "alum")
    client = as_(someone)
    client.post(reverse("switch_role"), {"role": "coach"})
    roles.take(someone, Role.COACH)
    assert client.get(reverse("home")).url == HOMES["alum"]


def test_without_a_role_home_is_the_account(as_):
    assert as_(world.person("Nora None")).get(reverse("home")).url == reverse("account")


def test_a_student_is_welcomed_once_before(as_):
    client = as_(made("student"))
    StudentProfile.objects.update(welcomed_at=None)
    assert client.get(reverse("home")).url == reverse("welcome")
