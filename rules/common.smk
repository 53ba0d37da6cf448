"""What the rules share: the validated configuration, and how a rule asks it.

in:   config (config.yaml and overlays), resources/{datasets,networks}.yaml
out:  EXPERIMENT, which answers what a run is made of; `of` and `job_seed`, for functions
      of wildcards; `figure_files` and `table_files`, the outputs that the report shows
"""

import os
import sys
from pathlib import Path

import yaml
from snakemake.exceptions import WorkflowError

sys.path.insert(0, str(Path(workflow.basedir) / "scripts"))

from gansgmms.errors import InputError
from gansgmms.settings.configuration import (
    ConfigError,
    config_from_environment,
    validated,
)
from gansgmms.workflow.experiment import Experiment

RESOURCES = Path(workflow.basedir) / "resources"
REGISTRY = yaml.safe_load((RESOURCES / "datasets.yaml").read_text("utf-8"))
NETWORKS = yaml.safe_load((RESOURCES / "networks.yaml").read_text("utf-8"))

try:
    config.update(validated(config_from_environment(config), REGISTRY, NETWORKS))
except ConfigError as error:
    raise WorkflowError(f"The configuration is not usable.\n{error}") from None

EXPERIMENT = Experiment(config, REGISTRY, NETWORKS)
OUT, SEED = EXPERIMENT.out, EXPERIMENT.seeds[0]
GPU = int(config["device"] != "cpu")  # what a job asks for that could use one
# Where a GPU is demanded, the environment whose torch cannot be without one.
TORCH = f"../envs/{'torch_cuda' if config['device'] == 'cuda' else 'torch'}.yaml"


pathvars:
    results=OUT,
    logs=f"{OUT}/logs",
    benchmarks=f"{OUT}/jobs",


# A model's name, or a variant of it: mfa, mfa+components=50, mfa+training=em+latent=6.
wildcard_constraints:
    dataset="[a-z][a-z0-9_]*",
    model=r"(?!(?:train|test)/|own_)[a-z][a-z0-9_]*(?:\+[^/]+)*",
    source=r"(?!own_)[a-z][a-z0-9_]*(?:\+[^/]+)*",
    split="train|test",
    bins=r"(?:kmeans|agglomerative)\d+(?:-refit\d+)?",
    seed=r"\d+",
    own="[a-z0-9_]+",


def of(function, *names):
    """A function of wildcards: `function` of those named, as text.

    What it cannot answer ends Snakemake with the message alone.
    """

    def answer(wildcards):
        try:
            return function(*(wildcards[name] for name in names))
        except InputError as error:
            raise WorkflowError(str(error)) from None

    return answer


def job_seed(name):
    """For params: a job's own seed, from the configured seed, its rule and wildcards."""
    return lambda wildcards: EXPERIMENT.job_seed(name, dict(wildcards.items()))


def refuse_unwritable(folder):
    """Before any job: stop where its results could not be written."""
    there = next(p for p in [Path(folder), *Path(folder).parents] if p.exists())
    if not os.access(there, os.W_OK | os.X_OK):
        raise WorkflowError(
            f"{there}: found a folder that cannot be written; needed room for the "
            f"results. Hint: change its permissions, or make it a link to another disk."
        )


def at_most(threads):
    """How many threads a job takes that can use so many."""
    return min(threads, config["threads"] or threads)


def megabytes(size):
    """For resources: whole megabytes, at least one."""
    return max(1, round(size / 1e6))


def figure_files(name):
    """For output: a figure as PNG, which the report shows, as PDF, and animated."""
    entry = config["figures"][name]
    shown = {"caption": f"../report/{entry['kind']}.rst", "category": "Figures"}
    made = {Path(f).suffix.removeprefix("."): f for f in EXPERIMENT.files_of(name)}
    made["png"] = report(made["png"], labels={"figure": name}, **shown)
    if "gif" in made:
        made["gif"] = report(
            made["gif"], labels={"figure": f"{name}, animated"}, **shown
        )
    return made


def table_files(table, caption, category="Tables"):
    """For output: a table as CSV, which the report shows, as Markdown and as LaTeX."""
    made = {Path(f).suffix.removeprefix("."): f for f in EXPERIMENT.files_of(table)}
    made["csv"] = report(
        made["csv"],
        caption=f"../report/{caption}.rst",
        category=category,
        labels={"table": table},
    )
    return made
