"""Mixtures of factor analysers: likelihood, EM and sampling beside plain code."""

import math
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import torch

import gansgmms
from gansgmms.benchmarks import memory
from gansgmms.benchmarks.timing import Measured, least_seconds
from gansgmms.data.batches import FlatImages
from gansgmms.io.images import as_vectors
from gansgmms.io.numbers import read_numbers
from gansgmms.models.mfa import MFA, em_step

N, D, K, L = 2000, 784, 256, 4
BOUNDS = (1e-3, 1.0)  # of the noise, in EM


def likelihood(
    device: torch.device, trained: MFA, test: np.ndarray
) -> Iterator[Measured]:
    """Equation 2: its rate beside a matrix product's and a loop's, and its error.

    Args:
        trained: a mixture of the images' size.
        test: (n, h, w, c) uint8; the first 200 are scored in float64 too.
    """
    mixture = random_mixture(D, K, L, device)
    x = torch.rand(N, D, generator=torch.Generator().manual_seed(1)).to(device)
    left = torch.rand(N, D).to(device)
    right = torch.rand(D, K * (L + 2)).to(device)  # as many flops
    product, ours = least_seconds(
        device, lambda: left @ right, lambda: mixture.log_prob(x)
    )
    (loop,) = least_seconds(device, lambda: loop_log_prob(mixture, x), rounds=3)
    name = f"log-likelihood, n={N}, d={D}, K={K}, l={L}"
    yield Measured(name, "share of a matmul's flop rate", product / ours, ">= 0.65")
    yield Measured(
        name, "times faster than a loop over components", loop / ours, ">= 40"
    )
    # Some images: a dense Gaussian costs d^2 each.
    images = torch.from_numpy(as_vectors(test[:200])).to(device)
    for label, model, points in [
        ("random mixture", mixture, x[:200]),
        ("mixture trained on MNIST", trained, images),
    ]:
        dense = dense_log_prob(model, points)
        error = ((model.log_prob(points) - dense) / dense).abs()
        what = f"{name}, {label}"
        yield Measured(what, "median relative error", error.median().item())
        yield Measured(what, "largest relative error", error.max().item(), "<= 1e-5")


def em(device: torch.device, trained: MFA, train: np.ndarray) -> Iterator[Measured]:
    """One pass of EM over images (n, h, w, c) uint8, beside matrix products."""
    data = FlatImages(train, device)
    k, d, l = trained.factors.shape
    block = trained.block()
    left, right = torch.rand(block, d).to(device), torch.rand(d, k * (l + 2)).to(device)
    # The E-step and its statistics are each as many flops as one product of this size
    # for every block.
    product, ours = least_seconds(
        device,
        lambda: [left @ right for _ in range(20)],
        lambda: em_step(trained, data, BOUNDS),
        rounds=3,
    )
    product *= 2 * len(data) / (20 * block)
    name = f"one EM pass over MNIST, K={k}, l={l}"
    yield Measured(name, "share of a matmul's flop rate", product / ours, ">= 0.5")
    yield Measured(name, "seconds", ours)


def sampling(device: torch.device, trained: MFA) -> Iterator[Measured]:
    """Drawing samples, beside a loop over them."""
    generator = torch.Generator().manual_seed(0)
    (ours,) = least_seconds(device, lambda: trained.sample(20_000, generator), rounds=5)
    (plain,) = least_seconds(device, lambda: loop_sample(trained, 20_000), rounds=1)
    (gathered,) = least_seconds(
        device, lambda: gathered_sample(trained, 20_000, generator), rounds=3
    )
    name = "drawing 20,000 samples, MNIST"
    yield Measured(
        name, "times faster than a product for each sample", gathered / ours, ">= 5"
    )
    yield Measured(name, "times faster than a loop over samples", plain / ours, ">= 10")


def dimension() -> Iterator[Measured]:
    """Time and memory of the likelihood against d, each d in a process of its own."""
    library = str(Path(gansgmms.__file__).parents[1])
    environment = {**os.environ, "PYTHONPATH": library}
    first = None
    for d in (784, 3072, 12288):
        command = [sys.executable, "-m", memory.__name__, str(d)]
        text = subprocess.run(
            command, check=True, stdout=subprocess.PIPE, text=True, env=environment
        )
        seconds, megabytes = map(float, text.stdout.split())
        each = seconds / d, megabytes / d
        first = first or each
        name = f"log-likelihood, n={memory.N}, K={memory.K}, l={memory.L}, d={d}"
        yield Measured(name, "milliseconds", 1e3 * seconds)
        yield Measured(name, "megabytes", megabytes)
        yield Measured(name, "time per dimension over d=784's", each[0] / first[0])
        yield Measured(name, "memory per dimension over d=784's", each[1] / first[1])


def optimisers(
    histories: Mapping[str, str], likelihoods: Mapping[str, str]
) -> Iterator[Measured]:
    """What trainings of one mixture took and reached, from their files.

    Args:
        histories: learning curves, by the optimiser's name.
        likelihoods: of each image, by the same names.
    """
    for name, path in histories.items():
        seconds = read_numbers(path).seconds.max()
        scores = read_numbers(likelihoods[name])
        means = scores.groupby("split").log_likelihood.mean()
        what = f"training on MNIST by {name}"
        yield Measured(what, "seconds, with its start", seconds)
        yield Measured(what, "mean training log-likelihood", means["train"])
        yield Measured(what, "mean test log-likelihood", means["test"])


def random_mixture(d: int, k: int, l: int, device: torch.device) -> MFA:
    """A mixture of k components with l factors over d pixels, the same at each call."""
    generator = torch.Generator().manual_seed(0)

    def draw(*shape: int) -> torch.Tensor:
        return torch.rand(*shape, generator=generator).to(device)

    mixture = MFA(
        draw(k), draw(k, d), draw(k, d, l) * 0.2 - 0.1, draw(k, d) * 0.2 + 0.05, (d,)
    )
    return mixture.requires_grad_(False)


def loop_log_prob(mixture: MFA, x: torch.Tensor) -> torch.Tensor:
    """Equations 2-6 one component at a time, as they are written: (n,) of x (n, d)."""
    terms = []
    for k in range(len(mixture.logits)):
        a, variance = mixture.factors[k], mixture.noise[k] ** 2
        centred = x - mixture.means[k]
        inner = torch.eye(a.shape[1]).to(x) + a.T @ (a / variance[:, None])
        whitened = centred / variance
        projected = whitened @ a
        distance = (centred * whitened).sum(1) - (
            projected * torch.linalg.solve(inner, projected.T).T
        ).sum(1)
        log_det = torch.logdet(inner) + variance.log().sum()
        terms.append(-0.5 * (x.shape[1] * math.log(2 * math.pi) + log_det + distance))
    return (torch.stack(terms, 1) + mixture.logits.log_softmax(0)).logsumexp(1)


def dense_log_prob(mixture: MFA, x: torch.Tensor) -> torch.Tensor:
    """Equation 2 with dense d x d covariances in float64: (n,) of x (n, d)."""
    x, terms = x.double(), []
    for mu, a, sigma in zip(
        mixture.means.double(),
        mixture.factors.double(),
        mixture.noise.double(),
        strict=True,
    ):
        covariance = a @ a.T + torch.diag(sigma**2)
        gaussian = torch.distributions.MultivariateNormal(mu, covariance)
        terms.append(gaussian.log_prob(x))
    return (torch.stack(terms, 1) + mixture.logits.double().log_softmax(0)).logsumexp(1)


def gathered_sample(mixture: MFA, n: int, generator: torch.Generator) -> torch.Tensor:
    """Equation 1 without noise as torch-mfa draws it: (n, d) uint8.

    The factors of each sample are gathered, for one batched product.
    """
    mixing, latent = mixture.mixing.cpu(), mixture.factors.shape[2]
    c = torch.multinomial(mixing, n, replacement=True, generator=generator)
    z = torch.randn(n, latent, 1, generator=generator).to(mixture.means.device)
    x = (mixture.factors[c] @ z).squeeze(2) + mixture.means[c]
    return x.clamp(0, 1).mul(255).round().to(torch.uint8)


def loop_sample(mixture: MFA, n: int) -> np.ndarray:
    """Equation 1 without noise, one sample at a time in NumPy: (n, d) uint8."""
    mixing = mixture.mixing.cpu().numpy().astype(np.float64)
    means, factors = mixture.means.cpu().numpy(), mixture.factors.cpu().numpy()
    random = np.random.default_rng(0)
    images = []
    for _ in range(n):
        k = random.choice(len(mixing), p=mixing / mixing.sum())
        x = means[k] + factors[k] @ random.standard_normal(factors.shape[2])
        images.append((np.clip(x, 0, 1) * 255).round().astype(np.uint8))
    return np.stack(images)
