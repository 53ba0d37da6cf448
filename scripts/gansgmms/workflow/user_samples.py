"""User samples: scored beside the models of a dataset that are scored already."""

from collections.abc import Callable
from pathlib import Path

from gansgmms.errors import InputError
from gansgmms.io.walk import expand, state_of
from gansgmms.settings.configuration import own_name
from gansgmms.workflow.experiment import Experiment


class UserSamples:
    """What `own` in the configuration names, and the rows that stand beside it.

    Args:
        experiment: the run.
        exists: whether a file is there, wherever the run keeps its files.
    """

    def __init__(self, experiment: Experiment, exists: Callable[[str], bool]):
        self.experiment, self.exists = experiment, exists

    def entry(self, name: str | None = None) -> dict:
        """What the configuration says of the user's samples; with `name`, of those.

        Raises:
            InputError: where it says nothing, or names others.
        """
        found = self.experiment.config.get("own")
        if found is None or name not in (None, own_name(found)):
            raise InputError(
                "own",
                "nothing" if found is None else own_name(found),
                f"{'samples' if name is None else name} and the role they are "
                "compared on",
                "--config 'own={role: mnist, samples: my.npz}'",
            )
        return found

    def files(self) -> list[str]:
        """The table and the figure of the user's samples."""
        stem = f"{self.experiment.out}/own/{own_name(self.entry())}"
        return [f"{stem}.{kind}" for kind in ("csv", "md", "tex", "png", "pdf")]

    def path(self, source: str) -> Path:
        """Where the samples of a row own_<name> are."""
        return expand(self.entry(source.removeprefix("own_"))["samples"])

    def state(self, source: str) -> list[int]:
        """Number, size and newest time of the files of the user's samples.

        Of a folder Snakemake does not see that a file in it was written again.
        """
        return state_of(self.path(source))

    def dataset(self, name: str) -> str:
        """The dataset that the user's samples are compared on."""
        return self.experiment.dataset_of(self.entry(name)["role"])

    def rows(self, name: str) -> list[str]:
        """The user's samples, then what is scored of the role's tables of NDB."""
        e, role = self.experiment, self.entry(name)["role"]
        tables = [e.config["tables"][table] for table in e.names_of_kind("ndb")]
        names = [
            row
            for key in ("models", "trivial")
            for table in tables
            if table["role"] == role
            for row in table[key]
        ]
        return self._with_scored(name, names)

    def drawn(self, name: str) -> list[str]:
        """The user's samples, then what is scored of a figure of proportions."""
        e = self.experiment
        figures = [e.config["figures"][f] for f in e.names_of_kind("proportions")]
        names = [model for figure in figures[:1] for model in figure["models"]]
        return self._with_scored(name, names)

    def _with_scored(self, name: str, names: list[str]) -> list[str]:
        e, dataset = self.experiment, self.dataset(name)
        found = [
            row
            for row in dict.fromkeys(names)
            if self.exists(e.score(dataset, row, "proportions"))
            and self.exists(e.samples(dataset, row))
        ]
        return [f"own_{name}", *found]

    def labels(self, rows: list[str]) -> list[str]:
        """How the table and the figure name the rows."""
        return [self.experiment.label_of(row) for row in rows]
