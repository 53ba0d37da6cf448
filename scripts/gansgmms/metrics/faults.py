"""Faults planted in real images, to see which of them a metric finds.

Each is a function of images (n, h, w, c) uint8, a strength, and a generator, and leaves
the images it was given as they were; strength 0 is no fault. `FAULTS` has those that need
no labels, `CLASS_FAULTS` those that do.
"""

import io

import numpy as np
from PIL import Image
from scipy.ndimage import gaussian_filter

from gansgmms.errors import InputError
from gansgmms.io.images import as_vectors


def reweighted(
    images: np.ndarray,
    labels: np.ndarray,
    weights: dict[int, float],
    random: np.random.Generator,
) -> np.ndarray:
    """Fewer of the images, so that each class counts as often as its weight says.

    None is there twice: a class of the largest weight stays whole, the others shrink.
    Classes that are not in `weights` have weight 1. The order stays.
    """
    classes, counts = np.unique(labels, return_counts=True)
    if missing := sorted(set(weights) - set(classes.tolist())):
        raise InputError("faults", f"no image of class {missing[0]}", "all classes")
    wanted = np.array([weights.get(int(c), 1.0) for c in classes])
    kept = np.rint(counts * wanted / wanted.max()).astype(int)
    index = [
        random.choice(np.flatnonzero(labels == c), n, replace=False)
        for c, n in zip(classes, kept, strict=True)
    ]
    return images[np.sort(np.concatenate(index))]


def class_dropped(
    images: np.ndarray,
    strength: float,
    random: np.random.Generator,
    labels: np.ndarray,
    label: int = 0,
) -> np.ndarray:
    """A share of one class is missing; 1 drops it."""
    _check("class_dropped", strength, 1)
    return reweighted(images, labels, {label: 1 - strength}, random)


def class_doubled(
    images: np.ndarray,
    strength: float,
    random: np.random.Generator,
    labels: np.ndarray,
    label: int = 0,
) -> np.ndarray:
    """One class counts 1 + strength times; 1 doubles it. Fewer images come back."""
    _check("class_doubled", strength)
    return reweighted(images, labels, {label: 1 + strength}, random)


def mode_swapped(
    images: np.ndarray,
    strength: float,
    random: np.random.Generator,
    labels: np.ndarray,
    label: int = 0,
    other: int = 1,
) -> np.ndarray:
    """A share of one class has become as many images of another."""
    _check("mode_swapped", strength, 1)
    ratio = (labels == label).sum() / max((labels == other).sum(), 1)
    weights = {label: 1 - strength, other: 1 + strength * float(ratio)}
    return reweighted(images, labels, weights, random)


def duplicated(
    images: np.ndarray, strength: float, random: np.random.Generator
) -> np.ndarray:
    """A share of the images has become copies of the others."""
    _check("duplicated", strength, 1)
    order = random.permutation(len(images))
    copies = min(round(strength * len(images)), len(images) - 1)
    index = np.arange(len(images))
    index[order[:copies]] = random.choice(order[copies:], copies)
    return images[index]


def blurred(
    images: np.ndarray, strength: float, random: np.random.Generator
) -> np.ndarray:
    """A Gaussian filter; strength is its standard deviation in pixels."""
    _check("blurred", strength)
    return _pixels(gaussian_filter(images.astype(float), (0, strength, strength, 0)))


def noisy(
    images: np.ndarray, strength: float, random: np.random.Generator
) -> np.ndarray:
    """Normal noise; strength is its standard deviation, where white is 1."""
    _check("noisy", strength)
    return _pixels(images + 255 * strength * random.standard_normal(images.shape))


def shifted(
    images: np.ndarray, strength: float, random: np.random.Generator
) -> np.ndarray:
    """A share of the images, moved by one pixel up, down, left or right.

    The row or column that is left stays as it was.
    """
    _check("shifted", strength, 1)
    moved = images.copy()
    order = random.permutation(len(images))[: round(strength * len(images))]
    for part, (axis, step) in zip(
        np.array_split(order, 4), [(1, -1), (1, 1), (2, -1), (2, 1)], strict=True
    ):
        towards, source = [slice(None)] * 4, [slice(None)] * 4
        towards[axis] = slice(1, None) if step > 0 else slice(None, -1)
        source[axis] = slice(None, -1) if step > 0 else slice(1, None)
        chosen = images[part]
        result = chosen.copy()
        result[tuple(towards)] = chosen[tuple(source)]
        moved[part] = result
    return moved


def flattened(
    images: np.ndarray, strength: float, random: np.random.Generator
) -> np.ndarray:
    """Less contrast: the distance of each pixel from its image's mean shrinks by this
    share.
    """
    _check("flattened", strength, 1)
    means = images.mean((1, 2, 3), keepdims=True)
    return _pixels(means + (1 - strength) * (images - means))


def compressed(
    images: np.ndarray, strength: float, random: np.random.Generator
) -> np.ndarray:
    """JPEG of quality 100 (1 - strength), at least 1; strength 0 leaves images alone."""
    _check("compressed", strength, 1)
    if strength == 0:
        return images.copy()
    quality = max(round(100 * (1 - strength)), 1)
    return np.stack([_jpeg(image, quality) for image in images])


def quantised(
    images: np.ndarray, strength: float, random: np.random.Generator
) -> np.ndarray:
    """Each image has become the centre of its cell of K-means with `strength` centres;
    0 leaves them alone.
    """
    import torch  # seconds, which only this fault needs

    from gansgmms.metrics.kmeans import kmeans

    _check("quantised", strength)
    if strength == 0:
        return images.copy()
    generator = torch.Generator().manual_seed(int(random.integers(2**31)))
    x = torch.from_numpy(as_vectors(images))
    found = kmeans(x, int(strength), generator, initialisations=1)
    centres = _pixels(found.centres.numpy().reshape(-1, *images.shape[1:]) * 255)
    return centres[found.labels.numpy()]


FAULTS = {
    "duplicated": duplicated,
    "blurred": blurred,
    "noisy": noisy,
    "shifted": shifted,
    "flattened": flattened,
    "compressed": compressed,
    "quantised": quantised,
}
CLASS_FAULTS = {
    "class_dropped": class_dropped,
    "class_doubled": class_doubled,
    "mode_swapped": mode_swapped,
}


def _check(fault: str, strength: float, most: float = np.inf) -> None:
    if not 0 <= strength <= most:
        needed = f"0 to {most:g}" if np.isfinite(most) else "0 or more"
        raise InputError(f"{fault}, strength", f"{strength:g}", needed)


def _pixels(values: np.ndarray) -> np.ndarray:
    return np.rint(values).clip(0, 255).astype(np.uint8)


def _jpeg(image: np.ndarray, quality: int) -> np.ndarray:
    buffer = io.BytesIO()
    grey = image.shape[2] == 1
    Image.fromarray(image[..., 0] if grey else image).save(
        buffer, "JPEG", quality=quality
    )
    return np.asarray(Image.open(buffer)).reshape(image.shape)
