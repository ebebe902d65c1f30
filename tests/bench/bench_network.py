"""A network of 300 and of 3,000 people with 5,000 entries: goal 40 bare pages for the first view, the same statements.

No page is larger than 60 KB as it is read; what is said here is compressed.
"""

from django.db import connection

from tests import bench, world
from tests.network import many

PAGES = {
    "list": "/network/",
    "search": "/network/?q=analyst+hello",
    "slip": "/network/?q=exampel7",
    "introductions": "/network/?view=introductions",
    "circles": "/network/?view=circles",
    "phases": "/network/?view=phases",
    "map": "/network/map/",
    "add": "/network/add/",
}


def main():
    for size, entries in ((300, 500), (3_000, 5_000)):
        student = world.student(f"Bench Student of {size}")
        person = many.people(student, size, entries)[0]
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # as autovacuum does where rows come one by one
        pages = PAGES | {"person": person.get_absolute_url()}
        with bench.served(student) as (floor, get):
            for name, path in pages.items():
                floors, ours = bench.alternating(floor, lambda path=path: get(path), times=5)
                bench.say(f"network_{size}_{name}_vs_bare", bench.ratio(ours, floors), "ratio")
        client = bench.client(student)
        for name, path in pages.items():
            queries, compressed = bench.queries_and_bytes(client, path)
            bench.say(f"network_{size}_{name}_queries", queries, "queries")
            bench.say(f"network_{size}_{name}_bytes", compressed, "bytes")
            bench.say(f"network_{size}_{name}_read", len(client.get(path).content), "bytes")
