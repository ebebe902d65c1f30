"""What stands in the story with somebody is changed, taken out and put back; nothing that was typed is lost."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.clock import times
from apps.network import actions
from apps.network.models import ActionStep, Cadence, Outcome, Touch
from apps.web.edits import fingerprint
from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def varga(student):
    return world.contact(student)


def day(days):
    return times.local_date(timezone.now(), "America/Chicago") + timedelta(days=days)


@pytest.fixture
def entries(student, varga):
    """One entry of each kind, with what it says and what it may become."""
    actions.touch(varga, "met", at=timezone.now() - timedelta(days=5), note="At the fair")
    of = {"student": student, "contact": varga}
    step = ActionStep.objects.create(text="Read the report", due_on=day(-3), **of)
    outcome = Outcome.objects.create(kind="path", note="Water law", happened_on=day(-4000), **of)
    return {
        "touch": (Touch.objects.get(), "At the fair", {"kind": "heard", "note": "On the bus", "day": day(-1)}),
        "step": (step, "Read the report", {"text": "Read the law", "due_on": day(-3)}),
        "outcome": (outcome, "Water law", {"kind": "lead", "note": "River law", "happened_on": day(-4000)}),
    }


KINDS = ("touch", "step", "outcome")


def shown(client, contact):
    return client.get(contact.get_absolute_url()).content.decode()


@pytest.mark.parametrize("kind", KINDS)
def test_an_entry_is_changed(student, as_, varga, entries, kind):
    (entry, was, typed), client = entries[kind], as_(student)
    address = reverse(f"{kind}_edit", args=[entry.pk])
    assert f'href="{address}"' in shown(client, varga)
    form = client.get(address).content.decode()
    assert was in form
    assert client.post(address, typed)["Location"] == varga.get_absolute_url()
    text, now = shown(client, varga), typed.get("text") or typed["note"]
    assert (now in text, was in text) == (True, False)


@pytest.mark.parametrize("kind", KINDS)
def test_an_entry_that_is_only_saved_keeps_its_day(student, as_, entries, kind):
    entry, _, _ = entries[kind]
    client, address = as_(student), reverse(f"{kind}_edit", args=[entry.pk])
    form = client.get(address).context["form"]
    values = {name: form[name].value() or "" for name in form.fields}
    assert client.post(address, values).status_code == 302
    before = {field.name: getattr(entry, field.name) for field in entry._meta.fields}
    entry.refresh_from_db()
    assert {field.name: getattr(entry, field.name) for field in entry._meta.fields} == before


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_an_entry_that_cannot_be_taken_loses_nothing(student, as_, entries, kind, headers):
    entry, _, typed = entries[kind]
    name = next(name for name in typed if name in ("day", "due_on", "happened_on"))
    words = typed.get("text") or typed["note"]
    address = reverse(f"{kind}_edit", args=[entry.pk])
    answer = as_(student).post(address, typed | {name: "2099-01-01"}, headers=headers)
    text = answer.content.decode()
    assert (answer.status_code, words in text, "Choose a day from" in text) == (422, True, True)
    field = re.search(rf'<input[^>]*name="{name}"[^>]*>', text)[0]
    assert 'aria-invalid="true"' in field
    assert re.search(r'aria-describedby="([^"]+)"', field)[1] in re.findall(r'id="([^"]+)"', text)


@pytest.mark.parametrize("kind", KINDS)
def test_an_entry_is_taken_out_and_put_back_as_it_was(student, as_, varga, entries, kind):
    entry, was, _ = entries[kind]
    client = as_(student)
    before = {field.name: getattr(entry, field.name) for field in entry._meta.fields}
    text = client.post(reverse(f"{kind}_remove", args=[entry.pk]), follow=True).content.decode()
    assert ("Deleted: " in text, "Undo</button>" in text) == (True, True)
    assert not type(entry).objects.filter(pk=entry.pk).exists()
    assert was not in shown(client, varga)
    assert was in client.post("/network/undo/", follow=True).content.decode()
    entry.refresh_from_db()
    assert {field.name: getattr(entry, field.name) for field in entry._meta.fields} == before


def test_what_was_put_back_is_not_put_back_twice(student, as_, entries):
    client = as_(student)
    client.post(reverse("touch_remove", args=[entries["touch"][0].pk]))
    for _ in range(2):
        client.post("/network/undo/")
    assert Touch.objects.count() == 1


def test_nothing_is_put_back_onto_somebody_who_is_gone(student, as_, varga, entries):
    client = as_(student)
    client.post(reverse("touch_remove", args=[entries["touch"][0].pk]))
    varga.delete()
    assert client.post("/network/undo/", follow=True).status_code == 200
    assert not Touch.objects.exists()


def test_the_last_time_in_touch_goes_with_the_entry(student, as_, varga):
    now, client = timezone.now(), as_(student)
    earlier, later = now - timedelta(days=40), now - timedelta(days=2)
    actions.set_cadence(varga, months=3, now=now - timedelta(days=50))
    for at in (earlier, later):
        actions.touch(varga, "met", at=at)
    client.post(reverse("touch_remove", args=[Touch.objects.get(at=later).pk]))
    varga.refresh_from_db()
    assert (varga.last_touch_at, Cadence.objects.get().chosen_at) == (earlier, earlier)
    client.post("/network/undo/")
    varga.refresh_from_db()
    assert (varga.last_touch_at, Cadence.objects.get().chosen_at) == (later, later)
    client.post(reverse("touch_edit", args=[Touch.objects.get(at=later).pk]), {"kind": "met", "day": day(-60)})
    varga.refresh_from_db()
    assert varga.last_touch_at == earlier


def test_what_rapport_noted_stays_and_only_its_words_are_changed(student, as_, varga):
    at, client = timezone.now() - timedelta(days=2), as_(student)
    actions.touch(varga, "talked", at=at, key="talked:1", note="By phone")
    touch = Touch.objects.get()
    address = reverse("touch_edit", args=[touch.pk])
    assert list(client.get(address).context["form"].fields) == ["note"]
    client.post(address, {"note": "By video", "kind": "met", "day": day(-9)})
    client.post(reverse("touch_remove", args=[touch.pk]))
    touch.refresh_from_db()
    assert (touch.note, touch.kind, touch.at) == ("By video", "talked", at)


def test_every_entry_says_its_day(student, as_, varga, entries):
    text = shown(as_(student), varga)
    days = (day(-5), day(-3), day(-4000))
    assert [f"{one:%B} {one.day}" in text for one in days] == [True] * 3


def test_all_of_a_long_story_can_be_read(student, as_, varga):
    for n in range(45):
        actions.touch(varga, "met", at=timezone.now() - timedelta(days=n), note=f"Note {n:02} " + "x" * 200)
    client = as_(student)
    pages = [client.get(f"{varga.get_absolute_url()}?page={n}").content.decode() for n in (1, 2, 3)]
    assert [len(set(re.findall(r"Note \d\d", page))) for page in pages] == [20, 20, 5]
    assert max(map(len, pages)) < 60_000
    assert ["You added Helen" in page for page in pages] == [False, False, False]  # the story began earlier


@pytest.mark.parametrize("name", ["step_add", "contact_touch", "outcome_add"])
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_a_new_entry_that_is_refused_stands_there_again(student, as_, varga, name, headers):
    typed = {
        "step_add": {"text": "Call her", "due_on": "2001-01-01"},
        "contact_touch": {"kind": "met", "note": "Call her", "day": "2099-01-01"},
        "outcome_add": {"kind": "path", "note": "Call her", "happened_on": "2099-01-01"},
    }[name]
    answer = as_(student).post(reverse(name, args=[varga.pk]), typed, headers=headers)
    assert (answer.status_code, "Call her" in answer.content.decode()) == (422, True)
    assert not any(model.objects.exists() for model in (ActionStep, Touch, Outcome))


def pages(client, student, stage_rows):
    yield "/network/"
    yield "/network/?view=list"
    yield "/network/?view=relation"
    yield from ("/network/map/", "/network/map/?ring=work", "/network/add/")
    yield from stage_rows


@pytest.mark.parametrize("wrong", [False, True])
def test_no_page_of_the_network_has_an_id_twice_and_each_field_has_its_label(stage, as_, wrong):
    rows, client = stage.rows, as_(stage.student)
    one = rows.contact.get_absolute_url()
    own = [one, f"{one}edit/", f"{one}write/", f"{one}suggested/", f"/network/touches/{rows.touch.pk}/"]
    own += [f"/network/steps/{rows.step.pk}/", f"/network/outcomes/{rows.outcome.pk}/"]
    own += [f"/network/referrals/{rows.referral.pk}/"]
    if wrong:  # as they are shown again
        own = [address for address in own[1:] if "write" not in address] + ["/network/add/", "/network/map/"]
        own += [f"{one}{what}/" for what in ("touch", "steps", "outcomes")]
        texts = {address: client.post(address, {"day": "x"}).content.decode() for address in own}
    else:
        texts = {address: client.get(address).content.decode() for address in pages(client, stage.student, own)}
    for address, text in texts.items():
        ids, labels = re.findall(r'\sid="([^"]+)"', text), re.findall(r'<label[^>]* for="([^"]+)"', text)
        typed = re.findall(r"<(?:input|select|textarea)\b[^>]*>", text)
        fields = {re.search(r'\sid="([^"]+)"', one) for one in typed if 'type="hidden"' not in one}
        found = {match[1] if match else None for match in fields}
        assert (address, [one for one in ids if ids.count(one) > 1]) == (address, [])
        assert (address, found - set(labels) - {None}) == (address, set())
        assert (address, len(labels) - len(set(labels)), None in found) == (address, 0, False)


def test_a_step_of_no_person_leads_back_to_the_network(student, as_):
    step = ActionStep.objects.create(student=student, text="Write a résumé")
    client = as_(student)
    assert client.post(reverse("step_edit", args=[step.pk]), {"text": "Mend it"})["Location"] == "/network/"
    assert "Undo</button>" in client.post(reverse("step_remove", args=[step.pk]), follow=True).content.decode()
    client.post("/network/undo/")
    assert ActionStep.objects.get().text == "Mend it"


# --- where it stands --------------------------------------------------------------------------------------------------

HTMX = {"HX-Request": "true"}


def in_line(client, varga, kind, entry):
    """Open an entry in its line, as the history's link does. Returns what its form would post, and the address."""
    link = f"{reverse(f'{kind}_edit', args=[entry.pk])}?of={varga.pk}"
    assert f'hx-get="{link}"' in shown(client, varga)
    line = client.get(link, headers=HTMX)
    assert "<h1" not in line.content.decode()
    form = line.context["form"]
    values = {name: form[name].value() or "" for name in form.fields}
    return link, values | {f"seen-{type(form).__name__.lower()}": fingerprint(form)}


@pytest.mark.parametrize("kind", KINDS)
def test_an_entry_is_changed_in_its_line_and_back(student, as_, varga, entries, kind):
    (entry, was, typed), client = entries[kind], as_(student)
    before = {field.name: getattr(entry, field.name) for field in entry._meta.fields}
    link, shown_first = in_line(client, varga, kind, entry)
    answer = client.post(link, shown_first | typed, headers=HTMX)
    text, words = answer.content.decode(), typed.get("text") or typed["note"]
    assert (answer.status_code, answer["HX-Trigger"], "<h1" in text) == (200, "story-changed", False)
    assert (words in text, was in text, "Saved." in text) == (True, False, True)
    take_back = re.search(r'hx-post="(/network/undo/[^"]+)"', text)[1].replace("&amp;", "&")
    line = client.post(take_back, headers=HTMX).content.decode()
    assert (was in line, words in line, "Undone." in line) == (True, False, True)
    entry.refresh_from_db()
    assert {field.name: getattr(entry, field.name) for field in entry._meta.fields} == before


def test_a_change_is_not_taken_back_over_a_newer_one(student, as_, varga, entries):
    entry, _, typed = entries["touch"]
    client = as_(student)
    link, shown_first = in_line(client, varga, "touch", entry)
    take_back = re.search(
        r'hx-post="(/network/undo/[^"]+)"', client.post(link, shown_first | typed, headers=HTMX).content.decode()
    )[1].replace("&amp;", "&")
    Touch.objects.filter(pk=entry.pk).update(note="From another window")
    answer = client.post(take_back, headers=HTMX)
    assert answer["HX-Redirect"] == varga.get_absolute_url()
    assert "This was changed again since" in shown(client, varga)
    entry.refresh_from_db()
    assert entry.note == "From another window"


def test_two_windows_are_shown_both_texts_in_the_line(student, as_, varga, entries):
    entry, _, typed = entries["touch"]
    client = as_(student)
    link, shown_first = in_line(client, varga, "touch", entry)
    Touch.objects.filter(pk=entry.pk).update(note="From another window")
    answer = client.post(link, shown_first | typed, headers=HTMX)
    text = answer.content.decode()
    assert (answer.status_code, "From another window" in text, typed["note"] in text) == (422, True, True)
    assert f'href="{varga.get_absolute_url()}"' in text


@pytest.mark.parametrize("kind", KINDS)
def test_a_mistake_stays_in_the_line(student, as_, varga, entries, kind):
    (entry, _, typed), client = entries[kind], as_(student)
    link, shown_first = in_line(client, varga, kind, entry)
    day = next(name for name in typed if name in ("day", "due_on", "happened_on"))
    answer = client.post(link, shown_first | typed | {day: "2099-01-01"}, headers=HTMX)
    text = answer.content.decode()
    assert (answer.status_code, "<h1" in text, "Choose a day from" in text) == (422, False, True)
    twice = re.findall(r'id="([^"]+)"', shown(client, varga)) + re.findall(r'id="([^"]+)"', text)
    assert len(twice) == len(set(twice))


@pytest.mark.parametrize("kind", KINDS)
def test_several_are_taken_out_of_their_lines_and_each_comes_back(student, as_, varga, entries, kind):
    entry, was, _ = entries[kind]
    client = as_(student)
    other = actions.touch(varga, "met", at=timezone.now() - timedelta(days=9), note="Another") or Touch.objects.last()
    address = f"{reverse(f'{kind}_remove', args=[entry.pk])}?of={varga.pk}"
    text = client.post(address, headers=HTMX).content.decode()
    assert ("Deleted: " in text, was in text.partition("Deleted: ")[0]) == (True, False)
    client.post(f"{reverse('touch_remove', args=[other.pk])}?of={varga.pk}", headers=HTMX)
    take_back = re.search(r'hx-post="(/network/undo/[^"]+)"', text)[1].replace("&amp;", "&")
    assert was in client.post(take_back, headers=HTMX).content.decode()
    assert (type(entry).objects.filter(pk=entry.pk).exists(), Touch.objects.filter(pk=other.pk).exists()) == (
        True,
        False,
    )


def test_who_suggested_somebody_is_put_right_in_either_line(student, as_, varga):
    grace, client = world.contact(student, "Grace Otieno"), as_(student)
    referral = actions.suggested(varga, referrer=grace, name_permission="no", now=timezone.now())
    for person, says in ((varga, "suggested Helen"), (grace, "was suggested by Grace")):
        link, shown_first = in_line(client, person, "referral", referral)
        text = client.post(link, shown_first | {"name_permission": "yes"}, headers=HTMX).content.decode()
        assert says in " ".join(text.split())
        assert client.get(f"{link}&line=1", headers=HTMX).content.decode().count("<form") == 0


def test_without_a_script_the_page_that_follows_offers_the_undo(student, as_, varga, entries):
    entry, was, typed = entries["step"]
    client = as_(student)
    text = client.post(reverse("step_edit", args=[entry.pk]), typed, follow=True).content.decode()
    take_back = re.search(r'action="(/network/undo/[^"]+)"', text)[1]
    assert was in client.post(take_back, follow=True).content.decode()
