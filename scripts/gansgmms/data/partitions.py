"""Which image goes where, as a list of files says it: CelebA's, and others like it."""

import re
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from gansgmms.errors import InputError


def read_partition(path: Path, names: Sequence[str], spec: dict) -> dict[str, str]:
    """Split of each listed file.

    Args:
        path: a text file of lines "name number", with spaces, tabs or a comma between
            them; a .csv, as Kaggle has CelebA's list, may begin with a line of titles.
        names: of the images, with `/`; the list has them whole, or without folders.
        spec: `partitions` says which numbers mean train and test.

    Returns:
        "train" or "test" of each listed image; others are left out.

    Raises:
        InputError: for a line of another form, and for a name that no image has, that
            several have, or that is listed twice.
    """
    partitions = spec.get("partitions", {})
    if not {"train", "test"} <= partitions.keys():
        raise InputError(
            "partitions", repr(partitions), "the numbers that mean train and test"
        )
    numbers = [str(partitions[split]) for split in ("train", "test")]
    if not all(map(str.isdecimal, numbers)) or numbers[0] == numbers[1]:
        needed = "two whole numbers, one for train and another for test"
        raise InputError("partitions", repr(partitions), needed)
    split_of_number = dict(zip(numbers, ("train", "test"), strict=True))
    full_name = _full_names(path, names)
    split_of: dict[str, str] = {}
    seen: set[str] = set()
    for number, line in enumerate(_lines(path), 1):
        if not line.strip():
            continue
        thing = f"line {number} of {path}"
        match = re.fullmatch(r"\s*(\S.*?)\s*[\s,;]\s*([0-9]+)\s*", line)
        if match is None:
            if number == 1 and re.fullmatch(r"[^,;]+[,;][^,;]+", line):
                continue  # the titles of its columns
            raise InputError(thing, repr(line[:80]), "a name and a number")
        name = match[1].strip("\"'").replace("\\", "/").removeprefix("./")
        split = split_of_number.get(re.sub(r"^0+(?=.)", "", match[2]))
        if name in seen:
            raise InputError(thing, f"{name} again", "each image once")
        seen.add(name)
        if split and name not in full_name:
            found = f"{name}, which is not there"
            raise InputError(thing, found, "the name of an image")
        if split:
            split_of[full_name[name]] = split
    return split_of


def _full_names(path: Path, names: Sequence[str]) -> dict[str, str]:
    short = {PurePosixPath(name).name: name for name in names}
    if len(short) < len(names):
        raise InputError(str(path), "several images of one name", "distinct names")
    return {name: name for name in names} | short


def _lines(path: Path) -> list[str]:
    try:
        # Windows's editors begin a file with a byte order mark.
        return path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(str(path), f"no list ({error})", "a text file") from None
