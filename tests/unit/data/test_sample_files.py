"""Samples as other tools and cameras write them: read where it is safe, or refused."""

import io
import os
import struct
import zipfile
import zlib

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch
from PIL import Image
from safetensors.numpy import save_file
from safetensors.torch import save_file as torch_file

from gansgmms.data import array_files
from gansgmms.data.image_sources import decode
from gansgmms.data.user_samples import read_samples
from gansgmms.errors import InputError
from gansgmms.io.images import write_images

SHAPE = (6, 4, 3)


def images(n=20, shape=SHAPE):
    return np.random.default_rng(0).integers(0, 256, (n, *shape), dtype=np.uint8)


def encoded(image, form="PNG", **options):
    buffer = io.BytesIO()
    Image.fromarray(image.squeeze()).save(buffer, form, **options)
    return buffer.getvalue()


def png16(image):
    """A PNG of 16 bits a channel, which Pillow itself cannot write in colour."""
    h, w, c = image.shape
    lines = b"".join(b"\0" + (r.astype(">u2") * 257).tobytes() for r in image)

    def chunk(name, data):
        crc = struct.pack(">I", zlib.crc32(name + data))
        return struct.pack(">I", len(data)) + name + data + crc

    head = struct.pack(">IIBBBBB", w, h, 16, {1: 0, 3: 2, 4: 6}[c], 0, 0, 0)
    parts = [(b"IHDR", head), (b"IDAT", zlib.compress(lines)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)


# Pictures


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("form", ["PNG", "TIFF"])
def test_pictures_are_as_a_viewer_shows_them(orientation, form):
    turned = {
        1: lambda x: x,
        2: lambda x: x[:, ::-1],
        3: lambda x: x[::-1, ::-1],
        4: lambda x: x[::-1],
        5: lambda x: x.swapaxes(0, 1),
        6: lambda x: x[::-1].swapaxes(0, 1),
        7: lambda x: x[::-1, ::-1].swapaxes(0, 1),
        8: lambda x: x[:, ::-1].swapaxes(0, 1),
    }[orientation]
    (stored,) = images(1)
    exif = Image.Exif()
    exif[0x0112] = orientation
    seen = turned(stored)
    found = decode("x", encoded(stored, form, exif=exif), seen.shape)
    np.testing.assert_array_equal(found, seen)


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_16_bits_are_refused_alike(channels):
    (image,) = images(1, (6, 4, channels))
    with pytest.raises(InputError, match="16 bits a channel; needed 8"):
        decode("x.png", png16(image), (6, 4, 3))


def test_16_bits_of_other_formats_are_refused():
    pixels = (257 * images(1, (6, 4))[0].astype(np.uint16)).astype(">u2").tobytes()
    with pytest.raises(InputError, match="16 bits a channel|mode I"):
        decode("x.pgm", b"P5 4 6 65535\n" + pixels, (6, 4, 1))
    with pytest.raises(InputError, match="16 bits a channel"):
        decode("x.ppm", b"P6 4 6 65535\n" + 3 * pixels, (6, 4, 3))


def test_animations_are_refused():
    frames = [Image.fromarray(x) for x in images(3)]
    buffer = io.BytesIO()
    frames[0].save(buffer, "GIF", save_all=True, append_images=frames[1:])
    with pytest.raises(InputError, match="3 pictures in one file"):
        decode("x.gif", buffer.getvalue(), SHAPE)


def test_a_phones_photograph_is_the_first_picture_of_its_file():
    frames = [Image.fromarray(np.full((16, 16, 3), v, np.uint8)) for v in (90, 9)]
    buffer = io.BytesIO()
    frames[0].save(buffer, "MPO", save_all=True, append_images=frames[1:])
    found = decode("x.jpg", buffer.getvalue(), (16, 16, 3))
    assert abs(found.astype(int) - 90).max() < 3


def transparent(form):
    """A picture of palette, grey or colour, through one of whose pixels one sees."""
    if form == "GIF":
        (image,) = images(1)
        made = Image.fromarray(image).quantize(8)
        return made, {"format": form, "transparency": made.getpixel((0, 0))}
    pixels = images(1, (6, 4, {"LA": 2, "RGBA": 4}[form]))[0]
    pixels[..., -1] = 255
    pixels[2, 1, -1] = 254
    return Image.fromarray(pixels), {"format": "PNG"}


@pytest.mark.parametrize("form", ["GIF", "LA", "RGBA"])
def test_pixels_that_can_be_seen_through_are_refused(form):
    made, options = transparent(form)
    buffer = io.BytesIO()
    made.save(buffer, **options)
    with pytest.raises(InputError, match="transparent pixels.*a background"):
        decode("x", buffer.getvalue(), SHAPE)


def test_a_channel_that_is_opaque_all_over_is_left_out():
    (image,) = images(1)
    for extra in (
        encoded(np.dstack([image, np.full((6, 4), 255, np.uint8)])),
        encoded(image, transparency=(1, 2, 3)),  # the colour of no pixel
    ):
        np.testing.assert_array_equal(decode("x", extra, SHAPE), image)


def test_messages_name_no_buffers_and_hints_apply(tmp_path):
    (tmp_path / "x").mkdir()
    (tmp_path / "x/a.png").write_bytes(b"none")
    with pytest.raises(InputError) as error:
        read_samples(tmp_path / "x", SHAPE)
    assert "BytesIO" not in str(error.value) and "a.png: found no image" in str(
        error.value
    )
    (tmp_path / "x/a.png").write_bytes(encoded(images(1, (8, 8, 3))[0]))
    with pytest.raises(InputError, match="Hint: scale them to the size"):
        read_samples(tmp_path / "x", SHAPE)


# Archives and arrays


def test_a_zip_of_stylegan(tmp_path):
    x = images(5)
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        for i, image in enumerate(x):
            archive.writestr(f"00000/img{i:08d}.png", encoded(image))
        archive.writestr("dataset.json", '{"labels": null}')
    np.testing.assert_array_equal(read_samples(tmp_path / "x.zip", SHAPE), x)


def test_a_zip_of_stylegan_with_a_folder_above(tmp_path):
    x = images(2)
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        for i, image in enumerate(x):
            archive.writestr(f"out/{i}.png", encoded(image))
        archive.writestr("out/dataset.json", '{"labels": null}')
    np.testing.assert_array_equal(read_samples(tmp_path / "x.zip", SHAPE), x)


def test_the_only_array_that_could_hold_the_samples(tmp_path):
    x, pickled = images(5), np.array([{"a": 1}], object)
    for arrays in (
        {"x": x, "y": np.arange(5)},
        {"arr_0": x, "arr_1": np.eye(5)},
        {"Samples": x, "seeds": x},
        {"images": x, "about": pickled},
    ):
        np.savez(tmp_path / "x.npz", **arrays)
        np.testing.assert_array_equal(read_samples(tmp_path / "x.npz", SHAPE), x)
    np.savez(tmp_path / "x.npz", samples=x.astype(object))
    with pytest.raises(InputError, match="samples in .*pickled objects"):
        read_samples(tmp_path / "x.npz", SHAPE)
    for arrays in ({"x": x, "more": x}, {"mu": np.zeros(9), "sigma": np.eye(9)}):
        np.savez(tmp_path / "x.npz", **arrays)
        with pytest.raises(InputError, match="the arrays .*one called samples"):
            read_samples(tmp_path / "x.npz", SHAPE)


def test_batches_saved_one_after_another_are_refused(tmp_path):
    with open(tmp_path / "x.npy", "wb") as file:
        np.save(file, images(5))
        np.save(file, images(5))
    with pytest.raises(InputError, match="bytes after its array.*np.concatenate"):
        read_samples(tmp_path / "x.npy", SHAPE)


def test_pictures_have_one_channel_or_three(tmp_path):
    (tmp_path / "x").mkdir()
    (tmp_path / "x/a.png").write_bytes(encoded(images(1)[0]))
    with pytest.raises(InputError, match="pictures of 4 channels"):
        read_samples(tmp_path / "x", (6, 4, 4))
    with pytest.raises(InputError, match="found a folder"):
        read_samples(tmp_path / "x", (2,))


def test_tensors_of_torch(tmp_path):
    x = torch.from_numpy(images(5))
    for tensor in (x, x.permute(0, 3, 1, 2), (x / 255).bfloat16().permute(0, 3, 1, 2)):
        torch_file({"x": tensor.contiguous()}, tmp_path / "x.safetensors")
        found = read_samples(tmp_path / "x.safetensors", SHAPE)
        assert abs(found.astype(int) - x.numpy()).max() <= tensor.is_floating_point()


def test_arrays_of_guided_diffusion(tmp_path):
    x = images(5)
    np.savez(tmp_path / "x.npz", x, np.arange(5))
    np.testing.assert_array_equal(read_samples(tmp_path / "x.npz", SHAPE), x)
    np.savez(tmp_path / "x.npz", x, x)
    with pytest.raises(InputError, match="arr_0, arr_1"):
        read_samples(tmp_path / "x.npz", SHAPE)


@pytest.mark.parametrize("name", ["X.NPY", "x.Npz", "x.SafeTensors"])
def test_endings_in_any_case(tmp_path, name):
    x = images(5)
    if name.lower().endswith("safetensors"):
        save_file({"anything": x}, tmp_path / name)
    else:
        with open(tmp_path / name, "wb") as file:
            (np.save if name.lower().endswith("npy") else np.savez)(file, x)
    np.testing.assert_array_equal(read_samples(tmp_path / name, SHAPE), x)


def test_several_tensors_are_refused(tmp_path):
    save_file({"a": images(), "b": images()}, tmp_path / "x.safetensors")
    with pytest.raises(InputError, match="the tensors a, b"):
        read_samples(tmp_path / "x.safetensors", SHAPE)
    (tmp_path / "x.safetensors").write_bytes(b"none")
    with pytest.raises(InputError, match="unreadable"):
        read_samples(tmp_path / "x.safetensors", SHAPE)


def test_a_bomb_is_refused_by_its_header(tmp_path, monkeypatch):
    """Nothing is decompressed of an array that cannot be the images."""
    np.savez_compressed(tmp_path / "x.npz", np.zeros((9, 500, 500, 3), np.uint8))
    read = []
    original = zipfile.ZipExtFile.read
    monkeypatch.setattr(
        zipfile.ZipExtFile,
        "read",
        lambda self, n=-1: read.append(len(d := original(self, n))) or d,
    )
    with pytest.raises(InputError, match=r"shape \(9, 500, 500, 3\)"):
        read_samples(tmp_path / "x.npz", SHAPE)
    assert sum(read) < 1000


@pytest.mark.parametrize("ending", ["npy", "npz", "zip", "parquet", "arrow", ""])
def test_a_pipe_is_refused_at_once(tmp_path, ending):
    os.mkfifo(path := tmp_path / f"x.{ending}")
    with pytest.raises(InputError, match="a pipe"):
        read_samples(path, SHAPE)


def test_home_is_expanded(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    np.save(tmp_path / "x.npy", images())
    assert len(read_samples("~/x.npy", SHAPE)) == 20


# Tables


def table(x):
    kind = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
    rows = [{"bytes": encoded(image), "path": None} for image in x]
    return pa.table({"image": pa.array(rows, kind), "label": pa.array(range(len(x)))})


def test_tables_of_hugging_face(tmp_path):
    x = images()
    made = table(x)
    with pa.ipc.new_stream(str(tmp_path / "stream.arrow"), made.schema) as writer:
        writer.write_table(made, max_chunksize=7)
    nulls = made.set_column(1, "label", pa.nulls(20, pa.int64()))
    pq.write_table(nulls, tmp_path / "null.parquet")
    pixels = pd.DataFrame(x.reshape(20, -1)).rename(columns=str)
    pixels.index = [5, *range(19)]
    pixels.to_parquet(tmp_path / "index.parquet")
    for name in ("stream.arrow", "null.parquet", "index.parquet"):
        np.testing.assert_array_equal(read_samples(tmp_path / name, SHAPE), x)


def test_a_folder_of_tables_is_read_in_the_order_of_its_shards(tmp_path):
    x = images()
    shards = {"data-00000-of-00002": x[:7], "data-00001-of-00002": x[7:]}
    for name, part in {**shards, "cache-0a1b": x[:1]}.items():
        made = table(part)
        with pa.ipc.new_stream(str(tmp_path / f"{name}.arrow"), made.schema) as writer:
            writer.write_table(made)
    (tmp_path / "state.json").write_text("{}")
    np.testing.assert_array_equal(read_samples(tmp_path, SHAPE), x)
    # Of several splits one must be named.
    (tmp_path / "test").mkdir()
    pq.write_table(table(x), tmp_path / "test/0.parquet")
    with pytest.raises(InputError, match=r"tables in \., test.*give one of them"):
        read_samples(tmp_path, SHAPE)


def test_what_torch_saved_is_refused_with_what_to_do(tmp_path):
    (tmp_path / "x.pt").write_bytes(b"")
    with pytest.raises(InputError, match=r"'\.pt'.*np\.save\('samples\.npy'"):
        read_samples(tmp_path / "x.pt", SHAPE)


def test_shards_of_several_splits_in_one_folder_are_refused(tmp_path):
    for name in ("train-00000-of-00002", "train-00001-of-00002"):
        pq.write_table(table(images(2)), tmp_path / f"{name}.parquet")
    (tmp_path / "_SUCCESS").write_text("")
    assert len(read_samples(tmp_path, SHAPE)) == 4
    pq.write_table(table(images(2)), tmp_path / "test-00000-of-00001.parquet")
    with pytest.raises(InputError, match="tables of test, train.*give one of them: "):
        read_samples(tmp_path, SHAPE)


@pytest.mark.parametrize("name", ["jpg", "picture", "pixel_values"])
def test_the_only_column_that_could_hold_the_samples(tmp_path, name):
    x = images()
    kinds = {"jpg": pa.binary(), "picture": pa.binary_view()}
    column = [encoded(image) for image in x] if name in kinds else x.reshape(20, -1)
    kind = kinds.get(name, pa.list_(pa.uint8()))
    made = pa.table({"label": range(20), name: pa.array(list(column), kind)})
    with pa.ipc.new_file(str(tmp_path / "x.arrow"), made.schema) as writer:
        writer.write_table(made)
    np.testing.assert_array_equal(read_samples(tmp_path / "x.arrow", SHAPE), x)
    two = made.append_column("more", made.column(name))
    with pa.ipc.new_file(str(tmp_path / "x.arrow"), two.schema) as writer:
        writer.write_table(two)
    with pytest.raises(InputError, match="columns label, .*a column called image"):
        read_samples(tmp_path / "x.arrow", SHAPE)


def test_columns_that_are_dictionaries(tmp_path):
    x = images()
    column = pa.array([encoded(image) for image in x]).dictionary_encode()
    pq.write_table(pa.table({"image": column}), tmp_path / "x.parquet")
    np.testing.assert_array_equal(read_samples(tmp_path / "x.parquet", SHAPE), x)


def test_two_columns_of_images_are_refused(tmp_path):
    made = table(images())
    made = made.append_column("img", made.column("image"))
    pq.write_table(made, tmp_path / "x.parquet")
    with pytest.raises(InputError, match="one column of images"):
        read_samples(tmp_path / "x.parquet", SHAPE)


@pytest.mark.parametrize("prefix", ["", "pixel", "px_"])
def test_pixels_in_another_order_are_refused(tmp_path, prefix):
    """As text, 10 comes before 2: such a table looks like noise, and is scored."""
    pixels = pd.DataFrame(images().reshape(20, -1))
    pixels.columns = [f"{prefix}{i}" for i in pixels.columns]
    pixels.to_parquet(tmp_path / "x.parquet")
    np.testing.assert_array_equal(read_samples(tmp_path / "x.parquet", SHAPE), images())
    pixels[sorted(pixels.columns)].to_parquet(tmp_path / "x.parquet")
    with pytest.raises(InputError, match="and 64 more; .*sort them by number"):
        read_samples(tmp_path / "x.parquet", SHAPE)


def test_pixels_by_row_and_column(tmp_path):
    x = images(shape=(6, 4, 1))
    columns = {f"px_{r}_{c}": x[:, r, c, 0] for r in range(6) for c in range(4)}
    pd.DataFrame(columns).to_parquet(tmp_path / "x.parquet")
    np.testing.assert_array_equal(read_samples(tmp_path / "x.parquet", (6, 4, 1)), x)
    turned = sorted(columns, key=lambda name: name[::-1])
    pd.DataFrame(columns)[turned].to_parquet(tmp_path / "x.parquet")
    with pytest.raises(InputError, match="by row, column and channel"):
        read_samples(tmp_path / "x.parquet", (6, 4, 1))
    pd.DataFrame({"label": range(20)} | columns).to_parquet(tmp_path / "x.parquet")
    with pytest.raises(InputError, match="columns label, .* 24 columns.*labels"):
        read_samples(tmp_path / "x.parquet", (6, 4, 1))


def test_a_cameras_raw_picture_is_to_be_exported(tmp_path):
    (tmp_path / "1.cr2").write_bytes(b"II*\0\x10\0\0\0CR\2\0" + bytes(99))
    with pytest.raises(InputError, match="1.cr2: found no image.* export it"):
        read_samples(tmp_path, SHAPE)


def test_hints_are_those_of_what_was_brought(tmp_path):
    np.savez(tmp_path / "x.npz", images())
    os.truncate(tmp_path / "x.npz", 900)
    os.rename(tmp_path / "x.npz", tmp_path / "x.zip")
    (tmp_path / "x.csv").write_text("1,2\n")
    (tmp_path / "folder").mkdir()
    torch_file({"x": torch.zeros(20, 72)}, tmp_path / "x.safetensors")
    for name, shape, message in [
        ("x.zip", SHAPE, "a damaged zip.*again"),
        ("x.csv", SHAPE, "read_csv"),
        ("folder", (3,), "found a folder; needed points in a .npy"),
        ("x.safetensors", SHAPE, "rows do not tell"),
    ]:
        with pytest.raises(InputError, match=message):
            read_samples(tmp_path / name, shape)


def test_columns_without_the_images_are_refused(tmp_path):
    kind = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
    rows = pa.array([{"bytes": None, "path": "1.png"}] * 20, kind)
    words = pa.array([[("a", 1)]] * 20, pa.map_(pa.string(), pa.int64()))
    for column, message in [(rows, "bytes are null"), (words, "type map")]:
        pq.write_table(pa.table({"image": column}), tmp_path / "x.parquet")
        with pytest.raises(InputError, match=message):
            read_samples(tmp_path / "x.parquet", SHAPE)


@pytest.mark.parametrize("stream", [False, True])
def test_damaged_offsets_never_reach_the_reader(tmp_path, stream):
    """They would end the interpreter, not the call."""
    path, made = tmp_path / "x.arrow", table(images()).select(["image"])
    column = made.column("image").combine_chunks().field("bytes")
    made = pa.table({"image": column})
    new = pa.ipc.new_stream if stream else pa.ipc.new_file
    with new(str(path), made.schema) as writer:
        writer.write_table(made)
    data = path.read_bytes()
    offsets = np.frombuffer(column.buffers()[1], np.int32)[:21].tobytes()
    start = data.index(offsets)
    for i in range(1, 20):
        damaged = bytearray(data)
        damaged[start + 4 * i + 3] ^= 0x20
        path.write_bytes(damaged)
        with pytest.raises(InputError, match=r"x\.arrow: found an unreadable file"):
            read_samples(path, SHAPE)


def test_a_damaged_file_of_our_own_is_refused(tmp_path):
    path = tmp_path / "x.arrow"
    write_images(path, images())
    data = path.read_bytes()
    at = data.index(images().tobytes()[:64])
    damaged = bytearray(data)
    damaged[at + 7] ^= 1
    path.write_bytes(damaged)
    with pytest.raises(InputError, match="SHA-256"):
        read_samples(path, SHAPE)


def test_a_bomb_of_the_right_shape_is_refused(tmp_path, monkeypatch):
    """Zeros pack to a thousandth; images do not."""
    monkeypatch.setattr(array_files, "UNSUSPECTED", 10_000)
    x = images(500)
    np.savez_compressed(tmp_path / "x.npz", x)
    np.testing.assert_array_equal(read_samples(tmp_path / "x.npz", SHAPE), x)
    np.savez_compressed(tmp_path / "x.npz", np.zeros_like(x))
    with pytest.raises(InputError, match="36000 bytes that are"):
        read_samples(tmp_path / "x.npz", SHAPE)
    np.savez(tmp_path / "x.npz", np.zeros_like(x))
    assert len(read_samples(tmp_path / "x.npz", SHAPE)) == 500
