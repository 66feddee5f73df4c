"""What `python -m touchpoints load` writes for Spark: every record once, in its place, as it landed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from conftest import run_touchpoints
from touchpoints.engine import connect
from touchpoints.load import read_file
from touchpoints.settings import read_settings


def _load(folder: Path, raw: Path) -> str:
    done = run_touchpoints(
        folder, "load", target="spark", raw_root=str(raw), spark_raw=str(folder / "spark_raw")
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """Visits in two files that disagree on the type of one column, with a line that cannot be read."""
    folder = tmp_path / "raw" / "store" / "visits"
    folder.mkdir(parents=True)
    text = "Visit_ID,store_id,event_time,loaded_at\nV1,S1,2025-03-01 10:00,\nV2,S1\nV3,S2,2025/3/2 9:00,2025-03-03\n"
    (folder / "a.csv").write_text(text, encoding="utf-8")
    duckdb.execute(
        "copy (select 'V4' as visit_id, timestamp '2025-03-04 10:00:00' as event_time, 'S3' as store_id)"
        f" to '{folder / 'b.parquet'}' (format parquet)"
    )
    return tmp_path / "raw"


def _written(folder: Path, name: str) -> str:
    return f"read_parquet('{folder / 'spark_raw' / name}/*.parquet', union_by_name = true)"


def test_every_record_has_its_load_and_place(tmp_path: Path, raw: Path) -> None:
    assert _load(tmp_path, raw).startswith("2 files with 4 records written")
    rows = duckdb.execute(
        "select load_id, load_row, visit_id, store_id, event_time, loaded_at from "
        f"{_written(tmp_path, 'store__visits')} order by all"
    ).fetchall()
    assert rows == [
        ("store/visits/a.csv", 1, "V1", "S1", "2025-03-01 10:00", None),
        ("store/visits/a.csv", 2, "V3", "S2", "2025/3/2 9:00", "2025-03-03"),
        ("store/visits/b.parquet", 1, "V4", "S3", "2025-03-04 10:00:00", None),
    ]
    lines = duckdb.execute(f"select * from {_written(tmp_path, 'unreadable_lines')}").fetchall()
    assert lines == [("store/visits/a.csv", "store", "visits", 3)]


def test_types_stay_where_files_agree(tmp_path: Path, raw: Path) -> None:
    (raw / "store" / "visits" / "a.csv").unlink()
    _load(tmp_path, raw)
    columns = dict(
        row[:2]
        for row in duckdb.execute(
            f"describe select * from {_written(tmp_path, 'store__visits')}"
        ).fetchall()
    )
    assert columns["event_time"] == "TIMESTAMP"
    assert columns["load_row"] == "BIGINT"


def test_bytes_and_nanoseconds_are_written_as_servers_read_them(tmp_path: Path, raw: Path) -> None:
    """The name of a file may be a pattern, and its columns may be named like those that a load adds."""
    folder = raw / "store" / "visits"
    (folder / "a.csv").unlink()
    (folder / "b.parquet").unlink()
    at = datetime(2025, 3, 4, 10, tzinfo=UTC)
    table = pa.table(
        {
            "visit_id": pa.array(["店".encode(), b"\xff"]),
            "event_time": pa.array([at, None], pa.timestamp("ns", tz="Asia/Shanghai")),
            "load_row": pa.array(["x", "y"]),
            "file_row_number": pa.array([7, 7]),
        }
    )
    for name in ("v1", "v[1]"):
        pq.write_table(table, folder / f"{name}.parquet")
    (folder / "c[1].csv").write_text("load_row,visit_id,visit_id,visit_id__3\nx,V1,V2,V3\n")
    _load(tmp_path, raw)
    written = _written(tmp_path, "store__visits")
    assert duckdb.execute(
        "select load_id, load_row, visit_id, typeof(event_time), epoch(event_time)::bigint "
        f"from {written} where load_id like '%parquet' order by all"
    ).fetchall() == [
        (f"store/visits/{name}.parquet", place, visit_id, "TIMESTAMP WITH TIME ZONE", stamp)
        for name in ("v1", "v[1]")
        for place, visit_id, stamp in ((1, "店", int(at.timestamp())), (2, "\\xFF", None))
    ]
    assert duckdb.execute(
        f"select load_row, visit_id, visit_id__3 from {written} where load_id like '%csv'"
    ).fetchall() == [(1, "V1", "V3")]


def test_a_time_that_no_server_holds_is_before_or_after_all_others(tmp_path: Path) -> None:
    days = pa.array([-(2**31) + 2, 2**31 - 2, 20_151, None], pa.date32())
    micros = [-(2**62), 2**62, 1741082400000000, None]
    columns = {"day": days, "time": pa.array(micros, pa.timestamp("us"))}
    zoned = {"zoned": pa.array(micros, pa.timestamp("us", tz="UTC"))}
    pq.write_table(pa.table(columns | zoned), tmp_path / "visits.parquet")
    with connect(read_settings({"TOUCHPOINT_RAW_ROOT": str(tmp_path)})) as engine:
        read_file(engine, tmp_path / "visits.parquet")
        found = engine.execute(
            "select day::varchar, time::varchar, zoned::varchar from landed order by load_row"
        ).fetchall()
    assert found == [
        ("-infinity",) * 3,
        ("infinity",) * 3,
        ("2025-03-04", "2025-03-04 10:00:00", "2025-03-04 10:00:00+00"),
        (None,) * 3,
    ]


def test_a_second_time_nothing_is_written_and_what_is_gone_goes(tmp_path: Path, raw: Path) -> None:
    _load(tmp_path, raw)
    assert _load(tmp_path, raw).startswith("0 files with 0 records written")
    (raw / "store" / "visits" / "b.parquet").unlink()
    _load(tmp_path, raw)
    found = duckdb.execute(
        f"select distinct load_id from {_written(tmp_path, 'store__visits')}"
    ).fetchall()
    assert found == [("store/visits/a.csv",)]


def test_the_cluster_is_told_where_it_lies_and_gets_the_secret(tmp_path: Path, raw: Path) -> None:
    _load(tmp_path, raw)
    folder = tmp_path / "spark_raw"
    told = json.loads((folder / "register.json").read_text(encoding="utf-8"))
    assert told == {"folder": str(folder), "tables": ["store__visits"]}
    secret = (tmp_path / "vault" / "identity.key").read_text(encoding="ascii").strip()
    assert duckdb.execute(f"select * from {_written(tmp_path, 'identity_key')}").fetchall() == [
        (secret,)
    ]
    assert (folder / "identity_key").stat().st_mode & 0o077 == 0


def test_the_embedded_engine_loads_nothing(tmp_path: Path, raw: Path) -> None:
    done = run_touchpoints(tmp_path, "load", raw_root=str(raw))
    assert done.returncode == 1
    assert "DuckDB reads them in place" in done.stderr


def test_commands_of_the_embedded_engine_say_so_on_a_server(tmp_path: Path, raw: Path) -> None:
    done = run_touchpoints(tmp_path, "purge", target="postgres", raw_root=str(raw))
    assert done.returncode == 2
    assert "works on the embedded engine alone" in done.stderr
