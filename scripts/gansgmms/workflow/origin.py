"""Where results come from: the commit, the versions and the machine."""

import contextlib
import importlib.metadata
import os
import platform
import re
import subprocess
from pathlib import Path

PACKAGES = (
    "snakemake",
    "torch",
    "numpy",
    "scipy",
    "scikit-learn",
    "pandas",
    "matplotlib",
)


def origin(folder: Path) -> dict[str, object]:
    """The commit, the versions and the machine that results come from.

    Args:
        folder: a checkout of the workflow; where it is none, there is no commit.
    """
    return {
        "commit": _commit(folder),
        "python": platform.python_version(),
        **_versions(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 1e9:.0f} GB",
    }


def _commit(folder: Path) -> str | None:
    """The commit of a checkout, with -dirty where more than results has changed."""

    def git(*arguments: str) -> str:
        command = ["git", "-C", str(folder), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return done.stdout.strip()

    # Not by `describe --dirty`: the showcase that is being made replaces the last one.
    changed = git("status", "--porcelain", "-uno", "--", ".", ":(exclude)results")
    commit = git("rev-parse", "--short=12", "HEAD")
    return f"{commit}-dirty" if commit and changed else commit or None


def _versions() -> dict[str, str]:
    found = {}
    for name in PACKAGES:
        # In an environment of its own, a job need not have all of them.
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            found[name] = importlib.metadata.version(name)
    return found


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    found = (
        re.search(r"model name\s*: (.*)", info.read_text("utf-8", "replace"))
        if info.exists()
        else None
    )
    return found[1] if found else platform.processor() or platform.machine()
