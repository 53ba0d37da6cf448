"""Snakemake script: K VAEs in one computation against K loops, one after the other."""

import pandas as pd
import torch

from gansgmms.benchmarks.stacking import BATCH, HIDDEN, compare
from gansgmms.training.device import pick_device
from gansgmms.workflow.job import job
from gansgmms.workflow.tables import write_table

with job(snakemake.log[0], snakemake.threads) as log:
    device = pick_device(snakemake.params.device)
    rows = []
    for k in [1, 3, 5, 9, 15]:
        rows.append(compare(k, device))
        log.info("%s", rows[-1])
    caption = (
        f"**stacking**: milliseconds of a step of all VAEs, {HIDDEN}-{HIDDEN} units, "
        f"batches of {BATCH}, on {torch.get_num_threads()} threads of {device.type}."
    )
    write_table(pd.DataFrame(rows), caption, **dict(snakemake.output.items()))
