"""Continuous integration, hooks and image: they cover what pyproject.toml promises."""

import re
import subprocess
import sys
import tomllib

import pytest
import yaml

from tests import ROOT

WORKFLOWS = sorted(ROOT.glob(".github/workflows/*.yml"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
MAKEFILE = (ROOT / "Makefile").read_text().replace("\\\n", " ")


def workflow(name: str) -> dict:
    return yaml.safe_load((ROOT / f".github/workflows/{name}.yml").read_text())["jobs"]


def versions(specifier: str) -> set[str]:
    """The minor versions in `>=3.11,<3.14`."""
    low, high = re.search(r">=\d+\.(\d+),<\d+\.(\d+)", specifier).groups()
    major = specifier.partition(">=")[2].partition(".")[0]
    return {f"{major}.{minor}" for minor in range(int(low), int(high))}


def recipe(target: str) -> list[str]:
    """The commands of a target of the Makefile."""
    text = MAKEFILE.partition(f"\n{target}:")[2].partition("\n\n")[0]
    return [line.strip() for line in text.splitlines()[1:]]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda p: p.stem)
@pytest.mark.parametrize("name", ["vendor", "custom"])
def test_workflows_are_such_to_github(path, name):
    schemas = {
        "vendor": "vendor.github-workflows",
        "custom": "custom.github-workflows-require-timeout",
    }
    command = ["check_jsonschema", "--builtin-schema", schemas[name], str(path)]
    done = subprocess.run(
        [sys.executable, "-m", *command], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_the_matrix_holds_every_python_and_the_ends_of_torch():
    matrix = workflow("test")["test"]["strategy"]["matrix"]
    assert set(matrix["python"]) == versions(PROJECT["requires-python"])
    (torch,) = [d for d in PROJECT["dependencies"] if d.startswith("torch")]
    supported = sorted(versions(torch))
    assert sorted(matrix["torch"]) == [supported[0], supported[-1]]


def test_jobs_call_targets_of_the_makefile():
    phony = re.search(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)[1].split()
    steps = [s for job in workflow("test").values() for s in job["steps"] if "run" in s]
    called = {word for s in steps for word in re.findall(r"^make (\S+)", s["run"])}
    assert {"test", "demo", "test-faults", "docs"} <= called
    assert called <= {*phony, ".venv/ready"}


def test_every_conda_environment_is_solved():
    matrix = workflow("environments")["solve"]["strategy"]["matrix"]
    assert matrix["environment"] == sorted(p.stem for p in ROOT.glob("envs/*.yaml"))


def test_hooks_call_what_lint_calls():
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())
    hooks = [hook for repo in config["repos"] for hook in repo["hooks"]]
    assert {repo["repo"] for repo in config["repos"]} == {"local"}
    lint = [line.replace(" --check", "") for line in recipe("lint")]
    for hook in hooks:
        assert hook["language"] == "system"
        command = hook["entry"].removeprefix(".venv/bin/").removesuffix(" --fix")
        assert any(line.startswith(command) for line in lint), command


def instructions() -> list[tuple[str, str]]:
    """The instructions of the Containerfile."""
    text = (ROOT / "Containerfile").read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [tuple(line.split(maxsplit=1)) for line in lines]


def test_the_image_is_of_a_python_that_is_supported_and_no_root():
    found = dict(instructions())
    version = re.search(r"python:(\d+\.\d+)-slim", found["FROM"])[1]
    assert version in versions(PROJECT["requires-python"])
    assert found["USER"].isdigit() and int(found["USER"]) > 0
    # Where the executor's pods work.
    assert found["WORKDIR"] == "/workdir"


def test_the_image_holds_what_its_profile_needs():
    (copied,) = [rest for name, rest in instructions() if name == "COPY"]
    *sources, destination = copied.split()
    kept = (ROOT / ".dockerignore").read_text().splitlines()
    assert {f"!{source}" for source in sources} == {l for l in kept if l[:1] == "!"}
    assert "*" in kept
    # A requirements file that another one names must be copied too.
    for source in sources:
        for named in re.findall(
            r"^-r (\S+)", (ROOT / source).read_text(), re.MULTILINE
        ):
            assert named in sources
    run = " ".join(rest for name, rest in instructions() if name == "RUN")
    assert f"--requirement {destination}requirements-cluster.txt" in run
    profile = yaml.safe_load((ROOT / "profiles/kubernetes/config.yaml").read_text())
    plugin = profile["default-storage-provider"]
    assert re.search(rf"snakemake-storage-plugin-{plugin}==\d", run)
