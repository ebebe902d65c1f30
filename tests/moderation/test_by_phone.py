"""A complaint by phone: the office enters it, and it is handled as any report is."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.mail.models import OutboundMessage
from apps.moderation.models import Report
from tests import world

pytestmark = pytest.mark.django_db
ADD = "office_report_add"


@pytest.fixture
def sent(student, alum):
    contact = world.contact(student, alum.name, alum=alum.alumni_profile)
    return world.sent_request(student, contact, alum=alum.alumni_profile, at=timezone.now())


def called(sent, **more):
    return {"caller_pk": sent.alum.user_id, "about_pk": sent.student_id, "reason": "unkind", "words": "Rude."} | more


def test_the_two_are_found_by_name_and_their_requests_offered(as_, office, sent):
    url, client = reverse(ADD), as_(office)
    first = client.get(url).content.decode()
    assert "Enter complaint<" not in first
    page = client.get(url, {"caller": "solheim", "about": sent.student.email.upper()}).content.decode()
    assert sent.subject in page
    assert "Enter complaint<" in page


def test_whom_nobody_matches_is_said_and_of_many_one_is_chosen(as_, office, sent):
    url, client = reverse(ADD), as_(office)
    assert "No account matches “Nobody Here”." in client.get(url, {"about": "Nobody Here"}).content.decode()
    other = world.student("Amira Again")
    page = client.get(url, {"about": "amira"}).content.decode()
    assert {int(pk) for pk in re.findall(r'name="about_pk" value="(\d+)"', page)} == {sent.student_id, other.pk}
    page = client.get(url, {"about": "amira", "about_pk": other.pk}).content.decode()
    assert "Enter complaint<" in page
    assert f'name="about_pk" value="{other.pk}"' in page


def test_it_stands_in_the_queue_and_is_closed_as_any_other(as_, office, sent):
    client = as_(office)
    page = client.post(reverse(ADD), called(sent, request=sent.pk), follow=True).content.decode()
    report = Report.objects.get()
    assert (report.reporter, report.about, report.request) == (sent.alum.user, sent.student, sent)
    assert (report.entered_by, report.words, report.outcome) == (office, "Rude.", "")
    assert "1 report to look into" in page
    assert "by phone" in page
    url = reverse("office_report", args=[report.pk])
    page = client.get(url).content.decode()
    assert "said by phone" in page
    assert f"{office.called}, by phone" in page
    client.post(url, {"outcome": "nothing"})
    assert not Report.objects.open().exists()
    (mail,) = OutboundMessage.objects.filter(kind="report_handled")
    assert mail.person == sent.alum.user


def test_the_caller_sees_on_the_page_of_the_request_that_it_was_reported(as_, office, alum, sent):
    as_(office).post(reverse(ADD), called(sent, request=sent.pk))
    assert "You reported a problem" in as_(alum).get(reverse("alum_request", args=[sent.pk])).content.decode()


def test_a_caller_without_an_account_and_no_request(as_, office, student):
    as_(office).post(reverse(ADD), {"about_pk": student.pk, "reason": "other", "words": "A neighbor called."})
    report = Report.objects.get()
    assert (report.reporter, report.about, report.request) == (None, student, None)


def test_the_same_about_the_same_request_is_one_report(as_, office, sent):
    client = as_(office)
    client.post(reverse(ADD), called(sent, request=sent.pk))
    answer = client.post(reverse(ADD), called(sent, request=sent.pk))
    assert answer.status_code == 422
    assert "There’s an open report from this person about this request already." in answer.content.decode()
    assert Report.objects.count() == 1


@pytest.mark.parametrize(
    "wrong", [{"reason": ""}, {"reason": "other", "words": " "}, {"about_pk": ""}, {"request": "0"}]
)
def test_what_is_missing_is_asked_for(as_, office, sent, wrong):
    assert as_(office).post(reverse(ADD), called(sent) | wrong).status_code == 422
    assert not Report.objects.exists()


def test_a_request_of_others_is_not_taken(as_, office, sent, other_student, other_alum):
    contact = world.contact(other_student, other_alum.name, alum=other_alum.alumni_profile)
    elsewhere = world.sent_request(other_student, contact, alum=other_alum.alumni_profile, at=timezone.now())
    assert as_(office).post(reverse(ADD), called(sent, request=elsewhere.pk)).status_code == 422
    assert not Report.objects.exists()
