"""Rows of the tables of log-likelihoods under VAEs, estimated by importance sampling."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from gansgmms.workflow.tables import number

TRUTH = "true density"
SPLITS = ("train", "test")


def importance_rows(
    scores: pd.DataFrame,
    samples: int,
    published: pd.DataFrame,
    truths: Mapping[str, pd.DataFrame] | None = None,
) -> pd.DataFrame:
    """One row a dataset and model, after one of the true density where it is known.

    Args:
        scores: columns role, dataset, name, label, split, index, s<S> for each number of
            samples, and error, the standard error of each point's last estimate.
        samples: the S that is reported.
        published: columns dataset, model, quantity, value and note.
        truths: by dataset, the true log-density of each point: columns split, index and
            truth.

    Returns:
        columns `dataset` and `model`; for each split ours, and the draft's number and
        what is noted of it, such as sic, where there is one; `error`: the larger standard error of the two splits' means, as
        points differ; `sampling error`: the part of it that importance sampling alone
        has; `gain`: what the last step in S added to the test mean, and `rises` where
        that is more than the error; `gap`: how far the test mean is below the true
        density's on the same points.
    """
    paper = published.set_index(["dataset", "model", "quantity"])
    steps = sorted(int(c[1:]) for c in scores.columns if c[1:].isdigit())
    before, last = f"s{steps[max(len(steps) - 2, 0)]}", f"s{samples}"
    rows: list[dict[str, object]] = []
    shown: set[str] = set()
    names = ["role", "dataset", "name", "label"]
    for (role, dataset, name, label), part in scores.groupby(names, sort=False):
        truth = (truths or {}).get(dataset)
        if truth is not None and dataset not in shown:
            shown.add(dataset)
            rows.append(_row(dataset, TRUTH, truth, "truth"))
        row = _row(dataset, label, part, last)
        for split in part.split.unique():
            key = (role, name, f"log_likelihood_{split}")
            row[f"{split} paper"] = paper.value.get(key)
            if pd.notna(note := paper.note.get(key)):
                row[f"{split} note"] = note
        errors = part.error.pow(2).groupby(part.split).sum().pow(0.5)
        row["sampling error"] = round((errors / part.groupby("split").size()).max(), 3)
        test = part[part.split == "test"]
        gain = (test[last] - test[before]).mean()
        row["gain"] = round(gain, 3)
        row["rises"] = "yes" if gain > test[last].sem() else None
        if truth is not None:
            of_test = truth[truth.split == "test"].set_index("index").truth
            own = test.set_index("index")[last]
            row["gap"] = round((of_test - own).mean(), 3)
        rows.append(row)
    table = pd.DataFrame(rows)
    return table[[c for c in _COLUMNS if c in table and table[c].notna().any()]]


_COLUMNS = [
    "dataset",
    "model",
    *(f"{split} {what}" for split in SPLITS for what in ("ours", "paper", "note")),
    "gap",
    "error",
    "sampling error",
    "gain",
    "rises",
]


def _row(
    dataset: str, label: str, part: pd.DataFrame, column: str
) -> dict[str, object]:
    of_split = part.groupby("split", sort=False)[column]
    means = {f"{split} ours": round(v, 2) for split, v in of_split.mean().items()}
    error = round(float(np.max(of_split.sem())), 3)
    return {"dataset": dataset, "model": label, **means, "error": error}


def compared_splits(table: pd.DataFrame) -> pd.DataFrame:
    """`importance_rows` as readers see it: under each split ours and the draft's."""
    shown: dict = {}
    for name in table.columns:
        split, _, what = str(name).partition(" ")
        if split not in SPLITS:
            shown[name] = table[name]
        elif what == "paper":
            notes = table.get(f"{split} note", [None] * len(table))
            pairs = zip(table[name], notes, strict=True)
            shown[split, what] = [_with_note(*pair) for pair in pairs]
        elif what != "note":
            shown[split, what] = table[name]
    return pd.DataFrame(shown)


def _with_note(value: float, note: str | None) -> str | None:
    if pd.isna(value):
        return None
    return number(value, 2) + ("" if pd.isna(note) else f" [{note}]")
