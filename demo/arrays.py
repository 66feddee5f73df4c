"""Small vectorised helpers over numpy and Arrow: identifiers, picks, money and times."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

SECOND = 1_000_000  # all times are microseconds since the epoch, UTC
HOUR = 3600 * SECOND
DAY = 24 * HOUR
ZONE_OFFSET = 8 * HOUR  # Asia/Shanghai has had no summer time since 1991
NEVER = np.iinfo(np.int64).min  # the null of integer time arrays

_SPREAD = 387_420_489


def spread(values: np.ndarray, digits: int, salt: int = 0) -> np.ndarray:
    """Map distinct integers below 10**digits to distinct integers that look random."""
    # A factor that ends in 9 is coprime with 10, so nothing collides; the salt keeps kinds apart.
    return (np.asarray(values, np.int64) * (_SPREAD + 10 * salt) + salt) % 10**digits


def text(values: np.ndarray, digits: int = 0) -> pa.Array:
    """Integers as text, padded with zeros on the left to ``digits``."""
    words = pc.cast(pa.array(np.asarray(values)), pa.string())
    return pc.utf8_lpad(words, digits, "0") if digits else words


def join(*parts: pa.Array | str) -> pa.Array:
    """Concatenate texts row by row; a null part makes a null."""
    return pc.binary_join_element_wise(*parts, "")


def ids(prefix: str, values: np.ndarray, digits: int = 0) -> pa.Array:
    """Identifiers: a prefix and a number."""
    return join(prefix, text(values, digits))


def take(pool: pa.Array | list, codes: np.ndarray) -> pa.Array:
    """Pick from a pool by position; a negative position gives null."""
    values = pool if isinstance(pool, pa.Array) else pa.array(pool)
    codes = np.asarray(codes, np.int64)
    return values.take(pa.array(codes, mask=codes < 0))


def only(values: pa.Array, keep: np.ndarray) -> pa.Array:
    """The values where ``keep`` holds, null elsewhere."""
    return pc.if_else(pa.array(np.asarray(keep, bool)), values, pa.scalar(None, values.type))


def nulls(count: int, kind: pa.DataType | None = None) -> pa.Array:
    """A column without any value."""
    return pa.nulls(count, kind or pa.string())


def constant(value: object, count: int) -> pa.Array:
    """A column with one value."""
    return pa.repeat(pa.scalar(value), count)


def times(values: np.ndarray) -> pa.Array:
    """Microseconds (with ``NEVER`` for null) as UTC timestamps."""
    values = np.asarray(values, np.int64)
    return pa.array(values, mask=values == NEVER).cast(pa.timestamp("us", tz="UTC"))


def money(cents: np.ndarray, keep: np.ndarray | None = None) -> pa.Array:
    """Cents as decimal(12, 2), null where ``keep`` does not hold."""
    cents = np.asarray(cents, np.int64)
    words = np.empty((len(cents), 2), np.int64)  # little-endian 128 bits
    words[:, 0] = cents
    words[:, 1] = cents >> 63
    array = pa.Array.from_buffers(
        pa.decimal128(12, 2), len(cents), [None, pa.py_buffer(words.tobytes())]
    )
    return array if keep is None else only(array, keep)


def integers(values: np.ndarray, keep: np.ndarray | None = None) -> pa.Array:
    """Whole numbers, null where ``keep`` does not hold."""
    values = np.asarray(values).astype(np.int32)
    return pa.array(values, mask=None if keep is None else ~np.asarray(keep, bool))


def booleans(values: np.ndarray, keep: np.ndarray | None = None) -> pa.Array:
    """Truth values, null where ``keep`` does not hold."""
    mask = None if keep is None else ~np.asarray(keep, bool)
    return pa.array(np.asarray(values, bool), mask=mask)


def choose(rng: np.random.Generator, weights: list[float], count: int) -> np.ndarray:
    """Positions drawn with the given weights."""
    edges = np.cumsum(np.asarray(weights, float))
    return np.searchsorted(edges, rng.random(count) * edges[-1], side="right")


def chance(rng: np.random.Generator, share: float, count: int) -> np.ndarray:
    """True with the given probability."""
    return rng.random(count) < share


def expand(lengths: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For groups of the given lengths: the group of each member, and its position in the group."""
    groups = np.repeat(np.arange(len(lengths)), lengths)
    starts = np.cumsum(lengths) - lengths
    return groups, np.arange(len(groups)) - np.repeat(starts, lengths)


def first_of_each(groups: np.ndarray, order: np.ndarray) -> np.ndarray:
    """Mark, in each group, the member with the smallest ``order`` (ties: the first row)."""
    ranked = np.lexsort((np.arange(len(groups)), order, groups))
    is_first = np.zeros(len(groups), bool)
    if len(groups):
        sorted_groups = groups[ranked]
        is_first[ranked[np.r_[True, sorted_groups[1:] != sorted_groups[:-1]]]] = True
    return is_first


class Calendar:
    """Draws moments of the period: season, shopping festivals, weekday and hour of the day."""

    _HOURS = (
        1.2,
        0.6,
        0.3,
        0.2,
        0.2,
        0.4,
        1,
        2,
        3,
        4,
        4.6,
        4.6,
        5,
        4.6,
        4.2,
        4.2,
        4.2,
        4.4,
        5,
        6.4,
        8,
        8.4,
        6.2,
        3.2,
    )

    def __init__(self, until: date, days: int = 365) -> None:
        """Cover so many local days that end with ``until``."""
        self.days = days
        self.last_day = np.datetime64(until, "D")
        self.first_day = self.last_day - np.timedelta64(days - 1, "D")
        self.start = int(self.first_day.astype("datetime64[us]").astype(np.int64)) - ZONE_OFFSET
        self.end = self.start + days * DAY - SECOND
        dates = self.first_day + np.arange(days)
        years = dates.astype("datetime64[Y]").astype("datetime64[M]")
        july = (years + np.timedelta64(6, "M")).astype("datetime64[D]")
        july_before = (years - np.timedelta64(6, "M")).astype("datetime64[D]")
        # Days since the last first of July: the season, whatever day the period begins with.
        self.season_day = (dates - np.where(dates >= july, july, july_before)).astype(np.int64)
        month_day = np.array([int(str(day)[5:7]) * 100 + int(str(day)[8:10]) for day in dates])
        weekday = (dates.astype(np.int64) + 3) % 7  # Monday is 0
        weights = np.where(weekday >= 5, 1.25, 1.0) * np.linspace(0.85, 1.15, days)
        festivals = {
            (1101, 1110): 1.6,
            (1111, 1111): 5,
            (1112, 1112): 2,
            (601, 617): 1.5,
            (618, 618): 4,
            (619, 620): 1.6,
            (1212, 1212): 2,
            (115, 127): 1.4,
            (128, 203): 0.6,
            (308, 308): 1.6,
            (501, 504): 1.3,
        }
        for (low, high), factor in festivals.items():
            weights = np.where((month_day >= low) & (month_day <= high), weights * factor, weights)
        self._day_edges = np.cumsum(weights)
        self._hour_edges = np.cumsum(self._HOURS)

    def draw(self, rng: np.random.Generator, count: int) -> np.ndarray:
        """Moments over the whole period, to the second."""
        day = np.searchsorted(self._day_edges, rng.random(count) * self._day_edges[-1], "right")
        return self.start + day * DAY + self._moment_of_day(rng, count, self._hour_edges)

    def at_hour(self, rng: np.random.Generator, moments: np.ndarray) -> np.ndarray:
        """The same local days, at a likely hour."""
        day = (moments - self.start) // DAY
        return self.start + day * DAY + self._moment_of_day(rng, len(moments), self._hour_edges)

    def _moment_of_day(self, rng: np.random.Generator, count: int, edges: np.ndarray) -> np.ndarray:
        hour = np.searchsorted(edges, rng.random(count) * edges[-1], "right")
        return hour * HOUR + rng.integers(0, 3600, count) * SECOND

    def before_end(self, moments: np.ndarray) -> np.ndarray:
        """The moments, with ``NEVER`` for those after the period."""
        return np.where(moments > self.end, NEVER, moments)
