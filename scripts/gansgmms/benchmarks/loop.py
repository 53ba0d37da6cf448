"""The training loop beside a textbook's, with the same networks.

The textbook's loop is what one finds in tutorials: a DataLoader over float images,
Adam as it comes, the losses read at each step; in the same precision as ours. Both take
turns, some steps at a time.
"""

from collections.abc import Callable, Iterator

import numpy as np
import torch
import torch.nn.functional as F
from torch.utils.data import DataLoader, TensorDataset

from gansgmms.benchmarks.card import busy
from gansgmms.benchmarks.timing import least_seconds
from gansgmms.data.batches import ImageTensor
from gansgmms.models import Task
from gansgmms.models.gan.dcgan import DCGAN
from gansgmms.models.vae import VAE, divergence
from gansgmms.training import loop

ROUNDS, STEPS = 5, 10


def compare(network: str, task: Task) -> dict[str, object]:
    """A row: images a second in both loops, their ratio, and how busy the GPU was.

    Args:
        network: one of `TEXTBOOKS`.
        task: its training; checkpoint and labels are not used.
    """
    build, textbook = TEXTBOOKS[network]
    device = torch.device(task.device)
    steps = our_steps(task, build), textbook(task)
    for first in steps:  # builds the networks, and warms up
        next(first)
    turns = [lambda s=s: next(s) for s in steps]
    seconds = least_seconds(device, *turns, rounds=ROUNDS, repeats=STEPS)
    ours, plain = (task.settings["batch"] / s for s in seconds)
    return {
        "network": network,
        "images per second": round(ours),
        "textbook loop": round(plain),
        "ratio": round(ours / plain, 2),
        "GPU used (%)": busy(device, turns[0], STEPS),
    }


def our_steps(task: Task, build: Callable[[Task], loop.Training]) -> Iterator[None]:
    """One step of the loop in `gansgmms.training.loop` at each `next`."""
    device = torch.device(task.device)
    with device:
        built = build(task).train()
    built.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    images = ImageTensor(task.images, device)
    while True:
        with loop.half_precision(task):
            built.step(images, 1)
        yield


def textbook_dcgan(task: Task) -> Iterator[None]:
    """One step of a DCGAN at each `next`."""
    built = DCGAN(task).to(task.device).train()
    s = built.settings
    adam = [
        torch.optim.Adam(net.parameters(), s.learning_rate, s.betas)
        for net in (built.discriminator, built.generator)
    ]
    for (real,) in batches(task, s.batch):
        with loop.half_precision(task):
            real = real.to(task.device)
            ones, zeros = torch.ones(len(real)), torch.zeros(len(real))
            ones, zeros = ones.to(task.device), zeros.to(task.device)
            z = torch.rand(len(real), s.latent, device=task.device) * 2 - 1
            fake = built.generator(z)
            adam[0].zero_grad()
            loss = F.binary_cross_entropy_with_logits(built.discriminator(real), ones)
            loss = loss + F.binary_cross_entropy_with_logits(
                built.discriminator(fake.detach()), zeros
            )
            loss.backward()
            adam[0].step()
            loss.item()
            for _ in range(s.generator_steps):
                z = torch.rand(len(real), s.latent, device=task.device) * 2 - 1
                adam[1].zero_grad()
                logits = built.discriminator(built.generator(z))
                loss = F.binary_cross_entropy_with_logits(logits, ones)
                loss.backward()
                adam[1].step()
                loss.item()
        yield


def textbook_vae(task: Task) -> Iterator[None]:
    """One step of a VAE at each `next`."""
    built = VAE(task).to(task.device).train()
    s = built.settings
    adam = torch.optim.Adam(built.parameters(), s.learning_rate, s.betas)
    for (x,) in batches(task, s.batch):
        with loop.half_precision(task):
            x = x.to(task.device)
            mean, log_variance = built.encoder(x)
            z = mean + (0.5 * log_variance).exp() * torch.randn_like(mean)
            error = (x - built.decoder(z)).square().flatten(1).sum(1).mean()
            loss = s.kl * divergence(mean, log_variance) + s.weights[0] * error
            adam.zero_grad()
            loss.backward()
            adam.step()
            loss.item()
        yield


TEXTBOOKS = {"dcgan": (DCGAN, textbook_dcgan), "vae": (VAE, textbook_vae)}


def batches(task: Task, size: int) -> Iterator[tuple[torch.Tensor]]:
    """Shuffled batches (size, c, h, w) of float images in [-1, 1], without end."""
    pixels = torch.from_numpy(np.array(task.images)).permute(0, 3, 1, 2)
    data = TensorDataset(pixels.float() / 127.5 - 1)
    while True:
        yield from DataLoader(data, size, shuffle=True, drop_last=True)
