"""The conda environments: read by conda's own parser, pinned as pip's, and complete."""

import ast
import re
import sys
from pathlib import Path

import pytest
import yaml

from gansgmms.settings.figures import KINDS
from tests import ROOT

SCRIPTS = ROOT / "scripts"
ENVIRONMENTS = sorted(path.stem for path in (ROOT / "envs").glob("*.yaml"))
CONDA_NAMES = {
    "torch": "pytorch",
    "matplotlib": "matplotlib-base",
    "seaborn": "seaborn-base",
}
# What a package of conda-forge brings along and needs no pin of its own.
BROUGHT = {
    "matplotlib-base": {"pillow", "numpy"},
    "scikit-learn": {"scipy", "numpy", "joblib"},
    "pytorch": {"numpy"},
}
PACKAGES = {
    "sklearn": "scikit-learn",
    "PIL": "pillow",
    "yaml": "pyyaml",
    "pydantic_core": "pydantic",
}


def pins() -> dict[str, str]:
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    return dict(
        re.fullmatch(r"([a-z0-9-]+)==(\S+)", line).groups()
        for line in lines
        if line[:1] not in ("#", "")
    )


def environment(name) -> dict:
    return yaml.safe_load((ROOT / f"envs/{name}.yaml").read_text())


def specs(name) -> list:
    """The dependencies as conda understands them."""
    rattler = pytest.importorskip("rattler")
    lines = environment(name)["dependencies"]
    return [rattler.MatchSpec(line, strict=True) for line in lines]


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_an_environment_is_one_to_conda(name):
    content = environment(name)
    assert content.keys() == {"channels", "dependencies"}
    assert content["channels"] == ["conda-forge", "nodefaults"]
    # No `pip` section: pip would resolve it apart from all the rest.
    assert all(isinstance(line, str) for line in content["dependencies"])
    names = [spec.name.normalized for spec in specs(name)]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_an_environment_pins_what_the_requirements_pin(name):
    versions = {CONDA_NAMES.get(pip, pip): pin for pip, pin in pins().items()}
    for spec in specs(name):
        package = spec.name.normalized
        version = str(spec.version).removesuffix(".*")
        if package == "python":
            assert version in ("3.11", "3.12", "3.13")
        else:
            assert version == versions[package]


def test_the_gpu_variant_differs_in_the_build_of_torch_alone():
    cpu, gpu = ({str(s) for s in specs(name)} for name in ("torch", "torch_cuda"))
    assert len(cpu - gpu) == len(gpu - cpu) == 1
    (spec,) = [s for s in specs("torch_cuda") if s.name.normalized == "pytorch"]
    assert str(spec.build) == "cuda*"


def rules() -> dict[str, tuple[str, set[str]]]:
    """The script of every rule, and the environments that it may run in, by its name.

    A rule made in a loop has its script's name; figures have their kind's.
    """
    found = {f"plot_{k}": (f"plot_{k}.py", {c.environment}) for k, c in KINDS.items()}
    for path in sorted((ROOT / "rules").glob("*.smk")):
        for block in re.split(r"\n(?= *rule\b)", path.read_text()):
            script = re.search(r"\.\./scripts/(\w+)\.py", block)
            if script and (start := re.match(r" *rule( \w+)?:", block)):
                name = (start[1] or script[1]).strip()
                found[name] = f"{script[1]}.py", environments_of(block)
    return found


def environments_of(text: str) -> set[str]:
    if re.search(r"\bTORCH\b", text):
        return {"torch", "torch_cuda"}
    return set(re.findall(r"envs/(\w+)\.yaml", text))


def test_every_rule_names_an_environment_that_exists_and_every_one_is_used():
    named = {rule: environments for rule, (_, environments) in rules().items()}
    assert all(named.values()), named
    assert set().union(*named.values()) == set(ENVIRONMENTS)
    assert {"write_table", "train_model", "plot_one_bin"} <= named.keys()


def imported(path: Path, seen: set[Path]) -> set[str]:
    """The packages that a file imports when it is, and by the files it imports."""
    if path in seen:
        return set()
    seen.add(path)
    text = path.read_text()
    names: set[str] = set()
    # Not inside functions: those import what not every caller needs.
    for node in ast.parse(text).body:
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            here = path.relative_to(SCRIPTS).parts[: -node.level] if node.level else ()
            module = ".".join([*here, *filter(None, [node.module])])
            names |= {module, *(f"{module}.{alias.name}" for alias in node.names)}
    if "import_module(" in text:  # of a model, by the name of its architecture
        for file in (SCRIPTS / "gansgmms/models").rglob("*.py"):
            names.add(".".join(file.relative_to(SCRIPTS).with_suffix("").parts))
    found = set()
    for name in names:
        top = name.partition(".")[0]
        if top == "gansgmms":
            stem = SCRIPTS.joinpath(*name.split("."))
            for file in (stem.with_suffix(".py"), stem / "__init__.py"):
                if file.is_file():
                    found |= imported(file, seen)
        elif top not in sys.stdlib_module_names:
            found.add(PACKAGES.get(top, CONDA_NAMES.get(top, top)))
    return found


def test_an_import_is_found_however_deep():
    found = imported(SCRIPTS / "train_model.py", set())
    assert {"pytorch", "safetensors", "pandas", "pyarrow", "numpy"} <= found


@pytest.mark.parametrize("rule", sorted(rules()))
def test_an_environment_holds_all_that_its_script_imports(rule):
    script, environments = rules()[rule]
    needed = imported(SCRIPTS / script, set())
    for name in environments:
        there = {spec.name.normalized for spec in specs(name)}
        there |= {b for package in there for b in BROUGHT.get(package, ())}
        assert needed <= there, (name, needed - there)


def test_the_installed_torch_is_one_the_project_supports():
    import torch

    major, minor = map(int, torch.__version__.split(".")[:2])
    assert (2, 11) <= (major, minor) < (2, 14)
