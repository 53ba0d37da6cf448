"""What a figure of each kind is drawn from: input files and parameters of its job."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from gansgmms.io.markup import for_rst
from gansgmms.settings.entries import kind_of, roles_of
from gansgmms.settings.lookup import parse_variant
from gansgmms.workflow.described import SPLITS
from gansgmms.workflow.experiment import Experiment


class Shown:
    """One figure of an experiment, as its job needs it."""

    def __init__(self, experiment: Experiment, name: str):
        self.experiment, self.name = experiment, name
        self.entry = experiment.config["figures"][name]
        self.kind = kind_of("figures", self.entry)

    @property
    def dataset(self) -> str:
        """The dataset of a figure of one role."""
        return self.experiment.role_dataset(self.name)

    @property
    def panels(self) -> list[tuple[str, str]]:
        """(dataset, model) of each panel; each dataset once, or each role's own model."""
        e, entry = self.experiment, self.entry
        if isinstance(entry.get("models"), dict):
            roles = e.shown_roles(self.name) or entry["models"]
            shown = [(e.dataset_of(role), entry["models"][role]) for role in roles]
            return list(dict.fromkeys(shown))
        return [(dataset, entry["model"]) for dataset in e.panels(self.name)]

    @property
    def compared(self) -> list[str]:
        """The sources that a figure of several shows, each once."""
        pairs = [source for pair in self.entry.get("pairs", []) for source in pair]
        return list(dict.fromkeys(self.entry.get("models") or pairs))

    @property
    def ranked(self) -> list[str]:
        """The models of the table of fidelity on the figure's dataset."""
        entry = self.experiment.table_on("fidelity", self.dataset)
        rows = [*entry["models"], *entry["trivial"]]
        return [source for source in rows if source not in SPLITS]

    @property
    def rows(self) -> list[dict]:
        """The rows of the tables of NDB on the figure's datasets, all repetitions."""
        e = self.experiment
        shown = e.shown_roles(self.name) or roles_of(self.entry)
        rows = {
            # Where one dataset stands in for two, a model of both has one row.
            (dataset, source, seed): {
                "dataset": dataset,
                "title": e.title_of(dataset),
                "name": source,
                "label": e.label_of(source),
                "seed": seed,
                "published": e.config["tables"][table]["published"],
                "comparable": e.is_of(role),
            }
            for table in e.names_of_kind("ndb")
            if set(roles_of(e.entries[table])) & set(shown)
            for role, dataset, source, seed in e.table_rows(table)
            if not e.is_trivial(source)
        }
        return [*rows.values()]

    @property
    def first_rows(self) -> list[dict]:
        """Of `rows` the first repetitions, and of the data the test images only."""
        first = self.experiment.seeds[0]
        return [r for r in self.rows if r["seed"] == first and r["name"] != "train"]

    def scores(self, rows: list[dict], kind: str) -> list[str]:
        """One kind of score of some of the `rows`."""
        e = self.experiment
        return [e.score(r["dataset"], r["name"], kind, r["seed"]) for r in rows]

    def of_model(self, path: Callable[[str, str], str], key: str = "model") -> str:
        """`path(dataset, model)` of the one model of a figure."""
        return path(self.dataset, self.entry[key])

    def inputs(self) -> dict[str, str | list[str]]:
        """The files that the figure is drawn from, by what they are to it.

        Raises:
            InputError: where no dataset has a role that the figure shows.
        """
        return INPUTS[self.entry["kind"]](self, self.experiment)

    def params(self) -> dict:
        """What the figure's script is told; of the datasets only where there are some."""
        e = self.experiment
        told = {key: value for key, value in self.entry.items() if key != "paper"}
        told["figure"] = self.name  # for the caption, which reads the rest there
        if self.kind.seed:
            told["seed"] = e.job_seed(self.kind.seed, {})
        if e.is_shown(self.name):
            told |= TOLD.get(self.entry["kind"], lambda shown, e: {})(self, e)
        return told | {"words": self.words(told)}

    def words(self, told: Mapping) -> dict[str, str | list[str]]:
        """What the user named, for the figure's caption: text in reStructuredText."""
        e, entry = self.experiment, self.entry
        words: dict[str, str | list[str]] = {"paper": entry.get("paper") or ""}
        if "model" in entry:
            words["model"] = e.config["models"][parse_variant(entry["model"])[0]][
                "label"
            ]
        if entry.get("role"):
            words["dataset"] = e.config["roles"][entry["role"]] or ""
        named = [d for role, d in e.config["roles"].items() if role in roles_of(entry)]
        words["datasets"] = list(dict.fromkeys(filter(None, named)))
        words |= {k: told[k] for k in ("label", "labels", "datasets") if k in told}
        return {
            key: for_rst(word) if isinstance(word, str) else [*map(for_rst, word)]
            for key, word in words.items()
        }

    def titles(self) -> list[str]:
        """What stands above each panel; nothing above a single one."""
        titles = [self.experiment.title_of(dataset) for dataset, _ in self.panels]
        return titles if len(titles) > 1 else [""]


def _bins(shown: Shown, e: Experiment) -> dict[str, str | list[str]]:
    return {
        "bins": e.bins(shown.dataset, shown.entry["k"]),
        "images": e.images(shown.dataset, "train"),
    }


def _allocation(shown: Shown, e: Experiment) -> dict[str, str | list[str]]:
    return _bins(shown, e) | {
        "samples": shown.of_model(e.samples),
        "proportions": shown.of_model(e.scores_of("proportions")),
    }


def _proportions(shown: Shown, e: Experiment) -> dict[str, str | list[str]]:
    path = e.scores_of("proportions")
    return {"proportions": [path(shown.dataset, source) for source in shown.compared]}


def _models(shown: Shown, e: Experiment) -> dict[str, str | list[str]]:
    return {"models": [e.model(*panel) for panel in shown.panels]}


def _model(shown: Shown, e: Experiment) -> dict[str, str | list[str]]:
    return {"model": shown.of_model(e.model)}


def _sweep(shown: Shown, e: Experiment) -> dict[str, str | list[str]]:
    dataset, likelihood = shown.dataset, e.scores_of("likelihood")
    models = e.sweep_models(shown.name, dataset)
    return {
        "models": [e.model(dataset, model) for model in models],
        "likelihoods": [likelihood(dataset, model) for model in models],
        "images": e.images(dataset, "test"),
    }


RESOURCES = Path(__file__).parents[3] / "resources"


def published() -> str:
    """The papers' numbers, from where the workflow runs: not always its own folder."""
    return os.path.relpath(RESOURCES / "published-results.csv")


INPUTS: dict[str, Callable[[Shown, Experiment], dict[str, str | list[str]]]] = {
    "generated": lambda shown, e: {
        "data": [e.samples(dataset, "train") for dataset, _ in shown.panels],
        "samples": [e.samples(*panel) for panel in shown.panels],
    },
    "cells": lambda shown, e: {
        "bins": e.bins(shown.dataset, shown.entry["cells"]),
        "data": e.images(shown.dataset, "train"),
        "samples": shown.of_model(e.samples),
    },
    "training_course": lambda shown, e: {
        "snapshots": shown.of_model(e.scores_of("snapshots"))
    },
    "samples": lambda shown, e: {
        "samples": [e.samples(*panel) for panel in shown.panels]
    },
    "allocation": _allocation,
    "components": _models,
    "combinations": _models,
    "outliers": lambda shown, e: {
        "images": e.images(shown.dataset, "test"),
        "likelihood": shown.of_model(e.scores_of("likelihood")),
    },
    "inpainting": lambda shown, e: {
        "model": shown.of_model(e.model),
        "images": e.images(shown.dataset, "test"),
        "likelihood": shown.of_model(e.scores_of("likelihood")),
    },
    "refined": _model,
    "walk": _model,
    "one_component": lambda shown, e: {
        "model": shown.of_model(e.model),
        "images": e.images(shown.dataset, "train"),
    },
    "bins": _bins,
    "proportion_pairs": _proportions,
    "proportions": _proportions,
    "one_bin": lambda shown, e: (
        _allocation(shown, e) | {"test": e.samples(shown.dataset, "test")}
    ),
    "components_sweep": _sweep,
    "plane_models": lambda shown, e: {
        "data": e.images(shown.dataset, "train"),
        "generator": shown.of_model(e.model, "generator"),
        "model": shown.of_model(e.model),
    },
    "pairing": lambda shown, e: {},
    "pipeline": lambda shown, e: {},
    "bridges": lambda shown, e: {
        "images": e.images(shown.dataset, "train"),
        "samples": [e.samples(shown.dataset, model) for model in shown.compared],
    },
    "competition": lambda shown, e: {
        "images": e.images(shown.dataset, "train"),
        "model": shown.of_model(e.model),
        "history": shown.of_model(e.history),
    },
    "shares": lambda shown, e: {"shares": shown.of_model(e.scores_of("shares"))},
    "planted_faults": lambda shown, e: {
        what: e.planted(shown.dataset, what) for what in ("ndb", "fidelity", "power")
    },
    "rank_correlations": lambda shown, e: {
        kind: [e.score(shown.dataset, source, kind) for source in shown.ranked]
        for kind in ("ndb", "fidelity")
    },
    "experts": lambda shown, e: (
        _model(shown, e) | {"shares": shown.of_model(e.scores_of("shares"))}
    ),
    "all_models": lambda shown, e: {
        "samples": [e.samples(r["dataset"], r["name"]) for r in shown.first_rows],
        "ndb": shown.scores(shown.first_rows, "ndb"),
        "sharpness": shown.scores(shown.first_rows, "sharpness"),
    },
    "paper_and_ours": lambda shown, e: {
        "ndb": shown.scores(shown.rows, "ndb"),
        "published": published(),
    },
    "ndb_and_sharpness": lambda shown, e: {
        "ndb": shown.scores(shown.rows, "ndb"),
        "sharpness": shown.scores(shown.rows, "sharpness"),
        "published": published(),
    },
    "ndb_and_minutes": lambda shown, e: {
        "snapshots": [e.score(shown.dataset, m, "snapshots") for m in shown.compared]
    },
    "nearest": lambda shown, e: {
        "train": e.images(shown.dataset, "train"),
        "samples": [e.samples(shown.dataset, model) for model in shown.compared],
    },
}


def _titles(shown: Shown, e: Experiment) -> dict:
    return {"titles": shown.titles()}


def _label(shown: Shown, e: Experiment) -> dict:
    return {"label": e.label_of(shown.entry["model"])}


def _names(shown: Shown, e: Experiment) -> dict:
    labels = [e.label_of(source) for source in shown.compared]
    return {"names": shown.compared, "labels": labels}


def _tested(shown: Shown, e: Experiment) -> dict:
    significance = e.significance_of(shown.dataset)
    return _names(shown, e) | {"significance": significance, "about": e.repetition()}


# Parameters beside what the configuration says of the figure.
TOLD: dict[str, Callable[[Shown, Experiment], dict]] = {
    "generated": lambda shown, e: {
        "datasets": [e.title_of(dataset) for dataset, _ in shown.panels],
        "labels": [e.label_of(model) for _, model in shown.panels],
    },
    "cells": _label,
    "samples": _titles,
    "allocation": _label,
    "components": _titles,
    "combinations": _titles,
    "one_bin": _label,
    "proportion_pairs": _tested,
    "proportions": _tested,
    "plane_models": lambda shown, e: {
        "label": e.label_of(shown.entry["generator"]),
        "mixture": e.label_of(shown.entry["model"]),
    },
    "planted_faults": lambda shown, e: {
        "k": e.table_on("sensitivity", shown.dataset)["k"]
    },
    "bridges": lambda shown, e: (
        _names(shown, e) | {"centres": e.dataset_spec(shown.dataset)["centres"]}
    ),
    "all_models": lambda shown, e: {"rows": shown.first_rows},
    "paper_and_ours": lambda shown, e: {"rows": shown.rows},
    "ndb_and_sharpness": lambda shown, e: {"rows": shown.rows},
    "ndb_and_minutes": _names,
    "nearest": lambda shown, e: (
        _names(shown, e)
        | {
            "mirror": bool(_of_first(shown, e).get("mirror")),
            "device": e.config["device"],
        }
    ),
}


def _of_first(shown: Shown, e: Experiment) -> dict:
    """The settings of the first model that a figure compares."""
    return e.settings_of(shown.compared[0], shown.dataset)
