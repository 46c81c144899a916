# `make run` and `make test` do everything on a fresh machine; `make help` lists the rest.
PYTHON ?= python3
PORT ?= 8000
PICTURES ?= 1
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
MEASURES := node_modules/.installed

.DEFAULT_GOAL := help
.PHONY: help run test e2e full bench check types rules format messages reference lock system clean

help: ## List the commands
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: $(STAMP) ## Install everything, then start the portal with demo data
	@PORT=$(PORT) $(BIN)/portal demo

test: $(STAMP) ## Install everything, then run the whole suite
	@tools/system_packages.sh test
	@$(BIN)/python -m tools.with_postgres $(BIN)/pytest -n auto -m "not e2e" $(ARGS)

e2e: $(STAMP) $(MEASURES) ## Drive a real browser through every journey, measure every page, and take the pictures
	@tools/system_packages.sh test browser java
	@PORTAL_PICTURES=$(PICTURES) $(BIN)/python -m tools.with_postgres $(BIN)/pytest -n 2 -m e2e tests/e2e $(ARGS)

full: $(STAMP) $(MEASURES) ## The same without pictures, each page measured in light and dark, wide and narrow
	@tools/system_packages.sh test browser java
	@PORTAL_FULL=1 $(BIN)/python -m tools.with_postgres $(BIN)/pytest -n 2 -m e2e tests/e2e $(ARGS)

bench: $(STAMP) ## Measure CPU time, speed and memory; writes var/bench.json
	@$(BIN)/python -m tools.with_postgres --durable $(BIN)/python -m bench $(ARGS)

check: $(STAMP) ## Every check that runs nothing of the product
	@$(MAKE) --no-print-directory -j 2 --output-sync=target types rules

types:
	@$(BIN)/mypy

rules:
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports
	@$(BIN)/python -m tools.lint_css static/css
	@$(BIN)/python -m tools.lint_templates templates
	@$(BIN)/python -m tools.messages check
	@$(BIN)/python -m tools.service_reference check
	@$(BIN)/python -m tools.clock_reference check
	@$(BIN)/portal check

format: $(STAMP) ## Put the code in its usual form
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

messages: $(STAMP) ## Bring locales/*/LC_MESSAGES/messages.po up to date with the code
	@$(BIN)/python -m tools.messages update

reference: $(STAMP) ## Write docs/services/reference.md, the schemas of the YAML and docs/clock.md anew from the code
	@$(BIN)/python -m tools.service_reference
	@$(BIN)/python -m tools.clock_reference

lock: $(STAMP) ## Pin requirements*.in anew, with hashes
	@$(BIN)/python -m tools.lock

system:
	@tools/system_packages.sh core

$(STAMP): requirements-dev.txt pyproject.toml tools/system_packages.sh
	@tools/system_packages.sh core
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# What the pages are measured with; nothing of it is served, and no script of theirs runs.
$(MEASURES): package.json package-lock.json .npmrc tools/system_packages.sh
	@tools/system_packages.sh node
	@npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

clean: ## Remove what was installed and made, the demo's data included
	rm -rf $(VENV) node_modules var
