"""Weights on disk: safetensors with JSON beside them, whole or absent."""

import json
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from gansgmms.errors import InputError
from gansgmms.files import atomic


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
    with atomic(path) as temporary:
        save_file(own, temporary, {kind: json.dumps(meta)})


def read_tensors(
    path: str | Path, kind: str, device: str | torch.device = "cpu"
) -> tuple[dict[str, Tensor], dict]:
    """The tensors and the meta of a file that `write_tensors` wrote.

    Raises:
        InputError: if the file is missing, damaged, or of another kind.
    """
    meta = read_meta(path, kind)
    with safe_open(path, "pt", device=str(device)) as file:
        return {name: file.get_tensor(name) for name in file.keys()}, meta  # noqa: SIM118


def read_meta(path: str | Path, kind: str) -> dict:
    """The meta of a file alone; refuses what `read_tensors` refuses."""
    try:
        with safe_open(path, "pt") as file:
            metadata = file.metadata() or {}
    except (OSError, SafetensorError) as error:
        raise InputError(
            str(path),
            f"an unreadable file ({error})",
            "a complete safetensors file",
            "delete it and run the rule that makes it again",
        ) from None
    if kind not in metadata:
        raise InputError(str(path), f"metadata {sorted(metadata)}", f"a '{kind}' file")
    return json.loads(metadata[kind])
