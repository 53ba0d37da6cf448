"""Snakemake script: what NDB and the metrics of today make of faults in real images."""

import numpy as np
import pandas as pd

from gansgmms.io.images import read_images, read_labels
from gansgmms.io.numbers import write_numbers
from gansgmms.metrics.ndb import NDB
from gansgmms.metrics.sensitivity import Plan, halves, measured
from gansgmms.models.feature_spaces import feature_vectors
from gansgmms.training.device import pick_device
from gansgmms.workflow.job import job

with job(snakemake.log[0], snakemake.threads) as log:
    params, table = snakemake.params, snakemake.params.table
    device, weights = pick_device(params.device), [*snakemake.input.weights, None][0]
    images, labels = (
        read(snakemake.input.images) for read in (read_images, read_labels)
    )
    first, second = halves(len(images), params.seed)
    second = second[: params.samples]
    # All of the half, none mirrored: both are to be of one distribution.
    own = {
        "reference": None,
        "mirror": False,
        "initialisations": 1,
        "seed": params.seed,
    }
    reference = images[np.sort(first)]
    bins = [
        NDB.fit(reference, **params.bins | own | {"k": k}, device=device)
        for k in params.k
    ]
    frames = measured(
        bins,
        images[first[: table["images"]]],
        images[second],
        None if labels is None else labels[second],
        lambda images: feature_vectors(images, params.kind, weights, device),
        Plan(**{key: table[key] for key in Plan._fields}),
        params.seed,
        params.statistics,
        device,
    )
    for name, rows in frames.items():
        write_numbers(snakemake.output[name], pd.DataFrame(rows))
        log.info("%s\n%s", name, pd.DataFrame(rows).to_string())
