"""A year, a day and a subject are found however they are written."""

from datetime import datetime

import pytest

from apps.tables.cells import moment, subjects, years


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
    ],
)
def test_the_subjects_of_a_cell_of_degrees(written, wanted):
    assert subjects(written) == wanted
