# Everything one does with Rapport. `make run` and `make test` need only python3, make and the package index.

.DEFAULT_GOAL := help
.PHONY: help setup run demo test fast faults bench check chromium

JOBS ?= 2
PORT ?= 8000
PYTHON := .venv/bin/python
LOCAL := RAPPORT_LOCAL=1 SITE_URL=http://127.0.0.1:$(PORT)
PYTEST := RAPPORT_LOCAL=1 $(PYTHON) -m pytest

help:
	@echo "make run     everything on this machine: PostgreSQL, Valkey, web, worker, beat, mails, a demo world (PORT, RAPPORT_DATA)"
	@echo "make test    the whole suite, with the real database, broker and browser (JOBS)"
	@echo "make fast    the suite without browser and faults"
	@echo "make faults  only the tests that kill and pause real processes"
	@echo "make check   lint, format, types, imports, migrations, generated pages, settings for production"
	@echo "make demo    build the demo world anew, in the stack that runs (RAPPORT_DATA)"
	@echo "make bench   the benchmark table"

setup:
	@python3 bin/setup.py

run: setup
	@exec env $(LOCAL) $(PYTHON) manage.py local

