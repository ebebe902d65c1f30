"""What students paste where names are asked for: lists, rows of a sheet, the To of an email, signatures."""

import pytest
from django.core.exceptions import ValidationError

from apps.network import pasted
from apps.network.forms import named_in

SIGNATURE = "Greta Lind\nNurse Manager\nSt. Luke’s Hospital\n(218) 555-0142\ngreta@x.example"


@pytest.mark.parametrize(("text", "people"), [
    # two in one line
    ("Aunt Rosa & Uncle Jim", ["Aunt Rosa", "Uncle Jim"]),
    ("Mom and Dad", ["Mom", "Dad"]),
    ("Bob and Sue Miller", ["Bob Miller", "Sue Miller"]),
    ("Mr. and Mrs. Novak", ["Mr. Novak", "Mrs. Novak"]),
    ("Ana, Ben, and Carla", ["Ana", "Ben", "Carla"]),
    ("Ana Ruiz, Ben Cole & Carla Diaz", ["Ana Ruiz", "Ben Cole", "Carla Diaz"]),
    ("Ana Ruiz / Ben Cole", ["Ana Ruiz", "Ben Cole"]),
    ("Mike and the guys", ["Mike and the guys"]),
    ("李小龙、王芳", ["李小龙", "王芳"]),
    ("김민수, 박지영", ["김민수", "박지영"]),
    # marks of a list
    ("a) Ana Ruiz\nb) Ben Cole", ["Ana Ruiz", "Ben Cole"]),
    ("1 Ana Ruiz\n#2 Ben Cole\n→ Cy Dao", ["Ana Ruiz", "Ben Cole", "Cy Dao"]),
    ('"Ana Ruiz"\n\'Ben Cole\', \'Cy Dao\'', ["Ana Ruiz", "Ben Cole", "Cy Dao"]),
    ("<b>Ana Ruiz</b>", ["Ana Ruiz"]),
    # emails
    ("Ana Ruiz <ana@x.example>", ["Ana Ruiz"]),
    ("Cc: Ruiz, Ana <ana@x.example>", ["Ana Ruiz"]),
    ('To: "Ruiz, Ana" <ana@x.example>, Ben Cole <ben@x.example>; cy@x.example', ["Ana Ruiz", "Ben Cole"]),
    ("Subject: a\nFrom: Ana Ruiz <a@x.example>\nSent: Monday\nTo: Ben Cole <b@x.example>", ["Ana Ruiz", "Ben Cole"]),
    ("On Mon, Nov 30, 2026 at 10:00 AM Ana Ruiz <ana@x.example> wrote:", ["Ana Ruiz"]),
    ("Ana Ruiz ana@x.example\nBen Cole (ben@x.example)", ["Ana Ruiz", "Ben Cole"]),
    ("Ana Ruiz https://www.linkedin.com/in/ana", ["Ana Ruiz"]),
    # signatures
    (SIGNATURE, ["Greta Lind"]),
    (f"Ben Cole\n\n{SIGNATURE}", ["Ben Cole", "Greta Lind"]),
    ("Thanks!\n\nGreta Lind\nDirector of Care\nwww.corvane.example", ["Greta Lind"]),
    ("Kind regards,\nGreta Lind\nNurse Manager", ["Greta Lind"]),
    ("Ana Ruiz\n612-555-0100\nBen Cole\n612-555-0101", ["Ana Ruiz", "Ben Cole"]),
    # rows
    ("Name\tRole\nAna Ruiz\tNurse", ["Ana Ruiz"]),
    ("Ana\tRuiz\tNurse\nBen\tCole\tCook", ["Ana Ruiz", "Ben Cole"]),
    ("Name,Email\nAna Ruiz,a@x.example", ["Ana Ruiz"]),
    # as somebody is thought of
    ("my boss at Target (Kim)", ["Kim (my boss at Target)"]),
    ("Mrs. Chen, 3rd grade teacher", ["Mrs. Chen, 3rd grade teacher"]),
    ("Greta Lind, product manager at Corvane", ["Greta Lind, product manager at Corvane"]),
    ("ANA RUIZ", ["Ana Ruiz"]),
    ("Ana Ruiz.", ["Ana Ruiz"]),
    ("Ken Griffey Jr.", ["Ken Griffey Jr."]),
    ("N/A\nAna Ruiz\n🎉\nidk", ["Ana Ruiz"]),
])  # fmt: skip
def test_each_name_is_found(text, people):
    assert [named.name for named in named_in(text)] == people


A, B = ("Ana Lima", "ana@x.example", ""), ("Ben Cole", "ben@x.example", "")


@pytest.mark.parametrize(("text", "people"), [
    ("Ana Lima <ana@x.example>", [A]),
    ("Ana Lima ana@x.example\nBen Cole (ben@x.example)", [A, B]),
    ('To: "Lima, Ana" <ana@x.example>, Ben Cole <ben@x.example>; cy@x.example', [A, B]),
    ("On Mon, Nov 30, 2026 at 10:00 AM Ana Lima <ana@x.example> wrote:", [A]),
    ("Name,Email\nAna Lima,ana@x.example\nBen Cole,ben@x.example", [A, B]),
    ("Ana Lima\nana@x.example\n612-555-0100\nBen Cole\nben@x.example", [A, B]),
    ("Thanks!\n\nAna Lima\nNurse Manager\nana@x.example", [A]),
    ("Ana Lima\nNurse\n(218) 555-0142\nana@x.example", [A]),
    ("Ana Lima\nAna Lima <ana@x.example>", [A]),
    ("Ana Lima <ana@x.example>\nAna Lima <lima@y.example>", [A, ("Ana Lima", "lima@y.example", "")]),
    ("Ana Lima https://linkedin.com/in/ana?trk=x", [("Ana Lima", "", "https://www.linkedin.com/in/ana/")]),
    ("Ana Lima <mailto:ana@x.example>", [A]),
    # whose it is, is not said: the name alone
    ("Ana Lima ana@x.example lima@y.example", [("Ana Lima", "", "")]),
    ("ana@x.example\nAna Lima\nben@x.example\nBen Cole", [("Ana Lima", "", ""), ("Ben Cole", "", "")]),
    ("Bob and Sue Miller <miller@x.example>", [("Bob Miller", "", ""), ("Sue Miller", "", "")]),
    ("Ana Lima <ana@x>", [("Ana Lima <ana@x>", "", "")]),
])  # fmt: skip
def test_an_address_stays_with_the_name_it_stands_beside(text, people):
    assert named_in(text) == people


@pytest.mark.parametrize(("text", "named"), [
    ("Ana Lima <ana@x.example>", A),
    ("Lima, Ana <ana@x.example>", A),
    (" Ana Lima ", ("Ana Lima", "", "")),
    ("ana@x.example", ("ana@x.example", "", "")),
])  # fmt: skip
def test_where_one_name_is_asked_for_an_address_is_no_part_of_it(text, named):
    assert pasted.one(text) == named


@pytest.mark.parametrize(("text", "said"), [
    ("🎉🎉", "at least 1 name"),
    ("???", "at least 1 name"),
    ("nobody", "at least 1 name"),
    ("612-555-0100", "at least 1 name"),
    ("ana@x.example", "an address without a name"),
    ("linkedin.com/in/ana", "an address without a name"),
    ("x" * 160, "is too long"),
])  # fmt: skip
def test_where_nobody_is_named_it_is_said(text, said):
    with pytest.raises(ValidationError, match=said):
        named_in(text)


def test_a_very_long_line_is_read_in_no_time():
    """The patterns take no longer than the line is long."""
    for text in ("a" * 5000, "1 " * 2500, "a@" * 2500, "On 1:00 " * 600, "<" * 5000, "my " * 1600):
        with pytest.raises(ValidationError):
            named_in(text)
