# make reproduce   the whole paper, from nothing to results/report.html
# make test        all tests that need no other program, in two processes (PYTEST="..." adds options, e.g. "-k solver")
# make lint        style and types of Python, order of imports, style of Snakemake files and Snakemake's own advice
# make pages       README.md and docs/networks.md, with the numbers of the run in results/tables
# make dist        sdist and wheel in dist/
# make lock        requirements.txt and requirements-peers.txt from their .in (needs uv)
# make pins        envs/*.linux-64.pin.txt, the exact builds of each conda environment (needs conda and a network)
# make clean       remove results and caches, keep the environment

PYTHON ?= python3
CORES ?= all
PYTEST ?=
WORKERS ?= 2
BIN = .venv/bin
READY = .venv/.ready
PEERS = .venv-peers/.ready

# Snakemake keeps a cache in the user's home; without a home it is kept here.
ifeq ($(wildcard $(HOME)/.),)
export XDG_CACHE_HOME ?= $(CURDIR)/.cache
endif

# The rules run in .venv even where conda is installed.
export KURUCZ_A1_CONDA = off

.PHONY: reproduce test lint pages dist lock pins clean

reproduce: $(READY)
	$(BIN)/snakemake --cores $(CORES)
	$(BIN)/python -m kurucz_a1 tables results/tables

test: $(READY) $(PEERS)
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(PYTEST)

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	PYTHONPATH=src $(BIN)/lint-imports
	$(BIN)/snakefmt --check Snakefile workflow
	$(BIN)/snakemake --lint

pages: $(READY)
	$(BIN)/python -m kurucz_a1.report.pages README.md docs/networks.md --tables results/tables

dist: $(READY)
	rm -rf dist
	$(BIN)/python -m build --no-isolation

lock:
	uv pip compile requirements.in --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	    --no-header -o requirements.txt
	uv pip compile requirements-peers.in --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	    --no-header -o requirements-peers.txt

# Solved in the temporary folder .pins; Snakemake then installs the builds that a file lists, without solving.
pins:
	for file in envs/*.yaml; do \
	    conda env create --quiet --yes --prefix .pins --file $$file && \
	    conda list --explicit --md5 --prefix .pins | sed '/^#/d' > $${file%.yaml}.linux-64.pin.txt && \
	    rm -rf .pins || exit 1; \
	done

clean:
	rm -rf results .snakemake .cache .pytest_cache .ruff_cache

$(READY): requirements.txt pyproject.toml
	$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'Python 3.11 or newer is needed: make PYTHON=...')"
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

# other programs that the tests compare with
$(PEERS): requirements-peers.txt
	$(PYTHON) -m venv .venv-peers
	.venv-peers/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-peers.txt
	touch $@
