"""The profiles: options that Snakemake has, and the rules that the workflow has."""

import os
import re
import subprocess

import pytest
import yaml

from tests import ROOT

PROFILES = sorted(path.parent.name for path in ROOT.glob("profiles/*/config.yaml"))
CLUSTERS = [name for name in PROFILES if name != "default"]


def read(name) -> dict:
    return yaml.safe_load((ROOT / f"profiles/{name}/config.yaml").read_text())


def rules() -> dict[str, str]:
    """The text of every rule by its name; one made of another has that one's before it,
    one made in a loop the name of its script.
    """
    found: dict[str, str] = {}
    for path in sorted((ROOT / "rules").glob("*.smk")):
        for block in re.split(r"\n(?= *(?:use )?rule\b)", path.read_text()):
            if start := re.match(r"rule (\w+):", block):
                found[start[1]] = block
            elif start := re.match(r"use rule (\w+) as (\w+) with:", block):
                found[start[2]] = found[start[1]] + block
            elif re.match(" *rule:", block):
                found[re.search(r"scripts/([\w{}.]+)\.py", block)[1]] = block
    return found


# Rules that are made in loops: one for each figure and table of the configuration.
LOOPS = {
    *("plot_{params.kind}", "write_table", "write_recognition", "write_importance"),
    *("write_fidelity", "write_sensitivity", "write_ablations"),
}
CONFIG = yaml.safe_load((ROOT / "config.yaml").read_text("utf-8"))
SHOWN = {*CONFIG["figures"], *CONFIG["tables"]}
SHOWN |= {f"{n}_js" for n, entry in CONFIG["tables"].items() if entry["kind"] == "ndb"}
ON_GPU = {name for name, text in rules().items() if re.search(r"\bgpu=GPU\b", text)}


def test_the_rules_are_found():
    assert {"train_model", "fit_bins"} <= ON_GPU
    assert {
        "write_table",
        "plot_{params.kind}",
        "retrieve_file",
    } <= rules().keys() - ON_GPU


@pytest.mark.parametrize("name", PROFILES)
def test_every_entry_is_an_option_and_every_comment_comes_first(name):
    for plugin in ("slurm", "cluster_generic", "kubernetes"):
        pytest.importorskip(f"snakemake_executor_plugin_{plugin}")
    from snakemake.cli import get_argument_parser

    known = get_argument_parser()._option_string_actions
    lines = (ROOT / f"profiles/{name}/config.yaml").read_text().splitlines()
    assert lines[0].startswith("# ")
    for key in read(name):
        assert f"--{key}" in known, key
        where = next(i for i, line in enumerate(lines) if line.startswith(f"{key}:"))
        # Explained above it, inside it, or together with the entry above.
        block = lines[where - 1], *lines[where + 1 : where + 3]
        follows = not block[0].startswith("#") and block[0] != ""
        assert follows or any(line.strip().startswith("#") for line in block), key


@pytest.mark.parametrize("name", CLUSTERS)
def test_what_a_profile_says_of_rules_is_of_rules_that_exist(name):
    profile = read(name)
    assert profile.get("groups", {}).keys() <= rules().keys() | SHOWN
    entries = profile.get("set-resources", {})
    assert entries.keys() <= rules().keys()
    # What a job needs its rule says, for its own wildcards and attempt.
    assert not {key for e in entries.values() for key in e} & {"mem_mb", "runtime"}
    assert profile["resources"]["gpu"] == 1
    assert profile["set-resource-scopes"]["gpu"] == "local"


def test_slurm_sends_what_holds_a_gpu_where_the_gpus_are():
    profile = read("slurm")
    at_gpus = {
        rule
        for rule, entry in profile["set-resources"].items()
        if entry.get("slurm_partition") == "gpu"
    }
    groups = profile["groups"]
    with_gpu = {groups[rule] for rule in ON_GPU & groups.keys()}
    beside = {rule for rule, group in groups.items() if group in with_gpu}
    assert at_gpus == ON_GPU | beside


def test_generic_sends_what_holds_a_gpu_where_the_gpus_are():
    entries = read("generic")["set-resources"]
    assert {r for r, e in entries.items() if e.get("partition") == "gpu"} == ON_GPU


def test_only_trainings_and_benchmarks_are_submitted_by_themselves():
    """A group loses all that it made when one of its jobs fails."""
    alone = (rules().keys() - LOOPS | SHOWN) - read("slurm")["groups"].keys()
    local = {name for name, text in rules().items() if "localrule: True" in text}
    assert alone - local == {
        "train_model",
        "benchmarks",
        "training_speed",
        "stacking",
    }


def test_only_rules_that_ask_for_a_gpu_look_for_a_device():
    for name, text in rules().items():
        asks = 'device=config["device"]' in text
        assert asks == (name in ON_GPU), name


@pytest.mark.parametrize(
    ("squeue", "sacct", "said"),
    [
        ("RUNNING", "", "running"),
        ("PENDING", "", "running"),
        ("COMPLETED", "", "success"),
        ("TIMEOUT", "", "failed"),
        ("OUT_OF_MEMORY", "", "failed"),
        ("CANCELLED", "", "failed"),
        ("", "COMPLETED", "success"),
        ("", "CANCELLED by 0", "failed"),
        ("", "", "running"),
    ],
)
def test_the_status_of_a_generic_job(tmp_path, monkeypatch, squeue, sacct, said):
    for name, answer in (("squeue", squeue), ("sacct", sacct)):
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\necho '{answer}'\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    script = ROOT / "profiles/generic/status.sh"
    assert os.access(script, os.X_OK)
    found = subprocess.run([script, "7"], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == said
