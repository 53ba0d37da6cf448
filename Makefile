# make demo     the whole path on embedded data, in minutes, on the CPU
# make test     formatting, lint, unit tests and workflow tests
# make report   one HTML file with every figure and table of a finished run
#
# Each sets up .venv first, where there is none. CONFIG chooses the run of `report`.

PYTHON ?= python3
CORES ?= all
CONFIG ?= config/demo.yaml
BIN := .venv/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
run = $$($(BIN)/python -c "import yaml; print(yaml.safe_load(open('$(CONFIG)'))['run'])")

.PHONY: demo test lint format report clean

demo: .venv/ready
	snakemake --cores $(CORES) --configfile config/demo.yaml
	@$(MAKE) --no-print-directory report CONFIG=config/demo.yaml
	@python scripts/show_tables.py results/demo

report: .venv/ready
	snakemake --configfile $(CONFIG) --report results/$(run)/report.html

test: lint
	pytest

lint: .venv/ready
	ruff format --check .
	ruff check .
	snakefmt --check .
	snakemake --lint

format: .venv/ready
	ruff format .
	ruff check --fix .
	snakefmt .

.venv/ready: requirements.txt requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info < (3, 14) else \
	  "Python: found %d.%d; needed 3.11, 3.12 or 3.13. Hint: make PYTHON=python3.12 ..." % sys.version_info[:2])'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --requirement requirements-dev.txt
	@touch $@

clean:
	rm -rf .venv .snakemake results/demo
