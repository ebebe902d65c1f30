import pytest

from apps.students.models import StudentProfile


@pytest.mark.parametrize(("year", "program", "minor", "studies", "described"), [
    ("Junior", "Public Health", "", ("Public Health",), "a junior in public health"),
    ("", "Economics BA", "Music", ("Economics", "Music"), "a student in economics"),
    ("Senior", "BS Mechanical Engineering", "", ("Mechanical Engineering",), "a senior in mechanical engineering"),
    ("", "Economics; History", "", ("Economics", "History"), "a student in economics"),
    ("First-year student", "Undeclared", "", (), "a first-year student"),
    ("Undergraduate", "", "Hmong Studies", ("Hmong Studies",), "an undergraduate"),
    ("", "MBA", "", ("MBA",), "a student in MBA"),
])  # fmt: skip
def test_a_program_is_said_as_a_subject(year, program, minor, studies, described):
    profile = StudentProfile(year=year, program=program, minor=minor)
    assert (profile.studies, profile.described) == (studies, described)
