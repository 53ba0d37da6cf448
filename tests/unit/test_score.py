"""Samples scored from the command line: every row can be told from the others."""

import io
import json
import os

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from gansgmms import cli, score
from gansgmms.errors import InputError
from gansgmms.metrics import shipped
from gansgmms.metrics.ndb import NDB
from gansgmms.plots import proportions

SHAPE = (4, 5, 3)


def images(n=60, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (n, *SHAPE), dtype=np.uint8)


@pytest.fixture
def bins(tmp_path):
    made = {}
    for name, k, options in [
        ("kmeans5", 5, {}),
        ("kmeans5-refit1", 5, {"seed": 1}),
        ("agglomerative5", 5, {"method": "agglomerative"}),
        ("kmeans8", 8, {}),
    ]:
        made[name] = tmp_path / f"{name}.safetensors"
        NDB.fit(images(), k, initialisations=1, **options).save(made[name])
    return made


@pytest.fixture
def runs(tmp_path):
    for i in (1, 2):
        (tmp_path / f"run{i}").mkdir()
        np.save(tmp_path / f"run{i}/samples.npy", images(30, seed=i))
    return [str(tmp_path / f"run{i}/samples.npy") for i in (1, 2)]


def rows(capsys):
    lines = capsys.readouterr().out.strip().splitlines()
    titles, _, *rest = (
        [c.strip() for c in line.strip("|").split("|")] for line in lines
    )
    return [dict(zip(titles, row, strict=True)) for row in rest]


def test_rows_name_their_bins_and_their_samples(bins, runs, capsys):
    assert score.main([*runs, "--bins", *map(str, bins.values())]) == 0
    found = rows(capsys)
    names = {(row["bins"], row["model"]) for row in found}
    models = (r"run1/samples", r"run2/samples")
    assert names == {(b, m) for b in bins for m in models} and len(found) == 8
    assert [row["K"] for row in found] == ["5"] * 6 + ["8"] * 2
    for row in found:
        x = images(30, seed=int(row["model"][3]))
        result = NDB.load(bins[row["bins"]]).evaluate(x)
        assert int(row["NDB"]) == result.ndb


def test_bins_that_k_tells_apart_have_no_column(bins, runs, capsys):
    files = [str(bins["kmeans5"]), str(bins["kmeans8"])]
    assert score.main([*runs, "--bins", *files]) == 0
    assert "bins" not in rows(capsys)[0]
    files = [str(bins["agglomerative5"]), str(bins["kmeans8"])]
    assert score.main([*runs, "--bins", *files]) == 0
    assert {row["bins"] for row in rows(capsys)} == {"agglomerative5", "kmeans8"}


def test_a_plot_a_file_of_bins(bins, runs, tmp_path, monkeypatch):
    drawn = []
    real = proportions.draw_plots
    monkeypatch.setattr(
        proportions, "draw_plots", lambda plots: drawn.append(plots) or real(plots)
    )
    out = tmp_path / "x.png"
    command = [*runs, "--bins", *map(str, bins.values())]
    assert cli.main(["plot", *command, "--out", str(out)]) == 0
    (plots,) = drawn
    assert [title for title, _ in plots] == [
        "$K$ = 5, kmeans5",
        "$K$ = 5, kmeans5-refit1",
        "$K$ = 5, agglomerative5",
        "$K$ = 8, kmeans8",
    ]
    assert [len(p.table) for _, models in plots for p in models] == [5] * 6 + [8] * 2
    with Image.open(out) as picture:
        assert min(picture.size) > 300


@pytest.mark.parametrize(
    ("paths", "names"),
    [
        (["a/x.npy", "b/y.npz"], ["x", "y"]),
        (["a/x.npy", "b/x.npy"], ["a/x", "b/x"]),
        (["a/x.npy", "a/x.npz"], ["x.npy", "x.npz"]),
        (["c/a/x.npy", "d/a/x.npy"], ["c/a/x", "d/a/x"]),
        (["a/x.npy", "a/x.npz", "b/x.npy"], ["a/x.npy", "a/x.npz", "b/x.npy"]),
    ],
)
def test_names_are_as_short_as_they_can_be(paths, names):
    assert score.distinct_names(paths, "samples") == names


def test_the_same_file_twice_is_refused(runs, bins, tmp_path, capsys):
    (tmp_path / "link.npy").symlink_to(runs[0])
    for again in (runs[0], os.path.relpath(runs[0]), str(tmp_path / "link.npy")):
        command = [runs[0], again, "--bins", str(bins["kmeans5"])]
        assert score.main(command) == 1
        assert "twice; needed each file once" in capsys.readouterr().err


def test_labels_stay_whole_in_the_table(bins, tmp_path, capsys):
    np.save(tmp_path / "_a|b $x.npy", images(30))
    np.save(tmp_path / "1e3.npy", images(30, seed=2))
    files = [str(tmp_path / "_a|b $x.npy"), str(tmp_path / "1e3.npy")]
    assert score.main([*files, "--bins", str(bins["kmeans5"])]) == 0
    out = capsys.readouterr().out
    assert r"\_a\|b \$x" in out and "1e3" in out


def test_names_that_are_no_text_are_shown_as_far_as_they_go(bins, tmp_path, capsys):
    name = os.fsencode(tmp_path) + b"/bad\xff.npy"
    with open(name, "wb") as file:
        np.save(file, images(30))
    command = [os.fsdecode(name), "--bins", str(bins["kmeans5"])]
    assert score.main(command) == 0
    assert "bad\ufffd" in capsys.readouterr().out
    assert score.main([*command, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["model"] == "bad\ufffd"


def test_the_output_may_know_fewer_signs(monkeypatch):
    output = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(output, "ascii"))
    score.say("\u22120.4 \u6f22")
    assert output.getvalue() == b"-0.4 \\u6f22\n"


def test_a_reader_may_leave_before_the_end(monkeypatch):
    """As `head` does."""
    reading, writing = os.pipe()
    os.close(reading)
    with open(writing, "w", encoding="utf-8") as output:
        monkeypatch.setattr("sys.stdout", output)
        score.say("a row")
        score.say("and more")  # goes nowhere, and so does what is left at the end


def test_an_interruption_is_one_line(monkeypatch, bins, runs, capsys):
    def interrupted(*_, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(score, "read_samples", interrupted)
    assert score.main([runs[0], "--bins", str(bins["kmeans5"])]) == 130
    assert capsys.readouterr().err == "interrupted\n"


@pytest.mark.parametrize("given", ["", "a" * 5000, "run1"])
def test_bins_that_are_none(runs, tmp_path, monkeypatch, capsys, given):
    monkeypatch.chdir(tmp_path)
    assert score.main([runs[0], "--bins", given]) == 1
    assert score.main([given, "--bins", given]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 2


# The command `ndb`


def test_fit_then_score(tmp_path, capsys):
    np.savez(tmp_path / "train.npz", images())
    np.save(tmp_path / "mine.npy", images(30, seed=3))
    out = tmp_path / "bins"
    command = ["fit", str(tmp_path / "train.npz"), "--shape", "4", "5", "3"]
    command += ["-k", "4", "6", "--out", str(out)]
    assert cli.main(command) == 0
    files = capsys.readouterr().out.split()
    assert [NDB.load(f).k for f in files] == [4, 6]
    np.testing.assert_array_equal(
        NDB.load(files[0]).anchors, NDB.fit(images(), 4).anchors
    )
    assert cli.main(command) == 1 and "--force" in capsys.readouterr().err
    samples = str(tmp_path / "mine.npy")
    assert cli.main(["score", samples, "--bins", *files, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [row["k"] for row in found] == [4, 6]
    result = NDB.load(files[1]).evaluate(images(30, seed=3))
    assert found[1]["ndb"] == result.ndb and found[1]["model"] == "mine"


@pytest.mark.parametrize("shape", ["4 5", "0 5 3", "-4 5 3", "4 5 3 1"])
def test_a_shape_is_that_of_images_or_points(tmp_path, capsys, shape):
    np.save(tmp_path / "x.npy", images())
    command = ["fit", str(tmp_path / "x.npy"), "--shape", *shape.split(), "-k", "4"]
    assert cli.main([*command, "--out", str(tmp_path / "bins")]) == 1
    assert f"--shape: found {shape}; needed height" in capsys.readouterr().err
    assert not (tmp_path / "bins").exists()


def test_a_picture_of_no_name_is_refused(bins, runs, capsys):
    """As of a variable of the shell that is not set."""
    arguments = [runs[0], "--bins", str(bins["kmeans5"]), "--plot", ""]
    assert score.main(arguments) == 1
    assert "a path: found nothing" in capsys.readouterr().err


def test_a_folder_that_is_gone_is_one_line(bins, tmp_path, monkeypatch, capsys):
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    assert score.main(["x.npy", "--bins", "mnist"]) == 1
    assert "the folder you are in: found it gone" in capsys.readouterr().err


def test_endings_of_pictures_in_any_case(bins, runs, tmp_path):
    out = tmp_path / "X.PDF"
    command = ["plot", runs[0], "--bins", str(bins["kmeans5"]), "--out", str(out)]
    assert cli.main(command) == 0 and out.read_bytes().startswith(b"%PDF")


def test_bins_may_come_with_the_package(tmp_path, bins, monkeypatch, capsys):
    monkeypatch.setattr(shipped, "FOLDER", tmp_path / "along")
    known = pd.DataFrame({"model": ["MFA"], "K=8 ours": [0.125], "K=8 printed": [None]})
    shipped.pack(bins.values(), known, "shapes", tmp_path / "along")
    assert shipped.names() == ["shapes"]
    np.save(tmp_path / "x.npy", images(30))
    found = score.score([tmp_path / "x.npy"], ["shapes"])
    own = score.score([tmp_path / "x.npy"], list(bins.values()))
    assert (
        found.rows.set_index("bins").ndb.to_dict()
        == own.rows.set_index("bins").ndb.to_dict()
    )
    assert score.main([str(tmp_path / "x.npy"), "--bins", "shapes"]) == 0
    printed = capsys.readouterr().out
    assert "NDB/K on shapes" in printed and "0.125" in printed
    (packed,) = (f for f in shipped.find("shapes") if f.stem == "kmeans8")
    assert packed.stat().st_size < bins["kmeans8"].stat().st_size
    with pytest.raises(InputError, match="or one of shapes"):
        shipped.find("mnist")
