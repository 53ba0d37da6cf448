"""A stand-in for conda: the commands that Snakemake calls, with conda's own solver and layout.

It solves and links for real (py-rattler), from the one channel in $STAND_IN_CHANNEL,
whichever channels an environment names. Run by the Python of `.venv-conda`.
"""

import asyncio
import json
import os
import sys
from pathlib import Path

import rattler
import yaml

# As Snakemake wants it: <here>/bin/conda, and <here>/bin/activate, which it sources.
HERE = os.environ.get("STAND_IN_FOLDER", "")


def value(arguments: list[str], name: str) -> str:
    """The word after an option."""
    return arguments[arguments.index(name) + 1]


async def create(file: str, prefix: str) -> None:
    """Solve the environment of a YAML file and link its packages into a folder."""
    environment = yaml.safe_load(Path(file).read_text(encoding="utf-8"))
    records = await rattler.solve(
        [os.environ["STAND_IN_CHANNEL"]],
        environment["dependencies"],
        platforms=["linux-64", "noarch"],
        virtual_packages=rattler.VirtualPackage.detect(),
    )
    await rattler.install(
        records, prefix, cache_dir=f"{HERE}/packages", show_progress=False
    )


def main(arguments: list[str]) -> None:
    match arguments:
        case ["--version"]:
            print("conda 24.11.3")
        case ["info", *_]:
            here = {"conda_prefix": HERE, "root_prefix": HERE, "platform": "linux-64"}
            print(json.dumps(here))
        case ["config", *_]:
            print(json.dumps({"get": {"channel_priority": "strict"}}))
        case ["env", "create", *_]:
            file, prefix = value(arguments, "--file"), value(arguments, "--prefix")
            asyncio.run(create(file, prefix))
        case ["clean", *_]:
            pass  # what it fetched is in a folder of the test
        case _:
            sys.exit(f"the stand-in for conda does not know: {' '.join(arguments)}")


main(sys.argv[1:])
sys.stdout.flush()
os._exit(0)  # threads of py-rattler that are still there crash Python's own end
