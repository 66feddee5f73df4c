"""Orders against a plain reading: money in the reporting currency, payment, returns, and what links to them."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest

from builds import Build
from oracles.cases import assert_same, both, case_of, random_case
from oracles.landing import as_id, business_date
from oracles.orders import rate_on


@both
def test_every_order_is_the_plain_reading(dataset: str, built: Build) -> None:
    case = case_of(dataset, built)
    wanted = {
        as_id(order.record.key): {
            "user_id": as_id(order.person),
            "channel_code": order.channel,
            "ordered_at": order.at,
            "ordered_date": business_date(order.at),
            "currency_code": order.currency,
            "gross_amount": order.gross,
            "refund_amount": order.refund,
            "net_amount": order.net,
            "is_paid": order.is_paid,
            "is_cancelled": order.is_cancelled,
            "is_return": order.is_return,
            "region": order.record["region"],
        }
        for order in case.world.orders
    }
    columns = ", ".join(next(iter(wanted.values())))
    rows = case.rows(f"select order_id, {columns} from marts.fct_orders")
    assert_same({row.pop("order_id"): row for row in rows}, wanted)


@both
def test_amounts_without_a_rate_are_null_and_reported(dataset: str, built: Build) -> None:
    case = case_of(dataset, built)
    wanted = Counter(
        (order.record.table, order.currency) for order in case.world.orders if order.gross is None
    )
    for spend in case.world.landing.in_scope("ads.daily_spend"):
        currency = (spend["currency"] or "CNY").upper()
        if rate_on(currency, spend["spend_date"]) is None:
            wanted["ads.daily_spend", currency] += 1
    found = {
        (f"{row['source_system']}.{row['source_table']}", row["currency_code"]): row["record_count"]
        for row in case.rows("select * from marts.unconverted_amounts")
    }
    assert found == dict(wanted)
    assert wanted or dataset == "sample"


@both
def test_a_touchpoint_carries_the_value_of_the_order_that_it_is(dataset: str, built: Build) -> None:
    case = case_of(dataset, built)
    orders = {order.record.key: order for order in case.world.orders}
    wanted = {}
    for touch in case.world.touches:
        order = orders.get(touch.key)
        counts = order is not None and (order.is_paid or order.is_return)
        wanted[as_id(touch.key)] = {
            "value": order.net if order is not None and counts else None,
            "is_conversion": order is not None and order.is_paid,
        }
    rows = case.rows("select touchpoint_id, value, is_conversion from marts.fct_touchpoints")
    assert_same({row.pop("touchpoint_id"): row for row in rows}, wanted)


@both
def test_a_touchpoint_names_the_order_that_it_is_or_speaks_of(dataset: str, built: Build) -> None:
    """By number, together with the platform where several use the number; a receipt or contract is its own order."""
    case = case_of(dataset, built)
    wanted = {as_id(key): as_id(order) for key, order in case.world.named_orders.items()}
    rows = case.rows("select touchpoint_id, order_id from marts.fct_touchpoints")
    assert_same({row["touchpoint_id"]: row["order_id"] for row in rows}, wanted)


@both
def test_every_order_has_a_touchpoint_of_its_own(dataset: str, built: Build) -> None:
    case = case_of(dataset, built)
    missing = case.rows(
        "select order_id from marts.fct_orders anti join marts.fct_touchpoints using (order_id)"
    )
    assert not missing, missing[:5]


@pytest.mark.parametrize(
    ("currency", "day", "rate"),
    [
        ("CNY", date(1999, 1, 1), "1"),
        ("USD", date(2023, 12, 31), None),
        ("USD", date(2024, 1, 1), "7.1"),
        ("USD", date(2024, 1, 31), "7.1"),
        ("USD", date(2024, 2, 1), "7.18"),
        ("XYZ", date(2025, 1, 1), None),
    ],
)
def test_the_oracle_takes_the_last_rate_up_to_the_day(
    currency: str, day: date, rate: str | None
) -> None:
    assert rate_on(currency, day) == (None if rate is None else Decimal(rate))


def test_the_random_dataset_has_orders_in_every_state() -> None:
    orders = random_case().world.orders
    states = Counter((order.is_paid, order.is_cancelled, order.is_return) for order in orders)
    assert set(states) == {
        (True, False, False),
        (False, True, False),
        (False, False, False),
        (False, False, True),
    }
    assert min(states.values()) > 20
    assert sum(order.gross is None for order in orders) > 20
    assert sum(order.net is not None and order.net < 0 and order.is_paid for order in orders) > 5
