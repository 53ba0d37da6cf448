"""Snakemake script: FID, KID, precision, recall, density, coverage of one file of samples."""

import pandas as pd

from gansgmms.io.images import as_vectors, read_images
from gansgmms.io.numbers import write_numbers
from gansgmms.io.weights import read_arrays
from gansgmms.metrics.sensitivity import compared
from gansgmms.models.feature_spaces import SPACES
from gansgmms.training.device import pick_device
from gansgmms.workflow.job import job

with job(snakemake.log[0], snakemake.threads) as log:
    params, n, rows = snakemake.params, snakemake.params.images, []
    device, features = pick_device(params.device), iter(snakemake.input.features)
    for space, kind in zip(params.spaces, params.kinds, strict=True):
        if kind == "pixels":
            files = snakemake.input.samples, snakemake.input.real
            samples, real = (as_vectors(read_images(file)[: 2 * n]) for file in files)
        else:
            files = next(features), next(features)
            samples, real = (read_arrays(f, "features")[0]["features"] for f in files)
        # Training images are compared with others of the file: what chance alone gives.
        own = snakemake.wildcards.source == "train"
        start = min(n, len(samples) // 2) if own else 0
        pair = (samples if own else real)[: start or n], samples[start:][:n]
        found = compared(*pair, params.k, params.neighbours, device)
        about = {"title": SPACES[kind].title, "resizer": SPACES[kind].resizer}
        rows.append({"space": space, **about, "neighbours": params.neighbours, **found})
    table = pd.DataFrame(rows)
    write_numbers(snakemake.output[0], table)
    log.info("%s", table.to_string())
