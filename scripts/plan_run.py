"""Snakemake script: what a run costs, stage by stage, before it is started."""

from gansgmms.workflow.job import job
from gansgmms.workflow.plan import plan

with job(snakemake.log[0]) as log:
    params = snakemake.params
    log.info("\n%s", plan(params.python, snakemake.config, params.stages))
