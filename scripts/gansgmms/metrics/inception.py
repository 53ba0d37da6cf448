"""What a classifier makes of samples: the Inception Score, and which classes it sees.

The standard score takes the Inception-2015-12-05 network. Another classifier gives
another score: whatever shows one says which network it is of.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from gansgmms.errors import InputError
from gansgmms.io.downloaded import checked

BATCH = 100  # images classified at once


def inception_score(probabilities: np.ndarray, splits: int = 10) -> tuple[float, float]:
    """exp E KL(p(y | x) || p(y)) of samples (Salimans et al. 2016).

    Args:
        probabilities: (n, classes), those that a classifier gives each sample.
        splits: parts of the samples, each with a p(y) of its own.

    Returns:
        The mean over the parts, and its standard error (0 with one part).
    """
    scores = []
    for part in np.array_split(np.asarray(probabilities, np.float64), splits):
        ratio = part / part.mean(0)
        logs = np.log(ratio, out=np.zeros_like(part), where=part > 0)
        scores.append(np.exp((part * logs).sum(1).mean()))
    error = np.std(scores, ddof=1) / np.sqrt(splits) if splits > 1 else 0.0
    return float(np.mean(scores)), float(error)


def load_classifier(
    path: str | Path, device="cpu", sha256: str | None = None
) -> Callable[[Tensor], Tensor]:
    """A network as a function: (n, h, w, c) uint8 -> (n, classes) probabilities.

    .pt is the Inception network as TorchScript, .safetensors a classifier trained here.

    Args:
        sha256: of the file, where it is known (resources/networks.yaml).

    Raises:
        InputError: if the file is missing, damaged, or differs (`io.downloaded`).
    """
    path = checked(path, "the weights of a classifier", sha256)
    if path.suffix == ".pt":
        try:
            network = torch.jit.load(str(path), map_location=device).eval()
        except (RuntimeError, ValueError, OSError) as error:
            found = f"no network that can be read ({str(error).splitlines()[0]})"
            hint = "delete it and fetch it again"
            raise InputError(str(path), found, "TorchScript", hint) from None
        return lambda images: _inception(network, images, device)
    from gansgmms.models import load

    return load(path, device).probabilities


@torch.no_grad()
def _inception(network, images: Tensor, device) -> Tensor:
    probabilities = []
    for batch in images.split(BATCH):
        # It takes pixels of 0 to 255, of any size, and enlarges them itself.
        x = batch.to(device).permute(0, 3, 1, 2).float().expand(-1, 3, -1, -1)
        # Without the bias of its last layer, as the published scores are computed.
        probabilities.append(network(x, no_output_bias=True))
    return torch.cat(probabilities)
