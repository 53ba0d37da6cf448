"""Seconds and megabytes of one likelihood, as a program: the peak is of a process.

python -m gansgmms.benchmarks.memory DIMENSIONS
"""

import sys

import torch

from gansgmms.benchmarks.timing import least_seconds
from gansgmms.io.memory import peak_megabytes
from gansgmms.models.mfa import MFA

N, K, L = 1000, 100, 10


def likelihood_cost(d: int) -> tuple[float, float]:
    """Seconds of the log-likelihood of N points of d dimensions, and its megabytes."""
    # What libraries allocate at their first call is not the likelihood's.
    torch.rand(64, 64) @ torch.rand(64, 64)
    torch.linalg.cholesky(torch.eye(8).double())
    before = peak_megabytes() or 0
    model = MFA(
        torch.zeros(K), torch.rand(K, d), torch.rand(K, d, L), torch.ones(K, d), (d,)
    )
    model.requires_grad_(False)
    x = torch.rand(N, d)
    (seconds,) = least_seconds(torch.device("cpu"), lambda: model.log_prob(x), rounds=7)
    return seconds, (peak_megabytes() or 0) - before


if __name__ == "__main__":
    print(*likelihood_cost(int(sys.argv[1])))
