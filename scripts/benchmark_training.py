"""Snakemake script: the training loop against the loop of a textbook, same network.

The textbook's loop is what one finds in tutorials: a DataLoader over float images,
Adam as it comes, the losses read at each step. Both take turns, some steps at a time.
"""

import shutil
import subprocess
import time
from collections.abc import Iterator

import numpy as np
import pandas as pd
import torch
import torch.nn.functional as F
from torch.utils.data import DataLoader, TensorDataset

from gansgmms.data.batches import ImageTensor
from gansgmms.io.atomic import atomic
from gansgmms.io.images import read_images
from gansgmms.models import Task
from gansgmms.models.gan.dcgan import DCGAN
from gansgmms.models.vae import VAE, divergence
from gansgmms.training import loop
from gansgmms.training.device import pick_device, pick_precision
from gansgmms.workflow.job import job

ROUNDS, STEPS = 5, 10


def textbook_dcgan(task: Task) -> Iterator[None]:
    """One step of a DCGAN at each `next`."""
    built = DCGAN(task).to(task.device).train()
    s = built.settings
    adam = [
        torch.optim.Adam(net.parameters(), s.learning_rate, tuple(s.betas))
        for net in (built.discriminator, built.generator)
    ]
    for (real,) in loader(task, s.batch):
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
    adam = torch.optim.Adam(built.parameters(), s.learning_rate, tuple(s.betas))
    for (x,) in loader(task, s.batch):
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


def loader(task: Task, batch: int) -> Iterator[tuple[torch.Tensor]]:
    pixels = torch.from_numpy(np.array(task.images)).permute(0, 3, 1, 2)
    data = TensorDataset(pixels.float() / 127.5 - 1)
    while True:
        yield from DataLoader(data, batch, shuffle=True, drop_last=True)


def ours(task: Task, build: type[loop.Training]) -> Iterator[None]:
    """One step of the loop in `gansgmms.training.loop` at each `next`."""
    device = torch.device(task.device)
    with device:
        built = build(task).train()
    built.to(memory_format=torch.channels_last)
    images = ImageTensor(task.images, device)
    while True:
        with loop.half_precision(task):
            built.step(images, 1)
        yield


def seconds(steps: Iterator[None], device: torch.device) -> float:
    start = time.perf_counter()
    for _ in range(STEPS):
        next(steps)
    if device.type == "cuda":
        torch.cuda.synchronize()
    return time.perf_counter() - start


def utilisation() -> float:
    """Of the GPU, in percent, as the driver sees it; not a number without one."""
    if not shutil.which("nvidia-smi"):
        return float("nan")
    query = [
        "nvidia-smi",
        "--query-gpu=utilization.gpu",
        "--format=csv,noheader,nounits",
    ]
    answer = subprocess.run(query, capture_output=True, text=True, check=False).stdout
    return float(answer.split()[0]) if answer.split() else float("nan")


with job(snakemake.log[0], snakemake.threads) as log:
    params, device = snakemake.params, pick_device(snakemake.params.device)
    precision = pick_precision(params.precision, device)
    images, rows = read_images(snakemake.input.images), []
    for name, build, textbook in [
        ("dcgan", DCGAN, textbook_dcgan),
        ("vae", VAE, textbook_vae),
    ]:
        task = Task(images, params.settings[name], 0, device, precision=precision)
        loops = [ours(task, build), textbook(task)]
        for loop in loops:
            next(loop)
        best = [float("inf")] * 2
        used = float("nan")
        for _ in range(ROUNDS):
            for i, loop in enumerate(loops):
                best[i] = min(best[i], seconds(loop, device))
                used = utilisation() if i == 0 else used
        speed = [STEPS * task.settings["batch"] / t for t in best]
        rows.append(
            {
                "network": name,
                "images per second": round(speed[0]),
                "textbook loop": round(speed[1]),
                "ratio": round(speed[0] / speed[1], 2),
                "GPU used (%)": used,
            }
        )
        log.info("%s", rows[-1])
    table = pd.DataFrame(rows).dropna(axis=1, how="all")
    with atomic(snakemake.output.csv) as path:
        table.to_csv(path, index=False)
    with atomic(snakemake.output.md) as path:
        machine = f"{device}, {precision}, {snakemake.threads} threads"
        path.write_text(f"{machine}\n\n{table.to_markdown(index=False)}\n")
