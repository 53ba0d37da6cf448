"""Archives of a run's weights, samples and bins."""

import tarfile

from gansgmms.workflow import release
from tests import ROOT


def a_run(folder):
    for name in (
        "mnist/models/mfa/seed0/model.safetensors",
        "mnist/models/mfa/seed0/progress/0000002.safetensors",
        "mnist/models/mfa/seed0/state/state.safetensors",  # of a training under way
        # A folder may be empty but for this, and is expected.
        "mnist/models/mfa/seed0/progress/.snakemake_timestamp",
        "mnist/samples/mfa/seed0.arrow",
        "mnist/samples/test/seed0.arrow",
        "mnist/bins/kmeans100.safetensors",
        "mnist/images/train.arrow",  # of those who made the dataset
        "tables/table2.csv",
    ):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return folder


def test_an_archive_holds_what_a_model_was_trained_to_and_drew(tmp_path):
    results = a_run(tmp_path / "results/mnist")
    packed = release.archives(results)
    names = {
        name: [str(path.relative_to(results)) for path in files]
        for name, files in packed.items()
    }
    assert names == {
        "mnist-bins": ["mnist/bins/kmeans100.safetensors"],
        "mnist-mfa": [
            "mnist/models/mfa/seed0/model.safetensors",
            "mnist/models/mfa/seed0/progress/.snakemake_timestamp",
            "mnist/models/mfa/seed0/progress/0000002.safetensors",
            "mnist/samples/mfa/seed0.arrow",
        ],
        "mnist-test": ["mnist/samples/test/seed0.arrow"],
    }
    target, again = tmp_path / "a.tar.gz", tmp_path / "b.tar.gz"
    release.pack(packed["mnist-mfa"], results, target)
    packed["mnist-mfa"][0].touch()  # another day
    release.pack(packed["mnist-mfa"], results, again)
    assert target.read_bytes() == again.read_bytes()
    with tarfile.open(target) as archive:
        assert archive.getnames() == names["mnist-mfa"]
        archive.extractall(tmp_path / "out", filter="data")
    model = tmp_path / "out/mnist/models/mfa/seed0/model.safetensors"
    assert model.read_text() == "mnist/models/mfa/seed0/model.safetensors"


def test_the_page_names_files_that_are_there(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    results = a_run(tmp_path / "results/mnist")
    packed = release.archives(results)
    bins = [f"{results}/mnist/bins/kmeans100.safetensors"]
    text = release.page("mnist", [f"{ROOT}/config/mnist.yaml"], results, packed, bins)
    assert f"ndb score {results}/mnist/samples/mfa/seed0.arrow" in text
    assert f"--bins {results}/mnist/bins/kmeans100.safetensors" in text
    assert f"--directory {results}\n" in text.replace("; done", "\n")
    assert text.count(" --configfile config/mnist.yaml\n") == 2
    without = release.page("paper", [], results, packed)
    assert "--configfile" not in without and "ndb score" not in without
