"""Identifiers of people, numbers that are nobody's, and the truth about who is who."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from demo.arrays import join, spread, take, text

_PREFIXES = [
    "135",
    "136",
    "137",
    "150",
    "151",
    "152",
    "158",
    "159",
    "182",
    "186",
    "187",
    "188",
    "177",
    "189",
    "199",
]
STAFF_PHONES = [f"1390000000{number}" for number in range(1, 6)]
PLACEHOLDER_PHONES = ["13800138000", "11111111111"]
BAD_PHONES = ["1380013", "abc", "无", "0", "139123456789", "不详"]

# Kind of identifier in the truth -> type and scope as they stand in truth.json.
Kinds = dict[str, tuple[str, str]]


def phones(numbers: np.ndarray) -> pa.Array:
    """One mobile number per distinct integer below 10**8."""
    prefixes = take(_PREFIXES, np.asarray(numbers) % len(_PREFIXES))
    return join(prefixes, text(spread(numbers, 8, 5_550_123), 8))


def identities(
    kinds: Kinds, values: dict[str, pa.Array], seen: dict[str, np.ndarray], count: int
) -> Iterator[list[list[str]]]:
    """Per person with a record: the identifiers ``[type, scope, value]`` that stand in records."""
    found: list[list[list[str]]] = [[] for _ in range(count)]
    for name, (kind, scope) in kinds.items():
        if name not in seen:
            continue
        listed = values[name].to_pylist()
        for person in np.flatnonzero(seen[name]).tolist():
            found[person].append([kind, scope, listed[person]])
    yield from (person for person in found if person)
