"""Snakemake's command lines, each in a fork of one process that has loaded it.

To load it takes a third of a dry-run's time, and there are a hundred of them.
"""

import functools
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

# Reads what to run, a line each, and answers with its exit code when it has ended.
SERVER = """
import json, os, sys
from snakemake.cli import main

for line in sys.stdin:
    asked = json.loads(line)
    if (child := os.fork()) == 0:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        said = os.open(asked["said"], os.O_WRONLY)
        os.dup2(said, 1)
        os.dup2(said, 2)
        os.chdir(asked["folder"])
        os.environ.clear()
        os.environ.update(asked["environment"])
        sys.argv[1:] = asked["arguments"]
        sys.exit(main(asked["arguments"]))
    _, status = os.waitpid(child, 0)
    print(os.waitstatus_to_exitcode(status), flush=True)
"""


@functools.cache
def _server() -> subprocess.Popen:
    """Started when it is first needed; it ends with its input, which is ours."""
    return subprocess.Popen(
        [sys.executable, "-c", SERVER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def snakemake(
    arguments: list[str], folder: Path, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess:
    """Run Snakemake in a folder to its end; `stdout` holds all that it printed."""
    server = _server()
    with tempfile.NamedTemporaryFile("r", encoding="utf-8") as said:
        asked = {
            "arguments": arguments,
            "folder": str(folder),
            "environment": dict(os.environ) if environment is None else environment,
            "said": said.name,
        }
        print(json.dumps(asked), file=server.stdin, flush=True)
        code = int(server.stdout.readline())
        return subprocess.CompletedProcess(["snakemake", *arguments], code, said.read())
