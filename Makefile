# Everything starts here. `make run` needs Python 3.11 to 3.13 with venv, and nothing else.
# PYTHON names the interpreter, PORT and QUICKWIN_DATA_DIR are those of `quickwin up`.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip -qq --disable-pip-version-check
CATALOGUES := $(wildcard workflow/translations/*/LC_MESSAGES/messages.po)
COMPILED := $(CATALOGUES:.po=.mo)

.DEFAULT_GOAL := help
.PHONY: help run test test-long chaos screenshots bench check requirements

help:
	@sed -n 's/^## //p' $(MAKEFILE_LIST)

## make run            the whole product on http://127.0.0.1:8000, with demo data
run: $(VENV)/runtime $(COMPILED)
	@exec $(BIN)/quickwin up

## make test           the tests; at most 10 minutes
test: $(VENV)/develop $(COMPILED) browser
	@exec $(BIN)/pytest -n 2 -m "not long and not timed"

## make test-long      the long stories
test-long: $(VENV)/develop $(COMPILED) browser
	@$(BIN)/pytest -n 2 --dist loadfile -m long
	@exec $(BIN)/pytest -m timed

## make chaos          everything that can die does, for 20 minutes; make chaos DURATION=600 SEED=7
DURATION := 1200
SEED :=
chaos: $(VENV)/develop $(COMPILED)
	@exec $(BIN)/python tests/campaign.py --duration $(DURATION) $(if $(SEED),--seed $(SEED))

## make screenshots  pictures of every page, in build/screenshots; make screenshots PAGES="list judge"
screenshots: $(VENV)/develop $(COMPILED) browser
	@exec $(BIN)/python tests/screenshots.py $(PAGES)

## make bench          what one act costs, beside others; make bench BENCH="--rounds 2 --no-peers"
PEERS := .venv-peers
bench: $(VENV)/runtime $(COMPILED) $(PEERS)/installed
	@exec $(BIN)/python -m benchmarks $(BENCH)

# The others live in an environment of their own: none of them is a library of the product.
$(PEERS)/installed: benchmarks/peers/requirements.txt
	@echo "setting up $(PEERS), which the bench compares with"
	@$(PYTHON) -m venv $(PEERS)
	@if $(PEERS)/bin/python -m pip -qq --disable-pip-version-check install \
		--require-hashes -r $<; then touch $@; \
	else echo "They cannot be installed here, and the table will say so." >&2; fi

## make check          format, types, layers, translations, generated documents, migrations
check: $(VENV)/develop $(COMPILED)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m quickwin.translations check
	$(BIN)/pytest --quiet tests/test_documents.py tests/test_migrations.py

## make requirements   pin the libraries again, after a change of requirements/*.in
PIN = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-emit-index-url --no-emit-find-links --upgrade
requirements: $(VENV)/develop
	$(PIN) -o requirements/runtime.txt requirements/runtime.in
	$(PIN) -o requirements/develop.txt requirements/develop.in
	$(PIN) -o benchmarks/peers/requirements.txt benchmarks/peers/requirements.in

# The browser tests find a browser by CHROMIUM or on PATH; root gets Debian's.
BROWSERS = "$${CHROMIUM:-chromium}" chromium-browser google-chrome
.PHONY: browser
browser:
	@for name in $(BROWSERS); do command -v "$$name" > /dev/null && exit 0; done; \
	if [ "$$(id -u)" != 0 ]; then \
		echo "The tests need a browser: install the package chromium." >&2; exit 1; \
	fi; \
	echo "installing the package chromium"; \
	apt-get -qq update && DEBIAN_FRONTEND=noninteractive \
		apt-get -qq install --yes --no-install-recommends chromium > /dev/null

# Set-up: each stamp is as new as what it was made from, so a second run costs nothing.

$(VENV)/runtime: requirements/runtime.txt pyproject.toml
	@echo "setting up $(VENV) with $$($(PYTHON) --version); the libraries take a minute"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) install --require-hashes -r requirements/runtime.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/develop: requirements/develop.txt $(VENV)/runtime
	@echo "adding the tools of the developers"
	@$(PIP) install --require-hashes -r requirements/develop.txt
	@touch $@

%.mo: %.po $(VENV)/runtime
	@$(BIN)/pybabel --quiet compile -i $< -o $@
