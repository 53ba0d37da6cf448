"""A conda channel in a folder: wheels of the index, as packages that a solver can choose.

python -m tests.conda.channel ENVIRONMENT.yaml FOLDER PYTHON

It holds what an environment pins, with all that needs, and a `python` that is the one
given: this machine's, behind a link. Run by the Python of `.venv-conda`.
"""

import asyncio
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import yaml
from rattler.index import index_fs
from rattler_build import assemble_package


def answer(python: str, expression: str) -> str:
    command = [python, "-c", f"import sys; print({expression})"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def add_wheels(pins: list[str], folder: Path, channel: Path, python: str) -> None:
    """Fetch the wheels of pinned packages and turn them into conda's."""
    wanted = [pin.replace("=", "==") for pin in pins]
    pip = [python, "-m", "pip", "download", "--quiet", "--only-binary=:all:"]
    subprocess.run([*pip, "--dest", str(folder / "wheels"), *wanted], check=True)

    wheels = sorted((folder / "wheels").glob("*.whl"))
    # What needs a package calls it as the package here is called.
    names = [wheel.name.partition("-")[0] for wheel in wheels]
    pairs = [("-R", n.replace("_", "[-_]"), n.replace("_", "-")) for n in names]
    renamed = [word for pair in pairs for word in pair]

    def convert(wheel: Path) -> None:
        pure = wheel.name.endswith("none-any.whl")
        kind = ["--out-dir", str(channel / ("noarch" if pure else "linux-64"))]
        kind += [] if pure else ["--allow-impure"]
        converter = [str(Path(sys.executable).with_name("whl2conda")), "convert"]
        # Of its two formats this is the faster to write.
        options = ["--ignore-pyproject", "--format", "tar.bz2", "--quiet"]
        options += renamed
        subprocess.run([*converter, str(wheel), *kind, *options], check=True)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(convert, wheels))


def add_python(folder: Path, channel: Path, python: str) -> None:
    """A package of Python whose program is a link to this machine's.

    By `pyvenv.cfg` its own packages are those of the environment.
    """
    version = answer(python, "sys.version.split()[0]")
    short = version.rpartition(".")[0]
    program = Path(answer(python, "sys.base_prefix")) / "bin" / f"python{short}"
    stage = folder / "python"
    packages = stage / "lib" / f"python{short}" / "site-packages"
    packages.mkdir(parents=True)
    (packages / "README.txt").touch()  # no package has empty folders
    (stage / "pyvenv.cfg").write_text(f"home = {program.parent}\n")
    (stage / "bin").mkdir()
    (stage / "bin" / f"python{short}").symlink_to(program)
    for name in ("python", "python3"):
        (stage / "bin" / name).symlink_to(f"python{short}")
    # Packages for one version of Python ask for its ABI.
    abi = folder / "abi"
    (abi / "share").mkdir(parents=True)
    (abi / "share" / "python_abi").write_text(short)
    build = f"0_cp{short.replace('.', '')}"
    for name, number, files, needs in (
        ("python", version, stage, [f"python_abi ={short}"]),
        ("python_abi", short, abi, []),
    ):
        assemble_package(
            *(name, number, "linux-64", build, channel / "linux-64"),
            files_dir=files,
            depends=needs,
        )


def main(environment: str, folder: Path, python: str) -> None:
    content = yaml.safe_load(Path(environment).read_text(encoding="utf-8"))
    pins = [pin for pin in content["dependencies"] if not pin.startswith("python=")]
    channel = folder / "channel"
    for kind in ("linux-64", "noarch"):
        (channel / kind).mkdir(parents=True)
    add_python(folder, channel, python)
    add_wheels(pins, folder, channel, python)
    asyncio.run(index_fs(channel, write_zst=False, write_shards=False))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]).resolve(), sys.argv[3])
    os._exit(0)  # threads of py-rattler that are still there crash Python's own end
