"""Figures are the same whatever a user's matplotlibrc says."""

import os
import subprocess
import sys
from pathlib import Path

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


LIBRARY = Path(__file__).parents[3] / "scripts"
THEIRS = """
text.usetex: True
axes.facecolor: black
figure.facecolor: black
font.size: 30
lines.color: w
"""


def draw(folder, text, **variables):
    folder.mkdir()
    settings, picture = folder / "matplotlibrc", folder / "x.png"
    settings.write_text(text, encoding="utf-8")
    environment = {"MATPLOTLIBRC": str(settings), "PYTHONPATH": str(LIBRARY)}
    environment = os.environ | environment | variables
    command = [sys.executable, "-c", DRAW, str(picture)]
    subprocess.run(command, env=environment, check=True, cwd=folder)
    return picture.read_bytes()


def test_a_users_settings_do_not_leak_in(tmp_path):
    assert draw(tmp_path / "theirs", THEIRS) == draw(tmp_path / "none", "")


def test_a_backend_that_is_not_installed_is_not_needed(tmp_path):
    """A notebook sets one for all that it starts."""
    notebook = {"MPLBACKEND": "module://matplotlib_inline.backend_inline"}
    assert draw(tmp_path / "x", "", **notebook)
