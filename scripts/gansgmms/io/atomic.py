"""Files that are either whole or absent: atomic writes, locks and checksums.

What the system says when something cannot be done is put into the user's words here,
by `in_words`, and nowhere else.
"""

import contextlib
import errno
import hashlib
import logging
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from gansgmms.errors import InputError
from gansgmms.io.walk import expand

log = logging.getLogger(__name__)

FULL = (errno.ENOSPC, errno.EDQUOT)
FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)
TOO_LARGE = (errno.EFBIG,)
# What stands where a file should be written, or in the way to it.
IN_THE_WAY = {
    errno.EISDIR: "a folder",
    errno.ENOTDIR: "a file in place of a folder above it",
    errno.EEXIST: "a file in place of a folder",
    errno.ENAMETOOLONG: "a name that is too long",
}
# Of a file to be written: what the system says of places where none can be.
NO_PLACE = {
    errno.ENOENT: "a place where no file can be made, or a folder that is gone",
    errno.EINVAL: "a name that this file system does not take",
    errno.EILSEQ: "a name that this file system does not take",
    errno.ESTALE: "a folder of a file system that is gone",
    errno.ENOTCONN: "a folder of a file system that is gone",
}
# What file systems without locks say: Lustre and NFS as they are often mounted.
NO_LOCKS = (errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP, errno.EINVAL)


@contextlib.contextmanager
def in_words(path: str | Path, size: int | None = None) -> Iterator[None]:
    """Turn what the system refuses inside the block into one message.

    Args:
        path: what is being read or written, where the system does not say.
        size: bytes that the file will have, where that is known.

    Raises:
        InputError: for a full disk, a missing permission, a limit of file sizes, a path
            where no file can be, and memory that has run out. Everything else passes
            as it is.
    """
    try:
        yield
    except InputError:
        raise
    except Exception as error:
        if (refusal := _refusal(error, path, size)) is None:
            raise
        raise refusal from None


def _refusal(error: Exception, path: str | Path, size: int | None) -> InputError | None:
    number, name = _error_number(error), getattr(error, "filename", None) or str(path)
    if number in FULL:
        return InputError(
            str(path),
            "a full disk",
            f"{size} bytes for this file" if size else "room for this file",
            "free some space, or move the folder to another disk; what is finished "
            "stays finished",
        )
    if number in FORBIDDEN:
        return InputError(
            str(name), "no permission", "one to read it, or to write there"
        )
    if number in TOO_LARGE:
        return InputError(
            str(path),
            "a limit of the size of files",
            f"{size} bytes for this file" if size else "a larger limit",
            "raise it (ulimit -f), or move the folder to a disk without it",
        )
    if number in IN_THE_WAY:
        # Of a rename, the system names the temporary file first.
        name = getattr(error, "filename2", None) or name
        return InputError(str(name), IN_THE_WAY[number], "a path for a file")
    if is_out_of_memory(error, number):
        return InputError(
            str(path),
            "no memory left",
            "more memory",
            "end other programs, raise the limit (ulimit -v, the job's mem_mb), or "
            "lower batch, components or the number of images",
        )
    return None


def is_out_of_memory(error: BaseException, number: int | None = None) -> bool:
    """Whether NumPy, Arrow, torch or the system says that memory has run out."""
    words = ("can't allocate memory", "not enough memory", "out of memory")
    return (
        isinstance(error, MemoryError)
        or number == errno.ENOMEM
        or type(error).__name__ == "OutOfMemoryError"
        or (isinstance(error, RuntimeError) and any(w in str(error) for w in words))
    )


@contextlib.contextmanager
def atomic(path: str | Path, size: int | None = None) -> Iterator[Path]:
    """A temporary path beside `path` that takes its name when the block succeeds.

    Whatever goes wrong inside the block (an exception, a full disk, Ctrl-C), the
    temporary file is removed and an older `path` stays as it was. The file is on the
    disk before it has its name, so that a machine that stops leaves no empty file.

    Args:
        size: bytes that the file will have, where that is known; for the message.

    Raises:
        InputError: if the system refuses (`in_words`).
    """
    path = expand(path)
    temporary = None
    try:
        with in_words(path, size):
            handle, name = _place(path)
            temporary = Path(name)
            os.close(handle)
            yield temporary
            temporary.chmod(0o666 & ~_umask())
            sync(temporary)
            os.replace(temporary, path)
            sync(path.parent)
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def _place(path: Path) -> tuple[int, str]:
    """A new file beside a path, open, and its name."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return tempfile.mkstemp(
            dir=path.parent, prefix=f".{path.stem[:80]}-", suffix=path.suffix
        )
    except OSError as error:
        if (found := NO_PLACE.get(error.errno or 0)) is None:
            raise
        raise InputError(str(path), found, "a path for a file") from None


def sync(path: str | Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        # Some file systems cannot, of folders most of all: then it is as it was.
        if error.errno not in (errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP):
            raise
    finally:
        os.close(handle)


@contextlib.contextmanager
def exclusive_lock(folder: str | Path, wait: float = 10.0) -> Iterator[None]:
    """Let one process at a time work in a folder, by a lock on a file in it.

    The lock is the system's: it is gone when the process is, however that ended.

    Args:
        wait: seconds until a process that is about to end must have ended.

    Raises:
        InputError: if another process holds it, with that process's number, or if
            nothing may be written there.

    Where the file system has no locks, there is a warning in its place.
    """
    import fcntl  # here, because the rest of the library needs no Unix

    folder = expand(folder)
    with in_words(folder):
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o666)
    with open(handle, "a+", encoding="utf-8") as file:
        deadline = time.monotonic() + wait
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError as error:
                if error.errno in NO_LOCKS:
                    log.warning(
                        "%s: its file system has no locks (%s); see to it that one "
                        "process at a time works on it",
                        folder,
                        error.strerror,
                    )
                    break
                if not isinstance(error, BlockingIOError):
                    raise
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
