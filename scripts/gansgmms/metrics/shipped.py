"""Bins that come with the package, for those who have nothing else.

They hold what scoring needs, centres and counts, and not which reference image fell in
which bin: a hundredth of the file. `pack` makes them from a run's own.
"""

from collections.abc import Iterable
from pathlib import Path

from gansgmms.errors import InputError
from gansgmms.io.walk import expand
from gansgmms.metrics.ndb import NDB

FOLDER = Path(__file__).parent / "bins"


def names() -> list[str]:
    """The datasets whose bins come with the package."""
    return sorted(f.name for f in FOLDER.glob("*") if any(f.glob("*.safetensors")))


def find(given: str) -> list[Path]:
    """The files that `--bins` means: a path, or a dataset of those that come along.

    Raises:
        InputError: if there is no such file and no such dataset.
    """
    path = expand(given)
    if not path.exists() and given in names():
        return sorted((FOLDER / given).glob("*.safetensors"))
    if not path.is_file():
        known = ", ".join(names())
        needed = "a file of bins" + (f", or one of {known}" if known else "")
        raise InputError(given, "no such file", needed, "`ndb fit` makes bins")
    return [path]


def pack(sources: Iterable[str | Path], dataset: str, folder: Path = FOLDER) -> None:
    """Write bins of a run, without their reference images, as those of a dataset."""
    for source in map(Path, sources):
        NDB.load(source).without_reference().save(folder / dataset / source.name)
