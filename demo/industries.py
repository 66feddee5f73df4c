"""The industries that can be generated.

An industry is a package with a module ``industry`` that offers ``make_chunk``,
``PEOPLE_PER_CHUNK`` (at most 20,000: truth.json lists the first chunk whole), ``FEWEST_PEOPLE``,
``RECORDS_PER_PERSON``, ``OTHER_RECORDS``, ``SCENARIOS`` and ``CONSTANTS``. A new one is a new line
in ``INDUSTRIES``.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType

import numpy as np

from demo.rows import Rows

INDUSTRIES = {"retail": "demo.retail.industry"}


@dataclass
class ChunkOfRecords:
    """What an industry makes of one chunk of people, before any dirt."""

    parts: dict[str, list[Rows]]
    is_planted: np.ndarray  # per person: dirt must stay away from these
    load_after: dict[str, np.ndarray]  # for tables without a time of their own
    counts: dict[str, int]
    planted: dict[str, dict[str, int]]  # table, what, how many rows
    lists: Callable[[], dict[str, list]]  # who is who; asked for only while the lists are short


def load(name: str) -> ModuleType:
    """The module of an industry; a wrong name stops with the accepted ones."""
    if name not in INDUSTRIES:
        raise SystemExit(f"industry {name!r} is unknown; accepted: {', '.join(sorted(INDUSTRIES))}")
    return importlib.import_module(INDUSTRIES[name])
