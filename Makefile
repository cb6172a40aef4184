# tileplan: `make run` serves the demo plant, `make test` checks everything. `make help` lists the rest.

SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
WORKERS ?= auto
LOCK := uv pip compile pyproject.toml --extra compiled --universal --generate-hashes --no-header --python-version 3.11 --quiet

.DEFAULT_GOAL := help
.PHONY: help setup run test check lock screenshots clean

help: ## List what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(VENV)/.run ## Make the environment in .venv

run: $(VENV)/.run ## Serve the demo plant on 127.0.0.1:8000 (PORT=8001 changes it); Ctrl-C ends all
	@exec $(BIN)/tileplan up --demo

test: $(VENV)/.test ## Set up everything, then run every check and every test
	@$(MAKE) --no-print-directory browser
	@$(MAKE) --no-print-directory check

check: ## Format, lint, types, architecture and tests, with what is installed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m scheduler warm
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

lock: $(VENV)/.test ## Write requirements/*.txt anew from pyproject.toml, for Python 3.11 and later
	$(PIP) install --quiet uv
	$(BIN)/$(LOCK) --group build --output-file requirements/run.txt
	$(BIN)/$(LOCK) --group build --group test --constraint requirements/run.txt --output-file requirements/test.txt

screenshots: $(VENV)/.test ## Take the pictures of docs/ in Chinese and English (needs Chromium)
	@$(MAKE) --no-print-directory browser
	$(BIN)/python -m pytest -q tests/journeys --screenshots docs/pictures

clean: ## Remove the environment and caches; demo-data stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis dist

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "tileplan needs Python 3.11 or later; $(PYTHON) is: $$($(PYTHON) --version 2>&1 | head -n 1)."; \
	  echo "On Debian: apt-get install python3 python3-venv. Another one: make PYTHON=/path/to/python3.12 setup"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "This Python cannot make environments: its venv part is missing."; \
	  echo "On Debian: apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements/run.txt pyproject.toml | $(VENV)/bin/python
	@echo "Installing tileplan into $(VENV) (about a minute the first time)"
	$(PIP) install --quiet --require-hashes --requirement requirements/run.txt
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@echo "Compiling the scheduler, so that nobody waits for it later"
	$(BIN)/python -m scheduler warm
	@touch $@

$(VENV)/.test: requirements/test.txt $(VENV)/.run
	$(PIP) install --quiet --require-hashes --requirement requirements/test.txt
	@touch $@

# Chromium and a Chinese font: installed where that is ours to do (root on Debian), else asked for.
.PHONY: browser
browser:
	@chinese() { command -v fc-list >/dev/null && [ -n "$$(fc-list :lang=zh)" ]; }; \
	chromium() { command -v chromium >/dev/null || command -v google-chrome >/dev/null; }; \
	if ! { chromium && chinese; } && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "Installing Chromium and a Chinese font from Debian (for the browser tests)"; \
	  export DEBIAN_FRONTEND=noninteractive; \
	  apt-get update -qq >/dev/null && \
	  apt-get install -y -qq --no-install-recommends chromium fontconfig fonts-wqy-microhei >/dev/null \
	  || echo "apt-get could not install them."; \
	fi; \
	chromium || echo "*** NO CHROMIUM HERE: EVERY BROWSER TEST WILL BE SKIPPED. Install chromium to run them. ***"; \
	chinese || echo "*** NO CHINESE FONT HERE: Chinese pages will show boxes in screenshots. Install a CJK font. ***"
