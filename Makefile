PORT ?= 8000
PYTHON ?= python3
SOAK_SECONDS ?= 1800
PEERS = triton mlserver mosec litserve bentoml
EXPLORER = tests/explorer
FUZZ_SECONDS ?= 600
NPM = PATH="$(CURDIR)/.venv/bin:$$PATH" npm --prefix $(EXPLORER) --silent
BESIDE = -n 2 --dist loadfile --no-loadscope-reorder
INSTALL = bin/pip install --quiet --constraint constraints.txt --editable

unexport PYTHONDONTWRITEBYTECODE  # the tests start two hundred processes, which would compile all that they import

.PHONY: serve test container-test check fuzz models bench bench-peers bench-stages bench-overload soak clean

serve: .venv-serve/ready  ## start the service on 127.0.0.1:$(PORT); installs no torch
	.venv-serve/bin/latentd serve --port $(PORT)

test: check  ## lint, types, doors, and every test, two files at a time
	scripts/install-chromium && scripts/install-strace && scripts/install-wrk && $(NPM) test && .venv/bin/pytest $(BESIDE)

container-test: .venv/ready  ## build the images and run docker-compose.yml, by podman; needs root on Debian
	PYTHON=.venv/bin/python scripts/container-test

check: .venv/ready $(EXPLORER)/node_modules/ready  ## lint, types and doors alone
	.venv/bin/ruff check && .venv/bin/ruff format --check && .venv/bin/mypy && .venv/bin/lint-imports
	$(NPM) run check

fuzz: .venv/ready  ## let atheris look for bytes that make a reader fail; FUZZ_SECONDS=600
	.venv/bin/python tests/hostile/fuzz_readers.py -max_total_time=$(FUZZ_SECONDS) -rss_limit_mb=0 -timeout=10

models: .venv/ready  ## train the shipped models again from the raw MNIST files, and rewrite models/
	.venv/bin/latentd-export train ae-mnist vae-mnist dae-mnist --version 1 --overwrite

bench: .venv-bench/ready  ## measure latentd beside forty lines of FastAPI and a bare ASGI callable; some 8 minutes
	scripts/install-wrk && .venv-bench/bin/python -m benchmarks $(BENCH)

bench-peers: .venv-bench/ready $(PEERS:%=.venv-peers/%/ready)  ## measure it beside other model servers; some 15 minutes
	scripts/install-wrk && .venv-bench/bin/python -m benchmarks --peers $(BENCH)

bench-stages: .venv-bench/ready  ## measure each stage of a request: read, run, write
	.venv-bench/bin/pytest benchmarks/test_stages.py

bench-overload: .venv/ready  ## ask four times as much of a service as it can do; some 2 minutes
	.venv/bin/python -m benchmarks.overload

soak: .venv/ready  ## half an hour of mixed load, by which memory must not grow; SOAK_SECONDS=600 is shorter
	.venv/bin/python -m benchmarks.soak --seconds $(SOAK_SECONDS)

.venv/ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv && .venv/$(INSTALL) '.[serve,export,dev,bench]' && touch $@

$(EXPLORER)/node_modules/ready: .venv/ready $(EXPLORER)/package-lock.json
	$(NPM) ci && touch $@

.venv-serve/ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv-serve && .venv-serve/$(INSTALL) '.[serve]' && touch $@

.venv-bench/ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv-bench && .venv-bench/$(INSTALL) '.[serve,bench]' && touch $@

.venv-peers/%/ready: benchmarks/peers/%/requirements.txt
	$(PYTHON) -m venv .venv-peers/$* && .venv-peers/$*/bin/pip install --quiet --no-deps --requirement $< && touch $@

clean:  ## remove what the targets above have installed
	rm -rf .venv .venv-serve .venv-bench .venv-clients .venv-peers $(EXPLORER)/node_modules
