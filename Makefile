# Everything one does with Rapport. `make run` and `make test` need only python3, make and the package index.

.DEFAULT_GOAL := help
.PHONY: help setup run demo chromium test fast faults attack cuts drill soak bench check check-with-database docs

# One more than the cores of a small machine: the faults and the browsers wait most of the time.
JOBS ?= 3
PORT ?= 8000
PYTHON := .venv/bin/python
LOCAL := env RAPPORT_LOCAL=1 SITE_URL=http://127.0.0.1:$(PORT)
PYTEST := $(PYTHON) -m pytest -n $(JOBS) --dist worksteal --times
# One after the other, with the machine to themselves: they measure how late a mail is.
ALONE := $(PYTHON) -m pytest -m alone --times
FAULTS := $(PYTHON) -m pytest tests/faults --durations=15
# What a real installation sets, made up: the settings must pass Django's own deployment checks.
PRODUCTION := env -u RAPPORT_LOCAL SECRET_KEY=only-to-check-the-settings-0123456789-abcdefghijklmnopqrstuvwxyz \
	SITE_URL=https://rapport.example.edu ALLOWED_HOSTS=rapport.example.edu MAIL_FROM=rapport@example.edu PROXIES=1

help:
	@echo "make run     everything on this machine: PostgreSQL, Valkey, web, worker, beat, mails, a demo world (PORT, RAPPORT_DATA)"
	@echo "make test    the whole suite, with the real database, broker and browser (JOBS); what judges lateness last, alone"
	@echo "make fast    the suite without browser, faults, races and whole stacks"
	@echo "make faults  the tests that kill, pause and starve the real parts of delivery, one after the other"
	@echo "make attack  2,000 hostile queries and 3,000 hostile bodies at every door: none is an error of ours (ATTACK, ATTACK_SEED)"
	@echo "make cuts    a hundred cuts of the network while somebody writes in live mode (RAPPORT_CUTS, RAPPORT_CUTS_SEED)"
	@echo "make drill   dump, restore and adopt a database with 100,000 emails that are due (DRILL_MAILS)"
	@echo "make soak    the same with twenty times as much of everything, and ten times the races; it takes hours (FAULT_SCALE, FAULT_SEED, RACE_SCALE)"
	@echo "make check   lint, format, types, imports, words, migrations, generated pages, settings for production"
	@echo "make docs    write what the code tells: docs/lifecycle.md, access.md, data-model.md, the pictures of architecture.md"
	@echo "make demo    build the demo world anew, in the stack that is running (RAPPORT_DATA)"
	@echo "make bench   the benchmark table, each in a database of its own (BENCH_MINUTES)"

setup:
	@python3 bin/setup.py

run: setup
	@exec $(LOCAL) $(PYTHON) manage.py local

demo: setup
	@exec $(LOCAL) $(PYTHON) manage.py local --demo

chromium: setup
	@$(PYTHON) -m tests.chromium

test: setup chromium
	@rm -f .pytest_cache/v/cache/lastfailed
	@$(PYTEST) -m "not alone" || { [ $$? -eq 1 ] && $(PYTHON) -m tests.again; }
	@$(ALONE)

fast: setup
	@$(PYTEST) -m "not browser and not fault and not whole"

faults: setup
	@$(FAULTS)

attack: setup
	@RAPPORT_ATTACK=$${ATTACK:-2000} RAPPORT_ATTACK_SEED=$${ATTACK_SEED:-20261130} $(PYTHON) -m pytest tests/access/test_seeded.py -q

cuts: setup chromium
	@RAPPORT_CUTS=$${RAPPORT_CUTS:-100} $(PYTHON) -m pytest tests/browser/test_offline.py -k cuts

drill: setup
	@DRILL_MAILS=$${DRILL_MAILS:-100000} $(PYTHON) -m pytest tests/installation/test_drill.py -s

soak: setup
	@RACE_SCALE=$${RACE_SCALE:-10} $(PYTHON) -m pytest tests/races
	@FAULT_SCALE=$${FAULT_SCALE:-20} $(FAULTS)

bench: setup
	@DJANGO_SETTINGS_MODULE=tests.settings $(PYTHON) -m tests.bench

docs: setup
	@$(LOCAL) $(PYTHON) manage.py docs

check: setup
	$(PYTHON) -m ruff check
	$(PYTHON) -m ruff format --check
	$(LOCAL) $(PYTHON) -m mypy
	.venv/bin/lint-imports
	$(PYTHON) -m tests.words
	$(LOCAL) $(PYTHON) manage.py docs --check
	@$(LOCAL) $(PYTHON) -m tests.services $(MAKE) --no-print-directory check-with-database

# Django's checks ask the database what it can do; tests.services starts one for them where DATABASE_URL names none.
check-with-database:
	$(LOCAL) $(PYTHON) manage.py makemigrations --check --dry-run
	$(PRODUCTION) $(PYTHON) -W error manage.py check --deploy --fail-level WARNING
