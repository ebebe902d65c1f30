"""One rule for every address: what is accepted can be sent, what cannot is refused in words."""

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.utils import timezone

from apps.accounts.forms import AskForCodeForm, OwnAddress
from apps.accounts.models import User
from apps.alumni import export_rows
from apps.mail import outbox
from apps.mail.letter import letter
from apps.mail.models import OutboundMessage
from apps.network.forms import ContactForm
from apps.office import people, student_file
from apps.office.forms import PersonForm, SuppressionForm
from apps.web.addresses import folded, found_in, sendable

ANN = "ann@corvane.example"
LONG = f"ann@{'a' * 60}.{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 20}.example"


@pytest.mark.parametrize(
    "text",
    [
        ANN,
        f"  {ANN}\t",
        f"\u200b{ANN}\u200b",
        "ann\u00ad@corvane.example",
        "ann@cor\u2060vane.example",
        f"\ufeff{ANN}",
        f"{ANN}\u00a0",
        f"mailto:{ANN}",
        f"MAILTO:{ANN}?subject=Hello",
        "mailto:ann%40corvane.example",
        f"SMTP:{ANN}",
        f"<{ANN}>",
        f"Ann Lee <{ANN}>",
        f'"Lee, Ann" <{ANN}>',
        f"Ann <mailto:{ANN}>",
        f"{ANN} (Ann Lee)",
        f"'{ANN}'",
        f"{ANN},",
        f"{ANN}.",
        "ann @ corvane.example",
        "ann＠corvane.example",
        "ann@CORVANE.example",
    ],
)
def test_what_stands_around_an_address_is_taken_off(text):
    assert sendable(text) == ANN


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("ann@bücher.example", "ann@xn--bcher-kva.example"),
        ("ann@bu\u0308cher.example", "ann@xn--bcher-kva.example"),
        ("ann@BÜCHER.example", "ann@xn--bcher-kva.example"),
        ("ann@xn--bcher-kva.example", "ann@xn--bcher-kva.example"),
        ("Ann.Lee+x@例え.テスト", "Ann.Lee+x@xn--r8jz45g.xn--zckzah"),
        ("ann@straße.example", "ann@xn--strae-oqa.example"),
        ("o'hara@corvane.example", "o'hara@corvane.example"),
    ],
)
def test_a_domain_is_sent_in_the_letters_of_mail(typed, sent):
    assert sendable(typed) == sent


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("jürgen@corvane.example", "“ü” before the @"),
        ("用户@例え.テスト", "“用” before the @"),
        (LONG, f"254 characters is the limit for an email address. This one has {len(LONG)}"),
        (f"{'a' * 65}@corvane.example", "64 characters is the limit before the @. This one has 65"),
    ],
)
def test_what_cannot_be_sent_is_refused_in_words(text, words):
    with pytest.raises(ValidationError, match=words):
        sendable(text)


@pytest.mark.parametrize(
    "text", ["", "ann", "ann@", "@corvane.example", "ann@corvane", "a b@corvane.example", f"{ANN}, bob@corvane.example"]
)
def test_what_is_no_address_is_none(text):
    with pytest.raises(ValidationError):
        sendable(text)


@pytest.mark.parametrize("text", ["ann@\ud800.example", "ann@☃︎☃.example", "ann@-.example", "ann@ü..example", "@" * 300])
def test_no_text_breaks_the_rule(text):
    with pytest.raises(ValidationError):
        sendable(text)


@pytest.mark.parametrize(
    "text",
    [
        "[ann@x.example](mailto:ann@x.example)",
        "ann@x.example#mailto:ann@x.example#",
        '=HYPERLINK("mailto:ann@x.example","Ann")',
        '<a href="mailto:ann@x.example">Ann</a>',
        "ann@x.example?subject=Hello",
        "ann@x.example:work",
        "(ann@x.example)",
        "ann@x.example*",
    ],
)
def test_what_a_program_made_of_an_address_is_the_address(text):
    assert found_in(text) == (["ann@x.example"], "")


@pytest.mark.parametrize(
    "text", [".ann@x.example", "ann@@x.example", "ann@[192.168.0.1]", "(ann)@x.example", "x#ann@x"]
)
def test_what_is_none_is_none_within_signs_either(text):
    assert found_in(text)[0] == []


def test_a_cell_may_hold_several():
    assert found_in(f"{ANN}; Ann <ANN@corvane.example> / b@corvane.example")[0] == [ANN, "b@corvane.example"]
    assert found_in("jürgen@corvane.example")[0] == []
    assert "“ü”" in found_in("jürgen@corvane.example")[1]


# --- every door -------------------------------------------------------------------------------------------------------

IDN, SENT, REFUSED = " <Ann@bücher.example>\u200b", "ann@xn--bcher-kva.example", "jürgen@corvane.example"


def test_the_forms_have_one_rule(student, db):
    def fields(address):
        roles = {"name": "Ann", "roles": ["office"]}
        return [
            (PersonForm(roles | {"email": address}), "email"),
            (SuppressionForm({"address": address, "reason": "Asked"}), "address"),
            (ContactForm({"name": "Ann", "relation": "friend", "email": address}, student=student), "email"),
        ]

    for form, name in fields(IDN):
        form.is_valid()
        assert form.cleaned_data[name].lower() == SENT, form
    for form, name in fields(REFUSED):
        assert not form.is_valid()
        assert "“ü” before the @" in str(form.errors[name])


def test_signing_in_finds_who_was_added_however_it_is_typed(db):
    assert isinstance(AskForCodeForm().fields["email"], OwnAddress)
    call_command("add_person", IDN, "Ann Lee", role="office")
    assert User.objects.get(email=SENT).name == "Ann Lee"
    assert OwnAddress().clean("ann@Bücher.example") == SENT
    with pytest.raises(CommandError, match="before the @"):
        call_command("add_person", REFUSED, "Jürgen", role="office")


def test_the_files_have_the_same_rule(db):
    file = "first_name,last_name,email\n" + "".join(f"Ann,Lee,{address}\n" for address in (IDN, REFUSED))
    good, bad = people.judge(student_file.read(file.encode()).rows, now=timezone.now())
    assert (good.email, good.outcome) == (SENT, "new")
    assert "“ü” before the @" in bad.why
    found = export_rows._email(IDN)
    assert (found.value.lower(), found.remarks) == (SENT, ())
    notes = [*export_rows._email(REFUSED).remarks, *export_rows._email(LONG).remarks]
    assert export_rows._email(REFUSED).value == export_rows._email(LONG).value == ""
    assert "before the @" in notes[0]
    assert "254 characters" in notes[1]


def test_what_was_kept_long_ago_is_sent_as_mail_can_carry_it(db):
    occasion = outbox.Occasion("k")
    outbox.queue("sign_in_code", to="ann@bücher.example", occasion=occasion, context={"code": "KQ7-3MX"})
    message = OutboundMessage.objects.get()
    assert message.recipient == SENT
    message.recipient = "ann@bücher.example"
    assert f"To: {SENT}\r\n".encode() in letter(message).message().as_bytes()


def test_a_mark_that_nobody_can_keep_is_no_part_of_an_address():
    assert "\x00" not in folded("mailto:a%00b@corvane.example")


def test_a_text_without_end_is_looked_at_for_a_moment_only():
    assert len(folded("<" + "@" * 1_000_000)) <= 2000
