"""Log-likelihood of a mixture of VAEs by importance sampling (ours; the draft's
estimator is not stated).

For each VAE, p_j(x) = E_{z ~ Q(z|x)} P_g(x|z) P(z) / Q(z|x), estimated with S samples of
z; the mixture is p(x) = sum_j alpha_j p_j(x). The logarithm of the estimate is too low
on average, and approaches log p(x) as S grows.
"""

import math

import torch
from torch import Tensor

from gansgmms.models.kvae.mixture import KVAE


@torch.no_grad()
def log_likelihood(
    model: KVAE, x: Tensor, samples: list[int], generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """log p(x) with several numbers of samples, each the first ones of the largest.

    Args:
        x: (n, d) data.
        samples: S, ascending.
        generator: for z.

    Returns:
        (n, len(samples)) float64 in nats, and (n,) the standard error of the last
        column: that of the mean of its importance weights, as the logarithm moves it.
    """
    draws = max(samples)
    rows = max(model.block() // draws, 1)
    parts = [_block(model, part, samples, generator) for part in x.split(rows)]
    values, errors = zip(*parts, strict=True)
    return torch.cat(values), torch.cat(errors)


def _block(
    model: KVAE, x: Tensor, samples: list[int], generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    k, b, draws = model.k, len(x), max(samples)
    x = model.standardised(x).expand(k, b, -1)
    mean, log_variance = model.encode(x)
    noise = torch.randn(
        k, b, draws, model.latent, generator=generator, device=generator.device
    ).to(x.device)
    z = mean[:, :, None] + torch.exp(log_variance / 2)[:, :, None] * noise
    repeated = x[:, :, None].expand(k, b, draws, -1).flatten(1, 2)
    given = model.log_prob_given(repeated, z.flatten(1, 2)).view(k, b, draws)
    # log P(z) - log Q(z|x); the constants of the two normal densities cancel.
    ratio = (noise.square() - z.square() + log_variance[:, :, None]).sum(3) / 2
    # (b, S): a weight of the whole mixture for each s, so that errors of the VAEs,
    # which are independent, add up by themselves.
    log_alpha = model.weights.log()[:, None, None]
    w = torch.logsumexp((given + ratio).double() + log_alpha, 0)
    values = torch.stack(
        [torch.logsumexp(w[:, :s], 1) - math.log(s) for s in samples], 1
    )
    if draws == 1:
        return values, torch.full((b,), math.nan, dtype=torch.float64)
    relative = torch.exp(w - values[:, -1:])  # of mean 1
    return values, relative.std(1) / math.sqrt(draws)
