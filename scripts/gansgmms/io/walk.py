"""The files of a folder, as every reader sees them.

Links are followed, as viewers and other tools do; a folder that lies inside itself by a
link is entered once, and one that a link shows a second time is refused: its files would
count twice. What cannot be read is refused by name, never left out.
"""

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

from gansgmms.errors import InputError

# What systems leave in folders and archives beside the user's own files, in any case.
SYSTEM = {
    "__macosx",
    "icon\r",
    "thumbs.db",
    "ehthumbs.db",
    "desktop.ini",
    "$recycle.bin",
    "system volume information",
    "lost+found",
    "@eadir",
    "#recycle",
}


def is_hidden(name: str) -> bool:
    """Whether a relative name is hidden, or the system's rather than the user's.

    What ends in `~` is an editor's older copy of the file beside it.
    """
    return any(
        part.startswith(".") or part.endswith("~") or part.casefold() in SYSTEM
        for part in name.split("/")
    )


def expand(path: str | Path) -> Path:
    """A path with its `~` expanded, wherever a path enters the library.

    Raises:
        InputError: for what is no path, for `~name` of nobody, and for an empty path, such
            as a variable of the shell that is not set: to the system it is the folder one
            is in.
    """
    try:
        text = os.fsdecode(path)
    except TypeError:
        found = f"a {type(path).__name__}"
        needed = "the name of a file or a folder"
        raise InputError("a path", found, needed) from None
    if not text:
        raise InputError("a path", "nothing", "the name of a file or a folder")
    plain = Path(text)
    if plain.parts[:1] and plain.parts[0].startswith("~") and text[0] != "~":
        return Path.cwd() / plain  # ./~name, of which Path keeps no ./
    try:
        return plain.expanduser()
    except RuntimeError:
        if os.path.lexists(plain):
            return Path.cwd() / plain
        raise InputError(text, "no such user", "a path") from None


def files_below(folder: str | Path) -> list[str]:
    """Relative names, with `/`, of the files of a folder and its subfolders, sorted.

    Hidden files are left out.

    Raises:
        InputError: for a link to nothing, a folder that may not be read or is there twice,
            and what is neither a file nor a folder, such as a pipe.
    """
    return sorted(name for name, _ in _walk(Path(folder)))


def state_of(path: str | Path) -> list[int]:
    """Number, bytes and newest time (ns) of the files at a path, to notice changes.

    Args:
        path: a file, or a folder, which is read as `files_below` reads it.

    Raises:
        InputError: as `files_below`; and if there is nothing at the path.
    """
    path = expand(path)
    found = _stat(path)
    states = [found]
    if stat.S_ISDIR(found.st_mode):
        states = [state for _, state in _walk(path)]
    newest = max((s.st_mtime_ns for s in states), default=found.st_mtime_ns)
    return [len(states), sum(s.st_size for s in states), newest]


def is_folder(path: str | Path, needed: str = "a file or a folder") -> bool:
    """Whether a folder is at a path.

    Raises:
        InputError: if nothing is there, or nothing that may be looked at.
    """
    return stat.S_ISDIR(_stat(Path(path), needed).st_mode)


def regular_file(path: str | Path, needed: str = "a file") -> Path:
    """The path of a file that can be read to its end; a pipe or a device has none.

    Raises:
        InputError: for anything else.
    """
    path = Path(path)
    mode = _stat(path, needed).st_mode
    if not stat.S_ISREG(mode):
        found = "a folder" if stat.S_ISDIR(mode) else "a pipe, a socket or a device"
        raise InputError(str(path), found, needed)
    return path


def _walk(top: Path) -> Iterator[tuple[str, os.stat_result]]:
    """(name, state) of each file."""
    entered: dict[tuple[int, int], Path] = {}
    waiting: list[tuple[Path, str, frozenset]] = [(top, "", frozenset())]
    while waiting:
        folder, prefix, above = waiting.pop()
        found = _stat(folder)
        here = (found.st_dev, found.st_ino)
        if here in above:
            continue
        first = entered.setdefault(here, folder)
        # Numbers of folders may be anybody's on some file systems: their true paths decide.
        if first != folder and os.path.realpath(first) == os.path.realpath(folder):
            hint = "take the link away, or give one of the two"
            raise InputError(f"{first} and {folder}", "one folder", "each once", hint)
        try:
            names = os.listdir(folder)
        except OSError as error:
            refused, needed = str(error.strerror), "a folder to read"
            raise InputError(str(folder), refused, needed) from None
        for name in names:
            if is_hidden(name):
                continue
            path = folder / name
            state = _stat(path)
            if stat.S_ISDIR(state.st_mode):
                waiting.append((path, f"{prefix}{name}/", above | {here}))
            elif stat.S_ISREG(state.st_mode):
                yield prefix + name, state
            else:
                raise InputError(str(path), "a pipe, a socket or a device", "files")


def _stat(path: Path, needed: str = "a file or a folder") -> os.stat_result:
    try:
        return path.stat()
    except (OSError, ValueError) as error:
        found = getattr(error, "strerror", None) or str(error)
        if os.path.islink(path):
            found = f"a link to {os.readlink(path)}, which cannot be followed"
        elif isinstance(error, FileNotFoundError):
            found = "no such file or folder"
        hint = "download it first" if re.match(r"[a-z]\w+:/", str(path)) else ""
        raise InputError(str(path), found, needed, hint) from None
