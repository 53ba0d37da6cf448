"""Snakemake script: what the classifier sees in the samples of each model."""

import pandas as pd

from gansgmms.io.numbers import read_numbers
from gansgmms.workflow.job import job
from gansgmms.workflow.tables import write_table

COLUMNS = {
    "classes": "classes seen",
    "smallest_share": "share of the rarest",
    "confidence": "mean confidence",
    "inception_score": "score of this classifier",
}

with job(snakemake.log[0]) as log:
    params = snakemake.params
    rows = pd.concat(map(read_numbers, snakemake.input.scores), ignore_index=True)
    rows.insert(0, "model", params.labels)
    table = rows.groupby("model", sort=False)[list(COLUMNS)].mean().reset_index()
    table = table.round(3).rename(columns=COLUMNS)
    accuracy = read_numbers(snakemake.input.accuracy).accuracy.item()
    caption = (
        f"**{params.target}** on {params.datasets[0]}: samples seen by a classifier trained "
        f"on its labels, right on {accuracy:.2%} of the test images. The score is "
        "computed like the Inception Score, by this classifier instead of Inception."
    )
    write_table(table, caption, **dict(snakemake.output.items()))
    log.info("%s\n%s", caption, table.to_string())
