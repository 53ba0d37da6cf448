"""K VAEs in one computation against K loops, one after the other.

The loops are plain PyTorch: a module and an Adam for each VAE, of the draft's sizes
(section 8.1).
"""

from collections.abc import Callable

import torch
from torch import nn

from gansgmms.benchmarks.timing import least_seconds
from gansgmms.models.kvae import KVAE

HIDDEN, LATENT, BATCH = 500, 5, 32  # draft, section 8.1
ROUNDS, STEPS = 5, 10


def compare(k: int, device: torch.device) -> dict[str, float]:
    """A row: milliseconds of a step of k VAEs both ways, and their ratio."""
    together, apart = least_seconds(
        device, stacked(k, device), one_by_one(k, device), rounds=ROUNDS, repeats=STEPS
    )
    return {
        "VAEs": k,
        "stacked, ms": round(1e3 * together, 1),
        "one by one, ms": round(1e3 * apart, 1),
        "ratio": round(apart / together, 1),
    }


def stacked(k: int, device: torch.device) -> Callable[[], None]:
    """A step of k stacked VAEs as a function."""
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
    """One VAE of points of the plane as PyTorch's own layers make it."""

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
        """The negative evidence bound, but for a constant: (), of x (n, 2)."""
        mean, log_variance = self.encoder(x).chunk(2, dim=1)
        z = mean + torch.exp(log_variance / 2) * torch.randn_like(mean)
        squares = (x - self.decoder(z)).square().sum(1)
        divergence = (mean.square() + log_variance.exp() - log_variance - 1).sum(1) / 2
        scaled = squares * torch.exp(-2 * self.log_sigma) / 2 + 2 * self.log_sigma
        return (scaled + divergence).mean()


def one_by_one(k: int, device: torch.device) -> Callable[[], None]:
    """A step of k VAEs, one after the other, as a function."""
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
