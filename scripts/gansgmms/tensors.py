"""Weights on disk: safetensors with JSON beside them, whole or absent, and checked.

The JSON holds a checksum of all that is in the file, compared whenever it is read.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from gansgmms.errors import InputError
from gansgmms.files import atomic

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
    # A copy: safetensors refuses tensors that share memory.
    own = {name: t.detach().cpu().clone().contiguous() for name, t in tensors.items()}
    meta = meta | {CHECKSUM: _checksum(own, meta)}
    with atomic(path) as temporary:
        save_file(own, temporary, {kind: json.dumps(meta)})


def read_tensors(
    path: str | Path, kind: str, device: str | torch.device = "cpu"
) -> tuple[dict[str, Tensor], dict]:
    """The tensors and the meta of a file that `write_tensors` wrote.

    Raises:
        InputError: if the file is missing, damaged, altered, or of another kind.
    """
    meta = _read_meta(path, kind)
    written = meta.pop(CHECKSUM, None)
    with safe_open(path, "pt") as file:
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    # A file of somebody else's need not have one.
    if written is not None and written != (found := _checksum(tensors, meta)):
        raise InputError(
            str(path),
            f"content with SHA-256 {found}",
            f"what was written, with SHA-256 {written}",
            "the file was altered or damaged; delete it and run the rule that makes it "
            "again",
        )
    return {name: tensor.to(device) for name, tensor in tensors.items()}, meta


def read_meta(path: str | Path, kind: str) -> dict:
    """The meta of a file alone; refuses what `read_tensors` refuses, unless altered."""
    meta = _read_meta(path, kind)
    meta.pop(CHECKSUM, None)
    return meta


def _checksum(tensors: Mapping[str, Tensor], meta: dict) -> str:
    """SHA-256 of names, types, shapes and values, and of the meta as JSON gives it."""
    sha = hashlib.sha256(json.dumps(meta, sort_keys=True).encode())
    for name in sorted(tensors):
        tensor = tensors[name]
        sha.update(f"{name} {tensor.dtype} {tuple(tensor.shape)} ".encode())
        sha.update(tensor.reshape(-1).view(torch.uint8).numpy())
    return sha.hexdigest()


def _read_meta(path: str | Path, kind: str) -> dict:
    try:
        with safe_open(path, "pt") as file:
            metadata = file.metadata() or {}
        meta = json.loads(metadata[kind]) if kind in metadata else None
    except (OSError, SafetensorError, ValueError) as error:
        raise InputError(
            str(path),
            f"an unreadable file ({error})",
            "a complete safetensors file",
            "delete it and run the rule that makes it again",
        ) from None
    if kind not in metadata:
        raise InputError(str(path), f"metadata {sorted(metadata)}", f"a '{kind}' file")
    return meta
