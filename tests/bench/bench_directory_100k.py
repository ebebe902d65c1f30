"""The directory among 100,000 distinct people: a search at most 25 x the bare page, its p95 at most 3 x its p50."""

from tests.bench import bench_directory


def main():
    reader = bench_directory.a_reader()
    bench_directory.at_size(100_000, "directory_100k", reader)
    bench_directory.under_load("directory_100k", reader)
