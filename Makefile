# Everything from nothing: `make book`, `make test`. Make holds no logic: it calls `python -m bluebook …`, pytest, ruff.
PY ?= python3
BIN = .venv/bin
# The locks name everything, so pip has nothing to work out.
PIP = $(BIN)/python -m pip install -q --disable-pip-version-check --no-deps
RUN = $(BIN)/python -m bluebook
.PHONY: book test test-all print-zh serve bench mutants check audit lint lock doctor clean

book: .venv/.book
	@$(RUN) build

test: .venv/.dev
	@$(RUN) build
	$(BIN)/python -m pytest -n auto --dist worksteal -m "not slow"

test-all: .venv/.dev
	@$(RUN) build
	$(BIN)/python -m pytest -n auto --dist worksteal

# The printed edition: PDF, a short PDF and an EPUB in _build/html/downloads/.
print-zh: .venv/.book
	@$(RUN) build --lang zh --print

serve: .venv/.book
	@$(RUN) serve

bench: .venv/.dev
	@$(RUN) bench

# Small faults put into the engine on purpose: which do the tests miss? The answer is in _build/mutants.csv.
mutants: .venv/.dev
	$(BIN)/python tools/mutants.py

check audit doctor: .venv/.book
	@$(RUN) $@

lint: .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

# Pins everything anew, for every Python from 3.11 on and every system; needs uv.
lock:
	uv pip compile pyproject.toml --extra book --universal --python-version 3.11 --no-emit-index-url --no-header -q -o requirements.txt
	uv pip compile pyproject.toml --extra book --extra dev --extra bench -c requirements.txt --universal --python-version 3.11 --no-emit-index-url --no-header -q -o requirements-dev.txt
	uv pip compile pyproject.toml --extra kit -c requirements.txt --universal --python-version 3.11 --no-emit-index-url --no-header --no-annotate -q -o requirements-kit.txt

.venv/.python:
	@$(PY) -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "需要 Python 3.11 或更新，并带 venv（Debian：apt install python3-venv） / needs Python 3.11 or newer with venv"; exit 1; }
	@$(PY) -m venv .venv
	@touch $@

.venv/.book: requirements.txt | .venv/.python
	@echo "安装依赖（第一次约一分钟）… / installing (about a minute, once) …"
	@$(PIP) -r requirements.txt
	@touch $@

.venv/.dev: requirements-dev.txt .venv/.book
	@$(PIP) -r requirements-dev.txt
	@touch $@

clean:
	rm -rf _build .pytest_cache .ruff_cache .hypothesis
