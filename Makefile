PORT ?= 8000
PYTHON ?= python3
INSTALL = bin/pip install --quiet --constraint constraints.txt --editable

.PHONY: serve test check models clean

serve: .venv-serve/ready  ## start the service on 127.0.0.1:$(PORT); installs no torch
	.venv-serve/bin/latentd serve --port $(PORT)

test: check  ## lint, types, doors, and every test
	.venv/bin/pytest

check: .venv/ready  ## lint, types and doors alone
	.venv/bin/ruff check && .venv/bin/ruff format --check && .venv/bin/mypy && .venv/bin/lint-imports

models: .venv/ready  ## train the shipped models again from the raw MNIST files, and rewrite models/
	.venv/bin/latentd-export train ae-mnist vae-mnist dae-mnist --version 1 --overwrite

.venv/ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv && .venv/$(INSTALL) '.[serve,export,dev]' && touch $@

.venv-serve/ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv-serve && .venv-serve/$(INSTALL) '.[serve]' && touch $@

clean:  ## remove what the targets above have installed
	rm -rf .venv .venv-serve .venv-clients
