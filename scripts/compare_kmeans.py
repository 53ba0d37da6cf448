"""Snakemake script: Algorithm 1 in the special case of section 6, beside K-means."""

import numpy as np
import pandas as pd
import torch

from gansgmms.io.images import as_vectors, read_images
from gansgmms.io.numbers import write_numbers
from gansgmms.models.kvae.competition import Centroids, compete
from gansgmms.workflow.job import job

ITERATIONS = 20

with job(snakemake.log[0]) as log:
    params = snakemake.params
    points = torch.from_numpy(as_vectors(np.array(read_images(snakemake.input.train))))
    points = points.double()
    rng = np.random.default_rng(params.seed)
    means = points[rng.choice(len(points), params.components, replace=False)]
    centroids = Centroids(points, means)
    first = centroids.log_density().argmax(0)
    rounds = compete(centroids.fit, centroids.log_density, first, ITERATIONS)
    rows, own = [], first
    for result in rounds:
        # Lloyd's algorithm, written for itself.
        means = torch.stack(
            [points[own == j].mean(0) for j in range(params.components)]
        )
        own = torch.from_numpy(
            ((points[:, None] - means) ** 2).sum(2).numpy().argmin(1)
        )
        rows.append(
            {
                "iteration": result.iteration,
                "differing": int((own != result.assignment).sum()),
                "distance": (centroids.means - means).abs().max().item(),
                "moved": result.moved,
            }
        )
    log.info("points assigned differently: %d", sum(row["differing"] for row in rows))
    write_numbers(snakemake.output[0], pd.DataFrame(rows))
