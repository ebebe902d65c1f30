"""Inviting alumni into the directory: whom, how fast, and what one press in the mail does (R206)."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.alumni import invitations
from apps.alumni.invitations import Group
from apps.alumni.models import AlumniProfile, Invitation, Listing
from apps.mail import outbox
from apps.mail.models import OutboundMessage, Suppression
from tests import world
from tests.races.together import at_once

pytestmark = pytest.mark.django_db
NOW = world.NOW


def waiting(name="Ana Ruiz", **fields):
    return world.alum_profile(name, **{"listing": Listing.INVITED} | fields)


def mails():
    return OutboundMessage.objects.filter(kind=invitations.KIND)


def link_of(mail):
    return re.search(r"http://[^/\s]+(/c/\S+)", mail.text)[1]


def invited(office, *alumni, now=NOW):
    people = AlumniProfile.objects.filter(pk__in=[alum.pk for alum in alumni])
    return invitations.invite(people, by=office, now=now)


def test_one_is_invited_from_their_page_and_joins_by_one_press(client, office):
    ana = waiting()
    client.force_login(office)
    page = client.get(f"/people/{ana.pk}/").content.decode()
    assert "Invite Ana to the directory" in page
    answer = client.post(reverse("alum_invite", args=[ana.pk]), follow=True).content.decode()
    assert "The invitation leaves within a few minutes." in answer
    assert "Invite Ana to the directory" not in answer
    invitations.run(timezone.now())
    [mail] = mails()
    client.logout()
    page = client.get(link_of(mail), follow=True)
    assert "Would you talk with a student, Ana?" in page.content.decode()
    ana.refresh_from_db()
    assert ana.listing == Listing.INVITED  # to look is no yes
    for _ in range(2):
        client.post(page.redirect_chain[-1][0], {"act": "join"})
    ana.refresh_from_db()
    assert ana.listing == Listing.LISTED
    assert ana.confirmed_at is not None


def test_no_is_no_for_good(client, office):
    ana = waiting()
    invited(office, ana)
    invitations.run(NOW)
    page = client.get(link_of(mails().get()), follow=True).redirect_chain[-1][0]
    assert "we won’t ask again" in client.post(page, {"act": "no"}, follow=True).content.decode()
    assert invited(office, ana, now=NOW + timedelta(days=800)) == 0


@pytest.mark.parametrize(
    "why", ["said no", "do not contact", "has died", "no address", "listed", "invited this year", "blocked", "refused"]
)
def test_who_may_not_be_invited_is_left_out(office, why):
    changed = {
        "said no": {"listing": Listing.REMOVED},
        "do not contact": {"is_do_not_contact": True},
        "has died": {"is_deceased": True},
        "no address": {"email": ""},
        "listed": {"listing": Listing.LISTED},
    }
    ana = waiting(**changed.get(why, {}))
    if why == "invited this year":
        Invitation.objects.create(alum=ana, asked_at=NOW - timedelta(days=300), mailed_at=NOW - timedelta(days=300))
    if why == "blocked":
        Suppression.objects.create(address=ana.email)
    if why == "refused":
        outbox.unsubscribe(world.person("Ana Ruiz", email=ana.email), invitations.KIND)
    assert invited(office, ana) == 0
    assert invited(office, waiting("Bo Lund")) == 1


def test_a_group_is_counted_first_and_invited_up_to_a_number(client, office):
    for number in range(4):
        waiting(f"Ana Ruiz{number}", class_year=2010 + number)
    client.force_login(office)
    asked = {"first_year": "2011", "last_year": "2013", "most": "2"}
    page = client.get(reverse("office_invitations"), asked).content.decode()
    assert "3 people can be invited, 2 of them now." in page
    assert "Invite 2 people" in page
    answer = client.post(reverse("office_invitations"), asked, follow=True).content.decode()
    assert "2 people are invited." in answer
    assert Invitation.objects.count() == 2
    wrong = client.get(reverse("office_invitations"), {"first_year": "2013", "last_year": "2011"})
    assert wrong.status_code == 422
    assert Group(major="Biology").people(NOW).count() == 2
    assert Group(major="Bio").people(NOW).count() == 0


def test_so_many_leave_in_an_hour(office):
    people = [waiting(f"Ana Ruiz{number}") for number in range(6)]
    assert invited(office, *people) == 6
    limit, invitations.AN_HOUR = invitations.AN_HOUR, 4
    try:
        for minutes in (0, 1, 2):
            invitations.run(NOW + timedelta(minutes=minutes))
        assert mails().count() == 4
        invitations.run(NOW + timedelta(minutes=61))
        assert mails().count() == 6
    finally:
        invitations.AN_HOUR = limit


def test_what_has_not_left_can_be_canceled_and_who_said_something_meanwhile_gets_none(client, office):
    ana, bo = waiting(), waiting("Bo Lund")
    invited(office, ana, bo)
    AlumniProfile.objects.filter(pk=ana.pk).update(listing=Listing.LISTED)
    client.force_login(office)
    client.post(reverse("office_invitations_stop"))
    invitations.run(NOW)
    assert not mails().exists()
    invited(office, bo)
    AlumniProfile.objects.filter(pk=bo.pk).update(is_do_not_contact=True)
    invitations.run(NOW)
    assert not mails().exists()


def test_the_mail_is_refused_by_one_press_of_the_mail_program(client, office):
    ana = waiting()
    invited(office, ana, now=timezone.now())
    invitations.run(timezone.now())
    headers = mails().get().headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    url = re.search(r"<http://[^/]+(/[^>]+)>", headers["List-Unsubscribe"])[1]
    assert client.post(url, {"List-Unsubscribe": "One-Click"}).status_code == 200
    later = timezone.now() + timedelta(days=800)
    assert not invitations.invitable(later).filter(pk=ana.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_two_of_the_office_at_once_invite_somebody_once(office):
    ana = waiting()
    at_once(lambda: invited(office, ana), lambda: invited(office, ana))
    assert Invitation.objects.count() == 1


def test_nothing_hidden_stands_in_the_mail(office):
    ana = waiting(employer="", hides=["employer"], kept_back={"employer": "Zqcorvane"})
    invited(office, ana)
    invitations.run(NOW)
    assert "zqcorvane" not in (mails().get().text + mails().get().html).lower()
