"""Bad input ends in quarantine with a reason, in a report, or in a stop that says what to do.

One dataset holds one kind of dirt per table and is built once, up to the quality marts; what cannot
be read at all stops a small run.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from builds import Build, run_dbt
from touchpoints.origins import landed_files
from touchpoints.settings import WrongSetting, read_settings

QUALITY = [
    *("+record_ledger", "+quarantined_records", "+schema_drift", "+unreadable_values"),
    "+file_ledger",
]
EVENT_HEADER = "event_id,event_time,device_id,event_name,phone,loaded_at"
STAMP = "2025-03-01 10:00:00"
PATTERN_NAMES = ("export1", "export[1]", "e*1", "export?", "it's [1]")


def write(root: Path, name: str, content: str | bytes, encoding: str = "utf-8") -> Path:
    """Write a landed file below the raw root."""
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def write_parquet(root: Path, name: str, columns: dict[str, pa.Array]) -> Path:
    """Write a landed Parquet file below the raw root."""
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(columns), path)
    return path


# ---------------------------------------------------------------- one dataset of dirty tables


def write_texts(root: Path) -> None:
    """CSV files that are unusual but readable, or partly so."""
    # BOM, CRLF, quoted and upper-case header, another order, a surplus column, few optional ones
    website = "\r\n".join(
        [
            '"EVENT_NAME",Visitor_ID,"event_id",surplus,event_time,page_url',
            'page_view,v1,e1,x,2025-03-01 09:30,"/a\r\n,b"',
            "page_view,v1,e2,x,2025年3月1日 09:31,/c",
            "no_such_event,v2,e3,x,2025/3/1 9:32,/d",
            "",
        ]
    )
    write(root, "website/events.csv", b"\xef\xbb\xbf" + website.encode())
    # times and null words
    write(
        root,
        "app/events.csv",
        "\n".join(
            [
                EVENT_HEADER,
                f"a1,2025-03-01 09:30:00,d1,app_open,139-1234-5678,{STAMP}",
                f"a2,soon,d1,app_open,,{STAMP}",
                f"a3,2025-02-30 09:30,d1,app_open,,{STAMP}",
                f"a4,1970-01-01 00:00,d1,app_open,,{STAMP}",
                f"a5,2999-12-31,d1,app_open,,{STAMP}",
                f"a6,NULL,d1,app_open,,{STAMP}",
                f"a7,2025-03-01 09:31,N/A,app_open,,{STAMP}",
                f"-,2025-03-01 09:32,d1,app_open,,{STAMP}",
                f"a9,2025-03-01 09:33,d1,\\N,,{STAMP}",
                f"a10,2025-03-01 09:34,NA,app_open,12345,{STAMP}",
                f"a11,2025-03-01 09:35,d1,app_open,-,{STAMP}",
                f"a12,1740792600,d1,app_open,139123456789,{STAMP}",
            ]
        ),
    )
    # lines that the loader refuses: too few fields, too many, another encoding
    write(
        root,
        "mini_program/events.csv",
        b"event_id,event_time,openid,event_name,search_term\n"
        b"m1,2025-03-01 09:30,o1,launch,shoes\n"
        b"m2,2025-03-01 09:30,o1\n"
        b"m3,2025-03-01 09:30,o1,launch,shoes,too,many\n"
        b"m4,2025-03-01 09:30,o1,search," + "防晒".encode("gbk") + b"\n"
        b'm5,2025-03-01 09:30,o1,search,"two\nlines, ""quoted"""\n'
        b"m6,2025-03-01 09:30,o1,search," + "防晒".encode() + b"\n",
    )
    # the header is missing: the first record stands in its place
    write(
        root,
        "academic/enrolments/13912345678.csv",
        "A1,P1,2025-03-01 09:30,13912345678,王秀英\nA2,P2,2025-03-01 09:40,,李明\n",
    )
    # a needed column is missing altogether
    write(
        root,
        "social/engagements.csv",
        "engagement_id,platform,event_time,platform_user_id\n"
        "s1,douyin,2025-03-01 09:30,u1\ns2,myspace,2025-03-01 09:31,u2\n",
    )
    # amounts, phones, an unknown currency; duplicates without a load time
    write(
        root,
        "ecommerce/orders.csv",
        "order_no,created_at,amount,platform,phone,currency,refund_amount\n"
        'n1,2025-03-01 09:30,"¥1,234.50",tmall,+86 139 1234 5678,CNY,\n'
        "n2,2025-03-01 09:30,free,tmall,,CNY,\n"
        "n3,2025-03-01 09:30,10.00,tmall,call me,XXX,some\n"
        "n4,2025-03-01 09:30,10.00,tmall,,CNY,\n"
        "n4,2025-03-01 09:30,20.00,tmall,,CNY,\n"
        "n4,2025-03-01 09:30,10.00,jd,,CNY,\n",
    )
    write(root, "ecommerce/order_items.csv", "")
    write(root, "ecommerce/reviews.csv", "review_id,event_time,rating\n")
    # two files of one table with other headers; the same records again: later, and exactly
    write(
        root,
        "store/transactions/day1.csv",
        "receipt_no,store_id,event_time,amount,loaded_at\n"
        f"r1,st1,2025-03-01 09:30,10.00,{STAMP}\n"
        f"r2,st1,2025-03-01 09:30,20.00,{STAMP}\n"
        f"r2,st1,2025-03-01 09:30,20.00,{STAMP}\n",
    )
    write(
        root,
        "store/transactions/day2.csv",
        "loaded_at,amount,event_time,store_id,receipt_no,till_id\n"
        "2025-03-02 10:00:00,11.00,2025-03-01 09:30,st1,r1,\n"
        "2025-03-02 10:00:00,30.00,2025-03-01 09:30,st1,r1,till2\n",
    )
    # two files with the same header, read together: each counts its own records
    for day, sent_at in (("day1", "2025-03-01 09:30"), ("day2", "2025-03-02 09:30")):
        write(
            root,
            f"service/messages/{day}.csv",
            "message_id,ticket_id,sent_at,sender\n"
            f"{day}a,t1,{sent_at},agent\n{day}b,t1,never,agent\n{day}c,t1,{sent_at},agent\n",
        )
    # the same column name twice: the first one counts
    write(
        root,
        "store/visits.csv",
        "visit_id,store_id,event_time,store_id,\nv1,st1,2025-03-01 09:30,st9,\n",
    )
    # another delimiter: one column, none of the needed ones
    write(root, "catalog/items.csv", "item_id;item_name\ni1;Shoe\ni2;Hat\n")
    # an event and a platform that no definition knows
    write(
        root,
        "wechat_oa/interactions.csv",
        "interaction_id,event_time,openid,interaction_type\nw1,2025-03-01 09:30,o1,telepathy\n",
    )
    # figures that are none, and an optional key part that is null
    write(
        root,
        "ads/daily_spend.csv",
        "spend_date,channel_code,cost,account,impressions\n"
        "2025-03-01,website,12.50,,many\n2025-03-01,website,99.50,-,7\nyesterday,website,1.00,,7\n",
    )
    write(root, "unknown_system/things.csv", "a,b\n1,2\n")
    # what systems write for "never"; dates out of range
    write(
        root,
        "his/appointments.csv",
        "appointment_id,patient_no,booked_at,visit_at,loaded_at\n"
        f"h1,p1,2025-03-01 09:30,9999-12-31 23:59:59,{STAMP}\n"
        "h2,p1,2025-03-01 09:30,0001-01-01,9999-12-31\n"
        f"h3,p1,2025-03-01 09:30,2025-03-05,{STAMP}\n",
    )
    write(
        root,
        "operations/actions.csv",
        "action_id,starts_on,metric_code,ends_on\n"
        "o1,2025-03-01,orders,9999-12-31\no2,9999-12-31,orders,\no3,1000-01-01,orders,\n",
    )
    # names of files that are patterns as well: a reader would take other files for these
    for number, name in enumerate(PATTERN_NAMES):
        write(
            root,
            f"survey/invitations/{name}.csv",
            "invitation_id,survey_id,sent_at,FileName,source_row\n"
            f"i{number},s1,2025-03-01 09:30,f,r\nshort\n",
        )


def write_typed(root: Path) -> None:
    """Parquet files whose types are not what one would choose."""
    wall_clock = datetime(2025, 3, 1, 9, 30)
    instant = datetime(2025, 3, 1, 1, 30, tzinfo=UTC)
    # numbers where text is expected
    write_parquet(
        root,
        "erp/members.parquet",
        {
            "member_no": pa.array([1001, 1002, None], pa.int64()),
            "phone": pa.array([13912345678.0, float("nan"), None], pa.float64()),
            "region": pa.array([310000.0, None, 1.5], pa.float64()),
            "registered_at": pa.array([wall_clock] * 3, pa.timestamp("us")),
        },
    )
    # times: wall clock, instant, date, epoch
    write_parquet(
        root,
        "hotline/calls.parquet",
        {
            "call_id": pa.array(["c1", "c2"]),
            "called_at": pa.array([wall_clock, None], pa.timestamp("ns")),
            "answered_at": pa.array([instant, None], pa.timestamp("us", tz="UTC")),
            "ended_at": pa.array([1740792600, None], pa.int64()),
            "loaded_at": pa.array([date(2025, 3, 2)] * 2, pa.date32()),
            "rating": pa.array(["five", None]),
        },
    )
    write_parquet(
        root,
        "survey/responses.parquet",
        {
            "response_id": pa.array(["q1", "q2"]),
            "survey_id": pa.array([7, 7], pa.int32()),
            "survey_type": pa.array(["csat", "csat"]),
            "answered_at": pa.array([1740792600000, 17], pa.int64()),
            "score": pa.array([4.0, float("nan")], pa.float64()),
        },
    )
    # a type that no column can be read from
    write_parquet(
        root,
        "crm/contacts.parquet",
        {"contact_id": pa.array(["k1"]), "phone": pa.array([["13912345678", "13912345679"]])},
    )
    # two files with different columns and types
    write_parquet(
        root,
        "erp/shipments/one.parquet",
        {"shipment_id": pa.array(["p1"]), "order_no": pa.array([5], pa.int64())},
    )
    write_parquet(
        root,
        "erp/shipments/two.parquet",
        {
            "Order_No": pa.array(["n1"]),
            "shipped_at": pa.array(["2025年3月1日 09:30"]),
            "shipment_id": pa.array(["p2"]),
        },
    )
    # names with the blank before them that a CSV file had after its commas, as pandas keeps them
    write_parquet(
        root,
        "academic/lessons.parquet",
        {
            "lesson_record_id": pa.array(["l1"]),
            "student_no": pa.array(["s1"]),
            "course_id": pa.array(["c1"]),
            "event_time": pa.array(["2025-03-01 09:30"]),
            " path": pa.array(["a"]),
            " row": pa.array([7]),
        },
    )
    # columns of columns, and names that a read adds or a schema would be split at
    for number, name in enumerate(PATTERN_NAMES):
        write_parquet(
            root,
            f"his/follow_ups/{name}.parquet",
            {
                "follow_up_id": pa.array([f"f{number}", f"g{number}"]),
                "due_at": pa.array([wall_clock, None], pa.timestamp("ns", tz="Asia/Shanghai")),
                "patient_no": pa.array([b"p1", b"p1"]),
                "done_at": pa.array([2**31 - 2, 20_148], pa.date32()),
                "extra": pa.array([{"phone": 1, "score": {"phone": 2}}] * 2),
                "lang;score": pa.array(["zh"] * 2),
                "phone": pa.array(["13912345678"] * 2),
                "Phone": pa.array([1, 2]),
                "filename": pa.array(["f"] * 2),
                "file_row_number": pa.array([number] * 2),
                "follow_up_text": pa.array([b"\xff\xfe", "防晒".encode()]),
                "loaded_at": pa.array([2**62, 1740794400000000], pa.timestamp("us")),
            },
        )
    # numbers that are too large, or none
    write_parquet(
        root,
        "store/transaction_items.parquet",
        {
            **dict.fromkeys(("receipt_no", "store_id", "item_id"), pa.array(["1"] * 4)),
            "line_no": pa.array([1, 2, 3, 4]),
            "quantity": pa.array([1.0, 1.0, 1.0, float("inf")]),
            "amount": pa.array([1e30, float("nan"), 2.5, 2.5]),
        },
    )
    # CSV and Parquet side by side
    write(root, "outreach/sends.csv", "send_id,sent_at,medium\nx1,2025-03-01T01:30:00Z,sms\n")
    write_parquet(
        root,
        "outreach/sends.parquet",
        {
            "send_id": pa.array(["x2"]),
            "sent_at": pa.array([instant], pa.timestamp("us", tz="UTC")),
            "medium": pa.array(["sms"]),
        },
    )


@dataclass(frozen=True)
class Dirty:
    """The dirty dataset, built up to its quality marts."""

    build: Build

    def records(self, table: str, columns: str) -> list[tuple]:
        """Landed records of a table, `columns` as SQL, sorted."""
        return self.build.rows(f"select {columns} from staging.base_{table} order by all")

    def accepted(self, table: str, columns: str) -> list[tuple]:
        """Accepted records of a table."""
        return self.build.rows(
            f"select {columns} from staging.base_{table}"
            " where record_status = 'accepted' order by all"
        )

    def ledger(self, system: str, table: str) -> tuple:
        """Received, accepted, duplicate, quarantined of a table."""
        return self.build.rows(
            "select coalesce(sum(received), 0), coalesce(sum(accepted), 0),"
            " coalesce(sum(duplicate), 0), coalesce(sum(quarantined), 0) from marts.record_ledger"
            f" where source_system = '{system}' and source_table = '{table}'"
        )[0]

    def reasons(self, system: str, table: str) -> Counter[str]:
        """Reasons of a table's quarantined records."""
        return Counter(
            reason
            for (reason,) in self.build.rows(
                "select reason_code from marts.quarantined_records"
                f" where source_system = '{system}' and source_table = '{table}'"
            )
        )

    def drift(self, system: str, table: str) -> set[tuple[str, str]]:
        """(column, drift) reported for a table."""
        return set(
            self.build.rows(
                "select column_name, drift from marts.schema_drift"
                f" where source_system = '{system}' and source_table = '{table}'"
            )
        )

    def unreadable(self, system: str, table: str) -> dict[str, int]:
        """Values per column that could not be read."""
        return dict(
            self.build.rows(
                "select column_name, unreadable_count from marts.unreadable_values"
                f" where source_system = '{system}' and source_table = '{table}'"
            )
        )


@pytest.fixture(scope="module")
def dirty(tmp_path_factory) -> Dirty:
    """All the dirty tables in one build."""
    folder = tmp_path_factory.mktemp("dirty")
    root = folder / "raw"
    write_texts(root)
    write_typed(root)
    build = run_dbt(
        folder,
        ("build", "--indirect-selection", "cautious", "-s", *QUALITY),
        settings={"TOUCHPOINT_RAW_ROOT": str(root)},
    )
    assert build.returncode == 0, build.output[-4000:]
    return Dirty(build)


UTC_TIME = datetime(2025, 3, 1, 1, 30)


def test_a_file_with_bom_crlf_and_a_strange_header_is_read(dirty):
    rows = dirty.accepted("website__events", "event_id, event_time, visitor_id, page_url, phone")
    assert rows == [
        ("e1", UTC_TIME, "v1", "/a\r\n,b", None),
        ("e2", UTC_TIME.replace(minute=31), "v1", "/c", None),
        ("e3", UTC_TIME.replace(minute=32), "v2", "/d", None),
    ]


def test_extra_and_missing_columns_are_reported(dirty):
    drift = dirty.drift("website", "events")
    assert ("surplus", "extra") in drift
    assert {("phone", "missing"), ("loaded_at", "missing")} <= drift
    assert not {column for column, _ in drift} & {"event_name", "event_id", "visitor_id"}


def test_a_record_in_the_place_of_the_header_is_not_shown(dirty):
    extra = [column for column, drift in dirty.drift("academic", "enrolments") if drift == "extra"]
    assert len(extra) == 5
    assert all(re.fullmatch("masked-[0-9a-f]{16}", column) for column in extra)
    assert dirty.reasons("academic", "enrolments") == {"missing_enrolment_id": 1}


def test_an_identifier_in_the_name_of_a_file_is_not_shown(dirty):
    shown = dirty.build.rows(
        "select source_file from marts.file_ledger where source_table = 'enrolments' union all"
        " select source_file from marts.quarantined_records where source_table = 'enrolments'"
    )
    assert len(shown) == 2
    assert all(re.fullmatch("masked-[0-9a-f]{16}", file) for (file,) in shown)
    # what a publication says that it was made of
    with dirty.build.connect() as connection:
        paths = [file["path"] for file in landed_files(connection)]
    assert shown[0][0] in paths
    assert not [path for path in paths if "13912345678" in path]


def test_records_without_load_time_are_counted_on_an_unknown_day(dirty):
    days = dirty.build.rows(
        "select load_day, received from marts.record_ledger where source_system = 'website'"
    )
    assert days == [("(unknown)", 3)]


def test_unreadable_impossible_and_missing_needed_values_are_quarantined(dirty):
    assert dirty.reasons("app", "events") == {
        "invalid_event_time": 2,
        "out_of_range_event_time": 2,
        "missing_event_time": 1,
        "missing_device_id": 1,
        "missing_event_id": 1,
        "missing_event_name": 1,
    }
    assert dirty.ledger("app", "events") == (12, 4, 0, 8)


def test_a_bad_phone_is_dropped_and_counted_and_the_record_kept(dirty):
    rows = dirty.accepted("app__events", "event_id, device_id, phone, invalid_columns")
    assert rows == [
        ("a1", "d1", "13912345678", None),
        ("a10", "NA", None, "phone,"),
        ("a11", "d1", None, None),
        ("a12", "d1", None, "phone,"),
    ]
    assert dirty.unreadable("app", "events")["phone"] == 2


def test_every_quarantined_record_names_its_file_and_line(dirty):
    rows = dirty.build.rows(
        "select reason_code, source_file, source_row from marts.quarantined_records"
        " where source_system = 'app' and reason_code like 'out_of%' order by all"
    )
    assert [(file, row) for _, file, row in rows] == [("app/events.csv", 4), ("app/events.csv", 5)]


def test_records_of_files_that_are_read_together_are_numbered_in_their_own_file(dirty):
    rows = dirty.build.rows(
        "select source_file, source_row from marts.quarantined_records"
        " where source_system = 'service' order by all"
    )
    assert rows == [("service/messages/day1.csv", 2), ("service/messages/day2.csv", 2)]


def test_lines_that_the_loader_refuses_are_quarantined_and_the_others_kept(dirty):
    assert dirty.reasons("mini_program", "events") == {"unreadable_line": 3}
    assert dirty.ledger("mini_program", "events") == (6, 3, 0, 3)
    rows = dirty.accepted("mini_program__events", "event_id, search_term")
    assert rows == [("m1", "shoes"), ("m5", 'two\nlines, "quoted"'), ("m6", "防晒")]


def test_a_missing_needed_column_quarantines_every_record_and_is_reported(dirty):
    assert dirty.reasons("social", "engagements") == {"missing_engagement_type": 2}
    assert ("engagement_type", "missing") in dirty.drift("social", "engagements")
    assert dirty.build.rows(
        "select distinct column_name from marts.schema_drift where source_system = 'social'"
        " and drift = 'missing' and is_needed"
    ) == [("engagement_type",)]


def test_an_amount_is_quarantined_where_it_is_needed_and_reported_where_it_is_not(dirty):
    assert dirty.reasons("ecommerce", "orders") == {"invalid_amount": 1}
    rows = dirty.accepted("ecommerce__orders", "order_no, platform, amount, invalid_columns")
    assert [(no, platform, str(amount), bad) for no, platform, amount, bad in rows] == [
        ("n1", "tmall", "1234.50", None),
        ("n3", "tmall", "10.00", "phone,refund_amount,"),
        ("n4", "jd", "10.00", None),
        ("n4", "tmall", "20.00", None),
    ]
    assert dirty.unreadable("ecommerce", "orders") == {"amount": 1, "phone": 1, "refund_amount": 1}


def test_of_two_versions_without_load_time_the_one_that_sorts_last_is_kept(dirty):
    assert dirty.ledger("ecommerce", "orders") == (6, 4, 1, 1)


def test_of_versions_with_load_times_the_newest_is_kept_across_files(dirty):
    rows = dirty.accepted("store__transactions", "receipt_no, till_id, cast(amount as varchar)")
    assert rows == [("r1", "till2", "30.00"), ("r1", None, "11.00"), ("r2", None, "20.00")]
    assert dirty.ledger("store", "transactions") == (5, 3, 2, 0)


def test_of_columns_with_the_same_name_the_first_counts(dirty):
    assert dirty.accepted("store__visits", "visit_id, store_id") == [("v1", "st1")]


@pytest.mark.parametrize(
    ("system", "table"),
    [
        ("ecommerce", "order_items"),  # an empty file
        ("ecommerce", "reviews"),  # a header only
        ("ecommerce", "searches"),  # no file
        ("service", "tickets"),  # no such system
    ],
)
def test_a_table_without_records_is_empty(dirty, system, table):
    assert dirty.records(f"{system}__{table}", "count(*)") == [(0,)]
    assert dirty.ledger(system, table) == (0, 0, 0, 0)


def test_an_empty_file_is_in_the_registry(dirty):
    files = dirty.build.rows(
        "select landed_path, record_count from staging.stg_landing__files"
        " where source_table in ('order_items', 'reviews') order by all"
    )
    assert files == [("ecommerce/order_items.csv", 0), ("ecommerce/reviews.csv", 0)]


def test_another_delimiter_is_reported_as_missing_columns(dirty):
    assert dirty.reasons("catalog", "items") == {"missing_item_id": 2}
    drift = dirty.drift("catalog", "items")
    assert {("item_id", "missing"), ("item_id;item_name", "extra")} <= drift


def test_unknown_events_and_platforms_are_accepted(dirty):
    """They become the touchpoint `unmapped`, which a mart reports; staging knows no vocabulary."""
    assert dirty.ledger("wechat_oa", "interactions") == (1, 1, 0, 0)


def test_null_key_parts_count_as_empty_text(dirty):
    rows = dirty.records("ads__daily_spend", "record_status, cast(cost as varchar), reason_code")
    assert rows == [
        ("accepted", "99.50", None),
        ("duplicate", "12.50", None),
        ("quarantined", "1.00", "invalid_spend_date"),
    ]
    assert dirty.unreadable("ads", "daily_spend") == {"impressions": 1, "spend_date": 1}


def test_numbers_in_identifier_columns_become_plain_digits(dirty):
    rows = dirty.accepted("erp__members", "member_no, phone, region")
    assert rows == [("1001", "13912345678", "310000"), ("1002", None, None)]
    assert dirty.reasons("erp", "members") == {"missing_member_no": 1}


def test_typed_times_are_taken_as_they_are(dirty):
    rows = dirty.accepted(
        "hotline__calls", "called_at, answered_at, ended_at, cast(loaded_at as varchar), rating"
    )
    assert rows == [(UTC_TIME, UTC_TIME, UTC_TIME, "2025-03-01 16:00:00", None)]
    assert dirty.unreadable("hotline", "calls")["rating"] == 1


def test_epoch_columns_and_not_a_number_are_judged(dirty):
    rows = dirty.accepted("survey__responses", "response_id, survey_id, answered_at, score")
    assert [(key, survey, at, float(score)) for key, survey, at, score in rows] == [
        ("q1", "7", UTC_TIME, 4.0)
    ]
    assert sum(dirty.reasons("survey", "responses").values()) == 1


def test_a_time_that_stands_for_never_counts_as_absent_and_is_told(dirty):
    rows = dirty.accepted(
        "his__appointments", "appointment_id, visit_at, loaded_at is null, invalid_columns"
    )
    assert rows == [
        ("h1", None, False, "visit_at,"),
        ("h2", None, True, "visit_at,loaded_at,"),
        ("h3", datetime(2025, 3, 4, 16), False, None),
    ]
    assert dirty.unreadable("his", "appointments") == {"visit_at": 2, "loaded_at": 1}
    days = dirty.build.rows(
        "select load_day, received, accepted from marts.record_ledger"
        " where source_table = 'appointments' order by all"
    )
    assert days == [("(unknown)", 1, 1), ("2025-03-01", 2, 2)]


def test_a_needed_date_out_of_range_is_quarantined(dirty):
    rows = dirty.records("operations__actions", "action_id, reason_code, invalid_columns, ends_on")
    assert rows == [
        ("o1", None, "ends_on,", None),
        ("o2", "out_of_range_starts_on", None, None),
        ("o3", "out_of_range_starts_on", None, None),
    ]


def test_a_file_whose_name_is_a_pattern_is_read_once_and_no_other_for_it(dirty):
    files = sorted(f"survey/invitations/{name}.csv" for name in PATTERN_NAMES)
    rows = dirty.build.rows(
        "select landed_path, record_count from staging.stg_landing__files"
        " where source_table = 'invitations' order by all"
    )
    assert rows == [(file, 2) for file in files]
    assert dirty.ledger("survey", "invitations") == (10, 5, 0, 5)
    rows = dirty.accepted("survey__invitations", "invitation_id, source_row")
    assert [key for key, _ in rows] == [f"i{number}" for number in range(5)]
    assert dirty.drift("survey", "invitations") >= {("filename", "extra"), ("source_row", "extra")}


def test_parquet_columns_are_those_of_the_file_and_keep_their_names(dirty):
    rows = dirty.records(
        "his__follow_ups",
        "follow_up_id, source_row, reason_code, patient_no, due_at, done_at, phone, score, follow_up_text,"
        " invalid_columns",
    )
    for number in range(5):
        assert rows[number][:5] == (f"f{number}", 1, None, "p1", datetime(2025, 3, 1, 9, 30))
        assert rows[number][5:] == (None, "13912345678", None, None, rows[number][-1])
        assert set(rows[number][-1].split(",")) == {"done_at", "follow_up_text", "loaded_at", ""}
        assert rows[number + 5][:4] == (f"g{number}", 2, "missing_due_at", "p1")
        assert rows[number + 5][4:] == (
            None,
            datetime(2025, 2, 28, 16),
            "13912345678",
            None,
            "防晒",
            None,
        )
    assert dirty.ledger("his", "follow_ups") == (10, 5, 0, 5)
    assert dirty.unreadable("his", "follow_ups") == dict.fromkeys(
        ("done_at", "follow_up_text", "loaded_at"), 5
    )
    assert ("lang;score", "extra") in dirty.drift("his", "follow_ups")
    assert ("os", "extra") not in dirty.drift("his", "follow_ups")
    assert ("score", "missing") in dirty.drift("his", "follow_ups")


def test_a_number_that_does_not_fit_is_invalid_and_one_that_is_none_is_absent(dirty):
    rows = dirty.records("store__transaction_items", "cast(line_no as int), reason_code")
    assert rows == [
        (1, "invalid_amount"),
        (2, "missing_amount"),
        (3, None),
        (4, "invalid_quantity"),
    ]


def test_a_column_of_lists_is_reported_as_retyped(dirty):
    assert ("phone", "retyped") in dirty.drift("crm", "contacts")
    assert dirty.accepted("crm__contacts", "contact_id, phone") == [("k1", None)]


def test_parquet_columns_may_begin_with_a_blank(dirty):
    rows = dirty.accepted("academic__lessons", "lesson_record_id, source_row")
    assert rows == [("l1", 1)]
    assert dirty.drift("academic", "lessons") >= {(" path", "extra"), (" row", "extra")}


def test_parquet_files_of_one_table_may_differ_in_columns_and_types(dirty):
    rows = dirty.accepted("erp__shipments", "shipment_id, order_no, shipped_at")
    assert rows == [("p1", "5", None), ("p2", "n1", UTC_TIME)]


def test_csv_and_parquet_of_one_table_are_read_together(dirty):
    rows = dirty.accepted("outreach__sends", "send_id, sent_at, medium")
    assert rows == [("x1", UTC_TIME, "sms"), ("x2", UTC_TIME, "sms")]


def test_every_received_record_is_in_the_ledger_once(dirty):
    assert (
        dirty.build.rows(
            "select * from marts.record_ledger"
            " where received <> accepted + duplicate + quarantined + out_of_scope + erased"
        )
        == []
    )


# ---------------------------------------------------------------- what stops a run


ROWS = "".join(f"a{number},2025-03-01 09:30,d1,app_open,,\n" for number in range(2000))


@pytest.fixture(scope="module")
def small_runs(tmp_path_factory) -> Path:
    """A folder whose target is shared, so that only the first small run parses the project."""
    return tmp_path_factory.mktemp("stops")


@pytest.fixture(scope="module")
def unreadable(tmp_path_factory, small_runs) -> tuple[dict[str, Path], str]:
    """Files that are not what their names say, one per table, and what dbt said of them."""
    root = tmp_path_factory.mktemp("unreadable")
    valid = write_parquet(root, "valid.parquet", {"call_id": pa.array(list(map(str, range(999))))})
    paths = {
        "utf_16": write(root, "app/events.csv", EVENT_HEADER + "\n" + ROWS, "utf-16"),
        "nul_bytes": write(root, "website/events.csv", EVENT_HEADER + "\na1,\0\0,d1,app_open,,\n"),
        "truncated_parquet": write(root, "hotline/calls.parquet", valid.read_bytes()[:-300]),
        "short_parquet": write(root, "erp/members.parquet", b"PAR1"),
        "two_line_ends": write(root, "store/visits.csv", "visit_id,entered_at\r\nv1,2025-03-01\n"),
        "csv_named_parquet": write(root, "crm/contacts.parquet", EVENT_HEADER + "\n" + ROWS),
    }
    models = (
        *("app__events", "website__events", "hotline__calls", "erp__members", "crm__contacts"),
        "store__visits",
    )
    build = run_dbt(
        small_runs,
        ("run", "-s", *(f"base_{model}" for model in models)),
        settings={"TOUCHPOINT_RAW_ROOT": str(root)},
    )
    assert build.returncode != 0, build.output[-2000:]
    return paths, re.sub(r"\s+", " ", build.output)


@pytest.mark.parametrize(
    ("kind", "advice"),
    [
        ("utf_16", "export it as UTF-8"),
        ("nul_bytes", "export it as UTF-8"),
        ("truncated_parquet", "was it cut off while being copied?"),
        ("short_parquet", "was it cut off while being copied?"),
        ("two_line_ends", "has line ends of two kinds, CRLF (line 1) and LF (line 2)"),
        ("csv_named_parquet", "does not begin and end with the Parquet mark"),
    ],
)
def test_a_file_that_is_not_what_it_should_be_stops_the_run(unreadable, kind, advice):
    paths, message = unreadable
    place = message.find(f"{paths[kind]} ")
    assert place >= 0, message[-3000:]
    assert advice in message[place : place + 300]


def test_a_stray_quotation_mark_stops_the_run_with_its_lines(small_runs, tmp_path):
    path = write(
        tmp_path,
        "app/events.csv",
        f'{EVENT_HEADER}\n{ROWS}b1,2025-03-01 09:30,"d1,app_open,,\n{ROWS}',
    )
    build = run_dbt(
        small_runs,
        ("run", "-s", "stg_landing__files"),
        settings={"TOUCHPOINT_RAW_ROOT": str(tmp_path)},
    )
    message = re.sub(r"\s+", " ", build.output)
    assert build.returncode != 0, build.output[-2000:]
    assert f"{path} has an unreadable record from line 2002 to line" in message, message[-2000:]
    assert "stray quotation mark" in message


WRONG_SETTINGS = [
    ("TOUCHPOINT_TIMEZONE", "Shanghai", "Asia/Shanghai"),
    ("TOUCHPOINT_TIMEZONE", "+08:00", "IANA"),
    ("TOUCHPOINT_CURRENCY", "rmb", "CNY"),
    ("TOUCHPOINT_CURRENCY", "", "CNY"),
    ("TOUCHPOINT_INDUSTRY", "piracy", "retail"),
    ("TOUCHPOINT_THREADS", "0", "1 to 1024"),
    ("TOUCHPOINT_THREADS", "two", "whole number"),
    ("TOUCHPOINT_THREADS", "²", "whole number"),
    ("TOUCHPOINT_MEMORY", "a lot", "8GB"),
    ("TOUCHPOINT_MEMORY", "0%", "60%"),
    ("TOUCHPOINT_RAW_ROOT", "nowhere/to/be/found", "<system>/<table>"),
    ("TOUCHPOINT_BOT_RULE", "maybe", "on, off"),
    ("TOUCHPOINT_STAFF_RULE", "maybe", "on, off"),
]


@pytest.mark.parametrize(("name", "value", "accepted"), WRONG_SETTINGS)
def test_a_wrong_setting_is_refused_with_the_accepted_values(tmp_path, name, value, accepted):
    environment = {"TOUCHPOINT_RAW_ROOT": str(tmp_path), name: value}
    with pytest.raises(WrongSetting) as caught:
        read_settings(environment)
    assert name in str(caught.value)
    assert accepted in str(caught.value)


def test_a_wrong_setting_stops_dbt_before_anything_is_built(small_runs, tmp_path):
    build = run_dbt(
        small_runs,
        ("run", "-s", "stg_landing__files"),
        settings={"TOUCHPOINT_RAW_ROOT": str(tmp_path), "TOUCHPOINT_TIMEZONE": "Shanghai"},
    )
    assert build.returncode != 0
    assert "TOUCHPOINT_TIMEZONE" in build.output
    assert "Asia/Shanghai" in build.output


@pytest.mark.parametrize(
    "root",
    [
        ".//landed",
        *(pytest.param(root, marks=pytest.mark.slow) for root in (".", "./", "landed/../landed/.")),
    ],
)
def test_files_of_a_table_are_found_however_the_folder_is_spelt(small_runs, tmp_path, root):
    """DuckDB shortens the paths that it finds by a pattern, and a landed file is known by its path."""
    for name in ("app/events", "landed/app/events"):
        write(small_runs, f"{name}/may.csv", EVENT_HEADER + "\n" + ROWS)
        write(small_runs, f"{name}.csv", EVENT_HEADER + "\n" + ROWS.replace("a", "b"))
    build = run_dbt(
        small_runs,
        ("run", "-s", "stg_landing__files", "base_app__events", "--full-refresh"),
        settings={"TOUCHPOINT_RAW_ROOT": root},
    )
    assert build.returncode == 0, build.output[-2000:]
    files = build.rows(
        "select landed_path, record_count from staging.stg_landing__files order by 1"
    )
    count = ROWS.count("\n")
    assert files == [("app/events.csv", count), ("app/events/may.csv", count)]
    assert build.one("select count(*) from staging.base_app__events") == 2 * count


def test_a_folder_without_a_single_table_builds_empty_models(small_runs, tmp_path):
    build = run_dbt(
        small_runs,
        ("run", "-s", "stg_landing__files", "base_app__events"),
        settings={"TOUCHPOINT_RAW_ROOT": str(tmp_path) + os.sep},
    )
    assert build.returncode == 0, build.output[-2000:]
    assert build.one("select count(*) from staging.base_app__events") == 0
