"""The directory among a million distinct people, beside 100,000 in the same run. It takes ten minutes: only by name.

python -m tests.bench directory_million
"""

from django.db import connection

from tests import bench
from tests.bench import bench_directory


def main():
    reader = bench_directory.a_reader()
    fewer = bench_directory.at_size(100_000, "directory_beside", reader)
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE alumni_alumniprofile CASCADE")
    million = bench_directory.at_size(1_000_000, "directory_million", reader)
    bench.say("directory_million_vs_100k", million / fewer, "ratio")
    bench_directory.under_load("directory_million", reader)
