"""Tables of numbers: what was written is read, and nothing else."""

import io

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gansgmms.errors import InputError
from gansgmms.io.numbers import read_numbers, write_numbers


def scores(n=5):
    random = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "k": random.integers(1, 500, n),
            "js": random.normal(size=n),
            "missing": [np.nan, *random.normal(size=n - 1)],
            "different": random.random(n) < 0.5,
            "model": [f"mfa_{i}" for i in range(n)],
        }
    )


@pytest.mark.parametrize("index", [None, [3, 1, 4, 1, 5]])
def test_what_was_written_is_read(tmp_path, index):
    table = scores() if index is None else scores().set_index(pd.Index(index))
    write_numbers(tmp_path / "a.parquet", table)
    pd.testing.assert_frame_equal(read_numbers(tmp_path / "a.parquet"), table)
    # Any other reader reads it too; the same numbers give the same file.
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "a.parquet"), table)
    write_numbers(tmp_path / "b.parquet", table)
    first, second = ((tmp_path / f"{n}.parquet").read_bytes() for n in "ab")
    assert first == second


def test_a_flipped_bit_is_refused_by_name(tmp_path):
    """In one byte of eight, the first ones and the last ones among them."""
    path = tmp_path / "scores.parquet"
    write_numbers(path, scores())
    data = path.read_bytes()
    random = np.random.default_rng(0)
    middle = random.integers(0, len(data), len(data) // 8)
    for byte in {*range(20), *middle.tolist(), *range(len(data) - 20, len(data))}:
        bit = random.integers(8)
        damaged = bytearray(data)
        damaged[byte] ^= 1 << bit
        path.write_bytes(damaged)
        with pytest.raises(InputError, match=r"scores\.parquet: found"):
            read_numbers(path)


@given(data=st.data())
@settings(max_examples=50, deadline=None)
def test_cut_and_swapped_files_are_refused(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("numbers") / "scores.parquet"
    write_numbers(path, scores())
    whole = path.read_bytes()
    start = data.draw(st.integers(0, len(whole) - 1))
    stop = data.draw(st.integers(start + 1, len(whole)))
    path.write_bytes(whole[:start] + data.draw(st.binary(max_size=9)) + whole[stop:])
    if path.read_bytes() != whole:
        with pytest.raises(InputError, match=r"scores\.parquet: found"):
            read_numbers(path)


def test_files_without_a_checksum_are_read(tmp_path):
    path = tmp_path / "older.parquet"
    scores().to_parquet(path)
    pd.testing.assert_frame_equal(read_numbers(path), scores())
    whole = path.read_bytes()
    for damaged in (whole[:-20], whole[: len(whole) // 2], b"", b"PAR1"):
        path.write_bytes(damaged)
        with pytest.raises(InputError, match="older.parquet: found an unreadable"):
            read_numbers(path)


def test_what_is_no_file_is_refused(tmp_path):
    for path in (tmp_path, tmp_path / "none.parquet"):
        with pytest.raises(InputError, match=str(path)):
            read_numbers(path)


def test_no_file_is_left_half_written(tmp_path):
    with pytest.raises(InputError, match="words"):
        write_numbers(
            tmp_path / "x.parquet",
            pd.DataFrame({"a": ["gansgmms-sha256:" + "0" * 64]}),
        )
    assert not list(tmp_path.iterdir())
    sink = io.BytesIO()
    scores().to_parquet(sink)
    assert b"gansgmms" not in sink.getvalue()
