"""Writing tables: typed Parquet, or CSV (RFC 4180) spelled the way exports spell values."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from demo.arrays import ZONE_OFFSET, chance, choose
from demo.dirt import INVALID, NULL_WORDS, RATES, Soiled
from demo.schema import EXTRA_COLUMNS, LACKING_COLUMNS, REORDERED_TABLES, TABLES, TABLES_WITH_BOM

# Needed columns stay free of null words except where they are planted; so do keys.
_TIME_FORMATS = [
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S+08:00",
    "%Y-%m-%dT%H:%M:%SZ",
    "slash",
    "chinese",
    "chinese_seconds",
    "epoch_s",
    "epoch_ms",
]
_FORMAT_WEIGHTS = [80, 7, 3, 3, 3, 1, 1.5, 1.5]
_SECONDS_ONLY = ["service.messages"]  # the order of messages within a minute matters
_BROKEN_TABLES = ["website.events", "store.transactions", "social.engagements", "outreach.sends"]
_ONE_ZERO = ["hotline.calls"]  # booleans as 1 and 0


def write(soiled: Soiled, path: Path, rng: np.random.Generator, *, as_text: bool) -> None:
    """Write one part of one table; the counts are completed on the way."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if as_text:
        _write_csv(soiled, path, rng)
    else:
        _write_parquet(soiled, path, rng)


def _drifted(soiled: Soiled, names: list[str]) -> list[str]:
    names = [name for name in names if name not in LACKING_COLUMNS.get(soiled.name, [])]
    return names[::-1] if soiled.name in REORDERED_TABLES else names


def _null_word_places(
    soiled: Soiled, name: str, values: pa.Array, rng: np.random.Generator
) -> np.ndarray:
    """Null cells of an optional column that get a null word in place of nothing."""
    empty = np.flatnonzero(np.asarray(pc.is_null(values)))
    places = empty[chance(rng, RATES["null_word"], len(empty))]
    soiled.counts["null_words"] = soiled.counts.get("null_words", 0) + len(places)
    return places


def _write_parquet(soiled: Soiled, path: Path, rng: np.random.Generator) -> None:
    spec = TABLES[soiled.name]
    columns = {}
    for column in spec.columns:
        values = soiled.table.column(column.name).combine_chunks()
        if column.name in LACKING_COLUMNS.get(soiled.name, []):
            continue
        lost = [group.rows for group in soiled.damages if group.column == column.name]
        mask = np.zeros(len(values), bool)
        if lost:
            mask[np.concatenate(lost)] = True
            values = pc.if_else(pa.array(mask), pa.scalar(None, values.type), values)
        if (
            column.kind in ("text", "phone")
            and not column.is_needed
            and column.name != "birth_date"
        ):
            places = _null_word_places(soiled, column.name, values, rng)
            words = np.zeros(len(values), bool)
            words[places] = True
            picked = pa.array(
                np.array(NULL_WORDS, object)[rng.integers(0, len(NULL_WORDS), len(places))],
                pa.string(),
            )
            values = pc.replace_with_mask(values, pa.array(words), picked)
        elif column.kind == "text" and lost:
            places = np.flatnonzero(mask)[::2]
            words = np.zeros(len(values), bool)
            words[places] = True
            picked = pa.array(
                np.array(NULL_WORDS, object)[rng.integers(0, len(NULL_WORDS), len(places))],
                pa.string(),
            )
            values = pc.replace_with_mask(values, pa.array(words), picked)
        columns[column.name] = values
    for extra in EXTRA_COLUMNS.get(soiled.name, []):
        columns[extra] = pa.repeat(pa.scalar("L0"), len(soiled.table))
    names = _drifted(soiled, list(columns))
    pq.write_table(
        pa.table({name: columns[name] for name in names}),
        path,
        compression="zstd",
        compression_level=1,
    )


def _write_csv(soiled: Soiled, path: Path, rng: np.random.Generator) -> None:
    spec = TABLES[soiled.name]
    count = len(soiled.table)
    formats = choose(rng, _FORMAT_WEIGHTS, count)
    exact = soiled.keeps_seconds | (soiled.name in _SECONDS_ONLY)
    formats = np.where(exact & np.isin(formats, [3, 4]), 0, formats)
    has_time = any(column.kind == "time" and column.name != "loaded_at" for column in spec.columns)
    soiled.counts["other_time_formats"] = int((formats != 0).sum()) if has_time else 0
    is_yuan = np.ones(count, bool)
    if "currency" in spec.names:
        is_yuan = np.asarray(pc.fill_null(pc.equal(soiled.table.column("currency"), "CNY"), False))
    columns: dict[str, list] = {}
    for column in spec.columns:
        values = soiled.table.column(column.name).combine_chunks()
        if column.name == "loaded_at":
            texts = _as_times(values, np.zeros(count, int))
        elif column.kind == "time":
            texts = _as_times(values, formats)
        elif column.kind == "money":
            texts = _as_money(values, is_yuan, rng)
        elif column.kind == "bool":
            words = (
                {True: "1", False: "0"}
                if soiled.name in _ONE_ZERO
                else {True: "true", False: "false"}
            )
            texts = np.array([words.get(value) for value in values.to_pylist()], object)
        elif column.kind in ("int", "date", "number"):
            texts = np.array(pc.cast(values, pa.string()).to_pylist(), object)
        else:
            texts = np.array(values.to_pylist(), object)
        if not column.is_needed and column.name not in LACKING_COLUMNS.get(soiled.name, []):
            places = _null_word_places(soiled, column.name, values, rng)
            texts[places] = np.array(NULL_WORDS, object)[
                rng.integers(0, len(NULL_WORDS), len(places))
            ]
        for group in soiled.damages:
            if group.column == column.name:
                words = [None, *NULL_WORDS] if group.is_missing else INVALID[column.kind]
                texts[group.rows] = np.array(words, object)[
                    rng.integers(0, len(words), len(group.rows))
                ]
        columns[column.name] = texts.tolist()
    for extra in EXTRA_COLUMNS.get(soiled.name, []):
        columns[extra] = ["L0"] * count
    names = _drifted(soiled, list(columns))
    lines = list(zip(*(columns[name] for name in names), strict=True))
    if soiled.name in _BROKEN_TABLES:
        lines = _break_lines(soiled, lines, rng)
    encoding = "utf-8-sig" if soiled.name in TABLES_WITH_BOM else "utf-8"
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file)  # quotes where needed, CRLF line ends
        writer.writerow(names)
        writer.writerows(lines)


def _break_lines(soiled: Soiled, lines: list[tuple], rng: np.random.Generator) -> list[tuple]:
    """Add lines with too few and with too many fields."""
    places = np.sort(rng.integers(1, len(lines), 3))
    for number, place in enumerate(places[::-1]):
        line = lines[place]
        broken = line[:3] if number != 1 else (*line[:-1], line[-1] or "-", "extra", "field")
        lines.insert(int(place), (f"broken{number}", *broken[1:]))
    soiled.counts["records"] += len(places)
    soiled.counts["quarantined"]["unreadable_line"] = len(places)
    return lines


def _as_times(values: pa.Array, formats: np.ndarray) -> np.ndarray:
    utc = values.cast(pa.int64())
    texts = np.full(len(values), None, object)
    valid = np.asarray(pc.is_valid(values))
    numbers = utc.fill_null(0).to_numpy(zero_copy_only=False)
    for code, pattern in enumerate(_TIME_FORMATS):
        rows = np.flatnonzero(valid & (formats == code))
        if not len(rows):
            continue
        moments = numbers[rows]
        if pattern == "epoch_s":
            texts[rows] = [str(moment // 1_000_000) for moment in moments.tolist()]
        elif pattern == "epoch_ms":
            texts[rows] = [str(moment // 1_000) for moment in moments.tolist()]
        else:
            shifted = moments + (0 if pattern.endswith("Z") else ZONE_OFFSET)
            local = (
                pa.array(shifted // 1_000_000 * 1_000_000)
                .cast(pa.timestamp("us"))
                .cast(pa.timestamp("s"))
            )
            if pattern.startswith("%"):
                texts[rows] = pc.strftime(local, pattern).to_pylist()
            else:
                texts[rows] = [_spelled(moment, pattern) for moment in local.to_pylist()]
    return texts


def _spelled(moment: datetime, pattern: str) -> str:
    day = (moment.year, moment.month, moment.day)
    if pattern == "slash":
        return "{}/{}/{} {}:{:02d}".format(*day, moment.hour, moment.minute)
    text = "{}年{}月{}日 {:02d}:{:02d}".format(*day, moment.hour, moment.minute)
    return text if pattern == "chinese" else f"{text}:{moment.second:02d}"


def _as_money(values: pa.Array, is_yuan: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    texts = np.array(
        [None if value is None else str(value) for value in values.to_pylist()], object
    )
    kind = choose(rng, [0.94, 0.03, 0.03], len(texts))
    for row in np.flatnonzero(kind > 0):
        if texts[row] is not None:
            grouped = f"{values[int(row)].as_py():,.2f}"
            texts[row] = (
                f"¥{grouped}" if kind[row] == 1 and is_yuan[row] and grouped[0] != "-" else grouped
            )
    return texts
