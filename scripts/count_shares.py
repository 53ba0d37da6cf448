"""Snakemake script: training points of each class that each VAE has won."""

import numpy as np
import pandas as pd

from gansgmms import models
from gansgmms.errors import InputError
from gansgmms.io.images import read_labels
from gansgmms.io.numbers import write_numbers
from gansgmms.workflow.job import job

with job(snakemake.log[0]):
    model = models.load(snakemake.input.model)
    labels = read_labels(snakemake.input.train)
    if labels is None:
        raise InputError(snakemake.input.train, "no labels", "a label for each image")
    points = np.zeros((labels.max() + 1, model.k), np.int64)
    np.add.at(points, (labels, model.assignment.numpy()), 1)
    label, component = np.indices(points.shape)
    columns = {"label": label, "component": component, "points": points}
    write_numbers(
        snakemake.output[0], pd.DataFrame({n: c.ravel() for n, c in columns.items()})
    )
