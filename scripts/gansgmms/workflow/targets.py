"""The list of targets: what each makes, and whether it is up to date.

Snakemake is asked twice: for its target rules, and for the state of every file. Nothing
is run.
"""

import re
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

# Between them, these make the files of every target but those of user samples.
ASKED = (
    *("all", "showcase", "verdicts", "release_files"),
    *("benchmarks", "stacking", "training_speed"),
)


def targets(arguments: Sequence[str]) -> list[str]:
    """One line a target, as `listed` writes it.

    Args:
        arguments: of Snakemake, such as `--configfile config/demo.yaml`. Where it
            refuses them, its message ends the program.
    """
    with ThreadPoolExecutor(2) as pool:
        rules = pool.submit(_ask, *arguments, "--list-target-rules")
        files = pool.submit(_ask, *arguments, "--summary", "--", *ASKED)
        return listed(described(rules.result()), pending(files.result()))


def described(lines: list[str]) -> dict[str, str]:
    """The target rules by name, each with the line that says what it makes.

    Args:
        lines: of `snakemake --list-target-rules`: a name, then the docstring in brackets.
    """
    split = [line.partition(" ") for line in lines if line.strip()]
    return {
        name: text.strip().removeprefix("(").removesuffix(")")
        for name, _, text in split
    }


def pending(lines: list[str]) -> dict[str, bool]:
    """For each rule whether a file of it is missing or would be made again.

    Args:
        lines: of `snakemake --summary`: a tab-separated table, one row a file.
    """
    header, *rows = [line.split("\t") for line in lines if "\t" in line]
    rule, plan = header.index("rule"), header.index("plan")
    state: dict[str, bool] = {}
    for row in rows:
        state[row[rule]] = state.get(row[rule], False) or row[plan] != "no update"
    return state


def listed(targets: dict[str, str], state: dict[str, bool]) -> list[str]:
    """One line a target, those with files first: its state, its name, what it makes."""
    words = {True: "to make", False: "up to date", None: "-"}
    width = max(map(len, targets))
    names = sorted(targets, key=lambda name: (name not in state, _natural(name)))
    return [
        f"{words[state.get(n)]:10}  {n:{width}}  {targets[n]}".rstrip() for n in names
    ]


def _natural(name: str) -> list:
    """A key by which s2 comes before s10."""
    return [int(p) if p.isdigit() else p for p in re.split(r"(\d+)", name)]


def _ask(*arguments: str) -> list[str]:
    """The lines that Snakemake prints; where it fails, its message ends the program."""
    command = [sys.executable, "-m", "snakemake", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr.strip())
    return done.stdout.splitlines()
