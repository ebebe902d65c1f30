"""A warm introduction to somebody outside the directory: the same two yeses, by a link, and their address let go."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.mail.models import OutboundMessage, Suppression
from apps.network.models import Contact
from apps.policy.models import Policy
from apps.privacy.reach import THEIRS
from apps.suggestions import actions, answering
from apps.suggestions.actions import Proposal
from apps.suggestions.models import Suggestion, WarmIntroduction
from apps.web.answers import Refused
from tests import world
from tests.races.together import at_once
from tests.suggestions.test_suggestions import link_of, mails
from tests.tickets.test_tickets import text_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
NILS, WORDS = "nils@wells.example", "Amira has mapped every well in her county."


def suggested(student, by, *, email=NILS, now=None):
    proposal = Proposal(None, "Nils Berg", "A well driller", "He began as you did", WORDS, email)
    actions.suggest([student], proposal, by=by, now=now or timezone.now())
    return Suggestion.objects.order_by("-pk").first()


def asked(student, by, **how):
    return answering.agree(suggested(student, by, **how), now=timezone.now())


def test_from_the_coach_to_an_introduction_that_both_said_yes_to(student, coach, as_):
    ruth, amira = as_(coach), as_(student)
    typed = {"student": student.student_profile.pk, "person": "Nils Berg, a well driller", "email": NILS}
    ruth.post(reverse("suggest"), typed | {"why": "He began as you did", "to_alum": WORDS, "do": "send"})
    one = Suggestion.objects.get()
    page = amira.get(reverse("suggestions")).content.decode()
    assert all(words in page for words in ("Yes, introduce us", "Add to my network", WORDS))
    assert NILS not in page
    assert not OutboundMessage.objects.filter(recipient=NILS).exists()  # the student says yes first
    amira.post(reverse("suggestion_introduce", args=[one.pk]))
    introduction, (question,) = WarmIntroduction.objects.get(), mails("introduction_asked")
    assert (question.recipient, question.person, question.reply_to) == (NILS, None, coach.email)
    assert "monthly limit" not in question.text
    assert "Ruth Amsel gave us your address for this." in question.text
    browser, page = link_of(introduction, as_)
    shown = text_of(browser.get(page))
    assert ("May Ruth Amsel introduce Amira Haddad to you?" in shown, student.email in shown) == (True, False)
    assert NILS not in amira.get(reverse("suggestions")).content.decode()
    browser.post(page, {"act": "yes"})
    made = {mail.recipient: mail for mail in mails("introduction_made")}
    assert set(made) == {NILS, student.email}
    assert (made[NILS].reply_to, made[student.email].reply_to) == (student.email, NILS)
    assert Contact.objects.get(student=student, name="Nils Berg").source == "Suggested by Ruth Amsel"


def test_a_no_is_told_kindly_and_holds_for_a_while(student, other_student, coach, as_):
    introduction = asked(student, coach)
    browser, page = link_of(introduction, as_)
    assert "Thank you for telling us" in text_of(browser.post(page, {"act": "no"}, follow=True))
    assert mails("introduction_declined")[0].person == student
    assert "Nils can’t do it right now." in text_of(as_(student).get(reverse("suggestions")))
    with pytest.raises(Refused, match="can’t do it right now"):
        asked(other_student, coach)
    browser.post(page, {"act": "undo"})
    browser.post(page, {"act": "yes"})
    assert WarmIntroduction.objects.get(pk=introduction.pk).state == "introduced"


def test_a_month_takes_as_many_as_the_office_lets_an_alum_have(student, other_student, coach):
    Policy.now()
    Policy.objects.update(alum_monthly_cap=1)
    asked(student, coach, email="NILS@wells.example")
    with pytest.raises(Refused, match="as often as a month allows"):
        asked(other_student, coach)
    assert WarmIntroduction.objects.count() == 1
    assert asked(world.student("Noor Ali", coach=coach), coach, email="other@wells.example")


@pytest.mark.django_db(transaction=True)
def test_two_at_once_take_no_more_than_the_month_has(student, other_student, coach):
    Policy.now()
    Policy.objects.update(alum_monthly_cap=1)
    both = [suggested(one, coach) for one in (student, other_student)]
    at_once(*[lambda one=one: answering.agree(one, now=timezone.now()) for one in both])
    assert WarmIntroduction.objects.count() == 1


def test_changed_ones_mind_in_time_nobody_is_asked(student, coach):
    introduction = asked(student, coach)
    answering.change_mind(introduction, now=timezone.now())
    assert not mails("introduction_asked")
    assert Suggestion.objects.get().state == "open"


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"person": "Nils Berg", "to_alum": WORDS}, "Write their email address"),
        ({"person": "Nils Berg", "email": NILS}, "Write what you’d say about the student"),
        ({"person": "Nils Berg", "email": "nils", "to_alum": WORDS}, "email"),
        ({"person": "Nils Berg", "email": "ingrid@alum.example", "to_alum": WORDS}, "Find them above."),
        ({"person": "Nils Berg", "email": "loud@wells.example", "to_alum": WORDS}, "is blocked"),
    ],
)
def test_what_is_missing_or_not_to_be_is_said(student, coach, alum, as_, typed, wrong):
    entry = alum.alumni_profile
    entry.email = "Ingrid@alum.example"
    entry.save()
    Suppression.objects.create(address="Loud@wells.example", cause="by_hand")
    form = {"student": student.student_profile.pk, "why": "He began as you did", "do": "send"} | typed
    answer = as_(coach).post(reverse("suggest"), form)
    assert (answer.status_code, wrong in answer.content.decode()) == (422, True)
    assert not Suggestion.objects.exists()


def test_who_became_an_alum_of_the_directory_meanwhile_is_not_asked_past_it(student, coach, alum):
    one = suggested(student, coach)
    entry = alum.alumni_profile
    entry.email = NILS
    entry.save()
    with pytest.raises(Refused, match="can’t be introduced right now"):
        answering.agree(one, now=timezone.now())


@pytest.mark.parametrize("ended", ["passed", "expired", "not answered", "declined"])
def test_an_address_that_is_not_needed_is_deleted(student, coach, ended):
    now, one = timezone.now(), suggested(student, coach)
    if ended == "passed":
        answering.pass_on(one, now=now)
    elif ended != "expired":
        introduction = answering.agree(one, now=now)
        if ended == "declined":
            answering.decline(introduction, now=now)
    answering.expire(now + DAY)
    assert Suggestion.objects.get().email == NILS
    answering.expire(now + 22 * DAY)
    answering.expire(now + 100 * DAY)
    assert Suggestion.objects.get().email == ""


def test_of_an_introduction_that_was_made_it_stays(student, coach):
    introduction = asked(student, coach)
    answering.accept(introduction, now=timezone.now())
    answering.expire(timezone.now() + 200 * DAY)
    assert Suggestion.objects.get().email == NILS


def test_no_student_is_given_it_in_what_is_kept_of_them():
    assert "email" in THEIRS["suggestions.Suggestion"][0].without


def test_nobody_else_opens_the_question(student, coach, other_student, as_):
    introduction = asked(student, coach)
    assert as_(other_student).get(reverse("warm_introduction", args=[introduction.pk])).status_code == 410
    world.student("Noor Ali")
    student.is_active = False
    student.save()
    question = mails("introduction_asked")[-1]
    address = next(word for word in question.text.split() if "/meet/" in word)
    assert as_(None).get(address[address.index("/meet/") :]).status_code == 410
