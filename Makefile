# make demo     the whole path on embedded data, in minutes, on the CPU
# make test     formatting, lint, types, unit tests and workflow tests
# make targets  every table and figure: what it is, and whether it is up to date
# make report   one HTML file with every figure and table of a finished run
# make plan     what the run costs: jobs, hours, memory and disk
# make release-files  weights, samples and bins of a finished run, packed
# make docs     the documentation in build/docs; a warning is an error
# make lint     what `test` looks at first; make format mends what can be mended
#
# make test-faults    killed jobs, full disks, altered files: real ones, in minutes
# make test-cluster   the workflow on a real Slurm, started for it; installs it as root
# make test-conda     a rule in a conda environment; without a conda, by a stand-in for it
# make rehearsal      every kind of job at full size, one step of each: what they take; hours
# make test-gpu       what only a GPU can show; skipped without one
# make gpu-check      the same, and how fast every model trains there: six minutes, no network
# make mutate         errors planted in the library: how many the unit tests notice; an hour
#
# Each sets up .venv first, where there is none (docs: .venv-docs). CONFIG chooses the
# run of `targets`, `report`, `plan` and `release-files`.

PYTHON ?= python3
CORES ?= all
CONFIG ?= config/demo.yaml
BIN := .venv/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
run = $$($(BIN)/python -c "import yaml; print(yaml.safe_load(open('$(CONFIG)'))['run'])")

.PHONY: demo targets test test-units test-workflow test-faults test-cluster test-conda \
  test-gpu gpu-check rehearsal mutate lint types format reference report plan docs clean \
  release-files

demo: .venv/ready
	snakemake --cores $(CORES) --configfile config/demo.yaml
	@$(MAKE) --no-print-directory report CONFIG=config/demo.yaml
	@python scripts/show_tables.py results/demo

targets: .venv/ready
	@python scripts/show_targets.py --configfile $(CONFIG)

report: .venv/ready
	snakemake --configfile $(CONFIG) --report results/$(run)/report.html

release-files: .venv/ready
	snakemake --cores $(CORES) release_files --configfile $(CONFIG)

plan: .venv/ready
	@snakemake plan --force --quiet all --cores 1 --configfile $(CONFIG)

# Both halves side by side: pytest-xdist 3.8 cannot group tests under pytest 9.2, and all of
# the workflow's share one finished run. Half of these wait for it: the unit tests give way.
test: lint
	@echo "unit tests and workflow tests, each shown at its end: about 10 minutes"
	@$(MAKE) --no-print-directory --jobs 2 --output-sync=target test-units test-workflow

test-units: .venv/ready
	OMP_NUM_THREADS=1 nice pytest tests/unit

test-workflow: .venv/ready
	OMP_NUM_THREADS=1 pytest tests/workflow

test-faults: .venv/ready
	pytest tests/faults

test-gpu: .venv/ready
	pytest -rs tests/gpu

# With the Python that is there, if it has torch: a machine for a few minutes has no network.
OPTIONS ?=
gpu-check:
	$(PYTHON) scripts/check_gpu.py $(OPTIONS)

test-cluster: .venv/ready
	-@$(BIN)/python -m tests.cluster.lab --install  # what is missing, the tests say too
	pytest tests/cluster

test-conda: .venv/ready .venv-conda/ready
	pytest -rs tests/conda

# SHARE of CelebA's images; FOLDER for them and for what is made of them: 20 GB.
SHARE ?= 1
FOLDER ?= build/rehearsal
rehearsal: .venv/ready
	python scripts/rehearse.py --cores $(CORES) --share $(SHARE) --folder $(FOLDER)

# SAMPLE: how many errors a module; FOLDERS: folders or modules of the library, all
# scientific ones by default.
SAMPLE ?= 40
FOLDERS ?=
mutate: .venv/ready
	python -m tests.mutate --sample $(SAMPLE) $(FOLDERS)

# What the settings classes say, for editors and for the documentation.
reference: .venv/ready
	python scripts/write_reference.py

lint: types
	ruff format --check .
	ruff check .
	snakefmt --check .
	snakemake --lint
	check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml

types: .venv/ready
	mypy

format: .venv/ready
	ruff format .
	ruff check --fix .
	snakefmt .

docs: .venv-docs/ready
	NO_MKDOCS_2_WARNING=1 .venv-docs/bin/mkdocs build --strict

.venv-docs/ready: requirements-docs.txt
	$(PYTHON) -m venv .venv-docs
	.venv-docs/bin/pip install --quiet --requirement requirements-docs.txt
	@touch $@

.venv-conda/ready: requirements-conda.txt
	@command -v conda > /dev/null || { $(PYTHON) -m venv .venv-conda && \
	  .venv-conda/bin/pip install --quiet --requirement requirements-conda.txt; }
	@mkdir -p .venv-conda && touch $@

.venv/ready: requirements.txt requirements-cluster.txt requirements-dev.txt
	@case "$(CURDIR)" in *[[:space:]]*) echo '$(CURDIR): found a space in the path, with' \
	  'which Snakemake starts no job; needed a folder without spaces. Hint: move the' \
	  'project.' >&2; exit 1;; esac
	@$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info < (3, 14) else \
	  "Python: found %d.%d; needed 3.11, 3.12 or 3.13. Hint: make PYTHON=python3.12 ..." % sys.version_info[:2])'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --requirement requirements-dev.txt
	@touch $@

clean:
	rm -rf .venv .venv-docs .venv-conda .snakemake .mypy_cache build results/demo
