"""Nearest training images: are samples copies? (supplementary Fig. 19)"""

import numpy as np
import torch
from torch import Tensor

from gansgmms.data.batches import FlatImages
from gansgmms.errors import InputError

CHUNK = 4096  # training images whose distances are computed at once


def nearest_two(queries: FlatImages, data: FlatImages) -> tuple[np.ndarray, np.ndarray]:
    """L2 distances to, and numbers of, the two nearest vectors of a data set.

    Found by matrix products in float32, then measured again in float64: the distance
    to a copy is a small difference of large squares.

    Args:
        queries: n vectors. data: at least two; numbers follow `FlatImages`, so that with
            `mirror` the mirrored images are candidates too.

    Returns:
        (n, 2) float64 distances, ascending, and (n, 2) int64 numbers.

    Raises:
        InputError: for another shape, or fewer than two vectors to look among.
    """
    if queries.shape != data.shape or len(data) < 2:
        raise InputError(
            "nearest_two",
            f"{len(data)} vectors of shape {data.shape}",
            f"at least two of shape {queries.shape}, as the queries",
        )
    found = [_of_batch(batch, data) for batch in queries.batches(CHUNK)]
    distances, numbers = (
        torch.cat(part).cpu().numpy() for part in zip(*found, strict=True)
    )
    return distances, numbers


def _of_batch(x: Tensor, data: FlatImages) -> tuple[Tensor, Tensor]:
    origin = x.mean(0)  # centring keeps |c|^2 - 2 x.c well-conditioned
    centred = x - origin
    best = torch.full((len(x), 2), torch.inf, device=x.device)
    numbers = torch.zeros_like(best, dtype=torch.long)
    start = 0
    for candidates in data.batches(CHUNK):
        part = candidates - origin
        scores = torch.addmm(part.square().sum(1), centred, part.T, alpha=-2)
        values, index = scores.topk(min(2, len(part)), largest=False)
        both = torch.cat([best, values], 1)
        best, order = both.topk(2, largest=False)
        numbers = torch.cat([numbers, index + start], 1).gather(1, order)
        start += len(candidates)
    pairs = torch.stack([data[column] for column in numbers.unbind(1)], 1)
    distances = (pairs.double() - x.double()[:, None]).norm(dim=2)
    distances, order = distances.sort(1)
    return distances, numbers.gather(1, order)
