"""Whatever is changed in a configuration, it is valid or explained."""

from hypothesis import given, settings
from hypothesis import strategies as st

from gansgmms.settings.configuration import ConfigError, parse_variant
from tests.unit.settings.configurations import (
    CONFIGS,
    DATASETS,
    DELETED,
    SHIPPED,
    changed,
    check_explained,
    merged,
    validated,
)


def leaves(value, path=""):
    if isinstance(value, dict | list) and value:
        steps = value.items() if isinstance(value, dict) else enumerate(value)
        for step, part in steps:
            yield from leaves(part, f"{path}/{step}" if path else str(step))
    else:
        yield path


LEAVES = [(name, path) for name in SHIPPED for path in leaves(CONFIGS[name])]
KEYS = [(name, path) for name, path in LEAVES if not path[-1].isdigit()]
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.integers(-1, 300), st.floats(),
    st.text(max_size=9), st.dates(),
    st.sampled_from(["mfa", "test", "mnist", "em", "mfa+root=3", "mfa+components=0"]),
)  # fmt: skip


def check_valid_or_explained(config):
    try:
        result = validated(config, DATASETS)
    except ConfigError as error:
        check_explained(error)
    else:
        assert merged(result, config) == result


@settings(deadline=None)
@given(st.sampled_from(LEAVES), SCALARS | st.just(DELETED))
def test_any_change_of_a_leaf_is_valid_or_explained(leaf, value):
    name, path = leaf
    check_valid_or_explained(changed(CONFIGS[name], path, value))


@settings(deadline=None)
@given(st.sampled_from(KEYS), st.text(max_size=9), SCALARS)
def test_any_added_key_is_valid_or_explained(leaf, key, value):
    name, path = leaf
    key = "/".join([*path.split("/")[:-1], key.replace("/", "")])
    check_valid_or_explained(changed(CONFIGS[name], key, value))


@given(st.text(max_size=12), st.text("abc+=._-0123456789:[]{}'\"", max_size=12))
def test_any_variant_is_parsed_or_refused(name, tail):
    try:
        base, overrides = parse_variant(f"{name}+{tail}")
    except ConfigError as error:
        check_explained(error)
    else:
        assert base == name.partition("+")[0]
        assert overrides
