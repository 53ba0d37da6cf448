"""Samples of any origin: every form gives the same images, and what is unusable is refused."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from gansgmms import score
from gansgmms.data import arrays
from gansgmms.data.user_samples import read_samples
from gansgmms.errors import InputError
from gansgmms.io.images import write_images
from gansgmms.metrics.ndb import NDB
from gansgmms.plots.proportions import draw_proportions

SHAPE = (4, 5, 3)


def images(n=30, shape=SHAPE, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (n, *shape), dtype=np.uint8)


def png(image):
    buffer = io.BytesIO()
    Image.fromarray(image.squeeze()).save(buffer, "PNG")
    return buffer.getvalue()


def lists(x):
    """Images as nested lists, one list a row of a column."""
    return pa.table({"image": pa.array([image.tolist() for image in x])})


def write(path: Path, x: np.ndarray) -> Path:
    """Write images in the form that the path's name asks for."""
    name, suffix = path.stem, path.suffix
    tensors = pa.table({"image": pa.FixedShapeTensorArray.from_numpy_ndarray(x)})
    flat = x.reshape(len(x), -1)
    if name == "folder":
        path.mkdir()
        for i, image in enumerate(x):
            (path / f"{i:03}.png").write_bytes(png(image))
    elif suffix == ".zip":
        with zipfile.ZipFile(path, "w") as archive:
            for i, image in enumerate(x):
                archive.writestr(f"mine/{i:03}.png", png(image))
    elif suffix == ".npy":
        np.save(path, {"flat": flat, "fortran": np.asfortranarray(x)}.get(name, x))
    elif name == "several":
        np.savez_compressed(path, labels=np.zeros(len(x)), samples=x)
    elif suffix == ".npz":
        np.savez(path, {"flat": flat, "fortran": np.asfortranarray(x)}.get(name, x))
    elif suffix == ".arrow":
        write_images(path, x, np.zeros(len(x)))
    elif name == "tensors":
        pq.write_table(tensors, path)
    elif name == "lists":
        column = pa.FixedSizeListArray.from_arrays(flat.ravel(), flat.shape[1])
        pq.write_table(pa.table({"image": column, "label": range(len(x))}), path)
    elif name == "columns":
        pq.write_table(pa.table({f"p{i}": c for i, c in enumerate(flat.T)}), path)
    elif name == "encoded":
        rows = [{"bytes": png(image), "path": None} for image in x]
        pq.write_table(pa.table({"image": pa.array(rows)}), path)
    return path


FORMS = [
    "folder",
    "x.zip",
    "x.npy",
    "flat.npy",
    "fortran.npy",
    "x.npz",
    "flat.npz",
    "fortran.npz",
    "several.npz",
    "x.arrow",
    "tensors.parquet",
    "lists.parquet",
    "columns.parquet",
    "encoded.parquet",
]


@pytest.mark.parametrize("shape", [SHAPE, (4, 5, 1)])
@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_images(tmp_path, form, shape):
    x = images(shape=shape)
    found = read_samples(write(tmp_path / form, x), shape)
    assert found.dtype == np.uint8
    np.testing.assert_array_equal(found, x)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, ">f4"])
@pytest.mark.parametrize("suffix", ["npy", "npz", "parquet"])
def test_floats_from_0_to_1_are_rounded(tmp_path, dtype, suffix):
    x = images()
    path = tmp_path / f"x.{suffix}"
    scaled = (x / 255).astype(dtype)
    if suffix == "npy":
        np.save(path, scaled)
    elif suffix == "npz":
        np.savez(path, scaled)
    else:
        native = scaled.astype(np.float64)
        pq.write_table(lists(native), path)
    np.testing.assert_array_equal(read_samples(path, SHAPE), x)


def test_grey_arrays_need_no_axis_for_the_channel(tmp_path):
    x = images(shape=(4, 5, 1))
    np.save(tmp_path / "x.npy", x[..., 0])
    np.testing.assert_array_equal(read_samples(tmp_path / "x.npy", (4, 5, 1)), x)


def test_points(tmp_path):
    x = np.random.default_rng(0).normal(size=(20, 2))
    np.savez(tmp_path / "x.npz", x)
    found = read_samples(tmp_path / "x.npz", (2,))
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, x.astype(np.float32))
    for bad in (x[:, :1], np.where(x > 0, np.nan, x), x.astype(int)):
        np.savez(tmp_path / "x.npz", bad)
        with pytest.raises(InputError, match="x.npz"):
            read_samples(tmp_path / "x.npz", (2,))


def nearly(x, value):
    x = x / 255
    x[3, 1, 2, 0] = value
    return x


@pytest.mark.parametrize(
    ("array", "words"),
    [
        (images().astype(float), ["values from", "outside [0, 1]", "x / 255"]),
        (images() / 127.5 - 1, ["values from -1 to", "(x + 1) / 2"]),
        (nearly(images(), np.nan), ["NaN"]),
        (nearly(images(), np.inf), ["inf", "outside"]),
        (nearly(images(), -300), ["-300", "outside"]),
        (images().astype(np.int64), ["dtype int64", "uint8", "astype"]),
        (images() > 9, ["dtype bool", "astype(np.float32)"]),
        (images().astype(complex), ["complex"]),
        (images().astype(str), ["dtype <U"]),
        (images(shape=(3, 4, 5)), ["(30, 3, 4, 5)", "(n, 4, 5, 3)", "moveaxis"]),
        (images(shape=(4, 6, 3)), ["(30, 4, 6, 3)", "(n, 4, 5, 3)"]),
        (images(shape=(59,)), ["(30, 59)"]),
        (images(shape=()), ["(30,)"]),
        (images()[0, 0, 0, 0], ["()"]),
        (images(0), ["0 samples", "at least 20"]),
        (images(19), ["19 samples", "at least 20"]),
        (images() % 2, ["1 of 255", "x.astype(np.float32)"]),
    ],
)
@pytest.mark.parametrize("suffix", ["npy", "npz"])
def test_unusable_arrays_are_refused_with_what_was_found(
    tmp_path, array, words, suffix
):
    path = tmp_path / f"mine.{suffix}"
    (np.save if suffix == "npy" else np.savez)(path, array)
    with pytest.raises(InputError) as error:
        read_samples(path, SHAPE, least=20)
    assert all(word in str(error.value) for word in ["mine", *words]), error.value


def test_black_samples_are_samples():
    """A model that fell silent is scored like any other."""
    black = np.zeros((30, *SHAPE), np.uint8)
    assert arrays.as_images(black, SHAPE, "x").max() == 0


class Trap:
    """Whoever unpickles this creates a file."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (Path.touch, (self.path,))


@pytest.mark.parametrize("suffix", ["npy", "npz"])
def test_pickles_are_refused_and_not_run(tmp_path, suffix):
    sprung, path = tmp_path / "sprung", tmp_path / f"x.{suffix}"
    trap = np.array([Trap(sprung)])
    np.save(path, trap, True) if suffix == "npy" else np.savez(path, trap)
    with pytest.raises(InputError, match="x.np."):
        read_samples(path, SHAPE)
    assert not sprung.exists()


def test_an_archive_that_climbs_out_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("../out.png", png(images()[0]))
    with pytest.raises(InputError, match="leads out"):
        read_samples(tmp_path / "x.zip", SHAPE)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("missing.npz", None, ["no such file"]),
        ("x.pt", b"PK", ["'.pt'", ".npz"]),
        ("noname", b"PK", ["noname", "folder"]),
        ("x.npz", b"PK\x03\x04 and no more", ["unreadable"]),
        ("x.npy", b"\x93NUMPY", ["unreadable"]),
        ("x.zip", b"not a zip", ["unreadable"]),
        ("x.parquet", b"PAR1", ["unreadable"]),
        ("x.arrow", b"ARROW1", ["unreadable"]),
    ],
)
def test_files_that_are_not_what_they_are_called(tmp_path, name, content, words):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError) as error:
        read_samples(tmp_path / name, SHAPE)
    assert all(word in str(error.value) for word in words), error.value


def test_a_folder_with_something_else_in_it(tmp_path):
    path = write(tmp_path / "folder", images())
    (path / "notes.txt").write_text("no image")
    with pytest.raises(InputError, match="notes.txt: found no image"):
        read_samples(path, SHAPE)
    (path / "notes.txt").write_bytes(png(images(shape=(9, 9, 3))[0]))
    with pytest.raises(InputError, match="9 x 9"):
        read_samples(path, SHAPE)


def test_an_npz_of_several_arrays_says_which_there_are(tmp_path):
    np.savez(tmp_path / "x.npz", a=images(), b=images())
    with pytest.raises(InputError, match=r"arrays a, b.*samples"):
        read_samples(tmp_path / "x.npz", SHAPE)
    with zipfile.ZipFile(tmp_path / "x.npz", "w"):
        pass
    with pytest.raises(InputError, match="nothing"):
        read_samples(tmp_path / "x.npz", SHAPE)


def header(shape, dtype="|u1"):
    """The start of a .npy stream that declares an array."""
    stream = io.BytesIO()
    declared = {"descr": dtype, "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(stream, declared)
    return stream.getvalue()


@pytest.mark.parametrize("shape", [(10**12, *SHAPE), (31, *SHAPE), (29, *SHAPE), (-1,)])
def test_an_array_that_is_not_as_its_header_says(tmp_path, shape):
    """In a .npz nothing is allocated for what is declared and not there."""
    with zipfile.ZipFile(tmp_path / "x.npz", "w") as archive:
        archive.writestr("samples.npy", header(shape) + images().tobytes())
    with pytest.raises(InputError, match="samples in .*bytes"):
        read_samples(tmp_path / "x.npz", SHAPE)


def test_a_damaged_npz_is_noticed(tmp_path):
    np.savez(tmp_path / "x.npz", images())
    data = bytearray((tmp_path / "x.npz").read_bytes())
    data[len(data) // 2] ^= 1
    (tmp_path / "x.npz").write_bytes(data)
    with pytest.raises(InputError, match="unreadable"):
        read_samples(tmp_path / "x.npz", SHAPE)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_damaged_files_raise_nothing_else(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("damaged")
    form = data.draw(st.sampled_from(["x.npz", "x.npy", "x.arrow", "lists.parquet"]))
    path = write(folder / form, images())
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        where = data.draw(st.integers(0, len(content) - 1))
        content[where] = data.draw(st.integers(0, 255))
    path.write_bytes(content[: data.draw(st.integers(1, len(content)))])
    try:
        assert read_samples(path, SHAPE).shape[1:] == SHAPE
    except InputError as error:
        assert path.name in str(error)


@pytest.mark.parametrize(
    ("column", "words"),
    [
        (pa.array([[1, 2], [3]]), ["lists of 1 to 2"]),
        (pa.array(["a", "b"]), ["string"]),
        (pa.array([1.0, None]), ["null"]),
        (pa.array([[1.0, None], [1.0, 2.0]]), ["image"]),
        (pa.array([], pa.list_(pa.uint8())), ["0 rows"]),
        (pa.array([b"no image", b"none"]), ["row 0 of image", "no image"]),
    ],
)
def test_columns_that_hold_no_images(tmp_path, column, words):
    pq.write_table(pa.table({"image": column}), tmp_path / "x.parquet")
    with pytest.raises(InputError) as error:
        read_samples(tmp_path / "x.parquet", SHAPE)
    assert all(word in str(error.value) for word in words), error.value


def test_columns_of_words_are_refused_by_name(tmp_path):
    pq.write_table(pa.table({"a": [1, 2], "b": ["x", "y"]}), tmp_path / "x.parquet")
    with pytest.raises(InputError, match="columns a, b"):
        read_samples(tmp_path / "x.parquet", SHAPE)


# Without the workflow


@pytest.fixture
def bins(tmp_path) -> list[str]:
    paths = []
    for k in (10, 4):
        paths.append(str(tmp_path / f"kmeans{k}.safetensors"))
        NDB.fit(images(200), k, initialisations=1).save(paths[-1])
    return paths


def test_samples_are_scored_from_the_command_line(tmp_path, bins, capsys):
    near, dark = images(150, seed=1), images(120, seed=2) // 4
    np.savez(tmp_path / "near.npz", near)
    write(tmp_path / "folder", dark)
    plot = tmp_path / "plot.png"
    files = [str(tmp_path / "near.npz"), str(tmp_path / "folder")]
    assert score.main([*files, "--bins", *bins, "--plot", str(plot)]) == 0
    lines = capsys.readouterr().out.strip().splitlines()
    titles, _, *rows = [[c.strip() for c in x.strip("|").split("|")] for x in lines]
    rows = [dict(zip(titles, row, strict=True)) for row in rows]
    named = [(row["K"], row["model"]) for row in rows]
    assert named == [(k, m) for k in ("4", "10") for m in ("near", "folder")]
    for row, path in zip(rows[::2], bins[::-1], strict=True):
        assert int(row["NDB"]) == NDB.load(path).evaluate(near).ndb
    assert float(rows[3]["NDB/K"]) > float(
        rows[3]["chance to"]
    )  # dark ones, in 10 bins
    with Image.open(plot) as image:
        assert min(image.size) > 300


def test_the_command_line_refuses_in_one_line(tmp_path, bins, capsys):
    np.savez(tmp_path / "x.npz", images(9))
    assert score.main([str(tmp_path / "x.npz"), "--bins", *bins]) == 1
    assert "9 samples; needed at least 10" in capsys.readouterr().err
    np.savez(tmp_path / "x.npz", images())
    plot = tmp_path / "plot.docx"
    assert (
        score.main([str(tmp_path / "x.npz"), "--bins", *bins, "--plot", str(plot)]) == 1
    )
    assert "--plot" in capsys.readouterr().err
    other = tmp_path / "other.safetensors"
    NDB.fit(images(20, (4, 4, 1)), 2).save(other)
    assert score.main([str(tmp_path / "x.npz"), "--bins", *bins, str(other)]) == 1
    assert "bins of one dataset" in capsys.readouterr().err


def test_a_result_draws_itself():
    x = images(200)
    result = NDB.fit(x, 10, initialisations=1).evaluate(images(100, seed=1))
    (axis,) = result.plot("mine").axes
    labels = [text.get_text() for text in axis.get_legend().get_texts()]
    assert labels == ["reference", f"mine, NDB/K {result.ndb_over_k:.3f}"]
    dots = axis.collections[0].get_offsets()[:, 1]
    np.testing.assert_allclose(dots, 100 * result.proportion)


@pytest.mark.parametrize("words", [[10], 3 * [10], 7 * [10], [0, 8, 0]])
def test_no_legend_hides_the_number_of_bins(words):
    """However many models there are, and however long their names."""
    bins = NDB.fit(images(200), 10, initialisations=1)
    table = pd.DataFrame(bins.evaluate(images(100, seed=1)).columns())
    labels = [f"model {i} " + n * "long " for i, n in enumerate(words)]
    figure = draw_proportions([table] * len(words), labels, labels)
    figure.draw_without_rendering()
    (axis,) = figure.axes
    legend = axis.get_legend().get_window_extent()
    assert legend.x0 > axis.texts[0].get_window_extent().x1
    assert axis.get_window_extent().height > 0.9 * figure.dpi
