"""The workflow in a folder of its own."""

from tests.workflow.conftest import workflow  # noqa: F401  # a fixture
