# Needs Python 3.11 or newer and make; each target sets up what it needs in .venv by itself.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
PINS := --constraint constraints.txt --build-constraint constraints.txt

# Marks of what .venv holds: the program, and the tools that work on it.
PROGRAM := $(VENV)/.program
TOOLS := $(VENV)/.tools

.DEFAULT_GOAL := help

.PHONY: help
help: ## Say what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile

.PHONY: demo
demo: $(PROGRAM) ## Show the bot at work, without a token (ARGS=--once: print and stop)
	@$(BIN)/digest-bot demo $(ARGS)

.PHONY: test
test: lint types ## Check everything: style, types, imports, tests
	$(BIN)/pytest -n 2

.PHONY: fast
fast: $(TOOLS) ## Run the tests but the slow ones, until one fails
	$(BIN)/pytest -n 2 -m "not slow" --exitfirst

.PHONY: lint
lint: $(TOOLS) ## Check style, layout and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

.PHONY: types
types: $(TOOLS) ## Check types
	$(BIN)/mypy --strict bot digests tests

.PHONY: proof
proof: $(TOOLS) ## Show the README's claims on the real program (HISTORY=FILE: replay writes)
	@$(BIN)/python -m tests.proof $(HISTORY)

.PHONY: coverage
coverage: $(TOOLS) ## Run the tests and list the lines that none of them reaches
	$(BIN)/coverage run -m pytest
	$(BIN)/coverage report

.PHONY: outputs
outputs: $(TOOLS) ## Renew the outputs that README.md shows
	$(BIN)/python -m tests.docs.outputs

.PHONY: screenshots
screenshots: $(TOOLS) ## Take the pictures of the page anew (needs Chromium)
	$(BIN)/python -m tests.page.screenshots

.PHONY: pairs
pairs: $(TOOLS) ## Say how well titles of one story are told from those of two
	@$(BIN)/python -m tests.digests.pairs

.PHONY: growth
growth: $(TOOLS) ## Measure by how much the database grows, per article and per digest
	@$(BIN)/python -m tests.growth

.PHONY: torture
torture: $(TOOLS) ## Kill the bot 1,000 times and print what became of its messages (ARGS=--seed N)
	$(BIN)/python -m tests.faults --kills 1000 $(ARGS)

.PHONY: clean
clean: ## Remove all that was made here, .venv too
	rm -rf $(VENV) build dist *.egg-info .coverage* .hypothesis
	rm -rf .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	find bot digests tests -name __pycache__ -prune -exec rm -rf {} +

# pip is renewed first: those that come with Python may know no dependency groups (25.1) and no
# build constraints (25.3). What setuptools says about every editable installation is no news here.
$(PROGRAM): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit("digest-bot needs Python 3.11 or newer; name one with: make PYTHON=python3.12" if sys.version_info < (3, 11) else 0)'
	@echo "Setting up $(VENV) (once) ..." >&2
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) install --upgrade --constraint constraints.txt pip
	@PYTHONWARNINGS="ignore:Editable installation" $(PIP) install $(PINS) --editable .
	@touch $@

$(TOOLS): $(PROGRAM)
	@echo "Adding what the tests need ..." >&2
	@$(PIP) install $(PINS) --group dev
	@touch $@
