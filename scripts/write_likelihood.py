"""Snakemake script: log-likelihoods of every mixture, in nats per image."""

import pandas as pd

from gansgmms.io.numbers import read_numbers
from gansgmms.workflow.job import job
from gansgmms.workflow.tables import write_table

with job(snakemake.log[0]):
    params = snakemake.params
    rows = []
    for path, dataset, label, seed in zip(
        snakemake.input.scores,
        params.datasets,
        params.labels,
        params.seeds,
        strict=True,
    ):
        values = read_numbers(path).groupby("split").log_likelihood
        mean, median, error = values.mean(), values.median(), values.sem()
        rows.append(
            {
                "dataset": dataset,
                "model": label,
                "seed": seed,
                "train mean": round(mean["train"], 1),
                "test mean": round(mean["test"], 1),
                "test standard error": round(error["test"], 1),
                "test median": round(median["test"], 1),
            }
        )
    caption = "**likelihood**: log-likelihood of images under the mixtures, in nats."
    table = pd.DataFrame(rows)
    places = {name: 1 for name in table.columns[3:]}
    write_table(table, caption, **dict(snakemake.output.items()), decimals=places)
