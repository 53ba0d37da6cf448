"""Snakemake script: time and memory of the likelihood at growing numbers of pixels."""

import pandas as pd

from gansgmms.io.atomic import atomic
from gansgmms.metrics.cost import cost
from gansgmms.workflow.job import job

with job(snakemake.log[0]) as log:
    params, rows = snakemake.params, []
    for d in params.dimensions:
        seconds, megabytes = cost(d, params.images, params.components, params.latent)
        rows.append({"d": d, "time": seconds, "memory": megabytes})
        log.info("d = %d: %.1f ms, %.0f MB", d, 1e3 * seconds, megabytes)
    with atomic(snakemake.output[0]) as path:
        pd.DataFrame(rows).to_parquet(path)
