"""Snakemake script: the likelihood of test images, and of the same ones altered."""

import pandas as pd

from gansgmms.data.batches import FlatImages
from gansgmms.io.images import read_images
from gansgmms.io.numbers import write_numbers
from gansgmms.metrics.outliers import altered
from gansgmms.models.mfa import MFA
from gansgmms.training.device import pick_device
from gansgmms.workflow.job import job

with job(snakemake.log[0], snakemake.threads) as log:
    params, device = snakemake.params, pick_device(snakemake.params.device)
    model = MFA.load(snakemake.input.model, device)
    test, parts = read_images(snakemake.input.test), []
    # Each image is there once: what is altered is another one than what is not.
    usual, others = test[: params.images], test[params.images : 2 * params.images]
    if len(others) < len(usual):
        usual, others = test[: len(test) // 2], test[len(test) // 2 :]
    for name, images in {"test": usual, **altered(others)}.items():
        values = model.log_likelihood(FlatImages(images, device)).cpu().numpy()
        parts.append(pd.DataFrame({"images": name, "log_likelihood": values}))
        log.info("%s: mean %.1f nats", name, values.mean())
    write_numbers(snakemake.output[0], pd.concat(parts, ignore_index=True))
