"""The desk of every test: an empty drop folder, raw root and state."""

from __future__ import annotations

from pathlib import Path

import pytest

from desk import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """An empty drop folder, raw root and state."""
    made = Desk(tmp_path)
    made.inbox.mkdir()
    made.raw.mkdir()
    return made
