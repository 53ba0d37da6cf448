"""What a configuration says of datasets, models and bins."""

import functools
import hashlib
from collections.abc import Callable, Iterable, Mapping
from math import prod

from gansgmms.data.native import native_spec
from gansgmms.errors import InputError
from gansgmms.io.walk import expand, state_of
from gansgmms.settings.architectures import TRIVIAL
from gansgmms.settings.configuration import (
    bins_settings,
    model_settings,
    own_label,
    parse_variant,
    seeds_of,
)

SHORT = {
    "learning_rate": "lr",
    "iterations": "steps",
    "initialisation": "start",
    "pretraining": "epochs",  # of a VAE alone, which is all its training
}
SPLITS = ("train", "test")  # the data themselves, as rows of the tables


class Described:
    """A run's datasets, models and bins.

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

    def is_of(self, role: str) -> bool:
        """Whether a role has the papers' dataset, or a part of it, and not a stand-in."""
        dataset = self.config["roles"][role] or ""
        return dataset == role or dataset.startswith(f"{role}_")

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

    def samples_bytes(self, dataset: str) -> int:
        """Bytes of one file of samples."""
        return self.config["samples"] * self.image_bytes(dataset)

    def training_images(self, dataset: str) -> int:
        """How many training images there are; a guess where nobody knows."""
        return self.dataset_spec(dataset).get("counts", {}).get("train", 100_000)

    def native_bytes(self, dataset: str) -> int:
        """Bytes of those; none where there are none."""
        spec = native_spec(self.dataset_spec(dataset))
        return prod(spec["shape"]) * self.training_images(dataset) if spec else 0

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

    def repetition(self) -> str:
        """Which repetition the figures show, where there are several."""
        return f", seed {self.seeds[0]}" if len(self.seeds) > 1 else ""

    def repeated(self, rows: Iterable[tuple]) -> list[tuple]:
        """(..., source, seed) of (..., source): all repetitions of each row, in order."""
        return [(*row, seed) for row in rows for seed in self.seeds_of(row[-1])]

    # --- Bins and seeds ---

    def bins_settings(self, dataset: str) -> dict:
        """How the bins of a dataset are made."""
        return bins_settings(self.config, dataset)

    def bins_made(self, dataset: str, bins: str) -> dict:
        """How the bins of this name are made; it says what is changed, as a variant does."""
        changed = parse_variant(bins)[1]
        changed.pop("refit", None)  # they differ by their seed alone
        return self.bins_settings(dataset) | changed

    def significance_of(self, dataset: str) -> float:
        """The level of the test that a bin's proportions differ."""
        return self.bins_settings(dataset)["significance"]

    def reference_seed(self, dataset: str) -> int:
        """The seed by which the images are chosen that make a dataset's bins."""
        return self.job_seed("reference", {"dataset": dataset})

    def snapshot_bins(self) -> list[int]:
        """The numbers of bins that are counted along a training."""
        return self.config["snapshots"]["k"] or self.config["bins"]["k"]

    def job_seed(self, name: str, wildcards: Mapping[str, str]) -> int:
        """A job's own seed: from the configured seed, its rule and its wildcards."""
        values = [f"{key}={value}" for key, value in sorted(wildcards.items())]
        words = "/".join([str(self.config["seed"]), name, *values])
        return int.from_bytes(hashlib.sha256(words.encode()).digest()[:4])


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
