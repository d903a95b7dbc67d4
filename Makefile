# What a checkout can do; `make` alone lists it. Every target makes the environment it needs in .venv, from the lock files, and
# makes it again only when a lock file or pyproject.toml has changed.

RECENT := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(or $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$name -c '$(RECENT)' 2>/dev/null && echo $$name && break; done),python3)
RAW ?= ../shared/data
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --no-input
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header $(UPGRADE)

.PHONY: help assess test thorough kernels lint format bench hostile docs site record results wheel wheel-open bill advisories lock clean

help:
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 16

assess: .venv/run.stamp ## assess USA-Canada and say where the report is
	@$(BIN)/foedus assess USA CAN
	@echo "The report is $(CURDIR)/foedus-USA-CAN.html"

test: .venv/dev.stamp ## run every check; pytest speaks last and says what it skipped and why
	@failed=0; \
	$(MAKE) --no-print-directory lint || failed=1; \
	$(BIN)/python -m pytest --numprocesses auto --dist loadscope --no-loadscope-reorder || failed=1; \
	exit $$failed

thorough: .venv/dev.stamp ## run the tests that take minutes: servers, browsers, clusters, installed wheels; before a release
	@$(BIN)/python -m pytest -m release --numprocesses auto --dist loadscope

kernels: .venv/dev.stamp ## compare what is written on this processor with what is written on lesser ones
	@$(BIN)/python -m pytest -m kernels tests/test_processors.py

lint: .venv/dev.stamp ## check style, format and types
	@failed=0; \
	$(BIN)/ruff check --quiet . || failed=1; \
	$(BIN)/ruff format --check --quiet . || failed=1; \
	$(BIN)/mypy || failed=1; \
	exit $$failed

format: .venv/dev.stamp ## put the code in the project's format
	@$(BIN)/ruff check --quiet --fix . ; $(BIN)/ruff format .

bench: .venv/dev.stamp ## run the benchmarks: the clock, paired with an earlier commit, then the others
	@set -e; $(BIN)/python -m benchmarks.ratios --raw $(RAW); \
	for name in panels stream commands estimation models fits arctic futures warning; do $(BIN)/python -m benchmarks.$$name; done

hostile: .venv/dev.stamp ## try ten thousand hostile cases, before a release; ten minutes
	@$(BIN)/python -m benchmarks.hostile

docs: .venv/run.stamp ## write the documents that follow from the catalog and the codebook
	@$(BIN)/python docs/build.py
	@$(BIN)/python -m docs.site.pictures
	@$(BIN)/python -m docs.site.described

site: .venv/dev.stamp ## build the documentation as a site, build/site, to be opened from there
	@$(BIN)/python -m docs.site

record: .venv/run.stamp ## build the shipped record again from the raw files in RAW (../shared/data); with SOURCE=id, that source alone
	@$(BIN)/foedus record build --raw $(RAW) $(if $(SOURCE),--source $(SOURCE)) --output src/foedus/record/tables

results: .venv/run.stamp ## compute every registered test again on the shipped record, and write what ships with it
	@$(BIN)/python -m foedus.assessment.results

wheel: .venv/dev.stamp ## build the wheel and the source archive into dist, the same bytes wherever they are built
	@$(BIN)/python -m release.wheels dist

wheel-open: .venv/dev.stamp ## build a wheel of code and open data alone into dist
	@$(BIN)/python -m release.wheels dist --open

bill: .venv/dev.stamp ## write what the wheel is made of into dist, as a CycloneDX bill of materials
	@$(BIN)/python -m release.bill dist/foedus.cdx.json

advisories: .venv/dev.stamp ## ask lists of advisories about the locked packages, and say what cannot be known
	@$(BIN)/python -m release.advisories

lock: .venv/dev.stamp ## write the lock files; with UPGRADE=--upgrade, move to the newest versions
	@$(LOCK) pyproject.toml --extra build --output-file requirements.lock
	@$(LOCK) pyproject.toml --extra dev --constraint requirements.lock --output-file requirements-dev.lock

clean: ## remove what the other targets made, .venv included
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis foedus-*.html
	find src tests docs benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/run.stamp: requirements.lock pyproject.toml
	@$(PYTHON) -c '$(RECENT)' || { echo "foedus needs Python 3.11 or newer, and $(PYTHON) is not" \
		"($$($(PYTHON) --version 2>&1)). Name one that is: make PYTHON=/path/to/python3.12 …" >&2; exit 1; }
	@echo "Installing the locked dependencies into .venv (once; a minute or two)"
	@$(PYTHON) -m venv .venv
	@$(INSTALL) --require-hashes --requirement requirements.lock
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q src # as an installed wheel is; where Python may write no byte code, each start would compile it all
	@touch $@

.venv/dev.stamp: .venv/run.stamp requirements-dev.lock
	@echo "Installing what the checks need"
	@$(INSTALL) --require-hashes --requirement requirements-dev.lock
	@touch $@
