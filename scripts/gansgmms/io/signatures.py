"""What a file is, by its first bytes, where it is none of those that are wanted.

A message then says what was brought, and what can be done with it, in place of what a
decoder stumbled over.
"""

from pathlib import Path
from typing import NamedTuple


class Kind(NamedTuple):
    """A kind of file: `what` it is, and a `hint` at what to do with it."""

    what: str
    hint: str


NUMPY, ZIP, PICTURE = "an array of NumPy's", "a zip", "one picture"
TORCH = "what torch.save wrote"  # a zip of pickles
ARRAY = "np.save('samples.npy', x.cpu().numpy())"
UNPACK = "unpack it, and give what was in it"
EXPORT = "export it as PNG or JPEG"
ALONE = "give the file itself, with the ending that its kind has"

_HEADS = {
    b"\x93NUMPY": Kind(NUMPY, f"{ALONE}, .npy; many are one by np.stack"),
    b"PAR1": Kind("a Parquet table", f"{ALONE}, or a folder of tables alone"),
    b"ARROW1": Kind("an Arrow table", f"{ALONE}, or a folder of tables alone"),
    b"\xff\xff\xff\xff": Kind("a stream of Arrow", f"{ALONE}, .arrow"),
    b"\x89HDF\r\n": Kind("an HDF5 file", "np.save('samples.npy', file[name][:])"),
    b"MATLAB 5.0": Kind("a MATLAB file", "np.save('samples.npy', loadmat(path)[name])"),
    b"\x1f\x8b": Kind("a gzip archive", UNPACK),
    b"BZh": Kind("a bzip2 archive", UNPACK),
    b"\xfd7zXZ": Kind("an xz archive", UNPACK),
    b"\x28\xb5\x2f\xfd": Kind("a zstd archive", UNPACK),
    b"7z\xbc\xaf": Kind("a 7z archive", UNPACK),
    b"Rar!": Kind("a RAR archive", UNPACK),
    b"%PDF": Kind("a PDF", EXPORT),
    **dict.fromkeys((b"\xff\x0a", b"\0\0\0\x0cJXL "), Kind("a JPEG XL file", EXPORT)),
    **dict.fromkeys(
        (b"\xff\x4f\xff\x51", b"\0\0\0\x0cjP  "), Kind("a JPEG 2000 file", EXPORT)
    ),
    b"8BPS": Kind("a file of Photoshop", EXPORT),
    b"\x76\x2f\x31\x01": Kind("an OpenEXR file", EXPORT),
    b"#?RADIANCE": Kind("a Radiance file", EXPORT),
    b"DDS ": Kind("a DDS file", EXPORT),
    b"qoif": Kind("a QOI file", EXPORT),
    b"\0\0\1\0": Kind("an icon", EXPORT),
    b"icns": Kind("an icon", EXPORT),
    b"SIMPLE  =": Kind("a FITS file", EXPORT),
    b"<svg": Kind("an SVG drawing", EXPORT),
    b"version https://git-lfs": Kind("a pointer of Git LFS", "git lfs pull fetches it"),
    # Of protocols 2 to 5.
    **{bytes([0x80, p]): Kind("a pickle", ARRAY) for p in range(2, 6)},
    **{
        head: Kind(PICTURE, "give a folder or a zip of pictures")
        for head in (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"II*\0", b"MM\0*")
    },
}
_PAGES = (b"<!doctype html", b"<html")
_BRANDS = {
    **dict.fromkeys(
        (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"),
        "a HEIC file",
    ),
    **dict.fromkeys((b"avif", b"avis"), "an AVIF file"),
}
LENGTH = 512  # bytes of the start of a file that tell its kind


def kind_of(source: bytes | Path) -> Kind | None:
    """The kind of a file by its first bytes, or those of the file at a path.

    None where the bytes tell nothing, and where they cannot be read.
    """
    if isinstance(source, Path):
        try:
            with open(source, "rb") as file:
                source = file.read(LENGTH)
        except OSError:
            return None
    head = source[:LENGTH]
    if not head:
        return Kind("an empty file", "it was perhaps not written or fetched to its end")
    if head[4:8] == b"ftyp":
        return Kind(_BRANDS.get(head[8:12], "a video"), EXPORT)
    if head[257:262] == b"ustar":
        return Kind("a tar archive", UNPACK)
    if head.startswith(b"<?xml") and b"<svg" in head:
        return _HEADS[b"<svg"]
    if head[128:132] == b"DICM":
        return Kind("a DICOM file", EXPORT)
    if head[16:20] == b"\xde\xc0\xef\xbe":
        return Kind("an LMDB database", "write its images into a folder, or an .npy")
    if head.startswith(b"PK\3\4"):
        if b"/data.pkl" in head:
            return Kind(TORCH, ARRAY)
        return Kind(ZIP, f"{ALONE}, .zip for images and .npz for arrays")
    if head.lstrip().lower().startswith(_PAGES):
        return Kind("a page of the web", "fetch the file itself, in a browser perhaps")
    return next(
        (kind for start, kind in _HEADS.items() if head.startswith(start)), None
    )
