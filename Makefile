# Everything a checkout needs: `make run` to use Flux, `make test` to check it. Both set up what is missing.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
TOOLS := $(VENV)/.tools

.PHONY: setup run test test-slow check bench faults

setup: $(READY) $(TOOLS)

$(READY): requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Flux needs Python 3.11 or newer: make PYTHON=python3.11 $(MAKECMDGOALS)"; exit 1; }
	@test -x "$(BIN)/python" || $(PYTHON) -m venv "$(VENV)" || { echo "Python cannot make virtual environments here: sudo apt-get install python3-venv"; exit 1; }
	@echo "Installing packages into $(VENV) ..."
	@"$(BIN)/python" -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch "$@"

$(TOOLS): requirements-dev.txt $(READY)
	@echo "Installing what tests and checks need ..."
	@"$(BIN)/python" -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch "$@"

run: $(READY)
	@"$(BIN)/python" manage.py up --port $(PORT)

test: setup
	@sh scripts/test_tools.sh
	@"$(BIN)/python" -m pytest -n auto --maxprocesses 4

test-slow: setup
	@sh scripts/test_tools.sh
	@"$(BIN)/python" -m pytest -m slow

check: setup
	@"$(BIN)/ruff" format --check .
	@"$(BIN)/ruff" check .
	@"$(BIN)/lint-imports"
	@"$(BIN)/python" manage.py makemigrations --check --dry-run
	@"$(BIN)/mypy" .

bench: setup
	@"$(BIN)/python" -m benchmarks

faults: setup
	@sh scripts/test_tools.sh
	@"$(BIN)/python" -m benchmarks.faults $(if $(N),--deliveries $(N)) $(if $(MINUTES),--minutes $(MINUTES)) $(if $(SEED),--seed $(SEED))
