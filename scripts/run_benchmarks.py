"""Snakemake script: speed and accuracy of the mathematics, as ratios inside one run."""

import resource
from itertools import chain

import pandas as pd
import torch

from gansgmms.benchmarks.clustering import assignment, clustering
from gansgmms.benchmarks.mfa import dimension, em, likelihood, optimisers, sampling
from gansgmms.io.images import read_images
from gansgmms.models.mfa import MFA
from gansgmms.training.device import pick_device
from gansgmms.workflow.job import job
from gansgmms.workflow.tables import write_table

with job(snakemake.log[0], snakemake.threads) as log:
    inputs, names = snakemake.input, snakemake.params.names
    device = pick_device(snakemake.params.device)
    train, test = read_images(inputs.train), read_images(inputs.test)
    trained = MFA.load(inputs.model, device)
    curves = dict(zip(names, inputs.histories, strict=True))
    likelihoods = dict(zip(names, inputs.likelihoods, strict=True))
    rows = []
    for row in chain(
        likelihood(device, trained, test),
        em(device, trained, train),
        assignment(device, train),
        sampling(device, trained),
        dimension(),
        optimisers(curves, likelihoods),
        clustering(device, train),
    ):
        log.info("%s, %s: %.3g", *row[:3])
        rows.append(row._replace(value=f"{row.value:.3g}"))
    table = pd.DataFrame(rows)
    machine = f"{device}, {snakemake.threads} threads, torch {torch.__version__}"
    write_table(table, machine, **dict(snakemake.output.items()))
    log.info("\n%s", table.to_string(index=False))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    log.info("peak memory %d MB", peak)
