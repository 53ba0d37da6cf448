"""What the rules share: the validated configuration, and how a rule asks it.

in:   config (config.yaml and overlays), resources/{datasets,networks}.yaml
out:  EXPERIMENT, which answers what a run is made of, and how rules ask it
"""

import os
import sys
from pathlib import Path

from snakemake.exceptions import WorkflowError
from snakemake.io import IOFile

ROOT = Path(str(workflow.current_basedir)).parent
sys.path.insert(0, str(ROOT / "scripts"))

from gansgmms.errors import InputError
from gansgmms.settings.files import check_files
from gansgmms.settings.refusals import ConfigError
from gansgmms.workflow.code import code_of
from gansgmms.workflow.exhibits import labels
from gansgmms.workflow.experiment import Experiment
from gansgmms.workflow.job import clear_states, refuse_spaces, refuse_unwritable
from gansgmms.workflow.needs import Needs, megabytes

try:
    check_files(workflow.configfiles)
    EXPERIMENT = Experiment.read(config, ROOT)
except ConfigError as error:
    raise WorkflowError(f"The configuration is not usable.\n{error}") from None

config.update(EXPERIMENT.config)
OUT, SEED = EXPERIMENT.out, EXPERIMENT.seeds[0]
NEEDS = Needs(EXPERIMENT)
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
    bins=r"(?:kmeans|agglomerative)\d+(?:-refit\d+)?(?:\+[^/]+)*",
    seed=r"\d+",
    own="[a-z0-9_]+",
    space="[a-z][a-z0-9_]*",


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


of(lambda: refuse_spaces(sys.executable))({})


def job_seed(name):
    """For params: a job's own seed, from the configured seed, its rule and wildcards."""
    return lambda wildcards: EXPERIMENT.job_seed(name, dict(wildcards.items()))


def is_accepted(path):
    """Whether Snakemake has written down that a job made this file as it is now."""
    # It keeps what it read last, which is nothing where the job has just run first.
    workflow.persistence._clear_cache()
    record = workflow.persistence.metadata(IOFile(path))
    made = record["endtime"] if record else None
    return bool(made) and abs(made - Path(path).stat().st_mtime) < 1


def look_for_jobs_when_one_ends():
    """Let Snakemake look for jobs when one has ended, and not every second as well.

    Under its limit of jobs a second (9.27), each look has another follow a second later:
    after n jobs there are n a second, at the demo's end a core's work. Jobs on this
    machine are limited by its cores.
    """
    if workflow.local_exec:
        workflow.scheduler.job_rate_limiter = None


def hash_code():
    """Add `code`, what its results depend on, to the params of all that runs a script.

    Called when all rules are there. A model that wildcards name counts with its own.
    """

    def of_script(script):
        def answer(wildcards):
            source = wildcards.get("model") or wildcards.get("source")
            return code_of(script, EXPERIMENT.architecture_or_none(source))

        return answer

    for one in workflow.rules:
        script = ROOT / "scripts" / Path(str(one.script or "")).name
        if script.suffix == ".py" and script.is_file():
            one.set_params(code=of_script(script))


def rule_of(target):
    """The rule of a figure or table, by the name that it has in a module too."""
    return workflow.get_rule(workflow.modifier.modify_rulename(target))


def describe(target):
    """Give the rule of a figure or table the line that `snakemake --list` prints."""
    rule_of(target).docstring = EXPERIMENT.line_of(target)


def at_most(threads):
    """How many threads a job takes that can use so many."""
    return min(threads, config["threads"] or threads)


def more_each_time(amount):
    """For resources: what a limit of time or memory cut off gets more when tried again."""

    def resource(wildcards, attempt):
        return attempt * (amount(wildcards) if callable(amount) else amount)

    return resource


def as_they_are(files):
    """For input: files that are there are not made again."""
    return [before_update(file) if exists(file) else file for file in files]


def beside_what_is_there(files):
    """For input: the first, made where it must be, beside files as they are."""
    mine, *theirs = files
    return [mine, *map(before_update, theirs)]


def figure_files(name):
    """For output: a figure as PNG, which the report shows, as PDF, and as GIF if it moves."""
    made = {Path(f).suffix.removeprefix("."): f for f in EXPERIMENT.files_of(name)}
    made["png"] = report(
        made["png"],
        caption=f"../report/{config['figures'][name]['kind']}.rst",
        category="3 Figures",
        labels=labels(EXPERIMENT, name),
    )
    return made


def table_files(table, caption, category="2 Tables"):
    """For output: a table for programs and readers; the report shows it as HTML."""
    made = {Path(f).suffix.removeprefix("."): f for f in EXPERIMENT.files_of(table)}
    made["html"] = report(
        made["html"],
        caption=f"../report/{caption}.rst",
        category=category,
        labels=labels(EXPERIMENT, table),
    )
    return made
