"""What stands above a table of scores."""

from typing import Any

import pandas as pd

TITLES = {
    "ndb_over_k": "NDB/K, lower is better; 0.05 is two samples of one distribution",
    "js": "Jensen-Shannon divergence of the bin proportions in nats, lower is better",
    "sharpness": "sharpness, higher is sharper; noise scores as sharp, and less so after a "
    "median of 3 x 3 pixels",
}
ROUND_TRIP = (
    "Real images: as they are, and after the way to pix2pix's size and back, which its "
    "samples have behind them."
)
TRIVIAL = "Trivial models are ours, to compare with: the paper has none."

LIKELIHOOD = (
    "**{table}**: mean log-likelihood of training and test data in nats, by importance "
    "sampling with {samples} samples of z a point, S; the decoder's noise is Gaussian with "
    "a learned variance. Error: of the means, as points differ; sampling error: the part "
    "of S. Gain: of the test mean by the last step in S; where it is more than the error, "
    "the estimate still rises."
)
GAP = "Gap: to the density that the points are drawn from."
PAPER = (
    "The draft's values were estimated in a way that it does not state, on {other}; one "
    "lacks its minus sign [sic]."
)
OTHER = {
    "table_synthetic": "modes whose layout and scale it does not state: only orders "
    "compare",
    "table_mnist": "MNIST in a scale that it does not state: only orders compare",
}


def test_images_differ(scores: pd.DataFrame) -> str:
    """Why NDB/K of the test images is above 0.05, where chance does not do it; else empty.

    Args:
        scores: of the test images, columns of `metrics.statistics.summary`, one row a K
            and seed.
    """
    means = scores.groupby("k")[["ndb_over_k", "high_over_k"]].mean()
    far = means[means.ndb_over_k > means.high_over_k]
    if far.empty:
        return ""
    at = ", ".join(f"{k:.0f}" for k in far.index)
    test, most = (", ".join(f"{v:.2f}" for v in far[c]) for c in far)
    return (
        "The test images are not of the distribution of the training images, with which "
        f"every row is compared: at K = {at} Test has {test}, where chance gives at most "
        f"{most}."
    )


def comparison_caption(
    params: Any,
    published: bool,
    order: str,
    sizes: bool,
    round_trip: bool,
    test_row: str = "",
) -> str:
    """One line of Markdown above `tables.comparison`.

    Args:
        params: of the table's job: target, quantity (one of `TITLES`), roles, datasets,
            stand_ins, samples and trivial.
        published: whether the paper's numbers stand there.
        order: what `tables.order_kept` says.
        sizes: whether some rows say how many samples they have.
        round_trip: whether real images went pix2pix's way.
        test_row: what `test_images_differ` says.
    """
    (role, *_), (dataset, *_) = params.roles, params.datasets
    parts = [f"**{params.target}** on {dataset}: {TITLES[params.quantity]}."]
    if params.stand_ins:
        parts.append(f"Data in place of {role}: the paper's values do not compare.")
    elif dataset != role and published:
        parts.append(f"The paper's values are for all of {role}.")
    parts += [
        test_row,
        order,
        f"Rows that do not say n have {params.samples:,} samples." if sizes else "",
        ROUND_TRIP if round_trip else "",
        TRIVIAL if any(params.trivial) else "",
    ]
    return " ".join(filter(None, parts))


def importance_caption(params: Any, samples: int, truth: bool, paper: bool) -> str:
    """One line of Markdown above `likelihoods.importance_rows`.

    Args:
        params: of the table's job: target and published.
        samples: of z for each point.
        truth: whether the true density of some dataset is known.
        paper: whether the draft's numbers stand there.
    """
    parts = [LIKELIHOOD.format(table=params.target, samples=samples)]
    parts += [GAP] if truth else []
    parts += [PAPER.format(other=OTHER[params.published])] if paper else []
    return " ".join(parts)
