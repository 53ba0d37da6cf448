"""A finished run packed for a release page, and a run that goes on from there."""

import shutil
import subprocess

from .conftest import SMALL, Workflow


def test_with_a_release_in_place_nothing_is_trained_or_drawn_again(
    finished, workflow, tmp_path_factory
):
    origin = tmp_path_factory.mktemp("origin") / "run"
    shutil.copytree(finished.folder, origin)
    Workflow(origin).run("release_files", "--configfile", *SMALL)
    release = origin / "results/small/release"
    check = ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"]
    subprocess.check_call(check, cwd=release)

    page = (release / "README.md").read_text()
    commands = page.split("```sh\n")[1].split("\n```")[0]
    images, unpack, touch, _ = commands.splitlines()
    rules = images.split("--until ")[1].split(" --configfile")[0].split()
    workflow.run("--until", *rules, "--configfile", *SMALL)
    unpack = unpack.replace("*.tar.gz", f"{release}/*.tar.gz")
    bash = ["bash", "-ec", f"{unpack}\n{touch}"]
    subprocess.check_call(bash, cwd=workflow.folder)
    left = workflow.jobs("--configfile", *SMALL)
    assert not {"train_model", "sample_model", "fit_bins"} & left.keys()
    assert left["evaluate_samples"] > 1
