"""Snakemake script: what chance has to do with every NDB and JS (supplementary table)."""

import pandas as pd

from gansgmms.io.numbers import read_numbers
from gansgmms.workflow.job import job
from gansgmms.workflow.tables import (
    row_label,
    statistics_table,
    with_intervals,
    write_table,
)

with job(snakemake.log[0]) as log:
    params = snakemake.params
    parts = []
    for path, dataset, label, seed in zip(
        snakemake.input.scores,
        params.datasets,
        params.labels,
        params.seeds,
        strict=True,
    ):
        of_model = read_numbers(path)
        label = row_label(label, of_model)
        parts.append(of_model.assign(dataset=dataset, model=label, seed=seed))
    table = statistics_table(pd.concat(parts, ignore_index=True))
    interval = f"{params.coverage:.0%}"
    caption = (
        "**statistics**: NDB as a number of bins, and corrected for testing K bins at "
        "once (Benjamini-Hochberg, exact p-values); NDB/K, and in brackets its "
        f"{interval} interval by chance, for two samples of one distribution; the "
        "Jensen-Shannon divergence in nats, its estimate less the bias, and the "
        f"{interval} bootstrap interval of "
        "that. Images that made the bins are nearer to them than chance."
    )
    files = dict(snakemake.output.items())
    write_table(table, caption, **files, shown=with_intervals(table))
    log.info("%s\n%s", caption, table.to_string(index=False))
