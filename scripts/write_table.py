"""Snakemake script: a table of scores beside the paper's."""

import pandas as pd

from gansgmms.io.numbers import read_numbers
from gansgmms.workflow import tables
from gansgmms.workflow.captions import comparison_caption, test_images_differ
from gansgmms.workflow.job import job

DECIMALS = {"ndb_over_k": 3, "js": 4, "sharpness": 2}
OF_PAPER = {"ndb_over_k": 2, "sharpness": 1}

with job(snakemake.log[0]) as log:
    params = snakemake.params
    found = [read_numbers(path) for path in snakemake.input.scores]
    about = params.names, params.labels, params.quantity, params.samples
    scores = tables.scores_of(found, *about)
    test = [f for n, f in zip(params.names, found, strict=True) if n == "test"]
    is_ndb = test and params.quantity == "ndb_over_k"
    published = pd.read_csv(snakemake.input.published)
    published = published[
        (published.table == params.published) & (published.quantity == params.quantity)
    ]
    if params.stand_ins:  # other data: no number of the paper's is to be expected
        published = published.head(0)
    # The paper calls the data themselves `data` where it prints their sharpness.
    published = published.replace({"model": {"data": "train"}})
    decimals = DECIMALS[params.quantity]
    table = tables.comparison(scores, published, decimals)
    if scores.after_median.notna().any():
        table = tables.beside_medians(table, scores)
    trips = map(read_numbers, snakemake.input.round_trips)
    if trip := dict(zip(params.refined, trips, strict=True)):
        table = tables.beside_round_trips(table, scores, trip)
    shown = tables.compared(table, decimals)
    places = {name: OF_PAPER.get(params.quantity) for name in shown if "paper" in name}
    caption = comparison_caption(
        params,
        len(published) > 0,
        tables.order_kept(scores, published),
        scores.label.str.contains(r"\(n = ").any(),
        bool(trip),
        test_images_differ(pd.concat(test)) if is_ndb else "",
    )
    files = dict(snakemake.output.items())
    tables.write_table(table, caption, **files, shown=shown, decimals=places)
    log.info("%s\n%s", caption, table.to_string())
