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
    target, here = "table1", tmp_path
    where = ["--snakefile", str(ROOT / "Snakefile")]
    if way == "directory":
        here, where = ROOT, [*where, "--directory", str(tmp_path)]
    elif way == "module":
        (tmp_path / "Snakefile").write_text(MODULE)
        target, where = "gg_table1", []
    command = [*where, "--dry-run", "--cores", "1", "--configfile", *CONFIG]
    result = snakemake([*command, "--", target], here)
    assert result.returncode == 0, result.stdout
    assert "output: results/small/tables/table1.csv" in result.stdout
    assert (tmp_path / ".snakemake").is_dir()
