"""The special case of section 6: VAEs that Algorithm 1 turns into K-means."""

import torch
from torch import Tensor, nn

STEPS, RATE = 40, 0.5  # of gradient descent: what is left of an error is 2^-40 of it


class ConstantVAEs(nn.Module):
    """K VAEs whose encoder does not look at x, as section 6 has them.

    The encoder's mean is its bias, and its variance is none; z has as many dimensions
    as x, and the decoder is N(x; z, I) without parameters. What is left to train are
    the biases, by -log P_g(x | z = mu) = ||x - mu||^2 / 2 and a constant.

    Args:
        points: (n, d) floats.
        means: (K, d), where the biases begin.
    """

    def __init__(self, points: Tensor, means: Tensor):
        super().__init__()
        self.points = points
        self.bias = nn.Parameter(means.clone())

    def encode(self, x: Tensor) -> Tensor:
        """z of every VAE for every point: (K, n, d), the same for all n."""
        return self.bias[:, None].expand(-1, len(x), -1)

    def log_prob_given(self, x: Tensor, z: Tensor) -> Tensor:
        """log P_g(x|z) up to its constant: (K, n)."""
        return -(x - z).square().sum(2) / 2

    def fit(self, assignment: Tensor) -> None:
        """Line 3 of Algorithm 1, by gradient descent: each VAE on its own points.

        One that has lost all its points has no loss, and stays as it is.
        """
        k = len(self.bias)
        own = (assignment == torch.arange(k)[:, None]).to(self.points)
        weight = own / own.sum(1, keepdim=True).clamp_min(1)
        descent = torch.optim.SGD(self.parameters(), lr=RATE)
        for _ in range(STEPS):
            descent.zero_grad()
            likelihood = self.log_prob_given(self.points, self.encode(self.points))
            (-(weight * likelihood).sum()).backward()
            descent.step()

    @torch.no_grad()
    def log_density(self) -> Tensor:
        """(K, n) of the training points, as the decoder has them."""
        return self.log_prob_given(self.points, self.encode(self.points))
