"""`make doctor` says beforehand what a build would make of a dataset, and prints nothing that identifies anyone."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from builds import PROJECT
from conftest import Dataset, run_touchpoints
from touchpoints.contract import read_contract, read_seed
from touchpoints.doctor import EVENT_COLUMNS, PLATFORM_COLUMNS, Report, examine
from touchpoints.settings import read_settings

PHONE = "13912345678"
HEADER = "event_id,event_time,visitor_id,event_name,phone,member_no"


@pytest.fixture(autouse=True)
def _in_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(PROJECT)
    for name in ("TIMEZONE", "CURRENCY", "RAW_ROOT"):
        monkeypatch.delenv(f"TOUCHPOINT_{name}", raising=False)


def write(root: Path, name: str, content: str | bytes) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())


def look(root: Path, **environment: str) -> Report:
    settings = read_settings({"TOUCHPOINT_RAW_ROOT": str(root), **environment})
    return examine(dataclasses.replace(settings, threads=2))


def test_tables_columns_and_counts_are_told(tmp_path: Path) -> None:
    write(tmp_path, "website/events/1.csv", f"{HEADER}\ne1,2025-03-01 09:30,v1,page_view,,\n")
    write(
        tmp_path,
        "website/events/2.csv",
        "event_name,event_id,event_time,visitor_id,page\npage_view,e2,2025-03-01,v2,/\n",
    )
    table = look(tmp_path).tables["website.events"]
    assert table.records == 2
    assert len(table.files) == 2
    assert table.missing_needed == []
    assert {"phone", "member_no", "user_agent", "loaded_at"} <= set(table.missing_optional)
    assert table.extra == ["page"]
    assert table.quarantined == {}


def test_a_needed_column_that_is_missing_quarantines_every_record_and_a_like_name_is_shown(
    tmp_path: Path,
) -> None:
    write(
        tmp_path,
        "store/visits.csv",
        "visit_id,store_id,event_tme\n1,s1,2025-03-01\n2,s1,2025-03-01\n",
    )
    report = look(tmp_path)
    table = report.tables["store.visits"]
    assert table.missing_needed == ["event_time"]
    assert table.quarantined == {"missing_event_time": 2}
    assert "event_tme (is it event_time?)" in report.text
    assert not report.will_stop


def test_time_formats_are_counted_and_the_unreadable_ones_marked(tmp_path: Path) -> None:
    times = [
        "2025-03-01T09:30:00+08:00",
        "2025-03-01 09:30:00",
        "2025/3/1 9:30",
        "2025年3月1日 09:30",
        "1740792600000",
        "1740792600",
        "1740792600.0",
        "01/03/2025 09:30",
        "20250301",
        "soon",
    ]
    rows = "".join(f"e{number},{time},v1,page_view\n" for number, time in enumerate(times))
    write(tmp_path, "website/events.csv", f"event_id,event_time,visitor_id,event_name\n{rows}")
    table = look(tmp_path).tables["website.events"]
    assert table.time_formats["event_time"] == {
        "ISO 8601 with offset": [1, 1],
        "YYYY-MM-DD HH:MM": [1, 1],
        "YYYY/M/D H:MM": [1, 1],
        "YYYY年M月D日 H:MM": [1, 1],
        "day or month first": [1, 0],
        "digits without separators": [1, 0],
        "epoch milliseconds": [1, 1],
        "epoch seconds": [2, 2],
        "other text": [1, 0],
    }
    assert table.quarantined == {"invalid_event_time": 3}
    assert table.examples["invalid_event_time"] == [
        f"website/events.csv line {line}" for line in (9, 10, 11)
    ]


def test_quarantine_tells_reasons_and_lines_behind_quoted_line_breaks(tmp_path: Path) -> None:
    rows = 'p1,2025-03-01,"two\nlines"\n,2025-03-01,a\np3,,a\np4,2025-03-01\np5,1999-01-01,a\np6,2025-03-01,-\n'
    write(tmp_path, "community/posts.csv", f"post_id,event_time,post_text\n{rows}")
    table = look(tmp_path).tables["community.posts"]
    assert table.records == 6
    assert table.quarantined == {
        "missing_event_time": 1,
        "missing_post_id": 1,
        "missing_post_text": 1,
        "out_of_range_event_time": 1,
        "unreadable_line": 1,
    }
    assert {reason: places[0].rsplit(" ", 1)[1] for reason, places in table.examples.items()} == {
        "missing_post_id": "4",
        "missing_event_time": "5",
        "unreadable_line": "6",
        "out_of_range_event_time": "7",
        "missing_post_text": "8",
    }


def test_duplicates_and_unreadable_optional_values_are_counted(tmp_path: Path) -> None:
    write(
        tmp_path,
        "website/events.csv",
        f"{HEADER}\ne1,2025-03-01,v1,page_view,123,\ne1,2025-03-02,v1,page_view,{PHONE},\n",
    )
    table = look(tmp_path).tables["website.events"]
    assert table.duplicates == 1
    assert table.unreadable_values == {"phone": 1}


def test_unknown_events_come_as_rows_that_fit_the_seed(tmp_path: Path) -> None:
    rows = (
        "e1,2025-03-01,v1,Page_View,,\ne2,2025-03-01,v1,page_viewing,,\ne3,2025-03-01,v1,page_viewing,,\n"
        'e4,2025-03-01,v1,"what, ever",,\n'
    )
    write(tmp_path, "website/events.csv", f"{HEADER}\n{rows}")
    write(
        tmp_path,
        "social/engagements.csv",
        "engagement_id,platform,event_time,platform_user_id,engagement_type\n"
        "1,Douyin,2025-03-01,u1,super_like\n2,new_place,2025-03-01,u1,like\n",
    )
    report = look(tmp_path)
    fields = list(csv.reader(report.event_rows))
    columns = (PROJECT / "seeds" / "event_mappings.csv").read_text(encoding="utf-8").splitlines()[0]
    assert all(len(row) == len(columns.split(",")) for row in fields)
    assert fields[0] == ["all", "website", "events", "website", "page_viewing", "website_page_view"]
    assert ["all", "website", "events", "website", "what, ever", "unmapped"] in fields
    assert any(row[3:5] == ["douyin", "super_like"] for row in fields)
    assert report.event_counts[report.event_rows[0]] == 2
    assert report.channel_rows == ["social,new_place,social_other"]
    assert report.event_rows[0] in report.text


def test_unknown_statuses_and_severities_come_as_rows_that_fit_their_seeds(tmp_path: Path) -> None:
    write(
        tmp_path,
        "his/appointments.csv",
        "appointment_id,patient_no,booked_at,status\n"
        "1,P1,2025-03-01,转诊\n2,P1,2025-03-01,转诊\n3,P1,2025-03-01, Visited\n4,P1,2025-03-01,cancelled!\n"
        "5,P1,2025-03-01,-\n",
    )
    write(
        tmp_path,
        "ecommerce/orders.csv",
        f"order_no,created_at,amount,status\n1,2025-03-01,5,odd\n2,2025-03-01,5,{PHONE}\n3,2025-03-01,5,PAID\n",
    )
    write(
        tmp_path,
        "academic/enrolments.csv",
        "enrolment_id,student_no,course_id,enrolled_at,status\n1,S1,C1,2025-03-01,odd\n2,S1,C1,2025-03-01,已缴费\n",
    )
    write(
        tmp_path,
        "production/equipment_events.csv",
        "equipment_event_id,equipment_id,event_time,event_name,severity\n"
        "1,E1,2025-03-01,alarm,P1\n2,E1,2025-03-01,alarm,严重\n3,E1,2025-03-01,alarm,\n",
    )
    report = look(tmp_path)
    assert report.stated_rows == {
        "appointment_statuses": {"转诊,booked,false": 2, "cancelled!,cancelled,false": 1},
        "order_statuses": {"odd,,false,false": 2},
        "event_severities": {"p1,info,false": 1},
    }
    assert report.masked_words["order_statuses"] == {"***": 1}
    for name, rows in report.stated_rows.items():
        seed = (PROJECT / "seeds" / f"{name}.csv").read_text(encoding="utf-8").splitlines()
        assert {len(row) for row in csv.reader(rows)} == {len(seed[0].split(","))}
        assert all(row in report.text for row in rows)


def test_names_that_are_masked_or_break_lines_are_no_rows_that_match_nothing(
    tmp_path: Path,
) -> None:
    odd = "cr\rbreak"
    names = ["order_12345678", f"to {PHONE}", "x" * 95, odd, "shown"]
    lines = [f'e{number},2025-03-01,v1,"{name}",,' for number, name in enumerate(names)]
    write(tmp_path, "website/events.csv", "\n".join([HEADER, *lines, ""]))
    write(
        tmp_path,
        "ecommerce/searches.csv",
        "search_id,event_time,buyer_id,search_term,platform\n1,2025-03-01,b1,x,shop_1234567\n2,2025-03-01,b1,x,kiosk\n",
    )
    report = look(tmp_path)
    # read as the seed is: a row for each name that it gives, and each as the build has it
    pasted = list(csv.reader(io.StringIO("\n".join(report.event_rows), newline="")))
    assert sorted(row[4:] for row in pasted) == [[odd, "unmapped"], ["shown", "unmapped"]]
    assert report.masked_events == [
        "website.events, website: order_***",
        "website.events, website: to ***",
        f"website.events, website: {'x' * 80}…",
    ]
    assert report.channel_rows == ["ecommerce,kiosk,ecommerce_other"]
    assert report.masked_platforms == ["ecommerce: shop_***"]
    assert "(names: 5, records: 5)" in report.text
    assert "write their rows by hand:\n\nwebsite.events, website: order_***" in report.text
    assert PHONE not in report.text


def test_channels_of_spend_that_no_seed_knows_come_as_rows_to_paste(tmp_path: Path) -> None:
    write(
        tmp_path,
        "ads/daily_spend.csv",
        "spend_date,channel_code,cost\n"
        "2025-03-01,DOUYIN,1\n2025-03-01,his,1\n2025-03-01,Googel,1\n2025-03-01,抖音,1\n",
    )
    assert look(tmp_path).channel_rows == ["ads,googel,unmapped"]


def test_overlap_and_match_rate_are_counted_on_normalised_identifiers(tmp_path: Path) -> None:
    write(
        tmp_path,
        "website/events.csv",
        f"{HEADER}\ne1,2025-03-01,v1,page_view,{PHONE},\ne2,2025-03-01,v2,page_view,,m9\n"
        "e3,2025-03-01,v3,page_view,13800138000,\n",
    )
    write(
        tmp_path,
        "erp/members.csv",
        "member_no,phone\nm1,+86 139-1234-5678\nm2,13800138000\nm3,13987654321\n",
    )
    report = look(tmp_path)
    assert report.overlaps == {("erp", "website", "phone"): 1}
    assert report.shared["phone"] == [2, 1]
    assert report.shared["member_no"] == [4, 0]
    assert report.identifiers["member_no"] == {"erp": 3, "website": 1}
    assert report.blocked == {"phone": 1}
    assert report.matches == {"website": [3, 1], "erp": [3, 1]}


def test_hidden_files_of_a_table_are_read_as_a_build_reads_them(tmp_path: Path) -> None:
    for number, name in enumerate(("1", ".2", "_3")):
        write(tmp_path, f"website/events/{name}.csv", f"{HEADER}\ne{number},2025-03-01,v1,x,,\n")
    for name in (".DS_Store", ".4.csv.partial", "_notes.txt"):
        write(tmp_path, f"website/events/{name}", "x")
    report = look(tmp_path)
    table = report.tables["website.events"]
    found = duckdb.execute("select file from glob(?)", [f"{tmp_path}/website/events/*.csv"])
    assert sorted(str(file.path) for file in table.files) == sorted(p for (p,) in found.fetchall())
    assert table.records == 3
    assert not report.remarks
    # what a copy from a Mac brings along is no CSV
    write(tmp_path, "website/events/._1.csv", b"\x00\x05\x16\x07")
    assert look(tmp_path).stops == [
        "website/events/._1.csv is UTF-16 or binary: export it as UTF-8"
    ]


def test_what_lies_beside_the_tables_is_named(tmp_path: Path) -> None:
    write(tmp_path, "website/events.csv", f"{HEADER}\ne1,2025-03-01,v1,page_view,,\n")
    write(tmp_path, "website/event.csv", "a\n1\n")
    write(tmp_path, "website/events.xlsx", b"PK")
    write(tmp_path, "wesite/events.csv", "a\n1\n")
    write(tmp_path, "notes.txt", "hello")
    write(tmp_path, "store/visits.csv", "")
    remarks = "\n".join(look(tmp_path).remarks)
    assert "website/event.csv is no table of the contract: ignored (is it events?)" in remarks
    assert "website/events.xlsx is neither .csv nor .parquet" in remarks
    assert "folder wesite/ is no system of the contract: ignored (is it website?)" in remarks
    assert "notes.txt lies outside" in remarks
    assert "store/visits.csv is empty" in remarks


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("website/events.csv", "event_id\n1\n".encode("utf-16"), "UTF-16"),
        ("website/events.parquet", b"PAR1 and then it was cut off", "Parquet mark"),
        ("website/events.parquet", b"PAR1" + bytes(40) + b"PAR1", "damaged"),
        ("website/events.csv", b'a,b\n1,"x\n2,y\n3,z\n', "stray quotation mark"),
        ("website/events.csv", b"a,b\r\n1,x\n2,y\r\n", "line ends of two kinds"),
        ("website/readme.txt", b"no tables here", "nothing to build"),
    ],
)
def test_what_would_stop_a_build_is_told_first_and_ends_with_code_1(
    tmp_path: Path, name: str, content: bytes, problem: str
) -> None:
    root = tmp_path / "raw"
    write(root, name, content)
    done = run_touchpoints(tmp_path, "doctor", raw_root=str(root))
    assert done.returncode == 1, done.stderr
    assert "WILL STOP THE BUILD" in done.stdout
    assert problem in done.stdout
    assert done.stderr == ""


def test_typed_parquet_and_text_are_read_alike(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    duckdb.connect().execute(
        f"""
        copy (
            select 'r' || i as receipt_no, 's1' as store_id, 1001.0 + i as member_no, 'USD' as currency,
                timestamp '2025-03-01 09:00:00' + to_minutes(i) as event_time,
                case when i = 3 then null else 12.5 end as amount
            from range(1, 6) as numbers(i)
        ) to '{tmp_path}/store/transactions.parquet'
        """
    )
    write(tmp_path, "erp/members.csv", "member_no\n1002\n1003\n")
    report = look(tmp_path)
    assert report.tables["store.transactions"].quarantined == {"missing_amount": 1}
    assert report.tables["store.transactions"].examples["missing_amount"] == [
        "store/transactions.parquet row 3"
    ]
    assert report.overlaps == {("erp", "store", "member_no"): 2}
    # both have rates to CNY, which a build crosses; the other way round a rate is read backwards
    assert look(tmp_path, TOUCHPOINT_CURRENCY="EUR").unknown_currencies == []
    assert look(tmp_path, TOUCHPOINT_CURRENCY="KWD").unknown_currencies == ["USD"]


def test_a_currency_is_known_by_a_rate_read_backwards(tmp_path: Path) -> None:
    write(
        tmp_path,
        "ecommerce/orders.csv",
        "order_no,created_at,amount,currency\n1,2025-03-01,5,CNY\n2,2025-03-01,5,KWD\n",
    )
    assert look(tmp_path, TOUCHPOINT_CURRENCY="USD").unknown_currencies == ["KWD"]


def test_whole_numbers_written_as_floats_are_told_but_ways_of_numbering_are_not(
    tmp_path: Path,
) -> None:
    write(
        tmp_path,
        "store/visits.csv",
        "visit_id,store_id,event_time,member_no,phone\n1,7,1740792600.0,1001.0,13912345678.0\n2,7,1740792600.0,,\n",
    )
    write(tmp_path, "crm/contacts.csv", "contact_id,member_no\n1.0,M1\n1.1,M2\n")
    report = look(tmp_path)
    visits = report.tables["store.visits"]
    assert visits.quarantined == {}
    assert visits.unreadable_values == {}
    assert visits.written_as_floats == {"member_no": 1}
    assert "export these columns as text" in " ".join(report.text.split())
    assert report.tables["crm.contacts"].written_as_floats == {}


def test_times_that_lie_ahead_are_told_but_those_that_are_planned_are_not(tmp_path: Path) -> None:
    write(
        tmp_path,
        "website/events.csv",
        f"{HEADER}\ne1,2025-03-01,v1,page_view,,\ne2,2098-03-01,v1,page_view,,\n",
    )
    write(tmp_path, "his/follow_ups.csv", "follow_up_id,patient_no,due_at\n1,p1,2098-03-01\n")
    report = look(tmp_path)
    assert report.tables["website.events"].ahead == {"event_time": 1}
    assert report.tables["his.follow_ups"].ahead == {}
    assert "later than today: event_time 1" in report.text


def test_times_that_lie_ahead_are_told_where_something_has_happened_at_them(tmp_path: Path) -> None:
    """An optional time dates a touchpoint, too, and so “now”; an appointment may be booked for next year."""
    write(
        tmp_path,
        "his/appointments.csv",
        "appointment_id,patient_no,booked_at,visit_at,status\n"
        "1,p1,2025-03-01,2098-03-01,booked\n2,p1,2025-03-01,2098-03-01,\n3,p1,2025-03-01,2098-03-01,已就诊\n",
    )
    write(
        tmp_path,
        "his/follow_ups.csv",
        "follow_up_id,patient_no,due_at,done_at\n1,p1,2025-03-01,2098-03-01\n",
    )
    report = look(tmp_path)
    assert report.tables["his.appointments"].ahead == {"visit_at": 1}
    assert report.tables["his.follow_ups"].ahead == {"done_at": 1}


def test_what_happened_at_no_time_is_told(tmp_path: Path) -> None:
    write(
        tmp_path,
        "his/appointments.csv",
        "appointment_id,patient_no,booked_at,visit_at,status\n1,p1,2025-03-01,,Visited\n2,p1,2025-03-01,,爽约\n"
        "3,p1,2025-03-01,2025-03-02,visited\n4,p1,2025-03-01,,booked\n5,p1,2025-03-01,,\n",
    )
    write(
        tmp_path,
        "his/follow_ups.csv",
        "follow_up_id,patient_no,due_at,done_at,score\n1,p1,2025-03-01,,5\n2,p1,2025-03-01,,\n"
        "3,p1,2025-03-01,2025-03-02,4\n",
    )
    report = look(tmp_path)
    told = " ".join(report.text.split())
    assert "kept or missed without a visit_at, so they are booked and no more: 2" in told
    assert "with a score and without a done_at, so neither the call nor the score counts: 1" in told


def test_touchpoints_and_types_of_surveys_that_nobody_knows_are_told(tmp_path: Path) -> None:
    """They go to `survey_answer`, or have no scale: marts are then silent about the touchpoint that was judged."""
    write(
        tmp_path,
        "survey/responses.csv",
        "response_id,survey_id,survey_type,answered_at,score,touchpoint_code\n"
        "1,s,CSAT,2025-03-01,5,HIS_VISIT\n2,s,nps,2025-03-01,5,his_visit\n3,s,csat,2025-03-01,5,\n"
        "4,s,满意度,2025-03-01,5,18800001111\n",
    )
    write(
        tmp_path,
        "survey/invitations.csv",
        "invitation_id,survey_id,sent_at,touchpoint_code\n1,s,2025-03-01,HIS_VISIT\n",
    )
    report = look(tmp_path, TOUCHPOINT_INDUSTRY="healthcare")
    assert report.unknown_touchpoints == {"HIS_VISIT (meant: his_visit?)": 2, "***": 1}
    assert report.unknown_survey_types == {"满意度": 1}
    assert "UNKNOWN TOUCHPOINTS of surveys" in report.text
    assert "HIS_VISIT (meant: his_visit?): 2" in report.text
    assert "18800001111" not in report.text


@pytest.mark.parametrize(("paid_at", "is_told"), [("", True), ("2025-03-01 10:00", False)])
def test_orders_without_any_time_of_payment_are_told(
    tmp_path: Path, paid_at: str, is_told: bool
) -> None:
    write(
        tmp_path,
        "ecommerce/orders.csv",
        f"order_no,created_at,amount,paid_at\n1,2025-03-01,5,{paid_at}\n2,2025-03-01,5,\n",
    )
    report = look(tmp_path)
    assert report.tables["ecommerce.orders"].lacks_payment_times is is_told
    assert ("no order has a paid_at" in report.text) is is_told


def test_a_file_in_another_encoding_is_told_with_what_to_do(tmp_path: Path) -> None:
    write(tmp_path, "erp/members.csv", "member_no,region\nM1,上海\nM2,北京\n".encode("gb18030"))
    write(tmp_path, "crm/contacts.csv", "contact_id,member_no\nC1,M1,上海\n")
    report = look(tmp_path)
    members = report.tables["erp.members"]
    assert members.quarantined == {"unreadable_line": 2}
    assert members.is_other_encoding
    assert "export as UTF-8" in report.text
    contacts = report.tables["crm.contacts"]
    assert contacts.quarantined == {"unreadable_line": 1}
    assert not contacts.is_other_encoding


NOON = datetime(2025, 3, 1, 12, 0)
NOONS = pa.array([NOON, NOON], pa.timestamp("us"))
CALLS = {"call_id": pa.array(["c1", "c2"]), "called_at": NOONS}
ITEMS = {name: pa.array(["1", "2"]) for name in ("receipt_no", "store_id", "line_no", "item_id")}


@pytest.mark.parametrize(
    ("table", "columns", "quarantined", "unreadable"),
    [
        (
            "hotline/calls",
            {"call_id": ["c1"] * 3, "called_at": [NOON] * 3}
            | {"ended_at": ["9999-12-31", "1900-01-01 00:00", "2025-03-01"]},
            {},
            {"ended_at": 2},
        ),
        (
            "hotline/calls",
            CALLS | {"ended_at": pa.array([2**31 - 2, 20_148], pa.date32())},
            {},
            {"ended_at": 1},
        ),
        (
            "hotline/calls",
            CALLS
            | {"ended_at": pa.array([2**62, -(2**62)], pa.timestamp("us"))}
            | {"answered_at": pa.array([2**62, 2**63 - 1], pa.timestamp("us", tz="UTC"))},
            {},
            {"ended_at": 2, "answered_at": 2},
        ),
        (
            "hotline/calls",
            CALLS | {"called_at": pa.array([NOON, None], pa.timestamp("ns", tz="Asia/Tokyo"))},
            {"missing_called_at": 1},
            {},
        ),
        (
            "ads/daily_spend",
            {"channel_code": ["website"] * 4, "cost": [1.0] * 4}
            | {"spend_date": ["9999-12-31", "1000-01-01", "2025-03-01", "soon"]},
            {"out_of_range_spend_date": 2, "invalid_spend_date": 1},
            {},
        ),
        (
            "ads/daily_spend",
            {"channel_code": ["website"] * 3, "cost": [1.0] * 3}
            | {"spend_date": pa.array([2**31 - 2, 2932896, 20_148], pa.date32())},
            {"invalid_spend_date": 1, "out_of_range_spend_date": 1},
            {},
        ),
        (
            "crm/contacts",
            {"contact_id": list("abcd"), "created_at": ["9999-12-31"] * 4}
            | {"birth_date": ["1950-06-01", "9999-12-31", "1875-01-01", "2000-01-01"]},
            {},
            {"birth_date": 1, "created_at": 4},
        ),
        (
            "store/transaction_items",
            {name: ["1"] * 4 for name in ITEMS}
            | {"quantity": [1] * 4, "amount": [1e30, float("inf"), float("nan"), 12.5]},
            {"invalid_amount": 2, "missing_amount": 1},
            {},
        ),
        (
            "production/equipment_events",
            {"equipment_event_id": list("abcd"), "event_time": [NOON] * 4}
            | {"equipment_id": ["e"] * 4, "event_name": ["stop"] * 4}
            | {"reading": [1e300, float("nan"), float("inf"), 2.5]},
            {},
            {"reading": 2},
        ),
        (
            "production/equipment_events",
            {"equipment_event_id": ["a"], "event_time": [NOON], "equipment_id": ["e"]}
            | {"event_name": ["stop"], "reading": [[1, 2]]},
            {},
            {"reading": 1},
        ),
        (
            "erp/members",
            {
                "member_no": [b"m1", "名".encode(), b"\xff\xfe", b"-"],
                "phone": [b"139", b"", None, None],
            },
            {"invalid_member_no": 1, "missing_member_no": 1},
            {"phone": 1},
        ),
        (
            "erp/members",
            {"member_no": pa.array([float("nan"), 7.0])},
            {"missing_member_no": 1},
            {},
        ),
        (
            "hotline/calls",
            CALLS
            | {"extra": [{"phone": 1, "rating": {"phone": 2}}] * 2, "last": [[{"region": 1}]] * 2}
            | {"a;rating": ["x"] * 2, "phone": [PHONE, None], "Phone": [1, 2]}
            | {"FileName": ["f"] * 2, "file_row_number": ["r"] * 2},
            {},
            {},
        ),
    ],
)
def test_values_that_cannot_be_meant_and_columns_that_are_none_are_told(
    tmp_path: Path,
    table: str,
    columns: dict[str, Any],
    quarantined: dict[str, int],
    unreadable: dict[str, int],
) -> None:
    (tmp_path / table).parent.mkdir()
    pq.write_table(pa.table(columns), tmp_path / f"{table}.parquet")
    report = look(tmp_path)
    found = report.tables[table.replace("/", ".")]
    assert (report.stops, found.quarantined) == ([], quarantined)
    assert found.unreadable_values == unreadable
    assert not {"rating", "region"} & {column for file in found.files for column in file.columns}


def test_signs_of_patterns_in_file_names_stand_for_themselves(tmp_path: Path) -> None:
    names = ["m1", "m[1]", "a*b", "axb", "q?", "qx", "it's"]
    for number, name in enumerate(names):
        write(tmp_path, f"erp/members/{name}.csv", f"member_no,FileName\nM{number},f\n")
        pq.write_table(
            pa.table({"member_no": [f"P{number}"]}), tmp_path / f"erp/members/{name}.parquet"
        )
    report = look(tmp_path)
    assert report.stops == []
    assert report.tables["erp.members"].records == 2 * len(names)
    assert report.identifiers["member_no"] == {"erp": 2 * len(names)}


def test_a_column_may_be_named_like_those_that_a_read_adds(tmp_path: Path) -> None:
    header = "visit_id,store_id,event_time,filename,source_row,store_id,store_id__6,"
    write(
        tmp_path,
        "store/visits.csv",
        f"{header}\nv1,s1,2025-03-01,f,r,s2,s3,x\nv2,,2025-03-01,f,r,s2,s3,\n",
    )
    report = look(tmp_path)
    assert report.stops == []
    assert report.tables["store.visits"].quarantined == {"missing_store_id": 1}
    assert report.tables["store.visits"].examples == {
        "missing_store_id": ["store/visits.csv line 3"]
    }


def test_nothing_that_identifies_anyone_is_printed(tmp_path: Path) -> None:
    canaries = (PHONE, "canary@example.org", "visitorcanary", "membercanary")
    write(
        tmp_path,
        "website/events.csv",
        f"{HEADER}\ne1,2025-03-01,{canaries[2]},{PHONE} called,{PHONE},{canaries[3]}\n"
        f"e2,never,{canaries[2]},write to {canaries[1]},{canaries[1]},{canaries[3]}\n"
        f"e3,2025-03-01,{canaries[2]},write to {canaries[1]},{canaries[1]},{canaries[3]}\n",
    )
    text = look(tmp_path).text
    assert "write to ***" in text
    assert not [canary for canary in canaries if canary in text]


def test_the_columns_that_name_events_and_platforms_are_in_the_contract() -> None:
    contract = read_contract()
    for name, column in [*EVENT_COLUMNS.items(), *PLATFORM_COLUMNS.items()]:
        assert column in contract[name].columns
    # The sources' YAML is asked for nothing that is not there.
    assert {row["identifier_type"] for row in read_seed("identifier_rules")} >= {
        "phone",
        "member_no",
    }


def test_the_doctor_foretells_what_the_build_of_the_sample_found(built: Dataset) -> None:
    report = look(PROJECT / "demo" / "raw" / "retail")
    ledger = (
        built.table("record_ledger")
        .groupby(["source_system", "source_table"])
        .sum(numeric_only=True)
    )
    quarantined = (
        built.table("quarantined_records")
        .groupby(["source_system", "source_table", "reason_code"])
        .size()
    )
    for (system, table), row in ledger.iterrows():
        found = report.tables[f"{system}.{table}"]
        assert found.records == row["received"], found.contract.name
        assert sum(found.quarantined.values()) == row["quarantined"], found.contract.name
        assert found.duplicates == row["duplicate"], found.contract.name
    foretold = {
        (table.contract.system, table.contract.table, reason): count
        for table in report.tables.values()
        for reason, count in table.quarantined.items()
    }
    assert foretold == quarantined.to_dict()
    unmapped = built.table("unmapped_events")
    assert {
        tuple(row[1:5]) for row in csv.reader(io.StringIO("\n".join(report.event_rows)))
    } == set(
        unmapped[["source_system", "source_table", "channel_code", "raw_event"]].itertuples(
            index=False, name=None
        )
    )
    assert json.dumps(sorted(report.stops)) == "[]"


def test_a_build_says_how_many_files_it_ignores(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from touchpoints import build, cli
    from touchpoints.settings import read_settings

    monkeypatch.chdir(PROJECT)
    monkeypatch.setattr(build, "build", lambda *_, **__: True)
    (tmp_path / "service").mkdir()
    (tmp_path / "service" / "tickets.csv").write_text("ticket_id\n1\n")
    settings = read_settings({"TOUCHPOINT_RAW_ROOT": str(tmp_path)})
    assert cli._build(settings, [], False, False) == cli.DONE
    assert "gnored" not in capsys.readouterr().out
    for name in ("service/tickets.CSV", "service/tickets.csv.gz", "Service/tickets.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("ticket_id\n1\n")
    for name in ("erp/shipments.parquet/part-0.parquet", "erp/shipments/dt=2025-03-01/a.parquet"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_bytes(b"PAR1")
    assert cli._build(settings, [], False, False) == cli.DONE
    assert "5 files or folders; `make doctor` names them" in capsys.readouterr().out


def test_a_definition_that_cannot_be_meant_is_told_as_a_build_tells_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from touchpoints import cli

    for name in ("dbt_project.yml", "profiles.yml"):
        shutil.copy(PROJECT / name, tmp_path)
    shutil.copytree(PROJECT / "seeds", tmp_path / "seeds")
    for name in ("models", "macros"):
        (tmp_path / name).symlink_to(PROJECT / name)
    with (tmp_path / "seeds" / "blocked_identifiers.csv").open("a", encoding="utf-8") as blocked:
        blocked.write("phone,pattern,^(139$,a bracket too many\n")
    monkeypatch.setenv("DBT_PROJECT_DIR", str(tmp_path))
    assert cli.main(["doctor"]) not in (cli.DONE, cli.FAILED)
    assert "seeds/blocked_identifiers.csv line" in capsys.readouterr().err
