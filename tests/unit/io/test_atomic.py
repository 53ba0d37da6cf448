"""Files that are whole or absent, whatever happens while they are written."""

import errno
import hashlib
import os
import shutil
import stat
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from gansgmms.errors import InputError
from gansgmms.io.atomic import atomic, digest, exclusive_lock
from gansgmms.io.images import write_images
from gansgmms.io.weights import write_tensors
from gansgmms.training.checkpoint import Checkpoint
from tests import ROOT
from tests.unit.files import pictures


def test_a_block_that_succeeds_leaves_its_file_alone(tmp_path):
    path = tmp_path / "new" / "folder" / "result.csv"
    with atomic(path) as temporary:
        assert temporary.parent == path.parent and temporary.suffix == ".csv"
        temporary.write_text("whole")
        assert not path.exists()
    assert [p.name for p in path.parent.iterdir()] == ["result.csv"]
    assert path.read_text() == "whole"


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, OSError, SystemExit])
@pytest.mark.parametrize("before", ["old", None])
def test_a_block_that_fails_changes_nothing(tmp_path, error, before):
    path = tmp_path / "result.csv"
    if before:
        path.write_text(before)
    with pytest.raises(error), atomic(path) as temporary:
        temporary.write_text("half")
        raise error
    assert [p.read_text() for p in tmp_path.iterdir()] == ([before] if before else [])


@pytest.mark.parametrize("mask", [0o022, 0o027, 0o077, 0o002])
def test_permissions_are_those_of_any_new_file(tmp_path, mask):
    before = os.umask(mask)
    try:
        with atomic(tmp_path / "ours") as temporary:
            temporary.write_text("text")
        (tmp_path / "plain").write_text("text")
        assert os.umask(mask) == mask  # read, and put back
    finally:
        os.umask(before)
    modes = {stat.S_IMODE(p.stat().st_mode) for p in tmp_path.iterdir()}
    assert modes == {0o666 & ~mask}


def test_an_older_file_is_replaced(tmp_path):
    path = tmp_path / "result"
    for text in ("old", "new"):
        with atomic(path) as temporary:
            temporary.write_text(text)
    assert path.read_text() == "new"


@given(content=st.binary(max_size=300_000))
@settings(max_examples=10, deadline=None)
def test_digest_is_that_of_the_content(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("digest") / "file"
    path.write_bytes(content)
    assert digest(path) == hashlib.sha256(content).hexdigest()
    assert digest(path, "md5") == hashlib.md5(content).hexdigest()


@pytest.fixture
def small_disk(tmp_path):
    """A folder with 256 KiB of room."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "none", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False).returncode:
        pytest.skip("only root can mount the small disk that this test fills")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def some_images(path, n):
    write_images(path, pictures(n, (16, 16, 3)))


def some_weights(path, n):
    write_tensors(path, {"a": torch.zeros(n, 192)}, "test", {})


def some_state(path, n):
    Checkpoint(path.parent, {}).save({"a": torch.zeros(n, 192)}, {})


def some_numbers(path, n):
    with atomic(path) as temporary:
        numbers = np.random.default_rng(0).normal(size=(n, 96))
        pd.DataFrame(numbers).rename(columns=str).to_parquet(temporary)


def some_text(path, n):
    with atomic(path) as temporary:
        temporary.write_text("x" * 768 * n)


@pytest.mark.parametrize(
    "write", [some_images, some_weights, some_state, some_numbers, some_text]
)
def test_on_a_full_disk_the_older_file_stays(small_disk, write):
    path = small_disk / "set" / "state.safetensors"
    write(path, 10)
    before = digest(path)
    with pytest.raises(InputError, match=f"{path}: found a full disk"):
        write(path, 1000)
    assert [p.name for p in path.parent.iterdir()] == [path.name]
    assert digest(path) == before
    write(path, 20)
    assert digest(path) != before


def test_a_folder_that_cannot_be_written_is_named(small_disk):
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    for path in (small_disk / "file", small_disk / "new" / "file"):
        with pytest.raises(InputError, match=f"{small_disk}.*no permission"):
            some_text(path, 1)


HOLD = """
import sys
from gansgmms.io.atomic import exclusive_lock
with exclusive_lock(sys.argv[1]):
    print("mine", flush=True)
    sys.stdin.read()
"""


def test_a_folder_belongs_to_one_process_at_a_time(tmp_path):
    folder = tmp_path / "state"
    other = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)],
        env=os.environ | {"PYTHONPATH": str(ROOT / "scripts")},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert other.stdout.readline() == "mine\n"
    found = rf"{folder}.*process {other.pid} on"
    with pytest.raises(InputError, match=found), exclusive_lock(folder, wait=0.2):
        pass
    other.kill()
    other.communicate()
    with exclusive_lock(folder, wait=5):
        shutil.rmtree(folder)  # as a training that is complete does
    with exclusive_lock(folder, wait=0):
        pass


def test_the_lock_names_its_holder_and_nobody_before(tmp_path):
    """An older and longer name does not show behind the new one."""
    (tmp_path / "lock").write_text("process 4194304 on a-machine-of-a-long-name" * 9)
    with exclusive_lock(tmp_path):
        holder = (tmp_path / "lock").read_text()
    assert holder == f"process {os.getpid()} on {os.uname().nodename}"


class FromRust(Exception):
    """What safetensors raises: the number stands in its words only."""


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("ENOSPC", "a full disk"),
        ("EDQUOT", "a full disk"),
        ("EACCES", "no permission"),
        ("EPERM", "no permission"),
        ("EROFS", "no permission"),
    ],
)
@pytest.mark.parametrize("in_words", [False, True])
def test_what_the_system_refuses_is_said_in_words(tmp_path, name, said, in_words):
    number = getattr(errno, name)
    error = (
        FromRust(f"I/O error: {os.strerror(number)} (os error {number})")
        if in_words
        else OSError(number, os.strerror(number))
    )
    path = tmp_path / "result.csv"
    with pytest.raises(InputError, match=f"{path}: found {said}"), atomic(path, 5):
        raise error
    assert not list(tmp_path.iterdir())


def test_other_errors_of_the_system_are_left_as_they_are(tmp_path):
    with pytest.raises(OSError, match="I/O") as caught, atomic(tmp_path / "result"):
        raise OSError(errno.EIO, "I/O")
    assert caught.value.errno == errno.EIO
