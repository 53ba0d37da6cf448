"""Files that others made: whether they are still what was fetched."""

import re
import zipfile
from pathlib import Path

from gansgmms.errors import InputError
from gansgmms.io.atomic import digest
from gansgmms.io.walk import expand, regular_file

HINT = "the file is damaged or another version; delete it and fetch it again"
TORCH = (".pth", ".pt")  # pickles, which may do anything when they are read
# torch's model zoo names files by the first digits of their SHA-256.
NAMED = re.compile(r"-([0-9a-f]{8,64})\.[a-z]+$")


def checked(path: str | Path, needed: str, sha256: str | None = None) -> Path:
    """The path of a file, compared with whatever says what is in it.

    Args:
        path: of the file.
        needed: what it should be, for messages.
        sha256: of the file, where it is known. Otherwise its name, the checksums of a
            zip, which torch's newer files are, or those of our own have to tell.

    Raises:
        InputError: if the file is missing, differs, or if nothing tells what is in it:
            torch's files from before its zips hold no checksum.
    """
    path = regular_file(expand(path), needed)
    named = NAMED.search(path.name)
    expected = sha256 or (named[1] if named else "")
    if expected and not (found := digest(path)).startswith(expected):
        raise InputError(str(path), f"SHA-256 {found}", f"SHA-256 {expected}", HINT)
    if not expected and path.suffix in TORCH and not zipfile.is_zipfile(path):
        raise InputError(
            str(path),
            "no zip of torch's, and no checksum in its name: damage would go unnoticed",
            needed,
            "read it with torch.load(..., weights_only=True) and save it again, or name "
            f"it after its SHA-256: {path.stem}-{digest(path)[:8]}{path.suffix}",
        )
    if not expected and zipfile.is_zipfile(path):
        try:
            with zipfile.ZipFile(path) as archive:
                damaged = archive.testzip()
        # zipfile raises whatever a broken file leads it to.
        except Exception as error:  # noqa: BLE001
            damaged = str(error)
        if damaged is not None:
            raise InputError(str(path), f"damage ({damaged})", needed, HINT)
    return path
