"""The mapping exercise and the picture: what was added can be taken back, the keyboard stays where it was."""

import html
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.network import actions
from apps.network.circles import OF_RELATION
from apps.network.models import Contact
from apps.network.views_map import PROMPTS
from tests import world

pytestmark = pytest.mark.django_db

MAP = "/network/map/"


def added(client, names, relation="family", **more):
    return client.post(MAP, {"relation": relation, "names": names} | more, follow=True).content.decode()


def undo(client):
    return client.post("/network/undo/", follow=True).content.decode()


def on_map():
    return list(Contact.objects.filter(archived_at=None).order_by("pk").values_list("name", flat=True))


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("Ana, Ben and Cy", "Added"),
        ("Ana, Ben; Cy", "Added Ana, Ben and Cy."),
        ("Ana", "Added Ana."),
        ("Smith, John", "Added John Smith."),
        ("A1, B1, C1, D1, E1, F1, G1, H1", "Added A1, B1, C1, D1, E1 and 3 more."),
    ],
)
def test_what_was_added_is_said_and_undone_without_a_script(student, as_, typed, words):
    client = as_(student)
    world.contact(student, "Helen Varga")
    text = added(client, typed)
    assert (words in text, "Undo</button>" in text) == (True, True)
    assert "removed from your network" in undo(client)
    assert (on_map(), Contact.objects.count()) == (["Helen Varga"], 1)


def test_each_prompt_says_in_which_circle_its_names_go_and_they_are_found_there(student, as_):
    client = as_(student)
    for number, (_, relation, _) in enumerate(PROMPTS, 1):
        circle = OF_RELATION[relation]
        text = client.get(f"{MAP}?prompt={number}").content.decode()
        assert f'Names you add here go in the circle <a href="#r-{circle.key}">{circle.label}</a>.' in text
        assert f'id="r-{circle.key}">{circle.label}</h3>' in text
        said = added(client, f"Person {number}", relation=relation, prompt=number)
        assert f"Added Person {number}. Circle: {circle.label}." in said
        ring = said.partition(f'id="r-{circle.key}"')[2].partition("</li>\n      <li>")[0]
        assert f"Person {number} " in ring


def test_an_undo_is_offered_once_and_to_its_own_page(student, as_):
    client = as_(student)
    added(client, "Ana")
    assert "Undo</button>" not in client.get(MAP).content.decode()
    undo(client)
    assert "There’s nothing left to undo." in undo(client)


def test_an_undo_takes_back_the_last_press_only(student, as_):
    client = as_(student)
    added(client, "Ana")
    added(client, "Ben", relation="work")
    undo(client)
    assert on_map() == ["Ana"]


def test_whoever_came_back_goes_again_and_keeps_their_story(student, as_, now):
    gone, client = world.contact(student, "Ana", archived_at=now), as_(student)
    actions.touch(gone, "met", at=now)
    assert "Added Ana and Ben." in added(client, "Ben, Ana").replace("Ben and Ana", "Ana and Ben")
    undo(client)
    gone.refresh_from_db()
    assert (on_map(), gone.touches.count(), Contact.objects.count()) == ([], 1, 1)


def test_whoever_has_a_story_since_is_put_away_and_not_deleted(student, as_, now):
    client = as_(student)
    added(client, "Ana")
    actions.touch(Contact.objects.get(), "met", at=now)
    undo(client)
    assert (on_map(), Contact.objects.get().touches.count()) == ([], 1)


def test_nobody_undoes_what_another_did(student, other_student, as_):
    added(as_(student), "Ana")
    undo(as_(other_student))
    assert on_map() == ["Ana"]


@pytest.mark.parametrize("typed", ["maria lopez", "López, María", "Maria Lopez’14", "MARÍA LÓPEZ"])
def test_whoever_is_on_the_map_is_said_with_a_link_and_may_have_a_namesake(student, as_, typed):
    there, client = world.contact(student, "María López"), as_(student)
    text = added(client, f"{typed}; Ben")
    assert f'<a href="{there.get_absolute_url()}">María López</a> is already in your network.' in text
    assert on_map() == ["María López", "Ben"]
    added(client, "María López", anyway="1")
    assert on_map() == ["María López", "Ben", "María López"]


@pytest.mark.parametrize("typed", ["Lincoln High School", "University of Minnesota", "Duluth Library", "Mayo Clinic"])
def test_a_school_is_nobody(student, as_, typed):
    text = added(as_(student), typed)
    assert ("looks like an organization" in text, on_map()) == (True, [])


def test_the_keyboard_returns_to_the_field_one_was_in(student, as_):
    client = as_(student)
    for relation in ("family", "work", "event"):
        text = added(client, f"Somebody of {relation}", relation=relation)
        form = text[: text.index("autofocus")].rpartition("<form")[2]
        assert (text.count("autofocus"), f'value="{relation}"' in form) == (1, True)
    wrong = client.post(MAP, {"relation": "work", "names": " ; "}).content.decode()
    assert 'role="alert"' in wrong


def test_of_very_many_the_newest_are_shown_and_all_are_counted(student, as_):
    for n in range(30):
        world.contact(student, f"Person {n}", relation="work")
    text = as_(student).get(MAP).content.decode()
    assert ("30 people" in text, "and 6 more" in text, text.count("rp-chip")) == (True, True, 24)


# --- the picture ------------------------------------------------------------------------------------------------------


def picture(client):
    text = client.get("/network/?view=introductions").content.decode()
    return text.partition('<figure class="rp-map"')[2].partition("</figure>")[0]


def test_a_map_of_names_alone_shows_them_on_desk_and_phone(student, as_):
    for n in range(3):
        world.contact(student, f"Person {n}")
    drawn = picture(as_(student))
    desk, _, phone = drawn.partition('<ul class="rp-tree">')
    assert [part.count("Person ") for part in (desk, phone)] == [3, 3]
    assert "more you know" not in drawn


def test_every_name_of_the_drawing_is_a_link_on_desk_and_phone(student, as_):
    varga = world.contact(student, "Helen Varga", last_touch_at=timezone.now())
    grace = world.contact(student, "Grace Otieno")
    marcus = world.contact(student, "Marcus Adeyemi")
    world.referral(varga, grace, at=timezone.now())
    world.referral(grace, marcus, at=timezone.now())
    desk, _, phone = picture(as_(student)).partition('<ul class="rp-tree">')
    for contact in (varga, grace, marcus):
        assert [part.count(f'href="{contact.get_absolute_url()}"') for part in (desk, phone)] == [1, 1]
    assert 'role="img"' not in desk.partition("</svg>")[0]  # it would hide the links in it


def rest(drawn):
    return set(re.findall(r"(\d+ more [^<,]+)", drawn))


@pytest.mark.parametrize("known", [0, 5])
def test_who_is_left_out_is_counted_by_what_they_are(student, as_, known):
    for n in range(15):
        contact = world.contact(student, f"Friend {n}", last_touch_at=timezone.now() - timedelta(days=n))
        if n == 14:
            world.interview(student, contact, starts_at=timezone.now() + timedelta(days=1))
    for n in range(known):
        world.contact(student, f"Known {n}")
    said = {"3 more you’ve asked or talked with"}
    drawn = picture(as_(student))
    assert rest(drawn) == said | ({f"{known} more you haven’t asked"} if known else set())
    assert "Known" not in drawn


@pytest.mark.parametrize("status", ["draft", "sent", "countered"])
def test_whoever_was_asked_is_none_of_those_who_were_not(student, as_, status):
    for n in range(14):
        contact = world.contact(student, f"Person {n}")
        if status == "draft":
            world.interview_request(student, contact)
        else:
            world.sent_request(student, contact, status=status)
    assert rest(picture(as_(student))) == {"2 more you’ve asked or talked with"}


def test_of_a_circle_a_few_are_shown_and_all_can_be(student, as_):
    for n in range(40):
        world.contact(student, f"Person {n:02}", relation="work")
    client = as_(student)
    text = client.get("/network/?view=circles").content.decode()
    assert (text.count("Person "), "and 36 more" in text) == (4, True)
    first, second = (client.get(f"/network/?circle=work&page={n}").content.decode() for n in (1, 2))
    assert [len(set(re.findall(r"Person \d\d", page))) for page in (first, second)] == [20, 20]
    assert client.get("/network/?view=relation&how=nonsense&page=x").status_code == 200


def test_all_who_were_removed_can_be_reached(student, as_, now):
    for n in range(40):
        world.contact(student, f"Person {n:02}", archived_at=now)
    client = as_(student)
    pages = [client.get(f"{reverse('network')}?view=removed&page={n}").content.decode() for n in (1, 2)]
    assert [page.count(">Restore<") for page in pages] == [30, 10]


# --- an address that is pasted beside a name --------------------------------------------------------------------------

PASTED = "Ana Lima <ana@x.example>"


def of(name):
    return list(Contact.objects.filter(name=name).order_by("pk").values_list("email", flat=True))


@pytest.mark.parametrize("more", [{}, {"prompt": "6"}])
def test_an_address_beside_a_name_is_kept_and_taken_back_with_it(student, as_, more):
    client = as_(student)
    assert "Added Ana Lima." in added(client, PASTED, **more)
    assert of("Ana Lima") == ["ana@x.example"]
    undo(client)
    assert on_map() == []


def test_whoever_has_the_address_is_there_whatever_they_are_called(student, as_):
    there, client = world.contact(student, "Ana M. Lima", email="ANA@x.example"), as_(student)
    text = added(client, PASTED)
    link = f'<a href="{there.get_absolute_url()}">Ana M. Lima</a>'
    assert f"{link} is already in your network with this address." in text or f"{link} is already" in text
    assert "Add another" not in text
    added(client, PASTED, anyway="1")
    assert on_map() == ["Ana M. Lima"]


def test_who_is_there_without_an_address_gets_it_and_undo_takes_it_out(student, as_):
    there, client = world.contact(student, "Ana Lima", linkedin="https://www.linkedin.com/in/ana-l/"), as_(student)
    text = added(client, f"{PASTED}\nBen")
    assert "Added Ben. Circle: Family and friends. Saved the address of Ana Lima." in text
    there.refresh_from_db()
    assert (there.email, there.email_key, there.version) == ("ana@x.example", "ana@x.example", 2)
    undo(client)
    there.refresh_from_db()
    assert (there.email, there.linkedin, on_map()) == ("", "https://www.linkedin.com/in/ana-l/", ["Ana Lima"])


def test_an_undo_takes_no_address_that_was_changed_since(student, as_):
    there, client = world.contact(student, "Ana Lima"), as_(student)
    added(client, PASTED)
    actions.edit(there, version=2, values={"email": "lima@y.example"})
    assert "nothing left to undo" in undo(client)
    assert of("Ana Lima") == ["lima@y.example"]


def test_of_one_name_with_another_address_it_is_asked_and_the_address_is_not_lost(student, as_):
    world.contact(student, "Ana Lima", email="lima@y.example")
    client = as_(student)
    text = added(client, PASTED)
    assert "is already in your network with another address." in text
    typed = html.unescape(re.search(r'name="names" value="([^"]+)"', text)[1])
    added(client, typed, anyway="1")
    assert of("Ana Lima") == ["lima@y.example", "ana@x.example"]


def test_two_of_one_name_with_an_address_each_are_two(student, as_):
    added(as_(student), f"{PASTED}\nAna Lima <lima@y.example>")
    assert of("Ana Lima") == ["ana@x.example", "lima@y.example"]


def test_an_address_of_somebody_else_stays_theirs(student, as_, now):
    """The one of the name was removed; the one of the address is on the map."""
    actions.archive(world.contact(student, "Ana Lima"), now=now)
    world.contact(student, "A. Lima", email="ana@x.example")
    added(as_(student), PASTED)
    assert on_map() == ["A. Lima"]


def test_whoever_was_removed_comes_back_with_the_address(student, as_, now):
    actions.archive(world.contact(student, "Ana Lima"), now=now)
    client = as_(student)
    added(client, PASTED)
    assert (on_map(), of("Ana Lima")) == (["Ana Lima"], ["ana@x.example"])
    undo(client)
    assert (on_map(), of("Ana Lima")) == ([], [""])


@pytest.mark.parametrize(("listing", "is_asked"), [("listed", True), ("hidden", False)])
def test_whoever_has_an_address_of_the_directory_is_asked_about(student, as_, listing, is_asked):
    alum = world.alum_profile("Annabel Lima-Reyes", email="ana@x.example", listing=listing)
    client = as_(student)
    text = added(client, PASTED)
    person = Contact.objects.get()
    assert (f'href="{person.get_absolute_url()}?entry={alum.pk}"' in text) is is_asked
    assert ("Annabel Lima-Reyes" in text) is is_asked
    asked = client.get(f"{person.get_absolute_url()}?entry={alum.pk}").content.decode()
    assert ("Annabel Lima-Reyes" in asked) is is_asked


def test_a_form_for_one_person_takes_the_address_out_of_the_name(student, as_):
    client, typed = as_(student), {"relation": "friend", "name_permission": "not_asked"}
    client.post("/network/add/", typed | {"name": PASTED})
    assert of("Ana Lima") == ["ana@x.example"]
    again = client.post("/network/add/", typed | {"name": "A. Lima <ana@x.example>"})
    assert (again.status_code, "You already have Ana Lima with this email." in again.content.decode()) == (422, True)
    client.post("/network/add/", typed | {"name": "Ben Cole <wrong@x.example>", "email": "ben@x.example"})
    assert of("Ben Cole") == ["ben@x.example"]
    suggested = {"referrer_name": "Cy Roe <cy@x.example>", "referrer_relation": "work"}
    client.post("/network/add/", typed | {"name": "Dee Ray"} | suggested)
    assert of("Cy Roe") == ["cy@x.example"]


def test_whoever_was_suggested_with_an_address_has_it_and_is_nobody_twice(student, now):
    helen = world.contact(student, "Helen Varga")
    first = actions.name_person(helen, name=PASTED, name_permission="yes", now=now)
    again = actions.name_person(helen, name="Anna Lima <ana@x.example>", name_permission="yes", now=now)
    assert (first.contact_id, of("Ana Lima")) == (again.contact_id, ["ana@x.example"])
