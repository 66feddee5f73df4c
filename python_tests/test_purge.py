"""`make purge` on single files: what is erased gives way, every other byte or value stays; and where it refuses.

The whole of it, on a built dataset, is in test_erasure.py.
"""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import duckdb
import pytest

from touchpoints import landing
from touchpoints.purge import (
    NO_TEXT,
    UNREAD,
    CannotPurge,
    Purged,
    _erased_values,
    _outside,
    _Period,
    _periods,
    purge,
    rewrite_csv,
    rewrite_parquet,
)
from touchpoints.settings import Settings, read_settings

STAND_IN = "erased:0123456789abcdef"


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_csv_file_keeps_every_byte_but_those_of_the_erased_values(tmp_path: Path, ending) -> None:
    lines = [
        'event_id,Phone , "member_no",birth_date,note',
        '1,"13911110001",M1,1990-01-01,"said ""no"", left"',
        "2,13911110002,M2,1990-01-02,",
        "",
        "a line, too short",
        '3,13911110001,,1990-01-03,"two',
        'lines"',
        " 4 ,13911110001,M1,,x",
    ]
    path = tmp_path / "events.csv"
    path.write_bytes(("\ufeff" + ending.join(lines)).encode())
    records = {
        1: {"phone": STAND_IN, "birth_date": "", "email": STAND_IN},
        3: {"phone": STAND_IN, "member_no": STAND_IN},
        4: {"phone": STAND_IN},
    }
    assert rewrite_csv(path, records) == 3
    lines[1] = f'1,{STAND_IN},M1,,"said ""no"", left"'
    lines[5] = f'3,{STAND_IN},,1990-01-03,"two'
    lines[7] = f" 4 ,{STAND_IN},M1,,x"
    assert path.read_bytes() == ("\ufeff" + ending.join(lines)).encode()
    assert rewrite_csv(path, records) == 0
    assert [file.name for file in tmp_path.iterdir()] == ["events.csv"]


def test_bytes_that_are_no_utf8_stay_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_bytes(b"event_id,phone\n1,\xff\xfe\n2,13911110001\n")
    assert rewrite_csv(path, {1: {"phone": STAND_IN}}) == 1
    assert path.read_bytes() == f"event_id,phone\n1,\xff\xfe\n2,{STAND_IN}\n".encode("latin-1")


def test_a_parquet_file_keeps_rows_and_types_but_those_of_erased_columns(tmp_path: Path) -> None:
    path = tmp_path / "members.parquet"
    with duckdb.connect() as connection:
        connection.execute(
            f"""
            copy (
                select 'M' || i as member_no, (13911110000 + i)::double as "Phone",
                    timestamptz '2025-03-01 10:00+08' as seen_at,
                    case when i <> 2 then date '1990-01-01' end as birth_date, i * 1.50 as amount
                from range(1, 5) as numbers(i)
            ) to '{path}' (format parquet)
            """
        )
        before = connection.execute(f"select seen_at, amount from '{path}'").fetchall()
        records = {
            2: {"phone": STAND_IN, "birth_date": ""},
            4: {"phone": STAND_IN, "birth_date": "", "member_no": STAND_IN, "unionid": STAND_IN},
        }
        assert rewrite_parquet(path, records) == 2
        found = connection.execute(f"select member_no, \"Phone\", birth_date from '{path}'")
        assert found.fetchall() == [
            ("M1", "13911110001", date(1990, 1, 1)),
            ("M2", STAND_IN, None),
            ("M3", "13911110003", date(1990, 1, 1)),
            (STAND_IN, STAND_IN, None),
        ]
        assert connection.execute(f"select seen_at, amount from '{path}'").fetchall() == before
        types = connection.execute(f"describe select seen_at, amount from '{path}'").fetchall()
        assert [row[1] for row in types] == ["TIMESTAMP WITH TIME ZONE", "DECIMAL(22,2)"]
    assert rewrite_parquet(path, records) == 0


def test_bytes_of_a_parquet_file_stay_the_text_that_they_are(tmp_path: Path) -> None:
    """The file's name is a pattern, which another file fits; a column is named like the reader's own."""
    path, other = tmp_path / "members[1].parquet", tmp_path / "members1.parquet"
    with duckdb.connect() as connection:
        for target in (path, other):
            connection.execute(
                "copy (select encode('员' || i) as member_no, 9 as file_row_number from range(1, 4) as numbers(i))"
                f" to '{target}' (format parquet)"
            )
        before = other.read_bytes()
        assert rewrite_parquet(path, {2: {"member_no": STAND_IN}}, expired=[3]) == 2
        assert other.read_bytes() == before
        other.unlink()
        assert connection.execute(f"select * from '{tmp_path}/*.parquet'").fetchall() == [
            ("员1", 9),
            (STAND_IN, 9),
        ]


def test_what_was_no_address_or_date_goes_with_the_erased_and_stays_none() -> None:
    """A build leaves nothing of such a value; the landed file holds it."""
    with duckdb.connect() as connection:
        connection.execute("create schema staging")
        connection.execute(
            "create table staging.stg_landing__files as"
            " select 1 as file_key, 'm.csv' as landed_path, 'h' as content_hash, 'csv' as file_format"
        )
        connection.execute(
            f"""
            create table staging.base_erp__members as
            select 1 as source_file_key, source_row, 'email,birth_date,registered_at,' as invalid_columns,
                member_no, null::varchar as email, null::varchar as phone, null::date as birth_date,
                null::timestamp as registered_at
            from (values (1, 'M1'), (2, '{STAND_IN}')) as members (source_row, member_no)
            """
        )
        columns = connection.execute(
            "select column_name, data_type from duckdb_columns() where table_name = 'base_erp__members'"
        ).fetchall()
        found = list(_erased_values(connection, "base_erp__members", columns))
        assert found == [
            (
                "m.csv",
                "h",
                "csv",
                2,
                {"member_no": STAND_IN, "email": UNREAD, "birth_date": UNREAD},
            )
        ]


@pytest.mark.parametrize("whole", [True, False], ids=["whole build", "part of a build"])
def test_columns_that_no_build_reads_are_told_of_rewritten_files(tmp_path: Path, whole) -> None:
    settings = read_settings({"TOUCHPOINT_DATABASE": str(tmp_path / "a.duckdb")})
    with duckdb.connect(settings.database) as database:
        database.execute(
            """
            create schema staging;
            create schema marts;
            create table staging.stg_landing__files as from (values
                ('crm', 'contacts', 'crm/contacts/1.csv'), ('crm', 'contacts', 'crm/contacts/2.csv'),
                ('erp', 'members', 'erp/members.csv'), ('store', 'visits', 'store/visits.csv')
            ) as files (source_system, source_table, landed_path)
            """
        )
        if whole:
            database.execute(
                """
                create table marts.schema_drift as from (values
                    ('crm', 'contacts', 'nickname', 'extra'), ('crm', 'contacts', 'hobby', 'extra'),
                    ('crm', 'contacts', 'email', 'missing'), ('store', 'visits', 'mood', 'extra')
                ) as drift (source_system, source_table, column_name, drift)
                """
            )
    told = _outside(settings, ["crm/contacts/1.csv", "crm/contacts/2.csv", "erp/members.csv"])
    assert told == ({"crm.contacts": "hobby, nickname"} if whole else {})


def test_a_record_is_told_as_emptied_or_as_removed() -> None:
    told = Purged(files={"a.csv": 5, "b.csv": 1}, expired=4).text
    assert "2 landed files rewritten, 2 records without what was erased." in told
    assert "4 records older than their retention period removed." in told


def test_without_a_green_build_nothing_is_purged(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    settings = read_settings(
        {
            "TOUCHPOINT_RAW_ROOT": str(tmp_path / "raw"),
            "TOUCHPOINT_DATABASE": str(tmp_path / "touchpoints.duckdb"),
        }
    )
    with pytest.raises(CannotPurge, match="run `make build` first"):
        purge(settings)


def settings_in(folder: Path) -> Settings:
    """Settings of which everything lies in a folder."""
    return read_settings(
        {
            "TOUCHPOINT_RAW_ROOT": str(folder),
            "TOUCHPOINT_DATABASE": str(folder / "touchpoints.duckdb"),
            "TOUCHPOINT_PUBLISH_DIR": str(folder / "published"),
            "TOUCHPOINT_VAULT_KEY": str(folder / "vault" / "identity.key"),
        }
    )


KILLED_BEFORE_ITS_CHECKPOINT = """
import os, sys, duckdb
built = duckdb.connect(sys.argv[1])
built.execute("create schema staging; create table staging.people as select 'Canary Smith' as full_name")
built.execute("create table staging.stg_landing__files (landed_path varchar)")
built.execute("checkpoint")
built.execute("update staging.people set full_name = 'erased:0123456789abcdef'")
os._exit(1)
"""


def test_what_a_killed_process_left_beside_the_database_is_purged(tmp_path: Path) -> None:
    database = tmp_path / "touchpoints.duckdb"
    subprocess.run([sys.executable, "-c", KILLED_BEFORE_ITS_CHECKPOINT, str(database)], check=False)
    assert Path(f"{database}.wal").exists()
    (tmp_path / "touchpoints.duckdb.tmp").mkdir()
    (tmp_path / "touchpoints.duckdb.tmp" / "duckdb_temp_1.tmp").write_text("Canary Smith")
    Path(f"{database}.stamp.json").write_text("{}", encoding="utf-8")
    purge(settings_in(tmp_path))
    with duckdb.connect(database) as purged:
        assert purged.execute("from staging.people").fetchall() == [(STAND_IN,)]
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "touchpoints.duckdb",
        "touchpoints.duckdb.stamp.json",
    ]
    assert b"Canary" not in database.read_bytes()


@pytest.mark.parametrize("place", ["published", "./published", "linked/published"])
def test_the_publication_of_the_last_build_stays_wherever_it_lies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "linked").symlink_to(tmp_path)
    with duckdb.connect("touchpoints.duckdb") as built:
        built.execute(
            "create schema staging; create table staging.stg_landing__files (landed_path varchar)"
        )
    stamp = json.dumps({"invocation_id": "12345678-9"})
    Path("touchpoints.duckdb.stamp.json").write_text(stamp, encoding="utf-8")
    for run in ("1-87654321", "2-12345678"):
        Path("published.runs", run).mkdir(parents=True)
    Path("published").symlink_to("published.runs/2-12345678")
    settings = read_settings({"TOUCHPOINT_RAW_ROOT": ".", "TOUCHPOINT_PUBLISH_DIR": place})
    assert purge(settings).publications == 1
    assert [run.name for run in Path("published.runs").iterdir()] == ["2-12345678"]
    assert Path("published").is_dir()


def test_the_database_stays_as_closed_as_it_was_and_may_have_any_name(tmp_path: Path) -> None:
    """It holds raw identifiers: who could not read it before must not read it afterwards, nor meanwhile."""
    database = tmp_path / "built.duckdb"
    with duckdb.connect(database) as built:
        built.execute(
            "create schema staging; create table staging.stg_landing__files (landed_path varchar)"
        )
        built.execute("create view staging.paths as select * from staging.stg_landing__files")
    Path(f"{database}.stamp.json").write_text("{}", encoding="utf-8")
    settings = dataclasses.replace(settings_in(tmp_path), database=database)
    for mode in (0o600, 0o640):
        database.chmod(mode)
        before = database.stat()
        purge(settings)
        after = database.stat()
        assert (after.st_mode, after.st_gid) == (before.st_mode, before.st_gid)
        assert after.st_ino != before.st_ino
    with duckdb.connect(database, read_only=True) as purged:
        assert purged.execute("from staging.paths").fetchall() == []


def test_what_links_lead_to_is_purged(tmp_path: Path) -> None:
    """A database and a landed file that lie elsewhere: their old bytes are to go, not a link to them."""
    used, elsewhere = tmp_path / "used", tmp_path / "elsewhere"
    (used / "erp").mkdir(parents=True)
    elsewhere.mkdir()
    members, database = elsewhere / "m.csv", elsewhere / "d.duckdb"
    members.write_text("member_no,email\nM1,canary@smith.demo\n", encoding="utf-8")
    (used / "erp" / "members.csv").symlink_to(members)
    (used / "touchpoints.duckdb").symlink_to(database)
    with duckdb.connect(used / "touchpoints.duckdb") as built:
        built.execute(
            f"""
            create schema staging;
            create table staging.freed as select 'canary@smith.demo' || i from range(9999) as numbers(i);
            create table staging.base_erp__members as select 1 as source_file_key, 1 as source_row,
                'M1' as member_no, '{STAND_IN}' as email;
            create table staging.stg_landing__files as select 1 as file_key, 'erp/members.csv' as landed_path,
                '{landing.file_hash(str(members))}' as content_hash, 'csv' as file_format,
                'erp' as source_system, 'members' as source_table, 9 as size_bytes, '' as line_offsets
            """
        )
    with duckdb.connect(used / "touchpoints.duckdb") as built:
        built.execute("drop table staging.freed")
    (used / "touchpoints.duckdb.stamp.json").write_text("{}", encoding="utf-8")
    assert purge(settings_in(used)).files == {"erp/members.csv": 1}
    assert (used / "touchpoints.duckdb").is_symlink()
    assert (used / "erp" / "members.csv").is_symlink()
    assert sorted(path.name for path in elsewhere.iterdir()) == ["d.duckdb", "m.csv"]
    assert all(b"canary" not in path.read_bytes() for path in elsewhere.iterdir())
    assert purge(settings_in(used)).files == {}


def test_of_an_old_text_of_the_erased_file_and_database_keep_the_same() -> None:
    """Or else a second purge would find in the database what the file does not have, and write the file again."""
    period = _Period("base_hotline__calls", "text", "called_at", "2025-01-01", ("call_text",))
    with duckdb.connect() as built:
        built.execute(
            f"""
            create schema staging;
            create table staging.stg_landing__files as
            select 1 as file_key, 'hotline/calls.csv' as landed_path, 'x' as content_hash, 'csv' as file_format;
            create table staging.base_hotline__calls as
            select 1 as source_file_key, place as source_row, place as record_key, 'accepted' as record_status, *
            from (values
                (1, timestamp '2024-01-01', 'old'), (2, timestamp '2024-01-01', '{STAND_IN}'),
                (3, timestamp '2024-01-01', null), (4, timestamp '2025-06-01', 'young')
            ) as rows(place, called_at, call_text)
            """
        )
        written = {place: values for *_, place, values in period.found(built)}
        assert written == {1: {"call_text": NO_TEXT}}
        built.execute(period.statement("staging"))
        kept = built.execute("select call_text from staging.base_hotline__calls order by place")
        assert [text for (text,) in kept.fetchall()] == [NO_TEXT, STAND_IN, None, "young"]
        assert list(period.found(built)) == []


def test_periods_that_were_counted_from_a_day_ahead_purge_nothing() -> None:
    """`as_of` may stand for any day; what is deleted for it never comes back."""
    with duckdb.connect() as connection:
        connection.execute("create schema staging")
        for name, ahead in [("kept", -1), ("refused", 1)]:
            connection.execute(
                "create or replace table staging.stg_landing__retention as select 'website' as source_system,"
                f" '{name}' as source_table, 'record' as removes, 400 as retention_days, 'event_time' as age_sql,"
                f" cast(now() at time zone 'UTC' as timestamp) + to_days({ahead}) - to_days(400) as kept_from"
            )
            if ahead < 0:
                assert [period.table for period in _periods(connection)] == ["base_website__kept"]
            else:
                with pytest.raises(CannotPurge, match=r"lies ahead \(var as_of\)"):
                    _periods(connection)
