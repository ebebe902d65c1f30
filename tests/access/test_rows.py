"""What a list shows and what a door opens agree, row by row; and nobody finds a stranger's words anywhere (F5, F6)."""

import re
from html.parser import HTMLParser

import pytest
from django.db import models
from django.urls import reverse

from apps.accounts.models import User
from apps.alumni.models import AlumniImport, AlumniProfile
from apps.coaching.models import CoachNote, SavedView, SharedNote
from apps.cohorts.models import Assignment, Reflection
from apps.directory.models import SavedSearch
from apps.files.models import PrivateFile
from apps.finding.models import Event, LookingPlace, Meeting
from apps.growth.models import Path
from apps.handover.models import Handover
from apps.interviews.asking.models import CommentReply, ReviewComment
from apps.interviews.lifecycle.models import Interview, InterviewRequest
from apps.interviews.scheduling.models import BusyWeek
from apps.interviews.sharing.models import Away, SharedText
from apps.moderation.models import Report
from apps.network.models import (
    ActionStep,
    Cadence,
    Contact,
    ContactImport,
    ContactMerge,
    Offering,
    Organization,
    Outcome,
    Referral,
    Tag,
    Touch,
)
from apps.organizations.models import Detail, Help, KindOfWork, Note, Opportunity, RuledOut, Work
from apps.practice.models import FriendPractice, Practice, Series, Slot
from apps.reminders.models import Notice
from apps.students.models import Cohort, EarlierIntroduction, Resume, StudentProfile
from apps.suggestions.models import Suggestion, WarmIntroduction
from apps.tickets.models import SuggestedPerson, Ticket
from tests.access.stage import PEOPLE, browser, tried
from tests.test_access import DOORS, expected, url_of

# --- which rows -------------------------------------------------------------------------------------------------------

NETWORK = "student: contact named secret asked; coach: contact named asked"
VISIBLE = {  # of Amira's rows; nobody who is not named sees one of them
    Path: "student: path",
    Organization: "student: organization secret_organization; coach: organization",
    Contact: NETWORK,
    Tag: "student: tag",
    Offering: "student: offering",
    Event: "student: event",
    LookingPlace: "student: looking_place",
    ReviewComment: "student: answered_comment; coach: comment shared_comment answered_comment",
    CommentReply: "student: own_reply coach_reply; coach: own_reply coach_reply",
    Away: "coach: away",
    SharedText: "student: shared_text; coach: shared_text",
    Meeting: "student: met",
    Referral: "student: referral; coach: referral",
    Touch: "student: touch secret_touch; coach: touch",
    Cadence: "student: cadence; coach: cadence",
    ActionStep: "student: step secret_step; coach: step",
    Outcome: "student: outcome secret_outcome; coach: outcome",
    InterviewRequest: (
        "student: draft in_review never_sent sent leaving accepted; alum: sent accepted;"
        " coach: in_review never_sent sent accepted"
    ),
    Interview: "student: talk held secret_talk shown_talk; alum: talk; coach: talk held shown_talk",
    Notice: "student: notice",
    SavedSearch: "student: search",
    CoachNote: "coach: private_note",
    SharedNote: "student: shared_note; coach: shared_note",
    SavedView: "coach: view",
    StudentProfile: "student: student; coach: student; office: student",
    AlumniProfile: (
        "student: alum; other_student: alum; coach: alum; other_coach: alum; alum: alum; office: alum hidden to_invite"
    ),
    AlumniImport: "office: imported",
    ContactImport: "student: people_file",
    Report: "office: report",
    BusyWeek: "student: busy",
    ContactMerge: "student: merge",
    PrivateFile: "student: photo paper",
    Resume: "student: resume",
    EarlierIntroduction: "student: introduction_before",
    KindOfWork: "student: kind_of_work",
    Detail: "student: detail",
    RuledOut: "student: ruled_out",
    Work: "student: work",
    Opportunity: "student: chance",
    Help: "student: helped",
    Note: "student: known_fact",
    Cohort: "coach: cohort; office: cohort",
    Assignment: (
        "student: assignment later_assignment; coach: assignment later_assignment; office: assignment later_assignment"
    ),
    Reflection: "student: reflection drafted; coach: reflection",
    Handover: "coach: handover; office: handover",
    Series: "coach: repeats",
    Slot: "coach: free_time",
    Practice: "student: practice practiced; coach: practice practiced",
    FriendPractice: "student: with_friend",
    SuggestedPerson: "student: outsider; coach: outsider; office: outsider",
    Suggestion: (
        "student: suggestion offered agreed; coach: suggestion offered withdrawn_suggestion agreed;"
        " office: suggestion offered withdrawn_suggestion agreed"
    ),
    WarmIntroduction: "student: meeting; coach: meeting; office: meeting",
    Ticket: "student: ticket; coach: ticket; office: ticket",
}


def spelled(line):
    """Return {person: names of rows} for one line of the table."""
    named = dict(part.strip().split(": ") for part in line.split(";"))
    return {person: sorted(named.get(person, "").split()) for person in PEOPLE if person != "visitor"}


def seen(model, stage, cast):
    rows = {row.pk: name for name, row in vars(stage.rows).items() if isinstance(row, model)}
    return {
        person: sorted(rows[pk] for pk in model.objects.visible_to(user).values_list("pk", flat=True) if pk in rows)
        for person, user in cast.items()
        if user
    }


@pytest.mark.parametrize("model", VISIBLE, ids=lambda model: model.__name__)
def test_everybody_sees_exactly_their_rows(everybody, stage, model):
    assert seen(model, stage, everybody) == spelled(VISIBLE[model])


def test_the_table_of_rows_names_every_model_that_hides_rows():
    hiding = {model for model in _models() if hasattr(model._default_manager.all(), "visible_to")}
    assert hiding == set(VISIBLE)


@pytest.mark.parametrize("model", [Contact, Referral, Touch, Cadence, ActionStep, Outcome, Interview])
def test_a_coach_sees_nothing_of_a_network_that_is_not_shared(everybody, stage, model):
    StudentProfile.objects.update(shares_network=False)
    assert seen(model, stage, everybody)["coach"] == []


# --- lists and doors --------------------------------------------------------------------------------------------------

LISTS = {  # (person, list): the addresses of its rows, and the rows that stand there
    ("student", "/network/?view=list"): ("contact", "contact named secret asked"),
    ("coach", "/coach/?view=all"): ("caseload_student", "student"),
    ("coach", "/coach/reviews/"): ("review", "in_review"),
    ("alum", "/alum/"): ("alum_request", "sent accepted"),
    ("other_alum", "/alum/"): ("alum_request", ""),
    ("other_coach", "/coach/reviews/"): ("review", ""),
    ("student", "/conversations/"): ("conversation", "talk held secret_talk shown_talk"),
    ("coach", "/coach/reviews/?"): ("text_review", "shared_text"),
    ("other_coach", "/coach/reviews/?"): ("text_review", ""),
    ("other_student", "/conversations/"): ("conversation", ""),
    ("other_student", "/network/?view=list"): ("contact", ""),
    ("student", "/people/"): ("alum", "alum"),
    ("other_student", "/people/"): ("alum", "alum"),
    ("office", "/office/import/"): ("office_import_one", "imported"),
}


@pytest.mark.parametrize(("person", "address"), LISTS)
def test_a_list_shows_the_rows_that_open(everybody, stage, person, address):
    name, rows = LISTS[person, address]
    page = browser(everybody[person]).get(address).content.decode()
    pattern = reverse(name, args=[0]).replace("0", r"(\d+)")
    shown = {int(pk) for pk in re.findall(rf'"{pattern}[#"?]', page)}
    kind = type(getattr(stage.rows, DOORS[name][0]))
    ours = {row.pk: key for key, row in vars(stage.rows).items() if isinstance(row, kind)}
    assert sorted(ours.get(pk, f"another: {pk}") for pk in shown if _is_ours(name, pk, stage)) == sorted(rows.split())


def _is_ours(name, pk, stage):
    """The directory holds the other alum as well, who is nobody's row here."""
    return name != "alum" or pk in (stage.rows.alum.pk, stage.rows.hidden.pk)


class Page(HTMLParser):
    """The addresses that a page offers: links to follow and forms to send, with what the forms send by themselves."""

    def __init__(self, text):
        super().__init__()
        self.links, self.forms, self.form = set(), [], None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "a" and (attrs.get("href") or "").startswith("/"):
            self.links.add(attrs["href"].partition("#")[0])
        if tag == "form" and (attrs.get("method") or "").lower() == "post":
            self.form = (attrs.get("action") or "", {})
            self.forms.append(self.form)
        if tag == "input" and attrs.get("type") == "hidden" and self.form and attrs.get("name"):
            self.form[1][attrs["name"]] = attrs.get("value") or ""

    def handle_endtag(self, tag):
        self.form = None if tag == "form" else self.form


@pytest.mark.parametrize("person", [*PEOPLE, "by_link"])
def test_no_page_offers_what_its_reader_may_not_do(everybody, stage, person):
    """Every link on every page of a person opens for them, and no button of theirs is refused."""
    links = (stage.letter, stage.agreed) if person == "by_link" else ()
    client = browser(everybody.get(person), *links)
    opened, refused = {}, {}
    for name in DOORS:
        if expected(name, person, "get") == 200:
            _try_offers(client, url_of(name, stage), opened, refused)
    assert len(opened) > 3
    assert refused == {}


def _try_offers(client, url, opened, refused):
    answer = tried(client.get, url)
    if not answer["Content-Type"].startswith("text/html"):
        return
    page = Page(answer.content.decode())
    offers = [("get", link, {}) for link in page.links] + [("post", to or url, data) for to, data in page.forms]
    for method, to, data in offers:
        key = (method, to)
        if to.startswith("/static/") or key in opened:
            continue
        opened[key] = tried(getattr(client, method), to, data).status_code
        if opened[key] in (403, 404, 405, 410, 500):
            refused[key] = (opened[key], f"on {url}")


# --- canaries ---------------------------------------------------------------------------------------------------------

MARK = "zq"
TECHNICAL = {"sort_key", "key", "rule", "url", "message_id", "worker", "sha", "zone", "time_zone", "student_zone"}
TECHNICAL |= {"alum_zone", "agreed_wall_clock", "topic", "subject_key", "ics", "ics_method", "search_text", "country"}
LETTER = {f"sent.{part}" for part in ("subject", "part_who", "part_connection", "part_why", "part_ask")}
AGREED = {f"accepted.{part}" for part in ("subject", "part_who", "part_connection", "part_why", "part_ask", "goals")}
AGREED |= {"talk.place"}


def _models():
    own = [model for model in models.Model.__subclasses__() if model.__module__.startswith("apps.")]
    return {*own, User}


def fill(stage, cast):
    """Write into every text of every row of Amira's which row and column it is, so that a leak says its name."""
    for name, row in vars(stage.rows).items():
        if isinstance(row, models.Model) and name not in ("bank", "resource", "message", "imported"):
            type(row)._base_manager.filter(pk=row.pk).update(**_texts(row, name))
    User.objects.filter(pk=cast["student"].pk).update(name=f"{MARK}.student.name", pronouns="she/her")


def _texts(row, name):
    fields = [field for field in row._meta.concrete_fields if type(field) in (models.CharField, models.TextField)]
    texts = [field for field in fields if not field.choices and field.name not in TECHNICAL]
    ends = {"address": "@x.example"}  # the database takes nothing else for one
    return {field.name: f"{MARK}.{name}.{field.name}{ends.get(field.name, '')}"[: field.max_length] for field in texts}


def addresses(stage, person):
    """Every page that a person can open, and every search that could find something."""
    yield from (url_of(name, stage) for name in DOORS if expected(name, person, "get") == 200)
    for name in ("people", "network", "caseload", "office_people", "office_outbox", "conversations", "notices"):
        if expected(name, person, "get") == 200:
            for question in ("q=zq", "q=zq+hidden+name", "q=zq+contact+notes", "view=all", "view=list", "state=human"):
                yield f"{reverse(name)}?{question}"
    yield reverse("people") + "?q=Hilda"
    yield from (f"/{MARK}/", f"/network/{10**9}/")


def found(stage, cast, person, *links):
    """Return the names of all texts that one person meets anywhere, whether let in or refused."""
    client, texts = browser(cast.get(person), *links), set()
    for address in dict.fromkeys([*addresses(stage, person), *(url_of(name, stage) for name in DOORS)]):
        answer = tried(client.get, address)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        unfolded = body.decode(errors="replace").replace("\r\n ", "")
        texts |= set(re.findall(rf"{MARK}\.([a-z_]+\.[a-z_]+)", unfolded.replace(address, "")))
    return texts


@pytest.fixture
def filled(everybody, stage):
    fill(stage, everybody)
    return stage


@pytest.mark.parametrize("person", ["other_student", "other_alum", "other_coach", "visitor"])
def test_a_stranger_finds_nothing_anywhere(everybody, filled, person, monkeypatch):
    monkeypatch.delitem(DOORS, "calendar_feed")  # its address is the key, here and below
    monkeypatch.delitem(DOORS, "updates_stop")  # so is this one
    words = found(filled, everybody, person)
    directory = {word for word in words if word.startswith("alum.")}
    assert words - directory == set()
    allowed = SHOWN_OF_AN_ALUM if person in ("other_student", "other_coach") else set()
    assert directory <= allowed
    assert bool(directory) == bool(allowed)


SHOWN_OF_AN_ALUM = {
    f"alum.{name}"
    for name in (
        *("name", "preferred_name", "pronouns", "degrees", "employer", "title", "field", "city", "region"),
        *("quote", "happy_to_discuss", "rather_not", "usual_times"),
    )
}


@pytest.mark.parametrize("person", ["alum", "by_link"])
def test_the_alum_reads_what_their_mail_said(everybody, filled, person, monkeypatch):
    monkeypatch.delitem(DOORS, "calendar_feed")
    links = (filled.letter, filled.agreed) if person == "by_link" else ()
    words = found(filled, everybody, person, *links)
    own = {word for word in words if word.startswith("alum.")}
    own |= {"shut_out.preferred_name"} if person == "alum" else set()  # whom they blocked, on their own page
    assert words - own - LETTER - AGREED - {"student.name", "student.program", "student.year"} == set()
    assert LETTER - {"sent.subject"} <= words


PRIVATE = (
    "drafted",
    "draft",
    "secret",
    "leaving",
    "secret_talk",
    "secret_touch",
    "secret_step",
    "secret_outcome",
    "introduction",
)
KEPT_BACK = ("private_goal", "notes", "email", "phone", "linkedin")


def test_a_coach_reads_nothing_private(everybody, filled, monkeypatch):
    monkeypatch.delitem(DOORS, "calendar_feed")
    words = found(filled, everybody, "coach")
    rows = {word for word in words if word.split(".")[0].startswith(PRIVATE)}
    after = {word for word in words if re.match(r"(talk|held)_(debrief|note|person|thanks|plan|question)\.", word)}
    columns = {word for word in words if word.split(".")[1] in KEPT_BACK}
    assert (rows, after, columns) == (set(), set(), set())
    assert {"contact.name", "in_review.part_why", "private_note.text", "student.goal"} <= words


def test_a_student_reads_no_note_meant_for_coaches_and_no_alums_address(everybody, filled):
    AlumniProfile.objects.filter(pk=filled.rows.alum.pk).update(email="zq.alum.email@alum.example")
    words = found(filled, everybody, "student")
    assert {word for word in words if word.startswith(("private_note.", "hidden.", "unsaid."))} == set()
    assert {word for word in words if word.startswith("alum.")} <= SHOWN_OF_AN_ALUM
    assert {"secret.name", "held_debrief.learned", "student.private_goal"} <= words


def test_an_alum_who_left_is_found_by_nobody(everybody, filled):
    AlumniProfile.objects.filter(pk=filled.rows.alum.pk).update(listing="removed")
    client = browser(everybody["other_student"])
    for question in ("", "?q=zq", "?q=zq+alum+name", "?q=Ingrid", "?sort=year"):
        assert "zq.alum" not in client.get(reverse("people") + question).content.decode()
    assert client.get(filled.rows.alum.get_absolute_url()).status_code == 404
