"""The workflow started from another folder, for another folder, and as a module."""

import pytest

from tests import ROOT

from .conftest import SMALL
from .forks import snakemake

CONFIG = [str(ROOT / file) for file in SMALL]
MODULE = f"""
configfile: "{ROOT}/config.yaml"
module gg:
    snakefile: "{ROOT}/Snakefile"
    config: config
use rule * from gg as gg_*
"""


@pytest.mark.parametrize("way", ["snakefile", "directory", "module"])
def test_the_workflow_runs_where_one_is(tmp_path, way):
    targets, here = (
        ["table1", "x2"],
        tmp_path,
    )  # a table and a figure of the papers' numbers
    where = ["--snakefile", str(ROOT / "Snakefile")]
    if way == "directory":
        here, where = ROOT, [*where, "--directory", str(tmp_path)]
    elif way == "module":
        (tmp_path / "Snakefile").write_text(MODULE)
        targets, where = ["gg_table1", "gg_x2"], []
    command = [*where, "--dry-run", "--cores", "1", "--configfile", *CONFIG]
    result = snakemake([*command, "--", *targets], here)
    assert result.returncode == 0, result.stdout
    for output in ("tables/table1.csv", "figures/x2.png"):
        assert f"output: results/small/{output}" in result.stdout
    assert (tmp_path / ".snakemake").is_dir()
