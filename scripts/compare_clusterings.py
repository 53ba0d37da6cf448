"""Snakemake script: NDB and JS of rows of a table in bins made another way."""

from dataclasses import replace

import pandas as pd

from gansgmms.io.images import read_images
from gansgmms.io.numbers import write_numbers
from gansgmms.metrics.ndb import NDB
from gansgmms.workflow.job import job

with job(snakemake.log[0]) as log:
    params, rows = snakemake.params, []
    for path, clustering in zip(snakemake.input.bins, params.clusterings, strict=True):
        bins = replace(NDB.load(path), significance=params.significance)
        for samples, source, seed in zip(
            snakemake.input.samples, params.sources, params.seeds, strict=True
        ):
            result = bins.evaluate(read_images(samples))
            rows.append(
                {
                    "clustering": clustering,
                    "source": source,
                    "seed": seed,
                    "k": bins.k,
                    "ndb_over_k": result.ndb_over_k,
                    "js": result.js,
                }
            )
    table = pd.DataFrame(rows)
    log.info("\n%s", table.to_string(index=False))
    write_numbers(snakemake.output[0], table)
