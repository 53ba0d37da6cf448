"""Snakemake script: bins of a run as those that come with the package."""

from pathlib import Path

import pandas as pd

from gansgmms.metrics.shipped import pack
from gansgmms.workflow.job import job

with job(snakemake.log[0]) as log:
    folder = Path(snakemake.output[0])
    table = pd.read_csv(snakemake.input.table)
    pack(snakemake.input.bins, table, folder.name, folder.parent)
    for file in sorted(folder.iterdir()):
        log.info("%s: %d bytes", file, file.stat().st_size)
