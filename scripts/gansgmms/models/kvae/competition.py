"""Mixtures of generators by competition (the kVAE draft, Algorithm 1 and section 4).

K generators share the training points among them. In turns, each is fitted to its own
points, and each point goes to the generator that is most likely to produce it. Nothing
here knows what the generators are: they are fitted by a function, and their densities
on the training points come from another, usually a classifier's estimate.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor


def kl(log_t: Tensor) -> Tensor:
    """f(t) = -log t of D_f(Q||P) = E_P f(dQ/dP) (equation 1), as a function of log t.

    It gives KL(P||Q), which a VAE bounds, P being the data.
    """
    return -log_t


def log_density(logits: Tensor, normalise: bool = True) -> Tensor:
    """Each generator's log-probability of the training points, from classifiers.

    A classifier D(x) = sigmoid(logit) between data (1) and as many samples (0) tends to
    p_d / (p_d + p_g) (equation 5), so that p_g / p_d = (1 - D) / D = exp(-logit). Over
    the training points, where p_d has the same weight everywhere, this is normalised.

    Args:
        logits: (K, n) of the n training points.
        normalise: divide by the sum over them, Z, which lifts a generator that puts
            much of its mass elsewhere (section 3). Without it p_d is 1 / n.

    Returns:
        (K, n); the exponentials of a row add up to 1, if it is normalised.
    """
    if not normalise:
        return -logits - math.log(logits.shape[1])
    return -logits - torch.logsumexp(-logits, 1, keepdim=True)


def assign(log_p: Tensor) -> Tensor:
    """The generator that wins each point: (n,) int64, from log-densities (K, n).

    The largest density, whatever f is (section 4); ties go to the lower index. It
    minimises the objective (Theorem 2) where f falls on the densities compared, as
    -log does everywhere. Other f rise beyond t = 1, and there the theorem does not hold.
    """
    return log_p.argmax(0)


def objective(
    log_p: Tensor, assignment: Tensor, f: Callable[[Tensor], Tensor] = kl
) -> float:
    """The empirical loss F = 1/N sum_i f(N p_c(i)(x_i)) (equation 6).

    Args:
        log_p: (K, n), each row normalised over the n points.
        assignment: (n,), the generator of each point.
        f: as a function of log t: convex in t, and zero at t = 1.
    """
    own = log_p.gather(0, assignment[None])[0].double() + math.log(len(assignment))
    return f(own).mean().item()


@dataclass
class Round:
    """One iteration of Algorithm 1.

    assignment (n,) is the new one; `before` and `after` are the objective with the old
    and the new assignment under the generators just fitted; `moved` is the share of
    points that changed hands.
    """

    iteration: int
    assignment: Tensor
    before: float
    after: float
    moved: float


def compete(
    fit: Callable[[Tensor], None],
    densities: Callable[[], Tensor],
    assignment: Tensor,
    iterations: int,
    start: int = 0,
) -> Iterator[Round]:
    """Algorithm 1: fit the generators to their points, then assign the points anew.

    Args:
        fit: minimises D_f(P_gj || c_j(P_d)) for every j, given the assignment (line 3).
        densities: log-densities (K, n) of the training points under the generators.
        assignment: (n,) int64, where to begin.
        iterations: how many; counted from 1.
        start: iterations done before, when a killed training goes on.
    """
    for iteration in range(start + 1, iterations + 1):
        fit(assignment)
        log_p = densities()
        new = assign(log_p)
        yield Round(
            iteration,
            new,
            objective(log_p, assignment),
            objective(log_p, new),
            (new != assignment).double().mean().item(),
        )
        assignment = new
