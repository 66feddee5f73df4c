"""A drop folder: formats, encodings, names, files that come twice, files that are not finished."""

from __future__ import annotations

import io
import json
import os
import time
import zipfile
from datetime import datetime
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from desk import Desk

ORDERS = {
    "into": "ecommerce.orders",
    "files": "*订单*",
    "columns": {
        "订单编号": "order_no",
        "下单时间": "created_at",
        "实付金额": "amount",
        "手机": "phone",
    },
    "values": {"platform": "tmall"},
}
HEADER = "订单编号,下单时间,实付金额,手机,备注\n"
LINES = 'A1,2025-03-01 09:30,"1,234.50",13912345678,无\nA2,2025/3/1 9:31,88,,"两\n行"\n'
EXPECTED = [
    ("A1", "2025-03-01 09:30", "1,234.50", "13912345678", "tmall"),
    ("A2", "2025/3/1 9:31", "88", "", "tmall"),
]
COLUMNS = ("order_no", "created_at", "amount", "phone", "platform")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
@pytest.mark.parametrize("declared", [True, False])
def test_a_csv_file_is_read_in_the_encoding_that_it_has(
    desk: Desk, encoding: str, declared: bool
) -> None:
    known = {"gbk": "gb18030", "utf-8-sig": "utf-8"}.get(encoding, encoding)
    desk.map({**ORDERS, **({"encoding": known} if declared else {})})
    desk.drop("三月订单.csv", (HEADER + LINES).encode(encoding))
    assert desk.run() == 0
    assert desk.rows("ecommerce.orders", *COLUMNS) == EXPECTED


def test_a_utf8_file_with_a_broken_byte_is_still_utf8_and_the_line_is_counted(desk: Desk) -> None:
    desk.map(ORDERS)
    broken = (HEADER + LINES).encode() + "A3,2025-03-01 10:00,5,,好\n".encode()[:-2] + b"\n"
    desk.drop("订单.csv", broken)
    assert desk.run() == 0
    assert desk.rows("ecommerce.orders", "order_no") == [("A1",), ("A2",), (None,)]
    assert desk.rows("ecommerce.orders", "unreadable_line")[0] == (
        "line 5 has bytes that are not of its encoding",
    )


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_one_that_the_header_has(desk: Desk, delimiter: str) -> None:
    desk.map(ORDERS)
    desk.drop("订单.txt", (HEADER + "A1,2025-03-01 09:30,12,,无\n").replace(",", delimiter))
    assert desk.run() == 0
    assert desk.rows("ecommerce.orders", "order_no", "amount") == [("A1", "12")]


def test_of_columns_of_one_name_the_first_one_counts(desk: Desk) -> None:
    """As where a build reads such a file in place: the buyer's phone is not the courier's."""
    desk.map(ORDERS)
    header = ["订单编号", "下单时间", "实付金额", "手机", "手机"]
    rows = [header, ["A1", "2025-03-01 09:30", "5", "13912345678", "1"]]
    desk.drop("订单.csv", "\n".join(map(",".join, rows)))
    book, written = openpyxl.Workbook(), io.BytesIO()
    for row in [rows[0], ["A2", *rows[1][1:]]]:
        book.active.append(row)
    book.save(written)
    desk.drop("订单.xlsx", written.getvalue())
    assert desk.run() == 0, desk.told
    found = desk.rows("ecommerce.orders", "order_no", "phone")
    assert sorted(found) == [("A1", "13912345678"), ("A2", "13912345678")]


def test_long_numbers_that_are_wrapped_for_spreadsheets_are_unwrapped(desk: Desk) -> None:
    desk.map(ORDERS)
    desk.drop("订单.csv", HEADER + '"=""20250301000001""",2025-03-01 09:30,1,\t13912345678,无\n')
    assert desk.run() == 0
    assert desk.rows("ecommerce.orders", "order_no", "phone") == [("20250301000001", "13912345678")]


def workbook(**sheets: list[list[object]]) -> bytes:
    """An Excel workbook."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def test_several_sheets_of_a_workbook_go_where_the_mapping_says(desk: Desk) -> None:
    members = {
        "into": "erp.members",
        "files": "*订单*",
        "sheets": "会员",
        "header_row": 2,
        "columns": {"会员号": "member_no", "手机": "phone"},
    }
    desk.map({**ORDERS, "sheets": "20*"}, members)
    head = ["订单编号", "下单时间", "实付金额"]
    desk.drop(
        "订单.xlsx",
        workbook(
            **{
                "2025-03": [head, ["A1", datetime(2025, 3, 1, 9, 30), 12.5], [None, None, None]],
                "2025-04": [head, [20250401001, "2025年4月1日 09:30", 7]],
                "会员": [["会员名单"], ["会员号", "手机"], ["M1", 13912345678.0]],
                "说明": [["别读我"]],
            }
        ),
    )
    assert desk.run() == 0
    assert desk.rows("ecommerce.orders", "order_no", "created_at", "amount") == [
        ("20250401001", "2025年4月1日 09:30", "7"),
        ("A1", "2025-03-01 09:30:00", "12.5"),
    ]
    assert desk.rows("erp.members", "member_no", "phone") == [("M1", "13912345678")]


def test_json_lines_are_flattened_and_lists_stay_json(desk: Desk) -> None:
    desk.map(
        {
            "into": "app.events",
            "files": "*.jsonl",
            "columns": {"id": "event_id", "ts": "event_time", "device.id": "device_id"},
        }
    )
    lines = [
        {"id": 1, "ts": 1740792600000, "device": {"id": "d1"}, "event_name": "launch"},
        {"id": 2, "ts": "2025-03-01T09:30:00Z", "device": {"id": "d2"}, "event_name": ["a", "b"]},
    ]
    desk.drop("e.jsonl", "\ufeff" + "\n".join(json.dumps(line) for line in lines))
    assert desk.run() == 0
    assert desk.rows("app.events", "event_id", "event_time", "device_id", "event_name") == [
        ("1", "1740792600000", "d1", "launch"),
        ("2", "2025-03-01T09:30:00Z", "d2", '["a", "b"]'),
    ]


def test_json_that_was_cut_or_is_out_of_all_bounds_is_landed(desk: Desk) -> None:
    """Half an emoji, where a text was cut after so many letters, and a number that no memory holds in full."""
    desk.map({"into": "app.events", "files": "*.jsonl", "columns": {"id": "event_id"}})
    more = '"event_time": "2025-03-01 09:30", "device_id": "d1"'
    lines = [
        rf'{{"id": "好\ud83d", "event_name": ["\ud83d", "😀"], "a\ud83d": 1, {more}}}',
        f'{{"id": 1e999999999, "event_name": 1e-999999999, {more}}}',
        f'{{"id": 1.50, "event_name": 1e20, {more}}}',
    ]
    desk.drop("e.jsonl", "\n".join(lines))
    assert desk.run() == 0
    assert desk.rows("app.events", "event_id", "event_name") == [
        ("1.50", "100000000000000000000"),
        ("1E+999999999", "1E-999999999"),
        ("好\ufffd", '["\ufffd", "😀"]'),
    ]


def test_parquet_keeps_its_types_under_the_names_of_the_contract(desk: Desk) -> None:
    desk.map(ORDERS)
    table = pa.table(
        {
            "订单编号": ["A1"],
            "下单时间": pa.array([datetime(2025, 3, 1, 9, 30)], pa.timestamp("us")),
            "实付金额": pa.array([12.5]),
            "手机": pa.array([["1", "2"]]),
        }
    )
    pq.write_table(table, desk.inbox / "订单.parquet")
    os.utime(desk.inbox / "订单.parquet", (1e9, 1e9))
    assert desk.run() == 0
    assert desk.rows("ecommerce.orders", *COLUMNS) == [
        ("A1", datetime(2025, 3, 1, 9, 30), 12.5, '["1", "2"]', "tmall")
    ]


def zipped(**members: bytes | str) -> bytes:
    """A zip archive."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return content.getvalue()


def test_an_archive_is_read_and_its_file_unpacked_comes_twice(desk: Desk) -> None:
    desk.map(ORDERS)
    desk.drop("三月.zip", zipped(**{"甲/订单.csv": HEADER + LINES, "readme.md": "x"}))
    assert desk.run() == 0
    desk.drop("订单.csv", HEADER + LINES)
    assert desk.run() == 0
    assert desk.rows("ecommerce.orders", *COLUMNS) == EXPECTED


def test_names_of_an_old_windows_archive_are_gb18030(desk: Desk) -> None:
    desk.map(ORDERS)
    name = "订单.csv".encode("gb18030")
    content = zipped(**{"x" * len(name): HEADER + LINES}).replace(b"x" * len(name), name)
    desk.drop("三月.zip", content)
    assert desk.run() == 0
    assert desk.rows("ecommerce.orders", *COLUMNS) == EXPECTED


def test_a_file_that_comes_twice_is_loaded_once_under_any_name(desk: Desk) -> None:
    desk.map(ORDERS)
    desk.drop("订单.csv", HEADER + LINES)
    assert desk.run() == 0
    desk.drop("订单 (1).csv", HEADER + LINES, age=100)
    desk.drop("sub/订单.csv", HEADER + LINES, age=100)
    assert desk.run() == 0
    assert len(desk.landed("ecommerce.orders")) == 1
    before = {path: path.stat().st_mtime_ns for path in desk.raw.rglob("*")}
    assert desk.run() == 0
    assert before == {path: path.stat().st_mtime_ns for path in desk.raw.rglob("*")}


def test_a_file_that_is_still_written_waits(desk: Desk) -> None:
    desk.map(ORDERS, settle_seconds=5)
    desk.drop("订单.csv", HEADER + LINES[:20], age=0)
    desk.drop("订单2.csv.part", HEADER + LINES)
    desk.drop("~$订单.xlsx", "lock")
    desk.drop(".订单.csv", HEADER + LINES)
    assert desk.run() == 0
    assert "waits: 订单.csv" in desk.told
    assert desk.landed("ecommerce.orders") == []
    desk.drop("订单.csv", HEADER + LINES, age=6)
    assert desk.run() == 0
    assert desk.rows("ecommerce.orders", *COLUMNS) == EXPECTED


def test_a_file_that_grows_while_it_is_read_waits(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ingest import files

    desk.map(ORDERS)
    path = desk.drop("订单.csv", HEADER + LINES)
    convert = files.land_records

    def slow(*arguments: object) -> object:
        done = convert(*arguments)
        path.write_text(HEADER + LINES + "A3,2025-03-02 10:00,1,,\n", encoding="utf-8")
        return done

    monkeypatch.setattr(files, "land_records", slow)
    assert desk.run() == 0
    assert "waits: 订单.csv" in desk.told
    assert desk.landed("ecommerce.orders") == []
    monkeypatch.undo()
    os.utime(path, (1e9, 1e9))
    assert desk.run() == 0
    assert len(desk.rows("ecommerce.orders", "order_no")) == 3


def test_a_file_from_the_future_is_taken_at_the_second_look(desk: Desk) -> None:
    desk.map(ORDERS, settle_seconds=0.01)
    desk.drop("订单.csv", HEADER + LINES, age=-1_000_000)
    assert desk.run() == 0
    assert "waits" in desk.told
    time.sleep(0.02)
    assert desk.run() == 0
    assert desk.rows("ecommerce.orders", *COLUMNS) == EXPECTED
    loaded = desk.rows("ecommerce.orders", "loaded_at")[0][0]
    assert datetime.fromisoformat(loaded).timestamp() <= time.time()


def test_of_two_versions_the_one_that_came_last_is_later_though_clocks_go_back(desk: Desk) -> None:
    desk.map(ORDERS)
    desk.drop("订单1.csv", HEADER + "A1,2025-03-01 09:30,1,,\n")
    assert desk.run() == 0
    desk.drop("订单2.csv", HEADER + "A1,2025-03-01 09:30,2,,\n", age=1_000_000_000)
    assert desk.run() == 0
    assert [row[0] for row in desk.rows("ecommerce.orders", "amount", "loaded_at")] == ["1", "2"]
    times = [datetime.fromisoformat(row[0]) for row in desk.rows("ecommerce.orders", "loaded_at")]
    assert times[1] > times[0]
    names = [path.name for path in desk.landed("ecommerce.orders")]
    assert names == sorted(names)


def test_a_renamed_column_is_told_and_the_file_taken_once_the_mapping_knows_it(desk: Desk) -> None:
    desk.map(ORDERS)
    desk.drop("订单1.csv", HEADER + LINES)
    desk.drop("订单2.csv", (HEADER + "A9,2025-03-09 09:30,1,,\n").replace("实付金额", "实付"))
    assert desk.run() == 3
    assert "订单2.csv: has no column for amount of ecommerce.orders" in desk.told
    assert "was one renamed? Its columns: 订单编号, 下单时间, 实付" in desk.told
    assert desk.rows("ecommerce.orders", *COLUMNS) == EXPECTED
    assert desk.run() == 3, "it stays until somebody does something"
    desk.map(
        ORDERS, {**ORDERS, "files": "订单2*", "columns": {**ORDERS["columns"], "实付": "amount"}}
    )
    desk.map(
        {**ORDERS, "files": "订单1*"},
        {
            **ORDERS,
            "files": "订单2*",
            "columns": {"订单编号": "order_no", "下单时间": "created_at", "实付": "amount"},
        },
    )
    assert desk.run() == 0
    assert len(desk.rows("ecommerce.orders", "order_no")) == 3


def test_added_and_removed_columns_are_recorded_with_the_load(desk: Desk) -> None:
    desk.map(ORDERS)
    desk.drop("订单1.csv", HEADER + LINES)
    assert desk.run() == 0
    desk.drop("订单2.csv", "订单编号,下单时间,实付金额,渠道\nA3,2025-03-03 10:00,1,直播\n", age=100)
    assert desk.run() == 0
    newest = json.loads(sorted((desk.state / "loads").iterdir())[-1].read_text(encoding="utf-8"))
    changes = {(change["column"], change["change"]) for change in newest["schema_changes"]}
    assert changes == {("渠道", "added"), ("手机", "removed"), ("备注", "removed")}
    assert newest["records"] == 1
    assert newest["files"] == [str(desk.landed("ecommerce.orders")[-1].relative_to(desk.raw))]


def test_a_batch_with_too_much_rejected_is_held_and_the_rest_goes_on(desk: Desk) -> None:
    desk.map(ORDERS)
    many = "".join(f"B{number},2025-03-01 09:30,1,,\n" for number in range(60))
    none = "".join(",2025-03-01 09:30,1,,\n" for _ in range(90))
    desk.drop("订单1.csv", HEADER + many + none)
    desk.drop("订单2.csv", HEADER + LINES)
    assert desk.run() == 3
    assert "90 of 150 records cannot be used (missing_order_no 90)" in desk.told
    assert desk.rows("ecommerce.orders", *COLUMNS) == EXPECTED


def test_records_that_cannot_be_read_land_as_records_without_values(desk: Desk) -> None:
    desk.map(ORDERS)
    desk.drop("订单.csv", HEADER + LINES + "A3,2025-03-02\n")
    assert desk.run() == 0
    assert "1 unreadable records" in desk.told
    assert desk.rows("ecommerce.orders", "order_no", "unreadable_line")[-1] == (
        None,
        "line 5 has 2 fields and not 5",
    )


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("订单.parquet", b"PAR1 cut off", "is no Parquet file, or was cut off"),
        ("订单.xlsx", b"PK\x03\x04 cut off", "is no Excel workbook, or was cut off"),
        ("订单.zip", b"PK\x03\x04 cut off", "is no zip archive, or was cut off"),
        ("订单.csv", HEADER + 'A1,2025-03-01 09:30,"12\nA2,x\n', "stray quotation mark"),
        ("订单.csv", bytes(range(128, 256)) * 8, "is neither UTF-8 nor GB18030"),
        ("订单.csv", b"", "has no header"),
        ("订单.xls", b"\xd0\xcf", "save it as .xlsx"),
    ],
)
def test_a_file_that_cannot_be_read_is_held_with_a_reason(
    desk: Desk, name: str, content: bytes | str, told: str
) -> None:
    desk.map(ORDERS)
    desk.drop(name, content)
    desk.drop("订单0.csv", HEADER + LINES)
    assert desk.run() == (0 if name.endswith(".xls") else 3)
    assert told in desk.told
    assert desk.rows("ecommerce.orders", *COLUMNS) == EXPECTED


def cut(content: bytes, share: float) -> bytes:
    return content[: int(len(content) * share)]


def test_a_corrupt_parquet_or_workbook_never_lands_in_part(desk: Desk) -> None:
    desk.map(ORDERS)
    table = pa.table({"订单编号": [str(n) for n in range(5000)], "下单时间": ["2025-03-01"] * 5000,
                      "实付金额": [str(n * 7919 % 1000) for n in range(5000)]})  # fmt: skip
    content = io.BytesIO()
    pq.write_table(table, content, row_group_size=500)
    good = content.getvalue()
    spoilt = bytearray(good)
    for place in range(4, len(good) // 2, 97):
        spoilt[place] ^= 0xFF
    rows = [["订单编号", "下单时间", "实付金额"], *([str(n), "2025-03-01", n] for n in range(500))]
    book = workbook(a=rows)
    desk.drop("订单1.parquet", bytes(spoilt))
    desk.drop("订单2.parquet", cut(good, 0.7))
    desk.drop("订单3.xlsx", cut(book, 0.8))
    inner = bytearray(book)
    inner[len(inner) // 2] ^= 0xFF
    desk.drop("订单4.xlsx", bytes(inner))
    assert desk.run() == 3
    assert desk.told.count("held: ") == 4, desk.told
    assert list(desk.raw.rglob("*.parquet")) == []


# ------------------------------------------------------------------------------------ hostile input


@pytest.mark.parametrize(
    "name", ["../订单.csv", "/etc/订单.csv", "a/../../订单.csv", "..\\订单.csv", "C:/订单.csv"]
)
def test_an_archive_that_leaves_its_folder_is_refused_whole(desk: Desk, name: str) -> None:
    desk.map(ORDERS)
    desk.drop("订单.zip", zipped(**{"订单0.csv": HEADER + LINES, name: HEADER + LINES}))
    assert desk.run() == 3
    assert "leaves the archive's folder" in desk.told
    assert set(desk.folder.rglob("*订单*")) == {desk.inbox / "订单.zip"}


def test_zip_bombs_are_refused_by_what_they_say_and_by_what_they_do(desk: Desk) -> None:
    desk.map(ORDERS)
    bomb = zipped(**{"订单.csv": b"0" * 60_000_000})
    desk.drop("订单.zip", bomb)
    desk.drop("订单.xlsx", bomb)
    honest = zipped(**{"订单.csv": b"0" * 3_000_000})
    # the header says less than there is
    lying = honest.replace((3_000_000).to_bytes(4, "little"), (1_000).to_bytes(4, "little"))
    desk.drop("订单2.zip", lying)
    assert desk.run() == 3
    assert desk.told.count("unpacks to 60,000,000 bytes") == 2
    assert "订单2.zip: " in desk.told
    assert list(desk.raw.rglob("*.parquet")) == []
    assert sum(path.stat().st_size for path in desk.state.rglob("*") if path.is_file()) < 100_000


def test_links_are_not_followed_and_links_in_archives_refused(desk: Desk, tmp_path: Path) -> None:
    desk.map(ORDERS)
    secret = tmp_path / "secret-订单.csv"
    secret.write_text(HEADER + LINES, encoding="utf-8")
    (desk.inbox / "订单.csv").symlink_to(secret)
    (desk.inbox / "folder").symlink_to(tmp_path, target_is_directory=True)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        link = zipfile.ZipInfo("订单.csv")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, str(secret))
    desk.drop("订单.zip", content.getvalue())
    assert desk.run() == 3
    assert desk.told.count("is a link") == 2
    assert "holds a link" in desk.told
    assert list(desk.raw.rglob("*.parquet")) == []


def test_a_workbook_with_entities_is_refused(desk: Desk) -> None:
    desk.map(ORDERS)
    good = workbook(a=[["订单编号", "下单时间", "实付金额"], ["A1", "2025-03-01", 1]])
    content = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(good)) as before,
        zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for name in before.namelist():
            data = before.read(name)
            if name.endswith("sheet1.xml"):
                text = data.decode().split("?>", 1)[-1]
                entity = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
                data = (
                    '<?xml version="1.0"?>' + entity + text.replace("2025-03-01", "&b;")
                ).encode()
            if name.endswith("sharedStrings.xml"):
                text = data.decode().split("?>", 1)[-1]
                entity = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
                data = (
                    '<?xml version="1.0"?>' + entity + text.replace("2025-03-01", "&b;")
                ).encode()
            after.writestr(name, data)
    desk.drop("订单.xlsx", content.getvalue())
    assert desk.run() == 3
    assert list(desk.raw.rglob("*.parquet")) == []
