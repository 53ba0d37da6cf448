"""Snakemake script: a table of scores beside the printed ones."""

import pandas as pd

from gansgmms.jobs import job
from gansgmms.tables import comparison, write_table

DECIMALS = {"ndb_over_k": 3, "js": 4, "sharpness": 2}

with job(snakemake.log[0]) as log:
    params = snakemake.params
    parts = []
    for path, name, label in zip(
        snakemake.input.scores, params.names, params.labels, strict=True
    ):
        score = pd.read_parquet(path)
        columns = {"name": name, "label": label, "value": score[params.quantity]}
        parts.append(pd.DataFrame(columns).assign(K=score.get("k")))
    published = pd.read_csv(snakemake.input.published)
    section = "section5" if params.table == "sharpness" else params.table
    published = published[
        (published.table == section) & (published.quantity == params.quantity)
    ]
    # The paper calls the data themselves `data` where it prints their sharpness.
    published = published.replace({"model": {"data": "train"}})
    table = comparison(
        pd.concat(parts, ignore_index=True), published, DECIMALS[params.quantity]
    )
    write_table(table, **dict(snakemake.output.items()))
    log.info("%s, %s:\n%s", params.dataset, params.quantity, table.to_string())
