"""What a table of ablations is made of: rows, densities, and bins made in other ways."""

from collections.abc import Iterator, Mapping

import pandas as pd

from gansgmms.settings.configuration import parse_variant
from gansgmms.workflow.described import short_setting
from gansgmms.workflow.experiment import DENSITIES, Experiment
from gansgmms.workflow.tables import compared, with_deviation

LIKELIHOOD = "test log-likelihood"


def densities(e: Experiment, table: str) -> list[tuple[str, str, int]]:
    """(dataset, model, seed) of the rows that have an exact likelihood."""
    rows = e.table_rows(table)
    kinds = ((d, s, seed, e.architecture_or_none(s)) for _, d, s, seed in rows)
    return [(d, source, seed) for d, source, seed, kind in kinds if kind in DENSITIES]


def rescored(e: Experiment, dataset: str) -> list[tuple[str, int]]:
    """(source, seed) of the rows that are scored in other bins too."""
    sources = e.table_on("ablations", dataset)["rescored"]
    return [(s, seed) for s, seed in e.repeated((source,) for source in sources)]


def other_bins(e: Experiment, dataset: str) -> Iterator[tuple[str, str]]:
    """(what they are called, file) of the bins made in other ways, at every K."""
    for change in e.table_on("ablations", dataset)["bins"]:
        ((key, value),) = parse_variant(f"bins+{change}")[1].items()
        for k in e.config["bins"]["k"]:
            yield short_setting(key, value), e.bins(dataset, k, f"+{change}")


def in_other_bins(scores: pd.DataFrame, labels: Mapping[str, str]) -> pd.DataFrame:
    """The rows of `tables.comparison` for NDB/K in other bins.

    Args:
        scores: one row a clustering, source, seed and K, with ndb_over_k.
        labels: how a table calls each source.
    """
    names = scores.source.map(labels) + "; bins: " + scores.clustering
    columns = {"name": names, "label": names, "K": scores.k, "value": scores.ndb_over_k}
    return pd.DataFrame(columns)


def beside_likelihoods(
    table: pd.DataFrame, names: list[str], likelihoods: pd.DataFrame
) -> pd.DataFrame:
    """`tables.comparison` with the mean test log-likelihood in nats, and its deviation.

    Args:
        names: of the rows of the table.
        likelihoods: one row a name and seed, with the test mean as `value`.
    """
    values = likelihoods.groupby("name").value
    mean = values.mean().reindex(names).round(1).to_numpy()
    deviation = values.std(ddof=1).reindex(names).round(1).to_numpy()
    return table.assign(**{LIKELIHOOD: mean, f"{LIKELIHOOD} sd": deviation})


def seen(table: pd.DataFrame, decimals: int) -> pd.DataFrame:
    """That table as readers see it: each deviation beside its mean."""
    pairs = zip(table[LIKELIHOOD], table[f"{LIKELIHOOD} sd"], strict=True)
    text = [with_deviation(mean, deviation, 1) for mean, deviation in pairs]
    return compared(table, decimals).assign(**{LIKELIHOOD: text})
