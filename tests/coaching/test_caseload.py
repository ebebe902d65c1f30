"""The caseload for many: reasons, filters, search, pages, views that are kept, the file; the same work at any size."""

import csv
import io
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
import time_machine
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.models import AuditEntry
from apps.coaching.models import SavedView
from apps.interviews.asking.models import Review
from apps.network.models import Touch
from apps.practice.models import Practice, Slot
from apps.students.models import Cohort, Disclosure, StudentProfile
from tests import world
from tests.bench import bench_caseload

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def desk(coach, as_):
    return as_(coach)


def look(desk, **said):
    return desk.get(reverse("caseload"), said)


def names(answer):
    return [case.student.name for case in answer.context["cases"]]


def _with(name, coach, **fields):
    one = world.student(name, coach=coach, **fields)
    return one, world.contact(one)


def six(coach):
    """One student for each reason, and one who does well; in no order."""
    now = timezone.now()
    world.student("Una Unstarted", coach=coach)
    quiet, contact = _with("Quinn Quiet", coach)
    Touch.objects.create(student=quiet, contact=contact, kind="wrote", at=now - 30 * DAY)
    first, contact = _with("Fay First", coach)
    world.interview(first, contact, starts_at=now + DAY)
    unsent, contact = _with("Della Draft", coach)
    world.interview_request(unsent, contact)
    unsent.requests.update(created_at=now - 12 * DAY)
    late, contact = _with("Theo Thanks", coach)
    world.interview(late, contact, starts_at=now - 3 * DAY, status="completed")
    read, contact = _with("Rae Review", coach)
    asked = world.interview_request(read, contact, status="in_review")
    Review.objects.create(request=asked, coach=coach, asked_at=now - DAY / 2, due_at=now + DAY)
    well, contact = _with("Will Well", coach)
    world.sent_request(well, contact, at=now - DAY)


def test_the_most_urgent_comes_first_and_each_reason_is_said(coach, desk):
    six(coach)
    said = [(case.student.name, case.reason.title) for case in look(desk).context["cases"]]
    assert [(name, title.split("\xa0")[0].split(" is ")[0]) for name, title in said] == [
        ("Rae Review", "A draft to review"),
        ("Theo Thanks", "Thank-you"),
        ("Fay First", "First conversation tomorrow"),
        ("Della Draft", "First request, never sent"),
        ("Quinn Quiet", "No activity for 4 weeks"),
        ("Una Unstarted", "Hasn’t started yet"),
    ]


@pytest.mark.parametrize(
    ("view", "who"),
    [
        ("review", ["Rae Review"]),
        ("drafts", ["Rae Review"]),  # an address that somebody kept
        ("thanks", ["Theo Thanks"]),
        ("first", ["Fay First"]),
        ("unsent", ["Della Draft"]),
        ("quiet", ["Quinn Quiet"]),
        ("unstarted", ["Una Unstarted"]),
    ],
)
def test_a_reason_is_a_filter(coach, desk, view, who):
    six(coach)
    answer = look(desk, view=view)
    assert (names(answer), answer.context["page"].paginator.count) == (who, 1)


def test_everyone_is_there_and_who_needs_nothing_can_be_written_to(coach, desk):
    six(coach)
    answer = look(desk, view="all")
    assert (len(names(answer)), names(answer)[-1]) == (7, "Will Well")
    well = StudentProfile.objects.get(user__name="Will Well")
    assert reverse("coach_letter", args=[well.pk, "hello"]) in answer.content.decode()


@pytest.mark.parametrize(
    ("stage", "who"),
    [
        ("find", {"Una Unstarted", "Quinn Quiet", "Della Draft", "Rae Review"}),
        ("ask", {"Will Well"}),
        ("prepare", {"Fay First"}),
        ("thank", {"Theo Thanks"}),
        ("stay_in_touch", set()),
        ("searching", {"Quinn Quiet"}),
        ("nonsense", None),
    ],
)
def test_a_stage_is_a_filter(coach, desk, stage, who):
    six(coach)
    StudentProfile.objects.filter(user__name="Quinn Quiet").update(stage="searching")
    found = names(look(desk, view="all", stage=stage))
    assert set(found) == who if who is not None else len(found) == 7


def test_a_stage_tells_nothing_of_a_network_that_is_not_shared(coach, desk):
    six(coach)
    StudentProfile.objects.filter(user__name="Fay First").update(shares_network=False)
    assert names(look(desk, view="all", stage="prepare")) == []


def test_program_and_cohort_and_name_narrow_together(coach, desk):
    cohort = Cohort.objects.create(name="Fall 2026")
    for name, more in (("José Ibáñez", {"cohort": cohort}), ("Jose Smith", {}), ("Ann Lee", {"cohort": cohort})):
        world.student(name, coach=coach, program="Biology" if "Ann" not in name else "History", **more)
    assert names(look(desk, view="all", q="jose")) == ["José Ibáñez", "Jose Smith"]
    assert names(look(desk, view="all", q="IBANEZ jos")) == ["José Ibáñez"]
    assert names(look(desk, view="all", q="josé", cohort=cohort.pk, program="Biology")) == ["José Ibáñez"]
    assert names(look(desk, view="all", program="History")) == ["Ann Lee"]
    answer = look(desk, view="all", q="nobody at all")
    assert "No students here with these filters." in answer.content.decode()


@pytest.mark.parametrize("q", ["%", "_", "\\", "'", "a' OR 1=1 --", "{}", "%s", "x" * 500])
def test_signs_in_a_name_are_only_signs(coach, desk, q):
    world.student("Ann Lee", coach=coach)
    assert names(look(desk, view="all", q=q)) == []


def test_a_preferred_name_finds_somebody(coach, desk):
    someone = world.student("Alexandra Lee", coach=coach)
    someone.preferred_name = "Zoë"
    someone.save()
    assert names(look(desk, view="all", q="zoe")) == ["Alexandra Lee"]


def test_fifty_stand_on_a_page(coach, desk):
    for number in range(52):
        world.student(f"Student {number:02}", coach=coach)
    first, second = look(desk, view="all"), look(desk, view="all", page=2)
    assert (len(names(first)), len(names(second))) == (50, 2)
    assert len({*names(first), *names(second)}) == 52
    assert "Next page" in first.content.decode()
    assert names(look(desk, view="all", page=99)) == names(second)
    assert names(look(desk, view="all", page="x")) == names(first)


def test_only_who_is_shown_is_written_down(coach, desk):
    for number in range(52):
        world.student(f"Student {number:02}", coach=coach)
    look(desk, view="all", page=2)
    assert Disclosure.objects.count() == 2


@pytest.mark.parametrize("size", [50, 500, 2000])
def test_the_caseload_asks_the_same_questions_at_any_size(as_, size, django_assert_num_queries):
    client = as_(bench_caseload.caseload(size))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as autovacuum does where rows come one by one
    look(client, view="all")
    with django_assert_num_queries(CASELOAD_QUERIES):
        answer = look(client, view="all")
    assert answer.context["page"].paginator.count == size


CASELOAD_QUERIES = 13  # session, person, policy, views, who needs the coach, five of a page, undo, log, number


def practice(student, coach, *, at, contact=None, status="booked"):
    slot = Slot.objects.create(coach=coach, starts_at=at, ends_at=at + timedelta(minutes=30))
    talk = contact and world.interview(student, contact, starts_at=at + DAY)
    return Practice.objects.create(
        student=student,
        coach=coach,
        slot=slot,
        starts_at=at,
        ends_at=slot.ends_at,
        interview=talk,
        status=status,
        booked_at=at - DAY,
    )


@time_machine.travel(datetime(2026, 11, 16, 14, tzinfo=UTC), tick=False)  # eight on a Monday in Chicago
def test_the_practice_interviews_of_the_day_stand_beside_it_and_the_look_is_written_down(coach, other_coach, desk):
    now = timezone.now()
    hana, person = _with("Hana Sato", coach)
    noor, secret = _with("Noor Ali", coach)
    secret.is_private, secret.name = True, "Zq Canary"
    secret.save()
    first = practice(hana, coach, at=now + timedelta(hours=5), contact=person)
    practice(noor, coach, at=now + timedelta(hours=15), contact=secret)  # 11 pm, tomorrow in UTC
    practice(world.student("Ida Tomorrow", coach=coach), coach, at=now + timedelta(hours=17))
    practice(world.student("Carl Cancelled", coach=coach), coach, at=now + timedelta(hours=8), status="cancelled")
    practice(world.student("Odd Other", coach=other_coach), other_coach, at=now + timedelta(hours=5))
    Disclosure.objects.all().delete()
    answer = look(desk, view="quiet")
    beside = " ".join(answer.content.decode().split("Practice today")[1].split("</section>")[0].split())
    assert [one.student.called for one in answer.context["practices"]] == ["Hana Sato", "Noor Ali"]
    assert reverse("practice_given", args=[first.pk]) in beside
    assert all(words in beside for words in ("1:00 pm, Hana Sato", f"Before {person.name}"))
    assert "Canary" not in beside
    assert set(Disclosure.objects.values_list("student", "what")) == {
        (student.pk, "Your practice interview, in the coach’s caseload") for student in (hana, noor)
    }


def test_from_one_student_of_today_to_the_next(coach, other_coach, desk):
    six(coach)
    world.student("Odd Other", coach=other_coach)
    order = look(desk, view="today").context["cases"]

    def page(profile):
        return " ".join(desk.get(reverse("caseload_student", args=[profile])).content.decode().split())

    for number, (here, then) in enumerate(pairwise(order), 1):
        shown = page(here.student.pk)
        assert f"{number} of {len(order)} today." in shown
        assert f"Next: {then.student.called} <" in shown
        assert reverse("caseload_student", args=[then.student.pk]) in shown
    assert "Next: " not in page(order[-1].student.pk)
    well = next(case.student for case in look(desk, view="all").context["cases"] if case.student.name == "Will Well")
    shown = page(well.pk)
    assert (f"Next: {order[0].student.called} <" in shown, "today.</span>" in shown) == (True, False)


def test_where_one_alone_needs_the_coach_nobody_is_next(coach, desk):
    alone = world.student("Una Unstarted", coach=coach)
    shown = desk.get(reverse("caseload_student", args=[alone.student_profile.pk])).content.decode()
    assert "Next: " not in shown


# --- what is private --------------------------------------------------------------------------------------------------


def test_of_who_is_private_no_page_no_figure_and_no_file_tells(coach, desk):
    six(coach)
    for one in StudentProfile.objects.filter(coach=coach):
        one.user.contacts.update(is_private=True, name="Zq Canary")
    answer = look(desk, view="all")
    file = _file(desk.get(reverse("caseload_export"), {"view": "all"}))
    figures = {key: n for key, _, n, _ in answer.context["views"]}
    assert {key: n for key, n in figures.items() if n} == {"today": 7, "all": 7, "unstarted": 6, "review": 1}
    assert (answer.context["totals"].held, {row[7] for row in file[1:]}) == (0, {"0"})
    told = answer.content.decode() + str(file)
    assert told.count("Zq Canary") == 2  # the draft that was handed in, on the page and in the file


# --- as a file --------------------------------------------------------------------------------------------------------


def _file(answer):
    text = b"".join(answer.streaming_content).decode().removeprefix("\ufeff")
    return list(csv.reader(io.StringIO(text)))


def test_the_same_choice_leaves_as_a_file_and_is_written_down(coach, desk):
    six(coach)
    world.student("Ada =1+1", coach=coach, program="@sum")
    User.objects.filter(name="Ada =1+1").update(name="=SUM(A1)", preferred_name="")
    rows = _file(desk.get(reverse("caseload_export"), {"view": "unstarted"}))
    hers, odd = rows[1:]
    assert (hers[0], hers[5]) == ("Una Unstarted", "Hasn’t started yet")
    assert (odd[0][:5], odd[2]) == ("'=SUM", "'@sum")
    assert AuditEntry.objects.filter(act="exported", subject="coaching_caseload").count() == 1
    told = Disclosure.objects.filter(what="How you are doing, in the coach’s caseload as a file")
    assert sorted(told.values_list("student__name", flat=True)) == ["=SUM(A1)", "Una Unstarted"]


def test_the_link_to_the_file_keeps_the_filters(coach, desk):
    six(coach)
    page = look(desk, view="all", q="Una").content.decode()
    assert f"{reverse('caseload_export')}?view=all&amp;q=Una" in page


# --- views that are kept ----------------------------------------------------------------------------------------------


def test_a_view_is_kept_opened_deleted_and_comes_back(coach, desk, other_coach, as_):
    six(coach)
    desk.post(reverse("caseload_view_save"), {"name": "Unas", "view": "all", "q": "Una"})
    page = look(desk).content.decode()
    assert 'href="?view=all&amp;q=Una">Unas</a>' in page
    assert "Unas" not in look(as_(other_coach)).content.decode()
    view = SavedView.objects.get()
    gone = desk.post(reverse("caseload_view_remove", args=[view.pk]), follow=True).content.decode()
    assert ("View “Unas” deleted." in gone, reverse("caseload_view_back") in gone, SavedView.objects.count()) == (
        True,
        True,
        0,
    )
    desk.post(reverse("caseload_view_back"))
    assert SavedView.objects.values_list("name", "query").get() == ("Unas", "view=all&q=Una")
    assert "You already undid this." in desk.post(reverse("caseload_view_back"), follow=True).content.decode()


def test_a_name_that_is_there_means_the_new_filters(desk):
    for q in ("Una", "Will"):
        desk.post(reverse("caseload_view_save"), {"name": "Mine", "view": "all", "q": q})
    assert SavedView.objects.get().query == "view=all&q=Will"


@pytest.mark.parametrize("name", ["", "  ", "x" * 61])
def test_a_view_without_a_fit_name_is_not_kept(desk, coach, name):
    world.student("Ann Lee", coach=coach)
    answer = desk.post(reverse("caseload_view_save"), {"name": name, "view": "all", "q": "Ann"})
    assert (answer.status_code, SavedView.objects.count(), names(answer)) == (422, 0, ["Ann Lee"])
