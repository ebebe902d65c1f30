"""What the office keeps no longer goes by night, kind by kind; the office sets how long and reads what went."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone

from apps.accounts.models import MailLink, User
from apps.accounts.sessions import stored
from apps.alumni.models import AlumniImport
from apps.audit import app_role
from apps.audit.models import AuditEntry
from apps.mail.models import OutboundMessage
from apps.network.models import ContactImport, ContactMerge
from apps.privacy import cleaning, tasks
from apps.privacy.models import Cleaning, Erasure, Hold, Retention
from apps.reminders.models import Notice
from apps.students.models import Disclosure
from tests import world

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def page(response):
    return re.sub(r"\s+", " ", response.content.decode())


@pytest.fixture
def old(everybody, stage):
    """Everything of the stage is as old as its kind may get, to the day; a day more and it goes."""
    now, kept = timezone.now(), Retention.now()
    rows = {
        "mails": (OutboundMessage.objects.all(), {"created_at": now - kept.mails * DAY}),
        "notices": (Notice.objects.all(), {"closed_at": now - kept.notices * DAY}),
        "imports": (ContactImport.objects.all(), {"created_at": now - kept.imports * DAY}),
    }
    OutboundMessage.objects.update(state="sent", sent_at=now)
    for found, values in rows.values():
        assert found.exists()
        found.update(**values)
    return rows


@pytest.mark.parametrize("kind", ["mails", "notices", "imports"])
def test_each_kind_goes_after_its_days_and_not_before(old, kind):
    rows, _ = old[kind]
    cleaning.run(timezone.now() - timedelta(hours=1))
    assert rows.exists()
    count = rows.count()
    done = cleaning.run(timezone.now() + timedelta(hours=1))
    assert not rows.exists()
    assert done.counts[kind] >= count


def test_what_has_still_to_leave_and_what_is_on_hold_stays(old, stage):
    OutboundMessage.objects.filter(pk=stage.rows.message.pk).update(state="sent")
    Hold.objects.create(person=stage.student, reason="Case 12", set_at=timezone.now())
    cleaning.run(timezone.now() + DAY)
    assert OutboundMessage.objects.filter(pk=stage.rows.message.pk).exists()
    assert ContactImport.objects.filter(pk=stage.rows.people_file.pk).exists()


def test_import_files_lose_content_and_names_and_keep_counts(office):
    now = timezone.now()
    line = [1, "001942", "Ingrid Solheim", "new", "listed", "", ""]
    fields = {"by": office, "file_name": "a.csv", "content": b"x", "verdicts": [line], "counts": {"new": 1}}
    left = AlumniImport.objects.create(state="checked", **fields)
    done = AlumniImport.objects.create(state="done", **fields)
    AlumniImport.objects.filter(pk=left.pk).update(created_at=now - 31 * DAY)
    AlumniImport.objects.filter(pk=done.pk).update(created_at=now - 401 * DAY)
    cleaning.run(now)
    left.refresh_from_db()
    done.refresh_from_db()
    assert (left.state, bytes(left.content), left.verdicts) == ("cancelled", b"", [])
    assert (done.state, done.verdicts, done.counts) == ("done", [], {"new": 1})


def test_two_entries_as_they_were_are_kept_for_thirty_days(student, other_student):
    now = timezone.now()
    made = [
        ContactMerge.objects.create(
            student=person, kept=world.contact(person, "Ana Ruiz"), name="A. Ruiz", before={"kept": 1}, merged_at=at
        )
        for person, at in ((student, now - 31 * DAY), (student, now - 29 * DAY), (other_student, now - 31 * DAY))
    ]
    Hold.objects.create(person=other_student, reason="Case 12", set_at=now)
    assert cleaning.run(now).counts["merges"] == 1
    kept = {merge.pk: merge.before for merge in ContactMerge.objects.all()}
    assert [kept[merge.pk] for merge in made] == [{}, {"kept": 1}, {"kept": 1}]


def test_sessions_and_dead_links_go(student):
    now = timezone.now()
    Session.objects.create(session_key=stored("old"), session_data="", expire_date=now - DAY)
    device = {"user": student, "ip": "192.0.2.7", "user_agent": "Firefox"}
    UserSession.objects.create(session_key=stored("old"), **device)
    Session.objects.create(session_key=stored("new"), session_data="", expire_date=now + DAY)
    UserSession.objects.create(session_key=stored("new"), **device)
    MailLink.make(purpose="x", object_id=1, person=student, expires_at=now - DAY)
    MailLink.make(purpose="x", object_id=2, person=student, expires_at=now + DAY)
    cleaning.run(now)
    assert not Session.objects.filter(session_key=stored("old")).exists()
    assert UserSession.objects.get().session_key == stored("new")
    assert MailLink.objects.get().object_id == 2


def test_the_logs_grow_old_by_the_settings_also_for_rapports_own_role(everybody, stage):
    now = timezone.now()
    AuditEntry.objects.update(at=now - 400 * DAY)
    Disclosure.objects.update(at=now - 400 * DAY)
    app_role.grant(app_role.AppRole("rapport_app_that_cleans", "secret"))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE rapport_app_that_cleans")
    assert "audit" not in cleaning.run(now).counts
    before = AuditEntry.objects.filter(at__lt=now - 300 * DAY).count()
    Retention.objects.update(audit=399, disclosures=399)
    counts = cleaning.run(now).counts
    assert (counts["audit"], counts["disclosures"]) == (before, 1)
    Retention.objects.update(audit=1, disclosures=1)
    AuditEntry.objects.filter(at__gt=now - DAY)
    assert "audit" not in cleaning.run(now).counts  # never below a year, whatever the row says
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")


def test_an_account_closed_long_ago_is_deleted_with_notice(student, other_student, office):
    now = timezone.now()
    gone = now - 731 * DAY
    User.objects.filter(pk__in=[student.pk, office.pk]).update(is_active=True, last_login=gone, joined_at=gone)
    world.office("Second Person")
    User.objects.filter(pk__in=[student.pk, office.pk]).update(is_active=False)
    cleaning.run(now)
    assert [row.number for row in Erasure.objects.all()] == [student.pk]
    Erasure.objects.update(state="kept")
    cleaning.run(now)
    assert Erasure.objects.count() == 1  # the office kept it


def test_once_a_night_at_the_office():
    night = datetime(2026, 11, 12, 9, 0, tzinfo=UTC)  # 3:00 in Chicago
    assert cleaning.is_due(night)
    assert not cleaning.is_due(night + timedelta(hours=6))
    Cleaning.objects.create(started_at=night)
    assert not cleaning.is_due(night + timedelta(hours=1))
    assert cleaning.is_due(night + DAY)


def test_one_kind_that_fails_holds_up_no_other(old, monkeypatch):
    def broken(before):
        raise ValueError("a row that cannot be read")

    monkeypatch.setattr(cleaning, "_mails", broken)
    done = cleaning.run(timezone.now() + DAY)
    assert (done.failed, done.counts["notices"]) == (1, 1)


def test_the_worker_cleans_by_night(monkeypatch):
    monkeypatch.setattr(cleaning, "is_due", lambda now: True)
    tasks.look()
    assert Cleaning.objects.get().finished_at is not None


def test_the_office_sets_the_days_and_reads_what_went(as_, office):
    client = as_(office)
    assert "The first cleaning is tonight." in page(client.get("/office/policy/kept/"))
    days = dict.fromkeys(("mails", "notices", "imports", "import_notes", "disclosures", "audit", "closed"), 500)
    assert client.post("/office/policy/kept/", days | {"audit": 30}).status_code == 422
    client.post("/office/policy/kept/", days)
    assert Retention.now().mails == 500
    assert AuditEntry.objects.filter(subject="privacy_retention", actor=office.pk).exists()
    Cleaning.objects.create(started_at=timezone.now(), counts={"mails": 12, "links": 3}, failed=1)
    text = page(client.get("/office/policy/kept/"))
    assert "12 emails, 3 expired links." in text
    assert "1 part couldn’t be cleaned." in text
