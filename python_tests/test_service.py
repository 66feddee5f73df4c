"""Service cases against a plain reading of every ticket, call, message, comment and post."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import pytest

from builds import Build
from oracles.cases import assert_same, both, case_of, random_case
from oracles.landing import as_id
from oracles.service import banded, concentration, worked_seconds


@both
def test_every_case_is_the_plain_reading(dataset: str, built: Build) -> None:
    case = case_of(dataset, built)
    wanted = {as_id(key): row for key, row in case.world.case_rows.items()}
    columns = ", ".join(next(iter(wanted.values())))
    rows = case.rows(f"select case_id, {columns} from marts.fct_service_cases")
    assert len(rows) == len(wanted)
    assert_same({row.pop("case_id"): row for row in rows}, wanted)


@both
def test_every_contact_is_in_its_case(dataset: str, built: Build) -> None:
    case = case_of(dataset, built)
    wanted = {
        as_id(contact.touch.key): {"case_id": as_id(found.key), "contact_number": place}
        for found in case.world.cases
        for place, contact in enumerate(found.contacts, start=1)
    }
    rows = case.rows("select case_contact_id, case_id, contact_number from marts.fct_case_contacts")
    assert len(rows) == len(wanted)
    assert_same({row.pop("case_contact_id"): row for row in rows}, wanted)


@both
def test_every_case_has_its_person_and_order(dataset: str, built: Build) -> None:
    case = case_of(dataset, built)
    known = {order.record.key for order in case.world.orders}
    wanted = {
        as_id(found.key): {
            "user_id": as_id(found.person),
            "order_id": as_id(found.contacts[0].order),
        }
        for found in case.world.cases
    }
    assert all(c.order in known for f in case.world.cases for c in f.contacts if c.order)
    rows = case.rows("select case_id, user_id, order_id from marts.fct_service_cases")
    assert_same({row.pop("case_id"): row for row in rows}, wanted)


@both
def test_complaints_gather_where_they_are_counted(dataset: str, built: Build) -> None:
    case = case_of(dataset, built)
    rows = case.world.case_rows
    owned = [(c.person or c.key, rows[c.key]) for c in case.world.cases]
    wanted = concentration(owned, case.world.orders, case.world.order_regions)
    columns = ", ".join(next(iter(wanted.values())))
    found = case.rows(
        f"select touchpoint_code, region, {columns} from marts.complaint_concentration"
    )
    assert_same({(row.pop("touchpoint_code"), row.pop("region")): row for row in found}, wanted)


@both
def test_ratings_stand_in_the_band_of_their_waiting_time(dataset: str, built: Build) -> None:
    case = case_of(dataset, built)
    wanted = banded(list(case.world.case_rows.values()))
    columns = ", ".join(next(iter(wanted.values())))
    found = case.rows(
        f"select touchpoint_code, band_code, {columns} from marts.response_satisfaction"
    )
    assert_same({(row.pop("touchpoint_code"), row.pop("band_code")): row for row in found}, wanted)


def test_the_random_dataset_has_cases_of_every_kind() -> None:
    found = random_case().world.cases
    rows = list(random_case().world.case_rows.values())
    assert max(len(case.contacts) for case in found) >= 3
    assert {len({contact.kind for contact in case.contacts}) for case in found} >= {1, 2}
    for column, values in (
        ("response_status", {"answered", "unanswered", "unmeasured"}),
        ("is_first_response_in_sla", {True, False, None}),
        ("is_resolution_in_sla", {True, False, None}),
        ("is_reopened", {True, False}),
        ("is_complaint", {True, False}),
        ("priority", {"urgent", "high", "normal", "low"}),
        ("contact_kind", {"ticket", "call", "enquiry", "comment", "post"}),
    ):
        counts = Counter(row[column] for row in rows)
        assert {value for value in values if counts[value] < 3} == set(), (column, counts)
    assert any(case.person is None for case in found)
    enquiries = Counter(row["response_status"] for row in rows if row["contact_kind"] == "enquiry")
    assert min(enquiries[status] for status in ("answered", "unanswered", "unmeasured")) > 2
    touches = Counter(row["touchpoint_code"] for row in rows)
    assert touches["wechat_oa_message"] > 2
    assert touches["wechat_oa_article_comment"] > 2
    assert len({row["assigned_queue"] for row in rows}) >= 6


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        # Asia/Shanghai is eight hours ahead: 01:00 UTC is nine o'clock
        ("2025-03-03 01:00", "2025-03-03 02:00", 1),
        ("2025-03-03 00:00", "2025-03-03 23:00", 9),
        ("2025-03-07 09:30", "2025-03-10 01:30", 1),  # Friday 17:30 to Monday 9:30
        ("2025-03-08 02:00", "2025-03-09 09:00", 0),
        ("2025-01-25 02:00", "2025-01-27 01:00", 9),  # Sunday 26 January is worked
        ("2025-04-30 09:30", "2025-05-06 01:30", 1),  # Labour Day
    ],
)
def test_the_oracle_counts_business_hours(start: str, end: str, hours: float) -> None:
    moments = (datetime.fromisoformat(moment) for moment in (start, end))
    assert worked_seconds(*moments) == hours * 3600
