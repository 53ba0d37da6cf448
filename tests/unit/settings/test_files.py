"""Configuration files: what YAML's reader would drop or misread is refused by name."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from gansgmms.settings.files import check_files, file_problems
from gansgmms.settings.refusals import ConfigError
from tests import ROOT


def refused(tmp_path, content):
    """The lines of the refusal of one file."""
    path = tmp_path / "overlay.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ConfigError) as caught:
        check_files([path])
    return str(caught.value).replace(str(tmp_path), ".").splitlines()


def test_a_key_that_stands_twice_is_refused_with_both_lines(tmp_path):
    (line,) = refused(tmp_path, "models: {mfa: 1}\nseed: 1\nmodels: {vae: 2}\n")
    assert line == (
        "models: found the key twice, in lines 1 and 3 of ./overlay.yaml; needed each "
        "key once. Hint: the first would be dropped: join the two."
    )
    first, second = refused(tmp_path, "a: {b: 1, b: 2}\nc: [{d: 1, 'd': 2}]\n")
    assert first.startswith("a.b: found") and second.startswith("c[0].d: found")


@pytest.mark.parametrize(
    ("text", "read"),
    [("010000", 4096), ("1:30:00", 5400), ("-0_17", -15), ("1:30.5", 90.5)],
)
def test_numbers_that_versions_of_yaml_read_differently(tmp_path, text, read):
    assert yaml.safe_load(text) == read
    (line,) = refused(tmp_path, f"bins:\n  k: [5, {text}]\n")
    assert line.startswith(f"bins.k[1]: found {text}, which is read as {read}; needed")
    assert "in line 2 of ./overlay.yaml" in line


@pytest.mark.parametrize("text", ["datasets: &a\n  x: {bins: *a}\n", "s: &s [0, *s]\n"])
def test_a_value_that_contains_itself_is_refused(tmp_path, text):
    (line,) = refused(tmp_path, text)
    assert "found a value that contains itself; needed values written out" in line


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("seed: 1\n".encode("utf-16"), "found bytes that are no UTF-8"),
        (b"label: \xff\n", "found bytes that are no UTF-8"),
        ("a: [1\nb: 2\n", "line 2: found"),
        ("a: \0\n", "found no YAML"),
        ("[" * 1000, "found values nested too deep"),
    ],
)
def test_what_is_no_text_of_yaml_is_refused(tmp_path, content, found):
    (line,) = refused(tmp_path, content)
    assert found in line and "needed a text file of YAML or JSON, in UTF-8" in line


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="none.yaml: found No such file"):
        check_files([tmp_path / "none.yaml"])


def test_what_ships_and_what_is_written_plainly_is_taken(tmp_path):
    check_files([ROOT / "config.yaml", *sorted((ROOT / "config").glob("*.yaml"))])
    plain = tmp_path / "plain.yaml"
    plain.write_text(
        "\ufeffa: &a {x: 0, y: 0.5, z: 1.0e-4, w: 20_000}\nb: {<<: *a, x: '010'}\n"
        "c: [*a, *a]\nd: 0x10\n"
    )
    check_files([plain])
    plain.write_text("")
    check_files([plain])


@given(st.integers() | st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_as_yaml_writes_them_are_taken(tmp_path_factory, number):
    path = tmp_path_factory.getbasetemp() / "number.yaml"
    path.write_text(yaml.safe_dump({"seed": number}))
    assert not list(file_problems(path))
