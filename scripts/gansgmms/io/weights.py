"""Weights on disk: safetensors with JSON beside them, whole or absent, and checked.

The JSON holds a checksum of all that is in the file, compared whenever it is read.
`write_tensors` and `read_tensors` are for torch, `write_arrays` and `read_arrays` for
NumPy: what needs no torch, as the bins of NDB, does not wait seconds for its import.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from safetensors import SafetensorError, safe_open

from gansgmms.errors import InputError
from gansgmms.io.atomic import atomic
from gansgmms.io.walk import expand, regular_file

if TYPE_CHECKING:
    import torch
    from torch import Tensor

CHECKSUM = "sha256"


def write_tensors(
    path: str | Path, tensors: Mapping[str, Tensor], kind: str, meta: dict
) -> None:
    """Write tensors of any device as one safetensors file.

    Args:
        tensors: by name.
        kind: what the file holds: "model", "ndb", "state".
        meta: anything JSON can hold; under one key, because safetensors writes several
            in any order, and the same weights should give the same file.
    """
    from safetensors.torch import save_file

    # A copy: safetensors refuses tensors that share memory.
    own = {name: t.detach().cpu().clone().contiguous() for name, t in tensors.items()}
    _write(path, own, kind, meta, save_file)


def write_arrays(
    path: str | Path, arrays: Mapping[str, np.ndarray], kind: str, meta: dict
) -> None:
    """`write_tensors` of NumPy arrays; the file is the same."""
    from safetensors.numpy import save_file

    own = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    _write(path, own, kind, meta, save_file)


def read_tensors(
    path: str | Path, kind: str, device: str | torch.device = "cpu"
) -> tuple[dict[str, Tensor], dict]:
    """The tensors and the meta of a file that `write_tensors` wrote.

    Raises:
        InputError: if the file is missing, damaged, altered, or of another kind.
    """
    tensors, meta = _read(path, kind, "pt")
    return {name: tensor.to(device) for name, tensor in tensors.items()}, meta


def read_arrays(path: str | Path, kind: str) -> tuple[dict[str, np.ndarray], dict]:
    """`read_tensors` as NumPy arrays."""
    return _read(path, kind, "np")


def read_meta(path: str | Path, kind: str) -> dict:
    """The meta of a file alone; refuses what `read_tensors` refuses, unless altered."""
    meta = _read_meta(path, kind)
    meta.pop(CHECKSUM, None)
    return meta


def _write(path, own: Mapping, kind: str, meta: dict, save_file) -> None:
    meta = meta | {CHECKSUM: _checksum(own, meta)}
    with atomic(path) as temporary:
        save_file(own, temporary, {kind: json.dumps(meta)})


def _read(path: str | Path, kind: str, framework: str) -> tuple[dict, dict]:
    path = expand(path)
    meta = _read_meta(path, kind)
    written = meta.pop(CHECKSUM, None)
    with safe_open(path, framework) as file:
        found = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    # A file of somebody else's need not have one.
    if written is not None and written != (checksum := _checksum(found, meta)):
        raise InputError(
            str(path),
            f"content with SHA-256 {checksum}",
            f"what was written, with SHA-256 {written}",
            "the file was altered or damaged; delete it and run the rule that makes it "
            "again",
        )
    return found, meta


def _checksum(content: Mapping[str, Tensor | np.ndarray], meta: dict) -> str:
    """SHA-256 of names, types, shapes and values, and of the meta as JSON gives it."""
    sha = hashlib.sha256(json.dumps(meta, sort_keys=True).encode())
    for name in sorted(content):
        value = content[name]
        kind = str(value.dtype).removeprefix("torch.")
        sha.update(f"{name} {kind} {tuple(value.shape)} ".encode())
        sha.update(_bytes(value).data)
    return sha.hexdigest()


def _bytes(value: Tensor | np.ndarray) -> np.ndarray:
    """The bytes of a tensor or an array, of any type: bfloat16 is none of NumPy's."""
    if isinstance(value, np.ndarray):
        return np.ascontiguousarray(value).reshape(-1).view(np.uint8)
    import torch

    return value.reshape(-1).view(torch.uint8).numpy()


def _read_meta(path: str | Path, kind: str) -> dict:
    path = regular_file(expand(path), "a complete safetensors file")
    try:
        with safe_open(path, "np") as file:
            metadata = file.metadata() or {}
        meta = json.loads(metadata.get(kind, "null"))
    except (OSError, SafetensorError, ValueError) as error:
        raise InputError(
            str(path),
            f"an unreadable file ({error})",
            "a complete safetensors file",
            "delete it and run the rule that makes it again"
            if path.suffix == ".safetensors"
            else "",
        ) from None
    if kind not in metadata:
        raise InputError(str(path), f"metadata {sorted(metadata)}", f"a '{kind}' file")
    return meta
