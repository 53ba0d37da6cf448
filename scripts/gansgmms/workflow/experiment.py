"""What a run is made of: its datasets, models, rows, panels, files and targets.

`Experiment` answers from a validated configuration; it knows nothing of Snakemake. What
a figure of each kind is drawn from stands in `shown`, what the ledger of claims looks at
in `evidence`.
"""

import functools
import hashlib
from collections.abc import Callable, Iterable, Mapping
from math import prod
from pathlib import Path

import yaml

from gansgmms.data.native import native_spec
from gansgmms.errors import InputError
from gansgmms.io.walk import expand, state_of
from gansgmms.settings.architectures import ARCHITECTURES, TRIVIAL
from gansgmms.settings.configuration import (
    bins_settings,
    config_from_environment,
    model_settings,
    own_label,
    parse_variant,
    seeds_of,
    validated,
)
from gansgmms.settings.entries import kind_of, roles_of
from gansgmms.settings.refusals import ConfigError, length, show

SHORT = {
    "learning_rate": "lr",
    "iterations": "steps",
    "initialisation": "start",
    "pretraining": "epochs",  # of a VAE alone, which is all its training
}
SPLITS = ("train", "test")  # the data themselves, as rows of the tables
DENSITIES = ("mfa", "adversarial_mfa")  # architectures with an exact likelihood


def _read_yaml(path: Path) -> dict:
    # The reader in C where PyYAML has it, which takes a tenth of the time.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(path.read_text("utf-8"), Loader=loader)


class Experiment:
    """A run, as its configuration describes it.

    Args:
        config: a validated configuration.
        datasets: resources/datasets.yaml, one entry a dataset.
        networks: resources/networks.yaml, one entry a network that judges images.
    """

    def __init__(self, config: dict, datasets: dict, networks: dict):
        self.config, self.registry, self.networks = config, datasets, networks
        self.out, self.raw = f"results/{config['run']}", config["downloads"]
        self.roles = list(config["roles"])
        self.seeds: list[int] = config["seeds"]
        self.entries = {**config["figures"], **config["tables"]}

    @classmethod
    def read(cls, config: dict, root: Path) -> "Experiment":
        """The run that a configuration describes, as the checkout at `root` knows data.

        Raises:
            ConfigError: naming everything that is wrong with the configuration.
        """
        datasets, networks = (
            _read_yaml(root / "resources" / name)
            for name in ("datasets.yaml", "networks.yaml")
        )
        config = config_from_environment(config)
        for key in ("downloads", "mirror"):
            if isinstance(config.get(key), str) and config[key]:
                try:
                    config = {**config, key: str(expand(config[key]))}
                except InputError as error:
                    problem = InputError(key, show(config[key]), error.needed)
                    raise ConfigError([problem]) from None
        config = validated(config, datasets, networks)
        return cls(config, datasets, networks)

    @classmethod
    @functools.cache  # two rules ask for it, at a tenth of a start each
    def full(cls, root: Path) -> "Experiment":
        """The run without overlays: the papers' own numbers."""
        return cls.read(_read_yaml(root / "config.yaml"), root)

    # --- Datasets ---

    def dataset_spec(self, dataset: str) -> dict:
        """Everything known of a dataset: its entry in the registry, or one of the user's.

        Raises:
            InputError: for a dataset that nothing is known of.
        """
        entry = self.config["datasets"].get(dataset, {})
        own = {key: value for key, value in entry.items() if key != "bins"}
        if dataset not in self.registry and not own:
            raise InputError("dataset", f"'{dataset}'", f"one of {list(self.registry)}")
        if "path" in own:  # what is known of another of that name is not known of it
            return own
        known = self.registry.get(dataset, {}).items()
        return {key: value for key, value in known if key != "role"} | own

    def title_of(self, dataset: str) -> str:
        """How a figure names a dataset."""
        return self.dataset_spec(dataset).get("title", dataset)

    def dataset_of(self, role: str) -> str:
        """The dataset that has a role in the papers' figures and tables.

        Raises:
            InputError: where none has it.
        """
        dataset = self.config["roles"][role]
        if dataset is None:
            raise InputError(
                f"roles.{role}",
                "null",
                "a dataset, because what you asked for shows it",
                f"--config 'roles={{{role}: ...}}', or ask for something else",
            )
        return dataset

    def stands_in(self, role: str) -> bool:
        """Whether other data than the paper's, or a part of them, play a role."""
        dataset = self.config["roles"][role]
        if dataset is None:
            return False
        mine = "path" in self.config["datasets"].get(dataset, {})
        return mine or self.registry.get(dataset, {}).get("role", dataset) != role

    def source_spec(self, source: str) -> dict:
        """Everything known of where raw files come from: a dataset, or a network."""
        return self.networks.get(source) or self.dataset_spec(source)

    def raw_files(self, dataset: str) -> dict[str, str]:
        """The files a dataset is prepared from, by key: official ones, or the user's."""
        spec = self.dataset_spec(dataset)
        if "path" in spec:
            own = spec["path"]
            own = own if isinstance(own, dict) else {"images": own}
            return {key: str(expand(path)) for key, path in own.items()}
        files = spec.get("files", {})
        return {key: f"{self.raw}/{dataset}/{f['name']}" for key, f in files.items()}

    def raw_state(self, dataset: str) -> list[list[int]]:
        """Number, bytes and newest time of a user's files: Snakemake looks at folders only."""
        if "path" not in self.dataset_spec(dataset):
            return []
        return [state_of(path) for path in self.raw_files(dataset).values()]

    def raw_file_spec(self, source: str, name: str) -> dict:
        """Name, size, checksum and addresses of one raw file."""
        files = self.source_spec(source).get("files", {}).values()
        return next(file for file in files if file["name"] == name)

    def image_bytes(self, dataset: str) -> int:
        """Bytes of one image of a dataset."""
        return prod(self.dataset_spec(dataset)["shape"])

    def dataset_bytes(self, dataset: str) -> int:
        """Bytes of a dataset's images; a guess where nobody knows how many there are."""
        images = sum(self.dataset_spec(dataset).get("counts", {}).values()) or 100_000
        return images * self.image_bytes(dataset)

    def mixture_bytes(self, model: str, dataset: str) -> int:
        """Bytes of a mixture's file, in float32; none for what is no mixture."""
        settings = self.settings_of(model, dataset)
        kind = self.architecture_of(model)
        factors = {"mfa": "latent", "adversarial_mfa": "factors"}.get(kind)
        if factors is None:
            return 0
        # The mean, the noise and the factors of each component.
        numbers = self.image_bytes(dataset) * (settings[factors] + 2)
        return 4 * settings["components"] * numbers

    def samples_bytes(self, dataset: str) -> int:
        """Bytes of one file of samples."""
        return self.config["samples"] * self.image_bytes(dataset)

    def centres_of(self, dataset: str) -> list:
        """The modes of synthetic points."""
        return self.dataset_spec(dataset)["centres"]

    # --- Models ---

    def architecture_of(self, model: str) -> str:
        """The module that builds a model."""
        return self.config["models"][parse_variant(model)[0]]["architecture"]

    def architecture_or_none(self, source: str | None) -> str | None:
        """`architecture_of` of what is a model; None of the data and the user's samples."""
        base = parse_variant(source)[0] if source else ""
        return self.architecture_of(base) if base in self.config["models"] else None

    def settings_of(self, model: str, dataset: str) -> dict:
        """The settings of a model, or of a variant of one, on a dataset."""
        return dict(self._settings(model, dataset))

    @functools.cached_property
    def _settings(self) -> Callable[[str, str], dict]:
        """Each is asked for by several rules, several times a job."""
        return functools.cache(functools.partial(model_settings, self.config))

    def label_of(self, source: str) -> str:
        """How a table or figure names a model, or one of the splits of the data."""
        if source in SPLITS:
            return source.capitalize()
        if source.startswith("own_"):
            return own_label(self.config["own"])
        base, overrides = parse_variant(source)
        words = [short_setting(key, value) for key, value in overrides.items()]
        label = ", ".join([self.config["models"][base]["label"], *words])
        # Nobody shall take such a row for one of the papers'.
        return f"{label} (trivial)" if self.is_trivial(source) else label

    def is_trivial(self, source: str) -> bool:
        """Whether a row is of a model that no model should need to beat."""
        known = self.config["models"].get(parse_variant(source)[0], {})
        return known.get("architecture") in TRIVIAL

    def seeds_of(self, source: str) -> list[int]:
        """The repetitions of a model, or of a split of the data."""
        return seeds_of(self.config, source)

    def is_of(self, role: str) -> bool:
        """Whether a role has the papers' dataset, or a part of it, and not a stand-in."""
        dataset = self.config["roles"][role] or ""
        return dataset == role or dataset.startswith(f"{role}_")

    def repetition(self) -> str:
        """Which repetition the figures show, where there are several."""
        return f", seed {self.seeds[0]}" if len(self.seeds) > 1 else ""

    def repeated(self, rows: Iterable[tuple]) -> list[tuple]:
        """(..., source, seed) of (..., source): all repetitions of each row, in order."""
        return [(*row, seed) for row in rows for seed in self.seeds_of(row[-1])]

    def network_file(self, name: str, dataset: str) -> str:
        """A network that judges images: one of the registry's, or a model here."""
        if name in self.networks:
            return (
                f"{self.raw}/{name}/{self.networks[name]['files']['weights']['name']}"
            )
        return self.model(dataset, name)

    def network_sha256(self, name: str) -> str | None:
        """The checksum of a network of the registry; None of a model here."""
        files = self.networks.get(name, {}).get("files", {})
        return files["weights"]["sha256"] if files else None

    def training_inputs(self, model: str, dataset: str, seed: str) -> dict[str, str]:
        """What else a model is trained with, by what it is to the model."""
        settings, inputs = self.settings_of(model, dataset), {}
        if (trained := trained_as(model, self.architecture_of(model))) != model:
            inputs["trained"] = self.model(dataset, trained, seed)
        if settings.get("reconstruction") == "features":
            inputs["features"] = self.network_file(settings["features"], dataset)
        if "mixture" in settings:
            inputs["mixture"] = self.model(dataset, settings["mixture"], seed)
        if self.architecture_of(model) == "pix2pix":
            inputs |= self.native_crops(dataset)
        return inputs

    def native_crops(self, dataset: str) -> dict[str, str]:
        """The training images at pix2pix's size, where the archive has them so large."""
        if native_spec(self.dataset_spec(dataset)) is None:
            return {}
        return {"native": f"{self.out}/{dataset}/images/native.arrow"}

    def native_bytes(self, dataset: str) -> int:
        """Bytes of those; none where there are none."""
        spec = native_spec(self.dataset_spec(dataset))
        return prod(spec["shape"]) * self.training_images(dataset) if spec else 0

    def training_images(self, dataset: str) -> int:
        """How many training images there are; a guess where nobody knows."""
        return self.dataset_spec(dataset).get("counts", {}).get("train", 100_000)

    def training_settings(self, model: str, dataset: str) -> dict:
        """`settings_of` as a training takes them, with the snapshots that it keeps."""
        settings = self.settings_of(model, dataset)
        if settings.get("snapshots", ()) is None:
            settings["snapshots"] = self.snapshots_of(model, dataset)
        return settings

    def snapshots_of(self, model: str, dataset: str) -> list[int]:
        """When a training keeps its model, in what `length` counts its steps in.

        By default after a half of the steps, a quarter, an eighth, ...; of a hierarchy,
        evenly along its root's components. What comes last is the model itself.
        """
        settings = self.settings_of(model, dataset)
        each = self.config["snapshots"]["each"]
        own = settings.get("snapshots", ())  # what knows of none keeps none
        if own is not None:
            return list(own)
        if (dataset, model) not in self.scored():
            return []
        _, steps = length(settings)
        if steps is None:
            return []
        if settings.get("root") is not None:
            return sorted({steps * i // each for i in range(each)})
        return sorted({-(-steps // 2**i) for i in range(1, each + 1)} - {steps})

    def snapshot_judge(self, model: str, dataset: str) -> dict[str, str]:
        """The network that scores snapshots, where a figure of their course shows it."""
        for figure in filter(self.shown_roles, self.names_of_kind("training_course")):
            shown = self.role_dataset(figure), self.config["figures"][figure]["model"]
            if shown == (dataset, model):
                name = self.config["snapshots"]["network"]
                return {"network": self.network_file(name, dataset)}
        return {}

    def snapshot_bins(self) -> list[int]:
        """The numbers of bins that are counted along a training."""
        return self.config["snapshots"]["k"] or self.config["bins"]["k"]

    def bins_settings(self, dataset: str) -> dict:
        """How the bins of a dataset are made."""
        return bins_settings(self.config, dataset)

    def reference_seed(self, dataset: str) -> int:
        """The seed by which the images are chosen that make a dataset's bins."""
        return self.job_seed("reference", {"dataset": dataset})

    def significance_of(self, dataset: str) -> float:
        """The level of the test that a bin's proportions differ."""
        return self.bins_settings(dataset)["significance"]

    def recognising_classifier(self, dataset: str) -> str:
        """The classifier of the tables of what is recognised in samples."""
        (table, *_) = self.names_of_kind("recognition")
        return self.network_file(self.config["tables"][table]["classifier"], dataset)

    def job_seed(self, name: str, wildcards: Mapping[str, str]) -> int:
        """A job's own seed: from the configured seed, its rule and its wildcards."""
        values = [f"{key}={value}" for key, value in sorted(wildcards.items())]
        words = "/".join([str(self.config["seed"]), name, *values])
        return int.from_bytes(hashlib.sha256(words.encode()).digest()[:4])

    # --- Files: results/<run>/<dataset>/<stage>/<model>/... ---

    def images(self, dataset: str, split: str) -> str:
        """A split of a dataset."""
        return f"{self.out}/{dataset}/images/{split}.arrow"

    def bins(self, dataset: str, k: int, changed: str = "") -> str:
        """The k bins of a dataset, or with `+whiten=true` and the like others."""
        method = self.bins_settings(dataset)["method"]
        return f"{self.out}/{dataset}/bins/{method}{k}{changed}.safetensors"

    def bins_made(self, dataset: str, bins: str) -> dict:
        """How the bins of this name are made; it says what is changed, as a variant does."""
        changed = parse_variant(bins)[1]
        changed.pop("refit", None)  # they differ by their seed alone
        return self.bins_settings(dataset) | changed

    def all_bins(self, dataset: str) -> list[str]:
        """The bins of a dataset at every K."""
        return [self.bins(dataset, k) for k in self.config["bins"]["k"]]

    def _training(self, dataset: str, model: str, seed: int | str | None) -> str:
        seed = self.seeds[0] if seed is None else seed
        return f"{self.out}/{dataset}/models/{model}/seed{seed}"

    def model(self, dataset: str, model: str, seed: int | str | None = None) -> str:
        """The weights of a model; of the first repetition, unless `seed` says which."""
        return f"{self._training(dataset, model, seed)}/model.safetensors"

    def history(self, dataset: str, model: str, seed: int | None = None) -> str:
        """The learning curve of a model."""
        return f"{self._training(dataset, model, seed)}/history.parquet"

    def samples(self, dataset: str, source: str, seed: int | None = None) -> str:
        """Images of a model, or of a split."""
        seed = self.seeds[0] if seed is None else seed
        return f"{self.out}/{dataset}/samples/{source}/seed{seed}.arrow"

    def score(self, dataset: str, source: str, kind: str, seed: int | None = None):
        """One kind of score: ndb, proportions, sharpness, likelihood, ..."""
        seed = self.seeds[0] if seed is None else seed
        return f"{self.out}/{dataset}/scores/{source}/seed{seed}/{kind}.parquet"

    def scores_of(self, kind: str) -> Callable[[str, str], str]:
        """`score` of one kind, as a function of dataset and source."""
        return lambda dataset, source: self.score(dataset, source, kind)

    def features(self, dataset: str, space: str, source: str, seed: int | None = None):
        """Features of a file of samples in one space."""
        seed = self.seeds[0] if seed is None else seed
        return f"{self.out}/{dataset}/features/{space}/{source}/seed{seed}.safetensors"

    def planted(self, dataset: str, what: str) -> str:
        """What planted faults do to one kind of score: ndb, fidelity, power."""
        return f"{self.out}/{dataset}/sensitivity/{what}.parquet"

    # --- Feature spaces ---

    def space_kind(self, space: str) -> str:
        """Which of `models.feature_spaces.SPACES` a space of the configuration is."""
        if space in ("pixels", "inception"):
            return space
        return "vgg19" if space in self.networks else "classifier"

    def weights_of(self, space: str, dataset: str) -> list[str]:
        """The weights behind a feature space; none behind that of pixels."""
        if space == "pixels":
            return []
        return [self.network_file(space, dataset)]

    def table_on(self, kind: str, dataset: str) -> dict:
        """The first table of a kind that shows a dataset.

        Raises:
            InputError: where none does.
        """
        for table in filter(self.shown_roles, self.names_of_kind(kind)):
            if self.role_dataset(table) == dataset:
                return self.config["tables"][table]
        needed = f"a table of kind {kind} with a role of it"
        raise InputError(f"tables, {dataset}", "none", needed)

    def images_compared(self, dataset: str, source: str) -> int:
        """How many images of a source have features; twice as many training images.

        Their second half is compared with the first: what chance alone gives.
        """
        n = self.table_on("fidelity", dataset)["images"]
        return 2 * n if source == "train" else n

    def compared_features(self, dataset: str, source: str, seed: str) -> list[str]:
        """Features of a source, then of the training images, in each space but pixels."""
        spaces = self.table_on("fidelity", dataset)["spaces"]
        return [
            self.features(dataset, space, *of)
            for space in spaces
            if space != "pixels"
            for of in ((source, seed), ("train", None))
        ]

    # --- What figures and tables show ---

    def names_of_kind(self, *kinds: str) -> list[str]:
        """The figures and tables of some kinds, in the configuration's order."""
        found = self.entries.items()
        return [name for name, entry in found if entry["kind"] in kinds]

    def shown_roles(self, target: str) -> list[str]:
        """The roles that a figure or table shows, less those that no dataset has."""
        if target in self.config["leave_out"]:
            return []
        roles = roles_of(self.entries[target])
        return [role for role in roles if self.config["roles"][role]]

    def is_shown(self, target: str) -> bool:
        """Whether a figure or table can be made: a drawing needs no data."""
        drawing = not roles_of(self.entries[target])
        left_out = target in self.config["leave_out"]
        return bool(self.shown_roles(target)) or (drawing and not left_out)

    def panels(self, target: str) -> list[str]:
        """The datasets that a figure or table shows, each once."""
        roles = self.shown_roles(target) or roles_of(self.entries[target])
        return list(dict.fromkeys(map(self.dataset_of, roles)))

    def role_dataset(self, target: str) -> str:
        """The dataset of a figure or table that shows one role."""
        return self.dataset_of(roles_of(self.entries[target])[0])

    def sweep_models(self, figure: str, dataset: str) -> list[str]:
        """The model of a components sweep with each number of components."""
        entry = self.config["figures"][figure]
        own = self.settings_of(entry["model"], dataset)["components"]
        return [
            entry["model"] if n == own else f"{entry['model']}+components={n}"
            for n in entry["components"]
        ]

    # --- Rows of the tables ---

    def table_rows(self, table: str) -> list[tuple[str, str, str, int]]:
        """(role, dataset, source, seed) of every row of a table, all repetitions."""
        entry = self.config["tables"][table]
        rows = [
            (role, self.dataset_of(role), source)
            for role in self.shown_roles(table) or roles_of(entry)
            for source in [*entry["models"], *entry.get("trivial", [])]
        ]
        return self.repeated(rows)

    def table_scores(self, table: str, kind: str) -> list[str]:
        """The scores of every row of a table."""
        return [
            self.score(dataset, source, kind, seed)
            for _, dataset, source, seed in self.table_rows(table)
        ]

    def round_trips(self, table: str, kind: str) -> dict[str, str]:
        """Scores of real images sent pix2pix's way, by the row that they stand beside."""
        if kind != "sharpness":
            return {}
        return {
            source: self.score(dataset, source, "round_trip")
            for _, dataset, source, _ in self.table_rows(table)
            if source not in SPLITS and self.architecture_of(source) == "pix2pix"
        }

    def truths(self, table: str) -> dict[str, str]:
        """The true density of each dataset of a table of which it is known."""
        return {
            dataset: f"{self.out}/{dataset}/scores/truth/density.parquet"
            for dataset in self.panels(table)
            if "centres" in self.dataset_spec(dataset)
        }

    def table_columns(self, table: str) -> dict[str, list]:
        """What the rows of a table are, in their order; empty where it is not shown."""
        if not self.is_shown(table):
            return {}
        rows = self.table_rows(table)
        return {
            "roles": [role for role, *_ in rows],
            "datasets": [dataset for _, dataset, *_ in rows],
            "names": [name for *_, name, _ in rows],
            "labels": [self.label_of(name) for *_, name, _ in rows],
            "trivial": [self.is_trivial(name) for *_, name, _ in rows],
            "stand_ins": list(
                filter(self.stands_in, dict.fromkeys(r for r, *_ in rows))
            ),
        }

    def scored(self) -> list[tuple[str, str]]:
        """(dataset, source) of every row of the tables of NDB."""
        pairs = [
            (self.role_dataset(table), source)
            for table in self.names_of_kind("ndb")
            for key in ("models", "trivial")
            for source in self.config["tables"][table][key]
            if self.shown_roles(table)
        ]
        return list(dict.fromkeys(pairs))

    def rows_by_dataset(self) -> dict[str, list[str]]:
        """The rows of the tables of NDB, by dataset."""
        rows: dict[str, list[str]] = {}
        for dataset, source in self.scored():
            rows.setdefault(dataset, []).append(source)
        return rows

    def rows_on(self, dataset: str) -> list[str]:
        """The rows of the tables of NDB on a dataset, but those of trivial models."""
        rows = self.rows_by_dataset().get(dataset, [])
        return [source for source in rows if not self.is_trivial(source)]

    def mixtures(self) -> list[tuple[str, str]]:
        """(dataset, model) of every mixture in the tables."""
        pairs = [
            (self.dataset_of(role), model)
            for table, entry in self.config["tables"].items()
            for role in self.shown_roles(table)
            for model in entry.get("models", [])
            if model not in SPLITS and self.architecture_of(model) in DENSITIES
        ]
        return list(dict.fromkeys(pairs))

    # --- Targets ---

    def targets(self, only: str | None = None) -> list[str]:
        """Figures and tables that can be made; with `only`, those of that role alone."""
        named = list(self.entries)
        if only is None:
            shown = [target for target in named if self.is_shown(target)]
        else:
            shown = [target for target in named if self.shown_roles(target) == [only]]
        twins = [f"{t}_js" for t in self.names_of_kind("ndb") if t in shown]
        return [*shown, *twins, *(self.tables_of_all() if only is None else [])]

    def tables_of_all(self) -> list[str]:
        """The tables of all datasets; those of mixtures and of NDB where there are some."""
        rows = {
            "likelihood": self.mixtures(),
            "statistics": self.scored(),
            "claims": [True],
        }
        return [table for table, shown in rows.items() if shown]

    def files_of(self, target: str) -> list[str]:
        """The files that a figure's or table's rule makes."""
        if target in self.config["figures"]:
            folder, endings = "figures", ["png", "pdf"]
            if kind_of("figures", self.config["figures"][target]).animated:
                endings = [*endings, "gif"]
        else:
            folder, endings = "tables", ["csv", "md", "tex", "html"]
            endings += ["parquet"] if target == "claims" else []
        return [f"{self.out}/{folder}/{target}.{ending}" for ending in endings]

    def line_of(self, target: str) -> str:
        """What a figure or table is, in one line."""
        if target not in self.entries:
            twin = target.removesuffix("_js")
            return f"the Jensen-Shannon divergence of what {twin} compares"
        section = "figures" if target in self.config["figures"] else "tables"
        entry = self.config[section][target]
        models = [entry[key] for key in ("model", "generator") if key in entry]
        shown = [self.config["roles"][role] or f"no {role}" for role in roles_of(entry)]
        about = ", ".join([*map(self.label_of, models), *dict.fromkeys(shown)])
        meaning = kind_of(section, entry).__doc__
        line = f"{meaning} ({about})" if about else str(meaning)
        return f"{entry['paper']}: {line}" if entry["paper"] else line


def trained_as(model: str, architecture: str) -> str:
    """The variant that is trained: the model, less what is only done to it afterwards."""
    for name in getattr(ARCHITECTURES[architecture], "afterwards", ()):
        model = model.replace(f"+{name}=true", "")
    return model


def short_setting(key: str, value: object) -> str:
    """A setting of a variant in few letters: `components 50`, `steps 24k`, `lr 5e-4`."""
    name = SHORT.get(key, key.replace("_", " "))
    if isinstance(value, bool):
        return name if value else f"no {name}"
    if isinstance(value, int) and value >= 1000 and value % 1000 == 0:
        return f"{name} {value // 1000}k"
    if isinstance(value, float) and 0 < abs(value) < 0.01:
        digits, exponent = f"{value:e}".split("e")
        return f"{name} {float(digits):g}e{int(exponent)}"
    return f"{name} {value}"
