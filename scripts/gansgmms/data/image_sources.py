"""Image files in a folder or a zip, read in memory and trusted in nothing.

Nothing is extracted to disk, and nothing a file declares about itself is believed
before it is checked.
"""

import contextlib
import copy
import functools
import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

from gansgmms.errors import InputError
from gansgmms.io.signatures import EXPORT, PICTURE, TORCH, ZIP, kind_of
from gansgmms.io.walk import files_below, is_folder, is_hidden, regular_file

MEMBER_LIMIT = 2**26  # bytes of one image file
TOTAL_LIMIT = 2**36  # bytes of all image files of a zip
SOURCES = "a folder or .zip of images, a .npy or a .npz"
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

    Folders are read as `gansgmms.io.walk` says; of archives, too, what is hidden is
    left out, `\\` in a name is `/`, and `./` before it is nothing. The functions may be
    called from several threads.

    Raises:
        InputError: if `path` is neither a folder nor a sound zip, if a member's name
            leads out of the archive, or if a file is larger than the limits above.
    """
    if is_folder(path, SOURCES):
        yield {
            name: functools.partial(_read_file, path / name)
            for name in files_below(path)
            if not _is_beside(name)
        }
        return
    regular_file(path, SOURCES)
    with _open_zip(path) as archive:
        infos = {i: _plain(i.filename) for i in archive.infolist()}
        infos = {i: name for i, name in infos.items() if not name.endswith("/")}
        _refuse_dangerous(infos, path)
        yield {
            name: functools.partial(_read_member, archive, info)
            for info, name in infos.items()
            if not is_hidden(name) and not _is_beside(name)
        }


def decode(
    name: str,
    data: bytes,
    shape: tuple[int, int, int],
    crop: list[int] | None = None,
    resize: str | None = None,
    hint: str = "set `resize: bilinear`, and `crop` to keep only a part",
) -> np.ndarray:
    """Decode one image file.

    Args:
        name: of the file, for messages.
        data: its bytes, in any of `FORMATS`.
        shape: (h, w, c) of the result; c = 1 makes it grey, c = 3 RGB.
        crop: x, y, width and height of the part that is kept, in pixels.
        resize: one of `RESIZES`; what remains is cut around its centre to the
            proportions of `shape` and resized to it.
        hint: what to do where the size is another.

    Returns:
        (h, w, c) uint8.

    Raises:
        InputError: if the bytes are no such image, if it has too many pixels, more
            than 8 bits a channel or transparent pixels, or if its size is not that of
            `shape`.
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
            if (bits := _bits(opened)) > 8:
                raise InputError(name, f"{bits} bits a channel", "8 bits a channel")
            if opened.mode not in COLOUR_MODES:
                raise InputError(
                    name, f"pixels of mode {opened.mode}", "8 bits a channel"
                )
            pictures = getattr(opened, "n_frames", 1)
            # A phone's: the photograph, then what else it knows of it.
            if pictures > 1 and opened.format != "MPO":
                found = f"{pictures} pictures in one file"
                raise InputError(name, found, "one picture a file")
            # As a viewer shows it: phones store how the picture is to be turned.
            image = ImageOps.exif_transpose(opened)
            _refuse_transparent(image, name)
            image = image.convert("L" if channels == 1 else "RGB")
    except InputError:
        raise
    except UnidentifiedImageError:
        kind = kind_of(data)
        found = kind.what if kind and kind.what != PICTURE else "no image"
        hint = kind.hint if kind else "move it away, if it is none"
        # A camera's raw one begins as TIFF does.
        if kind and kind.what == PICTURE:
            hint = EXPORT
        needed = f"a {', '.join(FORMATS)} image"
        raise InputError(name, found, needed, hint) from None
    # Pillow's decoders raise whatever a broken file leads them to.
    except Exception as error:
        # Pillow names the buffer that it was given.
        cause = "" if "BytesIO" in str(error) else f" ({error})"
        raise InputError(
            name, f"no image{cause}", f"a {', '.join(FORMATS)} image"
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
            hint,
        )
    return np.asarray(image).reshape(height, width, channels)


def _refuse_transparent(image: Image.Image, name: str) -> None:
    """Where pixels can be seen through, what is behind them decides what is seen."""
    if not image.has_transparency_data:
        return
    if np.asarray(image.convert("RGBA").getchannel("A")).min() < 255:
        hint = "paint the images onto a background, the same for all that is compared"
        raise InputError(name, "transparent pixels", "opaque ones", hint)


def _bits(image: ImageFile.ImageFile) -> int:
    """Bits a channel in the file, where Pillow would take 8 of 16 without a word."""
    if image.format == "PNG":
        raw = image.tile[0].args if image.tile else ""
        return 16 if "16" in str(raw) else 8
    if image.format == "TIFF":
        return max(getattr(image, "tag_v2", {}).get(258, (8,)))
    if image.format == "PPM" and image.tile and isinstance(image.tile[0].args, tuple):
        largest = image.tile[0].args[-1]
        return 16 if isinstance(largest, int) and largest > 255 else 8
    return 8


def _read_file(path: Path) -> bytes:
    if path.stat().st_size > MEMBER_LIMIT:
        raise _too_large(str(path), path.stat().st_size, MEMBER_LIMIT)
    return path.read_bytes()


def _open_zip(path: Path) -> zipfile.ZipFile:
    kind = kind_of(path)
    if kind and kind.what == TORCH:
        raise InputError(str(path), kind.what, SOURCES, kind.hint)
    try:
        return zipfile.ZipFile(path)
    except ZIP_ERRORS as error:
        found, hint = kind or (f"an unreadable file ({error})", "")
        if found == ZIP:
            found, hint = f"a damaged zip ({error})", "fetch or pack it again"
        raise InputError(str(path), found, SOURCES, hint) from None


def _is_beside(name: str) -> bool:
    """Whether a file is StyleGAN's list of labels, which lies beside the images."""
    return name.split("/")[-1] == "dataset.json"


def _plain(name: str) -> str:
    """The name of a member with `/`, and without the `.` that some archives begin with."""
    parts = name.replace("\\", "/").split("/")
    return "/".join(part for part in parts if part != ".")


def _refuse_dangerous(infos: dict[zipfile.ZipInfo, str], path: Path) -> None:
    seen = set()
    for info, relative in infos.items():
        name = f"{relative} in {path}"
        parts = relative.split("/")
        if ".." in parts or parts[0] == "" or ":" in parts[0]:
            named = f"{info.filename} in {path}"
            needed = "a name inside the archive"
            raise InputError(named, "a name that leads out", needed)
        if relative in seen:
            raise InputError(name, "a second member of this name", "one of each name")
        seen.add(relative)
        if stat.S_ISLNK(info.external_attr >> 16):
            raise InputError(name, "a link", "a file", "pack the files themselves")
        if info.flag_bits & 1:
            raise InputError(name, "an encrypted member", "one without a password")
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
