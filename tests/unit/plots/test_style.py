"""The house style: colours, and files that are the same bytes each time."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
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
    assert style.colour("mfa") == "#0072B2"
    assert style.colour("flow") == style.colour("flow")
    assert style.colour("flow") not in style.PALETTE.values()


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
