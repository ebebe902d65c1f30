"""The search of one's people beside a plain one that looks everywhere, word by word: the same people are found."""

import itertools
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db.models import F, Func, Q, TextField, Value
from django.http import QueryDict
from django.utils import timezone

from apps.alumni.words import distance
from apps.interviews.debriefing.models import Debrief, LiveNote
from apps.network import search
from apps.network.folding import Says
from apps.network.models import ActionStep, Contact, Outcome, Referral, Tag, Touch
from apps.wording.text import folded
from tests import world
from tests.network import many

pytestmark = pytest.mark.django_db
WORDS = [
    *("Straße", "ÆGIR", "naïve", "O’Brien", "50%_off\\", "C++", "résumé", "Łódź", "ﬁeld", "x²", "ana@river.example"),
    *("estuary", "Estuary-watch", "(phd)", "Nguyễn", "Орлов", "תל־אביב", "a", "the", "+1-218", "—", "it's", "İzmir"),
]
TYPED = [
    *WORDS,
    *(folded(word) for word in WORDS),
    *(word[1:-1] for word in WORDS if len(word) > 4),
    *(
        "ana estuary",
        "estuary the c++",
        "STRASSE naive",
        "a a a",
        "zebra",
        "the zebra",
        "%",
        "_",
        "\\",
        "50%",
        "",
        " , ",
    ),
    *("river.example", "watch ægir", "o'brien résumé", "218 field", "x2", "a b c d e f g h"),
]


def _joined(*names):
    return Func(Value(" "), *map(F, names), function="concat_ws", output_field=TextField())


SAID = ("learned", "surprised", "agreed", "quote", "summary")


def _query(text):
    return search.read(QueryDict(urlencode({"q": text})))


def plainly(student, text):
    """Return whom a search finds that asks every place in words of Django’s, once for each word."""
    mine = Contact.objects.filter(student=student, archived_at=None)
    for word in search.words_of(text):
        card = _joined("name", "title", "organization__name", "source", "city", "email", "phone", "notes")
        said = _joined(
            *(f"interviews__debrief__{one}" for one in ("learned", "surprised", "agreed", "quote", "summary"))
        )
        everyone = Contact.objects.filter(student=student)
        found = Q(Says(card, word))
        for place in (
            Touch.objects.filter(Says("note", word), student=student).values("contact"),
            ActionStep.objects.filter(Says("text", word), student=student, contact__isnull=False).values("contact"),
            Outcome.objects.filter(Says("note", word), student=student).values("contact"),
            Referral.objects.filter(Says("note", word), student=student).values("contact"),
            Contact.tags.through.objects.filter(Says("tag__name", word), tag__student=student).values("contact"),
            everyone.filter(Says(said, word), interviews__debrief__isnull=False).values("pk"),
            everyone.filter(Says("interviews__notes__text", word)).values("pk"),
        ):
            found |= Q(pk__in=place)
        mine = mine.filter(found)
    return sorted(mine.values_list("pk", flat=True))


@pytest.fixture
def written(student, other_student):
    """Let two students write each word somewhere: each in another place, some of several places, of one person each."""
    for owner in (student, other_student):
        for n, (word, other) in enumerate(zip(WORDS, WORDS[3:] + WORDS[:3], strict=True)):
            _write(owner, n, word, other)
    return student


def _write(owner, n, word, other):
    now, fields = timezone.now(), ("name", "title", "source", "city", "phone", "notes")
    person = world.contact(owner, f"Person {n}", **({fields[n % 6]: f"{word} {n}"} if n % 2 else {}))
    if n % 7 == 6:
        person.archived_at = now
    if n % 3 == 0:
        person.organization = owner.organizations.create(name=f"{other} works {n}")
    person.save()
    place = n % 7
    if place == 0:
        Touch.objects.create(student=owner, contact=person, kind="note", at=now, note=f"{other}\n{word}")
    elif place == 1:
        ActionStep.objects.create(student=owner, contact=person, text=f"read {other}")
    elif place == 2:
        Outcome.objects.create(student=owner, contact=person, kind="path", note=other, happened_on=now.date())
    elif place == 3:
        world.referral(world.contact(owner, f"Named {n}"), person, at=now, note=other)
    elif place == 4:
        person.tags.add(Tag.objects.create(student=owner, name=f"{other} {n}"))
    else:
        talk = world.interview(owner, person, starts_at=now - timedelta(days=n + 1), status="completed")
        if place == 5:
            LiveNote.objects.create(interview=talk, text=other, at=now)
        else:
            Debrief.objects.update_or_create(interview=talk, defaults={"learned": other, "quote": word})


def test_the_index_finds_whom_a_plain_search_finds(written):
    now, some = timezone.now(), 0
    for text in TYPED + [f"{a} {b}" for a, b in itertools.pairwise(WORDS)]:
        query = _query(text)
        found = search.find(
            Contact.objects.filter(student=written, archived_at=None), query, student=written.pk, now=now
        )
        assert sorted(found.values_list("pk", flat=True)) == plainly(written, query.text), text
        some += found.exists()
    assert some > 40


def test_what_was_written_anew_is_found_by_its_new_words_alone(written, as_):
    Contact.objects.filter(student=written, name="Person 0").update(notes="lighthouse")
    Touch.objects.filter(student=written).update(note="Lighthouses")
    for text in ("lighthouse", "lighthouses", "straße", "estuary"):
        query = _query(text)
        found = search.find(
            Contact.objects.filter(student=written, archived_at=None), query, student=written.pk, now=timezone.now()
        )
        assert sorted(found.values_list("pk", flat=True)) == plainly(written, text)


SLIPS = ["exampel7", "Anna", "estuery", "streetcar", "riverkeeep", "osbrien", "zz", "wrks", "Persno", "danial fereira"]


def test_a_word_mistyped_becomes_the_nearest_of_all(written):
    for n in range(30):
        world.contact(written, f"Daniel Example{n}", title="Ferreira")
    known = set()
    for contact in Contact.objects.filter(student=written, archived_at=None).select_related("organization"):
        said = folded(f"{contact.name} {contact.title} {contact.organization_name}")
        known |= set("".join(letter if letter.isalnum() else " " for letter in said).split())
    known |= set(Tag.objects.filter(student=written).values_list("key", flat=True))
    for typed in SLIPS:
        put_right = search.corrected(_query(typed), written.pk)
        for word, meant in zip(typed.split(), (put_right.text if put_right else typed).split(), strict=True):
            best = min((distance(folded(word), other) for other in known if len(other) > 2), default=9)
            nearest = distance(folded(word), folded(meant))
            allowed = 1 if len(word) < 5 else 2 if len(word) < 9 else 3
            assert nearest == (best if best <= allowed and len(word) > 2 else 0), (word, meant)


@pytest.mark.parametrize("page", ["2", "3", "99", "999999999999999999", "0", "-1", "x", ""])
@pytest.mark.parametrize("query", ["", "q=person", "q=person&sort=name", "circle=work"])
def test_every_page_holds_its_part_and_one_past_the_last_the_last(student, as_, page, query):
    for n in range(45):
        world.contact(student, f"Person {n:02}", relation="work")
    text = as_(student).get(f"/network/?{query}&page={page}").content.decode()
    part = {"2": "21 to 40", "3": "41 to 45"}.get(page, "41 to 45" if page.startswith("99") else "1 to 20")
    assert f"{part} of 45" in text


def test_a_search_asks_as_many_questions_as_the_list(student, as_, django_assert_num_queries):
    many.people(student, 60)
    client = as_(student)
    for query in ("", "?q=analyst", "?q=example+analyst"):
        client.get(f"/network/{query}")
        with django_assert_num_queries(12):
            client.get(f"/network/{query}")
