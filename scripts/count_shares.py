"""Snakemake script: training points of each class that each VAE has won."""

import numpy as np
import pandas as pd

from gansgmms.errors import InputError
from gansgmms.io.images import read_labels
from gansgmms.io.numbers import write_numbers
from gansgmms.io.weights import read_arrays
from gansgmms.workflow.job import job

with job(snakemake.log[0]):
    # The arrays alone: to build the networks would take torch, whose import takes seconds.
    arrays, meta = read_arrays(snakemake.input.model, "model")
    labels = read_labels(snakemake.input.train)
    if labels is None:
        raise InputError(snakemake.input.train, "no labels", "a label for each image")
    points = np.zeros((labels.max() + 1, meta["k"]), np.int64)
    np.add.at(points, (labels, arrays["assignment"]), 1)
    label, component = np.indices(points.shape)
    columns = {"label": label, "component": component, "points": points}
    write_numbers(
        snakemake.output[0], pd.DataFrame({n: c.ravel() for n, c in columns.items()})
    )
