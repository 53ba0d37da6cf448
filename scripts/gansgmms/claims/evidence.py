"""What a run's results say: its files of numbers, found by the paths that name them."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from gansgmms.io.numbers import read_numbers
from gansgmms.settings.architectures import TRIVIAL

SPLITS = ("train", "test")
NAMES = {  # in the paper's tables, and where the configuration has no such model
    "train": "data",
    "data": "data",
    "mfa": "MFA",
    "mfa_20x": "20 x MFA",
    "mfa_pix2pix": "MFA + pix2pix",
    "adversarial_mfa": "adversarial MFA",
    "vae": "VAE",
    "vae_dfc": "VAE-DFC",
    "dcgan": "DCGAN",
    "began": "BEGAN",
    "wgan": "WGAN",
    "wgan_gp": "WGAN-GP",
}
TABLES = {"celeba": "table1", "mnist": "table2", "svhn": "table3"}  # of NDB, by role
LIKELY = ("mfa",)  # architectures trained by maximum likelihood


@dataclass
class Evidence:
    """Everything a claim may look at; what the run does not have is None.

    frames: the files of numbers, by their path in the run's folder without ending,
        such as `mnist/scores/mfa/seed0/ndb`.
    roles: the dataset of each role; roles without one are left out.
    rows: for each dataset the models, and splits of the data, in the tables of its roles.
    labels: how tables name a model.
    spaces: by dataset, the feature space in which planted faults are measured too.
    architectures: of each model.
    seeds: of the tables.
    repetitions: the seeds of the models that have their own.
    variants: models trained for one claim, by its experiment and dataset.
    settings: of the models whose budget a claim depends on, by dataset and model.
    budgets: the same in config.yaml, which has the papers' full budgets.
    stand_ins: datasets that play the part of one of the papers' and are no part of it.
    published: the paper's numbers (resources/published-results.csv).
    significance: level of the test of each bin.
    """

    frames: Mapping[str, pd.DataFrame]
    roles: Mapping[str, str] = field(default_factory=dict)
    rows: Mapping[str, list[str]] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    spaces: Mapping[str, str] = field(default_factory=dict)
    architectures: Mapping[str, str] = field(default_factory=dict)
    seeds: Sequence[int] = (0,)
    repetitions: Mapping[str, Sequence[int]] = field(default_factory=dict)
    variants: Mapping[str, Mapping[str, list[str]]] = field(default_factory=dict)
    settings: Mapping[str, Mapping[str, Mapping]] = field(default_factory=dict)
    budgets: Mapping[str, Mapping[str, Mapping]] = field(default_factory=dict)
    stand_ins: Collection[str] = ()
    published: pd.DataFrame | None = None
    significance: float = 0.05

    @classmethod
    def load(cls, folder: str | Path, paths: Iterable[str | Path], **about):
        """Read Parquet files of the run in `folder`; `about` are the other fields."""
        frames = {
            Path(path).relative_to(folder).with_suffix("").as_posix(): read_numbers(
                path
            )
            for path in paths
        }
        return cls(frames, **about)

    # --- Which data and models there are ---

    @property
    def datasets(self) -> list[str]:
        """The datasets of the tables, CelebA's first."""
        return list(self.rows)

    def models(self, dataset: str) -> list[str]:
        """The models in the tables of a dataset: neither the data nor trivial models."""
        rows, trivial = self.rows.get(dataset, []), self.trivial(dataset)
        return [name for name in rows if name not in (*SPLITS, *trivial)]

    def trivial(self, dataset: str, architecture: str | None = None) -> list[str]:
        """The trivial models in the tables of a dataset, all or those of one kind."""
        kinds = TRIVIAL if architecture is None else (architecture,)
        rows = self.rows.get(dataset, [])
        return [name for name in rows if self.architectures.get(base(name)) in kinds]

    def rivals(self, dataset: str) -> list[str]:
        """The models that are no mixture trained by maximum likelihood."""
        names = self.models(dataset)
        return [m for m in names if self.architectures.get(base(m)) not in LIKELY]

    @property
    def faces(self) -> str | None:
        """CelebA, or what plays it: the dataset of which section 5 and Table 1 speak."""
        return self.roles.get("celeba")

    def label(self, name: str) -> str:
        return self.labels.get(name) or NAMES.get(name, name)

    def experiments(self, name: str) -> Iterator[tuple[str, pd.DataFrame]]:
        """(dataset, numbers) of every dataset on which an experiment was made."""
        for path, frame in self.frames.items():
            if path.endswith(f"/claims/{name}"):
                yield path.split("/")[0], frame

    def setting(self, dataset: str | None, model: str, name: str, full: bool = False):
        """One setting of a model in this run, or with the full budget; None if unknown."""
        of_all = self.budgets if full else self.settings
        return of_all.get(dataset or "", {}).get(model, {}).get(name)

    def history(self, dataset: str | None, model: str) -> pd.DataFrame | None:
        """The learning curve of a model's first training."""
        seed = self.repetitions.get(model, self.seeds)[0]
        return self.frames.get(f"{dataset}/models/{model}/seed{seed}/history")

    def variant(self, experiment: str, dataset: str) -> list[str]:
        """The models that an experiment trains on a dataset."""
        return self.variants.get(experiment, {}).get(dataset, [])

    # --- Scores ---

    def scores(self, dataset: str | None, source: str, kind: str, runs: bool = False):
        """A kind of scores with a column `seed`, or None.

        The seeds are those of the tables; with `runs`, all there are.
        """
        start, end = f"{dataset}/scores/{source}/seed", f"/{kind}"
        seeds, found = self.repetitions.get(source, self.seeds), []
        for path, frame in self.frames.items():
            seed = path.removeprefix(start).removesuffix(end)
            named = path == f"{start}{seed}{end}" and re.fullmatch(r"\d+", seed)
            if named and (runs or int(seed) in seeds):
                found.append(frame.assign(seed=int(seed)))
        return pd.concat(found, ignore_index=True) if found else None

    def ndb(self, dataset: str | None, source: str) -> pd.Series | None:
        """NDB/K by K, the mean over seeds."""
        found = self.scores(dataset, source, "ndb")
        return None if found is None else found.groupby("k").ndb_over_k.mean()

    def sharpness(self, dataset: str | None, source: str) -> float | None:
        """The mean sharpness over seeds."""
        found = self.scores(dataset, source, "sharpness")
        return None if found is None else float(found.sharpness.mean())

    def round_trip(
        self, dataset: str | None, source: str
    ) -> tuple[float, float] | None:
        """Sharpness of real images as they are, and sent the way of pix2pix's samples."""
        found = self.scores(dataset, source, "round_trip")
        if found is None:
            return None
        means = found.groupby("what").sharpness.mean()
        return float(means["as they are"]), float(means["there and back"])

    def log_likelihood(self, dataset: str | None, source: str) -> pd.Series | None:
        """Log-likelihood in nats of each image, by split and index, the mean over seeds."""
        found = self.scores(dataset, source, "likelihood")
        if found is None:
            return None
        return found.groupby(["split", "index"]).log_likelihood.mean()

    def printed(self, table: str, model: str, quantity: str = "ndb_over_k"):
        """What the paper prints of a model, by K, or None."""
        if self.published is None:
            return None
        p = self.published
        found = p[(p.table == table) & (p.model == model) & (p.quantity == quantity)]
        return None if found.empty else found.set_index("K").value

    def printed_ndb(self, dataset: str | None, model: str) -> pd.Series | None:
        """The NDB/K by K that the paper prints of a model on the data that these are, or
        are a part of; None if it prints none.
        """
        roles = [role for role in TABLES if self.roles.get(role) == dataset]
        if dataset is None or dataset in self.stand_ins or not roles:
            return None
        return self.printed(TABLES[roles[0]], base(model))


def base(name: str) -> str:
    """The model that a variant such as mfa+components=64 is one of."""
    return name.split("+")[0]
