# Avow: one target each. `make run` and `make test` are all a newcomer needs.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
RUN_READY := $(VENV)/.run-ready
DEV_READY := $(VENV)/.dev-ready
UV := $(BIN)/uv pip install --quiet --python $(BIN)/python

.PHONY: setup run test check demo bench soak lock system format evidence

setup: $(RUN_READY)  ## install what the server needs

run: $(RUN_READY)  ## start the site, with its own PostgreSQL
	$(BIN)/avow serve

test: system $(DEV_READY)  ## every static check and test (uses apt as root where a component is missing)
	$(BIN)/python -m tests.run check test

check: $(DEV_READY)  ## static checks alone
	$(BIN)/python -m tests.run check

demo: $(RUN_READY)  ## 20,000 invented people, and the proof that all are treated as promised
	$(BIN)/avow demo

bench: system $(DEV_READY)  ## measure ratios into bench/results.json, with plots
	$(BIN)/python -m bench

soak: system $(DEV_READY)  ## the long proofs, each resumable
	$(BIN)/python -m tests.soak

format: $(DEV_READY)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

evidence: $(DEV_READY)  ## write the generated pages and the table of keepers and proofs
	$(BIN)/python -m tests.run write

lock: $(DEV_READY)  ## resolve the locked requirements anew
	$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header -q -o requirements/run.txt
	$(BIN)/uv pip compile pyproject.toml --group dev -c requirements/run.txt --universal --python-version 3.11 --generate-hashes --no-header -q -o requirements/dev.txt

system:  ## install the browser and the second PostgreSQL that the tests use
	@sh tests/system.sh

$(BIN)/uv: requirements/uv.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/uv.txt
	@touch $@

$(RUN_READY): $(BIN)/uv requirements/run.txt pyproject.toml
	$(UV) --require-hashes -r requirements/run.txt
	$(UV) --no-deps --editable .
	@touch $@

$(DEV_READY): $(RUN_READY) requirements/dev.txt audit/pyproject.toml
	$(UV) --require-hashes -r requirements/dev.txt
	$(UV) --no-deps --editable audit
	@touch $@
