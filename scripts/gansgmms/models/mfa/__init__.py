"""Mixture of factor analyzers: the model, its starts and its training."""

import torch

from gansgmms.data.batches import FlatImages
from gansgmms.models.base import Task
from gansgmms.models.mfa.density import MFA
from gansgmms.models.mfa.initialisation import initialise
from gansgmms.models.mfa.mixing import reweight
from gansgmms.models.mfa.training import Settings, em_step, fit
from gansgmms.training.timer import Timer

__all__ = ["MFA", "Settings", "em_step", "fit", "initialise", "load", "train_model"]

load = MFA.load


def train_model(task: Task) -> tuple[MFA, list[dict]]:
    """Train a mixture as the configuration says (see `gansgmms.models.train`).

    With an input `trained`, a mixture's file, only what comes after a training is done
    to it, and the learning curve has one row.
    """
    settings = Settings(**task.settings)
    data = FlatImages(task.images, task.device, settings.mirror)
    if trained := task.inputs.get("trained"):
        clock = Timer([], len(data))
        mixture, history = MFA.load(trained, task.device), [clock.row(0)]
    else:
        generator = torch.Generator().manual_seed(task.seed)
        mixture, history = fit(data, settings, generator, initialise, task.checkpoint)
    if settings.reweighted:
        reweight(mixture, data)
    mixture.sample_noise = settings.sample_noise
    return mixture, history
