"""Every page of staff that shows something of a student leaves a line that the student can read (K1)."""

import re

import pytest
from django.urls import reverse

from apps.mail import outbox
from apps.students.models import Disclosure
from tests import world
from tests.access.stage import browser
from tests.test_access import DOORS, url_of

# Words of the student that stand in their record, their letters, their network and their mails; not their name alone.
SECRETS = {"goal": "Two talks with nurses", "program": "Biostatistics", "letter": "I read your paper on sleep"}


@pytest.fixture
def written(everybody, stage):
    """The student’s words, in every place that staff may read."""
    student = stage.student
    profile = student.student_profile
    profile.goal, profile.program = SECRETS["goal"], SECRETS["program"]
    profile.save()
    for asked in (stage.rows.in_review, stage.rows.sent):
        asked.why = SECRETS["letter"]
        asked.save()
    context = {"what": SECRETS["letter"], "timestamp": stage.now, "ip": "192.0.2.7"}
    for to in (student, "someone@x.example"):
        key = f"request:{stage.rows.sent.pk}:told:{to}"
        outbox.queue("security_notice", to=to, occasion=outbox.Occasion(key), context=context)
    return stage


def shows_of(page, student):
    text = page.content.decode() if not page.streaming else ""
    text = re.sub(r"<option[^>]*>[^<]*</option>", "", text)  # the fields of study to choose from are no one’s record
    return any(secret in text for secret in (*SECRETS.values(), student.email))


@pytest.mark.parametrize("reader", ["coach", "office"])
def test_whatever_page_shows_their_words_writes_a_line(everybody, written, reader):
    """Not a list of pages that somebody keeps: whichever page holds the words must have written."""
    student = written.student
    client = browser(everybody[reader])
    silent, shown = [], 0
    for name in DOORS:
        Disclosure.objects.all().delete()
        page = client.get(url_of(name, written))
        if page.status_code != 200 or not shows_of(page, student):
            continue
        shown += 1
        if not Disclosure.objects.filter(student=student, viewer=everybody[reader]).exists():
            silent.append(name)
    assert silent == []
    assert shown >= {"coach": 4, "office": 4}[reader]


def test_lists_write_one_line_for_each_student(written, everybody):
    coach = everybody["coach"]
    world.student("Second Student", coach=coach)
    Disclosure.objects.all().delete()
    browser(coach).get(reverse("caseload"), {"view": "all"})
    lines = Disclosure.objects.values_list("student", "what")
    assert len(lines) == len({student for student, _ in lines}) >= 2


def test_the_student_reads_theirs_folded_by_day(written, everybody):
    coach = everybody["coach"]
    Disclosure.objects.all().delete()
    for _ in range(3):
        browser(coach).get(reverse("caseload_student", args=[written.student.student_profile.pk]))
    page = browser(written.student).get(reverse("looks")).content.decode()
    assert page.count("Your network and conversations") == 1
    assert "3 times that day" in page


def test_nobody_else_reads_it(written, everybody):
    page = browser(everybody["other_student"]).get(reverse("looks")).content.decode()
    assert everybody["coach"].called not in page


def test_the_office_takes_both_logs_as_files_and_that_is_a_line_too(written, everybody):
    client = browser(everybody["office"])
    client.get(reverse("office_person", args=[written.student.pk]))
    file = b"".join(client.get(reverse("office_disclosures_export")).streaming_content).decode()
    assert f"{written.student.email}" in file
    log = b"".join(client.get(reverse("office_log_export")).streaming_content).decode()
    assert "Exported" in log
    assert everybody["office"].called in log
