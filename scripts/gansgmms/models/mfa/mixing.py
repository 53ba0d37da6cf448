"""The mixing coefficients alone, by one E-step: Adam's small steps hardly move them."""

import torch
from torch import Tensor

from gansgmms.data.batches import FlatImages
from gansgmms.models.mfa.density import MFA, log_marginal

LEAST = 1e-12  # of a coefficient, so that its logarithm is finite; as in EM


@torch.no_grad()
def estimated_mixing(mixture: MFA, data: FlatImages) -> Tensor:
    """(K,) float64 mean posterior probability of each component over the vectors.

    EM's update of the coefficients with all else held; the likelihood never falls.
    """
    total = torch.zeros_like(mixture.logits, dtype=torch.float64)
    for log_joint, _ in mixture.joints(data.batches(mixture.block())):
        total += log_marginal(log_joint)[1].double().sum(1)
    return total / len(data)


@torch.no_grad()
def reweight(mixture: MFA, data: FlatImages) -> None:
    """Give a mixture its `estimated_mixing`, in place."""
    mixture.logits.copy_(estimated_mixing(mixture, data).clamp_min(LEAST).log())
