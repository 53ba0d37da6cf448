"""Snakemake script: train one model of a dataset."""

import pandas as pd

from gansgmms import models
from gansgmms.io.atomic import digest, exclusive_lock
from gansgmms.io.images import read_images, read_labels
from gansgmms.io.numbers import write_numbers
from gansgmms.training.checkpoint import Checkpoint
from gansgmms.training.device import pick_device, pick_precision
from gansgmms.workflow.code import code_of_model
from gansgmms.workflow.job import job

# One at a time: where Snakemake was killed, a training that it started may still run.
with job(snakemake.log[0], snakemake.threads), exclusive_lock(snakemake.params.state):
    params, inputs = snakemake.params, dict(snakemake.input.items())
    device = pick_device(params.device)
    precision = pick_precision(params.precision, device)
    decisive = {
        "architecture": params.architecture,
        "code": code_of_model(params.architecture),
        "seed": params.seed,
        "precision": precision,
        **{name: digest(path) for name, path in inputs.items()},
    }
    # How often state is saved decides nothing: it comes from the configuration, not
    # from params, so that changing it makes no model outdated.
    checkpoint = Checkpoint(
        params.state,
        decisive | params.settings,
        minutes=snakemake.config["checkpoint_minutes"],
    )
    images = inputs.pop("images")
    if not checkpoint.finished.is_dir():
        task = models.Task(
            read_images(images),
            params.settings,
            params.seed,
            device,
            checkpoint,
            read_labels(images),
            precision,
            inputs,
        )
        model, history = models.train(params.architecture, task)

        def save(folder):
            model.save(folder / "model")
            write_numbers(folder / "history", pd.DataFrame(history))

        checkpoint.finish(save)
    checkpoint.hand_over(dict(snakemake.output.items()))
