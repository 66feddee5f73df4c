"""The two readers of landed CSV files agree: the one that loads (DuckDB, by the macro) and the one that counts.

A file that the one that counts refuses stops a build with its name; every other file both read alike.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import jinja2
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from builds import PROJECT
from touchpoints import landing
from touchpoints.csv_records import records
from touchpoints.engine import connect
from touchpoints.load import read_file
from touchpoints.macros import load_macros
from touchpoints.settings import read_settings

GBK = "防晒".encode("gbk")
HEAD = b"a,b,c\n"
Reading = tuple[list[tuple[str | None, ...]], set[int]]


@pytest.fixture(scope="module")
def load_csv() -> Callable[..., Reading]:
    """Rows of the columns that count and numbers of the refused records, as a build reads files of one header."""
    macros = load_macros(PROJECT)
    connection = duckdb.connect()
    connection.execute("set threads = 1")

    def load(*paths: str) -> Reading:
        header = landing.csv_header(paths[0])[0]
        names = landing.own_names(header)
        places = landing.read_places(paths[0], header)
        read = macros.duckdb__read_csv({"columns": header, "files": paths}, "t")
        connection.execute("drop table if exists rejects__t")
        connection.execute("drop table if exists reject_scans__t")
        columns = "".join(f', "{names[place].replace(chr(34), chr(34) * 2)}"' for place in places)
        rows = connection.execute(f'select " (row)"{columns} from {read}').fetchall()
        refused = connection.execute("select distinct file_id, line from rejects__t").fetchall()
        return [row[1:] for row in sorted(rows, key=lambda row: row[0])], {
            line for _, line in refused
        }

    return load


def count_csv(path: str) -> Reading:
    """The same by the reader that counts."""
    header = landing.csv_header(path)[0]
    places = landing.read_places(path, header)
    rows: list[tuple[str | None, ...]] = []
    refused = set()
    for number, record in enumerate(records(path), 1):
        if number == 1 or not landing.is_record(record, len(header)):
            continue
        if landing.is_readable(record, len(header), places):
            fields = record.fields or [""]
            rows.append(tuple(fields[place] or None for place in places))
        else:
            refused.add(number)
    return rows, refused


def compare(path: Path, content: bytes, load_csv: Callable[..., Reading]) -> dict[str, Any]:
    """Hold the readers against each other, unless the file stops a build; its layout."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    layout: dict[str, Any] = landing.csv_layout(str(path))
    if layout["problem"]:
        return layout
    assert landing.mixed_line_ends(str(path)) is None
    rows, refused = load_csv(str(path))
    assert (rows, refused) == count_csv(str(path))
    assert (len(rows), len(rows) + len(refused)) == (layout["readable"], layout["records"])
    return layout


@pytest.mark.parametrize(
    ("content", "readable", "unreadable"),
    [
        (HEAD + b'1,2,3,\n4,5,6,,\n7,8,9,""\n', 3, 0),
        (HEAD + b"1,2,3, \n1,2,3,x\n1,2,3,,x\n", 0, 3),
        (HEAD + b'1, "x, y",3\n1,"x" ,3\n "1" , "x\ny" , "3" \n', 3, 0),
        (HEAD + b'1,  "x, y",3\n1,"x" "y",3\n1,"x"  y,3\n', 1, 2),
        (HEAD + b'1,"x"y,"b"\n4,5,6\n', 1, 1),
        (HEAD + b'1,"{\\"k\\": \\"v\\"}",3\n4,5,6\n', 1, 1),
        (HEAD + b'1,"x"y, "p, q" \n4,5,6\n', 1, 1),
        (HEAD + b'1,5" screen,3\n4,x "y",6\n', 2, 0),
        (HEAD + b"1," + GBK + b",3\n4,5,6\n", 1, 1),
        (HEAD + b'1,"two\nlines \xe9",3\n4,5,6\n', 1, 1),
        (HEAD + b"\n1,2,3\n\n   \n,,\n", 2, 1),
        (b'a\n1\n\n2\n""\n\n', 5, 0),
        (b"a,filename,source_row\n1,2,3\n", 1, 0),
        (b"a,a,a__2, 3,\n1,2,3,4,5\n", 1, 0),
        (b'a, "b, c" ,c\n1,2,3\n', 1, 0),
        (b"a,b,c\r1,2,3\r\r4,5\r", 1, 1),
        (b'a,b,c\r\n1,"x\ny\rz",3\r\n4,5\r\n', 1, 1),
        (
            HEAD + b'1,2,3\n4,"' + b"x" * 33_554_432 + b'",6\n7,8,9\n',
            2,
            1,
        ),
    ],
)
def test_both_readers_take_and_refuse_the_same_records(
    content: bytes,
    readable: int,
    unreadable: int,
    tmp_path: Path,
    load_csv: Callable[..., Reading],
) -> None:
    layout = compare(tmp_path / "t.csv", content, load_csv)
    assert layout["problem"] is None
    assert (layout["readable"], layout["records"]) == (readable, readable + unreadable)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"a,b,c\r\r\n1,2,3\r\r\n", "CR (line 1) and CRLF (line 2)"),
        (HEAD + b"1,x\ry,3\n4,5,6\n", "LF (line 1) and CR (line 2)"),
        (HEAD + b'1,x\ry,3\n4,"5\r\n5",6\n', "needs quotation marks"),
        (b"a,b\r\n1,x\ry\r\n", "CRLF (line 1) and CR (line 2)"),
        (b'a,b\n1,5" screen\n2,3\r\n4,5\n', "LF (line 1) and CRLF (line 3)"),
        (b"\na,b,c\n1,2,3\n", "first line is empty"),
        (b",,\n1,2,3\n", "has to name the columns"),
        (b"\n" * 5000 + HEAD, "has to name the columns"),
        (b'a,"b,c\n1,2,3\n', "no header that can be read"),
        (b'a,"b"x,c\n1,2,3\n', "no header that can be read"),
        (b'a\n"x"y, "z"w\n', "in line 2 whose end looks like a record of its own"),
        (b'a,b\n"x"y,"z"w,1\n', "in line 2 whose end looks like a record of its own"),
    ],
)
def test_a_file_that_nobody_reads_for_sure_is_told_with_what_to_do(
    content: bytes, told: str, tmp_path: Path, load_csv: Callable[..., Reading]
) -> None:
    from touchpoints.build import _advice

    layout = compare(tmp_path / "t.csv", content, load_csv)
    assert told in str(layout["problem"])
    assert layout["records"] == 0 or "line" in str(layout["problem"])
    assert "make doctor" in _advice(str(layout["problem"]))


@pytest.mark.parametrize("table", ["crm/contacts.csv", "crm/contacts/2025-03.csv"])
def test_bytes_that_are_no_utf_8_spoil_a_record_in_a_column_of_the_contract_only(
    table: str,
    tmp_path: Path,
    load_csv: Callable[..., Reading],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(PROJECT)
    content = (
        b"contact_id,remark,loaded_at,remark\n1," + GBK + b",2025-03-01,x\n2,x,\xe9,x\n3,x,,\xe9,\n"
    )
    layout = compare(tmp_path / table, content, load_csv)
    assert (layout["readable"], layout["records"]) == (2, 3)
    with connect(read_settings({})) as engine:
        kinds, expected = read_file(engine, tmp_path / table)
        rows = engine.execute("select * from landed order by load_row").fetchall()
        assert rows == [(1, "1", None, "2025-03-01"), (2, "3", None, None)]
        assert engine.execute("select line from unreadable").fetchall() == [(3,)]
    assert list(kinds) == ["contact_id", "remark", "loaded_at"]
    assert expected == layout


def test_files_with_other_line_ends_are_read_together(
    tmp_path: Path, load_csv: Callable[..., Reading]
) -> None:
    paths = []
    for number, end in enumerate((b"\n", b"\r\n", b"\r")):
        path = tmp_path / f"{number}.csv"
        path.write_bytes(end.join([b"a,b,c", b"1,2,3", b"short", b'4,"5",6']))
        paths.append(str(path))
    rows, refused = load_csv(*paths)
    assert rows == [("1", "2", "3"), ("4", "5", "6")] * 3
    assert refused == {3}


pieces = st.sampled_from(
    ["a", "é", ",", ",", '"', '"', '"', " ", '"x" ', ' "', "\n", "\n", "\r\n", "\r", "\udce9"]
)
LINE_ENDS = st.sampled_from(["\n", "\r\n", "\r"])


@settings(
    max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    width=st.integers(1, 3),
    end=LINE_ENDS,
    body=st.lists(pieces, max_size=16),
    is_mixed=st.booleans(),
)
@example(width=1, end="\n", body=['"x" ', '""', ' ""'], is_mixed=False)
@example(width=2, end="\r\n", body=[",", '"', ",", "\n", '"', "a", "\n", "a", ","], is_mixed=False)
def test_both_readers_take_any_text_alike(
    width: int,
    end: str,
    body: list[str],
    is_mixed: bool,
    tmp_path: Path,
    load_csv: Callable[..., Reading],
) -> None:
    text = ",".join("abc"[:width]) + end + "".join(body)
    if not is_mixed:
        text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", end)
    compare(tmp_path / "t.csv", text.encode("utf-8", "surrogateescape"), load_csv)


def test_files_whose_headers_differ_by_a_comma_in_a_name_are_read_apart(tmp_path: Path) -> None:
    paths = []
    for name, header in (("1.csv", 'a,"x,y"'), ("2.csv", "a,x,y"), ("3.csv", "a,x,y")):
        (tmp_path / name).write_text(f"{header}\n1,2\n", encoding="utf-8")
        paths.append(str(tmp_path / name))
    connection = duckdb.connect()
    for function in (landing.csv_header_json, landing.mixed_line_ends):
        connection.create_function(
            f"landed_{function.__name__}", function, ["VARCHAR"], "VARCHAR", null_handling="special"
        )

    def run_query(sql: str) -> Any:
        return SimpleNamespace(rows=connection.execute(sql).fetchall())

    environment = jinja2.Environment(extensions=["jinja2.ext.do"])
    environment.globals.update(
        {
            "duckdb__landed_paths": lambda *_: paths,
            "run_query": run_query,
            "fromjson": json.loads,
            "tojson": json.dumps,
            "return": lambda value: value,
        }
    )
    source = (PROJECT / "macros" / "engine" / "landed_branches.sql").read_text(encoding="utf-8")
    groups = str(environment.from_string(source).module.duckdb__csv_groups("crm", "contacts"))
    assert [group["files"] for group in ast.literal_eval(groups.strip())] == [paths[:1], paths[1:]]
