"""The house style: colours, and files that are the same bytes each time."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from PIL import Image

from gansgmms.plots import layout, style
from gansgmms.plots.mosaic import mosaic
from tests.unit.plots.tiny import grey


def drawing():
    return layout.panels([mosaic(grey(*range(6)), columns=3)], ["digits"])[0]


def test_an_animation_has_every_frame_in_its_colours_and_its_time(tmp_path):
    shades = np.arange(0, 250, 50, dtype=np.uint8)
    frames = [np.full((4, 6, 3), shade) for shade in shades]
    path = tmp_path / "walk.gif"
    style.save_animation(frames, path, pause=0.12)
    with Image.open(path) as gif:
        assert gif.n_frames == len(frames)
        assert gif.info["loop"] == 0
        for i, frame in enumerate(frames):
            gif.seek(i)
            assert gif.info["duration"] == 120
            np.testing.assert_array_equal(np.array(gif.convert("RGB")), frame)
    before = path.read_bytes()
    style.save_animation(frames, path, pause=0.12)
    assert path.read_bytes() == before


def test_the_same_figure_gives_the_same_bytes(tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        style.save_figure(drawing(), [folder / "a.png", folder / "a.pdf"])
    for name in ("a.png", "a.pdf"):
        assert (first / name).read_bytes() == (second / name).read_bytes()
        assert b"Date" not in (first / name).read_bytes()


def test_the_layout_is_found_once_for_all_files(tmp_path, monkeypatch):
    found, calls = ConstrainedLayoutEngine.execute, []

    def execute(self, figure):
        calls.append(figure)
        found(self, figure)

    monkeypatch.setattr(ConstrainedLayoutEngine, "execute", execute)
    figure = Figure(figsize=(2, 1), layout="constrained")
    axis = figure.subplots()
    axis.set_ylabel("which takes room")
    style.save_figure(figure, [tmp_path / "a.png"])
    once, place = len(calls), axis.get_position().bounds
    assert once and place[0] > 0.15
    style.save_figure(figure, [tmp_path / "a.pdf", tmp_path / "b.png"])
    assert len(calls) == once and axis.get_position().bounds == place
    assert (tmp_path / "b.png").read_bytes() == (tmp_path / "a.png").read_bytes()


def test_a_figure_that_fails_to_save_leaves_the_older_file(tmp_path, monkeypatch):
    path = tmp_path / "a.png"
    path.write_text("older")
    figure = drawing()

    def fail(target, **_):
        target.write_text("half")
        raise OSError("disk full")

    monkeypatch.setattr(figure, "savefig", fail)
    with pytest.raises(OSError, match="disk full"):
        style.save_figure(figure, [path])
    assert path.read_text() == "older"
    assert list(tmp_path.iterdir()) == [path]


def test_models_keep_their_colour_and_no_two_share_one():
    assert len(set(style.PALETTE.values())) == len(style.PALETTE)
    assert style.colour("mfa") == style.PALETTE["mfa"]
    assert style.colour("flow") == style.colour("flow")
    assert style.colour("flow") not in style.PALETTE.values()


TO_XYZ = np.array(  # IEC 61966-2-1
    [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
)
DEUTERANOPIA = np.array(  # Machado, Oliveira & Fernandes (2009), of linear RGB
    [[0.3673, 0.8606, -0.2280], [0.2801, 0.6725, 0.0474], [-0.0118, 0.0429, 0.9690]]
)


def lab(colours, seen=None):
    """CIELAB (D65) of colours as they are, or as `seen`, a matrix of linear RGB."""
    rgb = np.array([to_rgb(colour) for colour in colours])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    linear = linear if seen is None else np.clip(linear @ seen.T, 0, 1)
    t = linear @ TO_XYZ.T / TO_XYZ.sum(1)
    f = np.where(t > (6 / 29) ** 3, np.cbrt(t), t / (3 * (6 / 29) ** 2) + 4 / 29)
    x, y, z = f.T
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=1)


@pytest.mark.parametrize("seen", [None, DEUTERANOPIA], ids=["normal", "deuteranopia"])
def test_any_two_models_are_told_apart_by_colour(seen):
    """A difference of 2.3 is just noticed of large areas; of markers it takes more."""
    every = [*style.PALETTE.values(), style.OWN]
    points = lab(every, seen)
    apart = np.linalg.norm(points[:, None] - points, axis=2)
    apart[np.diag_indices(len(every))] = np.inf
    assert apart.min() > 20


def test_in_grey_models_are_told_apart_by_marker():
    every = [*style.PALETTE, "own_samples"]
    signs = style.markers(every)
    assert len(set(signs.values())) == len(every)
    assert style.markers(["wgan", "wgan+clip=0.1"])["wgan"] == signs["wgan"]


def test_many_unknown_models_are_told_apart_by_colour_or_marker():
    every = [f"run {i}" for i in range(25)]
    hues, signs = style.colours(every), style.markers(every)
    assert len({(hues[name], signs[name]) for name in every}) == len(every)


def test_white_in_cielab_is_white():
    np.testing.assert_allclose(lab(["white"]), [[100, 0, 0]], atol=1e-6)
    np.testing.assert_allclose(lab(["#FF0000"]), [[53.2, 80.1, 67.2]], atol=0.2)


def test_a_variant_has_its_models_colour_where_the_figure_does_not_show_that_itself():
    wgan, clipped, quick = "wgan", "wgan+clip=0.1", "wgan+clip=0.1+critic_steps=2"
    assert style.colours(["dcgan", clipped, "dcgan"]) == {
        "dcgan": style.PALETTE["dcgan"],
        clipped: style.PALETTE["wgan"],
    }
    together = style.colours([wgan, clipped, quick, clipped])
    assert list(together) == [wgan, clipped, quick]
    assert together[wgan] == style.PALETTE["wgan"]
    assert len(set(together.values())) == 3


@given(
    st.lists(st.sampled_from([*"abcde", "mfa", "wgan+clip=0.1", "wgan"]), max_size=6)
)
def test_no_two_models_of_a_figure_share_a_colour_while_there_are_spare_ones(models):
    found = style.colours(models)
    assert set(found) == set(models)
    if len(found) <= len(style.SPARE):
        assert len(set(found.values())) == len(found)


def test_letters_that_the_papers_font_has_not_are_drawn(tmp_path, recwarn):
    figure = Figure(figsize=(2, 1))
    figure.text(0, 0.5, "\N{HEBREW LETTER SHIN} \N{CHECK MARK}")
    style.save_figure(figure, [tmp_path / "x.png"])
    assert not [w for w in recwarn if "missing from font" in str(w.message)]
