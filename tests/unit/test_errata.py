"""The arithmetic of docs/errata.md."""

import math
import re

import pytest

from tests import ROOT

PAGE = (ROOT / "docs/errata.md").read_text("utf-8")
LINES = re.findall(r"`([^`]+) = (-?[\d.]+)`", PAGE)
NAMES = {"log": math.log, "pi": math.pi, "e": math.e, "abs": abs, "max": max}


@pytest.mark.parametrize(("expression", "value"), LINES)
def test_the_arithmetic_is_right(expression, value):
    found = eval(expression, {"__builtins__": {}}, NAMES)
    assert found == pytest.approx(float(value), rel=1e-4)


def test_every_line_that_can_be_is_computed():
    assert len(LINES) == 17
