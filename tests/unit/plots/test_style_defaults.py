"""Figures are the same whatever a user's matplotlibrc says."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

DRAW = """
import sys
from gansgmms.plots.style import save_figure
from matplotlib.figure import Figure
figure = Figure(figsize=(2, 2))
axis = figure.subplots()
axis.plot([1, 2], label="x_1")
axis.legend()
axis.set_xlabel("50 %")
save_figure(figure, [sys.argv[1]])
"""


def draw(folder, text, **variables):
    folder.mkdir()
    (folder / "matplotlibrc").write_text(text, encoding="utf-8")
    library = Path(__file__).parents[3] / "scripts"
    environment = os.environ | {
        "MPLCONFIGDIR": str(folder),
        "PYTHONPATH": str(library),
        **variables,
    }
    picture = folder / "x.png"
    command = [sys.executable, "-c", DRAW, str(picture)]
    subprocess.run(command, env=environment, check=True, cwd=folder)
    return picture.read_bytes()


@pytest.mark.parametrize(
    "text",
    [
        "text.usetex: True\n",
        "axes.facecolor: black\nfigure.facecolor: black\nfont.size: 30\nlines.color: w\n",
    ],
)
def test_a_users_settings_do_not_leak_in(tmp_path, text):
    assert draw(tmp_path / "theirs", text) == draw(tmp_path / "none", "")


def test_a_backend_that_is_not_installed_is_not_needed(tmp_path):
    """A notebook sets one for all that it starts."""
    notebook = {"MPLBACKEND": "module://matplotlib_inline.backend_inline"}
    assert draw(tmp_path / "x", "", **notebook)
