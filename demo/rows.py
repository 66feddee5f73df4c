"""Rows of one raw table in the making: Arrow columns plus what only the generator knows."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from demo.arrays import nulls
from demo.schema import TABLES

NORMAL, BOT, STAFF = 0, 1, 2
NOBODY = -1


@dataclass
class Rows:
    """Rows of one table.

    ``person`` is the position in the chunk of the person behind each row (``NOBODY`` for none);
    ``scope`` says whether a bot or a member of staff made it.
    """

    table: str
    columns: dict[str, pa.Array]
    person: np.ndarray
    scope: np.ndarray = field(default=None)  # type: ignore[assignment]

    def __post_init__(self) -> None:
        """Fill in the columns and scopes that were not given."""
        count = len(self.person)
        if self.scope is None:
            self.scope = np.zeros(count, np.int8)
        types = TABLES[self.table].schema
        unknown = set(self.columns) - set(types.names)
        if unknown:
            raise KeyError(f"{self.table} has no column {sorted(unknown)}")
        complete = {}
        for name in types.names:
            values = self.columns.get(name)
            if values is None:
                values = nulls(count, types.field(name).type)
            if isinstance(values, pa.ChunkedArray):
                values = values.combine_chunks()
            if len(values) != count:
                raise ValueError(f"{self.table}.{name}: {len(values)} values for {count} rows")
            kind = types.field(name).type
            complete[name] = values if values.type == kind else values.cast(kind)
        self.columns = complete

    def __len__(self) -> int:
        """The number of rows."""
        return len(self.person)


def together(table: str, parts: list[Rows]) -> Rows:
    """All rows of several parts of one table, in order."""
    if len(parts) == 1:
        return parts[0]
    names = TABLES[table].names
    return Rows(
        table,
        {name: pa.concat_arrays([part.columns[name] for part in parts]) for name in names},
        np.concatenate([part.person for part in parts]),
        np.concatenate([part.scope for part in parts]),
    )
