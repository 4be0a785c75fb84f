# make run    start Huiyin at http://127.0.0.1:8000 (PORT=… for another)
# make test   everything CI checks
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK = 1
# A start takes half the time when the source is there compiled, and tests start the product some hundred times.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help install run test fast lint format bench lock messages dev packages screenshots

help:  ## Show what can be made
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 20

# Nothing is built: a .pth file shows the environment where the source lies, so no build tool has to be fetched.
$(BIN)/huiyin:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Huiyin needs Python 3.11 or newer: make PYTHON=python3.12 …")'
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { echo "Python has no venv module: install the package python3-venv." >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -c 'import sysconfig, pathlib; pathlib.Path(sysconfig.get_path("purelib"), "huiyin.pth").write_text("$(CURDIR)\n")'
	@printf '#!/bin/sh\nexec "%s/$(BIN)/python" -m huiyin "$$@"\n' "$(CURDIR)" > $@ && chmod +x $@

$(VENV)/installed: requirements.lock | $(BIN)/huiyin
	@echo "Installing what Huiyin needs …"
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	@touch $@

$(VENV)/installed-dev: requirements-dev.lock | $(BIN)/huiyin
	@echo "Installing what the tests need …"
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.lock
	@touch $@ $(VENV)/installed

install: $(VENV)/installed  ## Install what is needed to run, into .venv

dev: $(VENV)/installed-dev  ## Install what is needed to develop, into .venv

run: install  ## Start Huiyin
	@exec $(BIN)/huiyin up

# PostgreSQL, a browser, Chinese letters for it, and gettext, which compiles translations.
packages:
	@missing=; \
	[ -x /usr/lib/postgresql/15/bin/postgres ] || missing="$$missing postgresql-15"; \
	[ -x /usr/bin/chromium ] || missing="$$missing chromium"; \
	[ -d /usr/share/fonts/opentype/noto ] || missing="$$missing fonts-noto-cjk"; \
	command -v msgfmt >/dev/null || missing="$$missing gettext"; \
	[ -z "$$missing" ] && exit 0; \
	[ "$$(id -u)" = 0 ] || { echo "The tests need these packages: sudo apt-get install$$missing" >&2; exit 1; }; \
	echo "Installing the packages$$missing …"; \
	apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null

test: dev packages lint  ## Lint, then every test: on SQLite, on PostgreSQL 15, in a browser
	@echo "== SQLite"
	@$(BIN)/python -m pytest -n auto -m "not browser and not process"
	@echo "== PostgreSQL"
	@$(BIN)/python tests/postgres.py -- $(BIN)/python -m pytest -n auto -m "not browser and not process"
	@echo "== processes"
	@$(BIN)/python -m pytest -m process
	@echo "== browser"
	@$(BIN)/python -m pytest -m browser

fast: dev lint  ## Lint, and all tests that are quick, on SQLite: while one works
	@$(BIN)/python -m pytest -n auto -m "not browser and not process and not slow"

lint: dev  ## Format, style, types, and who imports whom
	@$(BIN)/ruff format --check --quiet . || { echo "Not formatted: make format" >&2; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary huiyin tests $(wildcard bench)
	@report=$$($(BIN)/lint-imports 2>&1) || { echo "$$report"; exit 1; }

format: dev  ## Format the code and mend what can be mended
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

bench: dev  ## Measure speed; prints a table for each benchmark
	@$(BIN)/python -m bench

screenshots: dev packages  ## Take the pictures of the documentation anew, of a demo of their own
	@$(BIN)/python -m tests.screenshots

COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	--no-emit-index-url --no-emit-find-links --extra postgres --extra paper pyproject.toml

lock: dev  ## Choose exact versions anew: requirements.lock and requirements-dev.lock
	@$(COMPILE) --upgrade -o requirements.lock
	@$(COMPILE) --upgrade --extra analysis --group dev --constraint requirements.lock -o requirements-dev.lock

# Files without line numbers, no obsolete texts, no date: a translation changes only where its text does.
MESSAGES = huiyin/locale/zh_Hans/LC_MESSAGES/django.po
DJANGO = cd huiyin && HUIYIN_DATA_DIR=../var ../$(BIN)/huiyin

messages: dev packages  ## Collect translatable text and compile the translations
	@$(DJANGO) makemessages --locale zh_Hans --add-location file --no-wrap --no-obsolete --verbosity 0
	@sed -i '/^"POT-Creation-Date:/d' $(MESSAGES)
	@$(DJANGO) compilemessages --locale zh_Hans --verbosity 0
