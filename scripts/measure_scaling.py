"""Snakemake script: time and memory of the likelihood at growing numbers of pixels."""

import pandas as pd

from gansgmms.io.numbers import write_numbers
from gansgmms.metrics.cost import cost
from gansgmms.workflow.job import job

with job(snakemake.log[0]) as log:
    params, rows = snakemake.params, []
    for d in params.dimensions:
        sizes = {"components": params.components, "latent": params.latent}
        seconds, megabytes, n = cost(d, params.images, **sizes)
        row = {"d": d, "time": seconds, "memory": megabytes, "parameters": n}
        rows.append(row | sizes)
        log.info("d = %d: %.1f ms, %.0f MB", d, 1e3 * seconds, megabytes)
    write_numbers(snakemake.output[0], pd.DataFrame(rows))
