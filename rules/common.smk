"""What the rules share: the validated configuration, paths, and look-ups in it.

in:   config (config.yaml and overlays), resources/{datasets,networks}.yaml
out:  OUT and RAW, the folders of this run's results and of raw files; functions that
      answer which dataset, models, settings, bins and files a rule needs
"""

import hashlib
import os
import re
import sys
from math import prod
from pathlib import Path

import yaml
from snakemake.exceptions import WorkflowError

sys.path.insert(0, str(Path(workflow.basedir) / "scripts"))

from gansgmms.settings.configuration import (
    ConfigError,
    bins_settings,
    config_from_environment,
    model_settings,
    own_label,
    own_name,
    parse_variant,
    roles_of,
    seeds_of,
    validated,
)
from gansgmms.settings.experiments import experiment_models

RESOURCES = Path(workflow.basedir) / "resources"
REGISTRY = yaml.safe_load((RESOURCES / "datasets.yaml").read_text())
NETWORKS = yaml.safe_load((RESOURCES / "networks.yaml").read_text())

try:
    config.update(validated(config_from_environment(config), REGISTRY, NETWORKS))
except ConfigError as error:
    raise WorkflowError(f"The configuration is not usable.\n{error}") from None

OUT = f"results/{config['run']}"
RAW = config["downloads"]
GPU = int(config["device"] != "cpu")  # what a job asks for that could use one
ROLES = list(config["roles"])
SEEDS = config["seeds"]
SPLITS = ["train", "test"]  # the data themselves, as rows of the tables
DENSITIES = ["mfa", "adversarial_mfa"]  # architectures with an exact likelihood
ANIMATED = ["s18"]
TABLES_WITH_JS = [t for t in config["tables"] if t.startswith("table")]


# A model's name, or a variant of it: mfa, mfa+components=50, mfa+training=em+latent=6.
wildcard_constraints:
    dataset="[a-z][a-z0-9_]*",
    model=r"(?!(?:train|test)/|own_)[a-z][a-z0-9_]*(?:\+[^/]+)*",
    source=r"(?!own_)[a-z][a-z0-9_]*(?:\+[^/]+)*",
    split="train|test",
    bins=r"(?:kmeans|agglomerative)\d+(?:-refit\d+)?",
    seed=r"\d+",
    own="[a-z0-9_]+",


# --- Configuration ---


def full_reproduction():
    """The configuration without overlays: the papers' own numbers."""
    full = yaml.safe_load((Path(workflow.basedir) / "config.yaml").read_text())
    return validated(full, REGISTRY, NETWORKS)


def dataset_spec(dataset):
    """Everything known of a dataset: its entry in the registry, or one of the user's."""
    own = {k: v for k, v in config["datasets"].get(dataset, {}).items() if k != "bins"}
    if dataset not in REGISTRY and not own:
        raise WorkflowError(
            f"dataset: found '{dataset}'; needed one of {list(REGISTRY)}."
        )
    return {**REGISTRY.get(dataset, {}), **own}


def title_of(dataset):
    """How a figure names a dataset."""
    return dataset_spec(dataset).get("title", dataset)


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
    if source.startswith("own_"):
        return own_label(config["own"])
    base, overrides = parse_variant(source)
    words = [f"{key.replace('_', ' ')} {value}" for key, value in overrides.items()]
    return ", ".join([config["models"][base]["label"], *words])


def job_seed(name, wildcards):
    """A job's own seed: from the configured seed, its rule and its wildcards."""
    words = [
        str(config["seed"]),
        name,
        *(f"{k}={v}" for k, v in sorted(wildcards.items())),
    ]
    return int.from_bytes(hashlib.sha256("/".join(words).encode()).digest()[:4])


def seed_of(name):
    """`job_seed` as a function of the wildcards, for params."""
    return lambda wildcards: job_seed(name, wildcards)


def torch_environment():
    """Where a GPU is demanded, the environment whose torch cannot be without one."""
    build = "torch_cuda" if config["device"] == "cuda" else "torch"
    return f"../envs/{build}.yaml"


def at_most(threads):
    """How many threads a job takes that can use so many."""
    return min(threads, config["threads"] or threads)


# --- Datasets and bins ---


def raw_files(wildcards):
    """The files a dataset is prepared from, by key: official ones, or the user's own."""
    spec = dataset_spec(wildcards.dataset)
    if "path" in spec:
        own = spec["path"]
        return own if isinstance(own, dict) else {"images": own}
    files = spec.get("files", {})
    return {key: f"{RAW}/{wildcards.dataset}/{f['name']}" for key, f in files.items()}


def source_spec(wildcards):
    """Everything known of where raw files come from: a dataset, or a network."""
    return NETWORKS.get(wildcards.dataset) or dataset_spec(wildcards.dataset)


def raw_file_spec(wildcards):
    """Name, size, checksum and addresses of one raw file."""
    files = source_spec(wildcards).get("files", {}).values()
    return next(f for f in files if f["name"] == wildcards.file)


def mirror_folder(wildcards):
    """The folder of a dataset or a network inside a mirror."""
    return source_spec(wildcards)["mirror"]


def raw_file_mb(wildcards):
    """Megabytes of one raw file."""
    return megabytes(raw_file_spec(wildcards)["bytes"])


def prepared_mb(wildcards):
    """Megabytes of a dataset's images; a guess where nobody knows how many there are."""
    spec = dataset_spec(wildcards.dataset)
    images = sum(spec.get("counts", {}).values()) or 100_000
    return megabytes(images * prod(spec["shape"]))


def samples_mb(wildcards):
    """Megabytes of one file of samples."""
    return megabytes(config["samples"] * prod(dataset_spec(wildcards.dataset)["shape"]))


def megabytes(size):
    return max(1, round(size / 1e6))


def bins_method(wildcards):
    """The clustering method in the name of bins such as kmeans100-refit1."""
    return re.match(r"[a-z]+", wildcards.bins).group()


def bins_number(wildcards):
    """The number of bins in the name of bins such as kmeans100-refit1."""
    return int(re.search(r"\d+", wildcards.bins).group())


# --- Paths ---


def refuse_unwritable(folder):
    """Before any job: stop where its results could not be written."""
    there = next(p for p in [Path(folder), *Path(folder).parents] if p.exists())
    if not os.access(there, os.W_OK | os.X_OK):
        raise WorkflowError(
            f"{there}: found a folder that cannot be written; needed room for the "
            f"results. Hint: change its permissions, or make it a link to another disk."
        )


def log_of(name, wildcards=""):
    """The log file of a rule's job."""
    return (
        f"{OUT}/logs/{name}/{wildcards}.log" if wildcards else f"{OUT}/logs/{name}.log"
    )


def benchmark_of(name, wildcards=""):
    """The benchmark file (time, memory) of a rule's job."""
    return (
        f"{OUT}/jobs/{name}/{wildcards}.tsv" if wildcards else f"{OUT}/jobs/{name}.tsv"
    )


def images_file(dataset, split):
    return f"{OUT}/{dataset}/images/{split}.arrow"


def bins_file(dataset, k):
    return f"{OUT}/{dataset}/bins/{bins_settings(config, dataset)['method']}{k}.safetensors"


def model_file(dataset, model, seed=SEEDS[0]):
    return f"{OUT}/{dataset}/models/{model}/seed{seed}/model.safetensors"


def history_file(dataset, model, seed=SEEDS[0]):
    return f"{OUT}/{dataset}/models/{model}/seed{seed}/history.parquet"


def samples_file(dataset, source, seed=SEEDS[0]):
    return f"{OUT}/{dataset}/samples/{source}/seed{seed}.arrow"


def score_file(dataset, source, kind, seed=SEEDS[0]):
    return f"{OUT}/{dataset}/scores/{source}/seed{seed}/{kind}.parquet"


def repeated(rows):
    """(..., source, seed) of (..., source): all repetitions of each row, in its order."""
    return [(*row, seed) for row in rows for seed in seeds_of(config, row[-1])]


def likelihood_file(dataset, model):
    return score_file(dataset, model, "likelihood")


def snapshots_file(dataset, model):
    """Scores along the training of a model."""
    return score_file(dataset, model, "snapshots")


def ndb_file(dataset, source):
    return score_file(dataset, source, "ndb")


def proportions_file(dataset, source):
    return score_file(dataset, source, "proportions")


# --- Models ---


def architecture_of(model):
    """The file in gansgmms/models that builds a model."""
    return config["models"][parse_variant(model)[0]]["architecture"]


def network_file(name, dataset):
    """A network that judges images: one of resources/networks.yaml, or a model here."""
    if name in NETWORKS:
        return f"{RAW}/{name}/{NETWORKS[name]['files']['weights']['name']}"
    return model_file(dataset, name)


def training_inputs(wildcards):
    """For input: what else a model is trained with, by what it is to the model."""
    model, dataset = wildcards.model, wildcards.dataset
    settings = model_settings(config, model, dataset)
    inputs = {}
    if settings.get("reconstruction") == "features":
        inputs["features"] = network_file(settings["features"], dataset)
    if "mixture" in settings:
        inputs["mixture"] = model_file(dataset, settings["mixture"], wildcards.seed)
    return inputs


def snapshots_of(model, dataset):
    """The iterations of which a training keeps a snapshot; none without both."""
    if dataset is None or model not in config["models"]:
        return []
    return model_settings(config, model, dataset).get("snapshots") or []


def snapshot_bins():
    """The numbers of bins that are counted along a training."""
    return config["snapshots"]["k"] or config["bins"]["k"]


# --- What figures and tables show ---


def figure(name):
    """What the configuration says of a figure."""
    return config["figures"][name]


def entry_of(target):
    """What the configuration says of a figure or table."""
    return config["figures"].get(target) or config["tables"][target]


def shown_roles(target):
    """The parts that a figure or table shows, less those that no dataset plays."""
    if target in config["leave_out"]:
        return []
    return [role for role in roles_of(entry_of(target)) if config["roles"][role]]


def is_played(target):
    """Whether a figure or table can be made: a drawing needs no data."""
    drawing = not roles_of(entry_of(target)) and target not in config["leave_out"]
    return bool(shown_roles(target)) or drawing


def panels(name):
    """The datasets of a figure's panels; one that plays two parts is shown once."""
    played = [dataset_of(role) for role in shown_roles(name) or roles_of(figure(name))]
    return list(dict.fromkeys(played))


def panel_files(name, path):
    """For input: `path(dataset, model)` of each panel of a figure."""
    return lambda wildcards: [
        path(dataset, figure(name)["model"]) for dataset in panels(name)
    ]


def panel_titles(name):
    """For params: what to write above each panel; nothing above a single one."""
    return lambda wildcards: (
        [title_of(dataset) for dataset in panels(name)]
        if len(panels(name)) > 1
        else [""]
    )


def role_dataset(target):
    """The dataset of a figure or table that shows one part."""
    return dataset_of(roles_of(entry_of(target))[0])


def role_model_file(name, path):
    """For input: `path(dataset, model)` of a figure that shows one part."""
    return lambda wildcards: path(role_dataset(name), figure(name)["model"])


def role_source_file(name, source, path):
    """For input: `path(dataset, source)` of a source that the rule names itself."""
    return lambda wildcards: path(role_dataset(name), source)


def compared_files(name, path):
    """For input: `path(dataset, source)` of every source in a figure of proportions."""
    return lambda wildcards: [
        path(role_dataset(name), source) for source in compared(name)
    ]


def compared(name):
    """The sources whose proportions a figure shows, each once."""
    entry = figure(name)
    listed = entry.get("models") or [
        source for pair in entry["pairs"] for source in pair
    ]
    return list(dict.fromkeys(listed))


def generated_panels(name):
    """(dataset, model) of each panel of a figure where each part has its own model."""
    models = figure(name)["models"]
    shown = [(dataset_of(role), models[role]) for role in shown_roles(name) or models]
    return list(dict.fromkeys(shown))


def role_images(name, split):
    """For input: the images of a figure that shows one part."""
    return lambda wildcards: images_file(role_dataset(name), split)


def sweep_files(path):
    """For input: `path(dataset, model)` of s11's model with each number of components."""

    def files(wildcards):
        dataset = wildcards.get("dataset") or role_dataset("s11")
        return [path(dataset, model) for model in sweep_models(dataset)]

    return files


def sweep_models(dataset):
    """s11's model with each number of components."""
    model = figure("s11")["model"]
    own = model_settings(config, model, dataset)["components"]
    return [
        model if n == own else f"{model}+components={n}"
        for n in figure("s11")["components"]
    ]


def shown_bins(name):
    """For input: the bins that a figure shows."""
    return lambda wildcards: bins_file(role_dataset(name), figure(name)["k"])


def score_files(table, kind):
    """For input: the scores of every row of a table, all seeds."""
    return lambda wildcards: [
        score_file(role_dataset(table), source, kind, seed)
        for source, seed in table_repeated(table)
    ]


def table_repeated(table):
    """(source, seed) of every row of a table."""
    return repeated((source,) for source in config["tables"][table]["models"])


def table_params(table, quantity):
    """For params: what a table shows, in the order of its score files."""
    models = [source for source, _ in table_repeated(table)]
    return {
        "target": f"{table}_js" if quantity == "js" else table,
        "table": table,
        "quantity": quantity,
        "role": config["tables"][table]["role"],
        "names": models,
        "labels": [label_of(model) for model in models],
        "dataset": lambda wildcards: role_dataset(table),
    }


def scored():
    """(dataset, source) of every row of the tables of NDB."""
    pairs = [
        (dataset_of(entry["role"]), source)
        for table, entry in config["tables"].items()
        for source in entry["models"]
        if table in TABLES_WITH_JS and shown_roles(table)
    ]
    return list(dict.fromkeys(pairs))


def mixtures():
    """(dataset, model) of every mixture in the tables."""
    pairs = [
        (dataset_of(role), model)
        for table, entry in config["tables"].items()
        for role in shown_roles(table)
        for model in entry["models"]
        if model not in SPLITS and architecture_of(model) in DENSITIES
    ]
    return list(dict.fromkeys(pairs))


# --- One's own samples ---


def own(name=None):
    """What the configuration says of one's own samples; with `name`, of those."""
    found = config.get("own")
    if found is None or name not in (None, own_name(found)):
        raise WorkflowError(
            f"own: found {'nothing' if found is None else own_name(found)}; needed "
            f"{'samples' if name is None else name} and the part they are compared on. "
            "Hint: --config 'own={role: mnist, samples: my.npz}'"
        )
    return found


def own_path(wildcards):
    """For input: where one's own samples are."""
    samples = own(wildcards.source.removeprefix("own_"))["samples"]
    return Path(samples).expanduser()


def own_state(wildcards):
    """For params: number, size and time of the files of one's own samples.

    Of a folder Snakemake does not see that a file in it was written again.
    """
    path = own_path(wildcards)
    found = [file.stat() for file in (path.rglob("*") if path.is_dir() else [path])]
    newest = max((file.st_mtime_ns for file in found), default=0)
    return [len(found), sum(file.st_size for file in found), newest]


def own_dataset(wildcards):
    """The dataset that one's own samples are compared on."""
    return dataset_of(own(wildcards.own)["role"])


def own_rows(wildcards, names=None):
    """One's own samples, then what is scored of `names`, or of the part's table."""
    role, dataset = own(wildcards.own)["role"], own_dataset(wildcards)
    tables = [config["tables"][table] for table in TABLES_WITH_JS]
    rows = [name for t in tables if t["role"] == role for name in t["models"]]
    found = [
        name
        for name in dict.fromkeys(rows if names is None else names)
        if Path(score_file(dataset, name, "proportions")).exists()
        and Path(samples_file(dataset, name)).exists()
    ]
    return [f"own_{wildcards.own}", *found]


def own_files(path, names=None):
    """For input: `path(dataset, source)` of `own_rows`; of the models, as they are."""

    def files(wildcards):
        mine, *theirs = [
            path(own_dataset(wildcards), row) for row in own_rows(wildcards, names)
        ]
        return [mine, *map(before_update, theirs)]

    return files


def own_bins(wildcards):
    """For input: the bins; those that are there as they are."""
    files = [bins_file(wildcards.dataset, k) for k in config["bins"]["k"]]
    return [before_update(f) if Path(f).exists() else f for f in files]


# --- Claims ---


def experiment(name):
    """What the configuration says of an experiment of the ledger; empty if nothing."""
    return config["claims"].get(name) or {}


def experiment_datasets(name):
    """The datasets on which an experiment is made; one that plays two parts once."""
    played = [config["roles"][role] for role in experiment(name).get("roles", [])]
    return list(dict.fromkeys(dataset for dataset in played if dataset))


def experiment_file(dataset, name):
    return f"{OUT}/{dataset}/claims/{name}.parquet"


def table_rows():
    """The rows of the tables of NDB, by dataset."""
    rows = {}
    for dataset, source in scored():
        rows.setdefault(dataset, []).append(source)
    return rows


def sharpness_rows():
    """(dataset, sources) whose sharpness the ledger compares: CelebA's, or the first's."""
    rows, datasets = table_rows(), list(table_rows())
    extra = []
    if "sharpness" in config["tables"] and shown_roles("sharpness"):
        datasets = [role_dataset("sharpness")]
        extra = config["tables"]["sharpness"]["models"]
    return [(d, list(dict.fromkeys([*rows.get(d, []), *extra]))) for d in datasets[:1]]


def clusterings(dataset):
    """(name, K, file) of the bins made another way, and of those made again."""
    method = bins_settings(config, dataset)["method"]
    numbers = experiment("clusterings")["k"] or config["bins"]["k"]
    other = "kmeans" if method == "agglomerative" else "agglomerative"
    kinds = [(other, "")]
    kinds += [
        (method, f"-refit{i + 1}") for i in range(experiment("clusterings")["refits"])
    ]
    return [
        (kind + again, k, f"{OUT}/{dataset}/bins/{kind}{k}{again}.safetensors")
        for kind, again in kinds
        for k in numbers
    ]


def halves_settings(dataset):
    """How bins are made where the two halves are compared.

    All images, and none mirrored: both halves are to be of one distribution.
    """
    own = bins_settings(config, dataset)
    settings = {
        key: own[key] for key in ["method", "dimensions", "whiten", "iterations"]
    }
    return settings | {"initialisations": experiment("halves")["initialisations"]}


def claims_evidence(wildcards):
    """For input: every file of numbers that the ledger looks at, if it can be made."""
    files = [
        score_file(dataset, source, kind, seed)
        for dataset, source, seed in repeated(scored())
        for kind in ["ndb", "proportions"]
    ]
    files += [
        score_file(dataset, model, "likelihood", seed)
        for dataset, model, seed in repeated(mixtures())
    ]
    files += [
        history_file(dataset, source)
        for dataset, source in scored()
        if source == "adversarial_mfa"
    ]
    for dataset, sources in sharpness_rows():
        files += [
            score_file(dataset, source, "sharpness", seed)
            for source, seed in repeated((source,) for source in sources)
        ]
    for name in ["halves", "clusterings", "invariance", "neighbours"]:
        files += [
            experiment_file(dataset, name) for dataset in experiment_datasets(name)
        ]
    for dataset in experiment_datasets("repeats"):
        model, seeds = experiment("repeats")["model"], experiment("repeats")["seeds"]
        files += [score_file(dataset, model, "ndb", seed) for seed in seeds]
    for dataset in experiment_datasets("initialisations"):
        for model in experiment_models(config, "initialisations"):
            files.append(score_file(dataset, model, "ndb"))
    if experiment("reconstruction") and can_be_shown("s11"):
        files.append(experiment_file(role_dataset("s11"), "reconstruction"))
        files += sweep_files(likelihood_file)(wildcards)
    if experiment("scaling"):
        files.append(f"{OUT}/claims/scaling.parquet")
    if snapshots_of("wgan_gp", config["roles"]["cifar10"]):
        files.append(score_file(dataset_of("cifar10"), "wgan_gp", "snapshots"))
    return list(dict.fromkeys([*files, *kvaes_evidence(wildcards)]))


def can_be_shown(name):
    """Whether a figure is configured and a dataset plays its part."""
    return name in config["figures"] and bool(shown_roles(name))


def claims_about():
    """For params: what the numbers are of."""
    rows = table_rows()
    for dataset, sources in sharpness_rows():
        rows[dataset] = list(dict.fromkeys([*rows.get(dataset, []), *sources]))
    starts = {
        dataset: experiment_models(config, "initialisations")
        for dataset in experiment_datasets("initialisations")
    }
    named = [m for names in [*rows.values(), *starts.values()] for m in names]
    named += [m for t in KTABLES for m in config["tables"][t]["models"]]
    named += figure("k2")["models"] if "k2" in config["figures"] else []
    return {
        "roles": {
            role: dataset for role, dataset in config["roles"].items() if dataset
        },
        "rows": rows,
        "labels": {source: label_of(source) for source in named},
        "architectures": {m: b["architecture"] for m, b in config["models"].items()},
        "seeds": SEEDS,
        "repetitions": {source: seeds_of(config, source) for source in named},
        "variants": {"initialisations": starts},
        "significance": config["bins"]["significance"],
    }


def ledger_files():
    """For output: the ledger as a table, and as Parquet."""
    return {
        "csv": report(
            f"{OUT}/tables/claims.csv",
            caption="../report/claims.rst",
            category="Claims",
            labels={"table": "claims"},
        ),
        "md": f"{OUT}/tables/claims.md",
        "tex": f"{OUT}/tables/claims.tex",
        "parquet": f"{OUT}/tables/claims.parquet",
    }


# --- Mixtures of VAEs ---

KTABLES = [t for t in ["ktable1", "ktable2"] if t in config["tables"]]


def figure_models(name, path):
    """For input: `path(dataset, model)` of every model of a figure of one part."""
    return lambda wildcards: [
        path(role_dataset(name), model) for model in figure(name)["models"]
    ]


def figure_labels(name):
    """For params: what tables and figures call the models of a figure."""
    return lambda wildcards: [label_of(model) for model in figure(name)["models"]]


def part_rows(table):
    """(role, dataset, model) of every row of a table of several parts."""
    return [
        (role, dataset_of(role), model)
        for role in shown_roles(table) or roles_of(entry_of(table))
        for model in config["tables"][table]["models"]
    ]


def part_files(table, kind):
    """For input: the scores of every row of a table of several parts, all seeds."""
    return lambda wildcards: [
        score_file(dataset, model, kind, seed)
        for _, dataset, model, seed in repeated(part_rows(table))
    ]


def part_params(table):
    """For params: the rows of a table of several parts, in the order of its files."""

    def column(of_row):
        return lambda wildcards: [
            of_row(*row) for *row, _ in repeated(part_rows(table))
        ]

    return {
        "table": table,
        "roles": column(lambda role, dataset, model: role),
        "datasets": column(lambda role, dataset, model: dataset),
        "names": column(lambda role, dataset, model: model),
        "labels": column(lambda role, dataset, model: label_of(model)),
    }


def kvaes_evidence(wildcards):
    """The numbers that the draft's claims look at, of what figures and tables show."""
    files = []
    for name in ["k3", "k4", "k5", "k6"]:
        if can_be_shown(name):
            pair = role_dataset(name), figure(name)["model"]
            files += [history_file(*pair), score_file(*pair, "shares")]
    for table in KTABLES:
        files += (
            part_files(table, "importance")(wildcards) if shown_roles(table) else []
        )
    if can_be_shown("k2"):
        dataset = role_dataset("k2")
        files.append(f"{OUT}/{dataset}/scores/kmeans/case.parquet")
        files += [score_file(dataset, m, "support") for m in figure("k2")["models"]]
    return files


def centres_of(wildcards):
    """The modes of made-up points."""
    return dataset_spec(wildcards.dataset)["centres"]


# --- Targets ---


def figure_files(name):
    """For output: a figure as PNG, which the report shows, and as PDF."""
    return {
        "png": report(
            f"{OUT}/figures/{name}.png",
            caption=f"../report/{name}.rst",
            category="Figures",
            labels={"figure": name},
        ),
        "pdf": f"{OUT}/figures/{name}.pdf",
    }


def animation_file(name):
    """For output: the animation that a figure shows frames of, for the report too."""
    return report(
        f"{OUT}/figures/{name}.gif",
        caption=f"../report/{name}.rst",
        category="Figures",
        labels={"figure": f"{name}, animated"},
    )


def table_files(table, caption="table"):
    """For output: a table as CSV, which the report shows, as Markdown and as LaTeX."""
    return {
        "csv": report(
            f"{OUT}/tables/{table}.csv",
            caption=f"../report/{caption}.rst",
            category="Tables",
            labels={"table": table},
        ),
        "md": f"{OUT}/tables/{table}.md",
        "tex": f"{OUT}/tables/{table}.tex",
    }


def tables_of_all():
    """The tables of all datasets; those of mixtures and of NDB where there are some."""
    rows = {"likelihood": mixtures(), "statistics": scored(), "claims": [True]}
    return [table for table, shown in rows.items() if shown]


def targets(only=None):
    """Figures and tables that can be made; with `only`, those of that part alone."""
    named = [*config["figures"], *config["tables"]]
    if only is None:
        shown = [target for target in named if is_played(target)]
    else:
        shown = [target for target in named if shown_roles(target) == [only]]
    twins = [f"{t}_js" for t in TABLES_WITH_JS if t in shown]
    return [*shown, *twins, *(tables_of_all() if only is None else [])]


def files_of(target):
    """The files that a figure's or table's rule makes."""
    if target == "claims":
        return [
            f"{OUT}/tables/claims.{kind}" for kind in ["csv", "md", "tex", "parquet"]
        ]
    if target in config["figures"]:
        kinds = ["png", "pdf", "gif"] if target in ANIMATED else ["png", "pdf"]
        return [f"{OUT}/figures/{target}.{kind}" for kind in kinds]
    return [f"{OUT}/tables/{target}.{kind}" for kind in ["csv", "md", "tex"]]
