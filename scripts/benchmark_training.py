"""Snakemake script: the training loop against the loop of a textbook, same network."""

import pandas as pd

from gansgmms.benchmarks.loop import TEXTBOOKS, compare
from gansgmms.io.images import read_images
from gansgmms.models import Task
from gansgmms.training.device import pick_device, pick_precision
from gansgmms.workflow.job import job
from gansgmms.workflow.tables import write_table

with job(snakemake.log[0], snakemake.threads) as log:
    params, device = snakemake.params, pick_device(snakemake.params.device)
    precision = pick_precision(params.precision, device)
    images, rows = read_images(snakemake.input.images), []
    for name in TEXTBOOKS:
        task = Task(images, params.settings[name], 0, device, precision=precision)
        rows.append(compare(name, task))
        log.info("%s", rows[-1])
    table = pd.DataFrame(rows).dropna(axis=1, how="all")
    machine = f"{device}, {precision}, {snakemake.threads} threads"
    write_table(table, machine, **dict(snakemake.output.items()))
