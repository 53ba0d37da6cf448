"""One walker for all readers, and the state of what it finds."""

import os

import pytest

from gansgmms.errors import InputError
from gansgmms.io.walk import expand, files_below, is_folder, regular_file, state_of


def put(folder, *names):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"abc")


def test_links_are_followed_and_loops_entered_once(tmp_path):
    put(tmp_path, "x/a/1", "x/2", "x/.hidden/3", "x/a/.4", "x/Thumbs.db", "store/b/5")
    (tmp_path / "x/link").symlink_to(tmp_path / "store")
    (tmp_path / "x/a/up").symlink_to(tmp_path / "x")
    (tmp_path / "store/b/here").symlink_to(".")
    assert files_below(tmp_path / "x") == ["2", "a/1", "link/b/5"]


def test_a_folder_that_is_there_twice_would_count_twice(tmp_path):
    put(tmp_path, "x/run/1", "x/run/2", "y/a/1")
    (tmp_path / "x/latest").symlink_to("run")
    for function in (files_below, state_of):
        with pytest.raises(InputError, match="x/.* and .*x/.*: found one folder"):
            function(tmp_path / "x")
    (tmp_path / "y/b").mkdir()
    (tmp_path / "y/b/1").hardlink_to(tmp_path / "y/a/1")  # another file of the user's
    assert files_below(tmp_path / "y") == ["a/1", "b/1"]


def test_what_cannot_be_read_is_named(tmp_path):
    put(tmp_path, "x/1")
    (tmp_path / "x/gone").symlink_to("nowhere")
    with pytest.raises(InputError, match="x/gone: found a link to nowhere"):
        files_below(tmp_path / "x")
    (tmp_path / "x/gone").unlink()
    (tmp_path / "x/self").symlink_to("self")
    with pytest.raises(InputError, match="x/self: found a link"):
        files_below(tmp_path / "x")
    (tmp_path / "x/self").unlink()
    os.mkfifo(tmp_path / "x/pipe")
    with pytest.raises(InputError, match="x/pipe: found a pipe"):
        files_below(tmp_path / "x")
    for path, found in [("x/pipe", "a pipe"), ("x", "a folder"), ("y", "no such file")]:
        with pytest.raises(InputError, match=found):
            regular_file(tmp_path / path)


def test_folders_may_lie_as_deep_as_the_system_lets_them(tmp_path, monkeypatch):
    depth = 1100  # more than Python's own limit of calls
    monkeypatch.chdir(tmp_path)
    for _ in range(depth):
        os.mkdir("d")
        os.chdir("d")
    with open("1", "w", encoding="utf-8"):
        pass
    assert files_below(tmp_path) == ["d/" * depth + "1"]
    os.remove("1")
    for _ in range(depth):  # which shutil, too, calls itself for
        os.chdir("..")
        os.rmdir("d")


def test_what_the_system_leaves_is_no_file_of_the_users(tmp_path):
    put(tmp_path, "1~", "old~/1")
    put(tmp_path, "1", "THUMBS.DB", "Desktop.ini", "@eaDir/1", "Icon\r", "a/.DS_Store")
    put(tmp_path, "$RECYCLE.BIN/1", "System Volume Information/1", "__MacOSX/._1")
    assert files_below(tmp_path) == ["1"]


def test_paths_that_are_none(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="found nothing; needed the name"):
        expand("")
    for what in (None, 3, ["x"]):
        with pytest.raises(InputError, match="a path: found a"):
            expand(what)
    for function in (regular_file, is_folder, state_of):
        with pytest.raises(InputError, match="name too long"):
            function("a" * 5000)
    with pytest.raises(InputError, match="Hint: download it first"):
        regular_file("https://example.org/x.npy")
    # A file that is called so; ~ means home only where a path begins with it.
    put(tmp_path, "~nobody-here", "~")
    for name in ("./~nobody-here", "~nobody-here", "./~"):
        path = expand(name)
        assert path == expand(path) == tmp_path / name.removeprefix("./")


def test_messages_are_one_line_that_steers_no_terminal():
    assert (
        str(InputError("a\nb", "\x1b[31m", "\u202e")) == "a b: found  [31m; needed  ."
    )


def test_the_state_follows_what_is_read(tmp_path):
    put(tmp_path, "x/1", "store/2")
    (tmp_path / "x/link").symlink_to(tmp_path / "store")
    first = state_of(tmp_path / "x")
    assert first[:2] == [2, 6]
    put(tmp_path, "store/3")
    added = state_of(tmp_path / "x")
    assert added[:2] == [3, 9]
    os.utime(tmp_path / "store/2", ns=(0, added[2] + 10**9))
    assert state_of(tmp_path / "x") == [3, 9, added[2] + 10**9]
    put(tmp_path, "x/.hidden")
    assert state_of(tmp_path / "x")[:2] == [3, 9]
    assert state_of(tmp_path / "x/1")[:2] == [1, 3]
    with pytest.raises(InputError, match="no such file or folder"):
        state_of(tmp_path / "none")


def test_home_is_expanded(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    put(tmp_path, "x/1")
    assert expand("~/x") == tmp_path / "x"
    assert state_of("~/x")[0] == 1
    with pytest.raises(InputError, match="no such user"):
        expand("~nobody-of-this-name/x")
