"""Somebody tells the office about somebody; the office decides; both are written to kindly."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.interviews.lifecycle import links
from apps.mail.models import OutboundMessage
from apps.moderation.forms import WARNING
from apps.moderation.models import Outcome, Report
from tests import world

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
UNKIND = {"reason": "unkind", "words": "He shouted at me."}


@pytest.fixture
def office():
    return world.office()


@pytest.fixture
def sent():
    """A request that is under way, between two people who both have an account."""
    student, alum = world.student("Amira Haddad"), world.alum("Ingrid Solheim")
    contact = world.contact(student, "Ingrid Solheim", alum=alum.alumni_profile)
    return world.sent_request(student, contact, alum=alum.alumni_profile, at=timezone.now())


def signed_in(person):
    client = Client()
    client.force_login(person, backend="apps.accounts.backends.Backend")
    return client


def told(kind):
    return list(OutboundMessage.objects.filter(kind=kind).values_list("recipient", "text"))


def reported(sent):
    signed_in(sent.student).post(reverse("report_alum", args=[sent.pk]), UNKIND)
    return Report.objects.get()


def decided(office, report, **data):
    return signed_in(office).post(reverse("office_report", args=[report.pk]), data, follow=True)


# --- telling ----------------------------------------------------------------------------------------------------------


def test_a_student_reports_an_alum_and_nobody_is_mailed(sent):
    page = signed_in(sent.student).post(reverse("report_alum", args=[sent.pk]), UNKIND, follow=True)
    report = Report.objects.get()
    assert (report.reporter, report.about, report.request) == (sent.student, sent.alum.user, sent)
    assert "We will not tell Ingrid that you reported this." in page.content.decode()
    assert not OutboundMessage.objects.filter(kind__in=("conduct_warning", "report_handled")).exists()


def test_an_alum_reports_a_student_signed_in(sent):
    signed_in(sent.alum.user).post(reverse("report_student", args=[sent.pk]), UNKIND)
    assert Report.objects.get().about == sent.student


def test_and_from_the_mail(sent):
    url, holder = links.answer_url(sent, expires_at=timezone.now() + DAY), Client()
    holder.get(url[url.index("/a/") :])
    holder.post(reverse("report_by_link", args=[sent.pk]), UNKIND)
    assert Report.objects.get().reporter == sent.alum.user


def test_the_page_of_the_request_leads_there(sent):
    page = signed_in(sent.student).get(reverse("request", args=[sent.pk])).content.decode()
    assert reverse("report_alum", args=[sent.pk]) in page
    page = signed_in(sent.alum.user).get(reverse("alum_request", args=[sent.pk])).content.decode()
    assert reverse("report_student", args=[sent.pk]) in page


def test_the_same_again_is_one_report(sent):
    client = signed_in(sent.student)
    client.post(reverse("report_alum", args=[sent.pk]), UNKIND)
    page = client.post(reverse("report_alum", args=[sent.pk]), UNKIND | {"words": "And again."})
    assert page.status_code == 422
    assert "You’ve already reported this." in page.content.decode()
    assert Report.objects.count() == 1


@pytest.mark.parametrize("data", [{}, {"reason": "none of these"}, {"reason": "other", "words": "  "}])
def test_what_is_missing_is_asked_for(sent, data):
    page = signed_in(sent.student).post(reverse("report_alum", args=[sent.pk]), data)
    assert page.status_code == 422
    assert not Report.objects.exists()


def test_about_somebody_without_an_account_one_writes_to_the_office(sent):
    sent.alum.user = None
    sent.alum.save()
    client = signed_in(sent.student)
    assert "doesn’t have an account here" in client.get(reverse("report_alum", args=[sent.pk])).content.decode()
    assert client.post(reverse("report_alum", args=[sent.pk]), UNKIND).status_code == 422


# --- deciding ---------------------------------------------------------------------------------------------------------


def test_nothing_needed_is_told_to_the_reporter_alone(sent, office):
    decided(office, reported(sent), outcome="nothing", note="They misread a joke.")
    assert [to for to, _ in told("report_handled")] == [sent.student.email]
    assert told("conduct_warning") == []
    assert Report.objects.get().note == "They misread a joke."


def test_a_warning_reaches_the_other_side_in_the_words_that_were_read_over(sent, office):
    report = reported(sent)
    page = signed_in(office).get(reverse("office_report", args=[report.pk])).content.decode()
    assert WARNING.split(".")[0] in page
    decided(office, report, outcome="warned", text="Please be kind.")
    ((to, text),) = told("conduct_warning")
    assert to == sent.alum.user.email
    assert "Please be kind." in text
    assert "Amira" not in text
    assert "He shouted" not in text


def test_after_a_warning_the_office_is_led_to_the_account_which_tells_of_it(sent, office):
    report, desk, about = reported(sent), signed_in(office), sent.alum.user
    account = reverse("office_person", args=[about.pk])
    assert "Warned on" not in desk.get(account).content.decode()
    decided(office, report, outcome="warned", text="Please be kind.")
    url = reverse("office_report", args=[report.pk])
    assert f'you can close the account on <a href="{account}">' in desk.get(url).content.decode()
    page = desk.get(account).content.decode()
    assert "Warned on" in page
    assert f'href="{url}"' in page


def test_a_warning_without_words_is_not_sent(sent, office):
    decided(office, reported(sent), outcome="warned", text="  ")
    assert Report.objects.get().outcome == ""
    assert told("conduct_warning") == []


def test_blocking_closes_the_account_and_calls_off_what_is_under_way(sent, office):
    decided(office, reported(sent), outcome="blocked")
    sent.refresh_from_db()
    sent.alum.user.refresh_from_db()
    assert (sent.alum.user.is_active, sent.status) == (False, "expired")
    assert Report.objects.get().outcome == Outcome.BLOCKED
    assert [to for to, _ in told("report_handled")] == [sent.student.email]


def test_before_blocking_the_office_reads_what_it_does(sent, office):
    page = signed_in(office).get(reverse("office_report", args=[reported(sent).pk])).content.decode()
    assert "1 open request to Ingrid is closed." in page


def test_two_at_the_office_decide_once(sent, office):
    report = reported(sent)
    decided(office, report, outcome="warned", text="Please be kind.")
    page = decided(world.person("Omar Office", "office"), report, outcome="blocked")
    assert "has just handled this report" in page.content.decode()
    sent.alum.user.refresh_from_db()
    assert sent.alum.user.is_active
    assert len(told("report_handled")) == 1


def test_whom_it_is_about_never_sees_it(sent, office):
    report = reported(sent)
    for path in (reverse("alum_home"), reverse("alum_request", args=[sent.pk])):
        assert "He shouted" not in signed_in(sent.alum.user).get(path).content.decode()
    assert signed_in(sent.alum.user).get(reverse("office_report", args=[report.pk])).status_code == 404


def test_a_deleted_account_leaves_the_report_which_can_only_be_put_away(sent, office):
    report = reported(sent)
    Report.objects.filter(pk=report.pk).update(about=None)
    assert "account was deleted" in decided(office, report, outcome="blocked").content.decode()
    assert Report.objects.open().exists()
    decided(office, report, outcome="nothing")
    assert Report.objects.get().outcome == Outcome.NOTHING


def test_the_list_says_when_there_is_nothing(office, sent):
    assert "Nothing to look into." in signed_in(office).get(reverse("office_reports")).content.decode()
    reported(sent)
    page = signed_in(office).get(reverse("office_reports")).content.decode()
    assert "1 report to look into" in page
    assert "Ingrid Solheim" in page


# --- what the page says afterward -------------------------------------------------------------------------------------


def by_link(sent):
    url, holder = links.answer_url(sent, expires_at=timezone.now() + DAY), Client()
    holder.get(url[url.index("/a/") :])
    return holder


SIDES = {  # who reports, the page of the request, the page of the report, of whom it is
    "student": (lambda sent: signed_in(sent.student), "request", "report_alum", "Ingrid"),
    "alum": (lambda sent: signed_in(sent.alum.user), "alum_request", "report_student", "Amira"),
    "by mail": (by_link, "answer", "report_by_link", "Amira"),
}


@pytest.mark.parametrize("side", SIDES)
def test_the_page_says_that_it_was_reported_when_to_whom_and_what_comes_next(sent, office, side):
    comes_in, page, report, about = SIDES[side]
    client, url, form = comes_in(sent), reverse(page, args=[sent.pk]), reverse(report, args=[sent.pk])
    assert "You reported a problem" not in client.get(url).content.decode()
    client.post(form, UNKIND)
    said = client.get(url).content.decode()
    assert "You reported a problem to the Career Office on " in said
    assert "They’ll look into it and email you when they have." in said
    assert f"We don’t tell {about} that you reported it." in said
    assert f'href="{form}"' not in said  # nothing leads to a second report
    assert "<textarea" not in client.get(form).content.decode().split("<main")[1]
    decided(office, Report.objects.get(), outcome="nothing")
    said = client.get(url).content.decode()
    assert "looked into what you reported on" in said
    assert f'href="{form}"' in said


def test_the_other_side_reads_nothing_of_it(sent):
    reported(sent)
    assert "You reported" not in by_link(sent).get(reverse("answer", args=[sent.pk])).content.decode()


def test_a_second_report_by_another_door_says_that_there_is_one(sent):
    signed_in(sent.alum.user).post(reverse("report_student", args=[sent.pk]), UNKIND)
    answer = by_link(sent).post(reverse("report_by_link", args=[sent.pk]), {"reason": "absent"})
    assert answer.status_code == 422
    said = answer.content.decode()
    assert "You’ve already reported this." in said
    assert "You reported a problem to the Career Office on " in said
    assert Report.objects.count() == 1


def test_the_conversation_says_it_as_well(sent):
    talk = world.interview(sent.student, sent.contact, request=sent, alum=sent.alum)
    reported(sent)
    page = signed_in(sent.student).get(reverse("conversation", args=[talk.pk])).content.decode()
    assert "You reported a problem to the Career Office on " in page
