"""The audit log is searched: by days of the office, who did it, to whom, and what; the file is of the same lines."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from apps.audit.models import AuditEntry
from apps.policy.models import Policy
from tests import world

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 10, 18, tzinfo=UTC)


def entry(subject="policy_policy", *, at=AT, actor=None, row="1", before=None, after=None):
    return AuditEntry.objects.create(
        at=at,
        actor=actor and actor.pk,
        way="test",
        role="x",
        act="changed",
        subject=subject,
        row=row,
        before=before,
        after=after,
    )


def found(desk, **asked):
    """Return the lines of these tests that the page shows."""
    page = desk.get(reverse("office_log"), asked).context
    return {line.entry.pk for line in page["lines"] if line.entry.way == "test"}


def test_days_are_those_of_the_office(desk):
    Policy.now()
    Policy.objects.update(time_zone="America/Chicago")
    late = entry(at=datetime(2026, 11, 11, 5, 59, tzinfo=UTC))  # still the 10th in Chicago
    early = entry(at=datetime(2026, 11, 11, 6, 0, tzinfo=UTC))
    assert found(desk, from_on="2026-11-10", until_on="2026-11-10") == {late.pk}
    assert found(desk, from_on="2026-11-11", until_on="2026-11-11") == {early.pk}
    assert found(desk, from_on="2026-11-11") == {early.pk}
    assert found(desk, until_on="2026-11-10") == {late.pk}
    said = desk.get(reverse("office_log"), {"from_on": "2026-11-10"}).content.decode()
    assert "Shown: from Tuesday, November 10, 2026, in Central Time." in said


def test_who_did_it_is_not_to_whom_it_was_done(desk, office):
    amira, ada = world.student("Amira Haddad"), world.person("Ada Desk", "office")
    done_by, done_to = entry(actor=amira), entry("accounts_user", actor=ada, row=str(amira.pk))
    entry(actor=ada)
    assert found(desk, q="haddad") == {done_by.pk}
    assert found(desk, about="haddad") == {done_to.pk}
    assert found(desk, about=amira.email, q="ada desk") == {done_to.pk}


@pytest.mark.parametrize(
    ("subject", "column"),
    [
        ("account_emailaddress", "user_id"),
        ("students_studentprofile", "user_id"),
        ("privacy_erasure", "number"),
        ("privacy_hold", "person_id"),
        ("privacy_export", "person_id"),
        ("mfa_authenticator", "user_id"),
    ],
)
def test_what_was_done_to_somebody_is_found_in_every_table(desk, subject, column):
    amira, other = world.student("Amira Haddad"), world.student("Boris Else")
    added, removed = entry(subject, after={column: amira.pk}), entry(subject, before={column: amira.pk})
    entry(subject, row=str(amira.pk), after={column: other.pk})
    assert found(desk, about="haddad") == {added.pk, removed.pk}


def test_the_profile_of_an_alum_is_theirs_with_an_account_or_without(desk):
    alum, without = world.alum("Ingrid Solheim"), world.alum_profile("Leila Brandt")
    first = entry("alumni_alumniprofile", row=str(alum.alumni_profile.pk))
    second = entry("alumni_alumniprofile", row=str(without.pk))
    assert found(desk, about="solheim") == {first.pk}
    assert found(desk, about="brandt") == {second.pk}


def test_nothing_matches_and_what_makes_no_sense_says_so(desk):
    entry()
    page = desk.get(reverse("office_log"), {"about": "Nobody Here"}).content.decode()
    assert "Nothing matches." in page
    backward = {"from_on": "2026-11-11", "until_on": "2026-11-10"}
    for wrong in ({"from_on": "soon"}, {"until_on": "9999-12-31"}, backward, {"kind": "none"}):
        answer = desk.get(reverse("office_log"), wrong)
        assert (answer.status_code, list(answer.context["lines"])) == (200, [])
        assert "Fix the marked field above." in answer.content.decode()
        assert "rp-error" in answer.content.decode()


def test_the_file_is_of_the_same_lines(desk):
    amira = world.student("Amira Haddad")
    entry("accounts_user", row=str(amira.pk), before={"is_active": True}, after={"is_active": False})
    entry("policy_holiday", row="77")
    asked = {"about": "haddad", "kind": "accounts_user", "from_on": "2026-11-10", "until_on": "2026-11-10"}
    page = desk.get(reverse("office_log"), asked).content.decode()
    assert "audit-log.csv?about=haddad&amp;kind=accounts_user&amp;from_on=2026-11-10" in page
    body = b"".join(desk.get(reverse("office_log_export"), asked).streaming_content).decode("utf-8-sig")
    assert [row.split(",")[4:7] for row in body.splitlines()[1:]] == [["Account", "Amira Haddad", str(amira.pk)]]


@pytest.mark.parametrize("count", [1, 30])
def test_a_search_asks_the_same_number_of_questions(desk, count, django_assert_num_queries):
    people = [world.person(f"Same Name{n}", "office") for n in range(count)]
    for one in people:
        entry("accounts_user", row=str(one.pk), actor=one)
    asked = {"q": "same", "about": "same", "kind": "accounts_user", "from_on": "2026-11-10", "until_on": "2026-11-10"}
    desk.get(reverse("office_log"), asked)
    with django_assert_num_queries(12):
        assert len(found(desk, **asked)) == count


def test_the_pages_keep_the_search(desk):
    for _ in range(31):
        entry("policy_holiday")
    page = desk.get(reverse("office_log"), {"kind": "policy_holiday", "until_on": "2026-11-10"}).content.decode()
    assert "?kind=policy_holiday&amp;until_on=2026-11-10&amp;page=2" in page
