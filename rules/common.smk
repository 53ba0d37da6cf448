"""What the rules share: the validated configuration, paths, and look-ups in it.

in:   config (config.yaml and overlays), resources/datasets.yaml
out:  OUT and RAW, the folders of this run's results and of raw files; functions that
      answer which dataset, models, settings, bins and files a rule needs
"""

import hashlib
import sys
from pathlib import Path

import yaml
from snakemake.exceptions import WorkflowError

sys.path.insert(0, str(Path(workflow.basedir) / "scripts"))

from gansgmms.configuration import (
    ConfigError,
    bins_settings,
    config_from_environment,
    model_settings,
    parse_variant,
    validated,
)

REGISTRY = yaml.safe_load(
    (Path(workflow.basedir) / "resources" / "datasets.yaml").read_text()
)

try:
    config.update(validated(config_from_environment(config), REGISTRY))
except ConfigError as error:
    raise WorkflowError(f"The configuration is not usable.\n{error}") from None

OUT = f"results/{config['run']}"
RAW = config["downloads"]
ROLES = list(config["roles"])
SEEDS = config["seeds"]
SPLITS = ["train", "test"]  # the data themselves, as rows of the tables


# A model's name, or a variant of it: mfa, mfa+components=50, mfa+training=em+latent=6.
wildcard_constraints:
    dataset="[a-z][a-z0-9_]*",
    model=r"(?!(?:train|test)/)[a-z][a-z0-9_]*(?:\+[^/]+)*",
    source=r"[a-z][a-z0-9_]*(?:\+[^/]+)*",
    split="train|test",
    bins=r"(?:kmeans|agglomerative)\d+",
    seed=r"\d+",


# --- Configuration ---


def dataset_spec(dataset):
    """Everything known of a dataset: its entry in the registry, or one of the user's."""
    own = {k: v for k, v in config["datasets"].get(dataset, {}).items() if k != "bins"}
    if dataset not in REGISTRY and not own:
        raise WorkflowError(f"dataset: found '{dataset}'; needed one of {list(REGISTRY)}.")
    return {**REGISTRY.get(dataset, {}), **own}


def dataset_of(role):
    """The dataset that plays a part in the papers' figures and tables."""
    dataset = config["roles"][role]
    if dataset is None:
        raise WorkflowError(
            f"roles.{role}: found null; needed a dataset, because what you asked for "
            f"shows it. Hint: --config 'roles={{{role}: ...}}', or ask for something else."
        )
    return dataset


def label_of(source):
    """How a table or figure names a model, or one of the splits of the data."""
    if source in SPLITS:
        return source.capitalize()
    base, overrides = parse_variant(source)
    words = [f"{key} {value}" for key, value in overrides.items()]
    return ", ".join([config["models"][base]["label"], *words])


def job_seed(rule, wildcards):
    """A job's own seed: from the configured seed, its rule and its wildcards."""
    words = [str(config["seed"]), rule, *(f"{k}={v}" for k, v in sorted(wildcards.items()))]
    return int.from_bytes(hashlib.sha256("/".join(words).encode()).digest()[:4])


def seed_of(rule):
    """`job_seed` as a function of the wildcards, for params."""
    return lambda wildcards: job_seed(rule, wildcards)


# --- Paths ---


def log_of(rule, wildcards=""):
    """The log file of a rule's job."""
    return f"{OUT}/logs/{rule}/{wildcards}.log" if wildcards else f"{OUT}/logs/{rule}.log"


def benchmark_of(rule, wildcards=""):
    """The benchmark file (time, memory) of a rule's job."""
    return log_of(rule, wildcards).replace("/logs/", "/jobs/").replace(".log", ".tsv")


def images_file(dataset, split):
    return f"{OUT}/{dataset}/images/{split}.arrow"


def bins_file(dataset, k):
    return f"{OUT}/{dataset}/bins/{bins_settings(config, dataset)['method']}{k}.safetensors"


def model_file(dataset, model, seed=SEEDS[0]):
    return f"{OUT}/{dataset}/models/{model}/seed{seed}/model.safetensors"


def samples_file(dataset, source, seed=SEEDS[0]):
    return f"{OUT}/{dataset}/samples/{source}/seed{seed}.arrow"


def score_file(dataset, source, kind, seed=SEEDS[0]):
    return f"{OUT}/{dataset}/scores/{source}/seed{seed}/{kind}.parquet"


# --- Figures and tables ---


def shown_roles(target):
    """The parts that a figure or table shows, less those that no dataset plays."""
    entry = config["figures"].get(target) or config["tables"][target]
    roles = entry.get("roles") or [entry["role"]]
    return [role for role in roles if config["roles"][role] is not None]


def panels(figure):
    """The datasets of a figure's panels; one that plays two parts is shown once."""
    roles = config["figures"][figure].get("roles") or [config["figures"][figure]["role"]]
    shown = [dataset_of(role) for role in shown_roles(figure) or roles]
    return list(dict.fromkeys(shown))


def panel_files(figure, path):
    """For input: `path(dataset, model)` of each panel of a figure."""
    return lambda wildcards: [
        path(dataset, config["figures"][figure]["model"]) for dataset in panels(figure)
    ]


def panel_titles(figure):
    """For params: what to write above each panel; nothing above a single one."""
    return lambda wildcards: (
        [dataset_spec(d).get("label", d) for d in panels(figure)]
        if len(panels(figure)) > 1
        else [""]
    )


def role_dataset(target):
    """The dataset of a figure or table that shows one part."""
    entry = config["figures"].get(target) or config["tables"][target]
    return dataset_of(entry["role"])


def figure_files(figure):
    """For output: a figure as PNG, which the report shows, and as PDF."""
    return {
        "png": report(
            f"{OUT}/figures/{figure}.png",
            caption=f"../report/{figure}.rst",
            category="Figures",
            labels={"figure": figure},
        ),
        "pdf": f"{OUT}/figures/{figure}.pdf",
    }


def table_files(table):
    """For output: a table as CSV, which the report shows, as Markdown and as LaTeX."""
    return {
        "csv": report(
            f"{OUT}/tables/{table}.csv",
            caption="../report/table.rst",
            category="Tables",
            labels={"table": table},
        ),
        "md": f"{OUT}/tables/{table}.md",
        "tex": f"{OUT}/tables/{table}.tex",
    }


TABLES_WITH_JS = [t for t in config["tables"] if t != "sharpness"]


def targets(only=None):
    """Figures and tables that can be made; with `only`, those of that part alone."""
    named = [*config["figures"], *config["tables"]]
    if only is None:
        shown = [target for target in named if shown_roles(target)]
    else:
        shown = [target for target in named if shown_roles(target) == [only]]
    twins = [f"{t}_js" for t in TABLES_WITH_JS if t in shown]
    return [*shown, *twins, *(["likelihood"] if only is None else [])]


def files_of(target):
    """The files that a figure's or table's rule makes."""
    if target in config["figures"]:
        return [f"{OUT}/figures/{target}.{kind}" for kind in ["png", "pdf"]]
    return [f"{OUT}/tables/{target}.{kind}" for kind in ["csv", "md", "tex"]]
