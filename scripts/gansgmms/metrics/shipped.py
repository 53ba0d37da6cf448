"""Bins that come with the package, for those who have nothing else.

They hold what scoring needs, centres and counts, and not which reference image fell in
which bin. Beside them lies what the papers and this project found on the dataset. `pack`
makes both from a run's own; each file holds its checksum.
"""

import os
import re
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from gansgmms.errors import InputError
from gansgmms.io.numbers import read_numbers, write_numbers
from gansgmms.io.walk import expand, regular_file
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
    if not os.path.lexists(path) and given in names():
        return sorted((FOLDER / given).glob("*.safetensors"))
    known = ", ".join(names())
    needed = "a file of bins" + (f", or one of {known}" if known else "")
    try:
        return [regular_file(path, needed)]
    except InputError as error:
        hint = "`ndb fit` makes bins"
        raise InputError(given, error.found, needed, hint) from None


def others(given: str) -> pd.DataFrame | None:
    """What is known beside bins that come along: model, and NDB/K by source and K.

    None for bins of the user's.
    """
    if os.path.lexists(expand(given)) or given not in names():
        return None
    return read_numbers(FOLDER / given / "others.parquet")


def pack(
    sources: Iterable[str | Path],
    table: pd.DataFrame,
    dataset: str,
    folder: Path = FOLDER,
) -> None:
    """Write bins of a run, without their reference images, as those of a dataset.

    Args:
        sources: files of bins.
        table: NDB/K of models on the dataset, as a showcase has it: columns `model`,
            `K=<K> ours` and `K=<K> paper` (0.1.0 wrote `printed`).
    """
    for source in map(Path, sources):
        NDB.load(source).without_reference().save(folder / dataset / source.name)
    words = {"paper": "paper", "printed": "paper", "ours": "here"}
    columns = {
        column: f"{words[match[2]]}, K = {match[1]}"
        for column in table
        if (match := re.fullmatch(r"K=(\d+) (paper|printed|ours)", column))
    }
    rows = table[["model", *columns]].rename(columns=columns)
    write_numbers(folder / dataset / "others.parquet", rows)
