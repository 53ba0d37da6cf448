"""Snakemake script: Algorithm 1 with the VAEs of section 6, beside scikit-learn's K-means."""

import warnings

import numpy as np
import pandas as pd
import torch
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning

from gansgmms.io.images import as_vectors, read_images
from gansgmms.io.numbers import write_numbers
from gansgmms.models.kvae.competition import compete
from gansgmms.models.kvae.special_case import ConstantVAEs
from gansgmms.workflow.job import job

ITERATIONS = 20
warnings.simplefilter("ignore", ConvergenceWarning)  # one iteration at a time

with job(snakemake.log[0]) as log:
    params = snakemake.params
    x = as_vectors(np.array(read_images(snakemake.input.train))).astype(float)
    rng = np.random.default_rng(params.seed)
    means = x[rng.choice(len(x), params.components, replace=False)]
    points = torch.from_numpy(x)
    vaes = ConstantVAEs(points, torch.from_numpy(means))
    first = vaes.log_density().argmax(0)
    rows = []
    for result in compete(vaes.fit, vaes.log_density, first, ITERATIONS):
        lloyd = KMeans(params.components, init=means, n_init=1, max_iter=1).fit(x)
        means = lloyd.cluster_centers_
        theirs = torch.from_numpy(lloyd.labels_).long()
        rows.append(
            {
                "iteration": result.iteration,
                "differing": int((theirs != result.assignment).sum()),
                "distance": np.abs(vaes.bias.detach().numpy() - means).max(),
                "moved": result.moved,
            }
        )
    log.info("points assigned differently: %d", sum(row["differing"] for row in rows))
    write_numbers(snakemake.output[0], pd.DataFrame(rows))
