"""Images at the size at which pix2pix works, where the archive has them (section 5.1)."""

import math


def working_side(shape) -> int:
    """The side at which pix2pix works: the power of two from twice an image's side on."""
    return 2 ** math.ceil(math.log2(2 * max(shape[:2])))


def native_spec(spec: dict) -> dict | None:
    """The same dataset with crops as they are in the archive, or None.

    There are some where the images are cut out in the size at which pix2pix works and
    then made smaller, as CelebA's are; by the bilinear filter, which pix2pix's samples
    come back by.

    Args:
        spec: an entry of `resources/datasets.yaml`.
    """
    shape, crop = spec.get("shape", []), spec.get("crop")
    if len(shape) != 3 or crop is None or spec.get("resize") != "bilinear":
        return None
    side = working_side(shape)
    if tuple(crop[2:]) != (side, side):
        return None
    return {**spec, "shape": [side, side, shape[2]], "resize": None}
