"""An import: a tag for all, gaps filled, a newer title for who is there, three to ask first, all of it undone."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from apps.network import contact_imports
from apps.network.models import Contact, ContactImport, Organization, Tag
from apps.students.models import StudentProfile
from tests import world

pytestmark = pytest.mark.django_db
HEAD = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
TERESA = "Teresa,Quiroga,https://www.linkedin.com/in/tquiroga,teresa@x.example,Larkspur,Senior analyst,12 Nov 2025\n"
IDA = "Ida,Holm,https://www.linkedin.com/in/ida-holm,ida@x.example,Corvane,Nurse,12 Nov 2025\n"


@pytest.fixture
def client(student, as_):
    return as_(student)


@pytest.fixture
def teresa(student):
    return world.contact(student, "Teresa Quiroga", email="teresa@x.example", title="Analyst")


def brought(client, rows):
    file = SimpleUploadedFile("Connections.csv", (HEAD + rows).encode())
    client.post(reverse("contact_import"), {"file": file})
    return ContactImport.objects.latest("pk")


def press(client, imported, act="bring", query="", **said):
    page = client.get(f"{imported.get_absolute_url()}?show={query}")
    posted = {"shown": page.context["numbers"], "show": query, "relation": "linkedin", "act": act}
    return client.post(imported.get_absolute_url(), posted | said)


def number(imported, name):
    return next(one.number for one in contact_imports.verdicts(imported) if one.person.name == name)


def details(contact):
    contact = Contact.objects.get(pk=contact.pk)
    return contact.title, contact.linkedin, contact.organization_name


def test_all_who_come_in_get_one_tag_and_undo_takes_it_along(client, student):
    imported = brought(client, IDA + "Bo,Lund,,,Corvane,Driver,\n")
    press(client, imported, "all", "new")
    press(
        client,
        imported,
        query="chosen",
        row=[number(imported, "Ida Holm"), number(imported, "Bo Lund")],
        tag=" #from LinkedIn ",
    )
    tag = Tag.objects.get(student=student)
    assert (tag.name, tag.contacts.count()) == ("from LinkedIn", 2)
    assert "All have the tag “from LinkedIn”." in client.get(imported.get_absolute_url()).content.decode()
    client.post(reverse("contact_import_undo", args=[imported.pk]))
    assert (Tag.objects.count(), Contact.objects.count()) == (0, 0)


def test_a_tag_that_is_used_elsewhere_outlives_an_undo(client, student, teresa):
    teresa.tags.add(Tag.objects.create(student=student, name="Fall"))
    imported = brought(client, IDA)
    press(client, imported, query="new", row=[number(imported, "Ida Holm")], tag="fall")
    assert Tag.objects.get().contacts.count() == 2
    client.post(reverse("contact_import_undo", args=[imported.pk]))
    assert Tag.objects.get().contacts.get() == teresa


def test_a_tag_that_is_no_word_is_said(client):
    imported = brought(client, IDA)
    answer = press(client, imported, query="new", row=[number(imported, "Ida Holm")], tag="###")
    assert (answer.status_code, Contact.objects.count()) == (422, 0)


def test_gaps_are_filled_and_the_title_is_taken_where_the_student_says_so(client, teresa):
    imported = brought(client, TERESA)
    page = client.get(f"{imported.get_absolute_url()}?show=there").content.decode()
    assert "Adds organization and LinkedIn address to Teresa Quiroga" in " ".join(page.split())
    assert "“Senior analyst” in place of “Analyst”" in page
    row = number(imported, "Teresa Quiroga")
    press(client, imported, query="there", gap=[row], title=[row])
    assert details(teresa) == ("Senior analyst", "https://www.linkedin.com/in/tquiroga", "Larkspur")
    done = client.get(imported.get_absolute_url()).content.decode()
    assert "You updated 1 person" in done
    client.post(reverse("contact_import_undo", args=[imported.pk]))
    assert details(teresa) == ("Analyst", "", "")


def test_only_what_was_said_is_taken_and_what_is_there_is_never_written_over(client, teresa):
    Contact.objects.filter(pk=teresa.pk).update(phone="1")
    imported = brought(client, TERESA)
    row = number(imported, "Teresa Quiroga")
    press(client, imported, query="there", gap=[row])
    assert details(teresa)[0] == "Analyst"


def test_nothing_said_brings_nothing(client, teresa):
    imported = brought(client, TERESA)
    assert press(client, imported, query="there").status_code == 422
    assert details(teresa) == ("Analyst", "", "")


def test_undo_leaves_what_the_student_wrote_since(client, teresa):
    imported = brought(client, TERESA)
    row = number(imported, "Teresa Quiroga")
    press(client, imported, query="there", gap=[row], title=[row])
    Contact.objects.filter(pk=teresa.pk).update(title="Director")
    client.post(reverse("contact_import_undo", args=[imported.pk]))
    assert details(teresa) == ("Director", "", "")


def test_what_is_said_is_kept_from_page_to_page(client, teresa):
    imported = brought(client, TERESA + IDA)
    row = number(imported, "Teresa Quiroga")
    press(client, imported, "show:new", "there", gap=[row])
    press(client, imported, query="new", row=[number(imported, "Ida Holm")])
    assert details(teresa) == ("Analyst", "https://www.linkedin.com/in/tquiroga", "Larkspur")
    assert Contact.objects.filter(name="Ida Holm").exists()


def test_somebody_else_of_the_same_name_changes_nobody(client, teresa):
    imported = brought(client, "Teresa,Quiroga,,other@x.example,Riverkeep,Driver,\n")
    Contact.objects.filter(pk=teresa.pk).update(
        organization=Organization.objects.create(student=teresa.student, name="Corvane")
    )
    row = number(imported, "Teresa Quiroga")
    press(client, imported, query="perhaps", row=[row], gap=[row], title=[row])
    assert details(teresa) == ("Analyst", "", "Corvane")
    assert Contact.objects.filter(name="Teresa Quiroga").count() == 2


def test_a_row_that_is_not_shown_or_of_nobody_is_not_taken(client, student, other_student, teresa):
    theirs = world.contact(other_student, "Ida Holm", email="ida@x.example", title="Clerk")
    imported = brought(client, TERESA + IDA)
    client.post(
        imported.get_absolute_url(), {"shown": "99,abc,-1", "act": "bring", "relation": "linkedin", "gap": [1, 2, "x"]}
    )
    assert (details(teresa)[0], details(theirs)[0]) == ("Analyst", "Clerk")


def test_three_to_ask_first_are_named_with_the_reason(client, student):
    StudentProfile.objects.filter(user=student).update(wants_fields="nursing", program="")
    Organization.objects.create(student=student, name="Riverkeep", is_target=True)
    world.contact(student, "Grace Otieno", organization=Organization.objects.create(student=student, name="Corvane"))
    imported = brought(
        client, IDA + "Bo,Lund,,,Riverkeep,Driver,\nCy,Moe,,,Elsewhere,Nursing lead,\nDi,Poe,,,Nowhere,Baker,\n"
    )
    press(client, imported, "all", "new")
    press(client, imported, query="there")
    first = client.get(imported.get_absolute_url()).context["first"]
    assert [(one.contact.name, one.why) for one in first] == [
        ("Bo Lund", "You follow Riverkeep."),
        ("Ida Holm", "Grace Otieno works there too and could introduce you."),
        ("Cy Moe", "Works in a field you’re curious about."),
    ]
