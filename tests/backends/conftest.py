"""What the tests of backends share."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from provider import Provider

# The folders of tests are no packages.
_spec = importlib.util.spec_from_file_location("provider", Path(__file__).with_name("provider.py"))
assert _spec is not None
assert _spec.loader is not None
_module = importlib.util.module_from_spec(_spec)
sys.modules["provider"] = _module
_spec.loader.exec_module(_module)


@pytest.fixture
def provider() -> Iterator[Provider]:
    """Return a running server of the OpenAI protocol."""
    yield from _module.running()
