# make demo   sets up and runs the whole way on synthetic data (ARGS=--no-serve: ends after the reports)
# make test   sets up and runs the tests on every core (CORES=0: one after the other; ARGS=tests/scoring: some of them)
# make check  ruff, mypy, import contracts, questionnaires
PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/.installed
CORES ?= logical

# The tests start hundreds of commands and servers: compiled once, not each time anew.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: demo test check lock clean

demo: $(INSTALLED)
	$(BIN)/surveyplat demo $(ARGS)

test: $(INSTALLED)
	$(BIN)/python -m pytest -n $(CORES) --dist loadfile --no-loadscope-reorder $(ARGS)

check: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/surveyplat check questionnaires

$(INSTALLED): requirements/dev.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "surveyplat needs Python 3.11 or newer: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $(INSTALLED)

# Needs uv; writes every requirement with its hashes and without an address.
lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml -o requirements/run.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra dev pyproject.toml -c requirements/run.txt -o requirements/dev.txt

clean:
	rm -rf .venv surveyplat-data demo-data build dist
