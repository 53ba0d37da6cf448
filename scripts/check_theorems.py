"""Snakemake script: the draft's statements, tried on random distributions."""

import pandas as pd

from gansgmms.io.numbers import write_numbers
from gansgmms.models.kvae.theory import findings
from gansgmms.workflow.job import job

with job(snakemake.log[0]) as log:
    found = findings(snakemake.params.trials, snakemake.params.seed)
    for finding in found:
        log.info("%s", finding)
    write_numbers(snakemake.output[0], pd.DataFrame(found))
