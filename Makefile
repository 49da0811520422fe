# Every target makes .venv by itself; nothing but Python (3.11 or newer) and git is needed.
PYTHON ?= python3
BIN := .venv/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
export DVC_NO_ANALYTICS := 1

# What is imported, a fifth of all there is; where nobody may write it later, all would begin slowly.
COMPILED := from remeta import verbs, zygote; [zygote.warm(verb) for verb in verbs.VERBS]

.PHONY: repro test check bench bench-runner

repro: .venv/ready  ## everything at the chosen profile: train, score, tables, figures, claims
	remeta repro

test: .venv/ready  ## layers, mathematics, physics, contracts
	lint-imports
	python -m pytest -n logical --dist loadfile --no-loadscope-reorder

check: .venv/ready  ## style and types
	ruff check
	ruff format --check
	pyright
	lint-imports

bench: .venv/ready  ## speed, as ratios measured side by side; wants a quiet machine
	remeta bench
	remeta quick

bench-runner: .venv/ready  ## the runner's own cost on this project, and its gain beside `dvc repro`; wants a quiet machine
	remeta bench-runner

.venv/ready: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet pip==26.3  # takes half as long as what Python brings
	$(BIN)/pip install --quiet --no-compile --requirement requirements.lock
	$(BIN)/pip install --quiet --no-deps --editable .
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -c "$(COMPILED)"
	touch $@
