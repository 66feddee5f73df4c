"""A dataset of the generator counted again from its raw files, with readers and rules written for tests.

Only the list of columns and keys is taken from the generator.
"""

from __future__ import annotations

import csv
import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import networkx as nx
import pyarrow.parquet as pq

from demo.schema import TABLES

NULL_WORDS = {"", "NULL", "null", "\\N", "N/A", "-"}
SHANGHAI = timezone(timedelta(hours=8))
DAY = 86_400
BOTS = re.compile("Googlebot|Baiduspider|bingbot|Bytespider|python-requests")
IDENTIFIERS = [
    "member_no",
    "phone",
    "email",
    "unionid",
    "openid",
    "buyer_id",
    "platform_user_id",
    "device_id",
    "visitor_id",
    "contact_id",
    "patient_no",
    "student_no",
]
VOCABULARY = {
    "website.events": "page_view search item_view favourite add_to_cart order_submit order_pay "
    "register login consult form_submit download share comment video_play review_submit "
    "after_sales_apply coupon_receive quote",
    "app.events": "app_open screen_view search item_view favourite add_to_cart order_submit "
    "order_pay register login push_open push_click consult share review_submit after_sales_apply "
    "coupon_receive check_in",
    "mini_program.events": "launch page_view search item_view favourite add_to_cart order_submit "
    "order_pay register authorise_phone consult share coupon_receive after_sales_apply",
    "wechat_oa.interactions": "follow unfollow article_read article_share article_like "
    "article_comment menu_click message qr_scan",
    "social.engagements": "view like favourite comment share follow direct_message live_watch "
    "live_comment link_click post",
    "logistics.tracking_events": "picked_up in_transit arrived_hub out_for_delivery delivered "
    "delayed 揽收 运输中 派送中 签收 延误",
}

Record = dict[str, object]
Identifier = tuple[str, str, str]


def read_moment(value: object) -> float | None:
    """Seconds since the epoch; None for what is no time."""
    if isinstance(value, datetime):
        return value.timestamp()
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=SHANGHAI).timestamp()
    words = str(value)
    if re.fullmatch(r"\d{10}|\d{13}", words):
        return int(words) / (1 if len(words) == 10 else 1000)
    for pattern in (
        "%Y-%m-%d %H:%M:%S",
        "%Y-%m-%dT%H:%M:%S%z",
        "%Y/%m/%d %H:%M",
        "%Y年%m月%d日 %H:%M",
        "%Y年%m月%d日 %H:%M:%S",
        "%Y-%m-%d",
    ):
        try:
            moment = datetime.strptime(words, pattern)
        except ValueError:
            continue
        return (moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)).timestamp()
    return None


def read_number(value: object) -> float | None:
    """An amount or a whole number; None for what is none."""
    if isinstance(value, int | float | Decimal):
        return float(value)
    try:
        return float(str(value).replace("¥", "").replace(",", ""))
    except ValueError:
        return None


def read_phone(value: object) -> str | None:
    """Eleven digits; None for what is no mobile number."""
    words = str(value).translate({0xFF10 + digit: str(digit) for digit in range(10)})
    words = re.sub(r"^(\+86|0086)", "", re.sub(r"[\s-]", "", words))
    return words if re.fullmatch(r"1\d{10}", words) else None


def read_boolean(value: object) -> bool | None:
    """Yes or no; None for what is neither."""
    return {"true": True, "false": False}.get(str(value).lower())


READERS: dict[str, Callable[[object], object]] = {
    "time": read_moment,
    "date": read_moment,
    "money": read_number,
    "int": read_number,
    "bool": read_boolean,
}


def raw_records(root: Path, name: str) -> Iterator[Record | None]:
    """The records of a table in all its files; None for a line that cannot be read."""
    base = root / name.replace(".", "/")
    files = [base.with_suffix(".csv")] if base.with_suffix(".csv").exists() else []
    for path in files + sorted(base.glob("part-*")):
        if path.suffix == ".parquet":
            yield from pq.read_table(path).to_pylist()
            continue
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = csv.reader(file, strict=True)
            header = next(lines)
            for line in lines:
                same = len(line) == len(header)
                yield dict(zip(header, line, strict=True)) if same else None


@dataclass
class Recount:
    """What is found in the raw files of a dataset."""

    truth: dict
    accepted: dict[str, list[Record]] = field(default_factory=dict)
    counts: dict[str, dict] = field(default_factory=dict)
    graph: nx.Graph = field(default_factory=nx.Graph)
    person_of: dict[Identifier, int] = field(default_factory=dict)
    blocked: set[str] = field(default_factory=set)
    tablets: set[Identifier] = field(default_factory=set)

    def identifiers(self, record: Record) -> list[Identifier]:
        """The identifiers of a record, without those that are shared by several people."""
        found = []
        for kind in IDENTIFIERS:
            value = record.get(kind)
            if value is not None and kind == "phone":
                value = read_phone(value)
            if value is None or value in self.blocked:
                continue
            scope = record["platform"] if kind in ("buyer_id", "platform_user_id") else ""
            if (kind, scope, value) not in self.tablets:
                found.append((kind, scope, value))
        return found

    def person(self, record: Record) -> int | None:
        """The person of a record: the connected component of its identifiers."""
        found = self.identifiers(record)
        return self.person_of[found[0]] if found else None


def recount(root: Path) -> Recount:
    """Count a dataset again: quarantine, then duplicates, then bots and staff; then people."""
    truth = json.loads((root / "truth.json").read_text(encoding="utf-8"))
    result = Recount(truth)
    result.blocked = {entry["phone"] for entry in truth["shared_phones"]}
    result.blocked |= set(truth["rules"]["placeholder_phones"])
    result.tablets = {(entry["type"], "", entry["value"]) for entry in truth["shared_devices"]}
    staff = set(truth["rules"]["staff_phones"])
    for name, spec in TABLES.items():
        if name not in truth["tables"]:
            assert not any(raw_records(root, name)), f"{name} is not in the truth"
            continue
        quarantined: Counter[str] = Counter()
        newest: dict[tuple, Record] = {}
        records = readable = bots = staff_records = 0
        for raw in raw_records(root, name):
            records += 1
            if raw is None:
                quarantined["unreadable_line"] += 1
                continue
            record = {
                key: None if isinstance(value, str) and value in NULL_WORDS else value
                for key, value in raw.items()
            }
            reason = reason_to_quarantine(spec, record)
            if reason:
                quarantined[reason] += 1
                continue
            readable += 1
            key = tuple(
                str(read_moment(record[column.name]))
                if column.kind == "time"
                else ""
                if record.get(column.name) is None
                else str(record[column.name])
                for column in spec.columns
                if column.is_key
            )
            if key not in newest or str(record["loaded_at"]) >= str(newest[key]["loaded_at"]):
                newest[key] = record
        result.accepted[name] = []
        for record in newest.values():
            if BOTS.search(str(record.get("user_agent"))):
                bots += 1
            elif record.get("phone") and read_phone(record["phone"]) in staff:
                staff_records += 1
            else:
                result.accepted[name].append(record)
        result.counts[name] = {
            "records": records,
            "duplicates": readable - len(newest),
            "quarantined": dict(quarantined),
            "bots": bots,
            "staff": staff_records,
            "accepted": len(result.accepted[name]),
        }
    for records in result.accepted.values():
        for record in records:
            found = result.identifiers(record)
            result.graph.add_nodes_from(found)
            result.graph.add_edges_from((found[0], other) for other in found[1:])
    for number, component in enumerate(nx.connected_components(result.graph)):
        result.person_of.update(dict.fromkeys(component, number))
    return result


def reason_to_quarantine(spec: object, record: Record) -> str | None:
    """Why a record cannot be used: the first needed column that is empty or unreadable."""
    for column in spec.columns:
        if not column.is_needed:
            continue
        value = record.get(column.name)
        if value is None:
            return f"missing_{column.name}"
        if column.kind in READERS and READERS[column.kind](value) is None:
            return f"invalid_{column.name}"
    return None


def touches(found: Recount) -> dict[int, list[tuple[float, str, Record]]]:
    """Per person every moment in any record, with its table."""
    result = defaultdict(list)
    ignored = {"loaded_at", "promised_at", "updated_at"}
    for name, records in found.accepted.items():
        columns = [c.name for c in TABLES[name].columns if c.kind == "time"]
        if name == "crm.contacts":
            continue
        for record in records:
            person = found.person(record)
            for column in columns:
                if column not in ignored and record.get(column) and person is not None:
                    result[person].append((read_moment(record[column]), name, record))
    return result


def unknown_events(found: Recount, name: str) -> int:
    """How many accepted records of an event table name an event outside the vocabulary."""
    columns = {
        "wechat_oa.interactions": "interaction_type",
        "social.engagements": "engagement_type",
    }
    events = [record[columns.get(name, "event_name")] for record in found.accepted[name]]
    return sum(event not in VOCABULARY[name].split() for event in events)
