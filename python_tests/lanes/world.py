"""What the lanes build on every engine: the sample, a batch of records, and decisions; then no relation is empty.

The batch brings what an increment can meet: records known already, another identifier for a known record, a record that
makes two people one, an order in a currency without a rate, typed Parquet, a request of erasure, goods of a batch that
somebody complained of, an answer outside its scale. The decisions are three overrides, a blocked value and a proposed
link.
"""

from __future__ import annotations

import csv
import json
import math
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from builds import PROJECT, Build
from test_decisions import copy_of_the_project, write_decisions
from touchpoints.identifiers import read_phone

SAMPLE = PROJECT / "demo" / "raw" / "retail"
THRESHOLD = ("--vars", '{"probabilistic_threshold": "0.5"}')
LOADED = "2025-07-02 02:00:00"
# A log of runs: its rows name the run, by an id that dbt draws.
OF_THE_RUN = {"identity_runs": {"run_id"}, "identity_merges": {"run_id"}}

Row = dict[str, str]
Table = tuple[list[str], list[tuple[Any, ...]]]


@dataclass(frozen=True)
class World:
    """A raw root and a project."""

    raw: Path
    project: Path

    @classmethod
    def start(cls, folder: Path) -> World:
        """The sample as it is committed, and the project as it stands."""
        raw = folder / "raw"
        shutil.copytree(SAMPLE, raw)
        return cls(raw, copy_of_the_project(folder / "project"))

    def land_batch(self) -> None:
        """Land records on top of the sample."""
        orders = _rows("ecommerce/orders.csv")
        members, phones = _members(), _phones()
        again = [row | {"loaded_at": LOADED} for row in orders[:40]]
        renamed = [row | {"phone": "13700001234", "loaded_at": LOADED} for row in orders[40:43]]
        foreign = orders[50] | {"order_no": "X-1", "currency": "XAU", "loaded_at": LOADED}
        one_more = {"order_no": "X-2", "phone": phones[0], "loaded_at": LOADED}
        meeting = _rows_of(members[1])[0] | one_more
        _land(self.raw / "ecommerce" / "orders" / "b2.csv", [*again, *renamed, foreign, meeting])
        self._land_parquet("website/events", 500)
        request = {
            "request_id": "E-1",
            "requested_at": "2025-04-01 00:00:00",
            "identifier_type": "member_no",
            "identifier_value": members[3],
            "platform": "",
            "loaded_at": LOADED,
        }
        _land(self.raw / "privacy" / "erasure_requests" / "b2.csv", [request])
        complaint = next(
            row
            for row in _rows("service/tickets.csv")
            if row["is_complaint"] == "true" and row["order_no"]
        )
        batch = {
            "batch_no": "B-1",
            "produced_at": "2024-06-01 10:00:00",
            "item_id": _rows("catalog/items.csv")[0]["item_id"],
            "line_id": "L1",
            "plant": "P1",
            "quantity": "10",
            "loaded_at": LOADED,
        }
        delivery = {
            "delivery_id": "D-1",
            "batch_no": "B-1",
            "order_no": complaint["order_no"],
            "equipment_id": "",
            "delivered_at": "2024-07-01 10:00:00",
            "loaded_at": LOADED,
        }
        _land(self.raw / "production" / "batches" / "b2.csv", [batch])
        _land(self.raw / "production" / "deliveries" / "b2.csv", [delivery])
        # with every column: a server knows those of a table, not those of each file
        answer = dict.fromkeys(_rows("survey/responses.csv")[0], "") | {
            "response_id": "A-1",
            "survey_id": "S-1",
            "survey_type": "csat",
            "answered_at": "2025-06-01 10:00:00",
            "score": "9",
            "loaded_at": LOADED,
        }
        _land(self.raw / "survey" / "responses" / "b2.csv", [answer])

    def decide(self) -> list[tuple[str, str, float]]:
        """Write decisions into the seeds; returns the links that the matching proposes: two contacts and a score."""
        members, phones = _members(), _phones()
        write_decisions(
            self.project,
            [
                f"O-1,keep_together,member_no,,{members[0]},member_no,,{members[2]},"
                "care,2025-07-01,registered twice\n",
                f"O-2,keep_apart,member_no,,{members[1]},phone,,{phones[1]},"
                "care,2025-07-01,a shared phone\n",
                f"O-3,keep_together,member_no,,{members[1]},member_no,,nobody-has-seen-it,"
                "care,2025-07-01,a mistake\n",
            ],
        )
        seed = self.project / "seeds" / "blocked_identifiers.csv"
        blocked = f"phone,equals,{read_phone(phones[2])},placeholder\n"
        seed.write_text(seed.read_text(encoding="utf-8") + blocked, encoding="utf-8")
        one, other, *_ = _values(_rows("crm/contacts.csv"), "contact_id")
        return [(one, other, 0.9)]

    def _land_parquet(self, table: str, count: int) -> None:
        """Some records of a CSV table again as Parquet, under keys of their own, with load times as timestamps."""
        rows = [
            row | {"event_id": f"P{place}", "loaded_at": LOADED}
            for place, row in enumerate(_rows(f"{table}.csv")[:count])
        ]
        _land(self.raw / "scratch.csv", rows)
        path = self.raw / table / "b2.parquet"
        path.parent.mkdir(exist_ok=True)
        duckdb.execute(
            f"copy (select * replace (try_cast(loaded_at as timestamp) as loaded_at)"
            f" from read_csv('{self.raw / 'scratch.csv'}', all_varchar = true)) to '{path}' (format parquet)"
        )
        (self.raw / "scratch.csv").unlink()


def _rows(table: str) -> list[Row]:
    with open(SAMPLE / table, encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        reader = csv.DictReader(file)
        return [row for row in reader if None not in row and None not in row.values()]


def _values(rows: Iterable[Row], column: str) -> list[str]:
    """Its different values, in the order of the rows."""
    return list(dict.fromkeys(row[column] for row in rows if row[column]))


def _members() -> list[str]:
    return _values(_rows("ecommerce/orders.csv"), "member_no")


def _phones() -> list[str]:
    """Phones of orders that name no member."""
    orders = _rows("ecommerce/orders.csv")
    return _values([row for row in orders if not row["member_no"]], "phone")


def _rows_of(member: str) -> list[Row]:
    return [row for row in _rows("ecommerce/orders.csv") if row["member_no"] == member]


def _land(path: Path, rows: list[Row]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", encoding="utf-8", errors="surrogateescape", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def promised_relations(build: Build) -> list[tuple[str, str]]:
    """Schema and name of every relation that readers are promised: the models under models/marts."""
    nodes = json.loads((build.target / "manifest.json").read_text(encoding="utf-8"))["nodes"]
    return sorted(
        (node["schema"], node["name"])
        for node in nodes.values()
        if node["resource_type"] == "model" and node["path"].startswith("marts/")
    )


def duckdb_table(build: Build, schema: str, name: str) -> Table:
    """Columns and rows of a relation of a DuckDB build."""
    with build.connect() as connection:
        found = connection.execute(f"select * from {schema}.{name}")
        return [column[0] for column in found.description], found.fetchall()


def unlike(name: str, ours: Table, theirs: Table) -> list[str]:
    """How two tables differ: columns, or up to three rows of each side. Doubles are equal to 1e-9 of their size."""
    if ours[0] != theirs[0]:
        return [f"{name}: columns {ours[0]} and {theirs[0]}"]
    kept = [place for place, column in enumerate(ours[0]) if column not in OF_THE_RUN.get(name, ())]
    left, right = (
        sorted((_comparable(row, kept) for row in table[1]), key=repr) for table in (ours, theirs)
    )
    if len(left) != len(right):
        return [f"{name}: {len(left)} and {len(right)} rows"]
    return [
        f"{name}: {one} and {other}"
        for one, other in zip(left, right, strict=True)
        if one[0] != other[0] or not all(map(_close, one[1], other[1]))
    ][:3]


def _comparable(row: tuple[Any, ...], kept: list[int]) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """What must be the same, and the doubles, in the order of the columns."""
    values = [row[place] for place in kept]
    exact = tuple(
        None if isinstance(value, float) else (value is None, str(value)) for value in values
    )
    return exact, tuple(value for value in values if isinstance(value, float))


def _close(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)


def differences(
    relations: list[tuple[str, str]],
    ours: Callable[[str, str], Table],
    theirs: Callable[[str, str], Table],
) -> list[str]:
    """What differs between two builds, relation by relation."""
    return [
        found
        for schema, name in relations
        for found in unlike(name, ours(schema, name), theirs(schema, name))
    ]
