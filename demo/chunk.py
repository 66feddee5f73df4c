"""One chunk of a company in the making: its people, and the records they leave."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from demo.arrays import (
    NEVER,
    Calendar,
    constant,
    first_of_each,
    ids,
    join,
    money,
    spread,
    take,
    text,
    times,
)
from demo.people import Kinds, identities, phones
from demo.rows import Rows
from demo.schema import TABLES

# What the identifiers of a table begin with, where they are not given.
PREFIXES = {
    "website.events": "w",
    "app.events": "a",
    "mini_program.events": "m",
    "wechat_oa.interactions": "g",
    "social.engagements": "e",
    "community.posts": "p",
    "outreach.sends": "o",
    "ecommerce.searches": "F",
    "ecommerce.orders": "Q",
    "ecommerce.reviews": "V",
    "store.visits": "B",
    "store.transactions": "R",
    "crm.activities": "v",
    "erp.shipments": "S",
    "service.tickets": "Z",
    "service.messages": "x",
    "hotline.calls": "h",
    "survey.invitations": "y",
    "survey.responses": "z",
    "his.appointments": "AP",
    "his.follow_ups": "FU",
    "academic.enrolments": "EN",
    "academic.lessons": "LR",
    "logistics.tracking_events": "TE",
    "production.batches": "BA",
    "production.equipment_events": "EE",
    "production.deliveries": "DL",
}


@dataclass
class Chunk:
    """Everything known about one chunk while it is being made."""

    rng: np.random.Generator
    calendar: Calendar
    number: int
    people: object  # a Crowd, or what an industry has in its place
    parts: dict[str, list[Rows]] = field(default_factory=dict)
    notes: dict[str, object] = field(default_factory=dict)
    planted: dict[str, dict[str, int]] = field(default_factory=dict)

    def add(self, rows: Rows) -> None:
        """Add rows to their table."""
        self.parts.setdefault(rows.table, []).append(rows)

    def plant(self, table: str, what: str, rows: np.ndarray) -> None:
        """Note how many rows of a table carry something planted."""
        found = self.planted.setdefault(table, {})
        found[what] = found.get(what, 0) + int(rows.sum())

    def serials(self, table: str, count: int) -> np.ndarray:
        """Numbers that no other record of the table has, in any chunk."""
        used = self.notes.setdefault("serials", {})
        start = used.get(table, 0)
        used[table] = start + count
        return self.number * 4_000_000 + start + np.arange(count, dtype=np.int64)

    def record(
        self,
        table: str,
        person: np.ndarray,
        columns: dict[str, object],
        shows: dict[str, object] | None = None,
        *,
        link: bool = True,
        scope: int = 0,
    ) -> dict[str, pa.Array]:
        """Add records of people (``NOBODY`` for none) to a table; return its columns.

        ``columns``: an Arrow array, a numpy array (times in microseconds, money in cents, ``NEVER``
        for null), a list, or one value for all. What is after the end of the period is the
        caller's to leave out. The first key column is numbered where it is not given.
        ``shows``: identifier column -> kind of identifier, or (kind, rows that show it). With
        ``link``, the first record of each person also shows the phone that joins all of them.
        """
        spec, count = TABLES[table], len(person)
        kinds = {column.name: column.kind for column in spec.columns}
        made = {name: _column(value, kinds[name], count) for name, value in columns.items()}
        key = spec.columns[0].name
        if key not in made and table in PREFIXES:
            made[key] = ids(PREFIXES[table], spread(self.serials(table, count), 10, 17), 10)
        shown = dict(shows or {})
        if link and "phone" in kinds and "phone" not in shown:
            shown["phone"] = ("phone", np.zeros(count, bool))
        for name, wanted in shown.items():
            kind, rows = wanted if isinstance(wanted, tuple) else (wanted, np.ones(count, bool))
            if link and name == "phone":
                moments = next(v for n, v in columns.items() if kinds[n] == "time")
                rows = rows | first_of_each(person, np.asarray(moments))
            who = np.where(rows & (person >= 0), person, -1)
            values = take(self.people.ids[kind], who)
            made[name] = values
            self.people.saw(kind, who)
        self.add(Rows(table, made, np.asarray(person), np.full(count, scope, np.int8)))
        return made


def _column(value: object, kind: str, count: int) -> pa.Array:
    if isinstance(value, pa.Array):
        return value
    if isinstance(value, pa.ChunkedArray):
        return value.combine_chunks()
    if not isinstance(value, np.ndarray | list):
        return constant(value, count)
    if kind == "time":
        return times(value)
    if kind in ("money", "number"):
        return money(value, np.asarray(value) != NEVER)
    if kind == "int":
        numbers = np.asarray(value, np.int64)
        return pa.array(numbers, mask=numbers == NEVER).cast(pa.int32())
    return pa.array(value)


@dataclass
class Crowd:
    """The people of one chunk; all arrays are aligned.

    ``kinds`` names the kinds of identifiers and how the truth calls them. A person that is not
    known has no phone, and one kind of identifier in its records.
    """

    count: int
    base: int
    kinds: Kinds
    is_known: np.ndarray
    is_planted: np.ndarray  # dirt stays away from these
    region: np.ndarray
    tier: np.ndarray
    ids: dict[str, pa.Array] = field(default_factory=dict)
    seen: dict[str, np.ndarray] = field(default_factory=dict)

    def saw(self, name: str, person: np.ndarray) -> None:
        """Note that the identifier of these people stands in a record that counts."""
        known = person[person >= 0]
        if name == "phone":
            known = known[self.is_known[known]]
        self.seen.setdefault(name, np.zeros(self.count, bool))[known] = True

    def count_seen(self) -> int:
        """How many people have a record."""
        return int(np.logical_or.reduce(list(self.seen.values())).sum())

    def listed(self) -> list[list[list[str]]]:
        """Who is who, for the truth."""
        return list(identities(self.kinds, self.ids, self.seen, self.count))


# Kind -> (what it begins with, salt): numbers of different kinds do not look alike.
_NUMBERS = {
    "member_no": ("M", 11),
    "patient_no": ("P", 21),
    "student_no": ("ST", 31),
    "contact_id": ("K", 33),
    "unionid": ("un", 101),
    "openid_mini": ("mp", 202),
    "openid_oa": ("oa", 303),
    "device_id": ("d", 404),
    "visitor_id": ("c", 505),
    "own_shop": ("qh", 808),
}
_TYPES = {
    "openid_mini": ("openid", ""),
    "openid_oa": ("openid", ""),
    "own_shop": ("buyer_id", "own_shop"),
}


def make_crowd(
    base: int,
    kinds: list[str],
    *,
    is_known: np.ndarray,
    is_planted: np.ndarray,
    region: np.ndarray,
    tier: np.ndarray,
) -> Crowd:
    """People with one identifier of each kind: ``phone``, ``email`` or a key of the numbers."""
    count = len(is_known)
    crowd = Crowd(
        count=count,
        base=base,
        kinds={kind: _TYPES.get(kind, (kind, "")) for kind in kinds},
        is_known=is_known,
        is_planted=is_planted,
        region=region,
        tier=tier,
    )
    number = base + np.arange(count, dtype=np.int64)
    for kind in kinds:
        if kind == "phone":
            made = phones(number)
            crowd.ids[kind] = take(made, np.where(is_known, np.arange(count), -1))
        elif kind == "email":
            crowd.ids[kind] = join("u", text(spread(number, 8, 77), 8), "@post.demo")
        else:
            prefix, salt = _NUMBERS[kind]
            crowd.ids[kind] = ids(prefix, spread(number, 9, salt), 9)
    return crowd


def exactly(rng: np.random.Generator, rows: np.ndarray, number: int) -> np.ndarray:
    """So many of the rows, drawn at random, in their order."""
    return np.sort(rng.permutation(rows)[:number])
