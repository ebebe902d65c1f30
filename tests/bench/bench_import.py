"""An advancement export of 100,000 people: the whole command against a bare COPY of the rows it made, and once more.

The floor copies the same rows, all their columns, into the same table with its indexes and constraints, on the same
server, between two imports. Whatever else the machine does only ever adds to a time, so of each the best is compared;
the seconds of CPU that the command itself used stand beside it, for a machine that is not idle.
"""

import os
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from itertools import product
from pathlib import Path

from django.db import connection

from apps.alumni.models import AlumniProfile
from tests import bench

ROWS = 100_000
ROUNDS = 3
TABLE = AlumniProfile._meta.db_table
HEADER = (
    "Constituent ID,Full Name,Preferred Name,Email,Home Phone,Class,Degrees,Employer,Job Title,Industry,City,"
    "State/Province,Country,Time Zone,LinkedIn,Willing To Help,Max Requests / Month,Do Not Contact,Deceased,"
    "Directory Opt-In,Last Updated,Notes\n"
)
FIRST = "Ana Ben Carla Dmitri Elena Farah Grace Hugo Ines José Keiko Liam Maya Nils Oma Priya Quinn Rosa Sam Tariq Zoë"
SOUNDS = "ba der fel gar hol kin lor mar nak pe ros sol tor vis wen zu"
FIELDS = ("Healthcare", "Education", "Energy", "Law", "Public Health", "Software", "Nonprofit", "Government & Policy")
MAJORS = ("Biology", "History", "Physics", "Economics", "Nursing", "Music", "Social Work", "Biomedical Sciences")
TITLES = ("Paramedic", "Policy Analyst", "Epidemiologist", "Teacher", "Archivist", "Clinic Manager", "City Planner")
PLACES = ("Duluth,MN,US,", "Vancouver,BC,CA,America/Vancouver", "Boston,MA,US,", "Kraków,,PL,", "El Paso,TX,US,")
HELPS = ("career panel; informational interview", "resume review", "", "job shadow; mock interview")


@contextmanager
def running(rows):
    """Import so many people beside whoever is in the directory. Yields a call: whether it still runs."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "alumni.csv")
        file.write_text(HEADER + "".join(map(_row, range(rows), _names())), encoding="utf-8")
        ours = _command(file)
        yield lambda: ours.poll() is None
        if ours.wait():
            raise RuntimeError("import_alumni failed")


def main():
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "alumni.csv")
        file.write_text(HEADER + "".join(map(_row, range(ROWS), _names())), encoding="utf-8")
        rounds = [_round(file, Path(folder, "rows")) for _ in range(ROUNDS)]
    firsts, agains, copies = (min(times) for times in zip(*(round_[:3] for round_ in rounds), strict=True))
    bench.say("copy_100k", copies, "s")
    bench.say("import_100k_vs_copy", firsts / copies, "ratio")
    bench.say("import_again_vs_first", agains / firsts, "ratio")
    bench.say("import_100k_cpu", min(cpu for *_, cpu, _ in rounds), "s")
    bench.say("import_100k_peak", max(peak for *_, peak in rounds), "MB")


def _round(file, rows):
    """Import into an empty directory, once more, and copy what came of it.

    Returns the seconds of each, and of the first the seconds of its own CPU and the most MB.
    """
    _emptied()
    (first, cpu, peak), (again, _, _) = _imported(file), _imported(file)
    with connection.cursor() as cursor:
        columns = ", ".join(_columns(cursor))
        with rows.open("wb") as kept, cursor.copy(f"COPY {TABLE} ({columns}) TO STDOUT") as copy:
            kept.writelines(copy)
    _emptied()
    begun = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        with rows.open("rb") as kept, cursor.copy(f"COPY {TABLE} ({columns}) FROM STDIN") as copy:
            while part := kept.read(256 * 1024):
                copy.write(part)
    return first, again, time.monotonic() - begun, cpu, peak


def _imported(file):
    """Run the command as somebody does, with the product's own settings.

    Returns the seconds from its start to its end, those of its own CPU, and the most MB it held.
    """
    begun = time.monotonic()
    ours = _command(file)
    _, status, used = os.wait4(ours.pid, 0)
    if status:
        raise RuntimeError("import_alumni failed")
    return time.monotonic() - begun, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def _command(file):
    command = [sys.executable, "manage.py", "import_alumni", str(file)]
    env = os.environ | {"DATABASE_URL": bench.database_url(), "DJANGO_SETTINGS_MODULE": "config.settings"}
    return subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL)


def _emptied():
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {TABLE}, alumni_word, alumni_alumniimport CASCADE")


def _columns(cursor):
    cursor.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND is_generated = 'NEVER'", [TABLE]
    )
    return [name for (name,) in cursor.fetchall()]


def _names():
    """Yield a name of its own for every row, and an employer: 65,536 last names, 277 first ones, as so many have."""
    sounds = SOUNDS.split()
    pairs, lasts = (["".join(parts).capitalize() for parts in product(sounds, repeat=size)] for size in (2, 4))
    firsts = [*FIRST.split(), *pairs]
    for number in range(ROWS):
        last, other = (lasts[number * step % len(lasts)] for step in (7919, 104_729))
        yield firsts[number * 31 % len(firsts)], last, f"{other} {pairs[number % len(pairs)]} PLC"


def _row(number, name):
    first, last, employer = name
    address = f"person{number}@alum.example" if number % 12 else ""
    opted = ("Y", "Y", "Y", "Y", "N", "Y", "")[number % 7]
    degrees = f"BS {MAJORS[number % 8]} {1970 + number % 50}"
    degrees += f"; PhD {MAJORS[number % 5]} {1980 + number % 45}" if number % 6 == 0 else ""
    cells = (
        *(f"B{number}", f'"{last}, {first}"', "Jo" if number % 9 == 0 else "", address, f"328.555.{number % 10000:04}"),
        *(f"'{number % 100:02}" if number % 3 else str(1970 + number % 50), degrees, employer),
        *(TITLES[number % 7], FIELDS[number % 8], PLACES[number % 5]),
        *(f"linkedin.com/in/person{number}" if number % 4 == 0 else "", HELPS[number % 4], "2" if number % 5 else ""),
        *("Y" if number % 97 == 0 else "", "Y" if number % 89 == 0 else "", opted),
        *(
            f"{1 + number % 12:02}/{1 + number % 28:02}/{2020 + number % 7}",
            f"Call {number}" if number % 10 == 0 else "",
        ),
    )
    return ",".join(cells) + "\n"
