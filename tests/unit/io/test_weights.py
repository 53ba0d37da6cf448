"""Weights on disk: they come back as they were, or not at all."""

import json

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import save_file

from gansgmms.errors import InputError
from gansgmms.io.atomic import digest
from gansgmms.io.weights import read_meta, read_tensors, write_tensors
from tests.unit.files import flipped


def tensors():
    base = torch.arange(12.0)
    return {
        "slice": base[::2],
        "same memory": base,
        "again": base,
        "transposed": base.view(3, 4).T,
        "scalar": torch.tensor(3),
        "bytes": torch.arange(5, dtype=torch.uint8),
        "double": torch.rand(2, 3, dtype=torch.float64),
        "bool": torch.tensor([True, False]),
        "gradient": torch.rand(3, requires_grad=True),
    }


def test_tensors_come_back_as_they_were(tmp_path):
    path = tmp_path / "folder" / "weights.safetensors"
    written = tensors()
    write_tensors(path, written, "test", {"ä": [1, None], "b": 0.1})
    found, meta = read_tensors(path, "test")
    assert meta == {"ä": [1, None], "b": 0.1}
    assert found.keys() == written.keys()
    for name, value in written.items():
        assert torch.equal(found[name], value) and found[name].dtype == value.dtype
        assert not found[name].requires_grad
    assert read_meta(path, "test") == meta
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_the_same_tensors_give_the_same_file(tmp_path):
    files = [tmp_path / f"{i}.safetensors" for i in range(8)]
    same = tensors()
    for file in files:
        write_tensors(file, same, "test", {"a": 1, "b": 2, "c": 3})
    assert len({digest(file) for file in files}) == 1


@given(share=st.floats(0, 1, exclude_max=True))
@settings(max_examples=30, deadline=None)
def test_a_truncated_file_of_weights_is_refused(tmp_path_factory, share):
    path = tmp_path_factory.mktemp("weights") / "weights.safetensors"
    write_tensors(path, tensors(), "test", {})
    whole = path.read_bytes()
    path.write_bytes(whole[: int(share * len(whole))])
    for read in (read_tensors, read_meta):
        with pytest.raises(InputError, match="weights.safetensors.*complete"):
            read(path, "test")


@pytest.mark.parametrize("where", ["first value", "last value", "meta"])
def test_an_altered_file_of_weights_is_refused(tmp_path, where):
    path = tmp_path / "weights.safetensors"
    weights = {"a": torch.arange(100.0), "b": torch.ones(3, dtype=torch.bfloat16)}
    write_tensors(path, weights, "test", {"shape": [8, 8, 1]})
    whole = path.read_bytes()
    start = whole.index(weights["a"].numpy().tobytes())
    positions = {
        "first value": start + 5,
        "last value": len(whole) - 1,
        "meta": whole.index(b"[8, 8, 1]") + 1,
    }
    flipped(path, positions[where])
    with pytest.raises(InputError, match="weights.safetensors.*altered"):
        read_tensors(path, "test")


def test_weights_of_somebody_else_need_no_checksum(tmp_path):
    path = tmp_path / "weights.safetensors"
    save_file({"a": torch.arange(3)}, path, {"test": json.dumps({"b": 1})})
    found, meta = read_tensors(path, "test")
    assert torch.equal(found["a"], torch.arange(3)) and meta == {"b": 1}


@pytest.mark.parametrize(
    "write, found",
    [
        (lambda path: None, "no such file"),
        (lambda path: path.mkdir(), "a folder"),
        (lambda path: path.write_text("no weights"), "unreadable"),
        (lambda path: save_file({"a": torch.zeros(1)}, path), r"metadata \[\]"),
        (lambda path: write_tensors(path, {}, "other", {}), "other"),
    ],
)
def test_what_is_no_such_file_is_refused_by_its_path(tmp_path, write, found):
    path = tmp_path / "weights.safetensors"
    write(path)
    with pytest.raises(InputError, match=f"weights.safetensors.*{found}"):
        read_tensors(path, "test")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b'"first"', b'"fIrst"'),
        (b'"dtype":"F32"', b'"dtype":"I32"'),
        (b"[2,3]", b"[3,2]"),
    ],
    ids=["name", "type", "shape"],
)
def test_the_same_values_under_another_head_are_refused(tmp_path, before, after):
    """Bytes say nothing of what they are: names, types and shapes are checked too."""
    path = tmp_path / "weights.safetensors"
    write_tensors(path, {"first": torch.rand(2, 3)}, "test", {})
    whole = path.read_bytes()
    assert whole.count(before) == 1
    path.write_bytes(whole.replace(before, after))
    with pytest.raises(InputError, match="weights.safetensors.*altered"):
        read_tensors(path, "test")
