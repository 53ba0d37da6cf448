"""What bins may be made with: the arguments of `NDB.fit`, checked before anything is computed."""

import numpy as np

from gansgmms.errors import InputError
from gansgmms.metrics.clustering import METHODS


def check_fit(
    method: str,
    significance,
    reference,
    dimensions,
    seed,
    transform,
    switches: dict,
    **numbers,
) -> None:
    """Refuse a method, number or switch that `NDB.fit` has not, by its name."""
    if method not in METHODS:
        raise InputError("method", repr(method), f"one of {', '.join(METHODS)}")
    optional = {"reference": reference, "dimensions": dimensions}
    numbers |= {name: n for name, n in optional.items() if n is not None}
    for name, n in numbers.items():
        instead = ", or an array of the images' numbers" if name == "reference" else ""
        check_count(name, n, instead)
    for name, switch in switches.items():
        if not isinstance(switch, (bool, np.bool)):
            raise InputError(name, repr(switch), "True or False")
    if not _is_whole(seed) or not 0 <= seed < 2**63:
        raise InputError("seed", repr(seed), "a whole number from 0, below 2^63")
    number = isinstance(significance, (int, float, np.floating))
    if not number or not 0 < significance < 1:
        raise InputError("significance", repr(significance), "between 0 and 1")
    if transform is not None and not callable(transform):
        raise InputError("transform", repr(transform), "a function of images")


def check_count(name: str, n, instead: str = "") -> None:
    """Refuse what is no whole number from 1. instead: what else may be given."""
    if not _is_whole(n) or n < 1:
        raise InputError(name, repr(n), f"a whole number, at least 1{instead}")


def _is_whole(n) -> bool:
    return isinstance(n, (int, np.integer)) and not isinstance(n, bool)


def checked_index(index: np.ndarray, n: int) -> np.ndarray:
    """The numbers of images, if each of the n is there once at most."""
    needed = f"whole numbers from 0, below {n}, ascending"
    if index.dtype.kind not in "iu" or index.ndim != 1:
        found = f"shape {index.shape} and dtype {index.dtype}"
        raise InputError("reference", found, needed)
    if len(index) and not (
        0 <= index[0] and index[-1] < n and (np.diff(index.astype(np.int64)) > 0).all()
    ):
        raise InputError("reference", f"{index.min()} to {index.max()}", needed)
    return index
