"""Snakemake script: K VAEs in one computation against K loops, one after the other.

The loops are plain PyTorch: a module and an Adam for each VAE, of the draft's sizes
(section 8.1). Timed in turns, because machines are shared.
"""

import math
import time

import pandas as pd
import torch
from torch import nn

from gansgmms.io.atomic import atomic
from gansgmms.models.kvae import KVAE
from gansgmms.training.device import pick_device
from gansgmms.workflow.job import job

HIDDEN, LATENT, BATCH = 500, 5, 32  # draft, section 8.1
ROUNDS, STEPS = 5, 10


def stacked(k: int, device: torch.device):
    """A step of K stacked VAEs as a function."""
    generator = torch.Generator().manual_seed(0)
    sizes = {"hidden": [HIDDEN, HIDDEN]}
    model = KVAE(k, LATENT, sizes, (2,), (1e-3, 1.0), True, generator).to(device)
    optimiser = torch.optim.Adam(model.parameters(), 0.005, (0.5, 0.999), fused=True)
    x = torch.randn(k, BATCH, 2, generator=generator).to(device)

    def step() -> None:
        noise = torch.randn(k, BATCH, LATENT, device=device)
        loss = -model.elbo(x, noise).mean(1).sum()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()

    return step


class PlainVAE(nn.Module):
    """One VAE as PyTorch's own layers make it."""

    def __init__(self):
        super().__init__()
        self.encoder = self.network(2, 2 * LATENT)
        self.decoder = self.network(LATENT, 2)
        self.log_sigma = nn.Parameter(torch.zeros(()))

    @staticmethod
    def network(inputs: int, outputs: int) -> nn.Sequential:
        return nn.Sequential(
            nn.Linear(inputs, HIDDEN),
            nn.BatchNorm1d(HIDDEN),
            nn.ReLU(),
            nn.Linear(HIDDEN, HIDDEN),
            nn.BatchNorm1d(HIDDEN),
            nn.ReLU(),
            nn.Linear(HIDDEN, outputs),
        )

    def loss(self, x: torch.Tensor) -> torch.Tensor:
        mean, log_variance = self.encoder(x).chunk(2, dim=1)
        z = mean + torch.exp(log_variance / 2) * torch.randn_like(mean)
        squares = (x - self.decoder(z)).square().sum(1)
        divergence = (mean.square() + log_variance.exp() - log_variance - 1).sum(1) / 2
        scaled = squares * torch.exp(-2 * self.log_sigma) / 2 + 2 * self.log_sigma
        return (scaled + divergence).mean()


def one_by_one(k: int, device: torch.device):
    """A step of K VAEs, one after the other, as a function."""
    models = [PlainVAE().to(device) for _ in range(k)]
    optimisers = [torch.optim.Adam(m.parameters(), 0.005, (0.5, 0.999)) for m in models]
    x = torch.randn(k, BATCH, 2).to(device)

    def step() -> None:
        for own, model, optimiser in zip(x, models, optimisers, strict=True):
            loss = model.loss(own)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()

    return step


def least_seconds(device: torch.device, *steps) -> list[float]:
    """The least seconds of one step, of rounds in which they take turns."""
    best = [math.inf] * len(steps)
    for _ in range(ROUNDS):
        for i, step in enumerate(steps):
            step()
            start = time.perf_counter()
            for _ in range(STEPS):
                step()
            if device.type == "cuda":
                torch.cuda.synchronize()
            best[i] = min(best[i], (time.perf_counter() - start) / STEPS)
    return best


with job(snakemake.log[0], snakemake.threads) as log:
    device = pick_device(snakemake.params.device)
    rows = []
    for k in [1, 3, 5, 9, 15]:
        together, apart = least_seconds(
            device, stacked(k, device), one_by_one(k, device)
        )
        rows.append(
            {
                "VAEs": k,
                "stacked, ms": round(1e3 * together, 1),
                "one by one, ms": round(1e3 * apart, 1),
                "ratio": round(apart / together, 1),
            }
        )
        log.info("%s", rows[-1])
    caption = (
        f"**stacking**: milliseconds of a step of all VAEs, {HIDDEN}-{HIDDEN} units, "
        f"batches of {BATCH}, on {torch.get_num_threads()} threads of {device.type}."
    )
    table = pd.DataFrame(rows)
    with atomic(snakemake.output.csv) as path:
        table.to_csv(path, index=False)
    with atomic(snakemake.output.md) as path:
        path.write_text(f"{caption}\n\n{table.to_markdown(index=False)}\n")
