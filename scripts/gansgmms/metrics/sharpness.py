"""The sharpness score (supplementary 1.4)."""

import numpy as np
from scipy.ndimage import gaussian_filter, median_filter

from gansgmms.errors import InputError

# ITU-R BT.601 luma.
LUMA = np.array([0.299, 0.587, 0.114])


def sharpness(images: np.ndarray, sigma: float = 1.0) -> np.ndarray:
    """Relative energy of the high frequencies of each image.

    log |x - G x|^2 - log |x|^2, where x is the grey level less its mean and G a
    Gaussian filter; natural logarithm. Scaling and shifting the pixels changes
    nothing. The mean over 2000 images is the score of a model.

    Args:
        images: (n, h, w, c) with c = 1 or 3, of any numeric dtype.
        sigma: width of the filter in pixels.

    Returns:
        (n,) float64; nan for an image of one constant colour.

    Raises:
        InputError: for another shape.
    """
    if images.ndim != 4 or images.shape[3] not in (1, 3):
        raise InputError(
            "sharpness", f"an array of shape {images.shape}", "(n, h, w, 1 or 3)"
        )
    pixels = images.astype(np.float64)
    grey = pixels @ LUMA if images.shape[3] == 3 else pixels[..., 0]
    grey -= grey.mean((1, 2), keepdims=True)
    high = grey - gaussian_filter(grey, (0, sigma, sigma))
    energy = np.square(grey).sum((1, 2))
    constant = energy <= 1e-20 * np.square(pixels).sum((1, 2, 3))
    with np.errstate(divide="ignore", invalid="ignore"):
        score = np.log(np.square(high).sum((1, 2))) - np.log(energy)
    return np.where(constant, np.nan, score)


def without_speckle(images: np.ndarray) -> np.ndarray:
    """Images after a median over 3 x 3 pixels of each channel, in their dtype.

    Sharpness counts noise as detail: speckle of single pixels outscores a photograph. A
    median takes speckle away and leaves edges, so a score that it lowers by much more
    than a photograph's was of noise.

    Args:
        images: (n, h, w, c).
    """
    return median_filter(images, (1, 3, 3, 1))


def mean_sharpness(images: np.ndarray, sigma: float = 1.0) -> tuple[float, float, int]:
    """The mean `sharpness`, its standard error, and the number of images that have one.

    Images of one constant colour have none, and are left out.
    """
    scores = sharpness(images, sigma)
    scores = scores[~np.isnan(scores)]
    n = len(scores)
    if n < 2:
        return (float(scores[0]) if n else np.nan), np.nan, n
    return float(scores.mean()), float(scores.std(ddof=1) / np.sqrt(n)), n
