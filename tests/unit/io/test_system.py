"""What the system refuses is one message, and what it loses is nothing."""

import errno
import fcntl
import os

import pytest
import torch

from gansgmms.errors import InputError
from gansgmms.io import atomic as module
from gansgmms.io.atomic import atomic, exclusive_lock, in_words
from gansgmms.training import device
from gansgmms.training.checkpoint import Checkpoint


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (OSError(errno.ENOSPC, "x"), "a full disk"),
        (OSError(errno.EDQUOT, "x"), "a full disk"),
        (OSError(errno.EFBIG, "x"), "a limit of the size of files"),
        (OSError(errno.EROFS, "x", "/some/where"), "^/some/where: found no permission"),
        (OSError(errno.ENOMEM, "x"), "no memory left"),
        (MemoryError(), "no memory left"),
        (RuntimeError("[enforce fail] can't allocate memory: 8"), "no memory left"),
        (torch.OutOfMemoryError("CUDA out of memory"), "no memory left"),
    ],
)
def test_the_systems_errors_are_one_message(error, message):
    with pytest.raises(InputError, match=message), in_words("the file"):
        raise error


def test_what_stands_in_the_way_of_a_file_is_said(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("", encoding="utf-8")
    for name, found in [
        ("folder", "/folder: found a folder; needed"),
        ("file/x", "/file: found a file in place of a folder"),
        ("file/y/x", "found a file in place of a folder above"),
        ("x" * 300, "found a name that is too long"),
    ]:
        with pytest.raises(InputError, match=found), atomic(tmp_path / name):
            pass
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "folder"]


def test_places_where_no_file_can_be_are_said(monkeypatch):
    found = "^/proc/x/y: found a place where no file"
    with pytest.raises(InputError, match=found), atomic("/proc/x/y"):
        pass

    def refuse(*args, **options):
        raise OSError(errno.EINVAL, "Invalid argument", "a:b")

    monkeypatch.setattr(module.tempfile, "mkstemp", refuse)
    found = "a:b: found a name that this file system does not take"
    with pytest.raises(InputError, match=found), atomic("a:b"):
        pass


def test_other_errors_pass():
    for error in (ValueError("x"), OSError(errno.EIO, "x"), InputError("a", "b", "c")):
        with pytest.raises(type(error)) as found, in_words("the file"):
            raise error
        assert found.value is error


def test_real_memory_runs_out_in_words():
    with pytest.raises(InputError, match="no memory left"), in_words("the array"):
        torch.empty(2**60)


def test_a_file_is_on_the_disk_before_it_has_its_name(tmp_path, monkeypatch):
    order = []
    monkeypatch.setattr(module, "sync", lambda p: order.append(("sync", p == tmp_path)))
    replace = os.replace
    monkeypatch.setattr(
        os, "replace", lambda a, b: order.append("name") or replace(a, b)
    )
    with atomic(tmp_path / "x") as path:
        path.write_text("1", encoding="utf-8")
    assert order == [("sync", False), "name", ("sync", True)]


def test_no_locks_are_a_warning(tmp_path, monkeypatch, caplog):
    def flock(*_):
        raise OSError(errno.ENOSYS, "Function not implemented")

    monkeypatch.setattr(fcntl, "flock", flock)
    with exclusive_lock(tmp_path):
        pass
    assert "has no locks (Function not implemented)" in caplog.text


def test_locks_of_devices_are_each_users_own(tmp_path, monkeypatch):
    monkeypatch.setattr(device, "_held", {})
    assert device.claim(["a", "b"], tmp_path) == 0
    (lock,) = tmp_path.iterdir()
    assert str(os.getuid()) in lock.name and lock.stat().st_mode & 0o077 == 0
    monkeypatch.setattr(device, "_held", {})
    lock.unlink()
    (tmp_path / "victim").touch()
    lock.symlink_to(tmp_path / "victim")
    with pytest.raises(InputError, match="TMPDIR"):
        device.claim(["a", "b"], tmp_path)


def test_what_a_killed_write_left_is_not_kept(tmp_path):
    checkpoint = Checkpoint(tmp_path / "state", {})
    (checkpoint.progress / "deep").mkdir(parents=True)
    (checkpoint.progress / "deep/step1.png").write_bytes(b"1")
    (checkpoint.progress / ".step2-abc.png").write_bytes(b"2")
    checkpoint.keep_progress(tmp_path / "kept")
    assert [p.name for p in (tmp_path / "kept").rglob("*.png")] == ["step1.png"]


def test_a_full_disk_while_progress_is_kept(tmp_path, monkeypatch):
    checkpoint = Checkpoint(tmp_path / "state", {})
    checkpoint.progress.mkdir(parents=True)
    (checkpoint.progress / "step1.png").write_bytes(b"1")

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("shutil.copyfile", full)
    with pytest.raises(InputError, match="a full disk"):
        checkpoint.keep_progress(tmp_path / "kept")
    assert not any((tmp_path / "kept").iterdir())
