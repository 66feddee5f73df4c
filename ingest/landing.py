"""Landed files: Parquet in the form of the landing contract, written batch by batch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ingest.mapping import Table
from ingest.readers import Record, Refused, is_nothing, text_of

BATCH = 20_000
UNREADABLE = "unreadable_line"


@dataclass
class Counts:
    """What came of one export."""

    records: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    rejected: int = 0


def land_records(
    table: Table, header: Iterable[str], records: Iterable[Record], target: Path, loaded_at: str
) -> Counts:
    """Write records as text columns of the contract to `target`; unreadable ones go to a file beside it.

    An unreadable record lands with no value but the place it stood at, so that the build counts and quarantines it.
    """
    header = [name for name in header if name]
    targets = table.targets(header)
    missing = missing_columns(table, targets)
    if missing:
        raise Refused(renamed(table, header, missing))
    has_load_time = "loaded_at" in targets.values() or "loaded_at" in table.values
    names = [*targets.values(), *table.values, *([] if has_load_time else ["loaded_at"])]
    schema = pa.schema([(name, pa.string()) for name in names])
    fixed = {**table.values, **({} if has_load_time else {"loaded_at": loaded_at})}
    counts = Counts()
    unreadable: list[str] = []
    need = [name for name in table.contract.need if name in targets.values()]
    target.parent.mkdir(parents=True, exist_ok=True)
    with pq.ParquetWriter(target, schema, compression="zstd") as writer:
        batch: list[dict[str, Any]] = []
        for record in records:
            counts.records += 1
            if record.problem:
                unreadable.append(record.problem)
                continue
            row = {to: text_of(record.fields.get(name)) for name, to in targets.items()}
            absent = [name for name in need if is_nothing(row[name])]
            if absent:
                counts.rejected += 1
                counts.reasons.update(f"missing_{name}" for name in absent)
            batch.append({**row, **fixed})
            if len(batch) >= BATCH:
                writer.write_table(pa.Table.from_pylist(batch, schema=schema))
                batch = []
        if batch:
            writer.write_table(pa.Table.from_pylist(batch, schema=schema))
    if counts.records == len(unreadable):
        target.unlink()
    if unreadable:
        counts.rejected += len(unreadable)
        counts.reasons[UNREADABLE] += len(unreadable)
        _land_unreadable(table, unreadable, target, loaded_at)
    return counts


def _land_unreadable(table: Table, problems: list[str], target: Path, loaded_at: str) -> None:
    columns = {name: pa.nulls(len(problems), pa.string()) for name in table.contract.need}
    columns[UNREADABLE] = pa.array(problems, pa.string())
    columns["loaded_at"] = pa.array([loaded_at] * len(problems), pa.string())
    pq.write_table(
        pa.table(columns), target.with_name(f"{target.stem}-unreadable.parquet"), compression="zstd"
    )


def land_parquet(table: Table, source: Path, target: Path, loaded_at: str) -> Counts:
    """Write a Parquet export with the contract's names; types stay, what the contract cannot read becomes text."""
    try:
        file = pq.ParquetFile(source)
    except (pa.ArrowException, OSError) as error:
        raise Refused(f"is no Parquet file, or was cut off ({type(error).__name__})") from None
    with file:
        schema = file.schema_arrow
        targets = table.targets(schema.names)
        missing = missing_columns(table, targets)
        if missing:
            raise Refused(renamed(table, schema.names, missing))
        counts = Counts()
        writer = None
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            for batch in file.iter_batches(batch_size=BATCH * 4, columns=list(targets)):
                landed = _renamed_batch(table, batch, targets, loaded_at)
                counts.records += landed.num_rows
                _count_missing(table, landed, counts)
                writer = writer or pq.ParquetWriter(target, landed.schema, compression="zstd")
                writer.write_table(landed)
        except (pa.ArrowException, OSError) as error:
            if isinstance(error, OSError) and error.errno:
                raise
            raise Refused(f"cannot be read to its end ({type(error).__name__})") from None
        finally:
            if writer:
                writer.close()
    return counts


def _renamed_batch(
    table: Table, batch: pa.RecordBatch, targets: dict[str, str], loaded_at: str
) -> pa.Table:
    columns = {}
    for name, to in targets.items():
        column = batch.column(batch.schema.names.index(name))
        if pa.types.is_dictionary(column.type):
            column = column.cast(column.type.value_type)
        if not _is_plain(column.type):
            column = pa.array([text_of(value) for value in column.to_pylist()], pa.string())
        columns[to] = column
    for to, value in table.values.items():
        columns[to] = pa.array([value] * batch.num_rows, pa.string())
    if "loaded_at" not in columns:
        columns["loaded_at"] = pa.array([loaded_at] * batch.num_rows, pa.string())
    return pa.table(columns)


def _is_plain(kind: pa.DataType) -> bool:
    of = pa.types
    return any(
        test(kind)
        for test in (
            *(of.is_string, of.is_large_string, of.is_integer, of.is_floating, of.is_decimal),
            *(of.is_boolean, of.is_date, of.is_timestamp, of.is_null),
        )
    )


def _count_missing(table: Table, landed: pa.Table, counts: Counts) -> None:
    rejected = [False] * landed.num_rows
    for name in table.contract.need:
        if name in landed.column_names:
            values = landed.column(name).to_pylist()
            for place, value in enumerate(values):
                if is_nothing(value):
                    counts.reasons[f"missing_{name}"] += 1
                    rejected[place] = True
    counts.rejected += sum(rejected)


def missing_columns(table: Table, targets: dict[str, str]) -> list[str]:
    """Needed columns of the contract that an export does not give."""
    given = set(targets.values()) | set(table.values)
    return [name for name in table.contract.need if name not in given]


def renamed(table: Table, header: Iterable[str], missing: list[str]) -> str:
    """What is said where needed columns are not there."""
    wanted = [name for name, to in table.columns.items() if to in missing]
    there = ", ".join(name for name in header if name)
    told = f" (in the mapping: {', '.join(wanted)})" if wanted else ""
    return (
        f"has no column for {', '.join(missing)} of {table.into}{told}: was one renamed? Its columns: {there}. "
        "Put the new name into the mapping, and it is taken at the next run"
    )
