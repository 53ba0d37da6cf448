"""Snakemake script: speed and accuracy of the mathematics, as ratios inside one run.

Machines differ and are shared, so nothing is reported in seconds alone: each figure
is a ratio to plain code for the same thing, timed in turns with ours.
"""

import math
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from sklearn.cluster import KMeans

import gansgmms
from gansgmms.data.batches import FlatImages
from gansgmms.io.atomic import atomic
from gansgmms.io.images import as_vectors, read_images
from gansgmms.metrics.kmeans import kmeans
from gansgmms.metrics.ndb import nearest
from gansgmms.models.mfa import MFA, em_step
from gansgmms.training.device import pick_device
from gansgmms.workflow.job import job

N, D, K, L = 2000, 784, 256, 4
BOUNDS = (1e-3, 1.0)


def timed(device: torch.device, *functions: Callable, rounds: int = 15) -> list[float]:
    """The least seconds of each function over rounds in which they take turns."""
    best = [math.inf] * len(functions)
    for _ in range(rounds):
        for i, function in enumerate(functions):
            start = time.perf_counter()
            function()
            if device.type == "cuda":
                torch.cuda.synchronize()
            best[i] = min(best[i], time.perf_counter() - start)
    return best


def random_mixture(d: int, k: int, l: int, device: torch.device) -> MFA:
    generator = torch.Generator().manual_seed(0)

    def draw(*shape: int) -> torch.Tensor:
        return torch.rand(*shape, generator=generator).to(device)

    mixture = MFA(
        draw(k), draw(k, d), draw(k, d, l) * 0.2 - 0.1, draw(k, d) * 0.2 + 0.05, (d,)
    )
    return mixture.requires_grad_(False)


def loop_log_prob(mixture: MFA, x: torch.Tensor) -> torch.Tensor:
    """Equations 2-6 one component at a time, as they are written."""
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
    """Equation 2 with dense d x d covariances in float64."""
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


def likelihood(rows, device, trained: MFA, test: np.ndarray) -> None:
    mixture = random_mixture(D, K, L, device)
    x = torch.rand(N, D, generator=torch.Generator().manual_seed(1)).to(device)
    left = torch.rand(N, D).to(device)
    right = torch.rand(D, K * (L + 2)).to(device)  # as many flops
    product, ours = timed(device, lambda: left @ right, lambda: mixture.log_prob(x))
    (loop,) = timed(device, lambda: loop_log_prob(mixture, x), rounds=3)
    name = f"log-likelihood, n={N}, d={D}, K={K}, l={L}"
    rows.append((name, "share of a matmul's flop rate", product / ours, ">= 0.65"))
    rows.append(
        (name, "times faster than a loop over components", loop / ours, ">= 40")
    )
    # Some images: a dense Gaussian costs d^2 each.
    images = torch.from_numpy(as_vectors(test[:200])).to(device)
    for label, model, points in [
        ("random mixture", mixture, x[:200]),
        ("mixture trained on MNIST", trained, images),
    ]:
        dense = dense_log_prob(model, points)
        error = ((model.log_prob(points) - dense) / dense).abs()
        rows.append((f"{name}, {label}", "median relative error", error.median(), ""))
        rows.append(
            (f"{name}, {label}", "largest relative error", error.max(), "<= 1e-5")
        )


def em(rows, device, trained: MFA, train: np.ndarray) -> None:
    data = FlatImages(train, device)
    k, d, l = trained.factors.shape
    block = trained.block()
    left, right = torch.rand(block, d).to(device), torch.rand(d, k * (l + 2)).to(device)
    # The E-step and its statistics are each as many flops as one product of this size
    # for every block.
    product, ours = timed(
        device,
        lambda: [left @ right for _ in range(20)],
        lambda: em_step(trained, data, BOUNDS),
        rounds=3,
    )
    product *= 2 * len(data) / (20 * block)
    name = f"one EM pass over MNIST, K={k}, l={l}"
    rows.append((name, "share of a matmul's flop rate", product / ours, ">= 0.5"))
    rows.append((name, "seconds", ours, ""))


def optimisers(rows, histories: dict[str, str], likelihoods: dict[str, str]) -> None:
    for name, path in histories.items():
        history = pd.read_parquet(path)
        scores = pd.read_parquet(likelihoods[name])
        means = scores.groupby("split").log_likelihood.mean()
        what = f"training on MNIST by {name}"
        rows.append((what, "seconds after initialisation", history.seconds.max(), ""))
        rows.append((what, "mean training log-likelihood", means["train"], ""))
        rows.append((what, "mean test log-likelihood", means["test"], ""))


def clustering(rows, device, train: np.ndarray) -> None:
    x = torch.from_numpy(as_vectors(train)).to(device)
    points = x.cpu().numpy()
    start = time.perf_counter()
    ours = kmeans(x, 200, torch.Generator().manual_seed(0))
    seconds = time.perf_counter() - start
    start = time.perf_counter()
    theirs = KMeans(200, n_init=10, max_iter=100, random_state=0).fit(points)
    reference = time.perf_counter() - start
    name = "K-means, 60,000 x 784, K=200, 10 initialisations"
    rows.append((name, "time over scikit-learn's", seconds / reference, "<= 0.7"))
    rows.append(
        (
            name,
            "inertia over scikit-learn's",
            ours.inertia / theirs.inertia_,
            "<= 1.002",
        )
    )


def assignment(rows, device, train: np.ndarray) -> None:
    points = as_vectors(train[:20_000])
    # The first images as centres: where they lie does not matter to the time.
    numbers = (100, 200, 300)
    (ours,) = timed(
        device, lambda: [nearest(points, points[:k]) for k in numbers], rounds=5
    )

    def loop() -> None:
        for k in numbers:
            distances = [np.linalg.norm(points - points[j], axis=1) for j in range(k)]
            np.argmin(distances, axis=0)

    (plain,) = timed(device, loop, rounds=1)
    name = "assigning 20,000 x 784 at K=100, 200, 300"
    rows.append((name, "times faster than a NumPy loop", plain / ours, ">= 100"))


def sampling(rows, device, trained: MFA) -> None:
    generator = torch.Generator().manual_seed(0)
    (ours,) = timed(device, lambda: trained.sample(20_000, generator), rounds=5)
    mixing = trained.mixing.cpu().numpy().astype(np.float64)
    means, factors = trained.means.cpu().numpy(), trained.factors.cpu().numpy()
    random = np.random.default_rng(0)

    def loop() -> np.ndarray:
        images = []
        for _ in range(20_000):
            k = random.choice(len(mixing), p=mixing / mixing.sum())
            x = means[k] + factors[k] @ random.standard_normal(factors.shape[2])
            images.append((np.clip(x, 0, 1) * 255).round().astype(np.uint8))
        return np.stack(images)

    (plain,) = timed(device, loop, rounds=1)
    name = "drawing 20,000 samples, MNIST"
    rows.append((name, "times faster than a loop over samples", plain / ours, ">= 10"))


def dimension(rows, device) -> None:
    """Time and memory of the likelihood against d; memory in a process of its own."""
    first = None
    library = str(Path(gansgmms.__file__).parents[1])
    environment = {**os.environ, "PYTHONPATH": library}
    for d in (784, 3072, 12288):
        command = [sys.executable, "-c", MEMORY, str(d)]
        text = subprocess.run(
            command, check=True, stdout=subprocess.PIPE, text=True, env=environment
        )
        seconds, megabytes = map(float, text.stdout.split())
        first = first or (seconds / d, megabytes / d)
        name = f"log-likelihood, n=1000, K=100, l=10, d={d}"
        rows.append((name, "milliseconds", 1e3 * seconds, ""))
        rows.append((name, "megabytes", megabytes, ""))
        rows.append(
            (name, "time per dimension over d=784's", seconds / d / first[0], "")
        )
        rows.append(
            (name, "memory per dimension over d=784's", megabytes / d / first[1], "")
        )


MEMORY = """
import sys, time, torch
from pathlib import Path
from gansgmms.models.mfa import MFA
d, k, l = int(sys.argv[1]), 100, 10
def peak():  # ru_maxrss would be that of the process that started this one
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024
torch.rand(64, 64) @ torch.rand(64, 64)
torch.linalg.cholesky(torch.eye(8).double())
before = peak()
model = MFA(torch.zeros(k), torch.rand(k, d), torch.rand(k, d, l), torch.ones(k, d), (d,))
model.requires_grad_(False)
x = torch.rand(1000, d)
seconds = []
for _ in range(7):
    start = time.perf_counter()
    model.log_prob(x)
    seconds.append(time.perf_counter() - start)
print(min(seconds), peak() - before)
"""

with job(snakemake.log[0], snakemake.threads) as log:
    device = pick_device(snakemake.params.device)
    train = read_images(snakemake.input.train)
    test = read_images(snakemake.input.test)
    trained = MFA.load(snakemake.input.model, device)
    rows: list[tuple] = []
    for part, arguments in [
        (likelihood, (device, trained, test)),
        (em, (device, trained, train)),
        (assignment, (device, train)),
        (sampling, (device, trained)),
        (dimension, (device,)),
        (
            optimisers,
            (
                dict(
                    zip(snakemake.params.names, snakemake.input.histories, strict=True)
                ),
                dict(
                    zip(
                        snakemake.params.names, snakemake.input.likelihoods, strict=True
                    )
                ),
            ),
        ),
        (clustering, (device, train)),
    ]:
        done = len(rows)
        part(rows, *arguments)
        for what, measure, value, _ in rows[done:]:
            log.info("%s, %s: %.3g", what, measure, value)
    table = pd.DataFrame(rows, columns=["what", "measure", "value", "aim"])
    table["value"] = [f"{float(value):.3g}" for value in table["value"]]
    with atomic(snakemake.output.csv) as path:
        table.to_csv(path, index=False)
    with atomic(snakemake.output.md) as path:
        machine = f"{device}, {snakemake.threads} threads, torch {torch.__version__}"
        path.write_text(f"{machine}\n\n{table.to_markdown(index=False)}\n")
    log.info("\n%s", table.to_string(index=False))
    log.info(
        "peak memory %d MB", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    )
