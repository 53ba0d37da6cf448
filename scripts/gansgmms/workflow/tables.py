"""Tables of scores: ours beside the paper's; `formats` writes them for each reader."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from gansgmms.io.atomic import atomic
from gansgmms.metrics.statistics import rank_correlation
from gansgmms.workflow import formats
from gansgmms.workflow.formats import number


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
        columns `model`, `seeds` (how many), then for each K `K=.. ours` (the mean over
        seeds, then `sd` if some model has several), and where the paper has a score
        `paper` and `difference`.
    """
    rows: dict[str, dict[str, object]] = {}
    groups = scores.groupby(["name", "label", "K"], sort=False, dropna=False).value
    repeated = (groups.size() > 1).any()
    paper = {
        (row.model, None if pd.isna(row.K) else int(row.K)): row.value
        for row in published.itertuples()
    }
    for (name, label, k), values in groups:
        k = None if pd.isna(k) else int(k)
        prefix = f"K={k} " if k is not None else ""
        row = rows.setdefault(name, {"model": label, "seeds": len(values)})
        ours = round(values.mean(), decimals)
        row[f"{prefix}ours"] = ours
        if repeated:  # a single value has none: NaN
            row[f"{prefix}sd"] = round(values.std(ddof=1), decimals)
        if any(known == k for _, known in paper):
            row[f"{prefix}paper"] = paper.get((name, k))
            row[f"{prefix}difference"] = (
                round(ours - paper[name, k], decimals) if (name, k) in paper else None
            )
    return pd.DataFrame(rows.values())


def compared(table: pd.DataFrame, decimals: int) -> pd.DataFrame:
    """A `comparison` as readers see it: under each K ours, with its deviation, and the paper's."""
    shown: dict = {}
    alone = not any(str(name).endswith("paper") for name in table.columns)
    for name in table.columns:
        k, _, what = str(name).rpartition(" ")
        heading = (k if alone else (k, what)) if k else what
        if what == "ours":
            deviations = table.get(f"{k} sd".strip(), [None] * len(table))
            pairs = zip(table[name], deviations, strict=True)
            shown[heading] = [with_deviation(*pair, decimals) for pair in pairs]
        elif what not in ("sd", "difference"):
            shown[heading if what == "paper" else name] = table[name]
    return pd.DataFrame(shown)


def with_deviation(mean: float, deviation: float | None, decimals: int) -> str | None:
    """A mean with the standard deviation of its repetitions, where it has one."""
    if pd.isna(mean):
        return None
    text = number(mean, decimals)
    if deviation is None or pd.isna(deviation):
        return text
    return f"{text} ± {number(deviation, decimals)}"


def row_label(label: str, score: pd.DataFrame, usual: int | None = None) -> str:
    """The label of a row of NDB, with what sets it apart from the models' rows.

    Args:
        label: how the row is called.
        score: of the source, with the columns samples and made_bins.
        usual: how many samples the models have; None: a column says how many there are.
    """
    said = []
    samples = int(score.samples.max())
    if usual is not None and samples != usual:
        said.append(f"n = {samples:,}")
    if "made_bins" in score and score.made_bins.any():  # 0.1.0 does not say
        said.append("made the bins")
    return f"{label} ({', '.join(said)})" if said else label


def scores_of(
    found: Sequence[pd.DataFrame],
    names: Sequence[str],
    labels: Sequence[str],
    quantity: str,
    usual: int,
) -> pd.DataFrame:
    """What `comparison` compares, with a column after_median where there are medians.

    Args:
        found: the numbers of each row and seed; names and labels are theirs.
        quantity: the column that is compared.
        usual: how many samples the models have.
    """
    parts = []
    for name, label, score in zip(names, labels, found, strict=True):
        called = row_label(label, score, usual) if "samples" in score else label
        columns = {"name": name, "label": called, "value": score[quantity]}
        more = {"K": score.get("k"), "after_median": score.get("after_median")}
        parts.append(pd.DataFrame(columns).assign(**more))
    return pd.concat(parts, ignore_index=True)


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
    paper = published.rename(columns={"model": "name"}).astype({"K": "Int64"})
    pairs = pairs.merge(paper, on=["name", "K"], suffixes=(" ours", " paper"))
    parts = []
    for k, of_k in pairs.groupby("K", dropna=False):
        if len(of_k) >= 3:
            rho = rank_correlation(of_k["value ours"], of_k["value paper"])
            parts.append(f"{rho:.2f}" if pd.isna(k) else f"{rho:.2f} at K={k}")
    if not parts:
        return ""
    return (
        "Spearman's rank correlation with the paper's values, over "
        f"{pairs['name'].nunique()} models: {', '.join(parts)}."
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


def beside_medians(table: pd.DataFrame, scores: pd.DataFrame) -> pd.DataFrame:
    """`comparison` of sharpness with that after a median of 3 x 3 pixels, row by row.

    Noise scores as sharp, and a median takes it away (`metrics.sharpness`).

    Args:
        table, scores: what `comparison` gave, and of what, with a column after_median.
    """
    means = scores.groupby("name", sort=False).after_median.mean()
    return table.assign(**{"after a median": means.round(2).to_numpy()})


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


# Intervals of the statistics, which readers see in the column before: their two ends.
INTERVALS = {
    "by chance": ("chance from", "chance to"),
    "JS unbiased": ("JS from", "JS to"),
}


def with_intervals(table: pd.DataFrame) -> pd.DataFrame:
    """A `statistics_table` with its intervals in brackets, and fixed decimals."""
    shown = table.astype(object)
    for title, decimals in STATISTICS.values():
        if title in shown and decimals is not None:
            shown[title] = [number(value, decimals) for value in table[title]]
    for title, ends in INTERVALS.items():
        if {title, *ends} <= set(shown):
            rows = zip(shown[title], *(shown[end] for end in ends), strict=True)
            shown[title] = [f"{value} [{low}, {high}]" for value, low, high in rows]
            shown = shown.drop(columns=list(ends))
    return shown


def write_table(
    table: pd.DataFrame,
    caption: str,
    csv: Path,
    md: Path,
    tex: Path | None = None,
    html: Path | None = None,
    *,
    shown: pd.DataFrame | None = None,
    decimals: Mapping | None = None,
) -> None:
    """Write a table as CSV, Markdown and, where asked, LaTeX and HTML.

    Each file is written whole or not at all.

    Args:
        caption: one line of Markdown; CSV has none.
        shown: the table as readers see it; CSV has `table`.
        decimals: of the columns that readers see, by name.
    """
    seen = table if shown is None else shown
    text = formats.markdown(seen, decimals)
    texts = {csv: table.to_csv(index=False), md: f"{caption}\n\n{text}\n"}
    if tex:
        texts[tex] = formats.latex(seen, caption, Path(tex).stem, decimals)
    if html:
        texts[html] = formats.html(seen, caption, Path(html).stem, decimals)
    for path, text in texts.items():
        with atomic(path) as temporary:
            temporary.write_text(text, encoding="utf-8")
