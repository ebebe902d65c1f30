"""The table of cohorts on the office's first page: what it counts, and that nobody can be picked out of it."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.interviews.thanking.models import ThankYou
from apps.office import by_cohort
from apps.office.by_cohort import ASKED, HIDDEN, IN_TIME, TALKED, Line
from apps.office.small_groups import FEWEST
from apps.students.models import Cohort, StudentProfile
from tests.office.test_overview import calmly, main, requests, table

FEW = f"Fewer than {FEWEST}"


def ended(**cohorts):
    """Return what the database says: per cohort how many students ended at each step, each with one request."""
    found, first = [], 0
    for cohort, counts in cohorts.items():
        for last, count in enumerate(counts):
            if count:
                found.append((cohort, last, count, list(range(first, first + count))))
                first += count
    return found


@pytest.mark.django_db
def test_each_cohort_has_its_row_and_only_thanks_within_two_days_count(desk, begun, coach, now):
    requests(30, coach, now, replied=25, talked=20, thanked=15)
    seniors = Cohort.objects.create(name="Senior year")
    asked = list(StudentProfile.objects.filter(user__name__startswith="Stu").order_by("user__name"))
    StudentProfile.objects.filter(pk__in=[profile.pk for profile in asked[:12]]).update(cohort=seniors)
    for note in ThankYou.objects.filter(interview__student__in=[profile.user_id for profile in asked[:5]]):
        note.interview.talked_until = note.sent_at - timedelta(hours=49)
        note.interview.save()
    for note in ThankYou.objects.filter(interview__student__in=[profile.user_id for profile in asked[5:]]):
        note.interview.talked_until = note.sent_at - timedelta(hours=48)
        note.interview.save()
    found = {line.name: line for line in by_cohort.lines(by_cohort.ended(now - timedelta(days=70)))}
    assert found["Senior year"] == Line("Senior year", "12", "12", "7", "58%")
    html = main(desk)
    assert list(table(html, "How far requests of each cohort")) == ["No cohort", "Senior year"]
    assert "cohorts are hidden at least two at a time" in html


@pytest.mark.django_db
def test_where_nobody_is_in_a_cohort_there_is_no_table(desk, begun, coach, now):
    requests(20, coach, now, replied=15, talked=10)
    assert "By cohort" not in main(desk)


@pytest.mark.parametrize(
    ("cohorts", "said"),
    [
        ({"A": (10, 5, 20), "B": (20, 5, 5)}, ["A 35 25 20 80%", "B 30 10 5 50%"]),
        ({"A": (10, 5, 20), "B": (20, 5, 5), "C": (2, 1, 1)}, ["A 35 25 20 80%", f"B {HIDDEN}", f"C {HIDDEN}"]),
        (
            {"A": (10, 5, 20), "C": (2, 0, 3), "D": (5, 0, 3)},
            ["A 35 25 20 80%", f"D 8 {FEW} {FEW}", f"C 5 {FEW} {FEW}"],
        ),
        ({"A": (4, 0, 0), "B": (0, 0, 3)}, []),
        ({"A": (30, 5, 5)}, []),
    ],
)
def test_what_is_hidden_and_what_hides_with_it(cohorts, said):
    lines = by_cohort.lines(ended(**cohorts))
    told = [
        f"{line.name} {HIDDEN}"
        if line.is_hidden
        else " ".join(filter(None, (line.name, line.asked, line.talked, line.in_time, line.share)))
        for line in lines
    ]
    assert told == said


GROUPS = st.lists(st.tuples(*[st.integers(0, 12)] * 3).filter(any), min_size=1, max_size=6)


@calmly
@given(GROUPS)
def test_what_is_hidden_cannot_be_worked_out_from_the_whole(made):
    found = ended(**{f"C{n}": counts for n, counts in enumerate(made)})
    groups = {group.name: group for group in by_cohort._groups(found)}
    hidden = {ASKED: set(groups), TALKED: set(groups)}
    for line in by_cohort.lines(found):
        steps = groups[line.name].steps
        for step, text in ((ASKED, line.asked), (TALKED, line.talked), (IN_TIME, line.in_time)):
            if text.replace(",", "").isdecimal():
                assert steps[step].number == int(text.replace(",", ""))
                assert len(groups[line.name].came_to(step)) >= FEWEST
                hidden.get(step, set()).discard(line.name)
    for step, names in hidden.items():
        if names and names != set(groups):
            assert len(names) > 1
            assert len(set().union(*(groups[name].came_to(step) for name in names))) >= FEWEST
    if hidden[ASKED] == hidden[TALKED] and hidden[ASKED] and hidden[ASKED] != set(groups):
        between = set().union(*(groups[name].students[ASKED] for name in hidden[ASKED]))
        assert not 0 < len(between) < FEWEST
