"""Tables of scores: ours beside the paper's, in three formats."""

import re
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from gansgmms.io.atomic import atomic
from gansgmms.io.markup import for_latex, for_markdown, of_markdown, one_line
from gansgmms.metrics.statistics import rank_correlation


def comparison(
    scores: pd.DataFrame, published: pd.DataFrame, decimals: int
) -> pd.DataFrame:
    """One row a model, and for each K our score, the paper's and the difference.

    Args:
        scores: columns name, label, K and value, one row a seed; K is <NA> for a
            score that has none (sharpness).
        published: columns model, K and value: what the paper prints, if anything.
        decimals: to which scores are rounded.

    Returns:
        columns `model`, then for each K `K=.. ours` (the mean over seeds, then `sd` if
        some model has several), and where the paper has a score `printed` and `difference`.
    """
    rows: dict[str, dict[str, object]] = {}
    groups = scores.groupby(["name", "label", "K"], sort=False, dropna=False).value
    repeated = (groups.size() > 1).any()
    printed = {
        (row.model, None if pd.isna(row.K) else int(row.K)): row.value
        for row in published.itertuples()
    }
    for (name, label, k), values in groups:
        k = None if pd.isna(k) else int(k)
        prefix = f"K={k} " if k is not None else ""
        row = rows.setdefault(name, {"model": label})
        ours = round(values.mean(), decimals)
        row[f"{prefix}ours"] = ours
        if repeated:  # a single value has none: NaN
            row[f"{prefix}sd"] = round(values.std(ddof=1), decimals)
        if any(known == k for _, known in printed):
            row[f"{prefix}printed"] = printed.get((name, k))
            row[f"{prefix}difference"] = (
                round(ours - printed[name, k], decimals)
                if (name, k) in printed
                else None
            )
    return pd.DataFrame(rows.values())


DATA = ("train", "test")  # rows that are no models


def order_kept(scores: pd.DataFrame, published: pd.DataFrame) -> str:
    """How far the models stand in the paper's order, as a sentence; empty below three.

    Args:
        scores, published: as of `comparison`.

    Returns:
        Spearman's rank correlation of our scores with the paper's, for each K.
    """
    ours = scores[~scores["name"].isin(DATA)].groupby(["name", "K"], dropna=False)
    pairs = ours.value.mean().reset_index().astype({"K": "Int64"})
    printed = published.rename(columns={"model": "name"}).astype({"K": "Int64"})
    pairs = pairs.merge(printed, on=["name", "K"], suffixes=(" ours", " printed"))
    parts = []
    for k, of_k in pairs.groupby("K", dropna=False):
        if len(of_k) >= 3:
            rho = rank_correlation(of_k["value ours"], of_k["value printed"])
            parts.append(f"{rho:.2f}" if pd.isna(k) else f"{rho:.2f} at K={k}")
    if not parts:
        return ""
    return (
        "Spearman's rank correlation with what is printed, over "
        f"{pairs['name'].nunique()} models: {', '.join(parts)}."
    )


ROUND_TRIP = (
    "Real images: as they are, and after the way to pix2pix's size and back, which its "
    "samples have behind them."
)


def beside_round_trips(
    table: pd.DataFrame, scores: pd.DataFrame, trips: Mapping[str, pd.DataFrame]
) -> pd.DataFrame:
    """`comparison` with what pix2pix's way does to real images, in the rows that go it.

    Args:
        table, scores: what `comparison` gave, and of what.
        trips: by the name of a row, the numbers of `measure_round_trip`.
    """
    table, names = table.copy(), list(dict.fromkeys(scores["name"]))
    for what in ("as they are", "there and back"):
        means = {n: t.set_index("what").sharpness[what] for n, t in trips.items()}
        values = [round(means[n], 2) if n in means else None for n in names]
        table[f"real images {what}"] = values
    return table


# The columns of `statistics.summary` as readers see them, and their decimals.
STATISTICS = {
    "dataset": ("dataset", None),
    "k": ("K", None),
    "bins": ("bins", None),
    "model": ("model", None),
    "seed": ("seed", None),
    "samples": ("samples", None),
    "ndb": ("NDB", None),
    "ndb_corrected": ("NDB corrected", None),
    "ndb_over_k": ("NDB/K", 3),
    "expected_over_k": ("by chance", 3),
    "low_over_k": ("chance from", 3),
    "high_over_k": ("chance to", 3),
    "js": ("JS", 4),
    "js_unbiased": ("JS unbiased", 4),
    "js_low": ("JS from", 4),
    "js_high": ("JS to", 4),
    "sharpness": ("sharpness", 2),
}


def statistics_table(summaries: pd.DataFrame) -> pd.DataFrame:
    """Rows of `statistics.summary`, and any of the columns above, as readers see it.

    Columns come in the order above; rows stay as they are.
    """
    shown = {name: of for name, of in STATISTICS.items() if name in summaries}
    decimals = {name: d for name, (_, d) in shown.items() if d is not None}
    titles = {name: title for name, (title, _) in shown.items()}
    return summaries[list(shown)].round(decimals).rename(columns=titles)


# Columns that hold names of the user's, which are no Markdown.
LABELS = ("model", "dataset", "bins")


def markdown(table: pd.DataFrame) -> str:
    """A table in Markdown; what is missing is an empty cell.

    Labels are shown as they are; other cells may hold Markdown, but no further column.
    """
    shown = table.astype(object).fillna("")
    for name in shown.columns:
        escape = for_markdown if name in LABELS else _one_cell
        shown[name] = shown[name].map(lambda v, f=escape: f(v) if type(v) is str else v)
    return shown.to_markdown(index=False, disable_numparse=_words(shown))


def _one_cell(text: str) -> str:
    return one_line(re.sub(r"(?<!\\)\|", r"\|", text))


def _words(table: pd.DataFrame) -> list[int]:
    """Columns of words, in which a label such as 1e3 is no number."""
    return [i for i, name in enumerate(table.columns) if name in LABELS]


def write_table(
    table: pd.DataFrame, caption: str, csv: Path, md: Path, tex: Path | None = None
) -> None:
    """Write a table as CSV, Markdown and, where asked, LaTeX, each whole or not at all.

    The caption is one line of Markdown; CSV has none.
    """
    texts = {csv: table.to_csv(index=False), md: f"{caption}\n\n{markdown(table)}\n"}
    if tex:
        texts[tex] = latex(table, caption)
    for path, text in texts.items():
        with atomic(path) as temporary:
            temporary.write_text(text, encoding="utf-8")


def latex(table: pd.DataFrame, caption: str) -> str:
    """A table in LaTeX, with a caption that was written in Markdown."""
    plain = for_latex(of_markdown(caption))
    options = {"index": False, "na_rep": "", "escape": True, "caption": plain}
    return table.to_latex(**options, float_format="{:g}".format)


def importance_rows(
    scores: pd.DataFrame, samples: int, published: pd.DataFrame
) -> pd.DataFrame:
    """Log-likelihoods estimated by importance sampling, one row a dataset and model.

    Args:
        scores: columns role, dataset, name, label, split, s<S> for each number of
            samples, and error, the standard error of each point's last estimate.
        samples: the S that is reported.
        published: columns dataset, model, quantity and value.

    Returns:
        columns `dataset` and `model`; for each split ours, and the draft's number
        where there is one; `error`: the larger standard error, of the two splits, that
        the mean over points has from importance sampling alone; and `gain`: what the
        last step in S added to the test mean.
    """
    printed = published.set_index(["dataset", "model", "quantity"]).value
    steps = sorted(int(c[1:]) for c in scores.columns if c[1:].isdigit())
    before = f"s{steps[max(len(steps) - 2, 0)]}"
    rows = []
    names = ["role", "dataset", "name", "label"]
    for (role, dataset, name, label), part in scores.groupby(names, sort=False):
        row = {"dataset": dataset, "model": label}
        errors = []
        for split, of_split in part.groupby("split", sort=False):
            row[f"{split} ours"] = round(of_split[f"s{samples}"].mean(), 2)
            key = (role, name, f"log_likelihood_{split}")
            row[f"{split} printed"] = printed.get(key)
            errors.append(of_split.error.pow(2).sum() ** 0.5 / len(of_split))
        row["error"] = round(max(errors), 3)
        test = part[part.split == "test"]
        row["gain"] = round((test[f"s{samples}"] - test[before]).mean(), 3)
        rows.append(row)
    return pd.DataFrame(rows)
