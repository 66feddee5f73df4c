"""Dirt in known amounts: duplicates, damaged and late records, unknown events, spelling variants.

Damaged records and unknown events are *additional* copies of good records, so no dirt ever
destroys a truth. The amounts follow the ledger's order: quarantine first, then duplicates among the
rest, then bots and staff.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from demo.arrays import DAY, HOUR, NEVER, ZONE_OFFSET, Calendar, chance, choose, join, take
from demo.rows import BOT, NORMAL, STAFF, Rows
from demo.schema import TABLES

NULL_WORDS = ["NULL", "null", "\\N", "N/A", "-"]
UNKNOWN_EVENTS = ["mystery_click", "beta_probe", "h5_banner_x"]
EVENT_COLUMNS = {
    "website.events": "event_name",
    "app.events": "event_name",
    "mini_program.events": "event_name",
    "wechat_oa.interactions": "interaction_type",
    "social.engagements": "engagement_type",
    "logistics.tracking_events": "event_name",
}
STREAMED = (
    "website",
    "app",
    "mini_program",
    "wechat_oa",
    "social",
    "logistics",
)  # loaded hourly, the others at night
INVALID = {
    "time": ["2025-13-45 99:99:99", "昨天下午", "0000-00-00 00:00:00", "soon"],
    "date": ["2025-02-30", "前天"],
    "money": ["十元", "1.2.3", "abc"],
    "int": ["五星", "abc", "1.2.3"],
    "bool": ["看情况", "maybe"],
}
RATES = {"duplicate": 0.004, "damage": 0.0006, "unknown": 0.003, "late": 0.006, "null_word": 0.01}


@dataclass
class Damage:
    """Rows in which a needed column is empty or unreadable."""

    column: str
    kind: str
    is_missing: bool
    rows: np.ndarray


@dataclass
class Soiled:
    """A table with its dirt, typed, in file order."""

    name: str
    table: pa.Table
    damages: list[Damage]
    counts: dict[str, object]
    keeps_seconds: np.ndarray  # rows whose times must not lose their seconds


def soil(
    rows: Rows,
    rng: np.random.Generator,
    calendar: Calendar,
    is_planted: np.ndarray,
    load_after: np.ndarray | None,
    *,
    as_text: bool,
) -> Soiled:
    """Add dirt to one table; ``as_text`` also allows values that a typed file cannot hold."""
    spec = TABLES[rows.table]
    count = len(rows)
    clean = (rows.scope == NORMAL) & ~np.where(rows.person >= 0, is_planted[rows.person], False)
    pool = rng.permutation(np.flatnonzero(clean))
    loaded, last = _load_times(rows, load_after, calendar)

    copies = min(len(pool) // 4, max(1, round(RATES["duplicate"] * count)))
    late = min(len(pool) // 4, max(1, round(RATES["late"] * count)))
    exact, newer, pool = pool[:copies], pool[copies : 2 * copies], pool[2 * copies :]
    may_be_late = pool[last[pool] < calendar.end - 45 * DAY]
    delayed = may_be_late[:late]
    loaded[delayed] += rng.integers(3 * 24, 40 * 24, len(delayed)) * HOUR

    # Damaged copies: one group per reason.
    source, groups = [exact, newer], []
    position = count + len(exact) + len(newer)
    damaged = max(1, round(RATES["damage"] * count)) if len(pool) else 0
    for column in spec.columns:
        if not column.is_needed:
            continue
        for is_missing in (True, False):
            if not is_missing and (column.kind == "text" or not as_text):
                continue
            source.append(pool[rng.integers(0, len(pool), damaged)] if damaged else pool[:0])
            groups.append(
                Damage(
                    column.name, column.kind, is_missing, np.arange(position, position + damaged)
                )
            )
            position += damaged
    event_column = EVENT_COLUMNS.get(rows.table)
    unknown = max(2, round(RATES["unknown"] * count)) if event_column and len(pool) else 0
    source.append(pool[rng.integers(0, len(pool), unknown)] if unknown else pool[:0])
    unknown_rows = np.arange(position, position + unknown)
    total = position + unknown

    picked = np.concatenate([np.arange(count), *source])
    loaded = loaded[picked]
    is_newer = np.zeros(total, bool)
    is_newer[count + len(exact) : count + 2 * copies] = True
    loaded[is_newer] += DAY
    columns = {name: values.take(pa.array(picked)) for name, values in rows.columns.items()}
    is_new_record = np.arange(total) >= count + 2 * copies
    _give_own_ids(rows.table, columns, is_new_record)
    _age_first_version(rows.table, columns, newer)
    if unknown:
        words = take(UNKNOWN_EVENTS, rng.integers(0, len(UNKNOWN_EVENTS), total))
        columns[event_column] = pc.if_else(
            pa.array(np.isin(np.arange(total), unknown_rows)), words, columns[event_column]
        )
    if "order_no" in columns and rows.table in EVENT_COLUMNS:
        columns["order_no"] = pc.if_else(
            pa.array(is_new_record), pa.scalar(None, pa.string()), columns["order_no"]
        )
    columns["loaded_at"] = pa.array(loaded).cast(pa.timestamp("us", tz="UTC"))
    for column in spec.columns:
        if column.kind == "phone":
            columns[column.name] = _vary_phones(columns[column.name], rng)

    order = np.argsort(loaded, kind="stable")
    place = np.empty(total, np.int64)
    place[order] = np.arange(total)
    for group in groups:
        group.rows = place[group.rows]
    table = pa.table(columns, schema=spec.schema).take(pa.array(order))
    keeps = ~clean[picked][order]
    quarantined = {
        f"{'missing' if group.is_missing else 'invalid'}_{group.column}": len(group.rows)
        for group in groups
        if len(group.rows)
    }
    counts = {
        "records": total,
        "duplicates": 2 * copies,
        "quarantined": quarantined,
        "bots": int((rows.scope == BOT).sum()),
        "staff": int((rows.scope == STAFF).sum()),
        "unknown_events": unknown,
        "newer_versions": copies,
        "late": len(delayed),
    }
    return Soiled(rows.table, table, groups, counts, keeps)


def _load_times(
    rows: Rows, load_after: np.ndarray | None, calendar: Calendar
) -> tuple[np.ndarray, np.ndarray]:
    """When each record was loaded (after the last time it holds), and that last time."""
    spec = TABLES[rows.table]
    last = np.full(len(rows), calendar.start)
    if load_after is not None:
        last = np.maximum(last, load_after)
    for column in spec.columns:
        if column.kind not in ("time", "date") or column.name in (
            "loaded_at",
            "promised_at",
            "due_at",
            "visit_at",
            "ends_on",
            "birth_date",
        ):
            continue
        values = (
            rows.columns[column.name].cast(pa.timestamp("us")).cast(pa.int64()).fill_null(NEVER)
        )
        last = np.maximum(last, values.to_numpy(zero_copy_only=False))
    if spec.name.split(".")[0] in STREAMED:
        return last // HOUR * HOUR + HOUR + 600_000_000, last
    night = (last + ZONE_OFFSET) // DAY * DAY + DAY + 2 * HOUR + 600_000_000 - ZONE_OFFSET
    return night, last


def _give_own_ids(name: str, columns: dict[str, pa.Array], is_new: np.ndarray) -> None:
    """Damaged and unknown records are records of their own, with an id of their own."""
    key = TABLES[name].columns[0].name
    if columns[key].type == pa.string() and is_new.any():
        own = join(columns[key], "x", pc.cast(pa.array(np.cumsum(is_new)), pa.string()))
        columns[key] = pc.if_else(pa.array(is_new), own, columns[key])


def _age_first_version(name: str, columns: dict[str, pa.Array], newer: np.ndarray) -> None:
    """What an order looked like before the newer version came."""
    if name != "ecommerce.orders" or not len(newer):
        return
    old = np.zeros(len(columns["order_no"]), bool)
    old[newer] = True
    old &= np.asarray(pc.is_valid(columns["received_at"]))
    for column in ("received_at", "refunded_at", "refund_amount"):
        columns[column] = pc.if_else(
            pa.array(old), pa.scalar(None, columns[column].type), columns[column]
        )
    columns["status"] = pc.if_else(pa.array(old), "shipped", columns["status"])


def _vary_phones(values: pa.Array, rng: np.random.Generator) -> pa.Array:
    """Spell some valid numbers with a country code, spaces, dashes or full-width digits."""
    usable = np.asarray(pc.fill_null(pc.equal(pc.utf8_length(values), 11), False))
    usable &= np.asarray(pc.fill_null(pc.utf8_is_digit(values), False))
    rows = np.flatnonzero(usable & chance(rng, 0.08, len(values)))
    if not len(rows):
        return values
    plain = values.take(pa.array(rows))
    head, middle, tail = (
        pc.utf8_slice_codeunits(plain, low, high) for low, high in ((0, 3), (3, 7), (7, 11))
    )
    wide = plain
    for digit in range(10):
        wide = pc.replace_substring(wide, str(digit), chr(0xFF10 + digit))
    kinds = [
        join("+86", plain),
        join("+86 ", head, " ", middle, " ", tail),
        join("0086", plain),
        join(head, "-", middle, "-", tail),
        join(head, " ", middle, " ", tail),
        wide,
    ]
    kind = choose(rng, [3, 2, 1, 2, 1, 1], len(rows))
    varied = take(pa.concat_arrays(kinds), kind * len(rows) + np.arange(len(rows)))
    mask = np.zeros(len(values), bool)
    mask[rows] = True
    return pc.replace_with_mask(values, pa.array(mask), varied)
