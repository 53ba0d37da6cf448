"""Errors planted in the scientific modules, and how many the unit tests notice.

    python -m tests.mutate [--sample 40] [--seed 0] [--jobs 2] [metrics models/vae ...]

mutmut changes one expression of a function at a time (an operator, a number, an argument,
an assignment) and runs the tests that reach the function, as many as stand in the folder
that mirrors the module's. A folder stands for all modules in it. Drawn are `--sample` changes of each module, by `--seed`, the
same for the same code. Texts are left alone: lines that log or raise. In build/mutate lie
the changed copy, and what survived (survivors.txt, with the change).
"""

import argparse
import json
import os
import random
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests import ROOT

FOLDERS = [
    "metrics",
    "models",
    "models/gan",
    "models/mfa",
    "models/kvae",
    "models/trivial",
    "training",
    "claims",
]
# Every model at every size, which would be trained anew for each change of the loop.
LONG = ["test_every_model.py"]
COPY = ROOT / "build/mutate"
# A CPU cannot tell on which device something lies: tests/unit/training/test_precision.py
# and tests/gpu can.
DEVICE = re.compile(r"(, )?(device=)?\b([\w.]+\.)?(device|None)\b(, )?|\.to\(.*?\)")
# What is said, not computed: a message that differs is no other result.
TEXTS = [r"raise \w*Error", r"InputError\(", r"\blog\.", r"^\s*f?\"", r"warn"]
NOTICED = {1, 3, 24, 36, 152, 255, -24, -9, -11}  # failed, crashed or hung
CONFIGURATION = """
[tool.pytest.ini_options]
pythonpath = ["src"]

[tool.mutmut]
source_paths = ["src"]
only_mutate = ["src/gansgmms/{folder}/*.py"]
do_not_mutate = ["src/gansgmms/{folder}/*/*.py"]
do_not_mutate_patterns = {texts}
also_copy = ["scripts", "config", "config.yaml", "docs", "resources"]
pytest_add_cli_args_test_selection = {tests}
pytest_add_cli_args = ["-p", "no:cacheprovider"]
process_isolation = "forkserver"
"""
# All changes, without the tests that `mutmut run` begins with.
MAKE = """
from mutmut import __main__ as mutmut
mutmut.set_mutant_under_test("mutant_generation")
mutmut.Path("mutants").mkdir(exist_ok=True)
with mutmut.CatchOutput():
    mutmut.copy_src_dir()
    mutmut.copy_also_copy_files()
    mutmut.setup_source_paths()
    mutmut.create_mutants(1)
"""


def prepare(folder: str) -> None:
    """A copy in which mutmut finds the library under src/, its name for a package."""
    shutil.rmtree(COPY, ignore_errors=True)
    unused = shutil.ignore_patterns("__pycache__", "workflow", "faults", "cluster")
    shutil.copytree(ROOT / "scripts/gansgmms", COPY / "src/gansgmms")
    shutil.copytree(ROOT / "tests", COPY / "tests", ignore=unused)
    for name in ("config", "docs", "resources"):
        shutil.copytree(ROOT / name, COPY / name)
    shutil.copy2(ROOT / "config.yaml", COPY)
    (COPY / "scripts").symlink_to("src")
    tests = sorted((COPY / "tests/unit" / folder).glob("test_*.py"))
    selected = [str(p.relative_to(COPY)) for p in tests if p.name not in LONG]
    (COPY / "pyproject.toml").write_text(
        CONFIGURATION.format(
            folder=folder, texts=json.dumps(TEXTS), tests=json.dumps(selected)
        )
    )


def mutmut(*arguments: str) -> str:
    """What mutmut prints; one thread a process, as the tests are run."""
    return subprocess.run(
        [sys.executable, "-m", "mutmut", *arguments],
        cwd=COPY,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    ).stdout


def planted(folder: str) -> dict[str, dict[str, int | None]]:
    """Changes by module, each with the exit code of its tests (None: not run)."""
    metas = sorted((COPY / "mutants/src/gansgmms" / folder).glob("*.meta"))
    return {
        path.name.removesuffix(".py.meta"): json.loads(path.read_text())[
            "exit_code_by_key"
        ]
        for path in metas
    }


def change(name: str) -> tuple[str, str]:
    """The line as it was and as it was made."""
    lines = re.findall(r"^[+-] (.*)$", mutmut("show", name), re.MULTILINE)
    return "\n".join(lines[: len(lines) // 2]), "\n".join(lines[len(lines) // 2 :])


def of_the_device_alone(before: str, after: str) -> bool:
    return DEVICE.sub("", before) == DEVICE.sub("", after)


def run(asked: str, sample: int, seed: int, jobs: int) -> dict[str, tuple[int, dict]]:
    """By module: how many changes were tried, and those that survived, by name."""
    folder, only = asked, ""
    if not (ROOT / "scripts/gansgmms" / asked).is_dir():
        folder, _, only = asked.rpartition("/")
    prepare(folder)
    subprocess.run([sys.executable, "-c", MAKE], cwd=COPY, check=True)
    chosen = []
    for module, changes in planted(folder).items():
        names = sorted(changes) if only in ("", module) else []
        drawn = random.Random(f"{seed} {folder}/{module}")
        chosen += drawn.sample(names, min(sample, len(names)))
    said = mutmut("run", "--max-children", str(jobs), *chosen)
    tried = set(chosen)
    found = {}
    for module, changes in planted(folder).items():
        codes = {name: code for name, code in changes.items() if name in tried}
        if None in codes.values():
            raise SystemExit(f"{folder}: its tests were not run\n{said[-2000:]}")
        left = {name: change(name) for name, c in codes.items() if c not in NOTICED}
        survived = {n: c for n, c in left.items() if not of_the_device_alone(*c)}
        if codes:
            found[f"{folder}/{module}"] = (
                len(codes) - len(left) + len(survived),
                survived,
            )
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="*", default=FOLDERS)
    parser.add_argument("--sample", type=int, default=40, help="changes a module")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    arguments = parser.parse_args()
    print("| module | planted | noticed |\n|:--|--:|--:|", flush=True)
    total = noticed = 0
    survivors = []
    for asked in arguments.folders:
        result = run(asked, arguments.sample, arguments.seed, arguments.jobs)
        for module, (tried, survived) in result.items():
            share = 1 - len(survived) / tried
            print(f"| `{module}` | {tried} | {share:.0%} |", flush=True)
            total, noticed = total + tried, noticed + tried - len(survived)
            for name, (before, after) in survived.items():
                survivors.append(f"{name}\n- {before}\n+ {after}")
    print(f"| all | {total} | {noticed / total:.0%} |")
    (ROOT / "build").mkdir(exist_ok=True)
    Path(ROOT / "build/survivors.txt").write_text("\n\n".join(survivors) + "\n")


if __name__ == "__main__":
    main()
