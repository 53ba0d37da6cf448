"""Files that are either whole or absent: atomic writes and checksums."""

import contextlib
import errno
import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from gansgmms.errors import InputError

FULL = (errno.ENOSPC, errno.EDQUOT)
FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)


@contextlib.contextmanager
def atomic(path: str | Path, size: int | None = None) -> Iterator[Path]:
    """A temporary path beside `path` that takes its name when the block succeeds.

    Whatever goes wrong inside the block (an exception, a full disk, Ctrl-C), the
    temporary file is removed and an older `path` stays as it was.

    Args:
        size: bytes that the file will have, where that is known; for the message.

    Raises:
        InputError: if the disk is full, or nothing may be written there.
    """
    path = Path(path)
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(
            dir=path.parent, prefix=f".{path.stem}-", suffix=path.suffix
        )
        temporary = Path(name)
        os.close(handle)
        yield temporary
        temporary.chmod(0o666 & ~_umask())
        os.replace(temporary, path)
    except Exception as error:
        if (number := _error_number(error)) in FULL:
            raise InputError(
                str(path),
                "a full disk",
                f"{size} bytes for this file" if size else "room for this file",
                "free some space, or move the folder to another disk; what is "
                "finished stays finished",
            ) from None
        if number in FORBIDDEN:
            raise InputError(
                getattr(error, "filename", None) or str(path),
                "no permission",
                "one to read it, or to write there",
            ) from None
        raise
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def digest(path: str | Path, algorithm: str = "sha256") -> str:
    """Hexadecimal checksum of a file, read in pieces."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, algorithm).hexdigest()


def _error_number(error: Exception) -> int | None:
    """The errno of a failed write; safetensors gives it in words only."""
    if isinstance(error, OSError):
        return error.errno
    text = str(error)
    return next((n for n in (*FULL, *FORBIDDEN) if f"(os error {n})" in text), None)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
