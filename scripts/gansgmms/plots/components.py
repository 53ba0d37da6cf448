"""The components of a mixture as images: what each of its factors changes.

Models come in as `gansgmms.models.mfa.MFA` and leave as numpy arrays.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np

from gansgmms.io.images import as_vectors
from gansgmms.io.markup import for_matplotlib
from gansgmms.plots.mosaic import mosaic, stack
from gansgmms.plots.selection import evenly_by_rank


class Component(NamedTuple):
    """One factor analyser: x = A z + mu + noise (paper, equation 1)."""

    mixing: float  # its weight in the mixture
    mean: np.ndarray  # (h, w, c)
    columns: np.ndarray  # (l, h, w, c): the columns of A, the longest first
    variance: np.ndarray  # (h, w, c): the diagonal of D


def components(model, n: int, after: int = 0) -> list[Component]:
    """n components of an MFA, from heavy to light, spread evenly by rank.

    With `after`, those that a choice of so many shows are left out first.

    (The heaviest of all are often alike: on MNIST they are all ones.)
    The columns of A are put in order of their length, the longest first: the
    likelihood is the same in any order, so the order of training means nothing.
    """

    def images(parameter) -> np.ndarray:
        return parameter.detach().cpu().numpy().reshape(-1, *model.shape)

    mixing = model.mixing.detach().cpu().numpy()
    found = []
    left = np.setdiff1d(np.arange(len(mixing)), evenly_by_rank(mixing, after))
    for k in left[evenly_by_rank(mixing[left], n)]:
        columns = images(model.factors[k].T)
        lengths = np.linalg.norm(columns.reshape(len(columns), -1), axis=1)
        found.append(
            Component(
                float(mixing[k]),
                images(model.means[k])[0],
                columns[np.argsort(-lengths, kind="stable")],
                images(model.noise[k])[0] ** 2,
            )
        )
    return found


def labelled_components(
    models: Iterable, titles: Iterable[str], n: int, after: int = 0
) -> Iterator[tuple[Component, str]]:
    """n components of each MFA, each with its weight, and the title where there is one."""
    for model, title in zip(models, titles, strict=True):
        for component in components(model, n, after):
            weight = rf"$\pi$ = {component.mixing:.2%}"
            shown = for_matplotlib(title)
            yield component, f"{shown}, {weight}" if title else weight


def variations(component: Component, vectors: int) -> np.ndarray:
    """mu + A(i), 0.5 + A(i) and mu - A(i) for i = 1...vectors: (3 vectors, h, w, c)."""
    mean, a = component.mean, component.columns[:vectors]
    images = np.stack([mean + a, 0.5 + a, mean - a], axis=1)
    return images.reshape(-1, *mean.shape)


def portrait(component: Component, vectors: int, rows: int = 0) -> np.ndarray:
    """A component as in Fig. 6a: mean and noise variance above the `variations`.

    The variance is scaled so that its largest value is white. With `rows`, there is room
    for so many vectors, where A has fewer.
    """
    top = np.stack([component.mean, component.variance / component.variance.max()])
    return stack([mosaic(top, 2), mosaic(variations(component, vectors), 3, rows=rows)])


def combinations(component: Component, steps: int, extent: float) -> np.ndarray:
    """mu + z_1 A(1) + z_2 A(2) on a grid of steps x steps: (steps^2, h, w, c).

    z_1 grows from -extent to extent along a row, z_2 from the last row to the first.
    """
    z = np.linspace(-extent, extent, steps, dtype=np.float32)
    across, up = np.meshgrid(z, z[::-1])
    weights = np.stack([across.ravel(), up.ravel()], axis=1)
    # A component of one column varies along one axis only.
    pair = component.columns[:2]
    return component.mean + np.tensordot(weights[:, : len(pair)], pair, axes=1)


def walk(component: Component, vectors: int, frames: int, extent: float) -> np.ndarray:
    """A walk along z: mu + z_i A(i) for one i after the other.

    For each of the longest columns, z_i swings from 0 to extent, to -extent and back,
    a full sine in `frames` steps, while the other z are 0.

    Returns:
        (vectors, frames, h, w, c); fewer vectors where A has fewer columns.
    """
    z = extent * np.sin(2 * np.pi * np.arange(frames) / frames).astype(np.float32)
    columns = component.columns[:vectors]
    return component.mean + z[:, None, None, None] * columns[:, None]


def rising(frames: int, n: int) -> np.ndarray:
    """n frames of a `walk`, evenly from -extent to extent: indices."""
    return np.rint(np.linspace(-frames / 4, frames / 4, n)).astype(int) % frames


def images_of_component(
    model, images: np.ndarray, component: int, n: int, chunk: int = 1024
) -> np.ndarray:
    """The first n images of which a component has the maximal responsibility.

    Args:
        model: an MFA.
        images: (m, h, w, c) uint8. They are looked through in order, and only as far
            as needed: the likelihood of a whole data set can take minutes.

    Returns:
        At most n indices, ascending.
    """
    import torch  # most figures do without

    found = np.empty(0, int)
    for start in range(0, len(images), chunk):
        x = torch.from_numpy(as_vectors(images[start : start + chunk]))
        likeliest = model.component_log_prob(x).argmax(1).numpy()
        found = np.append(found, start + np.flatnonzero(likeliest == component))
        if len(found) >= n:
            break
    return found[:n]
