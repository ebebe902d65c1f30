"""A coach suggests somebody; the student decides; a warm introduction only after both said yes (R235)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.accounts import closing
from apps.alumni import limits
from apps.alumni.models import AlumniProfile, Listing
from apps.interviews.answering import actions as interviews
from apps.interviews.lifecycle.models import InterviewRequest
from apps.mail.models import OutboundMessage
from apps.network.models import Contact
from apps.policy.models import Policy
from apps.students.models import Disclosure
from apps.suggestions import actions, answering
from apps.suggestions.actions import Proposal
from apps.suggestions.models import Suggestion, WarmIntroduction
from apps.web.answers import Refused
from tests import world
from tests.races.together import at_once
from tests.tickets.test_tickets import text_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
WORDS = "Amira has mapped every well in her county."


@pytest.fixture
def ingrid(alum):
    return alum.alumni_profile


def suggested(student, by, alum=None, *, name="", to_alum=WORDS, now=None, why="She left ads for rivers"):
    proposal = Proposal(alum, name, "A nurse" if name else "", why, "" if name else to_alum)
    actions.suggest([student], proposal, by=by, now=now or timezone.now())
    return Suggestion.objects.order_by("-pk").first()


def mails(kind):
    return list(OutboundMessage.objects.filter(kind=kind, state="pending").order_by("created_at", "pk"))


def left(alum):
    return limits.places_left(AlumniProfile.objects.get(pk=alum.pk), timezone.now())


def link_of(introduction, as_):
    """Open the link of the mail to the alum, as somebody who is not signed in."""
    browser, mail = as_(None), mails("introduction_asked")[-1]
    address = next(word for word in mail.text.split() if "/meet/" in word)
    answer = browser.get(address[address.index("/meet/") :])
    assert answer.url == reverse("warm_introduction", args=[introduction.pk])
    return browser, answer.url


# --- from the coach to the introduction -------------------------------------------------------------------------------


def test_from_the_coach_to_an_introduction_that_both_said_yes_to(student, coach, ingrid, as_):
    ruth, amira = as_(coach), as_(student)
    typed = {"student": student.student_profile.pk, "alum": ingrid.pk, "why": "She left ads for rivers"}
    assert "Ingrid Solheim" in text_of(ruth.post(reverse("suggest"), typed | {"do": "find", "q": "Ingrid"}))
    assert not Suggestion.objects.exists()
    ruth.post(reverse("suggest"), typed | {"do": "send", "to_alum": WORDS})
    one = Suggestion.objects.get()
    assert (one.author, one.state, mails("introduction_asked")) == (coach, "open", [])

    today, people = text_of(amira.get(reverse("today"))), text_of(amira.get(reverse("people")))
    assert "Ruth Amsel suggests Ingrid Solheim" in today
    assert "Ruth Amsel suggests Ingrid Solheim" in people
    page = text_of(amira.get(reverse("suggestions")))
    assert all(words in page for words in ("She left ads for rivers", WORDS, "Yes, introduce us", "Not for me"))
    amira.post(reverse("suggestion_introduce", args=[one.pk]))
    introduction = WarmIntroduction.objects.get()
    (asked,) = mails("introduction_asked")
    assert (asked.person, asked.reply_to, asked.due_at > timezone.now()) == (ingrid.user, coach.email, True)
    assert asked.from_name.startswith("Ruth Amsel via ")
    assert (WORDS in asked.text, "left ads" in asked.text, student.email in asked.text) == (True, False, False)
    assert mails("introduction_made") == []

    browser, address = link_of(introduction, as_)
    assert "May Ruth Amsel introduce Amira Haddad to you?" in text_of(browser.get(address))
    assert mails("introduction_made") == []  # to look is not to answer
    browser.post(address, {"act": "yes"})
    browser.post(address, {"act": "yes"})  # pressed twice
    both = mails("introduction_made")
    assert {(mail.person, mail.reply_to) for mail in both} == {
        (student, ingrid.user.email),
        (ingrid.user, student.email),
    }
    assert both[0].text == both[1].text
    assert all(words in both[0].text for words in (student.email, ingrid.user.email, WORDS, "Ruth Amsel"))
    assert Contact.objects.get(student=student, alum=ingrid)
    assert "Ruth Amsel introduced you" in text_of(amira.get(reverse("suggestions")))
    assert "Amira: Said yes . Ingrid: Said yes" in text_of(
        ruth.get(reverse("caseload_student", args=[student.student_profile.pk]))
    ).replace("yes.", "yes .")


def test_the_alum_takes_an_answer_back_until_it_has_left(student, coach, ingrid, as_):
    introduction = answering.agree(suggested(student, coach, ingrid), now=timezone.now())
    browser, address = link_of(introduction, as_)
    browser.post(address, {"act": "no"})
    assert (len(mails("introduction_declined")), left(ingrid)) == (1, left_free(ingrid))
    browser.post(address, {"act": "undo"})
    assert mails("introduction_declined") == []
    browser.post(address, {"act": "yes"})
    assert len(mails("introduction_made")) == 2
    has_left(kind="introduction_made", person=student)
    answer = browser.post(address, {"act": "undo"})
    assert (answer.status_code, "already been sent" in text_of(answer)) == (422, True)
    assert len(mails("introduction_made")) == 1  # the other one leaves as well: never half an introduction
    introduction.refresh_from_db()
    assert introduction.state == "introduced"


def has_left(**which):
    OutboundMessage.objects.filter(**which).update(state="sent", sent_at=timezone.now())


def left_free(alum):
    return limits.cap(AlumniProfile.objects.get(pk=alum.pk), Policy.now())


@pytest.mark.parametrize("typed", [{}, {"act": "maybe"}, {"act": ""}])
def test_what_is_no_answer_changes_nothing(student, coach, ingrid, as_, typed):
    introduction = answering.agree(suggested(student, coach, ingrid), now=timezone.now())
    browser, address = link_of(introduction, as_)
    assert browser.post(address, typed).status_code == 422
    introduction.refresh_from_db()
    assert introduction.state == "asked"


def test_nobody_else_opens_the_question(student, coach, ingrid, other_alum, as_):
    introduction = answering.agree(suggested(student, coach, ingrid), now=timezone.now())
    address = reverse("warm_introduction", args=[introduction.pk])
    assert [as_(who).get(address).status_code for who in (None, student, other_alum, coach, ingrid.user)] == [410] * 5


# --- the student decides ----------------------------------------------------------------------------------------------


def test_the_student_asks_on_their_own(student, coach, ingrid, as_):
    one = suggested(student, coach, ingrid, to_alum="")
    answer = as_(student).post(reverse("suggestion_ask", args=[one.pk]))
    assert answer.url == InterviewRequest.objects.get(student=student, alum=ingrid).get_absolute_url()
    one.refresh_from_db()
    assert one.state == "taken"


def test_somebody_outside_the_directory_comes_into_the_network(student, coach, as_):
    one = suggested(student, coach, name="Nils Berg")
    as_(student).post(reverse("suggestion_ask", args=[one.pk]))
    contact = Contact.objects.get(student=student, name="Nils Berg")
    assert (contact.source, contact.title) == ("Suggested by Ruth Amsel", "A nurse")


def test_not_for_me_and_undo(student, coach, ingrid, as_):
    one, amira = suggested(student, coach, ingrid), as_(student)
    address = reverse("suggestion_pass", args=[one.pk])
    said = amira.post(address, follow=True)
    assert "Not for me" in text_of(said)
    assert "suggests Ingrid" not in text_of(amira.get(reverse("today")))
    with pytest.raises(Refused, match="isn’t the right person now"):
        suggested(student, coach, ingrid)
    amira.post(address, {"undo": "1"})
    assert "suggests Ingrid" in text_of(amira.get(reverse("today")))


def test_a_changed_mind_within_minutes_never_reaches_the_alum(student, coach, ingrid, as_):
    one = suggested(student, coach, ingrid)
    introduction = answering.agree(one, now=timezone.now())
    assert left(ingrid) == left_free(ingrid) - 1
    as_(student).post(reverse("suggestion_change_mind", args=[introduction.pk]))
    assert (mails("introduction_asked"), left(ingrid)) == ([], left_free(ingrid))
    again = answering.agree(one, now=timezone.now())
    assert len(mails("introduction_asked")) == 1
    browser, address = link_of(again, as_)
    has_left(kind="introduction_asked", state="pending")
    as_(student).post(reverse("suggestion_change_mind", args=[again.pk]))
    assert "This question is closed" in text_of(browser.get(address))
    assert browser.post(address, {"act": "yes"}).status_code == 422
    assert mails("introduction_made") == []


# --- the alum's month -------------------------------------------------------------------------------------------------


def test_an_introduction_takes_one_place_and_the_request_after_it_no_second(student, coach, ingrid, other_student):
    Policy.objects.update(alum_monthly_cap=1)
    now = timezone.now()
    answering.agree(suggested(student, coach, ingrid), now=now)
    assert (left(ingrid), ingrid.pk in limits.unavailable_ids(now, Policy.now())) == (0, True)
    assert limits.records([ingrid], now, Policy.now())[ingrid.pk].this_month == 1
    assert "reached this month’s limit" in limits.refusal(ingrid, other_student, now)
    assert limits.refusal(ingrid, student, now) is None
    world.sent_request(student, world.contact(student, ingrid.name, alum=ingrid), at=now)
    assert limits.records([ingrid], now, Policy.now())[ingrid.pk].this_month == 1
    Policy.objects.update(alum_monthly_cap=2)
    assert left(ingrid) == 1


@pytest.mark.parametrize("change", [{"is_paused": True}, {"monthly_cap": 0}, {"listing": Listing.REMOVED}])
def test_who_cannot_be_asked_is_neither_suggested_nor_introduced(student, coach, ingrid, as_, change):
    one = suggested(student, coach, ingrid)
    AlumniProfile.objects.filter(pk=ingrid.pk).update(**change)
    with pytest.raises(Refused):
        suggested(world.student("Noor Ali", coach=coach), coach, AlumniProfile.objects.get(pk=ingrid.pk))
    with pytest.raises(Refused):
        answering.agree(one, now=timezone.now())
    page = text_of(as_(student).get(reverse("suggestions")))
    assert "Yes, introduce us" not in page
    assert mails("introduction_asked") == []


def test_an_alum_is_suggested_only_to_as_many_as_the_month_bears(coach, ingrid):
    Policy.objects.update(alum_monthly_cap=1)
    students = [world.student(f"Student N{n}", coach=coach) for n in range(8)]
    made = actions.suggest(students, Proposal(ingrid, "", "", "Rivers", ""), by=coach, now=timezone.now())
    assert (len(made.to), made.left_out[0][1]) == (
        6,
        "Ingrid Solheim is suggested to as many students as this month allows.",
    )


# --- many, at once, taken back ----------------------------------------------------------------------------------------


def test_to_several_at_once_and_undone_with_one_press(student, coach, ingrid, as_):
    second = world.student("Noor Ali", coach=coach)
    suggested(second, coach, ingrid)
    ruth, profiles = as_(coach), [student.student_profile.pk, second.student_profile.pk]
    typed = {"student": profiles, "alum": ingrid.pk, "why": "Rivers", "do": "send"}
    said = ruth.post(reverse("suggest"), typed, follow=True)
    assert "suggested to Amira Haddad. You already suggested Ingrid Solheim to Noor." in text_of(said)
    batch = Suggestion.objects.get(student=student).batch
    assert "1 suggestion was undone" in text_of(ruth.post(f"{reverse('suggest_back')}?press={batch}", follow=True))
    assert [one.student for one in Suggestion.objects.all()] == [second]
    assert "already undid" in text_of(ruth.post(f"{reverse('suggest_back')}?press={batch}", follow=True))


@pytest.mark.django_db(transaction=True)
def test_of_two_coaches_who_suggest_the_same_at_once_one_does(student, coach, office, ingrid):
    given = at_once(lambda: suggested(student, coach, ingrid), lambda: suggested(student, office, ingrid))
    assert sorted(type(one).__name__ for one in given) == ["Refused", "Suggestion"]
    assert Suggestion.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_a_yes_and_a_withdrawal_at_once_nothing_half_remains(student, coach, ingrid):
    one = suggested(student, coach, ingrid)
    at_once(
        lambda: answering.agree(one, now=timezone.now()),
        lambda: actions.withdraw(one, now=timezone.now()),
    )
    one.refresh_from_db()
    assert one.state == "withdrawn"
    assert mails("introduction_asked") == []


def test_the_coach_withdraws_and_puts_back(student, coach, ingrid, as_):
    one, ruth = suggested(student, coach, ingrid), as_(coach)
    address = reverse("suggestion_withdraw", args=[one.pk])
    ruth.post(address)
    assert "suggests Ingrid" not in text_of(as_(student).get(reverse("today")))
    assert as_(student).post(reverse("suggestion_introduce", args=[one.pk])).status_code == 404
    ruth.post(address, {"undo": "1"})
    assert "suggests Ingrid" in text_of(as_(student).get(reverse("today")))
    introduction = answering.agree(one, now=timezone.now())
    ruth.post(address)
    introduction.refresh_from_db()
    assert (introduction.state, mails("introduction_asked"), left(ingrid)) == ("withdrawn", [], left_free(ingrid))
    answering_made = answering.agree(suggested(student, coach, ingrid), now=timezone.now())
    answering.accept(answering_made, now=timezone.now())
    said = ruth.post(reverse("suggestion_withdraw", args=[answering_made.suggestion_id]), follow=True)
    assert "said yes already" in text_of(said)
    assert len(mails("introduction_made")) == 2


# --- time and accounts ------------------------------------------------------------------------------------------------


def test_what_nobody_answers_ends(student, coach, ingrid):
    now = timezone.now()
    second = world.student("Noor Ali", coach=coach)
    one = suggested(student, coach, ingrid)
    introduction = answering.agree(suggested(second, coach, ingrid), now=now)
    answering.expire(now + 11 * DAY)
    introduction.refresh_from_db()
    one.refresh_from_db()
    assert (introduction.state, one.state, left(ingrid)) == ("expired", "open", left_free(ingrid))
    with pytest.raises(Refused, match="closed"):
        answering.accept(introduction, now=now + 11 * DAY)
    answering.expire(now + 22 * DAY)
    one.refresh_from_db()
    assert one.state == "expired"
    with pytest.raises(Refused, match="changed"):
        answering.agree(one, now=now + 22 * DAY)


def test_an_account_that_closes_ends_what_waits(student, coach, ingrid, office):
    now = timezone.now()
    introduction = answering.agree(suggested(student, coach, ingrid), now=now)
    answering.accept(introduction, now=now)
    assert closing.foreseen(student, now) is not None
    closing.close(student, by=office, now=now)
    introduction.refresh_from_db()
    assert (introduction.state, mails("introduction_made")) == ("withdrawn", [])
    with pytest.raises(Refused):
        suggested(student, coach, ingrid)


def test_an_alum_who_closed_is_no_longer_suggested(student, coach, ingrid, office, as_):
    introduction = answering.agree(suggested(student, coach, ingrid), now=timezone.now())
    noor = world.student("Noor Ali", coach=coach)
    suggested(noor, coach, ingrid)
    closing.close(ingrid.user, by=office, now=timezone.now())
    introduction.refresh_from_db()
    assert introduction.state == "withdrawn"
    assert "suggests Ingrid" not in text_of(as_(noor).get(reverse("today")))
    assert [as_(who).get(reverse("suggestions")).status_code for who in (noor, student)] == [200, 200]


def blocks(ingrid, student):
    interviews.block(ingrid, student, by=ingrid.user, now=timezone.now())


@pytest.mark.parametrize("said_yes", [False, True])
@pytest.mark.parametrize("has_reached", [False, True])
def test_a_block_turns_down_what_waits_and_the_student_reads_a_not_now(
    student, coach, ingrid, as_, said_yes, has_reached
):
    introduction = answering.agree(suggested(student, coach, ingrid), now=timezone.now())
    browser, address = link_of(introduction, as_)
    if has_reached:
        has_left(kind="introduction_asked")
    if said_yes:
        answering.accept(introduction, now=timezone.now())
    blocks(ingrid, student)
    blocks(ingrid, student)  # twice is once
    introduction.refresh_from_db()
    assert (introduction.state, mails("introduction_asked"), mails("introduction_made")) == ("declined", [], [])
    (told,) = mails("introduction_declined")
    assert (told.person, "block" in (told.subject + told.text).lower()) == (student, False)
    assert left(ingrid) == left_free(ingrid)
    shown = text_of(browser.get(address))
    assert ("Yes, introduce us" in shown, "Undo" in shown) == (False, False)
    for act in ("yes", "undo"):
        answer = browser.post(address, {"act": act})
        assert answer.status_code == 422
    assert (mails("introduction_made"), mails("introduction_declined")) == ([], [told])
    page = text_of(as_(student).get(reverse("suggestions")))
    assert "block" not in page.split("Earlier")[-1].lower()


def test_a_block_leaves_an_introduction_that_has_left_and_those_of_others(student, other_student, coach, ingrid):
    Policy.objects.update(alum_monthly_cap=9)
    made = answering.agree(suggested(student, coach, ingrid), now=timezone.now())
    answering.accept(made, now=timezone.now())
    has_left(kind="introduction_made")
    other = answering.agree(suggested(other_student, coach, ingrid), now=timezone.now())
    blocks(ingrid, student)
    for one in (made, other):
        one.refresh_from_db()
    assert (made.state, other.state, mails("introduction_declined")) == ("introduced", "asked", [])


@pytest.mark.django_db(transaction=True)
def test_of_a_yes_and_a_block_at_once_no_introduction_waits(student, coach, ingrid):
    one = suggested(student, coach, ingrid)
    yes, block = at_once(lambda: answering.agree(one, now=timezone.now()), lambda: blocks(ingrid, student))
    assert (isinstance(yes, WarmIntroduction | Refused), block) == (True, None)
    assert not WarmIntroduction.objects.filter(state__in=["asked", "introduced"]).exists()
    assert mails("introduction_asked") == []


def test_an_alum_can_block_whom_they_know_from_an_introduction_alone(student, coach, ingrid, as_):
    introduction, desk = answering.agree(suggested(student, coach, ingrid), now=timezone.now()), as_(ingrid.user)
    assert desk.post(reverse("alum_block", args=[student.pk])).status_code == 404  # the alum knows nothing of it yet
    answering.accept(introduction, now=timezone.now())
    assert "Amira" in text_of(desk.get(reverse("alum_blocked")))
    desk.post(reverse("alum_block", args=[student.pk]))
    introduction.refresh_from_db()
    assert introduction.state == "declined"


def test_a_coach_who_left_stands_in_no_mail(student, coach, ingrid, office):
    one = suggested(student, coach, ingrid)
    closing.close(coach, by=office, now=timezone.now())
    answering.agree(one, now=timezone.now())
    (asked,) = mails("introduction_asked")
    assert ("Ruth" in asked.text + asked.from_name, asked.reply_to) == (False, "")


# --- who reads what ---------------------------------------------------------------------------------------------------


def test_a_person_kept_private_is_not_given_away(student, coach, ingrid):
    """The student has asked an alum whom they keep to themselves: the coach’s suggestion goes through as any does."""
    Policy.objects.update(alum_monthly_cap=9)
    private = world.contact(student, ingrid.name, alum=ingrid, is_private=True)
    world.sent_request(student, private, at=timezone.now(), status="accepted")
    assert suggested(student, coach, ingrid).state == "open"
    shared = world.student("Noor Ali", coach=coach)
    world.sent_request(shared, world.contact(shared, ingrid.name, alum=ingrid), at=timezone.now(), status="accepted")
    with pytest.raises(Refused, match="Noor already asked"):
        suggested(shared, coach, ingrid)


def test_another_coach_sees_none_and_suggests_to_none(student, other_coach, coach, ingrid, as_):
    suggested(student, coach, ingrid)
    dele = as_(other_coach)
    assert "Ingrid" not in text_of(dele.get(reverse("suggestions_given")))
    typed = {"student": student.student_profile.pk, "alum": ingrid.pk, "why": "Rivers", "do": "send", "who": "Amira"}
    answer = dele.post(reverse("suggest"), typed)
    assert (answer.status_code, "Amira" in answer.content.decode().replace('value="Amira"', "")) == (422, False)


def test_every_look_is_in_the_disclosure_log(student, coach, ingrid, as_):
    suggested(student, coach, ingrid)
    for address in (reverse("suggestions_given"), f"{reverse('suggest')}?student={student.student_profile.pk}"):
        Disclosure.objects.all().delete()
        as_(coach).get(address)
        assert [(row.viewer, row.what) for row in Disclosure.objects.filter(student=student)] == [
            (coach, "Suggestions to you")
        ]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"why": ""}, "Tell"),
        ({"person": ""}, "Choose an alum above, or write a name."),
        ({"person": "12, 13"}, "Begin with a name"),
        ({"student": []}, "Choose at least one student."),
        ({"person": "Nils Berg", "to_alum": "Meet her"}, "Write their email address"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_lost(student, coach, as_, typed, said):
    whole = {"student": [student.student_profile.pk], "person": "Nils Berg, a nurse", "why": "Her day", "do": "send"}
    answer = as_(coach).post(reverse("suggest"), whole | typed)
    assert (answer.status_code, Suggestion.objects.count()) == (422, 0)
    assert typed.get("why") == "" or said in text_of(answer)
    assert ("why" in typed) or "Her day" in answer.content.decode()


def test_the_pages_ask_the_same_number_of_questions_whatever_there_is(student, coach, ingrid, as_):
    def statements(person, address):
        browser = as_(person)
        browser.get(address)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            browser.get(address)
        return len(seen)

    suggested(student, coach, ingrid)
    answering.pass_on(suggested(student, coach, name="Grace Otieno"), now=timezone.now())
    pages = [(student, reverse("suggestions")), (coach, reverse("suggestions_given"))]
    few = [statements(*one) for one in pages]
    for n in range(12):
        answering.pass_on(suggested(student, coach, world.alum_profile(f"Alum N{n}")), now=timezone.now())
        suggested(world.student(f"Student N{n}", coach=coach), coach, name="Nils Berg")
        suggested(student, coach, world.alum_profile(f"Alum M{n}"))
    assert [statements(*one) for one in pages] == few


def test_an_office_without_alumni_still_suggests_by_name(student, office, as_):
    AlumniProfile.objects.all().delete()
    olive = as_(office)
    page = text_of(olive.get(f"{reverse('suggest')}?q=nurse&who=Amira"))
    assert all(words in page for words in ("No one found", "Amira Haddad"))
    typed = {"student": student.student_profile.pk, "person": "Nils Berg, a nurse", "why": "Her day", "do": "send"}
    olive.post(reverse("suggest"), typed)
    assert Suggestion.objects.get().called == "Nils Berg"
