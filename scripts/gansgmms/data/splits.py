"""Which images are for training and which for testing, as folders or arrays say it."""

import logging
from collections.abc import Iterable, Sequence

from gansgmms.errors import InputError

log = logging.getLogger(__name__)

# What people call their splits, in any case.
NAMES = {
    "train": "train",
    "training": "train",
    "test": "test",
    "testing": "test",
    "val": "validation",
    "valid": "validation",
    "validation": "validation",
}
BY_KEY = "path: {train: ..., test: ...} names the two folders or files"


def of_folders(names: Sequence[str]) -> tuple[dict[str, str], dict[str, str]]:
    """Split and class of each file by its folders; no splits where none are named.

    A named split wins, whatever its case and however deep it lies: below train/ and
    test/ are classes, and classes may have train/ and test/ below. Where there is no
    test/, validation images are the test images.

    Args:
        names: relative names of files, with `/`.

    Returns:
        "train" or "test" of each file, and its class: the folders it lies in, but for
        the split and for those that all files lie in.

    Raises:
        InputError: where only one split is named, and for what lies beside the splits,
            with its name.
    """
    folders = {name: tuple(name.split("/")[:-1]) for name in names}
    at = {name: _first_split(parts) for name, parts in folders.items()}
    named = {name: i for name, i in at.items() if i is not None}
    if not named:
        return {}, classes(names)
    called = {name: folders[name][i] for name, i in named.items()}
    split_of = choose(called, "/")
    if beside := sorted(set(names) - named.keys()):
        raise _left_over(
            f"{beside[0]}" + (f" and {len(beside) - 1} more" if beside[1:] else ""),
            {f"{called[name]}/" for name in split_of},
        )
    # Only what all have above their split is no class: one class is a class.
    above = {name: folders[name][:i] for name, i in named.items()}
    common = _common(above.values())
    return split_of, {
        name: "/".join((*above[name][common:], *folders[name][i + 1 :]))
        for name, i in named.items()
    }


def choose(called: dict[str, str], sign: str = "") -> dict[str, str]:
    """Train or test of each thing, by what its split is called.

    Args:
        called: the name of each one's split; each in `NAMES`, in any case.
        sign: what follows a split's name in messages.

    Raises:
        InputError: if one split is missing, has two names, or there are three.
    """
    kinds: dict[str, set[str]] = {}
    for name in called.values():
        kinds.setdefault(NAMES[name.casefold()], set()).add(name)
    words = sorted(f"{name}{sign}" for names in kinds.values() for name in names)
    for names in kinds.values():
        if len(names) > 1:
            found = " and ".join(sorted(f"{name}{sign}" for name in names))
            raise InputError("the splits", found, "one name for each")
    if "train" not in kinds or len(kinds) < 2:
        raise InputError(
            "the splits",
            f"{words[0]} alone" if len(words) == 1 else ", ".join(words),
            f"train{sign} and test{sign}",
            f"{BY_KEY}; what is no split has another name",
        )
    if len(kinds) > 2:
        third = sum(NAMES[name.casefold()] == "validation" for name in called.values())
        (name,) = kinds["validation"]
        raise _left_over(
            f"{name}{sign} ({third} of {len(called)})",
            {f"{n}{sign}" for k in ("train", "test") for n in kinds[k]},
        )
    return {
        key: "train" if NAMES[name.casefold()] == "train" else "test"
        for key, name in called.items()
    }


def report(how: str, counts: dict[str, int]) -> None:
    """Say which split was taken, and how many there are of each."""
    log.info("split: %s: %s", how, ", ".join(f"{n:,} {s}" for s, n in counts.items()))


def _first_split(folders: tuple[str, ...]) -> int | None:
    found = (i for i, name in enumerate(folders) if name.casefold() in NAMES)
    return next(found, None)


def classes(names: Iterable[str]) -> dict[str, str]:
    """The class of each file: its folders, but for those that all files lie in."""
    folders = {name: tuple(name.split("/")[:-1]) for name in names}
    common = _common(folders.values())
    return {name: "/".join(parts[common:]) for name, parts in folders.items()}


def _common(folders: Iterable[tuple[str, ...]]) -> int:
    """How many of the first folders are the same for all."""
    folders = list(folders)
    least = min(map(len, folders), default=0)
    same = (len({parts[i] for parts in folders}) == 1 for i in range(least))
    return next((i for i, one in enumerate(same) if not one), least)


def _left_over(what: str, splits: set[str]) -> InputError:
    beside = f"{what} beside {' and '.join(sorted(splits))}"
    hint = f"move it away; or {BY_KEY}, and the rest is left out"
    return InputError("the splits", beside, "the two splits alone", hint)
