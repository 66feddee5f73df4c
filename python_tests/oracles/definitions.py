"""The definition seeds and the landing contract, read with the standard library."""

from __future__ import annotations

import csv
import functools
from dataclasses import dataclass
from pathlib import Path

import yaml

PROJECT = Path(__file__).resolve().parents[2]

# Identifier columns of each table, and the one its system keys its records by (None: the strongest).
PROFILES: dict[str, str | None] = {
    "academic.enrolments": "student_no",
    "academic.lessons": "student_no",
    "app.events": "device_id",
    "community.posts": None,
    "crm.activities": "contact_id",
    "crm.contacts": "contact_id",
    "ecommerce.orders": "buyer_id",
    "ecommerce.reviews": "buyer_id",
    "ecommerce.searches": "buyer_id",
    "erp.members": "member_no",
    "his.appointments": "patient_no",
    "his.follow_ups": "patient_no",
    "hotline.calls": "phone",
    "logistics.tracking_events": "phone",
    "mini_program.events": "openid",
    "outreach.sends": None,
    "service.tickets": None,
    "social.engagements": "platform_user_id",
    "store.transactions": None,
    "store.visits": None,
    "survey.invitations": None,
    "survey.responses": None,
    "website.events": "visitor_id",
    "wechat_oa.interactions": "openid",
}


# Columns that speak of a person besides identifiers.
PERSONAL_COLUMNS = {
    *(
        "full_name",
        "gender",
        "birth_date",
        "ip",
        "page_url",
        "referrer_url",
        "search_term",
        "subject",
    ),
    *("comment_text", "post_text", "message_text", "ticket_text", "call_text", "review_text"),
    *("follow_up_text", "lesson_text"),
}


@dataclass(frozen=True)
class Contract:
    """Landing contract of one table: kinds by column in order, key columns, needed columns."""

    kinds: dict[str, str]
    key: tuple[str, ...]
    need: tuple[str, ...]


@functools.cache
def seed(name: str, industry: str = "retail") -> list[dict[str, str | None]]:
    """Rows of a seed that hold for the industry; empty fields are None."""
    with open(PROJECT / "seeds" / f"{name}.csv", encoding="utf-8", newline="") as file:
        rows = [{key: value or None for key, value in row.items()} for row in csv.DictReader(file)]
    return [row for row in rows if row.get("industry", "all") in ("all", industry)]


@functools.cache
def contracts() -> dict[str, Contract]:
    """The landing contract of every table that is a source, by `system.table`."""
    found = {}
    for path in sorted((PROJECT / "models" / "staging").glob("*/_*__sources.yml")):
        for source in yaml.safe_load(path.read_text(encoding="utf-8"))["sources"]:
            for table in source["tables"]:
                meta = table["config"]["meta"]
                found[f"{source['name']}.{table['name']}"] = Contract(
                    {column["name"]: column["data_type"] for column in table["columns"]},
                    tuple(meta["key"]),
                    tuple(meta["need"]),
                )
    return found


@functools.cache
def identifier_rules() -> dict[str, tuple[bool, int]]:
    """Whether each identifier type is strong, and its rank (1 is the strongest)."""
    return {
        str(row["identifier_type"]): (row["strength"] == "strong", int(str(row["priority"])))
        for row in seed("identifier_rules")
    }


@functools.cache
def identifier_tiers() -> dict[str, int]:
    """Round in which the links of each identifier type count."""
    return {str(r["identifier_type"]): int(str(r["tier"])) for r in seed("identifier_rules")}


@functools.cache
def per_person_limits() -> dict[str, int]:
    """How many different identifiers of a type one person may have; types without a limit are absent."""
    return {
        str(row["identifier_type"]): int(str(row["per_person_limit"]))
        for row in seed("identifier_rules")
        if row["per_person_limit"]
    }


@functools.cache
def channels_by_platform() -> dict[tuple[str, str], str]:
    """Channel of (source system, raw platform); the platform `*` stands for any other."""
    return {
        (str(row["source_system"]), str(row["platform"])): str(row["channel_code"])
        for row in seed("channel_mappings")
    }


def channel_of(system: str, platform: str | None) -> str:
    """Channel of a record by its system and lower-cased platform."""
    channels = channels_by_platform()
    return channels.get((system, platform or "(none)")) or channels[(system, "*")]


@functools.cache
def touchpoints_by_event() -> dict[tuple[str, str, str, str], str]:
    """Touchpoint code of (system, table, channel, raw event)."""
    return {
        (
            str(row["source_system"]),
            str(row["source_table"]),
            str(row["channel_code"]),
            str(row["raw_event"]),
        ): str(row["touchpoint_code"])
        for row in seed("event_mappings")
    }


@functools.cache
def touchpoint_types() -> dict[str, dict[str, str | None]]:
    """Definition of every touchpoint by its code."""
    return {str(row["touchpoint_code"]): row for row in seed("touchpoints")}
