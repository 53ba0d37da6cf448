"""Snakemake script: NDB and JS of one sample file at every K, and its counts (section 2)."""

from dataclasses import replace

import pandas as pd

from gansgmms.io.images import read_images
from gansgmms.io.numbers import write_numbers
from gansgmms.metrics.ndb import NDB
from gansgmms.workflow.job import job

with job(snakemake.log[0]) as log:
    params = snakemake.params
    images = read_images(snakemake.input.samples)
    # Training images are of those that made the bins where no others are left.
    trained = sum(len(read_images(path)) for path in snakemake.input.get("train", []))
    scores, proportions = [], []
    for path in snakemake.input.bins:
        bins = replace(NDB.load(path), significance=params.significance)
        result = bins.evaluate(images)
        summary = result.summary(**params.statistics)
        scores.append(summary | {"made_bins": trained == len(bins.reference_index)})
        proportions.append(
            pd.DataFrame({"model": snakemake.wildcards.source, **result.columns()})
        )
        log.info("K = %d: NDB/K %.3f, JS %.4f", bins.k, result.ndb_over_k, result.js)
    write_numbers(snakemake.output.ndb, pd.DataFrame(scores))
    write_numbers(
        snakemake.output.proportions, pd.concat(proportions, ignore_index=True)
    )
