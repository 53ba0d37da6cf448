"""Snakemake script: the nearest training images of mixtures' samples, and of test images
that the same mixtures reconstruct: as smooth as the samples, and no copies.
"""

import numpy as np
import pandas as pd
import torch

from gansgmms.data.batches import FlatImages, as_images
from gansgmms.io.images import as_vectors, read_images
from gansgmms.io.numbers import write_numbers
from gansgmms.metrics.neighbours import nearest_two
from gansgmms.models.mfa import MFA
from gansgmms.training.device import pick_device
from gansgmms.workflow.job import job

with job(snakemake.log[0], snakemake.threads) as log:
    params = snakemake.params
    device = pick_device(params.device)
    train = FlatImages(read_images(snakemake.input.train), device, params.mirror)
    random = np.random.default_rng(params.seed)
    parts = []
    test = read_images(snakemake.input.test)
    test = test[random.permutation(len(test))[: params.images]]
    compared = {}
    for name, samples, path in zip(
        params.models, snakemake.input.samples, snakemake.input.models, strict=True
    ):
        images = read_images(samples)
        compared[name] = images[random.permutation(len(images))[: params.images]]
        smooth = MFA.load(path).reconstruct(torch.from_numpy(as_vectors(test)))
        compared[f"{name}, reconstructed"] = as_images(smooth, test.shape[1:]).numpy()
    for source, images in compared.items():
        distances, numbers = nearest_two(FlatImages(images, device), train)
        parts.append(
            pd.DataFrame(
                {
                    "source": source,
                    "neighbour": numbers[:, 0],
                    "nearest": distances[:, 0],
                    "second": distances[:, 1],
                }
            )
        )
        log.info("%s: median distance %.3f", source, np.median(distances[:, 0]))
    write_numbers(snakemake.output[0], pd.concat(parts, ignore_index=True))
