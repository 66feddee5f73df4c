"""The floor: what any build must do at the least.

DuckDB reads the same Parquet files, sorts the touchpoints by profile, time and id, and writes them once. Columns are
those that a touchpoint cannot do without: profile, time, id, event, and where the table has them item, order, campaign
and region.
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

# system, table, profile, time, id, event (an expression)
TABLES = (
    ("website", "events", "visitor_id", "event_time", "event_id", "event_name"),
    ("app", "events", "device_id", "event_time", "event_id", "event_name"),
    ("mini_program", "events", "openid", "event_time", "event_id", "event_name"),
    ("wechat_oa", "interactions", "openid", "event_time", "interaction_id", "interaction_type"),
    ("social", "engagements", "platform_user_id", "event_time", "engagement_id", "engagement_type"),
    ("community", "posts", "phone", "event_time", "post_id", "'post'"),
    ("outreach", "sends", "member_no", "sent_at", "send_id", "medium"),
    ("ecommerce", "searches", "buyer_id", "event_time", "search_id", "'search'"),
    ("ecommerce", "orders", "buyer_id", "created_at", "order_no", "'order'"),
    ("ecommerce", "reviews", "buyer_id", "event_time", "review_id", "'review'"),
    ("store", "visits", "member_no", "event_time", "visit_id", "'visit'"),
    ("store", "transactions", "member_no", "event_time", "receipt_no", "'purchase'"),
    ("crm", "activities", "contact_id", "event_time", "activity_id", "activity_type"),
    ("erp", "members", "member_no", "registered_at", "member_no", "'registered'"),
    ("erp", "shipments", "order_no", "shipped_at", "shipment_id", "'shipped'"),
    ("service", "tickets", "phone", "opened_at", "ticket_id", "'ticket'"),
    ("service", "messages", "ticket_id", "sent_at", "message_id", "sender"),
    ("hotline", "calls", "phone", "called_at", "call_id", "'call'"),
    ("survey", "invitations", "member_no", "sent_at", "invitation_id", "'invited'"),
    ("survey", "responses", "member_no", "answered_at", "response_id", "'answered'"),
)
OPTIONAL = ("item_id", "order_no", "campaign", "region")


def main(raw_root: str, database: str, threads: int) -> None:
    """Write the sorted touchpoints of a Parquet dataset into a fresh database."""
    connection = duckdb.connect(database)
    connection.execute(f"set threads = {threads}")
    selects = []
    for system, table, profile, time, key, event in TABLES:
        files = f"{raw_root}/{system}/{table}/*.parquet"
        if not list(Path(raw_root, system, table).glob("*.parquet")):
            continue
        present = {
            row[0]
            for row in connection.execute(f"describe from read_parquet('{files}')").fetchall()
        }
        optional = ", ".join(
            f"{column if column in present else 'cast(null as varchar)'} as {column}"
            for column in OPTIONAL
        )
        selects.append(
            f"select '{system}' as source_system, '{table}' as source_table, {profile} as profile, "
            f"{time} as occurred_at, {key} as id, {event} as event, {optional} from read_parquet('{files}')"
        )
    union = " union all ".join(selects)
    connection.execute(
        f"create table touchpoints as select * from ({union}) order by profile, occurred_at, id"
    )
    connection.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
