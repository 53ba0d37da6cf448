"""Samples of anybody's model, in whichever of the usual forms they come."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from gansgmms.data.array_files import open_array, read_npz_images
from gansgmms.data.arrays import as_data
from gansgmms.data.given import given
from gansgmms.data.image_files import SAME_SIZE, decode_all
from gansgmms.data.image_sources import members
from gansgmms.data.sample_tables import read_table, shards_of
from gansgmms.errors import InputError
from gansgmms.io.downloaded import TORCH
from gansgmms.io.signatures import ARRAY, kind_of
from gansgmms.io.walk import expand, is_folder, regular_file

NUMBERS = ".npy, .npz, .parquet, .arrow or .safetensors"
FORMS = "a folder or .zip of images, .npy, .npz, .parquet, .arrow or .safetensors"


def read_samples(
    path: str | Path, shape: Sequence[int], least: int = 1, threads: int = 1
) -> np.ndarray:
    """The samples of a file or folder.

    Args:
        path: a folder or .zip of images; a folder of tables, as Hugging Face's
            `save_to_disk` leaves them; a .npy; a .npz of one array, or with one
            called `samples` or `images`; a .parquet or .arrow with a column `image`
            (tensors, lists of numbers, or encoded images), or of one column a pixel.
            Arrays are (n, h, w, c), (n, h, w) where c = 1, or (n, h w c); uint8, or
            floats from 0 to 1. Tensors of a .safetensors may be (n, c, h, w), and are no
            rows where c = 3.
        shape: (h, w, c) of the images they are compared with; (d,) for points.
        least: how many there must be.
        threads: threads that decode images.

    Returns:
        (n, h, w, c) uint8; or (n, d) float32 points.

    Raises:
        InputError: for anything that is not as above: another shape, dtype or range,
            NaN, too few, a file that is no image, an unsafe archive, a pickle.
    """
    path = expand(path)
    folder = is_folder(path, FORMS)
    suffix = "" if folder else regular_file(path, FORMS).suffix.lower()
    if folder and (shards := shards_of(path)):
        images = np.concatenate(
            [as_data(read_table(s, shape), shape, str(s)) for s in shards]
        )
    elif suffix in ("", ".zip") and len(shape) == 3:
        if shape[2] not in (1, 3):
            needed = "an array, or a table of numbers"
            raise InputError(str(path), f"pictures of {shape[2]} channels", needed)
        with members(path) as found:
            names, spec = sorted(found), {"shape": shape}
            images = decode_all(names, found, spec, threads, path.name, SAME_SIZE)
    elif suffix in _READERS:
        images = as_data(_READERS[suffix](path, shape), shape, str(path))
        if not images.flags.writeable:  # the file is only mapped into memory
            images = np.array(images)
    else:
        kind = None if folder else kind_of(path)
        what = f"'{suffix}'" + (f", {kind.what}" if kind else "")
        hint = ARRAY if suffix in TORCH else kind.hint if kind else ""
        if suffix in (".csv", ".tsv"):
            hint = "pandas.read_csv(path).to_parquet('samples.parquet')"
        needed = FORMS
        if len(shape) == 1:
            needed = f"points in a {NUMBERS}"
            hint = "" if suffix in ("", ".zip") else hint
        raise InputError(str(path), "a folder" if folder else what, needed, hint)
    if len(images) < least:
        hint = "as many as there are bins, or more" if len(images) else ""
        raise InputError(str(path), f"{len(images)} samples", f"at least {least}", hint)
    return images


def _read_npy(path: Path, shape: Sequence[int]) -> np.ndarray:
    return open_array(path)


def _read_safetensors(path: Path, shape: Sequence[int]) -> np.ndarray:
    """The one tensor of a file, or that called `samples` or `images`.

    Torch reads it: tensors may be of types that NumPy has not, and have the channels first.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, "pt") as file:
            names = list(file.keys())
            chosen = [n for n in names if n in ("samples", "images")] or names
            if len(chosen) != 1:
                found = f"the tensors {', '.join(names)}" if names else "nothing"
                raise InputError(str(path), found, "one, or one called samples")
            return given(file.get_tensor(chosen[0]), shape, str(path))
    # Safetensors raises what it likes.
    except (SafetensorError, OSError, ValueError, TypeError, AttributeError) as error:
        if isinstance(error, InputError):
            raise
        found = f"an unreadable file ({error})"
        raise InputError(str(path), found, "a sound safetensors file") from None


_READERS = {
    ".npy": _read_npy,
    ".npz": read_npz_images,
    ".parquet": read_table,
    ".arrow": read_table,
    ".feather": read_table,
    ".safetensors": _read_safetensors,
}
