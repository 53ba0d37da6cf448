"""Snakemake script: the nearest training images of samples and of test images."""

import numpy as np
import pandas as pd

from gansgmms.arrays import read_images
from gansgmms.files import atomic
from gansgmms.jobs import job, pick_device
from gansgmms.neighbours import nearest_two
from gansgmms.vectors import Vectors

with job(snakemake.log[0], snakemake.threads) as log:
    params = snakemake.params
    device = pick_device(params.device)
    train = Vectors(read_images(snakemake.input.train), device, params.mirror)
    random = np.random.default_rng(params.seed)
    parts = []
    for source in [params.model, "test"]:
        images = read_images(snakemake.input["test" if source == "test" else "samples"])
        some = random.permutation(len(images))[: params.images]
        distances, numbers = nearest_two(Vectors(images[some], device), train)
        parts.append(
            pd.DataFrame(
                {
                    "source": source,
                    "index": some,
                    "neighbour": numbers[:, 0],
                    "nearest": distances[:, 0],
                    "second": distances[:, 1],
                }
            )
        )
        log.info("%s: median distance %.3f", source, np.median(distances[:, 0]))
    with atomic(snakemake.output[0]) as path:
        pd.concat(parts, ignore_index=True).to_parquet(path)
