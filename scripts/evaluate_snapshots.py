"""Snakemake script: NDB along one training, and the Inception Score where it is asked for."""

from pathlib import Path

import numpy as np
import pandas as pd
import torch

from gansgmms import models
from gansgmms.io.numbers import read_numbers, write_numbers
from gansgmms.metrics.inception import inception_score, load_classifier
from gansgmms.metrics.ndb import NDB
from gansgmms.training.device import pick_device
from gansgmms.workflow.job import job
from gansgmms.workflow.pace import undisturbed

with job(snakemake.log[0], snakemake.threads) as log:
    params, inputs = snakemake.params, snakemake.input
    device = pick_device(params.device)
    classify = None
    if network := inputs.get("network"):
        classify = load_classifier(network, device, params.sha256)
    bins = {k: NDB.load(p) for k, p in zip(params.k, inputs.bins, strict=True)}
    history = read_numbers(inputs.history)
    counted = "split" if "split" in history else "step"
    seconds = undisturbed(history).groupby(history[counted]).max()
    end = int(seconds.index.max())
    # EM may end before its last pass, and a hierarchy may have fewer parts than components.
    kept = [number for number in sorted(params.snapshots) if number < end]
    files = {n: Path(inputs.progress, f"{n:07d}.safetensors") for n in kept}
    rows = []
    for iteration, path in {**files, end: Path(inputs.model)}.items():
        generator = torch.Generator().manual_seed(params.seed)
        samples = models.load(path, device).sample(params.samples, generator)
        elapsed = np.interp(iteration, seconds.index, seconds)
        row = {"iteration": iteration, "seconds": elapsed}
        if classify is not None:
            score, error = inception_score(classify(samples).cpu().numpy())
            row |= {"inception_score": score, "inception_score_se": error}
            row |= {"network": params.network}
        for k in params.k:
            result = bins[k].evaluate(samples.cpu().numpy())
            rows.append(
                row | {"k": k, "ndb_over_k": result.ndb_over_k, "js": result.js}
            )
        log.info("%s", rows[-1])
    write_numbers(snakemake.output[0], pd.DataFrame(rows))
