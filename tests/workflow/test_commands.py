"""Every command line of README, CONTRIBUTING and docs/: dry-run as it is printed.

A fenced block that needs more than the repository says what in a comment before it,
`<!-- needs: my.npz -->`. Files that the test can make, it makes; what it cannot is in
`NOT_HERE`, and those lines are counted.
"""

import itertools
import os
import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pytest
from PIL import Image

from tests import ROOT

from .conftest import checked_out
from .forks import snakemake

PAGES = ["README.md", "CONTRIBUTING.md"]
PAGES += sorted(str(p.relative_to(ROOT)) for p in (ROOT / "docs").rglob("*.md"))
BLOCK = re.compile(
    r"(?:^<!-- needs: (?P<needs>.+?) -->\n)?^```(?P<kind>\w*)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
# What no test machine has, and how many command lines of the pages need it.
NOT_HERE = {"conda": 1, "a bucket and snakemake-storage-plugin-s3": 1}


class Command(NamedTuple):
    page: str
    words: tuple[str, ...]
    variables: dict[str, str]
    needs: tuple[str, ...]


def commands(page: str) -> list[Command]:
    """The command lines of a page's blocks of shell; a comment ends a line."""
    found = []
    for block in BLOCK.finditer((ROOT / page).read_text()):
        if block["kind"] != "sh":
            continue
        needs = tuple((block["needs"] or "").split(", ")) if block["needs"] else ()
        for line in block["text"].replace("\\\n", " ").splitlines():
            words = [w for w in shlex.split(line, comments=True) if w != "time"]
            head = list(itertools.takewhile(lambda w: re.match(r"[A-Z_]+=", w), words))
            if words[len(head) :]:
                variables = dict(word.split("=", 1) for word in head)
                rest = tuple(words[len(head) :])
                found.append(Command(page, rest, variables, needs))
    return found


COMMANDS = [command for page in PAGES for command in commands(page)]


# Targets of make that a sentence names.
INLINE = {
    target
    for page in PAGES
    for target in re.findall(r"`make ([a-z.][^\s`]*)", (ROOT / page).read_text())
}


def _without_cores(words: tuple[str, ...]) -> Iterator[str]:
    """What is asked for: not how many jobs at once, and not whether to run them."""
    rest = iter(words)
    for word in rest:
        if word == "--cores":
            assert re.fullmatch(r"all|\d+", next(rest)), words
        elif word != "--dry-run":
            yield word


def calling(program: str) -> list[Command]:
    """The commands that call a program and need nothing that is not here, each once."""
    found = {
        (tuple(_without_cores(c.words)), c.needs): c
        for c in COMMANDS
        if c.words[0] == program and not NOT_HERE.keys() & set(c.needs)
    }
    return list(found.values())


def test_what_cannot_be_tried_is_counted():
    needed = [need for command in COMMANDS for need in command.needs]
    assert {need: needed.count(need) for need in NOT_HERE} == NOT_HERE
    assert len(calling("snakemake")) >= 15
    assert len(calling("make")) >= 8


def test_every_command_calls_a_program_that_is_known():
    known = {"snakemake", "make", "pip", "python", "git", "pre-commit", ".", "ndb"}
    assert {command.words[0] for command in COMMANDS} <= known


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The workflow, and the files of its users that the pages name."""
    folder = checked_out(tmp_path_factory.mktemp("commands"))
    shutil.copy2(ROOT / "Makefile", folder)
    np.savez(folder / "my.npz", np.zeros((400, 28, 28, 1), np.uint8))
    Image.new("RGB", (64, 64)).save(folder / "pet.png")
    with zipfile.ZipFile(folder / "pets.zip", "w") as archive:
        for i in range(10):
            archive.write(folder / "pet.png", f"{i}.png")
    (folder / "mirror").mkdir()
    for page in PAGES:  # a file that a page prints: its name is its first line
        for block in BLOCK.finditer((ROOT / page).read_text()):
            if name := re.match(r"# (\w+\.yaml)\n", block["text"]):
                (folder / name[1]).write_text(block["text"])
    return folder


# Names in the pages of what the fixture makes under another name.
PLACES = {"/path/to/mirror": "mirror"}


def alike(commands: list[Command]) -> list[list[Command]]:
    """Commands of the same options and environment: they differ in targets alone."""
    groups: dict[tuple, list[Command]] = {}
    for command in commands:
        _, options = _targets_and_options(command)
        key = (options, tuple(command.variables.items()), command.needs)
        groups.setdefault(key, []).append(command)
    return list(groups.values())


def _targets_and_options(command: Command) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The targets before the first option, and all words from there on."""
    words = tuple(_without_cores(command.words[1:]))
    targets = tuple(itertools.takewhile(lambda word: not word.startswith("-"), words))
    return targets, words[len(targets) :]


def dry_run(commands: list[Command], folder) -> subprocess.CompletedProcess:
    """How one Snakemake ends that is asked for what each of them asks for."""
    asked = [_targets_and_options(command) for command in commands]
    targets = [target for targets, _ in asked for target in targets or ["all"]]
    variables = commands[0].variables.items()
    given = {name: PLACES.get(value, value) for name, value in variables}
    arguments = ["--dry-run", "--quiet", "all", *asked[0][1]]
    unique = dict.fromkeys(targets)
    return snakemake([*arguments, "--", *unique], folder, os.environ | given)


@pytest.mark.parametrize(
    "commands", alike(calling("snakemake")), ids=lambda c: shlex.join(c[0].words[1:])
)
def test_every_command_of_snakemake_is_one(commands, folder):
    for need in commands[0].needs:
        assert (folder / PLACES.get(need, need)).exists(), need
    done = dry_run(commands, folder)
    printed = [f"{command.page}: {shlex.join(command.words)}" for command in commands]
    assert done.returncode == 0, "\n".join([*printed, done.stdout[-1500:]])


@pytest.mark.parametrize("beside", [0, 1])
def test_a_command_that_is_none_is_seen(folder, beside):
    """The test above can fail, also where others are asked with the wrong one."""
    demo = ("--configfile", "config/demo.yaml")
    wrong = [
        Command("", ("snakemake", "--cores", "1", target, *demo), {}, ())
        for target in ["fig6a"] * beside + ["table22"]
    ]
    assert alike(wrong) == [wrong]
    done = dry_run(wrong, folder)
    assert done.returncode == 1 and "table22" in done.stdout


def test_every_command_of_the_metric_runs(folder):
    """One after the other: the second takes the bins that the first has made."""
    images = np.random.default_rng(0).integers(0, 256, (400, 28, 28, 1), np.uint8)
    for name in ("train", "samples"):
        np.savez(folder / f"{name}.npz", images)
    commands = calling("ndb")
    assert len(commands) >= 3
    for command in commands:
        assert set(command.needs) <= {"train.npz", "samples.npz"}
        words = [
            str(path.relative_to(folder))
            for word in command.words[1:]
            for path in (sorted(folder.glob(word)) if "*" in word else [folder / word])
        ]
        done = subprocess.run(
            [sys.executable, "-m", "gansgmms.cli", *words],
            cwd=folder,
            env=os.environ | {"PYTHONPATH": str(ROOT / "scripts")},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    assert (folder / "proportions.png").stat().st_size > 0


@pytest.mark.parametrize("command", calling("make"), ids=lambda c: " ".join(c.words))
def test_every_command_of_make_is_a_target(command, folder):
    makefile = (folder / "Makefile").read_text()
    for word in command.words[1:]:
        name, _, value = word.partition("=")
        if not value:
            assert re.search(rf"^{re.escape(name)}:", makefile, re.MULTILINE), name
        else:
            assert re.search(rf"^{name} \?=", makefile, re.MULTILINE), name
            assert name != "CONFIG" or (folder / value).is_file()


@pytest.mark.parametrize("target", sorted(INLINE))
def test_every_target_of_make_that_a_sentence_names_is_one(target):
    makefile = (ROOT / "Makefile").read_text()
    assert re.search(rf"^{re.escape(target)}:", makefile, re.MULTILINE)


def test_configuration_files_follow_the_targets():
    """`--configfile FILE target` takes the target for a file."""
    for command in calling("snakemake"):
        if "--configfile" in command.words:
            after = command.words[command.words.index("--configfile") + 1 :]
            files = list(itertools.takewhile(lambda w: not w.startswith("-"), after))
            assert files and all(word.endswith(".yaml") for word in files), command
