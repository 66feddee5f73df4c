"""The reader of landed files that shares nothing with the loader: headers, counts, lines, and what cannot be read."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from touchpoints import landing
from touchpoints.trace import line_of_readable


def written(folder: Path, content: str | bytes, name: str = "events.csv") -> str:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(path)


@pytest.mark.parametrize(
    ("content", "places"),
    [
        (b"a,b\r\n1,2\n3,4\n", "CRLF (line 1) and LF (line 2)"),
        (b"a,b\n1,2\n3,4\r\n", "LF (line 1) and CRLF (line 3)"),
        (b'a,b\n1,"x\r\ny"\r\n', "LF (line 1) and CRLF (line 3)"),
        (b"a,b\n" + b"1,2\n" * 400_000 + b"3,4\r\n", "LF (line 1) and CRLF (line 400002)"),
    ],
)
def test_line_ends_of_two_kinds_are_told_with_a_line_of_each(
    tmp_path: Path, content: bytes, places: str
) -> None:
    path = written(tmp_path, content)
    told = f"has line ends of two kinds, {places}: save it anew with one of them"
    assert landing.mixed_line_ends(path) == told
    assert landing.csv_layout(path)["problem"] == told


@pytest.mark.parametrize(
    "content",
    [
        b"a,b\r\n1,2\r\n",
        b"a,b\n1,2\n",
        b'a,b\r\n1,"of two\nlines"\r\n',
        b'a,b\n1,"a ""word"" and\r\nmore"\n',
        # the carriage return is the last byte of one piece, the line feed the first of the next
        b"a,b\r\n" + b"x" * ((1 << 20) - 6) + b"\r\n1,2\r\n",
    ],
)
def test_other_line_ends_inside_quoted_fields_are_no_line_ends(
    tmp_path: Path, content: bytes
) -> None:
    assert landing.mixed_line_ends(written(tmp_path, content)) is None


def test_the_hash_is_the_md5_of_the_bytes(tmp_path: Path) -> None:
    content = b"a,b\r\n1,\xff\n"
    assert landing.file_hash(written(tmp_path, content)) == hashlib.md5(content).hexdigest()


@pytest.mark.parametrize(
    ("content", "columns"),
    [
        ("event_id,event_time\n", ["event_id", "event_time"]),
        ("\ufeffevent_id,event_time\n", ["event_id", "event_time"]),
        ('" Event_ID ","Event_Time"\r\n1,2\r\n', ["event_id", "event_time"]),
        ("one\n", ["one"]),
        ('"a,b",c\n', ["a,b", "c"]),
        ("事件,时间\n", ["事件", "时间"]),
    ],
)
def test_a_header_is_trimmed_and_lower_case(
    tmp_path: Path, content: str, columns: list[str]
) -> None:
    assert landing.csv_header(written(tmp_path, content)) == (columns, None)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "is empty"),
        (b"\n \n", "is empty"),
        ("a,b\n1,2\n".encode("utf-16"), "UTF-16"),
        ("a,b\n1,2\n".encode("utf-16-le"), "UTF-16 or binary"),
        (b"PK\x03\x04\x00\x00\x00\x00", "binary"),
    ],
)
def test_a_file_that_is_no_csv_is_told(tmp_path: Path, content: bytes, problem: str) -> None:
    columns, found = landing.csv_header(written(tmp_path, content))
    assert columns == []
    assert found is not None
    assert problem in found


def test_records_are_counted_with_quoted_line_breaks_and_without_empty_lines(
    tmp_path: Path,
) -> None:
    layout = landing.csv_layout(written(tmp_path, 'a,b\n1,"x\ny"\n\n2,z\n'))
    assert (layout["records"], layout["readable"]) == (2, 2)
    assert layout["problem"] is None


def test_records_that_cannot_be_read_are_counted_apart(tmp_path: Path) -> None:
    layout = landing.csv_layout(written(tmp_path, b"a,b\n1,2\nshort\n1,2,3\n3,\xb0\xa1\n4,5\n"))
    assert (layout["records"], layout["readable"]) == (5, 2)
    assert layout["problem"] is None


def test_a_stray_quotation_mark_that_swallows_lines_is_a_problem_with_its_lines(
    tmp_path: Path,
) -> None:
    layout = landing.csv_layout(written(tmp_path, 'a,b\n1,2\n2,"open\n3,4\n4,5\n'))
    assert "line 3 to line 5" in str(layout["problem"])


def test_load_times_are_counted_as_they_stand(tmp_path: Path) -> None:
    content = "loaded_at,a\n2025-01-01,1\n2025-01-01,2\n,3\nshort\n"
    layout = landing.csv_layout(written(tmp_path, content))
    assert layout["loads"] == [["2025-01-01", 2], ["", 1], [None, 1]]


def test_json_forms_say_the_same(tmp_path: Path) -> None:
    path = written(tmp_path, "a,名\n1,2\n")
    assert json.loads(landing.csv_header_json(path)) == {"columns": ["a", "名"], "problem": None}
    assert json.loads(landing.csv_layout_json(path)) == landing.csv_layout(path)


def test_parquet_is_known_by_its_marks(tmp_path: Path) -> None:
    sound = tmp_path / "sound.parquet"
    duckdb.connect().execute(f"copy (select 1 as a) to '{sound}'")
    content = sound.read_bytes()
    assert landing.parquet_problem(str(sound)) is None
    cut = written(tmp_path, content[:-9], "cut.parquet")
    assert "cut off" in str(landing.parquet_problem(cut))
    assert "shorter" in str(landing.parquet_problem(written(tmp_path, b"PAR1", "stub.parquet")))
    assert "mark" in str(
        landing.parquet_problem(written(tmp_path, b"a,b\n1,2\n3,4\n", "csv.parquet"))
    )


texts = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=6)
records = st.lists(st.one_of(st.tuples(texts, texts), st.just(("only",)), st.just(())), max_size=12)


@settings(max_examples=150, deadline=None)
@given(records=records)
def test_every_readable_record_is_found_on_its_line_again(
    tmp_path_factory: pytest.TempPathFactory, records: list[tuple[str, ...]]
) -> None:
    """Oracle: the lines counted while writing. Records of one field or none are unreadable or empty lines."""
    path = tmp_path_factory.getbasetemp() / "property.csv"
    expected, line = [], 2
    with open(path, "w", encoding="utf-8", newline="") as file:
        file.write("a,b\n")
        writer = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL)
        for fields in records:
            before = file.tell()
            if len(fields) == 2:
                writer.writerow(fields)
                expected.append(line)
            else:
                file.write("".join(fields) + "\n")
            file.flush()
            written_text = path.read_bytes()[before:].decode()
            line += len(written_text.replace("\r\n", "\n").replace("\r", "\n").split("\n")) - 1
    layout = landing.csv_layout(str(path))
    assert layout["readable"] == len(expected)
    assert layout["records"] == len([fields for fields in records if fields])
    offsets = layout["offsets"]
    assert [line_of_readable(offsets, rank) for rank in range(1, len(expected) + 1)] == expected
