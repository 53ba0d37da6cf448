"""Snakemake script: the nearest training images of samples and of test images."""

import numpy as np
import pandas as pd

from gansgmms.data.batches import FlatImages
from gansgmms.io.images import read_images
from gansgmms.io.numbers import write_numbers
from gansgmms.metrics.neighbours import nearest_two
from gansgmms.training.device import pick_device
from gansgmms.workflow.job import job

with job(snakemake.log[0], snakemake.threads) as log:
    params = snakemake.params
    device = pick_device(params.device)
    train = FlatImages(read_images(snakemake.input.train), device, params.mirror)
    random = np.random.default_rng(params.seed)
    parts = []
    for source in [params.model, "test"]:
        images = read_images(snakemake.input["test" if source == "test" else "samples"])
        some = random.permutation(len(images))[: params.images]
        distances, numbers = nearest_two(FlatImages(images[some], device), train)
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
    write_numbers(snakemake.output[0], pd.concat(parts, ignore_index=True))
