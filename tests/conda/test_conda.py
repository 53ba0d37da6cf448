"""One rule of the demo in an environment that Snakemake made from envs/, by a real solver.

With the machine's conda where there is one, from the channels that envs/ names; else by
the stand-in of `client.py`, from a channel of wheels.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tests import ROOT

ENVIRONMENT = ROOT / "envs" / "data.yaml"  # prepare_images
IMAGES = "results/demo/digits/images/train.arrow"
TOOLS = ROOT / ".venv-conda" / "bin" / "python"
HERE = Path(__file__).parent


def python_of(environment: Path) -> str:
    """A Python on this machine of the version that an environment pins."""
    pins = yaml.safe_load(environment.read_text())["dependencies"]
    (version,) = (pin.split("=")[1] for pin in pins if pin.startswith("python="))
    versions = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    name = f"python{version}"
    for program in [name, *map(str, versions.glob(f"{version}.*/bin/{name}"))]:
        try:
            subprocess.run([program, "--version"], check=True, capture_output=True)
            return program
        except (OSError, subprocess.CalledProcessError):
            continue
    pytest.skip(f"neither conda nor {name}, which {environment.name} pins, is here")


@pytest.fixture(scope="session")
def conda(tmp_path_factory) -> dict[str, str]:
    """The variables with which Snakemake finds a conda."""
    if shutil.which("conda"):
        return {}
    python = python_of(ENVIRONMENT)
    folder = tmp_path_factory.mktemp("conda")
    maker = [TOOLS, HERE / "channel.py", ENVIRONMENT, folder, python]
    subprocess.run(maker, check=True)
    programs = folder / "bin"
    programs.mkdir()
    (programs / "activate").write_text('export CONDA_PREFIX="$1" PATH="$1/bin:$PATH"\n')
    (programs / "conda").write_text(
        f'#!/bin/sh\nexec "{TOOLS}" "{HERE / "client.py"}" "$@"\n'
    )
    (programs / "conda").chmod(0o755)
    return {
        "PATH": f"{programs}:{os.environ['PATH']}",
        "STAND_IN_FOLDER": str(folder),
        "STAND_IN_CHANNEL": f"file://{folder}/channel",
    }


def test_a_rule_runs_in_the_environment_that_snakemake_made(workflow, conda):
    demo = ["--configfile", "config/demo.yaml"]
    workflow.run(*demo, "--", IMAGES)
    plain = (workflow.folder / IMAGES).read_bytes()

    deployed = [*demo, "--sdm", "conda", "--conda-prefix", "conda", "--force"]
    text = workflow.run(*deployed, "--", IMAGES, **conda).stdout
    assert "Activating conda environment: conda/" in text
    assert (workflow.folder / IMAGES).read_bytes() == plain
    (made,) = (workflow.folder / "conda").glob("*/conda-meta")
    installed = {path.name.rsplit("-", 2)[0] for path in made.glob("*.json")}
    pins = yaml.safe_load(ENVIRONMENT.read_text())["dependencies"]
    assert {pin.split("=")[0] for pin in pins} <= installed
    assert "torch" not in installed

    # It was not this test's own Python that did the work.
    (module,) = made.parent.glob("lib/python*/site-packages/numpy/__init__.py")
    module.unlink()  # it may be a link to conda's store
    module.write_text("raise ImportError('of the environment')\n")
    text = workflow.run(*deployed, "--", IMAGES, ok=False, **conda).stdout
    assert "ImportError: of the environment" in text
