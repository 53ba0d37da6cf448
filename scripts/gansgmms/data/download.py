"""Raw files: from a mirror, from where the user put them, or from the network.

Whichever way a file comes, it is checked by size and SHA-256 before it takes its name.
"""

import logging
import shutil
import time
from pathlib import Path

import requests
from tqdm import tqdm

from gansgmms.errors import InputError
from gansgmms.io.atomic import atomic, digest
from gansgmms.io.walk import expand

log = logging.getLogger(__name__)

ATTEMPTS = 3  # per address, when the connection fails
CHUNK = 2**16  # bytes
TIMEOUT = 30  # seconds that a server may be silent
WAIT = 2.0  # seconds before the next attempt


def retrieve(
    file: dict,
    destination: str | Path,
    folder: str,
    brought: str | Path,
    mirror: str | Path | None = None,
) -> None:
    """Put a checked copy of a raw file at `destination`.

    Looked for, in this order: `mirror/folder/name`, `brought/folder/name`,
    `destination` itself, then each address of `file["urls"]`.

    Args:
        file: its `name`, `bytes` and `sha256`, and `urls` to try or, where none can
            be relied on, `bring`: what to fetch by hand, and where.
        destination: appears only when complete and checked.
        folder: the dataset's folder inside `mirror` and `brought`.
        brought: where users put files that they fetched by hand.
        mirror: a folder of raw files, looked into before the network.

    Raises:
        InputError: if the file is nowhere to be had, is truncated or altered, or if
            the disk is full. A bad file in a mirror is an error too, so that nobody
            waits for a download that the mirror was meant to spare.
    """
    destination, brought = expand(destination), expand(brought)
    mirror = None if mirror is None else expand(mirror)
    if mirror is not None and not mirror.is_dir():
        raise InputError(
            f"mirror {mirror}",
            "no such folder",
            "an existing folder that holds one folder a dataset, or null",
        )
    put_at = brought / folder / file["name"]
    for base in filter(None, (mirror, brought)):
        place = base / folder / file["name"]
        if place.is_file():
            log.info("copying %s", place)
            with atomic(destination, file["bytes"]) as temporary:
                shutil.copyfile(place, temporary)
                _check(temporary, file, name=place)
            return
    if destination.is_file() and _is_good(destination, file):
        log.info("%s is already here", destination)
        return
    with atomic(destination, file["bytes"]) as temporary:
        _download(file, temporary, put_at)


def _download(file: dict, temporary: Path, put_at: Path) -> None:
    """Fetch a file from the first of its addresses that gives the right bytes."""
    if not file.get("urls"):
        raise InputError(
            file["name"],
            "no address it could be downloaded from",
            file["bring"],
            f"put it at {put_at}",
        )
    failures = []
    failure: requests.RequestException | InputError
    for url in file["urls"]:
        for attempt in range(1, ATTEMPTS + 1):
            log.info("downloading %s (attempt %d of %d)", url, attempt, ATTEMPTS)
            try:
                _fetch(url, temporary, file["bytes"])
                _check(temporary, file, name=url)
                return
            except (requests.HTTPError, InputError) as error:
                failure = error  # a whole answer: asking again would give it again
                break
            except requests.RequestException as error:
                failure = error
                if attempt < ATTEMPTS:
                    time.sleep(WAIT)
        log.warning("%s", failure)
        failures.append(f"{url} ({failure})")
    raise InputError(
        file["name"],
        f"no good copy at {', nor at '.join(failures)}",
        f"{file['bytes']} bytes with SHA-256 {file['sha256']}",
        f"check the network connection, or put the file at {put_at}",
    )


def _fetch(url: str, temporary: Path, size: int) -> None:
    """Fetch `size` bytes, and no more from a server that goes on sending."""
    # An archive that the server offers to decompress would fail its checksum.
    headers = {"Accept-Encoding": "identity"}
    with (
        requests.get(url, headers=headers, stream=True, timeout=TIMEOUT) as answer,
        open(temporary, "wb") as file,
        tqdm(total=size, unit="B", unit_scale=True, desc=temporary.suffix) as bar,
    ):
        answer.raise_for_status()
        for part in answer.iter_content(CHUNK):
            bar.update(len(part))
            if bar.n > size:
                raise InputError(url, f"more than {size} bytes", f"{size} bytes")
            file.write(part)


def _check(path: Path, file: dict, name: str | Path) -> None:
    """Compare size and checksum with the registry's; `name` is for the message."""
    size = path.stat().st_size
    if size != file["bytes"]:
        raise InputError(
            str(name),
            f"{size} bytes" + (" (truncated)" if size < file["bytes"] else ""),
            f"{file['bytes']} bytes",
            "fetch the file again",
        )
    if (found := digest(path)) != file["sha256"]:
        raise InputError(
            str(name),
            f"SHA-256 {found}",
            f"SHA-256 {file['sha256']}",
            "the file is damaged or another version; fetch it again",
        )


def _is_good(path: Path, file: dict) -> bool:
    try:
        _check(path, file, name=path)
    except InputError as error:
        log.warning("%s", error)
        return False
    return True
