"""Snakemake script: log-likelihoods of VAEs beside the draft's, in nats."""

import pandas as pd

from gansgmms.io.numbers import read_numbers
from gansgmms.workflow.captions import importance_caption
from gansgmms.workflow.job import job
from gansgmms.workflow.likelihoods import compared_splits, importance_rows
from gansgmms.workflow.tables import write_table

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
    truths = dict(
        zip(params.known, map(read_numbers, snakemake.input.truths), strict=True)
    )
    table = importance_rows(scores, samples, published, truths)
    paper = any(name.endswith("paper") for name in table.columns)
    caption = importance_caption(params, samples, bool(truths), paper)
    shown, files = compared_splits(table), dict(snakemake.output.items())
    places = {name: 2 for name in shown if "ours" in name}
    write_table(table, caption, **files, shown=shown, decimals=places)
    log.info("%s\n%s", caption, table.to_string())
