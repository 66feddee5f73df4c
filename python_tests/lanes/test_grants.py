"""`make grant-postgres` on a real server: a role reads what the seed grants it, and across nothing.

Small marts stand for all of them; the schemas behind them hold something to steal.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from builds import PROJECT
from lanes.postgres_server import postgres
from touchpoints import grants
from touchpoints.access import WrongRole
from touchpoints.grants import CannotGrant, grant

ORDERS = [
    ("o1", "上海", "store", 10, "secret note 1"),
    ("o2", "北京", "store", 20, "secret note 2"),
    ("o3", "江苏", "app", 30, "secret note 3"),
    ("o4", None, "app", 40, "secret note 4"),
]
ROLES = (
    ("east", "fct_orders", "order_id|region", "上海|江苏", "*"),
    ("app_team", "fct_orders", "order_id|channel_code", "*", "app"),
    ("service", "fct_cases", "*", "*", "*"),
)


@pytest.fixture(scope="module")
def address() -> Iterator[dict[str, str]]:
    """A server with marts, and with what no role may see."""
    with tempfile.TemporaryDirectory(prefix="touchpoints_grants_") as scratch:
        folder = Path(scratch)
        folder.chmod(0o755)
        (folder / "postgres").mkdir()
        with postgres(folder / "postgres") as settings:
            builder = log_in(settings)
            with builder, builder.cursor() as cursor:
                for schema in ("raw", "staging", "vault", "intermediate", "definitions", "marts"):
                    cursor.execute(f"create schema {schema}")
                cursor.execute(
                    "create table marts.fct_orders"
                    " (order_id text, region text, channel_code text, net_amount int, note text)"
                )
                cursor.executemany(
                    "insert into marts.fct_orders values (%s, %s, %s, %s, %s)", ORDERS
                )
                cursor.execute("create table marts.fct_cases as select 'c1' as case_id")
                cursor.execute("create table marts.dim_users as select 'u1' as user_id")
                for schema, relation in HIDDEN:
                    cursor.execute(f"create table {schema}.{relation} as select '139' as phone")
            builder.close()
            yield settings


HIDDEN = (
    ("vault", "identity_map"),
    ("vault", "identity_key"),
    ("staging", "base_crm__contacts"),
    ("raw", "crm__contacts"),
    ("intermediate", "int_orders"),
    ("definitions", "access_roles"),
)


def log_in(settings: dict[str, str], user: str = "touchpoints") -> Any:
    """A connection as a user of the server."""
    return psycopg2.connect(
        host="127.0.0.1",
        port=settings["TOUCHPOINT_POSTGRES_PORT"],
        user=user,
        dbname="touchpoints",
    )


@pytest.fixture
def seed(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Replace the seed access_roles."""

    def replace(*rows: tuple[str, ...]) -> None:
        names = ("role", "relation", "columns", "regions", "channels")
        read = [dict(zip(names, row, strict=True)) for row in rows]
        monkeypatch.setattr("touchpoints.access.read_seed", lambda *_: read)
        monkeypatch.setattr("touchpoints.grants.read_seed", lambda *_: read)

    return replace


@pytest.fixture
def builder(address: dict[str, str]) -> Iterator[Any]:
    """Who builds; roles and their schemas are gone afterwards."""
    connection = log_in(address)
    yield connection
    connection.rollback()
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(
            "select nspname from pg_namespace where starts_with(nspname, 'touchpoints_')"
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f'drop schema "{name}" cascade')
        cursor.execute("select rolname from pg_roles where rolname ~ '^(touchpoints|analyst)_'")
        for (name,) in cursor.fetchall():
            cursor.execute(f'drop owned by "{name}" cascade')
            cursor.execute(f'drop role "{name}"')
    connection.close()


def as_role(address: dict[str, str], builder: Any, role: str) -> Any:
    """Log in as somebody to whom the company granted the role."""
    with builder, builder.cursor() as cursor:
        cursor.execute(f"create user analyst_{role} in role touchpoints_{role}")
    connection = log_in(address, f"analyst_{role}")
    connection.autocommit = True
    return connection


def read(connection: Any, sql: str) -> list[tuple[Any, ...]]:
    """Rows of a query."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def test_a_role_reads_its_columns_and_rows_and_nothing_across(address, builder, seed) -> None:
    seed(*ROLES)
    granted, refused = grant(builder)
    assert (len(granted), refused) == (3, [])
    east = as_role(address, builder, "east")
    assert read(east, "select * from touchpoints_east.fct_orders order by 1") == [
        ("o1", "上海"),
        ("o3", "江苏"),
    ]
    across = [
        "select net_amount from touchpoints_east.fct_orders",
        "select note from touchpoints_east.fct_orders",
        "select fct_orders.note from touchpoints_east.fct_orders",
        "select * from marts.fct_orders",
        "select order_id from marts.fct_orders",
        "select count(*) from marts.fct_orders",
        "select * from marts.dim_users",
        "select * from touchpoints_service.fct_cases",
        "select * from touchpoints_app_team.fct_orders",
        *(f"select * from {schema}.{relation}" for schema, relation in HIDDEN),
        "create table touchpoints_east.mine as select 1",
        "create view touchpoints_east.mine as select * from marts.fct_orders",
        "update touchpoints_east.fct_orders set region = '上海'",
        "delete from touchpoints_east.fct_orders",
        "insert into touchpoints_east.fct_orders values ('x', '上海')",
        "alter view touchpoints_east.fct_orders reset (security_barrier)",
        "drop view touchpoints_east.fct_orders",
        "grant select on marts.fct_orders to analyst_east",
        "set role touchpoints",
        "set role touchpoints_service",
        "select pg_read_file('/etc/passwd')",
        "copy marts.fct_orders to stdout",
    ]
    for sql in across:
        with pytest.raises(psycopg2.Error):
            read(east, sql)
    # a function that tells what it is called with sees no row of another region
    read(east, "select 1")
    with east.cursor() as cursor:
        cursor.execute(
            "create function pg_temp.tell(value text) returns boolean language plpgsql cost 0.0000001 as"
            " $$ begin raise notice '%', value; return true; end $$"
        )
        cursor.execute("select * from touchpoints_east.fct_orders where pg_temp.tell(order_id)")
    assert not [said for said in east.notices if "o2" in said or "o4" in said]
    assert [said for said in east.notices if "o1" in said]
    # neither do the statistics of the server
    assert read(east, "select * from pg_stats where schemaname = 'marts'") == []
    east.close()
    app = as_role(address, builder, "app_team")
    assert read(app, "select * from touchpoints_app_team.fct_orders order by 1") == [
        ("o3", "app"),
        ("o4", "app"),
    ]
    app.close()


def test_a_wrong_role_is_refused_and_the_others_are_granted(address, builder, seed) -> None:
    seed(
        *ROLES,
        ("wrong", "fct_cases", "*", "上海", "*"),
        ("vaulted", "identity_map", "*", "*", "*"),
        ("typo", "fct_orders", "order_id|phone", "*", "*"),
    )
    granted, refused = grant(builder)
    assert len(granted) == 3
    assert [line.split(" ")[0] for line in refused] == [
        "touchpoints_typo", "touchpoints_vaulted", "touchpoints_wrong",
    ]  # fmt: skip
    assert "has no column region" in refused[2]
    schemas = read(
        builder, "select nspname from pg_namespace where starts_with(nspname, 'touchpoints_')"
    )
    assert {name for (name,) in schemas} == {f"touchpoints_{row[0]}" for row in ROLES}


def test_what_is_no_longer_granted_is_gone_and_a_second_call_changes_nothing(
    address, builder, seed
) -> None:
    seed(*ROLES)
    assert grant(builder) == grant(builder)
    seed(ROLES[0])
    granted, refused = grant(builder)
    assert refused == []
    assert "touchpoints_service: no row grants it anything; its views are gone" in granted
    service = as_role(address, builder, "service")
    with pytest.raises(psycopg2.Error):
        read(service, "select * from touchpoints_service.fct_cases")
    service.close()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        ("grant usage on schema marts to touchpoints_east", "may already look into marts"),
        ("grant usage on schema vault to public", "may already look into vault"),
        ("alter role touchpoints_east superuser", "rights of an administrator"),
        ("grant touchpoints to touchpoints_east", "may already look into"),
    ],
)
def test_a_role_with_other_rights_is_refused(address, builder, seed, spoil, said) -> None:
    seed(ROLES[0])
    with builder, builder.cursor() as cursor:
        cursor.execute("create role touchpoints_east nologin")
        cursor.execute(spoil)
    granted, refused = grant(builder)
    with builder, builder.cursor() as cursor:
        cursor.execute("revoke usage on schema vault from public")
    assert granted == []
    assert said in refused[0]


def test_values_of_limits_are_no_sql(builder, seed) -> None:
    seed(("r", "fct_orders", "order_id", "x') or true --|{}|%s", "*"))
    assert grant(builder) == (["touchpoints_r: 1 views"], [])
    assert read(builder, "select count(*) from touchpoints_r.fct_orders") == [(0,)]


def test_a_schema_of_somebody_else_is_left_alone(builder, seed) -> None:
    seed(ROLES[0])
    with builder, builder.cursor() as cursor:
        cursor.execute("create schema touchpoints_east; create table touchpoints_east.mine (a int)")
    granted, refused = grant(builder)
    assert granted == []
    assert "was not made by this command" in refused[0]
    assert read(builder, "select * from touchpoints_east.mine") == []


def test_a_schema_that_is_none_is_refused(builder, seed) -> None:
    seed(ROLES[0])
    with pytest.raises(CannotGrant, match="run `make build-postgres` first"):
        grant(builder, "elsewhere")
    with pytest.raises(CannotGrant, match="give the name of a schema"):
        grant(builder, "marts; drop schema vault")


def test_a_role_that_is_no_name_is_refused(builder) -> None:
    with builder.cursor() as cursor, pytest.raises(WrongRole):
        grants._grant_role(cursor, "east; drop", "marts")


def test_the_command_says_what_it_did(address, builder) -> None:
    """The project's own seed, on a server that has few of its relations: refused by name, code 1."""
    done = subprocess.run(
        [sys.executable, "-m", "touchpoints", "grant"],
        cwd=PROJECT,
        env={**os.environ, **address},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "touchpoints_management was refused, and sees nothing" in done.stderr
    assert "marts has no relation" in done.stderr
