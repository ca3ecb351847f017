PORT ?= 8000
PYTHON ?= python3
PEERS = triton mlserver mosec litserve bentoml
EXPLORER = tests/explorer
FUZZ_SECONDS ?= 600
INSTALL = bin/pip install --quiet --constraint constraints.txt --editable

.PHONY: serve test check fuzz models bench bench-peers bench-stages clean

serve: .venv-serve/ready  ## start the service on 127.0.0.1:$(PORT); installs no torch
	.venv-serve/bin/latentd serve --port $(PORT)

test: check  ## lint, types, doors, and every test
	scripts/install-chromium && npm --prefix $(EXPLORER) test && .venv/bin/pytest

check: .venv/ready $(EXPLORER)/node_modules/ready  ## lint, types and doors alone
	.venv/bin/ruff check && .venv/bin/ruff format --check && .venv/bin/mypy && .venv/bin/lint-imports
	npm --prefix $(EXPLORER) run --silent check

fuzz: .venv/ready  ## let atheris look for bytes that make a reader fail; FUZZ_SECONDS=600
	.venv/bin/python tests/hostile/fuzz_readers.py -max_total_time=$(FUZZ_SECONDS) -rss_limit_mb=2048 -timeout=10

models: .venv/ready  ## train the shipped models again from the raw MNIST files, and rewrite models/
	.venv/bin/latentd-export train ae-mnist vae-mnist dae-mnist --version 1 --overwrite

bench: .venv-bench/ready  ## measure latentd beside forty lines of FastAPI and a bare ASGI callable; some 8 minutes
	scripts/install-wrk && .venv-bench/bin/python -m benchmarks $(BENCH)

bench-peers: .venv-bench/ready $(PEERS:%=.venv-peers/%/ready)  ## measure it beside other model servers; some 15 minutes
	scripts/install-wrk && .venv-bench/bin/python -m benchmarks --peers $(BENCH)

bench-stages: .venv-bench/ready  ## measure each stage of a request: read, run, write
	.venv-bench/bin/pytest benchmarks/test_stages.py

.venv/ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv && .venv/$(INSTALL) '.[serve,export,dev,bench]' && touch $@

$(EXPLORER)/node_modules/ready: $(EXPLORER)/package-lock.json
	scripts/install-node && npm --prefix $(EXPLORER) ci --silent && touch $@

.venv-serve/ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv-serve && .venv-serve/$(INSTALL) '.[serve]' && touch $@

.venv-bench/ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv-bench && .venv-bench/$(INSTALL) '.[serve,bench]' && touch $@

.venv-peers/%/ready: benchmarks/peers/%/requirements.txt
	$(PYTHON) -m venv .venv-peers/$* && .venv-peers/$*/bin/pip install --quiet --no-deps --requirement $< && touch $@

clean:  ## remove what the targets above have installed
	rm -rf .venv .venv-serve .venv-bench .venv-clients .venv-peers $(EXPLORER)/node_modules
