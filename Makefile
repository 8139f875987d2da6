# Everything runs from .venv in this folder; each target does all of its own set-up.
# ARGS goes on to the program: make run ARGS=--fresh, make test ARGS='-k receipt'.
#
# python3, but the system's where python3 was compiled without optimizations, as pyenv does unless told: that one takes
# up to 1.6 times as long. PYTHON=python3.13 names another.
SYSTEM_PYTHON := /usr/bin/python3
PYTHON ?= $(shell \
	python3 -c 'import sys, sysconfig; sys.exit("--enable-optimizations" not in str(sysconfig.get_config_var("CONFIG_ARGS")))' 2>/dev/null \
	|| ! $(SYSTEM_PYTHON) -c 'import sys, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo python3 || echo $(SYSTEM_PYTHON))
ARGS ?=
BIN := .venv/bin
MINISTACK := .venv/ministack
CHECKOV := .venv/checkov
MUTATION := .venv/mutation
MOTO := .venv/moto
LAMBDA := .venv/lambda
ENGINES := .local/engines
SLACK_TYPES := .local/slack-types
SLACK_RECORDS := .local/slack-records
# The tests of a whole run share out the cores, each worker with engines of its own; a few picked ones are faster in one.
PARALLEL := -n auto --maxprocesses 4 --dist worksteal
WORKERS := $(if $(filter -k% -n% --pdb tests/%,$(ARGS)),,$(PARALLEL))

# Some images set it. Each of the many Python processes of a run would then compile all sources anew.
unexport PYTHONDONTWRITEBYTECODE

# $(call install,FOLDER,FILES): what the files pin, into that environment. uv takes half of pip's time, which is asked
# where uv finds no index. Compiled once, or the processes of the first run would each compile it. The pip is that of
# .venv: to put one into each environment takes longer than to fill it.
install = $(BIN)/uv pip install --quiet --compile-bytecode --python $(1)/bin/python --require-hashes $(2) 2>/dev/null \
	|| $(BIN)/python -m pip --python $(1)/bin/python install --quiet --disable-pip-version-check --require-hashes $(2)

.DEFAULT_GOAL := help
.PHONY: help setup run quick test test-dynamodb test-browser check-slack-types scan lint format check bench figures histories fuzz mutation package sbom advisories screenshots lock clean

help: ## what can be done here
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

setup: .venv/ready $(MINISTACK)/ready ## build .venv and the embedded AWS's own environment

.venv/ready: requirements.txt requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; name one with: make PYTHON=python3.13")'
	@echo "Building .venv (once, about a minute) …"
	@$(PYTHON) -m venv .venv
	@sed -n '/^uv==/,/[^\]$$/p' requirements-dev.txt >.venv/uv.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r .venv/uv.txt
	@$(call install,.venv,-r requirements.txt -r requirements-dev.txt)
	@touch $@

$(MINISTACK)/ready: requirements-ministack.txt | .venv/ready
	@echo "Building the embedded AWS's environment (once) …"
	@$(PYTHON) -m venv --without-pip $(MINISTACK)
	@$(call install,$(MINISTACK),-r requirements-ministack.txt)
	@touch $@

# The second opinion on the template.
$(MOTO)/ready: requirements-moto.txt | .venv/ready
	@echo "Building the second opinion's environment (once) …"
	@$(PYTHON) -m venv --without-pip $(MOTO)
	@$(call install,$(MOTO),-r requirements-moto.txt)
	@touch $@

# What the functions need on Lambda, for an interpreter of Lambda's version, which LAMBDA_PYTHON names.
$(LAMBDA)/ready: requirements.txt requirements-dev.txt | .venv/ready
	@echo "Building an environment of Lambda's Python (once) …"
	@$(LAMBDA_PYTHON) -m venv --without-pip $(LAMBDA)
	@sed -nE '/^(awslambdaric|simplejson|snapshot-restore-py)==/,/[^\]$$/p' requirements-dev.txt >.venv/runtime.txt
	@$(call install,$(LAMBDA),-r requirements.txt -r .venv/runtime.txt)
	@touch $@

# The strict second engine. Node serves this and the check against Slack's types, and nothing else.
$(ENGINES)/ready: tests/engines/package.json tests/engines/package-lock.json
	@command -v npm >/dev/null || { echo "dynalite needs Node 20 or newer and npm; or name an endpoint: make test-dynamodb DYNAMODB_ENDPOINT=http://…"; exit 1; }
	@mkdir -p $(ENGINES)
	@cp tests/engines/package.json tests/engines/package-lock.json $(ENGINES)/
	@cd $(ENGINES) && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

run: setup ## the bot and a Slack workspace on this machine (ARGS=--fresh starts the season anew)
	@$(BIN)/python -m devkit $(ARGS)

test: setup $(MOTO)/ready ## every test; those in a browser are skipped where there is no Chromium
	@$(BIN)/python -m pytest $(WORKERS) $(ARGS)

quick: setup ## after each change: ruff, mypy, and the tests that need neither an engine nor a browser
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/python -m pytest $(PARALLEL) -m quick $(ARGS)

test-dynamodb: setup $(if $(DYNAMODB_ENDPOINT),,$(ENGINES)/ready) ## the table's tests on dynalite, or on DYNAMODB_ENDPOINT=http://…
	@ENGINE=dynalite $(BIN)/python -m pytest $(WORKERS) -m "dynamodb$(if $(DYNAMODB_ENDPOINT),, and not transactions)" $(ARGS)

# Recorded by a run with RECORD_WHAT_SLACK_GETS_IN=$(SLACK_RECORDS).
check-slack-types: setup $(SLACK_TYPES)/ready ## all that a recorded run of the tests sent to Slack, against Slack's own types
	@$(BIN)/python -m tests.slack_types $(SLACK_RECORDS) $(SLACK_TYPES)

$(SLACK_TYPES)/ready: tests/slack_types/package.json tests/slack_types/package-lock.json
	@command -v npm >/dev/null || { echo "The TypeScript compiler needs Node 20 or newer and npm."; exit 1; }
	@mkdir -p $(SLACK_TYPES)
	@cp tests/slack_types/package.json tests/slack_types/package-lock.json $(SLACK_TYPES)/
	@cd $(SLACK_TYPES) && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

test-browser: setup ## the tests in a browser alone
	@$(BIN)/python -m pytest $(WORKERS) -m browser $(ARGS)

# The scanner of policies.
$(CHECKOV)/ready: requirements-checkov.txt | .venv/ready
	@echo "Building the policy scanner's environment (once) …"
	@$(PYTHON) -m venv --without-pip $(CHECKOV)
	@$(call install,$(CHECKOV),-r requirements-checkov.txt)
	@touch $@

scan: $(CHECKOV)/ready ## infra/template.yaml against checkov's policies, without any network
	@$(CHECKOV)/bin/checkov --config-file infra/checkov.yaml $(ARGS)

lint: setup scan ## ruff, mypy and the policy scanner
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy

format: setup ## put the code into ruff's form, and mend what it can mend
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

check: lint test ## before every commit

histories: setup ## random days of a boat under faults (ARGS="--count 10000 --seed night", ARGS="--only SEED" repeats one)
	@PYTHONHASHSEED=0 $(BIN)/python -m tests.histories $(ARGS)

bench: setup ## starts and warm requests, beside a plain Bolt app (ARGS=--json for machines)
	@status=0; for each in cold starts warm; do $(BIN)/python benchmarks/$$each.py $(ARGS) || status=1; done; exit $$status

figures: setup ## measure everything and write docs/figures.md (ARGS=--quick, ARGS="--only distance")
	@$(BIN)/python benchmarks/figures.py $(ARGS)

fuzz: setup ## hostile input to every entry point (ARGS="--cases 100000 --seed 7 --jobs 2"; --case N repeats one)
	@$(BIN)/python -m tests.fuzz $(ARGS)

# mutmut's operators make the mutants.
$(MUTATION)/ready: requirements-mutation.txt | .venv/ready
	@echo "Building the mutants' environment (once) …"
	@$(PYTHON) -m venv --without-pip $(MUTATION)
	@$(call install,$(MUTATION),-r requirements-mutation.txt)
	@touch $@

mutation: setup $(MUTATION)/ready ## do the tests notice each change of charter/ and the ledger? (ARGS=--help)
	@$(BIN)/python -m tests.mutation $(ARGS)

package: setup ## build the zip for Lambda, and show its size part by part
	@$(BIN)/python -m infra package $(ARGS)

sbom: setup $(CHECKOV)/ready $(MOTO)/ready $(MUTATION)/ready ## write the bills of materials (CycloneDX) into dist, with versions, hashes and licences
	@$(BIN)/python -m infra sbom $(ARGS)

advisories: setup ## ask osv.dev about every pin (ARGS=--record keeps the dates)
	@$(BIN)/python -m infra advisories $(ARGS)

screenshots: setup ## take the README's screenshots anew
	@$(BIN)/python -m devkit.screenshots $(ARGS)

PIN := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url
lock: .venv/ready ## pin the requirements with their hashes (ARGS=--upgrade takes the newest)
	@$(PIN) $(ARGS) requirements.in -o requirements.txt
	@$(PIN) $(ARGS) requirements-dev.in -o requirements-dev.txt
	@$(PIN) $(ARGS) requirements-ministack.in -o requirements-ministack.txt
	@$(PIN) $(ARGS) requirements-checkov.in -o requirements-checkov.txt
	@$(PIN) $(ARGS) requirements-mutation.in -o requirements-mutation.txt
	@$(PIN) $(ARGS) requirements-moto.in -o requirements-moto.txt
	@if command -v npm >/dev/null; then for each in tests/engines tests/slack_types; do \
		(cd $$each && npm install --package-lock-only --omit-lockfile-registry-resolved --no-audit --no-fund --loglevel=error) || exit 1; \
	done; fi
	@$(BIN)/python -m infra advisories --record --offline

clean: ## remove what can be made again; payments in .local stay
	@rm -rf .venv $(ENGINES) $(SLACK_TYPES) $(SLACK_RECORDS) dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
