"""Orders of every selling channel in the reporting currency."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from oracles.definitions import channel_of, seed
from oracles.interactions import is_contract
from oracles.landing import Landing, Record, business_date
from oracles.people import People, identifiers_of, person_of

CENT = Decimal("0.01")


@dataclass
class Order:
    """One order; money in CNY, None where there is no rate."""

    record: Record
    person: int | None
    channel: str
    at: datetime
    currency: str
    gross: Decimal | None
    refund: Decimal | None
    net: Decimal | None
    is_paid: bool
    is_cancelled: bool
    is_return: bool
    is_refunded_in_full: bool


def rate_on(currency: str, day: date) -> Decimal | None:
    """CNY for one unit of a currency: the rate of the day, else the last earlier one."""
    if currency == "CNY":
        return Decimal(1)
    rates = [
        (date.fromisoformat(str(row["rate_date"])), Decimal(str(row["rate"])))
        for row in seed("exchange_rates")
        if row["from_currency"] == currency and row["to_currency"] == "CNY"
    ]
    known = [rate for rate in rates if rate[0] <= day]
    return max(known)[1] if known else None


def _cents(amount: Decimal, rate: Decimal | None) -> Decimal | None:
    return None if rate is None else (amount * rate).quantize(CENT, ROUND_HALF_UP)


def orders(landing: Landing, people: People) -> list[Order]:
    """Platform orders, shop receipts, signed contracts and enrolments that are in scope."""
    statuses = {str(row["raw_status"]): row for row in seed("order_statuses")}
    by_platform: dict[str, list[Record]] = defaultdict(list)
    for record in landing.in_scope("ecommerce.orders"):
        by_platform[record["platform"] or "(none)"].append(record)
    silent = {
        platform
        for platform, records in by_platform.items()
        if all(r["paid_at"] is None and r["status"] is None for r in records)
    }
    found = []

    def add(
        table: str,
        record: Record,
        at: datetime,
        amount: Decimal,
        refund: Decimal,
        is_paid: bool,
        is_cancelled: bool = False,
        is_return: bool = False,
        is_refund_stated: bool = False,
    ) -> None:
        currency = (record["currency"] or "CNY").upper()
        rate = rate_on(currency, business_date(at))
        gross, refunded = _cents(amount, rate), _cents(refund, rate)
        net: Decimal | None = None
        if gross is not None and refunded is not None:
            net = gross - refunded if is_paid or is_return else Decimal(0)
        system = table.split(".")[0]
        platform = record["platform"] if system == "ecommerce" else None
        found.append(
            Order(
                record,
                person_of(people, table, identifiers_of(record)),
                channel_of(system, platform),
                at,
                currency,
                gross,
                refunded,
                net,
                is_paid,
                is_cancelled,
                is_return,
                is_refund_stated or (not is_return and 0 < refund >= amount),
            )
        )

    for platform, records in by_platform.items():
        for record in records:
            status = statuses.get(record["status"] or "", {})
            is_cancelled = (
                record["cancelled_at"] is not None or status.get("is_cancelled") == "true"
            )
            has_payment = record["paid_at"] is not None or (
                status["is_paid"] == "true" if status.get("is_paid") else platform in silent
            )
            refund = record["refund_amount"]
            if refund is None:
                refund = record["amount"] if record["refunded_at"] is not None else Decimal(0)
            elif record["amount"] >= 0:
                refund = abs(refund)
            add(
                "ecommerce.orders",
                record,
                record["created_at"],
                record["amount"],
                refund,
                has_payment and not is_cancelled,
                is_cancelled,
            )
    for record in landing.in_scope("store.transactions"):
        amount, zero = abs(record["amount"]), Decimal(0)
        if record["is_return"]:
            add(
                "store.transactions", record, record["event_time"], zero, amount, False, False, True
            )
        else:
            add("store.transactions", record, record["event_time"], amount, zero, True)
    for record in landing.in_scope("crm.activities"):
        if is_contract(record):
            amount = record["amount"] or Decimal(0)
            add("crm.activities", record, record["event_time"], amount, Decimal(0), True)
    for record in landing.in_scope("academic.enrolments"):
        status = statuses.get(record["status"] or "", {})
        amount = record["amount"] or Decimal(0)
        is_cancelled = status.get("is_cancelled") == "true"
        add(
            "academic.enrolments",
            record,
            record["enrolled_at"],
            amount,
            amount if status.get("is_refunded") == "true" else Decimal(0),
            status.get("is_paid") != "false" and not is_cancelled,
            is_cancelled,
            is_refund_stated=status.get("is_refunded") == "true",
        )
    return found
