"""The house style of figures: their size, their bytes, their colours."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from gansgmms.plots import style as plotting
from gansgmms.plots.mosaic import mosaic
from tests.unit.plots.pixels import grey


@pytest.mark.parametrize("count", [1, 2, 3, 7])
@pytest.mark.parametrize("shape", [(40, 40, 3), (90, 30, 3), (30, 90, 3)])
def test_panels_keep_their_aspect_and_stay_on_the_page(count, shape):
    tile = np.zeros(shape, np.uint8)
    figure, axes = plotting.panels([tile] * count, ["x"] * count, columns=3, left=0.2)
    width, height = figure.get_size_inches()
    assert width <= plotting.TEXT + 1e-9
    assert height <= plotting.PAGE + 1e-9
    for axis in axes:
        box = axis.get_position()
        assert 0 <= box.x0 < box.x1 <= 1 + 1e-9
        assert 0 <= box.y0 < box.y1 <= 1 + 1e-9
        aspect = box.width * width / (box.height * height)
        assert aspect == pytest.approx(shape[1] / shape[0])


def test_panels_to_scale_show_the_pixels_of_all_equally_large():
    tiles = [np.zeros((rows * 10, 60, 3), np.uint8) for rows in (3, 1, 2)]
    figure, axes = plotting.panels(tiles, ["x"] * 3, columns=1, to_scale=True)
    size = figure.get_size_inches()
    boxes = [axis.get_position() for axis in axes]
    for tile, box in zip(tiles, boxes, strict=True):
        shown = np.array([box.height, box.width]) * size[::-1]
        np.testing.assert_allclose(shown / tile.shape[:2], plotting.TEXT / 60)
    tops, bottoms = [b.y1 for b in boxes], [b.y0 for b in boxes]
    assert all(t < b for t, b in zip(tops[1:], bottoms, strict=False))
    assert bottoms[-1] == pytest.approx(0)


def drawing():
    return plotting.panels([mosaic(grey(*range(6)), columns=3)], ["digits"])[0]


def test_an_animation_has_every_frame_in_its_colours_and_its_time(tmp_path):
    shades = np.arange(0, 250, 50, dtype=np.uint8)
    frames = [np.full((4, 6, 3), shade) for shade in shades]
    path = tmp_path / "walk.gif"
    plotting.save_animation(frames, path, pause=0.12)
    with Image.open(path) as gif:
        assert gif.n_frames == len(frames)
        assert gif.info["loop"] == 0
        for i, frame in enumerate(frames):
            gif.seek(i)
            assert gif.info["duration"] == 120
            np.testing.assert_array_equal(np.array(gif.convert("RGB")), frame)
    before = path.read_bytes()
    plotting.save_animation(frames, path, pause=0.12)
    assert path.read_bytes() == before


def test_the_same_figure_gives_the_same_bytes(tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        plotting.save_figure(drawing(), [folder / "a.png", folder / "a.pdf"])
    for name in ("a.png", "a.pdf"):
        assert (first / name).read_bytes() == (second / name).read_bytes()
        assert b"Date" not in (first / name).read_bytes()


def test_a_figure_that_fails_to_save_leaves_the_older_file(tmp_path, monkeypatch):
    path = tmp_path / "a.png"
    path.write_text("older")
    figure = drawing()

    def fail(target, **_):
        target.write_text("half")
        raise OSError("disk full")

    monkeypatch.setattr(figure, "savefig", fail)
    with pytest.raises(OSError, match="disk full"):
        plotting.save_figure(figure, [path])
    assert path.read_text() == "older"
    assert list(tmp_path.iterdir()) == [path]


def test_models_keep_their_colour_and_no_two_share_one():
    assert len(set(plotting.PALETTE.values())) == len(plotting.PALETTE)
    assert plotting.colour("mfa") == "#0072B2"
    assert plotting.colour("flow") == plotting.colour("flow")
    assert plotting.colour("flow") not in plotting.PALETTE.values()


def test_a_variant_has_its_models_colour_where_the_figure_does_not_show_that_itself():
    wgan, clipped, quick = "wgan", "wgan+clip=0.1", "wgan+clip=0.1+critic_steps=2"
    assert plotting.colours(["dcgan", clipped, "dcgan"]) == {
        "dcgan": plotting.PALETTE["dcgan"],
        clipped: plotting.PALETTE["wgan"],
    }
    together = plotting.colours([wgan, clipped, quick, clipped])
    assert list(together) == [wgan, clipped, quick]
    assert together[wgan] == plotting.PALETTE["wgan"]
    assert len(set(together.values())) == 3


@given(
    st.lists(st.sampled_from([*"abcde", "mfa", "wgan+clip=0.1", "wgan"]), max_size=6)
)
def test_no_two_models_of_a_figure_share_a_colour_while_there_are_spare_ones(models):
    found = plotting.colours(models)
    assert set(found) == set(models)
    if len(found) <= len(plotting.SPARE):
        assert len(set(found.values())) == len(found)
