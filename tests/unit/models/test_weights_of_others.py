"""Networks that others trained are used as they were fetched, or refused by name."""

import hashlib
import io
import re

import pytest
import torch

from gansgmms.errors import InputError
from gansgmms.metrics.inception import load_classifier
from gansgmms.models.features import CONVOLUTIONS, load_features

SIZES = [(3, 4), (4, 4), (4, 6), (6, 6), (6, 8)]


def weights(zipped):
    torch.manual_seed(0)
    state = {}
    for (number, _, _), (i, o) in zip(CONVOLUTIONS, SIZES, strict=True):
        state[f"features.{number}.weight"] = torch.randn(o, i, 3, 3)
        state[f"features.{number}.bias"] = torch.zeros(o)
    buffer = io.BytesIO()
    torch.save(state, buffer, _use_new_zipfile_serialization=zipped)
    return buffer.getvalue()


def damages(data):
    one_bit = bytearray(data)
    one_bit[len(data) // 2] ^= 0x40
    return [bytes(one_bit), data[: len(data) // 2], b"", data + b"x"]


@pytest.mark.parametrize("zipped", [True, False])
@pytest.mark.parametrize("how", ["given", "named"])
def test_damaged_weights_are_refused(tmp_path, zipped, how):
    data = weights(zipped)
    sha256 = hashlib.sha256(data).hexdigest()
    named = how == "named"
    path = tmp_path / (f"vgg19-{sha256[:8]}.pth" if named else "vgg.pth")
    expected = None if named else sha256
    path.write_bytes(data)
    assert len(load_features(path, expected)(torch.zeros(1, 3, 8, 8))) == 3
    for damaged in damages(data):
        path.write_bytes(damaged)
        with pytest.raises(InputError, match=f"{path.name}: found SHA-256"):
            load_features(path, expected)


@pytest.mark.parametrize("zipped", [True, False])
def test_of_unknown_weights_the_file_has_to_tell(tmp_path, zipped):
    path, data = tmp_path / "own.pth", weights(zipped)
    for damaged in damages(data)[:3]:
        path.write_bytes(damaged)
        with pytest.raises(InputError, match=r"own\.pth: found"):
            load_features(path)
    path.write_bytes(data)
    if zipped:
        load_features(path)
    else:  # the older form: of it, one bit could not be noticed, so it needs a name
        with pytest.raises(InputError, match="no checksum in its name") as refused:
            load_features(path)
        named = re.search(r"own-\w+\.pth", str(refused.value))[0]
        load_features(path.rename(tmp_path / named))
    with pytest.raises(InputError, match="no such file"):
        load_features(tmp_path / "none.pth")


def test_a_damaged_classifier_is_refused(tmp_path):
    path = tmp_path / "net.pt"
    torch.jit.trace(torch.nn.Linear(3, 2), torch.zeros(1, 3)).save(str(path))
    data = path.read_bytes()
    sha256 = hashlib.sha256(data).hexdigest()
    assert load_classifier(path, sha256=sha256)
    for damaged in damages(data)[:3]:
        path.write_bytes(damaged)
        for expected in (sha256, None):
            with pytest.raises(InputError, match=r"net\.pt: found"):
                load_classifier(path, sha256=expected)
