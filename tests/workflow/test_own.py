"""One's own samples, and a dataset of one's own, as their owners score them."""

import io
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from gansgmms.io.images import read_images
from gansgmms.metrics.ndb import NDB

from .conftest import SMALL, Workflow

MODELS = ["Train (made the bins)", "MFA", "MFA (EM)"]
JOBS = {"import_samples", "score_own", "own_table", "own_figure", "own"}


def own(text: str) -> list[str]:
    return ["--configfile", *SMALL, "--config", f"own={{{text}}}", "--", "own"]


def digits(workflow: Workflow) -> Path:
    return workflow.folder / "results/small/digits"


def dark(workflow: Workflow, n: int) -> np.ndarray:
    """Test images at half their brightness: nobody's idea of a digit."""
    return read_images(digits(workflow) / "images/test.arrow")[:n] // 2


def state(workflow: Workflow) -> dict[str, tuple[int, int]]:
    """Time and size of every result that is not of one's own samples."""
    return {
        str(path): (path.stat().st_mtime_ns, path.stat().st_size)
        for path in (workflow.folder / "results").rglob("*")
        if path.is_file() and "own" not in str(path.relative_to(workflow.folder))
    }


def test_a_file_is_scored_beside_the_models_and_nothing_else_changes(copied):
    x = dark(copied, 300)
    np.savez(copied.folder / "My model (2).npz", x.reshape(300, -1) / 255)
    # A newer checkout: everything is out of date, and still nothing is made again.
    for script in ("train_model", "fit_bins", "prepare_images", "evaluate_samples"):
        (copied.folder / f"scripts/{script}.py").touch()
    before = state(copied)
    command = own("role: mnist, samples: My model (2).npz")
    assert copied.jobs(*command).keys() == JOBS
    text = copied.run(*command).stdout
    after = {p: s for p, s in state(copied).items() if "import_samples" not in p}
    assert after == before
    folder = copied.folder / "results/small/own"
    assert {path.name for path in folder.iterdir()} == {
        f"my_model_2.{kind}" for kind in ("csv", "md", "tex", "png", "pdf")
    }
    table = pd.read_csv(folder / "my_model_2.csv")
    published = pd.read_csv(copied.folder / "results/small/tables/table2.csv")
    assert {*MODELS, "Test (n = 500)"} < set(published.model)
    # How many samples a row has stands in a column here.
    rows = published.model.replace("Test (n = 500)", "Test")
    assert list(table.model) == ["My model (2)", *rows] * 3
    assert list(table.K) == [k for k in (5, 10, 20) for _ in range(1 + len(published))]
    for row in table[table.model == "My model (2)"].itertuples():
        bins = NDB.load(digits(copied) / f"bins/kmeans{row.K}.safetensors")
        result = bins.evaluate(x)
        assert (row.NDB, row.samples) == (result.ndb, 300)
        assert row.JS == pytest.approx(result.js, abs=5e-5)
    # The rows of the models are those of the tables.
    mfa = table[table.model == "MFA"]["NDB/K"]
    printed = published.set_index("model").loc[
        "MFA", [f"K={k} ours" for k in (5, 10, 20)]
    ]
    assert list(mfa) == list(printed)
    statistics = pd.read_csv(copied.folder / "results/small/tables/statistics.csv")
    same = statistics[statistics.model == "MFA"].drop(columns=["dataset", "seed"])
    np.testing.assert_array_equal(
        same.drop(columns="model"),
        table[table.model == "MFA"].drop(columns=["model", "sharpness"]),
    )
    sharp = pd.read_csv(copied.folder / "results/small/tables/sharpness.csv")
    assert table[table.model == "MFA"].sharpness.unique() == pytest.approx(
        sharp.set_index("model").loc["MFA", "ours"]
    )
    assert "My model (2)" in text  # the table is printed
    with Image.open(folder / "my_model_2.png") as image:
        assert min(image.size) > 300

    assert "Nothing to be done" in copied.run(*command).stdout
    scored = digits(copied) / "scores/mfa/seed0/proportions.parquet"
    pd.read_parquet(scored).assign(p=1.0).to_parquet(scored)
    assert copied.jobs(*command).keys() == {"own_table", "own_figure", "own"}


def test_a_folder_of_images_is_scored_where_no_model_is(copied):
    shutil.rmtree(digits(copied) / "scores")
    shutil.rmtree(digits(copied) / "models")
    folder = copied.folder / "drawn"
    folder.mkdir()
    for i, image in enumerate(dark(copied, 40)):
        Image.fromarray(image[..., 0]).save(folder / f"{i}.png")
    command = own("role: celeba, samples: drawn, label: Drawn by hand")
    assert copied.jobs(*command).keys() == JOBS
    copied.run(*command)
    table = pd.read_csv(copied.folder / "results/small/own/drawn_by_hand.csv")
    assert list(table.model) == ["Drawn by hand"] * 3
    assert not (digits(copied) / "models").exists()
    assert "Nothing to be done" in copied.run(*command).stdout
    Image.new("L", (8, 8), 255).save(folder / "7.png")  # written again in place
    assert copied.jobs(*command).keys() == JOBS


def test_models_scored_in_other_bins_are_left_out(copied):
    path = digits(copied) / "scores/mfa/seed0/proportions.parquet"
    proportions = pd.read_parquet(path)
    proportions["reference_proportion"] = proportions["reference_proportion"][
        ::-1
    ].values
    proportions.to_parquet(path)
    np.save(copied.folder / "x.npy", dark(copied, 30))
    text = copied.run(*own("role: mnist, samples: x.npy")).stdout
    assert "MFA is left out" in text
    table = pd.read_csv(copied.folder / "results/small/own/x.csv")
    assert "MFA" not in set(table.model) and "MFA (EM)" in set(table.model)


def climbing() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("../../out.png", b"")
    return stream.getvalue()


@pytest.mark.parametrize("case", ["range", "climbing"])
def test_what_cannot_be_scored_leaves_nothing_behind(copied, case):
    before = state(copied)
    if case == "range":
        np.savez(copied.folder / "x.npz", dark(copied, 30).astype(np.float32))
        name, words = "x.npz", ["outside [0, 1]", "Hint: x / 255"]
    else:
        (copied.folder / "x.zip").write_bytes(climbing())
        name, words = "x.zip", ["leads out"]
    text = copied.run(*own(f"role: mnist, samples: {name}"), ok=False).stdout
    assert all(word in text for word in [name, *words])
    assert "read_samples" not in text  # no traceback
    assert not (copied.folder / "results/small/own").exists()
    kept = {p: s for p, s in state(copied).items() if "import_samples" not in p}
    assert kept == before
    assert not list(digits(copied).glob("samples/own_*/*"))
    assert not list(digits(copied).glob("scores/own_*/*"))


def test_unusable_settings_are_refused_by_name(workflow):
    mnist = ["--configfile", "config/mnist.yaml", "--dry-run"]

    def refused(*arguments: str) -> str:
        return workflow.run(*mnist, *arguments, "--", "own", ok=False).stdout

    assert "Hint: --config 'own={role: mnist, samples" in refused()
    text = refused("--config", "own={role: celeba, samples: x, label: '?!'}")
    assert 'own.role: found "celeba"; needed a part that a dataset plays: mnist' in text
    assert "own.samples: found" in text and "own.label: found" in text


def test_a_dataset_of_ones_own_from_a_folder_to_a_table(finished, workflow):
    """As the README says: a folder of images, bins of them, a mixture, its scores."""
    folder = workflow.folder / "mine"
    folder.mkdir()
    images = read_images(digits(finished) / "images/train.arrow")[:400]
    for i, image in enumerate(images):
        # Larger and not square: they are cut and resized.
        large = Image.fromarray(image[..., 0]).resize((20, 16))
        large.save(folder / f"{i:03}.png")
    (workflow.folder / "mine.yaml").write_text(
        """
        run: mine
        roles: {celeba: null, mnist: pets, svhn: null, cifar10: null}
        samples: 200
        sharpness: {images: 100}
        bins: {k: [4, 8]}
        snapshots: {k: null}
        datasets:
          pets: {reader: images, path: mine, shape: [8, 8, 1], resize: bilinear}
        models:
          mfa: {datasets: {pets: {components: 4, latent: 2, iterations: 20}}}
          mfa_em: {datasets: {pets: {components: 4, latent: 2, passes: 3}}}
        tables:
          table2: {models: [train, test, mfa], trivial: []}
          fidelity: {k: 8}
          sensitivity: {k: 8}
        figures: {s3: {k: 8, bins: 4}, s11: {components: [1, 4]}, x1: {k: 8}}
        """
    )
    command = ["--configfile", "mine.yaml", "--", "table2", "s3", "statistics"]
    workflow.run(*command)
    results = workflow.folder / "results/mine"
    table = pd.read_csv(results / "tables/table2.csv")
    train, mixture, _ = MODELS
    assert list(table.model) == [train, "Test (n = 80)", mixture]
    assert (
        table[["K=4 ours", "K=8 ours"]].isin([i / 8 for i in range(9)]).all(axis=None)
    )
    assert read_images(results / "pets/images/train.arrow").shape == (320, 8, 8, 1)
    statistics = pd.read_csv(results / "tables/statistics.csv")
    assert list(statistics.samples) == [200, 200, 80, 80, 200, 200]
    with Image.open(results / "figures/s3.png") as image:
        assert min(image.size) > 100
    assert workflow.jobs(*command) == {}
    shutil.copy(folder / "000.png", folder / "zebra.png")
    assert workflow.jobs(*command)["prepare_images"] == 1
