"""Snakemake script: log-likelihoods of VAEs beside the draft's, in nats."""

import pandas as pd

from gansgmms.io.numbers import read_numbers
from gansgmms.workflow.job import job
from gansgmms.workflow.tables import compared_splits, importance_rows, write_table

CAPTION = (
    "**{table}**: mean log-likelihood of training and test data in nats, by importance "
    "sampling with {samples} samples a point; the decoder's noise is Gaussian with a "
    "learned variance."
)
PAPER = (
    " The draft's values were estimated in a way that it does not state, on {other}; one "
    "lacks its minus sign [sic]."
)
OTHER = {
    "table_synthetic": "modes whose layout it does not state: only signs and orders "
    "compare",
    "table_mnist": "MNIST in a scale that it does not state: only orders compare",
}

with job(snakemake.log[0]) as log:
    params = snakemake.params
    published = pd.read_csv(snakemake.input.published)
    published = published[published.table == params.published]
    published = published[~published.dataset.isin(params.stand_ins)]
    scores = pd.concat(
        [
            read_numbers(path).assign(
                role=role, dataset=dataset, name=name, label=label
            )
            for path, role, dataset, name, label in zip(
                snakemake.input.scores,
                params.roles,
                params.datasets,
                params.names,
                params.labels,
                strict=True,
            )
        ],
        ignore_index=True,
    )
    samples = max(int(c[1:]) for c in scores.columns if c[1:].isdigit())
    table = importance_rows(scores, samples, published)
    caption = CAPTION.format(table=params.target, samples=samples)
    if any(name.endswith("paper") for name in table.columns):
        caption += PAPER.format(other=OTHER[params.published])
    shown, files = compared_splits(table), dict(snakemake.output.items())
    places = {name: 2 for name in shown if "ours" in name}
    write_table(table, caption, **files, shown=shown, decimals=places)
    log.info("%s\n%s", caption, table.to_string())
