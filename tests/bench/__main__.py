"""Run every bench_*.py of this folder, or those named, in a database made for it: python -m tests.bench [directory]"""

import importlib
import os
import sys
from pathlib import Path

import django


def main(names):
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("RAPPORT_LOCAL", "1")
    django.setup()
    # Only now: these need the apps.
    database = importlib.import_module("tests.bench.database")
    found = sorted(path.stem for path in Path(__file__).parent.glob("bench_*.py"))
    with database.own():
        for name in found:
            if not names or name.removeprefix("bench_") in names:
                importlib.import_module(f"tests.bench.{name}").main()


main(sys.argv[1:])
