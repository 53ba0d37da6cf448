"""Snakemake script: what a run costs, stage by stage, before it is started."""

from pathlib import Path

from gansgmms.workflow.experiment import Experiment
from gansgmms.workflow.job import job
from gansgmms.workflow.plan import plan
from gansgmms.workflow.training_hours import TrainingHours

with job(snakemake.log[0]) as log:
    params, config = snakemake.params, snakemake.config
    hours = TrainingHours(Experiment.read(config, Path(params.root)), params.cards)
    tables = plan(params.python, config, params.stages, hours)
    log.info("\n%s\n\n%s", tables, hours)
