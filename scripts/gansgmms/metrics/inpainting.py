"""What simpler models than a mixture fill in for the hidden part of an image."""

import torch
from torch import Tensor


def gaussian_fill(x: Tensor, observed: Tensor, mean: Tensor, factor: Tensor) -> Tensor:
    """The hidden pixels' mean given the observed ones, under N(mean, F F^T).

    Args:
        x: (n, d); the values of hidden pixels are not used.
        observed: (d,) bool.
        mean, factor: (d,), and (d, d) with F F^T positive definite.

    Returns:
        (n, hidden pixels).
    """
    rows, hidden = factor[observed].double(), factor[~observed].double()
    cholesky = torch.linalg.cholesky(rows @ rows.T)
    centred = (x[:, observed] - mean[observed]).double()
    weights = torch.cholesky_solve(centred.T, cholesky)
    filled = hidden @ (rows.T @ weights)
    return mean[~observed] + filled.T.to(mean)
