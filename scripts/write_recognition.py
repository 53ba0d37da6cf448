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
    groups = rows.groupby("model", sort=False)
    table = groups[list(COLUMNS)].mean().round(3).rename(columns=COLUMNS).reset_index()
    table.insert(1, "seeds", groups.size().to_numpy())
    accuracy = read_numbers(snakemake.input.accuracy).accuracy.item()
    caption = (
        f"**{params.target}** on {params.datasets[0]}: samples seen by a classifier trained "
        f"on its labels, right on {accuracy:.2%} of the test images. The score is "
        "computed like the Inception Score, by this classifier instead of Inception."
    )
    places = {name: 3 for name in table.columns[3:]}
    write_table(table, caption, **dict(snakemake.output.items()), decimals=places)
    log.info("%s\n%s", caption, table.to_string())
