"""The office's first page: what needs a person, with the count of the page it leads to, and figures of the term."""

import re
from datetime import date, timedelta
from itertools import combinations

import pytest
from django.core.cache import caches
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.accounts.models import Role
from apps.alumni.models import AlumniImport, AlumniProfile, Listing
from apps.clock import times
from apps.coaching.attention import Clock, find
from apps.coaching.filters import Wanted
from apps.interviews.lifecycle.models import InterviewRequest
from apps.interviews.thanking.models import ThankYou
from apps.mail.models import OutboundMessage
from apps.network.models import Cadence, Contact
from apps.office import overview, small_groups
from apps.office.small_groups import FEWEST, Level, Step
from apps.policy.models import Policy
from apps.tickets.models import Ticket
from apps.today import page as today_page
from tests import world

pytestmark = pytest.mark.django_db


def main(client):
    caches["near"].clear()  # figures are a minute old at most
    page = client.get(reverse("office"))
    assert page.status_code == 200
    return re.search(r"<main.*?</main>", page.content.decode(), re.DOTALL)[0]


def words_of(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def filled(html):
    return re.findall(r'btn-primary[^>]*href="([^"]*)"', html)


# --- what needs a person ----------------------------------------------------------------------------------------------


def test_a_quiet_day_says_so(desk, begun):
    html = main(desk)
    assert ("Nothing needs you today. Everything is on track." in html, filled(html)) == (True, [])


def mail(n, state="failed"):
    due = timezone.now()
    fields = {
        "kind": "reminder",
        "subject": "s",
        "text": "t",
        "due_at": due,
        "next_at": due,
        "expires_at": due,
        "message_id": f"m{n}",
    }
    return OutboundMessage.objects.create(key=f"k{n}", recipient=f"p{n}@example.edu", state=state, **fields)


def test_each_task_has_the_count_of_the_page_it_leads_to(desk, begun):
    for n in range(3):
        mail(n)
        world.student(f"Nomi Coachless{n}", coach=None)
    AlumniImport.objects.create(file_name="alumni.csv", content=b"", state="checked")
    html = main(desk)
    assert "3 things need you today" in html
    assert filled(html) == ["/office/outbox/?state=human"]
    assert "3 emails need your decision" in html
    assert desk.get("/office/outbox/?state=human").context["page"].paginator.count == 3
    assert "3 students have no coach" in html
    assert desk.get("/office/people/?role=uncoached").context["page"].paginator.count == 3
    assert f'href="{reverse("office_import_one", args=[AlumniImport.objects.get().pk])}"' in html
    assert "An import is ready to review" in html


@pytest.mark.parametrize(("state", "is_told"), [("checked", 1), ("failed", 1), ("unreadable", 1), ("done", 0)])
def test_an_import_that_waits_for_nobody_is_not_told(desk, begun, state, is_told):
    for n in range(2):
        AlumniImport.objects.create(file_name=f"{n}.csv", content=b"", state=state)
    assert main(desk).count("2 imports are waiting for you") == is_told


def test_a_help_request_that_nobody_has_taken_is_a_task(desk, begun, office, now):
    asked = {"goal": "What a day is like", "needed_by": now.date() + timedelta(days=9), "asked_at": now}
    one, _ = (Ticket.objects.create(student=world.student(f"Nomi {n}"), wanted="A nurse", **asked) for n in range(2))
    assert "2 help requests need someone to answer" in main(desk)
    assert desk.get("/help-requests/?group=untaken").context["page"].paginator.count == 2
    Ticket.objects.filter(pk=one.pk).update(taken_by=office)
    assert "1 help request needs someone to answer" in main(desk)
    Ticket.objects.update(taken_by=office)
    assert "to answer" not in main(desk)


def test_one_is_said_as_one(desk, begun):
    mail(1)
    world.student("Nomi Coachless", coach=None)
    said = words_of(main(desk))
    assert "2 things need you today" in said
    assert ("1 email needs your decision" in said, "1 student has no coach" in said) == (True, True)


def test_a_student_who_signs_in_no_more_needs_no_coach(desk, begun):
    gone = world.student("Gone Away", coach=None)
    type(gone).objects.filter(pk=gone.pk).update(is_active=False)
    assert "Nothing needs you today" in main(desk)
    assert "Gone Away" not in desk.get("/office/people/?role=uncoached").content.decode()


@pytest.mark.parametrize(
    ("starts", "ends", "said"),
    [
        (None, None, "Set the dates of the term"),
        (-100, -1, "The fall term ended on"),
        (-100, 0, "Nothing needs you today"),
        (-100, None, "Nothing needs you today"),
        (10, 100, "Nothing needs you today"),
    ],
)
def test_a_term_that_holds_no_more_is_a_task(desk, begun, now, starts, ends, said):
    today = times.local_date(now, "America/Chicago")
    day = {name: today + timedelta(days=n) if n is not None else None for name, n in (("s", starts), ("e", ends))}
    Policy.objects.update(term_starts_on=day["s"], term_ends_on=day["e"])
    assert said in main(desk)


@pytest.mark.parametrize(
    ("day", "week"), [(date(2026, 8, 30), None), (date(2026, 8, 31), 1), (date(2026, 9, 6), 1), (date(2026, 9, 7), 2)]
)
def test_the_week_of_the_term(day, week):
    policy = Policy(term_starts_on=date(2026, 8, 31), term_ends_on=date(2026, 12, 18))
    assert policy.term_week(times.midnight(day, policy.time_zone)) == week
    assert policy.term_week(times.midnight(date(2026, 12, 19), policy.time_zone)) is None


def test_on_the_first_day_the_steps_stand_in_their_order(desk):
    Policy.objects.all().delete()
    html = main(desk)
    steps = ["Name your university", "Import alumni", "Add a coach", "Import students"]
    assert [title for title in re.findall(r"<h3>(?:<a[^>]*>)?([^<]*)", html) if title in steps] == steps
    assert filled(html) == [reverse("office_policy")]
    assert "figures" not in html.lower()
    Policy.objects.update(university="Ashland College")
    assert filled(main(desk)) == [reverse("office_import")]


# --- figures ----------------------------------------------------------------------------------------------------------


def requests(count, coach, at, *, replied=0, talked=0, thanked=0, kept=0, each=1):
    """Make so many students with a request each, of whom the first ones come further."""
    alum = AlumniProfile.objects.first()
    for n in range(count):
        student = world.student(f"Stu N{n:03}", coach=coach)
        for again in range(each):
            contact = world.contact(student, f"Someone {again}", alum=None if again else alum)
            asked = world.sent_request(student, contact, at=at - timedelta(days=5))
            if n < talked:
                held = {"status": "completed", "starts_at": at - timedelta(days=2, hours=again), "request": asked}
                talk = world.interview(student, contact, **held)
                if n < thanked:
                    ThankYou.objects.create(interview=talk, body="Thanks.", sent_at=at - timedelta(days=1))
            if n < kept:
                today = times.local_date(at, "America/Chicago")
                Cadence.objects.create(student=student, contact=contact, months=3, due_on=today, chosen_at=at)
            if n < replied:
                InterviewRequest.objects.filter(pk=asked.pk).update(answered_at=at)


def table(html, heading):
    part = re.search(rf"<caption[^>]*>{heading}.*?</table>", html, re.DOTALL)[0]
    rows = re.findall(r"<tr>(.*?)</tr>", part, re.DOTALL)[1:]
    return {words_of(row.split("</th>")[0]): words_of(row.split("</th>")[1]) for row in rows}


def test_the_funnel_and_its_table_tell_the_same(desk, begun, coach, now):
    requests(20, coach, now, replied=15, talked=10, thanked=5, kept=5)
    html = main(desk)
    told = {"Asked": "20 –", "Replied": "15 75%", "Talked": "10 67%", "Thanked": "5 50%", "In touch": "5 100%"}
    assert table(html, "From asked") == told
    drawn = re.findall(r'<text class="c-strong"[^>]*>([^<]*)</text>', html)[:5]
    assert drawn == ["20", "15", "10", "5", "5"]
    assert ("20 requests this fall term" in html, "Once they talk, 50% say thanks" in html) == (True, True)
    assert "style=" not in html


def test_fewer_than_five_are_no_number(desk, begun, coach, now):
    requests(12, coach, now, replied=7, talked=4, thanked=3, kept=1)
    told = table(main(desk), "From asked")
    few = "Fewer than 5 –"
    assert told == {"Asked": "12 –", "Replied": "7 58%", "Talked": few, "Thanked": few, "In touch": few}


def test_many_requests_of_few_students_are_no_number(desk, begun, coach, now):
    """A group is people: four students with three requests each are four."""
    requests(4, coach, now, each=3)
    html = main(desk)
    assert "Fewer than 5 students have asked someone" in html
    assert "From asked" not in html
    assert not re.search(r">\s*12\s*<", html)  # by itself: the hour of the page may hold it too


def test_what_subtraction_would_tell_is_left_out(desk, begun, coach, now):
    """Ten talked and nine thanked: one who did not is one too few to be told of."""
    requests(20, coach, now, replied=15, talked=10, thanked=9, kept=5)
    told = table(main(desk), "From asked")
    assert told == {
        "Asked": "20 –",
        "Replied": "15 75%",
        "Talked": "10 67%",
        "Thanked": "Nearly all –",
        "In touch": "5 –",
    }


@pytest.mark.parametrize(
    ("thanked", "talked", "said"),
    [
        (8, 9, "89% say thanks"),
        (5, 10, "50% say thanks"),
        (20, 20, "everyone says thanks"),
        (999, 1000, "nearly all say thanks"),
        (1, 1000, "few say thanks"),
    ],
)
def test_the_finding_says_a_share_as_the_picture_does(thanked, talked, said):
    steps = [Step(talked, "number"), Step(talked, "number"), Step(talked, "number"), Step(thanked, "number")]
    finding = overview._finding([*steps, Step(0, "few")])
    assert finding == f"Once they talk, {said}"
    share = overview._share(steps, overview.THANKED)
    assert share in finding or share in ("100%", "0%")


def test_the_finding_of_the_load_says_how_often_alumni_were_asked_and_when():
    more, two = Level(5, None, 1200), Level(2, 3, 10)
    said = overview._spread([Level(0, 0, 9), more], "this fall term")
    assert said == "1,200 alumni were asked 5 or more times this fall term"
    assert overview._spread([Level(0, 0, 9), two], "so far") == "10 alumni were asked 2 or 3 times so far"


def test_people_with_an_account_and_alumni_of_the_directory_are_told_apart(desk, alum, student):
    world.alum_profile("Without Account")
    everyone, alumni = (words_of(desk.get(f"/office/people/{query}").content.decode()) for query in ("", "?role=alum"))
    assert "4 people with an account. The directory has 2 alumni , who reply by email" in everyone
    assert "1 alum with an account. The directory has 2 alumni , who" in alumni


STEP = st.integers(0, 4)
calmly = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no fault


@calmly
@given(st.lists(st.tuples(st.integers(0, 14), STEP), max_size=60))
def test_no_difference_of_two_numbers_is_a_small_group(made):
    """Every number that is shown, and every two of them subtracted, stand for nobody or for at least five people."""
    people = [{student for student, step in made if step == last} for last in range(5)]
    counts = [sum(1 for _, step in made if step >= last) for last in range(5)]
    steps = small_groups.steps(counts, people)
    shown = [index for index, step in enumerate(steps) if step.number is not None]
    for index in shown:
        assert steps[index].number == counts[index]
        assert len(set().union(*people[index:])) >= FEWEST
    for one, other in combinations(shown, 2):
        between = set().union(*people[one:other])
        assert len(between) == 0 or len(between) >= FEWEST
    assert all(
        (len(set().union(*people[index:])) < FEWEST) == (step.shown == "few") for index, step in enumerate(steps)
    )


@calmly
@given(st.lists(st.integers(0, 12), max_size=9))
def test_levels_are_large_and_add_up(counts):
    levels = small_groups.levels(counts)
    if sum(counts) < FEWEST:
        assert levels == []
        return
    assert all(level.count >= FEWEST for level in levels)
    ends = [len(counts) - 1 if level.last is None else level.last for level in levels]
    assert [level.first for level in levels] == [0, *(end + 1 for end in ends[:-1])]
    assert ends[-1] == len(counts) - 1
    assert [level.count for level in levels] == [
        sum(counts[level.first : end + 1]) for level, end in zip(levels, ends, strict=True)
    ]


@pytest.mark.parametrize(
    ("counts", "levels"),
    [
        ([], []),
        ([4], []),
        ([5], [Level(0, 0, 5)]),
        ([100, 30, 9], [Level(0, 0, 100), Level(1, 1, 30), Level(2, 2, 9)]),
        ([100, 30, 4, 2, 1], [Level(0, 0, 100), Level(1, 1, 30), Level(2, None, 7)]),
        ([100, 3, 9], [Level(0, 1, 103), Level(2, 2, 9)]),
        ([2, 30], [Level(0, 1, 32)]),
        ([3, 3], [Level(0, None, 6)]),
    ],
)
def test_a_small_level_goes_with_its_neighbor(counts, levels):
    assert small_groups.levels(counts) == levels


def test_the_load_on_alumni_and_its_table_tell_the_same(desk, begun, coach, now):
    for n in range(19):
        world.alum_profile(f"Alum N{n}", email=f"n{n}@alumni.example")
    world.alum_profile("Not Listed", email="not@alumni.example", listing=Listing.INVITED)
    entries = list(AlumniProfile.objects.listed().order_by("pk"))
    for n, entry in enumerate(entries[:8]):
        for again in range(1 if n < 6 else 3):
            student = world.student(f"Asker {n} {again}", coach=coach)
            world.sent_request(student, world.contact(student, entry.name, alum=entry), at=now - timedelta(days=3))
    assert overview.asked_so_often(now - timedelta(days=70), 20) == [12, 6, 0, 2]
    html = main(desk)
    assert table(html, "Alumni by requests") == {"None": "12", "1 or more": "8"}
    assert re.findall(r'<text class="c-strong"[^>]*>([^<]*)</text>', html)[-4:] == ["None", "12", "1 or more", "8"]
    assert "20 alumni in the directory" in html


def test_only_requests_of_this_term_count(desk, begun, coach, now):
    requests(6, coach, now)
    assert "6 requests this fall term" in main(desk)
    first_day = times.midnight(Policy.now().term_starts_on, Policy.now().time_zone)
    ids = list(InterviewRequest.objects.values_list("pk", flat=True))
    InterviewRequest.objects.filter(pk__in=ids[:1]).update(sent_at=first_day)
    assert "6 requests this fall term" in main(desk)
    InterviewRequest.objects.filter(pk__in=ids[:1]).update(sent_at=first_day - timedelta(seconds=1))
    assert "6 requests" not in main(desk)


def test_the_term_is_the_same_for_student_coach_and_office(begun, coach, now):
    """A conversation in its first minute counts on each page; one a minute before on none."""
    policy = Policy.now()
    since = policy.term_since(begun.zone)
    assert since == policy.term_since(coach.zone) == policy.term_since(policy.time_zone)
    contact = world.contact(begun)
    request = world.sent_request(begun, contact, at=since)
    talk = world.interview(begun, contact, starts_at=since, status="completed", request=request)

    def counted():
        held = today_page.page(begun, now).goal.held
        found = find(coach.pk, Wanted(view="all"), Clock(now, policy.term_since(coach.zone)))
        (standing,) = [each for each in found.students if each.student == begun.pk]
        return (
            held,
            standing.held,
            overview.reached(overview._ended(policy.term_since(policy.time_zone)))[0][overview.TALKED],
        )

    assert counted() == (1, 1, 1)
    before = since - timedelta(minutes=1)
    type(talk).objects.filter(pk=talk.pk).update(starts_at=before)
    InterviewRequest.objects.update(sent_at=before)
    assert counted() == (0, 0, 0)


@pytest.mark.parametrize("count", [1, 30])
def test_the_overview_asks_the_same_questions_at_any_size(desk, begun, coach, now, count, django_assert_num_queries):
    requests(count, coach, now, replied=count, talked=count)
    for n in range(count):
        mail(n)
        AlumniImport.objects.create(file_name=f"{n}.csv", content=b"", state="checked")
    desk.get(reverse("office"))
    with django_assert_num_queries(18):
        desk.get(reverse("office"))


def test_figures_are_a_minute_old_at_most(desk, begun, coach, now):
    requests(6, coach, now)
    assert "6 requests this fall term" in main(desk)
    InterviewRequest.objects.all().update(sent_at=None, status="draft", deadline_at=None)
    assert "6 requests this fall term" in desk.get(reverse("office")).content.decode()
    assert overview.KEPT_S <= 60
    assert "6 requests" not in main(desk)


def test_nothing_a_student_wrote_is_on_it(desk, begun, coach, now):
    requests(9, coach, now, replied=9, talked=9)
    Contact.objects.update(name="canary name", notes="canary note")
    ThankYou.objects.update(body="canary letter")
    assert "canary" not in main(desk)


def test_coach_count_needs_a_coach(desk, begun, coach):
    """Where nobody coaches, no student lacks a coach: adding one is a first step."""
    world.student("Nomi Coachless", coach=None)
    type(coach).objects.filter(pk=coach.pk).update(roles=[Role.ALUM])
    html = main(desk)
    assert ("no coach" in html, "Add a coach" in html) == (False, True)
