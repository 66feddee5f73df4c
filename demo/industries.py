"""The industries that can be generated.

An industry is a package with a module ``industry`` that offers
``make_chunk(rng, calendar, number, base, count, *, is_null)``, ``PEOPLE_PER_CHUNK`` (at most 20,000:
truth.json lists the first chunk whole), ``FEWEST_PEOPLE``, ``RECORDS_PER_PERSON``,
``OTHER_RECORDS``, ``SCENARIOS`` and ``CONSTANTS``; if it likes, ``FEWEST_DAYS``,
``HAS_CONSENTS`` (people say what they agree to) and ``scenario_dates(calendar)``, what of its scenarios depends on the
period. With ``is_null`` it makes as many records in which none of the scenarios' effects is planted. A new one is a new
line in ``INDUSTRIES``.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType

import numpy as np

from demo.rows import Rows

INDUSTRIES = {
    "education": "demo.education.industry",
    "healthcare": "demo.healthcare.industry",
    "logistics": "demo.logistics.industry",
    "manufacturing": "demo.manufacturing.industry",
    "retail": "demo.retail.industry",
}


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
    if name not in available():
        raise SystemExit(f"industry {name!r} is unknown; accepted: {', '.join(available())}")
    return importlib.import_module(INDUSTRIES[name])


def available() -> list[str]:
    """The industries whose packages are there."""
    return sorted(
        name for name, module in INDUSTRIES.items() if _is_there(module.rpartition(".")[0])
    )


def _is_there(package: str) -> bool:
    return importlib.util.find_spec(package) is not None
