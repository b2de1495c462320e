# Briefing Desk. `make` on its own lists what there is.

PYTHON ?= python3
export PYTHON

VENV := .venv/bin/python
# Two processes more than CI has processors: much of the time they wait, for pages, servers and disks. What one
# of them compiles the others need not, even where Python is told to write no bytecode.
TESTS := PYTHONDONTWRITEBYTECODE= $(VENV) -m pytest -n 4 --dist loadfile --no-loadscope-reorder

.DEFAULT_GOAL := help
.PHONY: help run test coverage format bench audit docs setup clean distclean

help: ## This list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile
	@echo "  PYTHON=python3.12 and the like choose the Python that .venv is made with."

run: ## Install, add the briefings in corpus/ and open the chat in the browser
	@sh .ci/setup.sh run
	@sh .ci/add-corpus.sh
	@$(VENV) -m qa app

test: setup ## Format, lint, types and tests, as in CI
	$(VENV) -m ruff format --check .
	$(VENV) -m ruff check .
	@# The types beside the tests, whose waiting leaves processors idle.
	$(VENV) -m mypy & types=$$!; \
	$(TESTS); tests=$$?; \
	wait $$types || { echo "The types have faults: mypy's lines stand above." >&2; exit 1; }; \
	exit $$tests

coverage: setup ## The tests, and which lines and branches none of them reaches (twice the time)
	$(TESTS) --cov

format: setup ## Format the code and mend what the linter can
	$(VENV) -m ruff check --fix-only .
	$(VENV) -m ruff format .

bench: setup ## Measure: every script in tests/bench (an hour or more)
	@for script in tests/bench/[!_]*.py; do \
		[ -e "$$script" ] || { echo "there is no script in tests/bench"; break; }; \
		echo "== $$script"; \
		$(VENV) -m "tests.bench.$$(basename "$$script" .py)" || exit; \
	done

audit: ## Look up what constraints.txt pins among the known vulnerabilities (needs the internet)
	@sh .ci/audit.sh

docs: ## Build the documentation into site/, offline; a warning is a failure
	@sh .ci/setup.sh docs
	$(VENV) -m tests.docs.generated
	@# Not --quiet, which would hide the warnings from --strict.
	$(VENV) -m mkdocs build --strict --config-file .ci/mkdocs.yml
	$(VENV) -m tests.docs.offline

setup: ## Make or update .venv with everything that the tests need
	@sh .ci/setup.sh test

clean: ## Remove caches and build results; documents in .qa and .venv stay
	rm -rf build dist site .coverage .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find qa tests -name __pycache__ -type d -prune -exec rm -rf {} +

distclean: clean ## As clean, and remove .venv
	rm -rf .venv
