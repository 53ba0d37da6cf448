"""Snakemake script: a table of scores beside the paper's."""

import pandas as pd

from gansgmms.io.numbers import read_numbers
from gansgmms.workflow.job import job
from gansgmms.workflow.tables import (
    ROUND_TRIP,
    beside_round_trips,
    compared,
    comparison,
    order_kept,
    write_table,
)

DECIMALS = {"ndb_over_k": 3, "js": 4, "sharpness": 2}
OF_PAPER = {"ndb_over_k": 2, "sharpness": 1}
TITLES = {
    "ndb_over_k": "NDB/K, lower is better; 0.05 is two samples of one distribution",
    "js": "Jensen-Shannon divergence of the bin proportions in nats, lower is better",
    "sharpness": "sharpness, higher is sharper",
}

with job(snakemake.log[0]) as log:
    params = snakemake.params
    parts = []
    for path, name, label in zip(
        snakemake.input.scores, params.names, params.labels, strict=True
    ):
        score = read_numbers(path)
        columns = {"name": name, "label": label, "value": score[params.quantity]}
        parts.append(pd.DataFrame(columns).assign(K=score.get("k")))
    published = pd.read_csv(snakemake.input.published)
    published = published[
        (published.table == params.published) & (published.quantity == params.quantity)
    ]
    (role, *_), (dataset, *_) = params.roles, params.datasets
    if params.stand_ins:  # other data: no number of the paper's is to be expected
        published = published.head(0)
    # The paper calls the data themselves `data` where it prints their sharpness.
    published = published.replace({"model": {"data": "train"}})
    scores = pd.concat(parts, ignore_index=True)
    decimals = DECIMALS[params.quantity]
    table = comparison(scores, published, decimals)
    trips = map(read_numbers, snakemake.input.round_trips)
    if trip := dict(zip(params.refined, trips, strict=True)):
        table = beside_round_trips(table, scores, trip)
    shown = compared(table, decimals)
    places = {name: OF_PAPER.get(params.quantity) for name in shown if "paper" in name}
    caption = f"**{params.target}** on {dataset}: {TITLES[params.quantity]}."
    if params.stand_ins:
        caption += f" Data in place of {role}: the paper's values do not compare."
    elif dataset != role and len(published):
        caption += f" The paper's values are for all of {role}."
    if order := order_kept(scores, published):
        caption += f" {order}"
    if trip:
        caption += f" {ROUND_TRIP}"
    if any(params.trivial):
        caption += " Trivial models are ours, to compare with: the paper has none."
    files = dict(snakemake.output.items())
    write_table(table, caption, **files, shown=shown, decimals=places)
    log.info("%s\n%s", caption, table.to_string())
