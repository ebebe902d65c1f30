"""A year, a day and a subject are found however they are written."""

from datetime import datetime

import pytest

from apps.tables.cells import linkedin, moment, phone, subjects, years


@pytest.mark.parametrize(
    ("written", "year"),
    [
        *(("2014.0", 2014), ("Class of 1998", 1998), ("'14", 2014), ("C'14", 2014), ("14", 2014), ("’99", 1999)),
        *(("'73", 1973), ("2,014", 2014), ("202710", 2027), ("Spring 2027", 2027), ("SP27", 2027), ("Fall '26", 2026)),
        *(("27SP", 2027), ("2027FA", 2027), ("May 2027", 2027), ("05/2027", 2027), ("2027-05-15", 2027)),
        *(
            ("5/15/14", 2014),
            ("May '14", 2014),
            ("FY14", 2014),
            ("2014-15", 2015),
            ("2026/27", 2027),
            ("AY 2010-11", 2011),
            ("2010-2014", 2014),
            ("2010 – 2014", 2014),
            ("1998 to 2002", 2002),
            ("2014-2010", 2014),
            ("2027-10", 2027),
            ("A.B. '98", 1998),
            ("２０１４", 2014),
        ),
        *(("41774", 2014), ("x85", 1985), ("X'85", 1985)),
        *(("’98, P’24", 1998), ("P'24", None), ("GP’26", None)),
        *(("209", None), ("2271", None), ("2710", None), ("ten", None), ("", None), ("12th", None), ("9" * 5000, None)),
    ],
)
def test_a_year(written, year):
    assert years(written, earliest=1920, latest=2034)[:1] == ([] if year is None else [year])


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("01/02/2020 8:00 AM", datetime(2020, 1, 2, 8)),
        ("11/05/2026 9:14 PM", datetime(2026, 11, 5, 21, 14)),
        ("2026-11-05T09:14:00Z", datetime(2026, 11, 5, 9, 14)),
        ("2026-11-05 09:14:00.123+00:00", datetime(2026, 11, 5, 9, 14)),
        ("Nov 5, 2026", datetime(2026, 11, 5)),
        ("05-NOV-26", datetime(2026, 11, 5)),
        ("25/12/2026", datetime(2026, 12, 25)),
        ("5.11.2026", datetime(2026, 11, 5)),
        ("20261105", datetime(2026, 11, 5)),
        ("Thursday, November 5, 2026 at 9:14 AM", datetime(2026, 11, 5, 9, 14)),
        ("05-NOV-2026 09.14.33 AM", datetime(2026, 11, 5, 9, 14, 33)),
        ("05-NOV-26 09.14.33.000000 PM", datetime(2026, 11, 5, 21, 14, 33)),
        *(
            (written, datetime(2026, 11, 5))
            for written in ("5 novembre 2026", "5. November 2026", "5 de noviembre de 2026")
        ),
        *((written, datetime(2026, 11, 5)) for written in ("5/Nov/2026", "05NOV2026", "5th November 2026", "46331")),
        *((written, datetime(2026, 8, 5)) for written in ("5 août 2026", "5. August 2026", "5 agosto 2026")),
        ("1er mars 2026", datetime(2026, 3, 1)),
        ("Thu Nov 5 09:14:33 2026", datetime(2026, 11, 5, 9, 14, 33)),
        ("20261105091433", datetime(2026, 11, 5, 9, 14, 33)),
        ("99999", None),
        ("5 smarch 2026", None),
        ("soon", None),
        ("13/13/2026", None),
        ("11/05/2026 25:00", None),
    ],
)
def test_a_day_and_its_time(written, wanted):
    assert moment(written) == wanted


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("BS Biology 1988; PhD Physics 1992", ["Biology", "Physics"]),
        ("MBA 2004", []),
        ("AA Liberal Arts, BA Psychology", ["Liberal Arts", "Psychology"]),
        ("BA Psych / BS Biology", ["Psych", "Biology"]),
        ("BS Biology 2004 and MS 2006", ["Biology"]),
        ("BA History 1998 MBA 2004", ["History"]),
        ("Economics 1998, History 2001", ["Economics", "History"]),
        ("BSBA-Accounting", ["Accounting"]),
        ("BS'98 Biology", ["Biology"]),
        ("Double major: Economics and French", ["Economics and French"]),
        ("Mechanical Engineering, BS, MS", ["Mechanical Engineering"]),
        ("BA English 1998 Honors", ["English"]),
        ("BS Biology and Chemistry", ["Biology and Chemistry"]),
        ("BA Theatre/Dance 1999", ["Theatre/Dance"]),
        ("M.B.A., 2004", []),
        ("Master of Business Administration (MBA) 2004", []),
        ("Bachelor of Arts in Economics 1998", ["Economics"]),
        ("Bachelor of Science in Nursing (BSN), 2012", ["Nursing"]),
        ("Bachelor of Science, Nursing", ["Nursing"]),
        ("BA Economics 1998, MBA 2004", ["Economics"]),
        ("B.A. in History, 1990", ["History"]),
        ("BS/MS Chemical Engineering '10", ["Chemical Engineering"]),
        ("BA (Hons) Economics", ["Economics"]),
        ("Economics, BA 1998", ["Economics"]),
        ("Computer Science 2014", ["Computer Science"]),
        ("B.A. in Economics, magna cum laude, 1998", ["Economics"]),
        ("Economics (BA 1998)", ["Economics"]),
        ("BS in Biology, Minor in Chemistry", ["Biology", "Chemistry"]),
        ("Doctor of Philosophy - PhD, Astronomy", ["Astronomy"]),
        ("B.Sc. Hons Mathematics", ["Mathematics"]),
        *((written, []) for written in ("Executive MBA", "Juris Doctor 2005", "Undeclared")),
    ],
)
def test_the_subjects_of_a_cell_of_degrees(written, wanted):
    assert subjects(written) == wanted


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        *(
            (written, "https://www.linkedin.com/in/jane")
            for written in ("in/jane", "https://https://www.linkedin.com/in/jane")
        ),
        *(
            (written, "https://www.linkedin.com/in/jane")
            for written in (
                "LinkedIn: https://www.linkedin.com/in/jane",
                '<a href="https://www.linkedin.com/in/jane">LinkedIn</a>',
                '=HYPERLINK("https://www.linkedin.com/in/jane","Jane")',
                "[Jane](https://www.linkedin.com/in/jane)",
                "https://www.linkedin.com/in/jane https://www.linkedin.com/in/jane2",
                "www.linkedin.com/in/jane, @jane",
                "https://www.linkedin.com/in/jane\u200b",
            )
        ),
        *((f"https://www.linkedin.com/{written}", "") for written in ("", "in/", "feed/", "company/acme", "jobs?id=1")),
        *(
            (written, "")
            for written in (
                "https://evil.example/linkedin.com/in/jane",
                "linkedin.com.evil.example/in/jane",
                "javascript:alert(1)//linkedin.com/in/jane",
                "https://user@www.linkedin.com/in/jane",
                "notlinkedin.com/in/jane",
            )
        ),
    ],
)
def test_the_profile_within_a_cell(written, wanted):
    assert linkedin(written) == wanted


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("(612) 555-0100 x12", "(612) 555-0100 x12"),
        ("020 7946 0100", "020 7946 0100"),
        ("tel:+16125550100", "+16125550100"),
        ("'+16125550100", "+16125550100"),
        ("6125550100.0", "6125550100"),
        ("6.125550100E+09", "6125550100"),
        ("\u202a+1 612 555 0100\u202c", "+1 612 555 0100"),
        *((written, "") for written in ("(___) ___-____", "000-000-0000", "")),
    ],
)
def test_a_phone_number_is_what_somebody_would_write(written, wanted):
    assert phone(written) == wanted
