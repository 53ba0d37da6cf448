"""The draft's statements, tried on random cases that are small enough to be exact.

Distributions here are vectors of probabilities, on points of which the data are some or
all. A statement is contradicted by one case; what is counted is how many there are.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from gansgmms.models.kvae.competition import assign, kl, objective

ROUNDING = 1e-12
POINTS, MODELS = 6, 3  # 3^6 assignments: all of them are tried


class Divergence(NamedTuple):
    """f of equation 1, and its slope at infinity, where p is 0 and q is not."""

    f: Callable[[Tensor], Tensor]
    slope: float


DIVERGENCES = {
    "KL(P||Q)": Divergence(lambda t: -t.log(), 0.0),
    "Jensen-Shannon": Divergence(
        lambda t: (torch.xlogy(t, t) - (1 + t) * ((1 + t) / 2).log()) / 2,
        math.log(2) / 2,
    ),
    "total variation": Divergence(lambda t: (t - 1).abs() / 2, 0.5),
    "squared Hellinger": Divergence(lambda t: (t.sqrt() - 1) ** 2, 1.0),
}


def divergence(q: Tensor, p: Tensor, by: Divergence) -> float:
    """D_f(Q||P) = sum_x p f(q / p), and q times the slope where p is 0 (equation 1)."""
    inside = p > 0
    own = (p[inside] * by.f(q[inside] / p[inside])).sum()
    return (own + by.slope * q[~inside].sum()).item()


class Finding(NamedTuple):
    """A statement, the cases tried and those against it, and how near the nearest came.

    chance: the rate at which a case agrees by chance, or nan.
    """

    statement: str
    trials: int
    violations: int
    what: str
    extreme: float
    chance: float


def lemma_1(trials: int, generator: torch.Generator) -> Finding:
    """D_f(sum_j a_j P_gj || P_d) <= sum_j a_j D_f(P_gj || P_d^j), for every f above."""
    least, against = math.inf, 0
    for _ in range(trials):
        p, owner = _distribution(POINTS, generator), _assignment(generator)
        generators = torch.stack(
            [_distribution(POINTS, generator) for _ in range(MODELS)]
        )
        alpha = torch.zeros(MODELS, dtype=p.dtype).index_add_(0, owner, p)
        own = alpha > 0
        parts = [torch.where(owner == j, p, 0) / alpha[j] for j in range(MODELS)]
        mixture = (alpha[:, None] * generators).sum(0)
        for by in DIVERGENCES.values():
            bound = sum(
                alpha[j].item() * divergence(generators[j], parts[j], by)
                for j in own.nonzero().flatten().tolist()
            )
            gap = bound - divergence(mixture, p, by)
            least, against = min(least, gap), against + (gap < -ROUNDING)
    n = trials * len(DIVERGENCES)
    return Finding("Lemma 1", n, against, "smallest gap", least, math.nan)


def theorem_2(trials: int, generator: torch.Generator) -> Finding:
    """The largest density wins: no assignment has a lower loss, for f = -log."""
    every = torch.cartesian_prod(*[torch.arange(MODELS)] * POINTS)
    least, against = math.inf, 0
    for _ in range(trials):
        log_p = _log_densities(generator)
        own = objective(log_p, assign(log_p))
        won = log_p[every, torch.arange(POINTS)]
        losses = kl(won + math.log(POINTS)).mean(1)
        gap = losses.min().item() - own
        least, against = min(least, gap), against + (gap < -ROUNDING)
    rate = 1 / MODELS**POINTS
    return Finding("Theorem 2", trials, against, "smallest gap", least, rate)


def bound(trials: int, generator: torch.Generator) -> Finding:
    """The empirical loss is at least -log K: 1/N sum_x N p_c(x)(x) <= K, and -log is convex."""
    least, against = math.inf, 0
    for _ in range(trials):
        log_p = _log_densities(generator)
        gap = objective(log_p, assign(log_p)) + math.log(MODELS)
        least, against = min(least, gap), against + (gap < -ROUNDING)
    what = "smallest distance from -log K"
    return Finding("loss at least -log K", trials, against, what, least, math.nan)


def perfect(most: int = 15) -> Finding:
    """Perfect generators of K equal parts reach -log K, below Corollary 3's 0."""
    off = []
    for k in range(2, most + 1):
        owner = torch.arange(4 * k) % k
        log_p = torch.where(owner == torch.arange(k)[:, None], 0.25, 0.0).double().log()
        off.append(abs(objective(log_p, owner) + math.log(k)))
    against = sum(error > ROUNDING for error in off)
    statement = (
        f"perfect generators reach -log K, which is {-math.log(most):.2f} of {most}"
    )
    return Finding(statement, len(off), against, "off by at most", max(off), math.nan)


def findings(trials: int, seed: int) -> list[Finding]:
    """All of the above, from one seed."""
    generator = torch.Generator().manual_seed(seed)
    tried = [check(trials, generator) for check in (lemma_1, theorem_2, bound)]
    return [*tried, perfect()]


def _distribution(n: int, generator: torch.Generator) -> Tensor:
    """Random probabilities: (n,) float64."""
    e = torch.rand(n, generator=generator, dtype=torch.float64).clamp_min(1e-300)
    return e.log() / e.log().sum()


def _log_densities(generator: torch.Generator) -> Tensor:
    """(K, N) of generators whose support is that of the data."""
    rows = [_distribution(POINTS, generator) for _ in range(MODELS)]
    return torch.stack(rows).log()


def _assignment(generator: torch.Generator) -> Tensor:
    return torch.randint(MODELS, (POINTS,), generator=generator)
