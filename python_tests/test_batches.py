"""Production batches held against the oracle, and what the random dataset plants in them."""

from __future__ import annotations

from collections import defaultdict

from conftest import Dataset
from oracles import batches
from oracles.cases import assert_same, both, case_of
from oracles.landing import as_id


@both
def test_every_batch_is_counted_compared_and_flagged(dataset: str, built: Dataset) -> None:
    case = case_of(dataset, built)
    expected = batches.report(case.world)
    columns = ", ".join(["batch_no", *next(iter(expected.values()), {})])
    found = {
        row.pop("batch_no"): row for row in case.rows(f"select {columns} from marts.batch_quality")
    }
    assert_same(found, expected)


@both
def test_every_complaint_is_linked_to_the_batches_behind_it(dataset: str, built: Dataset) -> None:
    case = case_of(dataset, built)
    grave = batches.anomalies(case.world)
    expected = {}
    for one in batches.complaints(case.world):
        came = one.delivered_at
        days = None if came is None else (one.at - came).total_seconds() / 86400
        expected[as_id(one.record.key), one.batch] = {
            "user_id": as_id(one.person),
            "order_id": as_id(one.order),
            "link_kind": one.kind,
            "weight": round(float(one.weight), 9),
            "opened_at": one.at,
            "equipment_id": one.machine,
            "delivered_at": came,
            "days_since_delivery": days,
            "anomaly_count": len(grave.get(one.batch, [])),
        }
    found = {
        (row.pop("complaint_id"), row.pop("batch_no")): row
        for row in case.rows(
            "select complaint_id, batch_no, user_id, order_id, link_kind, cast(weight as double) as weight, opened_at,"
            " equipment_id, delivered_at, days_since_delivery, anomaly_count from marts.fct_batch_complaints"
        )
    }
    assert_same(found, expected)


def test_the_random_dataset_has_what_can_go_wrong(built: Dataset) -> None:
    """Complaints by order and by person, shared ones, a batch that is flagged and one that complaints alone flag."""
    case = case_of("random", built)
    linked = batches.complaints(case.world)
    assert {one.kind for one in linked} == {"order", "person"}
    shared = defaultdict(set)
    for one in linked:
        shared[one.record.key].add(one.batch)
    assert max(len(found) for found in shared.values()) > 1
    rows = batches.report(case.world)
    assert {name for name, row in rows.items() if row["is_alerted"]} == {"B007", "B031"}
    assert any(row["is_complaint_alerted"] for row in rows.values())
    assert not all(row["is_recorded"] for row in rows.values())


def test_a_batch_is_flagged_before_its_complaints_peak(built: Dataset) -> None:
    case = case_of("random", built)
    row = case.rows("select * from marts.batch_quality where batch_no = 'B007'")[0]
    assert row["is_alerted"]
    assert row["is_complaint_alerted"]
    assert row["alerted_at"].date() < row["complaint_peak_date"]


def test_parts_of_a_complaint_add_up_to_one(built: Dataset) -> None:
    case = case_of("random", built)
    sums = case.rows(
        "select sum(weight) as total from marts.fct_batch_complaints group by complaint_id"
    )
    assert sums
    assert all(abs(float(row["total"]) - 1) < 1e-8 for row in sums)
