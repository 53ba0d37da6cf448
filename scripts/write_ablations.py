"""Snakemake script: a table of mixtures and bins with one thing changed at a time."""

import pandas as pd

from gansgmms.io.numbers import read_numbers
from gansgmms.workflow import ablations, tables
from gansgmms.workflow.job import job

DECIMALS = 3

with job(snakemake.log[0]) as log:
    params, inputs = snakemake.params, snakemake.input
    parts = []
    rows = zip(inputs.scores, params.names, params.labels, strict=True)
    for path, name, label in rows:
        score = read_numbers(path)
        label = tables.row_label(label, score, params.samples)
        columns = {"name": name, "label": label, "K": score.k}
        parts.append(pd.DataFrame({**columns, "value": score.ndb_over_k}))
    if inputs.bins:
        labels = dict(zip(params.names, params.labels, strict=True))
        parts.append(ablations.in_other_bins(read_numbers(inputs.bins[0]), labels))
    scores = pd.concat(parts, ignore_index=True)
    frames = map(read_numbers, inputs.likelihoods)
    means = [f[f.split == "test"].log_likelihood.mean() for f in frames]
    likelihoods = pd.DataFrame({"name": params.likely, "value": means})
    nothing = pd.DataFrame(columns=["model", "K", "value"])
    table = tables.comparison(scores, nothing, DECIMALS)
    names = list(dict.fromkeys(scores["name"]))
    table = ablations.beside_likelihoods(table, names, likelihoods)
    shown = ablations.seen(table, DECIMALS)
    caption = (
        f"**{params.target}** on {params.datasets[0]}: NDB/K, and the mean log-likelihood of "
        "test images in nats, with one thing changed at a time. *Sample noise*: samples with "
        "the diagonal noise, of the same mixtures. *Reweighted*: their mixing coefficients by "
        "one E-step after the training. *Latent*: factors of each component. *Bins*: "
        "the same samples in bins made in another way; *refit*, from another start. "
        "±: the standard deviation over seeds. The paper has none of this."
    )
    files = dict(snakemake.output.items())
    tables.write_table(table, caption, **files, shown=shown)
    log.info("%s\n%s", caption, table.to_string())
