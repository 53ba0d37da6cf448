"""Which images are for training and which for testing, as folders or arrays say it."""

import logging
import re
from collections.abc import Callable, Iterable, Sequence

from gansgmms.errors import InputError

log = logging.getLogger(__name__)

# What people call their splits, in any case.
NAMES = {
    "train": "train",
    "training": "train",
    "trainval": "train",
    "trn": "train",
    "test": "test",
    "testing": "test",
    "tst": "test",
    "val": "validation",
    "valid": "validation",
    "validation": "validation",
    "eval": "validation",
    "evaluation": "validation",
    "dev": "validation",
}
# train_set, testA, TrainImages, 1-test, val2017: a word begins where letters do, or with a
# capital. Of words that are joined, only these.
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_JOINED = re.compile(r"(train|test|val)(set|data|images)")
BY_KEY = "path: {train: ..., test: ...} names the two folders or files"


def of_folders(names: Sequence[str]) -> tuple[dict[str, str], dict[str, str]]:
    """Split and class of each file by its folders; no splits where none are named.

    A named split wins, whatever its case and however deep it lies: below train/ and
    test/ are classes, and classes may have train/ and test/ below. Where there is no
    test/, validation images are the test images. Where no folder is called so, names
    that have the words in them count, if both splits are named: those of folders
    (train_set/, test2017/; xtrain/ and xtest/, which differ in nothing else), then those of
    the files themselves (train_1.png). A split may lie in a folder of its own name, as
    archives are often unpacked.

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
    named, called, sign = _called(folders)
    if not named:
        return {}, classes(names)
    split_of = choose(called, sign)
    if beside := sorted(set(names) - named.keys()):
        raise _left_over(
            f"{beside[0]}" + (f" and {len(beside) - 1} more" if beside[1:] else ""),
            {f"{called[name]}{sign}" for name in split_of},
        )
    # Only what all have above their split is no class: one class is a class.
    above = {name: folders[name][:i] for name, i in named.items()}
    below = {name: folders[name][i + 1 :] for name, i in named.items()}
    common = _common(above.values())
    doubled = all(below[name][:1] == folders[name][i:][:1] for name, i in named.items())
    skipped = 1 if doubled and sign else 0
    return split_of, {
        name: "/".join((*above[name][common:], *below[name][skipped:]))
        for name in named
    }


def both_named(names: Sequence[str]) -> bool:
    """Whether files lie in folders, or have names, of both training and testing."""
    folders = {name: tuple(name.split("/")[:-1]) for name in names}
    return len(set(map(_kind, _called(folders)[1].values()))) > 1


def choose(called: dict[str, str], sign: str = "") -> dict[str, str]:
    """Train or test of each thing, by what its split is called.

    Args:
        called: the name of each one's split, which `word_of` knows.
        sign: what follows a split's name in messages.

    Raises:
        InputError: if one split is missing, has two names, or there are three.
    """
    kinds: dict[str, set[str]] = {}
    for name in called.values():
        kinds.setdefault(_kind(name), set()).add(name)
    words = sorted(f"{name}{sign}" for names in kinds.values() for name in names)
    for names in kinds.values():
        if len(names) > 1:
            found = " and ".join(sorted(f"{name}{sign}" for name in names))
            raise InputError("the splits", found, "one name for each", BY_KEY)
    if "train" not in kinds or len(kinds) < 2:
        raise InputError(
            "the splits",
            f"{words[0]} alone" if len(words) == 1 else ", ".join(words),
            f"train{sign} and test{sign}",
            f"{BY_KEY}; what is no split has another name",
        )
    if len(kinds) > 2:
        third = sum(_kind(name) == "validation" for name in called.values())
        (name,) = kinds["validation"]
        raise _left_over(
            f"{name}{sign} ({third} of {len(called)})",
            {f"{n}{sign}" for k in ("train", "test") for n in kinds[k]},
        )
    return {
        key: "train" if _kind(name) == "train" else "test"
        for key, name in called.items()
    }


def report(how: str, counts: dict[str, int]) -> None:
    """Say which split was taken, and how many there are of each."""
    log.info("split: %s: %s", how, ", ".join(f"{n:,} {s}" for s, n in counts.items()))


def word_of(name: str) -> str | None:
    """The first word of a name that is one of `NAMES`, as it is written."""
    words = (_JOINED.sub(r"\1", word.casefold()) for word in _WORD.findall(name))
    return next((word for word in words if word in NAMES), None)


def _kind(name: str) -> str:
    folded = name.casefold()
    word = folded if folded in NAMES else word_of(name)
    return NAMES[word or ("train" if "train" in folded else "test")]


def _pairs(parts: set[str]) -> set[str]:
    """The names that are another's, but for `train` in place of `test`."""
    folded = {part: part.casefold() for part in parts}
    swapped = {
        name.replace(a, b)
        for name in folded.values()
        for a, b in (("train", "test"), ("test", "train"))
        if a in name
    }
    return {part for part, name in folded.items() if name in swapped}


def _called(folders: dict[str, tuple[str, ...]]) -> tuple[dict, dict, str]:
    """Of each file whose split is named: where among its folders, how, and a sign for it."""

    def of(is_split: Callable[[str], object]) -> dict[str, int]:
        found = {
            name: next((i for i, part in enumerate(parts) if is_split(part)), None)
            for name, parts in folders.items()
        }
        return {name: i for name, i in found.items() if i is not None}

    exact = of(lambda part: part.casefold() in NAMES)
    pairs = _pairs({part for parts in folders.values() for part in parts})
    for at in (exact, of(word_of), of(pairs.__contains__)):
        called = {name: folders[name][i] for name, i in at.items()}
        # A class may be called train station; train and test together are a split.
        if len(set(map(_kind, called.values()))) > 1:
            return at, called, "/"
    words = {name: word for name in folders if (word := word_of(name.split("/")[-1]))}
    if len(set(map(_kind, words.values()))) > 1:
        return {name: len(folders[name]) for name in words}, words, ""
    return exact, {name: folders[name][i] for name, i in exact.items()}, "/"


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
