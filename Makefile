# Dealer CRM. `make help` lists what there is. Needs Python 3.11 or newer; everything else installs itself into .venv/ and var/.

PYTHON ?= python3
RUN := .venv/bin/python
# The services for the length of one command: those of a running `make demo`, or the same ones started and stopped.
WITH_SERVICES := $(RUN) -m crm.local run
PORT ?= 8000
ARGS ?=
export PORT

.DEFAULT_GOAL := help
.PHONY: help setup assets demo start test ci bench lighthouse screenshots messages shell manage lock backup restore-drill clean distclean

help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1	\2/p' Makefile | expand -t 24

setup:
	@$(PYTHON) tools/setup.py

assets: setup
	@$(RUN) -m crm.local assets

demo: setup ## Start everything on this machine with the demo company; Ctrl-C stops it (PORT=8000)
	@exec $(RUN) -m crm.local demo

start: setup ## The same without the demo company: begin with your own data (then: make manage ARGS=createsuperuser)
	@DEMO_COMPANY=no exec $(RUN) -m crm.local demo

test: assets ## Run the tests, except the slow ones and those that drive a browser (ARGS=tests/sales)
	@$(RUN) -m pytest -n 2 $(ARGS)

ci: assets ## Run every check and every test, as the build machine does
	@exec $(RUN) -m tools.ci

bench: assets ## Measure speed against the floors of docs/performance.md (takes long)
	@$(WITH_SERVICES) $(RUN) -m bench $(ARGS)

lighthouse: setup ## Measure five pages of the running `make demo` with Lighthouse (needs Chromium)
	@$(RUN) -m tools.lighthouse $(ARGS)

screenshots: assets ## Take the pictures of README.md anew (needs Chromium)
	@$(WITH_SERVICES) $(RUN) -m tools.screenshots

messages: setup ## Collect the texts of the program into locale/*.po and compile them
	@$(RUN) tools/messages.py collect
	@$(RUN) tools/messages.py compile

manage: setup ## Run a command of Django on the local database: make manage ARGS="nightly tiers --on 2026-01-31"
	@$(WITH_SERVICES) $(RUN) manage.py $(ARGS)

lock: setup ## Bring requirements.lock in step with pyproject.toml
	@$(RUN) -m tools.lock write

backup: setup ## Write the database to var/backups (or BACKUP_FOLDER)
	@$(WITH_SERVICES) $(RUN) -m tools.backup write

restore-drill: setup ## Restore the newest backup into a scratch database and compare every row
	@$(WITH_SERVICES) $(RUN) -m tools.backup drill

clean: ## Remove what was built; the local database stays
	@rm -rf build dist static/vendor var/static var/stamps var/metrics .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	@find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +

distclean: clean ## Remove the local database and the environment too
	@$(PYTHON) tools/remove_local.py
