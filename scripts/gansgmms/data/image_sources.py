"""Image files in a folder or a zip, read in memory and trusted in nothing.

Nothing is extracted to disk, and nothing a file declares about itself is believed
before it is checked.
"""

import contextlib
import copy
import functools
import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

import numpy as np
from PIL import Image, ImageOps

from gansgmms.errors import InputError

MEMBER_LIMIT = 2**26  # bytes of one image file
TOTAL_LIMIT = 2**36  # bytes of all image files of a zip
PIXEL_LIMIT = 2**25  # pixels of one image
# Raster formats that Pillow decodes by itself: EPS, for one, would run a program.
FORMATS = ["PNG", "JPEG", "WEBP", "BMP", "GIF", "TIFF", "PPM"]
COLOUR_MODES = {"1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK", "YCbCr"}
# What zipfile raises, in one version of Python or another, for a damaged archive.
ZIP_ERRORS = (
    zipfile.BadZipFile,
    EOFError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
    struct.error,
    zlib.error,
)
RESIZES = {
    name.lower(): method for name, method in Image.Resampling.__members__.items()
}


@contextlib.contextmanager
def members(path: Path) -> Iterator[dict[str, Callable[[], bytes]]]:
    """The files of a folder or a zip: a function that reads each, by relative name.

    Hidden files and the folders that macOS adds to archives are left out. The
    functions may be called from several threads.

    Raises:
        InputError: if `path` is neither a folder nor a sound zip, if a member's name
            leads out of the archive, or if a file is larger than the limits above.
    """
    if path.is_dir():
        yield {
            file.relative_to(path).as_posix(): functools.partial(_read_file, file)
            for file in sorted(path.rglob("*"))
            if file.is_file() and not _is_hidden(file.relative_to(path).as_posix())
        }
        return
    if not path.is_file():
        raise InputError(str(path), "no such file or folder", "a folder, .zip or .npy")
    with _open_zip(path) as archive:
        infos = [i for i in archive.infolist() if not i.filename.endswith("/")]
        _refuse_dangerous(infos, path)
        yield {
            info.filename: functools.partial(_read_member, archive, info)
            for info in infos
            if not _is_hidden(info.filename)
        }


def decode(
    name: str,
    data: bytes,
    shape: tuple[int, int, int],
    crop: list[int] | None = None,
    resize: str | None = None,
) -> np.ndarray:
    """Decode one image file.

    Args:
        name: of the file, for messages.
        data: its bytes, in any of `FORMATS`.
        shape: (h, w, c) of the result; c = 1 makes it grey, c = 3 RGB.
        crop: x, y, width and height of the part that is kept, in pixels.
        resize: one of `RESIZES`; what remains is cut around its centre to the
            proportions of `shape` and resized to it.

    Returns:
        (h, w, c) uint8.

    Raises:
        InputError: if the bytes are no such image, if it has too many pixels or more
            than 8 bits a channel, or if its size is not that of `shape`.
    """
    height, width, channels = shape
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
            if opened.width * opened.height > PIXEL_LIMIT:
                raise InputError(
                    name,
                    f"{opened.width} x {opened.height} pixels",
                    f"at most {PIXEL_LIMIT} pixels",
                )
            if opened.mode not in COLOUR_MODES:
                raise InputError(
                    name, f"pixels of mode {opened.mode}", "8 bits a channel"
                )
            image = opened.convert("L" if channels == 1 else "RGB")
    except InputError:
        raise
    # Pillow's decoders raise whatever a broken file leads them to.
    except Exception as error:
        raise InputError(
            name, f"no image ({error})", f"a {', '.join(FORMATS)} image"
        ) from error
    if crop:
        x, y, *size = crop
        box = (x, y, x + size[0], y + size[1])
        if box[2] > image.width or box[3] > image.height:
            raise InputError(
                name, f"{image.width} x {image.height} pixels", f"crop {crop} inside it"
            )
        image = image.crop(box)
    if resize:
        image = ImageOps.fit(image, (width, height), RESIZES[resize])
    if image.size != (width, height):
        raise InputError(
            name,
            f"{image.width} x {image.height} pixels",
            f"{width} x {height} pixels",
            "set `resize: bilinear`, and `crop` to keep only a part",
        )
    return np.asarray(image).reshape(height, width, channels)


def _is_hidden(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return any(part.startswith(".") or part == "__MACOSX" for part in parts)


def _read_file(path: Path) -> bytes:
    if path.stat().st_size > MEMBER_LIMIT:
        raise _too_large(str(path), path.stat().st_size, MEMBER_LIMIT)
    return path.read_bytes()


def _open_zip(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except ZIP_ERRORS as error:
        raise InputError(
            str(path), f"an unreadable file ({error})", "a folder, .zip or .npy"
        ) from None


def _refuse_dangerous(infos: list[zipfile.ZipInfo], path: Path) -> None:
    seen = set()
    for info in infos:
        name = f"{info.filename} in {path}"
        parts = info.filename.replace("\\", "/").split("/")
        if ".." in parts or parts[0] == "" or ":" in parts[0]:
            raise InputError(name, "a name that leads out", "a name inside the archive")
        if info.filename in seen:
            raise InputError(name, "a second member of this name", "one of each name")
        seen.add(info.filename)
        if info.file_size > MEMBER_LIMIT:
            raise _too_large(name, info.file_size, MEMBER_LIMIT)
    total = sum(info.file_size for info in infos)
    if total > TOTAL_LIMIT:
        raise _too_large(str(path), total, TOTAL_LIMIT)


def _read_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    name = f"{info.filename} in {archive.filename}"
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise InputError(
            name, f"compression method {info.compress_type}", "stored or deflated"
        )
    # zipfile stops at the declared size without a word. Asked for one byte more, it
    # either gives that byte, finds that the checksum is wrong, or the member is sound.
    more = copy.copy(info)
    more.file_size += 1
    try:
        with archive.open(more) as file:
            data = file.read(more.file_size)
    except ZIP_ERRORS as error:
        raise InputError(name, f"unreadable ({error})", "a sound member") from None
    if len(data) != info.file_size:
        raise InputError(name, f"{len(data)} bytes", f"{info.file_size}, as declared")
    return data


def _too_large(name: str, found: int, limit: int) -> InputError:
    return InputError(name, f"{found} bytes", f"at most {limit} bytes")
