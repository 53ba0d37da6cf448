"""The package: what it offers at its top, what that imports, and what is installed."""

import json
import os
import shutil
import subprocess
import sys
import zipfile

import numpy as np
import pytest

import gansgmms
from gansgmms.metrics.ndb import NDB
from tests import ROOT

LIBRARY = ROOT / "scripts" / "gansgmms"


def python(*arguments: str, path, folder) -> str:
    """What a new interpreter prints that finds the library in `path` alone."""
    environment = {**os.environ, "PYTHONPATH": str(path)}
    command = [sys.executable, *arguments]
    options = {"capture_output": True, "text": True}
    process = subprocess.run(
        command, check=False, cwd=folder, env=environment, **options
    )
    assert process.returncode == 0, process.stderr
    return process.stdout


@pytest.fixture(scope="module")
def samples(tmp_path_factory):
    """A folder with samples.npy and the bins of other images of their distribution."""
    folder = tmp_path_factory.mktemp("samples")
    images = np.random.default_rng(0).integers(0, 256, (120, 4, 4, 1), np.uint8)
    NDB.fit(images[:60], k=3, initialisations=1).save(folder / "bins.safetensors")
    np.save(folder / "samples.npy", images[60:])
    return folder


def test_the_top_of_the_package_names_what_it_offers():
    from gansgmms import MFA, InputError
    from gansgmms.errors import InputError as error
    from gansgmms.models.mfa import MFA as mixture

    assert (gansgmms.NDB, MFA, InputError) == (NDB, mixture, error)
    assert gansgmms.__all__ == ["MFA", "NDB", "InputError"]
    assert {*gansgmms.__all__, "__version__"} <= set(dir(gansgmms))
    with pytest.raises(AttributeError, match="no attribute 'GMM'"):
        _ = gansgmms.GMM


# What each use may not have imported at its end: torch takes seconds.
USES = {
    "import gansgmms": ["torch", "numpy", "pandas"],
    "from gansgmms import NDB; NDB.load('bins.safetensors').evaluate("
    "__import__('numpy').load('samples.npy')).summary()": ["torch", "matplotlib"],
    "from gansgmms.score import main; main("
    "['samples.npy', '--bins', 'bins.safetensors'])": ["torch", "matplotlib"],
}


@pytest.mark.parametrize("use", USES)
def test_scoring_imports_no_torch(use, samples):
    code = f"import json, sys; {use}; print(); print(json.dumps(list(sys.modules)))"
    printed = python("-c", code, path=LIBRARY.parent, folder=samples)
    modules = json.loads(printed.splitlines()[-1])
    assert "gansgmms" in modules
    assert not set(USES[use]) & set(modules)


def test_the_mixture_imports_torch(samples):
    code = "import sys; from gansgmms import MFA; print('torch' in sys.modules)"
    assert python("-c", code, path=LIBRARY.parent, folder=samples) == "True\n"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built of a copy: building leaves files beside the sources."""
    folder = tmp_path_factory.mktemp("wheel")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy2(ROOT / name, folder)
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(LIBRARY, folder / "scripts/gansgmms", ignore=ignored)
    options = ["--no-deps", "--no-build-isolation", "--no-index", "--quiet"]
    command = [sys.executable, "-m", "pip", "wheel", ".", "--wheel-dir", "dist"]
    subprocess.run([*command, *options], cwd=folder, check=True)
    (path,) = (folder / "dist").glob("*.whl")
    return path


def test_the_wheel_holds_every_file_of_the_library_and_nothing_else(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    held = {name for name in names if ".dist-info/" not in name}
    files = {p for p in LIBRARY.rglob("*") if p.is_file() and p.suffix != ".pyc"}
    assert held == {p.relative_to(LIBRARY.parent).as_posix() for p in files}
    assert "gansgmms/models/kvae/layers.py" in held
    assert "gansgmms/py.typed" in held


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """The wheel unpacked as pip does, away from the repository."""
    folder = tmp_path_factory.mktemp("installed")
    zipfile.ZipFile(wheel).extractall(folder)
    return folder


def test_the_installed_library_scores(installed, samples):
    arguments = ["-m", "gansgmms.score", "samples.npy", "--bins", "bins.safetensors"]
    printed = python(*arguments, path=installed, folder=samples)
    assert "NDB/K" in printed and "samples" in printed


def test_the_installed_library_fits_a_mixture(installed, samples):
    code = """
import numpy, torch
from gansgmms.data.batches import FlatImages
from gansgmms.models.mfa import Settings, fit, initialise

images = numpy.load("samples.npy")
settings = Settings(components=2, latent=1, training="em", passes=2)
generator = torch.Generator().manual_seed(0)
mixture, history = fit(FlatImages(images), settings, generator, initialise)
print(len(history), tuple(mixture.sample(5, generator).shape))
"""
    printed = python("-c", code, path=installed, folder=samples)
    assert printed == "2 (5, 4, 4, 1)\n"
