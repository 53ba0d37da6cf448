"""Time and memory of the mixture's likelihood against the number of pixels (3.1)."""

import math
import multiprocessing
import resource
import sys
import time

import torch

from gansgmms.models.mfa import MFA


def cost(
    d: int, images: int, components: int, latent: int, rounds: int = 5
) -> tuple[float, float, int]:
    """Seconds, and megabytes of memory, that log P(x) of random images takes; and how
    many numbers the mixture consists of.

    The time is the least of several rounds, on one thread of the CPU; the memory is
    what the peak of a fresh process grows by, mixture and images included.
    """
    # A fork has torch loaded already; what it then needs is the likelihood's.
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    sizes = (d, images, components, latent, rounds)
    child = context.Process(target=_measure, args=(theirs, *sizes))
    child.start()
    theirs.close()
    try:
        return ours.recv()
    finally:
        child.join()


def _measure(connection, d: int, n: int, k: int, l: int, rounds: int) -> None:
    torch.set_num_threads(1)
    torch.rand(64, 64) @ torch.rand(64, 64)
    torch.linalg.cholesky(torch.eye(8).double())
    before = _peak()
    mixture = MFA(
        torch.zeros(k), torch.rand(k, d), torch.rand(k, d, l), torch.ones(k, d), (d,)
    ).requires_grad_(False)
    x = torch.rand(n, d)
    least = math.inf
    for _ in range(rounds):
        start = time.perf_counter()
        mixture.log_prob(x)
        least = min(least, time.perf_counter() - start)
    parameters = sum(p.numel() for p in mixture.parameters())
    connection.send((least, _peak() - before, parameters))


def _peak() -> float:
    """Megabytes that this process has held at most."""
    # Kilobytes, but bytes on macOS.
    unit = 1024**2 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
