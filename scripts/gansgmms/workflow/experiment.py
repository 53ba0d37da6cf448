"""What a run is made of: its datasets, models, files, rows, trainings and targets.

`Experiment` answers from a validated configuration; it knows nothing of Snakemake. What
a figure of each kind is drawn from stands in `shown`, what the ledger of claims looks at
in `evidence`.
"""

import functools
from pathlib import Path

import yaml

from gansgmms.errors import InputError
from gansgmms.io.walk import expand
from gansgmms.settings.architectures import ARCHITECTURES
from gansgmms.settings.configuration import (
    config_from_environment,
    validated,
)
from gansgmms.settings.entries import kind_of, roles_of
from gansgmms.settings.refusals import ConfigError, length, show
from gansgmms.workflow.described import SPLITS
from gansgmms.workflow.layout import Layout

DENSITIES = ("mfa", "adversarial_mfa")  # architectures with an exact likelihood


def _read_yaml(path: Path) -> dict:
    # The reader in C where PyYAML has it, which takes a tenth of the time.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(path.read_text("utf-8"), Loader=loader)


class Experiment(Layout):
    """A run, as its configuration describes it: what it shows, trains and makes."""

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

    def recognising_classifier(self, dataset: str) -> str:
        """The classifier of the tables of what is recognised in samples."""
        (table, *_) = self.names_of_kind("recognition")
        return self.network_file(self.config["tables"][table]["classifier"], dataset)

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

    # --- Trainings ---

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
