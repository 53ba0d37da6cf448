"""Files that are either whole or absent: atomic writes and checksums."""

import contextlib
import errno
import hashlib
import os
import tempfile
import time
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


@contextlib.contextmanager
def exclusive_lock(folder: str | Path, wait: float = 10.0) -> Iterator[None]:
    """Let one process at a time work in a folder, by a lock on a file in it.

    The lock is the system's: it is gone when the process is, however that ended.

    Args:
        wait: seconds until a process that is about to end must have ended.

    Raises:
        InputError: if another process holds it, with that process's number.
    """
    import fcntl  # here, because the rest of the library needs no Unix

    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "lock", "a+") as file:
        deadline = time.monotonic() + wait
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() < deadline:
                    time.sleep(0.1)
                    continue
                file.seek(0)
                raise InputError(
                    str(folder),
                    f"another process at work on it ({file.read().strip()})",
                    "one at a time",
                    "wait until that one has finished, or end it, then run again",
                ) from None
        file.truncate(0)
        file.write(f"process {os.getpid()} on {os.uname().nodename}")
        file.flush()
        yield


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
