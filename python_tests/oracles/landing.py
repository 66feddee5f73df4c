"""Landed records as the contract reads them: typed, judged, one per key, with what is out of scope."""

from __future__ import annotations

import csv
import functools
import hashlib
import io
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any
from unicodedata import category
from zoneinfo import ZoneInfo

from oracles.definitions import PERSONAL_COLUMNS, Contract, contracts, identifier_rules, seed

ZONE = ZoneInfo("Asia/Shanghai")
NULL_WORDS = {"", "NULL", "null", "\\N", "N/A", "-"}
WIDE = str.maketrans("０１２３４５６７８９＋－−（）．，：／＠　", "0123456789+--().,:/@ ")
EPOCH = datetime(1970, 1, 1)
TRUE_WORDS = {"1", "1.0", "true", "t", "yes", "y", "是", "真"}
FALSE_WORDS = {"0", "0.0", "false", "f", "no", "n", "否", "假"}


@dataclass
class Record:
    """One accepted record: its table, key, typed values (lower-case codes) and why it is out of scope."""

    table: str
    key: int
    values: dict[str, Any]
    out_of_scope: str | None = None
    is_erased: bool = False
    erased_profile: int | None = None

    def __getitem__(self, column: str) -> Any:
        return self.values.get(column)


@dataclass
class Landing:
    """What a raw root holds: accepted records by table, and per table how many of each outcome."""

    secret: str
    records: dict[str, list[Record]] = field(default_factory=dict)
    outcomes: dict[str, Counter[str]] = field(default_factory=dict)
    # filled by `erasure.erase`: (type, scope, value) of identifiers, pairs of them that an erased record showed
    erased_until: dict[tuple[str, str, str], datetime] = field(default_factory=dict)
    erased_pairs: set[tuple[Any, Any]] = field(default_factory=set)
    # a device that several people shared, and an identifier of one of them who is erased
    erased_partners: set[tuple[Any, Any]] = field(default_factory=set)
    # an identifier that was kept from somebody who is erased, in which tier, until when
    erased_joins: set[tuple[Any, int, datetime]] = field(default_factory=set)

    def in_scope(self, table: str) -> list[Record]:
        """Accepted records of a table that count."""
        return [record for record in self.records.get(table, []) if record.out_of_scope is None]


def keyed(secret: str, text: str) -> int:
    """63-bit key of a text under the vault's secret."""
    return int(hashlib.md5((secret + text).encode()).hexdigest()[:16], 16) >> 1


def plain(text: str) -> int:
    """63-bit key of a text without a secret."""
    return keyed("", text)


def as_id(key: int | None) -> str | None:
    """The id that readers see for a key."""
    return None if key is None else f"{key:016x}"


def business_date(moment: datetime) -> date:
    """Date in the business time zone of a UTC time."""
    return moment.replace(tzinfo=UTC).astimezone(ZONE).date()


def read_time(text: str) -> datetime | None:
    """UTC time of a landed one, None where it is none."""
    text = text.translate(WIDE)
    if re.fullmatch(r"[0-9]{13}", text):
        return EPOCH + timedelta(milliseconds=int(text))
    if re.fullmatch(r"9[4-9][0-9]{7}|[1-9][0-9]{9}", text):
        return EPOCH + timedelta(seconds=int(text))
    found = re.fullmatch(
        r"(\d{4})(?:(年)|[-/])(\d{1,2})(?(2)月|[-/])(\d{1,2})日?"
        r"(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,6}))?)? ?(Z|[+-]\d{2}:?\d{0,2})?)?",
        text,
    )
    if not found:
        return None
    year, _, month, day, hour, minute, second, fraction, offset = found.groups()
    try:
        moment = datetime(
            int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0),
            int((fraction or "0").ljust(6, "0")),
        )  # fmt: skip
    except ValueError:
        return None
    if offset == "Z":
        return moment
    if offset:
        digits = offset[1:].replace(":", "").ljust(4, "0")
        shift = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
        return moment - shift if offset[0] == "+" else moment + shift
    return moment.replace(tzinfo=ZONE).astimezone(UTC).replace(tzinfo=None)


def read_phone(text: str) -> str | None:
    """A phone in one spelling, None where it is none."""
    bare = text.translate(WIDE).replace("(0)", "")
    digits = "".join(c for c in bare if c not in "-‐‑‒–—―()." and category(c) not in ("Zs", "Cf"))
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    mobile = re.fullmatch(r"(?:\+?86)?(1[3-9]\d{9})", digits, re.ASCII)
    if mobile:
        return mobile[1]
    if re.match(r"(\+?86)?1[3-9]", digits):
        return None
    return digits if re.fullmatch(r"\+[1-9]\d{7,14}|\d{7,15}", digits, re.ASCII) else None


def read_email(text: str) -> str | None:
    """An e-mail address in one spelling, None where it is none."""
    email = text.translate(WIDE).lower()
    return email if re.fullmatch(r"[^@ ,;<>]+@([^@ ,;<>.]+\.)+[^@ ,;<>.]+", email) else None


def read_number(text: str, places: int) -> Decimal | None:
    """A decimal number, None where it is none."""
    bare = text.translate(WIDE)
    if places == 2:
        bare = re.sub(r"^([-+]?) *(?:[¥￥$€£]|[A-Z]{3}) *|(?: *(?:[A-Z]{3}|元))$", r"\1", bare)
    if not re.fullmatch(r"[-+]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?", bare, re.ASCII):
        return None
    number = Decimal(bare.replace(",", "")).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return number if abs(number) < Decimal(10) ** (12 if places == 2 else 14) else None


def read_value(text: str, kind: str) -> Any:
    """A landed text (not a null word) in its kind's type, None where it cannot be read."""
    if kind == "text":
        return text
    if kind == "phone":
        return read_phone(text)
    if kind == "email":
        return read_email(text)
    if kind == "timestamp":
        return read_time(text)
    if kind == "date":
        moment = read_time(text)
        return None if moment is None else business_date(moment)
    if kind == "boolean":
        word = text.lower()
        return True if word in TRUE_WORDS else False if word in FALSE_WORDS else None
    return read_number(text, 2 if kind == "amount" else 4)


def _rows(path: Path) -> tuple[list[str], list[dict[str, str]], int]:
    """Header, readable rows and the number of unreadable lines of a CSV file."""
    text = path.read_bytes().decode("utf-8-sig", "surrogateescape")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header = [name.strip().lower() for name in next(reader)]
    rows, unreadable = [], 0
    for fields in reader:
        if not fields:
            continue
        if len(fields) != len(header) or any("\udc80" <= c <= "\udcff" for v in fields for c in v):
            unreadable += 1
        else:
            rows.append(dict(zip(header, fields, strict=True)))
    return header, rows, unreadable


def _typed(row: dict[str, str], contract: Contract) -> tuple[dict[str, Any], str | None]:
    values: dict[str, Any] = {}
    reason = None
    for column, kind in contract.kinds.items():
        text = (row.get(column) or "").strip(" \t\n\r\u00a0\u3000\ufeff")
        value = None if text in NULL_WORDS else read_value(text, kind)
        values[column] = value
        if reason is None and column in contract.need:
            if value is None:
                reason = f"{'missing' if text in NULL_WORDS else 'invalid'}_{column}"
            elif kind == "timestamp" and not 2000 <= value.year < 2100:
                reason = f"out_of_range_{column}"
    return values, reason


def _version_rank(secret: str, values: dict[str, Any], contract: Contract) -> tuple[Any, ...]:
    """Sorts the versions of one record: the last one stays (latest load, then by its values, private ones hashed)."""
    private = [c for c in contract.kinds if c in identifier_rules() or c in PERSONAL_COLUMNS]
    columns = [
        "loaded_at",
        *(c for c in contract.kinds if c not in ("loaded_at", *contract.key, *private)),
    ]
    # of a consent given and withdrawn at one moment, the withdrawal stays
    values = values | {"is_granted": not values.get("is_granted")}
    ranks = [(values[c] is not None, values[c] if values[c] is not None else 0) for c in columns]
    return (*ranks, keyed(secret, "\x1f".join(_text_of(values[c]) for c in private)))


def _key_text(secret: str, values: dict[str, Any], contract: Contract) -> str:
    """What a record's key is made of: an identifier in it by its pseudonym."""
    return "\x1f".join(
        f"erased:{as_id(keyed(secret, f'{c}::{values[c]}'))}"
        if c in identifier_rules() and values[c] is not None
        else _text_of(values[c])
        for c in contract.key
    )


SCOPE_COLUMNS = ("user_agent", "phone", "member_no", "email")
LOWERED = {
    "platform", "event_name", "interaction_type", "engagement_type", "medium", "activity_type",
    "status", "sender", "survey_type", "first_responder", "severity",
}  # fmt: skip


def _text_of(value: Any) -> str:
    return "" if value is None else str(value)


@functools.cache
def _scope_reason(column: str, value: str) -> str | None:
    """Why a value puts its record out of scope (the alphabetically first reason), None where it does not."""
    value = value.lower() if column == "user_agent" else value
    contained = column in ("user_agent", "email")
    reasons = [
        str(rule["reason"])
        for rule in seed("scope_rules")
        if rule["match_column"] == column
        and (
            rule["value"] == value
            if rule["match_type"] == "equals"
            else contained and str(rule["value"]) in value
        )
    ]
    return min(reasons, default=None)


def read_landing(raw_root: Path, secret: str) -> Landing:
    """Every table of a raw root of CSV files."""
    landing = Landing(secret)
    for table, contract in contracts().items():
        system, name = table.split(".")
        single = raw_root / system / f"{name}.csv"
        paths = [single] if single.is_file() else sorted((raw_root / system / name).glob("*.csv"))
        outcomes: Counter[str] = Counter()
        versions: dict[int, list[dict[str, Any]]] = {}
        for path in paths:
            _, rows, unreadable = _rows(path)
            outcomes["received"] += len(rows) + unreadable
            if unreadable:
                outcomes["quarantined unreadable_line"] += unreadable
            for row in rows:
                values, reason = _typed(row, contract)
                if reason:
                    outcomes[f"quarantined {reason}"] += 1
                    continue
                key_text = _key_text(secret, values, contract)
                versions.setdefault(keyed(landing.secret, f"{table}:{key_text}"), []).append(values)
        accepted = []
        for key, found in versions.items():
            values = (
                max(found, key=lambda v: _version_rank(secret, v, contract))
                if found[1:]
                else found[0]
            )
            outcomes["duplicate"] += len(found) - 1
            for column in LOWERED & values.keys():
                if values[column] is not None:
                    values[column] = values[column].lower()
            clues = [(column, values[column]) for column in SCOPE_COLUMNS if values.get(column)]
            reasons = [reason for clue in clues if (reason := _scope_reason(*clue))]
            accepted.append(Record(table, key, values, min(reasons, default=None)))
        outcomes["out_of_scope"] = sum(record.out_of_scope is not None for record in accepted)
        outcomes["accepted"] = len(accepted) - outcomes["out_of_scope"]
        landing.records[table] = accepted
        landing.outcomes[table] = outcomes
    return landing
